"""The index: screening, directions, choices that go together, what a result remembers, presets."""

import re

import numpy as np
import pandas as pd
import pytest

from egovlib.analyse.index.points import add_bonus
from egovlib.analyse.index.presets import find_preset, presets
from egovlib.analyse.index.published import read_panel
from egovlib.analyse.scores import Scores, score_regions

pytestmark = pytest.mark.filterwarnings("error")

TREE = pd.DataFrame(
    {
        "code": ["index", "access", "services", "broadband", "mobile", "online", "days"],
        "parent": ["", "index", "index", "access", "access", "services", "services"],
        "weight": ["", "0.5", "0.5", "1", "1", "2", "1"],
        "total": ["1", "parts", "parts", "", "", "", ""],
        "direction": ["", "", "", "1", "1", "1", "-1"],
        "lower": ["", "", "", "0", "0", "0", "0"],
        "upper": ["", "", "", "100", "100", "100", "20"],
    }
)
FIGURES = {
    "a": (80, 60, 90, 5),
    "b": (70, 70, 50, 10),
    "c": (60, 40, 70, 15),
    "d": (50, 90, 30, 20),
    "e": (40, 50, 60, 1),
    "f": (30, 30, 20, 8),
}


def make_panel(figures=FIGURES, period="2020"):
    names = ("broadband", "mobile", "online", "days")
    rows = [(r, period, i, v) for r, row in figures.items() for i, v in zip(names, row, strict=True)]
    return pd.DataFrame(rows, columns=["region", "period", "indicator", "value"]).dropna()


def of(scores, region):
    return scores.table.set_index("region").loc[region]


def test_scores_by_hand():
    scores = score_regions(make_panel(), TREE)
    access, services = (80 + 60) / 2, (2 * 90 + 75) / 3
    assert of(scores, "a").score == pytest.approx((access + services) / 2)
    nodes = scores.nodes.set_index(["region", "node"]).score
    assert nodes["a", "services"] == pytest.approx(services)
    assert scores.table["rank"].tolist() == [1, 2, 3, 4, 5, 6]


def test_fewer_days_are_better_and_every_printout_says_so():
    slower = {**FIGURES, "a": (80, 60, 90, 18)}
    assert (
        of(score_regions(make_panel(slower), TREE), "a").score
        < of(score_regions(make_panel(), TREE), "a").score
    )
    scores = score_regions(make_panel(), TREE)
    assert "days -1" in repr(scores)
    assert re.search(r">days</td><td[^>]*>-1<", scores._repr_html_())
    assert scores.indicators.set_index("indicator").direction["days"] == "-1"


def test_a_gap_drops_out_within_its_group():
    scores = score_regions(make_panel({**FIGURES, "a": (80, None, 90, 5)}), TREE)
    assert of(scores, "a").score == pytest.approx((80 + (2 * 90 + 75) / 3) / 2)


def test_screening_needs_two_thirds_and_each_pillar():
    scores = score_regions(
        make_panel({**FIGURES, "a": (None, None, 90, 5), "b": (1, None, None, None)}), TREE
    )
    assert of(scores, "a").reason == "2 of 4 indicators, 3 are needed"
    assert of(scores.again(coverage=0.5), "a").reason == "nothing in access"
    assert pd.notna(of(scores.again(coverage=0.5, every_pillar=False), "a").score)
    assert pd.isna(of(scores, "b").score)


def test_a_region_without_any_indicator_is_listed():
    other = pd.DataFrame([("z", "2020", "hotlines", 3)], columns=["region", "period", "indicator", "value"])
    assert of(score_regions(pd.concat([make_panel(), other]), TREE), "z").reason.startswith("0 of 4")


def test_few_regions_get_no_ranks():
    scores = score_regions(make_panel(dict(list(FIGURES.items())[:4])), TREE)
    assert scores.table["score"].notna().all()
    assert scores.table["rank"].isna().all()
    assert set(scores.table["reason"]) == {"fewer than 5 regions: no ranks"}


def test_a_constant_or_missing_column_is_named_and_harmless():
    flat = {r: (50, mobile, online, None) for r, (_, mobile, online, _) in FIGURES.items()}
    scores = score_regions(make_panel(flat), TREE, normalise="minmax")
    outcome = scores.indicators.set_index("indicator").outcome
    assert outcome["broadband"] == "constant: left out"
    assert outcome["days"] == "all missing: left out"
    assert scores.table["score"].notna().all()
    assert "left out" in scores.log.step.tolist()


