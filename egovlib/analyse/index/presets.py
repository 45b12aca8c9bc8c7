"""Presets: well-known indices as data, a tree with its choices (codebook/presets.csv and trees/).

>>> find_preset("oecd_dgi").recipe.aggregate
'arithmetic'
"""

from __future__ import annotations

from dataclasses import dataclass

from egovlib import codebook
from egovlib.analyse.index.composite import Recipe


@dataclass(frozen=True)
class Preset:
    """One row of presets.csv: the choices that go with a tree. `tree` is "" where any tree will do."""

    name: str
    tree: str
    recipe: Recipe
    coverage: float
    every_pillar: bool
    source: str


def presets() -> list[str]:
    """The names of the packaged presets."""
    return [row["preset"] for row in codebook.rows("presets")]


def find_preset(name: str) -> Preset:
    """Return a preset. Raises ValueError for an unknown name."""
    for row in codebook.rows("presets"):
        if row["preset"] == name:
            recipe = Recipe(row["normalise"], row["weights"], row["aggregate"], row["veto"])
            coverage, every = float(row["coverage"]), row["every_pillar"] == "yes"
            return Preset(name, row["tree"], recipe, coverage, every, row["source"])
    raise ValueError(f"preset {name!r} is not known; choose {', '.join(presets())}.")
