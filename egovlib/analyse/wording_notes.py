"""What a comparison of words says of itself, in Chinese and English sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from egovlib.analyse import comparisons, notes
from egovlib.analyse.grouping import name_group
from egovlib.analyse.notes import Note
from egovlib.analyse.statistics import permutation
from egovlib.text.words import has_segmenter, segmentation

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.pairing import Units
    from egovlib.analyse.shares import Parts

SMALL_PART = 200
"""A part with fewer words is named: a word that stands there once has half a percent of it, more than all but the
commonest words have anywhere."""

NO_SECOND = Note(
    "没有安装第二种分词器（icu4py），未以另一种切分复核；安装：pip install 'egovlib[wording]'。",
    "The second segmenter (icu4py) is not installed, so the test was not made again with words cut otherwise; to "
    "install it: pip install 'egovlib[wording]'.",
)


def note_exploratory(words: int, call: dict[str, Any]) -> Note:
    """Which words were looked at, and that none was named beforehand."""
    count, documents = call["min_count"], call["min_documents"]
    return Note(
        f"探索性：考察的是两组合计出现至少 {count} 次、见于至少 {documents} 份文件的 {words} 个词，"
        "并非事先指定；所见应以另外的文件验证。",
        f"Exploratory: looked at are the {notes.number(words, 'word')} with at least {count} occurrences in at "
        f"least {documents} documents of both groups together, none named beforehand; confirm what you find on "
        "other documents.",
    )


def note_groups(parts: Parts, call: dict[str, Any]) -> Note:
    """Which groups were compared, with their documents and words."""
    zh, en = [], []
    for side in "ab":
        about, name = parts.of(call[side]).about, name_group(call[side])
        size = int(about["denominator"].sum())
        zh.append(f"{side} 为{name.zh}（{len(about)} 份文件，{size} 个词）")
        en.append(f"{side} is {name.en} ({notes.number(len(about), 'document')}, {size} words)")
    return Note("；".join(zh) + "。", "; ".join(en) + ".")


def note_small(parts: Parts) -> Iterator[Note]:
    """Parts too short for a steady share."""
    small = parts.about[parts.about["denominator"] < SMALL_PART]
    if len(small):
        zh, en = notes.listed(f"{row['doc']} ({row['denominator']})" for _, row in small.iterrows())
        yield Note(
            f"不足 {SMALL_PART} 个词、占比粗略却同样计一份的：{zh}。",
            f"Fewer than {SMALL_PART} words, rough shares that weigh as much as any: {en}.",
        )


def note_tests(table: pd.DataFrame, units: Units, call: dict[str, Any]) -> Iterator[Note]:
    """How p, q and the intervals were made, and which forms describe."""
    n_a, n_b, draws = len(units.a), len(units.b), call["draws"]
    if not n_a or not n_b or table.empty:
        return
    exact = permutation.is_exact(n_a, n_b, paired=units.paired)
    smallest = permutation.smallest_p(n_a, n_b, paired=units.paired)
    smallest = smallest if exact else max(smallest, 1 / (draws + 1))
    family = int((table["p_min"] <= comparisons.ALPHA).sum())
    moved = (
        ("变换各单位差值的正负号", "flipping the signs of the units' differences")
        if units.paired
        else ("在两组之间重新分配单位", "moving the units between the groups")
    )
    yield Note(
        f"p 为双侧，通过{moved[0]}，可达到的最小值为 {smallest:.2g}；q 为 {call['correction']}，"
        f"以可能达到 {comparisons.ALPHA} 的 {family} 个词为一族。",
        f"p is two-sided, by {moved[1]}; the smallest these numbers allow is {smallest:.2g}; q is "
        f"{call['correction']} over one family, the {notes.number(family, 'word')} that could be significant at "
        f"{comparisons.ALPHA}.",
    )
    yield notes.note_intervals(comparisons.INTERVAL_FROM, comparisons.BOOTSTRAP_FROM)
    form = {
        "two_cells": ("两格（Rayson）", "of two cells (Rayson)"),
        "four_cells": ("四格（Dunning）", "of four cells (Dunning)"),
    }
    zh, en = form[call["g2"]]
    yield Note(
        f"G² 为{zh}，加权对数优势比按 Monroe 等（2008），先验相当于再加一份平均长度的文件；二者只作描述，不作检验。",
        f"G² is that {en}, the weighted log-odds are those of Monroe et al. (2008) with a prior that weighs as one "
        "more average document; both describe and test nothing.",
    )


def note_segmenters(call: dict[str, Any]) -> Iterator[Note]:
    """How the words were cut, the first way and the second."""
    names = [
        call["segmenter"],
        *([call["second"]] if call["second"] and has_segmenter(call["second"]) else []),
    ]
    for place, name in enumerate(names):
        known = segmentation(name)
        zh, en = notes.listed(known.broken)
        which = (
            ("分词", "Words are cut by"),
            ("复核用的第二种分词", "The test is made again with words cut by"),
        )[place]
        yield Note(
            f"{which[0]}：{name}（词典 {known.sha256[:8]}）；"
            + (f"未能整词切出的术语：{zh}。" if zh else "编码本术语全部整词切出。"),
            f"{which[1]} {name} (dictionary {known.sha256[:8]}); "
            + (f"terms that do not come out whole: {en}." if en else "every codebook term comes out whole."),
        )
