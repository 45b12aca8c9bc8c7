"""The actual values that a target may be held against, and why each is used or not.

Values are the cells of the panel: sources that contradict each other make a conflict, which is never used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from egovlib import frames
from egovlib.analyse.concepts import Links
from egovlib.analyse.notes import Note
from egovlib.analyse.panel import panel
from egovlib.documents import documents_of
from egovlib.extract.definitions import Codebook, Indicator

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

SPOT = {
    "doc": "string",
    "start": "Int64",
    "end": "Int64",
    "surface": "string",
    "sentence": "Int64",
    "text": "string",
}
VALUE = {"value": "Float64", "low": "Float64", "high": "Float64", "approx": "string", "year": "Int64"}
LINKS: Final = {
    "target": "string", "role": "string", "used": "boolean", "indicator": "string", "region": "string",
    "tier": "string", "unit": "string", "period": "string", **VALUE, "conflict": "boolean",
    "same_document": "boolean", "other_region": "boolean", **SPOT, "why": "string", "why_zh": "string",
}  # fmt: skip
"""Columns of the links: a row a target and actual value looked at; the names are frozen."""
ROLES: Final = ("baseline", "later", "other_region", "not_comparable")

_ONE_YEAR = re.compile(r"[0-9]{4}")


class Books(NamedTuple):
    """The codebooks by name, and all their indicators."""

    by_name: Mapping[str | Path, Codebook]
    definitions: Mapping[str, Indicator]


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, with None for what is missing."""
    rows = frame.astype(object)
    return [{str(k): v for k, v in row.items()} for row in rows.where(rows.notna(), None).to_dict("records")]


# Actual values ---------------------------------------------------------------------------------------------


class Cells:
    """The actual values: the panel of all documents, and that of each document alone."""

    def __init__(
        self, numbers: pd.DataFrame, books: Books, corpus: Corpus | Document | None, as_of: int | None
    ) -> None:
        self._books, self._as_of = books, as_of
        actual = numbers[(numbers["status"] == "actual") & numbers["indicator"].notna()]
        self._documents = _documents_table(corpus)
        self._actual = actual
        self._own: dict[str, list[dict[str, Any]]] = {}
        self._texts = _sentence_texts(corpus)
        self.all = self._cells(actual)

    def own(self, doc: str) -> list[dict[str, Any]]:
        """Return what one document says by itself."""
        if doc not in self._own:
            self._own[doc] = self._cells(self._actual[self._actual["doc"] == doc])
        return self._own[doc]

    def _cells(self, actual: pd.DataFrame) -> list[dict[str, Any]]:
        approx = {(row.doc, row.start, row.indicator): row.approx for row in actual.itertuples(index=False)}
        found = []
        for name, book in self._books.by_name.items():
            part = actual[actual["indicator"].isin(book.by_code)]
            for cell in records_of(panel(part, codebook=name, documents=self._documents)):
                cell["year"] = int(cell["period"]) if _ONE_YEAR.fullmatch(cell["period"]) else None
                cell["approx"] = approx.get((cell["doc"], cell["start"], cell["indicator"]))
                cell["name_zh"] = book.by_code[cell["indicator"]].name_zh
                cell["text"] = self._texts.get((cell["doc"], cell["sentence"]))
                if self._as_of is None or cell["year"] is None or cell["year"] <= self._as_of:
                    found.append(cell)
        return found


def _documents_table(corpus: Corpus | Document | None) -> pd.DataFrame | None:
    if corpus is None:
        return None
    return frames.build("documents", [document.row() for document in documents_of(corpus)])


def _sentence_texts(corpus: Corpus | Document | None) -> dict[tuple[str, int], str]:
    documents = [] if corpus is None else documents_of(corpus)
    return {(one.doc, sentence.sentence): sentence.text for one in documents for sentence in one.sentences}


# Links -----------------------------------------------------------------------------------------------------


class Look(NamedTuple):
    """What was found for a target: its links, the baseline and the later values, oldest first."""

    links: list[dict[str, Any]]
    baseline: dict[str, Any] | None
    later: list[dict[str, Any]]


