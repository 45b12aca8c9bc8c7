"""What two groups of documents stress, and how sure the difference is.

Two plan periods, or two regions: shares per document first, then a test that permutes documents (or flips
pairs of one issuer), effects with intervals, one declared family, and what leaving out each document would
change. The statistics are pure functions in `permutation`, the counting is done in `shares`, the grouping
in `grouping`; here they are put together and described.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.analyse import grouping, notes, shares
from egovlib.analyse.grouping import require
from egovlib.analyse.notes import Note
from egovlib.analyse.pairing import Units, choose_units
from egovlib.analyse.shares import BASES, LEVELS, Parts
from egovlib.analyse.statistics import permutation
from egovlib.analyse.statistics.equivalence import tabulate_equivalence

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.statistics.permutation import Array
    from egovlib.documents import Corpus

TABLE = {
    "code": "string", "name_zh": "string", "name_en": "string",
    "share_a": "Float64", "share_b": "Float64",
    "difference": "Float64", "low": "Float64", "high": "Float64", "interval_method": "string",
    "log_ratio": "Float64", "log_ratio_low": "Float64", "log_ratio_high": "Float64",
    "cliffs_delta": "Float64", "p": "Float64", "q": "Float64", "p_min": "Float64", "verdict": "string",
    "n_a": "Int64", "n_b": "Int64", "sentences_a": "Int64", "sentences_b": "Int64",
    "coded_a": "Int64", "coded_b": "Int64", "documents_a": "Int64", "documents_b": "Int64",
    "dp": "Float64", "loo_low": "Float64", "loo_high": "Float64",
}  # fmt: skip
"""Columns of `Comparison.table` and their types; the names are frozen."""

LEAVE_ONE_OUT = {"code": "string", "left_out": "string", "difference": "Float64", "p": "Float64"}

ALPHA = 0.05
"""A q up to here is called a difference; a code whose smallest attainable p lies above is not testable."""
BOOTSTRAP_FROM = 30
"""Units a side from which the percentile bootstrap holds its level: it missed 18-20 % at 3 a side,
13-14 % at 5 and 6-7 % at 30 (simulation with bursty words; expanded, 5 % at 30: docs/comparisons.md)."""
INTERVAL_FROM = 5
"""Below this many units a side no interval is given; the documents are shown instead."""
CORRECTIONS = ("BH", "BY")


@dataclass(frozen=True, repr=False)
class Comparison:
    """What `compare_periods` or `compare_regions` found, with the call that found it.

    table: a row a code, ranked by the size of the difference, columns `TABLE`. shares: a row a document part
    and code. notes: what was compared, chosen and left out, each a `Note` in Chinese and English. call: the
    arguments.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    notes: list[Note]
    call: dict[str, Any]
    _units: Units
    _evidence: pd.DataFrame
    _make: Callable[..., Comparison]

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """Difference and p of each code without each document (issuer, where one wrote several), one row each."""
        import pandas as pd

        rows = [
            (code, name, difference, p)
            for name in self._units.names()
            for rest in [self._units.without(name)]
            for code, difference, p in zip(
                self._units.codes,
                rest.difference(),
                rest.p(self.call["draws"], self.call["seed"]),
                strict=True,
            )
        ]
        return pd.DataFrame(rows, columns=list(LEAVE_ONE_OUT)).astype(LEAVE_ONE_OUT)

    def equivalence(self, margin: float) -> pd.DataFrame:
        """Which codes are alike within a margin stated beforehand: two one-sided tests (Schuirmann 1987).

        margin: the largest difference of shares that would not matter, as a fraction of 1 (.02: two
        percentage points). Columns: code, name_zh, name_en, difference, low, high (90 %), margin, p, q,
        verdict. "No difference shown" is not this: only a small p here says that two groups are alike.
        """
        return tabulate_equivalence(self._units, self.table, margin)

    def evidence(self, code: str, group: str | None = None) -> pd.DataFrame:
        """Show the sentences behind the numbers of `code`, in one group (period, region) or in both.

        Columns: group, period, doc, section, sentence, start, end, evidence, text; offsets are into the raw
        text. Raises ValueError for a code or a group that was not compared.
        """
        groups = [self.call["a"], self.call["b"]]
        return choose_evidence(self._evidence, code, group, codes=self._units.codes, groups=groups)

    def again(self, **changes: Any) -> Comparison:
        """Make the comparison again with some arguments changed: `comparison.again(stance="plan")`."""
        return self._make(**{**self.call, **changes})

    def __repr__(self) -> str:
        return f"Comparison({self.call['a']} with {self.call['b']}, {len(self.table)} codes)"

    def _repr_html_(self) -> str:
        from egovlib.report.views import view  # the report is loaded when something is shown

        return view(self)


