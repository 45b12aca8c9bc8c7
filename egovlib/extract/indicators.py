"""Quantities and a codebook make observations: a number with its meaning.

Every quantity yields one row; one that no indicator takes is kept with the reason, so that nothing disappears
unseen. What the codebook says is in `egovlib.extract.definitions`, how it is applied in `indicator_choice`.

>>> read_codebook("indicators").indicators[0].unit
'%'
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib import frames
from egovlib.extract.definitions import read_codebook
from egovlib.extract.indicator_choice import Decision, Documents, Quantity, choose_indicators
from egovlib.extract.units import conversion

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["match_indicators", "read_codebook"]


def match_indicators(
    quantities: pd.DataFrame, codebook: str | Path = "indicators", *, documents: Any = None
) -> pd.DataFrame:
    """Match the rows of a `quantities` table to the indicators of a codebook; one row a quantity.

    codebook: a packaged name or the path of a csv file. documents: a Corpus, a Document, or a `documents`
    table; it gives each row its region, and a Corpus or Document also the words around a number, which are
    read when its subject says too little. Without it, `region` is NA.

    Returns the `indicators` table: `rule` is the alternative that matched ("subject: 网上办理率"), or, where
    `indicator` is NA, the reason: no subject rule, ambiguous between two, or why the best one does not fit.
    An indicator takes a quantity when its terms occur and unit (by dimension), topic, tier and stock or flow
    do not contradict it; a change, or the start of one, is never a level. The longest terms win; between
    equals the quantity is ambiguous and stays unmatched. Of a listing subject the last item is read first
    (4G基站410个、5G基站); beyond its clause only terms joined by & count, one of which stands beside the
    number. Values are in the indicator's unit, but for units without a factor in codebook/units.csv, which
    are kept.

    >>> row = ("doc", 0, 8, "60%", 60.0, None, None, None, "%", "exact", "level", "actual", "2015",
    ...        "province", "省级部门信息共享度", "resources", "1", 1)
    >>> match_indicators(frames.build("quantities", [row]))[["indicator", "value", "rule"]].values.tolist()
    [['information_sharing_degree', 60.0, 'subject: 信息共享度']]
    """
    book = read_codebook(codebook)
    regions, given = _known(documents)
    columns = (quantities[name].tolist() for name in Quantity._fields)
    rows = list(map(Quantity._make, zip(*columns, strict=True)))
    decisions = choose_indicators(rows, book, given)
    return frames.build("indicators", map(_observation, rows, decisions, repeat(regions)))


def _observation(row: Quantity, decision: Decision, regions: Mapping[str, Any]) -> tuple[Any, ...]:
    name, unit, factor = None, row.unit, 1.0
    if decision.indicator is not None:
        name = decision.indicator.indicator
        known = conversion(decision.indicator.dimension, row.unit, decision.indicator.unit)
        if known is not None:
            unit, factor = decision.indicator.unit, known
    numbers = row.value, row.low, row.high
    if factor != 1.0:  # one times NA is dear
        numbers = row.value * factor, row.low * factor, row.high * factor
    return (
        name, regions.get(row.doc), row.tier, row.period, row.status, *numbers, unit, row.approx,
        row.doc, row.start, row.end, row.surface, row.sentence, decision.rule,
    )  # fmt: skip


def _known(documents: Any) -> tuple[Mapping[str, Any], Documents]:
    """Regions by doc, out of a Corpus, a Document or a `documents` table, and the documents where they are given."""
    if documents is None:
        return {}, {}
    if hasattr(documents, "columns"):
        return dict(zip(documents["doc"], documents["region"], strict=True)), {}
    members = [documents] if hasattr(documents, "doc") else list(documents)
    return {one.doc: one.region for one in members}, {one.doc: one for one in members}
