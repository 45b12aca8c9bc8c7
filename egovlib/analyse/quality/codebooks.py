"""What is wrong with a codebook file, all of it at once: for whoever writes one.

Reading a codebook stops at the first problem; checking it lists them all, and also what is allowed but easily
surprises, such as a term inside a longer term of another code.

>>> from egovlib.codebook import __file__ as package
>>> found = check_codebook(Path(package).parent / "indicators.csv")
>>> found[found.level == "error"].empty
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from egovlib.analyse.index import trees
from egovlib.codebook import terms
from egovlib.extract import definitions, system_catalogue, themes

if TYPE_CHECKING:
    import pandas as pd

PROBLEMS = {
    "level": "string", "file": "string", "row": "Int64", "column": "string",
    "value": "string", "allowed": "string", "mend": "string", "text": "string",
}  # fmt: skip
"""Columns of the table of problems: level is error or note, text the whole sentence."""


class Kind(NamedTuple):
    """A kind of codebook: its columns, its column of codes, what reads it; whether its cells hold terms."""

    columns: Sequence[str]
    optional: Sequence[str]
    code: str
    read: Callable[[Path], object]
    holds_terms: bool = False


KINDS = {
    "indicators": Kind(definitions.COLUMNS, (), "indicator", definitions.read_codebook, True),
    "scheme": Kind(themes.COLUMNS, themes.OPTIONAL, "code", themes.read_scheme, True),
    "systems": Kind(system_catalogue.COLUMNS, (), "system", system_catalogue.read_catalogue),
    "tree": Kind(trees.COLUMNS, (), "code", trees.read_tree),
}
"""The kinds of codebook by name."""


def check_codebook(file: str | Path, *, kind: str | None = None) -> pd.DataFrame:
    """List the problems of a codebook file, a row each, columns `PROBLEMS`; an empty table: it is sound.

    kind  indicators, scheme, systems or tree; by default the kind whose columns the file has most of

    An error keeps the file from being read; a note says what is allowed but easily surprises. Columns, codes,
    terms and the cells of indicators are all listed; of what ties rows together in the other kinds (parents,
    weights) the first. Raises ValueError for a file that is no UTF-8 table or like no kind.
    """
    import pandas as pd

    path = Path(file)
    if not path.is_file():
        raise ValueError(f"there is no file {str(file)!r}; give the path of a csv file.")
    chosen = KINDS[_kind(path, kind)]
    rows = terms.read_cells(path, chosen.columns)
    lines = [_line("error", problem) for problem in sorted(_errors(path, rows, chosen), key=_row)]
    lines = lines or _rest(path, chosen)
    if chosen.holds_terms and not lines:
        rules = (terms.TermRule.parse(row[chosen.code], row["includes"], row["excludes"]) for row in rows)
        lines = [_line("note", one) for one in terms.find_nested_terms(path.name, enumerate(rules, start=2))]
    return pd.DataFrame(list(dict.fromkeys(lines)), columns=list(PROBLEMS)).astype(PROBLEMS)


def _kind(path: Path, kind: str | None) -> str:
    if kind is not None:
        if kind not in KINDS:
            raise ValueError(f"kind {kind!r} is not known; choose {', '.join(KINDS)}.")
        return kind
    header = set(next(iter(terms.read_cells(path, ())), {}))
    shared = {name: len(header & set(one.columns)) / len(one.columns) for name, one in KINDS.items()}
    best = max(shared, key=lambda name: shared[name])
    if shared[best] <= 0.5:
        known = "; ".join(f"{name}: {', '.join(one.columns)}" for name, one in KINDS.items())
        raise ValueError(f"{path.name} is like no codebook; give it the columns of one ({known}).")
    return best


def _errors(path: Path, rows: Sequence[terms.Row], kind: Kind) -> Iterator[terms.Problem]:
    if kind is KINDS["indicators"]:
        yield from definitions.find_problems(path.name, rows)
        return
    if kind is KINDS["systems"]:  # its codes are Chinese names
        return
    found = list(terms.find_row_problems(path.name, rows, kind.columns, kind.code, optional=kind.optional))
    yield from found
    if kind.holds_terms and not any(
        problem.place.column not in kind.columns or problem.value == "no cell" for problem in found
    ):
        yield from terms.find_term_problems(path.name, rows, kind.code)


def _rest(path: Path, kind: Kind) -> list[tuple[object, ...]]:
    """Return what only the reader itself sees: the first such problem, as its own sentence."""
    try:
        kind.read(path)
    except ValueError as error:
        return [("error", path.name, None, None, None, None, None, str(error))]
    return []


def _row(problem: terms.Problem) -> int:
    return problem.place.row


def _line(level: str, problem: terms.Problem) -> tuple[object, ...]:
    file, row, column = problem.place
    note = f"{file}, row {row}, column {column}: {problem.value!r}, {problem.allowed}; {problem.mend}."
    text = str(problem) if level == "error" else note
    return (level, *problem.place, problem.value, problem.allowed, problem.mend, text)
