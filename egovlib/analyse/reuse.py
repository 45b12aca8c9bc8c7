"""Reuse: which passages of one document stand in another, and how much of a document they are.

Sentences of two documents are aligned (`egovlib.analyse.passages`); sentences found one behind the other on both
sides are one passage. That wording stands in both says nothing yet of who took it from whom: `relation` says what
dates and tiers allow, and both may have it from a third.

>>> from egovlib.documents import Corpus, read_text
>>> words = "各县要在二〇二〇年以前把办事大厅的窗口并成一个。"
>>> above = read_text(words, doc="province", tier="province", region="430000")
>>> below = read_text("我县按要求,把办事大厅的窗口并成一个。", doc="county", tier="county", region="430482")
>>> find_reuse(Corpus([above, below]), threshold=10)[["doc", "surface", "source_doc", "relation"]].values.tolist()
[['county', '把办事大厅的窗口并成一个', 'province', 'from_above']]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.analyse.grouping import NATION, require
from egovlib.analyse.passages import (
    Alignment,
    Passage,
    align_contents,
    find_candidates,
    find_runs,
    passages_of,
    weigh,
    worth_of,
)
from egovlib.extract.regions import stem
from egovlib.frames import TIERS

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

THRESHOLD = 20.0
"""Score from which on two sentences share a passage: on the labelled pairs of tests/cases (docs/reuse.md has the
table) precision is .98 and recall .73 (.98 without sentences told
anew) on 118 own pairs; on 129 pairs of real sentences, drawn by score and so mostly hard ones, .90 and .71. At 16 the
precision of these is .73, at 24 the recall .45."""

RELATIONS = ("from_above", "from_earlier", "shared")
"""from_above: the source is a higher tier over the same region, not later. from_earlier: an earlier document of the
same issuer, or of the same region and tier. shared: any other pair; which of the two was first is not said."""
KINDS = ("reuse", "stock")

REUSE = {
    "doc": "string", "start": "Int64", "end": "Int64", "surface": "string", "section": "string",
    "sentence": "Int64", "source_doc": "string", "source_start": "Int64", "source_end": "Int64",
    "source_surface": "string", "source_section": "string", "source_sentence": "Int64", "relation": "string",
    "kind": "string", "sentences": "Int64", "characters": "Int64", "weight": "Float64", "similarity": "Float64",
    "score": "Float64", "documents": "Int64",
}  # fmt: skip
"""Columns of `find_reuse` and their types; the names are frozen."""

SUMMARY = {
    "doc": "string", "source_doc": "string", "relation": "string", "passages": "Int64", "characters": "Int64",
    "length": "Int64", "share": "Float64", "stock": "Int64", "reason": "string",
}  # fmt: skip
"""Columns of `measure_reuse` and their types; the names are frozen."""


@dataclass(frozen=True)
class _Pair:
    """Two sentences that share wording, the borrower first."""

    borrower: Passage
    source: Passage
    found: Alignment
    relation: str
    kind: str
    documents: int


def find_reuse(
    corpus: Corpus | Sequence[Document],
    *,
    relation: str | Sequence[str] | None = None,
    threshold: float = THRESHOLD,
    stock: bool = False,
) -> pd.DataFrame:
    """Find the passages of each document that stand in another; one row a passage, columns `REUSE`, best first.

    relation   one or several of `RELATIONS`; None: all pairs of documents
    threshold  least score, in characters that are not common wording (`passages.Alignment`)
    stock      also give the passages that reach the threshold only when common wording counts in full

    `doc` is the one that took over (the later, the lower; in a pair of the relation "shared" the one behind in the
    corpus). On both sides raw[start:end] is the surface, damage inside it included. `documents` is the number
    of documents that have a run of the passage, in the median. ValueError
    for an unknown relation or a threshold that is not positive.
    """
    wanted = _relations(relation)
    if not threshold > 0:
        raise ValueError(
            f"threshold {threshold} is not above 0; {THRESHOLD:g} is the one found on labelled pairs."
        )
    documents = list(corpus)
    pairs = _aligned(documents, wanted, threshold, stock)
    return _table(_rows(documents, passage) for passage in _joined(pairs, documents))


def _relations(relation: str | Sequence[str] | None) -> tuple[str, ...]:
    chosen = RELATIONS if relation is None else (relation,) if isinstance(relation, str) else tuple(relation)
    for one in chosen:
        require("relation", one, RELATIONS, "from_above is a county's from its province, and so on")
    return chosen


def _table(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(REUSE)).astype(REUSE)
    return frame.sort_values(["weight", "doc", "start"], ascending=[False, True, True], ignore_index=True)


def _aligned(
    documents: Sequence[Document], wanted: Sequence[str], threshold: float, stock: bool
) -> Iterator[_Pair]:
    """The sentence pairs of the relations wanted that share a passage."""
    passages = passages_of(documents)
    runs = find_runs(passages)
    worth = worth_of(runs, len(documents))
    weights = weigh(passages, runs, worth)
    roles = _roles(documents)
    first_run = np.searchsorted(runs.passage, np.arange(len(passages) + 1))
    for one, other in find_candidates(passages, runs, np.ones(len(worth)) if stock else worth):
        relation, turned = roles[passages[one].document, passages[other].document]
        if relation not in wanted:
            continue
        a, b = (other, one) if turned else (one, other)
        found = align_contents(passages[a].content, passages[b].content, weights[a])
        if found is None:
            continue
        kind = "reuse"
        if found.score < threshold:
            if not stock or found.characters < threshold:
                continue
            plain = align_contents(passages[a].content, passages[b].content, np.ones(len(weights[a])))
            if plain is None or plain.score < threshold:
                continue
            found, kind = Alignment(plain.blocks, found.score, plain.characters, found.weight), "stock"
        inside = runs.documents[first_run[a] : first_run[a + 1]][slice(*found.a)]
        yield _Pair(
            passages[a], passages[b], found, relation, kind, int(np.median(inside)) if len(inside) else 2
        )


def _roles(documents: Sequence[Document]) -> dict[tuple[int, int], tuple[str, bool]]:
    """For each pair of documents in order: the relation, and whether the first one is the borrower's source.

    >>> from egovlib.documents import read_text
    >>> old, new = (read_text("全文", doc=d, issuer="某市人民政府", year=y) for d, y in (("old", 2016), ("new", 2021)))
    >>> _roles([old, new]), _roles([new, old])
    ({(0, 1): ('from_earlier', True)}, {(0, 1): ('from_earlier', False)})
    """
    pairs = {}
    for i, one in enumerate(documents):
        for j in range(i + 1, len(documents)):
            other = documents[j]
            if relation := relation_of(other, one):
                pairs[i, j] = (relation, True)
            elif relation := relation_of(one, other):
                pairs[i, j] = (relation, False)
            else:
                pairs[i, j] = ("shared", True)
    return pairs


def relation_of(borrower: Document, source: Document) -> str | None:
    """How `borrower` could have taken from `source`: from_above, from_earlier, or None when neither can be said."""
    years = borrower.year, source.year
    dated = None not in years
    if _is_above(source, borrower) and (not dated or years[1] <= years[0]):  # type: ignore[operator]
        return "from_above"
    same = borrower.issuer is not None and borrower.issuer == source.issuer
    same |= borrower.region is not None and (borrower.region, borrower.tier) == (source.region, source.tier)
    if same and dated and years[1] < years[0]:  # type: ignore[operator]
        return "from_earlier"
    return None


def _is_above(one: Document, other: Document) -> bool:
    """Whether `one` is of a higher tier over the region of `other`."""
    if one.region is None or other.region is None or one.tier is None or other.tier is None:
        return False
    higher = TIERS.index(one.tier) < TIERS.index(other.tier) <= TIERS.index("village")
    return higher and (one.region == NATION or other.region.startswith(stem(one.region)))


def _joined(pairs: Iterable[_Pair], documents: Sequence[Document]) -> Iterator[list[_Pair]]:
    """Put pairs that follow each other on both sides into one passage; each sentence has its best source once."""
    best: dict[tuple[int, int, int], _Pair] = {}
    for pair in pairs:
        key = (pair.borrower.document, pair.source.document, pair.borrower.sentence)
        if key not in best or pair.found.weight > best[key].found.weight:
            best[key] = pair
    passage: list[_Pair] = []
    for _, pair in sorted(best.items()):
        if passage and not _follows(passage[-1], pair):
            yield passage
            passage = []
        passage.append(pair)
    if passage:
        yield passage


def _follows(one: _Pair, next_one: _Pair) -> bool:
    a, b = one.borrower, next_one.borrower
    c, d = one.source, next_one.source
    return (
        (a.document, c.document, one.kind) == (b.document, d.document, next_one.kind)
        and b.sentence == a.sentence + 1
        and d.sentence == c.sentence + 1
    )


def _rows(documents: Sequence[Document], passage: Sequence[_Pair]) -> dict[str, Any]:
    first, last = passage[0], passage[-1]
    sides = []
    for side, begin, end in (
        ("borrower", first.found.a[0], last.found.a[1]),
        ("source", first.found.b[0], last.found.b[1]),
    ):
        opening, closing = getattr(first, side), getattr(last, side)
        document = documents[opening.document]
        start, stop = document.aligned.span(int(opening.places[begin]), int(closing.places[end - 1]) + 1)
        sides.append((document.doc, start, stop, document.raw[start:stop], opening.section, opening.sentence))
    names = ("doc", "start", "end", "surface", "section", "sentence")
    characters = sum(pair.found.characters for pair in passage)
    return {
        **dict(zip(names, sides[0], strict=True)),
        **{f"source_{name}": value for name, value in zip(names, sides[1], strict=True)},
        "relation": first.relation,
        "kind": first.kind,
        "sentences": len(passage),
        "characters": characters,
        "weight": sum(pair.found.weight for pair in passage),
        "similarity": sum(pair.found.similarity * pair.found.characters for pair in passage) / characters,
        "score": sum(pair.found.score for pair in passage),
        "documents": int(np.median([pair.documents for pair in passage])),
    }


# How much -------------------------------------------------------------------------------------------------


def measure_reuse(
    corpus: Corpus | Sequence[Document],
    passages: pd.DataFrame,
    *,
    relation: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Measure how much of each document stands in each possible source; a row a pair, columns `SUMMARY`.

    passages: from `find_reuse`. `share` is the characters of the document's text in passages of the kind "reuse"
    (each once, punctuation not counted) by its `length`; `stock` the characters of stock passages. Pairs of the
    relation "shared" appear only where something is shared. A document without a possible source has one row of
    NA with the reason, and so has a text without a character to compare.
    """
    import pandas as pd

    documents = list(corpus)
    wanted = _relations(relation)
    groups = dict(list(passages.groupby(["doc", "source_doc"], sort=False)))
    rows: list[tuple[Any, ...]] = []
    for document in documents:
        length = sum(char.isalnum() for char in document.text)
        own = []
        for source in documents:
            found = groups.get((document.doc, source.doc))
            known = None if source is document else relation_of(document, source)
            if known is None and found is not None:
                known = str(found["relation"].iloc[0])
            if known not in wanted:
                continue
            n, covered, stock = (0, 0, 0) if found is None else _covered(document, found)
            share = covered / length if length else None
            own.append((document.doc, source.doc, known, n, covered, length, share, stock, None))
        none = "no document here could be its source" if length else "the text has nothing to compare"
        rows += own or [(document.doc, None, None, None, None, length, None, None, none)]
    frame = pd.DataFrame(rows, columns=list(SUMMARY)).astype(SUMMARY)
    return frame.sort_values("share", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _covered(document: Document, found: pd.DataFrame) -> tuple[int, int, int]:
    """Passages, and characters that stand in passages of the kind reuse and only in stock ones."""
    kinds = dict.fromkeys(KINDS, np.zeros(len(document.text), dtype=bool))
    kinds = {kind: mask.copy() for kind, mask in kinds.items()}
    for start, end, kind in zip(found["start"], found["end"], found["kind"], strict=True):
        kinds[kind][slice(*document.aligned.text_span(int(start), int(end)))] = True
    letters = np.asarray([char.isalnum() for char in document.text])
    reused, stock = kinds["reuse"] & letters, kinds["stock"] & letters & ~kinds["reuse"]
    return int((found["kind"] == "reuse").sum()), int(reused.sum()), int(stock.sum())
