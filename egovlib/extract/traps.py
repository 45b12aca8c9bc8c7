"""Traps: numbers that measure nothing, by the table codebook/traps.csv in its order.

A trap is a pattern with the reason why it is none; a number that a trap covers is refused, and
`explain_quantity` names the trap. Add a row and a case (tests/cases/quantities.jsonl) for a new one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from egovlib import codebook

_TRAP_HEADS = {
    "digit": "0-9",
    "han": "零〇○一二三四五六七八九十两双百千万第",
    "quote": "“‘\"'",
    "bracket": r"〔\[(（①-⑳",
    "letter": "A-Za-z",
    "blank": r" \t",
}
"""The classes of characters a trap begins with (column `begins` of codebook/traps.csv)."""
# a set of characters first: the search for one is the fast part of the engine; a trap never begins inside a number
_TRAP_HEAD = re.compile(rf"[{''.join(_TRAP_HEADS.values())}](?:(?<=[0-9])[0-9]+)?")


@cache
def _traps_from(character: str) -> re.Pattern[str]:
    """One alternation of the traps that can begin with a character."""
    classes = {name for name, members in _TRAP_HEADS.items() if re.match(f"[{members}]", character)}
    return re.compile(
        "|".join(
            f"(?P<{row['trap']}>{row['pattern']})"
            for row in codebook.rows("traps")
            if not classes.isdisjoint(row["begins"].split("|"))
        ),
        re.MULTILINE,
    )


def find_traps(text: str) -> list[tuple[int, int, str]]:
    """Where numbers stand that measure nothing: (start, end, trap), in order; reasons are in codebook/traps.csv.

    >>> find_traps("拨打12345热线，2013年印发〔2013〕5号")
    [(2, 7, 'hotline'), (10, 15, 'date'), (17, 25, 'page_mark_or_citation')]
    """
    found, place = [], 0
    while (head := _TRAP_HEAD.search(text, place)) is not None:
        trap = _traps_from(text[head.start()]).match(text, head.start())
        place = head.end()
        if trap is not None:
            found.append((trap.start(), trap.end(), trap.lastgroup or ""))
            place = max(place, trap.end())
    return found


class Traps:
    """The traps of one text, found once."""

    def __init__(self, text: str) -> None:
        self._traps = find_traps(text)
        self._ends = [end for _, end, _ in self._traps]

    def over(self, start: int, end: int, *, is_rank: bool) -> str | None:
        """The trap that covers a part of text[start:end], None when there is none; a rank is no ordinal."""
        for i in range(bisect_right(self._ends, start), len(self._traps)):
            begin, _, name = self._traps[i]
            if begin >= end:
                return None
            if not (is_rank and name == "ordinal"):
                return name
        return None

    def beyond(self, place: int) -> int:
        """Where the trap around a place ends, 0 when there is none; an ordinal may still be a rank."""
        i = bisect_right(self._ends, place)
        if i == len(self._traps):
            return 0
        begin, end, name = self._traps[i]
        return end if begin <= place and name != "ordinal" else 0
