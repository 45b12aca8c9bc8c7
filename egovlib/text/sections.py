r"""Sections and sentences: the heading tree over the numbering styles of government documents.

A section knows what it is about (plan period) and what it does (stance: review | problem | plan |
safeguard | other), because one document often speaks of two periods.

>>> text = "一、“十二五”工作回顾\n成效显著。\n二、“十三五”主要任务\n（一）强化网络\n提升带宽。"
>>> [(s.section, s.plan_period, s.stance) for s in find_sections(text, genre="plan")]
[('1', 'fyp12', 'review'), ('2', 'fyp13', 'plan'), ('2.1', 'fyp13', 'plan')]
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from egovlib import codebook
from egovlib.extract.numerals import parse_numeral
from egovlib.extract.periods import find_plan_periods, plan_period_of, plan_years

HEADING_LENGTH = 40
"""A heading is cut after this many characters where it is glued to its text; the longest unglued heading of 40
read in city reports has 34."""


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


_HAN = "一二三四五六七八九十百"
_STYLES = (
    ("volume", rf"第([{_HAN}]+)[编篇](?![一-鿿]{{0,2}}[程制])|第([{_HAN}]+)部分"),
    ("chapter", rf"第([{_HAN}]+|\d{{1,2}})章(?![一-鿿]{{0,2}}[程制])"),
    ("part", rf"第([{_HAN}]+|\d{{1,2}})节"),
    ("decimal", r"(\d{1,2}(?:\.\d{1,2}){1,3})[ \t]*(?=[ \t\n][ \t\n]*[一-鿿])"),
    ("han", rf"([{_HAN}]{{1,3}})(?:、|\.(?!\d)|(?<=\n.)[ ,](?=[一-鿿])|(?<=\n..)[ ,](?=[一-鿿]))"),
    ("han_bracket", rf"[(（] ?([{_HAN}]{{1,3}}) ?[)）]|([㈠-㈩])"),
    ("box", r"(专栏 ?\d{0,2})(?=[ :：\t\n一-鿿])"),
    ("arabic", r"(\d{1,2})(?:、|\.(?!\d)|．)(?![\d%])|([⒈-⒛])"),
    ("arabic_bracket", r"[(（] ?(\d{1,2}) ?[)）]|([⑴-⒇])"),
    ("arabic_close", r"(?<=\n)(\d{1,2})[)）](?=[一-鿿])"),
    ("circled", r"([①-⑳])"),
    ("dash", r"(?<=[\n ])((?:—|―){2,4})(?=[一-鿿“])"),
)
"""The numbering styles in their customary order, which is the depth they have where a document uses them."""

_RANK = {style: rank for rank, (style, _) in enumerate(_STYLES)}

# a heading starts a line, follows the end of a sentence, or was glued to what stands before it
_BEFORE = (
    r"(?<=[\n。！？!?”])", r"(?<=[\n。] )", r"(?<=\n  )", r"(?<=[一-鿿\d] )",
    r"(?<=[)）一-鿿])(?=[(（])", rf"(?<=[一-鿿,])(?<![第{_HAN}])(?=\d{{1,2}}[、.](?![\d{_HAN}]))",
    rf"(?<=[一-鿿,])(?<![第{_HAN}])(?=[二三四五六七八九十]{{1,2}}、(?![{_HAN}第]))",
)  # fmt: skip
_MARKER = re.compile(
    rf"(?:{'|'.join(_BEFORE)})[ \t]*(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _STYLES)
    + ")"
)
_BLANKS_BEFORE = 2
"""The most blanks that `_BEFORE` looks back over."""
_MARKER_HEAD = re.compile(
    # a set of characters first: the search for one is the fast part of the engine
    rf"[{_HAN}0-9第(（专①-⑳⒈-⒛⑴-⒇㈠-㈩—―](?:(?<=[第(（专①-⑳⒈-⒛⑴-⒇㈠-㈩])"
    rf"|(?<=[{_HAN}])[{_HAN}]{{0,2}}[、., ]|(?<=[0-9])[0-9]?[、.．)）]|(?<=—)—|(?<=―)―)"
)
"""Where a label may begin: one look that spares most numerals and brackets the styles."""


class _Heading(NamedTuple):
    """A heading: place, style, number (of a decimal one the last), words; glued to the text before it or not."""

    start: int
    style: str
    number: int
    text: str
    path: tuple[int, ...] = ()
    glued: bool = False


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
        rule = "stance: before the first heading; period: the document's"
        sections.append(Section("0", 0, "", plan_period, opening, 0, len(body), rule))
    parents: dict[str, tuple[str | None, str]] = {}
    reviewed = False
    for i, (heading, path) in enumerate(headings):
        end = headings[i + 1][0].start if i + 1 < len(headings) else len(text)
        parent = parents.get(path.rpartition(".")[0])
        stance, why = _stance(heading, parent[1] if parent else None, genre)
        if stance is None and _names_an_earlier_plan(heading.text, plan_period):
            stance, why = "review", "earlier plan period"
        if stance is None:
            # reports and speeches turn to the tasks once they have looked back
            stance = "plan" if reviewed or genre in ("plan", "policy") else "other"
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


@dataclass(slots=True)
class _Level:
    """One level of the tree while it is built: how deep its style is, its path, its children's last numbers."""

    rank: float
    path: str
    style: str = ""
    children: dict[str, int] = field(default_factory=dict)


