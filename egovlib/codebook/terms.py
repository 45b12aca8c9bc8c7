"""The term language of the codebook: which words put a text under a code, and which keep it out.

A cell `includes` or `excludes` holds alternatives separated by `|`; inside one alternative `&` joins terms
that must all occur. Terms are plain words, never regular expressions, so that no cell can fail to compile
or backtrack without end. Schemes of themes and codebooks of indicators are both read with `read_table`.

>>> rules = RuleSet([TermRule.parse("broadband", "网络"), TermRule.parse("security", "网络安全|漏洞&修补")])
>>> [(found.code, found.evidence) for found in rules.match("强化网络安全")]
[('security', '网络安全')]
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn

from egovlib import codebook

Alternative = tuple[str, ...]
Row = Mapping[str, str]

_MISSING_WORDS = {"na", "n/a", "nan", "null", "none"}  # what spreadsheet programs and pandas read as a gap
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")  # never changes the length


class Hit(NamedTuple):
    """One occurrence of a term: `text[start:end]` is the term."""

    term: str
    start: int
    end: int


@dataclass(frozen=True)
class Match:
    """A code a text has, with the alternatives that were found, in the order of their codebook row."""

    code: str
    found: tuple[Alternative, ...]

    @property
    def evidence(self) -> str:
        """The alternatives found, in the term language."""
        return "|".join("&".join(alternative) for alternative in self.found)

    @property
    def longest(self) -> Alternative:
        """The most specific alternative found: the one with the most characters."""
        return max(self.found, key=lambda alternative: sum(map(len, alternative)))


@dataclass(frozen=True)
class TermRule:
    """The terms of one code, parsed."""

    code: str
    includes: tuple[Alternative, ...]
    excludes: tuple[Alternative, ...] = ()

    @classmethod
    def parse(cls, code: str, includes: str, excludes: str = "") -> TermRule:
        """Parse two cells of the term language.

        >>> TermRule.parse("hotline", "热线|来电&接听").includes
        (('热线',), ('来电', '接听'))
        """
        return cls(code, alternatives(includes), alternatives(excludes))


def alternatives(cell: str) -> tuple[Alternative, ...]:
    """Parse one cell: ASCII letters in lower case, blanks around terms dropped; an empty cell has none."""
    if not cell.strip():
        return ()
    return tuple(
        tuple(term.strip().translate(_LOWER) for term in alternative.split("&"))
        for alternative in cell.split("|")
    )


class TermIndex:
    """Finds all occurrences of many terms, overlapping ones too, in time linear in the text's length.

    Case of ASCII letters does not matter; a term that begins or ends with a letter or digit must not run on
    (5G is not found in 15GB).
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_head: dict[str, list[str]] = defaultdict(list)
        for term in sorted(set(terms), key=lambda term: (-len(term), term)):
            self._by_head[term[0]].append(term)

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the occurrences by start, the longer first."""
        text = text.translate(_LOWER)
        for start, head in enumerate(text):
            for term in self._by_head.get(head, ()):
                end = start + len(term)
                if text.startswith(term, start) and not _runs_on(text, start, end):
                    yield Hit(term, start, end)


def _runs_on(text: str, start: int, end: int) -> bool:
    """Whether a Latin word or a number goes on over one of the two edges."""
    edges = text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1]
    return any(len(edge) == 2 and edge.isascii() and edge.isalnum() for edge in edges)


class RuleSet:
    """Several codes' term rules, applied to texts together."""

    def __init__(self, rules: Sequence[TermRule]) -> None:
        self._rules = rules
        self._index = TermIndex(
            term for rule in rules for alternative in rule.includes + rule.excludes for term in alternative
        )
        self._owners: dict[str, set[str]] = defaultdict(set)
        for rule in rules:
            for alternative in rule.includes:
                if len(alternative) == 1:
                    self._owners[alternative[0]].add(rule.code)
        self._reach = max(map(len, self._owners), default=0)

    def match(self, text: str, *, longest: bool = True) -> list[Match]:
        """Return the codes of `text`, in the order of the rules.

        With `longest`, a term inside a longer term of another code does not count: 网络 says nothing about
        networks in 网络安全. Excludes are looked for in the whole text.
        """
        hits = list(self._index.hits(text))
        present = {hit.term for hit in hits}
        covers = [self._covering_codes(hits, place) if longest else set() for place in range(len(hits))]
        matches = []
        for rule in self._rules:
            if not hits or any(present.issuperset(alternative) for alternative in rule.excludes):
                continue
            free = {
                hit.term for hit, codes in zip(hits, covers, strict=True) if not codes or rule.code in codes
            }
            found = tuple(alternative for alternative in rule.includes if free.issuperset(alternative))
            if found:
                matches.append(Match(rule.code, found))
        return matches

    def _covering_codes(self, hits: list[Hit], place: int) -> set[str]:
        """Return the codes whose longer single terms hold the hit at `place` (longer ones first)."""
        hit = hits[place]
        codes: set[str] = set()
        for earlier in range(place - 1, -1, -1):
            other = hits[earlier]
            if other.start <= hit.start - self._reach:
                break
            if other.end >= hit.end:
                codes |= self._owners.get(other.term, set())
        return codes


