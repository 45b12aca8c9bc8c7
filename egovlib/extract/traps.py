"""Traps: numbers that measure nothing, by the table codebook/traps.csv in its order.

A trap is a pattern with the reason why it is none; a number that a trap covers is refused, and
`explain_quantity` names the trap. Add a row and a case (tests/cases/quantities.jsonl) for a new one.
"""

from __future__ import annotations

import re
from functools import cache

from egovlib import codebook
from egovlib.codebook.alternation import beginning_with

_TRAP_HEADS = {
    "digit": "0-9",
    "han": "零〇○一二三四五六七八九十两双百千万第",
    "quote": "“‘\"'",
    "bracket": r"〔\[(（①-⑳",
    "letter": "A-Za-z",
    "blank": r" \t",
}
"""The classes of characters a trap begins with (column `begins` of codebook/traps.csv)."""


@cache
def _trap() -> tuple[re.Pattern[str], dict[int, str]]:
    """One pattern of all traps, and the trap of each of its groups; a trap never begins inside a number.

    Kind stands within kind, so that a digit is not looked up in the kinds that begin otherwise: 1.1 × as fast.
    """
    trap_of: dict[str, str] = {}
    found = "(?!)"
    for begins, members in reversed(_TRAP_HEADS.items()):
        groups = []
        for row in codebook.rows("traps"):
            if begins in row["begins"].split("|"):
                trap_of[f"{row['trap']}_{begins}"] = row["trap"]
                # an empty group behind the pattern: one around it hides from the engine what it begins with
                groups.append(f"(?:{row['pattern']})(?P<{row['trap']}_{begins}>)")
        outside = "(?<![0-9])" if begins == "digit" else ""
        found = f"(?=[{members}]){outside}(?:{'|'.join(groups)})|(?![{members}])(?:{found})"
    found = beginning_with("".join(_TRAP_HEADS.values()), found)
    regex = re.compile(found, re.MULTILINE)
    return regex, {number: trap_of[name] for name, number in regex.groupindex.items()}


def find_traps(text: str) -> list[tuple[int, int, str]]:
    """Where numbers stand that measure nothing: (start, end, trap), in order; reasons are in codebook/traps.csv.

    >>> find_traps("拨打12345热线，2013年印发〔2013〕5号")
    [(2, 7, 'hotline'), (10, 15, 'date'), (17, 25, 'page_mark_or_citation')]
    """
    regex, trap_of = _trap()
    found, place, search = [], 0, regex.search
    while (head := search(text, place)) is not None:
        group = head.lastindex or 0
        place = head.end(group)
        found.append((head.start(), place, trap_of[group]))
    return found


def trap_over(
    traps: list[tuple[int, int, str]], i: int, start: int, end: int, *, is_rank: bool
) -> str | None:
    """The first trap from the i-th on that covers a part of text[start:end], None when none does.

    A rank is no ordinal.
    """
    while traps[i][0] < end:
        _, stop, name = traps[i]
        if stop > start and not (is_rank and name == "ordinal"):
            return name
        i += 1
    return None
