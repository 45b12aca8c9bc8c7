"""A table as it is printed: its words, and how wide each column has to be. What file it becomes is another question.

>>> heads, rows = ["name", "difference (pp)", "p"], [["Information resources and data", "−0.9", ".913"]] * 2
>>> printed = Printed("Shares", heads, rows, [False, True, True], [])
>>> printed.wanted(), printed.needed()
([33, 18, 7], [14, 13, 7])
>>> printed.widths(60), printed.widths(46)
([33.0, 18.0, 7.0], [23.5, 15.5, 7.0])
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from egovlib.report.labels import heading
from egovlib.report.style import say, text_width
from egovlib.report.tables_html import decimal_places, is_number, records, write_cell

if TYPE_CHECKING:
    import pandas as pd

GAP: Final = 3
"""Half-width columns between two columns of a table, and what a bold or capital letter takes more."""
_LONGEST: Final = 36
"""Half-width columns a text wants; a longer one breaks."""
_SHORT: Final = 8
_SHORT_HEAD: Final = 4
"""Half-width columns up to which a Chinese text, or a heading, stays on its line."""


class Printed(NamedTuple):
    """The caption, the heads, the rows of texts, which columns are numbers, the notes."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    notes: list[str]

    def whole(self) -> list[int]:
        """The half-width columns that each column takes when nothing breaks."""
        return [GAP + max(map(text_width, column)) for column in zip(self.heads, *self.rows, strict=True)]

    def wanted(self) -> list[int]:
        """The half-width columns that each column takes when nothing but very long texts breaks."""
        return [min(GAP + _LONGEST, width) for width in self.whole()]

    def needed(self) -> list[int]:
        """The half-width columns below which a number, a Latin word or a short Chinese one would break."""
        columns = zip(zip(self.heads, *self.rows, strict=True), self.numeric, strict=True)
        return [
            GAP + max(_unbroken(head, _SHORT_HEAD), *(text_width(cell) if numeric else _unbroken(cell, _SHORT)
                                                      for cell in cells), 1)
            for (head, *cells), numeric in columns
        ]  # fmt: skip

    def widths(self, room: float) -> list[float]:
        """Share `room` half-width columns: what each wants where there is room for all, else what it needs and more.

        Where there is not even room for what each needs, all are narrowed alike.
        """
        wanted, needed = self.wanted(), self.needed()
        if sum(wanted) <= room:
            return list(map(float, wanted))
        more = [max(0, most - least) for most, least in zip(wanted, needed, strict=True)]
        rest = room - sum(needed)
        if rest < 0 or not sum(more):
            return [n * room / sum(needed) for n in needed]
        return [least + rest * part / sum(more) for least, part in zip(needed, more, strict=True)]


def print_table(
    table: pd.DataFrame, names: Sequence[str], caption: str, notes: Iterable[str], lang: str
) -> Printed:
    """Put columns of a frame into words."""
    comparison = "difference" in table or "slope" in table
    places = {name: decimal_places(table, name, comparison) for name in names}
    rows = [
        [
            f"{row[name]:,.{places[name]}f}".replace("-", "−")
            if places[name] and row[name] is not None
            else one_line(write_cell(name, row[name], lang, comparison=comparison))
            for name in names
        ]
        for row in records(table)
    ]
    heads = [one_line(heading("region_name" if name == "region" else name, lang)) for name in names]
    numeric = [is_number(table, name) for name in names]
    return Printed(one_line(caption), heads, rows, numeric, list(map(one_line, notes)))


def join_notes(notes: Sequence[str], lang: str) -> str:
    """All notes as one paragraph.

    >>> join_notes(["n = 9", "Source: the corpus."], "en"), join_notes(["n = 9", "来源：语料。"], "zh")
    ('Notes: n = 9. Source: the corpus.', '注：n = 9；来源：语料。')
    """
    if lang == "en":
        return "Notes: " + " ".join(f"{note.rstrip('.')}." for note in notes)
    return "注：" + "；".join(note.rstrip("。；") for note in notes) + "。"


def basis_notes(n: int | None, interval: str | None, source: str | None, lang: str) -> list[str]:
    """What every table says of its numbers: how many units, how intervals were made, where they come from."""
    said = [
        None if n is None else f"n = {n}",
        None if interval is None else say(lang, f"区间：{interval}", f"Interval: {interval}"),
        None if source is None else say(lang, f"来源：{source}", f"Source: {source}"),
    ]
    return [note for note in said if note is not None]


def one_line(text: str) -> str:
    """A text without line breaks, nor the characters that no document can hold."""
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", text).split())


_WORD: Final = re.compile(r"[^\s_/\-\u2e80-\uffef]+[_/\-]?")


def _unbroken(text: str, short: int) -> int:
    """The half-width columns of what does not break in a text: its longest Latin word, or all of a short one."""
    return max(min(text_width(text), short), *map(text_width, _WORD.findall(text)), 0)
