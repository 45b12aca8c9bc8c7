"""A printed table as a Word document: three rules (三线表), upright or on its side, its heads on each page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.printed import Printed, join_notes
from egovlib.writing import settle_archive

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_PAPER: Final = (21.0, 29.7)  # cm, A4
_MARGIN: Final = 2.5  # cm
_COLUMN: Final = 0.168  # cm that a half-width column takes at 9 pt, a little more than half of its em
_CROWDED: Final = 1.5
"""How many pages' width of unbroken columns are put on a page upright; a wider table lies on its side, by eye."""


def write_word(path: Path, *, printed: Printed, lang: str) -> None:
    """Write the table with its caption above and its notes below; numbers to the right."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    room = _set_paper(document, printed)
    caption = _add(document.add_paragraph(), printed.caption, 10.5, bold=True)
    caption.alignment, caption.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    lines = [printed.heads, *printed.rows]
    table = document.add_table(rows=len(lines), cols=len(printed.heads))
    for place, (line, row) in enumerate(zip(lines, table.rows, strict=True)):
        for cell, text, numeric in zip(row.cells, line, printed.numeric, strict=True):
            paragraph = _add(cell.paragraphs[0], text, 9, bold=place == 0)
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if numeric else WD_ALIGN_PARAGRAPH.LEFT
            _rule(cell, top=12 if place == 0 else 0, bottom=6 if place == 0 else 0)
        _mark(row, "cantSplit")
    if printed.rows:
        for cell in table.rows[-1].cells:
            _rule(cell, top=0, bottom=12)
    widths = printed.widths(room / _COLUMN)
    _set_widths(table, widths)
    _mark(table.rows[0], "tblHeader")  # printed again on each page
    if printed.notes:
        notes = _add(document.add_paragraph(), join_notes(printed.notes, lang), 8)
        beside = max(0.0, room - _COLUMN * sum(widths)) / 2
        notes.paragraph_format.left_indent = notes.paragraph_format.right_indent = Cm(beside)
    document.core_properties.author, document.core_properties.title = "egovlib", printed.caption[:255]
    document.save(str(path))
    settle_archive(path)


def _set_paper(document: Document, printed: Printed) -> float:
    """A4, on its side for a table that would be crowded upright; return the cm of text across."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section, (short, long) = document.sections[0], _PAPER
    upright = (short - 2 * _MARGIN) / _COLUMN
    lying = sum(printed.wanted()) > _CROWDED * upright or sum(printed.needed()) > upright
    across, down = (long, short) if lying else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(across), Cm(down)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(_MARGIN))
    return across - 2 * _MARGIN


def _add(paragraph: Any, text: str, size: float, *, bold: bool = False) -> Any:
    """Write a text into a paragraph, in a font for Latin letters and one for Chinese."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    return paragraph


def _rule(cell: Any, *, top: int, bottom: int) -> None:
    """Draw the rules of a cell, in eighths of a point; 0 draws none."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    for side, size in (("top", top), ("bottom", bottom)):
        if size:
            line = OxmlElement(f"w:{side}")
            for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", "000000")):
                line.set(qn(f"w:{key}"), value)
            borders.append(line)
    if len(borders):
        cell._element.get_or_add_tcPr().append(borders)


def _set_widths(table: Table, widths: list[float]) -> None:
    """Programs take a column's width from the table's grid or from its cells: both say the same."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm

    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(_COLUMN * width)
        for cell in column.cells:
            cell.width = Cm(_COLUMN * width)


def _mark(row: Any, what: str) -> None:
    """Set a property of a row that is on or off."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(f"w:{what}")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
