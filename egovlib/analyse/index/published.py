"""Published figures that come with the library, and panels of one's own, as `score_regions` takes them.

>>> panel = read_panel("un_egdi")
>>> panel[(panel.region == "CHN") & (panel.period == "2020") & (panel.indicator == "egdi")].value.tolist()
[0.7948]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from egovlib import codebook
from egovlib.codebook import terms

if TYPE_CHECKING:
    import pandas as pd

LABELS: Final = ("name_zh", "name_en")


def panels() -> list[str]:
    """The names of the packaged panels."""
    return [row["panel"] for row in codebook.rows("panels")]


def read_panel(source: str | Path) -> pd.DataFrame:
    """Read a panel: a packaged name, or a csv file with region, period and one column an indicator.

    Returns one row a known cell: region, name_zh, name_en, period, indicator, value, unit; `attrs["source"]`
    names where a packaged panel comes from. An empty cell is missing and has no row. A file that already has
    the columns indicator and value is returned as it is. Raises ValueError for a file without region and
    period, or a cell that is no number.

    >>> read_panel("un_egdi").attrs["source"][:7]
    'UN DESA'
    """
    import pandas as pd

    path = terms.locate(source, "panels", panels())
    wide = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8-sig")
    about = next((row for row in codebook.rows("panels") if row["panel"] == str(source)), None)
    for name in ("region", "period"):
        if name not in wide:
            raise ValueError(
                f"{path.name} lacks the column {name!r}; give it region, period and the indicators."
            )
    labels = [name for name in LABELS if name in wide]
    long = wide if "indicator" in wide else wide.melt(["region", "period", *labels], var_name="indicator")
    long = long[long["value"].str.strip() != ""].reset_index(drop=True)
    wrong = pd.to_numeric(long["value"], errors="coerce").isna()
    if wrong.any():
        row = long[wrong].iloc[0]
        raise ValueError(
            f"{path.name}, {row['indicator']} of {row['region']} {row['period']}: {row['value']!r} is not a "
            "number; correct the cell or leave it empty."
        )
    long["value"] = pd.to_numeric(long["value"]).astype("Float64")
    if "unit" not in long and about:
        long["unit"] = about["unit"]
    long.attrs["source"] = about["source"] if about else path.name
    return long