def _accepted_headings(text: str) -> Iterator[tuple[_Heading, str]]:
    """Headings whose numbers count, with their paths ("2.1"); a path that comes again gets a letter ("2.1b").

    Depth follows the customary order of styles (第一章, 一、, (一), 1., (1), ①), skipping those a document does
    not use. A number that neither starts a list nor goes on from the last of its style is no heading (`3、` in
    running text); one lost heading is forgiven, and so is a count that runs on across sections.
    """
    stack = [_Level(-1, "")]
    last: dict[str, int] = {}
    decimals: set[tuple[int, ...]] = set()
    seen: Counter[str] = Counter()
    for heading in _candidate_headings(text):
        if heading.style == "decimal":
            if not _decimal_goes_on(heading.path, decimals, last):
                continue
            decimals.add(heading.path)
            del stack[_kept(stack, _RANK["chapter"]) :]
            steps = [".".join(map(str, heading.path[: i + 1])) for i in range(len(heading.path))]
            stack += [_Level(_RANK["chapter"] + i / 10, step, "decimal") for i, step in enumerate(steps)]
        elif not _push(stack, heading, last):
            continue
        last[heading.style] = heading.number
        path = stack[-1].path
        seen[path] += 1
        if seen[path] > 1:
            stack[-1].path = path + _letter(seen[path])
        yield heading, stack[-1].path


def _kept(stack: list[_Level], rank: float) -> int:
    """How many levels of the stack stay when a heading of this rank comes."""
    kept = len(stack)
    while stack[kept - 1].rank >= rank:
        kept -= 1
    return kept


def _push(stack: list[_Level], heading: _Heading, last: dict[str, int]) -> bool:
    """Put a heading where it belongs in the tree; False when its number does not count on."""
    style, number = heading.style, heading.number
    rank = _RANK[style]
    kept = _kept(stack, rank)
    before = stack[kept - 1].children.get(style, 0)
    if stack[kept - 1].style == "box" and style == "arabic" and number not in (1, before + 1, before + 2):
        kept -= 1  # the box is over, the list around it goes on
        before = stack[kept - 1].children.get(style, 0)
    if style in ("dash", "box"):
        number = before + 1
    elif number != 1 and not _counts_on(number, (before, last.get(style, 0)), 1 if heading.glued else 2):
        return False
    del stack[kept:]
    parent = stack[-1]
    parent.children[style] = number
    stack.append(_Level(rank, f"{parent.path}.{number}" if parent.path else str(number), style))
    return True


