r"""Tables for a paper: `save_table` writes one as xlsx, docx and LaTeX, all 三线表 (three rules, no vertical ones).

What a reader sees is what `show_table` shows: headings and codes in words, shares in percent, – where missing.
The numbers of the xlsx are numbers still.

>>> print(escape_latex("50% of A_1 & {B} \\ #1 ~ ^ $"))
50\% of A\_1 \& \{B\} \textbackslash{} \#1 \textasciitilde{} \textasciicircum{} \$
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from egovlib.report.figures import output_folder
from egovlib.report.labels import heading
from egovlib.report.style import say, text_width
from egovlib.report.tables_html import is_number, records, worth_showing, write_cell
from egovlib.report.workbooks import styled_text
from egovlib.writing import settle_archive, write_whole

if TYPE_CHECKING:
    import pandas as pd


class Printed(NamedTuple):
    """A table as it is printed: the caption, the heads, the rows of texts, which columns are numbers, the notes."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    notes: list[str]


def save_table(
    table: pd.DataFrame,
    name: str,
    *,
    caption: str,
    notes: Sequence[str] = (),
    n: int | None = None,
    interval: str | None = None,
    source: str | None = None,
    columns: Sequence[str] | None = None,
    lang: str = "zh",
    folder: str | Path | None = None,
) -> dict[str, Path]:
    """Write `table` as name.xlsx, name.docx and name.tex, with its caption above and its notes below.

    n, interval, source  what the notes say of the number of units, of how intervals were made (both left out
                         where not given) and of where the numbers come from
    columns              which columns, in order; by default those `show_table` shows
    folder               by default the output folder of figures

    Returns the paths by kind; the same table gives the same bytes. Raises ValueError for an unusable name or a
    column the table does not have.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name):
        raise ValueError(
            f"table name {name!r} cannot be a file name; use up to 80 ASCII letters, digits, - and _."
        )
    names = list(columns) if columns is not None else worth_showing(table)
    missing = [column for column in names if column not in table]
    if missing:
        raise ValueError(
            f"the table has no column {missing[0]!r}; it has {', '.join(map(str, table.columns))}."
        )
    printed = _print(table, names, caption, [*notes, *_notes(n, interval, source, lang)], lang)
    writers: dict[str, Callable[[Path], object]] = {
        "xlsx": partial(_write_xlsx, table=table[names], printed=printed),
        "docx": partial(_write_docx, printed=printed, lang=lang),
        "tex": partial(_write_latex, printed=printed, name=name, lang=lang),
    }
    target = output_folder(folder)
    return {kind: write_whole(target / f"{name}.{kind}", write) for kind, write in writers.items()}


def _notes(n: int | None, interval: str | None, source: str | None, lang: str) -> list[str]:
    said = [
        None if n is None else f"n = {n}",
        None if interval is None else say(lang, f"区间：{interval}", f"Interval: {interval}"),
        None if source is None else say(lang, f"来源：{source}", f"Source: {source}"),
    ]
    return [note for note in said if note is not None]


def _print(table: pd.DataFrame, names: list[str], caption: str, notes: list[str], lang: str) -> Printed:
    comparison = "difference" in table or "slope" in table
    rows = [
        [write_cell(name, row[name], lang, comparison=comparison) for name in names] for row in records(table)
    ]
    heads = [heading(name, lang) for name in names]
    return Printed(
        _line(caption), heads, rows, [is_number(table, name) for name in names], list(map(_line, notes))
    )


def _line(text: str) -> str:
    """A text without line breaks, nor the characters that no document can hold."""
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text).split())


# --- LaTeX --------------------------------------------------------------------------------------------

_LATEX: Final = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "−": "$-$",
    **{char: f"\\{char}" for char in "&%$#_{}"},
}  # fmt: skip


def escape_latex(text: str) -> str:
    """The text as LaTeX prints it, no character a command. A bracket at a row's start is no option of the row above."""
    escaped = "".join(_LATEX.get(char, char) for char in _line(text))
    return f"{{{escaped}}}" if escaped.startswith(("[", "*")) else escaped


