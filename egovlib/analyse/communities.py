"""Communities of a network, and how steady they are when the seed changes or a document is left out.

Louvain (Blondel et al. 2008, networkx) depends on the order in which it meets the nodes, and any network of a few
documents hangs on some of them. So it is run `RUNS` times, each with another seed and without another document; the
partition shown is that of the whole network with the highest modularity, and each node says in how many runs it
stood with those it is shown with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import networkx as nx

RUNS = 100
"""Runs behind a stability: its standard error is then at most .05."""


def find_communities(graph: nx.Graph[str], seed: int) -> tuple[list[set[str]], float]:
    """The partition of highest modularity of ten Louvain runs, the largest community first, and its modularity."""
    import networkx as nx

    best: tuple[list[set[str]], float] = ([], -1.0)
    for run in range(10):
        found = nx.community.louvain_communities(graph, weight="weight", seed=seed + run)
        modularity = float(nx.community.modularity(graph, found, weight="weight"))
        if modularity > best[1] + 1e-12:
            best = (found, modularity)
    return sorted(best[0], key=lambda one: (-len(one), sorted(one)[0])), best[1]


def measure_stability(
    communities: Sequence[set[str]], without: Callable[[int], nx.Graph[str]], documents: int, seed: int
) -> dict[str, float]:
    """For each node, the share of its companions that stand with it, over `RUNS` runs; NaN for a node alone.

    without: the network without a document, by its place; documents: how many there are.
    """
    import networkx as nx

    nodes = sorted(set().union(*communities))
    place = {node: k for k, node in enumerate(nodes)}
    together = np.zeros((len(nodes), len(nodes)))
    for run in range(RUNS):
        graph = without(run % documents)
        for one in nx.community.louvain_communities(graph, weight="weight", seed=seed + run):
            members = [place[node] for node in one if node in place]
            together[np.ix_(members, members)] += 1 / RUNS
    stable: dict[str, float] = {}
    for one in communities:
        members = [place[node] for node in sorted(one)]
        for node in members:
            others: Any = [other for other in members if other != node]
            stable[nodes[node]] = float(together[node, others].mean()) if others else float("nan")
    return stable
