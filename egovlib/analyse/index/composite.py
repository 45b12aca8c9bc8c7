"""From values to an index: which methods there are, which go together, and the way up the tree.

Normalisers, weightings and aggregators are listed in three tables by name; a method of one's own is any
callable in place of a name. Combinations that make no sense are refused before anything is computed.

>>> check_recipe(read_tree("un_egdi"), Recipe("zscore", "given", "geometric"), periods=1)
Traceback (most recent call last):
...
ValueError: aggregate 'geometric' needs scores above 0 and normalise 'zscore' gives 0 or less; use normalise \
'minmax_1_100', or aggregate 'arithmetic'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final, NamedTuple

import numpy as np

from egovlib.analyse.index import aggregate as agg
from egovlib.analyse.index import normalise as norm
from egovlib.analyse.index import weights as wgt
from egovlib.analyse.index.trees import Tree, read_tree
from egovlib.analyse.statistics.permutation import Array

__all__ = [
    "AGGREGATORS", "NORMALISERS", "WEIGHTINGS", "Built", "Layout", "Recipe", "build", "check_recipe",
    "read_tree",
]  # fmt: skip

Normalise = Callable[[Array], Array]
"""A normaliser of one's own: directed values (n, k), more being better, to scores (n, k)."""
Weight = Callable[[Array], Array]
"""A weighting of one's own: directed values (n, k) to weights (k,)."""
Aggregate = Callable[[Array, Array], Array]
"""An aggregator: scores (n, k) and weights (k,) to (n,)."""


class Inputs(NamedTuple):
    """Values with their settings: an indicator that is best in an interval has become one from 0 to 1."""

    values: Array
    direction: Array
    lower: Array
    upper: Array
    target: Array


class Normaliser(NamedTuple):
    """How to normalise; anchored: years stay comparable; above_zero: no score can be 0 or less."""

    run: Callable[[Inputs], Array]
    anchored: bool
    above_zero: bool | None  # None: it depends on the values


class Aggregator(NamedTuple):
    """How to aggregate; nested: group by group up the tree, else over all indicators at once."""

    run: Aggregate
    nested: bool
    above_zero: bool = False


def _plain(function: Callable[..., Array], **settings: float) -> Callable[[Inputs], Array]:
    return lambda given: function(given.values, direction=given.direction, **settings)


NORMALISERS: Final[dict[str, Normaliser]] = {
    "goalposts": Normaliser(
        lambda g: norm.n_goalposts(g.values, lower=g.lower, upper=g.upper, direction=g.direction), True, None
    ),
    "minmax": Normaliser(_plain(norm.n_minmax), False, False),
    "minmax_1_100": Normaliser(_plain(norm.n_minmax, low=1.0), False, True),
    "zscore": Normaliser(_plain(norm.n_zscore), False, False),
    "percentile": Normaliser(_plain(norm.n_percentile), False, False),
    "target": Normaliser(
        lambda g: norm.n_target(g.values, target=g.target, direction=g.direction), False, False
    ),
    "ampi": Normaliser(
        lambda g: norm.n_ampi(g.values, reference=g.target, direction=g.direction), True, True
    ),
    "none": Normaliser(_plain(norm.n_none), True, None),
}  # fmt: skip
"""Normalisers by name. target and ampi read the tree's column `target`, goalposts lower and upper."""

WEIGHTINGS: Final = ("given", "equal", "entropy_minmax", "entropy_raw", "critic")
"""given: the tree's; equal: the same within each group; the others come from the data, over all indicators,
and a group then weighs what its indicators weigh together."""

AGGREGATORS: Final[dict[str, Aggregator]] = {
    "arithmetic": Aggregator(agg.a_arithmetic, True),
    "geometric": Aggregator(agg.a_geometric, True, above_zero=True),
    "harmonic": Aggregator(agg.a_harmonic, True, above_zero=True),
    "ampi": Aggregator(agg.a_ampi, True),
    "topsis_raw": Aggregator(agg.a_topsis_raw, False),
    "topsis_vector": Aggregator(agg.a_topsis_vector, False),
    "topsis_minmax": Aggregator(agg.a_topsis_minmax, False),
    "copeland": Aggregator(agg.a_copeland, False),
}
"""Aggregators by name; of TOPSIS the normalisation is part of the name."""


@dataclass(frozen=True)
class Recipe:
    """The three choices that make an index; each a name or a callable of one's own.

    veto: an indicator whose 0 makes the whole index 0 (单项否决), or "".
    """

    normalise: str | Normalise
    weights: str | Weight
    aggregate: str | Aggregate
    veto: str = ""

    @property
    def name(self) -> str:
        """The choices in one line."""
        return ", ".join(name_choice(one) for one in (self.normalise, self.weights, self.aggregate))


