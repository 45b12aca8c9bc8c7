"""Where the terms of a dictionary occur in a text: all of them at once, overlapping ones too.

>>> [hit.term for hit in TermIndex(["网络", "网络安全", "安全"]).hits("强化网络安全")]
['网络安全', '网络', '安全']
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")  # never changes the length
_CAPITAL = re.compile("[A-Z]")


class Hit(NamedTuple):
    """One occurrence of a term: `text[start:end]` is the term."""

    term: str
    start: int
    end: int


def lower(text: str) -> str:
    """Return `text` with its ASCII letters in lower case; the length stays."""
    return text.translate(_LOWER) if _CAPITAL.search(text) else text


class TermIndex:
    """Finds all occurrences of many terms in time linear in the text's length (Aho and Corasick 1975).

    Case of ASCII letters does not matter; a term that begins or ends with a letter or digit must not run on
    (5G is not found in 15GB).
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = sorted(set(terms))
        self._automaton = AhoCorasick(self._terms)
        self._latin = {term for term in self._terms if _is_latin(term[0]) or _is_latin(term[-1])}

    def hits(self, text: str) -> list[Hit]:
        """Return the occurrences by start, the longer first."""
        text = lower(text)
        terms = self._terms
        found = [
            Hit(terms[number], start, end)
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
        ]
        if not self._latin.isdisjoint(hit.term for hit in found):
            found = [hit for hit in found if hit.term not in self._latin or not _runs_on(text, hit)]
        if len(found) > 1:
            found.sort(key=lambda hit: (hit[1], -hit[2]))
        return found


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _runs_on(text: str, hit: Hit) -> bool:
    """Whether a Latin word or a number goes on over one of the two edges."""
    edges = text[max(hit.start - 1, 0) : hit.start + 1], text[hit.end - 1 : hit.end + 1]
    return any(len(edge) == 2 and edge.isascii() and edge.isalnum() for edge in edges)
