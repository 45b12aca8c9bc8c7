r"""Sections and sentences: the heading tree over the numbering styles of government documents.

A section knows what it is about (plan period) and what it does (stance: review | problem | plan |
safeguard | other), because one document often speaks of two periods.

>>> text = "一、“十二五”工作回顾\n成效显著。\n二、“十三五”主要任务\n（一）强化网络\n提升带宽。"
>>> [(s.section, s.plan_period, s.stance) for s in find_sections(text, genre="plan")]
[('1', 'fyp12', 'review'), ('2', 'fyp13', 'plan'), ('2.1', 'fyp13', 'plan')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from egovlib.extract.periods import find_plan_periods, plan_period_of, plan_years
from egovlib.text.headings import find_headings
from egovlib.text.lead import YEAR
from egovlib.text.stances import LOOKING_BACK, NAMED_YEAR, PLANNING, Told, leanings, stance_of


class Section(NamedTuple):
    """A section of a document; start and end are places in the text it was found in.

    rule names what decided stance and plan period, as in `stance: heading; period: parent`.
    """

    section: str
    depth: int
    heading: str
    plan_period: str | None
    stance: str
    start: int
    end: int
    rule: str = ""


class Sentence(NamedTuple):
    """A sentence of a document, numbered from 1; start and end are places in the raw text."""

    section: str
    sentence: int
    start: int
    end: int
    text: str


def find_sections(
    text: str, *, genre: str | None = None, plan_period: str | None = None, year: int | None = None
) -> list[Section]:
    """The sections of `text`, in order; what stands before the first heading is section "0".

    genre, plan_period, year: the document's, used where headings say too little. A section reaches to the next
    heading of any depth, so sections do not overlap and every sentence belongs to exactly one.
    """
    document = Told(genre, plan_period, year)
    headings = list(find_headings(text, genre))
    sections: list[Section] = []
    first = headings[0][0].start if headings else len(text)
    if text[:first].strip():
        body = text[:first]
        opening = "review" if genre in LOOKING_BACK else "other"
        rule = "stance: before the first heading; period: the document's"
        sections.append(Section("0", 0, "", plan_period, opening, 0, len(body), rule))
    parents: dict[str, tuple[str | None, str]] = {}
    reviewed = False
    for i, ((heading, path), leaning) in enumerate(zip(headings, leanings(headings, genre), strict=True)):
        end = headings[i + 1][0].start if i + 1 < len(headings) else len(text)
        parent = parents.get(path.rpartition(".")[0])
        stance, why = stance_of(heading, document, inherited=parent[1] if parent else None, leaning=leaning)
        if stance is None:
            # reports and speeches turn to the tasks once they have looked back
            stance = "plan" if reviewed or genre in PLANNING else "other"
            why = "after a review" if reviewed else "genre"
        reviewed = reviewed or (stance == "review" and "." not in path)
        period, source = _period(heading.text, text[heading.start : end], stance, parent, plan_period)
        parents[path] = (period, stance)
        rule = f"stance: {why}; period: {source}"
        depth = path.count(".") + 1
        sections.append(Section(path, depth, heading.text, period, stance, heading.start, end, rule))
    return sections


def find_sentences(text: str, section: Section | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of the sentences in a section (or the whole text), blanks at both ends left out.

    Sentences end at 。！？ and at line ends, never inside quotation marks or brackets that close within
    the same line. Brackets behind the stop that name who is responsible belong to the sentence before.

    >>> text = "提出“高效。透明。便民”的要求。建成平台。(省政府办公厅牵头)下一句"
    >>> [text[a:b] for a, b in find_sentences(text)]
    ['提出“高效。透明。便民”的要求。', '建成平台。(省政府办公厅牵头)', '下一句']
    """
    start, stop = (section.start, section.end) if section else (0, len(text))
    begin = start
    for end in [*(match.end() for match in _STOP.finditer(text, start, stop)), stop]:
        piece = text[begin:end]
        opened = _OPENING_MARK.search(piece) and not piece.endswith("\n")
        if opened and _open_marks(piece, text[end : min(stop, end + 120)]):
            continue
        if words := piece.strip():
            first = begin + piece.index(words[0])
            yield first, first + len(words)
        begin = end


_STOP = re.compile(
    r"[。！？!?\n](?:(?<=\n)\n*|[。！？!?]*[”’」』)）]*"
    r"(?:[ \t]*[(（][^()（）\n。]{0,200}(?:牵头|负责|配合|责任|分工|参与)[^()（）\n。]{0,200}[)）]。?)?)"
)
_PAIRS = (
    ("“", "”"),
    ("(", ")"),
    ("《", "》"),
    ("〔", "〕"),
    ("【", "】"),
    ("「", "」"),
    ("『", "』"),
    ("[", "]"),
)
_OPENING_MARK = re.compile('["' + re.escape("".join(left for left, _ in _PAIRS)) + "]")


def _open_marks(piece: str, following: str) -> bool:
    """Whether a pair is open at the end of `piece` and closes soon.

    A quotation mark that is never closed (a scanning error) must not swallow the paragraph.
    """
    rest = following.partition("\n")[0]
    for left, right in _PAIRS:
        if right in rest and piece.count(left) > piece.count(right):
            return left not in rest or rest.index(right) < rest.index(left)
    return piece.count('"') % 2 == 1 and '"' in rest


def _period(
    heading: str, text: str, stance: str, parent: tuple[str | None, str] | None, document: str | None
) -> tuple[str | None, str]:
    """The plan period a section speaks of, and why: named in its heading, else its parent's, else in its first lines.

    A review inside a plan looks back at the period before, but only when its text names that period.
    """
    named = find_plan_periods(heading)
    if named:
        return named[-1][1] if stance == "plan" else named[0][1], "heading"
    years = {plan_period_of(int(year)) for year in NAMED_YEAR.findall(heading)}
    if stance == "review" and len(years) == 1:
        return years.pop(), "year in heading"
    if parent is not None:
        return parent[0], "parent"
    if document is None or stance == "review":
        spoken = _spoken_period(text[:300])
        if spoken is not None:
            return spoken, "first lines"
    return document, "the document's" if document else "none named"


_YEARS = re.compile(rf"{YEAR}年?[-—–至到]{{1,2}}{YEAR}年")


def _spoken_period(text: str) -> str | None:
    named = find_plan_periods(text)
    if named:
        return named[0][1]
    span = _YEARS.search(text)
    first = plan_period_of(int(span[1])) if span else None
    if first is None or span is None:
        return None
    return first if int(span[2]) <= plan_years(first)[1] else None
