"""Status and owner of a system, from the words of its own sentence and the stance of its section.

The rules stand in one visible order, which is the specification; the first that speaks decides. A rule is a
function from the `Place` of a mention to a status, or None when it has nothing to say. What a section does
(review, plan …) decides how its verbs are read: 建设 is under way in a review and ahead in a plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from egovlib.extract.system_catalogue import read_words

if TYPE_CHECKING:
    from egovlib.codebook.beginnings import Kinds
    from egovlib.documents import Document
    from egovlib.extract.system_forms import Mention
    from egovlib.text.sections import Section

REACH = 200
"""Characters of its sentence that a rule looks at on either side of a name."""
GOVERNS = 40
"""Characters of its clause before a name in which its verb stands; lists of systems make it long."""
FURTHER = 70
"""Characters of the sentence before a name in which a plan's verb stands when the clause has none."""
_CLAUSE_END = re.compile(r"[,，;；。:：!！?？\n.．](?<![A-Za-z\d][.．])")
_WITHIN_SENTENCE = ",，:："
"""The ends of clauses that end no sentence."""
GUIDES = ("本指南", "本导则")
"""How a document calls itself that says what systems are to be like."""
LOOKS_AHEAD = ("plan", "safeguard")


class Place(NamedTuple):
    """What the rules of one mention look at: its clause before and after the name, and the rest of the sentence.

    `governing` is the kind of the last verb before the name, which several rules ask for; `mature` says that the
    system is of a kind that every government has, `guide` that the document says what systems are like, not which
    there are, `yearly` that it reports on one year and announces the next.
    """

    before: str
    after: str
    rest: str
    ahead: bool
    sentence: str
    governing: str | None
    mature: bool
    guide: bool
    yearly: bool


Rule = Callable[[Place], "str | None"]


@cache
def _words() -> dict[str, re.Pattern[str]]:
    words = read_words()
    kinds = ("planned", "pilot", "progress", "done", "improve", "use", "build", "result")
    return {kind: re.compile(words.pattern(kind)) for kind in kinds}


@cache
def _verbs() -> Kinds:
    return read_words().kinds("improve", "finish", "use", "build")


def pilot(place: Place) -> str | None:
    """智慧城市试点建设: a pilot is running; 试点地区 only says where."""
    near = place.before[-12:] + "|" + place.after[:14]
    told = _words()["pilot"].search(near) and _words()["pilot"].search(_PILOT_PLACE.sub("", near))
    return "under_construction" if told else None


def spoken_of(place: Place) -> str | None:
    """智慧社区的建设要求, 适用于智慧社区建设和运营: a plan or guide speaks of the system and leaves its status open."""
    if not place.ahead or place.governing in ("build", "finish", "improve"):
        whole = place.ahead and _WHOLE_LIFE.match(place.after)
        return "unclear" if whole or (place.ahead and _TO_BE_MINDED.match(place.rest[:16])) else None
    told = _TOPIC.match(place.after) or _APPLIES_TO.search(place.before)
    return "unclear" if told or _WHOLE_LIFE.match(place.after) else None


def used_in_a_guide(place: Place) -> str | None:
    """平台通过交换系统获取数据 in a guide: how the parts will work together, not that they are there."""
    if not place.guide or not place.ahead:
        return None
    basis = place.before.endswith(_BASIS) and _SUPPORTS.search(place.after[:24])
    used = place.governing == "use" or _TAKES_FROM.search(place.before)
    return "unclear" if basis or used else None


def connected(place: Place) -> str | None:
    """推动政府网站与政务新媒体融合, 接入城运平台: what is joined to something is there."""
    joined = _JOINED.search(place.after)
    if (
        joined is not None
        and joined.start() <= JOINED + place.after.startswith(("”", "’"))
        and not _MAKES.search(place.after, 0, joined.end())
        and not _BUILT_BESIDE.search(place.before)
    ):
        return "operational"
    return "operational" if place.ahead and _JOINED_TO.search(place.before) else None


def as_basis(place: Place) -> str | None:
    """以政府网站集约化平台为支撑; 智算中心入选…."""
    basis = place.before.endswith(_BASIS) and _SUPPORTS.search(place.after[:16])
    return "operational" if basis or _PRAISED.match(place.after) else None


def long_there(place: Place) -> str | None:
    """政府网站, 政务热线: in use, also in a plan, where no word says that one is built."""
    built = "建设" in place.after[:14] or place.after.startswith(_BUILDING)
    long = place.mature and not built and not _BUILT_BESIDE.search(place.before)
    return "operational" if long else None


