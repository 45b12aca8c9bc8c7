"""Attributes: what a quantity measures, when, for whom, reached or planned.

One function an attribute, each a list of rules in one visible order; the first that speaks decides. All
read the same `Context`: the number's clause, sentence, paragraph, section and document, in repaired text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from egovlib import codebook
from egovlib.documents import LEAD
from egovlib.extract.periods import Period, find_periods, plan_years

if TYPE_CHECKING:
    from collections.abc import Callable

    from egovlib.documents import Document
    from egovlib.extract.quantities import Reading
    from egovlib.text.sections import Section


@dataclass(frozen=True, slots=True)
class Attributes:
    """The meaning of one quantity; the values are those of frames.py."""

    role: str
    status: str
    period: str | None
    tier: str
    subject: str | None
    topic: str
    section: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules of one quantity may look at; before and after are within its clause."""

    reading: Reading
    before: str
    after: str
    sentence_before: str
    view: _SentenceView
    document: Document
    carried_subject: str | None
    """The subject of the quantity before in the same sentence: 省级达到85%,市级达到70%."""
    carried_role: str | None
    """The role of the quantity just before in the same list: 344块,其中203块."""

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return self.view.text

    @property
    def section(self) -> Section:
        """The section the sentence stands in."""
        return self.view.section

    @property
    def surface(self) -> str:
        """The quantity itself, in repaired text."""
        return self.document.text[self.reading.start : self.reading.end]


CARRIED_OVER = 16
"""Characters between two quantities of one list; 其中农村地区改造行政村 and the like have up to 12."""
JOINERS = ("、", "和", "与", "及")

_CLAUSE = re.compile(r"[,，。;；:：!！?？\n]|——")


class _SentenceView:
    """What all quantities of one sentence share: found once, asked by place."""

    def __init__(self, text: str, start: int, end: int, section: Section, number: int) -> None:
        self.start, self.end, self.section, self.number = start, end, section, number
        self.text = text[start:end]
        self.cuts = [(match.start() + start, match.end() + start) for match in _CLAUSE.finditer(self.text)]
        self.planned = [match.start() + start for match in _TARGET_WORDS.finditer(self.text)]
        self.reached = [match.start() + start for match in _ACTUAL_WORDS.finditer(self.text)]

    def clause_start(self, place: int) -> int:
        """Where the clause around a place begins."""
        return max((end for _, end in self.cuts if end <= place), default=self.start)

    def clause_end(self, place: int) -> int:
        """Where the clause around a place ends."""
        return min((start for start, _ in self.cuts if start >= place), default=max(self.end, place))


