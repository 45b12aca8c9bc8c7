"""The catalogue of e-government systems: which wording names which system, read from systems.csv.

A row's `aliases` name the system at the end of any longer name (省级政务外网 ends in 政务外网); its `whole_names`
only when nothing but place and level stands before them; its `patterns` are regular expressions without
unbounded repetition. system_words.csv holds the words of the generative part: head nouns, what makes them
electronic, where a name begins, and which category it has.

>>> catalogue = read_catalogue()
>>> catalogue.name_of("电子政务外网"), catalogue.systems["政务外网"].category
('政务外网', 'network')
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from egovlib import codebook
from egovlib.codebook.alternation import alternation
from egovlib.codebook.terms import Place, refuse

COLUMNS = ("system", "name_en", "category", "part_of", "aliases", "whole_names", "patterns", "source")
WORD_COLUMNS = ("kind", "words", "category", "weight", "note")
CATEGORIES = (
    "network", "data_centre", "database", "exchange_platform", "portal", "online_service", "hotline", "card",
    "business_application", "oversight", "emergency_command", "credit", "geographic", "security", "smart_city",
    "other",
)  # fmt: skip
MOST_WAYS = 100_000
"""Most ways a pattern may have to match at one place; the packaged patterns have up to 6,272."""


class Known(NamedTuple):
    """A wording found: the system it names, and whether it may end a longer name."""

    system: str
    strong: bool


@dataclass(frozen=True)
class System:
    """One row of the catalogue; `part_of` is "" or the system it belongs to."""

    system: str
    name_en: str
    category: str
    part_of: str
    aliases: tuple[str, ...]
    whole_names: tuple[str, ...]
    patterns: tuple[str, ...]
    source: str


class Catalogue:
    """All systems, ready to be matched."""

    def __init__(self, systems: Iterable[System]) -> None:
        self.systems: Mapping[str, System] = {row.system: row for row in systems}
        self._known: dict[str, Known] = {}
        for row in self.systems.values():
            for alias in (row.system, *row.aliases):
                self._known[alias] = Known(row.system, alias not in row.whole_names)
            for name in row.whole_names:
                self._known.setdefault(name, Known(row.system, False))
        self._patterns = [(row.system, pattern) for row in self.systems.values() for pattern in row.patterns]

    @cached_property
    def _by_beginning(self) -> Mapping[str, re.Pattern[str]]:
        """For each two first characters, a pattern of the wordings that begin so."""
        words: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            words[word[:2]].append(word)
        return {two: re.compile(alternation(some)) for two, some in words.items()}

    @cached_property
    def _beginnings(self) -> NDArray[np.int64]:
        """The first two characters of all wordings, each pair as one number."""
        return np.unique(np.concatenate([_pairs(two) for two in self._by_beginning]))

    @cached_property
    def _first(self) -> NDArray[np.bool_]:
        """For each character, whether a wording begins with it: one look that spares most places the rest."""
        table = np.zeros(1 << 16, dtype=np.bool_)
        table[np.minimum(self._beginnings >> 21, 0xFFFF)] = True
        return table

    @cached_property
    def _openings(self) -> list[set[str] | None]:
        """The characters each pattern can begin with; None when they cannot be listed."""
        return [_openings(_parser.parse(pattern)) for _, pattern in self._patterns]

    @cached_property
    def _pattern_opens(self) -> re.Pattern[str]:
        """Where a pattern may begin: one look that spares most places the patterns."""
        known = {c for opening in self._openings if opening is not None for c in opening}
        if None in self._openings:
            return re.compile(r"(?s:.)")
        return re.compile(f"[{''.join(sorted(map(re.escape, known)))}]" if known else "(?!)")

    @cached_property
    def _patterns_from(self) -> Mapping[str, re.Pattern[str]]:
        """For each character, the patterns that can begin with it, each in a group of its number; "" for any other."""
        known = {c for opening in self._openings if opening is not None for c in opening}
        return {
            first: re.compile(
                "|".join(
                    f"(?P<p{i}>{self._patterns[i][1]})"
                    for i, opening in enumerate(self._openings)
                    if opening is None or first in opening
                )
                or "(?!)"
            )
            for first in ("", *known)
        }

    def find(self, text: str) -> Iterator[tuple[int, int, Known]]:
        """(start, end, what is known) of the catalogued wordings in `text`, none inside another."""
        reached = 0
        pairs = _pairs(text)
        likely = np.flatnonzero(self._first[np.minimum(pairs >> 21, 0xFFFF)])
        for start in likely[np.isin(pairs[likely], self._beginnings)].tolist():
            match = self._by_beginning[text[start : start + 2]].match(text, start)
            if match is not None and match.end() > reached:
                reached = match.end()
                yield start, reached, self._known[match[0]]
        reached = 0
        for opening in self._pattern_opens.finditer(text):
            patterns = self._patterns_from.get(opening[0]) or self._patterns_from[""]
            match = patterns.match(text, opening.start())
            if match is not None and match.start() >= reached:
                system, _ = self._patterns[int((match.lastgroup or "p0")[1:])]
                reached = match.end()
                yield match.start(), reached, Known(system, True)

    def known(self, name: str) -> Known | None:
        """What is known of exactly this wording."""
        return self._known.get(name)

    def name_of(self, name: str) -> str | None:
        """The system whose wording `name` is or ends in; the longest ending decides."""
        whole = self._known.get(name)
        if whole is not None:
            return whole.system
        for start in range(1, len(name) - 1):
            ending = self._known.get(name[start:])
            if ending is not None and ending.strong:
                return ending.system
        return None


def _pairs(text: str) -> NDArray[np.int64]:
    """Each two neighbouring characters of `text` as one number."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    return codes[:-1] << 21 | codes[1:]  # no character has a number of more than 21 bits


