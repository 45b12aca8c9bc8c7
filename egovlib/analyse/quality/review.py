"""Units for human coders: what is drawn, what is asked of it, and what the machine had answered.

A unit is a place that a coder judges. Half of a sample are places where the machine found something, the rest
are places that it refused and sentences in which it found nothing, so that coders see its misses as well as its
false alarms; each unit carries the weight that undoes the uneven drawing. Coders see the sentence and never the
machine's answer, which stays in the key.

>>> text = "截至2013年底，热线接通率达到95%。全省高度重视这项工作。"
>>> key = draw_units(text, "quantities", sample=3, seed=1)
>>> sorted(key[["stratum", "text", "is_quantity"]].values.tolist())
[['bare', '全省高度重视这项工作。', 'no'], ['found', '截至2013年底,热线接通率达到【95%】。', 'yes'], \
['refused', '截至【2013】年底,热线接通率达到95%。', 'no']]
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from egovlib import frames
from egovlib.documents import documents_of

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.agreement import Level
    from egovlib.documents import Corpus, Document

KINDS = ("quantities", "systems", "themes")
STRATA = ("found", "refused", "bare")
"""Where the machine found something; marked but refused by it; a sentence in which it found nothing."""
FOUND_SHARE = 0.5
"""Share of the sample that is drawn from what the machine found: as many judgements for precision as for recall."""
NONE = "none"
"""What a coder writes who has read the unit and gives it no code (no unit of measure, no period)."""
MACHINE = "machine"
THEMES_A_SENTENCE = 4
"""Cells for the codes of a sentence: of 711 coded sentences of the embedded corpus 12 have more than four."""
SHORTEST = 6
"""Characters of the shortest sentence that is drawn without a mark: 3.1 and 目标 ask nothing. Of the 1,286
sentences of the embedded corpus with a finding (all kinds together), 3 are shorter; of all 1,432 sentences 48."""
LONGEST = 600
"""Characters of a sentence that are shown around its mark; only text that lost its stops has longer sentences."""

UNITS = {
    "unit": "string", "kind": "string", "scheme": "string", "doc": "string", "section": "string",
    "sentence": "Int64", "start": "Int64", "end": "Int64", "surface": "string", "stratum": "string",
    "weight": "Float64", "document": "string", "heading": "string", "before": "string", "text": "string",
}  # fmt: skip
"""Columns of a key before the machine's answers, and their types; the names are frozen."""
SHOWN = ("unit", "document", "heading", "before", "text")
"""What a coder sees of a unit."""

Form = Literal["choice", "number", "text", "period"]


