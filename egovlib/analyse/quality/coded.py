"""Coded sheets read back: every value checked, then the codings of all coders, and how far they agree.

A sheet (written by `egovlib.report.sheets`) is an xlsx or csv file with a row a unit; its key says which units
there are and what the machine answered. Each answer becomes a row of the table `codings`: `scheme` is the scheme
of the themes, else the question ("quantities.role"), `coder` the person or "machine".
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from egovlib import frames
from egovlib.analyse.quality.review import KINDS, MACHINE, NONE, UNITS, YES_NO, Question, ask, plain
from egovlib.codebook.terms import Place, refuse
from egovlib.spreadsheets import unguard, unguard_frame
from egovlib.text.office import check_package

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.agreement import Level

SHEET = "coding"
"""The sheet of a workbook that holds the units."""


# --- the key ----------------------------------------------------------------------------------------


def read_key(path: Path) -> pd.DataFrame:
    """Read a key that `review export` wrote; ValueError when it is none."""
    import pandas as pd

    rows = [{name: unguard(cell) for name, cell in line.cells.items()} for line in _lines(path)]
    if not rows or not set(UNITS) <= set(rows[0]):
        raise ValueError(f"{path.name} is no key of a review; give the file *_key.csv that the export wrote.")
    key = pd.DataFrame(rows, dtype=object)
    key = key.where(key != "", None)
    return key.astype(UNITS | {name: "string" for name in key if name not in UNITS})


# --- the sheets -------------------------------------------------------------------------------------


class Line(NamedTuple):
    """A row of a sheet: its file, its number there, its cells by column name, and each column's letter."""

    file: str
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def refuse(self, column: str, allowed: str, mend: str, value: str | None = None) -> NoReturn:
        """Refuse a cell in one sentence."""
        named = f"{column} (cell {self.letters.get(column, '?')}{self.number})"
        refuse(
            Place(self.file, self.number, named),
            self.cells[column] if value is None else value,
            allowed,
            mend,
        )


def read_sheets(
    sheets: Iterable[str | Path], key: pd.DataFrame, *, scheme: str | Path | None = None
) -> pd.DataFrame:
    """Read coded sheets and check every value; the codings of all their coders, one table.

    sheets  .xlsx or .csv files, one or several; a unit that a coder left empty is simply not coded
    key     from `read_key` or `draw_units`
    scheme  the path of the scheme, where the themes' scheme is one's own

    Raises ValueError, naming file, row, column and cell, value, what is allowed and the mend: a column missing
    or twice, a unit unknown or twice, a sentence that was changed, an answer outside its list, an answer to a
    unit that is none, a coder without a name or called "machine", two sheets of a coder that contradict.
    """
    questions = ask(str(key["kind"].iloc[0]), scheme or str(key["scheme"].iloc[0]))
    units = {str(row["unit"]): row for row in key.astype(object).where(key.notna(), None).to_dict("records")}
    given: dict[tuple[str, str], tuple[Line, dict[str, tuple[str, ...]]]] = {}
    for path in map(Path, sheets):
        seen: set[tuple[str, str]] = set()
        for line in _lines(
            path, needed=("unit", "text", "coder", *(c for q in questions for c in q.columns))
        ):
            unit = units.get(line.cells["unit"])
            if unit is None:
                line.refuse(
                    "unit", "an id of the key", "restore the id; it is in the sheet as it was exported"
                )
            if unguard(line.cells["text"]) != unit["text"] and line.cells["text"] != unit["text"]:
                line.refuse(
                    "text", "the sentence as exported", "restore it: the code belongs to that sentence"
                )
            answers = _answers(line, unit, questions)
            if not answers:
                continue
            who = (_coder(line), line.cells["unit"])
            if who in seen:
                line.refuse("unit", "each unit once a coder", "delete one of the two rows")
            seen.add(who)
            earlier = given.setdefault(who, (line, answers))
            if earlier[1] != answers:
                line.refuse(
                    "unit", f"the answers of {who[0]} in {earlier[0].file}, row {earlier[0].number}, are others",
                    "decide which sheet counts and import that one",
                )  # fmt: skip
    rows = [row for (who, unit), (_, said) in given.items() for row in _rows(units[unit], who, said)]
    return frames.build("codings", rows)


def machine_codings(key: pd.DataFrame) -> pd.DataFrame:
    """The machine's answers as codings: it is one more coder."""
    names = [str(name) for name in key if name not in UNITS]
    rows = [
        row
        for unit in key.astype(object).where(key.notna(), None).to_dict("records")
        for row in _rows(unit, MACHINE, {n: tuple(unit[n].split("|")) for n in names if unit[n] is not None})
    ]
    return frames.build("codings", rows)


