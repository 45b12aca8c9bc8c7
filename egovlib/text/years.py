r"""When a document was issued, and which years it speaks of.

>>> year_of("国务院关于加快推进的意见", "国发〔2018〕27号\n各省:", "", "policy")[0]
2018
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from egovlib.extract.numerals import parse_numeral
from egovlib.extract.periods import find_periods
from egovlib.text.lead import HAN, LEAD, YEAR, first_lines


def years_spoken_of(text: str) -> tuple[int, ...]:
    """The years that a text names, each once, in order.

    >>> years_spoken_of("2011-2012年建成，到2015年达到60%。")
    (2011, 2012, 2015)
    """
    years = (int(part[:4]) for period in find_periods(text) for part in period.iso.split("/"))
    return tuple(sorted(set(years)))


_NUMBERED = re.compile(rf"^\S{{2,12}}[〔\[【(]{YEAR}[〕\]】)] ?第?\d+号$", re.MULTILINE)
_TITLE_YEAR = re.compile(rf"(?<![-—–至到]){YEAR}(?:年(?!远景|[-—–至到])|(?=行动|工作))")
_HAN_DATE = re.compile(
    r"([二一][〇零○九][〇零○一二三四五六七八九]{2})年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_DATE_LINE = re.compile(rf"[ \t]*(?:{YEAR}年 ?\d{{1,2}}月 ?\d{{1,2}}日|{_HAN_DATE.pattern})[ \t]*")
_DAY_ENDS_LINE = re.compile(r"日[ \t]*$", re.MULTILINE)
_DATED = re.compile(rf"(?:^|[(—\n ])[-—]{{0,8}}{YEAR}年\d{{1,2}}月\d{{1,2}}日(?:[)\n ]|在|$|[{HAN}]{{2,4}})")
# a set of characters first: the search for one is the fast part of the engine; the first line needs its line end
_HEADED = rf"[、.。\n](?:(?<=\n)[^。\n,]{{0,6}}|(?<!\n)\s?){YEAR}年"
_AHEAD = re.compile(
    rf"{_HEADED}[^。\n,]{{0,12}}(?:工作|任务|安排|部署|建议|目标|思路)(?!的?(?:回顾|总结|情况|完成))"
)
_BEHIND = re.compile(rf"{_HEADED}(?:政府)?工作(?:回顾|总结|情况)")
_YEAR_OF_WORK = re.compile(rf"{YEAR}年(?=[^。\n,]{{0,12}}(?:工作|任务|安排|部署|建议|目标|思路))")
_BEFORE_A_YEAR, _FROM_A_YEAR = 8, 40
"""Characters that `_AHEAD` and `_BEHIND` reach before a year and, at most, from it on."""


def year_of(title: str, text: str, stem: str, genre: str | None) -> tuple[int | None, tuple[int, ...]]:
    """The year of issue, and if it is unknown the years that it may be."""
    if year := next(_years_said(title, text, genre), None):
        return year, ()
    named = {int(year) for year in re.findall(rf"(?<!\d){YEAR}(?!\d)", stem)}
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
    head = "\n".join(first_lines(text, 12))
    glued = re.sub(r"\s", "", text[: 2 * LEAD]).partition(re.sub(r"\s", "", title))[2][:20] if title else ""
    for said in (
        _NUMBERED.search(head),
        _NUMBERED.match(glued.partition("号")[0] + "号"),
        _TITLE_YEAR.search(title),
        re.search(rf"{YEAR}年", head) if genre == "disclosure" else None,
        date_line(text),
        _DATED.search(text.lstrip()[:LEAD]),
        _DATED.search(text.rstrip()[-200:]),
    ):
        if said:
            yield int(said[1] or parse_numeral(said[2]) or 0)
    if ahead := years_ahead(text):
        yield max(ahead)
    if genre == "work_report" and (reviewed := years_behind(text)):
        yield max(reviewed) + 1


@lru_cache(maxsize=1)
def years_ahead(text: str) -> tuple[int, ...]:
    """The years whose work the headings of a text lay out; kept, because genre and year both ask."""
    return _headed(_AHEAD, text)


@lru_cache(maxsize=1)
def years_behind(text: str) -> tuple[int, ...]:
    """The years whose work they look back on."""
    return _headed(_BEHIND, text)


def _headed(pattern: re.Pattern[str], text: str) -> tuple[int, ...]:
    """The years that `_AHEAD` or `_BEHIND` finds, tried around years with work only: they are fewer than clauses."""
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
def date_line(text: str) -> re.Match[str] | None:
    """The first line that is nothing but a date; kept, because year and issuer both ask for it."""
    lines = (
        _DATE_LINE.fullmatch(text, text.rfind("\n", 0, day.start()) + 1, day.end())
        for day in _DAY_ENDS_LINE.finditer(text)
    )
    return next(filter(None, lines), None)
