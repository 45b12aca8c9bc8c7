"""Whether a difference outlasts what documents differ in anyway: genre, tier, length.

Shares by fractional logit (Papke & Wooldridge 1996, J. Appl. Econom. 11:619), counts by negative binomial
with the logarithm of the part's size as offset (Cameron & Trivedi 2013, ch. 3), both by statsmodels with
errors clustered by issuer and Student's t of issuers - 1 degrees of freedom (Cameron & Miller 2015, J. Hum.
Resour. 50:317). It stands beside the permutation test and does not replace it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from egovlib.analyse.grouping import require
from egovlib.analyse.statistics import permutation

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.statistics.permutation import Array

TABLE = {
    "code": "string", "term": "string", "coefficient": "Float64", "se": "Float64", "low": "Float64",
    "high": "Float64", "effect": "Float64", "effect_low": "Float64", "effect_high": "Float64",
    "p": "Float64", "q": "Float64", "n": "Int64", "issuers": "Int64", "model": "string", "verdict": "string",
}  # fmt: skip
"""Columns of `regress_shares` and their types; the names are frozen."""

COVARIATES = ("genre", "tier", "length")
ALPHA = 0.05
FEWEST_ISSUERS = 30
"""Below this many issuers no regression is given: with 10 its nominal 5 % test fired in 6-9 % of 600 simulated
comparisons without any difference, with 20 in 6-7 %, with 30 in 5-7 % (benchmarks/false_alarms.py)."""
FEWEST_PER_LEVEL = 5
"""Genres and tiers of fewer documents are taken together as other, and with the commonest where even these
are fewer: a coefficient of one or two documents fits them exactly and breaks clustered errors."""


class Fit(NamedTuple):
    """Coefficients (m,), their covariance (m, m), degrees of freedom of t, and the mean of the response."""

    coefficients: Array
    covariance: Array
    freedom: float
    mean: Callable[[Array], Array]


def m_fractional_logit(counts: Array, sizes: Array, design: Array, issuers: Array) -> Fit:
    """Fit shares counts / sizes, each part weighing the same; ValueError when it does not converge.

    counts, sizes: (n,); design: (n, m) with a column of ones; issuers: (n,) numbers.
    """
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    model = GLM(counts / sizes, design, family=families.Binomial())
    found = _converged(lambda: model.fit(cov_type="cluster", cov_kwds={"groups": issuers}))
    return Fit(found.params, found.cov_params(), _freedom(issuers), lambda x: 1 / (1 + np.exp(-x)))


def m_negative_binomial(counts: Array, sizes: Array, design: Array, issuers: Array) -> Fit:
    """Fit counts with log(sizes) as offset; shapes and errors as `m_fractional_logit`.

    Counts that vary no more than a Poisson's have no dispersion to fit: the Poisson is then the limit of the
    negative binomial and is fitted instead, with the same clustered errors.
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    m, clustered = design.shape[1], {"cov_type": "cluster", "cov_kwds": {"groups": issuers}}
    try:
        model = NegativeBinomial(counts, design, offset=np.log(sizes))
        found = _converged(lambda: model.fit(disp=0, maxiter=200, **clustered))
    except ValueError:
        poisson = GLM(counts, design, family=families.Poisson(), offset=np.log(sizes))
        found = _converged(lambda: poisson.fit(**clustered))
    # the last parameter of the negative binomial is its dispersion
    return Fit(found.params[:m], found.cov_params()[:m, :m], _freedom(issuers), np.exp)


MODELS = {"fractional_logit": m_fractional_logit, "negative_binomial": m_negative_binomial}


