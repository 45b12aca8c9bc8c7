"""How alike two strings, two sets or two lists of words are, from 0 to 1; NaN where both are empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from math import sqrt


def levenshtein(a: str, b: str) -> float:
    """1 - the least number of insertions, deletions and replacements over the longer length (Levenshtein 1966).

    >>> levenshtein("电子政务", "电子商务")
    0.75
    """
    if not a and not b:
        return float("nan")
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
        before = row
    return 1 - before[-1] / max(len(a), len(b))


def set_similarities(a: Iterable[Hashable], b: Iterable[Hashable]) -> dict[str, float]:
    """Compute jaccard, dice, cosine, ratio_of_matches (share of b's in a) of the sets, jaccard_bag of the lists.

    jaccard_bag is the shared tokens over all tokens of both, so at most 0.5 (Leskovec et al. 2014, 3.1.3).

    >>> set_similarities([1, 2, 3], [2, 3, 4])["jaccard"]
    0.5
    """
    bag_a, bag_b = Counter(a), Counter(b)
    both, either = len(bag_a.keys() & bag_b.keys()), len(bag_a.keys() | bag_b.keys())
    shared = (bag_a & bag_b).total()
    return {
        "jaccard": _ratio(both, either),
        "dice": _ratio(2 * both, len(bag_a) + len(bag_b)),
        "cosine": _ratio(both, sqrt(len(bag_a) * len(bag_b))),
        "jaccard_bag": _ratio(shared, bag_a.total() + bag_b.total()),
        "ratio_of_matches": _ratio(both, len(bag_b)),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
