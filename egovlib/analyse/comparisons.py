"""What two groups of documents stress, and how sure the difference is.

Shares per document first, then a test that permutes documents (or flips pairs of one issuer), effects with
intervals, one declared family, and what leaving out each document would change. The statistics are pure
functions in `permutation`, the counting is done in `shares`; here they are put together and described.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.analyse import permutation, shares
from egovlib.analyse.shares import BASES, LEVELS, Parts
from egovlib.frames import PLAN_PERIODS, STANCES

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.permutation import Array
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
13-14 % at 5 and 6-7 % at 30 (simulation with bursty words)."""
SMALL_PART = 5
"""A part with fewer sentences counted is named: one sentence moves its share by more than a fifth."""
INTERVAL_FROM = 5
"""Below this many units a side no interval is given; the documents are shown instead."""


@dataclass(frozen=True)
class Units:
    """Shares of the units of inference: `a` (n_a, k codes) and `b` (n_b, k), with each unit's name."""

    a: Array
    b: Array
    names_a: tuple[str, ...]
    names_b: tuple[str, ...]
    paired: bool

    def without(self, name: str) -> Units:
        """Leave out one document or issuer, on both sides."""
        keep_a = [i for i, other in enumerate(self.names_a) if other != name]
        keep_b = [i for i, other in enumerate(self.names_b) if other != name]
        return Units(
            self.a[keep_a],
            self.b[keep_b],
            tuple(self.names_a[i] for i in keep_a),
            tuple(self.names_b[i] for i in keep_b),
            self.paired,
        )

    def names(self) -> list[str]:
        """Every unit's name once."""
        return list(dict.fromkeys((*self.names_a, *self.names_b)))

    def difference(self) -> Array:
        """Difference of mean shares b - a, (k,); NaN when a group is empty."""
        if not len(self.a) or not len(self.b):
            return np.full(self.a.shape[1], np.nan)
        return np.asarray(self.b.mean(axis=0) - self.a.mean(axis=0))

    def p(self, draws: int, seed: int) -> Array:
        """Permutation p of that difference, (k,)."""
        test = permutation.paired_p if self.paired else permutation.unpaired_p
        return test(self.a, self.b, draws=draws, seed=seed)


@dataclass(frozen=True, repr=False)
class Comparison:
    """What `compare_periods` found, with the call that found it.

    table: a row a code, ranked by the size of the difference, columns `TABLE`. shares: a row a document part
    and code. notes: what was compared, chosen and left out, in sentences. call: the arguments.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    notes: list[str]
    call: dict[str, Any]
    _units: Units
    _codes: list[str]
    _evidence: pd.DataFrame
    _source: tuple[Corpus, pd.DataFrame | None]

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """Difference and p of each code without each document (issuer, when paired), one row each."""
        import pandas as pd

        rows = [
            (code, name, difference, p)
            for name in self._units.names()
            for rest in [self._units.without(name)]
            for code, difference, p in zip(
                self._codes, rest.difference(), rest.p(self.call["draws"], self.call["seed"]), strict=True
            )
        ]
        return pd.DataFrame(rows, columns=list(LEAVE_ONE_OUT)).astype(LEAVE_ONE_OUT)

    def evidence(self, code: str, period: str | None = None) -> pd.DataFrame:
        """Show the sentences behind the numbers of `code`, in one period or in both.

        Columns: period, doc, section, sentence, start, end, evidence, text; offsets are into the raw text.
        Raises ValueError for a code or a period that was not compared.
        """
        _require("code", code, self._codes, "take one from the column code of the table")
        rows = self._evidence[self._evidence["code"] == code]
        if period is not None:
            _require("period", period, [self.call["a"], self.call["b"]], "compare_periods compares these two")
            rows = rows[rows["period"] == period]
        return rows.drop(columns="code").reset_index(drop=True)

    def again(self, **changes: Any) -> Comparison:
        """Make the comparison again with some arguments changed: `comparison.again(stance="plan")`."""
        corpus, codings = self._source
        arguments: dict[str, Any] = {"corpus": corpus, "codings": codings, **self.call, **changes}
        return compare_periods(arguments.pop("corpus"), arguments.pop("codings"), **arguments)

    def __repr__(self) -> str:
        return f"Comparison({self.call['a']} with {self.call['b']}, {len(self.table)} codes)"

    def _repr_html_(self) -> str:
        shown = ["code", "name_zh", "share_a", "share_b", "difference", "low", "high", "p", "q", "verdict"]
        table = self.table[shown].head(10).to_html(index=False, na_rep="–", float_format="{:.3f}".format)
        return f"<p>a = {self.call['a']}, b = {self.call['b']}. {self.notes[1]}</p>{table}"


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
    seed: int = 1,
    draws: int = permutation.DRAWS,
) -> Comparison:
    """Compare what the documents stress in plan period `a` with what they stress in `b`.

    A document's part in a period is its sentences in sections of that plan period (and `stance`); one
    document may have a part in both. A code's share is its sentences over the part's coded sentences
    (`base="all"`: over all its sentences), between 0 and 1. Shares are averaged over documents, or over
    issuers when paired, so that a long document counts once.

    codings: frame of `code_themes`; made here when None. by: "theme", the finest codes of the scheme, or
    "topic", the codes at its top. scheme: a packaged scheme's name, or the path of a csv file. pair: None
    pairs by issuer when at least two issuers wrote in both periods. draws: for tests too large to enumerate.

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
    stances = _check_call(a, b, by, stance, base, draws)
    codes = shares.scheme_codes(scheme, by)
    call = {
        "a": a, "b": b, "by": by, "stance": stance, "scheme": scheme, "base": base,
        "pair": pair, "seed": seed, "draws": draws,
    }  # fmt: skip
    source = (corpus, codings)
    if codings is None:
        from egovlib.extract.themes import code_themes

        codings = code_themes(corpus, scheme)
    placed = shares.place_sentences(corpus, (a, b), stances)
    coded = shares.fold_codings(codings, codes).merge(
        placed[["doc", "sentence", "period", "text"]], on=["doc", "sentence"]
    )
    parts = shares.count_parts(placed, coded, codes, base)
    used, units, chosen = _units(parts, a, b, pair)
    table = _compare(used, units, a, b, draws=draws, seed=seed)
    notes = [
        _note_groups(used, a, b),
        *chosen,
        _note_stances(placed, a, b, stances),
        *_note_unused(corpus, parts, used, a, b),
        *_note_small(used, base),
        *_note_codings(codings, coded, corpus),
        *_note_statistics(table, units, draws, seed),
    ]
    return Comparison(
        table, used.rows(), notes, call, units, list(codes["code"]), _evidence(coded, used), source
    )