def name_choice(choice: object) -> str:
    """Name a method: itself, or the name of a callable."""
    if isinstance(choice, partial):
        choice = choice.func
    return choice if isinstance(choice, str) else str(getattr(choice, "__name__", "own function"))


class Built(NamedTuple):
    """An index: scores of all nodes (n, nodes) in the order of `Layout.codes`, and what led to them."""

    nodes: Array
    normalised: Array
    weights: Array

    @property
    def scores(self) -> Array:
        """Scores of the root, (n,)."""
        return np.asarray(self.nodes[:, 0])


@dataclass(frozen=True)
class Layout:
    """A tree as positions, so that an index can be built a thousand times: root first, groups, indicators."""

    tree: Tree

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All nodes: groups from the root down, then the indicators in the tree's order."""
        return (*reversed(self.tree.groups), *self.tree.indicators)

    @cached_property
    def families(self) -> tuple[tuple[int, Array], ...]:
        """Each group's position and its children's, the lower groups first."""
        at = {code: place for place, code in enumerate(self.codes)}
        return tuple(
            (at[group], np.array([at[child] for child in self.tree.children[group]]))
            for group in self.tree.groups
        )

    @cached_property
    def below(self) -> Array:
        """Which indicators (columns) hang below which node (rows): 1 or 0."""
        leaves = self.tree.indicators
        return np.array(
            [[leaf in self.tree.below(code) for leaf in leaves] for code in self.codes], dtype=float
        )

    @cached_property
    def given(self) -> Array:
        """The tree's weights, (nodes,); the root's is 1."""
        return np.nan_to_num(self.tree.settings("weight", self.codes), nan=1.0)

    def effective(self, weights: Array) -> Array:
        """Each node's share of the index, (nodes,)."""
        shares = np.ones(len(self.codes))
        for group, children in reversed(self.families):
            shares[children] = shares[group] * weights[children] / weights[children].sum()
        return shares

    @cached_property
    def settings(self) -> Inputs:
        """The indicators' settings, without values; an interval's score lies between 0 and 1."""
        tree = self.tree
        interval = tree.settings("direction") == 0
        direction = np.where(interval, 1.0, tree.settings("direction"))
        lower = np.where(interval, 0.0, tree.settings("lower"))
        upper, target = (np.where(interval, 1.0, tree.settings(name)) for name in ("upper", "target"))
        return Inputs(np.empty(0), direction, lower, upper, target)

    @cached_property
    def intervals(self) -> tuple[Array, dict[str, Array]]:
        """Which indicators are best in an interval, and the ends of theirs."""
        interval = self.tree.settings("direction") == 0
        names = ("best_low", "best_high", "lower", "upper")
        return interval, {name: self.tree.settings(name)[interval] for name in names}

    def prepare(self, values: Array) -> Inputs:
        """Values (n, k) with their settings, intervals already scored."""
        interval, ends = self.intervals
        if len(ends["lower"]):
            values = values.copy()
            values[:, interval] = norm.n_interval(values[:, interval], **ends)
        return self.settings._replace(values=values)

    def weigh(self, inputs: Inputs, rule: str | Weight) -> Array:
        """Weights of all nodes by a rule, (nodes,)."""
        if rule == "given":
            return self.given
        if rule == "equal":
            return np.ones(len(self.codes))
        if rule == "entropy_raw":
            leaf = wgt.w_entropy_raw(inputs.values)
        elif rule in {"entropy_minmax", "critic"}:
            function = wgt.w_critic if rule == "critic" else wgt.w_entropy_minmax
            leaf = function(inputs.values, direction=inputs.direction)
        else:
            assert callable(rule)
            leaf = wgt.w_given(rule(inputs.values * inputs.direction))
        # an indicator without weight keeps a hair of one: its group would else divide by nothing
        return np.asarray(self.below @ np.maximum(leaf, 1e-12))

    def roll_up(self, scores: Array, weights: Array, choice: str | Aggregate) -> Array:
        """Scores of all nodes, (n, nodes), from the indicators' (n, k)."""
        rule = AGGREGATORS[choice] if isinstance(choice, str) else Aggregator(choice, True)
        nodes = np.empty((len(scores), len(self.codes)))
        nodes[:, len(self.families) :] = scores
        effective = self.effective(weights)[len(self.families) :]
        for group, children in self.families:
            if rule.nested:
                nodes[:, group] = rule.run(nodes[:, children], weights[children])
            else:
                leaves = self.below[group] > 0
                nodes[:, group] = rule.run(scores[:, leaves], effective[leaves])
        return nodes