def test_all_constant_is_no_score_with_a_reason():
    scores = score_regions(make_panel(dict.fromkeys("abcde", (1, 2, 3, 4))), TREE, normalise="zscore")
    assert scores.table["score"].isna().all()
    assert set(scores.table["reason"]) == {"no indicator varies between the regions"}


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"normalise": "zscore", "aggregate": "geometric"}, "use normalise 'minmax_1_100'"),
        ({"normalise": "minmax", "aggregate": "harmonic"}, "needs scores above 0"),
        ({"normalise": "percentile", "aggregate": "geometric"}, "needs scores above 0"),
        ({"aggregate": "geometric"}, "days of d is 0 after normalise 'goalposts'"),
        ({"normalise": "none"}, "less is better in days"),
        ({"normalise": "minmax", "aggregate": "topsis_vector"}, "twice"),
        ({"normalise": "ampi"}, "target"),
        ({"aggregate": "ampi"}, "use 'ampi' for both or for neither"),
        ({"normalise": "target"}, "broadband leaves it empty"),
        ({"weights": "entropy_raw"}, "use weights 'entropy_minmax'"),
        ({"normalise": "best"}, "choose goalposts, minmax"),
        ({"weights": "best"}, "choose given, equal"),
        ({"aggregate": "best"}, "choose arithmetic"),
        ({"coverage": 70}, "give a number from 0 to 1"),
        ({"impute": "zero"}, "choose mean"),
        ({"veto": "phones"}, "no indicator of the tree"),
        ({"period": "1999"}, "choose 2020"),
        ({"preset": "best"}, "choose un_egdi"),
    ],
)
def test_senseless_choices_are_refused_with_the_mend(choices, said):
    with pytest.raises(ValueError, match=said) as error:
        score_regions(make_panel(), TREE, **choices)
    assert "\n" not in str(error.value)


def test_years_need_goalposts():
    panel = pd.concat([make_panel(period="2019"), make_panel(period="2020")])
    with pytest.raises(ValueError, match="use normalise 'goalposts'"):
        score_regions(panel, TREE, normalise="minmax")
    scores = score_regions(panel, TREE)
    assert scores.table.groupby("period")["rank"].max().tolist() == [6, 6]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p.drop(columns="value"), "lacks the column 'value'"),
        (lambda p: pd.concat([p, p.head(1).assign(value=99)]), "settle the conflict"),
        (lambda p: p.assign(tier=["city", *["province"] * (len(p) - 1)]), "mixes tier city and province"),
        (lambda p: p.assign(status=["target", *["actual"] * (len(p) - 1)]), "mixes status actual and target"),
        (lambda p: p.assign(unit=["%", *["户"] * (len(p) - 1)]), "has the units"),
        (lambda p: p.assign(indicator="x"), "none of the indicators"),
    ],
)
def test_a_panel_that_may_not_be_scored_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        score_regions(change(make_panel()), TREE)


@pytest.mark.parametrize("weights", ["given", "equal", "entropy_minmax", "critic"])
@pytest.mark.parametrize(
    ("normalise", "aggregate"),
    [
        ("goalposts", "arithmetic"),
        ("minmax_1_100", "geometric"),
        ("minmax_1_100", "harmonic"),
        ("zscore", "arithmetic"),
        ("percentile", "arithmetic"),
        ("none", "topsis_vector"),
        ("none", "topsis_minmax"),
        ("minmax", "topsis_raw"),
        ("none", "copeland"),
    ],
)
def test_every_sensible_choice_ranks_all(normalise, weights, aggregate):
    scores = score_regions(make_panel(), TREE, normalise=normalise, weights=weights, aggregate=aggregate)
    assert scores.table["score"].notna().all()
    assert of(scores, "a")["rank"] == 1


def test_the_best_of_an_interval_is_inside_it():
    tree = TREE.assign(best_low="", best_high="")
    tree.loc[6, ["direction", "best_low", "best_high"]] = ["interval", "8", "10"]
    scores = score_regions(make_panel(), tree)
    normalised = dict(zip(scores.cells.units.region, scores.built.normalised[:, 3], strict=True))
    assert normalised["b"] == normalised["f"] == 100
    assert normalised["d"] == 0
    assert "days [8–10]" in repr(scores)


def test_topsis_with_a_gap_names_it():
    with pytest.raises(ValueError, match="a lacks mobile; set coverage=1"):
        score_regions(
            make_panel({**FIGURES, "a": (80, None, 90, 5)}), TREE, normalise="none", aggregate="topsis_vector"
        )


