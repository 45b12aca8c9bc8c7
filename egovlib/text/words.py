"""Words: the only place that imports jieba.

One private tokenizer, its dictionary built once from jieba's own and the codebook's terms, then frozen.
`jieba.dt` is never touched, nothing is added at run time, and no cache file is written: the same text gives
the same words in every process. jieba is never used to find numbers (it cuts 520万户 into 520 | 万户).

>>> words("建成政务外网和政务云平台")
['建成', '政务外网', '和', '政务云', '平台']
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from egovlib import codebook

if TYPE_CHECKING:
    import jieba

_CONTENT = re.compile(r"[一-鿿]{2,}|[A-Za-z][A-Za-z0-9+]+")


@dataclass(frozen=True)
class Segmentation:
    """The tokenizer and what is known of it.

    broken  codebook terms that do not come out whole all the same
    sha256  of jieba's dictionary and the terms: two results with the same hash were cut alike
    """

    tokenizer: jieba.Tokenizer
    broken: tuple[str, ...]
    sha256: str


def words(text: str) -> list[str]:
    """Cut repaired text into words, punctuation and numbers included; without jieba's guessing of new words."""
    return list(segmentation().tokenizer.cut(text, HMM=False))


def content_words(text: str) -> list[str]:
    """Keep the words of two or more Chinese characters, or of Latin letters.

    >>> content_words("2015年底前，推进5G和IPv6建设。")
    ['年底', '推进', 'IPv6', '建设']
    """
    return [word for word in words(text) if _CONTENT.fullmatch(word)]


@cache
def segmentation() -> Segmentation:
    """Build the frozen tokenizer; takes about a second, once a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's sources hold invalid escapes (SyntaxWarning from 3.12 on)
        import jieba

    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        dictionary = file.read()
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    terms = sorted(codebook_terms())
    for term in terms:
        _add(tokenizer, term)
    broken = tuple(term for term in terms if list(tokenizer.cut(term, HMM=False)) != [term])
    digest = hashlib.sha256(dictionary + "\n".join(terms).encode())
    return Segmentation(tokenizer, broken, digest.hexdigest())


def _add(tokenizer: jieba.Tokenizer, term: str) -> None:
    """Give a term just the weight it needs to win against its parts (jieba's own suggest_freq, HMM off)."""
    weight = 1.0
    for part in tokenizer.cut(term, HMM=False):
        weight *= tokenizer.FREQ.get(part, 1) / tokenizer.total
    needed = max(int(weight * tokenizer.total) + 1, tokenizer.FREQ.get(term, 1))
    tokenizer.FREQ[term] = needed
    tokenizer.total += needed
    for end in range(1, len(term)):
        tokenizer.FREQ.setdefault(term[:end], 0)


def codebook_terms() -> set[str]:
    """Collect the terms of every packaged scheme that jieba can cut: Chinese characters only."""
    cells: Iterable[str] = (
        row["includes"] for name in codebook.schemes() for row in codebook.rows(f"schemes/{name}")
    )
    terms = {term.strip() for cell in cells for term in re.split(r"[|&]", cell)}
    return {term for term in terms if re.fullmatch(r"[一-鿿]{2,}", term)}