class Reader:
    """Reads the attributes of one document's quantities; what is the same for all of them is found once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.sentences = document.text_sentences
        self.starts = [start for start, _, _ in self.sentences]
        self.periods = [
            period
            for period in find_periods(self.text, year=document.year)
            if not _in_a_title(self.text, period.start)
        ]
        self.period_starts = [period.start for period in self.periods]
        self._by_path = {section.section: section for section in document.text_sections}
        self._dated_headings: dict[str, str | None] = {}
        self._view: _SentenceView | None = None
        self.last: tuple[Reading, str] | None = None
        self.last_subject: tuple[int, str] | None = None
        self.focused = bool(
            _FOCUS.search(f"{document.title or ''} {self.text[:LEAD] if not document.title else ''}")
        )

    def read(self, reading: Reading) -> Attributes | None:
        """The attributes of a reading; None when its context shows that it measures nothing."""
        if not self.sentences:
            return None
        view = self._sentence_around(reading.start)
        context = Context(
            reading,
            before=self.text[view.clause_start(reading.start) : reading.start],
            after=self.text[reading.end : view.clause_end(reading.end)],
            sentence_before=self.text[view.start : reading.start],
            view=view,
            document=self.document,
            carried_subject=self._carried_subject(view),
            carried_role=self._carried_role(reading, view.start),
        )
        if reading.kind == "big" and not _reports_a_result(context):
            return None
        role = role_of(context)
        status = status_of(context, role)
        subject = subject_of(context)
        self.last = (reading, role)
        if subject is not None:
            self.last_subject = (reading.start, subject)
        return Attributes(
            role=role,
            status=status,
            period=self._period(context, status, role),
            tier=tier_of(context),
            subject=subject,
            topic=topic_of(context, subject, focused=self.focused),
            section=view.section.section,
            sentence=view.number,
        )

    def _sentence_around(self, place: int) -> _SentenceView:
        number = max(bisect_right(self.starts, place) - 1, 0)
        if self._view is None or self._view.number != number + 1:
            self._view = _SentenceView(self.text, *self.sentences[number], number + 1)
        return self._view

    def _carried_subject(self, view: _SentenceView) -> str | None:
        return self.last_subject[1] if self.last_subject and self.last_subject[0] >= view.start else None

    def _carried_role(self, reading: Reading, sentence_start: int) -> str | None:
        """Items of one list share their role: the last quantity stands near, in the same unit and sentence."""
        if self.last is None or self.last[0].start < sentence_start or self.last[0].unit != reading.unit:
            return None
        gap, role = self.text[self.last[0].end : reading.start], self.last[1]
        near = len(gap) <= CARRIED_OVER and role in ("flow", "level")
        return role if near or gap in JOINERS else None

    # --- period ---------------------------------------------------------------------------------

    def _period(self, context: Context, status: str, role: str) -> str | None:
        """Own sentence, then the paragraph's governing date, then the section's deadline or heading."""
        view, place = context.view, context.reading.start
        return (
            self._within(view.start, place)
            or self._whole_year(context)
            or self._behind(context, view.end)
            or self._governing(view, place)
            or (self._before_the_change(context) if role == "from" else None)
            or self._heading_period(view.section)
            or (self._deadline(view.section, place) if status == "target" else None)
            or self._reported_year(context)
        )

    def _within(self, start: int, place: int) -> str | None:
        """The nearest date before the number in its sentence; `比2010年` is what it is compared with."""
        i = bisect_left(self.period_starts, place) - 1
        while i >= 0 and self.periods[i].start >= start:
            if not self._is_a_base(self.periods[i], place):
                return _without_start_of_open_span(self.text, self.periods[i], self.document.year)
            i -= 1
        return None

    def _is_a_base(self, period: Period, place: int) -> bool:
        """`比2010年`, `2015年的3.75倍`: what a number is compared with does not date it.

        `2005年的` dates only the number directly behind it.
        """
        if re.search(r"[比较]$|相比|相当于$", self.text[max(0, period.start - 3) : period.start]):
            return True
        if not self.text.startswith("的", period.end):
            return False
        return place - period.end > 3 or bool(re.match(r"[\d.]+ ?倍", self.text[place : place + 8]))

    def _behind(self, context: Context, end: int) -> str | None:
        """A date right behind the number, before the next mark: `建设20个(2015年)`."""
        i = bisect_left(self.period_starts, context.reading.end)
        near = context.reading.end + len(context.after)
        if (
            i < len(self.periods)
            and self.periods[i].start < min(near, end)
            and context.after.startswith(("(", "（"))
        ):
            return self.periods[i].iso
        return None

    def _before_the_change(self, context: Context) -> str | None:
        """What a year's report says a change started from is the year before, or five years before."""
        year = self._reported(context) if self.document.genre == "work_report" else None
        if year is None:
            return None
        return str(year - (5 if "五年" in context.sentence_before else 1))

    def _whole_year(self, context: Context) -> str | None:
        """全年 and 年底前 take the year that is being reported."""
        if not _WHOLE_YEAR.search(context.sentence_before):
            return None
        year = self._reported(context)
        return None if year is None else str(year)

    def _governing(self, view: _SentenceView, place: int) -> str | None:
        """A moment or deadline at the head of the paragraph carries through it."""
        i = bisect_left(self.period_starts, view.start) - 1
        if i < 0 or self.periods[i].start < view.section.start:
            return None
        line = max(self.text.rfind("\n", 0, place) + 1, view.section.start)
        while i >= 0 and self.periods[i].start >= line:
            period = self.periods[i]
            if period.kind != "span" or not self.text[line : period.start].strip():
                return period.iso
            i -= 1
        return None

    def _heading_period(self, section: Section) -> str | None:
        """`一、2023年工作回顾` dates everything below it."""
        if section.section not in self._dated_headings:
            spans = (
                find_periods(parent.heading, year=self.document.year) for parent in self._lineage(section)
            )
            found = next((period for periods in spans for period in periods), None)
            self._dated_headings[section.section] = None if found is None else found.iso
        return self._dated_headings[section.section]

    def _lineage(self, section: Section) -> list[Section]:
        """The section and its parents, the nearest first."""
        path, lineage = section.section, []
        while path:
            if path in self._by_path:
                lineage.append(self._by_path[path])
            path = path.rpartition(".")[0]
        return lineage

    def _deadline(self, section: Section, place: int) -> str | None:
        """The last deadline said before in the same section or its parents governs its list of targets."""
        earliest = min((parent.start for parent in self._lineage(section)), default=section.start)
        i = bisect_left(self.period_starts, place) - 1
        while i >= 0 and self.periods[i].start >= earliest:
            if self.periods[i].kind == "deadline":
                return self.periods[i].iso
            i -= 1
        plan = re.search(r"[”\"]?末|期末|规划期", self.text[max(section.start, place - 60) : place])
        return str(plan_years(section.plan_period)[1]) if plan and section.plan_period else None

    def _reported_year(self, context: Context) -> str | None:
        """A work report speaks of the year before in its review and of its own year in its plan."""
        year = self._reported(context) if self.document.genre == "work_report" else None
        return None if year is None else str(year)

    def _reported(self, context: Context) -> int | None:
        if heading := self._heading_period(context.section):
            return int(heading.split("/")[-1][:4])
        if self.document.year is None:
            return None
        looks_back = context.section.stance == "review" and self.document.genre == "work_report"
        return self.document.year - 1 if looks_back else self.document.year


