r"""What a document is, read off its own text: title, region, tier, genre, year, plan period, issuer.

A field is filled on evidence only; what stays open is None, with the values that were weighed as candidates.

>>> found, candidates = recognise("鼓楼区政务公开工作总结\n我区完成了各项任务。")
>>> found.region, candidates["region"]
(None, ('320106', '320302', '350102', '410204'))
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from egovlib import frames
from egovlib.extract.numerals import parse_numeral
from egovlib.extract.periods import find_periods, find_plan_periods, plan_period_named, plan_period_of
from egovlib.extract.regions import NATION, RegionMatch, find_region, region

LEAD = 400
"""Characters of the text that are searched for what the title does not say."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff"

Candidates = dict[str, tuple[str | int, ...]]
"""For each field that stayed open, the values that were weighed."""


@dataclass(frozen=True)
class Metadata:
    """What a document is: each field None where neither the register nor the text says it."""

    title: str | None = None
    region: str | None = None
    region_name: str | None = None
    tier: str | None = None
    genre: str | None = None
    year: int | None = None
    plan_period: str | None = None
    issuer: str | None = None


FIELDS = tuple(Metadata.__dataclass_fields__)


def check_known(known: Mapping[str, Any]) -> None:
    """Raise ValueError for a field that there is not or a value that it may not have."""
    allowed = {"tier": frames.TIERS, "genre": frames.GENRES, "plan_period": frames.PLAN_PERIODS}
    for key, value in known.items():
        if key not in FIELDS:
            raise ValueError(f"a document has no field {key!r}; it has {', '.join(FIELDS)}.")
        if key in allowed and value is not None and value not in allowed[key]:
            raise ValueError(f"{key} {value!r} is unknown; it is one of {', '.join(allowed[key])}.")
    code = known.get("region")
    if code is not None and region(str(code)) is None:
        raise ValueError(f"region {code!r} is no code of GB/T 2260; write six digits, as 430482.")


def recognise(
    text: str, *, stem: str = "", known: Mapping[str, Any] | None = None
) -> tuple[Metadata, Candidates]:
    """Read the metadata off a repaired text.

    stem   the file's name without its ending, which speaks where title and text are silent
    known  what is known better: it wins, and helps with the rest
    """
    found: dict[str, Any] = dict(known or {})
    candidates: Candidates = {}
    title = found.setdefault("title", _title(text, stem)) or ""
    if found.get("genre") is None:
        found["genre"], candidates["genre"] = _genre(title, text)
    if found.get("year") is None:
        found["year"], candidates["year"] = _year(title, text, stem, found["genre"])
    candidates["region"] = _place(found, title, stem, text)
    if found.get("plan_period") is None:
        found["plan_period"], candidates["plan_period"] = _plan_period(
            title, text, found["year"], found["genre"]
        )
    if found.get("issuer") is None:
        found["issuer"], candidates["issuer"] = _issuer(title, text, found)
    weighed = {name: values for name, values in candidates.items() if found.get(name) is None and values}
    return Metadata(**found), weighed


def years_spoken_of(text: str) -> tuple[int, ...]:
    """The years that a text names, each once, in order.

    >>> years_spoken_of("2011-2012年建成，到2015年达到60%。")
    (2011, 2012, 2015)
    """
    years = (int(part[:4]) for period in find_periods(text) for part in period.iso.split("/"))
    return tuple(sorted(set(years)))


_Y = r"((?:19|20)\d\d)"

# --- title and genre ----------------------------------------------------------------------------

_TITLE_ENDS = re.compile(
    r"(?:规划|纲要|计划|方案|要点|报告|概况|年鉴|讲话|汇报|致辞|发言|意见|办法|通知|条例|决定|指南|措施|批复|规定|"
    r"函|通报|公告|答复|细则|规则|令|号|解读)(?:\([^()]{1,20}\))?$"
)
_WORK_REPORT_LINE = re.compile(r"^ *政 *府 *工 *作 *报 *告 *(?:$|[-—(])", re.MULTILINE)


