"""Attributes: what a quantity measures, when, for whom, reached or planned.

Each attribute has its rules in one visible order; the first that speaks decides, and the order is the
specification. A rule is a function from the `Context` of a quantity to a value, or None when it has nothing
to say; `explain_quantity` names the rule that decided. Dates are in dating.py, subjects and topics in subjects.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from egovlib.codebook.alternation import alternation, beginning_with
from egovlib.extract.contexts import DEADLINE, Context, DocumentView, Reading, look_around
from egovlib.extract.dating import PERIOD_RULES
from egovlib.extract.subjects import SUBJECT_RULES, TOPIC_RULES

if TYPE_CHECKING:
    from egovlib.documents import Document

Rule = Callable[[Context], "str | None"]


class Reader:
    """Reads the attributes of one document's quantities, in the order of the text."""

    def __init__(self, document: Document) -> None:
        self._facts = DocumentView(document)
        self._last: Context | None = None

    def read(self, readings: Iterable[Reading]) -> list[Context]:
        """The contexts of the readings that turn out to measure something, their attributes filled.

        Attribute by attribute, not context by context: so the processor keeps the few patterns that it needs at
        hand, which makes the whole a third faster.
        """
        contexts = [context for context in map(self.begin, readings) if context is not None]
        for name, rules in ATTRIBUTES:
            for context in contexts:
                for rule in rules:
                    if (value := rule(context)) is not None:
                        setattr(context, name, value)
                        break
        return contexts

    def begin(self, reading: Reading) -> Context | None:
        """The context of a reading with no attribute filled yet."""
        if not self._facts.sentences:
            return None
        context = look_around(reading, self._facts, self._last)
        if reading.kind == "big" and not _reports_a_result(context):
            return None
        self._last = context
        return context


def explain(context: Context) -> Iterator[tuple[str, str, str | None]]:
    """Fill the attributes as `Reader.read` does, and tell for each (attribute, rule that decided, value)."""
    for name, rules in ATTRIBUTES:
        decided = next((rule for rule in rules if rule(context) is not None), None)
        value = None if decided is None else decided(context)
        setattr(context, name, value)
        yield name, decided.__name__ if decided else "no rule", value


_RESULT_VERBS = re.compile("建成|上线|投入|形成|开通|完成|建立|推出|构建了|实施了|打造了|运行|使用")
_SYSTEM_NOUNS = re.compile("[^,。;、]{0,8}(?:系统|平台|数据库|网络|中心|应用|体系)")


def _reports_a_result(context: Context) -> bool:
    """三大应用系统 counts when the sentence reports that they were made."""
    made = _RESULT_VERBS.search(context.view.around(context.reading.start)) and _SYSTEM_NOUNS.match(
        context.after
    )
    return bool(made) and context.section.stance == "review"


# --- role: level | flow | change | from | to | rank ----------------------------------------------

CARRIED_OVER = 16
"""Characters between two quantities of one list; 其中农村地区改造行政村 and the like have up to 12."""
JOINERS = ("、", "和", "与", "及")

_CHANGE = (
    "(?:增长|增(?=[至到])|增加|增幅|增速|上升|上涨|下降|降低|降幅|减少|减(?!税|负|免|贫|排)|缩短|压缩|压减|精简|缩减|节约|节省"
    "|提高|提升|扩大|扩容|翻|快于|升|降(?![碳本耗费税温水雨级])|涨|再加|提(?![交案供出前请起]))"
)
_REACHES = "(?:至|到|为|达到?|成)"
_RANKED = re.compile(r"[第列居排]|位次|排名")
_FROM = re.compile(r"(?:从|由)[^,。;]{0,24}$")
_TO_FOLLOWS = re.compile(r"[^。;]{0,14}?(?:至|到|为|达)")
_RATE_OF_CHANGE = re.compile(
    beginning_with(
        "增降涨少多加",
        r"(?:增速|增幅|增长率|降幅|涨幅|增量)(?:为|达到?|是|约|在)?[^,。;\d]{0,3}$|(?:少|多|加)了?$",
    )
)
_TO = re.compile(
    beginning_with(
        "增上下降减缩压精节提扩翻快升涨再从由",
        rf"{_CHANGE}[^,。;\d]{{0,6}}?{_REACHES}了?[^,。;\d]{{0,3}}$|{_CHANGE}[^,。;\d]{{0,16}}[至到](?:20\d\d年(?:底|末)?的?)?$"
        r"|(?:从|由)[^,。;]{0,60}\d[^,。;]{0,60}(?:至|到|为)[^,。;\d]{0,3}$",
    )
)
_CHANGED_BY = re.compile(rf"{_CHANGE}[^,。;\d]{{0,5}}$")
_CHANGE_FOLLOWS = re.compile(rf"[^,。;]{{0,3}}{_CHANGE}")

