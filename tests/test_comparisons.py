"""compare_periods and the statistics below it, against published values and an independent implementation."""

import math
import warnings
from fractions import Fraction
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from egovlib import frames
from egovlib.analyse.comparisons import LEAVE_ONE_OUT, TABLE, compare_periods
from egovlib.analyse.shares import SHARES
from egovlib.analyse.statistics import permutation

CLOSE = 1e-12  # both sides sum the same numbers in another order


def make_corpus(parts, sentences=10):
    """Build a corpus and codings of `parts`: (doc, issuer, period, stance, {code: its sentences})."""
    documents, sections, texts, codings = {}, [], [], []
    for doc, issuer, period, stance, counts in parts:
        documents[doc] = (doc, *[None] * 6, None, issuer, None, None, None, 1000, None, None)
        number = str(1 + sum(row[0] == doc for row in sections))
        sections.append((doc, number, 1, "标题", period, stance, 0, 1000))
        first = 1 + sum(row[0] == doc for row in texts)
        for sentence in range(first, first + sentences):
            texts.append((doc, number, sentence, sentence, sentence + 1, f"第{sentence}句"))
        for code, count in counts.items():
            for sentence in range(first, first + count):
                codings.append(
                    (doc, number, sentence, sentence, sentence + 1, "priorities", code, "dictionary", code)
                )
    corpus = SimpleNamespace(
        documents=frames.build("documents", documents.values()),
        sections=frames.build("sections", sections),
        sentences=frames.build("sentences", texts),
    )
    return corpus, frames.build("codings", codings)


def english(found):
    return [str(note) for note in found.notes]


