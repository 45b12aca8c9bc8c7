"""Tables as a workbook: a README sheet, then a sheet a table; every text stays text, every number a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.fields import TITLES, describe, fields, title
from egovlib.spreadsheets import runs
from egovlib.writing import settle_archive

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

ROWS: Final = 1_048_576
"""Rows of a sheet in the xlsx format (ECMA-376), the header among them."""
CELL: Final = 32_767
"""Characters that a cell holds."""


def styled_text(cell: Any, text: str) -> Any:
    """Put a text into a cell so that no program runs it: a string by type, marked as quoted if like a formula."""
    from openpyxl.utils.escape import escape

    # characters that xml cannot hold are written _x000C_, which spreadsheet programs read back
    safe = escape(text)
    cell.value = f"{safe[: CELL - 1]}…" if len(safe) > CELL else safe
    cell.data_type = "s"
    if runs(text):
        cell.quotePrefix, cell.number_format = True, "@"
    return cell


def text_cell(sheet: Any, text: str) -> Any:
    """A cell with a text for a sheet that is written row by row."""
    from openpyxl.cell import WriteOnlyCell

    return styled_text(WriteOnlyCell(sheet), text)


def write_workbook(
    path: Path, tables: Mapping[str, pd.DataFrame], *, readme: Iterable[Sequence[str]]
) -> None:
    """Write `tables` as sheets by name behind the sheet README, whose rows come first; the same bytes each time."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("README")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 24
    sheet.column_dimensions["C"].width, sheet.column_dimensions["D"].width = 60, 90
    for row in [*readme, *_dictionary(tables)]:
        sheet.append([text_cell(sheet, text) for text in row])
    for name, frame in tables.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        header = [text_cell(sheet, str(column)) for column in frame]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        _fill(sheet, frame.head(ROWS - 1))
    book.save(path)
    settle_archive(path)


def _fill(sheet: WriteOnlyWorksheet, frame: pd.DataFrame) -> None:
    rows = frame.astype(object).where(frame.notna(), None)
    for row in rows.itertuples(index=False, name=None):
        sheet.append([text_cell(sheet, value) if isinstance(value, str) else value for value in row])


def _dictionary(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, ...]]:
    """What each sheet and each of its columns holds."""
    lines: list[tuple[str, ...]] = [("",)]
    for table, frame in tables.items():
        lines.append((table, f"{len(frame)}", *TITLES[table]))
        if len(frame) >= ROWS:
            lines.append(
                (
                    "",
                    "",
                    f"此表只列前 {ROWS - 1} 行，其余见 csv",
                    f"only the first {ROWS - 1} rows; see the csv",
                )
            )
        for field in fields(table):
            heads = " · ".join(dict.fromkeys((title(field.name, "zh"), title(field.name, "en"))))
            lines.append((f"  {field.name}", heads, describe(field, "zh"), describe(field, "en")))
        lines.append(("",))
    return lines
