"""Coding sheets: the units of a review as workbooks with drop-down lists, and as csv, for persons to fill in.

A sheet shows the sentence and never the machine's answer; that stays in the key, which coders do not get. Its
column names are the codes that `egovlib.analyse.quality.coded` reads back; questions and lists are explained in `lang`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovlib import codebook
from egovlib.analyse.quality.coded import SHEET
from egovlib.analyse.quality.review import MACHINE, SHOWN, Question, ask
from egovlib.report.labels import check_language, label
from egovlib.report.workbooks import fit_page, set_height
from egovlib.spreadsheets import write_csv
from egovlib.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FRONT = ("unit", "before", "text")
_BACK = ("coder", "note", "heading", "document")
_WIDTHS: Final = {"unit": 13, "before": 26, "text": 52, "heading": 20, "document": 20, "note": 24, "code": 22}
_WIDTH = 17
"""Characters; the widest label of a choice, business_application, wraps once."""

_GUIDE: Final = (22.0, 60.0, 40.0)

_RULES: Final = (
    (
        "每行一个单元，请读 text，需要时看 before（前一句）、heading（标题）。",
        "Each row is a unit: read text, and before (the sentence before it) and heading where you need them.",
    ),
    (
        "只填有底色的格子；请勿改动 unit、text 和表头。拿不准也请选最合适的一个，疑问写在 note。",
        "Fill in the tinted cells only; leave unit, text and the header row alone. When in doubt choose the best "
        "answer and say why in note.",
    ),
    (
        "第一问答 no 的，后面各列空着；没有读到的单元整行空着。",
        "Where the first answer is no, leave the rest empty; leave a unit that you did not read empty altogether.",
    ),
    (
        "请独立编码：不与其他编码者商量，也不看程序的结果。",
        "Code alone: do not ask other coders, and do not look at what the program said.",
    ),
)


def write_sheets(
    key: pd.DataFrame,
    folder: str | Path,
    *,
    coders: Sequence[str] = ("A", "B"),
    scheme: str | Path = "priorities",
    lang: str = "zh",
) -> list[Path]:
    """Write the sheets of a review: an xlsx and a csv for each coder, who fills in one, and the key.

    key     units from `draw_units`; coders  their names; scheme  that of the themes

    Returns the files written. Raises ValueError for a coder's name that cannot be one, and when a file is
    there already: a sheet that somebody filled in is never overwritten.
    """
    import pandas as pd

    check_language(lang)
    kind = str(key["kind"].iloc[0])
    for name in coders:
        if not re.fullmatch(r"\w[\w-]{0,39}", name) or name.lower() in (MACHINE, "key"):
            raise ValueError(f"{name!r} cannot name a coder; use letters and digits, not {MACHINE} or key.")
    folder = Path(folder)
    names = [f"{kind}_{coder}{suffix}" for coder in dict.fromkeys(coders) for suffix in (".xlsx", ".csv")]
    paths = [folder / name for name in (*names, f"{kind}_key.csv")]
    there = next((path for path in paths if path.exists()), None)
    if there is not None:
        raise ValueError(f"{there} is there already and may be filled in; move it or choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    questions = ask(kind, scheme)
    for coder in dict.fromkeys(coders):
        rows = _rows(key, questions, coder)
        book = _workbook(rows, questions, choices(questions, scheme, lang), lang)
        write_whole(folder / f"{kind}_{coder}.xlsx", book.save)
        answered = pd.DataFrame(rows[1:], columns=rows[0])
        write_whole(folder / f"{kind}_{coder}.csv", partial(write_csv, answered))
    write_whole(paths[-1], partial(write_csv, key))
    return paths


def choices(questions: Iterable[Question], scheme: str | Path, lang: str) -> dict[str, list[str]]:
    """What the drop-down list of each question shows: the code, and its name in `lang` behind it.

    >>> choices(ask("systems"), "priorities", "zh")["status"][:2]
    ['operational 在用', 'under_construction 在建']
    """
    from egovlib.extract.themes import read_scheme

    names = {"yes": ("是", ""), "no": ("否", ""), "none": ("无", "none of these")}
    names |= {code.code: (code.name_zh, code.name_en) for code in read_scheme(scheme).codes}
    place = check_language(lang)

    def shown(question: Question, code: str) -> str:
        own = names.get(code) if question.name == "code" or code in ("yes", "no") else None
        name = own[place] if own else label(code, lang)
        return f"{code} {name}" if name and name.replace(" ", "_") != code else code

    return {q.name: [shown(q, code) for code in q.allowed] for q in questions if q.allowed}


def _asked(lang: str) -> dict[str, str]:
    """What each question asks, from codebook/review_questions.csv."""
    column = ("asked_zh", "asked_en")[check_language(lang)]
    return {row["question"]: row[column] for row in codebook.rows("review_questions")}


def _rows(key: pd.DataFrame, questions: Sequence[Question], coder: str) -> list[list[str]]:
    """The header and a row a unit, the answers empty."""
    answers = [column for question in questions for column in question.columns]
    header = [*_FRONT, *answers, *_BACK]
    units = key[list(SHOWN)].astype(object).where(key[list(SHOWN)].notna(), "").to_dict("records")
    return [
        header,
        *([str(unit.get(name, "")) if name != "coder" else coder for name in header] for unit in units),
    ]


# --- the workbook -----------------------------------------------------------------------------------


def _workbook(
    rows: Sequence[Sequence[str]], questions: Sequence[Question], lists: dict[str, list[str]], lang: str
) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = SHEET
    answers = {column for question in questions for column in question.columns} | {"note"}
    _fill(sheet, rows, answers)
    _write_guide(book.create_sheet("guide"), questions, lists, lang)
    _add_lists(book, sheet, rows[0], len(rows), questions, lists, lang)
    return book


def _fill(sheet: Worksheet, rows: Sequence[Sequence[str]], answers: set[str]) -> None:
    """All cells are text, so that no program runs =1+1 or makes a date of 2013-12 and 0.6 of 60%."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.utils import get_column_letter

    header, tint = PatternFill("solid", fgColor="FF2F4B6E"), PatternFill("solid", fgColor="FFFFF6DC")
    hair = Side(style="hair", color="FFB0B0B0")
    widths = [_WIDTHS.get(name, _WIDTHS["code"] if name.startswith("code_") else _WIDTH) for name in rows[0]]
    sizes = [12.0 if name == "text" else 9.0 for name in rows[0]]
    for number, row in enumerate(rows, start=1):
        for place, (name, value) in enumerate(zip(rows[0], row, strict=True), start=1):
            cell: Any = sheet.cell(number, place)
            cell.value = value or None
            cell.data_type = "s" if value else cell.data_type
            cell.number_format, cell.quotePrefix = "@", value.startswith(("=", "+", "-", "@"))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(bottom=hair, right=hair)
            if number == 1:
                cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), header
            elif name in answers:
                cell.fill, cell.protection = tint, Protection(locked=False)
            elif name == "text":
                cell.font = Font(size=12)
            else:
                cell.font = Font(color="FF777777", size=9)
        set_height(sheet, number, zip(row, widths, sizes, strict=True))
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"{get_column_letter(len(_FRONT) + 1)}2"
    sheet.protection.sheet = True  # without a password: it guards against slips
    for allowed in ("formatColumns", "formatRows", "formatCells", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)
    fit_page(sheet, wide=True)


