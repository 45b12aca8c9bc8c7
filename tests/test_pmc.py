"""PMC from two people's codings: intervals where they differ, refusals, bands as data."""

import pytest

from egovlib import frames
from egovlib.analyse.index.pmc import find_band, pmc, read_variables

ITEMS = {"X1": ["a", "b"], "X2": ["c", "d"]}


def codings(*cells, evidence="原文"):
    rows = [("doc1", "1", 1, 0, 5, "pmc", code, coder, evidence) for code, coder in cells]
    return frames.build("codings", rows)


BOTH = [("a", "li"), ("a", "wu"), ("c", "li"), ("c", "wu"), ("b", "li")]


def test_disagreement_is_an_interval():
    row = pmc(codings(*BOTH), ITEMS).table.iloc[0]
    assert (row.low, row.pmc, row.high) == (1.0, 1.25, 1.5)
    assert row.share == pytest.approx(0.625)
    assert (row.differ, row.evidence) == (1, 5)
    assert row.band == "acceptable"


def test_a_document_without_findings_counts():
    found = pmc(codings(*BOTH), ITEMS, documents=["doc1", "doc2"])
    assert found.table.set_index("doc").pmc["doc2"] == 0


def test_agreement_without_variation_is_na():
    full = codings(*[(code, coder) for code in "abcd" for coder in ("li", "wu")])
    found = pmc(full, ITEMS)
    assert found.table.pmc[0] == 2
    assert found.agreement.set_index("coefficient").value.isna()["krippendorff_alpha"]
    assert "NA" in found.notes[1][1]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (codings(("a", "li")), "only li coded"),
        (codings(("a", "li"), ("a", "egovlib")), "only li coded"),
        (codings(("z", "li"), ("a", "wu")), "'z' is in no variable"),
        (codings(("a", "li"), ("a", "wu"), evidence=" "), "has no evidence"),
        (codings(*BOTH).drop(columns="coder"), "lack the column 'coder'"),
    ],
)
def test_refusals(table, said):
    with pytest.raises(ValueError, match=said):
        pmc(table, ITEMS)


def test_bands_cover_everything():
    assert [find_band(x)["band"] for x in (0, 0.5, 0.7, 0.95)] == [
        "poor",
        "acceptable",
        "excellent",
        "perfect",
    ]
    with pytest.raises(ValueError, match="choose estrada, pmc"):
        find_band(0.5, "best")


def test_packaged_variables_fill_the_surface():
    variables = read_variables("pmc")
    assert len(variables) == 9
    assert all(variables.values())
