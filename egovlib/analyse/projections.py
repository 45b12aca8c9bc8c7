"""Where a plan will stand at its deadline if the pace stays, within what the indicator can be.

A share moves along a logistic curve and never leaves 0 to 100 %; a count or a duration grows or shrinks by the
same factor each year and never falls below 0. Both pass through the two values that are known; what a curve
cannot pass through (a share of 0 or 100, a count of 0) is None, and the caller says why.

Source: logistic diffusion is Griliches (1957, Econometrica 25, 501-522); a constant factor is compound growth.

>>> round(logistic(60, 80, start=2010, now=2015, at=2020), 1)
91.4
>>> round(log_linear(30, 15, start=2018, now=2020, at=2022) or 0, 6)
7.5
"""

from __future__ import annotations

from math import exp, log
from typing import Final

from egovlib.analyse.progress import growth_rate, projected_exponential

CURVES: Final = {
    "share": "logistic", "count": "log-linear", "volume": "log-linear", "money": "log-linear",
    "ratio": "log-linear", "duration": "log-linear",
}  # fmt: skip
"""The curve of each kind of indicator; a rank has none, it depends on what the others do."""


def logistic(baseline: float, current: float, *, start: float, now: float, at: float) -> float | None:
    """Value of a share (%, 0 to 100) at `at`, its log odds moving evenly from baseline to current.

    None when no time has passed or a value is not strictly between 0 and 100: log odds are then infinite.
    """
    if now <= start or not (0 < baseline < 100 and 0 < current < 100):
        return None
    first, last = (log(x / (100 - x)) for x in (baseline, current))
    # beyond 700 the exponential overflows; the share is then 0 or 100 to every digit a float has
    odds = max(-700.0, min(700.0, first + (last - first) / (now - start) * (at - start)))
    return 100 / (1 + exp(-odds))


def log_linear(baseline: float, current: float, *, start: float, now: float, at: float) -> float | None:
    """Value of an amount at `at` if it goes on growing by the same factor; None from or to zero, or without time."""
    if now <= start:
        return None
    return projected_exponential(current, growth_rate(baseline, current, now - start), at - now)


def project(
    kind: str, baseline: float, current: float, *, start: float, now: float, at: float
) -> tuple[float | None, str]:
    """Project an indicator of `kind` (see `CURVES`); return the value, or None, and the curve or the reason.

    >>> project("share", 60, 100, start=2010, now=2015, at=2020)
    (None, 'no projection: a share of 0 or 100 % lies on no logistic curve')
    """
    if kind not in CURVES:
        return None, f"no projection: a {kind} depends on what the others do"
    if now <= start:
        return None, "no projection: no time has passed since the baseline"
    curve = logistic if CURVES[kind] == "logistic" else log_linear
    value = curve(baseline, current, start=start, now=now, at=at)
    if value is not None:
        return value, CURVES[kind]
    if curve is logistic:
        return None, "no projection: a share of 0 or 100 % lies on no logistic curve"
    return None, "no projection: nothing grows from or to zero by a constant factor"