_WHOLE_YEAR = re.compile(r"全年|当年|(?<![一二三四五六七八九十\d])年内|年底|年末")


def _in_a_title(text: str, place: int) -> bool:
    """Dates inside 《…》 belong to the title."""
    opened = text.rfind("《", max(0, place - 60), place)
    return opened >= 0 and text.find("》", opened, place) < 0


def _without_start_of_open_span(text: str, period: Period, year: int | None) -> str:
    """`2012年至今`, `2009年以来` end at the document's date."""
    if re.match(r"至今|以来|起", text[period.end : period.end + 2]) and year is not None:
        return f"{period.iso[:4]}/{year}"
    return period.iso


# --- role -----------------------------------------------------------------------------------------

_CHANGE = (
    "(?:增长|增加|增幅|增速|上升|上涨|下降|降低|降幅|减少|减(?!税|负|免|贫|排)|缩短|压缩|压减|精简|缩减|节约|节省"
    "|提高|提升|扩大|扩容|翻|快于|升|降|涨|再加|提(?![交案供出前请起]))"
)
_REACHES = "(?:至|到|为|达到?|成)"
_MAY_CHANGE = re.compile("[增上下降减缩压精节提扩翻快升涨加从由少多]")
"""One look that spares most numbers the patterns of change."""
_RANKED = re.compile(r"[第列居排]|位次|排名")
_FROM = re.compile(r"(?:从|由)[^,。;]{0,24}$")
_TO_FOLLOWS = re.compile(r"[^。;]{0,14}?(?:至|到|为|达)")
_RATE_OF_CHANGE = re.compile(
    r"(?:增速|增幅|增长率|降幅|涨幅|增量)(?:为|达到?|是|约|在)?[^,。;\d]{0,3}$|(?:少|多|加)了?$"
)
_TO = re.compile(
    rf"{_CHANGE}[^,。;\d]{{0,6}}?{_REACHES}了?[^,。;\d]{{0,3}}$|(?:从|由)[^,。;]*\d[^,。;]*(?:至|到|为)[^,。;\d]{{0,3}}$"
)
_CHANGED_BY = re.compile(rf"{_CHANGE}[^,。;\d]{{0,5}}$")
_CHANGE_FOLLOWS = re.compile(rf"[^,。;]{{0,3}}{_CHANGE}")

