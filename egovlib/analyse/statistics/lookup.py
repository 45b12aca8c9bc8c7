"""Entries of a dictionary counted in a list of words, where one entry may stand inside another.

The codebook's own language (`egovlib.codebook.terms`) searches characters; this is the look-up of word lists as
text analysis packages do it, for dictionaries that come from there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

NestedScope = Literal["none", "key", "dictionary"]


class _Hit(NamedTuple):
    key: str
    start: int
    end: int


def count_entries(
    tokens: Sequence[str],
    dictionary: Mapping[str, Sequence[str]],
    *,
    nested_scope: NestedScope = "dictionary",
) -> dict[str, int]:
    """Count how often each key's entries occur; keys that do not are left out.

    An entry is one word or several with blanks between; `*` stands for any letters, case does not matter.
    nested_scope: "none" counts every entry wherever it occurs. "key" counts a place once for its key, and not at
    all inside a longer entry of that key; "dictionary" not inside a longer entry of any key.

    >>> count_entries("the New York Times in New York".split(), {"city": ["New York"], "paper": ["New York Times"]})
    {'city': 1, 'paper': 1}
    """
    if nested_scope not in ("none", "key", "dictionary"):
        raise ValueError(f"nested_scope {nested_scope!r} is not known; choose none, key or dictionary.")
    hits = [
        _Hit(key, start, start + len(patterns))
        for key, entries in dictionary.items()
        for patterns in ([_pattern(word) for word in entry.split()] for entry in entries)
        for start in range(len(tokens) - len(patterns) + 1)
        if all(pattern.fullmatch(tokens[start + i]) for i, pattern in enumerate(patterns))
    ]
    places = set(hits)
    kept = [hit for hit in places if not any(_hides(other, hit, nested_scope) for other in places)]
    if nested_scope == "none":
        kept = hits
    counted = Counter(hit.key for hit in kept)
    return {key: counted[key] for key in dictionary if counted[key]}


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, word.split("*"))), re.IGNORECASE)


def _hides(longer: _Hit, hit: _Hit, scope: NestedScope) -> bool:
    """Whether `hit` lies inside the longer hit and does not count because of it."""
    inside = longer.start <= hit.start and hit.end <= longer.end and longer[1:] != hit[1:]
    return inside and (scope == "dictionary" or (scope == "key" and longer.key == hit.key))
