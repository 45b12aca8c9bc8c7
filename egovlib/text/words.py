"""Words: the only place that imports a segmenter.

jieba cuts, by one private tokenizer whose dictionary is built once from jieba's own and the codebook's terms,
then frozen. `jieba.dt` is never touched, nothing is added at run time, and no cache file is written: the same
text gives the same words in every process. A second segmenter with a dictionary of its own, ICU's (the extra
`wording`), shows what depends on jieba; the codebook's terms are joined in its pieces too. For large corpora there
is rjieba (the extra `fast`): jieba's dictionary and method in Rust, many times faster, nearly the same words. None
is ever used to find numbers (jieba cuts 520万户 into 520 | 万户).

>>> words("建成政务外网，推进政务公开")
['建成', '政务外网', '，', '推进', '政务公开']
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from egovlib import codebook
from egovlib.codebook.terms import alternatives
from egovlib.extract.periods import PLAN_NAMES

if TYPE_CHECKING:
    import jieba

SEGMENTERS = ("jieba", "icu", "rjieba")

_CONTENT = re.compile(r"[一-鿿]{2,}|[A-Za-z][A-Za-z0-9+]+")
_TERM = re.compile(r"[一-鿿]{2,}")


class Word(NamedTuple):
    """A word of a text: `text[start:end] == word`."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Segmentation:
    """A segmenter and what is known of it.

    name    "jieba", "icu" or "rjieba"
    cut     cuts a text into pieces that together are the text
    broken  codebook terms that do not come out whole all the same
    sha256  of the dictionary (of ICU and rjieba: the version) and the terms: two results with one hash were cut alike
    """

    name: str
    cut: Callable[[str], list[str]] = field(repr=False)
    broken: tuple[str, ...]
    sha256: str


def words(text: str, segmenter: str = "jieba") -> list[str]:
    """Cut repaired text into words, punctuation and numbers included; without guessing of new words."""
    return segmentation(segmenter).cut(text)


def content_words(text: str, segmenter: str = "jieba") -> list[str]:
    """Keep the words of two or more Chinese characters, or of Latin letters.

    >>> content_words("2015年，推进5G和IPv6建设。")
    ['推进', 'IPv6', '建设']
    """
    return [found.word for found in find_words(text, segmenter)]


def find_words(text: str, segmenter: str = "jieba", joined: frozenset[str] = frozenset()) -> Iterator[Word]:
    """Find the content words of `text` with their places.

    joined: words to be made of neighbouring pieces where the segmenter cuts them up.

    >>> next(find_words("，推进网上办理"))
    Word(word='推进', start=1, end=3)
    """
    start, pieces = 0, segmentation(segmenter).cut(text)
    for piece in _join(pieces, joined) if joined else pieces:
        end = start + len(piece)
        if is_content(piece):
            yield Word(piece, start, end)
        start = end


def is_content(word: str) -> bool:
    """Whether a word has two or more Chinese characters, or is Latin."""
    return _CONTENT.fullmatch(word) is not None


@cache
def segmentation(name: str = "jieba") -> Segmentation:
    """Build a frozen segmenter, once a process; jieba's takes about a second.

    Raises ValueError for an unknown name, and for "icu" and "rjieba" where their package is not installed.
    """
    makers = dict(zip(SEGMENTERS, (_jieba, _icu, _rjieba), strict=True))
    if name not in makers:
        raise ValueError(f"segmenter {name!r} is not known; choose {' or '.join(SEGMENTERS)}.")
    terms = sorted(codebook_terms())
    cut, dictionary = makers[name](terms)
    broken = tuple(term for term in terms if cut(term) != [term])
    digest = hashlib.sha256(dictionary + "\n".join(terms).encode())
    return Segmentation(name, cut, broken, digest.hexdigest())


def has_segmenter(name: str) -> bool:
    """Whether the package behind a segmenter is installed."""
    try:
        return segmentation(name) is not None
    except ValueError:
        return False


def share_cut_otherwise(text: str, segmenter: str, reference: str = "jieba") -> float:
    """Return the share of the reference's pieces of `text` that `segmenter` cuts in other places.

    >>> share_cut_otherwise("建成政务外网", "jieba")
    0.0
    """
    expected, found = (set(_spans(words(text, name))) for name in (reference, segmenter))
    return len(expected - found) / max(1, len(expected))


def _spans(pieces: list[str]) -> Iterator[tuple[int, int]]:
    return pairwise(accumulate(map(len, pieces), initial=0))


