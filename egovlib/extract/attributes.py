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

from egovlib.extract.periods import Period, find_periods, plan_years
from egovlib.extract.themes import topic_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    sentence: str
    section: Section | None
    document: Document

    @property
    def surface(self) -> str:
        """The quantity itself, in repaired text."""
        return self.document.text[self.reading.start : self.reading.end]


_CLAUSE = re.compile(r"[,，。;；:：!！?？\n]|——")


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

    def read(self, reading: Reading) -> Attributes | None:
        """The attributes of a reading; None when its context shows that it measures nothing."""
        number = max(bisect_right(self.starts, reading.start) - 1, 0)
        if not self.sentences:
            return None
        start, end, section = self.sentences[number]
        context = Context(
            reading,
            before=self._before(reading.start, start),
            after=self._after(reading.end, max(end, reading.end)),
            sentence_before=self.text[start : reading.start],
            sentence=self.text[start:end],
            section=section,
            document=self.document,
        )
        if reading.kind == "big" and not _reports_a_result(context):
            return None
        status = status_of(context)
        subject = subject_of(context)
        return Attributes(
            role=role_of(context),
            status=status,
            period=self._period(context, number, status),
            tier=tier_of(context),
            subject=subject,
            topic=topic_of(context, subject),
            section=section.section,
            sentence=number + 1,
        )

    def _before(self, place: int, sentence_start: int) -> str:
        piece = self.text[sentence_start:place]
        cuts = list(_CLAUSE.finditer(piece))
        return piece[cuts[-1].end() :] if cuts else piece

    def _after(self, place: int, sentence_end: int) -> str:
        piece = self.text[place:sentence_end]
        cut = _CLAUSE.search(piece)
        return piece[: cut.start()] if cut else piece

    # --- period ---------------------------------------------------------------------------------

    def _period(self, context: Context, number: int, status: str) -> str | None:
        """Own sentence, then the paragraph's governing date, then the section's deadline or heading."""
        start, end, section = self.sentences[number]
        place = context.reading.start
        rules: tuple[Callable[[], str | None], ...] = (
            lambda: self._within(start, place),
            lambda: self._whole_year(context),
            lambda: self._behind(context, end),
            lambda: self._governing(start, place),
            lambda: self._heading_period(section),
            lambda: self._deadline(section, place) if status == "target" else None,
            lambda: self._reported_year(context, status),
        )
        return next((found for rule in rules if (found := rule()) is not None), None)

    def _within(self, start: int, place: int) -> str | None:
        """The nearest date before the number in its sentence; `比2010年` is what it is compared with."""
        i = bisect_left(self.period_starts, place) - 1
        while i >= 0 and self.periods[i].start >= start:
            if not re.search(
                r"[比较]$|相比", self.text[max(0, self.periods[i].start - 2) : self.periods[i].start]
            ):
                return _without_start_of_open_span(self.text, self.periods[i], self.document.year)
            i -= 1
        return None

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

    def _whole_year(self, context: Context) -> str | None:
        """全年 and 年底前 take the year that is being reported."""
        if not re.search(r"全年|当年|年内|年底前|年底|年末", context.sentence_before):
            return None
        year = self._reported(context)
        return None if year is None else str(year)

    def _governing(self, start: int, place: int) -> str | None:
        """A moment or deadline at the head of the paragraph carries through it."""
        line = self.text.rfind("\n", 0, place) + 1
        line = max(line, self._section_start(start))
        i = bisect_left(self.period_starts, start) - 1
        while i >= 0 and self.periods[i].start >= line:
            period = self.periods[i]
            if period.kind != "span" or not self.text[line : period.start].strip():
                return period.iso
            i -= 1
        return None

    def _section_start(self, place: int) -> int:
        return self.sentences[max(bisect_right(self.starts, place) - 1, 0)][2].start

    def _heading_period(self, section: Section) -> str | None:
        """`一、2023年工作回顾` dates everything below it."""
        for parent in self._lineage(section):
            found = list(find_periods(parent.heading, year=self.document.year))
            if found:
                return found[0].iso
        return None

    def _lineage(self, section: Section) -> list[Section]:
        """The section and its parents, the nearest first."""
        by_path = {s.section: s for s in self.document.text_sections if s.start <= section.start}
        path, lineage = section.section, []
        while path:
            if path in by_path:
                lineage.append(by_path[path])
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

    def _reported_year(self, context: Context, status: str) -> str | None:
        """A work report speaks of the year before in its review and of its own year in its plan."""
        if self.document.genre != "work_report" or context.section is None:
            return None
        year = self._reported(context)
        return None if year is None else str(year)

    def _reported(self, context: Context) -> int | None:
        year, section = self.document.year, context.section
        if section is not None and (heading := self._heading_period(section)):
            return int(heading[:4])
        if year is None:
            return None
        looks_back = (
            section is not None and section.stance == "review" and self.document.genre == "work_report"
        )
        return year - 1 if looks_back else year


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

