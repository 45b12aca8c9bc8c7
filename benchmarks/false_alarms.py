"""How often the tests fire when nothing differs, how often the intervals hold the truth, and how fast they are.

    python benchmarks/false_alarms.py [--codes 20000] [--regressions 600]

Prints four markdown tables. Each simulated code is a column: every document has its own rate, from a beta
distribution around the code's mean share, and a binomial count of its sentences; the smaller a + b of the beta,
the burstier the code. 140 city work reports of 2024 hold a median of 103 coded sentences each, and their codes
fit an a + b of 57 or more: 20 (mild) and 3 (strong) are harsher than that corpus.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np

from egovlib.analyse.comparisons import BOOTSTRAP_FROM
from egovlib.analyse.statistics import blocks, permutation, regression
from egovlib.analyse.statistics.permutation import Array

SENTENCES = 100
BURSTINESS = {"mild": 20.0, "strong": 3.0}
SHARES = (0.05, 0.15, 0.30)
ALPHA = 0.05


def draw_shares(n: int, codes: int, mean: float, concentration: float, rng: np.random.Generator) -> Array:
    """Draw shares (n documents, codes) of codes with that mean share."""
    rates = rng.beta(mean * concentration, (1 - mean) * concentration, (n, codes))
    return rng.binomial(SENTENCES, rates) / SENTENCES


def default_interval(a: Array, b: Array) -> tuple[Array, Array]:
    """Give the interval that a comparison of this many documents a side gets."""
    if min(len(a), len(b)) >= BOOTSTRAP_FROM:
        return permutation.bootstrap_interval(a, b, draws=1999)
    return permutation.t_interval(a, b)


def holds(limits: tuple[Array, Array], truth: float) -> float:
    """Share of the intervals given that hold the truth."""
    low, high = limits
    given = ~np.isnan(low)
    return float(((low <= truth) & (truth <= high))[given].mean())


def simulate_default(codes: int) -> Iterator[str]:
    """Two groups: false alarms of the test, unpaired and paired, and coverage without and with a difference."""
    yield "| n a side | burstiness | mean share | unpaired | paired | coverage, no difference | coverage, twice |"
    yield "|---|---|---|---|---|---|---|"
    for n in (5, 10, 30):
        for name, concentration in BURSTINESS.items():
            for mean in SHARES:
                rng = np.random.default_rng(2026)
                a, b = (draw_shares(n, codes, mean, concentration, rng) for _ in range(2))
                twice = draw_shares(n, codes, 2 * mean, concentration, rng)
                unpaired = (permutation.unpaired_p(a, b) <= ALPHA).mean()
                paired = (permutation.paired_p(a, b) <= ALPHA).mean()
                yield (
                    f"| {n} | {name} | {mean:.2f} | {unpaired:.3f} | {paired:.3f} | "
                    f"{holds(default_interval(a, b), 0):.3f} | {holds(default_interval(a, twice), mean):.3f} |"
                )


def simulate_groups(codes: int) -> Iterator[str]:
    """Three groups of n, and a trend over three plans of the same n issuers; mean share .15."""
    yield "| n | burstiness | three groups | trend within issuers | coverage of the slope |"
    yield "|---|---|---|---|---|"
    for n in (5, 10, 30):
        for name, concentration in BURSTINESS.items():
            values = draw_shares(3 * n, codes, 0.15, concentration, np.random.default_rng(2026))
            labels, issuers = np.repeat([0, 1, 2], n), np.tile(np.arange(n), 3)
            groups = (blocks.groups_p(values, labels).p <= ALPHA).mean()
            trend = (blocks.trend_p(values, labels, issuers).p <= ALPHA).mean()
            slope = holds(blocks.trend_interval(values, labels, issuers, blocked=True), 0)
            yield f"| {n} | {name} | {groups:.3f} | {trend:.3f} | {slope:.3f} |"


def simulate_regression(runs: int) -> Iterator[str]:
    """Regressions with one further covariate and one document an issuer; mean share .15."""
    yield "| issuers | burstiness | fractional logit | negative binomial |"
    yield "|---|---|---|---|"
    for issuers in (10, 20, 30, 40, 80):
        for name, concentration in BURSTINESS.items():
            rates = [
                f"{_fires(model, issuers, concentration, runs):.3f}" for model in regression.MODELS.values()
            ]
            yield f"| {issuers} | {name} | {' | '.join(rates)} |"


def _fires(model: Callable[..., regression.Fit], issuers: int, concentration: float, runs: int) -> float:
    """Share of regressions of one document an issuer that call the group different though it is not."""
    rng = np.random.default_rng(2026)
    fired = []
    for _ in range(runs):
        counts = SENTENCES * draw_shares(issuers, 1, 0.15, concentration, rng)[:, 0]
        group = np.arange(issuers) % 2
        design = np.column_stack([np.ones(issuers), group, rng.normal(size=issuers)])
        try:
            fit = model(counts, np.full(issuers, float(SENTENCES)), design, np.arange(issuers, dtype=float))
        except ValueError:
            continue
        fired.append(regression.estimates(fit, design)[1][-1] <= ALPHA)
    return float(np.mean(fired))


def time_tests() -> Iterator[str]:
    """10,000 permutations of 200 documents and 300 codes, the best of three runs."""
    values = np.random.default_rng(1).random((200, 300))
    a, b, four, pairs = values[:100], values[100:], np.arange(200) % 4, np.repeat(np.arange(50), 4)
    tests: dict[str, Callable[[], object]] = {
        "two groups of 100, unpaired": lambda: permutation.unpaired_p(a, b, draws=10_000),
        "100 pairs": lambda: permutation.paired_p(a, b, draws=10_000),
        "14 pairs, all 16,384 flips": lambda: permutation.paired_p(a[:14], b[:14]),
        "8 against 8, all 12,870 splits": lambda: permutation.unpaired_p(a[:8], b[:8]),
        "four groups of 50": lambda: blocks.groups_p(values, four, draws=10_000),
        "trend within 50 issuers": lambda: blocks.trend_p(values, four, pairs, draws=10_000),
    }
    yield "| test | seconds |"
    yield "|---|---|"
    for name, test in tests.items():
        yield f"| {name} | {min(_seconds(test) for _ in range(3)):.2f} |"


def _seconds(test: Callable[[], object]) -> float:
    for cached in (permutation._sign_flips, permutation._splits, blocks._arrangements):
        cached.cache_clear()  # the first test of a kind has to make its rearrangements
    start = time.perf_counter()
    test()
    return time.perf_counter() - start


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--codes", type=int, default=20_000, help="simulated codes of each setting")
    parser.add_argument("--regressions", type=int, default=600, help="simulated regressions of each setting")
    arguments = parser.parse_args()
    for table in (
        simulate_default(arguments.codes),
        simulate_groups(arguments.codes // 10),
        simulate_regression(arguments.regressions),
        time_tests(),
    ):
        print(*table, "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
