"""What egovlib makes of each item of textstats.json, in the shape of the item's `expected`.

One function for each `check` of the file; where a method gives several measures, all are returned. Missing and
undefined values are None, infinite ones "inf", as the file writes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from egovlib.analyse import agreement, collocations
from egovlib.analyse.index import pmc
from egovlib.analyse.quality.evaluation import wilson
from egovlib.analyse.statistics import (
    coefficients,
    dispersion,
    diversity,
    keyness,
    lookup,
    permutation,
    resampling,
    similarity,
    unitizing,
    wordscores,
)

YATES = {None: "never", "yates": "always", "yates_conditional": "conditional", "williams": "williams"}


def compute(item: Mapping[str, Any]) -> Any | None:
    """Return the result of one item, None where we offer no such method."""
    method = CHECKS.get(item["check"])
    return None if method is None else _plain(method(**item["inputs"]))


def _plain(value: Any) -> Any:
    """Turn arrays into lists and numbers, NaN into None, infinity into "inf"."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return _plain(value.item())
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


# -- keyness --------------------------------------------------------------------------------------------


def chi2(a, b, n1, n2, correction=None):
    signed = keyness.chi2(a, b, n1, n2, yates=YATES[correction])
    return {"signed": signed, "p": keyness.p_of(signed)}


def g2_four_cells(a, b, n1, n2, correction=None):
    signed = keyness.g2_four_cells(a, b, n1, n2, correction=YATES[correction])
    return {"signed": signed, "p": keyness.p_of(signed)}


def g2_two_cells(a, b, n1, n2):
    signed = keyness.g2_two_cells(a, b, n1, n2)
    size = np.abs(signed)
    ell = keyness.ell(a, b, n1, n2)
    return {"signed": signed, "G2": size, "BIC": keyness.bic(size, n1 + n2), "ELL": ell}


def fisher(table):
    (a, b), (c, d) = table
    return keyness.fisher_exact(a, b, a + c, b + d)


def keyness_order(target, reference, features):
    n1, n2 = sum(target), sum(reference)
    exact = [keyness.fisher_exact(a, b, n1, n2)["or_cmle"] for a, b in zip(target, reference, strict=True)]
    scores = {
        "chi2_default": keyness.chi2(target, reference, n1, n2, yates="conditional"),
        "exact": exact,
        "lr_none": keyness.g2_four_cells(target, reference, n1, n2),
    }
    places = range(len(features))
    return {
        name: [features[i] for i in sorted(places, key=lambda i: (-float(score[i]), features[i]))]
        for name, score in scores.items()
    }


def effect_sizes(a, b, n1, n2, zero=None, k=1):
    cells = (a, b, n1, n2)
    ratio = (
        keyness.log_ratio_hardie(*cells) if zero == 0.5 else permutation.log_ratio(b, n2, a, n1, zero=zero)
    )
    return {
        "pct_diff": keyness.percent_difference(*cells),
        "relative_risk": keyness.relative_risk(*cells),
        "odds_ratio": keyness.odds_ratio(*cells),
        "diff_coeff": keyness.difference_coefficient(*cells),
        "log_ratio": ratio,
        "log_ratio_walter": keyness.log_ratio_walter(*cells),
        "simple_maths": keyness.simple_maths(*cells, k=k),
    }


def conservative_log_ratio(f1, n1, f2, n2, m, positive=False):
    return keyness.conservative_log_ratio(f1, f2, n1, n2, family=m, positive=positive)


def weighted_log_odds(counts_i, counts_j, prior, variance="two_term", which="z"):
    _, z = keyness.weighted_log_odds(counts_i, counts_j, prior, variance=variance)
    if which == "scattertext_score":
        return -keyness.thresholded_score(z, 0.5)  # scattertext's sign: positive for the second text
    if which.startswith("thresholded:"):
        return keyness.thresholded_score(z, float(which.partition(":")[2]))
    return z


def tidylo(rows):
    groups, words = (list(dict.fromkeys(row[i] for row in rows)) for i in (0, 1))
    counts = np.zeros((len(groups), len(words)))
    for group, word, count in rows:
        counts[groups.index(group), words.index(word)] += count
    z = keyness.empirical_bayes_log_odds(counts)
    return [z[groups.index(group), words.index(word)] for group, word, _ in rows]


# -- collocations, dispersion, diversity ---------------------------------------------------------------------


def pmi(o11, r1, c1, N, base=math.e):  # noqa: N803 - the file's name
    return collocations.pmi(o11, r1, c1, N, base=base)


def collocation(docs, pair):
    tables = collocations.neighbour_tables(document.split() for document in docs)
    value, z = collocations.collocation_lambda(*tables[tuple(pair)])
    return {"lambda": value, "z": z}