def _counts_on(number: int, before: tuple[int, ...], step: int) -> bool:
    """Whether a number follows one of those before it, at most `step` on."""
    return any(0 < number - earlier <= step for earlier in before)


def _decimal_goes_on(path: tuple[int, ...], seen: set[tuple[int, ...]], last: dict[str, int]) -> bool:
    """1.2.1 follows 1.2, 1.2 follows 1.1, 2.1 follows chapter 2 or any section of 1."""
    if path[-1] > 1:
        return any((*path[:-1], path[-1] - step) in seen for step in (1, 2))
    if len(path) > 2:
        return path[:-1] in seen
    return path[0] in (1, last.get("chapter", 0)) or any(known[0] == path[0] - 1 for known in seen)


def _letter(count: int) -> str:
    """2 → b, 3 → c, …; beyond the alphabet the count itself."""
    return chr(ord("a") + count - 1) if count <= 26 else f"({count})"


_GLUED_TO = re.compile("[一-鿿,]")


def _candidate_headings(text: str) -> Iterator[_Heading]:
    padded = "\n" + text  # so that a heading at the very start also follows a line end
    matches = list(_markers(padded))
    nexts = [*(match.start() for match in matches[1:]), len(padded)][: len(matches)]
    for match, following in zip(matches, nexts, strict=True):
        style = match.lastgroup or ""
        label = match[style]
        number, path = _number_of(style, label)
        start = match.start(style) - 1
        body = text[start + len(label) : max(following - 1, start + len(label))]
        words = _item_words(body) if style == "dash" else _heading_words(body, style)
        glued = style in ("han", "arabic") and _GLUED_TO.match(padded, start) is not None
        if (
            number
            and words
            and not (glued and len(words) < 3)
            and not _enumerated(text, start, style, number)
        ):
            yield _Heading(start, style, number, label.strip() + words, path, glued)


def _markers(text: str) -> Iterator[re.Match[str]]:
    """What `_MARKER.finditer` finds, tried only where a label may begin and at the first blanks before it."""
    place = 0
    while (head := _MARKER_HEAD.search(text, place)) is not None:
        start = head.start()
        begin = place + len(text[place:start].rstrip(" \t"))
        tries = (_MARKER.match(text, at) for at in range(begin, min(begin + _BLANKS_BEFORE, start) + 1))
        match = next(filter(None, tries), None)
        if match is not None:
            yield match
        place = match.end() if match else start + 1


_FIRST = {
    "arabic": re.compile(r"[:：;；] ?1[、.．](?!\d)"),
    "arabic_bracket": re.compile(r"[:：;；] ?[(（]1[)）]"),
    "circled": re.compile(r"[:：;；] ?①"),
}


def _enumerated(text: str, start: int, style: str, number: int) -> bool:
    """Whether a number goes on from a list that a colon opened in the same line (分别是:1.…。2.…)."""
    first = _FIRST.get(style)
    if first is None or number == 1:
        return False
    line = max(text.rfind("\n", 0, start) + 1, start - 1500)
    return first.search(text, line, start) is not None


_NO_NUMERAL = re.compile(r"[^一二三四五六七八九十百\d㈠-㈩⒈-⒛⑴-⒇①-⑳]")
_PLAIN_NUMERAL = re.compile(rf"[{_HAN}\d]")


def _number_of(style: str, label: str) -> tuple[int, tuple[int, ...]]:
    """(number, path of a decimal number) of a heading's label; dashes and boxes are counted, not read."""
    if style in ("dash", "box"):
        return 1, ()
    if style == "decimal":
        path = tuple(int(part) for part in label.strip().split("."))
        return path[-1], path
    numeral = _NO_NUMERAL.sub("", label)
    if len(numeral) == 1 and not _PLAIN_NUMERAL.match(numeral):
        return int(unicodedata.numeric(numeral)), ()
    return int(parse_numeral(numeral) or 0), ()


_ITEM_WORDS = re.compile(r"([^。:：;；\n\d]{4,30})[。:：](?=[^\n]{6})")