def _rows(
    unit: Mapping[Any, Any], coder: str, said: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Any, ...]]:
    place = [unit[name] for name in ("doc", "section", "sentence", "start", "end")]
    for question, answers in said.items():
        scheme = unit["scheme"] or f"{unit['kind']}.{question}"
        for answer in answers:
            yield (*place, scheme, answer, coder, unit["surface"])


def _coder(line: Line) -> str:
    name = line.cells["coder"].strip()
    if not name:
        line.refuse("coder", "the coder's name", "fill it in")
    if name.lower() == MACHINE:
        line.refuse("coder", "a person", f"{MACHINE} is the program's own name: take another")
    return name


def _answers(
    line: Line, unit: Mapping[Any, Any], questions: Sequence[Question]
) -> dict[str, tuple[str, ...]]:
    """What a coder answered of a unit, by question; empty when it was not coded."""
    answers: dict[str, tuple[str, ...]] = {}
    for question in questions:
        said = [_answer(line, column, question) for column in question.columns if line.cells[column].strip()]
        if len(set(said)) < len(said):
            line.refuse(question.columns[0], "each code once", "empty one of the cells", "|".join(said))
        if NONE in said and len(said) > 1:
            line.refuse(question.columns[0], f"{NONE} alone", f"empty {NONE} or the codes", "|".join(said))
        if said:
            answers[question.name] = tuple(said)
    first, *fields = questions
    if first.allowed != YES_NO or not answers:
        return answers
    told = next((column for q in fields if q.name in answers for column in q.columns), None)
    if first.name not in answers:
        line.refuse(first.name, ", ".join(YES_NO), "answer it first, or empty the row")
    if told is not None and answers[first.name] == ("no",):
        line.refuse(told, f"empty where {first.name} is no", f"empty it, or write yes in {first.name}")
    if told is not None and unit["surface"] is None:
        line.refuse(told, "empty: the sentence has no 【】 mark", f"empty it; {first.name} says enough")
    return answers


_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_PERIOD = re.compile(rf"{_DATE}(/{_DATE})?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?([eE]\+?\d{1,2})?", re.ASCII)
"""With the exponent that a spreadsheet program gives a large number when it writes csv."""


def _answer(line: Line, column: str, question: Question) -> str:
    cell = unguard(line.cells[column]).strip()
    if question.form == "choice":
        code = cell.split(maxsplit=1)[0].lower()  # the drop-down list shows "target 目标"
        if code not in question.allowed:
            line.refuse(column, ", ".join(question.allowed), "choose one from the list")
        return code
    if question.form == "number":
        if not _NUMBER.fullmatch(cell):
            line.refuse(column, "a number without unit or commas, as 31000 or 99.6", "write it so")
        return plain(float(cell))
    if question.form == "period" and cell != NONE and not _PERIOD.fullmatch(cell):
        line.refuse(column, "2013, 2013-12, 2013-12-31, 2011/2015 or none", "write it so")
    return cell


# --- the files --------------------------------------------------------------------------------------


