r"""The heading tree of a government document, over its numbering styles, glued and unnumbered headings among them.

>>> [(path, one.text) for one, path in find_headings("一、任务\n（一）网络\n提升带宽。\n（二）平台\n建成平台。")]
[('1', '一、任务'), ('1.1', '（一）网络'), ('1.2', '（二）平台')]
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter
from typing import NamedTuple

from egovlib.extract.numerals import parse_numeral

HEADING_LENGTH = 40
"""A heading is cut after this many characters where it is glued to its text; the longest unglued heading of 40
read in city reports has 34."""

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

TITLE = "title"
"""The style of a part of a work report that has a line of its own and no number."""
_RANK = {style: rank for rank, style in enumerate((TITLE, *(style for style, _ in _STYLES)))}
UNNUMBERED = (TITLE, "dash", "box")

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


class Heading(NamedTuple):
    """A heading: place, style, number (of a decimal one the last), words; glued to the text before it or not."""

    start: int
    style: str
    number: int
    text: str
    path: tuple[int, ...] = ()
    glued: bool = False


@dataclass(slots=True)
class _Level:
    """One level of the tree while it is built: how deep its style is, its path, its children's last numbers."""

    rank: float
    path: str
    style: str = ""
    children: dict[str, int] = field(default_factory=dict)


def find_headings(text: str, genre: str | None = None) -> Iterator[tuple[Heading, str]]:
    """Headings whose numbers count, with their paths ("2.1"); a path that comes again gets a letter ("2.1b").

    Depth follows the customary order of styles (第一章, 一、, (一), 1., (1), ①), skipping those a document does
    not use. A number that neither starts a list nor goes on from the last of its style is no heading (`3、` in
    running text); one lost heading is forgiven, and so is a count that runs on across sections. Of the genre
    "work_report", parts without a number are headings too (2023年工作回顾).
    """
    stack = [_Level(-1, "")]
    last: dict[str, int] = {}
    decimals: set[tuple[int, ...]] = set()
    seen: Counter[str] = Counter()
    candidates = _candidate_headings(text)
    if genre == "work_report":
        candidates = merge(_titles(text), candidates, key=attrgetter("start"))
    for heading in candidates:
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


def _push(stack: list[_Level], heading: Heading, last: dict[str, int]) -> bool:
    """Put a heading where it belongs in the tree; False when its number does not count on."""
    style, number = heading.style, heading.number
    rank = _RANK[style]
    kept = _kept(stack, rank)
    before = stack[kept - 1].children.get(style, 0)
    if stack[kept - 1].style == "box" and style == "arabic" and number not in (1, before + 1, before + 2):
        kept -= 1  # the box is over, the list around it goes on
        before = stack[kept - 1].children.get(style, 0)
    if style in UNNUMBERED:
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


_TITLE = re.compile(
    r"^[ \t]*([一-鿿]{0,6}(?:(?:19|20)\d\d|过去[一五]|今后[一五]|[今去])年"
    r"[^\n。,;:!?\d]{0,14}(?:工作|任务|目标)(?!报告)[^\n。,;:!?\d]{0,12}"
    r"|名 ?词 ?(?:解 ?释|注 ?释))$",
    re.MULTILINE,
)


def _titles(text: str) -> Iterator[Heading]:
    """The parts of a work report without a number: a year and its work on a line (2023年工作回顾), its glossary."""
    for match in _TITLE.finditer(text):
        yield Heading(match.start(1), TITLE, 1, match[1].strip())


_GLUED_TO = re.compile("[一-鿿,]")


def _candidate_headings(text: str) -> Iterator[Heading]:
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
            yield Heading(start, style, number, label.strip() + words, path, glued)


def _markers(text: str) -> Iterator[re.Match[str]]:
    """What `_MARKER.finditer` finds, tried only where a label may begin and at the first blanks before it."""
    place = 0
    while (head := _MARKER_HEAD.search(text, place)) is not None:
        start = head.start()
        begin = place + len(text[place:start].rstrip(" \t"))
        place = start + 1
        for at in range(begin, min(begin + _BLANKS_BEFORE, start) + 1):
            if (match := _MARKER.match(text, at)) is not None:
                yield match
                place = match.end()
                break


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
