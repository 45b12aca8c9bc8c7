"""A panel laid out for an index: a row a region and period, a column an indicator of the tree.

What may never stand side by side in one index (tiers, actual figures and targets, units, two values of one
cell) is refused here, with the mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from egovlib.analyse.index.published import LABELS
from egovlib.analyse.statistics.permutation import Array

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.index.trees import Tree

KEYS: Final = ("region", "period", "indicator")
NEEDED: Final = (*KEYS, "value")


@dataclass(frozen=True)
class Cells:
    """A panel as arrays: one row a unit (region and period), one column an indicator of the tree.

    units: region, name_zh, name_en, period. values, low, high: (n, k), NaN where nothing is known; low and
    high are the interval that the wording allows, else the value itself.
    """

    units: pd.DataFrame
    values: Array
    low: Array
    high: Array

    def take(self, rows: NDArray[np.bool_]) -> Cells:
        """Keep the units marked True."""
        kept = self.units[rows].reset_index(drop=True)
        return Cells(kept, self.values[rows], self.low[rows], self.high[rows])


def arrange(panel: pd.DataFrame, tree: Tree, *, period: str | None = None) -> Cells:
    """Check a panel against a tree and lay it out; a region with other indicators only has a row of gaps.

    Raises ValueError when the panel lacks a column, mixes tiers, or actual figures and targets, or units, has
    two values for one cell, or nothing of the tree (or of `period`).
    """
    import pandas as pd

    for name in NEEDED:
        if name not in panel:
            raise ValueError(f"the panel lacks the column {name!r}; it needs {', '.join(NEEDED)}.")
    placed = panel[panel["region"].notna()].copy()
    placed["period"] = placed["period"].astype("string").fillna("")
    placed["region"] = placed["region"].astype("string")
    if period is not None:
        periods = sorted(set(placed["period"]))
        placed = placed[placed["period"] == period]
        if placed.empty:
            raise ValueError(f"period {period!r} is not in the panel; choose {', '.join(periods)}.")
    used = placed[placed["indicator"].isin(tree.indicators)].copy()
    if used.empty:
        raise ValueError(
            f"the panel holds none of the indicators of tree {tree.name!r} ({', '.join(tree.indicators[:5])} …); "
            "give another tree or panel."
        )
    _check_alike(used, tree)
    used["value"] = pd.to_numeric(used["value"], errors="coerce").astype(float)
    keys = list(dict.fromkeys(zip(placed["region"], placed["period"], strict=True)))
    keys.sort(key=lambda key: (key[1], key[0]))
    index = pd.MultiIndex.from_tuples(keys, names=["region", "period"])

    def table(column: str) -> Array:
        wide = used.pivot(index=["region", "period"], columns="indicator", values=column)
        return wide.reindex(index=index, columns=list(tree.indicators)).to_numpy(dtype=float)

    values = table("value")
    for name in ("low", "high"):
        bound = pd.to_numeric(used[name], errors="coerce").astype(float) if name in used else np.nan
        used[name] = (
            pd.Series(bound, index=used.index).where(np.isfinite, used["value"]).fillna(used["value"])
        )
    low, high = table("low"), table("high")
    names = placed.drop_duplicates(["region"]).set_index("region").reindex(columns=list(LABELS))
    units = index.to_frame(index=False).join(names, on="region")[["region", *LABELS, "period"]]
    return Cells(units.astype("string"), values, np.minimum(low, values), np.maximum(high, values))


def _check_alike(used: pd.DataFrame, tree: Tree) -> None:
    """Refuse what may never stand in one index side by side."""
    for name, mend in (
        ("tier", "score one tier at a time"),
        ("status", "keep one of them, as panel[panel.status == 'actual']"),
    ):
        found = sorted(used[name].dropna().unique()) if name in used else []
        if len(found) > 1:
            raise ValueError(f"the panel mixes {name} {' and '.join(map(str, found))}; {mend}.")
    for code, rows in used.groupby("indicator") if "unit" in used else ():
        units = set(rows["unit"].dropna()) | ({tree.by_code[str(code)].unit} - {""})
        if len(units) > 1:
            raise ValueError(
                f"{code} has the units {', '.join(sorted(units))} in panel and tree; bring its values into one."
            )
    twice = used[used.duplicated(list(KEYS), keep=False)]
    if len(twice):
        first = twice.iloc[0]
        cell = twice[(twice[list(KEYS)] == first[list(KEYS)]).all(axis=1)]
        raise ValueError(
            f"{first['indicator']} of {first['region']} {first['period']} has {len(cell)} values "
            f"({', '.join(f'{v:g}' for v in cell['value'].dropna())}); settle the conflict, they are not averaged."
        )
