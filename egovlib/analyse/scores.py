"""A composite index of regions: screened, normalised, weighted, aggregated, and each step on record.

The choices are names of plain functions (`normalise`, `weights`, `aggregate`; `composite` lists them) or
functions of one's own. The result remembers the call that made it: `scores.again(aggregate="geometric")`.
How sure the ranks are is another question: `robustness(scores)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from egovlib.analyse.index.cells import Cells, arrange
from egovlib.analyse.index.composite import (
    NORMALISERS,
    Built,
    Layout,
    Recipe,
    build,
    check_recipe,
    name_choice,
)
from egovlib.analyse.index.presets import find_preset, presets
from egovlib.analyse.index.treatment import i_mean, t_outliers
from egovlib.analyse.index.trees import Tree, describe_direction, read_tree
from egovlib.analyse.statistics.permutation import Array

if TYPE_CHECKING:
    import pandas as pd

TABLE: Final = {
    "region": "string", "name_zh": "string", "name_en": "string", "period": "string",
    "score": "Float64", "rank": "Int64", "indicators": "Int64", "of": "Int64", "reason": "string",
}  # fmt: skip
"""Columns of `Scores.table`; reason says why a score or a rank is missing."""
NODES: Final = {"region": "string", "period": "string", "node": "string", "score": "Float64"}
INDICATORS: Final = {
    "indicator": "string", "name_zh": "string", "name_en": "string", "direction": "string", "unit": "string",
    "weight": "Float64", "lower": "Float64", "upper": "Float64", "known": "Int64", "imputed": "Int64",
    "treated": "Int64", "outcome": "string",
}  # fmt: skip
"""Columns of `Scores.indicators`; weight is the effective one, a share of the index."""
LOG: Final = {"step": "string", "zh": "string", "en": "string"}

COVERAGE: Final = 2 / 3
TIE: Final = 12
"""Decimals to which scores are compared: what differs beyond them is the noise of adding in another order."""
RANKED_FROM: Final = 5
"""Fewer regions than this get scores but no ranks: with four, one place is a quarter of the table."""


@dataclass(frozen=True, repr=False)
class Scores:
    """What `score_regions` found, with the call that found it.

    table: a row a region and period, best first. nodes: the scores of every pillar and group. indicators: each
    indicator's direction, effective weight, goalposts, what was known and done. log: the steps in sentences.
    call: the arguments. tree, recipe: what the index is made of. cells: the screened units' values.
    """

    table: pd.DataFrame
    nodes: pd.DataFrame
    indicators: pd.DataFrame
    log: pd.DataFrame
    call: dict[str, Any]
    tree: Tree
    recipe: Recipe
    cells: Cells
    built: Built
    _source: tuple[pd.DataFrame, Any]

    def again(self, **changes: Any) -> Scores:
        """Score again with some arguments changed, also `panel` and `tree`."""
        panel, tree = self._source
        arguments: dict[str, Any] = {"panel": panel, "tree": tree, **self.call, **changes}
        return score_regions(arguments.pop("panel"), arguments.pop("tree"), **arguments)

    def compare(self, other: Scores) -> pd.DataFrame:
        """Set two results side by side: score and rank of each region in both, and by how much it moved.

        Columns region, name_zh, name_en, period, score_a, score_b, rank_a, rank_b, moved (places gained in
        `other`), largest moves first.
        """
        keys = ["region", "name_zh", "name_en", "period"]
        sides = [result.table[[*keys, "score", "rank"]] for result in (self, other)]
        both = sides[0].merge(
            sides[1].drop(columns=keys[1:3]), on=["region", "period"], suffixes=("_a", "_b")
        )
        both["moved"] = both["rank_a"] - both["rank_b"]
        order = both["moved"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
        return both.loc[order].reset_index(drop=True)

    def __repr__(self) -> str:
        signs = "  ".join(
            f"{row.indicator} {row.direction}" for row in self.indicators.itertuples(index=False)
        )
        scored = int(self.table["score"].notna().sum())
        head = f"Scores({self.tree.name}: {self.recipe.name}; {scored} of {len(self.table)} scored)"
        shown = self.table[["region", "period", "score", "rank", "reason"]].head(10)
        return f"{head}\ndirections: {signs}\n{shown.to_string(index=False, na_rep='–')}"

    def _repr_html_(self) -> str:
        from egovlib.report.views import view  # the report is loaded when something is shown

        return view(self)


def score_regions(
    panel: pd.DataFrame,
    tree: str | Path | pd.DataFrame | Tree,
    *,
    normalise: str | Callable[..., Array] | None = None,
    weights: str | Callable[..., Array] | None = None,
    aggregate: str | Callable[..., Array] | None = None,
    period: str | None = None,
    veto: str | None = None,
    coverage: float | None = None,
    every_pillar: bool | None = None,
    treat: bool = False,
    impute: str | None = None,
    groups: Mapping[str, str] | None = None,
    preset: str | None = None,
) -> Scores:
    """Score regions by an indicator tree.

    panel: one row a region, period and indicator, columns region, period, indicator, value; also read where
    present: low and high (the interval the wording allows), unit, tier, status, name_zh, name_en. tree: a
    packaged name, a csv file, a frame or a `Tree`. normalise: goalposts (the default where the tree has
    them), minmax, minmax_1_100, zscore, percentile, target, ampi, none. weights: given, equal,
    entropy_minmax, entropy_raw, critic. aggregate: arithmetic, geometric, harmonic, ampi, topsis_raw,
    topsis_vector, topsis_minmax, copeland. Each may be a function. preset: take these choices from a preset;
    a tree that is the name of a preset brings its own.

    A region needs `coverage` of the indicators (2/3) and, with `every_pillar`, one of each pillar; else it is
    not scored and `reason` says so. veto: an indicator whose 0 makes the index 0. treat: draw outliers in.
    impute: "mean", of all or of the region's group in `groups`. Values that are missing drop out within
    their group. Scores are ranked within their period before any rounding, ties sharing the better rank;
    fewer than five regions get no ranks.

    Raises ValueError, in one sentence, for a panel, a tree or a combination that makes no sense.

    >>> import pandas as pd
    >>> cells = [(r, "2020", i, v) for r, row in {"a": (1, 4), "b": (3, 5), "c": (2, 9)}.items()
    ...          for i, v in zip(("online", "days"), row)]
    >>> panel = pd.DataFrame(cells, columns=["region", "period", "indicator", "value"])
    >>> tree = pd.DataFrame({"code": ["index", "online", "days"], "parent": ["", "index", "index"],
    ...                      "weight": ["", "1", "1"], "total": ["2", "", ""], "direction": ["", "1", "-1"]})
    >>> score_regions(panel, tree).table[["region", "score", "reason"]].values.tolist()[0]
    ['b', 90.0, 'fewer than 5 regions: no ranks']
    """
    chosen = find_preset(preset) if preset else None
    if chosen is None and isinstance(tree, str) and tree in presets():
        chosen = find_preset(tree)
    known = read_tree(chosen.tree if chosen and chosen.tree and tree == chosen.name else tree)
    recipe = _recipe(known, normalise, weights, aggregate, veto, chosen.recipe if chosen else None)
    share = coverage if coverage is not None else chosen.coverage if chosen else COVERAGE
    pillars = every_pillar if every_pillar is not None else chosen.every_pillar if chosen else True
    call = {
        "normalise": normalise, "weights": weights, "aggregate": aggregate, "veto": veto,
        "period": period, "coverage": coverage, "every_pillar": every_pillar, "treat": treat, "impute": impute,
        "groups": groups, "preset": preset,
    }  # fmt: skip
    if not 0 <= share <= 1:
        raise ValueError(f"coverage {share!r} is not a share; give a number from 0 to 1, as 2/3.")
    if impute not in (None, "mean"):
        raise ValueError(f"impute {impute!r} is not known; choose mean, or leave it out.")
    cells = arrange(panel, known, period=period)
    periods = cells.units["period"].nunique()
    check_recipe(known, recipe, periods=periods)
    reasons = screen(cells, known, share, pillars)
    kept = np.array([reason is None for reason in reasons])
    raw = cells.take(kept)
    used, done = _complete(raw, treat=treat, impute=impute, groups=groups)
    layout = Layout(known)
    check_above_zero(layout, used, recipe)
    built = build(layout, used.values, recipe)
    table = _table(cells, kept, reasons, built.scores)
    if recipe.veto:
        _name_vetoed(table, used, known, recipe.veto)
    indicators = _indicators(layout, used, cells, built, done, recipe)
    log = _log(known, recipe, share, pillars, cells, kept, indicators, chosen.source if chosen else None)
    return Scores(
        table, _nodes(layout, used, built), indicators, log, call, known, recipe, used, built, (panel, tree)
    )


def _recipe(
    tree: Tree, normalise: Any, weights: Any, aggregate: Any, veto: str | None, preset: Recipe | None
) -> Recipe:
    """Fill the choices that were not made: the preset's, else what the tree allows."""
    posts = tree.settings("lower") + tree.settings("upper")
    fallback = Recipe("minmax" if np.isnan(posts).any() else "goalposts", "given", "arithmetic")
    base = preset or fallback
    return Recipe(
        normalise or base.normalise,
        weights or base.weights,
        aggregate or base.aggregate,
        base.veto if veto is None else veto,
    )


