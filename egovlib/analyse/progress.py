"""How far a plan has come: pure arithmetic on baseline, current value, target and years.

Values are in the indicator's unit, years may be fractions, direction is 1 where more is better and -1 where
less is. What is undefined (a target equal to its baseline, growth from zero) is None, and the caller names
the outcome. Projections here are unbounded; a share can pass 100 % and a duration fall below 0.

Sources: linear share, pace and gap are usual plan arithmetic; the ratio of growth rates R with its classes and
score is Statistics Canada's, as in Open SDG (progress methodology); the current status index is UN ESCAP's.

>>> linear_share(60, 75, 85), pace(0.6, time_share(2010, 2013, 2015))
(0.6, 1.0)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

STATCAN_CLASSES: Final = (
    (0.95, "substantial_progress"),
    (0.60, "moderate_progress"),
    (0.0, "limited_progress"),
)
"""Lower borders of the ratio R; below the last it is a deterioration. Open SDG: the growth is at least 95 %, at
least 60 %, or some of what the target asks."""


def linear_share(baseline: float, current: float, target: float) -> float | None:
    """Share of the way from baseline to target that is done; above 1 is more than planned, below 0 a step back.

    >>> linear_share(29, 12, 5) > 0.7, linear_share(60, 70, 60)
    (True, None)
    """
    return None if target == baseline else (current - baseline) / (target - baseline)


def time_share(start: float, now: float, deadline: float) -> float | None:
    """Share of the time between baseline and deadline that is gone; None when there was none."""
    return None if deadline <= start else (now - start) / (deadline - start)


def pace(done: float | None, gone: float | None) -> float | None:
    """Share done over share of time gone: 1 is as planned; None when no time is gone."""
    return None if done is None or not gone else done / gone


def gap(current: float, target: float, direction: int = 1) -> float:
    """What is missing to the target, in the indicator's unit; negative when it is passed."""
    return (target - current) * direction


def required_per_year(current: float, target: float, now: float, deadline: float) -> float | None:
    """Change needed each year to reach the target in time; None once the deadline is here."""
    return None if deadline <= now else (target - current) / (deadline - now)


def projected_linear(baseline: float, current: float, start: float, now: float, at: float) -> float | None:
    """Value at `at` if the average change went on; None when no time has passed."""
    return None if now <= start else baseline + (current - baseline) / (now - start) * (at - start)


def growth_rate(first: float, last: float, years: float) -> float | None:
    """Compound growth a year (CAGR); None from or to zero, over a change of sign, or without time.

    >>> round(growth_rate(100, 150, 5), 4), growth_rate(0, 48, 3)
    (0.0845, None)
    """
    if years <= 0 or first == 0 or last / first <= 0:
        return None
    return float((last / first) ** (1 / years) - 1)


def projected_exponential(current: float, rate: float | None, years: float) -> float | None:
    """Value after `years` more at the growth rate seen so far."""
    return None if rate is None else float(current * (1 + rate) ** years)


def trend_per_period(values: Sequence[float | None], periods: Sequence[float]) -> float | None:
    """Change a period in percent of the fitted first value, by least squares over the known values.

    With two values it is their difference; None with fewer, or when the first (fitted) value is 0.

    >>> trend_per_period([100, 110], [2010, 2011])
    10.0
    """
    pairs = [(t, v) for t, v in zip(periods, values, strict=True) if v is not None and not np.isnan(v)]
    if len(pairs) < 2:
        return None
    times, known = np.asarray(sorted(pairs), dtype=float).T
    if np.ptp(known) == 0:
        return 0.0
    slope = float(
        ((times - times.mean()) * (known - known.mean())).sum() / ((times - times.mean()) ** 2).sum()
    )
    first = float(known.mean() + slope * (times[0] - times.mean()))
    return None if first == 0 else slope / first * 100


def statcan_ratio(
    baseline: float, current: float, target: float, *, start: float, now: float, deadline: float
) -> float | None:
    """Observed over required compound growth (R); None where either is undefined or none is required."""
    observed = growth_rate(baseline, current, now - start)
    required = growth_rate(baseline, target, deadline - start)
    return None if observed is None or not required else observed / required


def statcan_score(ratio: float) -> float:
    """Turn R into a score of -5 to 5: -60 % gives -5, 60 % gives 0, 130 % gives 5.

    >>> round(statcan_score(0.95), 3), statcan_score(1.3), statcan_score(4)
    (2.5, 5.0, 5.0)
    """
    score = 7.1429 * ratio - 4.2857 if ratio > 0.6 else 4.1667 * ratio - 2.5
    return min(5.0, max(-5.0, score))


def statcan_status(ratio: float, *, reached: bool) -> str:
    """Name the class of R; a target that is reached is achieved whatever R says."""
    if reached:
        return "target_achieved"
    return next((name for border, name in STATCAN_CLASSES if ratio >= border), "deterioration")


def status_index(baseline: float, current: float, target: float, direction: int = 1) -> float | None:
    """UN ESCAP's current status index: 10 times the way done, counted in the wanted direction."""
    return None if target == baseline else 10 * direction * (current - baseline) / abs(target - baseline)


def threshold_factor(baseline: float, limit: float, exponent: float = 4.44) -> float:
    """Factor that shrinks growth thresholds near a natural limit: 1 far from it, 0 at it (sdg-build).

    >>> threshold_factor(100, limit=100), threshold_factor(50, limit=100) > 0.95
    (0.0, True)
    """
    return 1 - float(abs(baseline / limit) ** exponent)
