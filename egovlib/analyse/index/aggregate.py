"""Aggregation: many scores into one, a plain function each.

Every function takes scores (n units, k indicators), more being better, and weights (k,), and returns (n,).
A missing score drops out and the other weights grow in proportion; a unit without any score is NaN.
Means work group by group up a tree; TOPSIS and Copeland compare the units with each other over all indicators.

Checked against COINr 1.1.14, scikit-criteria, pymcdm and Compind 3.4 (tests/reference_indices.py).

>>> a_arithmetic([[20, 50, 80, 65]], [1, 2, 3, 4]).tolist()
[62.0]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.index.normalise import n_minmax
from egovlib.analyse.statistics.permutation import Array


def a_arithmetic(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted arithmetic mean: a low score is fully made up for by a high one."""
    x, w = _known(scores, weights)
    return _weighted(x, w)


def a_geometric(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted geometric mean: a low score is only partly made up for.

    Raises ValueError for a score of 0 or less, which would make the whole 0 or undefined.

    >>> a_geometric([[20, np.nan, 80, 65]], [1, 2, 3, 4]).round(4).tolist()
    [60.6379]
    """
    x, w = _known(_positive(scores, "geometric"), weights)
    return np.asarray(np.exp(_weighted(np.log(np.where(w > 0, x, 1.0)), w)))


def a_harmonic(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted harmonic mean. Raises ValueError for a score of 0 or less."""
    x, w = _known(_positive(scores, "harmonic"), weights)
    return 1 / _weighted(1 / np.where(w > 0, x, 1.0), w)


def a_power(scores: ArrayLike, weights: ArrayLike, *, power: float) -> Array:
    """Weighted power mean: 1 is the arithmetic mean, -1 the harmonic one; scores must be positive.

    >>> a_power([[20, 50, 80, 65]], [1, 2, 3, 4], power=2).round(4).tolist()
    [64.4205]
    """
    if power == 0:
        return a_geometric(scores, weights)
    x, w = _known(_positive(scores, "power"), weights)
    return np.asarray(_weighted(np.where(w > 0, x, 1.0) ** power, w) ** (1 / power))


def a_ampi(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Adjusted Mazziotta-Pareto index: the mean less a penalty for unevenness, M - S cv (ddof 0).

    Meant for scores of `n_ampi` (70 to 130). With unequal weights, M and S are weighted.

    >>> a_ampi([[90, 110], [100, 100]], [1, 1]).tolist()
    [99.0, 100.0]
    """
    x, w = _known(scores, weights)
    mean = _weighted(x, w)
    variance = _weighted((x - mean[:, None]) ** 2, w)
    return mean - variance / mean


def a_mpi(scores: ArrayLike, *, penalty: int = -1) -> Array:
    """Mazziotta-Pareto index: M (1 ± cv²), equal weights, ddof 1, for z-scores of mean 100 and sd 10.

    penalty: -1 where high is good (unevenness costs), 1 where high is bad. Scores must be complete.

    >>> a_mpi([[90, 110]]).tolist()
    [98.0]
    """
    x = np.asarray(scores, dtype=float)
    mean = x.mean(axis=1)
    return np.asarray(mean + penalty * x.var(axis=1, ddof=1) / mean)


def a_topsis_raw(scores: ArrayLike, weights: ArrayLike) -> Array:
    """TOPSIS on the scores as they are: nearness to the best of each indicator, 0 to 1.

    Hwang and Yoon (1981): distance to the worst over the sum of the distances to worst and best, on
    weighted scores. Raises ValueError for a missing score: distances need a complete table.
    """
    x = np.asarray(scores, dtype=float) * np.asarray(weights, dtype=float)
    if np.isnan(x).any():
        row, column = np.argwhere(np.isnan(x))[0]
        raise ValueError(
            f"TOPSIS needs a complete table, the score in row {row}, column {column} is missing; impute it, "
            "or choose arithmetic, which lets missing values drop out."
        )
    to_best = np.sqrt(((x - x.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((x - x.min(axis=0)) ** 2).sum(axis=1))
    total = to_best + to_worst
    return np.where(total > 0, to_worst / np.where(total > 0, total, 1.0), np.nan)


def a_topsis_vector(values: ArrayLike, weights: ArrayLike) -> Array:
    """TOPSIS on values divided by the length of their column.

    >>> a_topsis_vector([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3]).round(4).tolist()
    [0.5037, 0.6581, 0.7482, 0.334]
    """
    x = np.asarray(values, dtype=float)
    length = np.sqrt((x**2).sum(axis=0))
    return a_topsis_raw(x / np.where(length > 0, length, 1.0), weights)


def a_topsis_minmax(values: ArrayLike, weights: ArrayLike) -> Array:
    """TOPSIS on min-max values; a column without variation says nothing and counts as 0 for all."""
    x = np.asarray(values, dtype=float)
    scaled = n_minmax(x, high=1.0)
    return a_topsis_raw(np.where(np.isnan(scaled) & ~np.isnan(x), 0.0, scaled), weights)


def outranking(values: ArrayLike, weights: ArrayLike) -> Array:
    """Share of the weight by which each unit beats each other one, (n, n); half of it for a tie.

    Only indicators that both units know count; NaN where there is none, 0 on the diagonal.
    """
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    ahead = np.zeros((len(x), len(x)))
    shared = np.zeros_like(ahead)
    for column, weight in zip(x.T, w, strict=True):  # one indicator at a time keeps memory at n²
        both = np.isfinite(column)[:, None] & np.isfinite(column)[None, :]
        win = (column[:, None] > column[None, :]) + 0.5 * (column[:, None] == column[None, :])
        ahead += weight * both * win
        shared += weight * both
    share = np.where(shared > 0, ahead / np.where(shared > 0, shared, 1.0), np.nan)
    np.fill_diagonal(share, 0.0)
    return share


def a_copeland(values: ArrayLike, weights: ArrayLike) -> Array:
    """Copeland score: units beaten less units lost to, over all pairs; needs an order only, no scale.

    >>> a_copeland([[3, 10], [1, 30], [2, 20]], [0.6, 0.4]).tolist()
    [2.0, -2.0, 0.0]
    """
    share = outranking(values, weights)
    return np.asarray(np.nansum(np.sign(share - share.T), axis=1))


def _known(scores: ArrayLike, weights: ArrayLike) -> tuple[Array, Array]:
    """Scores without gaps and, for each unit, weights that add up to 1 over what it has (0 elsewhere)."""
    x, w = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    known = np.isfinite(x)
    used = np.where(known, w, 0.0)
    total = used.sum(axis=1, keepdims=True)
    return np.where(known, x, 0.0), np.where(total > 0, used / np.where(total > 0, total, 1.0), np.nan)


def _weighted(x: Array, w: Array) -> Array:
    return np.asarray((x * w).sum(axis=1))


def _positive(scores: ArrayLike, name: str) -> Array:
    x = np.asarray(scores, dtype=float)
    wrong = np.argwhere(x <= 0)
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"the {name} mean needs scores above 0, row {row}, column {column} is {x[row, column]:g}; "
            "normalise by minmax_1_100, or choose the arithmetic mean."
        )
    return x
