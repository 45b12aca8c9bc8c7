"""The definitions of indicators: a codebook file, read and checked.

Each row says what an indicator counts, in which unit and dimension, as a stock or a flow, of what, and by which
terms (language of `egovlib.codebook.terms`) a quantity's subject tells that it is meant.

>>> read_codebook("indicators").by_code["hotline_answer_rate"].denominator
'热线来电'
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from egovlib import frames
from egovlib.codebook import terms
from egovlib.extract.units import dimensions

COLUMNS = (
    "indicator", "name_zh", "name_en", "topic", "unit", "dimension", "kind", "stock_flow", "direction",
    "denominator", "tier", "includes", "excludes", "examples", "source", "version",
)  # fmt: skip
CHOICES = {
    "topic": frames.TOPICS,
    "kind": ("share", "count", "volume", "duration", "money", "rank", "ratio"),
    "stock_flow": ("stock", "flow"),
    "direction": ("+1", "-1", "interval", "none"),
    "tier": ("any", *frames.TIERS),
}
"""The values that each closed column of the codebook may take."""

_FILLED = tuple(name for name in COLUMNS if name not in (*CHOICES, "indicator", "unit", "dimension"))


@dataclass(frozen=True)
class Indicator:
    """One row of the codebook.

    denominator  what a share is a share of, or what a count may be divided by (常住人口); 无: nothing
    tier         the one tier whose figures it takes, or any
    direction    +1 more is better, -1 less is, interval neither too much nor too little, none
    """

    indicator: str
    name_zh: str
    name_en: str
    topic: str
    unit: str
    dimension: str
    kind: str
    stock_flow: str
    direction: str
    denominator: str
    tier: str
    rule: terms.TermRule
    examples: str
    source: str
    version: str


@dataclass(frozen=True)
class Codebook:
    """A codebook of indicators, in the order of its file."""

    name: str
    indicators: tuple[Indicator, ...]

    @cached_property
    def rules(self) -> terms.RuleSet:
        """The terms of all indicators, ready to be matched."""
        return terms.RuleSet([indicator.rule for indicator in self.indicators])

    @cached_property
    def includes(self) -> terms.RuleSet:
        """The terms that include, alone."""
        return terms.RuleSet([replace(one.rule, excludes=()) for one in self.indicators])

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """Each indicator by its code."""
        return {indicator.indicator: indicator for indicator in self.indicators}


def read_codebook(name_or_path: str | Path = "indicators") -> Codebook:
    """Read a codebook of indicators and check it.

    Raises ValueError, naming file, row, column, value, what is allowed and the mend, for: an unknown or
    missing column, a duplicate indicator, an empty cell, a value outside `CHOICES`, an unknown dimension, a
    unit that does not belong to its dimension, a term that can never count or is a regular expression, an
    example that its own terms do not find, or a term in two indicators of one dimension and nature (stock
    or flow), between which no number could choose.

    >>> len(read_codebook().indicators) >= 120
    True
    """
    packaged = str(name_or_path) in ("indicators", "innovation")
    path = terms.locate(name_or_path, "", ("indicators", "innovation"))
    return _packaged(path) if packaged else _read(path.stem, path)


@cache
def _packaged(path: Path) -> Codebook:
    return _read(path.stem, path)


def _read(name: str, path: Path) -> Codebook:
    rows = terms.read_cells(path, COLUMNS)
    terms.refuse_first(find_problems(path.name, rows))
    fields = [column for column in COLUMNS if column not in ("includes", "excludes")]
    indicators = (
        Indicator(**{column: row[column] for column in fields}, rule=rule)
        for row, rule in zip(rows, _rules(rows), strict=True)
    )
    return Codebook(name, tuple(indicators))


def find_problems(file: str, rows: Sequence[terms.Row]) -> Iterator[terms.Problem]:
    """Yield everything that breaks the contract of a codebook of indicators, in the order of the checks."""
    found = list(terms.find_row_problems(file, rows, COLUMNS, "indicator"))
    if any(problem.place.column not in COLUMNS or problem.value == "no cell" for problem in found):
        yield from found
        return
    yield from found
    for number, row in enumerate(rows, start=2):
        yield from _cells(file, number, row)
        yield from _unit(file, number, row)
    yield from terms.find_term_problems(file, rows, "indicator")
    rules = _rules(rows)
    for number, (row, rule) in enumerate(zip(rows, rules, strict=True), start=2):
        yield from _examples(terms.Place(file, number, "examples"), row["examples"], rule)
    for rivals in _rivals(rows, rules):
        yield from terms.find_shared_terms(file, rivals)


def _rules(rows: Iterable[terms.Row]) -> list[terms.TermRule]:
    return [terms.TermRule.parse(row["indicator"], row["includes"], row["excludes"]) for row in rows]


def _cells(file: str, number: int, row: terms.Row) -> Iterator[terms.Problem]:
    for column, allowed in CHOICES.items():
        if row[column] not in allowed:
            place = terms.Place(file, number, column)
            yield terms.Problem(place, row[column], ", ".join(allowed), "choose one of these")
    for column in _FILLED:
        if not row[column].strip():
            yield terms.Problem(terms.Place(file, number, column), "", "never empty", _FILL[column])


_FILL = dict.fromkeys(_FILLED, "fill the cell") | {
    "denominator": "say what the number is a share of or may be divided by, or 无",
    "excludes": "name what tells its nearest neighbour from it",
}


def _unit(file: str, number: int, row: terms.Row) -> Iterator[terms.Problem]:
    fitting = dimensions().get(row["dimension"])
    if fitting is None:
        place = terms.Place(file, number, "dimension")
        yield terms.Problem(place, row["dimension"], ", ".join(dimensions()), "choose one of these")
    elif fitting.get(row["unit"]) is None:
        convertible = [unit or "empty" for unit, factor in fitting.items() if factor]
        place, allowed = terms.Place(file, number, "unit"), f"{row['dimension']} has {', '.join(convertible)}"
        yield terms.Problem(place, row["unit"], allowed, "choose one of these")


def _examples(place: terms.Place, cell: str, rule: terms.TermRule) -> Iterator[terms.Problem]:
    rules = terms.RuleSet([rule])
    for example in filter(None, cell.split("|")):
        if not rules.match(example, longest=False):
            mend = "add the term it lacks, or correct the example"
            yield terms.Problem(place, example, "an example that the terms of its row find", mend)


def _rivals(
    rows: Sequence[terms.Row], rules: Sequence[terms.TermRule]
) -> Iterable[list[tuple[int, terms.TermRule]]]:
    """Group the indicators that take the same units in the same role, each with its row in the file."""
    groups: dict[tuple[str, bool], list[tuple[int, terms.TermRule]]] = defaultdict(list)
    for number, (row, rule) in enumerate(zip(rows, rules, strict=True), start=2):
        groups[row["dimension"], row["stock_flow"] == "flow"].append((number, rule))
    return groups.values()
