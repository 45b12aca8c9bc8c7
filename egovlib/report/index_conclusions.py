"""What can be said of an index, in sentences: how many regions, how sure the ranks, what moves one region.

Sentences are chosen by what was found, so that the same notebook stays honest on other data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egovlib.analyse.notes import number
from egovlib.report.labels import check_language, phrase
from egovlib.report.plots.scores import region_names

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.index.robustness import Robustness
    from egovlib.analyse.scores import Scores


def write_index_conclusion(
    scores: Scores | None,
    found: Robustness | None = None,
    *,
    trace: pd.DataFrame | None = None,
    region: str | None = None,
    lang: str = "zh",
) -> str:
    """Write the conclusion of an index as a markdown list.

    scores: None where the panel held none of the tree's indicators; without `found` the list says only what could be
    scored. trace and region: add what the ranks of one region over the years allow to say.

    >>> from egovlib.analyse.index.published import read_panel
    >>> from egovlib.analyse.scores import score_regions
    >>> few = score_regions(read_panel("un_egdi").query("region == 'CHN'"), "un_egdi", period="2020")
    >>> print(write_index_conclusion(few, lang="en"))
    - 1 of 1 regions can be scored (un_egdi: none, given, arithmetic), 0 ranked: too few for a ranking.
    """
    place = check_language(lang)
    lines = [_UNSCORED if scores is None else _scored(scores)]
    if found is not None:
        lines.append(_sureness(found))
        lines.append(_largest(found, lang))
    if trace is not None and region is not None:
        lines += _moves(trace, lang)
    return "\n".join(f"- {line[place]}" for line in lines)


_UNSCORED = (
    "面板中没有这棵指标树所用的任何指标，没有地区可以计分。",
    "the panel holds none of the tree's indicators: no region can be scored.",
)


def _scored(scores: Scores) -> tuple[str, str]:
    table = scores.table
    n, scored, ranked = len(table), int(table["score"].notna().sum()), int(table["rank"].notna().sum())
    why = table.loc[table["score"].isna(), "reason"].value_counts()
    zh = f"（最常见的原因：{phrase(str(why.index[0]))}）" if len(why) else ""
    en = f" (most often: {why.index[0]})" if len(why) else ""
    units = "region-years" if table["period"].nunique() > 1 else "regions"
    end = ("；不足以排名。", ": too few for a ranking.") if not ranked else ("。", ".")
    return (
        f"{n} 个单元中 {scored} 个可以计分{zh}，{ranked} 个有位次（{scores.tree.name}：{scores.recipe.name}）{end[0]}",
        f"{scored} of {n} {units} can be scored{en} ({scores.tree.name}: {scores.recipe.name}), "
        f"{ranked} ranked{end[1]}",
    )


def _sureness(found: Robustness) -> tuple[str, str]:
    ranks = found.ranks
    width = float((ranks["p95"] - ranks["p05"]).median())
    firm = int((ranks["p95"] == ranks["p05"]).sum())
    n = len(ranks)
    return (
        f"一个地区的位次 5–95% 区间宽度的中位数为 {width:g} 位（n = {n}）；{firm} 个地区的位次在模拟中几乎不变。"
        "相邻几位的先后一般说不准。",
        f"the 5-95 % interval of a rank is {width:g} places wide at the median (n = {n}); {number(firm, 'rank')} "
        "hardly moved in the draws. Who is ahead among close neighbours can as a rule not be said.",
    )


def _largest(found: Robustness, lang: str) -> tuple[str, str]:
    ranks = found.ranks
    spans = (ranks["worst"] - ranks["best"]).astype(float)
    row = ranks.loc[[spans.idxmax()]]
    best, worst = int(row["best"].iloc[0]), int(row["worst"].iloc[0])
    name = region_names(row, lang)[0]
    return (
        f"换一种方法组合，{name}的位次可在第 {best} 与第 {worst} 之间，为各地区中变动最大者。",
        f"under other choices {name} can be anywhere from place {best} to {worst}, the widest range of all.",
    )


def _moves(trace: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    """Whether the first and the last year's intervals of one region lie apart."""
    known = trace[trace["rank"].notna()]
    if len(known) < 2:
        return []
    first, last = known.iloc[0], known.iloc[-1]
    name = region_names(known, lang)[-1]
    apart = last["p95"] < first["p05"] or last["p05"] > first["p95"]
    verdict = (
        (
            "两个区间不相交：变化不取决于这里试过的选择",
            "the intervals lie apart: the change does not hang on the choices tried",
        )
        if apart
        else ("两个区间相交：这一变化可能只出自方法的选择", "the intervals meet: the change may come from the choices")
    )  # fmt: skip
    a, b = (f"{row['rank']} [{row['p05']:g}–{row['p95']:g}]" for row in (first, last))
    return [
        (f"{name} {first['period']} 年第 {a}，{last['period']} 年第 {b}；{verdict[0]}。",
         f"{name}: place {a} in {first['period']}, {b} in {last['period']}; {verdict[1]}."),
    ]  # fmt: skip