_FLOW_WORDS = (
    "受理|办理|办结|办成|办完|接听|接到|接受|接收|发放|发出|发送|发布|主动公开|访问|点击|浏览|查询|转送|派出|申报|召开|举办|培训|新(?!型|的|区|能|一)"
    "|开工|登记(?!在册)|投资|投入|支出|收入|产值|总值|增加值|销售|交易|签约|签订|引进|争引|贷款|融资|减税|减免|资金|兑付|处理|推送|检查|查处"
    "|制定|印发|出台|修订|授权|申请|调用|接待|生产|产粮|消费|补助|奖励|拨付|筹集|筹措|捐|批准|取消|下放|来电|工单|测评|转移|就业|资助"
    "|改造(?!的)|改建|改厕|安装|增设|搬迁|减贫|脱贫|安置|救助|获得|获批|获评|认定|安排|日均|年均|每天|每年|引育|立项|攻克|净增|招收|招录|招引"
    "|创建|争创|治理|整治|拆除|处置|化解|解决|惠及|成立|转化|出让|供地|消化|识别|交付|重组|共建|选派|淘汰|关停|清退"
)
_FLOW_NOUNS = re.compile(
    "吞吐量|产量|总产|进出口|销售额|营业收入|交易额|成交额|成交金额|零售总额|客流|游客|签约额"
)
"""Amounts of a period even where they "reach" a value: 粮食产量达到…"""
_PROJECT_SIZE = re.compile("总投资|计划投资|余额|资产|标准|每|注册资本|市值|限额")
_DONE_THIS_YEAR = "完成|实现|打通|启动"
"""In a work report these tell what the year brought; elsewhere 完成 tells what there is, and the others nothing."""
_FLOW_FOLLOWS = re.compile("[^,。;]{0,12}(?:检查|测评|获得|办完|办结|培训)")
_DONE = re.compile("(?:完成|开展)[^,。;]*$")
_FLOW_UNITS = frozenset(
    ("人次", "次", "件", "篇", "笔", "户次", "家次", "件次", "场次", "批次", "班次", "架次", "辆次", "件/年", "户次/年", "场", "起", "例", "宗")
)  # fmt: skip
_STOCK_WORDS = (
    "建成|拥有|共有|现有|达到|覆盖|接入|联通|连通|连接|联接|保有|总数|总量|总规模|存量|规模|余额|资产|储量|面积|里程|纳入|入库|收录|涵盖|已有|成为"
    "|入选|在库|登记在册|培育|平均|人均|每万|每百|归集|汇聚|开展|上线|累计建|累计达|打造"
)
_STOCK_OR_FLOW = re.compile(f"(?P<flow>{_FLOW_WORDS})|(?P<year>{_DONE_THIS_YEAR})|(?P<stock>{_STOCK_WORDS})")
_LEVEL_UNITS = frozenset(("%", "‰", "工作日", "小时", "分钟", "年", "天", "月", "秒", "倍"))
_PER_HEAD = re.compile("每万人|每百|人均(?!可支配收入|收入)|拥有量|平均(?!每)")


_TELLING = 30
"""Characters before a number in which the verb stands that tells its role; patterns end at the number."""


def role_of(context: Context) -> str:
    """The role: level | flow | change | from | to | rank, by the wording around the number."""
    reading, before, after = context.reading, context.before[-_TELLING:], context.after
    if reading.kind in ("rank", "grade") or (
        reading.unit == "位" and _RANKED.search(before[-6:] + context.surface)
    ):
        return "rank"
    if reading.kind == "big":
        return "level"
    if _MAY_CHANGE.search(before):
        following = context.document.text[reading.end : reading.end + 24]
        if _FROM.search(before) and _TO_FOLLOWS.match(following):
            return "from"
        if _RATE_OF_CHANGE.search(before):
            return "change"
        if _TO.search(before):
            return "to"
        if _CHANGED_BY.search(before):
            return "change"
    if reading.unit == "百分点" or (reading.unit in ("%", "倍") and _CHANGE_FOLLOWS.match(after)):
        return "change"
    return _stock_or_flow(context)


