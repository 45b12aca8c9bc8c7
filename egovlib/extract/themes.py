"""Sentences coded by a scheme: which priorities a text stresses.

A scheme is a csv file a researcher can edit (columns: `COLUMNS`): one row a code, a parent for the finer
codes, and terms in the language of `egovlib.codebook.terms`. The dictionary is one coder among others: its
rows say `coder` "dictionary" and carry the terms found as evidence.

>>> code_themes("建成政务外网。全年未作安排。").code.tolist()
['egov_network']
>>> read_scheme("priorities").topic("broadband")
'infrastructure'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib import codebook, frames
from egovlib.codebook import terms
from egovlib.documents import documents_of

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

COLUMNS = ("code", "parent", "name_zh", "name_en", "includes", "excludes", "examples", "source", "version")
CODER = "dictionary"


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


@dataclass(frozen=True)
class Scheme:
    """A coding scheme: its name and its codes in the order of the file."""

    name: str
    codes: tuple[Code, ...]

    @cached_property
    def rules(self) -> terms.RuleSet:
        """The terms of all codes, ready to be matched."""
        return terms.RuleSet([code.rule for code in self.codes])

    @cached_property
    def parents(self) -> dict[str, str]:
        """Each code's parent; "" for a top code."""
        return {code.code: code.parent for code in self.codes}

    def topic(self, code: str) -> str:
        """Return the top code above `code` (itself when it is a top code); KeyError for an unknown code."""
        return self.parents[code] or code


def code_themes(source: Corpus | Document | str, scheme: str | Path = "priorities") -> pd.DataFrame:
    """Code every sentence of `source` by `scheme`; one row a sentence and code that it has.

    `source` is a Corpus, a Document or a str; `scheme` a packaged scheme's name or the path of a csv file.
    A sentence may have several codes or none. Returns the `codings` table (see `egovlib.frames`); `start`,
    `end` are the sentence's place in the raw text. A scheme that breaks its contract raises ValueError.
    """
    known = read_scheme(scheme)
    rows = (row for document in documents_of(source) for row in _rows(document, known))
    return frames.build("codings", rows)


def _rows(document: Document, scheme: Scheme) -> Iterator[tuple[Any, ...]]:
    for sentence in document.sentences:
        for match in scheme.rules.match(sentence.text):
            yield (
                document.doc, sentence.section, sentence.sentence, sentence.start, sentence.end,
                scheme.name, match.code, CODER, match.evidence,
            )  # fmt: skip


def read_scheme(name_or_path: str | Path) -> Scheme:
    """Read a scheme and check it.

    Raises ValueError, naming file, row, column, value, what is allowed and the mend, for: an unknown or
    missing column, a duplicate code, a code called NA, an unknown parent, a term in two codes, a term that
    can never count, terms of a code that has finer codes, a finer code without terms.

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
    rows = terms.read_table(path, COLUMNS, "code")
    codes = tuple(
        Code(
            row["code"], row["parent"], row["name_zh"], row["name_en"],
            terms.TermRule.parse(row["code"], row["includes"], row["excludes"]),
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
        if bool(code.rule.includes) == (code.code in parents):
            terms.refuse(
                terms.Place(file, number, "includes"), "|".join(map("&".join, code.rule.includes)),
                "terms belong to the finest codes and to each of them",
                "move the terms to a finer code, or give this code terms",
            )  # fmt: skip


@cache
def topic_terms(scheme: str = "priorities") -> dict[str, str]:
    """Return the single terms of a packaged scheme with the top code of each: a small topic lexicon.

    Terms are in lower case where they hold ASCII letters. Alternatives joined by & are left out.

    >>> topic_terms()["政务外网"]
    'infrastructure'
    """
    known = read_scheme(scheme)
    return {
        alternative[0]: known.topic(code.code)
        for code in known.codes
        for alternative in code.rule.includes
        if len(alternative) == 1
    }
