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
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from egovlib import codebook
from egovlib.codebook.alternation import alternation
from egovlib.codebook.beginnings import REPEATS, Beginnings, Kinds, beginnings
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
    def _sizes(self) -> Mapping[str, tuple[int, ...]]:
        """How long the wordings are that begin with three characters, the longest first."""
        sizes: dict[str, set[int]] = defaultdict(set)
        for word in self._known:
            sizes[word[:3]].add(len(word))
        return {three: (*sorted(some - {2}, reverse=True), 2) for three, some in sizes.items()}

    @cached_property
    def _beginnings(self) -> Beginnings:
        """One look at a text that spares most places both the wordings and the patterns."""
        return Beginnings([*self._known, *(two for _, one in self._patterns for two in beginnings(one, 2))])

    @cached_property
    def _patterns_from(self) -> Mapping[str, re.Pattern[str]]:
        """For each character, the patterns that can begin with it, each in a group of its number; "" is any."""
        openings = [beginnings(pattern, 1) for _, pattern in self._patterns]
        return {
            first: re.compile(
                "|".join(
                    f"(?P<p{i}>{self._patterns[i][1]})"
                    for i, opening in enumerate(openings)
                    if not opening.isdisjoint(("", first))
                )
            )
            for first in set[str]().union(*openings)
        }

    def find(self, text: str) -> Iterator[tuple[int, int, Known]]:
        """(start, end, what is known) of the catalogued wordings in `text`, none inside another."""
        places, sizes, known = self._beginnings.find(text), self._sizes, self._known
        reached = 0
        for start in places:
            for size in sizes.get(text[start : start + 3], (2,)):
                word = text[start : start + size]
                if word in known:
                    if start + len(word) > reached:
                        reached = start + len(word)
                        yield start, reached, known[word]
                    break
        reached, otherwise = 0, self._patterns_from.get("")
        for start in places:
            patterns = self._patterns_from.get(text[start], otherwise)
            match = patterns.match(text, start) if patterns is not None else None
            if match is not None and start >= reached:
                system, _ = self._patterns[int((match.lastgroup or "p0")[1:])]
                reached = match.end()
                yield start, reached, Known(system, True)

    def known(self, name: str) -> Known | None:
        """What is known of exactly this wording."""
        return self._known.get(name)

    @property
    def wordings(self) -> Collection[str]:
        """All wordings."""
        return self._known.keys()

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


def _ways(node: Any) -> float:
    """In how many ways a parsed expression can try to match at one place; infinite when it repeats without end."""
    ways = 1.0
    for operation, argument in node:
        if operation in REPEATS:
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

    def kinds(self, *kinds: str) -> Kinds:
        """What finds the words of these kinds."""
        return Kinds({kind: self.by_kind[kind] for kind in kinds})


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
