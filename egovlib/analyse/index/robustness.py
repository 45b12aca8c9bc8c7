"""How sure the ranks of an index are: other choices, other weights, missing values, what the wording allows.

First every sensible combination of choices is tried (`choices`), then all that is uncertain is drawn together
(`ranks`, `outranks`), then what each source of uncertainty explains is measured (`sobol`), then indicators
are left out one by one (`leave_one_out`). After Saisana, Saltelli and Tarantola (2005) and the OECD/JRC
handbook (2008), step 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from egovlib.analyse.index.cells import Cells
from egovlib.analyse.index.composite import Layout, Recipe, build, check_recipe, name_choice
from egovlib.analyse.index.trial import FACTORS, Trial
from egovlib.analyse.scores import RANKED_FROM, Scores, check_above_zero, rank_scores
from egovlib.analyse.statistics.permutation import Array

if TYPE_CHECKING:
    import pandas as pd

RANKS: Final = {
    "region": "string", "name_zh": "string", "name_en": "string", "score": "Float64", "rank": "Int64",
    "median": "Float64", "p05": "Float64", "p95": "Float64", "best": "Int64", "worst": "Int64",
}  # fmt: skip
"""Columns of `Robustness.ranks`: median and 5-95 % over the draws, best and worst over the choices."""
CHOICES: Final = {
    "normalise": "string", "weights": "string", "aggregate": "string",
    "region": "string", "score": "Float64", "rank": "Int64",
}  # fmt: skip
LEAVE_ONE_OUT: Final = {
    "removed": "string", "level": "string", "mean_shift": "Float64", "largest_shift": "Int64",
    "region": "string", "name_zh": "string", "name_en": "string",
}  # fmt: skip
SPREAD: Final = 0.25
"""Weights are drawn within 25 % of themselves either way, the range of the JRC's audits."""
DRAWS: Final = 1000
"""Draws of a simulation: over six seeds, 99.9 % of the 5 and 95 % limits of 31 made-up regions with 50 indicators
differed by one place or less."""
ALTERNATIVES: Final[Mapping[str, tuple[str, ...]]] = {
    "normalise": ("goalposts", "minmax", "minmax_1_100", "zscore", "percentile"),
    "weights": ("given", "equal", "entropy_minmax", "critic"),
    "aggregate": ("arithmetic", "geometric", "copeland"),
}
"""What is tried beside the choices made, where it goes together (methods.md of the project names them)."""


@dataclass(frozen=True)
class Robustness:
    """What `robustness` found.

    ranks: a row a region, `RANKS`. choices: score and rank of each region under each combination. notes: what
    was varied and what could not be, (zh, en). scores: the result examined. draws: ranks, (draws, n regions).
    """

    ranks: pd.DataFrame
    choices: pd.DataFrame
    notes: list[tuple[str, str]]
    scores: Scores
    draws: Array
    _drawn_scores: Array
    _trial: Trial

    @cached_property
    def outranks(self) -> pd.DataFrame:
        """P(A > B): the share of draws in which the region of the row scores higher than that of the column.

        Ties count half; a region against itself is NA.
        """
        import pandas as pd

        n = self._drawn_scores.shape[1]
        share = np.full((n, n), np.nan)
        for place in range(n):  # one row at a time keeps memory at draws times regions
            ahead = self._drawn_scores[:, [place]] - self._drawn_scores
            share[place] = (ahead > 0).mean(axis=0) + 0.5 * (ahead == 0).mean(axis=0)
            share[place, place] = np.nan
        names = self._trial.cells.units["region"]
        table = pd.DataFrame(share, index=pd.Index(names, name="region"), columns=list(names))
        order = self.ranks["region"].tolist()
        return table.loc[order, order].astype("Float64")

    @cached_property
    def sobol(self) -> pd.DataFrame:
        """What each source of uncertainty explains: of the mean shift of all ranks (region "all") and of each rank.

        Columns `SOBOL`: the first-order share (alone) and the total one (with interactions); NA with the
        reason where a rank never moves.
        """
        return self._trial.sobol()

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """How far ranks shift without each indicator and each pillar: mean, largest, and whose."""
        return leave_one_out(self.scores, self._trial.cells)


