r"""Web pages: the main text of a page, with the way back into its source.

A page is not rewritten: tags, scripts and navigation are deleted from its source by edits as the repairs
make them, block tags become line ends, table cells are set apart by tabs, character references are read.

>>> strip_markup("<nav><a href='/'>首页</a></nav><h1>某市规划</h1><p>网上办理率达<b>95</b>&#37;。</p>")[0].text
'某市规划\n网上办理率达95%。'
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from egovlib.text.alignment import AlignedText, Edit

MAIN_SHARE = 0.8
"""The main text is the smallest element that holds this share of the page's text outside links …"""

NAMED_SHARE = 0.4
"""… or, when its id or class says that it is the main text, this share."""

LINKED = 0.5
"""A line of which more than this share is link text is navigation."""

LAYOUT_CELL = 200
"""Characters; a table cell that holds more, or another table, lays out the page and is no table's cell."""

DEEPEST = 512
"""Elements in one another, as browsers allow; what is nested deeper counts to the last of them."""

_UNSEEN = frozenset((
    "head", "script", "style", "noscript", "template", "nav", "aside", "svg", "iframe", "audio",
    "video", "object", "select", "option", "button", "textarea"
))  # fmt: skip
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr"
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "tt", "u", "var", "wbr"
))  # fmt: skip
_PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dd", "dt", "pre", "blockquote", "caption")
)
_CELLS = ("td", "th")
_NAMED = re.compile(
    r"(?:^|\s)(?:zoom|ucap-content|(?:trs_)?u?editor|article|content|"
    r"(?:news|main|con|detail|info|text|xl|art|pages?|article)[_-]?(?:content|con|text|body|detail|article))(?:\s|$)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# what an open tag closes when its own end tag was left out, as pages of that time do
_CLOSES = {
    "p": ("p",), "li": ("li",), "tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th"),
    "dt": ("dt", "dd"), "dd": ("dt", "dd"), "option": ("option",),
}  # fmt: skip
_BOUNDS = frozenset(("table", "ul", "ol", "dl", "div", "td", "th", "tr"))


@dataclass(eq=False)
class _Element:
    """An element: its tag, its parent, and how much text it holds in all and in links."""

    tag: str
    parent: _Element | None = None
    unseen: bool = False
    link: bool = False
    named: bool = False
    chars: int = 0
    linked: int = 0
    tables: int = 0
    blocks: int = 0
    depth: int = 0


@dataclass
class _Piece:
    """A stretch of source that is text, and what it says."""

    start: int
    end: int
    text: str
    element: _Element
    breaks: list[str] = field(default_factory=list)


def strip_markup(source: str) -> tuple[AlignedText, int]:
    """The main text of a page, aligned to its source, and the number of tags and parts taken out.

    What is main text: the smallest element that holds MAIN_SHARE of the text outside links (or is named as
    such and holds NAMED_SHARE), with the page's title when that stands before it; lines made of links are left
    out. A source without tags stays as it is.
    """
    page = _Page(source)
    pieces = [piece for piece in page.pieces if not piece.element.unseen]
    if not pieces:
        return AlignedText(source, "").edit([]), 1
    main = _main(pieces)
    lines = list(_lines(pieces))
    kept = [line for line in lines if _belongs(line, main)]
    title = _title_line(lines, kept, page.title)
    edits = _edits(source, [*([title] if title else []), *kept])
    return AlignedText.of(source).edit(edits), len(edits)


