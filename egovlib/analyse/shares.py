"""How much of each document's part speaks of each code: codings folded, parts counted, units averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.statistics.permutation import Array

SHARES = {
    "doc": "string", "issuer": "string", "group": "string", "period": "string", "code": "string",
    "sentences": "Int64", "denominator": "Int64", "share": "Float64",
}  # fmt: skip
"""Columns of `Comparison.shares` and their types; the names are frozen."""

LEVELS = ("theme", "topic")
BASES = ("coded", "all")


@dataclass(frozen=True)
class Parts:
    """The documents' parts in each group, counted: one row of `about` and of `counts` a part.

    about: doc, issuer, unit (the issuer, or the document where none is known), group, period, denominator.
    counts: (n parts, k codes) sentences with the code. codes: code, name_zh, name_en.
    """

    about: pd.DataFrame
    counts: Array
    codes: pd.DataFrame

    def take(self, rows: pd.Series[bool]) -> Parts:
        """Keep the parts marked True."""
        return Parts(self.about[rows].reset_index(drop=True), self.counts[rows.to_numpy()], self.codes)

    def of(self, group: str) -> Parts:
        """Keep one group's parts."""
        return self.take(self.about["group"] == group)

    def shares(self) -> Array:
        """Share of each code in each part, (n parts, k codes); the parts must not be empty."""
        return np.asarray(self.counts / self.about["denominator"].to_numpy(dtype=float)[:, None])

    def rows(self) -> pd.DataFrame:
        """Write the shares out, a row a part and code, columns `SHARES`."""
        k = len(self.codes)
        about = self.about.loc[self.about.index.repeat(k)].reset_index(drop=True)
        rows = about.assign(
            code=np.tile(self.codes["code"].to_numpy(), len(self.about)),
            sentences=self.counts.ravel(),
            share=self.shares().ravel(),
        )
        return rows[list(SHARES)].astype(SHARES)


def scheme_codes(scheme: str, by: str) -> pd.DataFrame:
    """List the codes compared: the finest of the scheme (`by="theme"`) or its top codes (`by="topic"`).

    Columns code, name_zh, name_en; attrs: "scheme" its name, "counted_as" the code each code is counted as.
    By theme a top code stays itself and has no row: its sentences still are coded ones. ValueError for an
    unknown scheme.

    >>> codes = scheme_codes("priorities", by="topic")
    >>> codes.code.tolist()[:2], codes.attrs["counted_as"]["broadband"]
    (['infrastructure', 'portal'], 'infrastructure')
    """
    import pandas as pd

    from egovlib.extract.themes import read_scheme

    known = read_scheme(scheme)
    inner = {code.parent for code in known.codes}
    kept = [code for code in known.codes if (code.code not in inner if by == "theme" else not code.parent)]
    names = ("code", "name_zh", "name_en")
    frame = pd.DataFrame({name: [getattr(code, name) for code in kept] for name in names}, dtype="string")
    frame.attrs["scheme"] = known.name
    frame.attrs["counted_as"] = {
        code.code: known.topic(code.code) if by == "topic" else code.code for code in known.codes
    }
    return frame


def fold_codings(codings: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Keep the scheme's codings, once a sentence and code, each under the code it is counted as.

    codes: from `scheme_codes`. ValueError for a code that the scheme does not have.
    """
    scheme, counted_as = codes.attrs["scheme"], codes.attrs["counted_as"]
    coded: pd.DataFrame = codings[codings["scheme"] == scheme]
    unknown = sorted(set(coded["code"].dropna()) - set(counted_as))
    if unknown:
        raise ValueError(
            f"code {unknown[0]!r} of the codings is not in scheme {scheme!r}; add it there, or code again."
        )
    folded = coded.assign(code=coded["code"].map(counted_as).astype("string"))
    return folded.drop_duplicates(["doc", "sentence", "code"])


def count_parts(placed: pd.DataFrame, coded: pd.DataFrame, codes: pd.DataFrame, base: str) -> Parts:
    """Count each part's sentences with each code, and its denominator (0 for a part without any).

    placed: from `grouping.place_in_periods` or `place_in_regions`; coded: from `fold_codings`, with the
    sentences' group; base: "coded" divides by the sentences with any code of the scheme, "all" by every
    sentence.
    """
    part = ["doc", "group"]
    about = placed.drop_duplicates(part)[["doc", "issuer", "unit", "group", "period"]]
    about = about.sort_values(["group", "doc"])
    keys = list(about[part].itertuples(index=False, name=None))
    counted = placed if base == "all" else coded.drop_duplicates([*part, "sentence"])
    sizes = counted.groupby(part).size().to_dict()
    tally = coded.groupby([*part, "code"]).size().to_dict()
    counts = [[tally.get((*key, code), 0) for code in codes["code"]] for key in keys]
    about = about.assign(denominator=[sizes.get(key, 0) for key in keys])
    matrix = np.asarray(counts, dtype=float).reshape(len(keys), len(codes))
    return Parts(about.reset_index(drop=True), matrix, codes)


def average_units(parts: Parts, names: Sequence[str]) -> Array:
    """Mean share of each unit's parts, (n units, k codes): an issuer's documents weigh as one."""
    values, owners = parts.shares(), parts.about["unit"].to_numpy()
    means = [values[owners == name].mean(axis=0) for name in names]
    return np.asarray(means, dtype=float).reshape(len(names), values.shape[1])