def test_functions_of_ones_own():
    scores = score_regions(
        make_panel(), TREE,
        normalise=lambda x: x - x.min(axis=0),
        weights=lambda x: np.arange(1, x.shape[1] + 1),
        aggregate=lambda x, w: (x * w).sum(axis=1),
    )  # fmt: skip
    assert scores.table["score"].notna().all()


def test_imputed_and_treated_cells_are_counted():
    figures = {
        **FIGURES,
        "a": (80, None, 90, 5),
        "b": (70, 70, 50, 900),
        "g": (1, 2, 3, 9),
        "h": (2, 3, 4, 9),
    }
    scores = score_regions(make_panel(figures), TREE, normalise="minmax", impute="mean", treat=True)
    counted = scores.indicators.set_index("indicator")
    assert counted.imputed["mobile"] == 1
    assert counted.treated["days"] > 0


def test_a_result_remembers_its_call():
    scores = score_regions(make_panel(), TREE, weights="equal")
    again = scores.again(normalise="minmax_1_100", aggregate="geometric")
    assert isinstance(again, Scores)
    assert again.call["weights"] == "equal"
    assert again.recipe.aggregate == "geometric"
    pd.testing.assert_frame_equal(scores.again().table, scores.table)


def test_compare_shows_who_moved():
    scores = score_regions(make_panel(), TREE)
    both = scores.compare(scores.again(tree=TREE.assign(weight=["", "0.1", "0.9", "1", "1", "2", "1"])))
    assert both.moved.abs().is_monotonic_decreasing
    assert (both.moved == both.rank_a - both.rank_b).all()
    assert both.moved.abs().max() > 0


@pytest.mark.parametrize(
    ("period", "preset"), [("2010", "un_egdi_2010"), ("2012", "un_egdi_2012"), ("2020", "un_egdi")]
)
def test_un_egdi_is_met(period, preset):
    panel = read_panel("un_egdi")
    scores = score_regions(panel, preset, period=period)
    published = panel[(panel.indicator == "egdi") & (panel.period == period)].set_index("region").value
    mine = scores.table.set_index("region").score.dropna()
    assert len(mine) == len(published)
    assert (mine - published.loc[mine.index]).abs().max() < 1e-4


def test_the_veto_of_2012_is_named():
    scores = score_regions(read_panel("un_egdi"), "un_egdi_2012", period="2012")
    assert of(scores, "LBY").score == 0
    assert of(scores, "LBY").reason == "veto: osi is 0"


def test_every_preset_can_be_read():
    for name in presets():
        preset = find_preset(name)
        assert preset.source
        assert 0 <= preset.coverage <= 1


def test_website_points():
    tree = find_preset("website_points").tree
    from egovlib.analyse.index.trees import read_tree

    leaves = read_tree(tree).indicators
    full = {leaf: 30 if leaf == "answer_days" else 100 for leaf in leaves} | {"answer_days": 5, "no_veto": 1}
    agency = {leaf: v for leaf, v in full.items() if not leaf.startswith("service_")}
    sites = {
        "full": full,
        "agency": agency,
        "vetoed": {**full, "no_veto": 0},
        "weak": {**full, "links": 0, "search": 0},
    }
    rows = [(site, "2024", leaf, value) for site, cells in sites.items() for leaf, value in cells.items()]
    panel = pd.DataFrame(rows, columns=["region", "period", "indicator", "value"])
    scores = score_regions(panel, "website_points")
    assert of(scores, "full").score == pytest.approx(100)
    assert of(scores, "agency").score == pytest.approx(100), "not inspected: the other 75 points count 4/3"
    assert of(scores, "weak").score == pytest.approx(90)
    bonus = pd.DataFrame({"region": ["weak", "vetoed"], "period": "2024", "value": [12, 30]})
    totals = add_bonus(scores, bonus).set_index("region")
    assert totals.total["weak"] == pytest.approx(102)
    assert totals.verdict["vetoed"] == "failed: veto"
    assert totals.total["vetoed"] == 0


def test_entropy_topsis_preset_takes_any_tree():
    scores = score_regions(make_panel(), TREE, preset="entropy_topsis")
    assert (scores.recipe.weights, scores.recipe.aggregate) == ("entropy_minmax", "topsis_minmax")
    assert scores.table["score"].between(0, 1).all()