def robustness(
    scores: Scores,
    *,
    period: str | None = None,
    choices: Mapping[str, Sequence[Any]] | None = None,
    draws: int = DRAWS,
    spread: float = SPREAD,
    vary_method: bool = True,
    seed: int = 1,
) -> Robustness:
    """Say how sure the ranks of one period are.

    choices: alternatives by name, as {"aggregate": ["arithmetic", "geometric"]}; left out, the usual ones
    (`ALTERNATIVES`) are tried, and combinations that make no sense are left out and counted. spread: weights
    vary by this share of themselves either way. vary_method: whether the simulation also draws the
    combination of choices, or keeps to the one made.

    Raises ValueError for data too thin (fewer than five regions scored), saying what is missing; for several
    periods without `period`; for fewer than 100 draws.

    >>> from egovlib.analyse.index.published import read_panel
    >>> from egovlib.analyse.scores import score_regions
    >>> found = robustness(score_regions(read_panel("un_egdi"), "un_egdi", period="2020"), draws=100)
    >>> found.ranks[["region", "rank"]].values.tolist()[0]
    ['DNK', 1]
    """
    if draws < 100:
        raise ValueError(f"draws {draws!r} are too few for 5 and 95 %; give 100 or more.")
    if not 0 <= spread < 1:
        raise ValueError(f"spread {spread!r} is not a share below 1; give a number from 0 to 0.9, as 0.25.")
    cells = _one_period(scores, period)
    layout = Layout(scores.tree)
    recipes, refused = _recipes(scores, cells, choices)
    table = _enumerate(layout, cells, recipes)
    nominal = build(layout, cells.values, scores.recipe).scores
    trial = Trial(layout, cells, recipes if vary_method else recipes[:1], rank_scores(nominal), spread, seed)
    points = np.random.default_rng(seed).random((draws, len(trial.factors)))
    drawn = trial.draw(points)
    ranks = rank_scores(drawn.T).T
    notes = _notes(trial, recipes, refused, draws)
    return Robustness(_summary(cells, nominal, ranks, table), table, notes, scores, ranks, drawn, trial)


def _one_period(scores: Scores, period: str | None) -> Cells:
    """Cells of the period examined, or a refusal that says what is missing."""
    periods = sorted(set(scores.table["period"]))
    if period is None and len(periods) > 1:
        raise ValueError(f"the scores hold the periods {', '.join(periods)}; name one (period=…).")
    period = periods[0] if period is None else period
    if period not in periods:
        raise ValueError(f"period {period!r} was not scored; choose {', '.join(periods)}.")
    cells = scores.cells.take(np.asarray(scores.cells.units["period"] == period))
    if len(cells.units) < RANKED_FROM:
        rows = scores.table[(scores.table["period"] == period) & scores.table["score"].isna()]
        lacking = "; ".join(f"{row.region} has {row.reason}" for row in rows.head(5).itertuples(index=False))
        raise ValueError(
            f"the data are too thin: {len(cells.units)} of {len(cells.units) + len(rows)} regions can be scored and "
            f"ranks need {RANKED_FROM}{f' ({lacking})' if lacking else ''}; add figures, or lower coverage."
        )
    return cells


def _recipes(
    scores: Scores, cells: Cells, choices: Mapping[str, Sequence[Any]] | None
) -> tuple[tuple[Recipe, ...], list[str]]:
    """List the combinations that can be computed, the one made first, and the others with the reason."""
    made = {name: getattr(scores.recipe, name) for name in ALTERNATIVES}
    unknown = sorted(set(choices or ()) - set(ALTERNATIVES))
    if unknown:
        raise ValueError(f"choices name {unknown[0]!r}; allowed are {', '.join(ALTERNATIVES)}.")
    offered = {
        name: list(dict.fromkeys([made[name], *(usual if choices is None else choices.get(name, ()))]))
        for name, usual in ALTERNATIVES.items()
    }
    layout = Layout(scores.tree)
    good, refused = [], []
    for parts in product(*offered.values()):
        recipe = Recipe(parts[0], parts[1], parts[2], scores.recipe.veto)
        if recipe.aggregate == "copeland" and recipe.normalise != made["normalise"]:
            continue  # it sees the order only, which no normaliser changes
        try:
            check_recipe(scores.tree, recipe, periods=1)
            check_above_zero(layout, cells, recipe)
            good.append(recipe)
        except ValueError as error:
            refused.append(f"{recipe.name}: {error}")
    return tuple(good), refused


def _enumerate(layout: Layout, cells: Cells, recipes: Iterable[Recipe]) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for recipe in recipes:
        index = build(layout, cells.values, recipe).scores
        part = pd.DataFrame({"region": cells.units["region"], "score": index, "rank": rank_scores(index)})
        parts.append(
            part.assign(
                normalise=name_choice(recipe.normalise),
                weights=name_choice(recipe.weights),
                aggregate=name_choice(recipe.aggregate),
            )
        )
    return pd.concat(parts)[list(CHOICES)].astype(CHOICES).reset_index(drop=True)


