"""AlignedText: the repaired text and, for each of its characters, its place in the raw text.

All rules read `text`; all tables carry places in `raw`. This module is the only one that counts from
one to the other.

>>> aligned = AlignedText.of("信5、息化率达到９５％").edit([(1, 3, "")]).replace("信息化率达到95%")
>>> aligned.text[-3:], aligned.raw[slice(*aligned.span(6, 9))]
('95%', '９５％')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Edit = tuple[int, int, str]
"""Replace text[start:end] by the string: (start, end, replacement)."""


@dataclass(frozen=True, eq=False)
class AlignedText:
    """A raw text, its repaired form, and the way back.

    raw     the text as published (decoded, else untouched)
    text    the text after repairs
    origin  origin[i] is the place in raw of text[i], never decreasing; None while no repair has moved
            anything, so that a clean document costs nothing
    """

    raw: str
    text: str
    origin: NDArray[np.int64] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, raw: str) -> AlignedText:
        """An unrepaired text."""
        return cls(raw, raw)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of raw that text[start:end] came from; what a repair deleted inside it is part of it.

        Raises ValueError for an empty span or one outside the text: nothing can be cited from it.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(
                f"the span {start}:{end} is not inside a text of {len(self.text)} characters; "
                f"give 0 <= start < end <= {len(self.text)}."
            )
        if self.origin is None:
            return start, end
        return self.origin.item(start), self.origin.item(end - 1) + 1

    def text_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the repaired text that came from raw[start:end]; empty where repairs deleted all of it.

        >>> AlignedText.of("信5、息化").edit([(1, 3, "")]).text_span(3, 5)
        (1, 3)
        """
        if self.origin is None:
            return start, end
        first, last = self.origin.searchsorted([start, end])
        return int(first), int(last)

    def replace(self, text: str) -> AlignedText:
        """The same places with other characters: for repairs that keep the length (script, width)."""
        if len(text) != len(self.text):
            raise ValueError(
                f"replacing {len(self.text)} characters by {len(text)} would lose the way back; use edit()."
            )
        return self if text == self.text else AlignedText(self.raw, text, self.origin)

    def edit(self, edits: Iterable[Edit]) -> AlignedText:
        """Apply edits given in order and without overlap, in coordinates of `text`.

        The k-th character of a replacement comes from the k-th character it replaces, or from the last
        one when it is longer; an inserted character comes from the character before it.
        """
        edits = list(edits)
        if not edits:
            return self
        if not self.text:
            raise ValueError("an empty text has no place that an insertion could come from; edit a text.")
        places = np.arange(len(self.text)) if self.origin is None else self.origin
        pieces: list[str] = []
        origins: list[NDArray[np.int64]] = []
        done = 0
        for start, end, new in edits:
            if not done <= start <= end <= len(self.text):
                raise ValueError(
                    f"edit {start}:{end} overlaps one that ends at {done} or leaves the text; sort and merge edits."
                )
            pieces += self.text[done:start], new
            origins.append(places[done:start])
            if new:
                last = end - 1 if end > start else max(start - 1, 0)
                first = min(start, last)
                kept = min(len(new), last - first + 1)
                origins.append(places[first : first + kept])
                if len(new) > kept:
                    origins.append(np.repeat(places[last], len(new) - kept))
            done = end
        pieces.append(self.text[done:])
        origins.append(places[done:])
        return AlignedText(self.raw, "".join(pieces), np.concatenate(origins).astype(np.int64, copy=False))
