"""Picture of many courses: one small panel a region, all others grey behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from egovlib.report.labels import label
from egovlib.report.plots.values import (
    factor_of,
    in_unit,
    name_entries,
    require_one,
    short_number,
    subject_of,
    unit_of,
)
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    MUTED,
    NARROW,
    STATUS_COLOURS,
    finite,
    format_number,
    house_style,
    new_figure,
    numbers,
    require,
    say,
    shorten,
    source_note,
    width_in_use,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE: Final = STATUS_COLOURS["actual"]
OTHERS: Final = "#D4D4D4"
ABREAST: Final = {False: 6, True: 3}
"""Panels side by side at most, at full width and in one column of a journal: each an inch wide or more."""


class _Course(NamedTuple):
    """Values of one region at every place of the axis, NaN where there is none."""

    values: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]

    @property
    def n(self) -> int:
        return sum(map(finite, self.values))

    def last(self) -> tuple[int, float]:
        """Place and value of the last one known; -1 and minus infinity without any."""
        return next(
            ((place, x) for place, x in reversed(list(enumerate(self.values))) if finite(x)),
            (-1, -float("inf")),
        )


@remember_call
def plot_small_multiples(
    frame: pd.DataFrame,
    *,
    panel: str = "region",
    x: str = "period",
    value: str = "value",
    top: int = 36,
    title: str | None = None,
    unit: str | None = None,
    lang: str = "zh",
    source: str | None = None,
) -> Figure:
    """Draw the course of each region in a panel of its own, on shared axes, with all others in grey behind.

    frame  a row a `panel` (region) and `x` (a year, or a plan period) with `value`; low and high, where it has them,
           are drawn as a band or bars. The cells of one indicator of a `panel`, of one tier and status

    A period without a value breaks the line: a gap stays a gap, and a year that no region has is a gap too. Panels
    stand in the order of their last value, with n and that value; at most `top`. ValueError for two values on a place.
    """
    require(frame, panel, x, value)
    rows = frame.dropna(subset=[panel, x])
    require_one(rows, [panel, x])
    require(rows[rows[value].notna()], value)
    ticks = _axis(rows[x].astype("string"))
    courses = _courses(rows, panel, x, value, ticks)
    order = sorted(courses, key=lambda code: -courses[code].last()[1])[:top]
    names = name_entries(rows, panel, lang)
    unit = unit_of(rows, unit, value)
    total = sum(course.n for course in courses.values())
    bands = any(finite(low) for course in courses.values() for low in course.lows)
    notes = [
        say(
            lang,
            f"n = {total} 个值，{len(courses)} 个地区，{len(ticks)} 个时期；蓝：本地区（点为有值的时期），"
            "灰：其他地区；断开处缺值。"
            "各格同一坐标，按最后一个值由高到低。",
            f"n = {total} values, {len(courses)} regions, {len(ticks)} periods; blue: the region (dots: periods with a "
            "value), grey: the others; a break is a gap. Shared axes, ordered by the last value.",
        ),
        say(lang, "蓝色竖线：表中的区间。", "Blue bars: the interval in the table.")
        if bands
        else say(lang, "区间：无。", "Interval: none."),
        source_note(lang, source),
    ]
    across = min(ABREAST[width_in_use() < NARROW], max(2, ceil(len(order) ** 0.5)))
    down = ceil(len(order) / across)
    with house_style():
        subject = subject_of(rows, title, lang, period=False) + in_unit(unit, lang)
        figure = new_figure(down * max(3.9, 17 / across / 1.5), subject, notes, extra=0.8)
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        flat = list(grid.flat)
        for place, (axes, code) in enumerate(zip(flat, order, strict=False)):
            _draw_panel(axes, courses, code, shorten(names[code], 17), lang)
            # the axis below a column stands under its last panel
            axes.tick_params(axis="x", labelbottom=place + across >= len(order))
        for axes in flat[len(order) :]:
            axes.set_axis_off()
        _set_axes(flat[0], courses, ticks, lang)
    return figure


def _axis(periods: pd.Series) -> list[str]:
    """Every period in order; years without a gap, so that a missing year has its place."""
    there = sorted(set(periods))
    if all(len(period) == 4 and period.isdigit() for period in there):
        return [str(year) for year in range(int(there[0]), int(there[-1]) + 1)]
    return there


def _courses(rows: pd.DataFrame, panel: str, x: str, value: str, ticks: Sequence[str]) -> dict[str, _Course]:
    factor = factor_of(value)
    place = {period: number for number, period in enumerate(ticks)}
    courses = {}
    for code, own in rows.assign(**{panel: rows[panel].astype("string")}).groupby(panel, sort=True):
        at = [place[str(period)] for period in own[x]]
        columns = []
        for name in (value, "low", "high"):
            cells = [float("nan")] * len(ticks)
            for where, number in zip(at, numbers(own, name), strict=True):
                cells[where] = factor * number
            columns.append(cells)
        courses[str(code)] = _Course(*columns)
    return courses


def _draw_panel(axes: Axes, courses: Mapping[str, _Course], code: str, name: str, lang: str) -> None:
    for other, course in courses.items():
        if other != code:
            axes.plot(course.values, color=OTHERS, linewidth=0.7, zorder=1)
    own = courses[code]
    places = range(len(own.values))
    ends = zip(own.lows, own.highs, strict=True)
    for place, (low, high) in zip(places, ends, strict=True):
        if finite(low) and finite(high) and low < high:
            axes.vlines(place, low, high, color=LINE, linewidth=1.0, alpha=0.5, zorder=2)
    axes.plot(own.values, "-o", color=LINE, linewidth=1.5, markersize=2.6, zorder=3, gid=code)
    last = short_number(own.last()[1], lang) if own.n else say(lang, "缺", "none")
    axes.set_title(name, fontsize=8, pad=12, loc="left")
    axes.annotate(
        f"n = {own.n}", (0, 1), (0, 2), xycoords="axes fraction", textcoords="offset points", fontsize=7.5, color=MUTED
    )  # fmt: skip
    axes.annotate(
        last, (1, 1), (0, 2), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=LINE, ha="right"
    )  # fmt: skip
    axes.spines[["left", "bottom"]].set_color("#C8C8C8")
    axes.grid(axis="y", linewidth=0.4)
    axes.set_axisbelow(True)


def _set_axes(axes: Axes, courses: Mapping[str, _Course], ticks: Sequence[str], lang: str) -> None:
    shown = [x for course in courses.values() for cells in course for x in cells if finite(x)]
    reach = (max(shown) - min(shown)) or abs(max(shown)) or 1.0
    axes.set_ylim(min(shown) - 0.05 * reach, max(shown) + 0.08 * reach)
    axes.set_xlim(-0.6, len(ticks) - 0.4)
    last = len(ticks) - 1
    marks = sorted({0, last})
    axes.set_xticks(marks, [label(ticks[mark], lang) for mark in marks])
    axes.locator_params(axis="y", nbins=3)
    axes.yaxis.set_major_formatter(lambda y, _: format_number(y, lang))
    for one in axes.figure.axes:
        one.tick_params(axis="both", labelsize=7, length=2)
        if len(marks) > 1:  # the labels of neighbouring panels keep to their own side
            for tick, side in zip(one.get_xticklabels(), ("left", "right"), strict=False):
                tick.set(horizontalalignment=side)
