"""Pictures of a corpus: which document says what about which years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from egovlib.frames import TIERS
from egovlib.report.labels import PLAN_YEARS, label
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    INK,
    PERIOD_COLOURS,
    house_style,
    new_figure,
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
def plot_corpus(
    documents: pd.DataFrame, sections: pd.DataFrame, *, lang: str = "zh", source: str | None = None
) -> Figure:
    """Draw the corpus in time: a row a document, a dot its year, bars the plan periods it speaks of.

    Filled bars are periods with plans and tasks, hollow bars periods only looked back on. Ordered by tier,
    then region and year. Takes the tables `documents` and `sections`; meant for up to about 60 documents.
    """
    require(documents, "doc", "title", "tier", "genre", "year")
    tiers = {tier: place for place, tier in enumerate(TIERS)}
    ranked = documents.assign(_tier=documents["tier"].map(tiers).fillna(len(tiers)))
    keys = [key for key in ("_tier", "region", "year", "doc") if key in ranked]
    rows = ranked.sort_values(keys, na_position="last").reset_index(drop=True)
    records: list[dict[str, Any]] = [dict(row) for _, row in rows.iterrows()]
    notes = [
        say(
            lang,
            f"n = {len(rows)} 份文件。圆点：年份；实心条：有目标与任务的规划期；空心条：仅回顾或提及。",
            f"n = {len(rows)} documents. Dot: year; filled bar: period planned for; hollow: only reviewed.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(
            lang, "语料：文件年份与所谈规划期", "The corpus: documents and the plan periods they speak of"
        )
        figure = new_figure(len(rows) * 0.8, title, notes, extra=1.5)
        axes = figure.subplots()
        rows_axis(axes, [_document_name(row, lang) for row in records])
        axes.tick_params(axis="y", labelsize=8)
        _draw_plan_bands(axes, lang)
        for place, row in enumerate(records):
            _draw_document(axes, place, row, sections[sections["doc"] == row["doc"]])
    return figure


def _document_name(row: Mapping[str, Any], lang: str) -> str:
    kind = " · ".join(label(str(row[name]), lang) for name in ("tier", "genre") if isinstance(row[name], str))
    title = row["title"] if isinstance(row["title"], str) else row["doc"]
    return f"{shorten(title, 34)}  {kind}"


def _draw_plan_bands(axes: Axes, lang: str) -> None:
    for number, (period, (first, last)) in enumerate(PLAN_YEARS.items()):
        axes.axvspan(first - 0.5, last + 0.5, color="#F2F2F2" if number % 2 else "white", zorder=0)
        axes.text(
            (first + last) / 2, 1.0, label(period, lang).replace(" ", "\n"), ha="center", va="bottom",
            color=PERIOD_COLOURS[period], fontsize=8, transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    years = [first for first, _ in PLAN_YEARS.values()]
    axes.set_xlim(years[0] - 0.5, years[-1] + 4.5)
    axes.set_xticks(years)


def _draw_document(axes: Axes, place: int, row: Mapping[str, Any], sections: pd.DataFrame) -> None:
    for period, parts in sections.dropna(subset=["plan_period"]).groupby("plan_period"):
        first, last = PLAN_YEARS[str(period)]
        colour = PERIOD_COLOURS[str(period)]
        planned = bool(parts["stance"].isin(("plan", "safeguard")).any())
        axes.barh(
            place, last - first + 0.8, left=first - 0.4, height=0.42, zorder=2, linewidth=1,
            facecolor=colour if planned else "white", edgecolor=colour, alpha=0.75,
        )  # fmt: skip
    if isinstance(row["year"], int | float) and row["year"] == row["year"]:
        axes.plot(row["year"], place, "o", color=INK, markersize=5, markeredgecolor="white", zorder=3)
