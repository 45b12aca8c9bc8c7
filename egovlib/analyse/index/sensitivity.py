"""Variance-based sensitivity: how much of a result's spread each uncertain choice explains (Sobol indices).

>>> first, total = sobol_shares([1.0, 2.0, 3.0], [3.0, 1.0, 2.0], [[3.0, 1.0, 2.0]])
>>> float(total[0].round(1))
1.2
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array


def sobol_shares(at_a: ArrayLike, at_b: ArrayLike, at_ab: ArrayLike) -> tuple[Array, Array]:
    """First-order (Saltelli 2010) and total-order (Jansen) shares from model values on a fixed design.

    at_a, at_b: (n,) results on two independent samples; at_ab: (d, n) results on the first sample with the
    column of one factor from the second. Variance with 2n - 1, as COINr; scipy and SALib use 2n. NaN where
    nothing varies.
    """
    a, b, ab = (np.asarray(each, dtype=float) for each in (at_a, at_b, at_ab))
    variance = np.concatenate([a, b]).var(ddof=1)
    if not variance > 0:
        nothing = np.full(len(ab), np.nan)
        return nothing, nothing
    first = (b * (ab - a)).mean(axis=1) / variance
    return first, 0.5 * ((a - ab) ** 2).mean(axis=1) / variance


def sobol_of(
    function: Callable[[Array], Array], ranges: Sequence[tuple[float, float]], *, n: int = 1024, seed: int = 1
) -> tuple[Array, Array]:
    """Sobol shares of a function of independent uniform factors, by `scipy.stats.sobol_indices`.

    function: (d, m) points to (s, m) results; ranges: low and high of each factor; n: a power of two. Returns
    first-order and total-order shares, (s, d); NaN for a result that never varies.

    >>> first, total = sobol_of(lambda x: (x[0] + 0 * x[1])[None], [(0, 1), (0, 1)], n=256)
    >>> first.round(1).tolist()
    [[1.0, 0.0]]
    """
    from scipy import stats

    seen: list[Array] = []

    def recorded(points: Array) -> Array:
        results = np.asarray(function(points), dtype=float)
        seen.append(results)
        return results

    dists: list[Any] = [stats.uniform(low, high - low) for low, high in ranges]
    found = stats.sobol_indices(func=recorded, n=n, dists=dists, rng=np.random.default_rng(seed))
    shape = (-1, len(ranges))
    first, total = found.first_order.reshape(shape), found.total_order.reshape(shape)
    still = np.ptp(np.concatenate(seen, axis=-1), axis=-1) == 0  # scipy says 0 of what never varies
    first[still], total[still] = np.nan, np.nan
    return first, total