def screen(cells: Cells, tree: Tree, coverage: float, every_pillar: bool) -> list[str | None]:
    """Say of each unit why it cannot be scored; None where it can."""
    known = np.isfinite(cells.values)
    count = len(tree.indicators)
    needed = int(np.ceil(coverage * count - 1e-3))
    columns = {code: place for place, code in enumerate(tree.indicators)}
    pillars = {code: [columns[leaf] for leaf in tree.below(code)] for code in tree.pillars}
    reasons: list[str | None] = []
    for row in known:
        empty = [code for code, at in pillars.items() if not row[at].any()] if every_pillar else []
        if row.sum() < needed:
            reasons.append(f"{int(row.sum())} of {count} indicators, {needed} are needed")
        elif not row.any():
            reasons.append("no indicator")
        else:
            reasons.append(f"nothing in {', '.join(empty)}" if empty else None)
    return reasons


def _complete(
    cells: Cells, *, treat: bool, impute: str | None, groups: Mapping[str, str] | None
) -> tuple[Cells, dict[str, Array]]:
    """Impute and treat the screened values; return how many cells of each indicator were touched."""
    values = cells.values.copy()
    if impute:
        names = cells.units["region"].map(groups) if groups is not None else cells.units["period"]
        filled = [i_mean(column, groups=names.fillna("").to_numpy()) for column in values.T]
        values = np.column_stack(filled)
    imputed = (np.isfinite(values) & ~np.isfinite(cells.values)).sum(axis=0)
    treated = np.zeros(values.shape[1], dtype=int)
    if treat and len(values):
        drawn = np.column_stack([t_outliers(column) for column in values.T])
        treated = (np.isfinite(drawn) & (drawn != values)).sum(axis=0)
        values = drawn
    same = values == cells.values
    low, high = np.where(same, cells.low, values), np.where(same, cells.high, values)
    return Cells(cells.units, values, low, high), {"imputed": imputed, "treated": treated}


