"""Normalisation, weights, aggregation and treatment at their edges: refused or NaN with a reason, no warning."""

import numpy as np
import pytest

from egovlib.analyse.index import aggregate, coherence, normalise, sensitivity, treatment, weights

pytestmark = pytest.mark.filterwarnings("error")

NAN = float("nan")


@pytest.mark.parametrize(
    "scores",
    [
        normalise.n_minmax([5, 5, 5]),
        normalise.n_zscore([5, 5, 5]),
        normalise.n_zscore([5]),
        normalise.n_minmax([NAN, NAN]),
        normalise.n_minmax([]),
        normalise.n_percentile([5]),
        normalise.n_goalposts([5, 6], lower=3, upper=3),
        normalise.n_target([5, 5], target=5),
        normalise.n_ampi([5, 5], reference=5),
        normalise.n_share_of_max([0, 0]),
    ],
)
def test_what_cannot_be_normalised_is_nan(scores):
    assert np.isnan(scores).all()


def test_directions_turn_scores_round():
    x = np.array([[1.0, 1.0], [3.0, 3.0], [2.0, 2.0]])
    for function in (normalise.n_minmax, normalise.n_percentile):
        up, down = function(x, direction=[1, -1]).T
        assert (up.argmax(), down.argmax()) == (1, 0)


@pytest.mark.parametrize("function", [weights.w_entropy_minmax, weights.w_entropy_raw, weights.w_critic])
@pytest.mark.parametrize(
    "x",
    [
        [[1, 5], [2, 5], [4, 5]],
        [[1, NAN], [2, NAN], [4, NAN]],
    ],
    ids=["constant", "all missing"],
)
def test_a_column_that_says_nothing_weighs_nothing(function, x):
    assert function(x) == pytest.approx([1, 0], abs=1e-9)


@pytest.mark.parametrize("function", [weights.w_entropy_minmax, weights.w_entropy_raw, weights.w_critic])
def test_nothing_says_anything(function):
    assert function([[3, 5], [3, 5]]) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: weights.w_given([1, -1]), "weight -1 is not allowed"),
        (lambda: weights.w_given([0, 0]), "give at least one"),
        (lambda: weights.w_entropy_raw([[1, -2], [2, 3]]), "use entropy_minmax"),
        (lambda: weights.w_ahp([[1, 2]]), "as wide as high"),
        (lambda: weights.w_ahp([[1, 0], [2, 1]]), "above 0"),
        (lambda: weights.w_ahp([[1, 3], [3, 1]]), "not reciprocal"),
        (lambda: weights.w_ahp([[1, 3], [1 / 3, 1]], random_index="mine"), "choose saaty_1980"),
        (lambda: aggregate.a_geometric([[0, 1]], [1, 1]), "choose the arithmetic mean"),
        (lambda: aggregate.a_harmonic([[-1, 1]], [1, 1]), "minmax_1_100"),
        (lambda: aggregate.a_topsis_raw([[1, NAN]], [1, 1]), "needs a complete table"),
    ],
)
def test_refusals(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("function", [aggregate.a_arithmetic, aggregate.a_geometric, aggregate.a_harmonic])
def test_a_unit_without_scores_is_nan_and_others_are_not(function):
    scores = function([[NAN, NAN], [4, NAN]], [1, 3])
    assert np.isnan(scores[0])
    assert scores[1] == pytest.approx(4)


def test_copeland_counts_shared_indicators_only():
    assert aggregate.outranking([[3, NAN], [1, 9]], [1, 1])[0, 1] == 1
    assert np.isnan(aggregate.outranking([[3, NAN], [NAN, 9]], [1, 1])[0, 1])


def test_unevenness_costs():
    even, uneven = aggregate.a_ampi([[100, 100], [130, 70]], [1, 1])
    assert uneven < even == 100


def test_outliers_are_left_alone_when_there_are_none():
    x = np.arange(10.0)
    assert treatment.t_outliers(x) is not None
    assert (treatment.t_outliers(x) == x).all()
    assert not treatment.has_outliers([1, 1, 1, 1])
    assert not treatment.has_outliers([1, NAN])


def test_a_group_without_values_stays_missing():
    assert np.isnan(treatment.i_mean([1, NAN], groups=["a", "b"])[1])


def test_coherence_without_variation_is_nan():
    assert np.isnan(coherence.cronbach_alpha([[1, 1], [1, 1]]))
    assert np.isnan(coherence.cronbach_alpha([[1], [2]]))
    assert np.isnan(coherence.first_component([[1, 1], [2, 1], [3, 1]])[0]).all()


def test_sobol_of_a_constant_is_nan():
    first, total = sensitivity.sobol_of(lambda x: 0 * x[:1], [(0, 1), (0, 1)], n=64)
    assert np.isnan(first).all()
    assert np.isnan(total).all()
    assert np.isnan(sensitivity.sobol_shares([1, 1], [1, 1], [[1, 1]])[0]).all()
