"""The ten steps of the OECD/JRC handbook as an audit sheet of one index, filled in from the result itself.

What the result cannot know (why these indicators, whether outsiders agree) is listed as open, not as done.
Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, part 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from egovlib.analyse.index.coherence import correlations, cronbach_alpha, first_component

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.index.robustness import Robustness
    from egovlib.analyse.scores import Scores

SHEET: Final = {
    "number": "Int64", "step": "string", "state": "string", "zh": "string", "en": "string",
}  # fmt: skip
"""Columns of the sheet; state is done, check (a person should look) or open (the result cannot answer)."""

STEPS: Final = (
    "framework", "data selection", "missing data", "multivariate analysis", "normalisation",
    "weighting and aggregation", "uncertainty and sensitivity", "back to the data",
    "links to other measures", "presentation",
)  # fmt: skip

COLLINEAR: Final = 0.92
"""Two indicators correlated above this count the same thing twice (the JRC's audits use .92)."""
COHERENT: Final = 0.7
"""Cronbach's alpha from which a set of indicators is usually called coherent (Nunnally 1978)."""
FOLLOWED: Final = 0.3
"""An indicator that correlates less with the index hardly counts in it, whatever its weight (a convention)."""

Line = tuple[str, str, str]


def audit(scores: Scores, found: Robustness | None = None) -> pd.DataFrame:
    """Fill in the sheet of an index: a row a step, columns `SHEET`.

    found: the result of `robustness`; without it step 7 is open.

    >>> from egovlib.analyse.index.published import read_panel
    >>> from egovlib.analyse.scores import score_regions
    >>> sheet = audit(score_regions(read_panel("un_egdi"), "un_egdi", period="2020"))
    >>> sheet.state.tolist()[:3], len(sheet)
    (['check', 'done', 'done'], 10)
    """
    import pandas as pd

    lines = (
        _framework(scores), _data(scores), _missing(scores), _multivariate(scores), _normalisation(scores),
        _weighting(scores), _uncertainty(found), _back(scores),
        ("open", "尚未与其他测度比较；用 compare 或相关分析补上。",
         "not compared with other measures; add that with compare or a correlation."),
        ("done", "每张图都写明 n、区间与来源；方向随每次打印显示。",
         "every figure names n, interval and source; directions are in every printout."),
    )  # fmt: skip
    rows = [(n, step, *line) for n, (step, line) in enumerate(zip(STEPS, lines, strict=True), start=1)]
    return pd.DataFrame(rows, columns=list(SHEET)).astype(SHEET)


def _framework(scores: Scores) -> Line:
    tree = scores.tree
    source = tree.by_code[tree.root].source
    k, pillars = len(tree.indicators), len(tree.pillars)
    return (
        "check",
        f"{k} 个指标、{pillars} 个一级类；依据：{source or '未写明'}。为何选这些指标须由人说明。",
        f"{k} indicators in {pillars} pillars; after: {source or 'not stated'}. Why these, a person must say.",
    )


def _data(scores: Scores) -> Line:
    total = len(scores.table)
    scored = int(scores.table["score"].notna().sum())
    silent = scores.indicators.loc[scores.indicators["outcome"] != "used", "indicator"].tolist()
    names = ", ".join(map(str, silent))
    return (
        "check" if silent or scored < total else "done",
        f"{total} 个单元中 {scored} 个可计分；不起作用的指标：{names or '无'}。",
        f"{scored} of {total} units can be scored; indicators that say nothing: {names or 'none'}.",
    )


def _missing(scores: Scores) -> Line:
    gaps = int((~np.isfinite(scores.cells.values)).sum())
    imputed = int(scores.indicators["imputed"].sum())
    return (
        "check" if imputed else "done",
        f"计分单元中填补 {imputed} 格，仍缺 {gaps} 格（在组内退出）。",
        f"{imputed} cells of the units scored imputed, {gaps} still missing (they drop out within their group).",
    )


def _multivariate(scores: Scores) -> Line:
    values = scores.cells.values * np.where(scores.tree.settings("direction") < 0, -1, 1)
    if len(values) < 3 or values.shape[1] < 2:
        return ("open", "单元或指标太少，无法分析。", "too few units or indicators to look at.")
    matrix = correlations(values)
    pairs = np.triu_indices(len(matrix), 1)
    close = int((matrix[pairs] > COLLINEAR).sum())
    against = int((matrix[pairs] < 0).sum())
    alpha = cronbach_alpha(scores.built.normalised)
    share = first_component(values)[1]
    said = "NA" if np.isnan(alpha) else f"{alpha:.2f}"
    part = "NA" if np.isnan(share) else f"{share:.0%}"
    return (
        "done" if not close and not against and alpha >= COHERENT else "check",
        f"α = {said}；第一主成分解释 {part}；相关高于 {COLLINEAR} 的 {close} 对，负相关 {against} 对。",
        f"alpha {said}; the first component explains {part}; {close} pairs correlate above {COLLINEAR}, {against} "
        "negatively.",
    )


def _normalisation(scores: Scores) -> Line:
    signs = ", ".join(f"{row.indicator} {row.direction}" for row in scores.indicators.itertuples(index=False))
    text = _log_line(scores, "normalise")
    return ("done", f"{text[0]}方向：{signs}。", f"{text[1]} Directions: {signs}.")


def _weighting(scores: Scores) -> Line:
    weights = scores.indicators.set_index("indicator")["weight"].sort_values(ascending=False)
    heaviest = ", ".join(f"{code} {share:.1%}" for code, share in weights.head(3).items())
    first, second = _log_line(scores, "weights"), _log_line(scores, "aggregate")
    return (
        "done",
        f"{first[0]}{second[0]}有效权重最大：{heaviest}。",
        f"{first[1]} {second[1]} Heaviest in effect: {heaviest}.",
    )


def _log_line(scores: Scores, step: str) -> tuple[str, str]:
    row = scores.log[scores.log["step"] == step].iloc[0]
    return str(row["zh"]), str(row["en"])


def _uncertainty(found: Robustness | None) -> Line:
    if found is None:
        return ("open", "尚未做稳健性分析：robustness(scores)。", "not examined yet: robustness(scores).")
    ranks = found.ranks
    wide = float((ranks["p95"] - ranks["p05"]).median())
    movers = int((ranks["worst"] - ranks["best"] >= max(2, len(ranks) // 4)).sum())
    return (
        "done" if not movers else "check",
        f"{found.notes[0][0]}位次 5–95% 区间宽度中位数 {wide:g}；换方法后移动四分之一榜单以上的 {movers} 个。",
        f"{found.notes[0][1]} Median width of the 5-95 % rank interval {wide:g}; {movers} units move by a quarter of "
        "the table under other choices.",
    )


def _back(scores: Scores) -> Line:
    """Which indicator the index follows most and least: correlation of each with the index."""
    index = scores.built.scores
    if len(index) < 3:
        return ("open", "单元太少。", "too few units.")
    matrix = correlations(np.column_stack([index, scores.built.normalised]))[0, 1:]
    if np.isnan(matrix).all():
        return ("open", "指数没有差别。", "the index does not vary.")
    codes = scores.tree.indicators
    most, least = int(np.nanargmax(matrix)), int(np.nanargmin(matrix))
    return (
        "check" if matrix[least] < FOLLOWED else "done",
        f"与指数相关最高：{codes[most]}（{matrix[most]:.2f}），最低：{codes[least]}（{matrix[least]:.2f}）。",
        f"the index follows {codes[most]} most ({matrix[most]:.2f}) and {codes[least]} least ({matrix[least]:.2f}).",
    )
