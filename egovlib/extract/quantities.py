"""Quantities: where the numbers are and what they are worth.

Three steps, each readable alone: candidates.py finds every number with its unit and approximators; traps.py
names the numbers that measure nothing (codebook/traps.csv, in its order); what is left is read by numerals
and units and gets its meaning from attributes.py. The definition of a quantity is the annotation guide's.

>>> table = find_quantities("截至2013年底，网上审批系统受理事项超过2.2亿多条，网上办理率达到99.6%。")
>>> table[["surface", "value", "unit", "approx", "period"]].values.tolist()
[['超过2.2亿多条', 220000000.0, '条', 'over', '2013-12-31'], ['99.6%', 99.6, '%', 'exact', '2013-12-31']]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from egovlib import frames
from egovlib.documents import documents_of
from egovlib.extract.attributes import Reader
from egovlib.extract.candidates import find_readings
from egovlib.extract.contexts import Context
from egovlib.extract.corrected import correct

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document


def find_quantities(source: Corpus | Document | str) -> pd.DataFrame:
    """The quantities of a corpus, a document or a plain text; one row each, in the order of the text.

    Returns the table `quantities` of frames.py. `start`, `end` are places in the raw text, and
    `raw[start:end] == surface` for every row; `low`, `high` is the interval the wording allows. What a
    corrections.csv of the corpus says wins over what was read.
    """
    documents = documents_of(source)
    rows = (row for document in documents for row in _rows(document))
    return correct("quantities", frames.build("quantities", rows), documents)


def read_quantities(document: Document) -> list[Context]:
    """The readings of one document in their contexts, attributes filled, in the order of the text."""
    return Reader(document).read(list(find_readings(document.text)))


def _rows(document: Document) -> Iterator[tuple[object, ...]]:
    doc, raw, span = document.doc, document.raw, document.aligned.span
    for context in read_quantities(document):
        reading = context.reading
        start, end = span(reading.start, reading.end)
        low, high = reading.interval()
        yield (
            doc, start, end, raw[start:end],
            reading.value, reading.value_high, low, high, reading.unit, reading.approximator.approx,
            context.role, context.status, context.period, context.tier, context.subject, context.topic,
            context.section.section, context.view.number,
        )  # fmt: skip
