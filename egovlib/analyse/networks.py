r"""Networks: which themes, systems and agencies stand together more often than chance, and in which communities.

Co-occurrence is counted by sentence or section, and for each pair it is tested whether it is more than under the null
of `egovlib.analyse.statistics.margins` (who is named often, and long sentences, meet anyway); one-sided, since so
rare events can hardly be shown to shun each other. q by Benjamini-Hochberg over the pairs that can be tested. What
is tested is the placing of words within these documents: it says nothing of documents not read. So an edge also says
whether it stands without any single one of them.

>>> from egovlib.documents import Corpus, read_text
>>> text = "热线接诉即办。\n" * 6 + "宽带进村。\n" * 6
>>> network = build_network(Corpus([read_text(text, doc=doc) for doc in "ab"]), kinds=["themes"], draws=99)
>>> network.edges[["a", "b", "together", "verdict"]].values.tolist()
[['themes:broadband', 'themes:hotline', 0, 'not testable: every table with these margins has the same count']]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from egovlib.analyse.communities import find_communities, measure_stability
from egovlib.analyse.incidence import Incidence, count_named, find_named
from egovlib.analyse.notes import Note
from egovlib.analyse.statistics.margins import Null, count_pairs, draw_null
from egovlib.analyse.statistics.permutation import DRAWS, adjusted_p

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from egovlib.documents import Corpus, Document

LEAST = 5
"""Units that name a node, at least: two nodes named in four of 200 sentences each would be expected together .08
times, and all chance of p ≤ .05 hangs on a single sentence."""
EXPECTED = 0.1
"""A pair expected together less often than this is not tested: it would need to meet by chance once to be significant,
and 736 of 2,415 pairs of the embedded corpus are of this kind. What is expected comes from the null alone, so leaving
them out of the family keeps its level (Bourgon, Gentleman & Huber 2010)."""
ALPHA = 0.05

NODES = {
    "node": "string", "kind": "string", "code": "string", "name_zh": "string", "name_en": "string",
    "units": "Int64", "documents": "Int64", "edges": "Int64", "community": "Int64", "stability": "Float64",
    "reason": "string",
}  # fmt: skip
EDGES = {
    "a": "string", "b": "string", "together": "Int64", "expected": "Float64", "ratio": "Float64",
    "ratio_low": "Float64", "ratio_high": "Float64", "documents": "Int64", "p": "Float64", "q": "Float64",
    "verdict": "string",
}  # fmt: skip
"""Columns of `Network.nodes` and `Network.edges` and their types; the names are frozen. `ratio` is the count by the
one expected, `ratio_low` and `ratio_high` its least and greatest when any one document is left out."""

FIXED = "not testable: every table with these margins has the same count"
STRANGERS = "not testable: no document names both"
RARE = f"not testable: expected together less than {EXPECTED} times"
VERDICTS = ("together", "together, by one document", "no association shown", FIXED, STRANGERS, RARE)


@dataclass(frozen=True)
class Network:
    """Nodes, all pairs of them with their test, the notes, and the call that made it."""

    nodes: pd.DataFrame
    edges: pd.DataFrame
    notes: tuple[Note, ...]
    call: dict[str, Any] = field(repr=False)

    def graph(self) -> nx.Graph[str]:
        """The nodes, and the pairs of the verdict "together" with weight log2(ratio), as a networkx graph."""
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        facts = self.nodes.set_index("node").drop(columns="reason", errors="ignore")
        for node, row in facts.astype(object).iterrows():
            graph.add_node(str(node), **{str(name): _plain(value) for name, value in row.dropna().items()})
        drawn: Any = self.edges[self.edges["verdict"] == "together"].itertuples(index=False)
        for edge in drawn:
            known = {
                name: _plain(getattr(edge, name)) for name in ("together", "expected", "ratio", "p", "q")
            }
            graph.add_edge(str(edge.a), str(edge.b), weight=float(np.log2(known["ratio"])), **known)
        return graph


def _plain(value: Any) -> Any:
    """A number or text that GraphML can hold."""
    return value.item() if isinstance(value, np.generic) else value


def build_network(
    corpus: Corpus | Document,
    *,
    kinds: Sequence[str] = ("systems", "agencies", "themes"),
    unit: str = "sentence",
    scheme: str = "priorities",
    least: int = LEAST,
    draws: int = DRAWS,
    seed: int = 1,
) -> Network:
    """Count which nodes stand in one unit, test each pair, and find communities.

    kinds  which of systems, agencies, instruments, themes; words count once, for the kind named first
    unit   sentence or section
    least  units that name a node, at least; it is also named in two documents or more

    With fewer than two such nodes the tables are empty and the notes say why. ValueError for an unknown kind, unit
    or scheme, `least` below 2 or `draws` below 99.
    """
    if least < 2 or draws < 99:
        raise ValueError(
            f"least {least} must be 2 or more and draws {draws} 99 or more; raise the one that is not."
        )
    named = find_named(corpus, kinds, scheme=scheme)
    table = count_named(named, unit=unit, least=least, scheme=scheme)
    null = draw_null(table.present, table.documents, count_pairs, draws=draws, seed=seed)
    edges = _edges(table, null)
    call = {
        "kinds": tuple(kinds),
        "unit": unit,
        "scheme": scheme,
        "least": least,
        "draws": draws,
        "seed": seed,
    }
    network = Network(table.nodes, edges, (), call)
    return Network(_with_communities(network, table, seed), edges, _notes(table, edges, call), call)


def _edges(table: Incidence, null: Null) -> pd.DataFrame:
    """One row a pair of nodes, the surest and strongest first."""
    import pandas as pd

    nodes = table.nodes["node"].tolist()
    by_document, share = _by_document(table)
    rows = []
    for i, j in combinations(range(len(nodes)), 2):
        a, b = sorted((i, j), key=lambda k: nodes[k])
        together, expected = int(by_document[:, i, j].sum()), float(null.expected[i, j])
        reason = _untestable(expected, float(null.sd[i, j]), bool(share[:, i, j].any()))
        ratio = together / expected if expected > 0 else None
        left = expected * (1 - share[:, i, j])
        without = (together - by_document[:, i, j])[left > 1e-9] / left[left > 1e-9]
        low, high = (
            (float(without.min()), float(without.max()))
            if len(without) > 1 and ratio is not None
            else (None, None)
        )
        documents = int((by_document[:, i, j] > 0).sum())
        p = float(null.p[i, j]) if reason is None else None
        rows.append((nodes[a], nodes[b], together, expected, ratio, low, high, documents, p, None, reason))
    edges = pd.DataFrame(rows, columns=list(EDGES)).astype(EDGES)
    tested = edges["p"].notna()
    if tested.any():
        edges.loc[tested, "q"] = adjusted_p(edges.loc[tested, "p"].to_numpy(dtype=float), "BH")
        edges.loc[tested, "verdict"] = [_verdict(row) for row in edges[tested].itertuples(index=False)]
    return edges.sort_values(
        ["q", "p", "ratio", "a", "b"], ascending=[True, True, False, True, True], ignore_index=True
    )


def _by_document(table: Incidence) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts of each pair in each document, and the document's share of what is expected, (n documents, k, k).

    Within a document two nodes of a and b of n units are expected together in proportion to ab / n.
    """
    k = table.present.shape[1]
    counts, expected = (np.zeros((len(table.docs), k, k)) for _ in range(2))
    for document in range(len(table.docs)):
        own = table.present[table.documents == document].astype(np.float64)
        totals = own.sum(axis=0)
        counts[document] = np.einsum("ui,uj->ij", own, own)
        expected[document] = np.outer(totals, totals) / len(own)
    total = expected.sum(axis=0)
    return counts, np.divide(expected, total, out=np.zeros_like(expected), where=total > 0)


