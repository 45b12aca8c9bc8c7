"""compare_regions, compare_groups and the tests of several groups below them; equivalence; notes in two languages."""

import itertools
import warnings

import numpy as np
import pytest
import scipy.stats
from test_comparisons import CLOSE, make_corpus

from egovlib.analyse import grouping
from egovlib.analyse.comparisons import compare_periods, compare_regions
from egovlib.analyse.groups import MEANS, TABLE, compare_groups
from egovlib.analyse.statistics import blocks, permutation
from egovlib.analyse.statistics.equivalence import TABLE as EQUIVALENCE
from egovlib.analyse.statistics.equivalence import equivalence_p
from egovlib.report.conclusions import write_conclusion
from egovlib.report.labels import label


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def make_regions(rows):
    """Build a corpus of `rows`: (doc, issuer, region, tier, {code: its sentences})."""
    corpus, codings = make_corpus([(doc, issuer, "fyp13", "plan", n) for doc, issuer, _, _, n in rows])
    for column, place in (("region", 2), ("tier", 3)):
        values = {row[0]: row[place] for row in rows}
        corpus.documents[column] = corpus.documents["doc"].map(values).astype("string")
    return corpus, codings


@pytest.fixture
def regions():
    """Six eastern and six western cities: open_data in the east only, broadband everywhere."""
    rows = [(f"e{i}", f"东{i}", f"3702{i:02d}", "city", {"broadband": 5, "open_data": 3}) for i in range(6)]
    rows += [(f"w{i}", f"西{i}", f"5101{i:02d}", "city", {"broadband": 5, "security": 1}) for i in range(6)]
    return make_regions(rows)


# -- two regions ---------------------------------------------------------------------------------------


def test_regions_are_compared_by_issuer_and_not_paired(regions):
    found = compare_regions(*regions, a="east", b="west")
    row = found.table.set_index("code").loc["open_data"]
    assert (row.n_a, row.n_b, row.share_a, row.share_b) == (6, 6, pytest.approx(0.6), 0)
    assert row.p == pytest.approx(2 / 924)
    assert row.verdict == "higher in a"
    assert set(found.shares["group"]) == {"east", "west"}
    assert found.shares["period"].isna().all()
    assert len(found.evidence("open_data", "east")) == row.sentences_a == 18
    assert set(found.again(period="fyp13").shares["period"]) == {"fyp13"}


def test_an_issuers_documents_count_as_one_unit():
    rows = [(f"e{i}", "东", "370200", "city", {"broadband": 4, "open_data": i % 2 * 4}) for i in range(4)]
    rows += [(f"w{i}", f"西{i}", "510100", "city", {"broadband": 4}) for i in range(3)]
    row = compare_regions(*make_regions(rows), a="east", b="west").table.set_index("code").loc["open_data"]
    assert (row.n_a, row.n_b) == (1, 3)
    assert row.share_a == pytest.approx(0.5)


def test_a_code_stands_for_all_below_it_and_for_no_other(regions):
    found = compare_regions(*regions, a="370000", b="510000")
    assert found.table.n_a[0] == 6
    assert set(compare_regions(*regions, a="370202", b="west").table.n_a) == {1}
    assert set(compare_regions(*regions, a="central+370000", b="west").table.n_a) == {6}
    inside = grouping.region_test("east")
    assert not inside("000000")
    assert not inside("")


def test_tier_and_stance_choose_documents_and_sections(regions):
    corpus, codings = regions
    corpus.documents.loc[0, "tier"] = "province"
    found = compare_regions(corpus, codings, a="east", b="west", tier="city")
    assert found.table.n_a[0] == 5
    mixed = compare_regions(corpus, codings, a="east", b="west")
    assert any("Documents by tiers: East city 5, province 1; West city 6." in str(n) for n in mixed.notes)
    empty = compare_regions(corpus, codings, a="east", b="west", stance="problem")
    assert set(empty.table.verdict) == {"no documents in east and west"}


