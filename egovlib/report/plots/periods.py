"""Pictures of a comparison of two groups: differences with intervals, and the shares behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from egovlib.report.labels import codebook_names, group_label, label, phrase
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    INK,
    MUTED,
    PERIOD_COLOURS,
    above,
    format_p,
    house_style,
    new_figure,
    numbers,
    require,
    row_names,
    rows_axis,
    say,
    shorten,
    signed,
    source_note,
    text_column,
)

GROUP_COLOURS = {"east": "#0072B2", "west": "#D55E00", "central": "#007A5A", "northeast": "#AA4499"}
"""Colours of regions, as dark as those of the periods; other groups take those that are free."""

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@remember_call
def plot_comparison(
    table: pd.DataFrame,
    *,
    a: str,
    b: str,
    lang: str = "zh",
    top: int = 20,
    source: str | None = None,
) -> Figure:
    """Shares of each code in group `a` and `b` (dumbbells) and their difference with its interval.

    `table` is the table of `compare_periods` or `compare_regions`, `a` and `b` the groups compared: shares and
    difference as fractions of 1, drawn in percent and percentage points. The `top` rows of largest difference
    are drawn, ordered by difference. A difference without an interval has a hollow mark. Notes name units,
    interval, test and smallest attainable p.
    """
    require(table, "code", "share_a", "share_b", "difference")
    order = table["difference"].astype("Float64").abs().sort_values(ascending=False, na_position="last").index
    rows = table.loc[order[:top]].sort_values("difference", ascending=False, na_position="last")
    with house_style():
        names = [short_name(group, lang) for group in (a, b)]
        title = say(lang, f"{names[0]}与{names[1]}的重点", f"Priorities: {names[0]} and {names[1]}")
        figure = new_figure(len(rows), title, _comparison_notes(table, len(rows), lang, source), extra=1.7)
        left, right, side = figure.subplots(1, 3, sharey=True, width_ratios=(3, 2.6, 2.0))
        _draw_dumbbells(left, rows, a, b, lang)
        _draw_differences(right, rows, lang)
        counts = [
            _count_pair(x, y)
            for x, y in zip(numbers(rows, "sentences_a"), numbers(rows, "sentences_b"), strict=True)
        ]
        heads = [say(lang, "句数", "sentences"), "p", "q"]
        ps, qs = ([format_p(x) for x in numbers(rows, name)] for name in ("p", "q"))
        text_column(side, heads, [counts, ps, qs])
    return figure


def short_name(group: str, lang: str) -> str:
    """Name a group without the years of a plan."""
    return label(group, lang) if group in PERIOD_COLOURS else group_label(group, lang)


def group_colours(groups: Sequence[str]) -> dict[str, str]:
    """One colour a group: a plan's own, else those that lie furthest apart."""
    spare = [colour for name, colour in GROUP_COLOURS.items() if name not in groups]
    return {group: PERIOD_COLOURS.get(group) or GROUP_COLOURS.get(group) or spare.pop(0) for group in groups}


def _count_pair(a: float, b: float) -> str:
    return "–" if a != a or b != b else f"{a:.0f}→{b:.0f}"


def _draw_dumbbells(axes: Axes, rows: pd.DataFrame, a: str, b: str, lang: str) -> None:
    share_a = [100 * x for x in numbers(rows, "share_a")]
    share_b = [100 * x for x in numbers(rows, "share_b")]
    places = range(len(rows))
    rows_axis(axes, row_names(rows, lang))
    axes.hlines(places, share_a, share_b, color="#9A9A9A", linewidth=2, zorder=1)
    colour_a, colour_b = group_colours([a, b]).values()
    # shape as well as colour: the figure must survive a black-and-white copy
    axes.scatter(share_a, places, s=34, marker="o", color=colour_a, zorder=2)
    axes.scatter(share_b, places, s=36, marker="D", color=colour_b, zorder=3)
    widest = max((x for x in (*share_a, *share_b) if x == x), default=1.0)
    axes.set_xlim(-0.04 * widest, 1.08 * widest or 1.0)
    axes.set_xlabel(say(lang, "占比（%，各文件平均）", "share (%, mean over documents)"))
    axes.annotate(f"● {group_label(a, lang)}", (0, 1), (0, 18), **above(colour_a))
    axes.annotate(f"◆ {group_label(b, lang)}", (0, 1), (0, 4), **above(colour_b))


def _draw_differences(axes: Axes, rows: pd.DataFrame, lang: str) -> None:
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelleft=False)
    marks = zip(
        *([100 * x for x in numbers(rows, name)] for name in ("difference", "low", "high")), strict=True
    )
    for place, (difference, low, high) in enumerate(marks):
        known = low == low and high == high
        if known:
            axes.hlines(place, low, high, color=INK, linewidth=1.4)
        axes.plot(
            difference, place, "o", markersize=5.5, color=INK, markerfacecolor=INK if known else "white"
        )
    axes.set_xlabel(say(lang, "差（百分点）与 95% 区间", "difference (pp), 95% interval"))
    axes.xaxis.set_major_formatter(signed)


