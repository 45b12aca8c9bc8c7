"""Codebook files of terms: reading them, and refusing what could not work.

Schemes of themes and codebooks of indicators are both read with `read_table`; the cells are in the language of
`egovlib.codebook.language` and matched by `egovlib.codebook.matching`, whose names are also to be had here.

>>> print(*find_shared_terms("own.csv", enumerate([TermRule.parse("a", "网络"), TermRule.parse("b", "网络")], 2)))
own.csv, row 3, column includes: '网络' is not allowed (a term stands in one code); it is also in a: take it out \
of one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from egovlib import codebook
from egovlib.codebook.language import (
    MOST_ALTERNATIVES,
    Alternative,
    TermRule,
    alternatives,
    count_alternatives,
)
from egovlib.codebook.matching import Match, RuleSet
from egovlib.codebook.occurrences import Hit, TermIndex, lower

__all__ = ["Alternative", "Hit", "Match", "RuleSet", "TermIndex", "TermRule", "alternatives"]

Row = Mapping[str, str]

_MISSING_WORDS = {"na", "n/a", "nan", "null", "none"}  # what spreadsheet programs and pandas read as a gap
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PATTERN = re.compile(r"[\\*?^$\[\]{}~]|\.\+|\([^)]*$|^[^(]*\)")


class Place(NamedTuple):
    """A cell of a codebook file; rows count as a spreadsheet does, the header being row 1."""

    file: str
    row: int
    column: str


class Problem(NamedTuple):
    """A cell that breaks the contract: where, its value, what is allowed, and the mend.

    >>> print(Problem(Place("own.csv", 3, "code"), "NA", "a code is never a word that means missing", "rename it"))
    own.csv, row 3, column code: 'NA' is not allowed (a code is never a word that means missing); rename it.
    """

    place: Place
    value: str
    allowed: str
    mend: str

    def __str__(self) -> str:
        file, row, column = self.place
        return f"{file}, row {row}, column {column}: {self.value!r} is not allowed ({self.allowed}); {self.mend}."


def refuse(place: Place, value: str, allowed: str, mend: str) -> NoReturn:
    """Raise the one-sentence ValueError of the codebook files."""
    raise ValueError(str(Problem(place, value, allowed, mend)))


def refuse_first(problems: Iterable[Problem]) -> None:
    """Raise the first of `problems`, if there is one."""
    for problem in problems:
        refuse(*problem)


def locate(name_or_path: str | Path, folder: str, packaged: Sequence[str]) -> Path:
    """Return the csv file of a packaged name, or of a path that exists."""
    if name_or_path in packaged:
        return Path(codebook.__file__).parent / folder / f"{name_or_path}.csv"
    path = Path(name_or_path)
    if path.is_file():
        return path
    raise ValueError(
        f"{str(name_or_path)!r} is neither a packaged codebook file ({', '.join(packaged)}) nor a csv file; "
        "give one of these names or the path of a csv file."
    )


def read_table(
    path: Path, columns: Sequence[str], code: str, *, optional: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Read a codebook file and check its columns, its codes (column `code`) and its terms.

    A file may have the columns `optional` or lack them. Raises ValueError that names file, row, column,
    value, what is allowed and the mend.
    """
    rows = read_rows(path, columns, code, optional=optional)
    refuse_first(find_term_problems(path.name, rows, code))
    return rows