@pytest.mark.parametrize(("change", "message"), [
    ({"a": "middle"}, "region 'middle' is neither one of east, central, west, northeast nor a GB/T 2260 code; "),
    ({"a": "000000"}, "region '000000' is neither"),
    ({"b": "east"}, "a and b are both 'east'; name two"),
    ({"b": "370000"}, "the document 'e0' lies both in 'east' and in '370000'; name regions"),
    ({"tier": "planet"}, "tier 'planet' is not one of national, "),
    ({"tier": []}, "tier is empty; name one"),
    ({"period": "fyp1"}, "period 'fyp1' is not one of fyp10, "),
    ({"correction": "none"}, "correction 'none' is not one of BH, BY; "),
])  # fmt: skip
def test_wrong_calls_say_the_mend_in_one_sentence(regions, change, message):
    with pytest.raises(ValueError, match=message) as error:
        compare_regions(*regions, **{"a": "east", "b": "west", **change})
    assert "\n" not in str(error.value)


def test_every_province_lies_in_one_macro_region():
    from egovlib import codebook

    named = [row["province"] for row in codebook.rows("macro_regions")]
    provinces = {
        row["code"] for row in codebook.rows("regions") if row["tier"] == "province" and not row["end"]
    }
    assert len(named) == len(set(named)) == 31
    assert set(named) <= provinces
    assert provinces - set(named) <= {"710000", "810000", "820000"}  # not in the Bureau's division


@pytest.mark.parametrize("rows", [
    [],
    [("e0", "东", "370200", "city", {"open_data": 3})],
    [("e0", "东", "370200", "city", {}), ("w0", "西", "510100", "city", {"open_data": 3})],
    [("e0", "东", "370200", "city", {}), ("w0", "西", "510100", "city", {})],
    [("e0", "东", None, None, {"open_data": 3}), ("w0", "西", "510100", "city", {"open_data": 3})],
])  # fmt: skip
def test_too_little_gives_missing_values_with_the_reason(rows):
    corpus, codings = make_regions(rows)
    found = compare_regions(corpus, codings, a="east", b="west")
    assert found.table[["difference", "p", "q"]].isna().all().all()
    assert found.table.verdict.str.startswith("no documents in").all()
    several = compare_groups(corpus, codings, groups=["east", "central", "west"])
    assert several.table[["p", "q", "p_min"]].isna().all().all()
    assert several.table.verdict.str.startswith("no documents in").all()
    assert found.equivalence(0.1).p.isna().all()
    for lang in ("zh", "en"):
        assert write_conclusion(found, lang=lang)
        assert write_conclusion(several, lang=lang)


# -- several groups and a trend ----------------------------------------------------------------------------


@pytest.fixture
def plans():
    """Six issuers with a part in three plans: open_data rises everywhere, security goes up and down."""
    parts = [
        (f"d{i}{plan}", f"issuer{i}", f"fyp{plan}", "plan",
         {"broadband": 8, "open_data": 2 * (plan - 11) + i % 2, "security": (i + plan) % 3})
        for i, plan in itertools.product(range(6), (11, 12, 13))
    ]  # fmt: skip
    return make_corpus(parts)


def test_trend_over_plans_within_issuers(plans):
    found = compare_groups(*plans, groups=["fyp11", "fyp12", "fyp13"], test="trend")
    assert dict(found.table.dtypes.astype(str)) == TABLE
    assert dict(found.means.dtypes.astype(str)) == MEANS
    row = found.table.set_index("code").loc["open_data"]
    assert row.verdict == "rises"
    assert row.slope == pytest.approx(0.25)  # 2 of 8 coded sentences a plan
    assert row[["low", "high"]].isna().all()  # every issuer rises by the same: nothing varies
    uneven = found.table.set_index("code").loc["security"]
    assert uneven.low < uneven.slope < uneven.high
    assert "6 issuers wrote in more than one group" in str(found.notes[1])
    assert found.table.set_index("code").verdict["hotline"] == "does not occur"
    assert list(found.means.query("code == 'open_data'")["share"]) == pytest.approx([0.0625, 0.3125, 0.5625])
    assert found.leave_one_out.left_out.nunique() == 6


