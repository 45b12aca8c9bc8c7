"""Agreement coefficients from a table, from counts or from ratings, as other packages report them.

`agreement.measure_agreement` is the verb to use: it starts from codings and gives intervals. These are the
same coefficients, and a few more, on the forms in which published examples print them. NaN where chance
leaves one undefined.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse import agreement
from egovlib.analyse.agreement import Ratings
from egovlib.analyse.statistics.permutation import Array


def table_agreement(table: ArrayLike) -> dict[str, float]:
    """Agreement of two coders from their table: (k, k), one coder down, the other across.

    Returns agreement, kappa (Cohen 1960), kappa_se (Fleiss, Cohen & Everitt 1969), z (under the null),
    scott_pi (1955), ac1 (Gwet 2008), brennan_prediger (1981), alpha (Krippendorff), bangdiwala_B (1985).

    >>> found = table_agreement([[20, 5], [10, 15]])
    >>> round(found["agreement"], 3), round(found["kappa"], 3), round(found["z"], 2)
    (0.7, 0.4, 2.89)
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    counts = np.asarray(table, dtype=float)
    cells = [(i, j) for (i, j), n in np.ndenumerate(counts.astype(int)) for _ in range(n)]
    ratings = Ratings(np.array(cells, dtype=np.intp), tuple(range(len(counts))))
    weights = np.ones((1, len(cells)))
    kappa = cohens_kappa(counts)
    agree = float(np.trace(counts) / counts.sum())
    products = counts.sum(axis=0) @ counts.sum(axis=1)
    return {
        "agreement": agree,
        "kappa": float(kappa.kappa),
        "kappa_se": float(kappa.std_kappa),
        "z": float(kappa.kappa / kappa.std_kappa0),
        "scott_pi": float(agreement.fleiss_kappa(ratings, weights)[0]),
        "ac1": float(agreement.gwet_ac1(ratings, weights)[0]),
        "brennan_prediger": _brennan_prediger(agree, len(counts)),
        "alpha": float(agreement.krippendorff_alpha(ratings, weights, "nominal")[0]),
        "bangdiwala_B": float((np.diag(counts) ** 2).sum() / products),
    }


def counts_agreement(counts: ArrayLike) -> dict[str, float]:
    """Agreement of several coders from how many put each unit in each category, (n units, k).

    Returns agreement, fleiss (1971), ac1, brennan_prediger, alpha.

    >>> round(counts_agreement([[1, 1, 1], [1, 1, 1]])["fleiss"], 6)
    -0.5
    """
    table = np.asarray(counts, dtype=int)
    coders = int(table.sum(axis=1).max())
    labels = np.full((len(table), coders), -1, dtype=np.intp)
    for unit, row in enumerate(table):
        given = np.repeat(np.arange(table.shape[1]), row)
        labels[unit, : len(given)] = given
    return _several(Ratings(labels, tuple(range(table.shape[1]))))


def ratings_agreement(data: Sequence[Sequence[Any]]) -> dict[str, float]:
    """Agreement of several coders from their ratings, a row a unit, None where one did not rate.

    Returns what `counts_agreement` does and conger, the κ that keeps each coder's own marginals (Conger 1980;
    with gaps Gwet 2014, ch. 2).

    >>> round(ratings_agreement([["a", "a"], ["b", "b"], ["a", "b"]])["agreement"], 3)
    0.667
    """
    ratings = agreement.to_ratings(np.array([list(row) for row in data], dtype=object))
    return {**_several(ratings), "conger": _conger(ratings)}


def weighted_kappa(
    x: Sequence[Any],
    y: Sequence[Any],
    levels: Sequence[Any],
    weights: Literal["equal", "squared"] = "squared",
) -> float:
    """Cohen's weighted κ (1968) of two coders on ordered `levels`; disagreement grows by steps or their square.

    >>> weighted_kappa([1, 2, 3, 3], [1, 2, 3, 2], [1, 2, 3], "equal")
    0.7142857142857143
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    table = np.zeros((len(levels), len(levels)))
    for one, other in zip(x, y, strict=True):
        table[levels.index(one), levels.index(other)] += 1
    return float(cohens_kappa(table, wt="fc" if weights == "squared" else "ca", return_results=False))


def _several(ratings: Ratings) -> dict[str, float]:
    weights = np.ones((1, len(ratings.labels)))
    agree = float(agreement.percent(ratings, weights)[0])
    return {
        "agreement": agree,
        "fleiss": float(agreement.fleiss_kappa(ratings, weights)[0]),
        "ac1": float(agreement.gwet_ac1(ratings, weights)[0]),
        "brennan_prediger": _brennan_prediger(agree, len(ratings.values)),
        "alpha": float(agreement.krippendorff_alpha(ratings, weights, "nominal")[0]),
    }


def _brennan_prediger(agree: float, categories: int) -> float:
    return (agree - 1 / categories) / (1 - 1 / categories) if categories > 1 else float("nan")


def _conger(ratings: Ratings) -> float:
    coders, k = ratings.labels.shape[1], len(ratings.values)
    given = [ratings.labels[ratings.labels[:, coder] >= 0, coder] for coder in range(coders)]
    shares: Array = np.array([np.bincount(labels, minlength=k) / len(labels) for labels in given])
    by_chance = float((shares.mean(axis=0) ** 2 - shares.var(axis=0, ddof=1) / coders).sum())
    agree = float(agreement.percent(ratings, np.ones((1, len(ratings.labels))))[0])
    return (agree - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")