_NEWLY = "新(?<![高创革更]新)(?!型|的|区|能|一)(?:[一-鿿]{0,3}?(?:建成|培育|入库|认定|入选|纳入))?"
_FLOW_WORDS = (
    "受理|答复|制作|刊发|编印|办理|办结|办成|办完|接听|接到|接受|接收|发放|发出|发送|发布|主动公开|访问|点击|浏览|查询|转送|派出|申报|召开|举办|培训|开工|投资|投入|支出|收入|产值|总值|增加值|销售|交易|签约|签订|引进|争引|贷款|融资|减税|减免|资金|兑付|处理|推送|检查|查处"
    "|制定|印发|出台|修订|授权|申请|调用|接待|生产|产粮|消费|补助|奖励|拨付|筹集|筹措|捐|批准|取消|下放|来电|工单|测评|转移|就业|资助"
    "|改建|改厕|安装|增设|搬迁|减贫|脱贫|安置|救助|获得|获批|获评|认定|安排|日均|年均|每天|每年|引育|立项|攻克|净增|招收|招录|招引"
    "|创建|争创|治理|整治|拆除|处置|化解|解决|惠及|成立|扶持|修复|制订|转化|出让|供地|消化|识别|交付|重组|共建|选派|淘汰|关停|清退"
)
_FLOW_NOUNS = re.compile(
    "吞吐量|产量|总产|进出口|销售额|营业收入|交易额|成交额|成交金额|零售总额|客流|游客|签约额"
)
"""Amounts of a period even where they "reach" a value: 粮食产量达到…"""
_PROJECT_SIZE = re.compile("总投资|计划投资|余额|资产|标准|每|注册资本|市值|限额")
_DONE_THIS_YEAR = "完成|打通|启动|培育|入选|打造|实施|组建|恢复|清理"
"""In a work report these tell what the year brought; elsewhere 完成 tells what there is, and the others nothing."""
_FLOW_FOLLOWS = re.compile("[^,。;]{0,12}(?:检查|测评|获得|办完|办结|培训)")
_EVENT_UNITS = frozenset(
    ("人次", "次", "件", "篇", "笔", "户次", "家次", "件次", "场次", "批次", "班次", "架次", "辆次", "件/年")
) | frozenset(("户次/年", "场", "期", "起", "例", "宗"))
_STOCK_WORDS = (
    "建成|拥有|共有|现有|达到|覆盖|接入|联通|连通|连接|联接|保有|总数|总量|总规模|存量|规模|余额|资产|储量|面积|里程|纳入|入库|收录|涵盖|已有|成为"
    "|在库|登记在册|平均|人均|每万|每百|归集|汇聚|开展|上线|累计建|累计达"
)
_VERB = re.compile(
    alternation(f"{_FLOW_WORDS}|{_DONE_THIS_YEAR}|{_STOCK_WORDS}".split("|"))
    + f"|{_NEWLY}|登记(?!在册)|改造(?!的)"
)
_VERB_KINDS = dict.fromkeys(_DONE_THIS_YEAR.split("|"), "year") | dict.fromkeys(
    _STOCK_WORDS.split("|"), "stock"
)
"""Verbs of having and of what the year brought; every other `_VERB` is one of making."""
_AREAS = ("亩", "公顷", "平方米")
"""Land and floors that a work report counts were made in its year: 建成高标准农田19.7万亩."""
_LEVEL_UNITS = frozenset(("%", "‰", "工作日", "小时", "分钟", "年", "天", "月", "秒", "倍"))
_PER_HEAD = re.compile("每万人|每百|人均(?!可支配收入|收入)|拥有量|平均(?!每)")


def ranked(context: Context) -> str | None:
    """第3位, 50强, 列第一."""
    reading = context.reading
    position = reading.unit == "位" and _RANKED.search(context.before[-6:] + context.surface)
    return "rank" if reading.kind in ("rank", "grade") or position else None


def counts_systems(context: Context) -> str | None:
    """三大应用系统 are a stock."""
    return "level" if context.reading.kind == "big" else None


def starts_a_change(context: Context) -> str | None:
    """由29个工作日缩短至4个."""
    if not context.telling:
        return None
    end = context.reading.end
    starts = _FROM.search(context.telling) and _TO_FOLLOWS.match(context.facts.text, end, end + 24)
    return "from" if starts else None


