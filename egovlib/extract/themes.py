"""Sentences coded by a scheme: which priorities a text stresses, which policy instruments it uses.

A scheme is a csv file a researcher can edit (columns: `COLUMNS`, and `OPTIONAL` ones): one row a code, a
parent for the finer codes, and terms in the language of `egovlib.codebook.terms`. The dictionary is one coder
among others: its rows say `coder` "dictionary" and carry the terms found as evidence. Packaged are

    priorities   six topics with finer codes: what plans and reports of e-government stress
    instruments  supply, environment and demand side (Rothwell & Zegveld 1985) with their instruments
    official     the frame 一站两网四库十二金

>>> code_themes("建成政务外网。全年未作安排。").code.tolist()
['egov_network']
>>> read_scheme("priorities").topic("broadband")
'infrastructure'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib import codebook, frames
from egovlib.codebook import terms
from egovlib.documents import documents_of
from egovlib.extract.corrected import correct

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

COLUMNS = ("code", "parent", "name_zh", "name_en", "includes", "excludes", "examples", "source", "version")
OPTIONAL = ("negated",)
NEGATED = ("counts", "drops")
"""What a mention that is denied or called wanting is worth (没有建立机房, 机房不足): it counts, as one of the
priority does (the default); or it drops out, as an instrument that a government does not use."""
CODER = "dictionary"
HEADING = "heading"
"""The `coder` of a code that a sentence has only from the headings it stands under."""

EVIDENCE = {
    "doc": "string", "section": "string", "sentence": "Int64", "start": "Int64", "end": "Int64",
    "surface": "string", "scheme": "string", "code": "string",
}  # fmt: skip
"""Columns of the table of evidence and their types; the names are frozen."""


@dataclass(frozen=True)
class Code:
    """One row of a scheme; `parent` is "" for a top code."""

    code: str
    parent: str
    name_zh: str
    name_en: str
    rule: terms.TermRule
    examples: str
    source: str
    version: str


class Scheme:
    """A coding scheme.

    name     as it was asked for
    codes    in the order of the file
    rules    the terms of all codes, ready to be matched
    parents  each code's parent; "" for a top code
    """

    def __init__(self, name: str, codes: tuple[Code, ...]) -> None:
        self.name, self.codes = name, codes
        self.rules = terms.RuleSet([code.rule for code in codes])
        self.parents = {code.code: code.parent for code in codes}

    def topic(self, code: str) -> str:
        """Return the top code above `code` (itself when it is a top code); KeyError for an unknown code."""
        return self.parents[code] or code


def code_themes(
    source: Corpus | Document | str, scheme: str | Path = "priorities", *, inherit: bool = False
) -> pd.DataFrame:
    r"""Code every sentence of `source` by `scheme`; one row a sentence and code that it has.

    `source` is a Corpus, a Document or a str; `scheme` a packaged scheme's name or the path of a csv file.
    A sentence may have several codes or none. With `inherit`, a sentence also has the codes of the headings
    it stands under: these rows have the coder "heading" and the heading's terms as evidence. Returns the
    `codings` table (see `egovlib.frames`); `start`, `end` are the sentence's place in the raw text. A code
    that a corrections.csv adds has the person as its coder. A scheme that breaks its contract raises ValueError.

    >>> text = "一、门户网站\n栏目增加到六十个。"
    >>> code_themes(text, inherit=True)[["sentence", "code", "coder"]].values.tolist()
    [[1, 'websites', 'dictionary'], [2, 'websites', 'heading']]
    """
    known = read_scheme(scheme)
    documents = documents_of(source)
    rows = (row for document in documents for row in _rows(document, known, inherit))
    codings = frames.build("codings", rows)
    return correct("codings", codings, documents, scheme=known.name, codes=known.parents)


def _rows(document: Document, scheme: Scheme, inherit: bool) -> Iterator[tuple[Any, ...]]:
    headings = _heading_matches(document, scheme) if inherit else {}
    for sentence, own in zip(document.sentences, _matches(document, scheme), strict=True):
        if not own and sentence.section not in headings:
            continue
        place = (document.doc, sentence.section, sentence.sentence, sentence.start, sentence.end)
        for match in own:
            yield (*place, scheme.name, match.code, CODER, match.evidence)
        if sentence.section in headings:
            named = {match.code for match in own}
            for match in headings[sentence.section]:
                if match.code not in named:
                    yield (*place, scheme.name, match.code, HEADING, match.evidence)


def _matches(document: Document, scheme: Scheme) -> Iterator[tuple[terms.Match, ...]]:
    """What each sentence says; one search through the document is twice as fast as one a sentence."""
    return scheme.rules.match_each(document.text, [(start, end) for start, end, _ in document.text_sentences])


def _heading_matches(document: Document, scheme: Scheme) -> Mapping[str, list[terms.Match]]:
    """What the headings over each section's sentences say: its own and those of the sections it is part of."""
    own = {one.section: scheme.rules.match(one.heading) for one in document.sections if one.heading}
    inherited: dict[str, list[terms.Match]] = {}
    for section in own:
        steps = section.split(".")
        above = [".".join(steps[:depth]) for depth in range(1, len(steps) + 1)]
        nearest = {match.code: match for one in above for match in own.get(one, ())}
        inherited[section] = list(nearest.values())
    return inherited