def pressed_ahead(place: Place) -> str | None:
    """加快推进数字乡村建设 in a plan: two of three coders say under way; 加快建设 they say planned."""
    pressed = place.ahead and "加快推进" in place.before[-GOVERNS:] and "建设" in place.after[:14]
    return "under_construction" if pressed else None


def being_built(place: Place) -> str | None:
    """信用体系建设正在加紧推进."""
    if _ONGOING.search(place.before):
        return "under_construction"
    if place.ahead or not _words()["progress"].search(place.after[:24]):
        return None
    return None if _words()["improve"].search(place.after[:24]) else "under_construction"


def said_to_be_done(place: Place) -> str | None:
    """已建成, 截至2013年底: reached, even in a plan."""
    said = place.ahead and _REACHED.search(place.before[-GOVERNS:] + place.after[:14])
    return "operational" if said and not _words()["planned"].search(place.sentence[-FURTHER:]) else None


def lacking(place: Place) -> str | None:
    """不能实现, 尚未建成: what is missing has no status."""
    return "unclear" if _LACKING.search(place.before[-16:] + place.after[:6]) else None


def a_project(place: Place) -> str | None:
    """A plan's item that is nothing but the name of a project."""
    alone = not place.after.strip() and not _NUMBERED.sub("", place.before).strip()
    return "planned" if place.ahead and alone else None


def going_on(place: Place) -> str | None:
    """继续加大政务外网建设 goes on with what is being built."""
    going = place.ahead and _BUILT_NEXT.match(place.after) and "继续" in place.before
    return "under_construction" if going else None


def hastened(place: Place) -> str | None:
    """加快政务云建设 in a report on one year: it has begun; a plan of five years says so of what is to begin."""
    built = place.after.startswith(_BUILDING) or place.before.endswith("加快建设")
    pressed = _HASTENED.search(place.before[-GOVERNS:])
    return "under_construction" if place.ahead and place.yearly and built and pressed else None


def prepared(place: Place) -> str | None:
    """系统建设还处于准备时期; 平台拟于明年启动, 列入明年计划."""
    told = _PREPARED.search(place.after + place.rest) or _ANNOUNCED.match(place.after)
    return "planned" if told else None


def built_ahead(place: Place) -> str | None:
    """A plan's verbs of building, before the name or after it: 建设政务云, 政务云建成使用."""
    if not place.ahead:
        return None
    kind = place.governing
    after = next(_verbs().find(place.after[:14]), None)
    if kind == "improve" or (after is not None and after.lastgroup == "improve"):
        return "operational"
    if place.after.startswith(_BUILDING) or kind in ("build", "finish"):
        return "planned"
    if kind == "use":
        return "operational"
    if after is not None:
        return "planned" if after.lastgroup in ("build", "finish") else "operational"
    earlier = _governing(place.sentence[-FURTHER:])
    if earlier in ("build", "finish") or _words()["planned"].search(place.before):
        return "planned"
    return "operational" if earlier == "improve" else None


def built_in_review(place: Place) -> str | None:
    """A review's verbs: 完成 and 完善 say that it runs, 推进…建设 that it does not yet."""
    if place.ahead:
        return None
    kind = place.governing
    named = place.after.startswith(_BUILDING)
    if _words()["done"].search(place.after[:24]) or _IMPROVED.match(place.after):
        return "operational"
    if kind == "build" or (named and kind is None):
        if _UNDER_WAY.search(place.before[-GOVERNS:]):
            return "under_construction"
        if _MADE.search(place.before[-GOVERNS:]):
            return "operational"
        return "operational" if _words()["result"].search(place.rest) else "under_construction"
    return None


def aimed_at(place: Place) -> str | None:
    """将, 力争, 到2015年 where the section does not look ahead."""
    return "planned" if _AIMED.search(place.before[-GOVERNS:]) and not place.ahead else None


def in_use_by_default(place: Place) -> str | None:
    """What a review names without a word of building is in use."""
    return None if place.ahead else "operational"


def nothing_said(place: Place) -> str | None:
    """A plan that says nothing of the system leaves its status open."""
    return "unclear"


STATUS_RULES: tuple[Rule, ...] = (
    pilot,
    prepared,
    lacking,
    spoken_of,
    used_in_a_guide,
    connected,
    as_basis,
    a_project,
    long_there,
    pressed_ahead,
    being_built,
    said_to_be_done,
    going_on,
    hastened,
    built_ahead,
    aimed_at,
    built_in_review,
    in_use_by_default,
    nothing_said,
)

