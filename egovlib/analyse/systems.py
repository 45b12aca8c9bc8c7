"""Systems by document and by plan period: who runs, builds or plans what, and how that went on.

One document may speak of a system several times; what counts is how far it says the system has come
(`FURTHEST`: in use, else being built, else planned, else unclear).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus

FURTHEST = ("operational", "under_construction", "planned", "unclear")
"""The statuses from the furthest to the least known."""


def arrange_systems(systems: pd.DataFrame) -> pd.DataFrame:
    """How far each system has come in each document: system, category, doc, status, mentions.

    Takes the table `systems`; rows stand by the number of documents that name the system, then by name.

    >>> from egovlib.extract.systems import find_systems
    >>> found = find_systems("规划建设政务云。已建成政务外网。政务外网稳定运行。")
    >>> arrange_systems(found)[["system", "mentions"]].values.tolist()
    [['政务云', 1], ['政务外网', 2]]
    """
    return _furthest(systems, ["system", "category", "doc"], by="doc")


def trace_systems(systems: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """The life of each system: system, category, region, region_name, plan_period, status, mentions.

    The plan period is that of the section a mention stands in, so that one plan tells of two periods; mentions
    without a period or a region are left out.
    """
    sections = corpus.sections[["doc", "section", "plan_period"]]
    regions = corpus.documents[["doc", "region", "region_name"]]
    placed = systems.merge(sections, on=["doc", "section"]).merge(regions, on="doc")
    placed = placed.dropna(subset=["plan_period", "region"])
    return _furthest(placed, ["system", "category", "region", "region_name", "plan_period"], by="plan_period")


def _furthest(mentions: pd.DataFrame, keys: list[str], *, by: str) -> pd.DataFrame:
    """One row a combination of `keys`: its furthest status and how many mentions it has."""
    ranked = mentions.assign(rank=mentions["status"].map({name: i for i, name in enumerate(FURTHEST)}))
    found = (
        ranked.groupby(keys, dropna=False).agg(rank=("rank", "min"), mentions=("rank", "size")).reset_index()
    )
    found["status"] = found.pop("rank").map(dict(enumerate(FURTHEST))).astype("string")
    spread = found.groupby("system")[by].transform("nunique")
    found = found.assign(spread=spread).sort_values(["spread", *keys], ascending=[False, *[True] * len(keys)])
    return found[[*keys, "status", "mentions"]].reset_index(drop=True)
