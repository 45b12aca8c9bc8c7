"""The unit of inference of two groups: the issuer, compared with itself where it wrote in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egovlib.analyse import notes, shares
from egovlib.analyse.notes import Note
from egovlib.analyse.statistics import permutation

if TYPE_CHECKING:
    from egovlib.analyse.shares import Parts
    from egovlib.analyse.statistics.permutation import Array


@dataclass(frozen=True)
class Units:
    """Shares of the units of inference: `a` (n_a, k codes) and `b` (n_b, k), with each unit's name."""

    codes: tuple[str, ...]
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
            self.codes,
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


def choose_units(
    parts: Parts, a: str, b: str, pair: bool | None, *, regions: bool
) -> tuple[Parts, Units, list[Note]]:
    """Choose the unit of inference; return the parts used, their units, and why in sentences."""
    parts = parts.take(parts.about["denominator"] > 0)
    before, after, codes = parts.of(a), parts.of(b), tuple(parts.codes["code"])
    names_a, names_b = (list(dict.fromkeys(side.about["unit"])) for side in (before, after))
    both = sorted(set(names_a) & set(names_b))
    if len(both) >= 2 if pair is None else pair:
        used = parts.take(parts.about["unit"].isin(both))
        first, second = (shares.average_units(used.of(group), both) for group in (a, b))
        return used, Units(codes, first, second, tuple(both), tuple(both), True), [_note_paired(both, pair)]
    why = [_note_regions() if regions else _note_unpaired(both, pair)]
    if both:
        why.append(
            Note(
                "有机关两边都有文件：两组不独立，p 可能偏小；pair=True 让各机关与自身比较。",
                "Some issuers have documents on both sides: the groups are not independent and p may be too "
                "small; pair=True compares issuers with themselves.",
            )
        )
    first, second = shares.average_units(before, names_a), shares.average_units(after, names_b)
    return parts, Units(codes, first, second, tuple(names_a), tuple(names_b), False), why


def _why_pair(both: list[str], pair: bool | None) -> tuple[str, str]:
    zh = f"{len(both)} 个机关两期都有文件" if both else "没有机关两期都有文件"
    en = f"{'no issuer' if not both else notes.number(len(both), 'issuer')} wrote in both periods"
    asked = "" if pair is None else f", pair={pair} was asked for"
    return zh + ("" if pair is None else f"，按 pair={pair} 的要求"), en + asked


def _note_paired(both: list[str], pair: bool | None) -> Note:
    zh, en = _why_pair(both, pair)
    return Note(
        f"按机关配对（{zh}）：单位是机关，其同一期的文件取平均。",
        f"Paired by issuer ({en}): the unit is the issuer, its documents of one period averaged.",
    )


def _note_unpaired(both: list[str], pair: bool | None) -> Note:
    zh, en = _why_pair(both, pair)
    return Note(
        f"不按机关配对（{zh}）：单位是机关（机关不详时为文件），其同一期的文件取平均。",
        f"Not paired by issuer ({en}): the unit is the issuer (the document where none is known), its "
        "documents of one period averaged.",
    )


def _note_regions() -> Note:
    return Note(
        "单位是机关（机关不详时为文件），其文件取平均；地区之间不配对。",
        "The unit is the issuer (the document where none is known), its documents averaged; regions are not paired.",
    )
