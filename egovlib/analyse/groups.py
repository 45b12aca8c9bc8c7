"""What several groups of documents stress: three or more regions, or a trend over plan periods.

The counting, the unit of inference and the rules are those of `comparisons`; the tests exchange labels within
issuers where issuers wrote in several groups (`blocks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.analyse import grouping, notes, shares
from egovlib.analyse.comparisons import (
    ALPHA,
    INTERVAL_FROM,
    check_counting,
    choose_evidence,
    count_codes,
    find_evidence,
)
from egovlib.analyse.grouping import require
from egovlib.analyse.notes import Note
from egovlib.analyse.shares import Parts
from egovlib.analyse.statistics import blocks, permutation
from egovlib.frames import PLAN_PERIODS

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.statistics.permutation import Array
    from egovlib.documents import Corpus

TABLE = {
    "code": "string", "name_zh": "string", "name_en": "string", "share_low": "Float64", "share_high": "Float64",
    "lowest": "string", "highest": "string", "eta_squared": "Float64", "slope": "Float64", "low": "Float64",
    "high": "Float64", "p": "Float64", "q": "Float64", "p_min": "Float64", "verdict": "string", "n": "Int64",
    "sentences": "Int64", "documents": "Int64", "dp": "Float64",
}  # fmt: skip
"""Columns of `GroupComparison.table` and their types; the names are frozen."""
MEANS = {
    "code": "string", "name_zh": "string", "name_en": "string", "group": "string", "share": "Float64",
    "low": "Float64", "high": "Float64", "n": "Int64", "sentences": "Int64", "documents": "Int64",
}  # fmt: skip
"""Columns of `GroupComparison.means` and their types; the names are frozen."""
LEAVE_ONE_OUT = {"code": "string", "left_out": "string", "eta_squared": "Float64", "slope": "Float64"}
TESTS = ("groups", "trend")


@dataclass(frozen=True)
class Cells:
    """An issuer's mean shares in each group it wrote in: one row of `values` (n, k codes) a cell.

    labels: (n,) the group's place (or its plan's number); owners: (n,) the issuer; blocked: whether labels
    are exchanged within issuers.
    """

    values: Array
    labels: tuple[int, ...]
    owners: tuple[str, ...]
    blocked: bool

    def blocks(self) -> tuple[str, ...] | None:
        """The blocks within which labels are exchanged, None for one."""
        return self.owners if self.blocked else None

    def without(self, owner: str) -> Cells:
        """Leave out one issuer."""
        kept = [i for i, name in enumerate(self.owners) if name != owner]
        return Cells(
            self.values[kept],
            tuple(self.labels[i] for i in kept),
            tuple(self.owners[i] for i in kept),
            self.blocked,
        )


@dataclass(frozen=True, repr=False)
class GroupComparison:
    """What `compare_groups` found, with the call that found it.

    table: a row a code, ranked by η² (or the size of the slope), columns `TABLE`. means: a row a code and
    group with its mean share and 95 % interval. shares: a row a document part and code. notes: `Note`s.
    """

    table: pd.DataFrame
    means: pd.DataFrame
    shares: pd.DataFrame
    notes: list[Note]
    call: dict[str, Any]
    _cells: Cells
    _evidence: pd.DataFrame
    _make: Callable[..., GroupComparison]

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """η² and slope of each code without each issuer, one row each, columns `LEAVE_ONE_OUT`."""
        import pandas as pd

        codes = list(self.means["code"].unique())
        rows = [
            (code, owner, eta, slope)
            for owner in dict.fromkeys(self._cells.owners)
            for effects in [_effects(self._cells.without(owner), self.call["test"])]
            for code, eta, slope in zip(codes, *effects, strict=True)
        ]
        return pd.DataFrame(rows, columns=list(LEAVE_ONE_OUT)).astype(LEAVE_ONE_OUT)

    def evidence(self, code: str, group: str | None = None) -> pd.DataFrame:
        """Show the sentences behind the numbers of `code`, in one group or in all; as `Comparison.evidence`."""
        return choose_evidence(
            self._evidence, code, group, codes=self.table["code"], groups=self.call["groups"]
        )

    def again(self, **changes: Any) -> GroupComparison:
        """Make the comparison again with some arguments changed."""
        return self._make(**{**self.call, **changes})

    def __repr__(self) -> str:
        return f"GroupComparison({', '.join(self.call['groups'])}; {len(self.table)} codes)"

    def _repr_html_(self) -> str:
        from egovlib.report.views import view  # the report is loaded when something is shown

        return view(self)


def compare_groups(
    corpus: Corpus,
    codings: pd.DataFrame | None = None,
    *,
    groups: Sequence[str] | None = None,
    test: str = "groups",
    period: str | None = None,
    tier: str | Sequence[str] | None = None,
    by: str = "theme",
    stance: str | Sequence[str] | None = None,
    scheme: str = "priorities",
    base: str = "coded",
    correction: str = "BH",
    seed: int = 1,
    draws: int = permutation.DRAWS,
) -> GroupComparison:
    """Compare what several plan periods, or several regions, stress: one test and one family.

    groups: plan periods (fyp11, fyp12, fyp13), or regions as in `compare_regions`; None takes the macro-regions
    that documents come from. test: "groups" asks
    whether they differ at all, "trend" whether a share rises or falls from plan to plan (only for periods;
    a period between two that is left out counts as a step). period, tier: for regions, as there. Shares,
    errors and the other arguments are those of `compare_periods`. Where two or more issuers wrote in several
    groups, labels are exchanged within issuers only, and those of a single group are not used.

    >>> import egovlib as eg
    >>> found = compare_groups(eg.read_corpus(), groups=["fyp12", "fyp13", "fyp14"], test="trend", by="topic")
    >>> found.means[["group", "n"]].drop_duplicates().values.tolist()
    [['fyp12', 7], ['fyp13', 3], ['fyp14', 6]]
    """
    groups = _present_regions(corpus) if groups is None else list(groups)
    _check_groups(groups, test)
    periods = all(group in PLAN_PERIODS for group in groups)
    call = {
        "groups": groups, "test": test, "period": period, "tier": tier, "by": by, "stance": stance,
        "scheme": scheme, "base": base, "correction": correction, "seed": seed, "draws": draws,
    }  # fmt: skip
    stances, tiers = check_counting(call), grouping.check_tiers(tier)
    if periods:
        placed = grouping.place_in_periods(corpus, groups, stances)
    else:
        placed = grouping.place_in_regions(corpus, groups, stances, period=period, tiers=tiers)
    counted = count_codes(corpus, codings, placed, call)
    used, cells = _cells(counted.parts, groups, periods)
    table = _tabulate(used, cells, call)
    about = [
        notes.note_groups(used, dict(zip("abcdefghijklmnop", groups, strict=False))),
        _note_cells(cells),
        notes.note_stances(placed, groups, stances),
        *notes.note_composition(corpus, used, groups),
        *notes.note_unused(corpus, counted.parts, used, groups),
        *notes.note_small(used, base),
        *notes.note_codings(counted.codings, counted.coded, corpus),
        *_note_statistics(table, cells, call),
    ]
    make = partial(compare_groups, corpus, codings)
    means = _means(used, cells, groups, periods)
    return GroupComparison(
        table, means, used.rows(), about, call, cells, find_evidence(counted.coded, used), make
    )


def _present_regions(corpus: Corpus) -> list[str]:
    """Macro-regions that documents come from; all where fewer than two are there to be compared."""
    codes = list(corpus.documents["region"].dropna())
    present = [name for name in grouping.macro_regions() if any(map(grouping.region_test(name), codes))]
    return present if len(present) > 1 else list(grouping.macro_regions())


def _check_groups(groups: list[str], test: str) -> None:
    require("test", test, TESTS, "groups asks whether they differ, trend whether a share rises or falls")
    if len(set(groups)) < 2 or len(set(groups)) < len(groups):
        raise ValueError(f"groups are {groups!r}; name two or more, each once.")
    named = [group for group in groups if group in PLAN_PERIODS]
    if named and len(named) < len(groups):
        other = next(group for group in groups if group not in PLAN_PERIODS)
        raise ValueError(
            f"groups mix the plan period {named[0]!r} with {other!r}; name plan periods only, or regions only."
        )
    if test == "trend" and not named:
        raise ValueError("test 'trend' needs groups in order; name plan periods, or take test='groups'.")


def _label(group: str, groups: Sequence[str], periods: bool) -> int:
    """A plan's number, so that a plan left out is a step; else the place."""
    return int(group.removeprefix("fyp")) if periods else list(groups).index(group)