def find_evidence(source: Corpus | Document | str, scheme: str | Path = "priorities") -> pd.DataFrame:
    """Find the words that give the sentences of `source` their codes; one row a mention, columns `EVIDENCE`.

    Each row's `surface` is raw[start:end] of its document, as published: a repaired line break inside a
    term is part of it.

    >>> find_evidence("建成政务外网和机房。")[["start", "end", "surface", "code"]].values.tolist()
    [[2, 6, '政务外网', 'egov_network'], [7, 9, '机房', 'data_centre_cloud']]
    """
    import pandas as pd

    known = read_scheme(scheme)
    rows = (row for document in documents_of(source) for row in _mentions(document, known))
    return pd.DataFrame(list(rows), columns=list(EVIDENCE)).astype(EVIDENCE)


def _mentions(document: Document, scheme: Scheme) -> Iterator[tuple[Any, ...]]:
    sentences = zip(document.text_sentences, _matches(document, scheme), strict=True)
    for number, ((start, end, section), own) in enumerate(sentences, 1):
        for match in own:
            for first, last in scheme.rules.spans(document.text[start:end], match):
                place = document.aligned.span(start + first, start + last)
                surface = document.raw[slice(*place)]
                yield document.doc, section.section, number, *place, surface, scheme.name, match.code


def read_scheme(name_or_path: str | Path) -> Scheme:
    """Read a scheme and check it.

    Raises ValueError, naming file, row, column, value, what is allowed and the mend, for: an unknown or
    missing column, a duplicate code, a code called NA, an unknown parent, a term in two codes, a term that
    can never count, a term that looks like a regular expression, a finer code without terms.

    >>> read_scheme("dreams")
    Traceback (most recent call last):
    ...
    ValueError: 'dreams' is neither a packaged codebook file (...priorities...) nor a csv file; give one of \
these names or the path of a csv file.
    """
    path = terms.locate(name_or_path, "schemes", codebook.schemes())
    packaged = name_or_path in codebook.schemes()
    return _packaged(str(name_or_path), path) if packaged else _read(path.stem, path)


@cache
def _packaged(name: str, path: Path) -> Scheme:
    return _read(name, path)


def _read(name: str, path: Path) -> Scheme:
    rows = terms.read_table(path, COLUMNS, "code", optional=OPTIONAL)
    for number, row in enumerate(rows, start=2):
        if (negated := row.get("negated")) and negated not in NEGATED:
            terms.refuse(
                terms.Place(path.name, number, "negated"), negated,
                f"empty or one of {', '.join(NEGATED)}", "choose one of these",
            )  # fmt: skip
    codes = tuple(
        Code(
            row["code"], row["parent"], row["name_zh"], row["name_en"],
            terms.TermRule.parse(
                row["code"], row["includes"], row["excludes"], affirmed=row.get("negated") == "drops"
            ),
            row["examples"], row["source"], row["version"],
        )
        for row in rows
    )  # fmt: skip
    _check_tree(path.name, codes)
    terms.check_shared_terms(path.name, enumerate((code.rule for code in codes), start=2))
    return Scheme(name, codes)


def _check_tree(file: str, codes: Sequence[Code]) -> None:
    tops = {code.code for code in codes if not code.parent}
    parents = {code.parent for code in codes}
    for number, code in enumerate(codes, start=2):
        if code.parent and code.parent not in tops:
            terms.refuse(
                terms.Place(file, number, "parent"), code.parent,
                f"empty or a top code: {', '.join(sorted(tops))}", "name a top code or add its row",
            )  # fmt: skip
        if not code.rule.includes and code.code not in parents:
            terms.refuse(
                terms.Place(file, number, "includes"), "", "each of the finest codes has terms",
                "give this code terms or take out its row",
            )  # fmt: skip


@cache
def topic_terms(scheme: str = "priorities") -> dict[str, str]:
    """Return the single terms of a packaged scheme with the top code of each: a small topic lexicon.

    Terms are in lower case where they hold ASCII letters. Alternatives of several terms are left out.

    >>> topic_terms()["政务外网"]
    'infrastructure'
    """
    known = read_scheme(scheme)
    return {
        alternative.terms[0]: known.topic(code.code)
        for code in known.codes
        for alternative in code.rule.includes
        if len(alternative) == 1
    }