_PILOT_PLACE = re.compile("试点(?:地区|单位|部门)")
_IMPROVED = re.compile("[^,，。;；的]{0,6}(?:提升|升级|改造|优化)(?:行动|工程|计划)")
"""开展无线网品质提升行动 improves what is there."""
_BUILDING = ("建设", "项目建设", "系统建设", "平台建设", "工程建设", "体系建设", "开发", "试点建设")
_BUILT_NEXT = re.compile("[^,，。;；的]{0,8}(?:建设|开发)")
_HASTENED = re.compile("加快(?!推进)[^,，。;；]{0,16}$")
_PREPARED = re.compile("[处尚](?:(?<=处)[于在]|(?<=尚)处)[^,，。;；]{0,4}(?:准备|筹备|规划|谋划)")
_ANNOUNCED = re.compile(
    r"[”’]?[^,，。;；]{0,4}(?:(?:拟|计划|预计|将)[于在]?(?:明年|后年|年内|近期|\d{4}年)|列入[^,，。;；]{0,10}计划)"
)
_JOINED = re.compile("互联互通|互通|对接|联通|贯通|融合|功能整合|整体协同|协同发展|协同联动")
JOINED = 50
"""Most characters between a name and the word that says it is joined with something."""
_JOINED_TO = re.compile("(?<!面)向[“‘]?$|(?:接入|对接|嵌入|汇入|上传至|归集至|推送至)[^,，、]{0,6}$")
_MAKES = re.compile("建设|构建|打造|搭建|建立|开发|实现|的")
_BUILT_BESIDE = re.compile(
    "(?:建设|构建|打造|搭建|建立|建成|建好|开发|开设|开通|新建|筹建|组建|创建|布局|上线|推出)[^,，、的]{0,10}的?[“‘]?$"
)
_BASIS = ("以", "以“", "以‘")
_SUPPORTS = re.compile("推进|推动|促进|助力|带动|赋能|为(?:支撑|载体|依托|平台|渠道|入口|主渠道|龙头)")
_PRAISED = re.compile(
    "^入库|^[^,，。;；]{0,16}?(?:入选|获评|荣获|正在成为|走在[^,，。;；]{0,8}前列|数据量达|用户(?:数|量)?(?:超|达))"
)
_TOPIC = re.compile(
    "^(?:的?建设)?的?(?:基本|总体|具体)?(?:要求|目标|原则|根本|出发点|理念|内涵|定义|概念|用户|总体框架|模式)|^是(?!否|指)"
)
"""What a sentence that only speaks of a system goes on with."""
_WHOLE_LIFE = re.compile("^的?(?:规划、)?建设(?:、?(?:管理|运行|运营|维护)|和(?:运营|运行|管理)){1,3}")
"""建设、管理和运行: all that can be done with a system, so nothing about its state."""
_APPLIES_TO = re.compile("适用于[^,，。;；]{0,12}$")
_TO_BE_MINDED = re.compile("^[,，]?(?:要|应|应当|必须)?(?:坚持|遵循)[^,，。;；]{0,6}原则")
_TAKES_FROM = re.compile("(?:从|在)[“‘]?$")
_REACHED = re.compile(
    "[已截目现初建施成立造发展通线出一二三四五](?:(?<=已)(?!经?成为趋势)|(?<=截)[至止]|(?<=目)前|(?<=现)[有已]"
    "|(?<=初)步建成|(?<=[建施成立造发展通线出])了|(?<=[一二三四五])期)"
)
_ONGOING = re.compile("正在[^,，。;；]{0,8}(?:建设|开发|搭建|构建|建立)[”“]?$")
_UNDER_WAY = re.compile("推进|加快|规划|启动|开展|正在|着手|谋划|筹|推动|加紧|研究|开发建设|探索")
_MADE = re.compile(
    "建设了|建了|建立了?|构建了?|搭建了?|实施了?|打造了|开发了|推出|实现|形成|开展了|启动了|创建了|推行|设立|建成|率先(?:打造|建)"
)
_LACKING = re.compile("尚未|不能|没有?(?![收与和同])|缺乏|缺少|未能|未建|仍无|尚无")
_NUMBERED = re.compile(r"^[(（]?[一二三四五六七八九十百\d.]{1,6}[)）]?[、.． ]*|[“‘《]$")
_AIMED = re.compile("将(?=[建设推进完打形实在于会要开继逐全])|力争|争取|拟|到20[0-9]{2}年|计划(?!生育)")


def _governing(before: str) -> str | None:
    """The kind of the last verb in the words before a name; a verb before 的 only describes: 建设基于云的平台."""
    kind = None
    described = before.rstrip("“‘").endswith("的")
    for match in _verbs().find(before):
        describes = before.startswith("的", match.end()) or (described and match.lastgroup == "use" and kind)
        if not describes:
            kind = match.lastgroup
    return kind


# Owner ------------------------------------------------------------------------------------------------------

