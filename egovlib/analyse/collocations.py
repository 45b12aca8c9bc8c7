"""Words that go together: association measures of a 2x2 table, and pairs of neighbours in a token list.

`o11` counts both together, `o12` the first without the second, `o21` the second without the first, `o22` neither;
all broadcast. Undefined is NaN, without warning.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from egovlib.analyse.statistics.permutation import Array
from egovlib.documents import documents_of
from egovlib.text.words import is_content, words

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

COLLOCATIONS = {
    "first_word": "string", "second_word": "string", "count": "Int64", "documents": "Int64",
    "count_first": "Int64", "count_second": "Int64", "lambda": "Float64", "z": "Float64",
    "log_dice": "Float64", "pmi": "Float64", "delta_p": "Float64",
}  # fmt: skip
"""Columns of `find_collocations` and their types."""


def find_collocations(
    source: Corpus | Document | str,
    word: str | None = None,
    *,
    min_count: int = 5,
    min_documents: int = 2,
    segmenter: str = "jieba",
) -> pd.DataFrame:
    """Find pairs of content words that stand side by side more often than their own counts explain.

    word: only pairs with this word. min_count, min_documents: rarer pairs are left out. A row a pair, by z
    falling: columns `COLLOCATIONS`; count_first and count_second are the pairs that begin and end so. The numbers
    rank and describe: neighbours in formulaic prose are not independent. The places of a pair are
    `find_concordance(source, first_word + second_word)`.

    >>> found = find_collocations("推进税务改革。加快税务改革。深化税务改革。", min_count=3, min_documents=1)
    >>> found[["first_word", "second_word", "count"]].values.tolist()
    [['税务', '改革', 3]]
    """
    import pandas as pd

    runs = [(document.doc, run) for document in documents_of(source) for run in _runs(document, segmenter)]
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for doc, run in runs:
        for pair in pairwise(run):
            owners[pair].add(doc)
    tables = {
        pair: cells
        for pair, cells in neighbour_tables(run for _, run in runs).items()
        if cells[0] >= min_count
        and len(owners[pair]) >= min_documents
        and all(map(is_content, pair))
        and (word is None or word in pair)
    }
    cells = np.array(list(tables.values()), dtype=float).reshape(-1, 4)
    value, z = collocation_lambda(*cells.T)
    measures = association(*cells.T)
    frame = pd.DataFrame(list(tables), columns=["first_word", "second_word"]).assign(
        count=cells[:, 0],
        documents=[len(owners[pair]) for pair in tables],
        count_first=cells[:, 0] + cells[:, 1],
        count_second=cells[:, 0] + cells[:, 2],
        **{"lambda": value, "z": z},
        **{name: measures[name] for name in ("log_dice", "pmi", "delta_p")},
    )
    frame = frame[list(COLLOCATIONS)].astype(COLLOCATIONS)
    return frame.sort_values(
        ["z", "first_word", "second_word"], ascending=[False, True, True], ignore_index=True
    )


def _runs(document: Document, segmenter: str) -> Iterator[list[str]]:
    """Split each sentence's pieces at punctuation: words on its two sides are no neighbours."""
    for sentence in document.sentences:
        for letters, run in groupby(
            words(sentence.text, segmenter), key=lambda piece: bool(_LETTERS.match(piece))
        ):
            if letters:
                yield list(run)


_LETTERS = re.compile(r"[一-鿿\w]")