_CHANGE_VERBS = (
    "(?:增长|增加|增幅|增速|上升|上涨|下降|降低|降幅|减少|减|缩短|压缩|压减|精简|缩减|节约|节省"
    "|提高|提升|扩大|翻|快于|高于|低于|升|降|涨|新增?长)"
)
_REACHES = r"(?:至|到|为|达到?|成)"
_BEFORE_NUMBER = r"(?:了|约|近|超过?|逾|幅度|比例|[^,。;\d]{0,4}?)?"
_FLOW_WORDS = re.compile(
    r"受理|办理|办结|接听|接受|接收|发放|发布|公开|访问|查询|转送|申报|召开|举办|培训|新增|新建|新设|新办|新登记|完成|投资|投入|支出|收入|"
    r"产值|总值|增加值|销售|交易|签约|引进|进出口|成交|贷款|减税|资金|处理|归集|推送|点击|浏览|检查|查处|开展|实施|组织|制定|印发|出台|"
    r"修订|授权|申请|录入次|调用|共享(?:数据)?次|游客|接待|生产|产量|贡献|消费|补助|奖励|拨付|筹集|捐|批准|取消|下放|审批项目|来电|工单|用量|流量|评测|测评"
)
_FLOW_UNITS = frozenset(
    (
        "人次",
        "次",
        "件",
        "篇",
        "笔",
        "户次",
        "家次",
        "件次",
        "场次",
        "批次",
        "班次",
        "架次",
        "辆次",
        "件/年",
        "户次/年",
        "场",
        "起",
        "例",
        "宗",
    )
)
_STOCK_WORDS = re.compile(
    r"建成|拥有|共有|现有|达到|覆盖|接入|联通|连通|连接|联接|保有|总数|总量|总规模|累计建|存量|规模|余额|资产|储量|面积|里程|纳入|入库|收录|涵盖|已有|成为|"
    r"入选|认定|获批|培育|平均|人均|每"
)


def role_of(context: Context) -> str:
    """Level | flow | change | from | to | rank, by the wording around the number."""
    reading, before, after, unit = context.reading, context.before, context.after, context.reading.unit
    if reading.kind in ("rank", "grade") or (
        unit == "位" and re.search(r"[第列居排]", before[-6:] + context.surface)
    ):
        return "rank"
    if (
        re.search(r"(?:从|由)[^,。;]{0,18}$", before)
        and re.match(
            rf"[^。;]{{0,16}}?{_CHANGE_VERBS}?[^。;]{{0,6}}?(?:{_REACHES}|的)",
            after + context.document.text[reading.end + len(after) :][:12],
        )
        and re.search(r"^[^。;]{0,14}(?:至|到|为|达)", context.document.text[reading.end : reading.end + 20])
    ):
        return "from"
    if re.search(rf"{_CHANGE_VERBS}[^,。;\d]{{0,6}}?{_REACHES}(?:了)?[^,。;\d]{{0,3}}$", before):
        return "to"
    if re.search(r"(?:从|由)[^,。;]*\d[^,。;]*(?:至|到|为)[^,。;\d]{0,3}$", before):
        return "to"
    if re.search(rf"{_CHANGE_VERBS}[^,。;\d]{{0,5}}$", before) and not re.search(r"提高标准|扩大到", before):
        return "change"
    if "百分点" in unit or (unit in ("%", "倍") and re.match(rf"[^,。;]{{0,3}}(?:{_CHANGE_VERBS})", after)):
        return "change"
    if unit == "倍" and re.search(r"是|为|的", before[-4:]):
        return "level"
    return _stock_or_flow(context)