def _item_words(text: str) -> str:
    """The words that head an item behind a dash: a short first clause without figures that more text follows."""
    match = _ITEM_WORDS.match(text)
    return match[1] if match else ""


_HEADING_END = re.compile(r"[。\n:：；;!！?？]")
_BODY_BEGINS = re.compile(r"(?<=.{4})(?: |,|[“']?十[一二三四]?五[”']?(?:期间|时期|以来)|近年来|经过)")


def _heading_words(text: str, style: str = "") -> str:
    """The words of a heading: up to the first stop, or where the text it was glued to begins."""
    if style in ("box", "decimal"):
        text = text.lstrip(" :：\t\n" if style == "decimal" else " :：\t")
    end = _HEADING_END.search(text)
    words = text[: end.start()] if end else text
    if len(words) > HEADING_LENGTH or _GLUED_TEXT.match(words):
        glued = _BODY_BEGINS.search(words)
        words = words[: min(glued.start(), HEADING_LENGTH)] if glued else words[:HEADING_LENGTH]
    return words.strip(" 、.．")


_GLUED_TEXT = re.compile(r"[^,]{4,20} [一-鿿][^,]{3,20},")
"""A heading, a space, and a clause that is more than a heading: 主要成效 经过五年的建设,"""


def _names_an_earlier_plan(heading: str, document: str | None) -> bool:
    """A 十四五 plan's section on 十三五 looks back, whatever else its heading says."""
    named = [period for _, period in find_plan_periods(heading)]
    return bool(named) and document is not None and max(named) < document


_LOOKS_AHEAD = re.compile("下一步|今后|打算|展望|问题|不足")


@cache
def _stance_cues() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """The cues of codebook/stances.csv, in its order: the stance, whether the cue is weak, its pattern."""
    return tuple(
        (row["stance"], row["strength"] == "weak", re.compile(row["pattern"]))
        for row in codebook.rows("stances")
    )


def _stance(heading: _Heading, inherited: str | None, genre: str | None) -> tuple[str | None, str]:
    """What a section does, and why: its heading's cue, else its parent's stance, else (in an overview) a look back."""
    looks_back = genre in ("overview", "disclosure")
    items = heading.style in ("dash", "box")  # items of a list do what the list does
    for stance, is_weak, cue in _stance_cues() if not (items and inherited) else ():
        if is_weak and (inherited is not None or looks_back):
            continue
        if cue.search(heading.text):
            # in an overview everything looks back, "保障能力持续提升" as well
            ahead = not looks_back or _LOOKS_AHEAD.search(heading.text)
            return (stance, "heading") if ahead else ("review", "genre")
    if inherited is not None:
        return inherited, "parent"
    return ("review", "genre") if looks_back else (None, "")


def _period(
    heading: str, text: str, stance: str, parent: tuple[str | None, str] | None, document: str | None
) -> tuple[str | None, str]:
    """The plan period a section speaks of, and why: named in its heading, else its parent's, else in its first lines.

    A review inside a plan looks back at the period before, but only when its text names that period.
    """
    named = find_plan_periods(heading)
    if named:
        return named[-1][1] if stance == "plan" else named[0][1], "heading"
    years = {plan_period_of(int(year)) for year in _YEAR.findall(heading)}
    if stance == "review" and len(years) == 1:
        return years.pop(), "year in heading"
    if parent is not None:
        return parent[0], "parent"
    if document is None or stance == "review":
        spoken = _spoken_period(text[:300])
        if spoken is not None:
            return spoken, "first lines"
    return document, "the document's" if document else "none named"


_YEAR = re.compile(r"((?:19|20)\d\d)年")
_YEARS = re.compile(r"((?:19|20)\d\d)年?[-—–至到]{1,2}((?:19|20)\d\d)年")


def _spoken_period(text: str) -> str | None:
    named = find_plan_periods(text)
    if named:
        return named[0][1]
    span = _YEARS.search(text)
    first = plan_period_of(int(span[1])) if span else None
    if first is None or span is None:
        return None
    return first if int(span[2]) <= plan_years(first)[1] else None
