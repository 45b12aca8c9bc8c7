"""Whether two groups are alike within a margin: two one-sided tests, and never without a stated margin.

A large p of a difference does not say that there is none. Equivalence is claimed only where the difference
lies, beyond chance, inside a margin that was stated before looking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics import permutation

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.pairing import Units
    from egovlib.analyse.statistics.permutation import Array

TABLE = {
    "code": "string", "name_zh": "string", "name_en": "string", "difference": "Float64", "low": "Float64",
    "high": "Float64", "margin": "Float64", "p": "Float64", "q": "Float64", "verdict": "string",
}  # fmt: skip
"""Columns of `Comparison.equivalence` and their types; the names are frozen."""
ALPHA = 0.05


def equivalence_p(a: ArrayLike, b: ArrayLike, margin: float, *, paired: bool = False) -> Array:
    """Larger p of the two one-sided t tests that |mean of b - mean of a| is at least `margin`.

    `a`: (n_a units, k codes), `b`: (n_b, k); returns (k,). Schuirmann (1987, J. Pharmacokinet. Biopharm.
    15:657), with Welch's degrees of freedom. NaN with fewer than 2 units or without variation.

    >>> equivalence_p([[0.10], [0.12], [0.11]], [[0.11], [0.12], [0.10]], 0.05).round(4)
    array([0.0018])
    """
    from scipy.stats import t

    centre, error, freedom = permutation.mean_difference(a, b, paired=paired)
    error = np.where(error > permutation.TIE, error, np.nan)
    return np.asarray(t.sf((margin - np.abs(centre)) / error, freedom))


def tabulate_equivalence(units: Units, table: pd.DataFrame, margin: float) -> pd.DataFrame:
    """Test every code of a comparison's `table` for equivalence within `margin`: columns `TABLE`.

    ValueError for a margin that is not between 0 and 1.
    """
    import pandas as pd

    if not 0 < margin < 1:
        raise ValueError(
            f"margin {margin!r} is not between 0 and 1; state the largest difference of shares that would "
            "not matter, such as 0.02 for two percentage points."
        )
    codes = units.codes
    low, high = permutation.t_interval(units.a, units.b, paired=units.paired, level=1 - 2 * ALPHA)
    p = equivalence_p(units.a, units.b, margin, paired=units.paired)
    q = permutation.adjusted_p(p)
    verdict = np.where(q <= ALPHA, "alike within the margin", "not shown to be alike").astype(object)
    verdict[np.isnan(p)] = "not testable: no variation, or fewer than 2 units a side"
    found = pd.DataFrame(
        {"code": codes, "low": low, "high": high, "margin": margin, "p": p, "q": q, "verdict": verdict}
    )
    named = table[["code", "name_zh", "name_en", "difference"]].merge(found, on="code")
    return named[list(TABLE)].astype(TABLE)