# jieba -----------------------------------------------------------------------------------------------------


class _Frozen(dict[str, int]):
    """Words with their weights, to which jieba can add none; behind a mapping proxy it cuts 6 % slower."""

    def __setitem__(self, word: str, weight: int) -> None:
        raise TypeError(
            f"the dictionary is frozen, so that {word!r} cannot get a weight; add it to the codebook."
        )


def _jieba(terms: Sequence[str]) -> tuple[Callable[[str], list[str]], bytes]:
    """Return jieba's cutter with the terms in its dictionary, and the dictionary's bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's sources hold invalid escapes (SyntaxWarning from 3.12 on)
        import jieba

    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        dictionary = file.read()
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    for term in terms:
        _add(tokenizer, term)
    for term in terms:  # a later term may have undone an earlier one
        if list(tokenizer.cut(term, HMM=False)) != [term]:
            _add(tokenizer, term)
    tokenizer.FREQ = _Frozen(tokenizer.FREQ)

    def cut(text: str) -> list[str]:
        return list(tokenizer.cut(text, HMM=False))

    return cut, dictionary


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


# rjieba ----------------------------------------------------------------------------------------------------


def _rjieba(terms: Sequence[str]) -> tuple[Callable[[str], list[str]], bytes]:
    """Return rjieba's cutter with the terms in its dictionary, and the version that stands for it."""
    try:
        import rjieba
    except ImportError:
        raise _absent("rjieba", "rjieba", "fast") from None
    tokenizer = rjieba.Jieba()
    for term in terms:
        tokenizer.add_word(term, tokenizer.suggest_freq(term), None)
    for term in terms:  # a later term may have undone an earlier one
        if tokenizer.cut(term, hmm=False) != [term]:
            tokenizer.add_word(term, tokenizer.suggest_freq(term), None)

    def cut(text: str) -> list[str]:
        return list(tokenizer.cut(text, hmm=False))

    return cut, f"rjieba {metadata.version('rjieba')}\n".encode()


def _absent(segmenter: str, package: str, extra: str) -> ValueError:
    return ValueError(
        f"segmenter {segmenter!r} needs the package {package}, which is not installed; run "
        f"pip install 'egovlib[{extra}]', or leave the segmenter out to use jieba."
    )


# ICU -------------------------------------------------------------------------------------------------------


def _icu(terms: Sequence[str]) -> tuple[Callable[[str], list[str]], bytes]:
    """Return ICU's cutter with the terms joined, and the version that stands for its dictionary."""
    try:
        from icu4py.breakers import WordBreaker
    except ImportError:
        raise _absent("icu", "icu4py", "wording") from None
    known = frozenset(terms)

    def cut(text: str) -> list[str]:
        return _join(list(WordBreaker(text, "zh")), known)

    return cut, f"icu4py {metadata.version('icu4py')}\n".encode()


def _join(pieces: list[str], terms: frozenset[str]) -> list[str]:
    """Join neighbouring pieces that together are a term, the longest first.

    >>> _join(["全省", "政务", "外", "网"], frozenset({"政务外网"}))
    ['全省', '政务外网']
    """
    joined, place, longest = [], 0, _longest(terms)
    while place < len(pieces):
        word, after, taken = pieces[place], place + 1, pieces[place]
        for end in range(place + 1, len(pieces)):
            taken += pieces[end]
            if len(taken) > longest:
                break
            if taken in terms:
                word, after = taken, end + 1
        joined.append(word)
        place = after
    return joined


@cache
def _longest(terms: frozenset[str]) -> int:
    return max(map(len, terms), default=0)


# the codebook's terms --------------------------------------------------------------------------------------


def codebook_terms() -> set[str]:
    """Collect the terms of the packaged codebook that can be words: Chinese characters only.

    From every scheme and the indicators (column includes), the systems (names and aliases), and the plans' names,
    which jieba cuts into 十三 | 五.
    """
    terms = {term for cell in _cells() for alternative in alternatives(cell) for term in alternative.terms}
    return {term for term in terms | set(PLAN_NAMES) if _TERM.fullmatch(term)}


def _cells() -> Iterator[str]:
    files: Iterable[tuple[str, tuple[str, ...]]] = (
        *((f"schemes/{name}", ("includes",)) for name in codebook.schemes()),
        ("indicators", ("includes",)),
        ("systems", ("system", "aliases", "whole_names")),
    )
    for name, columns in files:
        for row in codebook.rows(name):
            yield from (row[column] or "" for column in columns)
