"""Agreement of coders who mark passages: Krippendorff's α for unitizing a continuum.

Each coder marks stretches of the same text and gives each a value; what lies between is a gap. Krippendorff
(2019, Content Analysis, 4th ed., section 12.6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from egovlib.analyse.statistics.permutation import Array

GAP = 0


class Unit(NamedTuple):
    """A marked passage: from `start` to `end`, both included and counted from 1, with its value."""

    start: int
    end: int
    value: str


def unitizing_alpha(coders: Sequence[Iterable[Unit]], length: int) -> dict[str, float]:
    """α of two or more coders' passages on a continuum of `length` characters.

    Returns nominal (where the passages lie and what they are called), binary (only where they lie) and
    coding (only what they are called, where two coders both marked something); NaN where chance leaves it
    undefined. ValueError for fewer than two coders and for passages that overlap or leave the continuum.

    >>> both = [[Unit(1, 4, "a"), Unit(7, 8, "b")], [Unit(1, 4, "a"), Unit(6, 8, "b")]]
    >>> {name: round(value, 3) for name, value in unitizing_alpha(both, 10).items()}
    {'nominal': 0.867, 'binary': 0.809, 'coding': 1.0}
    """
    marked = [sorted(Unit(*unit) for unit in units) for units in coders]
    if len(marked) < 2:
        raise ValueError(f"agreement of {len(marked)} coder is not defined; give two or more.")
    values = sorted({unit.value for units in marked for unit in units})
    codes = np.array([_codes(units, values, length) for units in marked])
    k = len(values) + 1
    own = [_squares(units, values, np.ones(length, dtype=bool)) for units in marked]
    squares = np.sum(own, axis=0)
    squares[GAP] = (codes == GAP).sum()  # a gap is no unit: it can be cut anywhere
    observed = _coincidences(codes, k)
    expected = _expected(observed, squares)
    shared = np.array([(np.delete(codes, i, axis=0) != GAP).any(axis=0) for i in range(len(codes))])
    pairable = np.sum(
        [_squares(units, values, seen) for units, seen in zip(marked, shared, strict=True)], axis=0
    )
    inner = observed[1:, 1:]
    return {
        "nominal": _alpha(observed, expected),
        "binary": _alpha(_gap_or_not(observed), _gap_or_not(expected)),
        "coding": _alpha(inner, _expected(inner, pairable[1:])),
    }


def _codes(units: Sequence[Unit], values: Sequence[str], length: int) -> Array:
    """Place of the value at each character, 0 for a gap, (length,)."""
    codes = np.zeros(length, dtype=int)
    for unit in units:
        place = slice(unit.start - 1, unit.end)
        if unit.start < 1 or unit.end > length or unit.end < unit.start or codes[place].any():
            raise ValueError(
                f"the passage {unit.start}-{unit.end} overlaps another or leaves 1-{length}; give each coder "
                "passages one after the other."
            )
        codes[place] = values.index(unit.value) + 1
    return codes


def _squares(
    units: Sequence[Unit], values: Sequence[str], seen: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Array:
    """Sum of squared lengths of the units of each value, counting only the characters `seen`, (k,)."""
    squares = np.zeros(len(values) + 1)
    for unit in units:
        squares[values.index(unit.value) + 1] += float(seen[unit.start - 1 : unit.end].sum()) ** 2
    return squares


def _coincidences(codes: Array, k: int) -> Array:
    """Length of text on which one coder has value c and another k, (k, k) (eq. 32)."""
    m = len(codes)
    found = np.zeros((k, k))
    for i in range(m):
        for j in range(m):
            if i != j:
                np.add.at(found, (codes[i], codes[j]), 1 / (m - 1))
    return found


def _expected(observed: Array, squares: Array) -> Array:
    """Coincidences by chance: any two units but a unit with itself (eq. 33)."""
    lengths, total = observed.sum(axis=1), observed.sum()
    if not total:
        return np.zeros_like(observed)
    return np.asarray((np.outer(lengths, lengths) - np.diag(squares)) / (total - squares.sum() / total))


def _gap_or_not(table: Array) -> Array:
    return np.array([[table[0, 0], table[0, 1:].sum()], [table[1:, 0].sum(), table[1:, 1:].sum()]])


def _alpha(observed: Array, expected: Array) -> float:
    by_chance = expected.sum() - np.trace(expected)
    return float(1 - (observed.sum() - np.trace(observed)) / by_chance) if by_chance > 1e-12 else float("nan")