_AGENCY = (
    r"[一-鿿]{0,12}?(?:信息化委|发展改革委|发改委|经信委|国资委|卫生健康委|卫健委|卫生计生委|卫计委|[一-鿿]委员会|商务委|建设交通委"
    r"|教委|科委|农委|建委|管委会|[一-鿿]{1,10}(?:[局厅]|(?<!部)署)"
    r"|办公厅|办公室|[一-鿿]{0,6}(?:民防办|政府办|政务办|网信办|信息办)|省委|市委|县委|[省市区县州]政府|人民政府|政府(?:及其(?:组成)?部门)?|法院|检察院|部门|区县|各市|各县|信息中心|大数据中心|公司|集团)"
)
_AGENCY_ENDS = tuple("委会局厅署室办府院门县市心司团")
_OF_AGENCY = re.compile("委|局|厅|署|办|府|院|门|区县|各市|各县|信息中心|数据中心|公司|集团")
"""What an agency's name ends in or holds: a look that spares most sentences the long pattern (3.7 times as fast)."""
SUBJECT = 40
"""Characters of a sentence in which the first agency of its subject ends."""
_LISTED = rf"(?:各)?{_AGENCY}(?:(?:、|和|与|及){_AGENCY}){{0,6}}(?:等(?:多?个?)?(?:部门|单位|地区)?)?"
_SUBJECT = re.compile(
    rf"^(?!针对|围绕|深入|推进|获批|全面|加快|加强|持续|深化|率先)(?:20\d\d年(?:\d{{1,2}}月)?(?:底前?|前)?,?|[一二三四五六七八九十]是)?({_LISTED})(?=[^,，;；。]{{0,12}}(?:建设|建立|建成|完成|开发|推进|开展|完善|实施|推出|搭建|构建|打造|开通|建|上线|研发|运行|负责|启动))"
)
_POSSESSOR = re.compile(rf"(?:^|[,，、;；.由和如])((?:[省市县区州][直属]*|国家|各)?{_AGENCY})的?$")
_IN_NAME = re.compile(r"^([省市县区]政府|[省市县区]委)(?=[^网门信数云])")


def owner_of(place: Place, surface: str) -> tuple[int, int] | None:
    """Where the agency stands that the sentence names as the builder, else the possessor next to the name.

    Counted from the beginning of the name: (-5, -1) are the characters from the fifth to the second before it.
    """
    named = _OF_AGENCY.search(place.sentence, 0, SUBJECT)
    subject = _SUBJECT.match(place.sentence) if named else None
    if subject is not None:
        return subject.start(1) - len(place.sentence), subject.end(1) - len(place.sentence)
    inside = _IN_NAME.match(surface)
    if inside is not None:
        return inside.span(1)
    near = place.before[-20:]
    if not near.removesuffix("的").endswith(_AGENCY_ENDS):
        return None
    beside = _POSSESSOR.search(near)
    return (beside.start(1) - len(near), beside.end(1) - len(near)) if beside else None


class StatusReader:
    """Reads status and owner of one document's mentions."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._looks_back = document.genre in (None, "overview", "work_report", "disclosure", "speech")
        self._guide = any(word in document.text for word in GUIDES)

    def read(self, mention: Mention, first: int, last: int, section: Section) -> tuple[str, str | None]:
        """(status, owner) of a mention in the sentence text[first:last] of `section`; the owner as in `raw`."""
        start, end = mention.start, mention.end
        place = self._look_around(mention, first, last, section)
        status = next(value for rule in STATUS_RULES if (value := rule(place)) is not None)
        found = owner_of(place, self._text[start:end])
        if found is None:
            return status, None
        left, right = self._document.aligned.span(start + found[0], start + found[1])
        return status, self._document.raw[left:right]

    def _look_around(self, mention: Mention, first: int, last: int, section: Section) -> Place:
        text, start, end = self._text, mention.start, mention.end
        left, right = max(first, start - REACH), min(last, end + REACH)
        clause_start = left
        for end_before in _CLAUSE_END.finditer(text, left, start):
            clause_start = end_before.end()
            if end_before[0] not in _WITHIN_SENTENCE:
                left = clause_start  # a full stop may have become a point in a scan
        stop = _CLAUSE_END.search(text, end, right)
        clause_end = stop.start() if stop else right
        ahead = section.stance in LOOKS_AHEAD or (section.stance == "other" and not self._looks_back)
        before = text[clause_start:start]
        return Place(
            before, text[end:clause_end], text[clause_end:right], ahead, text[left:start],
            _governing(before[-GOVERNS:]), mention.system in read_words().by_kind["mature"], self._guide,
            self._looks_back,
        )  # fmt: skip