def pmi(o11: ArrayLike, r1: ArrayLike, c1: ArrayLike, n: ArrayLike, *, base: float = math.e) -> Array:
    """Pointwise mutual information: log of o11 over what the margins `r1`, `c1` of `n` make one expect.

    Church & Hanks (1990, Comput. Linguist. 16:22), who take base 2; -inf where o11 is 0.

    >>> float(pmi(8, 1105, 44, 15_000_000, base=2).round(1))
    11.3
    """
    both, row, column, total = (np.asarray(x, dtype=float) for x in (o11, r1, c1, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(both * total / (row * column)) / np.log(base))


def association(o11: ArrayLike, o12: ArrayLike, o21: ArrayLike, o22: ArrayLike) -> dict[str, Array]:
    """Compute association measures of a pair from its table of counts.

    pmi (bits), npmi (Bouma 2009; -1 where o11 is 0), mu = o11 / e11 (Evert 2005), t_collocation = (o11 - e11) /
    sqrt(o11) (Manning & Schütze 1999), dice (Smadja et al. 1996), log_dice = 14 + log2 dice (Rychlý 2008),
    min_sensitivity (Pedersen & Bruce 1996), delta_p = p(2|1) - p(2|not 1) and delta_p_backward (Gries 2013),
    phi2 (Church & Gale 1991), mi_bits, the mutual information of the whole table (Dunning 1998).

    >>> found = association(8, 15820, 4667, 14287173)
    >>> float(found["t_collocation"].round(4)), float(found["pmi"].round(2))
    (0.9999, 0.63)
    """
    a, b, c, d = (np.asarray(x, dtype=float) for x in (o11, o12, o21, o22))
    row, column, n = a + b, a + c, a + b + c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = row * column / n
        bits = pmi(a, row, column, n, base=2)
        dice = 2 * a / (row + column)
        values = {
            "pmi": bits,
            "npmi": np.where(a == 0, -1.0, bits / -np.log2(a / n)),
            "mu": a / expected,
            "t_collocation": (a - expected) / np.sqrt(a),
            "dice": dice,
            "log_dice": 14 + np.log2(dice),
            "min_sensitivity": np.minimum(a / row, a / column),
            "delta_p": a / row - c / (c + d),
            "delta_p_backward": a / column - b / (b + d),
            "phi2": (a * d - b * c) ** 2 / (row * (c + d) * column * (b + d)),
            "mi_bits": _mutual_information(a, b, c, d),
        }
    return {name: np.asarray(value) for name, value in values.items()}


def _mutual_information(a: Array, b: Array, c: Array, d: Array) -> Array:
    from scipy.special import xlogy

    n = a + b + c + d
    margins = (((a + b), (a + c)), ((a + b), (b + d)), ((c + d), (a + c)), ((c + d), (b + d)))
    cells = zip((a, b, c, d), margins, strict=True)
    return np.asarray(sum(xlogy(o, o * n / (row * column)) for o, (row, column) in cells) / n / np.log(2))


def collocation_lambda(
    o11: ArrayLike, o12: ArrayLike, o21: ArrayLike, o22: ArrayLike, *, smoothing: float = 0.5
) -> tuple[Array, Array]:
    """lambda, the log odds ratio of a pair with `smoothing` added to every count, and its Wald z.

    Blaheta & Johnson (2001); quanteda's textstat_collocations for pairs. z treats words as independent: it ranks.

    >>> [float(x.round(4)) for x in collocation_lambda(2, 0, 0, 7)]
    [4.3175, 2.0278]
    """
    cells = [np.asarray(x, dtype=float) + smoothing for x in (o11, o12, o21, o22)]
    value = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    return np.asarray(value), np.asarray(value / np.sqrt(sum(1 / cell for cell in cells)))


def neighbour_tables(documents: Iterable[Sequence[str]]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """Count the 2x2 table (o11, o12, o21, o22) of every pair of neighbours, over the runs of words given.

    A pair never crosses from one run (a sentence, a document) into the next.

    >>> neighbour_tables(["a b c a b d e b d a b".split()])["a", "b"]
    (3, 0, 1, 6)
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for run in documents:
        pairs.update(pairwise(run))
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    n = pairs.total()
    return {
        pair: (
            count,
            first[pair[0]] - count,
            second[pair[1]] - count,
            n - first[pair[0]] - second[pair[1]] + count,
        )
        for pair, count in pairs.items()
    }