class _Page(HTMLParser):
    """Reads a page into pieces of text that know their place in the source and their element."""

    def __init__(self, source: str):
        super().__init__(convert_charrefs=False)
        self.source = source
        self.title = ""
        self.pieces: list[_Piece] = []
        self._root = self._top = _Element("body")
        self._breaks: list[str] = []
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", source))]
        end, rest = _unfinished(source)
        self.feed(source[:end])
        self.close()
        if rest > end:
            self._add(end, rest, source[end:rest])

    def _place(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pages that Word made hold sections no standard knows; they are passed over as browsers do."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._close_before(tag)
        if tag not in _INLINE:
            self._breaks.append(tag)
        known = {name: value or "" for name, value in attrs}
        if tag == "meta" and known.get("name", known.get("property", "")).lower() in (
            "articletitle",
            "og:title",
        ):
            self.title = known.get("content", "") or self.title
        top = self._top
        if tag in _VOID or top.depth >= DEEPEST:
            return
        hidden = "hidden" in known or bool(_HIDDEN.search(known.get("style", "")))
        unseen = top.unseen or tag in _UNSEEN or hidden
        named = tag not in _INLINE and bool(_NAMED.search(f"{known.get('id', '')} {known.get('class', '')}"))
        self._top = _Element(tag, top, unseen, top.link or tag == "a", named, depth=top.depth + 1)
        if tag not in _INLINE:
            top.blocks += 1
        if tag == "table":
            for element in _up(self._top):
                element.tables += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._breaks.append("/" + tag)
        bounded = tag in _INLINE or tag in _PARAGRAPHS
        for element in _up(self._top):
            if element.tag == tag and element.parent is not None:
                self._top = element.parent
                return
            if bounded and element.tag in _BOUNDS:
                return  # a stray end tag closes nothing outside its own block

    def _close_before(self, tag: str) -> None:
        for element in _up(self._top):
            if element.tag in _CLOSES.get(tag, ()) and element.parent is not None:
                self._top = element.parent
            elif element.tag not in _INLINE and element.tag not in _PARAGRAPHS:
                return

    def handle_data(self, data: str) -> None:
        start = self._place()
        self._add(start, start + len(data), data)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        start = self._place()
        end = start + len(written)
        end += self.source[end : end + 1] == ";"
        text = html.unescape(self.source[start:end])
        plain = text[1:]  # &nbsp12 says a blank and 12
        if plain and self.source[start:end].endswith(plain):
            self._add(start, end - len(plain), text[0])
            start, text = end - len(plain), plain
            end = start + len(plain)
        self._add(start, end, " " if text.isspace() else text)

    def _add(self, start: int, end: int, text: str) -> None:
        if self._top.tag == "title" and not self.title:
            self.title = text.strip()
        if self._breaks and not text.strip():
            return  # blanks between tags only lay out the source
        piece = _Piece(start, end, text, self._top)
        if not self._top.unseen:
            piece.breaks, self._breaks = self._breaks, []
        self.pieces.append(piece)
        size = len(text.strip())
        if not piece.element.unseen:
            for element in _up(self._top):
                element.chars += size
                element.linked += size if piece.element.link else 0


def _unfinished(source: str) -> tuple[int, int]:
    """Where the markup of a source ends, and where the text does that stands behind it.

    A tag that never closes is text, a comment that never closes hides the rest. The parser would look for the end
    of each of them anew, which takes time in the square of their number.
    """
    comment = source.find("<!--", source.rfind("-->") + 1)
    size = len(source) if comment < 0 else comment
    tag = source.find("<", source.rfind(">", 0, size) + 1, size)
    return (size, size) if tag < 0 else (tag, size)


def _up(element: _Element | None) -> Iterator[_Element]:
    """An element and those it stands in, from the inside out."""
    while element is not None:
        yield element
        element = element.parent


def _main(pieces: Sequence[_Piece]) -> _Element:
    """The smallest element that holds most of the page's own text; a paragraph is too small to be one."""
    root = list(_up(pieces[0].element))[-1]
    elements = {id(element): element for piece in pieces for element in _up(piece.element)}
    whole = max(root.chars - root.linked, 1)
    fits = [
        element
        for element in elements.values()
        if element.chars - element.linked >= (NAMED_SHARE if element.named else MAIN_SHARE) * whole
        and element.tag not in _INLINE
        and element.tag not in _PARAGRAPHS
    ]
    best = min(fits, key=lambda element: (element.chars, -sum(1 for _ in _up(element))), default=root)
    while best.blocks < 2 and best.parent is not None and best.parent.chars < best.chars * 1.5:
        best = best.parent  # one paragraph that is set as a block of its own
    return best


_Line = list[_Piece]


def _lines(pieces: Sequence[_Piece]) -> Iterator[_Line]:
    """The pieces of each line: cells of one table row make one line, and so does what stands in one block."""
    line: _Line = []
    for piece in pieces:
        if line and any(_ends_line(tag, piece, line[-1]) for tag in piece.breaks):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _ends_line(tag: str, piece: _Piece, last: _Piece) -> bool:
    """Whether a tag between two pieces ends the line; within a row of a table only the row's end does."""
    if tag in ("hr", "table", "/table", "tr", "/tr"):
        return True
    return _cell(piece) is None or _cell(last) is None


def _cell(piece: _Piece) -> _Element | None:
    """The table cell that a piece stands in, None outside tables and in a cell that lays out the page."""
    for element in _up(piece.element):
        if element.tag in _CELLS:
            return element if element.chars <= LAYOUT_CELL and not element.tables else None
    return None


def _belongs(line: _Line, main: _Element) -> bool:
    """Whether a line is of the main text and not made of links."""
    if main not in _up(line[0].element):
        return False
    size = sum(len(piece.text.strip()) for piece in line)
    linked = sum(len(piece.text.strip()) for piece in line if piece.element.link)
    return linked <= LINKED * size


def _title_line(lines: Sequence[_Line], kept: Sequence[_Line], title: str) -> _Line | None:
    """The line before the main text that says the page's title; None when the main text says it itself."""
    wanted = _bare(title)
    if len(wanted) < 6 or not kept:
        return None
    opening = _bare("".join(piece.text for line in kept[:6] for piece in line))
    if wanted[:12] in opening or opening[:12] in wanted:
        return None
    first = kept[0][0].start
    said = [line for line in lines if line[0].start < first and len(_words(line)) >= 6]
    return next((line for line in reversed(said) if _words(line) in wanted or wanted in _words(line)), None)


def _words(line: _Line) -> str:
    return _bare("".join(piece.text for piece in line))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _edits(source: str, lines: Sequence[_Line]) -> list[Edit]:
    """Delete everything but the lines, put line ends between them and tabs between cells, close up blanks."""
    writer = _Writer(source)
    for line in lines:
        writer.separate("\n")
        for piece in line:
            writer.separate(_tabs(piece))
            for match in _WORDS.finditer(piece.text):
                _write(writer, piece, match)
    return writer.finish()


_WORDS = re.compile(r"[ \t\r\n\f]+|[^ \t\r\n\f]+")


def _write(writer: _Writer, piece: _Piece, match: re.Match[str]) -> None:
    """Write one word of a piece, or keep in mind the blank that it is."""
    if match[0].isspace():
        writer.separate("\r" if "\n" in match[0] else " ")
    elif piece.end - piece.start == len(piece.text):
        writer.write(piece.start + match.start(), piece.start + match.end(), match[0])
    else:  # a character reference is longer in the source than what it says
        writer.write(piece.start, piece.end, match[0])


def _tabs(piece: _Piece) -> str:
    """A tab for each cell that begins before a piece, empty ones too; the first of a row needs none."""
    if _cell(piece) is None:
        return ""
    rows = [i for i, tag in enumerate(piece.breaks) if tag == "tr"]
    cells = sum(tag in _CELLS for tag in piece.breaks[rows[-1] if rows else 0 :])
    return "\t" * (cells - bool(rows)) or ("\r" if piece.breaks and not cells else "")


class _Writer:
    """Collects the edits that turn the source into what is written, in order."""

    def __init__(self, source: str):
        self._source = source
        self._edits: list[Edit] = []
        self._done = 0
        self._between = ""
        self._last = ""

    def separate(self, mark: str) -> None:
        r"""What to put before the next word: a line end, tabs, a blank, or \r, a blank that Chinese does without."""
        held = self._between
        if mark == "\n":
            self._between = "\n"
        elif mark.startswith("\t") and held[:1] in ("", " ", "\r", "\t"):
            self._between = mark + (held if held.startswith("\t") else "")
        elif mark.startswith("\t"):
            self._between = held + mark
        elif mark and held in ("", "\r"):
            self._between = mark

    def write(self, start: int, end: int, text: str) -> None:
        """Write what the source says at start:end."""
        between = self._between if self._last or "\t" in self._between else ""
        if between == "\r":
            between = "" if _WIDE.match(self._last) and _WIDE.match(text) else " "
        if between or start > self._done:
            self._edits.append((self._done, start, between))
        if text != self._source[start:end]:
            self._edits.append((start, end, text))
        self._done, self._between, self._last = end, "", text[-1]

    def finish(self) -> list[Edit]:
        """The edits, with the rest of the source deleted."""
        if self._done < len(self._source):
            self._edits.append((self._done, len(self._source), ""))
        return self._edits


_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u201c\u201d]")