def look_at(target: dict[str, Any], cells: Cells, concepts: Links, against: str | None) -> Look:
    """Find the actual values for one target and say of each why it is used or not."""
    if target["why"] is not None:
        return Look([], None, [])
    same, near = [], []
    for cell in cells.all:
        refused = _refuse(cell, target, concepts, against)
        if refused is None:
            same.append(cell)
        elif refused.en:
            near.append(_link(target, cell, "not_comparable", refused))
    if against is not None:
        later = sorted(same, key=lambda cell: cell["year"])
        why = Note(
            f"另一地区（{against}）的实际值，按要求对照",
            f"the actual value of another region ({against}), as asked for",
        )
        return Look([*(_link(target, cell, "other_region", why) for cell in later), *near], None, later)
    own = [cell for cell in cells.own(target["doc"]) if _refuse(cell, target, concepts, None) is None]
    baseline, why = _baseline(target, own, same)
    later = [cell for cell in same if _is_later(cell, baseline, target)]
    later.sort(key=lambda cell: cell["year"])
    links = [_link(target, baseline, "baseline", why)] if baseline else []
    links += [_link(target, cell, "later", _why_later(cell, target)) for cell in later]
    return Look(links + near, baseline, later)


def _refuse(
    cell: dict[str, Any], target: dict[str, Any], concepts: Links, against: str | None
) -> Note | None:
    """Say why a cell cannot stand for a target: None when it can, an empty note when it is about something else."""
    if cell["region"] != (against or target["region"]):
        return Note("", "")
    link = concepts.get(target["indicator"], {}).get(cell["indicator"])
    if cell["indicator"] != target["indicator"] and link is None:
        return Note("", "")
    if link is not None and link.relation == "drift":
        return Note(
            f"概念不同（{cell['name_zh']}）：码本没有把两者视为同一",
            f"another concept, {cell['indicator']}: {link.note}",
        )
    if cell["tier"] != target["tier"]:
        return Note(
            f"层级不同：{{{cell['tier']}}}，目标为{{{target['tier']}}}",
            f"another tier: {cell['tier']}, the target is of tier {target['tier']}",
        )
    if cell["unit"] != target["unit"]:
        return Note(f"单位不同：{cell['unit']}", f"another unit: {cell['unit']} instead of {target['unit']}")
    if cell["conflict"]:
        return Note(f"来源互相矛盾：{cell['values']}", f"the sources contradict each other: {cell['values']}")
    if cell["year"] is None:
        return Note(f"时期 {cell['period']} 不是一年", f"the period {cell['period']} is not a year")
    return None


def _baseline(
    target: dict[str, Any], own: list[dict[str, Any]], same: list[dict[str, Any]]
) -> tuple[dict[str, Any] | None, Note]:
    """Choose the last value before the plan: the plan's own, else another document's."""
    issued, deadline = target["issued"], target["deadline"]

    def before(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = [c for c in cells if deadline is None or c["year"] < deadline]
        return sorted((c for c in known if issued is None or c["year"] <= issued), key=lambda c: c["year"])

    mine, others = before(own), before(same)
    if not mine and not others:
        return None, Note("", "")
    if issued is None:
        first = (mine or others)[0]
        return first, _dated(
            first,
            Note(
                "发文年份不明，取期限前最早的值",
                "the year of issue is not known: the earliest value before the deadline",
            ),
        )
    if mine:
        return mine[-1], _dated(
            mine[-1], Note("同一文件中制定目标时的值", "the plan's own last value before the target")
        )
    return others[-1], _dated(
        others[-1],
        Note("另一文件中截至发文之年的最后一个值", "another document's last value up to the year of issue"),
    )


def _is_later(cell: dict[str, Any], baseline: dict[str, Any] | None, target: dict[str, Any]) -> bool:
    if baseline is not None:
        return bool(cell["year"] > baseline["year"])
    return target["issued"] is None or bool(cell["year"] >= target["issued"])


def _why_later(cell: dict[str, Any], target: dict[str, Any]) -> Note:
    late = target["deadline"] is not None and cell["year"] > target["deadline"]
    same = cell["doc"] == target["doc"]
    zh = f"同一地区、层级、指标的后来值，{'同一' if same else '另一'}文件" + ("，期限之后" if late else "")
    en = (
        f"a later value of the same region, tier and indicator, in {'the same' if same else 'another'} document"
        + (", after the deadline" if late else "")
    )
    return _dated(cell, Note(zh, en))


def _dated(cell: dict[str, Any], why: Note) -> Note:
    if cell["dated"] == "document":
        return Note(f"{why.zh}（年份取自文件）", f"{why.en} (year taken from the document)")
    return why


def _link(target: dict[str, Any], cell: dict[str, Any], role: str, why: Note) -> dict[str, Any]:
    return {name: cell.get(name) for name in LINKS} | {
        "target": target["target"], "role": role, "used": role != "not_comparable",
        "same_document": cell["doc"] == target["doc"], "other_region": cell["region"] != target["region"],
        "why": why.en, "why_zh": why.zh,
    }  # fmt: skip