def compare_periods(
    corpus: Corpus,
    codings: pd.DataFrame | None = None,
    *,
    a: str,
    b: str,
    by: str = "theme",
    stance: str | Sequence[str] | None = None,
    scheme: str = "priorities",
    base: str = "coded",
    pair: bool | None = None,
    correction: str = "BH",
    seed: int = 1,
    draws: int = permutation.DRAWS,
) -> Comparison:
    """Compare what the documents stress in plan period `a` with what they stress in `b`.

    A document's part in a period is its sentences in sections of that plan period (and `stance`); one
    document may have a part in both. A code's share is its sentences over the part's coded sentences
    (`base="all"`: over all its sentences), between 0 and 1. Shares are averaged over issuers (documents
    where no issuer is known), so that neither a long document nor a busy issuer counts twice.

    codings: frame of `code_themes`; made here when None. by: "theme", the finest codes of the scheme, or
    "topic", the codes at its top. scheme: a packaged scheme's name, or the path of a csv file. pair: None
    pairs by issuer when at least two issuers wrote in both periods. correction: "BH", or "BY" where codes
    may depend on each other in any way. draws: for tests too large to enumerate.

    Raises ValueError, in one sentence, for a value that is not allowed. Periods without documents, codes that
    never occur and comparisons that could never be significant give NA and the reason in `verdict`.

    >>> from types import SimpleNamespace
    >>> from egovlib import frames
    >>> corpus = SimpleNamespace(
    ...     documents=frames.build("documents", [("d", *[None] * 10, "hans", 80, None, None)]),
    ...     sections=frames.build("sections", [("d", "1", 1, "回顾", "fyp12", "review", 0, 40),
    ...                                        ("d", "2", 1, "任务", "fyp13", "plan", 40, 80)]),
    ...     sentences=frames.build("sentences", [("d", "1", 1, 0, 40, "甲"), ("d", "2", 2, 40, 80, "乙")]),
    ... )
    >>> codings = frames.build("codings", [("d", "2", 2, 40, 80, "priorities", "open_data", "me", "乙")])
    >>> found = compare_periods(corpus, codings, a="fyp12", b="fyp13", base="all")
    >>> found.table[["code", "difference", "verdict"]].head(1)
            code  difference                        verdict
    0  open_data         1.0  not testable with 1 document
    """
    grouping.check_periods([a], "a")
    grouping.check_periods([b], "b")
    if a == b:
        raise ValueError(f"a and b are both {a!r}; name two different plan periods.")
    call = {
        "a": a, "b": b, "by": by, "stance": stance, "scheme": scheme, "base": base,
        "pair": pair, "correction": correction, "seed": seed, "draws": draws,
    }  # fmt: skip
    placed = partial(grouping.place_in_periods, corpus, (a, b))
    return _compare_placed(corpus, codings, placed, call, partial(compare_periods, corpus, codings))


