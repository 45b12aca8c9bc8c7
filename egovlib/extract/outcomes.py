"""What became of each correction: whether it was applied, by whom it was made, and what the machine had said.

>>> list_corrections("网上办理率达到85%。").empty
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib import codebook, frames
from egovlib.documents import documents_of
from egovlib.extract.corrected import correct_and_tell, told
from egovlib.extract.quantities import find_quantities
from egovlib.extract.system_catalogue import CATEGORIES
from egovlib.extract.systems import find_systems
from egovlib.extract.themes import code_themes, read_scheme

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document


def list_corrections(source: Corpus | Document | str, *, schemes: Sequence[str | Path] = ()) -> pd.DataFrame:
    """The corrections of a source's corrections.csv and what became of each.

    schemes  paths of your own schemes that corrections of codings name; packaged ones are known

    Returns the table `corrections` of frames.py, in the order of the documents: the place where each stands
    now, `was` (what was there before), who, when, why, and `outcome`, one of `corrected.OUTCOMES`; those in
    `corrected.NOT_APPLIED` need a person's eye. Only documents with corrections are read again.
    """
    marked = [document for document in documents_of(source) if document.corrections]
    known = {Path(scheme).stem: scheme for scheme in (*codebook.schemes(), *schemes)}
    rows = [row for document in marked for row in _told(document, known)]
    return frames.build("corrections", rows)


def _told(document: Document, known: Mapping[str, str | Path]) -> Iterator[tuple[Any, ...]]:
    machine = replace(document, corrections=())
    tables = {fix.table for fix in document.corrections}
    if "quantities" in tables:
        yield from correct_and_tell("quantities", find_quantities(machine), [document])[1]
    if "systems" in tables:
        yield from correct_and_tell("systems", find_systems(machine), [document], codes=CATEGORIES)[1]
    schemes = {fix.value.partition(":")[0] for fix in document.corrections if fix.table == "codings"}
    for name in sorted(schemes & known.keys()):
        codings, codes = code_themes(machine, known[name]), read_scheme(known[name]).parents
        yield from correct_and_tell("codings", codings, [document], scheme=name, codes=codes)[1]
    for fix in document.corrections:
        if fix.table == "codings" and fix.value.partition(":")[0] not in known:
            yield told(fix, fix.start, fix.end, None, "no_scheme")
