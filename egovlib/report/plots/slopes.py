"""Picture of change between two periods: a line from each entry's first value to its second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from egovlib.report.labels import group_label
from egovlib.report.placement import spread
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
    finite,
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

DIRECTIONS: Final = {1: ("#0072B2", "-", "▲"), -1: ("#D55E00", (0, (5, 2)), "▼"), 0: ("#767676", "-", "●")}
"""Colour, line and mark of a rise, a fall and no change: told by the line too, after Okabe and Ito (2008)."""
DODGE: Final = 0.012
"""How far, in parts of the width, the intervals of neighbours stand apart."""

LINE: Final = 14 / 72
"""Inches that a line of 8 pt takes with the leading of the packaged font."""


class _Entry(NamedTuple):
    """One entry: value, low and high at the two ends, NaN where there is none."""

    name: str
    ends: tuple[tuple[float, float, float], tuple[float, float, float]]

    @property
    def change(self) -> float:
        return self.ends[1][0] - self.ends[0][0]

    @property
    def direction(self) -> int:
        return 0 if not finite(self.change) else (self.change > 0) - (self.change < 0)


@remember_call
def plot_slopes(
    frame: pd.DataFrame,
    *,
    a: str,
    b: str,
    entry: str = "region",
    by: str = "period",
    value: str = "value",
    top: int = 24,
    title: str | None = None,
    unit: str | None = None,
    lang: str = "zh",
    source: str | None = None,
) -> Figure:
    """Draw each entry's value in `a` and in `b`, joined by a line; a rise blue, a fall orange and dashed.

    frame  a row an `entry` (region, indicator, code) and `by` (period, group) with `value`; low and high, where it has
           them, are drawn as bars. The cells of one indicator of a `panel`, or the means of `compare_groups`
           (entry="code", by="group", value="share"). A column whose name begins with share is drawn in percent.

    An entry with one end only has a hollow mark and says so. Of more than `top` entries those that change most are
    drawn, then those with one end. ValueError for two values on one place, or when neither end has any.
    """
    require(frame, entry, by, value)
    rows = frame[frame[by].astype("string").isin([a, b])]
    require(rows, value)
    require_one(rows, [entry, by])
    entries = _entries(rows, a, b, entry, by, value, lang)
    whole = [one for one in entries if finite(one.change)]
    drawn = sorted(entries, key=lambda one: (not finite(one.change), -abs(one.change)))[:top]
    unit = unit_of(rows, unit, value)
    single = len(entries) - len(whole)
    counts = {sign: sum(one.direction == sign for one in whole) for sign in (1, -1, 0)}
    notes = [
        say(
            lang,
            f"n = {len(entries)} 项：▲ 上升 {counts[1]}（蓝，实线），▼ 下降 {counts[-1]}（橙，虚线），"
            f"不变 {counts[0]}，只有一端 {single}（空心）。",
            f"n = {len(entries)} entries: ▲ rise {counts[1]} (blue, solid), ▼ fall {counts[-1]} (orange, dashed), no "
            f"change {counts[0]}, one end only {single} (hollow). ",
        )
        + (
            say(lang, f"画变化最大的 {top} 项。", f"The {top} that change most.")
            if len(entries) > top
            else ""
        ),
        _interval_note(drawn, lang),
        source_note(lang, source),
    ]
    subject = subject_of(rows, title, lang, period=False) + in_unit(unit, lang)
    with house_style():
        figure = new_figure(max(len(drawn), 6) * 1.05, subject, notes, extra=1.1)
        axes = figure.subplots()
        _set_axes(axes, drawn, (a, b), lang)
        for place, one in enumerate(sorted(drawn, key=lambda one: _at(one, 1))):
            _draw_entry(axes, one, DODGE * (place % 5 - 2))
        figure.draw_without_rendering()  # the height that labels share
        for side in (0, 1):
            _label_end(axes, [one for one in drawn if finite(one.ends[side][0])], side, lang)
    return figure


def _entries(rows: pd.DataFrame, a: str, b: str, entry: str, by: str, value: str, lang: str) -> list[_Entry]:
    factor = factor_of(value)
    names = name_entries(rows, entry, lang)
    gap = (float("nan"),) * 3
    cells: dict[str, dict[str, tuple[float, float, float]]] = {}
    marks = zip(*(numbers(rows, name) for name in (value, "low", "high")), strict=True)
    for code, period, (x, low, high) in zip(
        rows[entry].astype("string"), rows[by].astype("string"), marks, strict=True
    ):
        cells.setdefault(str(code), {})[str(period)] = (factor * x, factor * low, factor * high)
    found = [_Entry(names.get(code, code), (own.get(a, gap), own.get(b, gap))) for code, own in cells.items()]
    known = [one for one in found if any(finite(end[0]) for end in one.ends)]
    if not known:
        raise ValueError(
            f"no entry has a value in {a!r} or {b!r}, there is nothing to draw; choose other ends."
        )
    return known


def _at(one: _Entry, side: int) -> float:
    """The value at a side, else at the other one."""
    return one.ends[side][0] if finite(one.ends[side][0]) else one.ends[1 - side][0]


def _interval_note(drawn: list[_Entry], lang: str) -> str:
    if any(_has_interval(end) for one in drawn for end in one.ends):
        return say(
            lang,
            "竖线：表中的区间（抽样或措辞所允许）。颜色只说方向，不是检验。",
            "Bars: the interval in the table (sampling, or what the wording allows). Colour tells direction, no test.",
        )
    return say(
        lang,
        "区间：无。颜色只说方向，不是检验。",
        "Interval: none. Colour tells the direction and is no test.",
    )


def _has_interval(end: tuple[float, float, float]) -> bool:
    value, low, high = end
    return (finite(low) or finite(high)) and not (low == high == value)


def _set_axes(axes: Axes, drawn: list[_Entry], ends: tuple[str, str], lang: str) -> None:
    shown = [x for one in drawn for end in one.ends for x in end if finite(x)]
    low, high = min(shown), max(shown)
    reach = (high - low) or abs(high) or 1.0
    axes.set_ylim(low - 0.06 * reach, high + 0.06 * reach)
    axes.set_xlim(-0.08, 1.08)
    axes.set_xticks([0, 1], [group_label(end, lang) for end in ends])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0, labelsize=9.5, labelcolor="#222222")
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    for x in (0, 1):
        axes.axvline(x, color="#B8B8B8", linewidth=0.8, zorder=0)


def _draw_entry(axes: Axes, one: _Entry, dodge: float) -> None:
    colour, line, _ = DIRECTIONS[one.direction]
    places = (dodge, 1 + dodge)
    ys = [end[0] for end in one.ends]
    if finite(one.change):
        axes.plot(places, ys, color=colour, linestyle=line, linewidth=1.3, zorder=2, gid="slope")
    for x, end in zip(places, one.ends, strict=True):
        if not finite(end[0]):
            continue
        if _has_interval(end):
            low, high = (
                bound if finite(bound) else edge for bound, edge in zip(end[1:], axes.get_ylim(), strict=True)
            )
            axes.vlines(x, low, high, color=colour, linewidth=1.0, alpha=0.55, zorder=1)
        fill = colour if finite(one.change) else "white"
        axes.plot(x, end[0], "o", color=colour, markerfacecolor=fill, markersize=4.5, zorder=3, gid="end")


def _label_end(axes: Axes, entries: list[_Entry], side: int, lang: str) -> None:
    """Write each entry's label outside one end, moved apart along the axis, with a thin line to its mark."""
    entries = sorted(entries, key=lambda one: one.ends[side][0])
    low, high = axes.get_ylim()
    height = axes.get_window_extent().height / axes.figure.dpi
    places = spread(
        [one.ends[side][0] for one in entries], gap=(high - low) * LINE / height, low=low, high=high
    )
    narrow = width_in_use() < NARROW
    for one, place in zip(entries, places, strict=True):
        colour, _, mark = DIRECTIONS[one.direction]
        value, whole = one.ends[side][0], finite(one.change)
        words = short_number(value, lang)
        name = shorten(one.name, 14 if narrow else 30)
        if not (whole or narrow):  # the hollow mark says it too
            name += say(lang, "（仅此端）", " (only here)")
        if side == 0:  # in one column of a journal a name stands once, at the second end
            text = words if narrow and whole else f"{name} {words}"
        else:
            text = f"{words} {mark if whole else '○'} {name}"
        colour = colour if whole else MUTED
        shift = (place - value) / (high - low) * height * 72
        line = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 1, "shrinkB": 4}
        axes.annotate(
            text, (side, value), (20 if side else -20, shift), textcoords="offset points", va="center",
            ha="left" if side else "right", fontsize=8, color=colour, annotation_clip=False,
            arrowprops=line | {"relpos": (0 if side else 1, 0.5)},
        )  # fmt: skip
