"""Which words two groups of documents use unlike often, and how sure that is.

A word list is exploratory: many words are looked at, and the words that stand out were not named beforehand. So
the document is the unit (shares per document, permutation of documents, one declared family), every row has its
counts, documents, dispersion and the places where the word stands, and the test is made again with words cut by a
second segmenter. G² and the weighted log-odds describe; they are not used to decide anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from egovlib.analyse import comparisons, grouping, notes, vocabulary, wording_notes
from egovlib.analyse.concordance import WIDTH, cite_occurrences, find_occurrences
from egovlib.analyse.grouping import require
from egovlib.analyse.notes import Note
from egovlib.analyse.pairing import Units, choose_units
from egovlib.analyse.shares import Parts
from egovlib.analyse.statistics import keyness, permutation
from egovlib.frames import PLAN_PERIODS, STANCES
from egovlib.text.words import SEGMENTERS, has_segmenter, segmentation

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.statistics.permutation import Array
    from egovlib.documents import Corpus

TABLE = {
    "word": "string", "count_a": "Int64", "count_b": "Int64", "words_a": "Int64", "words_b": "Int64",
    "documents_a": "Int64", "documents_b": "Int64", "n_a": "Int64", "n_b": "Int64",
    "share_a": "Float64", "share_b": "Float64", "difference": "Float64", "low": "Float64", "high": "Float64",
    "interval_method": "string", "log_ratio": "Float64", "log_ratio_low": "Float64", "log_ratio_high": "Float64",
    "percent_difference": "Float64", "odds_ratio": "Float64", "g2": "Float64",
    "log_odds": "Float64", "log_odds_z": "Float64", "cliffs_delta": "Float64",
    "p": "Float64", "q": "Float64", "p_min": "Float64", "verdict": "string", "dp": "Float64",
    "loo_low": "Float64", "loo_high": "Float64",
    "difference_second": "Float64", "p_second": "Float64", "q_second": "Float64", "verdict_second": "string",
}  # fmt: skip
"""Columns of `WordComparison.table` and their types; the names are frozen."""

G2_FORMS = {"two_cells": keyness.g2_two_cells, "four_cells": keyness.g2_four_cells}
"""Which G² is shown: of the word's two cells (Rayson & Garside 2000) or of all four (Dunning 1993)."""

CUT_OTHERWISE = "cut otherwise"


@dataclass(frozen=True, repr=False)
class WordComparison:
    """What `compare_words` found, with the call that found it.

    table: a row a word, ranked by the size of the difference, columns `TABLE`. parts: a row a document part, its
    content words counted. notes: what was compared, chosen and left out, each a `Note` in Chinese and English.
    call: the arguments.
    """

    table: pd.DataFrame
    parts: pd.DataFrame
    notes: list[Note]
    call: dict[str, Any]
    _occurrences: pd.DataFrame = field(repr=False)
    _corpus: Corpus = field(repr=False)

    def concordance(self, word: str, group: str | None = None, *, width: int = WIDTH) -> pd.DataFrame:
        """Show every place of `word` that was counted, in one group or both: columns as `find_concordance`.

        Raises ValueError for a word that is not in the table or a group that was not compared.
        """
        if word not in set(self.table["word"]):
            raise ValueError(
                f"word {word!r} is not among the {len(self.table)} words compared; take one from the column word "
                "of the table, or look for it with find_concordance."
            )
        rows = self._occurrences[self._occurrences["word"] == word]
        if group is not None:
            require("group", group, [self.call["a"], self.call["b"]], "these two were compared")
            rows = rows[rows["group"] == group]
        return cite_occurrences(self._corpus, rows, width=width)

    def again(self, **changes: Any) -> WordComparison:
        """Make the comparison again with some arguments changed: `found.again(segmenter="icu")`."""
        return compare_words(self._corpus, **{**self.call, **changes})

    def __repr__(self) -> str:
        return f"WordComparison({self.call['a']} with {self.call['b']}, {len(self.table)} words)"

    def _repr_html_(self) -> str:
        from egovlib.report.views import view  # the report is loaded when something is shown

        return view(self)


