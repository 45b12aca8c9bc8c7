"""Words where they stand: every occurrence, and the lines of a concordance (key word in context).

Words are found in the repaired text, sentence by sentence; places lead back into the raw text, so that
`raw[start:end] == surface` holds for every line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from egovlib.documents import documents_of
from egovlib.text.words import find_words

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

CONCORDANCE = {
    "group": "string", "doc": "string", "section": "string", "sentence": "Int64", "start": "Int64",
    "end": "Int64", "surface": "string", "left": "string", "word": "string", "right": "string",
    "position": "Float64",
}  # fmt: skip
"""Columns of a concordance and their types; left and right are repaired text, position is 0 to 1."""

WIDTH = 20
"""Characters of context on either side: what fits a line of a report beside the link."""


def find_occurrences(
    placed: pd.DataFrame, segmenter: str = "jieba", *, joined: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Find the content words of sentences; one row an occurrence.

    placed: rows with group, doc, section, sentence, text (see `grouping.place_in_periods`). Columns group, doc,
    section, sentence, word, offset: the word's place in the sentence's text. joined: words to be made of
    neighbouring pieces where the segmenter cuts them up.
    """
    import pandas as pd

    sentences = zip(*(placed[name] for name in ("group", "doc", "section", "sentence", "text")), strict=True)
    rows = [
        (group, doc, section, sentence, found.word, found.start)
        for group, doc, section, sentence, text in sentences
        for found in find_words(text, segmenter, joined)
    ]
    columns = ["group", "doc", "section", "sentence", "word", "offset"]
    return pd.DataFrame(rows, columns=columns, dtype=object).astype({"sentence": "int64", "offset": "int64"})


def cite_occurrences(
    source: Corpus | Document, occurrences: pd.DataFrame, *, width: int = WIDTH
) -> pd.DataFrame:
    """Put occurrences into their context: columns `CONCORDANCE`, in the order given.

    source: where they were found. width: characters of context on either side, within the paragraph.
    """
    if width < 0:
        raise ValueError(f"width {width!r} is not allowed; give the characters of context, 0 or more.")
    documents = {document.doc: document for document in documents_of(source)}
    rows: Iterable[Any] = occurrences.itertuples(index=False)
    return _frame(
        (row.group, *_cite(documents[row.doc], row.section, row.sentence, row.offset, row.word, width))
        for row in rows
    )


def find_concordance(
    source: Corpus | Document | str, term: str, *, width: int = WIDTH, whole: bool = False
) -> pd.DataFrame:
    """Show every place where `term` stands, with `width` characters on either side (key word in context).

    source: a Corpus, a Document or a str. whole: only where the segmenter finds it as a word of its own (数据 in
    大数据 is none). Columns `CONCORDANCE`; start and end are places in the raw text. ValueError for an empty term.

    >>> find_concordance("推进政务公开，深化政务服务。", "政务", width=4)[["left", "word", "right"]].values.tolist()
    [['推进', '政务', '公开,深'], ['开,深化', '政务', '服务。']]
    """
    if not term.strip():
        raise ValueError(f"term {term!r} is empty; give the word to look for.")
    rows = [
        (document, sentence.section, sentence.sentence, offset)
        for document in documents_of(source)
        for sentence in document.sentences
        if term in sentence.text
        for offset in _places(sentence.text, term, whole)
    ]
    return _frame((None, *_cite(*row, term, width)) for row in rows)


def _places(text: str, term: str, whole: bool) -> list[int]:
    if whole:
        return [found.start for found in find_words(text) if found.word == term]
    return [place for place in range(len(text)) if text.startswith(term, place)]


def _cite(
    document: Document, section: str, sentence: int, offset: int, word: str, width: int
) -> tuple[Any, ...]:
    """Return the line of one occurrence, after its group."""
    place = document.text_sentences[sentence - 1][0] + offset
    after = place + len(word)
    start, end = document.aligned.span(place, after)
    left = document.text[max(0, place - width) : place].rpartition("\n")[2]
    right = document.text[after : after + width].partition("\n")[0]
    position = start / len(document.raw)
    return document.doc, section, sentence, start, end, document.raw[start:end], left, word, right, position


def _frame(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(CONCORDANCE), dtype=object).astype(CONCORDANCE)
