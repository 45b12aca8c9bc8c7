"""Pictures of indicators: values by region and year with their intervals, and what the panel holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egovlib.report.labels import codebook_names, label
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    INK,
    STATUS_COLOURS,
    finite,
    format_number,
    house_style,
    new_figure,
    numbers,
    require,
    rows_axis,
    say,
    shorten,
    source_note,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@remember_call
def plot_indicator(
    indicators: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 4,
    rows: int = 12,
    source: str | None = None,
) -> Figure:
    """Draw the `top` most observed indicators, each observation with the interval its wording allows.

    Takes the table `indicators`, or the cells of a `panel`. A panel an indicator in its own unit, a row an
    observation or cell (region, period), ordered by value; filled marks are actual values, hollow ones targets;
    an arrow is an open interval ("超过270" has no upper end). A cell whose sources contradict each other has no
    value: a line from the lowest to the highest, each end a cross. At most `rows` rows a panel, the latest; the
    title counts all.
    """
    require(indicators, "indicator", "region", "period", "status", "value", "low", "high", "unit")
    in_conflict = indicators["conflict"].fillna(False) if "conflict" in indicators else False
    known = indicators[indicators["indicator"].notna() & (indicators["value"].notna() | in_conflict)]
    require(known, "indicator")
    counts = known["indicator"].value_counts()
    chosen = sorted(counts.index, key=lambda name: (-counts[name], name))[:top]
    panels = {
        name: known[known["indicator"] == name]
        .sort_values("period", na_position="first", kind="stable")
        .tail(rows)
        .sort_values("value", ascending=False, kind="stable")
        for name in chosen
    }
    crossed = any(panel["value"].isna().any() for panel in panels.values())
    notes = [
        say(
            lang,
            "实心：实际；空心：目标。横线：措辞所允许的区间（近、约、超过……），不是抽样误差；箭头：一端开放。",
            "Filled: actual; hollow: target. Line: the interval the wording allows (nearly, over …), "
            "not sampling error; arrow: open end.",
        ),
        *(
            [
                say(
                    lang,
                    "两端打叉：来源互相矛盾，不取平均。",
                    "Crosses: sources that contradict each other, not averaged.",
                )
            ]
            * crossed
        ),
        source_note(lang, source),
    ]
    heights = [len(panel) + 2.4 for panel in panels.values()]
    with house_style():
        title = say(lang, "观测最多的指标", "The most observed indicators")
        figure = new_figure(sum(heights) * 0.85, title, notes, extra=0.9)
        grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (name, panel) in zip(grid, panels.items(), strict=True):
            _draw_indicator(axes, name, panel, int(counts[name]), lang)
    return figure


def _draw_indicator(axes: Axes, name: str, panel: pd.DataFrame, n: int, lang: str) -> None:
    regions = codebook_names("regions", "code", "zh")
    several = "tier" in panel and panel["tier"].nunique() > 1
    tiers = [label(str(tier), lang) if several else None for tier in panel.get("tier", panel["period"])]
    places = [
        "  ".join(regions.get(str(part), str(part)) for part in parts if isinstance(part, str))
        for parts in zip(panel["region"], tiers, panel["period"], strict=True)
    ]
    rows_axis(axes, [place or "–" for place in places])
    unit = next(iter(panel["unit"].dropna()), "")
    title = codebook_names("indicators", "indicator", lang).get(name, name)
    axes.set_title(shorten(title, 60) + (f"（{unit}）" if unit else "") + f"  n = {n}", pad=4)
    values, lows, highs = (numbers(panel, column) for column in ("value", "low", "high"))
    span = [x for x in (*values, *lows, *highs) if finite(x)]
    least, most = min(span), max(span)
    reach = (most - least) or abs(most) or 1.0
    axes.set_xlim(least - 0.1 * reach, most + 0.1 * reach)
    axes.locator_params(axis="x", nbins=5)
    for place, status in enumerate(panel["status"].fillna("actual")):
        colour = STATUS_COLOURS.get(str(status), INK)
        if finite(values[place]):
            _draw_interval(axes, place, (values[place], lows[place], highs[place]), 0.07 * reach, colour)
            fill = colour if status != "target" else "white"
            axes.plot(values[place], place, "o", color=colour, markerfacecolor=fill, markersize=5.5, zorder=3)
            text = format_number(values[place], lang)
        else:
            ends = [x for x in (lows[place], highs[place]) if finite(x)]
            axes.plot(ends, [place] * len(ends), "x-", color=colour, markersize=5.5, zorder=3)
            text = " | ".join(format_number(x, lang) for x in ends)
        axes.annotate(
            text, (1, place), (4, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=8, color=colour,
        )  # fmt: skip
    axes.tick_params(axis="x", labelsize=7.5)
    axes.xaxis.set_major_formatter(lambda x, _: format_number(x, lang))


def _draw_interval(
    axes: Axes, place: int, interval: tuple[float, float, float], arrow: float, colour: str
) -> None:
    value, low, high = interval
    if not (finite(low) or finite(high)):
        return
    axes.hlines(
        place, low if finite(low) else value - arrow, high if finite(high) else value + arrow, color=colour
    )
    for end, tip, mark in ((low, value - arrow, "<"), (high, value + arrow, ">")):
        if not finite(end):
            axes.plot(tip, place, marker=mark, color=colour, markersize=4)


@remember_call
def plot_coverage(
    cells: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 25,
    source: str | None = None,
) -> Figure:
    """Draw what the cells of a `panel` hold: a row an indicator, a column a region.

    A filled mark has actual values, a hollow one targets only; the number beside it counts its periods when there
    are several; a cross marks sources that contradict each other. The `top` indicators with most cells.
    """
    require(cells, "indicator", "region", "tier", "period", "status", "conflict")
    require(cells.dropna(subset=["indicator"]), "indicator")
    counts = cells["indicator"].value_counts()
    chosen = sorted(counts.index, key=lambda name: (-counts[name], name))[:top]
    regions = sorted(cells["region"].dropna().unique())
    names = codebook_names("indicators", "indicator", lang)
    places = codebook_names("regions", "code", "zh")
    notes = [
        say(
            lang,
            f"n = {len(cells)} 个单元，{len(counts)} 个指标，{len(regions)} 个地区。"
            "实心：有实际值；空心：只有目标；叉：来源互相矛盾；数字：时期数。",
            f"n = {len(cells)} cells, {len(counts)} indicators, {len(regions)} regions. Filled: actual values; "
            "hollow: targets only; cross: sources contradict each other; number: periods.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(lang, "面板里有什么", "What the panel holds")
        figure = new_figure(0.42 * len(chosen) + 1.6, title, notes, extra=1.2)
        axes = figure.subplots()
        rows_axis(axes, [shorten(names.get(name, name), 44) for name in chosen])
        axes.set_xlim(-0.5, len(regions) - 0.5)
        axes.set_xticks(range(len(regions)), [places.get(code, code) for code in regions])
        axes.xaxis.tick_top()
        axes.tick_params(axis="x", length=0, labelsize=8)
        for row, name in enumerate(chosen):
            own = cells[cells["indicator"] == name]
            for column, code in enumerate(regions):
                _draw_cell(axes, column, row, own[own["region"] == code])
    return figure


def _draw_cell(axes: Axes, column: int, row: int, cells: pd.DataFrame) -> None:
    if cells.empty:
        return
    is_actual = bool((cells["status"] == "actual").any())
    colour = STATUS_COLOURS["actual" if is_actual else "target"]
    if cells["conflict"].any():
        axes.plot(column, row, "x", color=colour, markersize=6)
    else:
        axes.plot(
            column, row, "o", color=colour, markerfacecolor=colour if is_actual else "white", markersize=6
        )
    periods = cells["period"].nunique()
    if periods > 1:
        axes.annotate(
            str(periods),
            (column, row),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            color=INK,
        )