def compare_words(
    corpus: Corpus,
    *,
    a: str,
    b: str,
    period: str | None = None,
    tier: str | Sequence[str] | None = None,
    stance: str | Sequence[str] | None = None,
    min_count: int = 5,
    min_documents: int = 3,
    g2: Literal["two_cells", "four_cells"] = "two_cells",
    segmenter: str = "jieba",
    second: str | None = "icu",
    pair: bool | None = None,
    correction: str = "BH",
    seed: int = 1,
    draws: int = permutation.DRAWS,
) -> WordComparison:
    """Compare which words the documents use in group `a` and in group `b`.

    a, b: two plan periods (fyp12, fyp13), two regions (as in `compare_regions`), or two stances (review, plan). A
    word's share is its part of a document part's content words, averaged over issuers as `compare_periods` does;
    differences, log ratios and signs are b against a. period, tier and stance narrow what is compared; a stance
    cannot be narrowed to when two stances are compared, nor a period when two periods are.

    Looked at are the words with at least `min_count` occurrences in at least `min_documents` documents of both
    groups together, a choice that does not see the groups. They are one family. g2: which form of G². segmenter:
    "jieba", "icu" or "rjieba"; second: another one, by which the test is made again (None: not made). The other
    arguments and the errors are those of `compare_periods`.

    >>> import egovlib as eg
    >>> found = compare_words(eg.read_corpus(), a="fyp12", b="fyp13", stance="plan", second=None)
    >>> found.table[["n_a", "n_b"]].head(1).values.tolist(), set(found.table.verdict) == {"no difference shown"}
    ([[5, 4]], False)
    """
    call = {
        "a": a, "b": b, "period": period, "tier": tier, "stance": stance, "min_count": min_count,
        "min_documents": min_documents, "g2": g2, "segmenter": segmenter, "second": second, "pair": pair,
        "correction": correction, "seed": seed, "draws": draws,
    }  # fmt: skip
    _check(call)
    placed = _place(corpus, call)
    occurrences = find_occurrences(placed, segmenter)
    parts = vocabulary.count_parts(placed, occurrences)
    used, units, chosen = choose_units(parts, a, b, pair, regions=_kind(a) == "region")
    pooled = used.counts.sum(axis=0)
    kept = vocabulary.select_words(used, min_count, min_documents)
    used, units = vocabulary.keep_words(used, units, kept)
    columns = _tests(used, units, call) | _keyness(used, pooled[kept], call)
    again, why = _second(placed, used, call)
    table = _table(columns | again)
    about = [
        wording_notes.note_exploratory(len(table), call),
        wording_notes.note_groups(used, call),
        *chosen,
        notes.note_stances(placed, (a, b), grouping.check_stances(stance)),
        *notes.note_composition(corpus, used, (a, b)),
        *notes.note_unused(corpus, parts, used, (a, b)),
        *wording_notes.note_small(used),
        *wording_notes.note_tests(table, units, call),
        *wording_notes.note_segmenters(call),
        *why,
    ]
    frame = used.about.rename(columns={"denominator": "words"})[list(vocabulary.PARTS)].astype(
        vocabulary.PARTS
    )
    inside = occurrences.merge(used.about[["doc", "group"]], on=["doc", "group"])
    return WordComparison(table, frame, about, call, inside, corpus)


def _kind(group: str) -> str:
    return "period" if group in PLAN_PERIODS else "stance" if group in STANCES else "region"


def _check(call: dict[str, Any]) -> None:
    """Refuse what is not allowed, each in one sentence."""
    a, b = call["a"], call["b"]
    if a == b:
        raise ValueError(f"a and b are both {a!r}; name two different groups.")
    if _kind(a) != _kind(b):
        raise ValueError(
            f"a {a!r} is a {_kind(a)} and b {b!r} a {_kind(b)}; name two plan periods, two regions or two stances."
        )
    if _kind(a) in ("period", "stance") and call[_kind(a)] is not None:
        raise ValueError(
            f"{_kind(a)} {call[_kind(a)]!r} leaves nothing to compare {a} with {b}; leave {_kind(a)} out."
        )
    for name in ("min_count", "min_documents"):
        if call[name] < 1:
            raise ValueError(f"{name} {call[name]!r} is too small; give 1 or more.")
    require("g2", call["g2"], G2_FORMS, "two_cells is Rayson's form, four_cells Dunning's")
    require("correction", call["correction"], comparisons.CORRECTIONS, "BH is the usual one")
    if call["draws"] < permutation.DRAWS:
        raise ValueError(
            f"draws {call['draws']!r} are too few; give {permutation.DRAWS} or more, or leave it out."
        )
    if call["period"] is not None:
        grouping.check_periods([call["period"]])
    segmentation(call["segmenter"])  # raises for an unknown one, or one that is not installed
    if call["second"] == call["segmenter"]:
        raise ValueError(f"second {call['second']!r} is the segmenter itself; name another one, or None.")
    if call["second"] is not None:
        require("second", call["second"], SEGMENTERS, "or leave it out with None")