def compare_regions(
    corpus: Corpus,
    codings: pd.DataFrame | None = None,
    *,
    a: str,
    b: str,
    period: str | None = None,
    tier: str | Sequence[str] | None = None,
    by: str = "theme",
    stance: str | Sequence[str] | None = None,
    scheme: str = "priorities",
    base: str = "coded",
    correction: str = "BH",
    seed: int = 1,
    draws: int = permutation.DRAWS,
) -> Comparison:
    """Compare what the documents of region `a` stress with what those of region `b` stress.

    a, b: a macro-region (east, central, west, northeast), a GB/T 2260 code with all below it (430000: Hunan,
    its cities and counties), or several joined by + (310000+320000+330000). period: only sections of this
    plan period. tier: only documents of these tiers (province, city, county …); without it all are taken
    and a note counts them. The other arguments, the result and the errors are those of `compare_periods`;
    the unit is the issuer, its documents averaged, and regions are never paired.

    >>> import egovlib as eg
    >>> found = compare_regions(eg.read_corpus(), a="east", b="central", by="topic")
    >>> found.table[["n_a", "n_b"]].head(1).values.tolist()
    [[5, 3]]
    """
    if period is not None:
        grouping.check_periods([period])
    if a == b:
        raise ValueError(f"a and b are both {a!r}; name two different regions.")
    call = {
        "a": a, "b": b, "period": period, "tier": tier, "by": by, "stance": stance, "scheme": scheme,
        "base": base, "correction": correction, "seed": seed, "draws": draws,
    }  # fmt: skip
    tiers = grouping.check_tiers(tier)
    placed = partial(grouping.place_in_regions, corpus, (a, b), period=period, tiers=tiers)
    return _compare_placed(corpus, codings, placed, call, partial(compare_regions, corpus, codings))


def _compare_placed(
    corpus: Corpus,
    codings: pd.DataFrame | None,
    place: Callable[[list[str] | None], pd.DataFrame],
    call: dict[str, Any],
    make: Callable[..., Comparison],
) -> Comparison:
    """Compare the groups a and b of the call, whose sentences `place` finds."""
    a, b, draws, seed = call["a"], call["b"], call["draws"], call["seed"]
    stances = check_counting(call)
    counted = count_codes(corpus, codings, place(stances), call)
    pair = call.get("pair") if "pair" in call else False
    used, units, chosen = choose_units(counted.parts, a, b, pair, regions="pair" not in call)
    table = compare_parts(used, units, call)
    about = [
        notes.note_groups(used, {"a": a, "b": b}),
        *chosen,
        notes.note_stances(counted.placed, (a, b), stances),
        *notes.note_composition(corpus, used, (a, b)),
        *notes.note_unused(corpus, counted.parts, used, (a, b)),
        *notes.note_small(used, call["base"]),
        *notes.note_codings(counted.codings, counted.coded, corpus),
        *_note_statistics(table, units, draws, seed, call["correction"]),
    ]
    return Comparison(table, used.rows(), about, call, units, find_evidence(counted.coded, used), make)


@dataclass(frozen=True)
class Counted:
    """What a comparison counts: the sentences placed, all codings, those placed and folded, and the parts."""

    placed: pd.DataFrame
    codings: pd.DataFrame
    coded: pd.DataFrame
    parts: Parts


def check_counting(call: dict[str, Any]) -> list[str] | None:
    """Refuse what no comparison allows in by, base, draws, correction and stance; return the stances."""
    require("by", call["by"], LEVELS, "a theme is a finest code of the scheme, a topic one at its top")
    require("base", call["base"], BASES, "coded divides by the coded sentences, all by every sentence")
    require(
        "correction", call["correction"], CORRECTIONS, "BH is the usual one, BY holds under any dependence"
    )
    if call["draws"] < permutation.DRAWS:
        raise ValueError(
            f"draws {call['draws']!r} are too few; give {permutation.DRAWS} or more, or leave it out."
        )
    return grouping.check_stances(call["stance"])