def check_above_zero(layout: Layout, cells: Cells, recipe: Recipe) -> None:
    """Refuse a geometric or harmonic mean of what turns out to be 0, and TOPSIS with gaps, by name."""
    leaves, aggregate = layout.tree.indicators, recipe.aggregate
    if aggregate in {"geometric", "harmonic"} and isinstance(recipe.normalise, str):
        scores = NORMALISERS[recipe.normalise].run(layout.prepare(cells.values))
        wrong = np.argwhere(scores <= 0)
        if len(wrong):
            row, column = wrong[0]
            raise ValueError(
                f"aggregate {aggregate!r} needs scores above 0, {leaves[column]} of "
                f"{cells.units['region'].iloc[row]} is {scores[row, column]:g} after normalise "
                f"{recipe.normalise!r} ({len(wrong)} such cells); use normalise 'minmax_1_100', or aggregate "
                "'arithmetic'."
            )
    if isinstance(aggregate, str) and aggregate.startswith("topsis") and np.isnan(cells.values).any():
        row, column = np.argwhere(np.isnan(cells.values))[0]
        raise ValueError(
            f"aggregate {aggregate!r} needs a complete table and {cells.units['region'].iloc[row]} lacks "
            f"{leaves[column]}; set coverage=1, impute='mean', or use aggregate 'arithmetic'."
        )


