"""Wordscores: texts placed on a scale by the words they share with texts whose place is known.

Laver, Benoit & Garry (2003, APSR 97:311). A raw score lies nearer the middle than the reference texts do, because
most words are used by all: compare it with other raw scores only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class Score(NamedTuple):
    """A text's raw score and its standard error; NaN where it shares no word with the reference texts."""

    score: float
    se: float


def score_words(
    counts: ArrayLike, reference_scores: ArrayLike
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Score each word: the reference scores (r,) weighted by how likely each text is, given the word.

    counts: (r texts, k words). Returns (k,), NaN for a word in none of the texts.

    >>> score_words([[2, 0], [1, 1]], [-1, 1]).round(3)
    array([-0.333,  1.   ])
    """
    frequencies = np.asarray(counts, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = frequencies / frequencies.sum(axis=1, keepdims=True)
        likely = rates / rates.sum(axis=0)
    return np.asarray(np.asarray(reference_scores, dtype=float) @ likely)


def score_text(counts: ArrayLike, word_scores: ArrayLike) -> Score:
    """Score one text by its counts (k,) of the words scored; words without a score are left out.

    >>> score_text([1, 1], [-1.0, 1.0])
    Score(score=0.0, se=0.7071067811865476)
    """
    frequencies, scores = np.asarray(counts, dtype=float), np.asarray(word_scores, dtype=float)
    known = ~np.isnan(scores) & (frequencies > 0)
    size = frequencies[known].sum()
    if not size:
        return Score(float("nan"), float("nan"))
    weights = frequencies[known] / size
    mean = float(weights @ scores[known])
    variance = float(weights @ (scores[known] - mean) ** 2)
    return Score(mean, float(np.sqrt(variance / size)))
