"""regress_shares against simulated shares whose cause is known, and against statsmodels' formulas."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from egovlib.analyse.statistics.regression import (
    TABLE,
    m_fractional_logit,
    m_negative_binomial,
    regress_shares,
)

CLOSE = 1e-8  # two Newton iterations to the same optimum


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def make_shares(counts, groups, genres, *, size=100, issuers=None):
    """Build shares and documents: `counts` maps a code to its sentences of each document."""
    docs = [f"d{i}" for i in range(len(groups))]
    rows = [
        (doc, owner, group, None, code, n, size, n / size if size else None)
        for code, column in counts.items()
        for doc, owner, group, n in zip(docs, issuers or docs, groups, column, strict=True)
    ]
    names = ["doc", "issuer", "group", "period", "code", "sentences", "denominator", "share"]
    documents = pd.DataFrame({
        "doc": docs, "genre": genres, "tier": "city", "chars": np.arange(5_000, 5_000 + len(docs)),
    })  # fmt: skip
    return pd.DataFrame(rows, columns=names), documents


@pytest.fixture
def confounded():
    """80 documents: plans have 20 % of a code and reports 10 %; region b has mostly plans."""
    rng = np.random.default_rng(5)
    groups = ["a"] * 40 + ["b"] * 40
    genres = ["plan"] * 10 + ["work_report"] * 30 + ["plan"] * 30 + ["work_report"] * 10
    rates = np.where(np.array(genres) == "plan", 0.2, 0.1)
    return make_shares({"x": rng.binomial(100, rates), "y": rng.binomial(100, 0.15, 80)}, groups, genres)


@pytest.mark.parametrize("model", ["fractional_logit", "negative_binomial"])
def test_a_difference_of_genre_goes_when_genre_is_held_constant(confounded, model):
    shares, documents = confounded
    plain = regress_shares(shares, documents, covariates=[], model=model)
    held = regress_shares(shares, documents, covariates=["genre"], model=model)
    assert dict(held.dtypes.astype(str)) == TABLE
    before = plain.query("code == 'x' and term == 'group b'").iloc[0]
    after = held.query("code == 'x' and term == 'group b'").iloc[0]
    assert before.verdict == "higher"
    assert after.verdict == "no difference shown"
    assert after.effect_low < 0 < after.effect_high
    assert before.effect == pytest.approx(0.05, abs=0.02)
    genre = held.query("code == 'x' and term.str.startswith('genre')", engine="python").iloc[0]
    assert abs(genre.effect) == pytest.approx(0.1, abs=0.02)
    assert set(held.n) == {80}


def test_fractional_logit_without_covariates_gives_the_group_means(confounded):
    shares, documents = confounded
    row = regress_shares(shares, documents, covariates=[]).query("code == 'y'").iloc[0]
    means = shares[shares["code"] == "y"].groupby("group")["share"].mean()
    assert row.effect == pytest.approx(means["b"] - means["a"], abs=CLOSE)
    turned = regress_shares(shares, documents, covariates=[], reference="b").query("code == 'y'").iloc[0]
    assert turned.effect == pytest.approx(-row.effect, abs=CLOSE)


def test_errors_are_clustered_by_issuer():
    rng = np.random.default_rng(1)
    counts, issuers = rng.binomial(100, 0.2, 60).astype(float), np.repeat(np.arange(30.0), 2)
    design = np.column_stack([np.ones(60), np.tile([0, 1], 30)])
    fit = m_fractional_logit(counts, np.full(60, 100.0), design, issuers)
    rates = 1 / (1 + np.exp(-design @ fit.coefficients))
    bread = np.linalg.inv(design.T * (rates * (1 - rates)) @ design)
    scores = design * (counts / 100 - rates)[:, None]
    sums = np.array([scores[issuers == i].sum(axis=0) for i in range(30)])
    # the small-sample factor is that of Cameron & Miller (2015, eq. 12)
    by_hand = bread @ (sums.T @ sums) @ bread * (30 / 29) * (59 / 58)
    assert fit.covariance == pytest.approx(by_hand, rel=1e-6)
    assert fit.freedom == 29


def test_counts_without_overdispersion_fall_back_on_the_poisson():
    counts = np.tile([9.0, 10.0, 11.0, 10.0], 15)
    design, sizes = np.ones((60, 1)), np.full(60, 100.0)
    fit = m_negative_binomial(counts, sizes, design, np.arange(60.0))
    poisson = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(sizes)).fit()
    assert fit.coefficients == pytest.approx(poisson.params, abs=1e-6)


@pytest.mark.parametrize(("counts", "groups", "genres", "reason"), [
    ([0] * 40, ["a", "b"] * 20, ["plan"] * 40, "does not occur"),
    ([0, 5] * 20, ["a", "b"] * 20, ["plan"] * 40, "not testable: does not occur in a"),
    ([100, 5] * 20, ["a", "b"] * 20, ["plan"] * 40, "not testable: every sentence of a group has the code"),
    ([4, 5] * 20, ["a"] * 40, ["plan"] * 40, "not testable: only one group has documents"),
    ([4, 5] * 10, ["a", "b"] * 10, ["plan"] * 20, "not testable with 20 issuers: clustered errors need 30"),
    ([4, 5] * 20, ["a", "b"] * 20, ["plan", "speech"] * 20,
     "not testable: genre speech cannot be told apart from the terms before it"),
])  # fmt: skip
def test_what_cannot_be_estimated_is_missing_with_the_reason(counts, groups, genres, reason):
    table = regress_shares(*make_shares({"x": counts}, groups, genres), covariates=["genre"])
    assert list(table["verdict"]) == [reason]
    assert table[["coefficient", "effect", "p", "q"]].isna().all().all()


def test_rare_genres_are_taken_together(confounded):
    shares, documents = confounded
    documents = documents.assign(genre=["speech"] * 2 + ["policy"] * 4 + ["plan"] * 74)
    terms = set(regress_shares(shares, documents)["term"])
    assert {"group b", "genre other", "length"} == terms
    documents = documents.assign(genre=["speech"] * 2 + ["plan"] * 78)
    assert {"group b", "length"} == set(regress_shares(shares, documents)["term"])


@pytest.mark.parametrize(("change", "message"), [
    ({"covariates": ["mood"]}, "covariate 'mood' is not one of genre, tier, length; "),
    ({"model": "ols"}, "model 'ols' is not one of fractional_logit, negative_binomial; "),
    ({"reference": "z"}, "reference 'z' is not one of a, b; "),
])  # fmt: skip
def test_wrong_calls_say_the_mend(confounded, change, message):
    with pytest.raises(ValueError, match=message):
        regress_shares(*confounded, **change)


def test_no_shares_at_all_give_an_empty_table(confounded):
    shares, documents = confounded
    assert regress_shares(shares.head(0), documents).empty
