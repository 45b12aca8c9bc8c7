"""All tables that documents give: the rows of every verb of this room, side by side.

>>> from egovlib.documents import Corpus, read_text
>>> tables = extract_tables(Corpus([read_text("建成政务外网。截至2013年底，网上办理率达到95%。")]))
>>> {name: len(table) for name, table in tables.items() if len(table)}
{'documents': 1, 'sections': 1, 'sentences': 2, 'quantities': 1, 'systems': 1, 'codings': 2, 'indicators': 1}
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus

TABLES = (
    "documents", "sections", "sentences", "quantities", "systems", "codings", "indicators", "corrections",
)  # fmt: skip
"""The tables in the order they are made."""


@contextlib.contextmanager
def collect_once() -> Iterator[None]:
    """Keep the garbage collector from walking over all documents again and again; it runs at the end.

    Next to nothing of a batch is in cycles (158 objects for 100 generated documents), and the collector took a
    tenth of its time. What was there before is not walked over at all.

    >>> with collect_once():
    ...     gc.isenabled()
    False
    """
    if not gc.isenabled():
        yield  # whoever stopped it starts it again
        return
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        gc.enable()


@collect_once()
def extract_tables(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Return every table of a corpus by name, in the order of `TABLES`, each after its contract in frames.py."""
    from egovlib.extract.indicators import match_indicators
    from egovlib.extract.outcomes import list_corrections
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.systems import find_systems
    from egovlib.extract.themes import code_themes

    quantities = find_quantities(corpus)
    return {
        "documents": corpus.documents,
        "sections": corpus.sections,
        "sentences": corpus.sentences,
        "quantities": quantities,
        "systems": find_systems(corpus),
        "codings": code_themes(corpus),
        "indicators": match_indicators(quantities, documents=corpus),
        "corrections": list_corrections(corpus),
    }