def _stock_or_flow(context: Context) -> str:
    """A share or a stock at a moment is a level, what happened over a period a flow; the nearest word decides."""
    unit, before = context.reading.unit, context.before
    if context.carried_role == "change":
        return "change"
    if unit in _LEVEL_UNITS or unit.endswith("/百人") or _PER_HEAD.search(before[-12:]):
        return "level"
    if unit in _FLOW_UNITS or _FLOW_NOUNS.search(before[-12:]):
        return "flow"
    if unit in ("元", "美元"):
        return "level" if _PROJECT_SIZE.search(before[-16:]) else "flow"
    words = [match.lastgroup for match in _STOCK_OR_FLOW.finditer(before)]
    if context.document.genre != "work_report":
        words = [word for word in words if word != "year"]
    if (not words or _DONE.search(before)) and _FLOW_FOLLOWS.match(context.after):
        return "flow"
    if words:
        return "level" if words[-1] == "stock" else "flow"
    return context.carried_role or "level"


# --- status ---------------------------------------------------------------------------------------

_DEADLINE = re.compile(
    r"(?<!年)到(?:20\d\d|二〇)|20\d\d年(?:底|末)?前|年底前|(?<![一二三四五六七八九十\d])年内|期末"
)
_TARGET_WORDS = re.compile(
    rf"力争|确保|争取|计划|预期|预计|目标|将(?=[^军领近])|拟|要(?=[^求点素件])|努力|{_DEADLINE.pattern}|明年|未来|今后"
    r"|不低于|必须|应当?(?![用急对])|实现.{0,20}的目标"
)
_ACTUAL_WORDS = re.compile(
    "截至|截止|已(?!经?成为趋势)|目前|建成了|实现了|达到了|取得|被评为|获得|去年|上年|以来|现有|共有|同比"
)
_BOUNDS = ("at_least", "at_most")


def status_of(context: Context, role: str) -> str:
    """The status: in a plan's sections what is not said to be reached is planned, elsewhere the reverse.

    What a change starts from was reached: 由240元提高到280元.
    """
    if role == "from":
        return "actual"
    stance = context.section.stance
    place = context.reading.start
    reached = max((start for start in context.view.reached if start < place), default=-1)
    planned = max((start for start in context.view.planned if start < place), default=-1)
    if reached > planned:
        return "actual"
    if stance in ("plan", "safeguard"):
        return "target"
    if stance in ("review", "problem"):
        spoken = context.sentence_before
        ahead = planned >= 0 > reached and _DEADLINE.search(spoken) and re.search("将|力争|要|达到", spoken)
        return "target" if ahead else "actual"
    required = context.document.genre in ("plan", "policy") and context.reading.approximator.approx in _BOUNDS
    return "target" if planned >= 0 or required else "actual"


# --- tier -----------------------------------------------------------------------------------------

_TIER_COUNTED = (
    ("village", re.compile(r"^[^,。;、\d]{0,5}村(?![镇民])|^(?:城乡)?社区")),
    ("township", re.compile(r"^(?:乡镇|镇街|街道|乡(?!村)|镇(?!江)|重点镇)")),
    ("county", re.compile(r"^(?:扩权)?(?:县|区县|县区|市县区|市辖区|区(?![域块间位]))")),
    (
        "city",
        re.compile(
            r"^(?:设区|地级|副省级)市|^(?:地市|市州|州市|盟市)|^市(?:[、,和及(]|$|级)|^(?:试点|示范)?城市"
        ),
    ),
    ("province", re.compile(r"^(?:省直|省级|省政府|省份|省(?:区市|[、,和及]|$))")),
    ("national", re.compile(r"^(?:国家(?!级)|中央|部委|国务院)")),
)
_TIER_NAMED = (
    ("village", re.compile(r"行政村|建制村|自然村|村级")),
    ("township", re.compile(r"乡镇|街道(?!办理)|镇级")),
    ("county", re.compile(r"县级|各区县|区县|县区|县\(|各县")),
    ("city", re.compile(r"市级|设区市|地级市|市州|地市")),
    ("province", re.compile(r"省级|省直|省本级|自治区级")),
)
_RANK = {
    tier: rank for rank, tier in enumerate(("village", "township", "county", "city", "province", "national"))
}


