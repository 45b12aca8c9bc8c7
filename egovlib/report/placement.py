"""Labels that must not lie on each other. On an axis the best places are computed, in the plane searched.

>>> spread([1.0, 1.1, 5.0], gap=1.0, low=0.0, high=6.0).tolist()
[0.55, 1.55, 5.0]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from egovlib.analyse.statistics.permutation import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text


def spread(places: Sequence[float], *, gap: float, low: float, high: float) -> Array:
    """Move ascending `places` as little as can be (least squares) until neighbours are `gap` apart within low and high.

    With y = place - i·gap the task is isotonic regression, which has one exact answer (Best & Chakravarti 1990); a
    search in the plane, as adjustText's, would leave the axis and need not end without overlaps. Where there is no
    room for all, the gaps shrink alike.
    """
    import numpy as np
    from scipy.optimize import isotonic_regression

    n = len(places)
    if not n:
        return np.asarray([], dtype=float)
    gap = min(gap, (high - low) / max(n - 1, 1))
    steps = gap * np.arange(n)
    moved = np.asarray(isotonic_regression(np.asarray(places, dtype=float) - steps).x)
    return np.asarray(np.clip(moved, low, high - gap * (n - 1)) + steps)


def part_labels(axes: Axes, texts: Sequence[Text]) -> None:
    """Move labels in the plane away from each other, with a thin line to where they belong.

    By adjustText, which starts from one fixed seed; a number of rounds rather than its second of time, so that a figure
    is the same on a slow machine. The figure must have its final layout.
    """
    from adjustText import adjust_text

    if len(texts) < 2:
        return
    line: dict[str, Any] = {"arrowstyle": "-", "color": "#666666", "linewidth": 0.5}
    adjust_text(
        list(texts), ax=axes, iter_lim=400, expand=(1.08, 1.25), force_explode=(0.02, 0.04), arrowprops=line,
        min_arrow_len=6, avoid_self=False,
    )  # fmt: skip