# Reading and checking ------------------------------------------------------------------------------------


@cache
def read_catalogue(path: str | Path | None = None) -> Catalogue:
    """Read a catalogue, the packaged one by default, and check it.

    Raises ValueError naming file, row, column, value, what is allowed and the mend, for: an unknown or missing
    column, a duplicate system, one wording in two systems, an unknown category or part_of, an empty name, a
    pattern that does not compile or repeats without bound.
    """
    file = Path(codebook.__file__).parent / "systems.csv" if path is None else Path(path)
    rows = _read(file, COLUMNS)
    names = [row["system"] for row in rows]
    owners: dict[str, str] = {}
    systems = []
    for number, row in enumerate(rows, start=2):
        _check_row(file.name, number, row, names)
        system = System(
            row["system"], row["name_en"], row["category"], row["part_of"], _split(row["aliases"]),
            _split(row["whole_names"]), (row["patterns"],) if row["patterns"] else (), row["source"],
        )  # fmt: skip
        for column, wordings in (("aliases", system.aliases), ("whole_names", system.whole_names)):
            for wording in wordings:
                _check_wording(Place(file.name, number, column), wording, system.system, owners)
        for pattern in system.patterns:
            check_pattern(Place(file.name, number, "patterns"), pattern)
        systems.append(system)
    return Catalogue(systems)


def _read(file: Path, columns: tuple[str, ...]) -> tuple[Mapping[str, str], ...]:
    rows = codebook.read(file)
    if not rows:
        raise ValueError(f"{file.name} has no rows; give it the columns {', '.join(columns)}.")
    for number, row in enumerate(rows, start=2):
        for name in columns:
            if row.get(name) is None:
                refuse(
                    Place(file.name, number, name), "no cell", f"the columns are {', '.join(columns)}",
                    "add the column, or the cell that is missing in this row",
                )  # fmt: skip
        for name in row:
            if name not in columns:
                refuse(
                    Place(file.name, number, str(name)), str(row[name]), f"the columns are {', '.join(columns)}",
                    "take the column out, or put a cell that holds a comma into quotation marks",
                )  # fmt: skip
    return rows


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _check_row(file: str, number: int, row: Mapping[str, str], names: list[str]) -> None:
    system = row["system"]
    if not system or system.lower() in ("na", "n/a", "nan", "null", "none"):
        refuse(Place(file, number, "system"), system, "a name, never a word that means missing", "name it")
    if names.index(system) != number - 2:
        refuse(Place(file, number, "system"), system, "each system once", "merge the two rows or rename one")
    if row["category"] not in CATEGORIES:
        refuse(Place(file, number, "category"), row["category"], ", ".join(CATEGORIES), "choose one of them")
    if row["part_of"] and (row["part_of"] not in names or row["part_of"] == system):
        refuse(
            Place(file, number, "part_of"), row["part_of"], "another system of this file, or empty",
            "write its name as in the column system, or add its row",
        )  # fmt: skip


def _check_wording(place: Place, wording: str, system: str, owners: dict[str, str]) -> None:
    if len(wording.strip()) < 2 or wording != wording.strip():
        refuse(
            place, wording, "wordings of two or more characters between | marks", "lengthen it or remove it"
        )
    first = owners.setdefault(wording, system)
    if first != system:
        refuse(
            place, wording, "a wording names one system", f"it is also in {first}: take it out of one of them"
        )


def system_names(lang: str = "en") -> dict[str, str]:
    """The names of the catalogued systems in `lang` (zh or en), by canonical name.

    >>> system_names("en")["政务外网"]
    'government extranet'
    """
    if lang not in ("zh", "en"):
        raise ValueError(f"language {lang!r} is not known; choose zh or en.")
    systems = read_catalogue().systems.values()
    return {row.system: row.name_en if lang == "en" else row.system for row in systems}