def test_a_plan_left_out_is_a_step(plans):
    corpus, codings = plans
    found = compare_groups(corpus, codings, groups=["fyp11", "fyp13"], test="trend")
    assert found.table.set_index("code").slope["open_data"] == pytest.approx(0.25)


def test_two_groups_are_the_two_group_test(regions, plans):
    two = compare_regions(*regions, a="east", b="west").table.set_index("code")
    several = compare_groups(*regions, groups=["east", "west"]).table.set_index("code")
    assert several.p.dropna().to_dict() == pytest.approx(two.p.dropna().to_dict())
    assert several.p_min.dropna().to_dict() == pytest.approx(two.p_min.dropna().to_dict())
    pair = compare_periods(*plans, a="fyp11", b="fyp12").table.set_index("code")
    blocked = compare_groups(*plans, groups=["fyp11", "fyp12"]).table.set_index("code")
    assert blocked.p.dropna().to_dict() == pytest.approx(pair.p.dropna().to_dict())


@pytest.mark.parametrize(("groups", "test", "message"), [
    (["fyp11"], "groups", r"groups are \['fyp11'\]; name two or more"),
    (["fyp11", "fyp11"], "groups", "name two or more, each once"),
    (["fyp11", "east"], "groups", "groups mix the plan period 'fyp11' with 'east'; "),
    (["east", "west"], "trend", "test 'trend' needs groups in order; "),
    (["east", "west"], "anova", "test 'anova' is not one of groups, trend; "),
])  # fmt: skip
def test_wrong_groups_say_the_mend(regions, groups, test, message):
    with pytest.raises(ValueError, match=message):
        compare_groups(*regions, groups=groups, test=test)


def test_groups_p_agrees_with_every_arrangement():
    rng = np.random.default_rng(4)
    values, labels = rng.integers(0, 5, (7, 6)) / 9, np.array([0, 0, 1, 1, 1, 2, 2])
    expected = [
        np.mean(
            [_f(column, order) >= _f(column, labels) - CLOSE for order in set(itertools.permutations(labels))]
        )
        for column in values.T
    ]
    assert blocks.groups_p(values, labels).p == pytest.approx(expected, abs=CLOSE)


def _f(column, labels):
    groups = [column[np.array(labels) == g] for g in range(3)]
    return sum(len(group) * (group.mean() - column.mean()) ** 2 for group in groups)


def test_trend_p_agrees_with_scipy_and_with_blocks_by_hand():
    rng = np.random.default_rng(4)
    values, labels = rng.random((6, 3)), np.array([12, 12, 13, 13, 14, 15])
    for code in range(3):
        expected = scipy.stats.permutation_test(
            (labels,), lambda x, y=values[:, code]: abs(np.corrcoef(x, y)[0, 1]),
            permutation_type="pairings", alternative="greater", vectorized=False, n_resamples=np.inf,
        ).pvalue  # fmt: skip
        assert blocks.trend_p(values[:, code], labels).p[0] == pytest.approx(expected, abs=CLOSE)
    owners = np.array([0, 0, 0, 1, 1, 1])
    orders = [
        (*a, *b) for a in itertools.permutations(labels[:3]) for b in itertools.permutations(labels[3:])
    ]
    centred = values[:, 0] - np.repeat([values[:3, 0].mean(), values[3:, 0].mean()], 3)
    observed = abs(labels @ centred)
    by_hand = np.mean([abs(np.array(order) @ centred) >= observed - CLOSE for order in orders])
    assert blocks.trend_p(values[:, 0], labels, owners).p[0] == pytest.approx(by_hand, abs=CLOSE)


