"""Pictures of indicators: values by region and year, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egovlib.report.labels import codebook_names
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


def plot_indicator(
    indicators: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 4,
    rows: int = 12,
    source: str | None = None,
) -> Figure:
    """Draw the `top` most observed indicators, each observation with the interval its wording allows.

    Takes the table `indicators`. A panel an indicator in its own unit, a row an observation (region, period),
    ordered by value; filled marks are actual values, hollow ones targets; an arrow is an open interval
    ("超过270" has no upper end). At most `rows` observations a panel, the latest; the title counts all.
    """
    require(indicators, "indicator", "region", "period", "status", "value", "low", "high", "unit")
    known = indicators.dropna(subset=["indicator", "value"])
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
    notes = [
        say(
            lang,
            "实心：实际；空心：目标。横线：措辞所允许的区间（近、约、超过……），不是抽样误差；箭头：一端开放。",
            "Filled: actual; hollow: target. Line: the interval the wording allows (nearly, over …), "
            "not sampling error; arrow: open end.",
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
    places = [
        "  ".join(regions.get(str(part), str(part)) for part in pair if isinstance(part, str))
        for pair in zip(panel["region"], panel["period"], strict=True)
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
        _draw_interval(axes, place, (values[place], lows[place], highs[place]), 0.07 * reach, colour)
        fill = colour if status != "target" else "white"
        axes.plot(values[place], place, "o", color=colour, markerfacecolor=fill, markersize=5.5, zorder=3)
        axes.annotate(
            format_number(values[place], lang), (1, place), (4, 0), xycoords=("axes fraction", "data"),
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
