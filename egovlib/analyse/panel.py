"""The panel: what each indicator was in each region and year, from observations that may disagree.

A cell is one indicator in one region, tier, period and status; province and county figures, actual and target,
a stock and a flow never share one. Two sources that cannot both be right are a conflict: its value is NA and both
sentences are shown, never their mean.

>>> rows = [("hotline_answer_rate", "310000", "province", period, "actual", value, low, value, "%", approx,
...          doc, 0, 3, "60%", 1, "subject: 接通率")
...         for period, value, low, approx, doc in [("2013", 60.0, 54.0, "nearly", "a"), ("2013-12-31", 59.8, 59.8,
...             "exact", "b"), ("2014", 70.0, 70.0, "exact", "a"), ("2014", 75.0, 75.0, "exact", "b")]]
>>> panel(frames.build("indicators", rows))[["period", "value", "n_sources", "conflict", "values"]].values.tolist()
[['2013', 59.8, 2, False, '59.8; 60'], ['2014', <NA>, 2, True, '70; 75']]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib import frames
from egovlib.extract.definitions import Codebook, read_codebook
from egovlib.extract.regions import region

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus

KEYS = ("indicator", "region", "tier", "period", "status", "unit")
"""What makes a cell: two observations of one cell must agree, those of two cells need not."""
PANEL = {
    "indicator": "string", "region": "string", "tier": "string", "period": "string", "status": "string",
    "value": "Float64", "low": "Float64", "high": "Float64", "unit": "string", "n_sources": "Int64",
    "n_observations": "Int64", "conflict": "boolean", "values": "string", "dated": "string",
    "doc": "string", "start": "Int64", "end": "Int64", "surface": "string", "sentence": "Int64",
}  # fmt: skip
"""Columns of the panel and their types; the names are frozen."""
CONFLICTS = {
    **dict.fromkeys(KEYS, "string"), "value": "Float64", "doc": "string", "start": "Int64", "end": "Int64",
    "surface": "string", "sentence": "Int64", "text": "string",
}  # fmt: skip
COVERAGE = {
    "observations": "Int64", "placed": "Int64", "cells": "Int64", "regions": "Int64", "first_period": "string",
    "last_period": "string", "actual": "Int64", "target": "Int64", "conflicts": "Int64", "share": "Float64",
}  # fmt: skip
BY = ("indicator", "region", "period")
PERSONS = "常住人口"
"""The denominator, in the codebook, of the counts that may be divided by the population."""

_YEAR = re.compile(r"[0-9]{4}")
_WHOLE_YEAR = re.compile(r"[0-9]{4}(?:-12-31)?")
_SAME = 1e-9  # values that differ by rounding of the arithmetic only


def panel(
    indicators: pd.DataFrame,
    *,
    codebook: str | Path = "indicators",
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put observations into cells of indicator, region, tier, period and status; columns `PANEL`.

    indicators  from `match_indicators`; rows without an indicator, a region or a period have no cell
    codebook    the one the indicators were matched by
    documents   a `documents` table: an actual value without a period is then one of its document's year,
                and `dated` says "document" instead of "text"

    `period` is the year; of a stock the year a span or date ends in, of a flow that is not a year's the span
    as written. Sources agree when the intervals of their wordings overlap (近60% and 59.8%): the narrowest
    gives the value and its place (doc, start, end, surface, sentence), `low` and `high` are what all of them allow.
    Otherwise the cell is a conflict: `value` is NA, `low` and `high` span the sources, and `conflicts` shows
    their sentences. `n_sources` counts documents, `values` lists what they say. A value whose unit could not
    be converted has its own cell.
    """
    import pandas as pd

    rows = [
        (*_keys(keys), *_agree(cell)) for keys, cell in _cells(indicators, read_codebook(codebook), documents)
    ]
    order = [*KEYS, *(name for name in PANEL if name not in KEYS)]
    return pd.DataFrame(rows, columns=order)[list(PANEL)].astype(PANEL)


