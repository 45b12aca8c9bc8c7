"""Networks for readers: the table of edges in words, files for other programs, and what can be said."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.report.figures import output_folder
from egovlib.report.labels import check_language, codebook_names, label
from egovlib.report.plots.networks import HINT
from egovlib.report.tables_html import show_table
from egovlib.report.templating import Html
from egovlib.spreadsheets import write_csv
from egovlib.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.networks import Network


def write_network(
    network: Network, name: str = "network", *, folder: str | Path | None = None
) -> dict[str, Path]:
    """Write name_nodes.csv, name_edges.csv (every pair, tested or not) and name.graphml (the edges that stand).

    `folder` is the output folder (see `egovlib.report.figures.output_folder`). Returns the paths by kind. GraphML is
    read by Gephi, igraph, Cytoscape and others; the weight of an edge is log2 of count by expected.
    """
    import networkx as nx

    target = output_folder(folder)
    graph = network.graph()

    return {
        "nodes": write_whole(target / f"{name}_nodes.csv", partial(write_csv, network.nodes)),
        "edges": write_whole(target / f"{name}_edges.csv", partial(write_csv, network.edges)),
        "graphml": write_whole(target / f"{name}.graphml", lambda path: nx.write_graphml_xml(graph, path)),
    }


def show_edges(network: Network, *, lang: str = "zh", n: int = 15) -> Html:
    """The `n` surest edges for a notebook, nodes in words; under it the notes of the network."""
    names = _names(network, lang)
    frame = network.edges.head(n).assign(
        node_a=lambda rows: rows["a"].map(names), node_b=lambda rows: rows["b"].map(names)
    )
    columns = ["node_a", "node_b", "together", "expected", "ratio", "ratio_low", "documents", "q"]
    rounded = frame.assign(**{name: frame[name].round(2) for name in ("expected", "ratio", "ratio_low")})
    table = show_table(rounded, columns=[*columns, "verdict"], lang=lang)
    notes = "".join(f"<p><small>{note.text(lang, label)}</small></p>" for note in network.notes)
    return Html(table.text + notes)


def show_triples(triples: pd.DataFrame, *, lang: str = "zh", n: int = 10, scheme: str = "priorities") -> Html:
    """The `n` most frequent triples of `cross_agencies` for a notebook, codes in words."""
    files = {"agency": "agencies", "theme": scheme, "instrument": "instruments"}
    frame = triples.head(n)
    for column, file in files.items():
        names = codebook_names(f"schemes/{file}", "code", lang)
        frame = frame.assign(**{column: [names.get(code, code) for code in frame[column]]})
    frame = frame.assign(expected=frame["expected"].round(2))
    columns = [*files, "together", "documents", "expected", "q", "verdict"]
    return show_table(frame, columns=columns, lang=lang)


def _names(network: Network, lang: str) -> dict[str, str]:
    column = ("name_zh", "name_en")[check_language(lang)]
    return dict(zip(network.nodes["node"], network.nodes[column], strict=True))


def write_network_conclusion(network: Network, *, lang: str = "zh") -> str:
    """Write what the network allows to say: the edges that stand, what is only a hint, what cannot be said."""
    english = bool(check_language(lang))
    edges, names = network.edges, _names(network, lang)
    if not len(edges):
        return " ".join(note.text(lang, label) for note in network.notes)
    stand = edges[edges["verdict"] == "together"]
    one = int((edges["verdict"] == "together, by one document").sum())
    tested = int(edges["p"].notna().sum())
    hints = int((edges["p"].le(HINT).fillna(False) & edges["verdict"].eq("no association shown")).sum())
    unit = label(network.call["unit"], lang)
    parts = [_standing(stand, names, tested, unit, english)]
    if one:
        parts.append(
            f"{one} more hang on a single document and are not drawn."
            if english
            else f"另有 {one} 对只靠一份文件，图中不画实线。"
        )
    chance, untested = round(tested * HINT), len(edges) - tested
    parts.append(
        f"{hints} further pairs have p ≤ .05 only, where chance alone gives up to {chance} among {tested}: hints, not "
        f"findings. {untested} of {len(edges)} pairs could not be tested. That two have nothing to do with each other "
        "is not shown for any pair, nor that one brings about the other."
        if english
        else f"还有 {hints} 对仅 p ≤ .05，而 {tested} 对中单凭偶然就可有至多 {chance} 对：只是线索，不是结论。"
        f"{len(edges)} 对中 {untested} 对无法检验。不能据此说哪两者互不相关，也不能说一者带来另一者。"
    )
    communities = network.nodes.dropna(subset=["community"])
    if len(communities):
        low, n = float(communities["stability"].min()), int(communities["community"].nunique())
        least = "" if np.isnan(low) else f"{100 * low:.0f}%"
        parts.append(
            f"The edges fall into {n} communities; the least steady node stays with its companions in "
            f"{least} of the runs."
            if english
            else f"这些边分为 {n} 个社群；最不稳定的节点在 {least} 的重算中仍与同伴同组。"
        )
    return (" " if english else "").join(parts)


def _standing(stand: pd.DataFrame, names: dict[str, str], tested: int, unit: str, english: bool) -> str:
    if not len(stand):
        return (
            f"Of {tested} pairs none can be told from chance in one {unit}; that is not to say that there is none."
            if english
            else f"{tested} 对中没有一对的同{unit}出现可以与偶然区分；这不等于说没有关联。"
        )
    rows: Any = stand.head(5).itertuples(index=False)
    pairs = [(names[row.a], names[row.b], int(row.together), float(row.expected)) for row in rows]
    if english:
        listed = "; ".join(f"{a} with {b} ({n} times, expected {e:.1f})" for a, b, n, e in pairs)
        return (
            f"{len(stand)} of {tested} pairs stand in one {unit} more often than chance (q ≤ .05), also without any "
            f"one document: {listed}."
        )
    listed = "；".join(f"{a}与{b}（{n} 次，期望 {e:.1f}）" for a, b, n, e in pairs)
    return (
        f"{tested} 对中有 {len(stand)} 对同{unit}出现多于偶然（q ≤ .05，去掉任何一份文件仍成立）：{listed}。"
    )
