"""Pictures of an index: ranks with their intervals, one region over the years, what moves ranks, PMC surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from egovlib.analyse.index.trial import FACTORS
from egovlib.report.labels import check_language, codebook_names
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    FAINT,
    INK,
    MUTED,
    STATUS_COLOURS,
    house_style,
    new_figure,
    numbers,
    require,
    row_names,
    rows_axis,
    say,
    source_note,
    text_column,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE: Final = STATUS_COLOURS["actual"]
MARKED: Final = STATUS_COLOURS["target"]
NEIGHBOURS: Final = 2
"""How many rows are drawn on either side of a highlighted region that is not among the first."""


def region_names(frame: pd.DataFrame, lang: str) -> list[str]:
    """Name each row's region: the frame's own name, else that of its code, else the code itself."""
    known = codebook_names("regions", "code", "zh")
    codes = frame["region"].map(lambda code: known.get(str(code), str(code)))
    return row_names(frame.assign(code=codes), lang)


@remember_call
def plot_ranks(
    ranks: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 20,
    highlight: Sequence[str] = (),
    period: str | None = None,
    notes: Sequence[tuple[str, str]] = (),
    source: str | None = None,
) -> Figure:
    """Draw each region's rank with its 5-95 % interval and, thinly, its range over the choices of method.

    `ranks` and `notes` (zh, en) are those of `robustness`. The first `top` regions are drawn, and those
    in `highlight` with their neighbours; a gap in the rows is marked.
    """
    require(ranks, "region", "rank", "median", "p05", "p95", "best", "worst")
    rows = ranks.sort_values(["rank", "region"]).reset_index(drop=True)
    kept = set(range(min(top, len(rows))))
    for place in rows.index[rows["region"].isin(highlight)]:
        kept |= {p for p in range(place - NEIGHBOURS, place + NEIGHBOURS + 1) if 0 <= p < len(rows)}
    drawn = rows.loc[sorted(kept)]
    marked = drawn["region"].isin(highlight).tolist()
    n, shown = len(rows), len(drawn)
    lines = [
        say(
            lang,
            f"圆点：本方案的位次；竖线：模拟的中位数；粗线：模拟的 5–95%；细线：枚举各方法组合的最好与最差位次。"
            f"n = {n} 个地区，图示 {shown} 个。",
            "Dot: the rank under the choices made; tick: median of the draws; thick line: 5-95 % of the draws; "
            f"thin line: best and worst rank over all combinations of choices. n = {n} regions, {shown} drawn.",
        ),
        *(say(lang, *note) for note in notes),
        source_note(lang, source),
    ]
    with house_style():
        when = f"（{period}）" if period and lang == "zh" else f" ({period})" if period else ""
        title = say(lang, f"位次与它的不确定区间{when}", f"Ranks and how sure they are{when}")
        figure = new_figure(shown, title, lines, extra=1.3)
        left, side = figure.subplots(1, 2, sharey=True, width_ratios=(5, 1.6))
        _draw_ranks(left, drawn, marked, lang)
        interval = [
            f"{low:g}–{high:g}"
            for low, high in zip(numbers(drawn, "p05"), numbers(drawn, "p95"), strict=True)
        ]
        heads = [say(lang, "位次", "rank"), "5–95%"]
        text_column(side, heads, [[f"{rank:g}" for rank in numbers(drawn, "rank")], interval])
    return figure


def _draw_ranks(axes: Axes, drawn: pd.DataFrame, marked: Sequence[bool], lang: str) -> None:
    rows_axis(axes, region_names(drawn, lang))
    columns = {name: numbers(drawn, name) for name in ("rank", "median", "p05", "p95", "best", "worst")}
    for place, is_marked in enumerate(marked):
        colour = MARKED if is_marked else LINE
        axes.hlines(place, columns["best"][place], columns["worst"][place], color=colour, linewidth=0.9)
        axes.hlines(
            place, columns["p05"][place], columns["p95"][place], color=colour, linewidth=4, alpha=0.45
        )
        axes.plot(columns["median"][place], place, "|", color=colour, markersize=9, markeredgewidth=1.6)
        axes.plot(columns["rank"][place], place, "o", color=colour, markersize=5.5, zorder=4)
        if is_marked:
            axes.get_yticklabels()[place].set(color=colour)
    before = drawn.index[0]
    for place, index in enumerate(drawn.index):
        if index > before + 1:
            axes.axhline(place - 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)))
        before = index
    axes.set_xlabel(say(lang, "位次（1 最好）", "rank (1 is best)"))
    axes.set_xlim(left=0)
    axes.grid(axis="x", linewidth=0.5)


@remember_call
def plot_rank_trace(
    trace: pd.DataFrame, *, lang: str = "zh", published: pd.DataFrame | None = None, source: str | None = None
) -> Figure:
    """Draw how one region's rank moved over the periods, with what the draws and the choices allow.

    `trace` is that of `trace_region`. `published` (period, value) adds ranks from elsewhere as squares.
    """
    require(trace, "period", "of", "region", "rank", "p05", "p95", "best", "worst")
    known = trace[trace["rank"].notna()]
    require(known, "rank")
    name = region_names(known, lang)[-1]
    places = np.arange(len(known))
    sizes = sorted(set(known["of"]))
    counts = "–".join(map(str, sizes if len(sizes) == 1 else [sizes[0], sizes[-1]]))
    lines = [
        say(
            lang,
            "圆点：本方案的位次；色带：权重、缺失值、方法一并变动时的 5–95%；细线：各方法组合的最好与最差。"
            f"n = 每年 {counts} 个地区。",
            "Dot: the rank under the choices made; band: 5-95 % when weights, missing values and methods vary; "
            f"thin line: best and worst over the choices. n = {counts} regions a year.",
        ),
        source_note(lang, source),
    ]
    if published is not None:
        lines.insert(1, say(lang, "方框：公布的位次。", "Square: the rank as published."))
    with house_style():
        title = say(lang, f"{name}的位次怎样随选择变动", f"{name}: how its rank moves with the choices")
        figure = new_figure(10, title, lines, extra=1.2)
        axes = figure.subplots()
        columns = {c: numbers(known, c) for c in ("rank", "p05", "p95", "best", "worst")}
        axes.fill_between(places, columns["p05"], columns["p95"], color=LINE, alpha=0.2, linewidth=0)
        axes.vlines(places, columns["best"], columns["worst"], color=LINE, linewidth=0.9)
        axes.plot(places, columns["rank"], "-o", color=LINE, markersize=6, linewidth=1.6, zorder=3)
        for place, rank in zip(places, columns["rank"], strict=True):
            axes.annotate(
                f"{rank:g}", (place, rank), (9, 6), textcoords="offset points", color=INK, fontsize=9
            )
        if published is not None:
            ranks = published.set_index("period")["value"].reindex(known["period"]).astype(float)
            axes.plot(
                places, ranks.to_numpy(), "s", color=MARKED, markersize=11, markerfacecolor="none", zorder=4
            )
        axes.set_xticks(places, known["period"].tolist())
        axes.set_xlim(-0.4, len(known) - 0.5)
        axes.invert_yaxis()
        axes.set_ylabel(say(lang, "位次（上方更好）", "rank (higher up is better)"))
        axes.grid(axis="y", linewidth=0.5)
    return figure


@remember_call
def plot_sobol(
    sobol: pd.DataFrame, *, lang: str = "zh", region: str = "all", source: str | None = None
) -> Figure:
    """Draw how much of the spread each source of uncertainty explains: alone, and with its interactions.

    `sobol` is that of `robustness`; region "all" is the mean shift of all ranks.
    """
    require(sobol, "region", "factor", "first", "total")
    rows = sobol[sobol["region"] == region].sort_values("total", ascending=False, na_position="last")
    require(rows, "factor")
    place = check_language(lang)
    names = [FACTORS[str(factor)][place] for factor in rows["factor"]]
    lines = [
        say(
            lang,
            "Sobol 份额（占方差的比例）：实心为单独作用，浅色为连同交互作用；估计值可略小于 0 或大于 1。",
            "Sobol shares of the variance: filled alone, light with interactions; estimates may fall a little "
            "below 0 or above 1.",
        ),
        source_note(lang, source),
    ]
    whose = say(lang, "全部位次的平均变动", "the mean shift of all ranks") if region == "all" else region
    with house_style():
        figure = new_figure(
            len(rows) + 1, say(lang, f"什么让位次变动：{whose}", f"What moves {whose}"), lines
        )
        axes = figure.subplots()
        rows_axis(axes, names)
        total, first = numbers(rows, "total"), numbers(rows, "first")
        axes.barh(range(len(rows)), total, height=0.55, color=LINE, alpha=0.25)
        axes.barh(range(len(rows)), first, height=0.28, color=LINE)
        for at, (one, both) in enumerate(zip(first, total, strict=True)):
            if both == both:
                words = f"{one:.2f} / {both:.2f}".replace("-", "−")
                axes.annotate(words, (max(both, one), at), (5, 0), textcoords="offset points", va="center")
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_xlabel(
            say(lang, "占方差的比例（单独 / 连同交互）", "share of variance (alone / with interactions)")
        )
        axes.margins(x=0.15)
    return figure


@remember_call
def plot_pmc_surface(
    variables: pd.DataFrame,
    doc: str,
    *,
    lang: str = "zh",
    names: Sequence[str] | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the PMC surface of a document: its nine main variables as a 3 by 3 surface from 0 to 1.

    `variables` is that of `pmc` (doc, variable, value). High and even is a complete policy, a hollow a
    neglected side. The values stand beside, because a slanted surface cannot be read off.
    """
    from egovlib.analyse.index.pmc import surface

    require(variables, "doc", "variable", "value")
    rows = variables[variables["doc"] == doc]
    require(rows, "value")
    values = numbers(rows, "value")
    matrix = surface(values)
    given = codebook_names("pmc", "code", lang)
    labels = list(names) if names else [given.get(str(v), str(v)) for v in rows["variable"]]
    total = sum(values)
    with house_style():
        title = say(lang, f"PMC 曲面：{doc}", f"PMC surface: {doc}")
        lines = [
            say(
                lang,
                f"PMC = {total:.2f}，PMC/n = {total / 9:.2f}；n = 9 个主变量，由人工两人编码；曲面在九点之间线性连接。",
                f"PMC = {total:.2f}, PMC/n = {total / 9:.2f}; n = 9 main variables, coded by two persons; the "
                "surface joins the nine points.",
            ),
            source_note(lang, source),
        ]
        figure = new_figure(12, title, lines, extra=1.0)
        grid = figure.add_gridspec(1, 2, width_ratios=(3.2, 1.5))
        axes: Any = figure.add_subplot(grid[0], projection="3d")
        across, down = np.meshgrid([1, 2, 3], [1, 2, 3])
        axes.plot_surface(
            across, down, matrix, cmap="cividis", vmin=0, vmax=1, edgecolor=INK, linewidth=0.5, alpha=0.92
        )
        axes.set_zlim(0, 1)
        axes.set_xticks([1, 2, 3])
        axes.set_yticks([1, 2, 3])
        axes.set(xlabel=say(lang, "列", "column"), ylabel=say(lang, "行", "row"))
        axes.view_init(elev=28, azim=-60)
        side = figure.add_subplot(grid[1])
        rows_axis(side, [f"X{n} {name}" for n, name in enumerate(labels, start=1)])
        side.barh(range(9), values, height=0.55, color=LINE, alpha=0.75)
        side.set_xlim(0, 1.25)
        side.set_xticks([0, 0.5, 1])
        side.grid(axis="x", color=FAINT, linewidth=0.5)
        for at, value in enumerate(values):
            side.annotate(
                f"{value:.2f}", (value, at), (3, 0), textcoords="offset points", va="center", fontsize=8
            )
    return figure
