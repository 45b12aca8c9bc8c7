"""The panel: cells, agreement by intervals, conflicts shown, coverage, counts by population."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovlib import frames
from egovlib.analyse.panel import KEYS, PANEL, conflicts, coverage, panel, per_population
from egovlib.documents import Corpus, read_text
from egovlib.extract.indicators import match_indicators
from egovlib.extract.quantities import find_quantities
from egovlib.report.plots.indicators import plot_coverage, plot_indicator

OBSERVATION = {
    "indicator": "hotline_answer_rate", "region": "310000", "tier": "province", "period": "2013",
    "status": "actual", "value": 60.0, "low": 60.0, "high": 60.0, "unit": "%", "approx": "exact", "doc": "a",
    "start": 0, "end": 3, "surface": "60%", "sentence": 1, "rule": "subject: 接通率",
}  # fmt: skip


def observations(*changes):
    return frames.build("indicators", [list((OBSERVATION | change).values()) for change in changes])


def exact(value, **change):
    return {"value": value, "low": value, "high": value, "surface": f"{value}%", **change}


def test_tiers_status_and_units_never_share_a_cell():
    cells = panel(
        observations(
            {}, {"tier": "county"}, {"status": "target"}, {"region": "320000"}, {"period": "2014"},
            {"indicator": "approval_days", "unit": "工作日"}, {"indicator": "approval_days", "unit": "天"},
        )
    )  # fmt: skip
    assert len(cells) == 7
    assert cells.n_sources.eq(1).all()
    assert list(cells) == list(PANEL)


def test_a_stock_and_a_flow_are_two_indicators_and_their_periods_differ():
    span = {"period": "2013-08-01/2013-12-31"}
    cells = panel(
        observations(
            {"indicator": "site_visits", **span},
            {"indicator": "site_visits"},
            {"indicator": "sites_total", **span},
        )
    )
    assert cells[["indicator", "period"]].values.tolist() == [
        ["site_visits", "2013"],
        ["site_visits", "2013-08-01/2013-12-31"],
        ["sites_total", "2013"],
    ]


def test_wordings_that_can_both_be_right_agree_and_the_narrowest_gives_the_value():
    nearly = {"value": 60.0, "low": 54.0, "high": 60.0, "approx": "nearly", "surface": "近60%"}
    cell = panel(observations(nearly, exact(59.8, doc="b", start=7, end=12))).iloc[0]
    assert (cell.value, cell.low, cell.high, cell.n_sources) == (59.8, 59.8, 59.8, 2)
    assert (cell.doc, cell.start, cell.surface, cell["values"]) == ("b", 7, "59.8%", "59.8; 60")
    assert not cell.conflict


def test_an_open_interval_stays_open():
    cell = panel(observations({"low": 60.0, "high": None, "approx": "over"})).iloc[0]
    assert (cell.value, cell.low) == (60.0, 60.0)
    assert pd.isna(cell.high)


def test_sources_that_contradict_each_other_are_shown_not_averaged():
    documents = Corpus([read_text("热线接通率为60%。", doc="a"), read_text("热线接通率为70%。", doc="b")])
    both = observations({"start": 6, "end": 9}, exact(70.0, doc="b", start=6, end=9, surface="70%"))
    cell = panel(both).iloc[0]
    assert cell.conflict
    assert cell[["value", "doc", "start", "surface"]].isna().all()
    assert (cell.low, cell.high, cell["values"], cell.n_sources) == (60.0, 70.0, "60; 70", 2)
    shown = conflicts(both, corpus=documents)
    assert shown[["doc", "value", "text"]].values.tolist() == [
        ["a", 60.0, "热线接通率为60%。"],
        ["b", 70.0, "热线接通率为70%。"],
    ]
    for row in shown.itertuples():
        assert documents[row.doc].raw[row.start : row.end] == row.surface
    assert conflicts(observations({})).empty


def test_one_document_that_says_two_things_is_a_conflict_of_one_source():
    cell = panel(observations({}, exact(70.0, start=9, end=12))).iloc[0]
    assert (cell.conflict, cell.n_sources, cell.n_observations) == (True, 1, 2)


def test_what_has_no_place_has_no_cell_but_is_counted():
    table = observations({}, {"period": None}, {"region": None}, {"indicator": None})
    assert len(panel(table)) == 1
    assert coverage(table)[["observations", "placed", "cells"]].values.tolist() == [[3, 1, 1]]


def test_an_actual_value_without_a_period_may_take_its_documents_year():
    table = observations({"period": None}, {"period": None, "status": "target"})
    documents = frames.build(
        "documents", [["a", None, "310000", None, None, None, 2014, *[None] * 4, "hans", 9, None, None]]
    )
    cells = panel(table, documents=documents)
    assert cells[["period", "status", "dated"]].values.tolist() == [["2014", "actual", "document"]]


def test_an_indicator_that_is_not_in_the_codebook_is_refused():
    with pytest.raises(
        ValueError, match="'happiness' is not in the codebook 'indicators'; give the codebook"
    ):
        panel(observations({"indicator": "happiness"}))


def test_coverage():
    table = observations(
        {},
        {"region": "320000"},
        {"period": "2014"},
        exact(70.0, period="2014", doc="b"),
        {"status": "target"},
    )
    row = coverage(table).iloc[0]
    assert (row.observations, row.cells, row.regions, row.first_period, row.last_period) == (
        5,
        4,
        2,
        "2013",
        "2014",
    )
    assert (row.actual, row.target, row.conflicts, row.share) == (3, 1, 1, 0.5)  # 2 of 2 regions × 2 years
    assert coverage(table, by="region").region.tolist() == ["310000", "320000"]
    assert coverage(table, by="period").period.tolist() == ["2013", "2014"]
    assert coverage(observations()).empty
    with pytest.raises(ValueError, match="coverage by 'tier' is not known; choose indicator, region, period"):
        coverage(table, by="tier")


CARDS = {
    "indicator": "social_cards",
    "unit": "人",
    "value": 5e6,
    "low": None,
    "high": 5e6,
    "approx": "nearly",
}
POPULATION = pd.DataFrame({"region": ["310000"], "period": [2013], "population": [20_000_000]})


def test_counts_by_population():
    cells = panel(observations(CARDS, CARDS | {"period": "2014"}, CARDS | {"tier": "county"}, {}))
    found = per_population(cells, POPULATION).sort_values(["tier", "period"])
    assert found[["tier", "period", "value", "high", "unit"]].values.tolist() == [
        ["county", "2013", pd.NA, pd.NA, "人/万人"],
        ["province", "2013", 2500.0, 2500.0, "人/万人"],
        ["province", "2014", pd.NA, pd.NA, "人/万人"],
    ]
    assert found.reason.tolist() == [
        "tier county is not that of region 310000", pd.NA, "no population of 310000 in 2014",
    ]  # fmt: skip


def test_without_a_population_table_every_value_says_why_it_is_missing():
    found = per_population(panel(observations(CARDS)), None)
    assert found[["value", "reason"]].values.tolist() == [[pd.NA, "no population of 310000 in 2013"]]


def test_a_conflict_has_no_value_by_population():
    cells = panel(observations(CARDS | {"approx": "exact"}, CARDS | {"approx": "exact", "value": 6e6}))
    assert per_population(cells, POPULATION).reason.tolist() == ["the sources disagree: 5000000; 6000000"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (POPULATION.drop(columns="period"), "no column 'period'; it needs region, period and population"),
        (POPULATION.assign(population=0), "population 0 of 310000 in 2013 is not allowed"),
        (pd.concat([POPULATION, POPULATION]), "of 310000 in 2013 stands twice; keep one row"),
    ],
)
def test_a_bad_population_table_is_refused(table, said):
    with pytest.raises(ValueError, match=said):
        per_population(panel(observations(CARDS)), table)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "value": st.floats(0, 100), "doc": st.sampled_from("abc"), "tier": st.sampled_from(("city", "county")),
                "period": st.sampled_from(("2013", "2014")), "approx": st.sampled_from(("exact", "about")),
            }
        ),
        max_size=6,
    )
)  # fmt: skip
def test_every_placed_observation_is_in_one_cell_and_no_value_is_invented(rows):
    table = observations(*(row | {"low": row["value"] * 0.9, "high": row["value"] * 1.1} for row in rows))
    cells = panel(table)
    assert cells.n_observations.sum() == len(rows)
    assert not cells.duplicated(list(KEYS)).any()
    assert set(cells.value.dropna()) <= set(table.value)
    assert cells.conflict.eq(cells.value.isna()).all()
    listed = conflicts(table)
    assert len(listed) == cells[cells.conflict].n_observations.sum()


def test_cells_of_the_embedded_corpus_keep_their_place(embedded):
    table = match_indicators(find_quantities(embedded), documents=embedded)
    cells = panel(table, documents=embedded.documents)
    assert len(cells) > 30
    for row in cells[~cells.conflict].itertuples():
        assert embedded[row.doc].raw[row.start : row.end] == row.surface


# Pictures --------------------------------------------------------------------------------------------------


def texts(figure):
    import matplotlib.text

    return [found.get_text() for found in figure.findobj(matplotlib.text.Text)]


@pytest.mark.parametrize(("lang", "title"), [("zh", "面板里有什么"), ("en", "What the panel holds")])
def test_the_picture_of_the_coverage_names_regions_and_marks_conflicts(lang, title):
    cells = panel(
        observations({}, exact(70.0, doc="b"), {"region": "320000"}, {"region": "320000", "period": "2014"})
    )
    figure = plot_coverage(cells, lang=lang)
    assert any(title in text for text in texts(figure))
    assert any("n = 3" in text for text in texts(figure))
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["上海市", "江苏省"]
    marks = [line.get_marker() for line in axes.lines if line.get_marker() in ("x", "o")]
    assert marks == ["x", "o"]
    assert "2" in texts(figure)  # two periods of 江苏


def test_the_picture_of_the_values_shows_both_ends_of_a_conflict():
    figure = plot_indicator(panel(observations({}, exact(70.0, doc="b"))), lang="en")
    assert any("60 | 70" in text for text in texts(figure))
    assert any("not averaged" in text for text in texts(figure))