def tier_of(context: Context) -> str:
    """The tier of what is counted where the text marks it, else of the reporting region.

    A word above the reporter's own tier grades an award (国家级 parks of a city) and is no tier of the bodies
    counted, unless the bodies themselves stand behind the number (10个国家部门).
    """
    own = context.document.tier or "unknown"
    if context.reading.unit in ("个", "", "家", "%"):
        after = context.after.removeprefix("的")
        counted = next((tier for tier, pattern in _TIER_COUNTED if pattern.match(after)), None)
        if counted is not None and not (counted == "province" and _RANK.get(own, 9) < _RANK["province"]):
            return _local(counted, context)
        marks = [
            (match.start(), tier)
            for tier, pattern in _TIER_NAMED
            for match in pattern.finditer(context.before)
        ]
        if marks and _RANK[max(marks)[1]] <= _RANK.get(own, 9):
            return _local(max(marks)[1], context)
    return own


def _local(tier: str, context: Context) -> str:
    """市级 is the province's tier in a municipality and the county's in a county-level city."""
    own = context.document.tier
    region = context.document.region or ""
    if tier == "city" and own == "province" and region[:2] in ("11", "12", "31", "50"):
        return "province"
    if tier == "city" and own == "county":
        return "county"
    return tier


# --- subject --------------------------------------------------------------------------------------

_PREDICATE = re.compile(
    r"(?:已|均|都|共|将|基本|总共|分别|累计|平均|现|仅|只|要|再|比原来|较上年|同比)*(?:达到?|达成|突破|超过|超|为|占|约为|是|有|至|到|增至|提高到|提升至|"
    r"缩短至|压缩至|下降到|增长|下降|提高|提升|减少|增加|缩短|实现|保持在|控制在|稳定在|低于|高于|由原来的|由|从|原来的?|比)+(?:了)?$"
)
_OPENING = re.compile(
    r"^(?:其中|同时|此外|另外|目前|此间|全年|据统计|到|截至|截止|自|从|在|已|共|并|还|也|将|使|让|把|对|向|比|较|"
    r"(?:19|20)\d\d年(?:\d+月(?:\d+日)?)?(?:底|末|初|前)?|今年|去年|年底前|全国|全省|全市|全县|全区|我省|我市|我县|本市|[,:\s、和及])+"
)
_NUMBER_TAIL = re.compile(r"(?:约|近|超过?|突破|接近|不低于)?\d[\d.,]*[^\d]{0,8}$")
_NOT_A_NOUN = re.compile(r"增长|下降|提高|缩短|压缩|以上|以下|以内|左右|内|至|到|完成|办结|,|或|并")
_TIER_ONLY = re.compile(r"(?:省|市|县|区|乡镇|镇|村)(?:级|本级|一级)?|各[省市县区]")
_ASKS_FOR_MORE = re.compile(r"[市县区省村镇]|县\(区\)|部门|单位|项目|系统|个|企业|业务|数据|应用|信息")
"""Nouns that alone say too little; the verb phrase before the number is put before them."""


def subject_of(context: Context) -> str | None:
    """What is measured: the noun behind the measure word, else what stands before the predicate.

    An elided noun is taken from the list it belongs to (省级达到85%,市级达到70%), a bare 市 or 部门 gets the
    verb phrase before the number.
    """
    shares = context.reading.unit in ("%", "‰", "倍", "百分点")
    following = _noun_behind(context.after, shares=shares)
    preceding = _noun_before(context.before)
    if _TIER_ONLY.fullmatch(preceding) and context.carried_subject:
        return preceding + _TIER_ONLY.sub("", context.carried_subject, count=1)
    if following:
        short = shares or _ASKS_FOR_MORE.fullmatch(following)
        return preceding + following if short else following
    if len(preceding) > 2:
        return preceding
    earlier = re.split(r"[,。;:]", context.sentence_before.rstrip(",。;: "))
    pieces = (_noun_before(_NUMBER_TAIL.sub("", piece)) for piece in reversed(earlier[:-1] or earlier))
    found = next((piece for piece in pieces if len(piece) > 2), "")
    return (found + preceding) or None


