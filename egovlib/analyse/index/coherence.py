"""Whether the parts of an index belong together: correlations, Cronbach's alpha, the first component.

Arrays have a row a unit and a column an indicator (or pillar). What is undefined is NaN, without a warning.
These are diagnoses for the audit, not weights: a first component may load negatively.

>>> round(cronbach_alpha([[1, 2], [2, 3], [3, 5]]), 3)
0.947
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array


def correlations(x: ArrayLike) -> Array:
    """Pearson correlations of the columns over the units that both know, (k, k); NaN without variation.

    >>> correlations([[1, 2, 5], [2, 4, 5], [3, 6, 5]])[0].tolist()
    [1.0, 1.0, nan]
    """
    import pandas as pd

    return pd.DataFrame(np.asarray(x, dtype=float)).corr(min_periods=3).to_numpy()


def cronbach_alpha(x: ArrayLike) -> float:
    """Cronbach's raw alpha from pairwise covariances; NaN for one column or without variation."""
    import pandas as pd

    covariance = pd.DataFrame(np.asarray(x, dtype=float)).cov().to_numpy()
    k, total = len(covariance), np.nansum(covariance)
    if k < 2 or not total > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.nansum(np.diag(covariance)) / total))


def first_component(x: ArrayLike) -> tuple[Array, float]:
    """Loadings of the first principal component of the correlation matrix, and its share of the variance.

    Over units without gaps. The sign is arbitrary; here the first column loads positively.

    >>> first_component([[1, 2], [2, 4.1], [3, 5.8]])[0].round(3).tolist()
    [0.707, 0.707]
    """
    values = np.asarray(x, dtype=float)
    matrix = correlations(values[np.isfinite(values).all(axis=1)])
    if np.isnan(matrix).any():
        return np.full(len(matrix), np.nan), float("nan")
    size, vectors = np.linalg.eigh(matrix)
    loading = vectors[:, -1] * (1 if vectors[0, -1] >= 0 else -1)
    return loading, float(size[-1] / size.sum())
