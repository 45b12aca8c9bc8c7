"""Rows as a person corrected them: the corrections of a document put into the tables that the machine made.

A correction stays with its place: where the text has moved, the place is found again by its surface, if that
occurs once; what can no longer be applied is told by `list_corrections` and never dropped.

>>> from egovlib.corrections import Correction
>>> status = ("status", "target", "Li Wei", "2026-03-01", "a plan")
>>> fix = Correction("text", "quantities", 4, 7, "85%", "change", *status)
>>> [(placed.start, placed.end) for placed in (anchor(fix, "办理率为85%。"), anchor(fix, "网上办理率85%。"))]
[(4, 7), (5, 8)]
>>> anchor(fix, "办理率很高。").outcome
'not_found'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from egovlib import frames
from egovlib.corrections import Correction, parse_cell

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Document
    from egovlib.text.sections import Sentence

OUTCOMES = (
    "applied", "moved", "agrees", "superseded", "not_found", "ambiguous", "no_row", "unknown_code", "no_scheme",
)  # fmt: skip
"""What became of a correction; docs/human_coding.md says what each means."""
NOT_APPLIED = ("not_found", "ambiguous", "no_row", "unknown_code", "no_scheme")
"""Outcomes that ask a person to look again."""

_ADDED: Mapping[str, Mapping[str, Any]] = {
    "quantities": {
        "unit": "", "approx": "exact", "role": "level", "status": "actual", "tier": "unknown", "topic": "other",
    },
    "systems": {"status": "unclear"},
    "codings": {},
}  # fmt: skip
"""What an added row holds where its lines do not say it."""
_BOUNDS: Mapping[str, tuple[bool, bool]] = {
    "exact": (True, True), "over": (True, False), "at_least": (True, False), "nearly": (False, True),
    "at_most": (False, True), "about": (False, False),
}  # fmt: skip
"""Whether the value bounds the interval below and above, all that an approximation says without its word."""


class Placed(NamedTuple):
    """Where a correction stands in the text as it is now; `outcome` is "" where it stands as written."""

    start: int | None
    end: int | None
    outcome: str


def anchor(fix: Correction, raw: str) -> Placed:
    """Where the surface of a correction stands now: as written, or where else it occurs once."""
    if fix.start is not None and fix.end is not None and raw[fix.start : fix.end] == fix.surface:
        return Placed(fix.start, fix.end, "")
    first = raw.find(fix.surface)
    if first < 0:
        return Placed(fix.start, fix.end, "not_found")
    if raw.find(fix.surface, first + 1) >= 0:
        return Placed(fix.start, fix.end, "ambiguous")
    return Placed(first, first + len(fix.surface), "" if fix.start is None else "moved")


def correct(
    table: str,
    frame: pd.DataFrame,
    documents: Sequence[Document],
    *,
    scheme: str = "",
    codes: Iterable[str] = (),
) -> pd.DataFrame:
    """Put the corrections of `documents` into a table that the machine made of them.

    table          quantities, systems or codings; frame keeps its columns and the order of the text
    scheme, codes  for codings: the scheme they were made with, and its codes; for systems the categories
    """
    return correct_and_tell(table, frame, documents, scheme=scheme, codes=codes)[0]


def correct_and_tell(
    table: str,
    frame: pd.DataFrame,
    documents: Sequence[Document],
    *,
    scheme: str = "",
    codes: Iterable[str] = (),
) -> tuple[pd.DataFrame, list[tuple[Any, ...]]]:
    """The table as `correct` makes it, and a row of the table `corrections` for each correction."""
    if not any(fix.table == table for document in documents for fix in document.corrections):
        return frame, []
    by_doc: dict[str, list[dict[str, Any]]] = {document.doc: [] for document in documents}
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        by_doc[row["doc"]].append({str(name): value for name, value in row.items()})
    told: list[tuple[Any, ...]] = []
    for document in documents:
        page = _Page(document, table, by_doc[document.doc], scheme, frozenset(codes))
        told += page.correct()
        by_doc[document.doc] = sorted(page.rows, key=lambda row: int(row["start"]))
    names = frames.columns(table)
    rows = ([row[name] for name in names] for rows in by_doc.values() for row in rows)
    return frames.build(table, rows), told


class _Page:
    """One document's rows of one table while a person's corrections go in, the oldest first."""

    def __init__(
        self, document: Document, table: str, rows: list[dict[str, Any]], scheme: str, codes: frozenset[str]
    ) -> None:
        self.document, self.table, self.rows = document, table, rows
        self.scheme, self.codes = scheme, codes
        self._by_hand: list[dict[str, Any]] = []
        self._last: dict[tuple[Any, ...], int] = {}
        self._told: list[tuple[Any, ...]] = []

    def correct(self) -> list[tuple[Any, ...]]:
        fixes = [fix for fix in self.document.corrections if fix.table == self.table]
        for fix in sorted(fixes, key=lambda fix: fix.when):  # stable: on one day the later line wins
            if self.table == "codings" and fix.value.partition(":")[0] != self.scheme:
                continue
            placed = anchor(fix, self.document.raw)
            was, outcome = None, placed.outcome
            if placed.outcome in ("", "moved"):
                assert placed.start is not None
                assert placed.end is not None
                was, outcome = self._apply(fix, placed.start, placed.end)
                outcome = placed.outcome if outcome == "applied" and placed.outcome else outcome
                self._supersede(fix, placed.start)
            self._told.append(told(fix, placed.start, placed.end, was, outcome))
        return self._told

    def _supersede(self, fix: Correction, start: int) -> None:
        """An earlier correction of the same cell has no effect any more."""
        cell = (start, fix.surface, fix.value if fix.table == "codings" else fix.column)
        if cell in self._last:
            earlier = self._told[self._last[cell]]
            self._told[self._last[cell]] = (*earlier[:-1], "superseded")
        self._last[cell] = len(self._told)

    def _apply(self, fix: Correction, start: int, end: int) -> tuple[str | None, str]:
        """Do what the correction says; the value before, and the outcome."""
        if self.table == "codings":
            return None, self._code(fix, start)
        if fix.column == "category" and fix.value not in self.codes:
            return None, "unknown_code"
        row = self._row_at(start, end, exactly=fix.action == "add")
        if fix.action == "delete":
            if row is None:
                return None, "agrees"
            self.rows.remove(row)
            return None, "applied"
        if row is None:
            if fix.action == "change":
                return None, "no_row"
            row = self._added(fix, start, end)
        (column,) = (column for column in frames.TABLES[self.table] if column.name == fix.column)
        before, new = row[fix.column], parse_cell(column, fix.value)
        if before == new and fix.action == "change":
            return _shown(before), "agrees"
        if self.table == "quantities":
            _refit(row, fix.column, new)
        row[fix.column] = new
        return _shown(before), "applied"

    def _row_at(self, start: int, end: int, *, exactly: bool) -> dict[str, Any] | None:
        """The row of that place, or the one row of the machine that overlaps it: it may cut otherwise now."""
        exact = [row for row in self.rows if (row["start"], row["end"]) == (start, end)]
        if exact or exactly:
            return exact[0] if exact else None
        near = [row for row in self.rows if row["start"] < end and start < row["end"]]
        return near[0] if len(near) == 1 and near[0] not in self._by_hand else None

    def _added(self, fix: Correction, start: int, end: int) -> dict[str, Any]:
        row: dict[str, Any] = dict.fromkeys(frames.columns(self.table)) | dict(_ADDED[self.table])
        place = self._sentence(start)
        row |= {"doc": fix.doc, "start": start, "end": end, "surface": self.document.raw[start:end]}
        row |= {"section": place.section, "sentence": place.sentence}
        if self.table == "systems":
            row["system"] = row["surface"]
        self.rows.append(row)
        self._by_hand.append(row)
        return row

    def _sentence(self, start: int) -> Sentence:
        """The sentence that holds a place, or the last before it."""
        sentences = self.document.sentences
        before = [sentence for sentence in sentences if sentence.start <= start]
        return before[-1] if before else sentences[0]

    def _code(self, fix: Correction, start: int) -> str:
        """Give a sentence a code, or take it away."""
        code, sentence = fix.value.partition(":")[2], self._sentence(start)
        if code not in self.codes:
            return "unknown_code"
        rows = [row for row in self.rows if (row["sentence"], row["code"]) == (sentence.sentence, code)]
        if bool(rows) == (fix.action == "add"):
            return "agrees"
        if rows:
            self.rows = [row for row in self.rows if row not in rows]
        else:
            place = (sentence.section, sentence.sentence, sentence.start, sentence.end)
            row = (fix.doc, *place, self.scheme, code, fix.who, fix.surface)
            self.rows.append(dict(zip(frames.columns("codings"), row, strict=True)))
        return "applied"


def told(
    fix: Correction, start: int | None, end: int | None, was: str | None, outcome: str
) -> tuple[Any, ...]:
    """A row of the table `corrections`."""
    return (
        fix.doc, fix.table, start, end, fix.surface, fix.action, fix.column or None, fix.value or None, was,
        fix.who, fix.when, fix.why or None, outcome,
    )  # fmt: skip


def _refit(row: dict[str, Any], column: str, new: Any) -> None:
    """Keep the interval in step with the value: the wording widens another value by the same share.

    Where the wording itself was read wrong, the value bounds what its kind bounds, and the rest is unknown.
    """
    if column == "value":
        old = row["value"]
        for bound in ("low", "high"):
            if row[bound] is not None and old and new is not None:
                row[bound] = round(row[bound] * new / old, 9)
        if old is None:
            row["low"], row["high"] = _bounds(row["approx"], new)
    if column == "approx":
        row["low"], row["high"] = _bounds(new, row["value"], row["value_high"])


def _bounds(approx: str, value: Any, value_high: Any = None) -> tuple[Any, Any]:
    below, above = _BOUNDS[approx]
    return value if below else None, (value if value_high is None else value_high) if above else None


def _shown(value: Any) -> str | None:
    return None if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