def regress_shares(
    shares: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    covariates: Sequence[str] = COVARIATES,
    model: str = "fractional_logit",
    reference: str | None = None,
    correction: str = "BH",
) -> pd.DataFrame:
    """Regress each code on the group and on what documents differ in, errors clustered by issuer.

    shares: `Comparison.shares` or `GroupComparison.shares`. documents: the corpus's table, for genre, tier
    and chars. covariates: some of genre, tier, length (log2 of the characters: the effect of twice the
    length). model: fractional_logit or negative_binomial. reference: the group the others are compared
    with, the first by name when None.

    Returns a row a code and term (group fyp13, genre plan, length …): coefficient on the scale of the link
    with its 95 % interval; effect, the mean difference of the share it makes over all documents, with its
    interval (delta method); p; q over the group's terms of all codes; verdict. A code that cannot be
    estimated has NA and the reason in `verdict`. ValueError for an argument that is not allowed.
    """
    import pandas as pd

    for covariate in covariates:
        require(
            "covariate", covariate, COVARIATES, "genre and tier are the document's, length its characters"
        )
    require("model", model, MODELS, "fractional_logit for shares, negative_binomial for counts")
    frame = shares[shares["denominator"] > 0].merge(
        documents[["doc", "genre", "tier", "chars"]], on="doc", how="left"
    )
    groups = sorted(frame["group"].dropna().unique())
    if reference is not None:
        require("reference", reference, groups, "it is one of the groups compared")
        groups = [reference, *(group for group in groups if group != reference)]
    rows = [
        row
        for code, part in frame.groupby("code", sort=False)
        for row in _regress(str(code), part, groups, covariates, model)
    ]
    table = pd.DataFrame(rows, columns=[name for name in TABLE if name != "q"])
    of_group = table["term"].astype("string").str.startswith("group ").fillna(False).to_numpy(dtype=bool)
    p = table["p"].to_numpy(dtype=float)
    q = permutation.adjusted_p(np.where(of_group, p, np.nan), correction)
    shown = of_group & ~np.isnan(q)
    words = np.where(
        q <= ALPHA, np.where(table["coefficient"].astype(float) > 0, "higher", "lower"), "no difference shown"
    )
    table["verdict"] = table["verdict"].where(~shown, words)
    return table.assign(q=q)[list(TABLE)].astype(TABLE)


def _regress(
    code: str, part: pd.DataFrame, groups: Sequence[str], covariates: Sequence[str], model: str
) -> list[tuple[Any, ...]]:
    """Rows of one code, without q."""
    names, design = _design(part, groups, covariates)
    owners = part["issuer"].fillna(part["doc"])
    n, issuers = len(part), int(owners.nunique())
    counts = part["sentences"].to_numpy(dtype=float)
    sizes = part["denominator"].to_numpy(dtype=float)
    reason = _obstacle(part, groups, names, design, issuers)
    if reason is None:
        places = np.unique(owners.to_numpy(dtype=str), return_inverse=True)[1].astype(float)
        try:
            fit = MODELS[model](counts, sizes, design, places)
        except ValueError as error:
            reason = str(error)
    if reason is not None:
        empty = [None] * 8
        return [(code, f"group {group}", *empty, n, issuers, model, reason) for group in groups[1:]] or [
            (code, None, *empty, n, issuers, model, reason)
        ]
    rows = estimates(fit, design)
    return [
        (code, name, *row, n, issuers, model, None) for name, row in zip(names[1:], rows[1:], strict=True)
    ]


def _design(part: pd.DataFrame, groups: Sequence[str], covariates: Sequence[str]) -> tuple[list[str], Array]:
    """Columns of the regression and their names; the first is the constant."""
    columns: dict[str, Array] = {"constant": np.ones(len(part))}
    for group in groups[1:]:
        columns[f"group {group}"] = np.asarray(part["group"] == group, dtype=float)
    for covariate in covariates:
        if covariate == "length":
            length = np.log2(part["chars"].to_numpy(dtype=float))
            if np.ptp(length) > 0:
                columns["length"] = length - length.mean()
            continue
        values = part[covariate].fillna("unknown").astype(str)
        tally = values.value_counts()
        values = values.where(values.map(tally) >= FEWEST_PER_LEVEL, "other")
        if (values == "other").sum() < FEWEST_PER_LEVEL:
            values = values.replace("other", str(tally.index[0]))
        for level in list(values.value_counts().index)[1:]:  # the commonest is the base
            columns[f"{covariate} {level}"] = np.asarray(values == level, dtype=float)
    return list(columns), np.column_stack(list(columns.values()))


