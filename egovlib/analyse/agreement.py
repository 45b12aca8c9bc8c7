"""Agreement of coders: percent, κ, Krippendorff's α and Gwet's AC1, with unit-resampled intervals.

The machine is one more coder. All coefficients are computed from sums over units, so that resampling the
units is a reweighting of these sums. A coefficient that chance leaves undefined (nobody used a second
category) is NA, never 0 or 1.

>>> measure_agreement(["a", "a", "b", "b"], ["a", "a", "b", "a"])[["coefficient", "value"]].round(3).values.tolist()
[['percent', 0.75], ['prevalence', 0.625], ['cohen_kappa', 0.5], ['krippendorff_alpha', 0.533], ['gwet_ac1', 0.529]]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]

LEVELS = ("nominal", "ordinal", "interval", "ratio")
DRAWS = 2_000
"""Resamples of the units: the 95 % limits of α then move by about ±.01 between seeds."""
RELIABLE, TENTATIVE = 0.800, 0.667
"""Krippendorff (2019, ch. 12): conclusions from α of .800, tentative ones from .667; judged on the lower limit."""

TABLE = {
    "code": "string", "coefficient": "string", "value": "Float64", "low": "Float64", "high": "Float64",
    "units": "Int64", "coders": "Int64", "verdict": "string",
}  # fmt: skip
"""Columns of the table of agreement and their types; the names are frozen."""


@dataclass(frozen=True)
class Ratings:
    """Who said what of each unit.

    labels  (n units, r coders) places in `values`, -1 where a coder did not code the unit
    values  the k categories, sorted where they can be
    """

    labels: NDArray[np.intp]
    values: tuple[Any, ...]

    @property
    def counts(self) -> Array:
        """How many coders put each unit in each category, (n, k)."""
        placed = self.labels[:, :, None] == np.arange(len(self.values))
        return np.asarray(placed.sum(axis=1), dtype=float)


def measure_agreement(
    *codings: Any,
    level: Level = "nominal",
    units: pd.DataFrame | None = None,
    draws: int = DRAWS,
    seed: int = 1,
) -> pd.DataFrame:
    """Measure how far two or more coders agree.

    Each coding is one coder's labels, a unit each and in the same order, None or NA where one was not
    coded; or a Series, whose index names the units; or a table of codings (doc, sentence, code), where a
    sentence can have several codes: then each code is judged by itself, given or not given, over the
    sentences of `units` (a table with doc and sentence: all that the coders read).

    level   how α weighs differences: nominal, ordinal, interval, ratio

    Returns a row a coefficient: percent (pairs of coders that agree), prevalence (share of the commonest
    category), cohen_kappa for two coders or fleiss_kappa for more, krippendorff_alpha, gwet_ac1; with the
    2.5 and 97.5 percentiles of `draws` resamples of the units, and for α a verdict on its lower limit
    (reliable from .800, tentative from .667). Cohen (1960), Fleiss (1971; with gaps Gwet 2014, ch. 2),
    Krippendorff (2011), Gwet (2008). Raises ValueError for fewer than two codings, unequal lengths, an
    unknown level, or tables of codings without `units`.
    """
    import pandas as pd

    if len(codings) < 2:
        raise ValueError(f"agreement of {len(codings)} coding is not defined; give two or more codings.")
    if level not in LEVELS:
        raise ValueError(f"level {level!r} is unknown; it is one of {', '.join(LEVELS)}.")
    if any(hasattr(coding, "columns") for coding in codings):
        blocks = _codes_apart(codings, units)
    else:
        blocks = [(None, _align(codings))]
    rows = [
        (code, *row)
        for code, ratings in blocks
        for row in _coefficients(ratings, level, draws=draws, seed=seed)
    ]
    return pd.DataFrame(rows, columns=list(TABLE)).astype(TABLE)


# --- from codings to ratings ------------------------------------------------------------------------


def _align(codings: Sequence[Any]) -> Ratings:
    import pandas as pd

    if not all(isinstance(coding, pd.Series) for coding in codings):
        lengths = {len(coding) for coding in codings}
        if len(lengths) > 1:
            raise ValueError(
                f"the codings have {', '.join(map(str, sorted(lengths)))} units; give one label a unit, None where "
                "a coder gave none, or Series whose index names the units."
            )
        codings = [pd.Series(list(coding), dtype=object) for coding in codings]
    table = pd.concat([coding.astype(object) for coding in codings], axis=1)
    return to_ratings(table.to_numpy(dtype=object))


def to_ratings(cells: NDArray[Any]) -> Ratings:
    """Read a matrix of labels, a row a unit and a column a coder, None or NA where one was not coded."""
    import pandas as pd

    given = ~pd.isna(cells)
    values = set(cells[given].tolist())
    try:
        ordered = sorted(values)
    except TypeError:
        ordered = sorted(values, key=str)
    place = {value: i for i, value in enumerate(ordered)}
    labels = np.array(
        [
            [place[cell] if is_given else -1 for cell, is_given in zip(*row, strict=True)]
            for row in zip(cells, given, strict=True)
        ],
        dtype=np.intp,
    ).reshape(cells.shape)
    return Ratings(labels[(labels >= 0).any(axis=1)], tuple(ordered))


def _codes_apart(codings: Sequence[Any], units: pd.DataFrame | None) -> list[tuple[str | None, Ratings]]:
    """Each code as a yes or no of every sentence that the coders read."""
    if units is None:
        raise ValueError(
            "tables of codings do not say which sentences were read and left uncoded; give units=corpus.sentences."
        )
    read = list(zip(units["doc"], units["sentence"], strict=True))
    given = [set(zip(c["doc"], c["sentence"], c["code"], strict=True)) for c in codings]
    codes = sorted({code for one in given for _, _, code in one})
    return [
        (code, to_ratings(np.array([[(*unit, code) in one for one in given] for unit in read], dtype=object)))
        for code in codes
    ]


# --- coefficients -----------------------------------------------------------------------------------

Row = tuple[str, float | None, float | None, float | None, int, int, str | None]


def _coefficients(ratings: Ratings, level: Level, *, draws: int, seed: int) -> Iterable[Row]:
    n, coders = ratings.labels.shape
    weights = resample(n, draws, seed)
    kappa = ("cohen_kappa", _cohen_kappa) if coders == 2 else ("fleiss_kappa", fleiss_kappa)
    named: list[tuple[str, Callable[[Ratings, Array], Array]]] = [
        ("percent", percent),
        ("prevalence", _prevalence),
        kappa,
        ("krippendorff_alpha", lambda ratings, weights: krippendorff_alpha(ratings, weights, level)),
        ("gwet_ac1", gwet_ac1),
    ]
    for name, coefficient in named:
        value, *resampled = coefficient(ratings, weights)
        known = np.array(resampled)[~np.isnan(resampled)]
        low, high = np.quantile(known, (0.025, 0.975)) if len(known) and not np.isnan(value) else (None, None)
        verdict = judge_alpha(low) if name == "krippendorff_alpha" else None
        yield name, None if np.isnan(value) else float(value), low, high, n, coders, verdict


def judge_alpha(low: float | None) -> str:
    """What the lower limit of an α allows: reliable | tentative | insufficient | undefined."""
    if low is None:
        return "undefined"
    return "reliable" if low >= RELIABLE else "tentative" if low >= TENTATIVE else "insufficient"


def resample(n: int, draws: int, seed: int) -> Array:
    """How often each unit is taken, (1 + draws, n): first once each, then drawn with replacement."""
    if n < 2:
        return np.ones((1, n))
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    return np.vstack([np.ones((1, n)), drawn])


def _share(numerator: Array, denominator: Array) -> Array:
    """The quotient, NaN where nothing is divided by."""
    safe = np.where(np.abs(denominator) > 1e-12, denominator, np.nan)
    return np.asarray(numerator / safe)


def _observed(ratings: Ratings, weights: Array) -> Array:
    """Share of agreeing pairs in a unit, averaged over the units with two labels or more."""
    counts = ratings.counts
    many = counts.sum(axis=1)
    pairs = np.where(many > 1, many * (many - 1), np.nan)
    agree = np.nan_to_num((counts * (counts - 1)).sum(axis=1) / pairs)
    return _share(weights @ agree, weights @ (many > 1).astype(float))


def percent(ratings: Ratings, weights: Array) -> Array:
    """Share of pairs of coders that agree; each coefficient takes weights (draws, n units) and gives (draws,)."""
    return _observed(ratings, weights)


def _marginals(ratings: Ratings, weights: Array) -> Array:
    """Share of each category, every unit counting the same, (draws, k)."""
    counts = ratings.counts
    return np.asarray(
        weights @ (counts / counts.sum(axis=1, keepdims=True)) / weights.sum(axis=1, keepdims=True)
    )


def _prevalence(ratings: Ratings, weights: Array) -> Array:
    shares = _marginals(ratings, weights)
    return np.asarray(shares.max(axis=1)) if shares.size else np.full(len(weights), np.nan)


def _beyond_chance(observed: Array, expected: Array) -> Array:
    return _share(observed - expected, 1 - expected)


def fleiss_kappa(ratings: Ratings, weights: Array) -> Array:
    """Fleiss' κ (1971); with gaps Gwet (2014, ch. 2); of two coders Scott's π."""
    expected = (_marginals(ratings, weights) ** 2).sum(axis=1)
    return _beyond_chance(_observed(ratings, weights), expected)


def gwet_ac1(ratings: Ratings, weights: Array) -> Array:
    """Gwet's AC1; with one category in the data it is undefined."""
    shares = _marginals(ratings, weights)
    categories = len(ratings.values)
    if categories < 2:
        return np.full(len(weights), np.nan)
    expected = (shares * (1 - shares)).sum(axis=1) / (categories - 1)
    return _beyond_chance(_observed(ratings, weights), expected)