def build(layout: Layout, values: Array, recipe: Recipe, *, factors: Array | None = None) -> Built:
    """Build an index from values (n units, k indicators in the tree's order).

    factors: (nodes,) multiplies the weights, for simulations. The recipe must have passed `check_recipe`.
    """
    inputs = layout.prepare(values)
    if isinstance(recipe.normalise, str):
        scores = NORMALISERS[recipe.normalise].run(inputs)
    else:
        scores = np.asarray(recipe.normalise(inputs.values * inputs.direction), dtype=float)
    weights = layout.weigh(inputs, recipe.weights)
    if factors is not None:
        weights = weights * factors
    nodes = layout.roll_up(scores, weights, recipe.aggregate)
    if recipe.veto:
        nodes[values[:, layout.tree.indicators.index(recipe.veto)] == 0, 0] = 0.0
    return Built(nodes, scores, weights)


def check_recipe(tree: Tree, recipe: Recipe, *, periods: int) -> None:
    """Refuse a method that is not known, or that the tree or the other choices do not allow, with the mend."""
    for name, choice, allowed in (
        ("normalise", recipe.normalise, tuple(NORMALISERS)),
        ("weights", recipe.weights, WEIGHTINGS),
        ("aggregate", recipe.aggregate, tuple(AGGREGATORS)),
    ):
        if not callable(choice) and choice not in allowed:
            raise ValueError(
                f"{name} {choice!r} is not known; choose {', '.join(allowed)}, or give a function."
            )
    if recipe.veto and recipe.veto not in tree.indicators:
        raise ValueError(
            f"veto {recipe.veto!r} is no indicator of the tree; choose {', '.join(tree.indicators)}."
        )
    if isinstance(recipe.normalise, str):
        _check_years(recipe.normalise, periods)
        _check_settings(tree, recipe.normalise)
        if isinstance(recipe.aggregate, str):
            _check_pair(tree, recipe.normalise, recipe.aggregate)
    negative = [code for code in tree.indicators if tree.by_code[code].direction != 1]
    if recipe.weights == "entropy_raw" and negative:
        raise ValueError(
            f"weights 'entropy_raw' know no direction and {negative[0]} is not one where more is better; "
            "use weights 'entropy_minmax'."
        )


def _check_years(normalise: str, periods: int) -> None:
    if periods > 1 and not NORMALISERS[normalise].anchored:
        raise ValueError(
            f"normalise {normalise!r} places a value within its sample, and {periods} periods are compared; use "
            "normalise 'goalposts', or score one period (period=…)."
        )


def _check_settings(tree: Tree, normalise: str) -> None:
    needed = {"goalposts": ("lower", "upper"), "target": ("target",), "ampi": ("target",)}
    for column in needed.get(normalise, ()):
        for code in tree.indicators:
            node = tree.by_code[code]
            if node.direction and np.isnan(getattr(node, column)):
                raise ValueError(
                    f"normalise {normalise!r} needs the column {column!r} of the tree and {code} leaves it empty; "
                    "fill it in, or use normalise 'minmax'."
                )


def _check_pair(tree: Tree, normalise: str, aggregate: str) -> None:
    """The table of what goes together; order as a reader would ask."""
    if aggregate in {"topsis_vector", "topsis_minmax"} and normalise != "none":
        raise ValueError(
            f"aggregate {aggregate!r} normalises by itself, after normalise {normalise!r} it would do so twice; "
            "use normalise 'none', or aggregate 'topsis_raw'."
        )
    if (aggregate == "ampi") != (normalise == "ampi"):
        raise ValueError(
            f"aggregate {aggregate!r} with normalise {normalise!r} is no known method: AMPI's penalty is made for "
            "its own scale of 70 to 130; use 'ampi' for both or for neither."
        )
    if AGGREGATORS[aggregate].above_zero and NORMALISERS[normalise].above_zero is False:
        raise ValueError(
            f"aggregate {aggregate!r} needs scores above 0 and normalise {normalise!r} gives 0 or less; use "
            "normalise 'minmax_1_100', or aggregate 'arithmetic'."
        )
    if normalise == "none" and (AGGREGATORS[aggregate].nested or aggregate == "topsis_raw"):
        units = sorted({tree.by_code[code].unit for code in tree.indicators})
        less = [code for code in tree.indicators if tree.by_code[code].direction < 0]
        if len(units) > 1 or less:
            why = (
                f"the units differ ({', '.join(units)})" if len(units) > 1 else f"less is better in {less[0]}"
            )
            raise ValueError(
                f"normalise 'none' with aggregate {aggregate!r} adds values as they are, but {why}; use normalise "
                "'goalposts' or 'minmax'."
            )
