"""Sentences laid beside each other: which words of one stand in another, in the same order, and what that is worth.

Letters, digits and Chinese characters of the repaired text are compared; blanks, marks, script and punctuation
say nothing. Sentence pairs that share runs of `RUN` characters (Broder 1997) are aligned (Levenshtein, by
rapidfuzz) and the best local stretch is taken (Smith & Waterman 1981; Smith, Cordell & Mullen 2015 for reuse).
Words that stand in many documents weigh less (Spärck Jones 1972), stock phrases of the codebook nothing.

>>> align("要加快建设统一的政务数据共享平台。", "全市加快建设统一的政务数据共享平台").characters
15
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from egovlib import codebook
from egovlib.codebook.occurrences import TermIndex

if TYPE_CHECKING:
    from egovlib.documents import Document

RUN = 5
"""Characters of the runs that make two sentences candidates. The unit that Chinese stock is
made of is the word pair of four (统筹规划, 加快建设): five is the least that is longer."""
SHARED_RUNS = 5
"""Worth of the runs that a candidate pair shares at least: 9 characters on end, or several shorter stretches. On 140
reports of cities 3 and 5 find the same 497 passages; 5 aligns fewer pairs."""
BLOCK = 3
"""Characters on end that count as standing on both sides; shorter ones agree by chance (信息, 建设, 的)."""
GAP = 0.5
"""What a character that stands on one side only takes away from the score, when it parts two stretches."""
FEW = 3
"""A run that stands in so many documents, or fewer, counts in full."""
JUDGED = 10
"""Documents from which on the number with a run says how common it is; below, only stock phrases are discounted."""

Weights = NDArray[np.float64]


class Passage(NamedTuple):
    """A sentence as it is compared.

    document  place of its document among those compared; section, sentence: its place in that document
    content   its letters, digits and characters, in lower case
    places    where each of them stands in the document's repaired text
    """

    document: int
    section: str
    sentence: int
    content: str
    places: NDArray[np.int64]


@dataclass(frozen=True)
class Alignment:
    """The best stretch of two contents: the blocks (start in a, start in b, length) that stand in both.

    score       weights of the characters in both, less GAP for each that parts them on one side
    characters  characters in both
    weight      sum of their weights: as many characters that are not common wording
    """

    blocks: tuple[tuple[int, int, int], ...]
    score: float
    characters: int
    weight: float

    @property
    def a(self) -> tuple[int, int]:
        """The stretch in the first content."""
        return self.blocks[0][0], self.blocks[-1][0] + self.blocks[-1][2]

    @property
    def b(self) -> tuple[int, int]:
        """The stretch in the second content."""
        return self.blocks[0][1], self.blocks[-1][1] + self.blocks[-1][2]

    @property
    def similarity(self) -> float:
        """Characters in both, as a share of the longer stretch."""
        longest = max(self.a[1] - self.a[0], self.b[1] - self.b[0])
        return self.characters / longest


def content(text: str) -> str:
    """What of a text is compared.

    >>> content("（一）加快 Wi-Fi 建设。")
    '一加快wifi建设'
    """
    return "".join(char for char in text.lower() if char.isalnum())


def passages_of(documents: Sequence[Document]) -> list[Passage]:
    """The sentences of the documents that hold anything to compare."""
    return [passage for place, one in enumerate(documents) for passage in _passages(place, one)]


def _passages(place: int, document: Document) -> Iterator[Passage]:
    text = _DUTY.sub(lambda note: " " * len(note[0]), document.text)
    # lower() may lengthen a character (İ); then the places would no longer fit
    kept = [i for i, char in enumerate(text) if char.isalnum() and len(char.lower()) == 1]
    letters = "".join(text[i].lower() for i in kept)
    places = np.asarray(kept, dtype=np.int64)
    for number, (start, end, section) in enumerate(document.text_sentences, 1):
        first, last = np.searchsorted(places, [start, end])
        if last > first:
            yield Passage(place, section.section, number, letters[first:last], places[first:last])


_DUTY = re.compile(
    r"\((?:责任|牵头|主办|协办|配合)单位[^()]{0,200}\)|\([^()]{2,200}(?:负责|牵头|配合|参与)\)"
)
"""Who is responsible stands in brackets behind tasks; that two tasks have the same offices is no shared wording."""


# Which sentences are worth aligning ------------------------------------------------------------------------


class Runs(NamedTuple):
    """All runs of the passages: the passage and place each begins at, its id, and the documents that have it."""

    passage: NDArray[np.int64]
    start: NDArray[np.int64]
    ids: NDArray[np.int64]
    documents: NDArray[np.int64]


def find_runs(passages: Sequence[Passage]) -> Runs:
    """Number the runs of `RUN` characters within the passages and count the documents of each, (n runs,)."""
    lengths = np.asarray([len(passage.content) for passage in passages], dtype=np.int64)
    owner = np.repeat(np.arange(len(passages)), lengths)
    start = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    letters = np.frombuffer("".join(p.content for p in passages).encode("utf-32-le"), dtype=np.uint32)
    inside = start + RUN <= lengths[owner]
    if not inside.any():
        none = np.empty(0, dtype=np.int64)
        return Runs(none, none, none, none)
    at = np.flatnonzero(inside)
    # 12 and more bits of each of five characters: a product with an odd number, so that nothing is lost early
    hashed = np.zeros(len(at), dtype=np.uint64)
    for step in range(RUN):
        hashed = hashed * np.uint64(0x9E3779B97F4A7C15) + letters[at + step].astype(np.uint64)
    _, ids = np.unique(hashed, return_inverse=True)
    document = np.asarray([passage.document for passage in passages], dtype=np.int64)[owner[at]]
    pairs = np.unique(ids * (document.max() + 1) + document)
    documents = np.bincount(pairs // (document.max() + 1))[ids]
    return Runs(owner[at], start[at], ids, documents)


def find_candidates(
    passages: Sequence[Passage], runs: Runs, worth: Weights, *, least: float = SHARED_RUNS
) -> NDArray[np.int64]:
    """Pairs of passages of different documents that share runs worth `least` or more, (n pairs, 2), in order.

    worth: of each run, from `worth_of` (common wording alone makes no candidate), or 1 for all.
    """
    from scipy import sparse

    kept = (runs.documents >= 2) & (worth > 0)
    _, ids = np.unique(runs.ids[kept], return_inverse=True)
    if not len(ids):
        return np.empty((0, 2), dtype=np.int64)
    place = np.unique(np.column_stack([runs.passage[kept], ids]), axis=0)  # a run repeated counts once
    value = np.zeros(int(ids.max()) + 1, dtype=np.float32)
    value[ids] = worth[kept]
    shape = (len(passages), len(value))
    matrix = sparse.csr_array(
        (np.ones(len(place), dtype=np.float32), (place[:, 0], place[:, 1])), shape=shape
    )
    weighed = matrix.multiply(value[None, :]).tocsr()
    document = np.asarray([passage.document for passage in passages])
    found = []
    for first in range(0, len(passages), _ROWS):  # in slices: the product of a large corpus is large
        shared = (weighed[first : first + _ROWS] @ matrix.T).tocoo()
        a, b = shared.row + first, shared.col
        keep = (shared.data >= least) & (document[a] < document[b])
        found.append(np.column_stack([a[keep], b[keep]]).astype(np.int64))
    pairs = np.concatenate(found)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


_ROWS = 4_000


# What their words are worth --------------------------------------------------------------------------------


def worth_of(runs: Runs, documents: int) -> Weights:
    """What each run is worth, 0 to 1, (n runs,): less the more of the documents have it.

    1 up to `FEW` documents, falling with the logarithm of their number to 0 where all have it (the inverse
    document frequency); below `JUDGED` documents, 1.
    """
    if documents < JUDGED:
        return np.ones(len(runs.ids))
    worth: Weights = np.log(documents / runs.documents) / np.log(documents / FEW)
    return worth.clip(0, 1)


def weigh(passages: Sequence[Passage], runs: Runs, worth: Weights) -> list[Weights]:
    """Weight of each character of each passage: the worth of the run around it; 0 in stock phrases."""
    weights = [np.ones(len(passage.content)) for passage in passages]
    bounds = np.searchsorted(runs.passage, np.arange(len(passages) + 1))
    for number, (passage, weight) in enumerate(zip(passages, weights, strict=True)):
        own = worth[bounds[number] : bounds[number + 1]]
        if len(own):
            before = RUN // 2
            weight[:] = np.pad(own, (before, len(weight) - len(own) - before), mode="edge")
        _drop_stock(passage.content, weight)
    return weights


def _drop_stock(content: str, weights: Weights) -> None:
    for hit in stock_phrases().hits(content):
        weights[hit.start : hit.end] = 0


@cache
def stock_phrases() -> TermIndex:
    """The phrases of plans and reports that say nothing of where a text comes from (stock_phrases.csv)."""
    return TermIndex(content(row["phrase"]) for row in codebook.rows("stock_phrases"))


# Alignment -------------------------------------------------------------------------------------------------


def align(a: str, b: str, weights: Weights | None = None) -> Alignment | None:
    """Align two texts and return their best common stretch; None when nothing of `BLOCK` characters stands in both.

    weights: of the characters of content(a), (len(content(a)),); all 1 by default, stock phrases 0.
    """
    a, b = content(a), content(b)
    if weights is None:
        weights = np.ones(len(a))
        _drop_stock(a, weights)
    return align_contents(a, b, weights)


def align_contents(a: str, b: str, weights: Weights) -> Alignment | None:
    """Align two contents, as `align`."""
    from rapidfuzz.distance import Levenshtein

    blocks = [
        (block.a, block.b, block.size)
        for block in Levenshtein.opcodes(a, b).as_matching_blocks()
        if block.size >= BLOCK
    ]
    if not blocks:
        return None
    worth = [float(weights[start : start + size].sum()) for start, _, size in blocks]
    first, last, score = _best_stretch(blocks, worth)
    chosen = blocks[first : last + 1]
    return Alignment(
        tuple(chosen), score, sum(size for _, _, size in chosen), float(sum(worth[first : last + 1]))
    )


def _best_stretch(blocks: Sequence[tuple[int, int, int]], worth: Sequence[float]) -> tuple[int, int, float]:
    """The run of blocks with the highest score (Kadane's scan): first block, last block, score."""
    best, first, current = (0, 0, worth[0]), 0, worth[0]
    for place in range(1, len(blocks)):
        (a, b, size), (next_a, next_b, _) = blocks[place - 1], blocks[place]
        gap = GAP * max(next_a - a - size, next_b - b - size)
        if current - gap > 0:
            current += worth[place] - gap
        else:
            first, current = place, worth[place]
        if current > best[2]:
            best = (first, place, current)
    return best
