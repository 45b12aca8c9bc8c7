"""The picture of a network: nodes in two columns of an ellipse, so that every name has a line of its own.

No layout by springs: it moves with the seed and lets names overlap. Communities stand together, edges run between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.labels import label
from egovlib.report.recipes import remember_call
from egovlib.report.style import INK, MUTED, fitting, house_style, new_figure, say, shorten, source_note

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from egovlib.analyse.networks import Network

COLOURS: Final = ("#0072B2", "#D55E00", "#007A5A", "#AA4499", "#B07C00", "#3B3B98")
"""One colour a community, after Okabe and Ito (2008) as in `style`; further ones are drawn in the last."""
MARKS: Final = {"systems": "s", "agencies": "^", "instruments": "P", "themes": "o"}
HINT = 0.05
"""Pairs with p up to this, but without a safe q, are drawn as hints."""
MOST = 44
"""Nodes drawn at most: two columns of 22 fill a page."""
CROWD = 25
"""Solid lines from which on each is drawn thinner, or they cover each other."""


@remember_call
def plot_network(
    network: Network, *, lang: str = "zh", hints: bool = True, source: str | None = None
) -> Figure:
    """Draw the edges that stand and, thin and dashed, those that only may; nodes without either are left out.

    The mark says the kind of a node, the colour its community (grey: none), the width of an edge log2 of the ratio
    of the count to the one expected. Where there is nothing to draw, the figure says so; of more than `MOST` nodes
    it shows those of the surest edges, and counts the edges that stand but find no room.
    """
    edges = network.edges
    standing = edges[edges["verdict"] == "together"]
    hinted = (
        edges[~edges.index.isin(standing.index) & edges["p"].le(HINT).fillna(False)]
        if hints
        else edges.iloc[:0]
    )
    nodes = _chosen(network.nodes, standing, hinted)
    places = _places(nodes)
    solid, dashed = (frame[frame["a"].isin(places) & frame["b"].isin(places)] for frame in (standing, hinted))
    rows = (len(nodes) + 1) // 2
    with house_style():
        title = say(lang, "谁与谁同现：主题、系统与机构", "What stands together: themes, systems, agencies")
        notes = _notes(network, len(solid), len(standing) - len(solid), len(dashed), lang, source)
        figure = new_figure(max(rows * 1.15, 5), title, notes, extra=1.0)
        axes = figure.subplots()
        if not len(nodes):
            axes.set_axis_off()
            words = say(
                lang, "没有一对节点的同现多于偶然", "No two nodes stand together more often than chance"
            )
            axes.text(0.5, 0.5, words, ha="center", va="center", color=MUTED)
            return figure
        _draw_edges(axes, dashed, places, dashed=True)
        _draw_edges(axes, solid, places, dashed=False)
        _draw_nodes(axes, nodes, places, lang)
        _draw_key(axes, nodes, lang)
    return figure


def _chosen(nodes: pd.DataFrame, solid: pd.DataFrame, dashed: pd.DataFrame) -> pd.DataFrame:
    """Nodes with an edge, then those with the surest hints while there is room; communities together."""
    names: dict[str, None] = {}
    for frame in (solid, dashed.sort_values("p", kind="stable")):
        for a, b in zip(frame["a"], frame["b"], strict=True):
            if len(names | {a: None, b: None}) <= MOST:
                names |= {a: None, b: None}
    kept = nodes[nodes["node"].isin(names)]
    order = kept.assign(last=kept["community"].fillna(10_000))
    return order.sort_values(["last", "kind", "units"], ascending=[True, True, False], ignore_index=True)


def _places(nodes: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Places on an ellipse, evenly spaced in height: down the left side and up the right one."""
    names = nodes["node"].tolist()
    left = (len(names) + 1) // 2
    places = {}
    for side, column in ((-1, names[:left]), (1, names[left:][::-1])):
        for row, name in enumerate(column):
            y = 1 - 2 * (row + 0.5) / max(len(column), 1)
            places[name] = (side * (0.55 + 0.45 * (1 - y**2) ** 0.5), y)
    return places


