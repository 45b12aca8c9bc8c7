"""What can be said: a paragraph written from a comparison's result, in Chinese or English.

The paragraph says no more than the table: what differs beyond chance, what shows no difference, what could
not be tested with so few documents, and which stance was compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egovlib.report.labels import check_language, label, plan_label

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.comparisons import Comparison

LARGEST = 3
"""How many of the largest differences are named."""


def write_conclusion(comparison: Comparison, *, lang: str = "zh") -> str:
    """Write the paragraph; `lang` is zh or en."""
    table, call = comparison.table, comparison.call
    a, b = plan_label(call["a"], lang), plan_label(call["b"], lang)
    english = bool(check_language(lang))
    n_a, n_b = (int(table[name].max()) if len(table) else 0 for name in ("n_a", "n_b"))
    sentences = [_compared(a, b, n_a, n_b, call["stance"], english)]
    if not n_a or not n_b:
        empty = a if not n_a else b
        sentences.append(f"There is nothing to compare: no document speaks of {empty} in this way." if english
                         else f"{empty}没有可比的文件，无从比较。")  # fmt: skip
        return _join(sentences, english)
    different = table[table["verdict"].str.startswith("higher")]
    untested = table[table["verdict"].str.startswith("not testable")]
    sentences += (
        _shown(different, a, b, english) if len(different) else [_none_shown(table, untested, english)]
    )
    if len(untested):
        sentences.append(
            f"{len(untested)} of {len(table)} codes could not have come out significant with so few documents."
            if english
            else f"{len(table)} 项中有 {len(untested)} 项，以现有的文件数无论如何也达不到显著，因而不作检验结论。"
        )
    sentences.append(_largest(table, a, b, english))
    return _join(sentences, english)


def _join(sentences: list[str], english: bool) -> str:
    return (" " if english else "").join(sentence for sentence in sentences if sentence)


def _compared(a: str, b: str, n_a: int, n_b: int, stance: Any, english: bool) -> str:
    stances = [stance] if isinstance(stance, str) else list(stance or ())
    words = ("/" if english else "、").join(label(name, "en" if english else "zh") for name in stances)
    if english:
        part = f"sections of the stance {words}" if words else "sections of every stance"
        return f"Compared were {n_a} units for {a} and {n_b} for {b}, in {part}."
    part = f"立场为“{words}”的章节" if words else "各种立场的章节"
    return f"比较的是{part}：{a} {n_a} 个单位，{b} {n_b} 个单位。"


def _shown(different: pd.DataFrame, a: str, b: str, english: bool) -> list[str]:
    up = _names(different[different["difference"] > 0], english)
    down = _names(different[different["difference"] < 0], english)
    parts = [(up, b), (down, a)]
    if english:
        return [f"{period} stresses more: {names} (q ≤ .05)." for names, period in parts if names]
    return [f"{period}更强调：{names}（q ≤ .05）。" for names, period in parts if names]


def _none_shown(table: pd.DataFrame, untested: pd.DataFrame, english: bool) -> str:
    if len(untested) == len(table):
        return ""
    if english:
        return "No difference can be told from chance; that is not to say that there is none."
    return "没有一项差异可以与偶然区分开；这不等于说没有差异。"


def _largest(table: pd.DataFrame, a: str, b: str, english: bool) -> str:
    """Name the largest differences with their size, as description."""
    top = table.dropna(subset=["difference"]).head(LARGEST)
    if top.empty:
        return ""
    items = [
        f"{name} {100 * float(d):+.1f}"
        for name, d in zip(_list(top, english), top["difference"], strict=True)
    ]
    if english:
        return f"As description only, the largest differences ({b} minus {a}, percentage points): {'; '.join(items)}."
    return f"仅作描述，差异最大的是（{b}减{a}，百分点）：{'；'.join(items)}。"


def _list(table: pd.DataFrame, english: bool) -> list[str]:
    return [str(name) for name in table["name_en" if english else "name_zh"]]


def _names(table: pd.DataFrame, english: bool) -> str:
    return (", " if english else "、").join(_list(table, english))