def _write_latex(path: Path, *, printed: Printed, name: str, lang: str) -> None:
    """Write a booktabs table to be put into a paper; what its preamble needs is said at the head."""
    packages = r"\usepackage{booktabs,threeparttable,textcomp}"
    letters = "% compile with xelatex or lualatex; \\usepackage{ctex} for Chinese: \\documentclass{ctexart} has it\n"
    rule = "".join("r" if numeric else "l" for numeric in printed.numeric)
    lines = [
        f"% {packages}\n{letters}\\begin{{table}}[htbp]",
        r"\centering",
        f"\\caption{{{escape_latex(printed.caption)}}}",
        f"\\label{{tab:{name}}}",
        r"\begin{threeparttable}",
        f"\\begin{{tabular}}{{@{{}}{rule}@{{}}}}",
        r"\toprule",
        _latex_row(printed.heads),
        r"\midrule",
        *map(_latex_row, printed.rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    if printed.notes:
        mark = say(lang, "注：", "Notes: ")
        body = (
            " ".join(map(escape_latex, printed.notes))
            if lang == "en"
            else "；".join(map(escape_latex, printed.notes))
        )
        lines += [r"\begin{tablenotes}[flushleft]\footnotesize", f"\\item {mark}{body}", r"\end{tablenotes}"]
    lines += [r"\end{threeparttable}", r"\end{table}", ""]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(escape_latex, cells)) + r" \\"


# --- Word ---------------------------------------------------------------------------------------------


def _write_docx(path: Path, *, printed: Printed, lang: str) -> None:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document = Document()
    _add(document.add_paragraph(), printed.caption, 10.5, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    lines = [printed.heads, *printed.rows]
    table = document.add_table(rows=len(lines), cols=len(printed.heads))
    for place, (line, row) in enumerate(zip(lines, table.rows, strict=True)):
        for cell, text, numeric in zip(row.cells, line, printed.numeric, strict=True):
            paragraph = _add(cell.paragraphs[0], _line(text), 9, bold=place == 0)
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if numeric else WD_ALIGN_PARAGRAPH.LEFT
            _rule(cell, top=12 if place == 0 else 0, bottom=6 if place == 0 else 0)
    if printed.rows:
        for cell in table.rows[-1].cells:
            _rule(cell, top=0, bottom=12)
    _set_widths(table, lines)
    _repeat(table.rows[0])
    if printed.notes:
        joined = say(lang, "；", ". ").join(printed.notes)
        _add(document.add_paragraph(), say(lang, "注：", "Notes: ") + joined, 8)
    document.core_properties.author, document.core_properties.title = "egovlib", printed.caption[:255]
    document.save(str(path))
    settle_archive(path)


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


_PAGE: Final = 15.0  # cm of text across a page of Word's default paper
_LONGEST: Final = 30  # half-width columns of text beyond which a cell breaks


def _set_widths(table: Any, lines: Sequence[Sequence[str]]) -> None:
    """Share the page among the columns by their longest text."""
    from docx.shared import Cm

    needed = [4 + min(_LONGEST, max(map(text_width, column))) for column in zip(*lines, strict=True)]
    table.autofit = False
    for column, size in zip(table.columns, needed, strict=True):
        for cell in column.cells:
            cell.width = Cm(_PAGE * size / sum(needed))


def _repeat(row: Any) -> None:
    """Print the head of the table again on each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


# --- xlsx ---------------------------------------------------------------------------------------------


def _write_xlsx(path: Path, *, table: pd.DataFrame, printed: Printed) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.worksheets[0]
    styled_text(sheet.cell(1, 1), printed.caption).font = Font(bold=True, size=12)
    thick, thin, last = Side(style="medium"), Side(style="thin"), len(printed.rows) + 2
    values = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    for place, head in enumerate(printed.heads, start=1):
        cell = styled_text(sheet.cell(2, place), head)
        cell.font, cell.border = Font(bold=True), Border(top=thick, bottom=thin)
        cell.alignment = Alignment(
            horizontal="right" if printed.numeric[place - 1] else "left", wrap_text=True
        )
        texts = [head, *(row[place - 1] for row in printed.rows)]
        sheet.column_dimensions[get_column_letter(place)].width = min(
            48, max(10, 2 + max(map(text_width, texts)))
        )
        for number, (row, shown) in enumerate(zip(values, printed.rows, strict=True), start=3):
            cell = sheet.cell(number, place)
            if printed.numeric[place - 1] and row[place - 1] is not None:
                cell.value, cell.number_format = _number(row[place - 1], shown[place - 1])
            else:
                styled_text(cell, shown[place - 1])
                cell.alignment = Alignment(
                    horizontal="right" if printed.numeric[place - 1] else "left",
                    wrap_text=True,
                    vertical="top",
                )
            if number == last:
                cell.border = Border(bottom=thick)
    for number, note in enumerate(printed.notes, start=last + 1):
        styled_text(sheet.cell(number, 1), note).font = Font(size=9)
    sheet.page_setup.orientation, sheet.sheet_view.showGridLines = "landscape", False
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    book.save(path)
    settle_archive(path)


def _number(value: float, shown: str) -> tuple[float, str]:
    """The number of a cell and its format, in the unit that the heading names: percent, percentage points, its own."""
    if shown.endswith("%"):
        return value, "0.0%"
    points = f"{100 * value:+.1f}".replace("-", "−")
    return (100 * value, "+0.0;-0.0") if shown == points else (value, "General")
