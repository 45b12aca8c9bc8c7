"""The indicator panel as SDMX-CSV 2.0 (SDMX 3.0): a key of dimensions, one measure, attributes with the source.

https://github.com/sdmx-twg/sdmx-csv; times are ObservationalTimePeriod (SDMX 3.0 technical notes, section 4).

>>> [time_period(period) for period in ("2013", "2015-09", "2016/2020", "2013-08-01/2013-12-31", "fyp12")]
['2013', '2015-09', '2016-01-01/P5Y', '2013-08-01/P5M', '2011-01-01/P5Y']
"""

from __future__ import annotations

import calendar
import datetime
import re
from typing import TYPE_CHECKING, Final

from egovlib.extract.periods import PLAN_NAMES, plan_years

if TYPE_CHECKING:
    import pandas as pd

STRUCTURE: Final = "EGOVLIB:INDICATOR_PANEL(1.0.0)"
"""What `sdmx_structure` describes; the number rises when a column comes or goes."""
DIMENSIONS: Final = {
    "indicator": "INDICATOR",
    "region": "REF_AREA",
    "tier": "TIER",
    "status": "STATUS",
    "unit": "UNIT_MEASURE",
    "period": "TIME_PERIOD",
}
"""The panel's column behind each dimension: what makes a cell."""

ATTRIBUTES: Final = {
    "low": "LOWER_BOUND",
    "high": "UPPER_BOUND",
    "n_sources": "N_SOURCES",
    "n_observations": "N_OBSERVATIONS",
    "values": "SOURCE_VALUES",
    "dated": "DATED_BY",
    "doc": "SOURCE_DOC",
    "start": "SOURCE_START",
    "end": "SOURCE_END",
    "surface": "SOURCE_SURFACE",
}
VALUE, STATUS = "OBS_VALUE", "OBS_STATUS"
NORMAL, MISSING = "A", "O"
"""Codes of CL_OBS_STATUS: a normal value; a missing one, because the sources contradict each other."""

NO_UNIT: Final = "_Z"
"""SDMX for "not applicable": a dimension may not be empty."""


def sdmx_table(panel: pd.DataFrame) -> pd.DataFrame:
    """The cells of a `panel` as rows of SDMX-CSV 2.0, all text; a cell in conflict has no OBS_VALUE."""
    import pandas as pd

    made = {"STRUCTURE": "datastructure", "STRUCTURE_ID": STRUCTURE, "ACTION": "I"}
    table = pd.DataFrame(made, index=panel.index, dtype="string")
    for name, dimension in DIMENSIONS.items():
        table[dimension] = panel[name].astype("string").replace("", NO_UNIT).fillna(NO_UNIT)
    # digits alone would be read as a number, and 000000 as 0
    table["REF_AREA"] = table["REF_AREA"].str.replace(r"^(?=[0-9]{6}$)", "CN_", regex=True)
    table["TIME_PERIOD"] = table["TIME_PERIOD"].map(time_period).astype("string")
    table[VALUE] = _text(panel["value"])
    table[STATUS] = panel["value"].isna().map({True: MISSING, False: NORMAL}).astype("string")
    for name, attribute in ATTRIBUTES.items():
        table[attribute] = _text(panel[name])
    return table


def _text(column: pd.Series) -> pd.Series:
    return column.map(
        lambda cell: format(cell, ".15g") if isinstance(cell, float) else str(cell), na_action="ignore"
    )


_YEARS = re.compile(r"([0-9]{4})/([0-9]{4})")
_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MONTHS = re.compile(r"([0-9]{4}-[0-9]{2})/([0-9]{4}-[0-9]{2})")


def time_period(period: str) -> str:
    """Write a period of a table as SDMX does: a span is its first day and how long it lasts.

    >>> time_period("2015-09/2016-01"), time_period("2016-04-22/2016-05-02")
    ('2015-09-01/P5M', '2016-04-22/P11D')
    """
    if period in PLAN_NAMES.values():
        period = "{}/{}".format(*plan_years(period))
    if years := _YEARS.fullmatch(period):
        return f"{years[1]}-01-01/P{int(years[2]) - int(years[1]) + 1}Y"
    if months := _MONTHS.fullmatch(period):
        year, month = map(int, months[2].split("-"))
        period = f"{months[1]}-01/{months[2]}-{calendar.monthrange(year, month)[1]}"
    if days := _DAYS.fullmatch(period):
        first, last = (datetime.date.fromisoformat(day) for day in days.groups())
        after = last + datetime.timedelta(days=1)
        if first.day == after.day == 1:
            return f"{first}/P{12 * (after.year - first.year) + after.month - first.month}M"
        return f"{first}/P{(after - first).days}D"
    return period
