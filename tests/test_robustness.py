"""How sure ranks are: enumeration, simulation, Sobol, leaving out, and refusing thin data."""

import numpy as np
import pandas as pd
import pytest

from egovlib.analyse.index.audit import STEPS, audit
from egovlib.analyse.index.published import read_panel
from egovlib.analyse.index.robustness import robustness, trace_region
from egovlib.analyse.scores import score_regions

pytestmark = pytest.mark.filterwarnings("error")

TREE = pd.DataFrame(
    {
        "code": ["index", "p", "q", *"abcd"],
        "parent": ["", "index", "index", "p", "p", "q", "q"],
        "weight": ["", "1", "1", "1", "1", "1", "1"],
        "total": ["parts", "parts", "parts", "", "", "", ""],
        "direction": ["", "", "", "1", "1", "1", "-1"],
        "lower": ["", "", "", "0", "0", "0", "0"],
        "upper": ["", "", "", "100", "100", "100", "100"],
    }
)


def made(wide=False, gaps=False, n=8):
    rows = []
    for r in range(n):
        for k, code in enumerate("abcd"):
            value = (90 - 10 * r + 7 * ((r * (k + 2)) % 5)) * (1 if code != "d" else 0.4)
            if gaps and (r, code) in {(2, "a"), (4, "d")}:
                continue
            rows.append((f"r{r}", "2020", code, value, value * 0.9 if wide else None, value))
    return pd.DataFrame(rows, columns=["region", "period", "indicator", "value", "low", "high"])


def only(**settings):
    """Settings under which only the named sources vary."""
    return {"vary_method": False, "spread": 0.0, "draws": 200, **settings}


def test_nothing_uncertain_nothing_moves():
    found = robustness(score_regions(made(), TREE), **only())
    assert (found.ranks.p05 == found.ranks["rank"]).all()
    assert (found.ranks.p95 == found.ranks["rank"]).all()


@pytest.mark.parametrize(
    ("panel", "settings"),
    [
        (made(), only(spread=0.5)),
        (made(wide=True), only()),
        (made(gaps=True), only()),
        (made(), only(vary_method=True)),
    ],
    ids=["weights", "wording", "missing", "method"],
)
def test_each_source_moves_ranks(panel, settings):
    found = robustness(score_regions(panel, TREE), **settings)
    assert (found.ranks.p95 > found.ranks.p05).any()
    assert ((found.ranks.p05 <= found.ranks["median"]) & (found.ranks["median"] <= found.ranks.p95)).all()


def test_wording_stays_in_its_interval():
    scores = score_regions(made(wide=True), TREE)
    assert (scores.cells.low <= scores.cells.values).all()
    nominal = scores.table.set_index("region").score
    found = robustness(scores, **only())
    drawn = pd.DataFrame(found._drawn_scores, columns=scores.cells.units.region)
    # a, b, c lie in [0.9 v, v]; d counts downwards
    assert (drawn["r0"] <= nominal["r0"] + 0.1 * 36 / 4 + 1e-9).all()


def test_enumeration_holds_every_sensible_combination_once():
    found = robustness(score_regions(made(), TREE), draws=100)
    combinations = found.choices.drop_duplicates(["normalise", "weights", "aggregate"])
    assert len(found.choices) == len(combinations) * 8
    assert not ((combinations.normalise == "zscore") & (combinations["aggregate"] == "geometric")).any()
    ends = found.choices.groupby("region")["rank"].agg(["min", "max"])
    ranks = found.ranks.set_index("region")
    assert (ends["min"] == ranks.best[ends.index]).all()
    assert (ends["max"] == ranks.worst[ends.index]).all()


def test_own_choices():
    found = robustness(score_regions(made(), TREE), choices={"normalise": ["minmax", "zscore"]}, draws=100)
    assert set(found.choices.normalise) == {"goalposts", "minmax", "zscore"}
    assert set(found.choices["aggregate"]) == {"arithmetic"}


def test_outranks_is_a_probability():
    found = robustness(score_regions(made(wide=True), TREE), draws=200)
    share = found.outranks
    assert share.loc["r0", "r7"] > 0.5
    both = share + share.T
    off = ~np.eye(len(share), dtype=bool)
    assert np.allclose(both.to_numpy(dtype=float, na_value=np.nan)[off], 1)


def test_seeds_repeat():
    scores = score_regions(made(wide=True, gaps=True), TREE)
    first, second = (robustness(scores, draws=150, seed=3).ranks for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_sobol_of_the_only_source_is_one():
    found = robustness(score_regions(made(), TREE), **only(spread=0.5))
    row = found.sobol[found.sobol.region == "all"].iloc[0]
    assert row.factor == "weights"
    assert row["first"] == pytest.approx(1, abs=0.15)
    still = found.sobol[found.sobol["first"].isna()]
    assert set(still.reason) <= {"never moves"}


def test_leaving_out_lists_pillars_and_indicators():
    table = robustness(score_regions(made(), TREE), draws=100).leave_one_out
    assert set(table.removed) == set("pqabcd")
    assert (table.mean_shift >= 0).all()


def test_thin_data_are_refused_with_what_is_missing():
    panel = made(n=7)
    panel = panel[~((panel.region > "r3") & (panel.indicator > "a"))]
    with pytest.raises(ValueError, match=r"too thin: 4 of 7 .*r4 has 1 of 4 indicators, 3 are needed"):
        robustness(score_regions(panel, TREE))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"draws": 10}, "give 100 or more"),
        ({"spread": 2}, "a share below 1"),
        ({"period": "1999"}, "choose 2020"),
        ({"choices": {"colour": ["red"]}}, "allowed are normalise, weights, aggregate"),
    ],
)
def test_bad_settings(settings, said):
    with pytest.raises(ValueError, match=said):
        robustness(score_regions(made(), TREE), **settings)


def test_several_periods_need_a_name():
    scores = score_regions(read_panel("un_egdi"), "un_egdi")
    with pytest.raises(ValueError, match=r"name one \(period=…\)"):
        robustness(scores)


def test_trace_follows_a_region_and_names_thin_years():
    panel = pd.concat([made(), made(n=3).assign(period="2019")])
    scores = score_regions(panel, TREE)
    trace = trace_region(scores, "r1", draws=100)
    assert trace.period.tolist() == ["2019", "2020"]
    assert "too thin" in trace.reason[0]
    ranks = scores.table[scores.table.period == "2020"].set_index("region")["rank"]
    assert trace["rank"][1] == ranks["r1"]
    with pytest.raises(ValueError, match="take one from the column region"):
        trace_region(scores, "r99")


def test_china_rose_whatever_the_choices():
    panel = read_panel("un_egdi")
    scores = score_regions(panel[panel.period.isin(["2010", "2020"])], "un_egdi")
    first, last = trace_region(scores, "CHN", draws=200).itertuples(index=False)
    assert (first.rank, last.rank) == (74, 45)
    assert last.p95 < first.p05


def test_the_audit_has_ten_steps_and_admits_what_is_open():
    scores = score_regions(made(), TREE)
    sheet = audit(scores)
    assert sheet.step.tolist() == list(STEPS)
    assert sheet.set_index("step").state["uncertainty and sensitivity"] == "open"
    assert "d -1" in sheet.set_index("step").en["normalisation"]
    after = audit(scores, robustness(scores, draws=100)).set_index("step")
    assert after.state["uncertainty and sensitivity"] != "open"
