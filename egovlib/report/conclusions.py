"""What can be said: a paragraph written from a comparison's result, in Chinese or English.

The paragraph says no more than the table: what differs beyond chance, what shows no difference, what could
not be tested with so few documents, and which stance was compared. A regression beside it says which
differences remain when genre, tier and length are held constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from egovlib.analyse.comparisons import INTERVAL_FROM
from egovlib.report.labels import check_language, group_label, label

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.comparisons import Comparison
    from egovlib.analyse.groups import GroupComparison

LARGEST = 3
"""How many of the largest differences are named."""


def write_conclusion(
    comparison: Comparison | GroupComparison, *, regression: pd.DataFrame | None = None, lang: str = "zh"
) -> str:
    """Write the paragraph on a comparison of two groups or of several; `lang` is zh or en.

    regression: the table of `regress_shares` on the same shares, if one was made.
    """
    english = bool(check_language(lang))
    if "groups" in comparison.call:
        sentences = _several_groups(comparison, english)
    else:
        sentences = _two_groups(comparison, regression, english)
    return (" " if english else "").join(sentence for sentence in sentences if sentence)


def _two_groups(comparison: Any, regression: pd.DataFrame | None, english: bool) -> list[str]:
    table, call = comparison.table, comparison.call
    a, b = (group_label(call[side], _language(english)) for side in ("a", "b"))
    counts = [int(table[name].max()) if len(table) else 0 for name in ("n_a", "n_b")]
    sentences = [_compared([a, b], counts, call["stance"], english)]
    if not all(counts):
        return [*sentences, _nothing(a if not counts[0] else b, english)]
    different = table[table["verdict"].str.startswith("higher")]
    untested = table[table["verdict"].str.startswith("not testable")]
    if len(different):
        sentences += _shown(different, a, b, english)
        sentences.append(_remaining(different, regression, english))
    else:
        sentences.append(_none_shown(table, untested, english))
    sentences += [_untested(table, untested, english), _largest(table, a, b, english)]
    return sentences


def _several_groups(comparison: Any, english: bool) -> list[str]:
    table, call, lang = comparison.table, comparison.call, _language(english)
    names = {group: group_label(group, lang) for group in call["groups"]}
    n = comparison.means.groupby("group")["n"].max()
    counts = [int(n[group]) for group in names]
    sentences = [_compared(list(names.values()), counts, call["stance"], english)]
    if not all(counts):
        return [*sentences, _nothing(list(names.values())[counts.index(0)], english)]
    untested = table[table["verdict"].str.startswith("not testable")]
    if call["test"] == "trend":
        found = [_trends(table, english)]
    else:
        found = [_groups_differ(table[table["verdict"] == "groups differ"], names, english)]
    if not found[0]:
        found = [_none_shown(table, untested, english)]
    few = [name for name, n in zip(names.values(), counts, strict=True) if n < INTERVAL_FROM]
    return [*sentences, *found, _few(few, english), _untested(table, untested, english)]


def _few(names: Sequence[str], english: bool) -> str:
    """Name the groups whose means rest on too few units for an interval."""
    if not names:
        return ""
    if english:
        return f"The means of {', '.join(names)} rest on fewer than {INTERVAL_FROM} units and are rough."
    return f"{'、'.join(names)}的均值来自不足 {INTERVAL_FROM} 个单位，只是粗略的。"


def _language(english: bool) -> str:
    return "en" if english else "zh"


def _compared(names: Sequence[str], counts: Sequence[int], stance: Any, english: bool) -> str:
    stances = [stance] if isinstance(stance, str) else list(stance or ())
    words = ("/" if english else "、").join(label(name, _language(english)) for name in stances)
    if english:
        part = f"sections of the stance {words}" if words else "sections of every stance"
        units = ", ".join(f"{n} units for {name}" for name, n in zip(names, counts, strict=True))
        return f"Compared were {units}, in {part}."
    part = f"立场为“{words}”的章节" if words else "各种立场的章节"
    units = "，".join(f"{name} {n} 个单位" for name, n in zip(names, counts, strict=True))
    return f"比较的是{part}：{units}。"


def _nothing(empty: str, english: bool) -> str:
    if english:
        return f"There is nothing to compare: no document speaks of {empty} in this way."
    return f"{empty}没有可比的文件，无从比较。"


def _shown(different: pd.DataFrame, a: str, b: str, english: bool) -> list[str]:
    up = _names(different[different["difference"] > 0], english)
    down = _names(different[different["difference"] < 0], english)
    parts = [(up, b), (down, a)]
    if english:
        return [f"{group} stresses more: {names} (q ≤ .05)." for names, group in parts if names]
    return [f"{group}更强调：{names}（q ≤ .05）。" for names, group in parts if names]


def _remaining(different: pd.DataFrame, regression: pd.DataFrame | None, english: bool) -> str:
    """Say which differences remain in the regression; nothing where it could not be made."""
    if regression is None:
        return ""
    of_group = regression[regression["term"].fillna("").str.startswith("group ")]
    of_group = of_group[of_group["code"].isin(different["code"])]
    tried = of_group[of_group["p"].notna()]
    if of_group.empty:  # a regression of other codes
        return ""
    if tried.empty:
        return ("No regression could hold genre, tier and length constant here." if english
                else "这里无法用回归控制文种、行政级别和篇幅。")  # fmt: skip
    kept = set(tried.loc[tried["q"] <= 0.05, "code"])
    lost = different[different["code"].isin(tried["code"]) & ~different["code"].isin(kept)]
    if english:
        rest = f"; not {_names(lost, english)}" if len(lost) else ""
        return f"With genre, tier and length held constant, {len(kept)} of {len(tried)} remain{rest}."
    rest = f"；不再成立的是{_names(lost, english)}" if len(lost) else ""
    return f"控制文种、行政级别和篇幅之后，{len(tried)} 项中有 {len(kept)} 项仍成立{rest}。"


def _groups_differ(different: pd.DataFrame, names: dict[str, str], english: bool) -> str:
    if different.empty:
        return ""
    items = [
        f"{name} ({names[low]} {100 * least:.1f} % to {names[high]} {100 * most:.1f} %)"
        if english
        else f"{name}（{names[low]} {100 * least:.1f}% 至{names[high]} {100 * most:.1f}%）"
        for name, low, high, least, most in zip(
            _list(different, english),
            *(different[column] for column in ("lowest", "highest", "share_low", "share_high")),
            strict=True,
        )
    ]
    if english:
        return f"The groups differ in: {'; '.join(items)} (q ≤ .05)."
    return f"各组在以下方面不同：{'；'.join(items)}（q ≤ .05）。"


def _trends(table: pd.DataFrame, english: bool) -> str:
    words = {"rises": ("上升", "rises"), "falls": ("下降", "falls")}
    parts = [
        (words[way][int(english)], _names(table[table["verdict"] == way], english))
        for way in words
        if (table["verdict"] == way).any()
    ]
    if english:
        return " ".join(f"From plan to plan the share {way} of: {names} (q ≤ .05)." for way, names in parts)
    return "".join(f"占比逐期{way}的是：{names}（q ≤ .05）。" for way, names in parts)


def _none_shown(table: pd.DataFrame, untested: pd.DataFrame, english: bool) -> str:
    if len(untested) == len(table):
        return ""
    if english:
        return "No difference can be told from chance; that is not to say that there is none."
    return "没有一项差异可以与偶然区分开；这不等于说没有差异。"


def _untested(table: pd.DataFrame, untested: pd.DataFrame, english: bool) -> str:
    if untested.empty:
        return ""
    if english:
        return f"{len(untested)} of {len(table)} codes could not have come out significant with so few documents."
    return f"{len(table)} 项中有 {len(untested)} 项，以现有的文件数无论如何也达不到显著，因而不作检验结论。"


def _largest(table: pd.DataFrame, a: str, b: str, english: bool) -> str:
    """Name the largest differences with their size, as description."""
    top = table.dropna(subset=["difference"]).head(LARGEST)
    if top.empty:
        return ""
    items = [
        f"{name} {100 * float(d):+.1f}".replace("-", "−")
        for name, d in zip(_list(top, english), top["difference"], strict=True)
    ]
    if english:
        return f"As description only, the largest differences ({b} minus {a}, percentage points): {'; '.join(items)}."
    return f"仅作描述，差异最大的是（{b}减{a}，百分点）：{'；'.join(items)}。"


def _list(table: pd.DataFrame, english: bool) -> list[str]:
    return [str(name) for name in table["name_en" if english else "name_zh"]]


def _names(table: pd.DataFrame, english: bool) -> str:
    return (", " if english else "、").join(_list(table, english))