def conflicts(
    indicators: pd.DataFrame,
    *,
    codebook: str | Path = "indicators",
    documents: pd.DataFrame | None = None,
    corpus: Corpus | None = None,
) -> pd.DataFrame:
    """List the observations that contradict each other, cell by cell, each with its sentence; columns `CONFLICTS`.

    Takes what `panel` takes; `text` needs the corpus.
    """
    import pandas as pd

    columns = ["value", "doc", "start", "end", "surface", "sentence"]
    rows = [
        (*_keys(keys), *values, _sentence(corpus, values[1], values[-1]))
        for keys, cell in _cells(indicators, read_codebook(codebook), documents)
        if _bounds(cell) is None
        for values in cell[columns].itertuples(index=False, name=None)
    ]
    return pd.DataFrame(rows, columns=list(CONFLICTS)).astype(CONFLICTS)


def coverage(
    indicators: pd.DataFrame,
    *,
    by: str = "indicator",
    codebook: str | Path = "indicators",
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say what the panel of `indicators` holds, a row an indicator, region or period; columns `COVERAGE`.

    observations counts the matched quantities, placed those that have a region and a period; cells, actual,
    target and conflicts count cells of the panel. share is the part of all its pairs of the other two (by
    region: indicators × periods) with an actual value that does not conflict. ValueError for another `by`.
    """
    import pandas as pd

    if by not in BY:
        raise ValueError(f"coverage by {by!r} is not known; choose {', '.join(BY)}.")
    cells = panel(indicators, codebook=codebook, documents=documents)
    matched = indicators.dropna(subset=["indicator"])
    observed = None if by == "period" else matched[by].value_counts()
    others = [name for name in BY if name != by]
    actual = cells[cells["status"] == "actual"]
    pairs = int(actual[others[0]].nunique() * actual[others[1]].nunique())
    names = sorted(set(cells[by]) if observed is None else set(cells[by]) | set(observed.index))
    rows = []
    for name in names:
        own = cells[cells[by] == name]
        usable = own[(own["status"] == "actual") & ~own["conflict"]]
        placed = int(own["n_observations"].sum())
        rows.append((
            name, placed if observed is None else int(observed.get(name, 0)), placed, len(own),
            own["region"].nunique(), *_ends(own["period"]),
            *(int((own["status"] == status).sum()) for status in frames.STATUSES), int(own["conflict"].sum()),
            len(usable.drop_duplicates(others)) / pairs if pairs else None,
        ))  # fmt: skip
    types = {by: "string", **COVERAGE}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def per_population(
    cells: pd.DataFrame,
    population: pd.DataFrame | None,
    *,
    per: int = 10_000,
    codebook: str | Path = "indicators",
) -> pd.DataFrame:
    """Divide the counts of a panel by the population: per 万人 unless `per` says otherwise.

    cells       from `panel`; only indicators whose denominator in the codebook is 常住人口 are kept
    population  columns region, period (the year) and population (persons), a row a region and year;
                None: none is known

    Returns the rows with value, low and high divided and the unit `…/万人`, and a column `reason` that says why
    a value is NA: a conflict, no population of that region and year, or a tier other than the region's own
    (the counties of a province are not its population). Raises ValueError for a missing column, a population
    that is not positive, or two rows of one region and year.
    """
    sizes = {} if population is None else _sizes(population)
    book = read_codebook(codebook).by_code
    counted = [code for code, one in book.items() if one.denominator == PERSONS and one.kind == "count"]
    kept = cells[cells["indicator"].isin(counted)].copy()
    reasons, factors = [], []
    for row in kept.itertuples(index=False):
        reason = _why_not(row, sizes)
        reasons.append(reason)
        factors.append(None if reason else per / sizes[str(row.region), str(row.period)])
    for name in ("value", "low", "high"):
        kept[name] = kept[name] * _column(factors, kept.index, "Float64")
    kept["unit"] = kept["unit"] + ("/万人" if per == 10_000 else f"/{per}人")
    return kept.assign(reason=_column(reasons, kept.index, "string")).reset_index(drop=True)


def _column(values: list[Any], index: pd.Index, dtype: str) -> pd.Series:
    import pandas as pd

    return pd.Series(values, index=index, dtype=dtype)


def _why_not(row: Any, sizes: Mapping[tuple[str, str], float]) -> str | None:
    own = region(str(row.region))
    if row.conflict:
        return f"the sources disagree: {row.values}"
    if own is None or own.tier != row.tier:
        return f"tier {row.tier} is not that of region {row.region}"
    if (row.region, row.period) not in sizes:
        return f"no population of {row.region} in {row.period}"
    return None


def _sizes(population: pd.DataFrame) -> dict[tuple[str, str], float]:
    for name in ("region", "period", "population"):
        if name not in population:
            raise ValueError(
                f"the population table has no column {name!r}; it needs region, period and population (persons)."
            )
    sizes: dict[tuple[str, str], float] = {}
    for place, period, size in population[["region", "period", "population"]].itertuples(
        index=False, name=None
    ):
        if not size > 0:
            raise ValueError(
                f"population {size!r} of {place} in {period} is not allowed (above 0); correct it."
            )
        if (str(place), str(period)) in sizes:
            raise ValueError(f"the population of {place} in {period} stands twice; keep one row.")
        sizes[str(place), str(period)] = float(size)
    return sizes


# Cells -----------------------------------------------------------------------------------------------------


def _cells(
    indicators: pd.DataFrame, book: Codebook, documents: pd.DataFrame | None
) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
    """Yield each cell's keys and observations; NA in a key only where the unit is none."""
    known = indicators.dropna(subset=["indicator", "region"]).copy()
    unknown = sorted(set(known["indicator"]) - set(book.by_code))
    if unknown:
        raise ValueError(
            f"indicator {unknown[0]!r} is not in the codebook {book.name!r}; give the codebook it was matched by."
        )
    known["dated"] = "text"
    if documents is not None:
        years = documents.set_index("doc")["year"].astype("string")
        undated = known["period"].isna() & (known["status"] == "actual")
        known.loc[undated, "period"] = known.loc[undated, "doc"].map(years)
        known.loc[undated, "dated"] = "document"
    known = known.dropna(subset=["period"])
    known["period"] = [
        _year(period, book.by_code[name].stock_flow)
        for period, name in zip(known["period"], known["indicator"], strict=True)
    ]
    yield from known.groupby(list(KEYS), sort=True, dropna=False)


def _year(period: str, stock_flow: str) -> str:
    """Return the year of a period; a flow's span that is not a year stays as written.

    >>> _year("2013-08-01/2013-12-31", "stock"), _year("2011/2015", "flow"), _year("2013-12-31", "flow")
    ('2013', '2011/2015', '2013')
    """
    if stock_flow == "flow" and not _WHOLE_YEAR.fullmatch(period):
        return period
    years = _YEAR.findall(period.rpartition("/")[2])
    return years[0] if years else period


def _keys(keys: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(None if key != key else key for key in keys)


def _agree(cell: pd.DataFrame) -> tuple[Any, ...]:
    """Return the columns of `PANEL` that are not keys."""
    bounds = _bounds(cell)
    intervals = [_interval(row) for row in cell.itertuples(index=False)]
    best = min(range(len(cell)), key=lambda i: intervals[i][1] - intervals[i][0])
    chosen = cell.iloc[best]
    low, high = bounds or (min(one[0] for one in intervals), max(one[1] for one in intervals))
    values = "; ".join(f"{value:.12g}" for value in sorted(set(cell["value"])))
    place = chosen[["doc", "start", "end", "surface", "sentence"]] if bounds else [None] * 5
    dated = "document" if (cell["dated"] == "document").all() else "text"
    return (
        chosen["value"] if bounds else None, _finite(low), _finite(high), cell["doc"].nunique(), len(cell),
        bounds is None, values, dated, *place,
    )  # fmt: skip


def _bounds(cell: pd.DataFrame) -> tuple[float, float] | None:
    """Return the interval that all observations of a cell allow; None when there is none: a conflict."""
    intervals = [_interval(row) for row in cell.itertuples(index=False)]
    low, high = max(one[0] for one in intervals), min(one[1] for one in intervals)
    return None if low - high > _SAME * max(1.0, abs(low)) else (low, high)


def _interval(row: Any) -> tuple[float, float]:
    """Return what a wording allows; of an exact value the value itself."""
    from pandas import isna

    if row.approx == "exact":
        return float(row.value), float(row.value)
    low, high = (None if isna(x) else float(x) for x in (row.low, row.high))
    return (-inf if low is None else low), (inf if high is None else high)


def _finite(x: float) -> float | None:
    return None if x in (inf, -inf) else x


def _ends(periods: pd.Series) -> tuple[str | None, str | None]:
    known = sorted(periods.dropna())
    return (known[0], known[-1]) if known else (None, None)


def _sentence(corpus: Corpus | None, doc: str, number: int) -> str | None:
    return None if corpus is None else corpus[doc].sentences[int(number) - 1].text
