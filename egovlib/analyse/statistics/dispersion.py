"""How evenly an item is spread over the parts of a text or corpus.

`counts` (n parts,) are the item's frequencies, `sizes` (n,) the parts' lengths; without sizes the parts are equal.
DP of many items at once is `permutation.dispersion_dp`. What is undefined (an item that does not occur, a single
part) is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array, dispersion_dp


def describe_dispersion(counts: ArrayLike, sizes: ArrayLike | None = None) -> dict[str, float]:
    """Compute every measure of parts; 1 is even spread but for DP, DPnorm, vc, sd_pop and KLD, where 0 is.

    range, range_rel   parts with the item, and their share of all
    sd_pop, vc         standard deviation (ddof 0) of the counts, and over their mean
    D_juilland         1 - vc of the parts' relative frequencies / sqrt(n - 1) (Juilland et al. 1970)
    D2_carroll         entropy of the relative frequencies over log2 n (Carroll 1970)
    D3_lyne            1 - chi-squared against the parts' sizes / (4 f) (Lyne 1985)
    S_rosengren        (sum of sqrt(size share x count))^2 / f (Rosengren 1971)
    DP, DPnorm         deviation of proportions, plain and normalised (Gries 2008; Lijffijt & Gries 2012)
    DP_egbert          1 - DP / (1 - the smallest size share of the parts with the item) (Egbert et al. 2020)
    KLD, DKL_o2p       Kullback-Leibler divergence in bits, and 1 / (1 + KLD) (Gries 2020)
    DA, DA_pairwise    1 - mean absolute difference of pairs / (2 mean), by Wilcox's (1973) sum and by the pairs
    U_juilland, Um_carroll, UR_kromer, KF_rosengren, FM_engwall   frequencies adjusted by the dispersion

    >>> found = describe_dispersion([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    >>> {name: round(found[name], 3) for name in ("DP", "D_juilland", "S_rosengren", "KLD")}
    {'DP': 0.18, 'D_juilland': 0.785, 'S_rosengren': 0.95, 'KLD': 0.137}
    """
    f = np.asarray(counts, dtype=float)
    lengths = np.ones(len(f)) if sizes is None else np.asarray(sizes, dtype=float)
    if len(f) != len(lengths):
        raise ValueError(f"there are {len(f)} counts and {len(lengths)} sizes; give one size a part.")
    with np.errstate(divide="ignore", invalid="ignore"):
        share, rate, total, n = lengths / lengths.sum(), f / lengths, f.sum(), len(f)
        spread = {"range": float((f > 0).sum()), "range_rel": float((f > 0).mean()), "sd_pop": float(f.std())}
        values = spread | {
            "vc": float(f.std() / f.mean()),
            "D_juilland": float(1 - rate.std() / rate.mean() / np.sqrt(n - 1)),
            "D2_carroll": float(_entropy(rate / rate.sum()) / np.log2(n)),
            "D3_lyne": float(1 - ((f - total * share) ** 2 / (total * share)).sum() / (4 * total)),
            "S_rosengren": float(np.sqrt(share * f).sum() ** 2 / total),
            "DP": float(dispersion_dp(f, lengths, normalised=False)[0]),
            "DPnorm": float(dispersion_dp(f, lengths)[0]),
            "KLD": _divergence(f / total, share),
            "DA": _wilcox(rate),
            "DA_pairwise": _pairwise(rate),
        }
        values["DP_egbert"] = float(1 - values["DP"] / (1 - share[f > 0].min())) if total else np.nan
        values["DKL_o2p"] = 1 / (1 + values["KLD"])
    return values | _adjusted(f, share, values)


def _adjusted(f: Array, share: Array, values: dict[str, float]) -> dict[str, float]:
    """Frequencies adjusted by the dispersion."""
    from scipy.special import digamma

    total, even = f.sum(), values["D2_carroll"]
    return {
        "U_juilland": float(total * values["D_juilland"]),
        "Um_carroll": float(total * even + (1 - even) * total / len(f)),
        "UR_kromer": float((digamma(f + 1) + np.euler_gamma).sum()),
        "KF_rosengren": float(np.sqrt(share * f).sum() ** 2),
        "FM_engwall": float(total * values["range_rel"]),
    }


def _entropy(shares: Array) -> float:
    from scipy.special import entr

    return float(entr(shares).sum() / np.log(2))


def _divergence(observed: Array, expected: Array) -> float:
    from scipy.special import rel_entr

    return float(rel_entr(observed, expected).sum() / np.log(2))


def _wilcox(rate: Array) -> float:
    falling = np.sort(rate)[::-1]
    places = np.arange(1, len(rate) + 1)
    return float((2 * (places * falling).sum() / rate.sum() - 2) / (len(rate) - 1))


def _pairwise(rate: Array) -> float:
    n = len(rate)
    differences = np.abs(rate[:, None] - rate[None, :]).sum() / (n * (n - 1))
    return float(1 - differences / (2 * rate.mean()))


def distance_measures(positions: Sequence[int], length: int) -> dict[str, float]:
    """Measures from the distances between an item's places in one text of `length` words, read as a circle.

    positions: from 0, ascending. ARF, the average reduced frequency; AWT, ALD, the average waiting time and
    logarithmic distance; fAWT, fALD, the frequencies that they stand for (Savický & Hlaváčová 2002,
    J. Quant. Linguist. 9:215). NaN for an item that does not occur.

    >>> {name: round(x, 2) for name, x in distance_measures([0, 1, 2, 3], 8).items()}
    {'ARF': 2.5, 'AWT': 2.25, 'ALD': 0.44, 'fAWT': 2.29, 'fALD': 2.93}
    """
    if not len(positions):
        return dict.fromkeys(("ARF", "AWT", "ALD", "fAWT", "fALD"), float("nan"))
    places = np.asarray(positions, dtype=float)
    gaps = np.diff(places, append=places[0] + length)
    even = length / len(gaps)
    squares = (gaps**2).sum()
    distance = (gaps * np.log10(gaps)).sum() / length
    return {
        "ARF": float(np.minimum(gaps, even).sum() / even),
        "AWT": float((1 + squares / length) / 2),
        "ALD": float(distance),
        "fAWT": float(length**2 / squares),
        "fALD": float(length * 10**-distance),
    }
