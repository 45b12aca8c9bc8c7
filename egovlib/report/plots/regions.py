"""Picture of several groups, regions or plan periods: the mean share of each with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.report.labels import group_label
from egovlib.report.plots.periods import group_colours, short_name
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    above,
    format_p,
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

TICKS = (0, 0.5, 1, 2, 5, 10, 20, 30, 40, 60, 80, 100)
MARKERS = "oDs^vP"
SPREAD = 0.62
"""Part of a row over which its groups are spread, so that their intervals do not lie on each other."""


@remember_call
def plot_groups(
    means: pd.DataFrame, table: pd.DataFrame, *, lang: str = "zh", top: int = 12, source: str | None = None
) -> Figure:
    """Draw the mean share of each code in each group with its 95 % interval; η², p and q beside.

    `means` and `table` are those of `compare_groups`; the `top` first rows of the table are drawn, ordered by
    mean share. A mean without an interval (fewer than 5 units) has a hollow mark.
    """
    require(means, "code", "group", "share", "low", "high", "n")
    require(table, "code", "p", "q")
    groups = list(means["group"].unique())
    size = means.groupby("code")["share"].mean()
    rows = table.head(top).assign(size=lambda t: t["code"].map(size))
    rows = rows.sort_values("size", ascending=False, na_position="last")
    with house_style():
        names = [short_name(group, lang) for group in groups]
        title = say(lang, f"重点：{'、'.join(names)}", f"Priorities: {', '.join(names)}")
        notes = _notes(means, table, len(rows), lang, source)
        figure = new_figure(
            len(rows) * max(1.0, 0.45 * len(groups)), title, notes, extra=1.3 + 0.16 * len(groups)
        )
        left, side = figure.subplots(1, 2, sharey=True, width_ratios=(5, 1.5))
        _draw_means(left, rows, means, lang)
        columns = [[format_p(x) for x in numbers(rows, name)] for name in ("p", "q")]
        if rows["slope"].notna().any():
            slopes = [f"{100 * x:+.1f}".replace("-", "−") if x == x else "–" for x in numbers(rows, "slope")]
            text_column(side, [say(lang, "每期", "a plan"), "p", "q"], [slopes, *columns])
        else:
            shown = [f"{x:.2f}".lstrip("0") if x == x else "–" for x in numbers(rows, "eta_squared")]
            text_column(side, ["η²", "p", "q"], [shown, *columns])
    return figure


def _draw_means(axes: Axes, rows: pd.DataFrame, means: pd.DataFrame, lang: str) -> None:
    groups = list(means["group"].unique())
    colours = group_colours(groups)
    rows_axis(axes, row_names(rows, lang))
    highest = 0.0
    for number, group in enumerate(groups):
        own = means[means["group"] == group].set_index("code").reindex(rows["code"])
        shift = SPREAD * ((number + 0.5) / len(groups) - 0.5)
        marks = zip(
            *([100 * x for x in numbers(own, name)] for name in ("share", "low", "high")), strict=True
        )
        for place, (share, low, high) in enumerate(marks):
            if share != share:
                continue
            known = low == low
            if known:
                axes.hlines(place + shift, max(low, 0), high, color=colours[group], linewidth=1.3)
            axes.plot(
                share, place + shift, MARKERS[number % len(MARKERS)], color=colours[group], markersize=4.5,
                markerfacecolor=colours[group] if known else "white",
            )  # fmt: skip
            highest = max(highest, high if known else share)
        n = int(means.loc[means["group"] == group, "n"].max())
        sign = "●◆■▲▼+"[number % len(MARKERS)]
        axes.annotate(
            f"{sign} {group_label(group, lang)}  n = {n}",
            (0, 1), (0, 4 + 13 * (len(groups) - 1 - number)), **above(colours[group]),
        )  # fmt: skip
    # on a plain scale the rare codes lie on one spot; 0 rules out a logarithm
    axes.set_xscale("function", functions=(_signed_root, _signed_square))
    axes.set_xticks([tick for tick in TICKS if tick <= 1.1 * highest])
    axes.minorticks_off()
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlim(-0.001 * highest, 1.08 * highest or 1.0)
    axes.set_xlabel(
        say(
            lang,
            "占比（%，各单位平均，平方根刻度）与 95% 区间",
            "share (%, mean over units, square-root scale), 95% interval",
        )
    )


def _signed_root(x: Any) -> Any:
    return np.sign(x) * np.sqrt(np.abs(x))


def _signed_square(x: Any) -> Any:
    return np.sign(x) * np.square(x)


def _notes(means: pd.DataFrame, table: pd.DataFrame, shown: int, lang: str, source: str | None) -> list[str]:
    notes = [
        say(
            lang,
            "单位 n：发文机关（不详时为文件）。区间：t；空心点不足 5 个单位，没有区间。",
            "Units n: issuers (documents where none is known). Interval: t; hollow: fewer than 5 units, none.",
        )
        + say(
            lang,
            "η²：各组之间的变异所占的部分。",
            " η²: part of the variation that lies between the groups.",
        )
    ]
    smallest = [x for x in numbers(table, "p_min") if x == x]
    if smallest:
        notes.append(
            say(
                lang,
                f"p：在单位之间（机关两组以上时在机关内）置换组别，可达到的最小 p = {min(smallest):.4g}；q：校正一族。",
                "p: permutation of the groups between units (within issuers of several groups), smallest "
                f"attainable p = {min(smallest):.4g}; q: corrected for one family.",
            )
        )
    if shown < len(table):
        notes[0] += say(
            lang, f"共 {len(table)} 类，画前 {shown} 类。", f" The first {shown} of {len(table)}."
        )
    notes.append(source_note(lang, source))
    return notes
