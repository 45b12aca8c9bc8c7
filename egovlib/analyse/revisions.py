r"""Revisions: what of an earlier document a later one keeps, changes, adds and drops, sentence by sentence.

Each sentence has at most one partner, chosen so that the partners have as much wording in common as they can
(the assignment problem, scipy); sections are partners when most of what their sentences share is in each other.

>>> from egovlib.documents import read_text
>>> old = read_text("一、目标\n窗口并成一个。村村通上光纤。\n二、保障\n镇里出钱。", doc="old")
>>> new = read_text("一、目标\n窗口并成一个。村村都通上光纤了。\n二、保障\n县里补贴。", doc="new")
>>> compare_versions(old, new)[["status", "surface", "old_surface"]].dropna().values.tolist()[1:3]
[['kept', '窗口并成一个。', '窗口并成一个。'], ['changed', '村村都通上光纤了。', '村村通上光纤。']]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from egovlib.analyse.passages import Passage, passages_of

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

CHANGED = 0.6
"""Least likeness (rapidfuzz ratio: 1 − insertions and deletions by both lengths) of a changed sentence. On
tests/cases/reuse_pairs.csv every value from .40 to .75 parts edited sentences from others on the same theme; of 49
changed rows read at .60, in six pairs of plans and reports, 47 are the same item."""

STATUSES = ("kept", "changed", "new", "dropped")
"""kept: the same letters, digits and characters; changed: a partner that is alike; new, dropped: no partner."""

_SIDE = ("doc", "start", "end", "surface", "section", "sentence")
_TYPES = ("string", "Int64", "Int64", "string", "string", "Int64")
REVISION = {
    "status": "string", **dict(zip(_SIDE, _TYPES, strict=True)),
    **{f"old_{name}": dtype for name, dtype in zip(_SIDE, _TYPES, strict=True)},
    "likeness": "Float64", "moved": "boolean",
}  # fmt: skip
"""Columns of `compare_versions` and their types; the names are frozen."""

SECTIONS = {
    "section": "string", "heading": "string", "old_section": "string", "old_heading": "string",
    "kept": "Int64", "changed": "Int64", "new": "Int64", "dropped": "Int64", "retained": "Float64",
    "reason": "string",
}  # fmt: skip
"""Columns of `count_revisions` and their types; the names are frozen."""


def choose_versions(
    corpus: Corpus, *, old: str = "auto", new: str = "auto"
) -> tuple[Document, Document] | None:
    """Return two documents to compare: those named, or those of one issuer and genre that have most in common.

    Only documents that follow each other in time are asked. None when no issuer has two
    dated documents of one genre. ValueError for an unknown id, or only one that is named.
    """
    known = {document.doc: document for document in corpus}
    if (old == "auto") != (new == "auto"):
        raise ValueError(f"old {old!r} and new {new!r}: name both documents, or leave both 'auto'.")
    for doc in (old, new):
        if doc != "auto" and doc not in known:
            raise ValueError(
                f"there is no document {doc!r} in the corpus; it has {', '.join(list(known)[:8])} …."
            )
    if old != "auto":
        return known[old], known[new]
    dated = sorted((one for one in corpus if one.year and one.issuer), key=lambda one: one.year or 0)
    last: dict[tuple[str | None, str | None], Document] = {}
    best: tuple[int, tuple[Document, Document] | None] = (-1, None)
    for document in dated:
        before = last.get((document.issuer, document.genre))
        if before is not None and before.year != document.year:
            common = int(compare_versions(before, document)["likeness"].notna().sum())
            best = max(best, (common, (before, document)), key=lambda one: one[0])
        last[document.issuer, document.genre] = document
    return best[1]


def compare_versions(old: Document, new: Document, *, changed: float = CHANGED) -> pd.DataFrame:
    """Lay two documents beside each other; one row a sentence or pair of sentences, columns `REVISION`.

    changed  least likeness of a changed sentence, above 0, at most 1

    Rows go through the new document in order; a dropped sentence stands behind the one it followed in the old.
    On both sides raw[start:end] is the surface; the side of a new or dropped sentence that has none is NA. `moved`:
    the partner stands in a section that is not this section's partner. ValueError for an unusable `changed` and for
    a document laid beside itself.
    """
    import pandas as pd

    if not 0 < changed <= 1:
        raise ValueError(f"changed {changed} is not in (0, 1]; {CHANGED} is the one found on labelled pairs.")
    if old is new or old.doc == new.doc:
        raise ValueError(
            f"{old.doc!r} cannot be compared with itself; give two documents with different ids."
        )
    passages = passages_of([old, new])
    a = [passage for passage in passages if passage.document == 0]
    b = [passage for passage in passages if passage.document == 1]
    partners = _partners(a, b, changed)
    sections = _partner_sections(a, b, partners)
    rows = [_row(old, new, a, b, i, j, partners, sections) for i, j in _in_order(len(a), len(b), partners)]
    return pd.DataFrame(rows, columns=list(REVISION)).astype(REVISION)


def _partners(a: Sequence[Passage], b: Sequence[Passage], changed: float) -> dict[int, tuple[int, float]]:
    """For each sentence of b that has one: its partner in a and their likeness, the sum of likeness greatest."""
    from rapidfuzz import fuzz, process
    from scipy.optimize import linear_sum_assignment

    if not a or not b:
        return {}
    texts = [[passage.content for passage in side] for side in (b, a)]
    ratio = process.cdist(*texts, scorer=fuzz.ratio, score_cutoff=100 * changed, dtype=np.float32) / 100
    # a long sentence that stays counts for more than a short one; among equals, the one at the same place
    length = np.asarray([len(text) for text in texts[0]])[:, None]
    place = np.abs(np.linspace(0, 1, len(b))[:, None] - np.linspace(0, 1, len(a))[None, :])
    worth = np.where(ratio > 0, ratio * length + 0.5 * (1 - place), 0)
    pairs = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return {int(j): (int(i), float(ratio[j, i])) for j, i in pairs if ratio[j, i] > 0}


def _partner_sections(
    a: Sequence[Passage], b: Sequence[Passage], partners: Mapping[int, tuple[int, float]]
) -> dict[str, str]:
    """For each section of b that has one, its partner in a: the characters that partners share decide."""
    from scipy.optimize import linear_sum_assignment

    shared: Counter[tuple[str, str]] = Counter()
    for j, (i, likeness) in partners.items():
        shared[b[j].section, a[i].section] += round(likeness * len(b[j].content))
    if not shared:
        return {}
    rows, columns = (list(dict.fromkeys(pair[side] for pair in shared)) for side in (0, 1))
    table: NDArray[np.int64] = np.asarray([[shared[row, column] for column in columns] for row in rows])
    chosen = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return {rows[i]: columns[j] for i, j in chosen if table[i, j] > 0}


def _in_order(
    n_old: int, n_new: int, partners: Mapping[int, tuple[int, float]]
) -> Iterator[tuple[int | None, int | None]]:
    """Places (old, new) of all rows: through the new text, dropped ones behind what they followed."""
    taken = {i for i, _ in partners.values()}
    dropped: dict[int | None, list[int]] = {}
    last: int | None = None
    for i in range(n_old):
        if i in taken:
            last = i
        else:
            dropped.setdefault(last, []).append(i)
    yield from ((i, None) for i in dropped.get(None, ()))
    for j in range(n_new):
        partner = partners[j][0] if j in partners else None
        yield partner, j
        if partner is not None:
            yield from ((i, None) for i in dropped.get(partner, ()))


def _row(
    old: Document,
    new: Document,
    a: Sequence[Passage],
    b: Sequence[Passage],
    i: int | None,
    j: int | None,
    partners: Mapping[int, tuple[int, float]],
    sections: Mapping[str, str],
) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(REVISION)
    if j is not None:
        row |= _side(new, b[j])
    if i is not None:
        row |= {f"old_{name}": value for name, value in _side(old, a[i]).items()}
    if i is not None and j is not None:
        same = a[i].content == b[j].content
        moved = sections.get(b[j].section) != a[i].section
        return row | {"status": "kept" if same else "changed", "likeness": partners[j][1], "moved": moved}
    return row | {"status": "new" if i is None else "dropped"}


def _side(document: Document, passage: Passage) -> dict[str, Any]:
    sentence = document.sentences[passage.sentence - 1]
    surface = document.raw[sentence.start : sentence.end]
    values = (document.doc, sentence.start, sentence.end, surface, passage.section, passage.sentence)
    return dict(zip(_SIDE, values, strict=True))


def count_revisions(old: Document, new: Document, versions: pd.DataFrame) -> pd.DataFrame:
    """Count the sentences kept, changed, new and dropped in each section; columns `SECTIONS`.

    versions: from `compare_versions`. First the sections of the new document, each with its partner in the old
    (where most of their partners stand), then the sections of the old that have none. `retained` is the share of
    the old section's sentences that were kept or changed, wherever they went; NA, with the reason, when there is
    no old section.
    """
    import pandas as pd

    partners = _modal_partners(versions)
    names = [{one.section: one.heading or None for one in document.sections} for document in (new, old)]
    tally = Counter(zip(versions["section"], versions["status"], strict=True))
    gone = Counter(versions.loc[versions["status"] == "dropped", "old_section"])
    stayed = Counter(versions.loc[versions["status"].isin(["kept", "changed"]), "old_section"])
    own = [name for name in names[0] if any((name, status) in tally for status in STATUSES)]
    without = [name for name in names[1] if name not in partners.values() and (gone[name] or stayed[name])]
    rows = []
    for section, before in [
        *((name, partners.get(name)) for name in own),
        *((None, name) for name in without),
    ]:
        total = stayed[before] + gone[before] if before else 0
        counts = [tally[section, status] if section else 0 for status in ("kept", "changed", "new")]
        dropped = gone[before] if before else 0
        retained = stayed[before] / total if total else None
        reason = None if total else "no section of the old document is its partner"
        headings = (section, names[0].get(section or ""), before, names[1].get(before or ""))
        rows.append((*headings, *counts, dropped, retained, reason))
    return pd.DataFrame(rows, columns=list(SECTIONS)).astype(SECTIONS)


def _modal_partners(versions: pd.DataFrame) -> dict[str, str]:
    """Each new section's partner: the old section of the sentences that did not move."""
    stayed = versions[versions["moved"].eq(False).fillna(False)]
    return dict(zip(stayed["section"], stayed["old_section"], strict=True))
