"""Corrections: what a person knows better than the machine, as rows of `corrections.csv` in a corpus.

Each row names a place of a document's raw text (`surface` as it stands there), a table, and what is to be
changed, deleted or added. `read_corpus` reads the file; `egovlib.extract.corrected` puts it into the tables.

>>> COLUMNS[:5], ACTIONS
(('doc', 'table', 'start', 'end', 'surface'), ('change', 'delete', 'add'))
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from egovlib import codebook, frames
from egovlib.codebook.terms import Place, refuse

COLUMNS = (
    "doc", "table", "start", "end", "surface", "action", "column", "value", "who", "when", "why",
)  # fmt: skip
"""Columns of corrections.csv; start and end may be empty where the surface occurs once in the document."""

ACTIONS = ("change", "delete", "add")
NEEDED = {"quantities": "value", "systems": "category", "codings": "code"}
"""The tables that can be corrected, each with the column without which an added row would say nothing."""
_FIXED = ("doc", "start", "end", "surface", "section", "sentence")


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of corrections.csv; cells stay text but for the place, which is None where it was left empty."""

    doc: str
    table: str
    start: int | None
    end: int | None
    surface: str
    action: str
    column: str
    value: str
    who: str
    when: str
    why: str


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read and check a corrections.csv.

    Raises ValueError, naming file, row, column, value, what is allowed and the mend, for the first row that
    breaks the contract: nothing a person wrote is passed over in silence.
    """
    try:
        rows = codebook.read(path)
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8 text; save it as 'CSV UTF-8' and try again.") from None
    corrections = tuple(_correction(path.name, number, row) for number, row in enumerate(rows, start=2))
    _check_added(path.name, corrections)
    return corrections


def _correction(file: str, number: int, row: Mapping[Any, Any]) -> Correction:
    _check_columns(file, number, row)
    cells = {name: row[name] if name == "surface" else row[name].strip() for name in COLUMNS}
    start, end = (_offset(file, number, name, cells[name]) for name in ("start", "end"))
    surface = cells["surface"]
    for column, right, allowed, mend in (
        ("table", cells["table"] in NEEDED, ", ".join(NEEDED), "name one of these tables"),
        ("action", cells["action"] in ACTIONS, ", ".join(ACTIONS), "name one of these actions"),
        *((name, bool(cells[name]), "not empty", "fill the cell in") for name in ("doc", "surface", "who")),
        ("when", _is_date(cells["when"]), "a date as 2026-03-01", "write the date so"),
        ("end", (start is None) == (end is None), "start and end, or neither", "give both or empty both"),
        (
            "surface",
            start is None or end is None or end - start == len(surface),
            f"the text from {start} to {end}, which has another length",
            "copy start, end and surface from the table",
        ),
    ):
        if not right:
            refuse(Place(file, number, column), cells[column], allowed, mend)
    _check_cell(file, number, cells)
    texts = {name: cell for name, cell in cells.items() if name not in ("start", "end")}
    return Correction(**texts, start=start, end=end)


def _check_columns(file: str, number: int, row: Mapping[Any, Any]) -> None:
    listed = f"the columns are {', '.join(COLUMNS)}"
    for name in COLUMNS:
        if row.get(name) is None:
            mend = "add the column, or the cell that is missing in this row"
            refuse(Place(file, number, name), "no cell", listed, mend)
    for name in row:
        if name not in COLUMNS:
            mend = "take the column out, or put a cell that holds a comma into quotation marks"
            refuse(Place(file, number, str(name)), str(row[name]), listed, mend)


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _offset(file: str, number: int, column: str, cell: str) -> int | None:
    if not cell:
        return None
    if not re.fullmatch("[0-9]{1,12}", cell):
        refuse(Place(file, number, column), cell, "a whole number from 0", "copy it from the table")
    return int(cell)


def _check_cell(file: str, number: int, cells: Mapping[str, str]) -> None:
    """Which column of which table is meant, and whether it can hold the value."""
    table, action, name, value = (cells[key] for key in ("table", "action", "column", "value"))
    if table == "codings":
        if action == "change":
            refuse(
                Place(file, number, "action"), action, "for codings: add, delete",
                "delete the wrong code and add the right one",
            )  # fmt: skip
        if name != "code":
            refuse(Place(file, number, "column"), name, "for codings: code", "write code")
        if not all(value.partition(":")[::2]):
            refuse(
                Place(file, number, "value"), value, "scheme:code, as priorities:broadband",
                "name the scheme and the code",
            )  # fmt: skip
        return
    if action == "delete":
        if name or value:
            refuse(
                Place(file, number, "column" if name else "value"), name or value,
                "empty: the whole row is deleted", "empty the cell, or change instead of delete",
            )  # fmt: skip
        return
    contract = {column.name: column for column in frames.TABLES[table] if column.name not in _FIXED}
    if name not in contract:
        refuse(Place(file, number, "column"), name, ", ".join(contract), "name one of these columns")
    try:
        parse_cell(contract[name], value)
    except ValueError as error:
        refuse(Place(file, number, "value"), value, str(error), "correct the value")


def parse_cell(column: frames.Column, cell: str) -> Any:
    """The value that a cell means; an empty one is a missing value, where one is allowed."""
    if not cell:
        if column.name == "unit":
            return ""  # a number without a measure word
        if column.required or column.name == "value":
            raise ValueError(", ".join(column.allowed) or "not empty")
        return None
    if column.allowed and cell not in column.allowed:
        raise ValueError(", ".join(column.allowed))
    if column.dtype != "Float64":
        return cell
    if not re.fullmatch(r"-?\d{1,18}(\.\d{1,12})?", cell, re.ASCII):
        raise ValueError("a number without commas or unit, as 31000 or 99.6")
    return float(cell)


def _check_added(file: str, corrections: Sequence[Correction]) -> None:
    """An added row needs the value (of a quantity) or the category (of a system) in one of its lines."""
    added: dict[tuple[Any, ...], tuple[int, set[str]]] = {}
    for number, fix in enumerate(corrections, start=2):
        if fix.action == "add":
            place = (fix.doc, fix.table, fix.start, fix.surface)
            added.setdefault(place, (number, set()))[1].add(fix.column)
    for (doc, table, _, surface), (number, named) in added.items():
        if NEEDED[table] not in named:
            refuse(
                Place(file, number, "column"), ", ".join(sorted(named)),
                f"an added row of {table} has a line for {NEEDED[table]}",
                f"add the line with the {NEEDED[table]} of {surface!r} in {doc}",
            )  # fmt: skip
