r"""Sections and sentences: the heading tree over the numbering styles of government documents.

A section knows what it is about (plan period) and what it does (stance: review | problem | plan |
safeguard | other), because one document often speaks of two periods.

>>> text = "一、“十二五”工作回顾\n成效显著。\n二、“十三五”主要任务\n（一）强化网络\n提升带宽。"
>>> [(s.section, s.plan_period, s.stance) for s in find_sections(text, genre="plan")]
[('1', 'fyp12', 'review'), ('2', 'fyp13', 'plan'), ('2.1', 'fyp13', 'plan')]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from egovlib import codebook
from egovlib.extract.numerals import parse_numeral
from egovlib.extract.periods import find_plan_periods, plan_period_of, plan_years

HEADING_LENGTH = 40
"""A heading is cut after this many characters where it is glued to its text; the longest unglued heading of 40
read in city reports has 34."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document; start and end are places in the text it was found in."""

    section: str
    depth: int
    heading: str
    plan_period: str | None
    stance: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document, numbered from 1; start and end are places in the raw text."""

    section: str
    sentence: int
    start: int
    end: int
    text: str


_HAN = "一二三四五六七八九十百"
_STYLES = (
    ("chapter", rf"第([{_HAN}]+)[章编篇](?![一-鿿]{{0,2}}[程制])|第([{_HAN}]+)部分"),
    ("part", rf"第([{_HAN}]+)节"),
    ("han", rf"([{_HAN}]{{1,3}})(?:、|\.(?!\d)|(?<=\n.) (?=[一-鿿])|(?<=\n..) (?=[一-鿿]))"),
    ("han_bracket", rf"[(（]([{_HAN}]{{1,3}})[)）]"),
    ("arabic", r"(\d{1,2})(?:、|\.(?!\d)|．)(?![\d%])"),
    ("arabic_bracket", r"[(（](\d{1,2})[)）]"),
    ("circled", r"([①-⑳])"),
)
# a heading starts a line, follows the end of a sentence, or was glued to what stands before it
_BEFORE = (
    r"(?<=[\n。；;！？!?”])", r"(?<=[\n。] )", r"(?<=\n  )", r"(?<=[一-鿿\d] )",
    r"(?<=[)）一-鿿])(?=[(（])", r"(?<=[一-鿿])(?<!第)(?=1[、.](?!\d))",
)  # fmt: skip
_MARKER = re.compile(
    rf"(?:{'|'.join(_BEFORE)})[ \t]*(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _STYLES)
    + ")"
)


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    style: str
    number: int
    text: str


def find_sections(text: str, *, genre: str | None = None, plan_period: str | None = None) -> list[Section]:
    """The sections of `text`, in order; what stands before the first heading is section "0".

    genre, plan_period: the document's, used where headings say nothing. A section reaches to the next
    heading of any depth, so sections do not overlap and every sentence belongs to exactly one.
    """
    headings = list(_accepted_headings(text))
    sections: list[Section] = []
    first = headings[0][0].start if headings else len(text)
    if text[:first].strip():
        body = text[:first]
        opening = "review" if genre in ("overview", "disclosure") else "other"
        sections.append(Section("0", 0, "", plan_period, opening, 0, len(body)))
    parents: dict[str, tuple[str | None, str]] = {}
    reviewed = False
    for i, (heading, path) in enumerate(headings):
        end = headings[i + 1][0].start if i + 1 < len(headings) else len(text)
        parent = parents.get(path.rpartition(".")[0])
        stance = _stance(heading.text, parent[1] if parent else None, genre)
        if stance is None:
            # reports and speeches turn to the tasks once they have looked back
            stance = "plan" if reviewed or genre in ("plan", "policy") else "other"
        reviewed = reviewed or (stance == "review" and "." not in path)
        period = _period(heading.text, text[heading.start : end], stance, parent, plan_period)
        parents[path] = (period, stance)
        sections.append(Section(path, path.count(".") + 1, heading.text, period, stance, heading.start, end))
    return sections


def find_sentences(text: str, section: Section | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of the sentences in a section (or the whole text), blanks at both ends left out.

    Sentences end at 。！？ and at line ends, never inside quotation marks or brackets that close within
    the same line.

    >>> text = "提出“高效。透明。便民”的要求。下一句"
    >>> [text[a:b] for a, b in find_sentences(text)]
    ['提出“高效。透明。便民”的要求。', '下一句']
    """
    start, stop = (section.start, section.end) if section else (0, len(text))
    begin = start
    for match in _STOP.finditer(text, start, stop):
        end = match.end()
        piece = text[begin:end]
        if match[0][0] != "\n" and _open_quotes(piece) and _closes_soon(text, end, stop):
            continue
        yield from _trimmed(text, begin, end)
        begin = end
    yield from _trimmed(text, begin, stop)


_STOP = re.compile(r"[。！？!?]+[”’」』)）]*|\n+")
_PAIRS = (("“", "”"), ("(", ")"), ("《", "》"))