def _untestable(expected: float, sd: float, met: bool) -> str | None:
    """Why a pair is not tested, if so."""
    if not met:
        return STRANGERS
    return FIXED if sd == 0 else RARE if expected < EXPECTED else None


def _verdict(row: Any) -> str:
    """What can be said of a pair that was tested."""
    import pandas as pd

    if row.q > ALPHA:
        return "no association shown"
    steady = pd.notna(row.ratio_low) and row.ratio_low > 1
    return "together" if steady else "together, by one document"


def _with_communities(network: Network, table: Incidence, seed: int) -> pd.DataFrame:
    """The nodes with the number of their edges, their community and its stability, or the reason why not."""
    graph = network.graph()
    nodes = network.nodes.assign(edges=[graph.degree(node) for node in network.nodes["node"]])
    joined = graph.subgraph([node for node, degree in graph.degree() if degree > 0]).copy()
    number: dict[str, int] = {}
    stable: dict[str, float] = {}
    if joined.number_of_edges() > 1:
        found, _ = find_communities(joined, seed)
        number = {node: place for place, one in enumerate(found, 1) for node in one}
        stable = measure_stability(found, _leave_out(network, table), len(table.docs), seed)
    nodes["community"] = [number.get(node) for node in nodes["node"]]
    nodes["stability"] = [stable.get(node) for node in nodes["node"]]
    few = "fewer than 2 edges in the network"
    none = few if not number else "no edge"
    nodes["reason"] = [None if node in number else none for node in nodes["node"]]
    return nodes[list(NODES)].astype(NODES)