def distances(tokens, term):
    words = tokens.split()
    return dispersion.distance_measures([i for i, word in enumerate(words) if word == term], len(words))


def lexical_diversity(tokens=None, spectrum=None):
    if spectrum is not None:
        return diversity.spectrum_indices({int(often): types for often, types in spectrum.items()})
    return diversity.describe_diversity(tokens.split())


def dictionary_lookup(tokens, dictionary, nested_scope):
    return lookup.count_entries(tokens.split(), dictionary, nested_scope=nested_scope)


def wordscore(matrix, ref_scores, virgin):
    return wordscores.score_text(virgin, wordscores.score_words(matrix, ref_scores))._asdict()


# -- agreement --------------------------------------------------------------------------------------------


def alpha(data, level):
    found = agreement.measure_agreement(*data, level=level, draws=1).set_index("coefficient")["value"]
    return float(found.astype(float)["krippendorff_alpha"])


def unitizing_alpha(unitizations, L):  # noqa: N803 - the file's name
    found = unitizing.unitizing_alpha([[unitizing.Unit(*unit) for unit in one] for one in unitizations], L)
    return {
        "u_alpha_nominal": found["nominal"],
        "u_alpha_binary": found["binary"],
        "cu_alpha_nominal": found["coding"],
    }


# -- inference --------------------------------------------------------------------------------------------


def adjusted(p, method):
    return permutation.adjusted_p([math.nan if one is None else one for one in p], method)


def permutation_test(x, y):
    p = permutation.unpaired_p(y, x)[0]
    return {
        "diff": np.mean(x) - np.mean(y),
        "p_two_sided": p,
        "p_greater": permutation.unpaired_p(y, x, greater=True)[0],
        "n": math.comb(len(x) + len(y), len(x)),
    }


def jackknife_correlation(x, y):
    found = resampling.jackknife(lambda one, other: np.corrcoef(one, other)[0, 1], x, y)
    return {"r": found.value, "se": found.se, "bias": found.bias}


CHECKS: dict[str, Callable[..., Any]] = {
    "chi2": chi2,
    "g2_4cell": g2_four_cells,
    "g2_2cell": g2_two_cells,
    "bic_from_g2": lambda G2, N: keyness.bic(G2, N),  # noqa: N803
    "fisher": fisher,
    "pmi": pmi,
    "keyness_order": keyness_order,
    "effect_sizes": effect_sizes,
    "lrc": conservative_log_ratio,
    "log_odds_dirichlet": weighted_log_odds,
    "tidylo": tidylo,
    "association": lambda **cells: collocations.association(**cells),
    "collocation_lambda": collocation,
    "dispersion": lambda freqs, sizes=None: dispersion.describe_dispersion(freqs, sizes),
    "distance_based": distances,
    "lexdiv": lexical_diversity,
    "mattr": lambda tokens, window: diversity.mattr(tokens.split(), window),
    "msttr": lambda tokens, segment: diversity.msttr(tokens.split(), segment),
    "mtld": lambda tokens, **rule: diversity.mtld(tokens.split(), **rule),
    "hdd": lambda tokens: diversity.hdd(tokens.split()),
    "entropy_bits": lambda counts: diversity.entropy_bits(counts),
    "fisher_alpha": lambda N, S: diversity.fisher_alpha(N, S),  # noqa: N803
    "wordscores": wordscore,
    "set_similarity": lambda a, b: similarity.set_similarities(a, b),
    "levenshtein": lambda a, b: similarity.levenshtein(a, b),
    "dictionary_lookup": dictionary_lookup,
    "krippendorff_alpha": alpha,
    "krippendorff_u_alpha": unitizing_alpha,
    "two_rater_table": lambda table: coefficients.table_agreement(table),
    "fleiss_counts": lambda counts: coefficients.counts_agreement(counts),
    "gwet_raw": lambda data: coefficients.ratings_agreement(data),
    "weighted_kappa": lambda x, y, weights, levels: coefficients.weighted_kappa(x, y, levels, weights),
    "p_adjust": adjusted,
    "proportion_ci": lambda k, n: {
        "wilson": wilson(k, n),
        "clopper_pearson": resampling.clopper_pearson(k, n),
    },
    "newcombe_difference": lambda **counts: resampling.newcombe(**counts),
    "permutation_mean_difference": permutation_test,
    "jackknife_correlation": jackknife_correlation,
    "ideal_bootstrap_se": lambda x, statistic: resampling.ideal_bootstrap_se(x, statistic),
    "cliffs_delta": lambda x, y: permutation.cliffs_delta(x, y)[0],
    "pmc": lambda main_variables: pmc.total_and_mean(main_variables),
    "mann_whitney": lambda x, y: resampling.mann_whitney(x, y),
}
