"""How often which words stand in which documents.

>>> from egovlib.documents import read_text
>>> count_words(read_text("推进政务公开，推进政务服务。")).query("count > 1").word.tolist()
['推进']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from egovlib.analyse.pairing import Units
from egovlib.analyse.shares import Parts
from egovlib.documents import documents_of
from egovlib.text.words import content_words

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from egovlib.documents import Corpus, Document

PARTS = {"doc": "string", "issuer": "string", "unit": "string", "group": "string", "words": "Int64"}


def count_words(source: Corpus | Document | str, *, segmenter: str = "jieba") -> pd.DataFrame:
    """Count the content words of each document; one row a document and word.

    Columns doc, word, count. Words have two or more Chinese characters or are Latin; they are cut with the
    frozen segmenters of text/words.py, so counts can be compared between runs with the same codebook.
    """
    import pandas as pd

    rows = [
        (document.doc, word, count)
        for document in documents_of(source)
        for word, count in sorted(Counter(content_words(document.text, segmenter)).items())
    ]
    return pd.DataFrame(rows, columns=["doc", "word", "count"]).astype(
        {"doc": "string", "word": "string", "count": "Int64"}
    )


def count_parts(placed: pd.DataFrame, occurrences: pd.DataFrame, words: Sequence[str] | None = None) -> Parts:
    """Count the words of each part; the denominator is its content words.

    words: which to count, None for all; a part is a document's sentences in one group.
    """
    import pandas as pd

    part = ["doc", "group"]
    about = placed.drop_duplicates(part)[[*part, "issuer", "unit", "period"]].sort_values(["group", "doc"])
    keys = pd.MultiIndex.from_frame(about[part])
    counted = occurrences if words is None else occurrences[occurrences["word"].isin(words)]
    names = sorted(counted["word"].unique()) if words is None else list(words)
    tally = counted.groupby([*part, "word"]).size().unstack(fill_value=0)
    matrix = tally.reindex(index=keys, columns=names, fill_value=0).to_numpy(dtype=float)
    sizes = occurrences.groupby(part).size().reindex(keys, fill_value=0).to_numpy()
    codes = pd.DataFrame(dict.fromkeys(("code", "name_zh", "name_en"), names), dtype="string")
    return Parts(
        about.assign(denominator=sizes).reset_index(drop=True), matrix.reshape(len(keys), len(names)), codes
    )


def select_words(parts: Parts, min_count: int, min_documents: int) -> NDArray[np.int64]:
    """Choose the words looked at: places in the vocabulary, blind to the groups."""
    by_document = np.zeros((parts.about["doc"].nunique(), parts.counts.shape[1]))
    rows = parts.about["doc"].astype("category").cat.codes.to_numpy()
    np.add.at(by_document, rows, parts.counts)
    often, spread = by_document.sum(axis=0), (by_document > 0).sum(axis=0)
    return np.flatnonzero((often >= min_count) & (spread >= min_documents))


def keep_words(parts: Parts, units: Units, kept: NDArray[np.int64]) -> tuple[Parts, Units]:
    """Keep some words; the denominators stay."""
    codes = parts.codes.iloc[kept].reset_index(drop=True)
    return (
        Parts(parts.about, parts.counts[:, kept], codes),
        Units(
            tuple(codes["code"]),
            units.a[:, kept],
            units.b[:, kept],
            units.names_a,
            units.names_b,
            units.paired,
        ),
    )