def _leave_out(network: Network, table: Incidence) -> Any:
    """The function that makes the graph of the drawn edges as they weigh without one document."""
    import networkx as nx

    counts, share = _by_document(table)
    place = {node: k for k, node in enumerate(table.nodes["node"])}
    drawn: Any = network.edges[network.edges["verdict"] == "together"].itertuples(index=False)
    edges = [(row.a, row.b, float(row.together), float(row.expected)) for row in drawn]

    def without(document: int) -> nx.Graph[str]:
        graph: nx.Graph[str] = nx.Graph()
        for a, b, together, expected in edges:
            i, j = place[a], place[b]
            left = expected * (1 - share[document, i, j])
            rest = together - counts[document, i, j]
            graph.add_nodes_from((a, b))
            if left > 0 and rest > left:
                graph.add_edge(a, b, weight=float(np.log2(rest / left)))
        return graph

    return without


def _notes(table: Incidence, edges: pd.DataFrame, call: dict[str, Any]) -> tuple[Note, ...]:
    """What was counted and tested, in both languages."""
    tested = int(edges["p"].notna().sum())
    unit = {"sentence": ("句", "sentences"), "section": ("节", "sections")}[call["unit"]]
    k, n, docs = len(table.nodes), len(table.present), len(table.docs)
    if k < 2:
        return (
            Note(
                f"没有网络：至少在 {call['least']} {unit[0]}、两份文件中出现的节点只有 {k} 个；降低 least 或增加文件。",
                f"No network: only {k} nodes are named in {call['least']} {unit[1]} of two documents or more; lower "
                "least or add documents.",
            ),
        )
    return (
        *_note_draws(tested, call["draws"]),
        Note(
            f"{docs} 份文件中的 {n} {unit[0]}，{k} 个节点，{len(edges)} 对，其中 {tested} 对可检验。",
            f"{n} {unit[1]} of {docs} documents, {k} nodes, {len(edges)} pairs of which {tested} can be tested.",
        ),
        Note(
            f"问：两者是否比偶然更常同现（单侧）。零假设：在每份文件内，各节点出现的{unit[0]}数与"
            f"每{unit[0]}的节点数不变，"
            f"随机重排 {call['draws']:,} 次（种子 {call['seed']}）；q 为可检验各对的 Benjamini-Hochberg 校正。",
            "Asked is whether two stand together more often than by chance. Null: within each document, each node in "
            f"as many {unit[1]} and each with as many nodes, dealt anew {call['draws']:,} times (seed "
            f"{call['seed']}); q by Benjamini-Hochberg over the pairs tested.",
        ),
        Note(
            "同一处文字只计一次：系统名称中的字词不再算作主题。检验的是这些文件内部的用词，不外推到其他文件。",
            "Words count once: those of a system's name are not a theme as well. The test speaks of the wording of "
            "these documents, not of others.",
        ),
    )


def _note_draws(tested: int, draws: int) -> Iterator[Note]:
    """Say so when the draws are too few for any single pair to come out significant."""
    if tested / (draws + 1) > ALPHA:
        smallest = min(1.0, tested / (draws + 1))  # a q is a share, whatever the number of tests
        needed = int(np.ceil(tested / ALPHA))
        yield Note(
            f"以 {draws:,} 次重排，单独一对的 q 最小为 {smallest:.2f}；"
            f"要使其可能显著，把 draws 提到 {needed:,}。",
            f"With {draws:,} draws the smallest q of a single pair is {smallest:.2f}; raise draws to "
            f"{needed:,} for it to be able to come out significant.",
        )
