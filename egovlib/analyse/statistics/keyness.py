"""How unlike the counts of a word are in two bodies of text: keyness and its effect sizes, on arrays.

`a` and `b` are the counts of an item in target and reference, `n1` and `n2` the sizes of these (in words, or in
documents); all broadcast. A test statistic carries a sign: positive where the item's share is larger in the
target. These numbers describe; with bursty words their p values are no inference (see docs/wording.md), so the
comparison of documents tests with `permutation` and shows them beside it. Undefined is NaN, without warning.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array, log_ratio

Yates = Literal["never", "always", "conditional"]
Correction = Literal["never", "always", "conditional", "williams"]


def chi2(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike, *, yates: Yates = "never") -> Array:
    """Signed chi-squared of the 2x2 table (item or not, target or reference), 1 degree of freedom.

    yates: "always" takes N/2 from |ad - bc|, at most all of it (as R does); "conditional" only where the smallest
    expected count is below 5 and |ad - bc| at least N/2 (quanteda's default); "never" leaves it (Pearson 1900).

    >>> [float(chi2(*cells, yates="always").round(4)) for cells in ((7, 2, 10, 9), (1, 3, 4, 4))]
    [2.6324, -0.5]
    """
    _allow("yates", yates, get_args(Yates))
    a, b, c, d = _table(a, b, n1, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = a + b + c + d
        cross = a * d - b * c
        lessened = np.maximum(np.abs(cross) - np.where(_corrected((a, b, c, d), yates), total / 2, 0.0), 0.0)
        value = total * lessened**2 / ((a + b) * (c + d) * (a + c) * (b + d))
    return np.asarray(np.sign(cross) * value)


def g2_two_cells(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """Signed log-likelihood ratio over the two cells of the item (Rayson & Garside 2000), 1 degree of freedom.

    >>> float(g2_two_cells(540, 7525, 116000, 5451382).round(2))
    534.64
    """
    a, b, n1, n2 = _floats(a, b, n1, n2)
    rate = (a + b) / (n1 + n2)
    value = 2 * (_xlogy(a, n1 * rate) + _xlogy(b, n2 * rate))
    return np.asarray(_direction(a, b, n1, n2) * value)


def g2_four_cells(
    a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike, *, correction: Correction = "never"
) -> Array:
    """Signed log-likelihood ratio over all four cells (Dunning 1993, Comput. Linguist. 19:61).

    correction: Yates's "always" and "conditional" move each cell by 0.5 towards what is expected (see `chi2`);
    "williams" divides by Williams's q (1976, Biometrika 63:33).

    >>> float(g2_four_cells(10, 0, 13, 31764).round(2))
    167.23
    >>> float(g2_four_cells(7, 2, 10, 9, correction="williams").round(4))
    4.2008
    """
    _allow("correction", correction, get_args(Correction))
    cells = _table(a, b, n1, n2)
    expected = _expected(*cells)
    direction = np.sign(cells[0] - expected[0])
    if correction in ("always", "conditional"):
        which = "always" if correction == "always" else "conditional"
        step = np.where(_corrected(cells, which), np.minimum(0.5, np.abs(cells[0] - expected[0])), 0.0)
        moves = (-direction, direction, direction, -direction)
        cells = _floats(*(cell + move * step for cell, move in zip(cells, moves, strict=True)))
    value = 2 * sum(_xlogy(cell, e) for cell, e in zip(cells, expected, strict=True))
    if correction == "williams":
        value = value / _williams(*cells)
    return np.asarray(direction * value)


def p_of(statistic: ArrayLike) -> Array:
    """Compute p of a (signed) chi-squared or G2 with 1 degree of freedom: it treats every word as independent.

    >>> float(p_of(4.33716049382716).round(4))
    0.0373
    """
    from scipy.stats import chi2 as chi2_distribution

    return np.asarray(chi2_distribution.sf(np.abs(np.asarray(statistic, dtype=float)), 1))


def fisher_exact(a: int, b: int, n1: int, n2: int) -> dict[str, float]:
    """Fisher's exact test of one item: or_cmle (the conditional maximum likelihood odds ratio), p, p_less, p_greater.

    >>> result = fisher_exact(7, 2, 10, 9)
    >>> round(result["or_cmle"], 3), round(result["p"], 4)
    (7.166, 0.0698)
    """
    from scipy import stats

    table = np.array([[a, b], [n1 - a, n2 - b]])
    one_sided = {
        f"p_{side}": float(stats.fisher_exact(table, alternative=side)[1]) for side in ("less", "greater")
    }
    odds = float(stats.contingency.odds_ratio(table, kind="conditional").statistic)
    return {"or_cmle": odds, "p": float(stats.fisher_exact(table)[1]), **one_sided}


# Effect sizes ----------------------------------------------------------------------------------------------


def percent_difference(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """%DIFF: by how many percent the relative frequency is higher (Gabrielatos & Marchi 2011); inf if b is 0.

    >>> float(percent_difference(206523, 178174, 959641, 1562358).round(1))
    88.7
    """
    return np.asarray(100 * (relative_risk(a, b, n1, n2) - 1))


def relative_risk(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """Relative frequency in the target over that in the reference; inf if b is 0, NaN if both are.

    >>> relative_risk(30, 10, 1000, 1000), relative_risk(3, 0, 10, 10)
    (array(3.), array(inf))
    """
    a, b, n1, n2 = _floats(a, b, n1, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((a / n1) / (b / n2))


def odds_ratio(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """Odds of the item in the target over those in the reference (sample odds ratio); inf if b is 0.

    >>> float(odds_ratio(16217, 735, 2796938, 2087946).round(2))
    16.56
    """
    a, b, c, d = _table(a, b, n1, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(a * d / (b * c))


def difference_coefficient(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """Difference of the relative frequencies over their sum, from -1 to 1 (Hofland & Johansson 1982).

    >>> float(difference_coefficient(18, 35, 1_000_000, 1_000_000).round(2))
    -0.32
    """
    a, b, n1, n2 = _floats(a, b, n1, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((a / n1 - b / n2) / (a / n1 + b / n2))


def simple_maths(
    a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike, *, k: float = 1.0, per: float = 1e6
) -> Array:
    """(target per `per` words + k) / (reference per `per` words + k) (Kilgarriff 2009).

    >>> float(simple_maths(35, 263, 112289776, 1559716979).round(4))
    1.1224
    """
    a, b, n1, n2 = _floats(a, b, n1, n2)
    return np.asarray((per * a / n1 + k) / (per * b / n2 + k))


def log_ratio_hardie(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """log2 of the relative risk, a count of 0 (and no other) taken as 0.5 (Hardie 2014).

    >>> float(log_ratio_hardie(389, 0, 160952, 563674).round(4))
    11.4119
    """
    return log_ratio(b, n2, a, n1, zero=0.5)


def log_ratio_walter(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """log2 of the relative risk with 0.5 added to every count and size (Walter 1975, Biometrika 62:371).

    >>> float(log_ratio_walter(936, 805, 1177, 341805).round(4))
    8.3987
    """
    a, b, n1, n2 = _floats(a, b, n1, n2)
    return np.asarray(np.log2(((a + 0.5) / (n1 + 0.5)) / ((b + 0.5) / (n2 + 0.5))))


def conservative_log_ratio(
    a: ArrayLike,
    b: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    *,
    family: int | None = None,
    positive: bool = False,
    level: float = 0.95,
) -> Array:
    """LRC: the end nearer 0 of the interval of the log ratio, 0 where it holds 0 (Evert 2022).

    The interval is the exact conditional one of two Poisson counts, Bonferroni over `family` items (None: as many
    as are given). `positive`: the lower limit of the one-sided interval, below 0 too (PositiveLRC).

    >>> float(conservative_log_ratio(733, 7074, 1177, 341805, family=20109).round(4))
    4.6401
    """
    from scipy.stats import beta

    a, b, n1, n2 = np.broadcast_arrays(*_floats(a, b, n1, n2))
    alpha = (1 - level) / (a.size if family is None else family)
    tail = alpha if positive else alpha / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        # Clopper-Pearson limits of the target's part of all a + b occurrences
        low = np.where(a > 0, beta.ppf(tail, a, b + 1), 0.0)
        high = np.where(b > 0, beta.isf(tail, a + 1, b), 1.0)
        lower, upper = (np.log2(n2 / n1 * tau / (1 - tau)) for tau in (low, high))
        if positive:
            return np.asarray(lower)
        return np.asarray(np.where(a / n1 >= b / n2, np.maximum(lower, 0), np.minimum(upper, 0)))


def ell(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """Effect size of the two-cell G2: G2 / (N ln of the smaller expected count) (Johnston, Berry & Mielke 2006).

    >>> float(ell(786, 1, 160952, 563674).round(7))
    0.0006281
    """
    a, b, n1, n2 = _floats(a, b, n1, n2)
    smaller = (a + b) * np.minimum(n1, n2) / (n1 + n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.abs(g2_two_cells(a, b, n1, n2)) / ((n1 + n2) * np.log(smaller)))


def bic(g2: ArrayLike, size: ArrayLike) -> Array:
    """Bayes factor in BIC form of a G2 with 1 degree of freedom: G2 - ln(N) (Wilson 2013); above 2 is evidence.

    >>> float(bic(22.22, 154536).round(2))
    10.27
    """
    return np.asarray(np.abs(np.asarray(g2, dtype=float)) - np.log(np.asarray(size, dtype=float)))


# Weighted log-odds -----------------------------------------------------------------------------------------


def weighted_log_odds(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    prior: ArrayLike = 0.01,
    *,
    variance: Literal["two_term", "four_term"] = "two_term",
) -> tuple[Array, Array]:
    """Log-odds ratios with a Dirichlet prior and their z (Monroe, Colaresi & Quinn 2008, Polit. Anal. 16:372).

    counts_a, counts_b: (k,) counts of the whole vocabulary in target and reference. prior: pseudo-counts, one for
    all words (uninformative) or (k,) (informative: see `informative_prior`). variance: "two_term" is their
    eq. 20, "four_term" adds the terms of all other words (their eq. 19, before the approximation). Returns
    (delta, z), each (k,), positive where the target uses the word more.

    >>> delta, z = weighted_log_odds([1, 0, 2], [0, 1, 2], 0.05)
    >>> z.round(3)
    array([ 0.75, -0.75,  0.  ])
    """
    _allow("variance", variance, ("two_term", "four_term"))
    first, second = _floats(counts_a, counts_b)
    pseudo = np.broadcast_to(np.asarray(prior, dtype=float), first.shape)
    word_a, word_b = first + pseudo, second + pseudo
    rest_a, rest_b = word_a.sum() - word_a, word_b.sum() - word_b
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(word_a / rest_a) - np.log(word_b / rest_b)
        spread = 1 / word_a + 1 / word_b
        if variance == "four_term":
            spread = spread + 1 / rest_a + 1 / rest_b
        return delta, delta / np.sqrt(spread)


def informative_prior(background: ArrayLike, size: float) -> Array:
    """Pseudo-counts in proportion to the background counts (k,), together `size` (Monroe et al. 2008, 3.5).

    >>> informative_prior([1, 3], 2.0)
    array([0.5, 1.5])
    """
    counts = np.asarray(background, dtype=float)
    return np.asarray(size * counts / counts.sum())


def empirical_bayes_log_odds(counts: ArrayLike) -> Array:
    """Compute z of each group's words against all groups, the prior being the overall counts (tidylo).

    Monroe et al. (2008) with an empirical Bayes prior, as the R package of Schnoebelen and Silge has it.

    counts: (groups, k words). Returns (groups, k), NaN where a group does not have the word.

    >>> empirical_bayes_log_odds([[1, 2, 0], [1, 0, 2]]).round(3)
    array([[0.   , 1.703,   nan],
           [0.   ,   nan, 1.703]])
    """
    observed = np.asarray(counts, dtype=float)
    pseudo = np.where(observed > 0, observed + observed.sum(axis=0), 0.0)
    overall = pseudo.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = pseudo / (pseudo.sum(axis=1, keepdims=True) - pseudo)
        delta = np.log(odds) - np.log(overall / (overall.sum() - overall))
        z = delta / np.sqrt(1 / pseudo + 1 / overall)
    return np.where(observed > 0, z, np.nan)


def thresholded_score(z: ArrayLike, threshold: float = 0.1) -> Array:
    """2 Phi(z) - 1, from -1 to 1, set to 0 where its size is at most 1 - 2 `threshold` (Kessler 2017: scattertext).

    `threshold` 0.5 keeps every score.

    >>> thresholded_score([-2.0, 0.5, 2.0]).round(3)
    array([-0.954,  0.   ,  0.954])
    """
    from scipy.stats import norm

    score = 2 * norm.cdf(np.asarray(z, dtype=float)) - 1
    return np.asarray(np.where(np.abs(score) > 1 - 2 * threshold, score, 0.0))


# Cells -----------------------------------------------------------------------------------------------------


def _allow(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} {value!r} is not known; choose {', '.join(allowed)}.")


def _floats(*values: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(value, dtype=float) for value in values)


def _table(a: ArrayLike, b: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> tuple[Array, ...]:
    """Return the cells: item in target, item in reference, the rest of each."""
    first, second, size_1, size_2 = _floats(a, b, n1, n2)
    return first, second, size_1 - first, size_2 - second


def _expected(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, ...]:
    total = a + b + c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(row * column / total for row in (a + b, c + d) for column in (a + c, b + d))


def _corrected(cells: tuple[Array, ...], yates: str) -> Array:
    """Where Yates's correction is made."""
    a, b, c, d = cells
    if yates != "conditional":
        return np.full(np.shape(a + b + c + d), yates == "always")
    small = np.minimum.reduce(np.broadcast_arrays(*_expected(a, b, c, d))) < 5
    return np.asarray(small & (np.abs(a * d - b * c) >= (a + b + c + d) / 2))


def _williams(a: Array, b: Array, c: Array, d: Array) -> Array:
    total = a + b + c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        rows, columns = total / (a + b) + total / (c + d) - 1, total / (a + c) + total / (b + d) - 1
        return np.asarray(1 + rows * columns / (6 * total))


def _xlogy(observed: Array, expected: Array) -> Array:
    """Return observed * ln(observed / expected), 0 where nothing is observed."""
    from scipy.special import xlogy

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(xlogy(observed, observed / expected))


def _direction(a: Array, b: Array, n1: Array, n2: Array) -> Array:
    return np.asarray(np.where(a * n2 >= b * n1, 1.0, -1.0))
