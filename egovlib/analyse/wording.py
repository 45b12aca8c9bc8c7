"""How often which words stand in which documents.

>>> from egovlib.documents import read_text
>>> count_words(read_text("推进政务公开，推进政务服务。")).query("count > 1").word.tolist()
['推进']
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from egovlib.documents import documents_of
from egovlib.text.words import content_words

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document


def count_words(source: Corpus | Document | str) -> pd.DataFrame:
    """Count the content words of each document; one row a document and word.

    Columns doc, word, count. Words have two or more Chinese characters or are Latin; they are cut with the
    frozen tokenizer of text/words.py, so counts can be compared between runs with the same codebook.
    """
    import pandas as pd

    rows = [
        (document.doc, word, count)
        for document in documents_of(source)
        for word, count in sorted(Counter(content_words(document.text)).items())
    ]
    return pd.DataFrame(rows, columns=["doc", "word", "count"]).astype(
        {"doc": "string", "word": "string", "count": "Int64"}
    )
