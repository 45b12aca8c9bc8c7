"""Which themes, systems, agencies and instruments each sentence or section names: the table that networks count.

Words count once: where a system's name holds the words of a theme (政务外网 is a system, and a term of the theme of
government networks), only the kind that is named first counts, else every system would go with its own theme.

>>> from egovlib.documents import read_text
>>> found = find_named(read_text("市财政局建成政务外网。"), ("systems", "agencies", "themes"))
>>> found[["kind", "code"]].values.tolist()
[['agencies', 'finance'], ['systems', '政务外网']]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from egovlib.analyse.grouping import require
from egovlib.documents import documents_of

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

KINDS = ("systems", "agencies", "instruments", "themes")
UNITS = ("sentence", "section")

NAMED = {
    "doc": "string", "section": "string", "sentence": "Int64", "start": "Int64", "end": "Int64",
    "surface": "string", "kind": "string", "code": "string",
}  # fmt: skip
"""Columns of `find_named` and their types; the names are frozen."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Incidence:
    """Which nodes each unit names.

    present    (n units, k nodes), True where the unit names the node; units that name none are left out
    documents  (n units,), the place of the unit's document in `docs`
    nodes      a row a node: node, kind, code, name_zh, name_en, units, documents
    """

    present: NDArray[np.bool_]
    documents: Counts
    docs: tuple[str, ...]
    nodes: pd.DataFrame


def find_named(
    source: Corpus | Document | str,
    kinds: Sequence[str],
    *,
    scheme: str = "priorities",
    without: Sequence[str] = (),
) -> pd.DataFrame:
    """Find every mention of a system, agency, instrument or theme; one row a mention, columns `NAMED`, by place.

    kinds: which of `KINDS`, the first taking precedence where two are named by the same words. `scheme` is the scheme
    of the themes, of which those under the top codes `without` are left out. ValueError for an unknown kind, or none.
    """
    import pandas as pd

    if not kinds:
        raise ValueError(f"kinds is empty; name one or more of {', '.join(KINDS)}.")
    for kind in kinds:
        require("kind", kind, KINDS, "name systems, agencies, instruments or themes")
    taken: dict[str, list[tuple[int, int]]] = {}
    frames = []
    for kind in dict.fromkeys(kinds):
        found = _finders(scheme, without)[kind](source).assign(kind=kind)
        free = [
            not any(start < right and left < end for left, right in taken.get(doc, ()))
            for doc, start, end in zip(found["doc"], found["start"], found["end"], strict=True)
        ]
        found = found[np.asarray(free, dtype=bool)]
        for doc, start, end in zip(found["doc"], found["start"], found["end"], strict=True):
            taken.setdefault(doc, []).append((start, end))
        frames.append(found[list(NAMED)])
    order = {document.doc: place for place, document in enumerate(documents_of(source))}
    named = pd.concat(frames, ignore_index=True).astype(NAMED)
    place = named["doc"].map(order)
    return named.assign(place=place).sort_values(["place", "start", "end"], ignore_index=True)[list(NAMED)]


def _finders(scheme: str, without: Sequence[str]) -> Mapping[str, Callable[[Any], pd.DataFrame]]:
    from egovlib.extract.systems import find_systems
    from egovlib.extract.themes import find_evidence, read_scheme

    def themes(source: Any) -> pd.DataFrame:
        found = find_evidence(source, scheme)
        known = read_scheme(scheme)
        kept = [known.topic(code) not in without for code in found["code"]]
        return found[np.asarray(kept, dtype=bool)]

    return {
        "systems": lambda source: find_systems(source).assign(code=lambda rows: rows["system"]),
        "agencies": lambda source: find_evidence(source, "agencies"),
        "instruments": lambda source: find_evidence(source, "instruments"),
        "themes": themes,
    }


def count_named(named: pd.DataFrame, *, unit: str, least: int, scheme: str = "priorities") -> Incidence:
    """Make the table of units and nodes; a node is named in `least` units or more, of two documents or more.

    named: from `find_named`; unit: "sentence" or "section". ValueError for an unknown unit.
    """
    require("unit", unit, UNITS, "a sentence is the closer company, a section the wider")
    rows = named.drop_duplicates(["doc", unit, "kind", "code"])
    sizes = rows.groupby(["kind", "code"], as_index=False).agg(
        units=("doc", "size"), documents=("doc", "nunique")
    )
    nodes = sizes[(sizes["units"] >= least) & (sizes["documents"] >= 2)]
    nodes = nodes.sort_values(["units", "code"], ascending=[False, True], ignore_index=True)
    nodes.insert(0, "node", nodes["kind"] + ":" + nodes["code"])
    names = [_name(kind, code, scheme) for kind, code in zip(nodes["kind"], nodes["code"], strict=True)]
    nodes = nodes.assign(name_zh=[name[0] for name in names], name_en=[name[1] for name in names])
    kept = rows.assign(node=rows["kind"] + ":" + rows["code"])
    kept = kept[kept["node"].isin(nodes["node"])]
    docs = tuple(dict.fromkeys(kept["doc"]))
    keys = list(dict.fromkeys(zip(kept["doc"], kept[unit], strict=True)))
    place = {key: row for row, key in enumerate(keys)}
    column = {node: k for k, node in enumerate(nodes["node"])}
    present = np.zeros((len(keys), len(column)), dtype=bool)
    for doc, one, node in zip(kept["doc"], kept[unit], kept["node"], strict=True):
        present[place[doc, one], column[node]] = True
    owner = np.asarray([docs.index(doc) for doc, _ in keys], dtype=np.int64)
    types = {
        "node": "string",
        "units": "Int64",
        "documents": "Int64",
        "name_zh": "string",
        "name_en": "string",
    }
    return Incidence(present, owner, docs, nodes.astype(types))


def _name(kind: str, code: str, scheme: str) -> tuple[str, str]:
    """What a node is called in Chinese and English; a system goes by its own name."""
    from egovlib.extract.themes import read_scheme

    if kind == "systems":
        return code, code
    known = read_scheme(scheme if kind == "themes" else kind)
    return next((one.name_zh, one.name_en) for one in known.codes if one.code == code)
