"""Where the terms of a dictionary occur in a text: all of them at once, overlapping ones too.

>>> [hit.term for hit in TermIndex(["网络", "网络安全", "安全"]).hits("强化网络安全")]
['网络安全', '网络', '安全']
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

_CAPITALS = re.compile("[A-Z]+")


class Hit(NamedTuple):
    """One occurrence of a term: `text[start:end]` is the term."""

    term: str
    start: int
    end: int


def lower(text: str) -> str:
    """Return `text` with its ASCII letters in lower case; the length stays."""
    return _CAPITALS.sub(_lowered, text)


def _lowered(capitals: re.Match[str]) -> str:
    return capitals[0].lower()


class TermIndex:
    """Finds all occurrences of many terms in time linear in the text's length (Aho and Corasick 1975).

    Case of ASCII letters does not matter; a term that begins or ends with a letter or digit must not run on
    (5G is not found in 15GB).
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = sorted(set(terms))
        self._automaton = AhoCorasick(self._terms)
        self._latin = frozenset(
            number for number, term in enumerate(self._terms) if _is_latin(term[0]) or _is_latin(term[-1])
        )

    def terms(self, text: str) -> set[str]:
        """Return the terms of `text`, and Latin ones that run on: a first look, which is fast."""
        found = self._automaton.find_matches_as_indexes(lower(text), overlapping=True)
        return {self._terms[number] for number, _, _ in found}

    def hits(self, text: str) -> list[Hit]:
        """Return the occurrences by start, the longer first."""
        text = lower(text)
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if len(found) > 1:  # they come by their ends; turned round and put in order, the longer stand first
            found.reverse()
            found.sort(key=itemgetter(1))
        terms, latin = self._terms, self._latin
        return [
            Hit(terms[number], start, end)
            for number, start, end in found
            if number not in latin or not _runs_on(text, start, end)
        ]


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _runs_on(text: str, start: int, end: int) -> bool:
    """Whether a Latin word or a number goes on over one of the two edges."""
    edges = text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1]
    return any(len(edge) == 2 and edge.isascii() and edge.isalnum() for edge in edges)
