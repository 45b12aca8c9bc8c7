"""Pictures of a corpus: which document says what about which years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from egovlib.frames import TIERS
from egovlib.report.labels import PLAN_YEARS, label
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    INK,
    MOST_ROWS,
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
    then region and year. Takes the tables `documents` and `sections`. More than `MOST_ROWS` documents are drawn by
    tier, genre and year, the bars as high as the share of the documents that speak of a period.
    """
    require(documents, "doc", "title", "tier", "genre", "year")
    rows = _documents(documents, lang) if len(documents) <= MOST_ROWS else _kinds(documents, lang)
    shown = sum(len(row.docs) for row in rows)
    n = say(lang, f"n = {len(documents)} 份文件", f"n = {len(documents)} documents")
    if shown < len(documents):
        n += say(lang, f"（图中 {shown} 份）", f" ({shown} of them drawn)")
    if len(rows) < shown:
        n += say(
            lang,
            "，同级别、同文种、同年的合为一行，条高为其中所占比例",
            ", a row those of one tier, genre and year, bars as high as their share",
        )
    notes = [
        n
        + say(
            lang,
            "。圆点：年份；实心条：有目标与任务的规划期；空心条：仅回顾或提及。",
            ". Dot: year; filled bar: period planned for; hollow: only reviewed.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        title = say(
            lang, "语料：文件年份与所谈规划期", "The corpus: documents and the plan periods they speak of"
        )
        figure = new_figure(len(rows) * 0.8, title, notes, extra=1.5)
        axes = figure.subplots()
        rows_axis(axes, [row.name for row in rows])
        axes.tick_params(axis="y", labelsize=8)
        _draw_plan_bands(axes, lang)
        for place, row in enumerate(rows):
            _draw_row(axes, place, row, sections[sections["doc"].isin(row.docs)])
    return figure


class _Row(NamedTuple):
    """A row of the picture of a corpus: its name, its documents, and their year, None where it is not known."""

    name: str
    docs: list[str]
    year: float | None


def _documents(documents: pd.DataFrame, lang: str) -> list[_Row]:
    """A row for each document."""
    keys = [key for key in ("region", "year", "doc") if key in documents]
    rows = documents.assign(_tier=_tiers(documents)).sort_values(["_tier", *keys], na_position="last")
    short = (
        name_documents(rows) if "region_name" in rows else dict(zip(rows["doc"], rows["doc"], strict=True))
    )
    return [
        _Row(f"{shorten(name, 34)}  {_kind(tier, genre, lang)}", [doc], _known(year))
        for doc, name, tier, genre, year in zip(
            rows["doc"],
            rows["title"].fillna(rows["doc"].map(short)),
            rows["tier"],
            rows["genre"],
            rows["year"],
            strict=True,
        )
    ]


def _kinds(documents: pd.DataFrame, lang: str) -> list[_Row]:
    """A row for the documents of one tier, genre and year, the largest rows where these are too many as well."""
    keys = ["_tier", "genre", "year"]
    groups = documents.assign(_tier=_tiers(documents)).groupby(keys, dropna=False, sort=True)
    rows = []
    for (_, genre, year), inside in groups:
        kind = _kind(inside["tier"].iloc[0], genre, lang)
        rows.append(_Row(f"{kind} × {len(inside)}", inside["doc"].tolist(), _known(year)))
    kept = sorted(rows, key=lambda row: -len(row.docs))[:MOST_ROWS]
    return [row for row in rows if row in kept]


def _tiers(documents: pd.DataFrame) -> pd.Series[int]:
    """The place of each document's tier, from the highest; unknown ones last."""
    places = {tier: place for place, tier in enumerate(TIERS)}
    return documents["tier"].map(places).fillna(len(places)).astype(int)


def _kind(tier: Any, genre: Any, lang: str) -> str:
    known = [label(value, lang) for value in (tier, genre) if isinstance(value, str)]
    return " · ".join(known) or label("unknown", lang)


def _known(year: Any) -> float | None:
    import pandas as pd

    return None if pd.isna(year) else float(year)


def name_documents(documents: pd.DataFrame) -> dict[str, str]:
    """A short name for each document, for the axes of figures: place and year, as long as they name one document.

    `documents` is a corpus's table. Those that share place and year are told apart by year and title, and by their ids
    where they have no titles or share these as well.

    >>> import pandas as pd
    >>> rows = [("a", "甲市", 2014, None), ("b", "乙市", 2014, "乙市规划（2014年）"), ("c", "乙市", 2014, None)]
    >>> name_documents(pd.DataFrame(rows, columns=["doc", "region_name", "year", "title"]))
    {'a': '甲市 2014', 'b': '2014 乙市规划', 'c': 'c'}
    """
    require(documents, "doc", "region_name", "year", "title")
    years = documents["year"].astype("Int64").astype("string")
    names = _unshared(documents["region_name"] + " " + years)
    # the year stands first, where no shortening takes it away
    bare = documents["title"].astype("string").str.replace(r"[（(]?(?:19|20)\d\d年?[）)]?", "", regex=True)
    names = names.fillna(_unshared((years + " ").fillna("") + bare))
    return dict(zip(documents["doc"], names.fillna(documents["doc"]), strict=True))


def _unshared(names: pd.Series[str]) -> pd.Series[str]:
    """The names that only one document has, the others missing."""
    return names.mask(names.duplicated(keep=False))


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


def _draw_row(axes: Axes, place: int, row: _Row, sections: pd.DataFrame) -> None:
    planned = sections["stance"].isin(("plan", "safeguard"))
    for period, parts in sections.dropna(subset=["plan_period"]).groupby("plan_period"):
        first, last = PLAN_YEARS[str(period)]
        colour = PERIOD_COLOURS[str(period)]
        for face, those in (("white", parts), (colour, parts[planned.loc[parts.index]])):
            height = 0.42 * those["doc"].nunique() / len(row.docs)
            if height:
                axes.barh(
                    place, last - first + 0.8, left=first - 0.4, height=height, zorder=2, linewidth=1,
                    facecolor=face, edgecolor=colour, alpha=0.75,
                )  # fmt: skip
    if row.year is not None:
        axes.plot(row.year, place, "o", color=INK, markersize=5, markeredgecolor="white", zorder=3)
