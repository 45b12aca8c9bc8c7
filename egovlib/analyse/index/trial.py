"""One period's regions with all that is uncertain, built again and again: at a point of the unit cube, once.

Each coordinate of a point stands for one source of uncertainty, so that the same points serve a simulation
and a Sobol design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from egovlib.analyse.index.cells import Cells
from egovlib.analyse.index.composite import Layout, Recipe, build
from egovlib.analyse.index.sensitivity import sobol_of
from egovlib.analyse.scores import rank_scores
from egovlib.analyse.statistics.permutation import Array

if TYPE_CHECKING:
    import pandas as pd

FACTORS: Final = {
    "method": ("方法组合", "choice of methods"),
    "weights": ("权重大小", "size of weights"),
    "missing": ("缺失值", "missing values"),
    "wording": ("措辞区间", "interval of the wording"),
}
"""What is uncertain: the combination of choices, the size of the weights, values nobody reported, and where in
the interval of its wording a figure lies."""
SOBOL: Final = {
    "region": "string", "factor": "string", "first": "Float64", "total": "Float64", "reason": "string",
}  # fmt: skip
SOBOL_POINTS: Final = 256
"""Base points of the Sobol design, a power of two; it costs (factors + 2) times as many indices."""


@dataclass(frozen=True)
class Trial:
    """One period's regions with everything that may vary, ready to be built many times."""

    layout: Layout
    cells: Cells
    recipes: tuple[Recipe, ...]
    nominal: Array
    spread: float
    seed: int

    @property
    def factors(self) -> list[str]:
        """The sources of uncertainty that there are."""
        return [name for name in FACTORS if self.varies(name)]

    def varies(self, factor: str) -> bool:
        """Whether the data and the choices leave a factor anything to vary."""
        if factor == "method":
            return len(self.recipes) > 1
        if factor == "weights":
            return self.spread > 0 and len(self.layout.tree.indicators) > 1
        if factor == "missing":
            return bool(self._gaps.any())
        return bool((self.cells.high > self.cells.low).any())

    @cached_property
    def _gaps(self) -> Array:
        """Missing cells of columns in which somebody has a value to draw from."""
        known = np.isfinite(self.cells.values)
        return np.asarray(~known & known.any(axis=0))

    def draw(self, points: Array) -> Array:
        """Scores at points of the unit cube, one coordinate a factor, (m, factors) to (m, n regions).

        Every coordinate is turned into a choice (method) or a generator's seed (the others), so that the
        same coordinate means the same weights, gaps filled or figures in all of a design.
        """
        scores = np.empty((len(points), len(self.cells.units)))
        for row, point in enumerate(points):
            at = dict(zip(self.factors, point, strict=True))
            values = self._values(at)
            recipe = self.recipes[min(int(at.get("method", 0.0) * len(self.recipes)), len(self.recipes) - 1)]
            factors = self._weight_factors(at["weights"]) if "weights" in at else None
            scores[row] = build(self.layout, values, recipe, factors=factors).scores
        return scores

    def _generator(self, factor: str, point: float) -> np.random.Generator:
        return np.random.default_rng([self.seed, list(FACTORS).index(factor), int(point * 2**32)])

    def _weight_factors(self, point: float) -> Array:
        generator = self._generator("weights", point)
        return 1 + self.spread * (2 * generator.random(len(self.layout.codes)) - 1)

    def _values(self, at: Mapping[str, float]) -> Array:
        values = self.cells.values
        if "wording" in at:
            share = self._generator("wording", at["wording"]).random(values.shape)
            values = self.cells.low + share * (self.cells.high - self.cells.low)
        if "missing" in at:
            (rows, columns), pool, sizes = self._peers
            share = self._generator("missing", at["missing"]).random(len(rows))
            values = values.copy()
            values[rows, columns] = pool[(share * sizes[columns]).astype(int), columns]
        return values

    @cached_property
    def _peers(self) -> tuple[tuple[Any, Any], Array, Any]:
        """Hot deck: where values are missing, and each indicator's known values, topmost in its column."""
        values = self.cells.values
        order = np.argsort(~np.isfinite(values), axis=0, kind="stable")
        pool = np.take_along_axis(values, order, axis=0)
        rows, columns = np.nonzero(self._gaps)
        return (rows, columns), pool, np.isfinite(values).sum(axis=0)

    def sobol(self) -> pd.DataFrame:
        """Sobol shares of the mean rank shift and of each region's rank."""
        import pandas as pd

        def shifts(points: Array) -> Array:
            ranks = rank_scores(self.draw(points.T).T).T
            shift = np.abs(ranks - self.nominal).mean(axis=1)
            return np.column_stack([shift, ranks]).T

        names = ["all", *self.cells.units["region"]]
        found = self.factors
        first, total = sobol_of(shifts, [(0.0, 1.0)] * len(found), n=SOBOL_POINTS, seed=self.seed)
        rows = [
            (name, factor, one, both, None if one == one else "never moves")
            for name, firsts, totals in zip(names, first, total, strict=True)
            for factor, one, both in zip(found, firsts, totals, strict=True)
        ]
        return pd.DataFrame(rows, columns=list(SOBOL)).astype(SOBOL)