def count_codes(
    corpus: Corpus, codings: pd.DataFrame | None, placed: pd.DataFrame, call: dict[str, Any]
) -> Counted:
    """Code the corpus where no codings are given, and count the parts of the groups."""
    codes = shares.scheme_codes(call["scheme"], call["by"])
    if codings is None:
        from egovlib.extract.themes import code_themes

        codings = code_themes(corpus, call["scheme"])
    coded = shares.fold_codings(codings, codes).merge(
        placed[["doc", "sentence", "group", "period", "text"]], on=["doc", "sentence"]
    )
    return Counted(placed, codings, coded, shares.count_parts(placed, coded, codes, call["base"]))


def find_evidence(coded: pd.DataFrame, used: Parts) -> pd.DataFrame:
    """Codings behind the numbers: those of the parts used, in the order of the documents."""
    rows = coded[coded["code"].isin(used.codes["code"])].merge(
        used.about[["doc", "group"]], on=["doc", "group"]
    )
    columns = ["group", "period", "doc", "section", "sentence", "start", "end", "code", "evidence", "text"]
    return rows.sort_values(["group", "doc", "sentence"])[columns]


def choose_evidence(
    evidence: pd.DataFrame, code: str, group: str | None, *, codes: Iterable[str], groups: Sequence[str]
) -> pd.DataFrame:
    """The rows of one code, in one of the groups compared or in all; ValueError for what was not compared."""
    require("code", code, codes, "take one from the column code of the table")
    rows = evidence[evidence["code"] == code]
    if group is not None:
        require("group", group, groups, "these were compared")
        rows = rows[rows["group"] == group]
    return rows.drop(columns="code").reset_index(drop=True)


