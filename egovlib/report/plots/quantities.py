"""Pictures of quantities: what is counted, in which topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egovlib.report.labels import label
from egovlib.report.recipes import remember_call
from egovlib.report.style import STATUS_COLOURS, house_style, new_figure, require, rows_axis, say, source_note

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@remember_call
def plot_quantities(quantities: pd.DataFrame, *, lang: str = "zh", source: str | None = None) -> Figure:
    """How many quantities each topic has, actual values beside targets. Takes the table `quantities`."""
    import seaborn as sns
    from matplotlib.container import BarContainer

    require(quantities, "topic", "status", "doc")
    docs = quantities["doc"].nunique()
    counts = quantities.groupby(["topic", "status"], observed=True).size().unstack(fill_value=0)
    order = list(counts.sum(axis=1).sort_values(ascending=False, kind="stable").index)
    long = counts.reindex(columns=list(STATUS_COLOURS), fill_value=0).reset_index()
    long = long.melt(id_vars="topic", var_name="status", value_name="n")
    notes = [
        say(
            lang,
            f"n = {len(quantities)} 个数量，出自 {docs} 份文件；计数，无抽样区间。",
            f"n = {len(quantities)} quantities in {docs} documents; counts, no interval.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(lang, "各主题的数量：实际与目标", "Quantities by topic: actual and target")
        figure = new_figure(len(order) * 1.7, title, notes, extra=1.0)
        axes = figure.subplots()
        sns.barplot(
            long, x="n", y="topic", hue="status", order=order, hue_order=list(STATUS_COLOURS),
            palette=STATUS_COLOURS, saturation=1, legend=False, ax=axes,
        )  # fmt: skip
        for bars, status in zip(axes.containers, STATUS_COLOURS, strict=True):
            assert isinstance(bars, BarContainer)
            texts = [f"{bar.get_width():.0f} {label(status, lang)}" for bar in bars]
            axes.bar_label(bars, texts, padding=4, fontsize=8, color=STATUS_COLOURS[status])
        rows_axis(axes, [label(topic, lang) for topic in order])
        axes.grid(visible=False)
        axes.margins(x=0.15)
        axes.set(xlabel=say(lang, "数量的个数", "number of quantities"), ylabel="")
    return figure