def _noun_behind(after: str, *, shares: bool) -> str:
    """The noun phrase that begins behind the number; 80%的行政村 has it behind 的, other shares have none."""
    if shares and not after.startswith("的"):
        return ""
    words = re.split(r"[,。;:!?\n]", after.strip(" “”").removeprefix("的"))[0]
    words = re.sub(r"(?:达到?|超过|突破|为|占)?(?:近|约|超)?\d.*$", "", words)
    whole, of, part = words.partition("的")
    if of and "、" in part:
        words = whole  # 法人单位的登记、资质、监管信息: the units, not what is recorded of them
    words = words.rstrip("、和及与的等 ")
    return words if re.match(r"[一-鿿A-Za-z“《]", words) and not _NOT_A_NOUN.match(words) else ""


def _noun_before(before: str) -> str:
    words = _OPENING.sub("", before.strip(" “”"), count=1)
    words = _NUMBER_TAIL.sub("", words)
    words = _NO_WORD.sub("", _without_predicate(words), count=1)
    return _without_predicate(words)


_NO_WORD = re.compile(r"^[^一-鿿A-Za-z“《]+")
_LONGEST_PREDICATE = 14


def _without_predicate(words: str) -> str:
    """Cut the predicate at the end; only the end is searched, a clause may be long."""
    head, tail = words[:-_LONGEST_PREDICATE], words[-_LONGEST_PREDICATE:]
    return head + _PREDICATE.sub("", tail)


_RESULT_VERBS = re.compile(r"建成|上线|投入|形成|开通|完成|建立|推出|构建了|实施了|打造了|运行|使用")
_SYSTEM_NOUNS = re.compile(r"^[^,。;、]{0,8}(?:系统|平台|数据库|网络|中心|应用|体系)")


def _reports_a_result(context: Context) -> bool:
    """三大应用系统 counts when the sentence reports that they were made."""
    return (
        bool(_RESULT_VERBS.search(context.sentence))
        and bool(_SYSTEM_NOUNS.match(context.after))
        and context.section.stance == "review"
    )


# --- topic ----------------------------------------------------------------------------------------

_FOCUS = re.compile(
    "电子政务|数字政府|信息化|政务服务|政务公开|信息公开|政府网站|政务新媒体|智慧|数字化|大数据|数字(?!经济高)|互联网\\+|网络安全"
)
"""Titles of documents that are about e-government or informatisation; in others only strong terms speak."""
_EGOVERNMENT = re.compile("电子政务|数字政府|政务")


@cache
def _topic_terms(strength: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """One alternation of the terms of a strength, longest first, and each term's topic."""
    terms = {
        term: row["topic"]
        for row in codebook.rows("topics")
        if row["strength"] == strength
        for term in row["terms"].split("|")
    }
    heads = "".join(sorted({term[0] for term in terms}))
    alternatives = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
    return re.compile(f"(?=[{heads}])(?:{alternatives})"), terms


def topic_of(context: Context, subject: str | None, *, focused: bool) -> str:
    """The topic of the subject, else of the clause, the sentence and the heading; `other` outside e-government.

    The nearer part decides. Weak terms (系统, 审批) and wider parts speak only in documents about e-government:
    in a work report the system of a sentence's other clause says nothing of its tons of grain.
    """
    clause = context.before[-24:] + context.after[:20]
    for part in (subject or "", clause):
        if (topic := _topic_in(part, "strong")) is not None:
            return topic
    if not focused:
        return "other"
    heading = context.section.heading
    parts = ((clause, "weak"), (context.sentence, "strong"), (heading, "strong"), (heading, "weak"))
    found = (_topic_in(part, strength) for part, strength in parts)
    fallback = "applications" if _EGOVERNMENT.search(context.document.title or "") else "other"
    return next((topic for topic in found if topic is not None), fallback)


def _topic_in(text: str, strength: str) -> str | None:
    """The topic whose term stands nearest the end of `text`."""
    regex, terms = _topic_terms(strength)
    found = regex.findall(text)
    return terms[found[-1]] if found else None