def rank_scores(scores: Array) -> Array:
    """Rank from the best, 1, ties sharing the better rank, before any rounding; NaN stays NaN.

    Works column by column on (n,) or (n, k).

    >>> rank_scores(np.array([0.5, 0.9, 0.9, np.nan])).tolist()
    [3.0, 1.0, 1.0, nan]
    """
    import pandas as pd

    values = np.asarray(scores, dtype=float)
    ranks = pd.DataFrame(values.round(TIE)).rank(method="min", ascending=False).to_numpy(dtype=float)
    return ranks.reshape(values.shape)


def _table(cells: Cells, kept: Array, reasons: list[str | None], index: Array) -> pd.DataFrame:
    import pandas as pd

    table = cells.units.copy()
    table["score"] = np.nan
    table.loc[kept, "score"] = index
    table["rank"] = np.nan
    table["indicators"] = np.isfinite(cells.values).sum(axis=1)
    table["of"] = cells.values.shape[1]
    table["reason"] = pd.Series(reasons, dtype="string")
    for _, rows in table.groupby("period"):
        scored = rows.index[rows["score"].notna()]
        if len(scored) >= RANKED_FROM:
            table.loc[scored, "rank"] = rank_scores(table.loc[scored, "score"].to_numpy())
        else:
            table.loc[scored, "reason"] = f"fewer than {RANKED_FROM} regions: no ranks"
    lost = table["score"].isna() & table["reason"].isna()
    table.loc[lost, "reason"] = "no indicator varies between the regions"
    order = ["period", "score", "region"]
    table = table.sort_values(order, ascending=[False, False, True], na_position="last")
    return table[list(TABLE)].astype(TABLE).reset_index(drop=True)


def _name_vetoed(table: pd.DataFrame, cells: Cells, tree: Tree, veto: str) -> None:
    """Say of each unit that its index is 0 because of the veto, not of its figures."""
    vetoed = cells.units[cells.values[:, tree.indicators.index(veto)] == 0]
    keys = set(zip(vetoed["region"], vetoed["period"], strict=True))
    rows = [key in keys for key in zip(table["region"], table["period"], strict=True)]
    table.loc[rows, "reason"] = f"veto: {veto} is 0"


def _nodes(layout: Layout, cells: Cells, built: Built) -> pd.DataFrame:
    import pandas as pd

    n = len(layout.codes)
    units = cells.units.loc[cells.units.index.repeat(n)].reset_index(drop=True)
    nodes = units.assign(node=np.tile(np.array(layout.codes), len(cells.units)), score=built.nodes.ravel())
    return pd.DataFrame(nodes[list(NODES)]).astype(NODES)


