"""Keyness, dispersion, collocations, diversity, similarity, look-up, Wordscores: edge cases.

Agreement with published values is checked item by item in the reference tests; here is what they do not hold.
"""

import numpy as np
import pytest

from egovlib.analyse import collocations
from egovlib.analyse.statistics import dispersion, diversity, keyness, lookup, similarity, wordscores


def test_swapping_the_sides_turns_every_sign():
    cells, swapped = (30, 10, 1000, 2000), (10, 30, 2000, 1000)
    for statistic in (keyness.chi2, keyness.g2_two_cells, keyness.g2_four_cells, keyness.log_ratio_hardie):
        assert statistic(*cells) == pytest.approx(-statistic(*swapped))
    delta, z = keyness.weighted_log_odds([30, 970], [10, 1990])
    other, other_z = keyness.weighted_log_odds([10, 1990], [30, 970])
    assert (delta, z) == (pytest.approx(-other), pytest.approx(-other_z))


def test_arrays_and_numbers_agree():
    a, b = np.array([7, 2, 0]), np.array([2, 7, 3])
    for statistic in (keyness.chi2, keyness.g2_two_cells, keyness.g2_four_cells, keyness.odds_ratio):
        together = statistic(a, b, 100, 120)
        assert together.tolist() == [float(statistic(x, y, 100, 120)) for x, y in zip(a, b, strict=True)]


def test_nothing_observed_is_undefined_without_warning(recwarn):
    assert np.isnan(keyness.chi2(0, 0, 10, 10))
    assert np.isnan(keyness.relative_risk(0, 0, 10, 10))
    assert np.isnan(keyness.ell(0, 0, 10, 10))
    assert np.isinf(keyness.odds_ratio(3, 0, 10, 10))
    assert not recwarn.list


def test_yates_never_turns_the_sign():
    assert keyness.chi2(3, 2, 17, 12, yates="always") == 0  # |ad - bc| is less than N/2
    with pytest.raises(ValueError, match="never, always, conditional"):
        keyness.chi2(1, 1, 2, 2, yates="sometimes")


def test_conservative_log_ratio_is_zero_where_the_interval_holds_it():
    assert keyness.conservative_log_ratio(5, 5, 100, 100) == 0
    many = keyness.conservative_log_ratio([50, 5], [5, 50], 100, 100)
    assert many[0] > 0 > many[1]
    assert 0 < many[0] < np.log2(10)
    assert keyness.conservative_log_ratio(50, 5, 100, 100, family=1000) < many[0]


def test_dispersion_of_a_word_that_does_not_occur_is_undefined():
    found = dispersion.describe_dispersion([0, 0, 0])
    assert found["range"] == 0
    assert np.isnan(found["DP"])
    assert np.isnan(found["D_juilland"])
    with pytest.raises(ValueError, match="2 counts and 3 sizes"):
        dispersion.describe_dispersion([1, 2], [1, 1, 1])
    assert np.isnan(dispersion.distance_measures([], 10)["ARF"])


def test_dispersion_is_the_same_in_any_order():
    one = dispersion.describe_dispersion([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    other = dispersion.describe_dispersion([5, 1, 3, 2, 4], [11, 9, 10, 10, 10])
    assert one == pytest.approx(other)


def test_diversity_of_short_texts_is_undefined():
    assert np.isnan(diversity.describe_diversity([])["TTR"])
    assert np.isnan(diversity.mattr(["a"], 2))
    assert np.isnan(diversity.hdd(["a"] * 10))
    assert np.isnan(diversity.mtld(["a", "b", "c"]))
    assert np.isnan(diversity.fisher_alpha(3, 3))
    assert np.isnan(diversity.entropy_bits([0, 0]))


def test_mtld_closes_at_the_threshold_only_when_it_is_not_strict():
    tokens = list("abaaba")  # after aba the ratio is 2/3, after abaa 1/2
    assert diversity.mtld(tokens, threshold=2 / 3) == 3
    assert diversity.mtld(tokens, threshold=2 / 3, strict=True) == 6


def test_pairs_do_not_cross_runs():
    tables = collocations.neighbour_tables([["甲", "乙"], ["丙", "丁"]])
    assert set(tables) == {("甲", "乙"), ("丙", "丁")}
    assert tables["甲", "乙"] == (1, 0, 0, 1)


def test_association_of_a_pair_never_seen():
    found = collocations.association(0, 10, 10, 80)
    assert found["npmi"] == -1
    assert np.isneginf(found["pmi"])
    assert np.isfinite(collocations.collocation_lambda(0, 10, 10, 80)[0])


def test_similarity_of_nothing_is_undefined():
    assert np.isnan(similarity.levenshtein("", ""))
    assert np.isnan(similarity.set_similarities([], [])["jaccard"])
    assert similarity.levenshtein("", "电子") == 0
    assert similarity.levenshtein("政务公开", "政务公开") == 1


def test_lookup_counts_by_scope():
    tokens, entries = (
        ["New", "York", "Times"],
        {"city": ["New York", "New York*"], "paper": ["New York Times"]},
    )
    assert lookup.count_entries(tokens, entries, nested_scope="none") == {"city": 2, "paper": 1}
    assert lookup.count_entries(tokens, entries, nested_scope="key") == {"city": 1, "paper": 1}
    assert lookup.count_entries(tokens, entries) == {"paper": 1}
    with pytest.raises(ValueError, match="none, key or dictionary"):
        lookup.count_entries(tokens, entries, nested_scope="all")


def test_wordscores_lie_between_the_references():
    scores = wordscores.score_words([[4, 1, 0], [0, 1, 4]], [-1.0, 1.0])
    assert scores.tolist() == [-1, 0, 1]
    assert wordscores.score_text([1, 2, 1], scores).score == 0
    assert np.isnan(wordscores.score_text([0, 0, 0], scores).score)