@dataclass(frozen=True)
class Question:
    """One thing a coder answers of a unit.

    allowed  the answers of a choice; cells how many answers there may be; level how α weighs differences
    """

    name: str
    form: Form = "choice"
    allowed: tuple[str, ...] = ()
    cells: int = 1
    level: Level = "nominal"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a sheet that hold the answers."""
        return (self.name,) if self.cells == 1 else tuple(f"{self.name}_{i + 1}" for i in range(self.cells))


YES_NO = ("yes", "no")


def ask(kind: str, scheme: str | Path = "priorities") -> tuple[Question, ...]:
    """The questions of a kind; the first of quantities and systems is whether the unit is one at all.

    >>> [question.name for question in ask("systems")]
    ['is_system', 'category', 'status']
    """
    if kind == "quantities":
        return (
            Question("is_quantity", allowed=YES_NO),
            Question("value", "number", level="ratio"),
            Question("value_high", "number", level="ratio"),
            Question("unit_of_measure", "text"),
            Question("approx", allowed=frames.APPROXIMATIONS),
            Question("role", allowed=frames.ROLES),
            Question("status", allowed=frames.STATUSES),
            Question("period", "period"),
            Question("tier", allowed=frames.TIERS),
            Question("topic", allowed=frames.TOPICS),
        )
    if kind == "systems":
        from egovlib.extract.system_catalogue import CATEGORIES

        return (
            Question("is_system", allowed=YES_NO),
            Question("category", allowed=tuple(CATEGORIES)),
            Question("status", allowed=frames.SYSTEM_STATUSES),
        )
    if kind == "themes":
        return (Question("code", allowed=(*_finest(scheme), NONE), cells=THEMES_A_SENTENCE),)
    raise ValueError(f"kind {kind!r} cannot be reviewed; choose {', '.join(KINDS)}.")


def _finest(scheme: str | Path) -> tuple[str, ...]:
    from egovlib.extract.themes import read_scheme

    codes = read_scheme(scheme).codes
    parents = {code.parent for code in codes}
    return tuple(code.code for code in codes if code.code not in parents)


def draw_units(
    source: Corpus | Document | str,
    kind: str,
    *,
    sample: int = 100,
    seed: int = 1,
    scheme: str | Path = "priorities",
) -> pd.DataFrame:
    """Draw units of a source at random for human coding, and note what the machine says of each.

    kind    quantities, systems or themes; scheme is that of the themes
    sample  how many units; with fewer in the corpus, all of them. The same corpus, sample and seed give the
            same units in the same order. Corrections are left out: the machine alone is judged.

    Returns the key: columns `UNITS`, then the machine's answer to each question (several codes joined by |).
    `weight` is how many units of the corpus a drawn one stands for. Raises ValueError for an unknown kind or
    scheme, and a sample below 2.
    """
    import pandas as pd

    questions = ask(kind, scheme)
    if sample < 2:
        raise ValueError(f"a sample of {sample} cannot hold hits and non-hits; draw 2 or more units.")
    documents = [replace(document, corrections=()) for document in documents_of(source)]
    population = list(_POPULATIONS[kind](documents, scheme))
    by_stratum = {name: [unit for unit in population if unit.stratum == name] for name in STRATA}
    quotas = _quotas({name: len(units) for name, units in by_stratum.items()}, sample)
    random = np.random.default_rng(seed)
    drawn = [
        (by_stratum[name][place], len(by_stratum[name]) / quotas[name])
        for name in STRATA
        for place in random.choice(len(by_stratum[name]), quotas[name], replace=False)
        if quotas[name]
    ]
    rows = [
        drawn[place][0].row(kind, scheme, drawn[place][1], questions)
        for place in random.permutation(len(drawn))
    ]
    types = UNITS | {question.name: "string" for question in questions}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _quotas(sizes: Mapping[str, int], sample: int) -> dict[str, int]:
    """How many to draw of each stratum: half of what was found, the rest evenly; what one lacks the others give.

    >>> _quotas({"found": 100, "refused": 4, "bare": 100}, 20)
    {'found': 10, 'refused': 4, 'bare': 6}
    """
    quotas = dict.fromkeys(sizes, 0)
    others = [name for name in sizes if name != "found" and sizes[name]]
    quotas["found"] = min(sizes["found"], round(sample * FOUND_SHARE) if others else sample)
    for place, name in enumerate(sorted(others, key=lambda name: sizes[name])):
        left = sample - sum(quotas.values())
        quotas[name] = min(sizes[name], left // (len(others) - place))
    quotas["found"] += min(sizes["found"] - quotas["found"], sample - sum(quotas.values()))
    return quotas


@dataclass(frozen=True)
class _Unit:
    """A place to judge: start and end in the raw text, those of the sentence where nothing is marked."""

    document: Document
    sentence: int
    start: int
    end: int
    stratum: str
    answers: Mapping[str, str | None]

    def row(
        self, kind: str, scheme: str | Path, weight: float, questions: Sequence[Question]
    ) -> tuple[Any, ...]:
        document, marked = self.document, self.stratum != "bare" and kind != "themes"
        place = document.sentences[self.sentence - 1]
        before = document.sentences[self.sentence - 2].text if self.sentence > 1 else ""
        section = document.text_sentences[self.sentence - 1][2]
        return (
            _name(kind, document.doc, self.start, self.end), kind, Path(scheme).stem if kind == "themes" else None,
            document.doc, place.section, self.sentence, self.start, self.end,
            document.raw[self.start : self.end] if marked else None, self.stratum, weight,
            _clean(document.title or document.doc), _clean(section.heading) or None, _clean(before[-200:]) or None,
            self._text(marked), *(self.answers.get(question.name) for question in questions),
        )  # fmt: skip

    def _text(self, marked: bool) -> str:
        """The repaired sentence, its place marked 【so】."""
        first, last, _ = self.document.text_sentences[self.sentence - 1]
        sentence = self.document.text[first:last]
        if not marked:
            return _clean(sentence[:LONGEST])
        start, end = self.document.aligned.text_span(self.start, self.end)
        start, end = max(start - first, 0), min(end - first, len(sentence))
        left, right = max(0, start - LONGEST // 2), end + LONGEST // 2
        return _clean(f"{sentence[left:start]}【{sentence[start:end]}】{sentence[end:right]}")


def _name(kind: str, doc: str, start: int, end: int) -> str:
    """A unit's id: the same in every draw, and without a hint at what the machine said."""
    return kind[0] + hashlib.sha256(f"{kind}|{doc}|{start}|{end}".encode()).hexdigest()[:10]


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    """A text as a cell can hold it: one line, without characters that no spreadsheet takes."""
    return " ".join(_UNPRINTABLE.sub("\ufffd", text).split())