def _comparison_notes(table: pd.DataFrame, shown: int, lang: str, source: str | None) -> list[str]:
    n_a, n_b = (_span(numbers(table, name)) for name in ("n_a", "n_b"))
    methods = (
        [] if "interval_method" not in table else sorted(set(table["interval_method"].dropna().astype(str)))
    )
    interval = say(lang, "、", "; ").join(phrase(method, lang) for method in methods)
    smallest = [x for x in numbers(table, "p_min") if x == x]
    notes = [
        say(
            lang,
            f"分析单位 n：{n_a} 与 {n_b}（文件或发文机关）。",
            f"Units n: {n_a} and {n_b} (documents or issuers). ",
        )
        + say(
            lang,
            f"区间：{interval or '无'}；空心点没有区间。",
            f"Interval: {interval or 'none'}; hollow: no interval.",
        )
        + (
            say(
                lang, f"共 {len(table)} 类，画差最大的 {shown} 类。", f" The {shown} largest of {len(table)}."
            )
            if shown < len(table)
            else ""
        )
    ]
    if smallest:
        least = min(smallest)
        note = say(
            lang,
            f"p：文件（或机关）的置换检验，可达到的最小 p = {least:.4g}；"
            "q：Benjamini-Hochberg，不可能显著的类为 –。",
            f"p: permutation of documents or issuers, smallest attainable p = {least:.4g}; "
            "q: Benjamini-Hochberg over the testable codes, else –.",
        )
        if least > 0.05:
            note += say(
                lang, "文件数太少，任何差异都不可能显著（p<.05）。", " Too few documents for any p < .05."
            )
        notes.append(note)
    notes.append(source_note(lang, source))
    return notes


def _span(values: Sequence[float]) -> str:
    known = sorted({int(x) for x in values if x == x})
    return "–" if not known else str(known[0]) if len(known) == 1 else f"{known[0]}–{known[-1]}"


@remember_call
def plot_shares(
    shares: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 20,
    scheme: str = "priorities",
    source: str | None = None,
) -> Figure:
    """Each document's share of each code as a dot, a row a code, split by group; the bar marks the mean.

    `shares` has the columns code, group (or period) and share (fraction of 1), one row a document part and
    code (`Comparison.shares`): with few documents they are the evidence, and an average hides them.
    Ordered by mean share. Names of codes come from the packaged `scheme`.
    """
    import seaborn as sns

    by = "group" if "group" in shares else "period"
    require(shares, "doc", "code", by, "share")
    means = shares.groupby("code")["share"].mean().sort_values(ascending=False)
    codes = list(means.index[:top])
    groups = sorted(shares[by].dropna().unique())
    dots = shares[shares["code"].isin(codes)].assign(percent=lambda rows: 100 * rows["share"].astype(float))
    names = codebook_names(f"schemes/{scheme}", "code", lang)
    counts = [f"{group_label(g, lang)} n = {shares.loc[shares[by] == g, 'doc'].nunique()}" for g in groups]
    notes = [
        say(lang, "每点一份文件；竖线为均值。", "One dot a document; the bar is the mean. ")
        + say(lang, "；".join(counts) + "。", "; ".join(counts) + "."),
        source_note(lang, source),
    ]
    with house_style():
        title = say(lang, "各文件的占比", "Shares document by document")
        figure = new_figure(len(codes) * 1.25, title, notes, extra=1.5)
        axes = figure.subplots()
        colours = group_colours(groups)
        common: dict[str, Any] = {"data": dots, "x": "percent", "y": "code", "order": codes, "hue": by}
        common |= {
            "hue_order": groups,
            "palette": colours,
            "dodge": len(groups) > 1,
            "legend": False,
            "ax": axes,
        }
        sns.stripplot(**common, jitter=False, size=6, alpha=0.65)
        rows_axis(axes, [shorten(names.get(code, label(code, lang)), 34) for code in codes])
        _draw_means(axes, dots, codes, colours, by)
        axes.set(xlabel=say(lang, "占比（%）", "share (%)"), ylabel="")
        for place, group in enumerate(reversed(groups)):
            axes.annotate(
                f"● {group_label(group, lang)}", (0, 1), (0, 4 + 14 * place), **above(colours[group])
            )
    return figure


def _draw_means(
    axes: Axes, dots: pd.DataFrame, codes: Sequence[str], colours: dict[str, str], by: str
) -> None:
    groups = list(colours)
    step = 0.8 / len(groups)  # seaborn spreads the hues over 0.8 of a row
    means = dots.groupby(["code", by], as_index=False)["percent"].mean()
    for code, group, mean in zip(means["code"], means[by], means["percent"], strict=True):
        place = codes.index(code) - 0.4 + step * (groups.index(group) + 0.5)
        axes.plot([mean, mean], [place - 0.16, place + 0.16], color=colours[group], linewidth=2, zorder=5)
