"""Quantities and a codebook make observations: a number with its meaning.

Each row of the codebook is an indicator: what it counts, in which unit and dimension, as a stock or a flow,
and the terms (language of `egovlib.codebook.terms`) that a quantity's subject must hold. Every quantity
yields one row; one that no indicator takes is kept with the reason, so that nothing disappears unseen.

>>> read_codebook("indicators").indicators[0].unit
'%'
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from egovlib import frames
from egovlib.codebook import terms
from egovlib.extract.units import conversion, dimensions

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "indicator", "name_zh", "name_en", "topic", "unit", "dimension", "kind", "stock_flow", "direction",
    "denominator", "tier", "includes", "excludes", "examples", "source", "version",
)  # fmt: skip
CHOICES = {
    "topic": frames.TOPICS,
    "kind": ("share", "count", "volume", "duration", "money", "rank", "ratio"),
    "stock_flow": ("stock", "flow"),
    "direction": ("1", "-1", "interval", "none"),
    "tier": ("", *frames.TIERS),
}
"""The values that each closed column of the codebook may take."""

_AMOUNTS = ("count", "volume", "money")  # the kinds for which stock and flow differ
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_ELLIPTIC = re.compile(r"[全各]?(?:省|市|县|区|乡镇|村)(?:直|本)?级?(?:党政机关|政府|部门|以上)?")
_LISTED_BEFORE = re.compile(r".*[0-9][^、，0-9]*[、，]", re.DOTALL)  # earlier items of a list: 4G基站410个、
_CLAUSE_ENDS = re.compile(r"[，；。;]|(?<![0-9]),|,(?![0-9])")


@dataclass(frozen=True)
class Indicator:
    """One row of the codebook."""

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
    def by_code(self) -> dict[str, Indicator]:
        """Each indicator by its code."""
        return {indicator.indicator: indicator for indicator in self.indicators}


class _Decision(NamedTuple):
    """The indicator a quantity was given, or None; and the rule or reason."""

    indicator: Indicator | None
    rule: str


class _Context(NamedTuple):
    """What is known about the documents: region by doc, sentence text by (doc, sentence)."""

    regions: Mapping[str, Any]
    sentences: Mapping[tuple[str, int], str]


def match_indicators(
    quantities: pd.DataFrame, codebook: str | Path = "indicators", *, documents: Any = None
) -> pd.DataFrame:
    """Match the rows of a `quantities` table to the indicators of a codebook; one row a quantity.

    codebook: a packaged name or the path of a csv file. documents: a Corpus, a Document, or a `documents`
    table; it gives each row its region, and a Corpus or Document also the clause a number stands in, which
    is read when its subject says too little. Without it, `region` is NA.

    Returns the `indicators` table: `rule` is the alternative that matched ("subject: 网上办理率"), or, where
    `indicator` is NA, the reason. An indicator takes a quantity when its terms occur and unit (by
    dimension), topic, tier and stock or flow do not contradict it; a change, or the start of one, is never
    a level. The longest terms win; between equals the quantity is ambiguous and stays unmatched. Of a
    listing subject the last item is read first (4G基站410个、5G基站). Values are in the indicator's unit, but
    for units without a factor in codebook/units.csv, which are kept.

    >>> row = ("doc", 0, 8, "60%", 60.0, None, None, None, "%", "exact", "level", "actual", "2015",
    ...        "province", "省级部门信息共享度", "resources", "1", 1)
    >>> match_indicators(frames.build("quantities", [row]))[["indicator", "value", "rule"]].values.tolist()
    [['information_sharing_degree', 60.0, 'subject: 信息共享度']]
    """
    book = read_codebook(codebook)
    context = _context(documents)
    rows = list(quantities.itertuples(index=False))
    return frames.build(
        "indicators", map(_observation, rows, _decisions(rows, book, context), repeat(context))
    )


def _decisions(rows: Iterable[Any], book: Codebook, context: _Context) -> Iterator[_Decision]:
    """Decide row by row; where a subject is only a tier (省级达到85%，市级70%), the last decision carries on."""
    before: tuple[Any, ...] = ()
    decision = _Decision(None, "")
    for row in rows:
        elliptic = isinstance(row.subject, str) and _ELLIPTIC.fullmatch(row.subject) is not None
        here = (row.doc, row.sentence, row.unit, row.role, row.status)
        if elliptic and here == before and decision.indicator is not None:
            decision = _Decision(decision.indicator, f"carried: {decision.rule.removeprefix('carried: ')}")
        else:
            decision = _decide(row, book, context)
        before = here
        yield decision


def _observation(row: Any, decision: _Decision, context: _Context) -> tuple[Any, ...]:
    name, unit, factor = None, row.unit, 1.0
    if decision.indicator is not None:
        name = decision.indicator.indicator
        known = conversion(decision.indicator.dimension, row.unit, decision.indicator.unit)
        if known is not None:
            unit, factor = decision.indicator.unit, known
    return (
        name, context.regions.get(row.doc), row.tier, row.period, row.status,
        row.value * factor, row.low * factor, row.high * factor, unit, row.approx,
        row.doc, row.start, row.end, row.surface, row.sentence, decision.rule,
    )  # fmt: skip


def _decide(row: Any, book: Codebook, context: _Context) -> _Decision:
    """Decide by the subject; by the clause when no term stands in the subject."""
    if row.role in ("change", "from"):
        return _Decision(None, f"role {row.role} is no level")
    subject = row.subject if isinstance(row.subject, str) else ""
    own = _LISTED_BEFORE.sub("", subject)
    decision = _choose(row, own, "subject", book) or _choose(row, subject, "subject", book)
    if decision is None:
        clause = _clause(context.sentences.get((row.doc, row.sentence), ""), row.surface)
        decision = _choose(row, clause, "clause", book)
        if decision is None or decision.indicator is None:
            return _Decision(None, "no subject rule")
    return decision


def _choose(row: Any, text: str, place: str, book: Codebook) -> _Decision | None:
    """Choose the most specific fitting indicator named in `text`; None when it names none."""
    matches = sorted(book.rules.match(text, longest=False), key=_specificity, reverse=True)
    if not matches:
        return None
    objections = [_objection(row, book.by_code[match.code]) for match in matches]
    fitting = [match for match, objection in zip(matches, objections, strict=True) if not objection]
    if not fitting:
        return _Decision(None, objections[0])
    best = [match for match in fitting if _specificity(match) == _specificity(fitting[0])]
    if len(best) > 1:
        return _Decision(None, "ambiguous: " + " / ".join(match.code for match in best))
    return _Decision(book.by_code[best[0].code], f"{place}: {'&'.join(best[0].longest)}")


def _specificity(match: terms.Match) -> int:
    return sum(map(len, match.longest))


def _objection(row: Any, indicator: Indicator) -> str:
    """Say why `indicator` cannot take the quantity; "" when it can."""
    if row.unit not in dimensions()[indicator.dimension]:
        return f"unit {row.unit or 'none'} does not fit {indicator.indicator} ({indicator.dimension})"
    if (row.role == "rank") != (indicator.kind == "rank"):
        return f"role {row.role} does not fit {indicator.indicator} ({indicator.kind})"
    opposite = {"flow": "stock", "level": "flow"}.get(row.role)
    if indicator.stock_flow == opposite and indicator.kind in _AMOUNTS:
        return f"role {row.role} does not fit {indicator.indicator} ({opposite})"
    if row.topic == "other" and indicator.topic != "other":
        return f"topic other does not fit {indicator.indicator} ({indicator.topic})"
    if indicator.tier and indicator.tier != row.tier:
        return f"tier {row.tier} does not fit {indicator.indicator} ({indicator.tier})"
    return ""


def _clause(sentence: str, surface: str) -> str:
    """Return the clause of a sentence that holds the number of `surface`; "" unless it stands there once.

    >>> _clause("法人数据库涵盖142万户法人单位，接通率为91.9%", "142万户")
    '法人数据库涵盖142万户法人单位'
    """
    number = _NUMBER.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", surface)))
    if number is None:
        return ""
    places = [found for found in _NUMBER.finditer(sentence) if found.group() == number.group()]
    if len(places) != 1:
        return ""
    ends = [found.span() for found in _CLAUSE_ENDS.finditer(sentence)]
    start = max((end for _, end in ends if end <= places[0].start()), default=0)
    stop = min((begin for begin, _ in ends if begin >= places[0].end()), default=len(sentence))
    return sentence[start:stop]


def _context(documents: Any) -> _Context:
    """Read regions and sentences out of a Corpus, a Document or a `documents` table."""
    if documents is None:
        return _Context({}, {})
    if hasattr(documents, "columns"):
        return _Context(dict(zip(documents["doc"], documents["region"], strict=True)), {})
    members: Iterable[Any] = (documents,) if hasattr(documents, "doc") else documents
    regions: dict[str, Any] = {}
    sentences: dict[tuple[str, int], str] = {}
    for document in members:
        regions[document.doc] = document.region
        sentences.update(((document.doc, one.sentence), one.text) for one in document.sentences)
    return _Context(regions, sentences)


def read_codebook(name_or_path: str | Path = "indicators") -> Codebook:
    """Read a codebook of indicators and check it.

    Raises ValueError, naming file, row, column, value, what is allowed and the mend, for: an unknown or
    missing column, a duplicate indicator, a value outside `CHOICES`, an unknown dimension, a unit that does
    not belong to its dimension, a row without terms or examples, a term that can never count, or a term in
    two indicators of one dimension and nature (stock or flow), between which no number could choose.

    >>> len(read_codebook().indicators) >= 60
    True
    """
    packaged = str(name_or_path) == "indicators"
    path = terms.locate(name_or_path, "", ("indicators",))
    return _packaged(path) if packaged else _read(path.stem, path)


@cache
def _packaged(path: Path) -> Codebook:
    return _read(path.stem, path)


def _read(name: str, path: Path) -> Codebook:
    rows = terms.read_table(path, COLUMNS, "indicator")
    for number, row in enumerate(rows, start=2):
        _check_choices(path.name, number, row)
        _check_unit(path.name, number, row)
    fields = [column for column in COLUMNS if column not in ("includes", "excludes")]
    indicators = tuple(
        Indicator(
            **{column: row[column] for column in fields},
            rule=terms.TermRule.parse(row["indicator"], row["includes"], row["excludes"]),
        )
        for row in rows
    )
    _check_rivals(path.name, indicators)
    return Codebook(name, indicators)


def _check_choices(file: str, number: int, row: terms.Row) -> None:
    for column, allowed in CHOICES.items():
        if row[column] not in allowed:
            shown = ", ".join(value or "empty" for value in allowed)
            terms.refuse(terms.Place(file, number, column), row[column], shown, "choose one of these")
    for column in ("name_zh", "name_en", "includes", "examples", "source", "version"):
        if not row[column].strip():
            terms.refuse(terms.Place(file, number, column), "", "never empty", "fill the cell")


def _check_unit(file: str, number: int, row: terms.Row) -> None:
    known = dimensions()
    if row["dimension"] not in known:
        terms.refuse(
            terms.Place(file, number, "dimension"), row["dimension"], ", ".join(known), "choose one of these"
        )
    if known[row["dimension"]].get(row["unit"]) is None:
        convertible = [unit or "empty" for unit, factor in known[row["dimension"]].items() if factor]
        terms.refuse(
            terms.Place(file, number, "unit"), row["unit"], f"{row['dimension']} has {', '.join(convertible)}",
            "choose one of these",
        )  # fmt: skip


def _check_rivals(file: str, indicators: tuple[Indicator, ...]) -> None:
    """Refuse a term in two indicators that take the same units in the same role."""
    groups: dict[tuple[str, bool], list[tuple[int, terms.TermRule]]] = defaultdict(list)
    for number, indicator in enumerate(indicators, start=2):
        groups[indicator.dimension, indicator.stock_flow == "flow"].append((number, indicator.rule))
    for group in groups.values():
        terms.check_shared_terms(file, group)
