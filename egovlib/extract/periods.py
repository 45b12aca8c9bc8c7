"""Periods: the dates, years and plan periods that prose names.

>>> [(p.iso, p.end) for p in find_periods("截至2013年底，全省……", year=2013)]
[('2013-12-31', 8)]
>>> plan_period_of(2013), plan_period_named("“十三五”规划")
('fyp12', 'fyp13')
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from egovlib.extract.numerals import parse_numeral

PLAN_NAMES = {
    "十五": "fyp10",
    "十一五": "fyp11",
    "十二五": "fyp12",
    "十三五": "fyp13",
    "十四五": "fyp14",
    "十五五": "fyp15",
}
FIRST_PLAN_YEAR, FIRST_PLAN_NUMBER = 2001, 10

_QUOTE = "[“”\"'‘’「」『』]?"
_PLAN = re.compile(
    # 十五 alone is a number far more often than a plan: it needs its quotation marks or a plan's noun
    rf"(?<![一二三四五六七八九十])(?:{_QUOTE}(?P<long>十[一二三四五]五){_QUOTE}|[“\"'‘](?P<short>十五)[”\"'’]"
    r"|(?P<bare>十五)(?=期间|时期|计划|规划|以来|末)"
    r"|第十(?P<ordinal>[一二三四五]?)个五年)"
)
_BEFORE_TEN = "“”\"'‘’「」『』第"
_ORDINALS = {"": "fyp10", "一": "fyp11", "二": "fyp12", "三": "fyp13", "四": "fyp14", "五": "fyp15"}

_YEAR = r"(?:(?:19|20)\d\d|[一二][〇零○九][〇零○一二三四五六七八九]{2})"
_DASH = r"[-—–~～至到]{1,2}"
_PERIOD = re.compile(
    rf"(?:(?P<y>{_YEAR})年?|(?P<relative>今年|本年|当年|去年|上年(?!度?(?:结转|结存))|前年|明年))"
    r"(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?)?"
    r"(?P<bound>年?底|年?末|初|上半年|下半年|第[一二三四1-4]季度|前三季度)?"
    rf"(?:{_DASH}(?:(?P<y2>{_YEAR})(?=年|[^\d])年?)?(?:(?P<m2>\d{{1,2}})月(?:(?P<d2>\d{{1,2}})日)?)?(?P<bound2>年?底|年?末)?)?"
)
_PERIOD_HEAD = re.compile(
    # a set of characters first: the search for one is the fast part of the engine
    "[12一二今本当去上前明](?:(?<=[12])[09][0-9]{2}|(?<=[一二])[〇零○九]|(?<=[今本当去上前明])年)"
)
_UNTIL = re.compile("(?:截至|截止到?|至|到|于|在)$")
_LONGEST_UNTIL = 3
_UNTIL_ENDS = ("至", "止", "到", "于", "在", "\n")
_RELATIVE = {"今年": 0, "本年": 0, "当年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}


class Period(NamedTuple):
    """A period named in a text.

    start, end  where it stands in the text it was found in
    iso         "2013", "2013-12-31", "2011/2012", "2013-08-01/2013-12-31"
    kind        "deadline" for 到2015年, "moment" for 截至2013年底, else "span"
    """

    start: int
    end: int
    iso: str
    kind: str


def plan_period_of(year: int) -> str | None:
    """The plan period a year falls in: five years each from 2001 (十五), None before that and after 2030.

    >>> plan_period_of(2015), plan_period_of(2016), plan_period_of(1999)
    ('fyp12', 'fyp13', None)
    """
    number = FIRST_PLAN_NUMBER + (year - FIRST_PLAN_YEAR) // 5
    name = f"fyp{number}"
    return name if name in PLAN_NAMES.values() else None


def plan_years(plan_period: str) -> tuple[int, int]:
    """The first and last year of a plan period.

    >>> plan_years("fyp13")
    (2016, 2020)
    """
    first = FIRST_PLAN_YEAR + 5 * (int(plan_period.removeprefix("fyp")) - FIRST_PLAN_NUMBER)
    return first, first + 4


def find_plan_periods(text: str) -> list[tuple[int, str]]:
    """Where five-year plans are named, and which: [(place, plan period), …].

    >>> find_plan_periods("'十五'主要成效，十二五期间，十五个部门")
    [(0, 'fyp10'), (9, 'fyp12')]
    """
    return [(match.start(), _named(match)) for match in _plans(text)]


def _plans(text: str) -> Iterator[re.Match[str]]:
    """Each place where a plan is named; the search goes from 十 to 十, which is the fast part of the engine."""
    place = 0
    while (ten := text.find("十", place)) >= 0:
        opened = ten > place and text[ten - 1] in _BEFORE_TEN
        match = _PLAN.match(text, ten - opened)
        if match is not None:
            yield match
        place = match.end() if match else ten + 1


def _named(match: re.Match[str]) -> str:
    if match["ordinal"] is not None:
        return _ORDINALS[match["ordinal"]]
    return PLAN_NAMES[match["long"] or match["short"] or match["bare"]]


def plan_period_named(text: str) -> str | None:
    """The one plan period that `text` names, None when it names none or several."""
    named = {period for _, period in find_plan_periods(text)}
    return named.pop() if len(named) == 1 else None


def find_periods(text: str, *, year: int | None = None) -> Iterator[Period]:
    """The dates and spans of years in `text`, in order; relative ones need the document's `year`.

    >>> [p.iso for p in find_periods("2013年8月1日至12月31日期间；到2015年；2011-2012年")]
    ['2013-08-01/2013-12-31', '2015', '2011/2012']
    """
    dates, plans = _dates(text, year), list(_plan_spans(text))
    return iter(sorted([*dates, *plans], key=attrgetter("start"))) if plans else dates


def _dates(text: str, year: int | None) -> Iterator[Period]:
    place = 0
    while (head := _PERIOD_HEAD.search(text, place)) is not None:
        start = head.start()
        match = _PERIOD.match(text, start)
        if match is None:
            place = start + 1
            continue
        period = _read_period(match, _until(text, place, start), year)
        if period is not None:
            yield period
        place = match.end()


def _until(text: str, floor: int, place: int) -> str:
    """截至, 到, 在 and the like right before a date, "" when none stands there."""
    if text[place - 1 : place] not in _UNTIL_ENDS:
        return ""
    until = _UNTIL.search(text, max(floor, place - _LONGEST_UNTIL), place)
    return until[0] if until else ""


_IN_TIME = re.compile(rf"{_QUOTE}(?P<when>期间|时期|以来|期末|末)")


def _plan_spans(text: str) -> Iterator[Period]:
    """“十二五”期间 is a span of years, “十二五”末 its last; “十二五”规划 is a name and no time."""
    for match in _plans(text):
        when = _IN_TIME.match(text, match.end())
        if when is None:
            continue
        first, last = plan_years(_named(match))
        ends = when["when"] in ("末", "期末")
        iso, kind = (str(last), "moment") if ends else (f"{first}/{last}", "span")
        yield Period(match.start(), when.end(), iso, kind)


def _read_period(match: re.Match[str], until: str, document_year: int | None) -> Period | None:
    if match.lastgroup == "y" and not until:  # 2015年: by far the most
        year = _year(match["y"])
        return Period(*match.span(), str(year), "span") if year and _is_a_year(match, says_so=False) else None
    named, relative, month, day, bound, named2, month2, day2, bound2 = match.groups()
    year = _year(named) if named else _relative_year(relative, document_year)
    if year is None or (named and not _is_a_year(match, says_so=bool(named2 or bound))):
        return None
    first, second = _iso(year, month, day, bound), ""
    if named2 or month2:
        year2 = _year(named2) if named2 else year
        second = _iso(year2 or year, month2, day2, bound2)
    start, end = match.span()
    if until and until not in ("于", "在"):
        start -= len(until)
    kind = "span"
    if until in ("截至", "截止", "截止到") or (bound and bound.endswith(("底", "末"))):
        kind = "moment"
    if until in ("到", "至") and not second:
        kind = "deadline"
    return Period(start, end, f"{first}/{second}" if second else first, kind)


def _is_a_year(match: re.Match[str], *, says_so: bool) -> bool:
    """Four digits are a year when 年 or a span says so; `2013项` is a count, `IPv2013` a name."""
    text, (start, end) = match.string, match.span("y")
    before = text[start - 1 : start]
    if before.isdigit() or before == ".":
        return False
    return says_so or text.startswith("年", end)


def _year(text: str) -> int | None:
    value = int(text) if text.isdecimal() else parse_numeral(text)
    return int(value) if value is not None and 1949 <= value <= 2060 else None


def _relative_year(word: str | None, year: int | None) -> int | None:
    return None if year is None or word is None else year + _RELATIVE[word]


def _iso(year: int, month: str | None, day: str | None, bound: str | None) -> str:
    if month and 1 <= int(month) <= 12:
        last = calendar.monthrange(year, int(month))[1]
        if day and 1 <= int(day) <= last:
            return f"{year}-{int(month):02d}-{int(day):02d}"
        return f"{year}-{int(month):02d}-{last}" if bound else f"{year}-{int(month):02d}"
    return f"{year}-12-31" if bound and bound.endswith(("底", "末")) else str(year)