def _obstacle(
    part: pd.DataFrame, groups: Sequence[str], names: Sequence[str], design: Array, issuers: int
) -> str | None:
    """Why the code cannot be regressed, None when it can."""
    if len(groups) < 2:
        return "not testable: only one group has documents"
    by_group = part.groupby("group")[["sentences", "denominator"]].sum()
    absent = [group for group in groups if by_group.loc[group, "sentences"] == 0]
    if len(absent) == len(groups):
        return "does not occur"
    if absent:
        return f"not testable: does not occur in {absent[0]}"
    if (by_group["sentences"] == by_group["denominator"]).any():
        return "not testable: every sentence of a group has the code"
    if issuers < FEWEST_ISSUERS:
        return f"not testable with {issuers} issuers: clustered errors need {FEWEST_ISSUERS}"
    for place in range(1, len(names)):
        if np.linalg.matrix_rank(design[:, : place + 1]) <= place:
            return f"not testable: {names[place]} cannot be told apart from the terms before it"
    return None


def estimates(fit: Fit, design: Array) -> list[tuple[float, ...]]:
    """Coefficient, se, low, high, effect, low, high and p of each term, without the code's name."""
    from scipy.stats import t

    quantile = t.ppf(1 - ALPHA / 2, fit.freedom)
    rows: list[tuple[float, ...]] = []
    for place in range(design.shape[1]):
        value, se = float(fit.coefficients[place]), float(np.sqrt(fit.covariance[place, place]))
        effect, error = _mean_effect(fit, design, place)
        p = 2 * t.sf(abs(value) / se, fit.freedom)
        rows.append((
            value, se, value - quantile * se, value + quantile * se,
            effect, effect - quantile * error, effect + quantile * error, float(p),
        ))  # fmt: skip
    return rows


def _mean_effect(fit: Fit, design: Array, place: int) -> tuple[float, float]:
    """Mean difference of the share when the term is 1 rather than 0 (length: one doubling), and its error."""
    less, more = design.copy(), design.copy()
    two_valued = set(np.unique(design[:, place])) <= {0.0, 1.0}
    less[:, place], more[:, place] = (0, 1) if two_valued else (less[:, place], more[:, place] + 1)
    step = 1e-6

    def effect(coefficients: Array) -> float:
        return float((fit.mean(more @ coefficients) - fit.mean(less @ coefficients)).mean())

    moved = np.eye(design.shape[1]) * step
    slopes = np.array(
        [(effect(fit.coefficients + d) - effect(fit.coefficients - d)) / (2 * step) for d in moved]
    )
    return effect(fit.coefficients), float(np.sqrt(slopes @ fit.covariance @ slopes))


def _converged(fit: Callable[[], Any]) -> Any:
    """Run a fit without its warnings; ValueError, as a reason, when it did not come to an end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is tested below
        try:
            found = fit()
        except (np.linalg.LinAlgError, ValueError, FloatingPointError):
            raise ValueError("not testable: the regression has no solution") from None
    settled = getattr(found, "converged", None)
    settled = found.mle_retvals["converged"] if settled is None else settled
    errors = np.sqrt(np.abs(np.diag(found.cov_params())))
    if (
        not settled
        or not np.isfinite(found.params).all()
        or not np.isfinite(errors).all()
        or errors.max() > 50
    ):
        raise ValueError("not testable: the regression does not converge")
    return found


def _freedom(issuers: Array) -> float:
    return float(len(np.unique(issuers)) - 1)
