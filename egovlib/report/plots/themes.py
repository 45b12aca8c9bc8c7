"""Pictures of coded themes: how far each code of a scheme can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    FAINT,
    INK,
    STATUS_COLOURS,
    house_style,
    new_figure,
    numbers,
    require,
    rows_axis,
    say,
    shorten,
    source_note,
    text_column,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_SIDES = {"precision": STATUS_COLOURS["actual"], "recall": STATUS_COLOURS["target"]}


@remember_call
def plot_reliability(
    reliability: pd.DataFrame, scheme: str = "priorities", *, lang: str = "zh", source: str | None = None
) -> Figure:
    """Precision and recall of each code with their intervals, and the counts behind them.

    Takes the table of `measure_reliability`, the row of all codes first, and the scheme that was measured (a
    packaged name or the path of a csv file), which gives the codes their names.
    """
    require(reliability, "code", "gold", "found", "both", "precision", "recall", "alpha")
    names = _names(scheme, lang)
    n = int(reliability["n"].iloc[0])
    notes = [
        say(
            lang,
            f"n = {n} 个人工编码的句子；横线为 95% 区间（各代码为 Wilson 区间，全部代码为句子重抽样）。",
            f"n = {n} sentences coded by hand; lines: 95% intervals (Wilson; all codes: sentences resampled).",
        ),
        say(
            lang,
            "人工、机器：有该代码的句子数；空缺：没有可除之数。",
            "by hand, found: sentences with the code; gap: nothing to divide by.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(lang, "各代码的准确率与召回率", "Precision and recall of each code")
        figure = new_figure(len(reliability), title, notes)
        left, right = figure.subplots(1, 2, width_ratios=(3.2, 1))
        for shift, (side, colour) in zip((-0.16, 0.16), _SIDES.items(), strict=True):
            rows = [row + shift for row in range(len(reliability))]
            low, high = (numbers(reliability, f"{side}_{limit}") for limit in ("low", "high"))
            left.hlines(rows, low, high, color=colour, linewidth=1.2, alpha=0.6)
            left.plot(numbers(reliability, side), rows, "o", color=colour, markersize=4.5)
        left.set(xlim=(-0.02, 1.02), xlabel=say(lang, "占比", "share"))
        rows_axis(left, [names.get(code, code) for code in reliability["code"]])
        left.axhline(0.5, color=FAINT, linewidth=0.8)
        for x, (side, colour) in zip((0.0, 0.3), _SIDES.items(), strict=True):
            word = {"precision": ("● 准确率", "● precision"), "recall": ("● 召回率", "● recall")}[side]
            left.text(
                x, 1.0, say(lang, *word), color=colour, va="bottom", fontsize=8.5, transform=left.transAxes
            )
        heads = [say(lang, "人工", "by hand"), say(lang, "机器", "found"), "α"]
        cells = [
            [f"{count:.0f}" for count in numbers(reliability, "gold")],
            [f"{count:.0f}" for count in numbers(reliability, "found")],
            [_two_digits(value) for value in numbers(reliability, "alpha")],
        ]
        text_column(right, heads, cells)
        right.set_ylim(left.get_ylim())
        left.tick_params(axis="y", labelcolor=INK)
    return figure


def _two_digits(value: float) -> str:
    if value != value:
        return "–"
    return f"{value + 0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _names(scheme: str, lang: str) -> Mapping[str, str]:
    """The codes' names, short enough for an axis, and that of the row of all codes."""
    from egovlib.analyse.quality.reliability import ALL
    from egovlib.extract.themes import read_scheme

    names = {code.code: say(lang, code.name_zh, code.name_en) for code in read_scheme(scheme).codes}
    return {
        code: shorten(name, 34) for code, name in (names | {ALL: say(lang, "全部代码", "All codes")}).items()
    }