def _cohen_kappa(ratings: Ratings, weights: Array) -> Array:
    """Cohen's κ of two coders, over the units that both coded."""
    both = (ratings.labels >= 0).all(axis=1)
    first, second = (np.eye(len(ratings.values))[ratings.labels[both, coder]] for coder in (0, 1))
    taken = weights[:, both]
    n = taken.sum(axis=1)
    observed = _share(taken @ (first * second).sum(axis=1), n)
    expected = _share(((taken @ first) * (taken @ second)).sum(axis=1), n**2)
    return _beyond_chance(observed, expected)


def krippendorff_alpha(ratings: Ratings, weights: Array, level: Level) -> Array:
    """Krippendorff's α = 1 - (N - 1) Σ o δ² / Σ n n δ², from the coincidences o of the units (2011, p. 6)."""
    counts = ratings.counts
    if not counts.size:
        return np.full(len(weights), np.nan)
    many = counts.sum(axis=1)
    counts, many, weights = counts[many > 1], many[many > 1], weights[:, many > 1]
    k = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :] - np.eye(k) * counts[:, :, None]
    coincidences = (weights @ (pairs / (many - 1)[:, None, None]).reshape(len(counts), k * k)).reshape(
        -1, k, k
    )
    totals = coincidences.sum(axis=2)
    difference = _differences(ratings.values, totals, level)
    observed = (coincidences * difference).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * difference).sum(axis=(1, 2))
    return 1 - _share((totals.sum(axis=1) - 1) * observed, expected)


def _differences(values: Sequence[Any], totals: Array, level: Level) -> Array:
    """δ² of every two categories, (1 or draws, k, k)."""
    k = len(values)
    if level == "nominal":
        return (1 - np.eye(k))[None]
    if level == "ordinal":
        # all ranks from the one to the other, half of either end
        reached = np.cumsum(totals, axis=1)
        middle = reached - totals / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    try:
        number = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"level {level!r} needs numbers, not {values[0]!r}; choose nominal or ordinal."
        ) from None
    apart = number[:, None] - number[None, :]
    if level == "ratio":
        both = number[:, None] + number[None, :]
        apart = np.divide(apart, both, out=np.zeros_like(apart), where=both != 0)
    return np.asarray(apart**2)[None]
