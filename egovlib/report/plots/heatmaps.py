"""Picture of many values at once: regions by indicators, with its gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from egovlib.report.plots.values import (
    Scale,
    factor_of,
    in_unit,
    missing_patch,
    name_entries,
    require_one,
    scale_of,
    short_number,
)
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    MUTED,
    NARROW,
    finite,
    fitting,
    house_style,
    new_figure,
    require,
    say,
    shorten,
    source_note,
    width_in_use,
    wrap,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STANDARDISED: Final = {
    "z": ("各列 z 分数（距平均数几个标准差）", "z score of each column (standard deviations from its mean)"),
    "minmax": ("各列 0–100（最低到最高）", "0-100 in each column (lowest to highest)"),
    "rank": ("各列名次（从低到高）", "rank in each column (from below)"),
    "none": ("原值", "the values as they are"),
}
ROOM: Final = {False: 14, True: 5}
"""Columns whose cells have room for a number, at full width and in one column of a journal: by eye, five characters."""


@remember_call
def plot_heatmap(
    frame: pd.DataFrame,
    *,
    rows: str = "region",
    columns: str = "indicator",
    value: str = "value",
    standardise: str = "z",
    top: int = 40,
    title: str | None = None,
    lang: str = "zh",
    source: str | None = None,
) -> Figure:
    """Draw a value a row and column as a coloured cell, with the number in it while it fits; gaps are hatched.

    frame        a row a cell: `rows`, `columns`, `value`, and unit where it has it. The cells of a `panel` of one
                 period, tier and status; or the means of `compare_groups` (rows="code", columns="group", value="share")
    standardise  what the colour shows: z, minmax, rank, each within its column, or none (all columns in one unit); the
                 direction of an indicator (more is better) is not turned

    Numbers in cells are the values themselves. Rows are ordered by the mean of what the colour shows, columns by how
    many values they have, then by their mean. At most `top` rows. ValueError for two values on one place.
    """
    import numpy as np

    if standardise not in STANDARDISED:
        raise ValueError(f"standardise {standardise!r} is not known; choose {', '.join(STANDARDISED)}.")
    require(frame, rows, columns, value)
    require_one(frame.dropna(subset=[rows, columns]), [rows, columns])
    table = frame.pivot(index=rows, columns=columns, values=value).astype("Float64")
    table = table.dropna(how="all").dropna(how="all", axis=1)
    if table.empty:
        raise ValueError("no row of the table has a value, there is nothing to draw; widen the selection.")
    shown = _standardised(table, standardise)
    means = shown.mean(axis="columns").sort_values(ascending=False, kind="stable")
    table = table.loc[means.index, _column_order(shown, standardise)].head(top)
    shown = shown.loc[table.index, table.columns]
    factor = factor_of(value)
    values = table.to_numpy(dtype=float, na_value=np.nan) * factor
    grades = shown.to_numpy(dtype=float, na_value=np.nan) * (factor if standardise == "none" else 1)
    gaps = int(np.isnan(values).sum())
    unit = "%" if factor != 1 else ""
    n, (down, across) = values.size - gaps, table.shape
    fits = across <= ROOM[width_in_use() < NARROW]
    notes = [
        say(
            lang,
            f"n = {n} 个值，{down} 行 {across} 列；斜线：缺 {gaps} 个（不是 0）。颜色：{STANDARDISED[standardise][0]}；"
            f"{'数字：原值' + in_unit(unit, lang) if fits else '数字见数据表'}。区间见数据表。",
            f"n = {n} values, {down} rows, {across} columns; hatched: {gaps} missing (not 0). Colour: "
            f"{STANDARDISED[standardise][1]}; numbers: "
            f"{'the values' + in_unit(unit, lang) if fits else 'see the data'}. Intervals: see the data.",
        ),
        source_note(lang, source),
    ]
    names = name_entries(frame, rows, lang), _column_names(frame, columns, lang)
    with house_style():
        title = title or say(lang, "各地区的各项数值", "Values by region and indicator")
        figure = new_figure(len(table) * 0.92, title, notes, extra=2.6)
        axes = figure.subplots()
        scale = scale_of([x for x in grades.ravel() if finite(x)])
        for place, grade in np.ndenumerate(grades):
            _draw_cell(axes, place[1], place[0], grade, float(values[place]), scale, lang if fits else None)
        _name_axes(axes, [names[0][x] for x in table.index], [names[1][x] for x in table.columns])
        scale.draw_bar(figure, axes, say(lang, *STANDARDISED[standardise]), lang)
    return figure


def _standardised(table: pd.DataFrame, how: str) -> pd.DataFrame:
    """What the colour shows; a column without variation is in the middle of its scale rather than a gap."""
    import numpy as np

    from egovlib.analyse.index.normalise import n_minmax, n_rank, n_zscore

    values = table.to_numpy(dtype=float, na_value=np.nan)
    functions = {"z": n_zscore, "minmax": n_minmax, "rank": n_rank}
    grades = functions[how](values) if how in functions else values
    middle = {"z": 0.0, "minmax": 50.0}.get(how, np.nan)
    flat = np.isnan(grades) & ~np.isnan(values)
    return type(table)(np.where(flat, middle, grades), index=table.index, columns=table.columns)


def _column_order(shown: pd.DataFrame, how: str) -> list[str]:
    """Columns with most values first; among those alike, by mean where the colours can be compared across columns."""
    means = shown.mean() if how == "none" else 0.0 * shown.notna().sum()
    counts = shown.notna().sum()
    return sorted(shown.columns, key=lambda name: (-counts[name], -means[name], str(name)))


def _column_names(frame: pd.DataFrame, columns: str, lang: str) -> dict[str, str]:
    """Names of the columns, each with its unit."""
    names = name_entries(frame, columns, lang)
    if "unit" not in frame:
        return names
    units = {
        str(code): "/".join(sorted(set(own.dropna().astype(str))))
        for code, own in frame.groupby(columns)["unit"]
    }
    return {code: shorten(name, 34) + in_unit(units.get(code, ""), lang) for code, name in names.items()}


def _draw_cell(
    axes: Axes, x: int, y: int, grade: float, value: float, scale: Scale, lang: str | None
) -> None:
    from matplotlib.patches import Rectangle

    if not finite(grade):
        missing_patch(axes, (x + 0.02, y + 0.03), 0.96, 0.94, gid="gap")
        return
    axes.add_patch(Rectangle((x + 0.02, y + 0.03), 0.96, 0.94, facecolor=scale.colour(grade), gid="cell"))
    if lang is not None:
        words = short_number(value, lang)
        axes.text(x + 0.5, y + 0.5, words, ha="center", va="center", fontsize=8, color=scale.ink(grade))


def _name_axes(axes: Axes, rows: list[str], columns: list[str]) -> None:
    axes.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    axes.set_yticks([place + 0.5 for place in range(len(rows))], [shorten(name, 34) for name in rows])
    narrow = width_in_use() < NARROW
    slanted = len(columns) > (2 if narrow else 6)
    breadth = 22 if slanted else fitting(96) // len(columns) - 2
    axes.set_xticks([place + 0.5 for place in range(len(columns))], [wrap(name, breadth) for name in columns])
    if slanted:
        axes.tick_params(axis="x", rotation=45)
        for tick in axes.get_xticklabels():
            tick.set(ha="right", rotation_mode="anchor")
    axes.tick_params(axis="both", length=0, labelsize=8)
    axes.tick_params(axis="x", labelcolor=MUTED)
    for spine in axes.spines.values():
        spine.set_visible(False)