def _draw_edges(
    axes: Axes, edges: pd.DataFrame, places: Mapping[str, tuple[float, float]], *, dashed: bool
) -> None:
    import numpy as np
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    rows: Any = edges.itertuples(index=False)
    thin = min(1.0, CROWD / max(len(edges), 1))
    for row in rows:
        (x, y), (u, v) = places[str(row.a)], places[str(row.b)]
        bend = 0.35 if x * u > 0 else 0.7  # an edge along one side bends inward
        path = Path(
            [(x, y), ((x + u) / 2 * bend, (y + v) / 2), (u, v)], [Path.MOVETO, Path.CURVE3, Path.CURVE3]
        )
        width = 0.8 if dashed else 0.9 + 0.5 * thin * float(np.log2(float(row.ratio)))
        style = {"linestyle": (0, (4, 3)), "edgecolor": "#ABABAB"} if dashed else {"edgecolor": "#4D4D4D"}
        axes.add_patch(PathPatch(path, facecolor="none", linewidth=width, zorder=1 if dashed else 2, **style))


def _colour(community: Any) -> str:
    import pandas as pd

    return "#8A8A8A" if pd.isna(community) else COLOURS[min(int(community), len(COLOURS)) - 1]


def _draw_nodes(
    axes: Axes, nodes: pd.DataFrame, places: Mapping[str, tuple[float, float]], lang: str
) -> None:
    room = fitting(36) - 6  # of a half-width column each; the count stands behind the name
    rows: Any = nodes.itertuples(index=False)
    for row in rows:
        x, y = places[str(row.node)]
        colour = _colour(row.community)
        size = 26 + 2.2 * float(row.units)
        axes.scatter(
            [x], [y], s=min(size, 170), marker=MARKS[str(row.kind)], color=colour, zorder=3, edgecolor="white"
        )
        name = shorten(str(row.name_zh if lang == "zh" else row.name_en), room)
        words = f"{name}  {row.units}"
        ink = INK if colour == "#8A8A8A" else colour
        offset, side = ((-11, 0), "right") if x < 0 else ((11, 0), "left")
        axes.annotate(
            words, (x, y), offset, textcoords="offset points", ha=side, va="center", fontsize=8, color=ink
        )
    axes.set_xlim(-2.1, 2.1)
    axes.set_ylim(-1.05, 1.12)
    axes.set_axis_off()


def _draw_key(axes: Axes, nodes: pd.DataFrame, lang: str) -> None:
    """The marks of the kinds that are there, above the picture."""
    from matplotlib.lines import Line2D

    there = [kind for kind in MARKS if (nodes["kind"] == kind).any()]
    handles = [
        Line2D([], [], linestyle="", marker=MARKS[kind], color=MUTED, label=label(kind, lang))
        for kind in there
    ]
    axes.legend(handles=handles, loc="upper center", ncols=len(handles), frameon=False, fontsize=8.5)


def _notes(
    network: Network, solid: int, left: int, dashed: int, lang: str, source: str | None
) -> Sequence[str]:
    more = say(
        lang, f"（另有 {left} 条图中容不下，见表）", f" ({left} more find no room here: see the table)"
    )
    lines = say(lang, f"实线 {solid} 条", f"{solid} solid lines") + (more if left else "")
    drawn = lines + say(
        lang,
        "：同现多于偶然，q ≤ .05，去掉任何一份文件仍成立；线宽随 log2(实际/期望) 增大。"
        f"虚线 {dashed} 条：仅 p ≤ .05，只是线索。名称后为出现次数 n；颜色为社群，灰色不属任何社群。",
        ": together more often than chance, q ≤ .05, also without any one document; the width grows with "
        f"log2(count / expected). {dashed} dashed lines: p ≤ .05 only, a hint. Behind each name: units n that name "
        "it; colour: community, grey: none.",
    )
    return [drawn, " ".join(note.text(lang, label) for note in network.notes), source_note(lang, source)]
