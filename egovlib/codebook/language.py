"""The term language of the codebook: which words put a text under a code, and which keep it out.

A cell `includes` or `excludes` holds alternatives; one of them is enough.

    A|B      A, or B
    A&B      both, anywhere in the sentence
    A~9~B    both, in either order, with at most 9 characters between them
    A/B      one of the two, at this place: 医疗/教育&系统/平台 stands for four alternatives
    A!B      A, but not where it is part of B, nor in a sentence with a B that it is no part of

`|` binds least, then `!`, then `&` and `~9~`, then `/`. Terms are plain words, never regular expressions, so
that no cell can fail to compile or backtrack without end. `excludes` keeps the whole code out of a sentence.

What a text says by such rules is in `egovlib.codebook.matching`.

>>> [str(one) for one in alternatives("网络安全|漏洞~6~修补/封堵")]
['网络安全', '漏洞~6~修补', '漏洞~6~封堵']
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from egovlib.codebook.occurrences import lower

_JOINT = re.compile(r"(&|~\d{1,3}~)")

MOST_ALTERNATIVES = 2_000
"""Of one cell. Each `/` between two `&` multiplies: thirty of them would stand for more than any machine holds.
The richest cell of the packaged codebook stands for 421."""


@dataclass(frozen=True)
class Alternative:
    """Terms that count together, in the order of the cell.

    windows  between each two neighbours, how many characters may stand there; None: anywhere
    without  terms behind `!`
    """

    terms: tuple[str, ...]
    windows: tuple[int | None, ...] = ()
    without: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __str__(self) -> str:
        return self.written

    @cached_property
    def characters(self) -> int:
        """How many characters its terms have: the more, the more specific it is."""
        return sum(map(len, self.terms))

    @cached_property
    def written(self) -> str:
        """The alternative in the term language, without what stands behind `!`."""
        joints = ("&" if window is None else f"~{window}~" for window in self.windows)
        return self.terms[0] + "".join(
            joint + term for joint, term in zip(joints, self.terms[1:], strict=True)
        )


@dataclass(frozen=True)
class TermRule:
    """The terms of one code, parsed; `affirmed`: a mention that is denied does not count."""

    code: str
    includes: tuple[Alternative, ...]
    excludes: tuple[Alternative, ...] = ()
    affirmed: bool = False

    @classmethod
    def parse(cls, code: str, includes: str, excludes: str = "", *, affirmed: bool = False) -> TermRule:
        """Parse two cells of the term language.

        >>> [one.terms for one in TermRule.parse("hotline", "热线|来电&接听/回访").includes]
        [('热线',), ('来电', '接听'), ('来电', '回访')]
        """
        return cls(code, alternatives(includes), alternatives(excludes), affirmed)


def alternatives(cell: str) -> tuple[Alternative, ...]:
    """Parse one cell: ASCII letters in lower case, blanks around terms dropped; an empty cell has none.

    Raises ValueError for a cell of more than `MOST_ALTERNATIVES`.
    """
    if (number := count_alternatives(cell)) > MOST_ALTERNATIVES:
        raise ValueError(
            f"the cell {cell[:20]!r}… stands for {number} alternatives, of which it may have {MOST_ALTERNATIVES}; "
            "write fewer terms joined by / on both sides of &."
        )
    return tuple(_parse(lower(cell))) if cell.strip() else ()


def count_alternatives(cell: str) -> int:
    """How many alternatives a cell stands for, without making them.

    >>> count_alternatives("医疗/教育&系统/平台|热线"), count_alternatives("甲/乙&" * 40 + "丙")
    (5, 1099511627776)
    """
    wanted = (part.partition("!")[0] for part in cell.split("|"))
    return sum(math.prod(1 + piece.count("/") for piece in _JOINT.split(part)[::2]) for part in wanted)


def _parse(cell: str) -> Iterator[Alternative]:
    for part in cell.split("|"):
        wanted, *unwanted = part.split("!")
        pieces = _JOINT.split(wanted)
        windows = tuple(None if joint == "&" else int(joint.strip("~")) for joint in pieces[1::2])
        without = tuple(term.strip() for group in unwanted for term in group.split("/"))
        for terms in product(*(piece.split("/") for piece in pieces[::2])):
            yield Alternative(tuple(term.strip() for term in terms), windows, without)