def _cells(parts: Parts, groups: Sequence[str], periods: bool) -> tuple[Parts, Cells]:
    parts = parts.take(parts.about["denominator"] > 0)
    wrote = parts.about.groupby("unit")["group"].nunique()
    several = set(wrote.index[wrote > 1])
    blocked = len(several) >= 2
    if blocked:
        parts = parts.take(parts.about["unit"].isin(several))
    found = [
        (unit, group, parts.of(group))
        for group in groups
        for unit in dict.fromkeys(parts.of(group).about["unit"])
    ]
    rows = [shares.average_units(part, [unit])[0] for unit, _, part in found]
    values = np.asarray(rows, dtype=float).reshape(len(rows), parts.counts.shape[1])
    labels = tuple(_label(group, groups, periods) for _, group, _ in found)
    return parts, Cells(values, labels, tuple(unit for unit, _, _ in found), blocked)


def _effects(cells: Cells, test: str) -> tuple[Array, Array]:
    """η² and slope, each (k,); the slope is NaN where no trend is asked for."""
    if not len(cells.values):
        nothing = np.full(cells.values.shape[1], np.nan)
        return nothing, nothing
    eta = blocks.eta_squared(cells.values, cells.labels, cells.blocks())
    slope = blocks.trend_slope(cells.values, cells.labels, cells.blocks())
    return eta, slope if test == "trend" else np.full(len(eta), np.nan)


