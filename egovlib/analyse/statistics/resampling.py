"""How sure a single number is: intervals of shares of counts, the jackknife and the bootstrap's exact limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array


class Jackknife(NamedTuple):
    """A statistic with the jackknife's standard error and bias."""

    value: float
    se: float
    bias: float


def jackknife(statistic: Callable[..., float], *samples: ArrayLike) -> Jackknife:
    """Leave out one unit after another of `samples`, each (n,) or (n, …), all in the same order.

    Efron & Tibshirani (1993, ch. 11). ValueError for fewer than 2 units.

    >>> [round(x, 4) + 0 for x in jackknife(np.mean, [1.0, 2.0, 3.0, 6.0])]
    [3.0, 1.0801, 0.0]
    """
    arrays = [np.asarray(sample) for sample in samples]
    n = len(arrays[0])
    if n < 2:
        raise ValueError(f"the jackknife of {n} unit is not defined; give two or more.")
    value = float(statistic(*arrays))
    rest = np.array([statistic(*(np.delete(array, i, axis=0) for array in arrays)) for i in range(n)])
    se = float(np.sqrt((n - 1) / n * ((rest - rest.mean()) ** 2).sum()))
    return Jackknife(value, se, float((n - 1) * (rest.mean() - value)))


def ideal_bootstrap_se(sample: ArrayLike, statistic: Literal["mean", "median"] = "mean") -> float:
    """Return the bootstrap's standard error of a mean or median as the number of draws goes to infinity.

    Efron & Tibshirani (1993, ch. 6); the median of an odd number of values from the order statistics'
    binomial chances (Efron 1979, Ann. Stat. 7:1, section 3). ValueError for the median of an even number.

    >>> round(ideal_bootstrap_se([94, 197, 16, 38, 99, 141, 23]), 2)
    23.36
    """
    values: Array = np.sort(np.asarray(sample, dtype=float))
    n = len(values)
    if statistic == "mean":
        return float(values.std() / np.sqrt(n))
    if n % 2 == 0:
        raise ValueError(
            f"the median of {n} values has no exact bootstrap here; give an odd number of values."
        )
    from scipy.stats import binom

    # the median of a resample is at most values[k] when more than half of its values are
    below = binom.sf((n - 1) // 2, n, np.arange(n + 1) / n)
    chance = np.diff(below)
    middle = float(chance @ values)
    return float(np.sqrt(chance @ (values - middle) ** 2))


def clopper_pearson(right: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share `right` of `n` (Clopper & Pearson 1934, Biometrika 26:404).

    >>> [round(limit, 4) for limit in clopper_pearson(81, 263)]
    [0.2527, 0.3676]
    """
    from scipy.stats import binomtest

    found = binomtest(right, n).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def newcombe(k1: int, n1: int, k2: int, n2: int, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of the difference k1/n1 - k2/n2 from Wilson's limits (Newcombe 1998, Stat. Med. 17:873, no. 10).

    For counts of independent sentences; documents want `permutation.t_interval`.

    >>> [round(limit, 4) for limit in newcombe(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff", alpha=1 - level)
    return float(low), float(high)


def mann_whitney(x: ArrayLike, y: ArrayLike) -> dict[str, float]:
    """U of `x`, its rank sum, and two-sided p by the normal approximation with and without continuity.

    Mann & Whitney (1947, Ann. Math. Stat. 18:50), by scipy; `permutation.unpaired_p` is exact.

    >>> found = mann_whitney([12, 15, 18, 24, 88], [3, 3, 13, 27, 33])
    >>> found["U"], found["rank_sum_x"], round(found["p_nocc"], 3)
    (16.0, 31.0, 0.463)
    """
    from scipy.stats import mannwhitneyu

    first, second = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    p_cc, p_nocc = (
        mannwhitneyu(first, second, use_continuity=corrected, method="asymptotic")
        for corrected in (True, False)
    )
    n = len(first)
    return {
        "U": float(p_cc.statistic),
        "rank_sum_x": float(p_cc.statistic + n * (n + 1) / 2),
        "p_cc": float(p_cc.pvalue),
        "p_nocc": float(p_nocc.pvalue),
    }
