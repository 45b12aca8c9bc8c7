"""Weights of indicators: given, equal, from experts' pair comparisons (AHP), or from the data, a function each.

Data-driven weights take values (n units, k indicators), more being better after `direction`, and return (k,)
shares that add up to 1. A column without variation gets 0 (other packages return NaN there); a missing value
is left out of its column.

Checked against scikit-criteria, pymcdm, AHPy and published tables (tests/reference_indices.py).

>>> w_equal(4).tolist()
[0.25, 0.25, 0.25, 0.25]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.index.normalise import n_minmax
from egovlib.analyse.statistics.permutation import Array

RANDOM_INDEX: Final[Mapping[str, Mapping[int, float]]] = {
    "saaty_1980": {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49},
    "saaty_2008": {3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49},
    "donegan_dodd_1991": {
        3: 0.4887, 4: 0.8045, 5: 1.0591, 6: 1.1797, 7: 1.2519, 8: 1.3171, 9: 1.3733, 10: 1.4055,
    },
}  # fmt: skip
"""Mean consistency index of random matrices by their size: the same matrix passes with one table and fails
with another, so the table's name stands beside every consistency ratio."""


class Ahp(NamedTuple):
    """Weights out of a matrix of pair comparisons, with their consistency.

    ratio: consistency ratio (up to .10 is usually accepted); random_index: the table it was read with.
    """

    weights: Array
    ratio: float
    random_index: str


def w_given(weights: ArrayLike) -> Array:
    """The weights as they are given, made to add up to 1.

    Raises ValueError for a negative weight, or when all are 0.

    >>> w_given([6, 1, 2, 1]).tolist()
    [0.6, 0.1, 0.2, 0.1]
    """
    given = np.asarray(weights, dtype=float)
    wrong = given[~(given >= 0)]
    if len(wrong):
        raise ValueError(f"weight {wrong[0]:g} is not allowed (0 or more); correct the weight.")
    if given.sum() == 0:
        raise ValueError("all weights are 0 and nothing would count; give at least one a weight above 0.")
    return np.asarray(given / given.sum())


def w_equal(count: int) -> Array:
    """The same weight for each of `count` indicators."""
    return np.full(count, 1 / count)


def w_entropy_minmax(x: ArrayLike, *, direction: ArrayLike = 1) -> Array:
    """Entropy weights on min-max values, the 熵权法 of Chinese textbooks (0 ln 0 = 0).

    >>> w_entropy_minmax([[80, 100, 10], [82, 100, 40], [78, 100, 90]]).round(3).tolist()
    [0.474, 0.0, 0.526]
    """
    return _entropy(n_minmax(x, direction=direction, high=1.0))


def w_entropy_raw(x: ArrayLike) -> Array:
    """Entropy weights on the positive values themselves (Shannon entropy of x / sum x).

    Raises ValueError for a negative value.

    >>> w_entropy_raw([[1, 2], [4, 16]]).round(6).tolist()
    [0.358889, 0.641111]
    """
    values = np.asarray(x, dtype=float)
    if (values < 0).any():
        raise ValueError(
            f"entropy weights on raw values need values of 0 or more, {values[values < 0][0]:g} is negative; "
            "use entropy_minmax."
        )
    return _entropy(values)


def _entropy(values: Array) -> Array:
    """Weights from the columns' entropies; a column without variation or with one value gets 0."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    total = filled.sum(axis=0)
    p = filled / np.where(total > 0, total, 1.0)
    n = known.sum(axis=0)
    entropy = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=0) / np.log(np.maximum(n, 2))
    return _shares(np.where((total > 0) & (n > 1), np.maximum(1 - entropy, 0.0), 0.0))


def w_critic(x: ArrayLike, *, direction: ArrayLike = 1) -> Array:
    """CRITIC weights: spread of the min-max values times their disagreement with the other indicators.

    Diakoulaki, Mavrotas and Papayannakis (1995), standard deviations with n - 1 and Pearson correlations
    (over the units that both indicators know).

    >>> w_critic([[61, 1.08], [20.7, 0.26], [16.3, 1.98]]).round(3).tolist()
    [0.524, 0.476]
    """
    import pandas as pd

    frame = pd.DataFrame(n_minmax(x, direction=direction, high=1.0))
    spread = frame.std(ddof=1).fillna(0.0).to_numpy()
    varies = spread > 0
    conflict = np.zeros(len(spread))
    correlations = frame.loc[:, varies].corr()
    conflict[varies] = (1 - correlations).fillna(0.0).sum().to_numpy()
    return _shares(spread * conflict) if conflict.any() else _shares(spread)


def _shares(raw: Array) -> Array:
    """Make weights add up to 1; equal ones where no column says anything."""
    return np.asarray(raw / raw.sum()) if raw.sum() > 0 else w_equal(len(raw))


def w_ahp(matrix: ArrayLike, *, random_index: str = "saaty_1980") -> Ahp:
    """Weights from experts' pair comparisons: the principal eigenvector, with the consistency ratio.

    matrix: (k, k), positive and reciprocal; cell i, j says how much more i counts than j (Saaty's 1 to 9).
    The ratio is NaN for more than 10 items, where the tables end. Raises ValueError for a matrix that is not
    square, positive and reciprocal, or an unknown table.

    >>> w_ahp([[1, 6, 3], [1/6, 1, 1/2], [1/3, 2, 1]]).weights.round(4).tolist()
    [0.6667, 0.1111, 0.2222]
    """
    pairs = np.asarray(matrix, dtype=float)
    _check_pairs(pairs)
    if random_index not in RANDOM_INDEX:
        raise ValueError(f"random_index {random_index!r} is not known; choose {', '.join(RANDOM_INDEX)}.")
    values, vectors = np.linalg.eig(pairs)
    first = int(np.argmax(values.real))
    weights = np.abs(vectors[:, first].real)
    size = len(pairs)
    consistency = max(0.0, (values[first].real - size) / (size - 1)) if size > 2 else 0.0
    expected = RANDOM_INDEX[random_index].get(size, np.nan) if size > 2 else 1.0
    return Ahp(np.asarray(weights / weights.sum()), float(consistency / expected), random_index)


def _check_pairs(pairs: Array) -> None:
    if pairs.ndim != 2 or pairs.shape[0] != pairs.shape[1]:
        raise ValueError(
            f"the matrix has the shape {pairs.shape}; pair comparisons need one as wide as high."
        )
    if not (pairs > 0).all():
        raise ValueError(
            "a pair comparison is missing, zero or negative; fill the matrix with numbers above 0."
        )
    wrong = np.argwhere(np.abs(pairs * pairs.T - 1) > 0.02)  # 0.33 for 1/3 is meant as its reciprocal
    if len(wrong):
        i, j = wrong[0]
        raise ValueError(
            f"cells ({i}, {j}) and ({j}, {i}) are {pairs[i, j]:g} and {pairs[j, i]:g}, not reciprocal; "
            "correct one of them."
        )


def pair_matrix(items: Sequence[str], comparisons: Iterable[tuple[str, str, float]]) -> Array:
    """Make the matrix of `w_ahp` from judgements (a, b, how much more a counts than b); later ones win.

    >>> pair_matrix(["a", "b"], [("a", "b", 4)]).tolist()
    [[1.0, 4.0], [0.25, 1.0]]
    """
    matrix = np.full((len(items), len(items)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for a, b, times in comparisons:
        i, j = items.index(a), items.index(b)
        matrix[i, j], matrix[j, i] = times, 1 / times
    return matrix