# Reading and checking the files ----------------------------------------------------------------------------


class Place(NamedTuple):
    """A cell of a codebook file; rows count as a spreadsheet does, the header being row 1."""

    file: str
    row: int
    column: str


def refuse(place: Place, value: str, allowed: str, mend: str) -> NoReturn:
    """Raise the one-sentence ValueError of the codebook files."""
    raise ValueError(
        f"{place.file}, row {place.row}, column {place.column}: {value!r} is not allowed ({allowed}); {mend}."
    )


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


def read_table(path: Path, columns: Sequence[str], code: str) -> tuple[Row, ...]:
    """Read a codebook file and check its columns, its codes (column `code`) and its terms.

    Raises ValueError that names file, row, column, value, what is allowed and the mend.
    """
    try:
        rows = codebook.read(path)
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8 text; save it as 'CSV UTF-8' and try again.") from None
    if not rows:
        raise ValueError(
            f"{path.name} has no rows; give it the columns {', '.join(columns)} and a row a code."
        )
    for number, row in enumerate(rows, start=2):
        _check_columns(path.name, number, row, columns)
    _check_codes(path.name, rows, code)
    for number, row in enumerate(rows, start=2):
        for column in ("includes", "excludes"):
            _check_cell(Place(path.name, number, column), row[column])
        rule = TermRule.parse(row[code], row["includes"], row["excludes"])
        _check_dead_terms(Place(path.name, number, "includes"), rule)
    return rows


def check_shared_terms(file: str, rules: Iterable[tuple[int, TermRule]]) -> None:
    """Refuse an alternative that stands in two of `rules`, each given with its row in the file."""
    owner: dict[frozenset[str], str] = {}
    for number, rule in rules:
        for alternative in rule.includes:
            first = owner.setdefault(frozenset(alternative), rule.code)
            if first != rule.code:
                refuse(
                    Place(file, number, "includes"), "&".join(alternative), "a term stands in one code",
                    f"it is also in {first}: take it out of one of them",
                )  # fmt: skip


def _check_columns(file: str, number: int, row: Row, columns: Sequence[str]) -> None:
    for name in columns:
        if row.get(name) is None:
            refuse(
                Place(file, number, name), "no cell", f"the columns are {', '.join(columns)}",
                "add the column, or the cell that is missing in this row",
            )  # fmt: skip
    for name in row:
        if name not in columns:
            refuse(
                Place(file, number, str(name)), str(row[name]), f"the columns are {', '.join(columns)}",
                "take the column out, or put a cell that holds a comma into quotation marks",
            )  # fmt: skip


def _check_codes(file: str, rows: Sequence[Row], code: str) -> None:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        value, place = row[code], Place(file, number, code)
        if value.lower() in _MISSING_WORDS:
            refuse(place, value, "a code is never a word that means missing", "choose another name")
        if not _CODE.fullmatch(value):
            refuse(place, value, "lower-case ASCII letters, digits and _", "write the code so")
        if value in seen:
            refuse(place, value, "each code once", "merge the two rows or rename one")
        seen.add(value)


def _check_cell(place: Place, cell: str) -> None:
    parsed = [frozenset(alternative) for alternative in alternatives(cell)]
    for alternative in parsed:
        shown = "&".join(sorted(alternative))
        if "" in alternative:
            refuse(place, shown, "a term on either side of | and &", "remove the mark or add the term")
        if place.column == "includes" and len(shown) < 2:
            refuse(place, shown, "alternatives of two or more characters", "lengthen it or join it by &")
        if parsed.count(alternative) > 1:
            refuse(place, shown, "each alternative once", "remove the repetition")


def _check_dead_terms(place: Place, rule: TermRule) -> None:
    for alternative in rule.includes:
        for excluded in rule.excludes:
            if all(any(part in term for term in alternative) for part in excluded):
                refuse(
                    place, "&".join(alternative), "a term that can count",
                    f"{'&'.join(excluded)} in excludes always takes it away: remove one of the two",
                )  # fmt: skip