@pytest.fixture
def paired():
    """Eight issuers, each with a document that reviews fyp12 and plans fyp13: open_data always grows."""
    parts = []
    for i in range(8):
        parts.append((f"d{i}", f"issuer{i}", "fyp12", "review", {"broadband": 5, "open_data": 1 + i % 2}))
        parts.append(
            (f"d{i}", f"issuer{i}", "fyp13", "plan", {"broadband": 5, "open_data": 4, "security": i // 7})
        )
    return make_corpus(parts)


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# -- the comparison ------------------------------------------------------------------------------------


def test_paired_comparison_reports_what_the_counts_say(paired):
    found = compare_periods(*paired, a="fyp12", b="fyp13")
    assert dict(found.table.dtypes.astype(str)) == TABLE
    assert dict(found.shares.dtypes.astype(str)) == SHARES
    row = found.table.iloc[0]
    # of 5 coded sentences, 1 or 2 then 4 carry the code
    assert row.code == "open_data"
    assert row.share_a == pytest.approx(0.3)
    assert row.share_b == pytest.approx(0.8)
    assert row.p == pytest.approx(2 / 2**8)
    assert row.p_min == pytest.approx(2 / 2**8)
    assert row.verdict == "higher in b"
    assert (row.n_a, row.n_b, row.sentences_a, row.sentences_b, row.coded_a, row.coded_b) == (
        8,
        8,
        12,
        32,
        40,
        40,
    )
    assert (row.documents_a, row.documents_b) == (8, 8)
    assert row.interval_method == "t, paired"
    assert row.low < 0.5 < row.high
    assert row.loo_low == pytest.approx((0.5 * 8 - 0.6) / 7)
    assert row.loo_high == pytest.approx((0.5 * 8 - 0.4) / 7)
    assert row.log_ratio == pytest.approx(math.log2(0.8 / 0.3))
    assert str(found.notes[1]).startswith("Paired by issuer (8 issuers wrote in both periods)")


def test_codes_that_cannot_be_significant_say_so_and_leave_the_family(paired):
    table = compare_periods(*paired, a="fyp12", b="fyp13").table.set_index("code")
    # security differs in one issuer, broadband (every coded sentence) in none
    assert table.verdict["security"] == "not testable: too few documents differ"
    assert table.p_min["security"] == 1
    assert table.q.isna()["security"]
    assert table.q["open_data"] == table.p["open_data"]  # a family of one
    never = table.loc["hotline"]
    assert never.verdict == "does not occur"
    assert table[["p", "q", "p_min", "low", "log_ratio", "dp"]].isna().loc["hotline"].all()


def test_table_is_ranked_by_the_size_of_the_difference(paired):
    size = compare_periods(*paired, a="fyp12", b="fyp13").table.difference.abs()
    assert size.is_monotonic_decreasing


def test_evidence_leads_back_to_the_sentences(paired):
    found = compare_periods(*paired, a="fyp12", b="fyp13")
    rows = found.evidence("open_data", "fyp12")
    assert len(rows) == 12
    assert list(rows.columns) == [
        "group",
        "period",
        "doc",
        "section",
        "sentence",
        "start",
        "end",
        "evidence",
        "text",
    ]
    assert len(found.evidence("open_data")) == 44
    with pytest.raises(ValueError, match="'dreams' is not one of broadband, "):
        found.evidence("dreams")
    with pytest.raises(ValueError, match="'fyp10' is not one of fyp12, fyp13; "):
        found.evidence("open_data", "fyp10")


def test_every_count_has_its_evidence(paired):
    found = compare_periods(*paired, a="fyp12", b="fyp13")
    for row in found.table.itertuples():
        assert len(found.evidence(row.code, "fyp12")) == row.sentences_a
        assert len(found.evidence(row.code, "fyp13")) == row.sentences_b


def test_leave_one_out_is_the_comparison_without_the_issuer(paired):
    corpus, codings = paired
    found = compare_periods(corpus, codings, a="fyp12", b="fyp13")
    rest = SimpleNamespace(**{name: frame[frame.doc != "d3"] for name, frame in vars(corpus).items()})
    direct = compare_periods(rest, codings[codings.doc != "d3"], a="fyp12", b="fyp13").table.set_index("code")
    left = found.leave_one_out.query("left_out == 'issuer3'").set_index("code")
    assert list(found.leave_one_out.columns) == list(LEAVE_ONE_OUT)
    assert left.difference["open_data"] == pytest.approx(direct.difference["open_data"])
    assert left.p["open_data"] == pytest.approx(direct.p["open_data"])


def test_again_changes_one_argument(paired):
    found = compare_periods(*paired, a="fyp12", b="fyp13")
    turned = found.again(a="fyp13", b="fyp12")
    assert turned.call["a"] == "fyp13"
    assert turned.table.difference[0] == pytest.approx(-found.table.difference[0])
    assert turned.table.p[0] == found.table.p[0]
    assert turned.table.verdict[0] == "higher in a"
    assert found.again().table.equals(found.table)


def test_topics_gather_their_themes_and_count_a_sentence_once():
    corpus, codings = make_corpus([
        ("p", "x", "fyp12", "plan", {"broadband": 4, "computing": 2}),
        ("q", "y", "fyp13", "plan", {"security": 3}),
    ])  # fmt: skip
    table = compare_periods(corpus, codings, a="fyp12", b="fyp13", by="topic").table.set_index("code")
    assert table.sentences_a["infrastructure"] == 4
    assert table.share_b["safeguards"] == 1
    assert len(table) == 6


def test_base_all_divides_by_every_sentence(paired):
    table = compare_periods(*paired, a="fyp12", b="fyp13", base="all").table.set_index("code")
    assert table.share_b["open_data"] == pytest.approx(0.4)
    assert table.coded_b["open_data"] == 80


def test_stance_chooses_sections(paired):
    found = compare_periods(*paired, a="fyp12", b="fyp13", stance="plan")
    assert set(found.table.verdict) == {"no documents in fyp12"}
    assert any("stance plan" in note and "fyp12 none" in note for note in english(found))
    both = compare_periods(*paired, a="fyp12", b="fyp13", stance=["plan", "review"])
    assert both.table.p[0] == pytest.approx(2 / 2**8)


def test_a_section_without_period_takes_the_documents_own():
    corpus, codings = make_corpus([("p", "x", None, "plan", {"security": 3})])
    corpus.documents["plan_period"] = corpus.documents["plan_period"].fillna("fyp12")
    table = compare_periods(corpus, codings, a="fyp12", b="fyp13").table
    assert table.set_index("code").sentences_a["security"] == 3


def test_parts_with_few_coded_sentences_are_named():
    corpus, codings = make_corpus([
        ("p", "x", "fyp12", "plan", {"security": 2}),
        ("q", "y", "fyp13", "plan", {"security": 9}),
    ])  # fmt: skip
    notes = english(compare_periods(corpus, codings, a="fyp12", b="fyp13"))
    assert any(
        "Fewer than 5 coded sentences" in note and note.endswith(": p (2 in fyp12).") for note in notes
    )
    notes = english(compare_periods(corpus, codings, a="fyp12", b="fyp13", base="all"))
    assert not any("Fewer than 5" in note for note in notes)


def test_unpaired_when_issuers_do_not_repeat():
    parts = [(f"a{i}", f"x{i}", "fyp12", "plan", {"broadband": 9, "open_data": 1 + i}) for i in range(5)]
    parts += [(f"b{i}", f"y{i}", "fyp13", "plan", {"broadband": 9, "open_data": 4 + i}) for i in range(5)]
    found = compare_periods(*make_corpus(parts), a="fyp12", b="fyp13")
    row = found.table.iloc[0]
    before, after = np.arange(1, 6) / 9, np.arange(4, 9) / 9
    assert str(found.notes[1]).startswith("Not paired by issuer (no issuer wrote in both periods)")
    assert row.cliffs_delta == pytest.approx(0.84)
    assert row.interval_method == "t, Welch"
    interval = scipy.stats.ttest_ind(after, before, equal_var=False).confidence_interval()
    assert (row.low, row.high) == pytest.approx((interval.low, interval.high), abs=CLOSE)
    assert found.leave_one_out.left_out.nunique() == 10


def test_an_issuers_documents_of_one_period_are_averaged():
    parts = [
        ("x1", "x", "fyp12", "plan", {"broadband": 4, "open_data": 4}),
        ("x2", "x", "fyp12", "plan", {"broadband": 4}),
        ("y1", "y", "fyp12", "plan", {"broadband": 4}),
        ("x3", "x", "fyp13", "plan", {"broadband": 4, "open_data": 2}),
        ("y2", "y", "fyp13", "plan", {"broadband": 4}),
        ("z1", "z", "fyp13", "plan", {"broadband": 4}),
    ]
    found = compare_periods(*make_corpus(parts), a="fyp12", b="fyp13")
    table = found.table.set_index("code")
    assert table.share_a["open_data"] == pytest.approx(0.25)  # x 0.5, y 0
    assert set(table.verdict) == {"not testable with 5 documents", "does not occur"}
    assert any(
        note == "In fyp13 without a part by the same issuer in fyp12, so not used: z1."
        for note in english(found)
    )
    forced = found.again(pair=False)
    assert any("pair=True compares issuers" in note for note in english(forced))
    assert forced.table.n_b[0] == 3


@pytest.mark.parametrize("parts", [
    [],
    [("p", "x", "fyp12", "plan", {"security": 3})],
    [("p", None, "fyp12", "plan", {}), ("q", None, "fyp13", "plan", {"security": 1})],
    [("p", "x", "fyp12", "plan", {}), ("q", "y", "fyp13", "plan", {})],
])  # fmt: skip
@pytest.mark.parametrize("pair", [None, True, False])
def test_too_little_gives_missing_values_with_the_reason(parts, pair):
    found = compare_periods(*make_corpus(parts), a="fyp12", b="fyp13", pair=pair)
    assert found.table.difference.isna().all()
    assert found.table.q.isna().all()
    assert found.table.verdict.str.match("no (documents in|issuer wrote in both)").all()
    assert found.leave_one_out.difference.isna().all()
    assert found._repr_html_()
    if parts and not parts[0][4]:
        assert any("no sentence carries a code, so not used: p" in note for note in english(found))


@pytest.mark.parametrize(("change", "message"), [
    ({"a": "fyp9"}, "a 'fyp9' is not one of fyp10, "),
    ({"b": "十三五"}, "b '十三五' is not one of fyp10, "),
    ({"b": "fyp12"}, "a and b are both 'fyp12'; name two"),
    ({"by": "word"}, "by 'word' is not one of theme, topic; "),
    ({"base": "chars"}, "base 'chars' is not one of coded, all; "),
    ({"stance": "dream"}, "stance 'dream' is not one of review, "),
    ({"stance": []}, "stance is empty; name one"),
    ({"scheme": "dreams"}, "'dreams' is neither"),
    ({"draws": 99}, "draws 99 are too few; give 9999 or more"),
])  # fmt: skip
def test_wrong_calls_say_the_mend_in_one_sentence(paired, change, message):
    with pytest.raises(ValueError, match=message) as error:
        compare_periods(*paired, **{"a": "fyp12", "b": "fyp13", **change})
    assert "\n" not in str(error.value)


def test_unknown_code_is_refused(paired):
    corpus, codings = paired
    with pytest.raises(ValueError, match="code 'dreams' of the codings is not in scheme 'priorities'; "):
        compare_periods(corpus, codings.assign(code="dreams"), a="fyp12", b="fyp13")


def test_codings_of_other_documents_are_left_out_and_counted(paired):
    corpus, codings = paired
    stray = codings.head(1).assign(doc="elsewhere")
    found = compare_periods(corpus, pd.concat([codings, stray]), a="fyp12", b="fyp13")
    assert "1 coding of sentences that are not in this corpus was not used." in english(found)


# -- the statistics against an independent implementation ------------------------------------------------


@pytest.mark.parametrize("n", [4, 8])
def test_paired_p_agrees_with_scipy(n):
    rng = np.random.default_rng(n)
    a, b = rng.integers(0, 4, (n, 6)) / 7, rng.integers(0, 4, (n, 6)) / 7
    expected = scipy.stats.permutation_test(
        (b, a), lambda x, y, axis: (x - y).mean(axis=axis), permutation_type="samples", vectorized=True
    ).pvalue
    assert permutation.paired_p(a, b) == pytest.approx(np.minimum(expected, 1), abs=CLOSE)


def enumerate_splits(counts, n_a):
    """Return |difference of means| of every split of `counts`, in fractions; the first is the observed."""
    n, total = len(counts), sum(counts)
    sums = [sum(counts[i] for i in chosen) for chosen in combinations(range(n), n_a)]
    return [abs(Fraction(one, n_a) - Fraction(total - one, n - n_a)) for one in sums]


@pytest.mark.parametrize(("n_a", "n_b"), [(3, 4), (5, 5), (2, 9), (1, 6)])
def test_unpaired_p_and_its_floor_agree_with_fractions(n_a, n_b):
    counts = np.random.default_rng(n_a).integers(0, 4, (n_a + n_b, 8))
    a, b = counts[:n_a] / 7, counts[n_a:] / 7
    p, p_min = permutation.unpaired_p(a, b), permutation.attainable_p(a, b)
    for code in range(counts.shape[1]):
        splits = enumerate_splits(counts[:, code].tolist(), n_a)
        assert p[code] == pytest.approx(np.mean([one >= splits[0] for one in splits]), abs=CLOSE)
        assert p_min[code] == pytest.approx(np.mean([one == max(splits) for one in splits]), abs=CLOSE)
    assert (p_min >= permutation.smallest_p(n_a, n_b) - CLOSE).all()


def test_paired_floor_counts_only_pairs_that_differ():
    a = np.zeros((8, 3))
    b = np.array([[1, 0, 0]] * 5 + [[1, 1, 0]] * 3) / 9
    assert permutation.attainable_p(a, b, paired=True).tolist() == [2 / 2**8, 2 / 2**3, 1]
    assert permutation.paired_p(a, b).tolist() == [2 / 2**8, 2 / 2**3, 1]


@pytest.mark.parametrize("n", [5, 6, 10])
def test_smallest_p_is_reached_by_distinct_shares(n):
    a, b = np.arange(n) / 50, np.arange(n) ** 2 / 50 + 1
    assert permutation.paired_p(a, b)[0] == permutation.smallest_p(n, n, paired=True)
    assert permutation.unpaired_p(a[:4], b[:3])[0] == pytest.approx(permutation.smallest_p(4, 3))


def test_drawn_p_is_near_the_exact_one(monkeypatch):
    rng = np.random.default_rng(3)
    a, b = rng.random((8, 20)), rng.random((8, 20)) + 0.2
    exact = permutation.unpaired_p(a, b), permutation.paired_p(a, b)
    monkeypatch.setattr(permutation, "SPLITS", 1)
    monkeypatch.setattr(permutation, "SIGN_FLIPS", 1)
    for cached in (permutation._splits, permutation._sign_flips):
        cached.cache_clear()
    drawn = permutation.unpaired_p(a, b), permutation.paired_p(a, b)
    for cached in (permutation._splits, permutation._sign_flips):
        cached.cache_clear()
    # 4 standard errors of a share over 9,999 draws
    assert np.abs(np.array(exact) - drawn).max() < 4 * 0.5 / math.sqrt(9_999)


def test_constant_columns_have_p_1_in_spite_of_rounding():
    a, b = np.full((5, 1), 0.1), np.full((7, 1), 0.1)
    assert permutation.unpaired_p(a, b) == 1
    assert permutation.attainable_p(a, b) == 1
    assert np.isnan(permutation.t_interval(a, b)).all()
    assert np.isnan(permutation.bootstrap_interval(a, b)).all()


def test_t_intervals_agree_with_scipy():
    rng = np.random.default_rng(5)
    a, b = rng.random((7, 4)), rng.random((9, 4)) / 2
    welch = scipy.stats.ttest_ind(b, a, equal_var=False).confidence_interval()
    assert np.allclose(permutation.t_interval(a, b), (welch.low, welch.high), rtol=0, atol=CLOSE)
    pairs = scipy.stats.ttest_rel(b[:7], a).confidence_interval()
    assert np.allclose(
        permutation.t_interval(a, b[:7], paired=True), (pairs.low, pairs.high), rtol=0, atol=CLOSE
    )


def test_bootstrap_interval_agrees_with_scipy():
    rng = np.random.default_rng(5)
    a, b = rng.beta(1, 4, (40, 2)), rng.beta(2, 4, (35, 2))
    expected = scipy.stats.bootstrap(
        (b, a), lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis), method="percentile", rng=1
    ).confidence_interval
    # both resample at random: a few percent of the width
    assert np.allclose(permutation.bootstrap_interval(a, b), (expected.low, expected.high), rtol=0, atol=0.01)


def test_cliffs_delta_counts_pairs():
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 5, (6, 3)), rng.integers(0, 5, (9, 3))
    pairs = np.sign(x[:, None, :] - y[None, :, :]).mean(axis=(0, 1))
    assert permutation.cliffs_delta(x, y) == pytest.approx(pairs, abs=CLOSE)


