"""PMC: how complete a policy is, from a person's 0/1 coding of its sub-variables, with the sentences as evidence.

A main variable X_i is the mean of its 0/1 items, PMC the sum of the X_i, given with PMC/n because studies use
nine or ten of them (Ruiz Estrada 2011). The coding is a person's: two coders are asked for, their agreement
stands beside the result, and where they differ the PMC is an interval from "both say so" to "one says so".

>>> main_variable([1, 1, 0, 1])
0.75
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from egovlib import codebook
from egovlib.analyse.agreement import measure_agreement
from egovlib.analyse.notes import number
from egovlib.analyse.statistics.permutation import Array
from egovlib.codebook import terms

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("code", "parent", "name_zh", "name_en", "question", "source")
TABLE: Final = {
    "doc": "string", "pmc": "Float64", "low": "Float64", "high": "Float64", "share": "Float64",
    "band": "string", "band_zh": "string", "band_en": "string", "differ": "Int64", "evidence": "Int64",
}  # fmt: skip
"""Columns of `Pmc.table`: pmc the mean of the coders, low and high what both and what either coded, share PMC/n,
differ the items on which they differ, evidence the sentences given."""
VARIABLES: Final = {
    "doc": "string",
    "variable": "string",
    "value": "Float64",
    "low": "Float64",
    "high": "Float64",
}


@dataclass(frozen=True)
class Pmc:
    """What `pmc` found.

    table: a row a document, `TABLE`. variables: each document's main variables. agreement: of the coders over
    all items (`measure_agreement`). notes: in sentences, (zh, en).
    """

    table: pd.DataFrame
    variables: pd.DataFrame
    agreement: pd.DataFrame
    notes: list[tuple[str, str]]


def main_variable(items: ArrayLike) -> float:
    """Mean of 0/1 items; NaN without any. Raises ValueError for an item that is neither 0 nor 1."""
    values = np.asarray(items, dtype=float)
    wrong = values[~np.isin(values, (0, 1))]
    if len(wrong):
        raise ValueError(f"item {wrong[0]:g} is not allowed (0 or 1); a PMC item is there or not.")
    return float(values.mean()) if len(values) else float("nan")


def total_and_mean(values: Sequence[float]) -> dict[str, float]:
    """PMC, the sum of the main variables, and its mean, the PIE index of a policy (Ruiz Estrada, ECO 13).

    >>> total_and_mean([1.0, 0.5])
    {'sum': 1.5, 'mean': 0.75}
    """
    return {"sum": float(np.sum(values)), "mean": float(np.mean(values))}


def surface(values: Sequence[float]) -> Array:
    """The 3 by 3 matrix of nine main variables, row by row, that the PMC surface is drawn from.

    Raises ValueError for another number; of ten, studies leave out the one that never varies.

    >>> surface([1, .75, .58, 1, .5, .67, .36, .36, .22])[2].tolist()
    [0.36, 0.36, 0.22]
    """
    if len(values) != 9:
        raise ValueError(f"{len(values)} main variables do not fill the 3 by 3 surface; give nine of them.")
    return np.asarray(values, dtype=float).reshape(3, 3)


def find_band(share: float, scheme: str = "pmc") -> Mapping[str, str]:
    """Return the band of a PMC/n (or a policy index between 0 and 1) from codebook/bands.csv.

    >>> find_band(0.604, "estrada")["band"]
    'acceptable'
    """
    rows = [row for row in codebook.rows("bands") if row["scheme"] == scheme]
    if not rows:
        known = sorted({row["scheme"] for row in codebook.rows("bands")})
        raise ValueError(f"bands {scheme!r} are not known; choose {', '.join(known)}.")
    fitting = [row for row in rows if share >= float(row["from"])]
    return max(fitting, key=lambda row: float(row["from"])) if fitting else rows[-1]


def read_variables(source: str | Path) -> dict[str, list[str]]:
    """Read main variables and their items: a packaged name, or a csv file with `COLUMNS`.

    A row without parent is a main variable, the others are its items.

    >>> len(read_variables("pmc"))
    9
    """
    path = terms.locate(source, "", ("pmc",))
    rows = terms.read_rows(path, COLUMNS, "code")
    variables: dict[str, list[str]] = {row["code"]: [] for row in rows if not row["parent"]}
    for line, row in enumerate(rows, start=2):
        if row["parent"]:
            if row["parent"] not in variables:
                terms.refuse(
                    terms.Place(path.name, line, "parent"), row["parent"],
                    f"empty or a main variable: {', '.join(variables)}", "correct the parent",
                )  # fmt: skip
            variables[row["parent"]].append(row["code"])
    return variables


def pmc(
    codings: pd.DataFrame,
    variables: str | Path | Mapping[str, Sequence[str]] = "pmc",
    *,
    documents: Iterable[str] | None = None,
    bands: str = "pmc",
) -> Pmc:
    """Compute the PMC index of documents from two people's codings.

    codings: the `codings` table, one row a sentence that shows an item (`code`) to be there; an item without a
    row is 0. variables: main variables with their items. documents: all that were coded, so that one with
    nothing found counts, too; by default those in `codings`.

    Raises ValueError for a coding without evidence, an item that no variable has, or fewer than two human
    coders.

    >>> from egovlib import frames
    >>> rows = [("d", "1", 1, 0, 9, "pmc", item, coder, "建设平台") for coder in ("li", "wu") for item in "ab"]
    >>> pmc(frames.build("codings", rows), {"X1": ["a", "b"], "X2": ["c"]}).table[["doc", "pmc", "share"]]
      doc  pmc  share
    0   d  1.0    0.5
    """
    import pandas as pd

    items = dict(variables) if isinstance(variables, Mapping) else read_variables(variables)
    known = [item for each in items.values() for item in each]
    coders = _check(codings, known)
    names = sorted(set(codings["doc"])) if documents is None else list(documents)
    cells = {(row.doc, row.code, row.coder) for row in codings.itertuples(index=False)}
    coded = np.array([[[(d, i, c) in cells for i in known] for d in names] for c in coders], dtype=float)
    per_variable = [[known.index(item) for item in each] for each in items.values()]
    variable_rows, table_rows = [], []
    evidence = codings.groupby("doc").size()
    for place, doc in enumerate(names):
        each = coded[:, place]
        values = {kind: [float(v[at].mean()) for at in per_variable] for kind, v in _readings(each).items()}
        variable_rows += [
            (doc, name, *(values[kind][n] for kind in ("mean", "low", "high")))
            for n, name in enumerate(items)
        ]
        total = {kind: sum(parts) for kind, parts in values.items()}
        share = total["mean"] / len(items)
        band = find_band(share, bands)
        differ = int((each.min(axis=0) != each.max(axis=0)).sum())
        table_rows.append(
            (
                doc, total["mean"], total["low"], total["high"], share, band["band"], band["name_zh"],
                band["name_en"], differ, int(evidence.get(doc, 0)),
            )
        )  # fmt: skip
    table = pd.DataFrame(table_rows, columns=list(TABLE)).astype(TABLE)
    agreement = measure_agreement(*[one.ravel().astype(int).tolist() for one in coded])
    notes = _notes(len(names), len(items), len(known), coders, agreement)
    frame = pd.DataFrame(variable_rows, columns=list(VARIABLES)).astype(VARIABLES)
    return Pmc(table.sort_values("pmc", ascending=False).reset_index(drop=True), frame, agreement, notes)


def _check(codings: pd.DataFrame, known: Sequence[str]) -> list[str]:
    """Refuse codings that cannot carry a PMC; return the human coders."""
    for name in ("doc", "code", "coder", "evidence"):
        if name not in codings:
            raise ValueError(f"the codings lack the column {name!r}; give the table codings.")
    unknown = sorted(set(codings["code"].dropna()) - set(known))
    if unknown:
        raise ValueError(f"item {unknown[0]!r} is in no variable; add it to one, or take its rows out.")
    bare = codings[codings["evidence"].isna() | (codings["evidence"].astype("string").str.strip() == "")]
    if len(bare):
        row = bare.iloc[0]
        raise ValueError(f"item {row['code']} of {row['doc']} has no evidence; give the words that show it.")
    coders = sorted(set(codings["coder"].dropna()) - {"egovlib"})
    if len(coders) < 2:
        named = f"only {coders[0]} coded" if coders else "no person coded"
        raise ValueError(f"PMC needs two human coders and {named}; have a second person code the documents.")
    return [str(coder) for coder in coders]


def _readings(each: Array) -> dict[str, Array]:
    """One document's items (coders, items) as the coders' mean, what all say, and what any says."""
    return {"mean": each.mean(axis=0), "low": each.min(axis=0), "high": each.max(axis=0)}


def _notes(
    documents: int, variables: int, items: int, coders: Sequence[str], agreement: pd.DataFrame
) -> list[tuple[str, str]]:
    value = agreement.set_index("coefficient")["value"]
    same, alpha = (
        "NA" if value.isna()[name] else f"{value[name]:.3f}" for name in ("percent", "krippendorff_alpha")
    )
    return [
        (f"{documents} 份文件，{variables} 个主变量、{items} 个二值项，编码者 {'、'.join(coders)}。",
         f"{number(documents, 'document')}, {variables} main variables with {items} items, coded by "
         f"{', '.join(coders)}."),
        (f"一致率 {same}，Krippendorff α = {alpha}；区间从“都认为有”到“有人认为有”。",
         f"agreement {same}, Krippendorff's alpha {alpha}; the interval runs from what all coders found to what "
         "any found."),
    ]  # fmt: skip
