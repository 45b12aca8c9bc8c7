"""Before normalisation: outliers drawn in, gaps filled, each by a named function, never silently.

Skewness and kurtosis are the adjusted ones (G1, G2). The two-step rule (winsorise a few points; if that does
not help, take logs of the untouched column) is that of the OECD/JRC handbook as COINr 1.1.14 carries it out.

>>> t_winsorise([1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 60, 200]).tolist()[-2:]
[60.0, 60.0]
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array

SKEWNESS: Final = 2.0
KURTOSIS: Final = 3.5
"""A column is treated when it exceeds both (OECD/JRC handbook, step 3)."""
POINTS: Final = 5
"""Values winsorised at most; more would no longer be outliers."""


def skewness(x: ArrayLike) -> float:
    """Adjusted Fisher-Pearson skewness G1 of the known values; NaN for fewer than 3 or without variation."""
    from scipy import stats

    known = _known(x)
    return float(stats.skew(known, bias=False)) if len(known) > 2 and np.ptp(known) > 0 else np.nan


def kurtosis(x: ArrayLike) -> float:
    """Excess kurtosis G2 of the known values; NaN for fewer than 4 or without variation."""
    from scipy import stats

    known = _known(x)
    return float(stats.kurtosis(known, bias=False)) if len(known) > 3 and np.ptp(known) > 0 else np.nan


def has_outliers(x: ArrayLike) -> bool:
    """Whether a column is too skewed and too peaked at once to be normalised as it is.

    >>> has_outliers([1, 2, 3, 4]), has_outliers([1, 2, 2, 3, 3, 3, 4, 4, 5, 200])
    (False, True)
    """
    return abs(skewness(x)) >= SKEWNESS and kurtosis(x) >= KURTOSIS


def t_winsorise(x: ArrayLike, *, points: int = POINTS) -> Array:
    """Draw the outermost values in to the next one until the column passes, at most `points` values."""
    values = np.array(x, dtype=float)
    drawn = 0
    while drawn < points and has_outliers(values):
        outermost = np.nanmax(values) if skewness(values) >= 0 else np.nanmin(values)
        at = values == outermost
        rest = _known(values[~at])
        values[at] = rest.max() if outermost > rest.max() else rest.min()
        drawn = int(at.sum())  # values drawn in before lie among them, as ties
    return values


def t_log(x: ArrayLike) -> Array:
    """ln(x - min + 0.01 (max - min)): a log that knows zeros and negative values."""
    values = np.asarray(x, dtype=float)
    smallest, largest = np.nanmin(values), np.nanmax(values)
    return np.asarray(np.log(values - smallest + 0.01 * (largest - smallest)))


def t_outliers(x: ArrayLike, *, points: int = POINTS) -> Array:
    """Treat one column by the two-step rule; a column without outliers comes back as it is."""
    values = np.asarray(x, dtype=float)
    if not has_outliers(values):
        return values
    drawn = t_winsorise(values, points=points)
    return t_log(values) if has_outliers(drawn) else drawn


def i_mean(x: ArrayLike, *, groups: ArrayLike | None = None) -> Array:
    """Fill gaps of one column with the mean of the known values, or of those of the unit's group.

    >>> i_mean([1, np.nan, 3, 10], groups=["a", "a", "a", "b"]).tolist()
    [1.0, 2.0, 3.0, 10.0]
    """
    values = np.array(x, dtype=float)
    names = np.zeros(len(values)) if groups is None else np.asarray(groups)
    for name in np.unique(names):
        member = names == name
        known = _known(values[member])
        if len(known):
            values[member & np.isnan(values)] = known.mean()
    return np.asarray(values)


def _known(x: ArrayLike) -> Array:
    values = np.asarray(x, dtype=float)
    return np.asarray(values[np.isfinite(values)])
