"""Points with conditions: bonus points that count only from a certain score, and what a total is called.

The 100-point evaluation of government websites (国办秘函〔2019〕19号): a site with any veto finding fails
outright, below 60 points it fails, and only from more than 80 points are up to 30 bonus points added.

>>> total_points(82, bonus=12), total_points(75, bonus=12), total_points(95, bonus=12, vetoed=True)
((94.0, 'bonus counted'), (75.0, 'passed, bonus not counted'), (0.0, 'failed: veto'))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.scores import Scores

PASS_FROM: Final = 60.0
BONUS_ABOVE: Final = 80.0
BONUS_MOST: Final = 30.0
TOTALS: Final = {
    "region": "string", "period": "string", "points": "Float64", "bonus": "Float64", "total": "Float64",
    "verdict": "string",
}  # fmt: skip


def total_points(points: float, *, bonus: float = 0.0, vetoed: bool = False) -> tuple[float, str]:
    """Add bonus points to points under the conditions; return the total and the verdict.

    Raises ValueError for a bonus outside 0 to 30.
    """
    if not 0 <= bonus <= BONUS_MOST:
        raise ValueError(f"bonus {bonus!r} is not allowed (0 to {BONUS_MOST:g}); correct the bonus points.")
    if vetoed:
        return 0.0, "failed: veto"
    if points < PASS_FROM:
        return float(points), f"failed: below {PASS_FROM:g}"
    if points > BONUS_ABOVE:
        return float(points + bonus), "bonus counted"
    return float(points), "passed, bonus not counted"


def add_bonus(scores: Scores, bonus: pd.DataFrame | None = None) -> pd.DataFrame:
    """Finish a website evaluation: points, bonus, total and verdict of each region scored, best first.

    scores: of the preset website_points. bonus: region, period, value (0 to 30); who is not in it has none.
    """
    import pandas as pd

    given: dict[tuple[str, str], float] = {}
    if bonus is not None:
        keys = zip(bonus["region"], bonus["period"], strict=True)
        given = dict(zip(keys, bonus["value"].astype(float), strict=True))
    rows = []
    for row in scores.table[scores.table["score"].notna()].to_dict("records"):
        extra = given.get((row["region"], row["period"]), 0.0)
        vetoed = isinstance(row["reason"], str) and row["reason"].startswith("veto")
        total, verdict = total_points(row["score"], bonus=extra, vetoed=vetoed)
        rows.append((row["region"], row["period"], row["score"], extra, total, verdict))
    table = pd.DataFrame(rows, columns=list(TOTALS)).astype(TOTALS)
    return table.sort_values("total", ascending=False, kind="stable").reset_index(drop=True)