def _stock_or_flow(context: Context) -> str:
    """A share or a stock at a moment is a level, what happened over a period a flow; the nearest word decides."""
    unit, near = context.reading.unit, context.before[-16:] + "|" + context.after[:12]
    if unit in ("%", "‰", "工作日", "小时", "分钟", "年", "天", "月", "秒") or unit.endswith("/百人"):
        return "level"
    if unit in _FLOW_UNITS:
        return "flow"
    if unit in ("元", "美元"):
        return "level" if re.search(r"人均|余额|资产|标准|平均|每|注册资本|市值", near) else "flow"
    flow = [match.start() for match in _FLOW_WORDS.finditer(context.before)]
    stock = [match.start() for match in _STOCK_WORDS.finditer(context.before)]
    if flow and (not stock or max(flow) > max(stock)):
        return "flow"
    if (
        not flow
        and not stock
        and re.search(r"全年|当年|累计", context.sentence_before[-40:])
        and unit in ("份", "个", "人", "张")
    ):
        return "flow"
    return "level"


# --- status ---------------------------------------------------------------------------------------

_TARGET_WORDS = re.compile(
    r"力争|确保|争取|计划|预期|预计|目标|将(?=[^军领近])|拟|要(?=[^求点素件])|努力|到(?:20\d\d|二〇)|20\d\d年(?:底|末)?前|年底前|年内|明年|未来|今后|不低于|必须|应当?(?![用急对])|实现.{0,20}的目标"
)
_ACTUAL_WORDS = re.compile(
    r"截至|截止|已(?![经]?成为趋势)|目前|建成了|实现了|达到了|取得|被评为|获得|累计|去年|上年|以来|现有|共有|同比"
)


def status_of(context: Context) -> str:
    """Actual | target: in a plan's sections what is not said to be reached is planned, elsewhere the reverse."""
    stance = context.section.stance if context.section else "other"
    spoken = context.sentence_before + context.before
    if stance in ("plan", "safeguard"):
        return (
            "actual"
            if _ACTUAL_WORDS.search(spoken) and not _TARGET_WORDS.search(context.before)
            else "target"
        )
    if stance in ("review", "problem"):
        return (
            "target"
            if re.search(r"到(?:20\d\d)年.{0,30}(?:将|力争|要|达到)|力争", spoken)
            and not _ACTUAL_WORDS.search(spoken)
            else "actual"
        )
    return "target" if _TARGET_WORDS.search(spoken) and not _ACTUAL_WORDS.search(spoken) else "actual"


# --- tier -----------------------------------------------------------------------------------------

_TIER_COUNTED = (
    (
        "village",
        re.compile(r"^的?(?:建制|行政|自然|中心)?村(?![镇])|^的?(?:行政|自然)村|^(?:城乡)?社区|^村级"),
    ),
    ("township", re.compile(r"^的?(?:个)?(?:乡镇|镇街|街道|乡(?!村)|镇(?!江)|重点镇)")),
    ("county", re.compile(r"^的?(?:扩权)?(?:县|区县|县区|市县区|市辖区|区(?![域块间位]))")),
    (
        "city",
        re.compile(
            r"^的?(?:设区|地级|副省级)市|^的?(?:地市|市州|州市|盟市)|^市(?:[、,和及(]|$|级)|^(?:国家级)?(?:试点|示范)?城市"
        ),
    ),
    ("province", re.compile(r"^的?(?:省直|省级|省政府|省份|省(?:区市|[、,和及]|$))")),
    ("national", re.compile(r"^(?:国家|中央|部委|国务院)")),
)
_TIER_NAMED = (
    ("village", re.compile(r"行政村|建制村|自然村|村级")),
    ("township", re.compile(r"乡镇|街道(?!办理)|镇级")),
    ("county", re.compile(r"县级|各区县|区县|县区|县\(|各县")),
    ("city", re.compile(r"市级|设区市|地级市|市州|地市")),
    ("province", re.compile(r"省级|省直|省本级|自治区级|全省")),
    ("national", re.compile(r"全国|国家级|中央级")),
)


