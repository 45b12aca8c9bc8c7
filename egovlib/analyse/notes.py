"""What a comparison says of itself: what was compared, chosen and left out, in Chinese and English sentences.

Coded values stand in braces, {plan}, {city}: whoever shows a note puts them into the reader's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from egovlib.analyse.grouping import name_group

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.shares import Parts
    from egovlib.documents import Corpus

SMALL_PART = 5
"""A part with fewer sentences counted is named: one sentence moves its share by more than a fifth."""


class Note(NamedTuple):
    """One sentence in two languages.

    >>> str(Note("比较立场为{plan}的章节。", "Sections of the stance {plan} are compared."))
    'Sections of the stance plan are compared.'
    """

    zh: str
    en: str

    def text(
        self, lang: Literal["zh", "en"] | str = "en", label: Callable[[str, str], str] | None = None
    ) -> str:
        """Write the note in `lang`; `label` puts a coded value into words of that language."""
        words = self.zh if lang == "zh" else self.en
        return re.sub(r"\{(\w+)\}", lambda m: label(m[1], lang) if label else m[1], words)

    def __str__(self) -> str:
        return self.text()


def number(n: int, noun: str) -> str:
    """Write a count: 1 document, 2 documents."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def listed(names: Iterable[str], most: int = 10) -> tuple[str, str]:
    """Up to `most` names in order, in Chinese and in English."""
    names = sorted(names)
    more = len(names) - most
    shown = names[:most]
    return (
        "、".join(shown) + (f" 等 {len(names)} 份" if more > 0 else ""),
        ", ".join(shown) + (f" and {more} more" if more > 0 else ""),
    )


def _tally(values: pd.Series[str]) -> tuple[str, str]:
    """Count coded values, the commonest first, in Chinese and in English."""
    parts = [f"{{{name}}} {n}" for name, n in values.value_counts().items()]
    return "、".join(parts) or "无", ", ".join(parts) or "none"


def note_groups(parts: Parts, groups: Mapping[str, str]) -> Note:
    """Which groups were compared; `groups` maps the letter (a, b …) to the group."""
    zh, en = [], []
    for letter, group in groups.items():
        about, name = parts.of(group).about, name_group(group)
        counted = int(about["denominator"].sum())
        zh.append(f"{letter} 为{name.zh}（{len(about)} 份文件，计 {counted} 句）")
        en.append(f"{letter} is {name.en} ({number(len(about), 'document')}, {counted} sentences counted)")
    return Note("；".join(zh) + "。", "; ".join(en) + ".")


def note_stances(placed: pd.DataFrame, groups: Sequence[str], stances: list[str] | None) -> Note:
    """Which stances were compared: reviews against plans is another question than plans against plans."""
    zh, en = [], []
    for group in groups:
        tally = _tally(placed.loc[placed["group"] == group, "stance"])
        zh.append(f"{name_group(group).zh} {tally[0]}")
        en.append(f"{name_group(group).en} {tally[1]}")
    kinds = [f"{{{stance}}}" for stance in stances or ()]
    asked_zh = f"立场为{'、'.join(kinds)}的章节" if kinds else "各种立场的章节"
    asked_en = f"stance {', '.join(kinds)}" if kinds else "all stances"
    return Note(
        f"比较的是{asked_zh}；各立场的句数：{'；'.join(zh)}。",
        f"Sections of {asked_en} are compared; sentences by stance: {'; '.join(en)}.",
    )


def note_composition(corpus: Corpus, used: Parts, groups: Sequence[str]) -> Iterator[Note]:
    """Tiers and genres on each side, when there are several: a difference may be theirs."""
    about = used.about.merge(corpus.documents[["doc", "tier", "genre"]], on="doc", how="left")
    for column, zh_name, en_name in (("tier", "行政级别", "tiers"), ("genre", "文种", "genres")):
        about[column] = about[column].fillna("unknown")
        if about[column].nunique() < 2:
            continue
        tallies = {group: _tally(about.loc[about["group"] == group, column]) for group in groups}
        zh = "；".join(f"{name_group(group).zh} {tally[0]}" for group, tally in tallies.items())
        en = "; ".join(f"{name_group(group).en} {tally[1]}" for group, tally in tallies.items())
        yield Note(
            f"各组的{zh_name}（文件数）：{zh}。差异可能来自{zh_name}，回归可将其控制。",
            f"Documents by {en_name}: {en}. A difference may be one of {en_name}; a regression holds them constant.",
        )