def read_rows(
    path: Path, columns: Sequence[str], code: str, *, optional: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Read a codebook file and check its columns and its codes (column `code`), as `read_table` does."""
    rows = read_cells(path, columns)
    refuse_first(find_row_problems(path.name, rows, columns, code, optional=optional))
    return rows


def read_cells(path: Path, columns: Sequence[str]) -> tuple[Row, ...]:
    """Read a codebook file, unchecked but for being a UTF-8 table with rows."""
    try:
        rows = codebook.read(path)
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8 text; save it as 'CSV UTF-8' and try again.") from None
    if not rows:
        raise ValueError(
            f"{path.name} has no rows; give it the columns {', '.join(columns)} and a row a code."
        )
    return rows


def check_shared_terms(file: str, rules: Iterable[tuple[int, TermRule]]) -> None:
    """Refuse an alternative that stands in two of `rules`, each given with its row in the file."""
    refuse_first(find_shared_terms(file, rules))


def find_shared_terms(file: str, rules: Iterable[tuple[int, TermRule]]) -> Iterator[Problem]:
    """Yield the alternatives that stand in two of `rules`, each given with its row in the file."""
    owner: dict[tuple[object, ...], str] = {}
    for number, rule in rules:
        for alternative in rule.includes:
            first = owner.setdefault(_key(alternative), rule.code)
            if first != rule.code:
                yield Problem(
                    Place(file, number, "includes"), str(alternative), "a term stands in one code",
                    f"it is also in {first}: take it out of one of them",
                )  # fmt: skip


def find_nested_terms(file: str, rules: Iterable[tuple[int, TermRule]]) -> Iterator[Problem]:
    """Yield the single terms that stand inside a longer one of another code: there the longer one decides.

    That is allowed, and often meant (网站 beside 网站覆盖率); it is told so that it is never a surprise.
    """
    rules = list(rules)
    single = {(rule.code, *one.terms) for _, rule in rules for one in rule.includes if len(one) == 1}
    index = TermIndex(term for _, term in single)
    owners: dict[str, set[str]] = defaultdict(set)
    for code, term in single:
        owners[term].add(code)
    for number, rule in rules:
        for term in (one.terms[0] for one in rule.includes if len(one) == 1):
            for inner in sorted({hit.term for hit in index.hits(term)} - {term}):
                for other in sorted(owners[inner] - {rule.code}):
                    yield Problem(
                        Place(file, number, "includes"), term, f"the term {inner} of {other} is inside it",
                        f"where both occur, {rule.code} is chosen: see that this is meant",
                    )  # fmt: skip


def find_row_problems(
    file: str, rows: Sequence[Row], columns: Sequence[str], code: str, *, optional: Sequence[str] = ()
) -> Iterator[Problem]:
    """Yield what is wrong with the columns of the rows and, where they are right, with their codes."""
    problems = [
        problem
        for number, row in enumerate(rows, start=2)
        for problem in _columns(file, number, row, columns, optional)
    ]
    yield from problems or _codes(file, rows, code)


def _columns(
    file: str, number: int, row: Row, columns: Sequence[str], optional: Sequence[str]
) -> Iterator[Problem]:
    shown = f"the columns are {', '.join(columns)}"
    for name in columns:
        if row.get(name) is None:
            mend = "add the column, or the cell that is missing in this row"
            yield Problem(Place(file, number, name), "no cell", shown, mend)
    for name in row:
        if name not in columns and name not in optional:
            mend = "take the column out, or put a cell that holds a comma into quotation marks"
            yield Problem(Place(file, number, str(name)), str(row[name]), shown, mend)


def _codes(file: str, rows: Sequence[Row], code: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        value, place = row[code], Place(file, number, code)
        if value.lower() in _MISSING_WORDS:
            yield Problem(place, value, "a code is never a word that means missing", "choose another name")
        elif not _CODE.fullmatch(value):
            yield Problem(place, value, "lower-case ASCII letters, digits and _", "write the code so")
        elif value in seen:
            yield Problem(place, value, "each code once", "merge the two rows or rename one")
        seen.add(value)


def find_term_problems(file: str, rows: Sequence[Row], code: str) -> Iterator[Problem]:
    """Yield what is wrong with the cells `includes` and `excludes`: their form, and terms that never count."""
    for number, row in enumerate(rows, start=2):
        cells = {column: row[column] for column in ("includes", "excludes")}
        for column, cell in cells.items():
            yield from _cell(Place(file, number, column), cell)
        if any(count_alternatives(cell) > MOST_ALTERNATIVES for cell in cells.values()):
            continue
        rule = TermRule.parse(row[code], row["includes"], row["excludes"])
        yield from _dead_terms(Place(file, number, "includes"), rule)


def _cell(place: Place, cell: str) -> Iterator[Problem]:
    if (number := count_alternatives(cell)) > MOST_ALTERNATIVES:
        mend = "write fewer terms joined by / on both sides of &"
        yield Problem(place, f"{number} alternatives", f"at most {MOST_ALTERNATIVES} in a cell", mend)
        return
    parsed = alternatives(cell)
    shared = [_key(alternative) for alternative in parsed]
    for alternative in dict.fromkeys(parsed):
        shown = str(alternative)
        if "" in alternative.terms + alternative.without:
            yield Problem(
                place, shown, "a term on either side of each mark", "remove the mark or add the term"
            )
            continue
        if place.column == "includes" and sum(map(len, alternative)) < 2:
            mend = "lengthen it or join it by &"
            yield Problem(place, shown, "alternatives of two or more characters", mend)
        if shared.count(_key(alternative)) > 1:
            yield Problem(place, shown, "each alternative once", "remove the repetition")
        for term in alternative.terms + alternative.without:
            yield from _term(place, term)


def _key(alternative: Alternative) -> tuple[object, ...]:
    """What makes two alternatives the same: the order of terms joined by & does not matter."""
    ordered = alternative.terms if any(alternative.windows) else tuple(sorted(alternative.terms))
    return ordered, alternative.windows, tuple(sorted(alternative.without))


def _term(place: Place, term: str) -> Iterator[Problem]:
    if _PATTERN.search(term):
        mend = "write the words out, joined by | (or) and & (and)"
        yield Problem(place, term, "plain words, never a regular expression", mend)
    plain = lower(unicodedata.normalize("NFKC", term))
    if plain != term:
        yield Problem(place, term, "half-width forms, as the repaired text has them", f"write {plain}")


def _dead_terms(place: Place, rule: TermRule) -> Iterator[Problem]:
    for alternative in rule.includes:
        killers = [
            f"{excluded} in excludes"
            for excluded in rule.excludes
            if not excluded.without and all(any(part in term for term in alternative) for part in excluded)
        ]
        killers += [f"!{part}" for part in alternative.without if any(part in term for term in alternative)]
        if killers:
            yield Problem(
                place, str(alternative), "a term that can count",
                f"{killers[0]} always takes it away: remove one of the two",
            )  # fmt: skip
