r"""Who does what by which means: sentences or sections that name an agency, a theme and an instrument together.

Each triple is tested against the same null as the edges of a network (`egovlib.analyse.statistics.margins`), so
that a theme
that is everywhere makes no triple by itself.

>>> from egovlib.documents import Corpus, read_text
>>> text = "市财政局设立宽带建设专项资金。\n热线接诉即办。\n"
>>> triples = cross_agencies(Corpus([read_text(text, doc=doc) for doc in "ab"]), least=2, draws=99)
>>> triples[["agency", "theme", "instrument", "together"]].values.tolist()
[['finance', 'broadband', 'capital_investment', 2]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from egovlib.analyse.incidence import count_named, find_named
from egovlib.analyse.networks import ALPHA, LEAST
from egovlib.analyse.statistics.margins import draw_null, triple_counter
from egovlib.analyse.statistics.permutation import DRAWS, adjusted_p

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

MEANS = ("safeguards",)
"""Themes that are means themselves (funds, staff, standards): here they count as instruments."""

TRIPLES = {
    "agency": "string", "theme": "string", "instrument": "string", "together": "Int64", "documents": "Int64",
    "expected": "Float64", "ratio": "Float64", "p": "Float64", "q": "Float64", "verdict": "string",
}  # fmt: skip
"""Columns of `cross_agencies` and their types; the names are frozen."""


def cross_agencies(
    corpus: Corpus | Document,
    *,
    unit: str = "sentence",
    scheme: str = "priorities",
    least: int = LEAST,
    draws: int = DRAWS,
    seed: int = 1,
) -> pd.DataFrame:
    """Count and test the triples of agency, theme and instrument that occur; a row a triple, columns `TRIPLES`.

    unit, scheme, least, draws, seed: as `build_network`. Words count once: for an agency, else a theme, else an
    instrument. Tested are the triples that occur in two units or more, so p is of use for ranking them and q, over
    these rows, is exploratory. The table is empty where no triple occurs.
    """
    import pandas as pd

    named = find_named(corpus, ("agencies", "themes", "instruments"), scheme=scheme, without=MEANS)
    table = count_named(named, unit=unit, least=least, scheme=scheme)
    kinds, codes = table.nodes["kind"].to_numpy(), table.nodes["code"].tolist()
    parts = [np.flatnonzero(kinds == kind) for kind in ("agencies", "themes", "instruments")]
    triples = _occurring(table.present, parts)
    if not len(triples):
        return pd.DataFrame(columns=list(TRIPLES)).astype(TRIPLES)

    counted = triple_counter(triples, table.present.shape[1])
    null = draw_null(table.present, table.documents, counted, draws=draws, seed=seed)
    there: NDArray[np.bool_] = np.logical_and.reduce([table.present[:, column] for column in triples.T])
    together = there.sum(axis=0)
    frame = pd.DataFrame(
        {
            **{
                name: [codes[k] for k in triples[:, i]]
                for i, name in enumerate(("agency", "theme", "instrument"))
            },
            "together": together,
            "documents": [len(set(table.documents[column])) for column in there.T],
            "expected": null.expected,
            "ratio": [t / e if e > 0 else None for t, e in zip(together, null.expected, strict=True)],
            "p": [
                p if n > 1 and sd > 0 else None for p, n, sd in zip(null.p, together, null.sd, strict=True)
            ],
        }
    ).astype({"p": "Float64", "ratio": "Float64"})
    tested = frame["p"].notna()
    frame["q"] = pd.array([None] * len(frame), dtype="Float64")
    if tested.any():
        frame.loc[tested, "q"] = adjusted_p(frame.loc[tested, "p"].to_numpy(dtype=float), "BH")
    shown = frame["q"].le(ALPHA).fillna(False)
    frame["verdict"] = np.select(
        [~tested, shown], ["not testable: occurs once", "together"], "no association shown"
    )
    order = ["together", "p", "agency", "theme", "instrument"]
    frame = frame.sort_values(order, ascending=[False, True, True, True, True], ignore_index=True)
    return frame[list(TRIPLES)].astype(TRIPLES)


def _occurring(present: NDArray[np.bool_], parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The triples of nodes, one of each part, that some unit names, (n triples, 3)."""
    found = {
        (int(a), int(b), int(c))
        for row in present
        for a in parts[0][row[parts[0]]]
        for b in parts[1][row[parts[1]]]
        for c in parts[2][row[parts[2]]]
    }
    return np.asarray(sorted(found), dtype=np.int64).reshape(len(found), 3)
