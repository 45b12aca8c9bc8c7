"""Systems: which networks, databases, portals, services and applications a text names.

Two parts find mentions: the catalogue (systems.csv), and head nouns with a modifier that says which system it is
(system_words.csv); where both speak, the longer wording counts. The canonical name of an uncatalogued system is
its own, without place, level and quotation marks. Status and owner are read in system_status.py.

>>> found = find_systems("建成全省统一的电子政务外网，市财政局开发了票据管理系统。")
>>> found[["surface", "system", "category"]].values.tolist()
[['全省统一的电子政务外网', '政务外网', 'network'], ['票据管理系统', '票据管理系统', 'business_application']]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from egovlib import frames
from egovlib.documents import documents_of
from egovlib.extract.corrected import correct
from egovlib.extract.system_catalogue import CATEGORIES
from egovlib.extract.system_forms import Mention
from egovlib.extract.system_mentions import find_mentions
from egovlib.extract.system_status import StatusReader

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document
    from egovlib.text.sections import Section


def find_systems(source: Corpus | Document | str) -> pd.DataFrame:
    """Find every mention of an e-government system in `source`, a Corpus, a Document or a str.

    Returns the `systems` table (see `egovlib.frames`): `system` is the canonical name, `status` operational,
    under_construction, planned or unclear, `owner` the agency that the text names as builder or keeper.
    """
    documents = documents_of(source)
    rows = (row for document in documents for row in _rows(document))
    return correct("systems", frames.build("systems", rows), documents, codes=CATEGORIES)


def _rows(document: Document) -> Iterator[tuple[Any, ...]]:
    reader = StatusReader(document)
    for mention, (number, start, end, section) in _in_sentences(document):
        left, right = document.aligned.span(mention.start, mention.end)
        status, owner = reader.read(mention, start, end, section)
        yield (
            document.doc, left, right, document.raw[left:right], mention.system, mention.category,
            status, owner, section.section, number,
        )  # fmt: skip


def _in_sentences(document: Document) -> Iterator[tuple[Mention, tuple[int, int, int, Section]]]:
    """The mentions with the sentence that holds them; names of headings and titles do not count."""
    sentences = document.text_sentences
    at = 0
    for mention in find_mentions(document.text):
        while at < len(sentences) and sentences[at][1] <= mention.start:
            at += 1
        if at == len(sentences):
            return
        start, end, section = sentences[at]
        end = max(end, mention.end)  # a page may have broken the name
        if mention.start < start or _is_title(document.text[start:end], mention, start):
            continue
        if not _in_heading(document, mention, section):
            yield mention, (at + 1, start, end, section)


def _in_heading(document: Document, mention: Mention, section: Section) -> bool:
    """Whether a name only stands in a title; a heading that is nothing but the name is a project's own."""
    if not section.heading:
        return mention.end <= len(document.title or "") and document.text.startswith(document.title or " ")
    end = section.start + len(section.heading)
    if mention.start >= end or not document.text.startswith(section.heading, section.start):
        return False
    words = _NUMBER.sub("", section.heading)
    goes_on = not document.text.startswith("\n", end) or end >= section.end - 2
    if goes_on and (len(section.heading) > SENTENCE_LENGTH or end >= section.end - 2):
        return False  # a numbered item that is a sentence
    return words != document.text[mention.start : mention.end] or not _PROJECT.search(words)


def _is_title(sentence: str, mention: Mention, start: int) -> bool:
    """Whether a line without any stop is a title that is more than the name in it."""
    if len(sentence) > TITLE_LENGTH or _STOPS.search(sentence):
        return False
    words = sentence[mention.start - start : mention.end - start]
    return _NUMBER.sub("", sentence).strip() != words or not _PROJECT.search(words)


_PROJECT = re.compile("(?:工程|项目|计划|行动|试点)[”’]?$")
"""A title that is nothing but such a name is a project's own."""
_STOPS = re.compile("[,，。;；!！?？]")
TITLE_LENGTH = 40
"""A line up to this length that has no stop is a title, as in text/sections.py."""
_NUMBER = re.compile(r"^[(（]?[一二三四五六七八九十百\d.]{1,6}[)）]?[、.． ]*")
SENTENCE_LENGTH = 25
"""Longer words behind a number are a sentence, not a heading; chosen by eye on three coded documents."""