def _add_lists(
    book: Workbook,
    sheet: Worksheet,
    header: Sequence[str],
    rows: int,
    questions: Sequence[Question],
    lists: dict[str, list[str]],
    lang: str,
) -> None:
    """A drop-down list for each choice, from a sheet of its own: a list written into the cell holds 255 characters."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    source = book.create_sheet("lists")
    source.protection.sheet = True
    for column, (name, shown) in enumerate(lists.items(), start=1):
        for row, value in enumerate([name, *shown], start=1):
            source.cell(row, column, value)
        source.column_dimensions[get_column_letter(column)].width = 30
    for question in questions:
        check = DataValidation(
            promptTitle=question.name,
            prompt=_asked(lang)[question.name],
            showInputMessage=True,
            allow_blank=True,
        )
        if question.name in lists:
            letter, last = (
                get_column_letter(list(lists).index(question.name) + 1),
                len(lists[question.name]) + 1,
            )
            check.type, check.formula1 = "list", f"lists!${letter}$2:${letter}${last}"
            check.showErrorMessage, check.errorTitle = True, question.name
            check.error = ("请从列表中选择", "Choose one from the list")[check_language(lang)]
        sheet.add_data_validation(check)
        for name in question.columns:
            at = get_column_letter(header.index(name) + 1)
            check.add(f"{at}2:{at}{rows}")


def _write_guide(
    sheet: Worksheet, questions: Sequence[Question], lists: dict[str, list[str]], lang: str
) -> None:
    from openpyxl.styles import Alignment, Font

    place = check_language(lang)
    lines: list[tuple[str, str, str]] = [(rule[place], "", "") for rule in _RULES]
    lines += [("", "", ""), (("列", "column")[place], ("问", "question")[place], ("可填", "answers")[place])]
    titles = len(lines)
    for question in questions:
        first, *others = lists.get(question.name, [""])
        lines.append((", ".join(question.columns), _asked(lang)[question.name], first))
        lines += [("", "", answer) for answer in others]  # a row each: no row of a sheet is 40 lines high
    for number, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            cell: Any = sheet.cell(number, column)
            cell.value = text or None
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == titles)
        if number < titles:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(line))
        widths = (sum(_GUIDE), 0.0, 0.0) if number < titles else _GUIDE
        set_height(
            sheet, number, [(text, width, 11.0) for text, width in zip(line, widths, strict=True) if text]
        )
    for letter, width in zip("ABC", _GUIDE, strict=True):
        sheet.column_dimensions[letter].width = width
    fit_page(sheet)
    sheet.protection.sheet = True