def note_unused(corpus: Corpus, parts: Parts, used: Parts, groups: Sequence[str]) -> Iterator[Note]:
    """Documents that could not be used, by the reason."""
    absent = listed(set(corpus.documents["doc"]) - set(parts.about["doc"]))
    if absent[0]:
        yield Note(
            f"在所比较的章节中没有句子，未使用：{absent[0]}。",
            f"Without sentences in the sections compared, so not used: {absent[1]}.",
        )
    for group in groups:
        about, name = parts.of(group).about, name_group(group)
        empty = about["denominator"] == 0
        if empty.any():
            docs = listed(about.loc[empty, "doc"])
            yield Note(
                f"在{name.zh}没有一句带有代码，未使用：{docs[0]}。",
                f"In {name.en} no sentence carries a code, so not used: {docs[1]}.",
            )
        single = listed(set(about.loc[~empty, "doc"]) - set(used.of(group).about["doc"]))
        if single[0]:
            others = [name_group(other) for other in groups if other != group]
            yield Note(
                f"在{name.zh}有而同一机关在{'、'.join(o.zh for o in others)}没有的文件，未使用：{single[0]}。",
                f"In {name.en} without a part by the same issuer in {' or '.join(o.en for o in others)}, "
                f"so not used: {single[1]}.",
            )


def note_small(used: Parts, base: str) -> Iterator[Note]:
    """Parts too short for a steady share."""
    small = used.about[used.about["denominator"] < SMALL_PART]
    if small.empty:
        return
    zh = listed(
        f"{r['doc']}（{name_group(r['group']).zh} {r['denominator']} 句）" for _, r in small.iterrows()
    )
    en = listed(
        f"{r['doc']} ({r['denominator']} in {name_group(r['group']).en})" for _, r in small.iterrows()
    )
    counted = ("带代码的句子", "coded sentences") if base == "coded" else ("句子", "sentences")
    yield Note(
        f"{counted[0]}不足 {SMALL_PART} 句、占比粗略却同样计一份的：{zh[0]}。",
        f"Fewer than {SMALL_PART} {counted[1]}, rough shares that weigh as much as any: {en[1]}.",
    )


def note_codings(codings: pd.DataFrame, coded: pd.DataFrame, corpus: Corpus) -> Iterator[Note]:
    """Codings of other documents, and of several coders."""
    known = set(corpus.sentences[["doc", "sentence"]].itertuples(index=False, name=None))
    lost = sum(key not in known for key in codings[["doc", "sentence"]].itertuples(index=False, name=None))
    if lost:
        verb = "was" if lost == 1 else "were"
        yield Note(
            f"{lost} 条编码所在的句子不在本语料中，未使用。",
            f"{number(lost, 'coding')} of sentences that are not in this corpus {verb} not used.",
        )
    coders = coded["coder"].dropna().unique()
    if len(coders) > 1:
        zh, en = listed(coders)
        yield Note(
            f"{len(coders)} 位编码者的编码合在一起：{zh}。",
            f"The codings of {number(len(coders), 'coder')} are taken together: {en}.",
        )


def note_p(moved: Note, exact: bool, draws: int, seed: int, smallest: float) -> Note:
    """How p was made and how small it can be; `moved` says what is permuted."""
    zh = "穷举全部排列" if exact else f"随机 {draws} 次，种子 {seed}，(b + 1) / (B + 1)"
    en = "every one enumerated" if exact else f"{draws} draws, seed {seed}, (b + 1) / (B + 1)"
    return Note(
        f"p 为双侧，通过{moved.zh}（{zh}）；以这些数量可达到的最小值为 {smallest:.2g}，"
        "p_min 是该代码自身的占比可达到的最小值。",
        f"p is two-sided, by permuting {moved.en} ({en}); the smallest these numbers allow is "
        f"{smallest:.2g}, and p_min the smallest that a code's own shares allow.",
    )


def note_family(family: int, correction: str, alpha: float) -> Note:
    """Which p values make one family, and how they are corrected."""
    zh, en = {
        "BH": ("Benjamini-Hochberg", "Benjamini-Hochberg"),
        "BY": ("Benjamini-Yekutieli（任意相依）", "Benjamini-Yekutieli (any dependence)"),
    }[correction]
    return Note(
        f"q 为 {zh}，以可能达到 {alpha} 的 {family} 个代码为一族；q 不超过 {alpha} 才称为差异。",
        f"q is {en} over one family, the {number(family, 'code')} that could be significant "
        f"at {alpha}; a difference is called one where q is at most {alpha}.",
    )


def note_intervals(interval_from: int, bootstrap_from: int) -> Note:
    """Which interval is given for how many units."""
    return Note(
        f"95% 区间：占比的 t 区间；每侧满 {bootstrap_from} 个单位用自助法百分位区间；"
        f"每侧不足 {interval_from} 个不给区间。",
        f"95 % intervals: t on shares, percentile bootstrap from {bootstrap_from} a side, "
        f"none below {interval_from} a side.",
    )
