"""How far a coder can be relied on: precision, recall and Krippendorff's α of each code against hand coding.

The hand coding must hold the sentences without a code too: what was missed can only be counted where a person
looked. Codes that are rare in it have wide intervals; that is a result, not a flaw of the table.

>>> import pandas as pd
>>> units = pd.DataFrame({"doc": "a", "sentence": range(1, 9)})
>>> found, hand = (
...     pd.DataFrame({"doc": "a", "sentence": places, "code": "websites"}) for places in ([1, 2, 3], [2, 3, 4, 5])
... )
>>> measure_reliability(found, hand, units=units)[["code", "precision", "recall", "alpha"]].round(3).values.tolist()
[['all', 0.667, 0.5, 0.286], ['websites', 0.667, 0.5, 0.286]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from egovlib.analyse.agreement import DRAWS, judge_alpha, measure_agreement, resample
from egovlib.analyse.quality.evaluation import wilson

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.float64]

ALL = "all"
"""The row of all codes together: every sentence with every code is one decision."""

TABLE = {
    "code": "string", "n": "Int64", "gold": "Int64", "found": "Int64", "both": "Int64",
    "precision": "Float64", "precision_low": "Float64", "precision_high": "Float64",
    "recall": "Float64", "recall_low": "Float64", "recall_high": "Float64", "f1": "Float64",
    "alpha": "Float64", "alpha_low": "Float64", "alpha_high": "Float64", "verdict": "string",
}  # fmt: skip
"""Columns of the table of reliability and their types; the names are frozen."""


def measure_reliability(
    codings: pd.DataFrame, hand: pd.DataFrame, *, units: pd.DataFrame, draws: int = DRAWS, seed: int = 1
) -> pd.DataFrame:
    """Measure a coding against a hand coding of the same sentences; one row a code, all codes together first.

    codings, hand  tables with doc, sentence and code (a table `codings` of one scheme)
    units          all sentences the hand coder read, with doc and sentence; other codings are left out

    Returns the columns `TABLE`: n sentences, how many have the code by hand (gold), by the coder (found) and
    by both; precision and recall with 95 % Wilson intervals, F1; Krippendorff's α (nominal) with the 2.5 and
    97.5 percentiles of `draws` resamples of the sentences and the verdict on its lower limit (see
    `measure_agreement`). In the row "all" every interval is of resampled sentences, since the codes of one
    sentence are not independent. What nothing divides is NA. Raises ValueError for codings of several
    schemes.
    """
    import pandas as pd

    for frame in (codings, hand):
        schemes = set(frame["scheme"].dropna()) if "scheme" in frame else set()
        if len(schemes) > 1:
            raise ValueError(
                f"the codings are of {len(schemes)} schemes ({', '.join(sorted(schemes))}); measure one at a time."
            )
    read = list(zip(units["doc"], units["sentence"], strict=True))
    inside = [frame.merge(units[["doc", "sentence"]], on=["doc", "sentence"]) for frame in (codings, hand)]
    codes = sorted({code for frame in inside for code in frame["code"]})
    found, gold = (_matrix(frame, read, codes) for frame in inside)
    alphas = measure_agreement(*inside, units=units, draws=draws, seed=seed)
    of_code = alphas[alphas["coefficient"] == "krippendorff_alpha"].set_index("code")
    order = np.argsort(-gold.sum(axis=0), kind="stable")
    rows = [_of_all(found, gold, draws=draws, seed=seed)]
    rows += [
        (
            codes[i],
            *_of_code(found[:, i], gold[:, i]),
            *of_code.loc[codes[i], ["value", "low", "high", "verdict"]],
        )
        for i in order
    ]
    return pd.DataFrame(rows, columns=list(TABLE)).astype(TABLE)


def _matrix(frame: pd.DataFrame, read: list[tuple[str, int]], codes: list[str]) -> NDArray[np.bool_]:
    """Whether each sentence has each code, (n sentences, k codes)."""
    given = set(zip(frame["doc"], frame["sentence"], frame["code"], strict=True))
    cells = [[(*unit, code) in given for code in codes] for unit in read]
    return np.array(cells, dtype=bool).reshape(len(read), len(codes))


def _of_code(found: NDArray[np.bool_], gold: NDArray[np.bool_]) -> tuple[float | int | None, ...]:
    n_found, n_gold, both = int(found.sum()), int(gold.sum()), int((found & gold).sum())
    precision = (both / n_found, *wilson(both, n_found)) if n_found else (None, None, None)
    recall = (both / n_gold, *wilson(both, n_gold)) if n_gold else (None, None, None)
    return len(gold), n_gold, n_found, both, *precision, *recall, 2 * both / (n_found + n_gold)


def _of_all(
    found: NDArray[np.bool_], gold: NDArray[np.bool_], *, draws: int, seed: int
) -> tuple[float | int | str | None, ...]:
    """Count the decisions of all codes together; for the intervals whole sentences are resampled."""
    n, k = gold.shape
    weights = resample(n, draws, seed)
    both, n_found, n_gold, apart = (
        weights @ cells.sum(axis=1) for cells in (found & gold, found, gold, found != gold)
    )
    yes = n_found + n_gold
    # Krippendorff's α of two coders and two categories (2011), N = 2nk values of which `yes` are a code's
    alpha = 1 - _share((2 * n * k - 1) * apart, yes * (2 * n * k - yes))
    precision, recall, agreed = (
        _with_limits(_share(part, whole))
        for part, whole in ((both, n_found), (both, n_gold), (2 * both, yes))
    )
    value, low, high = _with_limits(alpha)
    counted = (int(count[0]) for count in (n_gold, n_found, both))
    return ALL, n, *counted, *precision, *recall, agreed[0], value, low, high, judge_alpha(low)


def _share(part: Counts, whole: Counts) -> Counts:
    return np.asarray(part / np.where(whole > 0, whole, np.nan))


def _with_limits(series: Counts) -> tuple[float | None, float | None, float | None]:
    """The measured value and the 2.5 and 97.5 percentiles of the resampled ones."""
    known = series[1:][~np.isnan(series[1:])]
    if np.isnan(series[0]) or not known.size:
        return None if np.isnan(series[0]) else float(series[0]), None, None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(series[0]), float(low), float(high)
