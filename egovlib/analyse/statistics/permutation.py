"""Two groups of document shares: permutation tests, intervals, effect sizes and dispersion, on arrays.

Every function takes a column a code, so that all codes of a scheme are treated at once. Rows are the
units of inference (documents or issuers), never words. What cannot be computed is NaN, without warning;
the caller says why. Sources stand with each formula.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SIGN_FLIPS = 2**14
"""Paired tests enumerate every sign flip up to this number (14 pairs); beyond it they draw."""
SPLITS = 20_000
"""Unpaired tests enumerate every split up to this number (8 against 8: 12,870); beyond it they draw."""
DRAWS = 9_999
"""Draws where not every rearrangement is enumerated: p is then steady to about ±.004 at .05."""
BLOCK = 512
"""Codes resampled together: 10,000 means of them take 40 MB."""
TIE = 1e-12
"""Statistics closer than this, relative to the sum of the column's absolute values, are ties.
Rounding of a sum of 500 shares stays below 1e-13 of it."""


def paired_p(a: ArrayLike, b: ArrayLike, *, draws: int = DRAWS, seed: int = 1) -> Array:
    """Two-sided p of the mean difference of pairs, by flipping the signs of the differences.

    `a`, `b`: (n pairs, k codes). Returns (k,). Exact over all 2**n flips up to `SIGN_FLIPS`; beyond it
    (extreme + 1) / (draws + 1), which keeps the level (Phipson & Smyth 2010, SAGMB 9:39). Fisher (1935).

    >>> paired_p([[0.1], [0.2], [0.1], [0.2], [0.0]], [[0.3], [0.5], [0.2], [0.4], [0.1]])
    array([0.0625])
    """
    before, after = _columns(a), _columns(b)
    differences = after - before
    if not len(differences):
        return np.full(differences.shape[1], np.nan)
    tolerance = TIE * (np.abs(before) + np.abs(after)).sum(axis=0)
    signs = _sign_flips(len(differences), draws, seed)
    extreme = _count_extreme(signs, differences, np.abs(differences.sum(axis=0)) - tolerance)
    return _p_value(extreme, len(signs), is_exact(len(differences), len(differences), paired=True))


def unpaired_p(
    a: ArrayLike, b: ArrayLike, *, greater: bool = False, draws: int = DRAWS, seed: int = 1
) -> Array:
    """Two-sided p of the difference of two means, by reassigning the units to the groups.

    `greater` asks one-sidedly whether the mean of `b` is the larger.

    `a`: (n_a units, k codes), `b`: (n_b, k). Returns (k,). Exact over all C(n_a + n_b, n_a) splits up to
    `SPLITS`; beyond it (extreme + 1) / (draws + 1) (Phipson & Smyth 2010). Efron & Tibshirani (1993) ch. 15.
    What is tested is that the groups are exchangeable: where a much smaller group also varies much more, p
    is too small for a statement on the means alone.

    >>> unpaired_p([[1], [2], [3]], [[4], [5], [6]])
    array([0.1])
    """
    first, second = _columns(a), _columns(b)
    if not len(first) or not len(second):
        return np.full(first.shape[1], np.nan)
    pooled = np.vstack([second, first])
    # with the pooled mean at zero the difference of means is the sum of one group times a constant
    centred = pooled - pooled.mean(axis=0)
    tolerance = TIE * np.abs(pooled).sum(axis=0)
    splits = _splits(len(pooled), len(second), draws, seed)
    observed = centred[: len(second)].sum(axis=0)
    threshold = (observed if greater else np.abs(observed)) - tolerance
    extreme = _count_extreme(splits, centred, threshold, signed=greater)
    return _p_value(extreme, len(splits), is_exact(len(first), len(second)))


def is_exact(n_a: int, n_b: int, *, paired: bool = False) -> bool:
    """Whether the test of `n_a` against `n_b` units enumerates every rearrangement.

    >>> is_exact(8, 8), is_exact(9, 9), is_exact(14, 14, paired=True)
    (True, False, True)
    """
    return 2**n_a <= SIGN_FLIPS if paired else comb(n_a + n_b, n_a) <= SPLITS


def smallest_p(n_a: int, n_b: int, *, paired: bool = False) -> float:
    """Smallest two-sided p that `n_a` against `n_b` units can reach in any exact permutation test.

    Paired: 2 / 2**n. Unpaired: 2 / C(n, n_a) with equal groups, where each split has a mirror image that is
    as extreme, else 1 / C(n, n_a). NaN when a group is empty.

    >>> [round(smallest_p(n, n, paired=True), 4) for n in (5, 6, 10)]
    [0.0625, 0.0312, 0.002]
    >>> smallest_p(3, 3), smallest_p(2, 3)
    (0.1, 0.1)
    """
    if not n_a or not n_b:
        return float("nan")
    if paired:
        return float(2.0 ** (1 - n_a))
    return min(1.0, (2 if n_a == n_b else 1) / comb(n_a + n_b, n_a))


def attainable_p(a: ArrayLike, b: ArrayLike, *, paired: bool = False) -> Array:
    """Smallest two-sided p that these very shares could reach, however they fell to the two groups.

    Shapes as in the tests; returns (k,). At least `smallest_p`: pairs without a difference, and units with
    equal shares (a code found in two documents of twenty), leave fewer distinct rearrangements. It does not
    depend on which unit is in which group, so codes may be dropped by it before a correction for many tests
    (Tarone 1990, Biometrics 46:515).

    >>> attainable_p([[0.0], [0.0], [0.0]], [[0.0], [0.0], [0.5]])
    array([1.])
    """
    first, second = _columns(a), _columns(b)
    if not len(first) or not len(second):
        return np.full(first.shape[1], np.nan)
    tolerance = TIE * (np.abs(first).sum(axis=0) + np.abs(second).sum(axis=0))
    if paired:
        differing = (np.abs(second - first) > tolerance).sum(axis=0)
        return np.asarray(np.minimum(1.0, 2.0 ** (1 - differing)))
    pooled = np.sort(np.vstack([first, second]), axis=0)
    return np.array([_extreme_split(pooled[:, k], len(second), tolerance[k]) for k in range(pooled.shape[1])])


def _extreme_split(ordered: Array, size: int, tolerance: float) -> float:
    """Share of all splits that put the most extreme sum into a group of `size` (`ordered`: ascending)."""
    n = len(ordered)
    centred = ordered - ordered.mean()
    low, high = abs(centred[:size].sum()), abs(centred[n - size :].sum())
    ways = 0
    if low >= high - tolerance:
        tied = np.abs(ordered - ordered[size - 1]) <= tolerance
        ways += comb(int(tied.sum()), int(tied[:size].sum()))
    if high >= low - tolerance:
        tied = np.abs(ordered - ordered[n - size]) <= tolerance
        ways += comb(int(tied.sum()), int(tied[n - size :].sum()))
    return min(1.0, ways / comb(n, size))


CORRECTIONS = {
    "BH": "fdr_bh", "BY": "fdr_by", "holm": "holm", "hochberg": "simes-hochberg", "bonferroni": "bonferroni",
}  # fmt: skip
"""Corrections of one family and what statsmodels calls them."""


def adjusted_p(p: ArrayLike, method: str = "BH") -> Array:
    """Adjust one family's p (k,) for its size; NaN is no member and stays NaN.

    To q, the false discovery rate, BH: Benjamini & Hochberg (1995, JRSS B 57:289), or BY, under any
    dependence: Benjamini & Yekutieli (2001, Ann. Stat. 29:1165). To the chance of any false alarm: holm
    (1979), hochberg (1988), bonferroni. ValueError for another method.

    >>> adjusted_p([0.01, float("nan"), 0.02, 0.03]).round(3)
    array([0.03,  nan, 0.03, 0.03])
    """
    from statsmodels.stats import multitest

    correct: Callable[..., tuple[Any, ...]] = multitest.multipletests  # statsmodels has no types
    if method not in CORRECTIONS:
        raise ValueError(
            f"correction {method!r} is not one of {', '.join(CORRECTIONS)}; BH is the usual one."
        )
    raw = np.asarray(p, dtype=float)
    family = ~np.isnan(raw)
    adjusted = np.full(raw.shape, np.nan)
    if family.any():
        adjusted[family] = correct(raw[family], method=CORRECTIONS[method])[1]
    return adjusted


def t_interval(
    a: ArrayLike, b: ArrayLike, *, paired: bool = False, level: float = 0.95
) -> tuple[Array, Array]:
    """Interval of the difference of means b - a, from Student's t: paired, or Welch (1947, Biometrika 34:28).

    Shapes as in the tests; returns low (k,), high (k,). NaN with fewer than 2 units or without variation.

    >>> low, high = t_interval([[0.1], [0.2], [0.3]], [[0.5], [0.4], [0.6]])
    >>> float(low[0].round(3)), float(high[0].round(3))
    (0.073, 0.527)
    """
    return _student(*mean_difference(a, b, paired=paired), level)


def mean_difference(a: ArrayLike, b: ArrayLike, *, paired: bool = False) -> tuple[Array, Array, Array]:
    """Difference of means b - a, its standard error and degrees of freedom (paired, or Welch's), each (k,).

    Shapes as in the tests. The error is NaN with fewer than 2 units.

    >>> [float(x[0].round(3)) for x in mean_difference([[0.1], [0.2]], [[0.5], [0.6]])]
    [0.4, 0.071, 2.0]
    """
    first, second = _columns(a), _columns(b)
    return _one_mean(second - first) if paired else _two_means(first, second)


def mean_interval(values: ArrayLike, *, level: float = 0.95) -> tuple[Array, Array]:
    """Interval of one group's mean from Student's t: `values` (n, k codes) → low (k,), high (k,).

    NaN with fewer than 2 units or without variation.

    >>> [float(limit[0].round(3)) for limit in mean_interval([[0.1], [0.2], [0.3]])]
    [-0.048, 0.448]
    """
    return _student(*_one_mean(_columns(values)), level)


def bootstrap_interval(
    a: ArrayLike,
    b: ArrayLike,
    *,
    paired: bool = False,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> tuple[Array, Array]:
    """Percentile interval of the difference of means b - a over resampled units (Efron 1979, Ann. Stat. 7:1).

    Shapes as in the tests; returns low (k,), high (k,). The percentiles are those of the expanded interval
    (Hesterberg 2015, Am. Stat. 69:371): the plain one is too narrow by what a normal quantile lacks to
    Student's t and a variance over n to one over n - 1. Not for fewer than 30 units a side: at 5 the plain
    one misses the true difference 13-14 times in 100. NaN with an empty group or without variation.

    >>> a, b = np.linspace(0, 0.4, 40)[:, None], np.linspace(0.2, 0.6, 40)[:, None]
    >>> low, high = bootstrap_interval(a, b)
    >>> bool(low[0] < 0.2 < high[0])
    True
    """
    first, second = _columns(a), _columns(b)
    if not len(first) or not len(second):
        return np.full(first.shape[1], np.nan), np.full(first.shape[1], np.nan)
    rng = np.random.default_rng(seed)
    groups = [(1, second - first)] if paired else [(1, second), (-1, first)]
    weights = [_resampling_weights(len(group), draws, rng) for _, group in groups]
    tail = _expanded_tail((1 - level) / 2, min(len(first), len(second)))
    low, high = np.empty(first.shape[1]), np.empty(first.shape[1])
    for start in range(0, first.shape[1], BLOCK):  # 10,000 means of 7,000 words would fill half a gigabyte
        block = slice(start, start + BLOCK)
        means = sum(
            sign * (drawn @ group[:, block]) for drawn, (sign, group) in zip(weights, groups, strict=True)
        )
        low[block], high[block] = np.quantile(means, [tail, 1 - tail], axis=0)
    still = high - low <= TIE
    return np.where(still, np.nan, low), np.where(still, np.nan, high)


def log_ratio(
    count_a: ArrayLike, size_a: ArrayLike, count_b: ArrayLike, size_b: ArrayLike, *, zero: float | None = None
) -> Array:
    """log2 of the share in b over the share in a (Hardie 2014): 1 is twice as much in b.

    Counts and sizes broadcast; shares may be given with sizes 1. `zero` replaces a count of 0, and no other
    (Hardie: 0.5); None, the default, leaves the ratio undefined: NaN.

    >>> log_ratio(10, 100, 40, 200), log_ratio(0, 100, 4, 100), log_ratio(0, 100, 4, 100, zero=0.5)
    (array(1.), array(nan), array(3.))
    """
    shares = []
    for count, size in ((count_a, size_a), (count_b, size_b)):
        counts, sizes = np.asarray(count, dtype=float), np.asarray(size, dtype=float)
        counts = np.where(counts == 0, np.nan if zero is None else zero, counts)
        shares.append(counts / np.where(sizes == 0, np.nan, sizes))
    return np.asarray(np.log2(shares[1] / shares[0]))


def log_ratio_interval(
    a: ArrayLike, b: ArrayLike, *, paired: bool = False, level: float = 0.95
) -> tuple[Array, Array]:
    """Interval of log2(mean of b / mean of a) over units: delta method with Student's t.

    Shapes as in the tests; returns low (k,), high (k,). Each unit's share is divided by its group's mean,
    whose error is then that of the mean's logarithm. NaN where a mean is 0 or nothing varies.

    >>> low, high = log_ratio_interval([[0.1], [0.2], [0.3]], [[0.5], [0.4], [0.6]])
    >>> bool(low[0] < np.log2(0.5 / 0.2) < high[0])
    True
    """
    first, second = _columns(a), _columns(b)
    relative = [group / _nan_where_zero(_means(group)) for group in (first, second)]
    if paired:
        _, error, freedom = _one_mean(relative[1] - relative[0])
    else:
        _, error, freedom = _two_means(*relative)
    centre = log_ratio(_means(first), 1, _means(second), 1)
    return _student(centre, error / np.log(2), freedom, level)


def cliffs_delta(x: ArrayLike, y: ArrayLike) -> Array:
    """Cliff's delta: how much more often a unit of `x` exceeds one of `y` than falls below it.

    `x`: (n, k), `y`: (m, k); returns (k,), from -1 to 1. Cliff (1993, Psych. Bull. 114:494), by
    2U / (nm) - 1 with U of Mann and Whitney, ties at half. NaN when a group is empty.

    >>> cliffs_delta([[12], [15], [18], [24], [88]], [[3], [3], [13], [27], [33]]).round(2)
    array([0.28])
    """
    from scipy.stats import rankdata

    first, second = _columns(x), _columns(y)
    n, m = len(first), len(second)
    if not n or not m:
        return np.full(first.shape[1], np.nan)
    ranks = rankdata(np.vstack([first, second]), axis=0)
    u = ranks[:n].sum(axis=0) - n * (n + 1) / 2
    return np.asarray(2 * u / (n * m) - 1)


def dispersion_dp(counts: ArrayLike, sizes: ArrayLike, *, normalised: bool = True) -> Array:
    """Deviation of proportions: 0 when a code is spread as the parts' sizes are, near 1 when in one part.

    `counts`: (n parts, k codes), `sizes`: (n,) in the same unit; returns (k,). Gries (2008, IJCL 13:403);
    `normalised` divides by 1 - the smallest part's proportion (Lijffijt & Gries 2012, IJCL 17:147). NaN for
    a code that does not occur, and normalised for a single part.

    >>> dispersion_dp([[1], [1], [1], [1], [1]], [9, 10, 10, 10, 11], normalised=False).round(2)
    array([0.02])
    """
    observed, parts = _columns(counts), np.asarray(sizes, dtype=float)
    if not len(parts) or parts.sum() == 0:
        return np.full(observed.shape[1], np.nan)
    expected = parts / parts.sum()
    proportions = observed / _nan_where_zero(observed.sum(axis=0))
    deviation = np.abs(proportions - expected[:, None]).sum(axis=0) / 2
    if not normalised:
        return np.asarray(deviation)
    room = 1 - expected.min()
    return np.asarray(deviation / room) if room > 0 else np.full(observed.shape[1], np.nan)


def _columns(values: ArrayLike) -> Array:
    """Make a matrix of floats, one row a unit; a plain list is one code."""
    matrix = np.asarray(values, dtype=float)
    return matrix[:, None] if matrix.ndim == 1 else matrix


def _nan_where_zero(values: Array) -> Array:
    return np.where(values == 0, np.nan, values)


def _means(group: Array) -> Array:
    return np.asarray(group.mean(axis=0)) if len(group) else np.full(group.shape[1], np.nan)


def _one_mean(values: Array) -> tuple[Array, Array, Array]:
    """Mean, its standard error and degrees of freedom, each (k,); NaN with fewer than 2 rows."""
    n, k = values.shape
    if n < 2:
        return _means(values), np.full(k, np.nan), np.full(k, np.nan)
    return _means(values), values.std(axis=0, ddof=1) / np.sqrt(n), np.full(k, n - 1.0)


def _two_means(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """Difference b - a of two means, its standard error and Welch's degrees of freedom, each (k,)."""
    mean_a, error_a, freedom_a = _one_mean(a)
    mean_b, error_b, freedom_b = _one_mean(b)
    variance = error_a**2 + error_b**2
    freedom = _nan_where_zero(variance) ** 2 / _nan_where_zero(
        error_a**4 / freedom_a + error_b**4 / freedom_b
    )
    return mean_b - mean_a, np.sqrt(variance), freedom


def _student(centre: Array, error: Array, freedom: Array, level: float) -> tuple[Array, Array]:
    from scipy.stats import t

    still = ~(error > TIE)  # also where the error itself is undefined
    width = np.where(still, np.nan, t.ppf((1 + level) / 2, freedom) * error)
    return centre - width, centre + width


def _expanded_tail(tail: float, n: int) -> float:
    """Share of resamples to leave out at either end, for `n` units a side (Hesterberg 2015, p. 378)."""
    from scipy.stats import norm, t

    return float(norm.cdf(np.sqrt(n / (n - 1)) * t.ppf(tail, n - 1))) if n > 1 else tail


def _resampling_weights(n: int, draws: int, rng: np.random.Generator) -> Array:
    """Rows that make the mean of `n` units resampled with replacement, (draws, n)."""
    return np.asarray(rng.multinomial(n, np.full(n, 1 / n), size=draws) / n)


# Leaving out one unit after another asks for the same few rearrangements again and again: keep them.
@lru_cache(maxsize=4)
def _sign_flips(n: int, draws: int, seed: int) -> Array:
    """Rows of ±1: every flip but the mirror images (the first sign stays +), or `draws` random ones."""
    if 2**n <= SIGN_FLIPS:
        bits = (np.arange(2 ** (n - 1))[:, None] >> np.arange(n)) & 1
    else:
        bits = np.random.default_rng(seed).integers(0, 2, size=(draws, n))
    return np.asarray(1.0 - 2.0 * bits)


@lru_cache(maxsize=4)
def _splits(n: int, size: int, draws: int, seed: int) -> Array:
    """Rows of 0 and 1 that pick `size` of `n` units: every choice, or `draws` random ones."""
    if is_exact(n - size, size):
        chosen = np.array(list(combinations(range(n), size)))
    else:
        chosen = np.random.default_rng(seed).random((draws, n)).argpartition(size - 1, axis=1)[:, :size]
    picked = np.zeros((len(chosen), n))
    np.put_along_axis(picked, chosen, 1.0, axis=1)
    return picked


def _count_extreme(
    rearrangements: Array, values: Array, threshold: Array, *, signed: bool = False, block: int = 2048
) -> Array:
    """How many rearrangements (m, n) give |sum of values (n, k)| (or that sum) of at least `threshold` (k,)."""
    counts = np.zeros(values.shape[1])
    for start in range(0, len(rearrangements), block):  # in blocks, or 20,000 × 300 sums fill the memory
        sums = rearrangements[start : start + block] @ values
        counts += ((sums if signed else np.abs(sums)) >= threshold).sum(axis=0)
    return counts


def _p_value(extreme: Array, rearrangements: int, exact: bool) -> Array:
    return extreme / rearrangements if exact else (extreme + 1) / (rearrangements + 1)