def _summary(cells: Cells, nominal: Array, ranks: Array, choices: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    p05, median, p95 = np.quantile(ranks, (0.05, 0.5, 0.95), axis=0)
    span = choices.groupby("region")["rank"].agg(["min", "max"]).reindex(cells.units["region"])
    columns = {
        **{name: cells.units[name] for name in ("region", "name_zh", "name_en")},
        "score": nominal, "rank": rank_scores(nominal), "median": median, "p05": p05, "p95": p95,
        "best": span["min"].to_numpy(), "worst": span["max"].to_numpy(),
    }  # fmt: skip
    table = pd.DataFrame(columns).astype(RANKS)
    return table.sort_values(["rank", "region"]).reset_index(drop=True)


def _notes(
    trial: Trial, recipes: Sequence[Recipe], refused: Sequence[str], draws: int
) -> list[tuple[str, str]]:
    still = [name for name in FACTORS if not trial.varies(name)]
    gaps = int(trial._gaps.sum())
    wide = int((trial.cells.high > trial.cells.low).sum())
    notes = [
        (f"枚举 {len(recipes)} 种方法组合；另有 {len(refused)} 种不合理，未计算。",
         f"{len(recipes)} combinations of choices enumerated; {len(refused)} make no sense and were left out."),
        (f"模拟 {draws} 次：权重上下 {trial.spread:.0%}，缺失 {gaps} 格，约数区间 {wide} 格。",
         f"{draws} draws: weights within {trial.spread:.0%}, {gaps} missing cells, {wide} cells with an interval of "
         "wording."),
    ]  # fmt: skip
    if still:
        zh, en = zip(*(FACTORS[name] for name in still), strict=True)
        notes.append((f"没有可变之处：{'、'.join(zh)}。", f"nothing to vary in: {', '.join(en)}."))
    return notes


def leave_one_out(scores: Scores, cells: Cells | None = None) -> pd.DataFrame:
    """How far ranks shift when an indicator or a pillar is left out and the index built again.

    Columns `LEAVE_ONE_OUT`: the mean and the largest shift in places, and the region that moves furthest.
    """
    import pandas as pd

    used = scores.cells if cells is None else cells
    columns = {code: place for place, code in enumerate(scores.tree.indicators)}
    nominal = rank_scores(build(Layout(scores.tree), used.values, scores.recipe).scores)
    rows = []
    groups = [("pillar", scores.tree.pillars), ("indicator", scores.tree.indicators)]
    for level, codes in groups:
        for code in codes if len(codes) > 1 else ():
            rest = scores.tree.without([code])
            kept = [columns[leaf] for leaf in rest.indicators]
            shift = np.abs(
                rank_scores(build(Layout(rest), used.values[:, kept], scores.recipe).scores) - nominal
            )
            if np.isfinite(shift).any():
                most = int(np.nanargmax(shift))
                rows.append(
                    (
                        code,
                        level,
                        np.nanmean(shift),
                        shift[most],
                        *used.units[["region", "name_zh", "name_en"]].iloc[most],
                    )
                )
    table = pd.DataFrame(rows, columns=list(LEAVE_ONE_OUT)).astype(LEAVE_ONE_OUT)
    return table.sort_values(["level", "mean_shift"], ascending=[False, False]).reset_index(drop=True)


def trace_region(scores: Scores, region: str, **settings: Any) -> pd.DataFrame:
    """Follow one region's rank over the periods scored, each with its own range.

    settings: arguments of `robustness`. Returns a row a period: period, of (regions ranked), and the columns
    of `RANKS`; a period whose data are too thin has NA and the `reason`. Raises ValueError for a region that
    was not scored.
    """
    import pandas as pd

    if region not in set(scores.table["region"]):
        raise ValueError(
            f"region {region!r} is not in the scores; take one from the column region of the table."
        )
    rows = []
    for period in sorted(set(scores.table["period"])):
        try:
            found = robustness(scores, period=period, **settings)
        except ValueError as error:
            rows.append(pd.DataFrame({"period": [period], "region": [region], "reason": [str(error)]}))
            continue
        row = found.ranks[found.ranks["region"] == region]
        rows.append(row.assign(period=period, of=len(found.ranks), reason=None))
    table = pd.concat(rows).reindex(columns=["period", "of", *RANKS, "reason"])
    return table.astype({"period": "string", "of": "Int64", **RANKS, "reason": "string"}).reset_index(
        drop=True
    )