def rate_of_change(context: Context) -> str | None:
    """增速为11.2%, 比上年多7.2%."""
    return "change" if context.telling and _RATE_OF_CHANGE.search(context.telling) else None


def reaches_after_change(context: Context) -> str | None:
    """缩短至4个工作日, 提高到85%."""
    return "to" if context.telling and _TO.search(context.telling) else None


def changes_by(context: Context) -> str | None:
    """减少30%, 节约200余万元, 提高4个百分点."""
    unit = context.reading.unit
    if unit in ("百分点", "番") or (context.telling and _CHANGED_BY.search(context.telling)):
        return "change"
    return "change" if unit in ("%", "倍") and _CHANGE_FOLLOWS.match(context.after) else None


def joined_to_a_change(context: Context) -> str | None:
    """分别下降16%、17%."""
    return "change" if _carried_role(context) == "change" else None


def share_or_duration(context: Context) -> str | None:
    """A share, a duration and a number per head are states."""
    unit = context.reading.unit
    state = unit in _LEVEL_UNITS or unit.endswith("/百人") or _PER_HEAD.search(context.before[-12:])
    return "level" if state else None


def events(context: Context) -> str | None:
    """224件, 165万人次, and amounts of a period such as 粮食产量."""
    flows = context.reading.unit in _EVENT_UNITS or _FLOW_NOUNS.search(context.before[-12:])
    return "flow" if flows else None


def money(context: Context) -> str | None:
    """Money is spent or earned over a period, but 余额 and 标准 are states."""
    if context.reading.unit not in ("元", "美元"):
        return None
    return "level" if _PROJECT_SIZE.search(context.before[-16:]) else "flow"


def nearest_verb(context: Context) -> str | None:
    """The nearest verb of making or of having before the number decides."""
    words = [_VERB_KINDS.get(word, "flow") for word in _VERB.findall(context.before)]
    if context.facts.genre != "work_report":
        words = [word for word in words if word != "year"]
    done = "完成" in context.before or "开展" in context.before
    if (done or not words) and _FLOW_FOLLOWS.match(context.after):
        return "flow"
    if not words:
        return None
    built = words[-1] == "stock" and not (
        context.reading.unit in _AREAS and context.facts.genre == "work_report"
    )
    return "level" if built else "flow"


def item_of_a_list(context: Context) -> str | None:
    """共申报344块,其中203块: items of one list share their role."""
    return _carried_role(context)


def _carried_role(context: Context) -> str | None:
    last = context.last
    if last is None or last.reading.unit != context.reading.unit:
        return None
    gap = context.facts.text[last.reading.end : context.reading.start]
    near = len(gap) <= CARRIED_OVER and last.role in ("flow", "level")
    return last.role if near or gap in JOINERS else None


def task_of_the_year(context: Context) -> str | None:
    """What a work report plans to count is done within its year: 开发典型应用场景不少于20个.

    Of 30 undecided rows of hand-coded work reports 20 are flows in such sections; in reviews most are stocks.
    """
    planned = context.section.stance == "plan" and context.facts.genre == "work_report"
    return "flow" if planned else None


def stock_by_default(context: Context) -> str | None:
    """An undated 建成N个 is a stock."""
    return "level"


ROLE_RULES: tuple[Rule, ...] = (
    starts_a_change,
    reaches_after_change,
    ranked,
    counts_systems,
    rate_of_change,
    changes_by,
    joined_to_a_change,
    share_or_duration,
    events,
    money,
    nearest_verb,
    item_of_a_list,
    task_of_the_year,
    stock_by_default,
)

# --- status: actual | target ----------------------------------------------------------------------

_DEADLINE = re.compile(DEADLINE)
_AHEAD = re.compile("将|力争|要|达到")
_BOUNDS = ("at_least", "at_most")


def base_of_a_change(context: Context) -> str | None:
    """What a change starts from was reached: 由240元提高到280元."""
    return "actual" if context.role == "from" else None


def said_to_be_reached(context: Context) -> str | None:
    """截至, 已, 目前 nearer to the number than any word of aims."""
    view, place = context.view, context.reading.start
    reached = view.last_reached(place)
    return "actual" if reached >= 0 and reached > view.last_planned(place) else None


def in_a_plan(context: Context) -> str | None:
    """What a plan's tasks and safeguards do not say to be reached is planned."""
    return "target" if context.section.stance in ("plan", "safeguard") else None


