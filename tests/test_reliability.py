"""Reliability of codings: counts, intervals and α against hand computation and the general coefficient."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovlib.analyse.agreement import measure_agreement
from egovlib.analyse.quality.evaluation import wilson
from egovlib.analyse.quality.reliability import ALL, TABLE, measure_reliability
from egovlib.report.plots.themes import plot_reliability

UNITS = pd.DataFrame({"doc": "a", "sentence": range(1, 11)})
CODES = ("websites", "hotline")


def codings(**sentences):
    rows = [("a", sentence, code) for code, places in sentences.items() for sentence in places]
    return pd.DataFrame(rows, columns=["doc", "sentence", "code"])


FOUND, HAND = codings(websites=[1, 2, 3], hotline=[9]), codings(websites=[2, 3, 4, 5])


def test_counts_and_intervals_of_a_code():
    table = measure_reliability(FOUND, HAND, units=UNITS).set_index("code")
    assert list(table) == [name for name in TABLE if name != "code"]
    row = table.loc["websites"]
    assert (row.n, row.gold, row.found, row.both) == (10, 4, 3, 2)
    assert (row.precision, row.precision_low, row.precision_high) == (2 / 3, *wilson(2, 3))
    assert (row.recall, row.recall_low, row.recall_high) == (0.5, *wilson(2, 4))
    assert row.f1 == pytest.approx(4 / 7)


def test_what_nothing_divides_is_missing():
    row = measure_reliability(FOUND, HAND, units=UNITS).set_index("code").loc["hotline"]
    assert (row.gold, row.found, row.precision, row.f1) == (0, 1, 0.0, 0.0)
    assert row[["recall", "recall_low", "recall_high"]].isna().all()
    nothing = measure_reliability(codings(), codings(), units=UNITS)
    assert nothing.code.tolist() == [ALL]
    assert nothing[["precision", "recall", "f1", "alpha"]].isna().all(axis=None)
    assert nothing.verdict[0] == "undefined"


def test_codes_come_by_their_number_in_the_hand_coding():
    assert measure_reliability(FOUND, HAND, units=UNITS).code.tolist() == [ALL, "websites", "hotline"]


def test_codings_of_sentences_that_nobody_read_do_not_count():
    more = pd.concat([FOUND, codings(websites=[11, 12])])
    assert measure_reliability(more, HAND, units=UNITS).equals(measure_reliability(FOUND, HAND, units=UNITS))


@given(*[st.lists(st.tuples(*[st.booleans()] * len(CODES)), min_size=4, max_size=12)] * 2)
def test_alpha_of_all_codes_is_the_general_one_over_all_decisions(one, other):
    n = min(len(one), len(other))
    found, gold = np.array(one[:n]), np.array(other[:n])
    units = pd.DataFrame({"doc": "a", "sentence": range(n)})
    tables = [
        codings(**{code: np.flatnonzero(cells[:, i]).tolist() for i, code in enumerate(CODES)})
        for cells in (found, gold)
    ]
    used = (found | gold).any(axis=0)
    measured = measure_reliability(*tables, units=units, draws=2)
    general = measure_agreement(found[:, used].ravel().tolist(), gold[:, used].ravel().tolist(), draws=2)
    expected = general.set_index("coefficient").value["krippendorff_alpha"]
    if pd.isna(expected):
        assert pd.isna(measured.alpha[0])
    else:
        assert measured.alpha[0] == pytest.approx(expected)


def test_sentences_are_resampled_whole():
    """Two codes that always go together say no more than one: the interval must not shrink."""
    places = {code: [1, 2, 3, 4] for code in CODES}
    hand = {code: [3, 4, 5, 6] for code in CODES}
    two = measure_reliability(codings(**places), codings(**hand), units=UNITS).iloc[0]
    one = measure_reliability(
        codings(websites=[1, 2, 3, 4]), codings(websites=[3, 4, 5, 6]), units=UNITS
    ).iloc[0]
    assert (two.precision_low, two.precision_high) == (one.precision_low, one.precision_high)


def test_codings_of_two_schemes_are_refused():
    mixed = FOUND.assign(scheme=["priorities", "priorities", "official", "official"])
    with pytest.raises(ValueError, match=r"2 schemes \(official, priorities\); measure one at a time"):
        measure_reliability(mixed, HAND, units=UNITS)


@pytest.mark.parametrize(
    ("lang", "name", "all_"), [("zh", "政府网站", "全部代码"), ("en", "Government websites", "All codes")]
)
def test_the_figure_names_codes_counts_and_n(lang, name, all_):
    figure = plot_reliability(measure_reliability(FOUND, HAND, units=UNITS, draws=20), lang=lang)
    left, right = figure.axes
    assert [text.get_text() for text in left.get_yticklabels()][:2] == [all_, name]
    assert {"4", "3"} <= {text.get_text() for text in right.texts}
    assert "n = 10" in figure._supxlabel.get_text()