def _tabulate(parts: Parts, cells: Cells, call: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    k, groups, trend = parts.counts.shape[1], call["groups"], call["test"] == "trend"
    present = [group for group in groups if (parts.about["group"] == group).any()]
    occurs = parts.counts.sum(axis=0) > 0
    nothing = np.full(k, np.nan)
    low = high = p = p_min = nothing
    if len(present) == len(groups):
        test = blocks.trend_p if trend else blocks.groups_p
        tested = test(cells.values, cells.labels, cells.blocks(), draws=call["draws"], seed=call["seed"])
        p, p_min = (np.where(occurs, x, np.nan) for x in tested)
        if trend and len(set(cells.owners)) >= INTERVAL_FROM:
            low, high = blocks.trend_interval(cells.values, cells.labels, cells.owners, blocked=cells.blocked)
    eta, slope = _effects(cells, call["test"]) if len(present) == len(groups) else (nothing, nothing)
    q = permutation.adjusted_p(np.where(p_min <= ALPHA, p, np.nan), call["correction"])
    columns: dict[str, Any] = {name: parts.codes[name] for name in ("code", "name_zh", "name_en")}
    columns |= _extremes(parts, cells, groups, present)
    columns |= {"eta_squared": eta, "slope": slope, "low": low, "high": high, "p": p, "q": q, "p_min": p_min}
    columns["verdict"] = _verdicts(parts, slope, q, p_min, call, present)
    columns["n"] = len(cells.owners)
    columns["sentences"] = parts.counts.sum(axis=0)
    columns["documents"] = (parts.counts > 0).sum(axis=0)
    columns["dp"] = permutation.dispersion_dp(parts.counts, parts.about["denominator"])
    table = pd.DataFrame({name: columns[name] for name in TABLE}).astype(TABLE)
    size = (table["slope"] if trend else table["eta_squared"]).abs()
    order = size.sort_values(ascending=False, kind="stable", na_position="last").index
    return table.loc[order].reset_index(drop=True)


def _extremes(parts: Parts, cells: Cells, groups: Sequence[str], present: Sequence[str]) -> dict[str, Any]:
    """Smallest and largest mean share over the groups, and whose they are."""
    k = parts.counts.shape[1]
    if not present:
        nothing = np.full(k, None, dtype=object)
        return {"share_low": nothing, "share_high": nothing, "lowest": nothing, "highest": nothing}
    owned = np.array(cells.labels)
    periods = all(group in PLAN_PERIODS for group in groups)
    means = np.array([cells.values[owned == _label(g, groups, periods)].mean(axis=0) for g in present])
    return {
        "share_low": means.min(axis=0), "share_high": means.max(axis=0),
        "lowest": np.array(present, dtype=object)[means.argmin(axis=0)],
        "highest": np.array(present, dtype=object)[means.argmax(axis=0)],
    }  # fmt: skip


def _verdicts(
    parts: Parts, slope: Array, q: Array, p_min: Array, call: dict[str, Any], present: Sequence[str]
) -> Any:
    trend = call["test"] == "trend"
    verdicts = np.full(len(q), "no trend shown" if trend else "no difference shown", dtype=object)
    found = q <= ALPHA
    if trend:
        verdicts[found & (slope > 0)], verdicts[found & (slope < 0)] = "rises", "falls"
    else:
        verdicts[found] = "groups differ"
    verdicts[p_min > ALPHA] = "not testable: too few documents differ"
    if np.nanmin(p_min, initial=1.0) > ALPHA:
        documents = notes.number(int(parts.about["doc"].nunique()), "document")
        verdicts[:] = f"not testable with {documents}"
    verdicts[parts.counts.sum(axis=0) == 0] = "does not occur"
    missing = [group for group in call["groups"] if group not in present]
    if missing:
        verdicts[:] = f"no documents in {' and '.join(missing)}"
    return verdicts


def _means(parts: Parts, cells: Cells, groups: Sequence[str], periods: bool) -> pd.DataFrame:
    """Mean share of each code in each group with its t interval, columns `MEANS`."""
    import pandas as pd

    frames = []
    for group in groups:
        part = parts.of(group)
        values = cells.values[np.array(cells.labels, dtype=int) == _label(group, groups, periods)]
        low = high = np.full(parts.counts.shape[1], np.nan)
        if len(values) >= INTERVAL_FROM:
            low, high = permutation.mean_interval(values)
        mean = values.mean(axis=0) if len(values) else np.full(parts.counts.shape[1], np.nan)
        frames.append(
            parts.codes.assign(
                group=group, share=mean, low=low, high=high, n=len(values),
                sentences=part.counts.sum(axis=0), documents=(part.counts > 0).sum(axis=0),
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)[list(MEANS)].astype(MEANS)


def _note_cells(cells: Cells) -> Note:
    if cells.blocked:
        n = len(set(cells.owners))
        return Note(
            f"{n} 个机关在不止一组有文件：标签只在机关内部交换，单位是机关，其同一组的文件取平均。",
            f"{n} issuers wrote in more than one group: labels are exchanged within issuers only; the unit is "
            "the issuer, its documents of one group averaged.",
        )
    return Note(
        "单位是机关（机关不详时为文件），其同一组的文件取平均；标签在所有单位之间交换。",
        "The unit is the issuer (the document where none is known), its documents of one group averaged; "
        "labels are exchanged between all units.",
    )


def _note_statistics(table: pd.DataFrame, cells: Cells, call: dict[str, Any]) -> Iterator[Note]:
    if table["p"].isna().all():
        return
    ways = blocks.count_arrangements(cells.labels, cells.blocks())
    exact = ways <= permutation.SPLITS
    moved = (
        Note("在各机关内部交换组别", "the groups within issuers")
        if cells.blocked
        else Note("在各单位之间交换组别", "the groups between units")
    )
    smallest = float(table["p_min"].min())
    yield notes.note_p(moved, exact, call["draws"], call["seed"], smallest)
    yield notes.note_family(int((table["p_min"] <= ALPHA).sum()), call["correction"], ALPHA)
    if call["test"] == "trend":
        yield Note(
            f"slope 是每过一个五年规划占比的变化；95% 区间用按机关的刀切法和 t，不足 {INTERVAL_FROM} 个机关不给。",
            "slope is the change of the share from one five-year plan to the next; its 95 % interval is a "
            f"jackknife over issuers with t, none below {INTERVAL_FROM} issuers.",
        )
