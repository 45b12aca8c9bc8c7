"""Normalisation: from an indicator's own unit to scores that can be put together, a plain function each.

Every function takes values (n units,) or (n units, k indicators) and returns the same shape. Settings that
belong to an indicator (direction, goalposts, target) are one number or one a column. A missing value stays
missing; what cannot be computed (a column without variation) is NaN without warning, and the caller says why.
`direction` is 1 where more is better and -1 where less is.

Checked against COINr 1.1.14 and Compind 3.4 (tests/reference_indices.py).

>>> n_goalposts([12, 40], lower=5, upper=40).tolist()
[20.0, 100.0]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array


def n_minmax(x: ArrayLike, *, direction: ArrayLike = 1, low: float = 0.0, high: float = 100.0) -> Array:
    """Place each value between the sample's worst (`low`) and best (`high`).

    >>> n_minmax([4, 95, 49.5]).tolist(), n_minmax([4, 95, 49.5], direction=-1, low=1).tolist()
    ([0.0, 100.0, 50.0], [100.0, 1.0, 50.5])
    """
    values = _directed(x, direction)
    worst, best = _extremes(values)
    return low + (high - low) * _ratio(values - worst, best - worst)


def n_zscore(x: ArrayLike, *, direction: ArrayLike = 1, mean: float = 0.0, sd: float = 1.0) -> Array:
    """Distance from the sample's mean in standard deviations (n - 1), moved to `mean` and `sd`.

    >>> n_zscore([1, 2, 3], mean=100, sd=10).tolist()
    [90.0, 100.0, 110.0]
    """
    values = _directed(x, direction)
    known = np.isfinite(values)
    n = known.sum(axis=0)
    centred = values - _ratio(np.where(known, values, 0).sum(axis=0), n)
    variance = _ratio((np.where(known, centred, 0) ** 2).sum(axis=0), n - 1)
    return mean + sd * _ratio(centred, np.sqrt(variance))


def n_rank(x: ArrayLike, *, direction: ArrayLike = 1) -> Array:
    """Rank from below, the worst 1; equal values share the lower rank.

    >>> n_rank([12, 7.5, 33, 7.5]).tolist()
    [3.0, 1.0, 4.0, 1.0]
    """
    import pandas as pd

    values = _directed(x, direction)
    ranks = pd.DataFrame(values).rank(method="min").to_numpy(dtype=float)
    return ranks.reshape(values.shape)


def n_borda(x: ArrayLike, *, direction: ArrayLike = 1) -> Array:
    """How many units each one beats."""
    return n_rank(x, direction=direction) - 1


def n_percentile(x: ArrayLike, *, direction: ArrayLike = 1) -> Array:
    """Share of the other units that each one beats, 0 to 1.

    >>> n_percentile([12, 7.5, 33, 7.5, 40]).tolist()
    [0.5, 0.0, 0.75, 0.0, 1.0]
    """
    beaten = n_borda(x, direction=direction)
    return _ratio(beaten, np.isfinite(beaten).sum(axis=0) - 1)


def n_goalposts(
    x: ArrayLike, *, lower: ArrayLike, upper: ArrayLike, direction: ArrayLike = 1,
    scale: float = 100.0, cut: bool = True,
) -> Array:  # fmt: skip
    """Place each value between two fixed goalposts, so that years stay comparable.

    lower and upper are in the indicator's unit, whatever its direction; with `cut`, what lies beyond a
    goalpost counts as the goalpost.

    >>> n_goalposts([12, 95, 4], lower=5, upper=40, direction=-1).tolist()
    [80.0, 0.0, 100.0]
    """
    values, bottom, top = (np.asarray(each, dtype=float) for each in (x, lower, upper))
    share = _ratio(values - bottom, top - bottom)
    share = np.where(np.asarray(direction) < 0, 1 - share, share)
    return scale * (np.clip(share, 0, 1) if cut else share)


def n_target(
    x: ArrayLike, *, target: ArrayLike, direction: ArrayLike = 1, baseline: ArrayLike | None = None,
    cap: bool = True,
) -> Array:  # fmt: skip
    """Share of the way from a baseline to the target; 1 is reached, more than 1 only without `cap`.

    baseline: None takes the sample's worst value, which is not a plan's baseline (for that see `progress`).

    >>> n_target([20, 50, 60], target=50, baseline=10).tolist()
    [0.25, 1.0, 1.0]
    """
    values, goal = _directed(x, direction), _directed(target, direction)
    start = _extremes(values)[0] if baseline is None else _directed(baseline, direction)
    share = _ratio(values - start, goal - start)
    return np.minimum(share, 1) if cap else share


def n_interval(
    x: ArrayLike, *, best_low: ArrayLike, best_high: ArrayLike, lower: ArrayLike, upper: ArrayLike
) -> Array:
    """Score 1 inside the best interval, falling in a line to 0 at the outer goalposts (an 适度指标).

    >>> n_interval([5, 15, 25, 40, 70], best_low=20, best_high=30, lower=10, upper=50).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    values, best_from, best_to, bottom, top = (
        np.asarray(each, dtype=float) for each in (x, best_low, best_high, lower, upper)
    )
    below = _ratio(values - bottom, best_from - bottom, flat=1.0)
    above = _ratio(top - values, top - best_to, flat=1.0)
    inside = (values >= bottom) & (values <= top) | np.isnan(values)
    return np.asarray(np.where(inside, np.clip(np.minimum(below, above), 0, 1), 0.0))


def n_ampi(x: ArrayLike, *, reference: ArrayLike, direction: ArrayLike = 1) -> Array:
    """Scale to 70-130 around a reference value, which becomes 100 (Mazziotta and Pareto 2016).

    The goalposts are the reference plus and minus half the range over all units and years in `x`, so rows
    of several years belong into one call.

    >>> n_ampi([40, 50, 60], reference=50).tolist()
    [70.0, 100.0, 130.0]
    """
    values = np.asarray(x, dtype=float)
    smallest, largest = _extremes(values)
    score = 60 * _ratio(values - np.asarray(reference, dtype=float), largest - smallest)
    return np.asarray(100 + score * np.asarray(direction, dtype=float))


def n_share_of_max(x: ArrayLike) -> Array:
    """Each value as a share of the largest.

    >>> n_share_of_max([1, 4]).tolist()
    [0.25, 1.0]
    """
    values = np.asarray(x, dtype=float)
    return _ratio(values, _extremes(values)[1])


def n_none(x: ArrayLike, *, direction: ArrayLike = 1) -> Array:
    """Leave the values as they are, but for the sign where less is better.

    >>> n_none([0.4, 0.9], direction=-1).tolist()
    [-0.4, -0.9]
    """
    return _directed(x, direction)


def _directed(x: ArrayLike, direction: ArrayLike) -> Array:
    return np.asarray(np.asarray(x, dtype=float) * np.asarray(direction, dtype=float))


def _extremes(x: Array) -> tuple[Array, Array]:
    """Smallest and largest known value of each column; NaN for a column without any."""
    if not len(x):
        nothing = np.full(x.shape[1:], np.nan)
        return nothing, nothing
    return np.fmin.reduce(x, axis=0), np.fmax.reduce(x, axis=0)


def _ratio(above: ArrayLike, below: ArrayLike, flat: float = np.nan) -> Array:
    """Divide; `flat` where the denominator is 0 or less than nothing is known, without a warning."""
    top, bottom = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    usable = (bottom != 0) & np.isfinite(bottom)
    return np.where(usable, top / np.where(usable, bottom, 1.0), np.where(np.isnan(top), np.nan, flat))