# -- rules of the measures -------------------------------------------------------------------------------


def test_missing_p_values_are_no_members_of_the_family():
    # as R's p.adjust with NA; statsmodels alone returns only NaN (its issue 2899)
    q = permutation.adjusted_p([0.01, math.nan, 0.02, 0.03, math.nan, 0.04])
    assert q == pytest.approx([0.04, math.nan, 0.04, 0.04, math.nan, 0.04], nan_ok=True)


def test_log_ratio_says_which_cells_get_a_half():
    assert np.isnan(permutation.log_ratio(0, 100, 4, 100))
    assert permutation.log_ratio(0, 100, 4, 100, zero=0.5) == 3
    assert permutation.log_ratio(8, 100, 4, 100, zero=0.5) == -1


def test_log_ratio_interval_is_the_linearised_one_of_paired_shares():
    a, b = np.array([0.2, 0.3, 0.25, 0.3, 0.2]), np.array([0.5, 0.55, 0.4, 0.6, 0.45])
    residual = b / b.mean() - a / a.mean()
    width = scipy.stats.t.ppf(0.975, 4) * residual.std(ddof=1) / math.sqrt(5) / math.log(2)
    low, high = permutation.log_ratio_interval(a, b, paired=True)
    centre = math.log2(b.mean() / a.mean())
    assert (low[0], high[0]) == pytest.approx((centre - width, centre + width), abs=CLOSE)


def test_dispersion_by_its_definition():
    # Lijffijt & Gries (2012): one of three equal parts empty; a code spread evenly; a single part
    assert permutation.dispersion_dp([2, 1, 0], [1, 1, 1])[0] == pytest.approx(0.5)
    assert permutation.dispersion_dp([3, 3, 3], [1, 1, 1])[0] == pytest.approx(0)
    assert np.isnan(permutation.dispersion_dp([3], [9])[0])