# --- populations ------------------------------------------------------------------------------------


def _of_quantities(documents: Sequence[Document], scheme: str | Path) -> Iterator[_Unit]:
    """Every number: found, or refused as a date, a name, a list number …; and the sentences without any."""
    from egovlib.extract.candidates import find_candidates
    from egovlib.extract.quantities import find_quantities

    for document in documents:
        rows = _records(find_quantities(document))
        found = [
            _Unit(document, row["sentence"], row["start"], row["end"], "found", _quantity(row))
            for row in rows
        ]
        spans = ((one.start, one.end) for one in find_candidates(document.text) if one.reading is None)
        yield from _with_rest(document, found, spans, "is_quantity")


def _quantity(row: Mapping[str, Any]) -> dict[str, str | None]:
    """A row as a coder would write it."""
    answers = {
        name: _written(row[name])
        for name in ("value", "value_high", "approx", "role", "status", "tier", "topic")
    }
    return answers | {
        "is_quantity": "yes", "unit_of_measure": row["unit"] or NONE, "period": row["period"] or NONE,
    }  # fmt: skip


def _written(value: Any) -> str | None:
    return None if value is None else plain(value) if isinstance(value, float) else str(value)


def plain(number: float) -> str:
    """A number as a person writes it, without exponent.

    >>> plain(2.97e12), plain(99.6)
    ('2970000000000', '99.6')
    """
    return np.format_float_positional(number, trim="-")


def _of_systems(documents: Sequence[Document], scheme: str | Path) -> Iterator[_Unit]:
    """Every mention found, every other word that systems are named by (平台, 系统 …), and the sentences without any."""
    from egovlib.extract.system_catalogue import read_words
    from egovlib.extract.systems import find_systems

    named = re.compile(f"[一-鿿]{{0,4}}(?:{read_words().pattern('head')})")
    for document in documents:
        found = [
            _Unit(
                document, row["sentence"], row["start"], row["end"], "found",
                {"is_system": "yes", "category": row["category"], "status": row["status"]},
            )
            for row in _records(find_systems(document))
        ]  # fmt: skip
        yield from _with_rest(document, found, (m.span() for m in named.finditer(document.text)), "is_system")


def _of_themes(documents: Sequence[Document], scheme: str | Path) -> Iterator[_Unit]:
    """Every sentence, coded or not."""
    from egovlib.extract.themes import code_themes

    for document in documents:
        codes: dict[int, list[str]] = {}
        for row in _records(code_themes(document, scheme)):
            codes.setdefault(row["sentence"], []).append(row["code"])
        for s in document.sentences:
            stratum = "found" if s.sentence in codes else "bare"
            if stratum == "bare" and len(s.text) < SHORTEST:
                continue
            answer = {"code": "|".join(codes.get(s.sentence, [NONE]))}
            yield _Unit(document, s.sentence, s.start, s.end, stratum, answer)


_POPULATIONS = {"quantities": _of_quantities, "systems": _of_systems, "themes": _of_themes}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _with_rest(
    document: Document, found: Sequence[_Unit], candidates: Iterable[tuple[int, int]], question: str
) -> Iterator[_Unit]:
    """The units found, the candidates (spans of the repaired text) that were not, and the sentences left over."""
    yield from found
    taken = np.zeros(len(document.raw) + 1, dtype=bool)
    for unit in found:
        taken[unit.start : unit.end] = True
    said = {question: "no"}
    marked = {unit.sentence for unit in found}
    sentences = document.text_sentences
    at = 0
    for first, last in candidates:
        while at < len(sentences) and sentences[at][1] <= first:
            at += 1
        if at == len(sentences) or first < sentences[at][0] or last > sentences[at][1]:
            continue  # a list number before a heading, a line between two sentences
        start, end = document.aligned.span(first, last)
        if not taken[start:end].any():
            marked.add(at + 1)
            yield _Unit(document, at + 1, start, end, "refused", said)
    for s in document.sentences:
        if s.sentence not in marked and len(s.text) >= SHORTEST:
            yield _Unit(document, s.sentence, s.start, s.end, "bare", said)
