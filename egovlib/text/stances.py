r"""What a section does (stance: review | problem | plan | safeguard | other), told by its heading and those beside it.

The cues stand in codebook/stances.csv: the first that fits counts, and a weak one gives way to what is above and
beside. Items of one list look the same way, however few of them say so.

>>> from egovlib.text.headings import find_headings
>>> text = "一、产业稳步壮大\n略。\n二、城乡更趋协调\n略。\n三、民生持续改善\n略。\n一、改善民生\n略。"
>>> leanings(list(find_headings(text)), "work_report")
['review', 'review', 'review', None]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from egovlib import codebook
from egovlib.codebook.beginnings import endings
from egovlib.extract.periods import find_plan_periods
from egovlib.text.headings import UNNUMBERED, Heading
from egovlib.text.lead import YEAR

PLANNING = ("plan", "policy")
"""The genres whose sections set tasks where nothing is said."""
LOOKING_BACK = ("overview", "disclosure")
"""The genres that tell what was done."""
NAMED_YEAR = re.compile(rf"{YEAR}年")


class Told(NamedTuple):
    """What is known of the document as a whole, used where headings say too little."""

    genre: str | None
    plan_period: str | None
    year: int | None


def stance_of(
    heading: Heading, document: Told, *, inherited: str | None, leaning: str | None
) -> tuple[str | None, str]:
    """What a section does, None where nothing tells, and why.

    Its heading's cue says it, else its parent's stance, else what its list leans to, else a weak cue of its own.
    """
    stance, why = _said(heading, document.genre, inherited, leaning)
    if stance in (None, "plan") and _names_an_earlier_year(heading.text, document.year):
        return "review", "earlier year"
    if stance is None and _names_an_earlier_plan(heading.text, document.plan_period):
        return "review", "earlier plan period"
    return stance, why


def _said(
    heading: Heading, genre: str | None, inherited: str | None, leaning: str | None
) -> tuple[str | None, str]:
    items = heading.style in ("dash", "box")  # items of a list do what the list does
    stance, is_weak = _cue(heading.text) if not (items and inherited) else (None, True)
    if not is_weak:
        # in an overview everything looks back, "保障能力持续提升" as well
        ahead = genre not in LOOKING_BACK or _LOOKS_AHEAD.search(heading.text)
        return (stance, "heading") if ahead else ("review", "genre")
    if inherited is not None:
        return inherited, "parent"
    if genre in LOOKING_BACK:
        return "review", "genre"
    if leaning is not None:
        return leaning, "list"
    return stance, "heading" if stance else ""


_LOOKS_AHEAD = re.compile("下一步|今后|打算|展望|问题|不足")


class _Cue(NamedTuple):
    """A row of codebook/stances.csv; `ends`: with one of these characters its words end, "" with any."""

    stance: str
    is_weak: bool
    pattern: re.Pattern[str]
    ends: frozenset[str]


@cache
def _cues() -> tuple[_Cue, ...]:
    """The cues, in the order of the table."""
    return tuple(
        _Cue(
            row["stance"],
            row["strength"] == "weak",
            re.compile(row["pattern"]),
            frozenset(endings(row["pattern"])),
        )
        for row in codebook.rows("stances")
    )


def _cue(words: str) -> tuple[str | None, bool]:
    """The stance of the first cue in a heading's words, and whether the cue is weak."""
    last = words[-1:]
    for stance, is_weak, pattern, ends in _cues():
        # the dearest pattern tells by its end: one look spares most headings the search
        if (last in ends or "" in ends) and pattern.search(words):
            return stance, is_weak
    return None, True


def _names_an_earlier_year(heading: str, document: int | None) -> bool:
    """What a report of 2024 says of the work of 2023 looks back, though it is work that it names."""
    named = [int(year) for year in NAMED_YEAR.findall(heading)]
    return bool(named) and document is not None and max(named) < document


def _names_an_earlier_plan(heading: str, document: str | None) -> bool:
    """A 十四五 plan's section on 十三五 looks back, whatever else its heading says."""
    named = [period for _, period in find_plan_periods(heading)]
    return bool(named) and document is not None and max(named) < document


def leanings(headings: Sequence[tuple[Heading, str]], genre: str | None) -> list[str | None]:
    """For each heading (with its path) the stance that the weak cues of its list give to all items, or None.

    Two items at least must have such a cue. A list of tasks rarely words one as a result; in a look back many name
    tasks (城乡融合加快推进), so that half as many results as tasks are enough. Where a genre sets tasks or looks back
    throughout, lists lean to nothing.
    """
    if genre in PLANNING or genre in LOOKING_BACK:
        return [None] * len(headings)
    lists = _lists(headings)
    told = Counter(
        (number, stance)
        for number, (stance, is_weak) in zip(
            lists, (_cue(heading.text) for heading, _ in headings), strict=True
        )
        if is_weak and stance is not None
    )
    return [_leaning(told[number, "review"], told[number, "plan"]) for number in lists]


def _leaning(results: int, tasks: int) -> str | None:
    if results > 1 and 2 * results >= tasks:
        return "review"
    return "plan" if tasks > 1 else None


def _lists(headings: Sequence[tuple[Heading, str]]) -> list[int]:
    """The list that each heading is an item of, named by its first item's place; it ends where the numbers restart."""
    lists: list[int] = []
    last: dict[str, tuple[int, Heading]] = {}
    for place, (heading, path) in enumerate(headings):
        above = path.rpartition(".")[0]
        first, before = last.get(above, (place, heading))
        counts_on = heading.style in UNNUMBERED or heading.number > before.number
        if heading.style != before.style or not counts_on:
            first = place
        last[above] = first, heading
        lists.append(first)
    return lists