def _open_quotes(piece: str) -> bool:
    return any(piece.count(left) > piece.count(right) for left, right in _PAIRS)


def _closes_soon(text: str, place: int, stop: int) -> bool:
    """A quotation mark that is never closed (a scanning error) must not swallow the paragraph."""
    rest = text[place : min(stop, place + 120)].split("\n")[0]
    return any(
        right in rest and (left not in rest or rest.index(right) < rest.index(left)) for left, right in _PAIRS
    )


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        yield start + left, start + right


def _accepted_headings(text: str) -> Iterator[tuple[_Heading, str]]:
    """Headings whose numbers count, with their paths ("2.1"); a path that comes again gets a letter ("2.1b").

    Depth follows the customary order of styles (第一章, 一、, (一), 1., (1), ①), skipping those a document does
    not use. A number that neither starts a list nor goes on from the last of its style is no heading (`3、` in
    running text); one lost heading is forgiven, and so is a count that runs on across sections.
    """
    ranks = {style: rank for rank, (style, _) in enumerate(_STYLES)}
    stack: list[_Heading] = []
    last: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for heading in _candidate_headings(text):
        goes_on = 0 < heading.number - last.get(heading.style, 0) <= 2
        if heading.number != 1 and not goes_on:
            continue
        while stack and ranks[stack[-1].style] >= ranks[heading.style]:
            stack.pop()
        stack.append(heading)
        last[heading.style] = heading.number
        path = ".".join(str(parent.number) for parent in stack)
        seen[path] += 1
        yield heading, path + ("" if seen[path] == 1 else _letter(seen[path]))


def _letter(count: int) -> str:
    """2 → b, 3 → c, …; beyond the alphabet the count itself."""
    return chr(ord("a") + count - 1) if count <= 26 else f"({count})"


def _candidate_headings(text: str) -> Iterator[_Heading]:
    padded = "\n" + text  # so that a heading at the very start also follows a line end
    matches = list(_MARKER.finditer(padded))
    nexts = [*(match.start() for match in matches[1:]), len(padded)][: len(matches)]
    for match, following in zip(matches, nexts, strict=True):
        style = match.lastgroup or ""
        label = match[style]
        numeral = re.sub(r"[^一二三四五六七八九十百\d①-⑳]", "", label)
        number = ord(numeral) - ord("①") + 1 if style == "circled" else int(parse_numeral(numeral) or 0)
        start = match.start(style) - 1
        words = _heading_words(text[start + len(label) : max(following - 1, start + len(label))])
        if number and words:
            yield _Heading(start, style, number, label + words)


_HEADING_END = re.compile(r"[。\n:：；;!！?？]")
_BODY_BEGINS = re.compile(r"(?<=.{4})(?: |,|[“']?十[一二三四]?五[”']?(?:期间|时期|以来)|近年来|经过)")


def _heading_words(text: str) -> str:
    """The words of a heading: up to the first stop, or where the text it was glued to begins."""
    end = _HEADING_END.search(text)
    words = text[: end.start()] if end else text
    if len(words) > HEADING_LENGTH:
        glued = _BODY_BEGINS.search(words)
        words = words[: min(glued.start(), HEADING_LENGTH)] if glued else words[:HEADING_LENGTH]
    return words.strip(" 、.．")


def _stance(heading: str, inherited: str | None, genre: str | None) -> str | None:
    """What a section does: its heading's cue, else its parent's stance, else (in an overview) a look back."""
    looks_back = genre in ("overview", "disclosure")
    for row in codebook.rows("stances"):
        if row["strength"] == "weak" and (inherited is not None or looks_back):
            continue
        if re.search(row["pattern"], heading):
            # in an overview everything looks back, "保障能力持续提升" as well
            ahead = re.search(r"下一步|今后|打算|展望|问题|不足", heading)
            return row["stance"] if ahead or not looks_back else "review"
    return inherited or ("review" if looks_back else None)


def _period(
    heading: str, text: str, stance: str, parent: tuple[str | None, str] | None, document: str | None
) -> str | None:
    """The plan period a section speaks of: named in its heading, else its parent's, else in its first lines.

    A review inside a plan looks back at the period before, but only when its text names that period.
    """
    named = find_plan_periods(heading)
    if named:
        return named[-1][1] if stance == "plan" else named[0][1]
    years = {plan_period_of(int(year)) for year in re.findall(r"((?:19|20)\d\d)年", heading)}
    if stance == "review" and len(years) == 1:
        return years.pop()
    if parent is not None:
        return parent[0]
    spoken = _spoken_period(text[:300])
    if spoken is not None and stance == "review":
        return spoken
    return document or spoken


def _spoken_period(text: str) -> str | None:
    named = find_plan_periods(text)
    if named:
        return named[0][1]
    span = re.search(r"((?:19|20)\d\d)年?[-—–至到]{1,2}((?:19|20)\d\d)年", text)
    first = plan_period_of(int(span[1])) if span else None
    if first is None or span is None:
        return None
    return first if int(span[2]) <= plan_years(first)[1] else None
