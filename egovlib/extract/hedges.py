"""Hedges: the words around a number that widen it (codebook/approximators.csv), and where they stand.

Before the number (超过2.2亿), inside it (150余万), behind its unit (30%以上) or apart from it (至少配备1名).

>>> hedge_before("签约5个，近5个", 6, 0), hedge_behind("85%以上的", 3), hedge_before("签约5个", 2, 0)
((5, '近'), '以上', (2, ''))
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from egovlib import codebook
from egovlib.extract.contexts import Approximator

BOUNDS = ("以上", "以下", "以内", "之内", "之上", "及以上", "及以下")
"""Hedges behind a number that win over one before it."""


@cache
def approximators(place: str) -> dict[str, Approximator]:
    """Return the approximators that stand at a place of a number: before, middle or after."""
    return {
        row["word"]: Approximator(
            row["approx"],
            float(row["low"]) if row["low"] else None,
            float(row["high"]) if row["high"] else None,
        )
        for row in codebook.rows("approximators")
        if row["place"] == place
    }


def hedge_before(text: str, place: int, floor: int) -> tuple[int, str]:
    """Where a number at `place` begins with the longest hedge before it, none of it before `floor`; that hedge."""
    end = place
    if end > floor and text[end - 1] == " ":
        end -= 1
    hedges = _by_end().get(text[end - 1]) if end > floor else None
    if hedges is not None:
        for word, not_after in hedges:
            start = end - len(word)
            fits = start >= floor and text.startswith(word, start)
            if fits and (start == 0 or text[start - 1] not in not_after):
                return start, word
    return place, ""


@cache
def hedge_ends() -> frozenset[str]:
    """The characters that `hedge_before` looks for right before a number; most numbers have another there."""
    return frozenset(_by_end()) | {" "}


@cache
def _by_end() -> dict[str, list[tuple[str, str]]]:
    """The hedges before a number by their last character, longest first, each with what must not precede it.

    约 in 签约 is no hedge (column not_after).
    """
    hedges: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in sorted(codebook.rows("approximators"), key=lambda row: -len(row["word"])):
        if row["place"] == "before":
            hedges[row["word"][-1]].append((row["word"], row["not_after"]))
    return dict(hedges)


_INSIDE = re.compile("[多余来]")


def hedge_inside(surface: str) -> Approximator | None:
    """The hedge inside the number: 150余万, 2.2亿多."""
    found = _INSIDE.search(surface)
    return approximators("middle").get(found[0]) if found else None


def hedge_behind(text: str, end: int) -> str:
    """The hedge behind a number as it stands there, with the line break before it; "" when there is none."""
    if text[end : end + 1] not in _first_characters():
        return ""
    match = _behind().match(text, end)
    return match[0] if match else ""


@cache
def _first_characters() -> frozenset[str]:
    return frozenset(word[0] for word in approximators("after")) | {"\n"}


@cache
def _behind() -> re.Pattern[str]:
    """The hedges behind a unit; 多 and 余 must not begin a word of their own."""
    words = sorted(approximators("after"), key=len, reverse=True)
    # 85%\n以上: a line may break before the hedge
    return re.compile(
        "\n?(?:" + "|".join(word + ("(?![一-鿿])" if word in "多余" else "") for word in words) + ")"
    )


_REACH = 18
"""Characters before a number in which a hedge that stands apart begins."""
_MAY_BE_APART = re.compile("[基至不最]")
"""One look that spares most numbers the search for one."""
_BASICALLY = re.compile("基本(?:达到?|实现|完成)了?$")
_APART = re.compile("(至少|不低于|不少于|不超过|最多)[^,。;，:\\d]{1,12}$")


def hedge_apart(text: str, start: int) -> Approximator | None:
    """A hedge that stands apart and stays outside the surface: 基本达到100%, 至少配备1名."""
    if not _MAY_BE_APART.search(text, start - _REACH, start):
        return None
    if _BASICALLY.search(text, start - 6, start):
        return approximators("before")["接近"]
    apart = _APART.search(text, start - _REACH, start)
    return approximators("before").get(apart[1]) if apart else None