def check_pattern(place: Place, pattern: str) -> None:
    """Refuse a pattern that does not compile, matches nothing at all, or can backtrack without end.

    The ways it can match at one place are counted (choices of repetition multiplied, branches added): a bound on
    them bounds the work a place of the text can cost.

    >>> check_pattern(Place("systems.csv", 2, "patterns"), "(?:省+)+网")
    Traceback (most recent call last):
    ...
    ValueError: systems.csv, row 2, column patterns: '(?:省+)+网' is not allowed (at most 100,000 ways to match \
at one place); write ? or {0,8} instead of + and *, and repeat no group that repeats.
    """
    try:
        parsed = _parser.parse(pattern)
        is_empty = re.compile(pattern).match("") is not None
    except (re.error, RecursionError, OverflowError) as error:
        refuse(place, pattern, "a regular expression that compiles", f"mend it: {error}")
    if is_empty:
        refuse(place, pattern, "a pattern that needs at least one character", "make a part of it required")
    if _ways(parsed) > MOST_WAYS:
        refuse(
            place, pattern, f"at most {MOST_WAYS:,} ways to match at one place",
            "write ? or {0,8} instead of + and *, and repeat no group that repeats",
        )  # fmt: skip


_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


def _openings(node: Any) -> set[str] | None:
    """The characters a parsed expression can begin with; None when they cannot be listed."""
    found: set[str] = set()
    for operation, argument in node:
        if operation in (_constants.ASSERT, _constants.ASSERT_NOT, _constants.AT):
            continue  # looks around, takes nothing
        first = _first_characters(operation, argument)
        if first is None:
            return None
        found |= first
        if not (operation in _REPEATS and argument[0] == 0):
            return found
    return None


def _first_characters(operation: Any, argument: Any) -> set[str] | None:
    """The characters one part of an expression can begin with."""
    if operation is _constants.LITERAL:
        return {chr(argument)}
    if operation is _constants.IN:
        small = all(
            kind is _constants.LITERAL or (kind is _constants.RANGE and code[1] - code[0] < 100)
            for kind, code in argument
        )
        ranges = ((code, code) if kind is _constants.LITERAL else code for kind, code in argument)
        return {chr(code) for low, high in ranges for code in range(low, high + 1)} if small else None
    if operation in _REPEATS:
        return _openings(argument[2])
    if operation is _constants.SUBPATTERN:
        return _openings(argument[3])
    if operation is _constants.BRANCH:
        options = [_openings(option) for option in argument[1]]
        return None if None in options else {one for option in options if option for one in option}
    return None


def _ways(node: Any) -> float:
    """In how many ways a parsed expression can try to match at one place; infinite when it repeats without end."""
    ways = 1.0
    for operation, argument in node:
        if operation in _REPEATS:
            low, high, body = argument
            inside = _ways(body)
            endless = high is _constants.MAXREPEAT or (inside > 1 and high > MOST_WAYS)
            ways *= float("inf") if endless else (high - low + 1) * min(inside, 1e9) ** min(high, 30)
        elif operation is _constants.BRANCH:
            ways *= sum(_ways(option) for option in argument[1])
        else:
            parts = argument if isinstance(argument, tuple) else (argument,)
            for part in parts:
                if isinstance(part, _parser.SubPattern):
                    ways *= _ways(part)
    return ways


@dataclass(frozen=True)
class Words:
    """The generative part: words by kind, and categories with their weights for heads and cues."""

    by_kind: Mapping[str, tuple[str, ...]]
    weighed: Mapping[str, tuple[tuple[str, str, int], ...]]

    def pattern(self, *kinds: str) -> str:
        """A regular expression for the words of these kinds, longest first."""
        words = alternation(word for kind in kinds for word in self.by_kind[kind])
        return f"(?:{words})"


@cache
def read_words() -> Words:
    """Read the packaged system_words.csv.

    >>> "热线" in read_words().by_kind["head"]
    True
    """
    file = Path(codebook.__file__).parent / "system_words.csv"
    by_kind: dict[str, tuple[str, ...]] = defaultdict(tuple)
    weighed: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for number, row in enumerate(_read(file, WORD_COLUMNS), start=2):
        if row["category"] and row["category"] not in CATEGORIES:
            refuse(
                Place(file.name, number, "category"),
                row["category"],
                ", ".join(CATEGORIES),
                "choose one of them",
            )
        words = _split(row["words"])
        if "" in words or not words:
            refuse(
                Place(file.name, number, "words"),
                row["words"],
                "words between | marks",
                "remove the empty one",
            )
        by_kind[row["kind"]] += words
        if row["category"]:
            weighed[row["kind"]] += [(word, row["category"], int(row["weight"])) for word in words]
    return Words(dict(by_kind), {kind: tuple(rows) for kind, rows in weighed.items()})