_DATELINE = re.compile(rf"新华社[{HAN}]{{2,4}}(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日[电讯]")
"""Where a news agency sent a text from says nothing of the region it is about."""


def _title(text: str, stem: str) -> str | None:
    """The first line when it is short and no sentence, with the lines that it was broken into.

    The file's name is the title when the text begins with it, or when the first line is only 国务院令.
    """
    name = re.sub(r"^[\W\d_]+", "", stem)
    if len(name) >= 6 and not name.isascii() and name in re.sub(r"\s", "", text[: 2 * LEAD]):
        first = "".join(_first_lines(text, 1))
        if first.startswith(name) or first.endswith("令"):
            return name
    lines = [line for line in _first_lines(text, 8) if not _DATELINE.fullmatch(line) and line[0] not in "-·•"]
    title = re.sub(r"\.(?:docx?|pdf|txt|html?)$", "", lines[0]) if lines else ""
    if not _may_be_title(title):
        return "政府工作报告" if _WORK_REPORT_LINE.search(text[: 2 * LEAD]) else None
    joined = title
    for line in lines[1:4]:
        if _TITLE_ENDS.search(joined) or not _may_be_title(line) or len(joined + line) > 90:
            break
        joined += _closed(line)
    title = _closed(joined if _TITLE_ENDS.search(joined) else title)
    return re.sub(rf"(?<=报告) *[-—]+ *{_Y}年.*", "", title)


def _first_lines(text: str, count: int) -> list[str]:
    lines = (line.strip() for line in text[: 4 * LEAD].split("\n"))
    return [line for line in lines if line][:count]


def _may_be_title(line: str) -> bool:
    no_title = r"[。;!,]|:$|^[一二三四五六七八九十]+、|^来源|工作回顾$|会议上\)?$|^(?:代?(?:省|市|州|县|区|盟)长|主席) "
    return 4 <= len(line) <= 60 and not re.search(no_title, line)


def _closed(line: str) -> str:
    """A line that was spaced out for looks, closed up: 土 地 使 用."""
    return line.replace(" ", "") if re.search(rf"^(?:[{HAN}] +){{3,}}", line) else line


# the last noun of a title says what it is; the first of these that fits
_TITLE_GENRES = (
    ("disclosure", re.compile(r"信息公开(?:工作)?(?:年度)?(?:报告|年报)")),
    ("work_report", re.compile(r"政府工作(?:的)?报告|(?:人民政府|行署)工作报告")),
    ("other", re.compile(r"解读$|问答$")),
    ("overview", re.compile(r"概况|综述|年鉴|(?:发展|建设|工作|应用)情况$|工作总结(?:$|[和及与暨])")),
    ("policy", re.compile(r"(?:意见|办法|通知|条例|决定|指南|措施|批复|规定|函|通报|公告|答复|细则|规则|令|标准)$")),
    ("plan", re.compile(r"(?:规划|计划|方案|纲要|要点)$")),
    ("speech", re.compile(r"(?:讲话|汇报|致辞|发言)$")),
    ("plan", re.compile(r"规划|计划|行动方案|工作方案|推进方案|纲要")),
    ("speech", re.compile(r"讲话|汇报|致辞")),
    ("policy", re.compile(r"意见|办法|通知|条例|决定|指南|措施|批复|规定|的函")),
)  # fmt: skip
_ENCLOSED = re.compile(r"(?:印发|发布|公布|下达).{0,40}?(?:规划|计划|方案|纲要|要点)[》”]?的?通知$")
_OPENING_GENRES = (
    ("work_report", re.compile(r"政府工作报告|^各位(?:代表|主任)|向大会(?:报告|作)|作工作报告", re.MULTILINE)),
    ("other", re.compile(r"现(?:就[^。]{0,40})?解读如下")),
    ("overview", re.compile(r"发展概况")),
    ("speech", re.compile(r"做?(?:简要)?汇报[.。,]|我(?:就|讲)[^。]{2,30}(?:意见|汇报)")),
)  # fmt: skip
_NOUNS = {
    "plan": "规划|计划|行动方案|工作方案|实施方案|方案|纲要",
    "policy": "指导意见|实施意见|意见|办法|措施|指南|规定|条例",
}
_MADE = re.compile(
    rf"(?:制定|提出|编制)(?:了)?(?:如下|以下|本)(?:(?P<plan>{_NOUNS['plan']})|(?P<policy>{_NOUNS['policy']}))"
)