def _indicators(
    layout: Layout, used: Cells, everything: Cells, built: Built, done: Mapping[str, Array], recipe: Recipe
) -> pd.DataFrame:
    import pandas as pd

    tree = layout.tree
    effective = layout.effective(built.weights)[len(layout.families) :]
    sampled = not isinstance(recipe.normalise, str) or not NORMALISERS[recipe.normalise].anchored
    rows = []
    for place, code in enumerate(tree.indicators):
        node = tree.by_code[code]
        values = used.values[:, place]
        known = values[np.isfinite(values)]
        outcome = "used"
        if not np.isfinite(everything.values[:, place]).any():
            outcome = "all missing: left out"
        elif not len(known):
            outcome = "known, but no region that has it is scored"
        elif np.ptp(known) == 0 and sampled:
            outcome = "constant: left out"
        rows.append(
            (
                code, node.name_zh or None, node.name_en or None, describe_direction(node)["sign"],
                node.unit or None, effective[place], node.lower, node.upper,
                int(np.isfinite(everything.values[:, place]).sum()), done["imputed"][place],
                done["treated"][place], outcome,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(INDICATORS)).astype(INDICATORS)


def _log(
    tree: Tree, recipe: Recipe, coverage: float, pillars: bool, cells: Cells, kept: Array,
    indicators: pd.DataFrame, source: str | None,
) -> pd.DataFrame:  # fmt: skip
    """Write the steps down, in the order in which they were taken."""
    import pandas as pd

    n, k = cells.values.shape
    up = int((indicators["direction"] == "+1").sum())
    down = int((indicators["direction"] == "-1").sum())
    missing = int((~np.isfinite(cells.values)).sum())
    imputed, treated = int(indicators["imputed"].sum()), int(indicators["treated"].sum())
    dropped = indicators.loc[indicators["outcome"] != "used", "indicator"].tolist()
    periods = sorted(set(cells.units["period"]))
    span = ", ".join(periods)
    passed = int(kept.sum())
    steps = [
        ("tree", f"指标树 {tree.name}：{k} 个指标，{len(tree.pillars)} 个一级类；"
         f"正向 {up}、逆向 {down}、适度 {k - up - down}。",
         f"tree {tree.name}: {k} indicators, {len(tree.pillars)} pillars; more is better in {up}, less in {down}, "
         f"an interval in {k - up - down}."),
        ("data", f"{n} 个地区×时期（{span}），{n * k} 格中缺 {missing} 格。",
         f"{n} regions by periods ({span}), {missing} of {n * k} cells missing."),
        ("screen", f"至少 {coverage:.0%} 的指标{'且每个一级类都有' if pillars else ''}："
         f"{passed} 个通过，{n - passed} 个不计分。",
         f"at least {coverage:.0%} of the indicators{' and each pillar' if pillars else ''}: {passed} pass, "
         f"{n - passed} are not scored."),
        ("impute", f"填补 {imputed} 格；其余缺失值在本组内退出，权重按比例上移。",
         f"{imputed} cells imputed; other missing values drop out within their group."),
        ("treat", f"处理离群值 {treated} 格。", f"{treated} outlying cells treated."),
        ("normalise", f"标准化：{name_choice(recipe.normalise)}。", f"normalise: {name_choice(recipe.normalise)}."),
        ("weights", f"权重：{name_choice(recipe.weights)}。", f"weights: {name_choice(recipe.weights)}."),
        ("aggregate", f"汇总：{name_choice(recipe.aggregate)}。", f"aggregate: {name_choice(recipe.aggregate)}."),
        ("rank", f"先排名后取整；同时期不足 {RANKED_FROM} 个地区不排名。",
         f"ranked before rounding; no ranks below {RANKED_FROM} regions a period."),
    ]  # fmt: skip
    if dropped:
        names = ", ".join(map(str, dropped))
        steps.insert(4, ("left out", f"不起作用的指标：{names}。", f"indicators that say nothing: {names}."))
    if source:
        steps.insert(0, ("preset", f"方案来源：{source}", f"preset after: {source}"))
    return pd.DataFrame(steps, columns=list(LOG)).astype(LOG)