def _evidence(coded: pd.DataFrame, used: Parts) -> pd.DataFrame:
    """Codings behind the numbers: those of the parts used, in the order of the documents."""
    parts = used.about[["doc", "group"]].rename(columns={"group": "period"})
    rows = coded[coded["code"].isin(used.codes["code"])].merge(parts, on=["doc", "period"])
    columns = ["period", "doc", "section", "sentence", "start", "end", "code", "evidence", "text"]
    return rows.sort_values(["period", "doc", "sentence"])[columns]


def _require(name: str, value: object, allowed: Iterable[object], mend: str) -> None:
    allowed = list(allowed)
    if value not in allowed:
        raise ValueError(f"{name} {value!r} is not one of {', '.join(map(str, allowed))}; {mend}.")


def _check_call(
    a: str, b: str, by: str, stance: str | Sequence[str] | None, base: str, draws: int
) -> list[str] | None:
    """Refuse what is not allowed; return the stances as a list."""
    _require("a", a, PLAN_PERIODS, "fyp12 is 十二五 (2011-2015)")
    _require("b", b, PLAN_PERIODS, "fyp13 is 十三五 (2016-2020)")
    if a == b:
        raise ValueError(f"a and b are both {a!r}; name two different plan periods.")
    _require("by", by, LEVELS, "a theme is a finest code of the scheme, a topic one at its top")
    _require("base", base, BASES, "coded divides by the coded sentences, all by every sentence")
    if draws < permutation.DRAWS:
        raise ValueError(f"draws {draws!r} are too few; give {permutation.DRAWS} or more, or leave it out.")
    stances = [stance] if isinstance(stance, str) else None if stance is None else list(stance)
    if stances is not None and not stances:
        raise ValueError(f"stance is empty; name one or more of {', '.join(STANCES)}, or leave it out.")
    for one in stances or ():
        _require("stance", one, STANCES, "leave it out to compare all sections")
    return stances


