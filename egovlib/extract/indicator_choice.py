"""Which indicator a quantity measures: decided by the words nearest to its number that name one which fits.

>>> from egovlib.extract.definitions import read_codebook
>>> row = Quantity("doc", 0, 8, "60%", 60.0, None, None, "%", "exact", "level", "actual", "2015", "province",
...                "省级部门信息共享度", "resources", 1)
>>> [decision.rule for decision in choose_indicators([row], read_codebook("indicators"), {})]
['subject: 信息共享度']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from egovlib.codebook import terms
from egovlib.codebook.occurrences import lower
from egovlib.extract.definitions import Codebook, Indicator
from egovlib.extract.passage import Passage
from egovlib.extract.units import dimensions

if TYPE_CHECKING:
    from egovlib.documents import Document

_AMOUNTS = ("count", "volume", "money")  # the kinds for which stock and flow differ
_TIER = r"[全各]?(?:省|市|县|区|乡镇|村)(?:直|本)?级?"
_ELLIPTIC = re.compile(rf"{_TIER}(?:党政机关|政府|部门|以上)?")
_ELLIPTIC_AMOUNT = re.compile(_TIER)  # 44个市级部门 counts agencies, 市级44个 goes on counting the same
_ENOUGH = 5
"""Characters of a term that make an indicator certain where the number's topic is not e-government; beyond
its clause one more."""
_LISTED_BEFORE = re.compile(
    r"\A.*[0-9][^、，0-9]*[、，]", re.DOTALL
)  # earlier items of a list: 4G基站410个、
_CHANGES = re.compile("节约|节省|压缩|压减|缩短")  # a change that is itself what the indicator measures
_STANDING = re.compile(
    "累计|总数|总计|现有|共有|在用|在运|尚未|结转|顺延"
)  # a stock, whatever the verb (累计新建)
_ADDED = re.compile("新增|新建|新添|再添|再增|净增|新开通")


class Decision(NamedTuple):
    """The indicator a quantity was given, or None; and the rule or reason."""

    indicator: Indicator | None
    rule: str


_UNNAMED = Decision(None, "no subject rule")
_NO_LEVEL = {role: Decision(None, f"role {role} is no level") for role in ("from", "change")}


class Quantity(NamedTuple):
    """The columns of `quantities` that are read here, as one row."""

    doc: str
    start: int
    end: int
    surface: str
    value: Any
    low: Any
    high: Any
    unit: str
    approx: str
    role: str
    status: str
    period: Any
    tier: str
    subject: Any
    topic: str
    sentence: int


class _Reading(NamedTuple):
    """A text that may name the indicator; `beside`: what of it stands beside the number, if not all does."""

    place: str
    text: str
    beside: str
    passage: Passage | None


Documents = Mapping[str, "Document"]
"""The documents by doc, where they were given."""


def choose_indicators(rows: Iterable[Quantity], book: Codebook, documents: Documents) -> Iterator[Decision]:
    """Decide for each of the rows, in the order of the text.

    Where a subject is only a tier (省级达到85%，市级70%), the last decision carries on. Without a document, only the
    subject of a row is read.
    """
    for (doc, number), same in groupby(rows, key=attrgetter("doc", "sentence")):
        sentence = _sentence(doc, number, documents)
        names = book.rules.mentions(sentence)
        before: Quantity | None = None
        decision = _UNNAMED
        for row in same:
            if (
                decision.indicator is not None
                and before is not None
                and _goes_on(row, before, decision.indicator)
            ):
                rule = decision.rule.removeprefix("carried: ")
                decision = Decision(decision.indicator, f"carried: {rule}")
            elif names or _is_named_elsewhere(row, sentence, book):
                decision = _decide(row, book, documents)
            else:
                decision = _NO_LEVEL.get(row.role, _UNNAMED)  # so most end
            before = row
            yield decision


def _goes_on(row: Quantity, before: Quantity, indicator: Indicator) -> bool:
    """Whether a quantity measures the same as the one before it: of its kind, and for a tier alone."""
    return (row.unit, row.role, row.status) == (before.unit, before.role, before.status) and _is_elliptic(
        row.subject, indicator
    )


def _sentence(doc: str, number: int, documents: Documents) -> str:
    """Return the words of a sentence; "" where its document is not at hand."""
    if doc not in documents:
        return ""
    document = documents[doc]
    first, last, _ = document.text_sentences[number - 1]
    return document.text[first:last]


def _is_named_elsewhere(row: Quantity, sentence: str, book: Codebook) -> bool:
    """Whether the subject, which may come from a heading, can name an indicator that its sentence cannot."""
    return isinstance(row.subject, str) and row.subject not in sentence and book.rules.mentions(row.subject)


def _is_elliptic(subject: Any, indicator: Indicator) -> bool:
    form = _ELLIPTIC_AMOUNT if indicator.kind in _AMOUNTS else _ELLIPTIC
    return isinstance(subject, str) and form.fullmatch(subject) is not None


def _decide(row: Quantity, book: Codebook, documents: Documents) -> Decision:
    """Decide by the words nearest to the number that name an indicator which fits."""
    refused = _NO_LEVEL.get(row.role, _UNNAMED)
    if row.role == "from":
        return refused
    passage = _passage(row, documents)
    for place, text, beside in _readings(row, passage):
        if place in ("list", "sentence") and refused.rule.startswith("role"):
            break  # its own item names it: what stands farther is about others
        decision = _choose(row, _Reading(place, text, beside, passage), book)
        if decision is None:
            continue
        if decision.indicator is not None or decision.rule.startswith("ambiguous"):
            return decision
        if refused is _UNNAMED and place in ("subject", "clause"):
            refused = decision
    return refused


def _readings(row: Quantity, passage: Passage | None) -> Iterator[tuple[str, str, str]]:
    """Yield (place, text, what of it stands beside the number), the nearest words first."""
    subject = row.subject if isinstance(row.subject, str) else ""
    own = _LISTED_BEFORE.sub("", subject)
    yield "subject", own, ""
    if own != subject:
        yield "subject", subject, own
    if passage is not None:
        yield "clause", passage.near, ""
        if (shared := passage.shared) != passage.near:  # the same words would be refused again
            yield "list", shared, ""
        yield "sentence", (beside := passage.beside), shared
        if row.topic != "other":
            if (part := passage.part) != beside:
                yield "sentence", part, shared
            if (before := passage.before) != part:
                yield "sentence", before, shared


def _choose(row: Quantity, reading: _Reading, book: Codebook) -> Decision | None:
    """Choose the most specific fitting indicator named in the text; None when it names none."""
    named = _named_across(reading, book) if reading.beside else _named(reading, book)
    if not named:
        return None
    ranked = sorted(named, key=lambda code: named[code].characters, reverse=True) if len(named) > 1 else named
    natures, enough = _natures(row.role, reading), _ENOUGH + bool(reading.beside)
    fitting, refused = list[str](), ""
    for code in ranked:
        alternative = named[code]
        objection = _objection(
            row, book.by_code[code], natures, certain=alternative.characters >= enough
        ) or _no_change(row, alternative)
        if not objection:
            fitting.append(code)
        refused = refused or objection
    if not fitting:
        return Decision(None, refused)
    chosen = named[fitting[0]]
    best = [code for code in fitting if named[code].characters == chosen.characters]
    if len(best) > 1:
        return Decision(None, "ambiguous: " + " / ".join(best))
    return Decision(book.by_code[best[0]], f"{reading.place}: {chosen.written}")


def _natures(role: str, reading: _Reading) -> tuple[str, ...]:
    """Say which of stock and flow a quantity may be: its role, unless the words are plainer than the verb.

    A stock: 截至年底共新建基站541个; a flow: 再添基站7000个.
    """
    near = reading.passage.near if reading.passage else reading.text
    own = near if reading.beside else reading.text + near

    def stands() -> bool:
        return _STANDING.search(own) is not None or (
            reading.passage is not None and reading.passage.has_since
        )

    if role == "flow":
        return ("stock", "flow") if stands() else ("flow",)
    if role == "level":
        return ("flow",) if _ADDED.search(near) and not stands() else ("stock",)
    return ("stock", "flow")


def _named(reading: _Reading, book: Codebook) -> dict[str, terms.Alternative]:
    """Return the indicators a text names, each with its longest alternative."""
    named = {match.code: match.longest for match in book.rules.match(reading.text, longest=False)}
    if named and reading.passage and reading.place == "subject":
        return _without_barred(named, reading.passage.near, book)
    return named


def _named_across(reading: _Reading, book: Codebook) -> dict[str, terms.Alternative]:
    """Return the indicators named by terms joined by &, one of which stands beside the number.

    Excludes are looked for beside the number alone: far from it they say nothing.
    """
    named = {}
    for match in book.includes.match(reading.text, longest=False):
        across = [one for one in match.found if _reaches(one, reading.beside)]
        if across:
            named[match.code] = max(across, key=attrgetter("characters"))
    return _without_barred(named, reading.beside, book) if named else {}


def _without_barred(
    named: dict[str, terms.Alternative], text: str, book: Codebook
) -> dict[str, terms.Alternative]:
    """Leave out the indicators whose excludes `text` has."""
    barred = book.rules.barred(text, named)
    return {code: alternative for code, alternative in named.items() if code not in barred}


def _no_change(row: Quantity, alternative: terms.Alternative) -> str:
    """Say that a change is no level, unless the change is what the terms name."""
    return "role change is no level" if row.role == "change" and not _CHANGES.search(str(alternative)) else ""


def _reaches(alternative: terms.Alternative, beside: str) -> bool:
    return len(alternative) > 1 and any(term in lower(beside) for term in alternative)


def _objection(row: Quantity, indicator: Indicator, natures: tuple[str, ...], *, certain: bool) -> str:
    """Say why `indicator` cannot take the quantity; "" when it can."""
    name, kind = indicator.indicator, indicator.kind
    if row.unit not in dimensions()[indicator.dimension]:
        return f"unit {row.unit or 'none'} does not fit {name} ({indicator.dimension})"
    if row.role not in ("rank", "to") if kind == "rank" else row.role == "rank":
        return f"role {row.role} does not fit {name} ({kind})"
    if kind in _AMOUNTS and indicator.stock_flow not in natures:
        shown = row.role if row.role == natures[0] or natures[0] == "stock" else natures[0]
        return f"role {shown} does not fit {name} ({indicator.stock_flow})"
    if row.topic == "other" and not certain:
        return f"topic other does not fit {name} ({indicator.topic})"
    if indicator.tier not in ("any", row.tier):
        return f"tier {row.tier} does not fit {name} ({indicator.tier})"
    return ""


def _passage(row: Quantity, documents: Documents) -> Passage | None:
    """Return the words around the number of `row`; None where its document is not at hand."""
    document = documents.get(row.doc)
    if document is None:
        return None
    first, last, _ = document.text_sentences[row.sentence - 1]
    start, end = document.aligned.text_span(row.start, row.end)
    return Passage(document.text[first:last], start - first, end - first, row.unit)
