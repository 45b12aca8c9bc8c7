"""Topics of a corpus: only where they come out again.

Non-negative matrix factorisation of the documents' words (tf-idf, content words), from a fixed start (NNDSVD), so
that the same corpus gives the same topics. A topic is believed only as far as it comes back from random starts on
resampled documents; its stability is shown, and a corpus too small for that is refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib import codebook
from egovlib.analyse.notes import Note, number
from egovlib.analyse.vocabulary import count_words

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.statistics.permutation import Array
    from egovlib.documents import Corpus

TOPICS = {
    "topic": "Int64", "topic_words": "string", "stability": "Float64", "chance": "Float64",
    "verdict": "string", "share": "Float64", "documents": "Int64",
}  # fmt: skip
WEIGHTS = {"doc": "string", "topic": "Int64", "share": "Float64"}

LEAST_DOCUMENTS = 30
"""Fewer documents are refused: their topics are the documents. Of 8 topics of city work reports drawn from 140, 84 %
were the largest of two documents or fewer at 12 documents, 44 % at 20, 16 % at 30 and none at 60, while the mean
stability (.59, .51, .50, .50; .65 at 140) would not have told."""
STABLE = 0.5
"""A topic whose words come back with a mean Jaccard similarity below this is called unstable: fewer than two in
three of its words are then the same in two runs."""
TOP = 10
"""Words that stand for a topic, and by which two runs are compared."""
SHUFFLES = 5
"""Corpora without subjects that a topic must outdo; outdoing one, one of three topics of pure chance still passed."""
RESAMPLED = 0.8
"""Part of the documents that a replicate is made of (Greene, O'Callaghan & Cunningham 2014, ECML PKDD)."""


@dataclass(frozen=True, repr=False)
class Topics:
    """What `find_topics` found, with the call that found it.

    table: a row a topic, the stablest first: number, words, stability and chance from 0 to 1, verdict, share (mean
    over documents) and documents of which it is the largest. weights: a row a document and topic, shares of 1. notes
    and call as in `compare_words`.
    """

    table: pd.DataFrame
    weights: pd.DataFrame
    notes: list[Note]
    call: dict[str, Any]
    _corpus: Corpus = field(repr=False)

    def again(self, **changes: Any) -> Topics:
        """Find topics again with some arguments changed: `topics.again(n=12)`."""
        return find_topics(self._corpus, **{**self.call, **changes})

    def __repr__(self) -> str:
        return f"Topics({len(self.table)} of {self.weights['doc'].nunique()} documents)"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, na_rep="–", float_format="{:.2f}".format))


def find_topics(
    corpus: Corpus,
    *,
    n: int = 8,
    replicates: int = 20,
    min_documents: int = 3,
    max_share: float = 0.8,
    seed: int = 1,
) -> Topics:
    """Find `n` topics, and how surely each comes back.

    Words in at least `min_documents` documents and at most `max_share` of them are used, names of places left out:
    else the topics are the provinces. Stability: the topics of each of `replicates` random starts on 80 % of the
    documents are paired with these (Hungarian method) by the Jaccard similarity of their ten first words; a topic's
    stability is the mean over the replicates. Chance: the highest stability in the same corpus with each word's
    counts dealt out anew to the documents, where no subject is left; stable is a topic above it and above .5.

    Raises ValueError for fewer than 30 documents or 3 documents a topic, where topics are the documents themselves,
    for another value that is not allowed, and where scikit-learn is not installed (the extra `wording`).

    >>> from egovlib.documents import read_text
    >>> find_topics([read_text("推进政务公开。")] * 5)
    Traceback (most recent call last):
    ...
    ValueError: 5 documents are too few for 8 topics; give 30 documents or more, 3 a topic or more, or compare \
words with compare_words.
    """
    _check(len(corpus), n, replicates, max_share)
    counts = count_words(corpus).pivot(index="doc", columns="word", values="count").fillna(0)
    counts = counts.reindex([document.doc for document in corpus])
    spread = (counts > 0).sum(axis=0)
    placeless = ~counts.columns.isin(place_names())
    counts = counts.loc[:, (spread >= min_documents) & (spread <= max_share * len(counts)) & placeless]
    if counts.shape[1] < n * TOP:
        raise ValueError(
            f"{counts.shape[1]} words are left for {n} topics; lower min_documents, raise max_share, or ask for fewer "
            "topics."
        )
    matrix = _weigh(counts.to_numpy(dtype=float))
    weights, words = _factorise(matrix, n, start="nndsvd", seed=seed)
    stability = np.mean(list(_replicate(matrix, words, replicates, seed)), axis=0)
    chance = _chance(counts.to_numpy(dtype=float), n, replicates, seed)
    call = {
        "n": n,
        "replicates": replicates,
        "min_documents": min_documents,
        "max_share": max_share,
        "seed": seed,
    }
    table, long = _tables(list(counts.index), list(counts.columns), weights, words, stability, chance)
    return Topics(table, long, list(_notes(matrix, call)), call, corpus)


def _check(documents: int, n: int, replicates: int, max_share: float) -> None:
    if n < 2:
        raise ValueError(f"n {n!r} is too small; ask for 2 topics or more.")
    if documents < max(LEAST_DOCUMENTS, 3 * n):
        raise ValueError(
            f"{documents} documents are too few for {n} topics; give {LEAST_DOCUMENTS} documents or more, 3 a topic "
            "or more, or compare words with compare_words."
        )
    if replicates < 10:
        raise ValueError(f"replicates {replicates!r} are too few to judge stability; give 10 or more.")
    if not 0 < max_share <= 1:
        raise ValueError(f"max_share {max_share!r} is not a share; give a number above 0 and up to 1.")