def _units(parts: Parts, a: str, b: str, pair: bool | None) -> tuple[Parts, Units, list[str]]:
    """Choose the unit of inference; return the parts used, their units, and why in sentences."""
    parts = parts.take(parts.about["denominator"] > 0)
    before, after = parts.of(a), parts.of(b)
    both = sorted(set(before.about["unit"]) & set(after.about["unit"]))
    paired = len(both) >= 2 if pair is None else pair
    count = "no issuer" if not both else _number(len(both), "issuer")
    why = f"{count} wrote in both periods" + ("" if pair is None else f", pair={pair} was asked for")
    if paired:
        note = f"Paired by issuer ({why}): the unit is the issuer, its documents of one period averaged."
        used = parts.take(parts.about["unit"].isin(both))
        means = _unit_means(used.of(a), both), _unit_means(used.of(b), both)
        return used, Units(*means, tuple(both), tuple(both), True), [note]
    notes = [f"Not paired by issuer ({why}): the unit is the document."]
    if parts.about["unit"].duplicated().any():
        notes.append(
            "Some documents share an issuer, or one document has a part in both periods: they are not "
            "independent and p may be too small; pair=True compares issuers with themselves."
        )
    names = tuple(before.about["doc"]), tuple(after.about["doc"])
    return parts, Units(before.shares(), after.shares(), *names, False), notes


def _unit_means(parts: Parts, names: list[str]) -> Array:
    """Mean share of each unit's parts, (n units, k codes)."""
    shares, owners = parts.shares(), parts.about["unit"].to_numpy()
    means = [shares[owners == name].mean(axis=0) for name in names]
    return np.asarray(means, dtype=float).reshape(len(names), shares.shape[1])


