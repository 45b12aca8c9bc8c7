"""How often the default test fires when nothing differs, and how often the interval holds the truth.

Each simulated code is a column: its shares vary from document to document as bursty themes do (a beta
distribution of the document's own rate, then a binomial count of sentences), so one call tests them all.
"""

import math

import numpy as np
import pytest

from egovlib.analyse import permutation

CODES = 2_000
SENTENCES = 40  # coded sentences of a document part
NOISE = 3 * math.sqrt(0.05 * 0.95 / CODES)  # three standard errors of a rate of 5 % (0.015)
BURSTINESS = {"mild": 20.0, "strong": 3.0}  # a + b of the beta: the smaller, the more documents differ


def draw_shares(n, mean, concentration, seed):
    """Draw shares (n, CODES) of codes whose mean share is `mean` in every document."""
    rng = np.random.default_rng(seed)
    rates = rng.beta(mean * concentration, (1 - mean) * concentration, (n, CODES))
    return rng.binomial(SENTENCES, rates) / SENTENCES


@pytest.mark.parametrize("burstiness", BURSTINESS)
@pytest.mark.parametrize("n", [5, 10])
@pytest.mark.parametrize("paired", [False, True])
def test_false_alarms_keep_the_level(n, burstiness, paired):
    a, b = (draw_shares(n, 0.15, BURSTINESS[burstiness], seed) for seed in (1, 2))
    p = permutation.paired_p(a, b) if paired else permutation.unpaired_p(a, b)
    alarms = (p <= 0.05).mean()
    assert alarms <= 0.05 + NOISE
    if permutation.smallest_p(n, n, paired=paired) > 0.05:
        assert alarms == 0


@pytest.mark.parametrize("burstiness", BURSTINESS)
@pytest.mark.parametrize("n", [5, 10])
@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("mean_b", [0.15, 0.3])
def test_t_interval_holds_the_true_difference(n, burstiness, paired, mean_b):
    a, b = (draw_shares(n, mean, BURSTINESS[burstiness], seed) for mean, seed in ((0.15, 1), (mean_b, 2)))
    low, high = permutation.t_interval(a, b, paired=paired)
    known = ~np.isnan(low)
    difference = mean_b - 0.15
    assert ((low <= difference) & (difference <= high))[known].mean() >= 0.93
    assert known.mean() > 0.97


def test_false_discoveries_of_a_family_stay_below_q():
    """Where nothing differs, a family of 40 codes holds a q up to .05 in at most 5 % of comparisons."""
    a, b = (draw_shares(6, 0.15, BURSTINESS["strong"], seed) for seed in (3, 4))
    p = permutation.unpaired_p(a, b).reshape(-1, 40)
    fired = np.mean([(permutation.adjusted_p(family) <= 0.05).any() for family in p])
    assert fired <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / len(p))
