"""What can be said of systems: a paragraph from the tables of `arrange_systems` and `trace_systems`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egovlib.analyse.systems import FURTHEST
from egovlib.extract.system_catalogue import read_catalogue
from egovlib.report.labels import label
from egovlib.report.style import say

if TYPE_CHECKING:
    import pandas as pd

NAMED = 5
"""How many of the systems that most documents name are told."""


def write_systems_conclusion(matrix: pd.DataFrame, lives: pd.DataFrame, *, lang: str = "zh") -> str:
    """Write what the matrix and the lives show: how many, which most documents name, which went from plan to use."""
    if matrix.empty:
        return say(lang, "这些文件没有提到系统。", "These documents name no system.")
    spread = matrix.groupby("system")["doc"].nunique().sort_values(ascending=False, kind="stable")
    statuses = matrix["status"].value_counts()
    counted = say(lang, "、", ", ").join(
        f"{label(status, lang)} {statuses[status]}" for status in FURTHEST if status in statuses
    )
    catalogue = read_catalogue().systems

    def name(system: str) -> str:
        return catalogue[system].name_en if lang == "en" and system in catalogue else system

    most = say(lang, "、", ", ").join(f"{name(str(s))} ({n})" for s, n in spread.head(NAMED).items())
    done = _carried_out(lives)
    n, documents = len(spread), matrix["doc"].nunique()
    return say(
        lang,
        f"{documents} 份文件提到 {n} 个系统；按文件计的最远进展：{counted}。提及文件最多的是{most}。"
        f"同一地区由拟建或在建转为在用的有 {done} 个。",
        f"{documents} documents name {n} systems; furthest status by document: {counted}. "
        f"Named by most documents: {most}. In one region, {done} went from planned or being built to operational.",
    )


def _carried_out(lives: pd.DataFrame) -> int:
    """How many systems of a region are planned or being built in one period and operational in a later one."""
    count = 0
    for _, rows in lives.groupby(["system", "region"]):
        in_order = rows.sort_values("plan_period")["status"].tolist()
        begun = next((i for i, s in enumerate(in_order) if s in ("planned", "under_construction")), None)
        count += begun is not None and "operational" in in_order[begun + 1 :]
    return count
