"""Pictures of plans: each target with where it began, where it is, and what was asked by when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.labels import label
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    FAINT,
    INK,
    MUTED,
    STATUS_COLOURS,
    finite,
    format_number,
    house_style,
    new_figure,
    require,
    say,
    shorten,
    source_note,
    text_width,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ASKS: Final = {"at_least": "≥ ", "at_most": "≤ ", "interval": ""}


@remember_call
def plot_plans(table: pd.DataFrame, *, lang: str = "zh", rows: int = 12, source: str | None = None) -> Figure:
    """Draw the targets of `evaluate_plans(...).table` that have an actual value, at most `rows`, each on its own scale.

    A hollow grey mark is the baseline, a filled one the actual value with the interval of its wording (arrow: an
    open end), the upright bar the target with its deadline, the shaded side what would meet it. The outcome
    stands in words beside the name. Raises ValueError when no target has a value to be drawn beside it.
    """
    require(table, "name_zh", "name_en", "value", "baseline", "actual", "outcome", "deadline", "comparison")
    known = table[table["baseline"].notna() | table["actual"].notna()]
    require(known, "outcome")
    # what was judged first, the latest deadlines first
    known = known.sort_values(
        ["actual", "deadline"], na_position="last", key=lambda c: c.isna() if c.name == "actual" else -c
    )
    shown = known.head(rows)
    regions = table["region"].nunique() > 1
    more = say(lang, f"，显示 {len(shown)} 个", f", {len(shown)} shown") if len(shown) < len(known) else ""
    notes = [
        say(
            lang,
            f"n = {len(table)} 个目标，其中 {len(known)} 个有可比的基期或实际值{more}。各行各有标尺。"
            "空心：基期；实心：实际，横线为措辞所允许的区间（箭头：一端开放），不是抽样误差；"
            "竖线：目标；浅色：达到目标的一侧。",
            f"n = {len(table)} targets, {len(known)} with a comparable baseline or actual value{more}. "
            "Each row has its own scale. Hollow: baseline; filled: actual, its line the interval the wording allows "
            "(arrow: open end), not sampling error; upright bar: target; shaded: what meets the target.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        figure = new_figure(
            2.5 * len(shown), say(lang, "目标与结果", "Targets and results"), notes, extra=0.5
        )
        axes = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
        for one, row in zip(
            axes, shown.astype(object).where(shown.notna(), None).to_dict("records"), strict=True
        ):
            _draw_target(one, row, lang, with_region=regions)
    return figure


def _draw_target(axes: Axes, row: Mapping[Any, Any], lang: str, *, with_region: bool) -> None:
    from egovlib.report.labels import codebook_names

    name = row[f"name_{lang}"] or row["indicator"] or "–"
    place = codebook_names("regions", "code", "zh").get(row["region"], row["region"]) if with_region else ""
    unit = say(lang, f"（{row['unit']}）", f" ({row['unit']})") if row["unit"] else ""
    axes.set_title(" ".join(filter(None, (place, shorten(name, 56) + unit))), loc="left", fontsize=9, pad=15)
    outcome = (
        label(row["outcome"], lang) if row["outcome"] else say(lang, "尚无后来的值", "no later value yet")
    )
    other = say(lang, "，另一地区的值", ", another region's value") if row["other_region"] else ""
    axes.set_title(outcome + other, loc="right", fontsize=9.5, pad=15)
    ends = [row[key] for key in ("baseline", "actual", "value", "low", "high", "actual_low", "actual_high")]
    known = [float(x) for x in ends if x is not None and finite(float(x))]
    reach = (max(known) - min(known)) or abs(max(known)) or 1.0
    left, right = min(known) - 0.14 * reach, max(known) + 0.14 * reach
    axes.set_xlim(left, right)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.grid(visible=False)
    axes.hlines(0, left, right, color=FAINT, linewidth=1, zorder=0)
    _draw_goal(axes, row, (left, right), lang)
    _draw_values(axes, row, (left, right), lang)


def _draw_goal(axes: Axes, row: Mapping[Any, Any], ends: tuple[float, float], lang: str) -> None:
    colour, value = STATUS_COLOURS["target"], float(row["value"])
    low = float(row["low"]) if row["low"] is not None else value
    high = float(row["high"]) if row["high"] is not None else value
    good = {"at_least": (low, ends[1]), "at_most": (ends[0], high)}.get(row["comparison"], (low, high))
    axes.axvspan(*good, ymin=0.3, ymax=0.7, color=colour, alpha=0.12, linewidth=0)
    axes.vlines(value, -0.62, 0.62, color=colour, linewidth=2.5)
    ask = "" if row["approx"] == "about" else _ASKS.get(row["comparison"], "")
    about = say(lang, "约 ", "about ") if row["approx"] == "about" else ""
    year = say(lang, f"{row['deadline']} 年目标 ", f"target {row['deadline']}: ") if row["deadline"] else say(
        lang, "目标（无期限）", "target, no deadline: "
    )  # fmt: skip
    _write(axes, year + about + ask + format_number(value, lang), value, 1, colour, ends)


def _draw_values(axes: Axes, row: Mapping[Any, Any], ends: tuple[float, float], lang: str) -> None:
    """Draw baseline and actual with their labels below; two that would overlap share one label."""
    labels = []
    for side, colour, fill in (("baseline", MUTED, "white"), ("actual", STATUS_COLOURS["actual"], None)):
        if row[side] is None:
            continue
        value = float(row[side])
        _draw_interval(axes, value, row[f"{side}_low"], row[f"{side}_high"], ends, colour)
        size = 8.5 if side == "baseline" else 6.5
        axes.plot(
            value,
            0,
            "o",
            color=colour,
            markerfacecolor=fill or colour,
            markersize=size,
            zorder=3 if fill else 4,
        )
        what = say(lang, *(("基期", "baseline") if side == "baseline" else ("实际", "actual")))
        labels.append((value, f"{row[f'{side}_year']} {what} {format_number(value, lang)}", colour))
    if len(labels) == 2 and abs(labels[0][0] - labels[1][0]) < _room(labels, ends):
        labels = [(labels[1][0], " → ".join(text for _, text, _ in labels), INK)]
    for value, text, colour in labels:
        _write(axes, text, value, -1, colour, ends)


def _room(labels: list[tuple[float, str, str]], ends: tuple[float, float]) -> float:
    """How far apart two labels must stand: about 110 half-width characters fill the width of the figure."""
    return (ends[1] - ends[0]) * sum(text_width(text) for _, text, _ in labels) / 2 / 105


def _write(axes: Axes, text: str, value: float, side: int, colour: str, ends: tuple[float, float]) -> None:
    """Write a label above (1) or below (-1) a value, kept inside the axes at either end."""
    share, half = (value - ends[0]) / (ends[1] - ends[0]), text_width(text) / 2 / 105
    align = "left" if share < half else "right" if share > 1 - half else "center"
    place = {"left": ends[0], "right": ends[1], "center": value}[align]
    axes.annotate(
        text, (place, side * 0.66), (0, side * 1.5), textcoords="offset points", ha=align,
        va="bottom" if side > 0 else "top", fontsize=8.5, color=colour, annotation_clip=False,
    )  # fmt: skip


def _draw_interval(
    axes: Axes, value: float, low: Any, high: Any, ends: tuple[float, float], colour: str
) -> None:
    arrow = 0.06 * (ends[1] - ends[0])
    first = value - arrow if low is None else float(low)
    last = value + arrow if high is None else float(high)
    axes.hlines(0, first, last, color=colour, linewidth=3, alpha=0.75)
    for bound, tip, mark in ((low, first, "<"), (high, last, ">")):
        if bound is None:
            axes.plot(tip, 0, marker=mark, color=colour, markersize=6)
