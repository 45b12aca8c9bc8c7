"""Pictures of systems: who runs, builds or plans what, and the life of a system from plan to plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egovlib.report.labels import label, plan_label
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    INK,
    MUTED,
    fitting,
    house_style,
    new_figure,
    require,
    rows_axis,
    say,
    shorten,
    source_note,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SYSTEM_COLOURS = {
    "operational": "#0072B2",
    "under_construction": "#56B4E9",
    "planned": "#E69F00",
    "unclear": "#BBBBBB",
}
"""Blue is there, light blue is coming, orange is meant; after Okabe and Ito (2008)."""
MOST_COLUMNS = 40
"""Documents that stand side by side before their marks and names touch, at a page's width."""
_ABSENT = ("空格表示文件未提及", "An empty cell: not named")
_LENGTH = (
    "条长为提及的文件数，颜色为各文件所说的最远阶段",
    "A bar: the documents that name it, by the furthest they say",
)
_MARKERS = {"operational": "o", "under_construction": "D", "planned": "^", "unclear": "x"}
"""Told by shape as well as by colour."""


@remember_call
def plot_systems(
    table: pd.DataFrame,
    *,
    names: Mapping[str, str] | None = None,
    documents: Mapping[str, str] | None = None,
    lang: str = "zh",
    top: int = 25,
    source: str | None = None,
) -> Figure:
    """Systems by documents, each cell marked and coloured by how far the system has come.

    `table` is that of `arrange_systems`; `names` gives other names of systems, `documents` names of documents, as
    from `name_documents`. The `top` systems that most documents name are drawn. Of more than `MOST_COLUMNS` documents
    no single one can be made out, and a bar says in how many a system has come how far.
    """
    require(table, "system", "doc", "status")
    order = list(dict.fromkeys(table["system"]))[:top]
    drawn, total = table[table["system"].isin(order)], table["system"].nunique()
    docs = sorted(table["doc"].unique(), key=lambda doc: (documents or {}).get(doc, doc))
    single = len(docs) <= fitting(MOST_COLUMNS)
    what = _ABSENT if single else _LENGTH
    notes = [
        say(
            lang,
            f"n = {total} 个系统、{len(docs)} 份文件，图中为提及文件最多的 {len(order)} 个；"
            f"{what[0]}。计数，无抽样区间。",
            f"n = {total} systems in {len(docs)} documents; the {len(order)} that most documents name. "
            f"{what[1]}. Counts, no interval.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(
            lang, "各文件中的系统：运行、在建与规划", "Systems by document: run, being built, planned"
        )
        figure = new_figure(len(order) * 0.9, title, notes, extra=2.2 if single else 1.6)
        axes = figure.subplots()
        rows_axis(axes, [shorten((names or {}).get(system, system), 34) for system in order])
        if single:
            _mark_documents(axes, drawn, order, docs, [(documents or {}).get(doc, doc) for doc in docs])
        else:
            _count_documents(axes, drawn, order, lang)
        _legend(axes, lang, _MARKERS if single else dict.fromkeys(_MARKERS, "s"))
    return figure


def _mark_documents(
    axes: Axes, drawn: pd.DataFrame, order: list[str], docs: list[str], labels: Sequence[str]
) -> None:
    for row in drawn.itertuples():
        _cell(axes, docs.index(str(row.doc)), order.index(str(row.system)), str(row.status))
    axes.set_xlim(-0.6, len(docs) - 0.4)
    axes.set_xticks(range(len(docs)), [shorten(name, 18) for name in labels], rotation=45, ha="right")


def _count_documents(axes: Axes, drawn: pd.DataFrame, order: list[str], lang: str) -> None:
    from matplotlib.ticker import MaxNLocator

    counts = drawn.groupby(["system", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=order, columns=list(SYSTEM_COLOURS), fill_value=0)
    ends, rows = counts.cumsum(axis=1), range(len(order))
    for status, colour in SYSTEM_COLOURS.items():
        begins = ends[status] - counts[status]
        axes.barh(rows, counts[status], left=begins, height=0.6, color=colour, zorder=2)
    for row, total in enumerate(counts.sum(axis=1)):
        axes.annotate(
            str(total), (total, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8, color=MUTED
        )  # fmt: skip
    axes.set_xlabel(say(lang, "文件数", "Documents"))
    axes.margins(x=0.06)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


@remember_call
def plot_lives(
    table: pd.DataFrame,
    *,
    names: Mapping[str, str] | None = None,
    lang: str = "zh",
    top: int = 20,
    source: str | None = None,
) -> Figure:
    """The life of systems: one line a system and region, one mark a plan period.

    `table` is that of `trace_systems`; drawn are those that stand in two periods or more, the longest lives first.
    """
    require(table, "system", "region_name", "plan_period", "status")
    lives = [
        (str(system), str(region), rows.set_index("plan_period")["status"])
        for (system, region), rows in table.groupby(["system", "region_name"], sort=False)
        if rows["plan_period"].nunique() > 1
    ]
    if not lives:
        raise ValueError(
            "no system stands in two plan periods; give documents of the same region from several plans."
        )
    lives = sorted(lives, key=lambda life: (-len(life[2]), -life[2].nunique(), life[0]))[:top]
    periods = sorted(table["plan_period"].unique())
    notes = [
        say(
            lang,
            f"n = {len(lives)} 个系统（同一地区，至少两个规划期）；规划期依所在章节。计数，无抽样区间。",
            f"n = {len(lives)} systems (one region, two plan periods or more); the period is the section's. "
            "Counts, no interval.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(lang, "系统的沿革：从规划到运行", "Lives of systems: from plan to use")
        figure = new_figure(len(lives), title, notes, extra=1.6)
        axes = figure.subplots()
        for y, (_, _, life) in enumerate(lives):
            at = [periods.index(period) for period in sorted(life.index)]
            axes.plot([at[0], at[-1]], [y, y], color=MUTED, linewidth=1, zorder=1)
            for period, status in life.items():
                _cell(axes, periods.index(str(period)), y, str(status))
        rows_axis(axes, _life_names(lives, names))
        axes.set_xticks(range(len(periods)), [plan_label(period, lang) for period in periods])
        axes.set_xlim(-0.5, len(periods) - 0.5)
        _legend(axes, lang, _MARKERS)
    return figure


def _life_names(lives: Sequence[tuple[str, str, pd.Series]], names: Mapping[str, str] | None) -> list[str]:
    return [
        f"{shorten((names or {}).get(system, system), 30)} · {shorten(region, 12)}"
        for system, region, _ in lives
    ]


def _cell(axes: Axes, x: float, y: float, status: str) -> None:
    axes.scatter([x], [y], s=46, color=SYSTEM_COLOURS[status], marker=_MARKERS[status], zorder=2)


def _legend(axes: Axes, lang: str, markers: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=colour, marker=markers[status], linestyle="", label=label(status, lang))
        for status, colour in SYSTEM_COLOURS.items()
    ]
    axes.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, frameon=False, fontsize=8,
        labelcolor=INK, handletextpad=0.2,
    )  # fmt: skip