def _compare(parts: Parts, units: Units, a: str, b: str, *, draws: int, seed: int) -> pd.DataFrame:
    """Compare group `a` with group `b` code by code: the frame of columns `TABLE`."""
    import pandas as pd

    sides = {"a": parts.of(a), "b": parts.of(b)}
    columns: dict[str, Any] = {name: parts.codes[name] for name in ("code", "name_zh", "name_en")}
    for side, one in sides.items():
        shares = units.a if side == "a" else units.b
        columns[f"share_{side}"] = shares.mean(axis=0) if len(shares) else np.nan
        columns[f"n_{side}"] = len(shares)
        columns[f"sentences_{side}"] = one.counts.sum(axis=0)
        columns[f"coded_{side}"] = one.about["denominator"].sum()
        columns[f"documents_{side}"] = (one.counts > 0).sum(axis=0)
    columns["difference"] = units.difference()
    columns |= _intervals(units, draws, seed) | _tests(parts, units, a, b, draws, seed)
    columns["dp"] = permutation.dispersion_dp(parts.counts, parts.about["denominator"])
    columns["loo_low"], columns["loo_high"] = _left_out_range(units)
    table = pd.DataFrame({name: columns[name] for name in TABLE}).astype(TABLE)
    order = table["difference"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
    return table.loc[order].reset_index(drop=True)


def _left_out_range(units: Units) -> tuple[Array, Array]:
    """Smallest and largest difference when one unit is left out; NaN when that empties a group."""
    rest = np.array([units.without(name).difference() for name in units.names()])
    rest = rest.reshape(-1, units.a.shape[1])
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
        method = "bootstrap, percentile"
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


def _tests(parts: Parts, units: Units, a: str, b: str, draws: int, seed: int) -> dict[str, Any]:
    """Compute p, q, the smallest attainable p and the verdict in words, each (k,)."""
    n_a, n_b = len(units.a), len(units.b)
    occurs = parts.counts.sum(axis=0) > 0
    p = np.where(occurs, units.p(draws, seed), np.nan)
    p_min = permutation.attainable_p(units.a, units.b, paired=units.paired)
    if not permutation.is_exact(n_a, n_b, paired=units.paired):
        p_min = np.maximum(p_min, 1 / (draws + 1))
    p_min = np.where(occurs, p_min, np.nan)
    q = permutation.adjusted_p(np.where(p_min <= ALPHA, p, np.nan))
    verdicts = np.full(len(p), "no difference shown", dtype=object)
    difference = units.difference()
    verdicts[(q <= ALPHA) & (difference > 0)] = "higher in b"
    verdicts[(q <= ALPHA) & (difference < 0)] = "higher in a"
    verdicts[p_min > ALPHA] = "not testable: too few documents differ"
    if permutation.smallest_p(n_a, n_b, paired=units.paired) > ALPHA:
        verdicts[:] = f"not testable with {_number(parts.about['doc'].nunique(), 'document')}"
    verdicts[~occurs] = "does not occur"
    if not n_a or not n_b:
        verdicts[:] = _why_empty(units, a, b)
    return {"p": p, "q": q, "p_min": p_min, "verdict": verdicts}


def _why_empty(units: Units, a: str, b: str) -> str:
    if units.paired:
        return f"no issuer wrote in both {a} and {b}"
    return f"no documents in {' and '.join(g for g, side in ((a, units.a), (b, units.b)) if not len(side))}"


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _listed(names: Iterable[str], most: int = 10) -> str:
    names = sorted(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _note_groups(parts: Parts, a: str, b: str) -> str:
    sides = []
    for name, group in (("a", a), ("b", b)):
        about = parts.of(group).about
        counted = int(about["denominator"].sum())
        sides.append(f"{name} is {group} ({_number(len(about), 'document')}, {counted} sentences counted)")
    return "; ".join(sides) + "."


def _note_stances(placed: pd.DataFrame, a: str, b: str, stances: list[str] | None) -> str:
    """Say which stances were compared: reviews against plans is another question than plans against plans."""
    sides = []
    for group in (a, b):
        found = placed.loc[placed["period"] == group, "stance"].value_counts()
        sides.append(f"{group} " + (", ".join(f"{name} {n}" for name, n in found.items()) or "none"))
    asked = "all stances" if stances is None else "stance " + ", ".join(stances)
    return f"Sections of {asked} are compared; sentences by stance: {'; '.join(sides)}."


def _note_unused(corpus: Corpus, parts: Parts, used: Parts, a: str, b: str) -> Iterator[str]:
    absent = set(corpus.documents["doc"]) - set(parts.about["doc"])
    if absent:
        yield f"Without sentences in the sections compared, so not used: {_listed(absent)}."
    for group in (a, b):
        about = parts.of(group).about
        empty = about["denominator"] == 0
        if empty.any():
            yield f"In {group} no sentence carries a code, so not used: {_listed(about.loc[empty, 'doc'])}."
        single = set(about.loc[~empty, "doc"]) - set(used.of(group).about["doc"])
        if single:
            other = b if group == a else a
            yield f"In {group} without a part by the same issuer in {other}, so not used: {_listed(single)}."


def _note_small(used: Parts, base: str) -> Iterator[str]:
    small = used.about[used.about["denominator"] < SMALL_PART]
    if len(small):
        named = (f"{row['doc']} ({row['denominator']} in {row['group']})" for _, row in small.iterrows())
        counted = "coded sentences" if base == "coded" else "sentences"
        yield f"Fewer than {SMALL_PART} {counted}, rough shares that weigh as much as any: {_listed(named)}."


def _note_codings(codings: pd.DataFrame, coded: pd.DataFrame, corpus: Corpus) -> Iterator[str]:
    known = set(corpus.sentences[["doc", "sentence"]].itertuples(index=False, name=None))
    lost = sum(key not in known for key in codings[["doc", "sentence"]].itertuples(index=False, name=None))
    if lost:
        yield f"{_number(lost, 'coding')} of sentences that are not in this corpus were not used."
    coders = coded["coder"].dropna().unique()
    if len(coders) > 1:
        yield f"The codings of {_number(len(coders), 'coder')} are taken together: {_listed(coders)}."


def _note_statistics(table: pd.DataFrame, units: Units, draws: int, seed: int) -> Iterator[str]:
    n_a, n_b = len(units.a), len(units.b)
    if not n_a or not n_b:
        return
    moved = "the signs of the issuers' differences" if units.paired else "the documents between the periods"
    exact = permutation.is_exact(n_a, n_b, paired=units.paired)
    how = "every one enumerated" if exact else f"{draws} draws, seed {seed}, (b + 1) / (B + 1)"
    smallest = permutation.smallest_p(n_a, n_b, paired=units.paired)
    smallest = smallest if exact else max(smallest, 1 / (draws + 1))
    yield (
        f"p is two-sided, by permuting {moved} ({how}); the smallest these numbers allow is {smallest:.2g}, "
        "and p_min the smallest that a code's own shares allow."
    )
    family = int((table["p_min"] <= ALPHA).sum())
    yield (
        f"q is Benjamini-Hochberg over one family, the {_number(family, 'code')} that could be significant "
        f"at {ALPHA}; a difference is called one where q is at most {ALPHA}."
    )
    yield (
        f"95 % intervals: t on shares, percentile bootstrap from {BOOTSTRAP_FROM} a side, "
        f"none below {INTERVAL_FROM} a side."
    )
    if table["log_ratio"].isna().any():
        yield "The log ratio is NA where a code is absent from a period; no count is replaced by 0.5."
    if units.paired:
        yield "Cliff's delta is NA: it is defined for groups that are not paired."
