"""Several groups, and groups in order: permutation tests that keep each issuer's documents together.

As in `permutation`, every function takes a row a unit and a column a code. `labels` (n,) says which group a
unit is in, 0, 1 …; `blocks` (n,) which issuer it belongs to: labels are then exchanged within an issuer only,
which with two groups is the flipping of signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from math import factorial, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from egovlib.analyse.statistics.permutation import DRAWS, SPLITS, TIE, Array

Labels = NDArray[np.intp]


class Outcome(NamedTuple):
    """What a permutation test gives for each code: p and the smallest p its shares can reach, each (k,)."""

    p: Array
    p_min: Array


def groups_p(
    values: ArrayLike,
    labels: ArrayLike,
    blocks: ArrayLike | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
) -> Outcome:
    """Test whether k groups have the same mean share, by exchanging their labels (within blocks).

    values: (n units, k codes). The statistic is the sum of squares between the groups, of shares less their
    block's mean: with one block the F test's, with blocks Friedman's on the shares themselves (Good 2005,
    Permutation, Parametric and Bootstrap Tests, ch. 6). Exact up to `SPLITS` arrangements, else
    (extreme + 1) / (draws + 1). NaN with fewer than two groups.

    >>> groups_p([[1], [2], [3], [4], [5], [6]], [0, 0, 1, 1, 2, 2]).p.round(4)
    array([0.0667])
    """
    shares, groups, owners = _checked(values, labels, blocks)
    if len(set(groups.tolist())) < 2:
        return _nothing(shares)
    centred = _centre(shares, owners)

    def statistic(rows: Labels) -> Array:
        sizes = np.bincount(groups)
        sums = ((rows == g).astype(float) @ centred for g in range(len(sizes)) if sizes[g])
        return np.asarray(sum(s**2 / n for s, n in zip(sums, sizes[sizes > 0], strict=True)))

    return _test(statistic, groups, owners, TIE * np.abs(shares).sum(axis=0) ** 2, draws, seed)


def trend_p(
    values: ArrayLike,
    labels: ArrayLike,
    blocks: ArrayLike | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
) -> Outcome:
    """Test, two-sided, whether the share rises or falls with the label, by exchanging labels (within blocks).

    values: (n units, k codes); labels: whole numbers in the order asked about (plan periods 12, 13, 14). The
    statistic is the sum of products of label and share, each less its block's mean (Page's idea on the
    shares themselves; Good 2005, ch. 3). Exact and NaN as in `groups_p`.

    >>> trend_p([[1], [2], [3], [4]], [12, 13, 14, 15]).p.round(4)
    array([0.0833])
    """
    shares, groups, owners = _checked(values, labels, blocks)
    if len(set(groups.tolist())) < 2:
        return _nothing(shares)
    centred = _centre(shares, owners)
    middle = _centre(groups[:, None].astype(float), owners)[:, 0]
    offset = groups - middle  # a block's mean label stays as labels are exchanged within it

    def statistic(rows: Labels) -> Array:
        return np.asarray(np.abs((rows - offset) @ centred))

    scale = max(1.0, float(np.abs(middle).max()))
    return _test(statistic, groups, owners, TIE * scale * np.abs(shares).sum(axis=0), draws, seed)


def eta_squared(values: ArrayLike, labels: ArrayLike, blocks: ArrayLike | None = None) -> Array:
    """Share of the variation (within blocks) that lies between the groups, (k,), from 0 to 1.

    NaN for a code that does not vary.

    >>> eta_squared([[1], [2], [3], [4], [5], [6]], [0, 0, 1, 1, 2, 2]).round(3)
    array([0.914])
    """
    shares, groups, owners = _checked(values, labels, blocks)
    centred = _centre(shares, owners)
    between = sum(
        centred[groups == g].sum(axis=0) ** 2 / (groups == g).sum() for g in sorted(set(groups.tolist()))
    )
    total = (centred**2).sum(axis=0)
    return np.asarray(between / np.where(total > TIE, total, np.nan))


def trend_slope(values: ArrayLike, labels: ArrayLike, blocks: ArrayLike | None = None) -> Array:
    """Least-squares change of the share from one label to the next, within blocks, (k,).

    >>> trend_slope([[0.1], [0.2], [0.3]], [12, 13, 14]).round(3)
    array([0.1])
    """
    shares, groups, owners = _checked(values, labels, blocks)
    scores = _centre(groups[:, None].astype(float), owners)[:, 0]
    spread = float((scores**2).sum())
    if spread <= TIE:
        return np.full(shares.shape[1], np.nan)
    return np.asarray(scores @ _centre(shares, owners) / spread)


def trend_interval(
    values: ArrayLike, labels: ArrayLike, clusters: ArrayLike, *, blocked: bool = False, level: float = 0.95
) -> tuple[Array, Array]:
    """Interval of `trend_slope`: jackknife over the clusters (issuers) with Student's t, low (k,), high (k,).

    Leaving out whole issuers keeps an issuer's documents together (Efron & Tibshirani 1993, ch. 11; Cameron &
    Miller 2015, J. Hum. Resour. 50:317). NaN with fewer than 2 clusters or without variation.

    >>> low, high = trend_interval([[0.1], [0.2], [0.3], [0.5]], [12, 13, 14, 15], [1, 2, 3, 4])
    >>> bool(low[0] < 0.13 < high[0])
    True
    """
    from scipy.stats import t

    shares, groups, owners = _checked(values, labels, clusters)
    names = sorted(set(owners.tolist()))
    within = owners if blocked else np.zeros_like(owners)
    centre = trend_slope(shares, groups, within)
    n = len(names)
    if n < 2:
        return np.full(len(centre), np.nan), np.full(len(centre), np.nan)
    rest = np.array(
        [trend_slope(shares[owners != c], groups[owners != c], within[owners != c]) for c in names]
    )
    error = np.sqrt((n - 1) / n * ((rest - rest.mean(axis=0)) ** 2).sum(axis=0))
    width = np.where(error > TIE, t.ppf((1 + level) / 2, n - 1) * error, np.nan)
    return centre - width, centre + width


def count_arrangements(labels: ArrayLike, blocks: ArrayLike | None = None) -> int:
    """How many different ways there are to give out the labels within the blocks.

    >>> count_arrangements([0, 0, 1, 1, 2, 2]), count_arrangements([0, 1, 0, 1], [1, 1, 2, 2])
    (90, 4)
    """
    groups = np.asarray(labels)
    owners = np.zeros(len(groups)) if blocks is None else np.asarray(blocks)
    ways = 1
    for owner in set(owners.tolist()):
        counts = Counter(groups[owners == owner].tolist())
        ways *= factorial(sum(counts.values())) // prod(factorial(n) for n in counts.values())
    return ways


def _checked(values: ArrayLike, labels: ArrayLike, blocks: ArrayLike | None) -> tuple[Array, Labels, Labels]:
    shares = np.asarray(values, dtype=float)
    shares = shares[:, None] if shares.ndim == 1 else shares
    groups = np.asarray(labels, dtype=np.intp)
    if blocks is None:
        return shares, groups, np.zeros(len(groups), dtype=np.intp)
    return shares, groups, np.unique(np.asarray(blocks), return_inverse=True)[1].astype(np.intp)


def _nothing(shares: Array) -> Outcome:
    nothing = np.full(shares.shape[1], np.nan)
    return Outcome(nothing, nothing)


def _centre(values: Array, owners: Labels) -> Array:
    """Take the mean of its block from each unit's values."""
    sizes = np.bincount(owners)
    sums = np.zeros((len(sizes), values.shape[1]))
    np.add.at(sums, owners, values)
    return np.asarray(values - (sums / np.maximum(sizes, 1)[:, None])[owners])


