"""Agreement of coders, against published values and independent implementations."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovlib.analyse.agreement import measure_agreement

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "textstats.json"
CHECKS = ("krippendorff_alpha", "two_rater_table", "fleiss_counts", "gwet_raw")
NAMES = {
    "fleiss": "fleiss_kappa",
    "kappa": "cohen_kappa",
    "ac1": "gwet_ac1",
    "alpha": "krippendorff_alpha",
    "agreement": "percent",
}


def items():
    if not REFERENCE.exists():
        return []
    return [
        item for item in json.loads(REFERENCE.read_text(encoding="utf-8"))["items"] if item["check"] in CHECKS
    ]


def values(*codings, **options):
    return measure_agreement(*codings, draws=20, **options).set_index("coefficient").value


def coders_of(item):
    """The raw ratings of an item, one list a coder."""
    inputs = item["inputs"]
    if item["check"] == "krippendorff_alpha":
        return inputs["data"]
    if item["check"] == "gwet_raw":
        return list(zip(*inputs["data"], strict=True))
    if item["check"] == "two_rater_table":
        cells = [(i, j) for i, row in enumerate(inputs["table"]) for j, n in enumerate(row) for _ in range(n)]
        return list(zip(*cells, strict=True))
    units = [[category for category, n in enumerate(row) for _ in range(n)] for row in inputs["counts"]]
    return list(zip(*units, strict=True))


@pytest.mark.skipif(not REFERENCE.exists(), reason="../shared/reference/textstats.json is not here")
@pytest.mark.parametrize("item", items(), ids=lambda item: item["id"])
def test_the_reference_values(item):
    found = values(*coders_of(item), level=item["inputs"].get("level", "nominal"))
    expected = item["expected"]
    if not isinstance(expected, dict):
        if expected is None and item["kind"] != "definition":
            assert (
                -1 <= found["krippendorff_alpha" if "krippendorff" in item["check"] else "cohen_kappa"] <= 1
            )
            return
        expected = {"alpha": expected}
    for name, value in expected.items():
        if name not in NAMES:
            continue
        tolerance = item["tolerance"]
        if isinstance(tolerance, dict):
            tolerance = tolerance.get(name, tolerance["*"])
        if value is None:
            assert pd.isna(found[NAMES[name]])
        else:
            assert found[NAMES[name]] == pytest.approx(value, abs=max(tolerance, 1e-12))


def test_kappas_equal_those_of_statsmodels():
    from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

    rng = np.random.default_rng(4)
    a, b, c = (rng.integers(0, 4, 200) for _ in range(3))
    assert values(a, b)["cohen_kappa"] == pytest.approx(cohens_kappa(pd.crosstab(a, b).to_numpy()).kappa)
    counts = np.array([(np.array([a, b, c]) == category).sum(axis=0) for category in range(4)]).T
    assert values(a, b, c)["fleiss_kappa"] == pytest.approx(fleiss_kappa(counts))


def test_alpha_equals_that_of_the_package_krippendorff():
    krippendorff = pytest.importorskip("krippendorff")
    rng = np.random.default_rng(5)
    data = rng.integers(1, 6, (3, 60)).astype(float)
    data[rng.random(data.shape) < 0.2] = np.nan
    for level in ("nominal", "ordinal", "interval", "ratio"):
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement=level)
        assert values(*data, level=level)["krippendorff_alpha"] == pytest.approx(expected)


def test_without_variation_it_is_undefined():
    table = measure_agreement(["a"] * 9, ["a"] * 9).set_index("coefficient")
    assert table.value["percent"] == 1
    assert table.value[["cohen_kappa", "krippendorff_alpha", "gwet_ac1"]].isna().all()
    assert table.verdict["krippendorff_alpha"] == "undefined"
    assert measure_agreement([], []).value.isna().all()


def test_the_verdict_is_on_the_lower_limit():
    a = ["x", "y"] * 15
    b = [*a[:-2], "y", "x"]
    few = measure_agreement(a, b).set_index("coefficient").loc["krippendorff_alpha"]
    assert few.value > 0.8 > few.low
    assert few.verdict != "reliable"
    many = measure_agreement(a * 40, (a * 39) + b).set_index("coefficient").loc["krippendorff_alpha"]
    assert many.verdict == "reliable"


def test_series_are_aligned_and_gaps_are_no_category():
    a = pd.Series(["x", "y", "y"], index=["u1", "u2", "u3"])
    b = pd.Series(["y", "x", "y"], index=["u3", "u1", "u4"])
    table = measure_agreement(a, b).set_index("coefficient")
    assert table.units["percent"] == 4
    assert table.value["percent"] == 1


def test_tables_of_codings_are_judged_code_by_code():
    units = pd.DataFrame({"doc": ["d"] * 4, "sentence": [1, 2, 3, 4]})
    a = pd.DataFrame({"doc": ["d"] * 3, "sentence": [1, 2, 2], "code": ["net", "net", "law"]})
    b = pd.DataFrame({"doc": ["d"] * 2, "sentence": [1, 2], "code": ["net", "law"]})
    table = measure_agreement(a, b, units=units).set_index(["code", "coefficient"]).value
    assert table["net", "percent"] == 0.75
    assert table["law", "cohen_kappa"] == 1
    with pytest.raises(ValueError, match=r"units=corpus\.sentences"):
        measure_agreement(a, b)


@pytest.mark.parametrize(
    ("codings", "options", "said"),
    [
        ([["a"]], {}, "two or more"),
        ([["a"], ["a", "b"]], {}, "1, 2 units"),
        ([["a"], ["b"]], {"level": "cardinal"}, "nominal, ordinal"),
        ([["a", "b"], ["b", "b"]], {"level": "interval"}, "needs numbers"),
    ],
)
def test_wrong_calls_are_one_sentence(codings, options, said):
    with pytest.raises(ValueError, match=said):
        measure_agreement(*codings, **options)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 3), min_size=2, max_size=30), st.permutations(range(3)))
def test_the_order_of_coders_and_units_makes_no_difference(rows, order):
    one = values(*zip(*rows, strict=True))
    other = values(*(list(zip(*rows[::-1], strict=True))[i] for i in order))
    pd.testing.assert_series_equal(one, other)
    assert (one.dropna() <= 1 + 1e-12).all()
    low_high = measure_agreement(*zip(*rows, strict=True), draws=50)
    known = low_high.dropna(subset=["low"])
    assert (known.low <= known.high).all()
