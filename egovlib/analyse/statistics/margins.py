"""The null of a network of co-occurrence: the same nodes as often, the same units as full, dealt anew.

Within each document every node keeps the number of units that name it and every unit the number of nodes it names
(fixed margins; Connor & Simberloff 1979, Gotelli 2000): long sentences and dense documents then make no edges.
Tables are drawn by global curveball trades (Strona et al. 2014; Carstens et al. 2018): units are paired at random
within their document and each pair deals the nodes that only one of them names anew between the two. The chain
starts at the table observed and runs both ways from a random place in it, so that p is valid however slowly it
mixes (Besag & Clifford 1989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

Table = NDArray[np.bool_]
Statistic = Callable[["sparse.csr_array"], NDArray[np.float64]]

ROUNDS = 3
"""Rounds of trades between two draws. Over the pairs of the embedded corpus the counts of two neighbouring
draws correlate .14 in the mean with three rounds, .49 with one."""


@dataclass(frozen=True)
class Null:
    """What the draws say of each statistic, arrays of the statistic's shape.

    expected, sd  mean and standard deviation over the draws
    p             one-sided: share of tables whose statistic is as great or greater, the one observed among them
    """

    expected: NDArray[np.float64]
    sd: NDArray[np.float64]
    p: NDArray[np.float64]


def draw_null(
    present: Table, documents: NDArray[np.int64], statistic: Statistic, *, draws: int, seed: int
) -> Null:
    """Draw tables with the margins of `present` and compare the `statistic` of each with the observed one.

    present: (n units, k nodes); documents: (n units,), no unit trades with one of another document; statistic:
    from a sparse table of 0 and 1. Sparse, since so small a dense product costs more to spread over threads than to
    compute.

    >>> apart = np.repeat(np.eye(2, dtype=bool), 8, axis=0)
    >>> together = lambda table: (table.T @ table).toarray()
    >>> draw_null(apart, np.zeros(16, dtype=int), together, draws=99, seed=1).p[0, 1].item()
    1.0
    """
    rng = np.random.default_rng(seed)
    observed = statistic(_sparse(np.nonzero(present)[0], np.nonzero(present)[1], present.shape))
    sums, squares, above = (np.zeros_like(observed) for _ in range(3))
    for table in _draws(present, documents, draws, rng):
        value = statistic(table)
        sums += value
        squares += value**2
        above += value >= observed
    expected = sums / draws
    sd = np.sqrt(np.maximum(squares / draws - expected**2, 0))
    return Null(expected, sd, (above + 1) / (draws + 1))


def _draws(
    present: Table, documents: NDArray[np.int64], draws: int, rng: np.random.Generator
) -> Iterator[sparse.csr_array]:
    """Tables of a chain through the observed one, which stands at a random place of it."""
    before = int(rng.integers(draws + 1))
    for steps in (before, draws - before):
        unit, node = np.nonzero(present)
        for _ in range(steps):
            for _ in range(ROUNDS):
                unit = trade(unit, node, documents, rng)
            yield _sparse(unit, node, present.shape)


def _sparse(unit: Any, node: Any, shape: Any) -> sparse.csr_array:
    from scipy import sparse

    return sparse.csr_array((np.ones(len(unit)), (unit, node)), shape=shape)


def trade(
    unit: NDArray[np.int64], node: NDArray[np.int64], documents: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """One round: return the new unit of each entry (unit, node) of the table.

    >>> rng = np.random.default_rng(1)
    >>> unit, node = np.asarray([0, 0, 1, 1, 2]), np.asarray([0, 1, 1, 2, 0])
    >>> np.bincount(trade(unit, node, np.zeros(3, dtype=int), rng)).tolist()
    [2, 2, 1]
    """
    order = np.lexsort((rng.random(len(documents)), documents))
    starts = np.searchsorted(documents[order], documents[order])
    place = np.arange(len(order)) - starts
    pair, second = np.empty_like(order), np.empty(len(order), dtype=bool)
    pair[order], second[order] = starts + place // 2, place % 2 == 1
    both = np.full((len(order), 2), -1)  # the two units of each pair; -1 where one is left over
    both[pair, second.astype(int)] = np.arange(len(order))

    owner = pair[unit]
    key = owner * (int(node.max(initial=0)) + 1) + node
    by_key = np.argsort(key, kind="stable")
    twice = np.zeros(len(key), dtype=bool)  # named by both units of the pair: nothing to deal
    same = key[by_key][1:] == key[by_key][:-1]
    twice[by_key[1:][same]] = twice[by_key[:-1][same]] = True
    free = np.flatnonzero(~twice & (both[owner, 1] >= 0))

    quota = np.bincount(owner[free], weights=~second[unit[free]], minlength=len(order))
    dealt = free[np.lexsort((rng.random(len(free)), owner[free]))]
    rank = np.arange(len(dealt)) - np.searchsorted(owner[dealt], owner[dealt])
    new = unit.copy()
    new[dealt] = both[owner[dealt], (rank >= quota[owner[dealt]]).astype(int)]
    return new