def compare_parts(parts: Parts, units: Units, call: dict[str, Any]) -> pd.DataFrame:
    """Compare group `a` with group `b` code by code: the frame of columns `TABLE`."""
    import pandas as pd

    draws, seed = call["draws"], call["seed"]
    sides = {side: parts.of(call[side]) for side in ("a", "b")}
    columns: dict[str, Any] = {name: parts.codes[name] for name in ("code", "name_zh", "name_en")}
    for side, one in sides.items():
        values = units.a if side == "a" else units.b
        columns[f"share_{side}"] = values.mean(axis=0) if len(values) else np.nan
        columns[f"n_{side}"] = len(values)
        columns[f"sentences_{side}"] = one.counts.sum(axis=0)
        columns[f"coded_{side}"] = one.about["denominator"].sum()
        columns[f"documents_{side}"] = (one.counts > 0).sum(axis=0)
    columns["difference"] = units.difference()
    columns |= _intervals(units, draws, seed) | _tests(parts, units, call)
    columns["dp"] = permutation.dispersion_dp(parts.counts, parts.about["denominator"])
    columns["loo_low"], columns["loo_high"] = _left_out_range(units)
    table = pd.DataFrame({name: columns[name] for name in TABLE}).astype(TABLE)
    order = table["difference"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
    return table.loc[order].reset_index(drop=True)


def _left_out_range(units: Units) -> tuple[Array, Array]:
    """Smallest and largest difference when one unit is left out; NaN when that empties a group."""
    rest = np.array([units.without(name).difference() for name in units.names()])
    rest = rest.reshape(len(units.names()), units.a.shape[1])
    if not len(rest):
        rest = np.full((1, units.a.shape[1]), np.nan)
    return rest.min(axis=0), rest.max(axis=0)


def _intervals(units: Units, draws: int, seed: int) -> dict[str, Any]:
    """Interval of the difference by the rule of n, and the log ratio with its own, each (k,)."""
    k, fewest = units.a.shape[1], min(len(units.a), len(units.b))
    nothing = np.full(k, np.nan)
    low, high, log_low, log_high = nothing, nothing, nothing, nothing
    method = f"none: fewer than {INTERVAL_FROM} a side, see shares"
    if fewest >= INTERVAL_FROM:
        log_low, log_high = permutation.log_ratio_interval(units.a, units.b, paired=units.paired)
        low, high = permutation.t_interval(units.a, units.b, paired=units.paired)
        method = "t, paired" if units.paired else "t, Welch"
    if fewest >= BOOTSTRAP_FROM:
        low, high = permutation.bootstrap_interval(
            units.a, units.b, paired=units.paired, draws=draws, seed=seed
        )
        method = "bootstrap, expanded percentile"
    still = np.isnan(low) & (fewest >= INTERVAL_FROM)
    means = [side.mean(axis=0) if len(side) else nothing for side in (units.a, units.b)]
    return {
        "low": low,
        "high": high,
        "interval_method": np.where(still, "none: no variation", method),
        "log_ratio": permutation.log_ratio(means[0], 1, means[1], 1),
        "log_ratio_low": log_low,
        "log_ratio_high": log_high,
        "cliffs_delta": nothing if units.paired else permutation.cliffs_delta(units.b, units.a),
    }


def _tests(parts: Parts, units: Units, call: dict[str, Any]) -> dict[str, Any]:
    """Compute p, q, the smallest attainable p and the verdict in words, each (k,)."""
    draws, seed = call["draws"], call["seed"]
    n_a, n_b = len(units.a), len(units.b)
    occurs = parts.counts.sum(axis=0) > 0
    p = np.where(occurs, units.p(draws, seed), np.nan)
    p_min = permutation.attainable_p(units.a, units.b, paired=units.paired)
    if not permutation.is_exact(n_a, n_b, paired=units.paired):
        p_min = np.maximum(p_min, 1 / (draws + 1))
    p_min = np.where(occurs, p_min, np.nan)
    q = permutation.adjusted_p(np.where(p_min <= ALPHA, p, np.nan), call["correction"])
    verdicts = np.full(len(p), "no difference shown", dtype=object)
    difference = units.difference()
    verdicts[(q <= ALPHA) & (difference > 0)] = "higher in b"
    verdicts[(q <= ALPHA) & (difference < 0)] = "higher in a"
    verdicts[p_min > ALPHA] = "not testable: too few documents differ"
    if permutation.smallest_p(n_a, n_b, paired=units.paired) > ALPHA:
        verdicts[:] = f"not testable with {notes.number(parts.about['doc'].nunique(), 'document')}"
    verdicts[~occurs] = "does not occur"
    if not n_a or not n_b:
        verdicts[:] = _why_empty(units, call["a"], call["b"])
    return {"p": p, "q": q, "p_min": p_min, "verdict": verdicts}


def _why_empty(units: Units, a: str, b: str) -> str:
    if units.paired:
        return f"no issuer wrote in both {a} and {b}"
    return f"no documents in {' and '.join(g for g, side in ((a, units.a), (b, units.b)) if not len(side))}"


def _note_statistics(
    table: pd.DataFrame, units: Units, draws: int, seed: int, correction: str
) -> Iterator[Note]:
    n_a, n_b = len(units.a), len(units.b)
    if not n_a or not n_b:
        return
    exact = permutation.is_exact(n_a, n_b, paired=units.paired)
    smallest = permutation.smallest_p(n_a, n_b, paired=units.paired)
    moved = (
        Note("变换各机关差值的正负号", "the signs of the issuers' differences")
        if units.paired
        else Note("在两组之间重新分配单位", "the units between the groups")
    )
    yield notes.note_p(moved, exact, draws, seed, smallest if exact else max(smallest, 1 / (draws + 1)))
    yield notes.note_family(int((table["p_min"] <= ALPHA).sum()), correction, ALPHA)
    yield notes.note_intervals(INTERVAL_FROM, BOOTSTRAP_FROM)
    if table["log_ratio"].isna().any():
        yield Note(
            "某代码在一组没有出现时对数比为 NA；不以 0.5 代替任何计数。",
            "The log ratio is NA where a code is absent from a group; no count is replaced by 0.5.",
        )
    if units.paired:
        yield Note(
            "Cliff's delta 为 NA：它只对不配对的组有定义。",
            "Cliff's delta is NA: it is defined for groups that are not paired.",
        )
