"""How varied the words of one text are.

All indices but those made for it fall with the text's length: compare texts of unlike length by MATTR, MTLD or
HD-D. What is undefined (an empty text) is NaN.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike


def describe_diversity(tokens: Sequence[Hashable]) -> dict[str, float]:
    """Compute the indices of a token list that need no order (see `spectrum_indices`).

    >>> found = describe_diversity("a a b b c".split())
    >>> found["N"], found["V"], found["TTR"], found["I"]
    (5.0, 3.0, 0.6, 1.5)
    """
    return spectrum_indices(Counter(Counter(tokens).values()))


def spectrum_indices(spectrum: Mapping[int, int]) -> dict[str, float]:
    """Compute the indices from the frequency spectrum: how many types (value) occur how often (key).

    N tokens, V types, TTR = V/N, R = V/sqrt N (Guiraud), CTTR = V/sqrt 2N (Carroll), C = log V/log N (Herdan),
    Maas = a, sqrt((log N - log V)/log^2 N) with log10, U = log^2 N/(log N - log V) (Dugast), S = log log V/log log N
    (Summer), K = 10^4 (sum i^2 V_i - N)/N^2 and I = V^2/(sum i^2 V_i - V) (Yule), D (Simpson), entropy_bits and
    repeat_rate of the words, entropy_spectrum_bits and repeat_rate_spectrum of the spectrum (Popescu 2009).

    >>> round(spectrum_indices({1: 3, 2: 2, 3: 1})["K"], 6)
    1000.0
    """
    often = np.array(sorted(spectrum), dtype=float)
    types = np.array([spectrum[int(i)] for i in often], dtype=float)
    n, v = float((often * types).sum()), float(types.sum())
    if not n:
        return dict.fromkeys(_INDICES, np.nan) | {"N": 0.0, "V": 0.0}
    squares = float((often**2 * types).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        log_n, log_v = np.log10(n), np.log10(v)
        values = (
            n,
            v,
            v / n,
            v / np.sqrt(n),
            v / np.sqrt(2 * n),
            log_v / log_n,
            np.sqrt((log_n - log_v) / log_n**2),
            log_n**2 / (log_n - log_v),
            np.log10(log_v) / np.log10(log_n),
            1e4 * (squares - n) / n**2,
            v**2 / np.float64(squares - v),
            (types * often * (often - 1)).sum() / np.float64(n * (n - 1)),
            (types * entropy_terms(often / n)).sum(),
            (types * (often / n) ** 2).sum(),
            entropy_bits(types),
            ((types / v) ** 2).sum(),
        )
    return {name: float(value) for name, value in zip(_INDICES, values, strict=True)}


_INDICES = (
    "N", "V", "TTR", "R", "CTTR", "C", "Maas", "U", "S", "K", "I", "D",
    "entropy_bits", "repeat_rate", "entropy_spectrum_bits", "repeat_rate_spectrum",
)  # fmt: skip


def entropy_bits(counts: ArrayLike) -> float:
    """Shannon entropy in bits of counts, by their shares; NaN where nothing is counted.

    >>> entropy_bits([1, 1, 0, 2])
    1.5
    """
    values = np.asarray(counts, dtype=float)
    if not values.sum():
        return float("nan")
    return float(entropy_terms(values / values.sum()).sum())


def entropy_terms(shares: ArrayLike) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """-p log2 p of each share, 0 for a share of 0."""
    from scipy.special import entr

    return np.asarray(entr(np.asarray(shares, dtype=float)) / np.log(2))


def mattr(tokens: Sequence[Hashable], window: int = 100) -> float:
    """Mean type-token ratio of all windows of `window` tokens (Covington & McFall 2010, J. Quant. Linguist. 17:94).

    NaN for a text shorter than the window.

    >>> round(mattr("one one two one one two one".split(), 2), 3)
    0.833
    """
    return _mean_ratio([tokens[i : i + window] for i in range(len(tokens) - window + 1)])


def msttr(tokens: Sequence[Hashable], segment: int = 100) -> float:
    """Mean type-token ratio of whole segments of `segment` tokens, the rest left out (Johnson 1944).

    >>> msttr("apple orange apple orange pear pear apple orange".split(), 2)
    0.875
    """
    return _mean_ratio([tokens[i : i + segment] for i in range(0, len(tokens) - segment + 1, segment)])


def _mean_ratio(parts: Sequence[Sequence[Hashable]]) -> float:
    return float(np.mean([len(set(part)) / len(part) for part in parts])) if parts else float("nan")


def mtld(tokens: Sequence[Hashable], *, threshold: float = 0.72, strict: bool = False) -> float:
    """Measure of textual lexical diversity (McCarthy & Jarvis 2010), mean of reading forwards and backwards.

    A factor closes when the type-token ratio falls to the threshold or below it, with `strict` only below it: two
    conventions that differ. What is left at the end counts in part. NaN where no factor, not even a part, closes.

    >>> round(mtld(("a b c d " * 20).split()), 3)
    6.154
    """
    lengths = [_factors_mean(order, threshold, strict) for order in (tokens, tokens[::-1])]
    return float(np.mean(lengths))


def _factors_mean(tokens: Sequence[Hashable], threshold: float, strict: bool) -> float:
    factors, seen, length = 0.0, set[Hashable](), 0
    for token in tokens:
        seen.add(token)
        length += 1
        ratio = len(seen) / length
        if ratio < threshold or (ratio == threshold and not strict):
            factors, seen, length = factors + 1, set(), 0
    if length:
        factors += (1 - len(seen) / length) / (1 - threshold)
    return len(tokens) / factors if factors else float("nan")


def hdd(tokens: Sequence[Hashable], sample: int = 42) -> float:
    """HD-D: expected type-token ratio of `sample` tokens drawn without replacement (McCarthy & Jarvis 2007).

    NaN for a text shorter than the sample.

    >>> round(hdd(("a b c d e " * 20).split()), 4)
    0.119
    """
    from scipy.stats import hypergeom

    n = len(tokens)
    if n < sample:
        return float("nan")
    counts = np.array(list(Counter(tokens).values()))
    absent = np.asarray(hypergeom.pmf(0, n, counts, sample))
    return float((1 - absent).sum() / sample)


def fisher_alpha(tokens: int, types: int) -> float:
    """Fisher's alpha: the solution of V = alpha ln(1 + N / alpha) (Fisher, Corbet & Williams 1943).

    NaN where there is none: no tokens, or every token a type of its own.

    >>> round(fisher_alpha(15609, 240), 2)
    40.25
    """
    from scipy.optimize import brentq

    if not 0 < types < tokens:
        return float("nan")
    return float(brentq(lambda x: x * np.log1p(tokens / x) - types, 1e-9, 1e9, xtol=1e-12))