def _place(corpus: Corpus, call: dict[str, Any]) -> pd.DataFrame:
    """Find the sentences of the two groups: rows as `grouping.place_in_periods` gives them."""
    a, b, period = call["a"], call["b"], call["period"]
    stances, tiers = grouping.check_stances(call["stance"]), grouping.check_tiers(call["tier"])
    if _kind(a) == "region":
        return grouping.place_in_regions(corpus, (a, b), stances, period=period, tiers=tiers)
    periods = PLAN_PERIODS if _kind(a) == "stance" else (a, b)
    placed = grouping.place_in_periods(corpus, periods, [a, b] if _kind(a) == "stance" else stances)
    if _kind(a) == "stance":
        placed = placed.assign(group=placed["stance"])
    if period is not None:
        placed = placed[placed["period"] == period]
    if tiers is not None:
        inside = corpus.documents.loc[corpus.documents["tier"].isin(tiers), "doc"]
        placed = placed[placed["doc"].isin(inside)]
    return placed


def _tests(parts: Parts, units: Units, call: dict[str, Any]) -> dict[str, Any]:
    """Compare the shares as `compare_periods` does: the columns by name, in the order of the words."""
    table = comparisons.compare_parts(parts, units, call).set_index("code").reindex(list(parts.codes["code"]))
    table = table.reset_index().rename(columns={"code": "word"})
    renamed = {f"{old}_{side}": f"{new}_{side}" for old, new in _COUNTS.items() for side in "ab"}
    return {str(name): column for name, column in table.rename(columns=renamed).items()}


_COUNTS = {"sentences": "count", "coded": "words"}


def _keyness(parts: Parts, pooled: Array, call: dict[str, Any]) -> dict[str, Any]:
    """Describe the pooled counts, b against a; NA where a ratio would divide by 0."""
    counts = {side: parts.of(call[side]).counts.sum(axis=0) for side in "ab"}
    sizes = {side: float(parts.of(call[side]).about["denominator"].sum()) for side in "ab"}
    if not sizes["a"] or not sizes["b"]:
        return dict.fromkeys(("percent_difference", "odds_ratio", "g2", "log_odds", "log_odds_z"), np.nan)
    cells = counts["b"], counts["a"], sizes["b"], sizes["a"]
    delta, z = _log_odds(parts, pooled, counts, sizes)
    ratios = {
        "percent_difference": keyness.percent_difference(*cells), "odds_ratio": keyness.odds_ratio(*cells)
    }  # fmt: skip
    return {name: np.where(np.isfinite(ratio), ratio, np.nan) for name, ratio in ratios.items()} | {
        "g2": G2_FORMS[call["g2"]](*cells), "log_odds": delta, "log_odds_z": z,
    }  # fmt: skip


def _log_odds(
    parts: Parts, pooled: Array, counts: dict[str, Array], sizes: dict[str, float]
) -> tuple[Array, Array]:
    """Weighted log-odds, the prior being one more average document that uses all words as both groups do."""
    if not len(pooled):
        return pooled, pooled
    everything = sizes["a"] + sizes["b"]
    prior = pooled / everything * parts.about["denominator"].mean()
    rest = parts.about["denominator"].mean() - prior.sum()
    # the words not looked at enter as one: the odds are against all other words
    whole_a, whole_b = (np.append(counts[side], sizes[side] - counts[side].sum()) for side in "ab")
    delta, z = keyness.weighted_log_odds(whole_b, whole_a, np.append(prior, rest))
    return delta[:-1], z[:-1]


def _second(placed: pd.DataFrame, used: Parts, call: dict[str, Any]) -> tuple[dict[str, Any], list[Note]]:
    """Make the test again with words cut by the second segmenter; columns, and why they are empty.

    Pieces that together are a word of the table are joined: what differs is where words begin and end.
    """
    import pandas as pd

    empty = {name: pd.NA for name in TABLE if name.endswith("_second")}
    name = call["second"]
    if name is None:
        return empty, []
    if not has_segmenter(name):
        return empty, [wording_notes.NO_SECOND]
    words = list(used.codes["code"])
    inside = placed.merge(used.about[["doc", "group"]], on=["doc", "group"])
    parts = vocabulary.count_parts(inside, find_occurrences(inside, name, joined=frozenset(words)), words)
    other, units, _ = choose_units(
        parts, call["a"], call["b"], call["pair"], regions=_kind(call["a"]) == "region"
    )
    columns = _tests(other, units, call)
    lost = columns["verdict"] == "does not occur"
    result = {f"{kind}_second": columns[kind] for kind in ("difference", "p", "q", "verdict")}
    result["difference_second"] = result["difference_second"].mask(lost)
    result["verdict_second"] = result["verdict_second"].mask(lost, CUT_OTHERWISE)
    return result, []


def _table(columns: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    index = pd.RangeIndex(len(columns["word"]))
    table = pd.DataFrame({name: columns[name] for name in TABLE}, index=index).astype(TABLE)
    order = table["difference"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
    return table.loc[order].reset_index(drop=True)