def tier_of(context: Context) -> str:
    """The tier of what is counted where the text marks it, else of the reporting region."""
    own = context.document.tier or "unknown"
    for tier, pattern in _TIER_COUNTED:
        if context.reading.unit in ("个", "", "家", "%") and pattern.match(context.after.removeprefix("的")):
            return _local(tier, context)
    marks = [
        (match.start(), tier) for tier, pattern in _TIER_NAMED for match in pattern.finditer(context.before)
    ]
    if marks and context.reading.unit in ("%", "个", "家"):
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
    r"(?:已|均|都|共|将|基本|总共|分别|累计|平均)*(?:达到?|达成|突破|超过|超|为|占|约为|是|有|至|到|增至|提高到|提升至|缩短至|压缩至|下降到|增长|下降|提高|提升|减少|增加|缩短|实现|保持在|控制在|稳定在|低于|高于)+(?:了)?$"
)
_OPENING = re.compile(
    r"^(?:其中|同时|此外|另外|目前|此间|全年|据统计|到|截至|截止|自|从|在|已|共|并|还|也|将|使|让|把|对|向|比|较|"
    r"(?:19|20)\d\d年(?:\d+月(?:\d+日)?)?(?:底|末|初|前)?|今年|去年|年底前|全国|全省|全市|全县|全区|我省|我市|我县|本市|[,:\s、])+"
)
_VERB_HEAD = re.compile(
    r"^.*?(?:建成|建设|完成|实现|开通|接入|覆盖|收录|录入|整合|发布|发放|办理|受理|新增|新建|培育|打造|汇聚|归集|设立|设|拥有|共有|开展|组织|推动|推出|上线|形成|达到)(?:了)?(?=.{2,})"
)


def subject_of(context: Context) -> str | None:
    """What is measured: the noun behind the measure word, else what stands before the predicate."""
    before, after = context.before, context.after
    following = (
        _noun_behind(after) if context.reading.unit not in ("%", "‰", "倍", "百分点") else _share_noun(after)
    )
    preceding = _noun_before(before)
    if following and len(following) >= 2:
        return following
    if preceding:
        return preceding
    earlier = re.split(r"[,。;:]", context.sentence_before.rstrip(",。;: "))
    pieces = [_noun_before(piece) for piece in reversed(earlier)]
    return next((piece for piece in pieces if piece), following or None)


def _noun_behind(after: str) -> str:
    words = re.split(r"[()（）,。;:!?\n]", after.strip(" “”"))[0]
    words = re.sub(r"^(?:的|以上的?|左右的?)", "", words)
    words = re.sub(r"(?:达到?|超过|突破|为|占)?(?:近|约|超)?\d.*$", "", words)
    return (
        words
        if re.match(r"[一-鿿A-Za-z“《]", words)
        and not re.match(r"(?:增长|下降|提高|以上|左右|,|和|及|与|、|至|到)", words)
        else ""
    )


def _share_noun(after: str) -> str:
    """80%的行政村: the whole behind 的."""
    return _noun_behind(after) if after.startswith("的") else ""


def _noun_before(before: str) -> str:
    words = _OPENING.sub("", before.strip(" “”"))
    words = _PREDICATE.sub("", words)
    words = re.sub(r"^[^一-鿿A-Za-z“《]+", "", words)
    words = _PREDICATE.sub("", words)
    return words if len(words) >= 2 else ""


_RESULT_VERBS = re.compile(r"建成|上线|投入|形成|开通|完成|建立|推出|构建了|实施了|打造了|运行|使用")
_SYSTEM_NOUNS = re.compile(r"^[^,。;、]{0,8}(?:系统|平台|数据库|网络|中心|应用|体系)")


def _reports_a_result(context: Context) -> bool:
    """三大应用系统 counts when the sentence reports that they were made."""
    return (
        bool(_RESULT_VERBS.search(context.sentence))
        and bool(_SYSTEM_NOUNS.match(context.after))
        and (context.section is None or context.section.stance == "review")
    )


# --- topic ----------------------------------------------------------------------------------------


@cache
def _topic_regex() -> tuple[re.Pattern[str], dict[str, str]]:
    terms = topic_terms()
    return re.compile("|".join(sorted(map(re.escape, terms), key=len, reverse=True)), re.IGNORECASE), terms


def topic_of(context: Context, subject: str | None) -> str:
    """The topic of the subject, else of the clause, the sentence, the heading; `other` outside e-government."""
    heading = context.section.heading if context.section else ""
    for part in (subject or "", context.before[-20:] + context.after[:16], context.sentence, heading):
        topic = _topic_in(part)
        if topic is not None:
            return topic
    title = context.document.title or ""
    return "applications" if re.search(r"电子政务|数字政府", title + heading) else "other"


def _topic_in(text: str) -> str | None:
    """The topic whose terms stand nearest the end of `text`."""
    regex, terms = _topic_regex()
    found: Sequence[str] = regex.findall(text)
    return terms[found[-1].lower()] if found and found[-1].lower() in terms else None