def in_a_review(context: Context) -> str | None:
    """What a review does not give a deadline was reached."""
    if context.section.stance not in ("review", "problem"):
        return None
    view, place = context.view, context.reading.start
    if view.last_planned(place) < 0 or view.last_reached(place) >= 0:
        return "actual"
    spoken = context.sentence_before
    return "target" if _DEADLINE.search(spoken) and _AHEAD.search(spoken) else "actual"


def aimed_at(context: Context) -> str | None:
    """力争, 到2015年, 确保 and the like where the section does not tell."""
    return "target" if context.view.last_planned(context.reading.start) >= 0 else None


def required(context: Context) -> str | None:
    """A bound in a policy is a requirement: 不低于20平方米."""
    bound = context.reading.approximator.approx in _BOUNDS
    return "target" if bound and context.facts.genre in ("plan", "policy") else None


def reached_by_default(context: Context) -> str | None:
    """What is reported without a word of aims was reached."""
    return "actual"


STATUS_RULES: tuple[Rule, ...] = (
    base_of_a_change,
    said_to_be_reached,
    in_a_plan,
    in_a_review,
    aimed_at,
    required,
    reached_by_default,
)

# --- tier ---------------------------------------------------------------------------------------

_TIER_COUNTED = re.compile(
    r"(?P<village>[^,。;、\d]{0,5}村(?![镇民])|(?:城乡)?社区)"
    r"|(?P<township>乡镇|镇街|街道|乡(?!村)|镇(?!江)|重点镇)"
    r"|(?P<county>(?:扩权)?(?:县|区县|县区|市县区|市辖区|区(?![域块间位])))"
    r"|(?P<city>(?:设区|地级|副省级)市|(?:地市|市州|州市|盟市)|市(?:[、,和及(]|$|级)|(?:试点|示范)?城市)"
    r"|(?P<province>省直|省级|省政府|省份|省(?:区市|[、,和及]|$))"
    r"|(?P<national>国家(?!级)|中央|部委|国务院)"
)
_TIER_NAMES = {
    "village": "行政村 建制村 自然村 村级",
    "township": "乡镇 街道 镇级",
    "county": "县级 各区县 区县 县区 县( 各县",
    "city": "市级 设区市 地级市 市州 地市",
    "province": "省级 省直 省本级 自治区级",
}
_TIER_OF = {name: tier for tier, names in _TIER_NAMES.items() for name in names.split()}
_TIER_NAMED = re.compile("|".join(map(re.escape, _TIER_OF)).replace("街道", "街道(?!办理)"))
_RANK = {
    tier: rank for rank, tier in enumerate(("village", "township", "county", "city", "province", "national"))
}
_COUNTED_UNITS = ("个", "", "家", "%")


def tier_counted(context: Context) -> str | None:
    """The bodies or places behind the number: 140个县, 80%的行政村.

    A province counted by a city only grades an award (省级 parks); 国家级 likewise.
    """
    if context.reading.unit not in _COUNTED_UNITS:
        return None
    after = context.after.removeprefix("的")
    found = _TIER_COUNTED.match(after)
    counted = found.lastgroup if found else None
    if counted is None or (counted == "province" and _RANK.get(context.facts.tier, 9) < _RANK["province"]):
        return None
    return _local(counted, context)


def tier_named(context: Context) -> str | None:
    """省级达到85%: the nearest tier named before the number, never one above the reporter's own."""
    if context.reading.unit not in _COUNTED_UNITS:
        return None
    named = _TIER_NAMED.findall(context.before)
    tier = _TIER_OF[named[-1]] if named else None
    if tier is None or _RANK[tier] > _RANK.get(context.facts.tier, 9):
        return None
    return _local(tier, context)


def tier_of_the_reporter(context: Context) -> str | None:
    """Nothing said: the reporting region's own."""
    return context.facts.tier


def _local(tier: str, context: Context) -> str:
    """市级 is the province's tier in a municipality and the county's in a county-level city."""
    own, region = context.facts.tier, context.facts.region
    if tier == "city" and own == "province" and region[:2] in ("11", "12", "31", "50"):
        return "province"
    if tier == "city" and own == "county":
        return "county"
    return tier


TIER_RULES: tuple[Rule, ...] = (tier_counted, tier_named, tier_of_the_reporter)

ATTRIBUTES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("role", ROLE_RULES),
    ("status", STATUS_RULES),
    ("period", PERIOD_RULES),
    ("tier", TIER_RULES),
    ("subject", SUBJECT_RULES),
    ("topic", TOPIC_RULES),
)
"""The attributes in the order they are read: a status may depend on the role, a period on both."""