def _test(
    statistic: Callable[[Labels], Array],
    groups: Labels,
    owners: Labels,
    tolerance: Array,
    draws: int,
    seed: int,
) -> Outcome:
    exact = count_arrangements(groups, owners) <= SPLITS
    rows = _arrangements(tuple(groups.tolist()), tuple(owners.tolist()), None if exact else (draws, seed))
    observed = statistic(groups[None, :])[0]
    found = np.vstack([statistic(rows[i : i + 2048]) for i in range(0, len(rows), 2048)])
    extreme = (found >= observed - tolerance).sum(axis=0)
    highest = (found >= found.max(axis=0) - tolerance).sum(axis=0)
    if exact:
        return Outcome(extreme / len(rows), highest / len(rows))
    return Outcome((extreme + 1) / (len(rows) + 1), np.maximum(highest, 1) / (len(rows) + 1))


# Leaving out one unit after another, and every code family, asks for the same arrangements again: keep a few.
@lru_cache(maxsize=4)
def _arrangements(labels: tuple[int, ...], owners: tuple[int, ...], drawn: tuple[int, int] | None) -> Labels:
    """Labels given out anew within the blocks, (m, n): every way, or `drawn` = (draws, seed) random ones."""
    groups, blocks = np.array(labels, dtype=np.intp), np.array(owners, dtype=np.intp)
    places = np.argsort(blocks, kind="stable")
    if drawn is not None:
        draws, seed = drawn
        order = np.argsort(blocks + np.random.default_rng(seed).random((draws, len(groups))), axis=1)
        rows = np.empty((draws, len(groups)), dtype=np.intp)
        rows[:, places] = groups[order]
        return rows
    each = [list(_distinct(groups[blocks == block].tolist())) for block in np.unique(blocks)]
    rows = np.empty((prod(map(len, each)), len(groups)), dtype=np.intp)
    rows[:, places] = [[label for part in parts for label in part] for parts in product(*each)]
    return rows


def _distinct(labels: Sequence[int]) -> Iterator[list[int]]:
    """Every different order of `labels`, each once."""
    if not labels:
        yield []
        return
    first, size = labels[0], labels.count(labels[0])
    others = [label for label in labels if label != first]
    for places in combinations(range(len(labels)), size):
        for rest in _distinct(others):
            remaining = iter(rest)
            yield [first if i in places else next(remaining) for i in range(len(labels))]