def _genre(title: str, text: str) -> tuple[str | None, tuple[str, ...]]:
    """The genre that the title's last noun says, else the opening, else what the text calls itself."""
    bare = re.sub(r"\([^()]*\)|[《》“”]|\s", "", title)
    if _ENCLOSED.search(bare):
        return "plan", ()
    if genre := next((genre for genre, pattern in _TITLE_GENRES if pattern.search(bare)), None):
        return genre, ()
    lead = text.lstrip()[: 2 * LEAD]
    if genre := next((genre for genre, pattern in _OPENING_GENRES if pattern.search(lead)), None):
        return genre, ()
    if made := _MADE.search(lead):
        return made.lastgroup, ()
    ahead = bool(_headed(_AHEAD, text))
    if ahead and _headed(_BEHIND, text):
        return "work_report", ()  # what it looks back on and lays out is the work of one year each
    if re.search(r"发展目标|主要目标", text) and re.search(r"保障措施", text) and "本规划" in text:
        return "plan", ()
    genre, named = _what_it_calls_itself(text)
    return genre, named or (("work_report",) if ahead else ())


def _what_it_calls_itself(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The genre whose nouns follow 本 (本指南, 本方案) at least twice; else the genres that do so once."""
    counts = {genre: len(re.findall(rf"本(?:{nouns})", text)) for genre, nouns in _NOUNS.items()}
    named = sorted((genre for genre, count in counts.items() if count), key=lambda genre: -counts[genre])
    if named and counts[named[0]] >= 2 and counts[named[0]] > 2 * sum(counts[genre] for genre in named[1:]):
        return named[0], ()
    return None, tuple(named)


# --- year ---------------------------------------------------------------------------------------

_NUMBERED = re.compile(rf"^\S{{2,12}}[〔\[【(]{_Y}[〕\]】)] ?第?\d+号$", re.MULTILINE)
_TITLE_YEAR = re.compile(rf"(?<![-—–至到]){_Y}(?:年(?!远景|[-—–至到])|(?=行动|工作))")
_HAN_DATE = re.compile(
    r"([二一][〇零○九][〇零○一二三四五六七八九]{2})年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_DATE_LINE = re.compile(rf"[ \t]*(?:{_Y}年 ?\d{{1,2}}月 ?\d{{1,2}}日|{_HAN_DATE.pattern})[ \t]*")
_DAY_ENDS_LINE = re.compile(r"日[ \t]*$", re.MULTILINE)
_DATED = re.compile(rf"(?:^|[(—\n ])[-—]{{0,8}}{_Y}年\d{{1,2}}月\d{{1,2}}日(?:[)\n ]|在|$|[{HAN}]{{2,4}})")
# a set of characters first: the search for one is the fast part of the engine; the first line needs its line end
_HEADED = rf"[、.。\n](?:(?<=\n)[^。\n,]{{0,6}}|(?<!\n)\s?){_Y}年"
_AHEAD = re.compile(
    rf"{_HEADED}[^。\n,]{{0,12}}(?:工作|任务|安排|部署|建议|目标|思路)(?!的?(?:回顾|总结|情况|完成))"
)
_BEHIND = re.compile(rf"{_HEADED}(?:政府)?工作(?:回顾|总结|情况)")
_YEAR_OF_WORK = re.compile(rf"{_Y}年(?=[^。\n,]{{0,12}}(?:工作|任务|安排|部署|建议|目标|思路))")
_BEFORE_A_YEAR, _FROM_A_YEAR = 8, 40
"""Characters that `_AHEAD` and `_BEHIND` reach before a year and, at most, from it on."""


def _year(title: str, text: str, stem: str, genre: str | None) -> tuple[int | None, tuple[int, ...]]:
    """The year of issue, and if it is unknown the years that it may be."""
    if year := next(_years_said(title, text, genre), None):
        return year, ()
    named = {int(year) for year in re.findall(rf"(?<!\d){_Y}(?!\d)", stem)}
    if len(named) == 1:
        return named.pop(), ()
    spoken = set(years_spoken_of(text[: 2 * LEAD]))
    if spoken and genre == "work_report":
        spoken.add(max(spoken) + 1)  # a report's first sentences look back on the year before it
    return None, tuple(sorted(named | spoken))


def _years_said(title: str, text: str, genre: str | None) -> Iterator[int]:
    """What the text says of its year, the surest first.

    The document number (国发〔2019〕5号), the title, a line that is a date, a date in the lead or at the end, the
    year whose work is laid out, for a work report the year after the one reviewed.
    """
    head = "\n".join(_first_lines(text, 12))
    glued = re.sub(r"\s", "", text[: 2 * LEAD]).partition(re.sub(r"\s", "", title))[2][:20] if title else ""
    for said in (
        _NUMBERED.search(head),
        _NUMBERED.match(glued.partition("号")[0] + "号"),
        _TITLE_YEAR.search(title),
        re.search(rf"{_Y}年", head) if genre == "disclosure" else None,
        _date_line(text),
        _DATED.search(text.lstrip()[:LEAD]),
        _DATED.search(text.rstrip()[-200:]),
    ):
        if said:
            yield int(said[1] or parse_numeral(said[2]) or 0)
    if ahead := _headed(_AHEAD, text):
        yield max(ahead)
    if genre == "work_report" and (reviewed := _headed(_BEHIND, text)):
        yield max(reviewed) + 1


@lru_cache(maxsize=2)
def _headed(pattern: re.Pattern[str], text: str) -> tuple[int, ...]:
    """The years that `_AHEAD` or `_BEHIND` finds, tried around years with work only: they are fewer than clauses.

    Kept for one text, because genre and year both ask.
    """
    text = "\n" + text
    years: list[int] = []
    place = 0
    for year in _YEAR_OF_WORK.finditer(text):
        at = year.start()
        match = (
            pattern.search(text, max(place, at - _BEFORE_A_YEAR), at + _FROM_A_YEAR) if at >= place else None
        )
        if match is not None and match.start() < at:
            place = match.end()
            years.append(int(match[1]))
    return tuple(years)


@lru_cache(maxsize=1)
def _date_line(text: str) -> re.Match[str] | None:
    """The first line that is nothing but a date; kept, because year and issuer both ask for it."""
    lines = (
        _DATE_LINE.fullmatch(text, text.rfind("\n", 0, day.start()) + 1, day.end())
        for day in _DAY_ENDS_LINE.finditer(text)
    )
    return next(filter(None, lines), None)


# --- region and tier ----------------------------------------------------------------------------

_SELF = re.compile(r"代表[^。,]{0,14}?(省|市|州|盟|县|区|行署)(?:人民)?(?:政府)?[^。]{0,12}(?:报告|工作)")
_OWN = {
    "省": ("我省", "全省", "本省", "省委"), "市": ("我市", "全市", "本市", "市委"), "州": ("我州", "全州", "州委"),
    "盟": ("我盟", "全盟", "盟委"), "县": ("我县", "全县", "县委"), "区": ("我区", "全区", "区委"),
}  # fmt: skip
_OWN_WORDS = re.compile("([我全本省市州盟县区])(?=([省市州盟县区委]))")
_FOR_ALL = re.compile(r"各省(?:级人民政府|(?<=^各省)(?:、自治区|[级,]))", re.MULTILINE)


def _place(found: dict[str, Any], title: str, stem: str, text: str) -> tuple[str, ...]:
    """Fill region, its name and tier; return the codes that were weighed."""
    weighed: list[str] = []
    if found.get("region") is None:
        found["region"] = _region(title, stem, text, found.get("year"), weighed)
    row = region(found["region"], found.get("year")) if found["region"] else None
    if row is not None:
        found["region_name"] = found.get("region_name") or row.name
        found["tier"] = found.get("tier") or row.tier
    return tuple(dict.fromkeys(weighed))


def _region(title: str, stem: str, text: str, year: int | None, weighed: list[str]) -> str | None:
    """The region: the title says it best, then the file's name, then the lead, then the whole text."""
    own = _own_word(text)
    for part in (title, stem):
        match = _named(part, own, year) if part else None
        if match and match.code:
            return match.code
        weighed += [row.code for row in match.candidates] if match else []
    if _FOR_ALL.search(text) and not _has_own_words(text):
        return NATION
    match = find_region(_DATELINE.sub("", text.lstrip()[:LEAD]), year)
    if match.code and (match.code == NATION or own in ("", *_last(match.name))):
        return match.code
    weighed += [row.code for row in match.candidates]
    if own:
        return _most_named(text, own, year, weighed)
    if not _has_own_words(text):
        if "我国" in text[: 2 * LEAD]:
            return NATION
        weighed.append(NATION)  # who speaks of no place as its own may speak for all
    return None


def _has_own_words(text: str) -> bool:
    """Whether a text speaks of a place as its own (我省, 本市)."""
    return re.search(r"[我本][省市州盟县区](?![级直])", text) is not None


def _own_word(text: str) -> str:
    """What a document calls its own place, 省, 市, 州, 盟, 县 or 区; "" when it does not say or says several."""
    said = _SELF.search(text[: 2 * LEAD])
    if said:
        return "盟" if said[1] == "行署" else said[1]
    spoken = Counter(map("".join, _OWN_WORDS.findall(text)))
    counts = Counter({word: sum(spoken[own] for own in forms) for word, forms in _OWN.items()})
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= 3 and most > 2 * second else ""


def _last(name: str | None) -> tuple[str, ...]:
    """The words a place may call itself by: its last character, and 区 for a region (自治区)."""
    return (name[-1],) if name else ()


def _named(part: str, own: str, year: int | None) -> RegionMatch:
    """The region named in a title or a file's name; a short name is completed as the text speaks of it.

    吉林 is a city where the text says 市人民政府, and a province where it does not.
    """
    match = find_region(part, year)
    if not own or not match.name or match.code == NATION or own in _last(match.name) or match.name in part:
        return match
    short = next((match.name[:n] for n in range(len(match.name), 1, -1) if match.name[:n] in part), "")
    completed = find_region(short + own, year)
    return completed if completed.code else match


def _most_named(text: str, own: str, year: int | None, weighed: list[str]) -> str | None:
    """The region of its own kind that a text names most: by its full name, and by either name three times.

    The next one must be named less than a third as often; else both are candidates.
    """
    full: dict[str, str] = {}
    for clause in re.split(rf"[。;,、\n《》以按](?:(?<![以按])|(?=.*?{own}))", text):
        if own in clause and (match := find_region(clause, year)).code and own in _last(match.name):
            full[match.code] = match.name or ""
    counts = Counter({code: text.count(name[:-1]) for code, name in full.items()})
    ranked = [*counts.most_common(2), ("", 0), ("", 0)]
    if ranked[0][1] >= 3 and ranked[0][1] >= 3 * ranked[1][1]:
        return ranked[0][0]
    weighed += [code for code, _ in counts.most_common(5)]
    return None


# --- plan period and issuer ---------------------------------------------------------------------


def _plan_period(
    title: str, text: str, year: int | None, genre: str | None
) -> tuple[str | None, tuple[str, ...]]:
    """The period a document is for: named in its title, that of its year, or that of most of its deadlines."""
    if named := plan_period_named(title):
        return named, ()
    span = re.search(r"((?:19|20)\d\d)年?[-—–至到]{1,2}((?:19|20)\d\d)", title)
    if span and int(span[2]) - int(span[1]) < 6:
        return plan_period_of(int(span[1])), ()
    if year:
        return plan_period_of(year), ()
    if genre == "work_report":
        return None, ()
    deadlines = Counter(
        plan_period_of(int(period.iso[:4])) for period in find_periods(text) if period.kind == "deadline"
    )
    if deadlines:
        return deadlines.most_common(1)[0][0], ()
    spoken = tuple(sorted({period for _, period in find_plan_periods(text)}))
    return (spoken[-1] if spoken else None), spoken


_BODY = r"(?:国务院|人民政府|政府|委员会|办公厅|办公室|中央军委|发展改革委|委|办|部|厅|局|院|署|会)"
_DATED_BODY = re.compile(rf"[{HAN}]{{0,15}}{_BODY}(?=\((?:19|20)\d\d年\d)")
_NEAREST_BODY = re.compile(rf"[{HAN}]{{0,12}}?(?:人民政府|委员会|办公厅|办公室|厅|局)")
SIGNATURE = 60
"""Characters at a document's end in which its issuer may sign; the longest name and its marks have 37."""
_SIGNATURE = re.compile(rf"[(（]([{HAN}]{{4,30}}(?:委员会|办公室|政府|厅|局|委|办|部|院))[)）]\s*$")
# atomic: 某人民政府 is one body, not two readings of it; a list of thirty would be tried in a thousand million ways
_ACTS = "(?=、|关于|转发|对)"
_TITLE_ISSUER = re.compile(
    rf"^((?>[{HAN}]{{2,20}}?{_BODY}{_ACTS}|国务院)(?>、[{HAN}]{{2,20}}?{_BODY}{_ACTS})*)(?:关于|转发|对(?=[{HAN}]{{4}}))"
)
_REPORTER = re.compile(rf"^([{HAN}]{{2,20}}(?:人民政府|委员会|局|厅|办公室))(?:19|20)\d\d年")


def _issuer(title: str, text: str, found: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """The body that the title names or that signs at the end; a work report is its government's."""
    signed = _SIGNATURE.search(text.rstrip()[-SIGNATURE:])
    if signed:
        return signed[1], ()
    if found.get("genre") == "work_report" and found.get("region_name"):
        return _government(str(found["region"]), str(found["region_name"])), ()
    for pattern in (_TITLE_ISSUER, _REPORTER):
        if match := pattern.search(title.replace(" ", "")):
            return match[1], ()
    if re.match(r"\s*中华人民共和国国务院令", text):
        return "国务院", ()
    if bodies := _signing_lines(text):
        return "、".join(bodies), ()
    if name := found.get("region_name"):
        dated = next(_beginning_with(name, _DATED_BODY, text[: 2 * LEAD]), None)
        if dated:
            return dated, ()
    return None, tuple(dict.fromkeys(_bodies(text[: 2 * LEAD], found)))


def _government(code: str, name: str) -> str:
    if code == NATION:
        return "国务院"
    return f"{name}行政公署" if name.endswith(("盟", "地区")) else f"{name}人民政府"


def _signing_lines(text: str) -> list[str]:
    """The lines before a line that is a date, as long as each is nothing but the name of a body."""
    date = _date_line(text)
    if date is None:
        return []
    bodies: list[str] = []
    for line in reversed(text[: date.start()].split("\n")):
        name = line.replace(" ", "")
        if name and not re.fullmatch(rf"(?:[{HAN}]{{2,20}})?{_BODY}", name):
            break
        bodies += [name] if name else []
    return bodies[::-1]


def _bodies(text: str, found: Mapping[str, Any]) -> Iterator[str]:
    """Who may have issued a document: the bodies of its region that the lead names, and the region's government."""
    if name := found.get("region_name"):
        yield from _beginning_with(name, _NEAREST_BODY, text)
        yield _government(str(found["region"]), str(name))


def _beginning_with(name: str, rest: re.Pattern[str], text: str) -> Iterator[str]:
    """A region's name with the `rest` right behind it; no pattern of the name, which would be compiled for each."""
    place = 0
    while (at := text.find(name, place)) >= 0:
        match = rest.match(text, at + len(name))
        if match is not None:
            yield text[at : match.end()]
        place = match.end() if match else at + 1