def _lines(path: Path, needed: Sequence[str] = ()) -> list[Line]:
    """The filled rows of a sheet; the header is row 1."""
    readers = {".xlsx": _read_xlsx, ".csv": _read_csv}
    if path.suffix.lower() not in readers:
        raise ValueError(f"{path.name} is no coding sheet; save it as .xlsx or .csv and import that.")
    if not path.is_file():
        raise FileNotFoundError(f"there is no sheet {str(path)!r}; check the path.")
    table = readers[path.suffix.lower()](path)
    header = [name.strip() for name in table[0]] if table else []
    for name in needed:
        if header.count(name) != 1:
            raise ValueError(
                f"{path.name}, row 1 has the column {name!r} {header.count(name)} times; each column stands there "
                f"once ({', '.join(needed)}): restore the header row as it was exported."
            )
    letters = {name: _letter(place) for place, name in enumerate(header) if name}
    return [
        Line(
            path.name, number, dict(zip(header, row + [""] * (len(header) - len(row)), strict=False)), letters
        )
        for number, row in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _letter(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def _read_csv(path: Path) -> list[list[str]]:
    """A csv file as spreadsheet programs write it: UTF-8 or, from a Chinese Excel, GB18030; , ; or tab."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(10_000_000)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _read_xlsx(path: Path) -> list[list[str]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    check_package(path.read_bytes(), path.name, "xlsx")
    try:
        workbook = openpyxl.load_workbook(path)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise ValueError(
            f"{path.name} is no whole xlsx workbook ({type(error).__name__}); save it again as .xlsx."
        ) from None
    if SHEET not in workbook.sheetnames:
        raise ValueError(f"{path.name} has no sheet {SHEET!r}; restore the sheet's name as it was exported.")
    return [[_cell_text(path.name, cell) for cell in row] for row in workbook[SHEET].iter_rows()]


def _cell_text(file: str, cell: Any) -> str:
    """A cell's value as the text that was meant: a number or date that the program made of it, written back."""
    value = cell.value
    if value is None:
        return ""
    wrong = ""
    if cell.data_type in ("f", "e"):
        wrong = "a formula or an error"
    elif isinstance(value, float | int) and "%" in str(cell.number_format):
        wrong = "a percentage by its format"  # 60% would be read as 0.6
    if wrong:
        raise ValueError(
            f"{file}, row {cell.row}, column {cell.column_letter} (cell {cell.coordinate}): {str(value)!r} is "
            f"{wrong}, a value is allowed; format the cell as text and write the value, 60 for 60%."
        )
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, float) else str(value)


# --- several imports --------------------------------------------------------------------------------


def read_codings(path: Path) -> pd.DataFrame:
    """Read the codings of an earlier import."""
    import pandas as pd

    codings = pd.read_csv(path, dtype="string", encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    return frames.check("codings", unguard_frame(codings))


def merge_codings(old: pd.DataFrame, new: pd.DataFrame, *, replace: bool = False) -> pd.DataFrame:
    """Add codings to those imported before; nothing imported is lost.

    A coder's other answer to the same question of the same unit raises ValueError, unless `replace` says that
    the new one counts. What the new sheets leave empty stays as it was imported.
    """
    import pandas as pd

    place = ["doc", "start", "end", "scheme", "coder"]
    before, after = (
        frame.groupby(place, sort=False)["code"].agg(lambda codes: "|".join(sorted(codes)))
        for frame in (old, new)
    )
    both = before.index.intersection(after.index)
    changed = both[(before[both] != after[both]).to_numpy()]
    if len(changed) and not replace:
        doc, start, _, scheme, coder = changed[0]
        raise ValueError(
            f"{coder} coded {scheme} of {doc} at {start} as {before[changed[0]]!r} in an earlier import and as "
            f"{after[changed[0]]!r} now ({len(changed)} such answers); give --replace if the new ones count."
        )
    kept = old[~pd.MultiIndex.from_frame(old[place]).isin(both)]
    return frames.check("codings", pd.concat([kept, new], ignore_index=True))


# --- agreement --------------------------------------------------------------------------------------


def measure_review(codings: pd.DataFrame, *, draws: int = 2_000, seed: int = 1) -> pd.DataFrame:
    """How far coders agree on each question of a review, persons among themselves and with the machine.

    codings  of several coders (`read_sheets`, `machine_codings`). Each code of a scheme of themes is judged by
             itself, given or not; value by α for ratios, all else nominal. Fields count where both say yes.

    Returns the rows of `measure_agreement` with the columns scheme, code and among ("persons", or "persons
    and machine") before them. A question with one coder has no rows.
    """
    import pandas as pd

    from egovlib.analyse.agreement import TABLE, measure_agreement

    tables = []
    for scheme, rows in codings.groupby("scheme", sort=False):
        persons = [coder for coder in rows["coder"].unique() if coder != MACHINE]
        groups = {"persons": persons}
        if MACHINE in set(rows["coder"]):
            groups["persons and machine"] = [*persons, MACHINE]
        for among, coders in groups.items():
            if len(coders) < 2:
                continue
            for code, labels in _labels(str(scheme), rows, coders):
                level: Level = "ratio" if str(scheme) in _RATIO else "nominal"
                measured = measure_agreement(*labels, level=level, draws=draws, seed=seed)
                tables.append(measured.assign(scheme=scheme, code=code, among=among))
    types = {"scheme": "string", "code": "string", "among": "string"} | {
        k: v for k, v in TABLE.items() if k != "code"
    }
    frame = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(types))
    return frame[list(types)].astype(types)


_RATIO = {f"quantities.{question.name}" for question in ask("quantities") if question.level == "ratio"}


def _labels(scheme: str, rows: pd.DataFrame, coders: Sequence[str]) -> Iterator[tuple[str | None, list[Any]]]:
    """Each coder's labels by unit: of a question, or for each code of a scheme whether the unit has it."""
    by_coder = [rows[rows["coder"] == coder].set_index(["doc", "start", "end"])["code"] for coder in coders]
    if scheme.partition(".")[0] in KINDS:
        yield None, [codes.astype(float) if scheme in _RATIO else codes for codes in by_coder]
        return
    for code in sorted({code for codes in by_coder for code in codes if code != NONE}):
        yield code, [(codes == code).groupby(level=[0, 1, 2]).any() for codes in by_coder]