def test_drawn_p_of_groups_is_near_the_exact_one(monkeypatch):
    rng = np.random.default_rng(3)
    values, labels, owners = rng.random((9, 20)), np.repeat([0, 1, 2], 3), np.tile([0, 1, 2], 3)
    tests = [(test, owner) for test in (blocks.groups_p, blocks.trend_p) for owner in (None, owners)]
    exact = [test(values, labels, owner).p for test, owner in tests]
    monkeypatch.setattr(blocks, "SPLITS", 1)
    drawn = [test(values, labels, owner).p for test, owner in tests]
    assert np.abs(np.array(exact) - drawn).max() < 4 * 0.5 / np.sqrt(9_999)


def test_slope_is_the_least_squares_one():
    rng = np.random.default_rng(3)
    values, labels = rng.random(8), np.array([11, 11, 12, 12, 13, 13, 14, 14])
    expected = scipy.stats.linregress(labels, values)
    assert blocks.trend_slope(values, labels)[0] == pytest.approx(expected.slope)
    assert blocks.eta_squared(values, np.repeat([0, 1], 4))[0] == pytest.approx(
        np.corrcoef(values, np.repeat([0, 1], 4))[0, 1] ** 2
    )


# -- equivalence, corrections, notes -----------------------------------------------------------------------


def test_equivalence_agrees_with_statsmodels():
    from statsmodels.stats.weightstats import ttost_ind

    rng = np.random.default_rng(2)
    a, b = rng.normal(0.2, 0.02, 8), rng.normal(0.21, 0.05, 9)
    assert equivalence_p(a, b, 0.05)[0] == pytest.approx(ttost_ind(b, a, -0.05, 0.05, usevar="unequal")[0])
    low = scipy.stats.ttest_1samp(b[:8] - a, -0.05, alternative="greater").pvalue
    high = scipy.stats.ttest_1samp(b[:8] - a, 0.05, alternative="less").pvalue
    assert equivalence_p(a, b[:8], 0.05, paired=True)[0] == pytest.approx(max(low, high))


def test_equivalence_needs_a_stated_margin(plans):
    found = compare_periods(*plans, a="fyp11", b="fyp12")
    table = found.equivalence(0.2)
    assert dict(table.dtypes.astype(str)) == EQUIVALENCE
    assert table.set_index("code").verdict["open_data"] != "alike within the margin"
    assert table.set_index("code").verdict["broadband"].startswith("not testable: no variation")
    for margin in (0, -0.1, 1, float("nan")):
        with pytest.raises(ValueError, match="is not between 0 and 1; state the largest difference"):
            found.equivalence(margin)


def test_by_is_never_smaller_than_bh(plans):
    bh = compare_periods(*plans, a="fyp11", b="fyp13")
    by = bh.again(correction="BY")
    assert (by.table.q.dropna() >= bh.table.q.dropna()).all()
    assert any("Benjamini-Yekutieli" in str(note) for note in by.notes)


def test_notes_are_in_both_languages(plans):
    found = compare_periods(*plans, a="fyp11", b="fyp12", stance="plan")
    for note in found.notes:
        assert note.zh != note.en
        assert "{" not in note.text("zh", label) + note.text("en", label)
        assert any("一" <= character <= "鿿" for character in note.text("zh", label))
    assert "立场为规划的章节" in found.notes[2].text("zh", label)
    assert "stance plan" in str(found.notes[2])


def test_conclusion_names_what_differs(regions, plans):
    two = compare_regions(*regions, a="east", b="west")
    assert "East stresses more: Open data" in write_conclusion(two, lang="en")
    assert "东部更强调：" in write_conclusion(two, lang="zh")
    trend = compare_groups(*plans, groups=["fyp11", "fyp12", "fyp13"], test="trend")
    assert "From plan to plan the share rises of: Open data" in write_conclusion(trend, lang="en")
    assert "占比逐期上升的是：" in write_conclusion(trend)


def test_mean_interval_agrees_with_scipy():
    values = np.random.default_rng(1).random((7, 3))
    expected = scipy.stats.ttest_1samp(values, 0).confidence_interval()
    assert np.allclose(permutation.mean_interval(values), (expected.low, expected.high), rtol=0, atol=CLOSE)