@cache
def place_names() -> frozenset[str]:
    """Names of regions, and of provinces and cities without their 省 or 市 too.

    >>> {"湖南省", "湖南", "长沙", "广西"} <= place_names()
    True
    """
    rows = [(row["name"], row["tier"]) for row in codebook.rows("regions")]
    short = {_SUFFIX.sub("", name) for name, tier in rows if tier in ("province", "city")}
    return frozenset({name for name, _ in rows} | {name for name in short if len(name) > 1})


_SUFFIX = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|省|市|地区|盟)$")


def _weigh(counts: Array) -> Array:
    """tf-idf with sublinear counts, each document of length 1."""
    rarity = np.log(len(counts) / (counts > 0).sum(axis=0)) + 1
    weighed = np.log1p(counts) * rarity
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return np.asarray(weighed / np.where(lengths == 0, 1.0, lengths))


def _factorise(matrix: Array, n: int, *, start: str, seed: int) -> tuple[Array, Array]:
    """Return the weights of documents (d, n) and of words (n, k)."""
    try:
        from sklearn.decomposition import NMF
    except ImportError:
        raise ValueError(
            "topics need the package scikit-learn, which is not installed; run pip install 'egovlib[wording]'."
        ) from None
    from scipy.sparse import csr_matrix

    model = NMF(n_components=n, init=start, random_state=seed, max_iter=500)
    with warnings.catch_warnings():
        # a fit that could go further still gives its topics, and whether they come back is what is asked
        warnings.simplefilter("ignore")
        return model.fit_transform(csr_matrix(matrix)), model.components_


def _first_words(words: Array) -> list[set[int]]:
    return [set(np.argsort(-row, kind="stable")[:TOP].tolist()) for row in words]


def _replicate(matrix: Array, words: Array, replicates: int, seed: int) -> Iterator[Array]:
    """Yield how well each topic comes back (n,) from a random start on resampled documents, again and again."""
    from scipy.optimize import linear_sum_assignment

    rng, topics = np.random.default_rng(seed), _first_words(words)
    for _ in range(replicates):
        chosen = rng.choice(len(matrix), size=round(RESAMPLED * len(matrix)), replace=False)
        _, found = _factorise(matrix[chosen], len(words), start="random", seed=int(rng.integers(2**31)))
        others = _first_words(found)
        alike = np.array([[len(one & other) / len(one | other) for other in others] for one in topics])
        rows, columns = linear_sum_assignment(-alike)
        yield alike[rows, columns]


def _chance(counts: Array, n: int, replicates: int, seed: int) -> float:
    """Return the highest stability where there is no subject: each word's counts dealt out anew to the documents."""
    rng, highest = np.random.default_rng(seed), 0.0
    for _ in range(SHUFFLES):
        matrix = _weigh(rng.permuted(counts, axis=0))
        _, words = _factorise(matrix, n, start="nndsvd", seed=seed)
        back = list(_replicate(matrix, words, replicates // SHUFFLES, seed))
        highest = max(highest, float(np.mean(back, axis=0).max()))
    return highest


def _tables(
    docs: list[str], vocabulary: list[str], weights: Array, words: Array, stability: Array, chance: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the topics, the stablest first, and the documents' shares of them."""
    import pandas as pd

    order = np.argsort(-stability, kind="stable")
    scaled = (weights * words.sum(axis=1))[:, order]  # a factor's scale is arbitrary: weigh by its words
    totals = scaled.sum(axis=1, keepdims=True)
    shares = np.divide(scaled, totals, out=np.full_like(scaled, np.nan), where=totals > 0)
    largest = shares.argmax(axis=1)
    unstable = "unstable: other seeds or documents give other words"
    rows = [
        (
            place,
            " ".join(vocabulary[i] for i in np.argsort(-words[topic], kind="stable")[:TOP]),
            stability[topic],
            chance,
            "stable" if stability[topic] >= STABLE and stability[topic] > chance else unstable,
            np.nanmean(shares[:, place - 1]),
            int((largest == place - 1).sum()),
        )
        for place, topic in enumerate(order, start=1)
    ]
    table = pd.DataFrame(rows, columns=list(TOPICS)).astype(TOPICS)
    long = pd.DataFrame(shares, index=docs, columns=range(1, len(order) + 1)).stack().reset_index()
    return table, long.set_axis(list(WEIGHTS), axis=1).astype(WEIGHTS)


def _notes(matrix: Array, call: dict[str, Any]) -> Iterator[Note]:
    documents, words = matrix.shape
    n, replicates = call["n"], call["replicates"]
    yield Note(
        f"{documents} 份文件、{words} 个词（地名除外），NMF（tf-idf，NNDSVD 固定起点）得 {n} 个主题；"
        "主题数由研究者指定，不是发现。",
        f"{n} topics of {number(documents, 'document')} and {words} words (no names of places) by NMF (tf-idf, fixed "
        "NNDSVD start); the number of topics is chosen, not found.",
    )
    yield Note(
        f"稳定性：在随机抽取的 80% 文件上以随机起点重做 {replicates} 次，前 {TOP} 个词的平均 Jaccard 相似度；"
        f"低于 {STABLE}，或不高于把各词在文件间打乱后的最高值（偶然），称为不稳定，不宜解释。",
        f"Stability: mean Jaccard similarity of the first {TOP} words over {replicates} random starts on 80 % of the "
        f"documents; below {STABLE}, or not above the highest of the same words dealt out anew to the documents "
        "(chance), a topic is called unstable and should not be interpreted.",
    )
