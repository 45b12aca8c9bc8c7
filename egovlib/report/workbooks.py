"""Tables as a workbook: many behind a README sheet, or one as it is printed; texts stay texts, numbers numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.fields import TITLES, describe, fields, title
from egovlib.report.printed import GAP, Printed, join_notes
from egovlib.report.style import text_width
from egovlib.report.tables_html import is_number
from egovlib.spreadsheets import runs
from egovlib.writing import settle_archive

if TYPE_CHECKING:
    import pandas as pd

ROWS: Final = 1_048_576
"""Rows of a sheet in the xlsx format (ECMA-376), the header among them."""
CELL: Final = 32_767
"""Characters that a cell holds."""
_A3, _A4 = "8", "9"
"""Numbers of paper sizes (ECMA-376, 18.3.1.63)."""
_GUIDE: Final = (22.0, 24.0, 60.0, 90.0)
_NARROWEST, _WIDEST = 8, 44
_LOOKED_AT: Final = 500
"""Widths of columns, in characters: of the README sheet; and of tables, by their first rows."""
_HIGHEST: Final = 409.0
"""Points of the highest row."""


_SIZE, _LINE = 11.0, 15.0
"""Points of the letters, and from line to line, that spreadsheet programs begin with."""


def set_height(sheet: Any, row: int, cells: Iterable[tuple[str, float, float]]) -> None:
    """Make a row as high as its texts need, each a text, its column's width, its size: programs leave that to us."""
    lines = (
        size / _SIZE * (1 + text_width(text) * size / _SIZE // (width - 1)) for text, width, size in cells
    )
    sheet.row_dimensions[row].height = min(_HIGHEST, _LINE * max(lines, default=1.0) + 2)


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

    book = Workbook(write_only=True)
    _write_guide(book.create_sheet("README"), [*readme, *_dictionary(tables)])
    for name, frame in tables.items():
        _write_table(book.create_sheet(name), frame.head(ROWS - 1))
    book.save(path)
    settle_archive(path)


def _write_guide(sheet: Any, rows: Iterable[Sequence[str]]) -> None:
    """The README sheet: names in narrow columns, what they mean in wide ones."""
    from openpyxl.styles import Alignment, Font

    for letter, width in zip("ABCD", _GUIDE, strict=True):
        sheet.column_dimensions[letter].width = width
    fit_page(sheet)
    for number, row in enumerate(rows, start=1):
        cells = [text_cell(sheet, text) for text in row]
        for cell in cells:
            cell.alignment = Alignment(wrap_text=len(row) > 1, vertical="top")
            cell.font = Font(bold=not row[0].startswith(" ") and cell is cells[0])
        if len(row) > 1:
            set_height(
                sheet, number, [(text, width, _SIZE) for text, width in zip(row, _GUIDE, strict=False)]
            )
        sheet.append(cells)


def _write_table(sheet: Any, frame: pd.DataFrame) -> None:
    """A row a row, behind a head that stays in sight and filters."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for place, name in enumerate(frame, start=1):
        texts = [str(name), *(str(cell) for cell in frame[name].head(_LOOKED_AT).dropna())]
        width = min(_WIDEST, max(_NARROWEST, 3 + max(map(text_width, texts))))
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    fit_page(sheet, wide=True)
    header = [text_cell(sheet, str(column)) for column in frame]
    for cell, name in zip(header, map(str, frame), strict=True):
        side = "right" if is_number(frame, name) else "left"
        cell.font, cell.alignment = Font(bold=True), Alignment(horizontal=side)
    sheet.append(header)
    rows = frame.astype(object).where(frame.notna(), None)
    for row in rows.itertuples(index=False, name=None):
        sheet.append([text_cell(sheet, value) if isinstance(value, str) else value for value in row])


def fit_page(sheet: Any, *, wide: bool = False) -> None:
    """On paper: A4 on its side, or A3 for a wide table, as wide as the page, the first row on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3 if wide else _A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


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


# --- one table, as it is printed ----------------------------------------------------------------------

_ROOM: Final = 140.0
"""Characters across a page on its side, of which the columns are given their parts."""


def write_printed(path: Path, *, table: pd.DataFrame, printed: Printed, lang: str) -> None:
    """Write one table with three rules (三线表), caption above and notes below; the same bytes each time.

    table  the frame of what is printed: its numbers are the numbers of the cells, formatted as printed
    """
    from openpyxl import Workbook
    from openpyxl.styles import Border, Font, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.worksheets[0]
    values = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    widths = _fit_numbers([max(8.0, width) for width in printed.widths(_ROOM)], values, printed)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    thick, thin = Side(style="medium"), Side(style="thin")
    _across(sheet, 1, printed.caption, widths, Font(bold=True, size=12))
    for cell, head in zip(_lay(sheet, 2, printed.heads, printed, widths), printed.heads, strict=True):
        styled_text(cell, head).font, cell.border = Font(bold=True), Border(top=thick, bottom=thin)
    for number, (row, shown) in enumerate(zip(values, printed.rows, strict=True), start=3):
        for cell, value, text, numeric in zip(
            _lay(sheet, number, shown, printed, widths), row, shown, printed.numeric, strict=True
        ):
            if numeric and value is not None:
                cell.value, cell.number_format = _number(value, text)
            else:
                styled_text(cell, text)
            if number == len(values) + 2:
                cell.border = Border(bottom=thick)
    if printed.notes:
        _across(sheet, len(values) + 3, join_notes(printed.notes, lang), widths, Font(size=9))
    fit_page(sheet)
    sheet.freeze_panes, sheet.print_title_rows = "A3", "2:2"
    sheet.sheet_view.showGridLines = False
    book.save(path)
    settle_archive(path)


def _fit_numbers(widths: Sequence[float], values: Sequence[Sequence[Any]], printed: Printed) -> list[float]:
    """Room for numbers in full, which are printed as 7.8亿; a spreadsheet program shows ### where there is none."""
    columns = zip(
        widths, zip(*values, strict=True) if values else [()] * len(widths), printed.numeric, strict=True
    )
    return [
        max([width, *(GAP + len(f"{value:,.0f}") for value in column if numeric and value is not None)])
        for width, column, numeric in columns
    ]


def _across(sheet: Any, row: int, text: str, widths: Sequence[float], font: Any) -> None:
    """Write a text across all columns, so that neither a column nor the page is widened by it."""
    from openpyxl.styles import Alignment

    cell = styled_text(sheet.cell(row, 1), text)
    cell.font, cell.alignment = font, Alignment(wrap_text=True, vertical="top")
    if len(widths) > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    set_height(sheet, row, [(text, sum(widths), font.size)])


def _lay(
    sheet: Any, row: int, texts: Sequence[str], printed: Printed, widths: Sequence[float]
) -> Iterable[Any]:
    """The cells of a row, texts to the left and numbers to the right, high enough for the longest text."""
    from openpyxl.styles import Alignment

    set_height(sheet, row, [(text, width, _SIZE) for text, width in zip(texts, widths, strict=True)])
    for place, numeric in enumerate(printed.numeric, start=1):
        cell = sheet.cell(row, place)
        # a text right behind a number would touch it
        indent = 1 if place > 1 and not numeric else 0
        cell.alignment = Alignment(
            horizontal="right" if numeric else "left", vertical="top", wrap_text=True, indent=indent
        )
        yield cell


def _number(value: float, shown: str) -> tuple[float, str]:
    """The number of a cell and its format: as printed, in the unit that the heading names."""
    if shown.endswith("%"):
        return value, "0.0%"
    if shown == f"{100 * value:+.1f}".replace("-", "−"):
        return 100 * value, '+0.0;"−"0.0'
    if shown.startswith((".", "<")):
        return value, '[<0.001]"<.001";.000'
    decimals = shown.partition(".")[2]
    if shown.endswith(("万", "亿")):
        return value, "#,##0"
    if value == int(value) and "," not in shown:
        return value, "0"
    return value, f"#,##0.{'0' * len(decimals)}" if decimals else "#,##0"
