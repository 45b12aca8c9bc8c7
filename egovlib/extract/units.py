"""Units: the measure words of government prose, their dimension and their factor to its base.

>>> unit = find_unit("个工作日内办结", 0)
>>> unit.unit, unit.dimension, unit.end
('工作日', 'time', 4)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from egovlib import codebook


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit read in a text.

    unit       as written, without multiplier; 个工作日 is 工作日
    dimension  share, money, time, data, count:item, … ; "" for a per-unit that the table does not list
    factor     to the dimension's base (亿 and 万 are in the value, not here); None where there is none
    end        where it ends in the text it was read in
    """

    unit: str
    dimension: str
    factor: float | None
    end: int


_AFTER_GE = ("工作日", "百分点", "小时", "月", "季度")
"""Words that take 个 before them without it being part of the unit."""


@cache
def unit_table() -> dict[str, tuple[str, float | None]]:
    """Each unit's (dimension, factor), from codebook/units.csv."""
    return {
        row["unit"]: (row["dimension"], float(row["factor"]) if row["factor"] else None)
        for row in codebook.rows("units")
    }


@cache
def unit_pattern() -> str:
    """One alternation of all units, longest first, so that 人次 is not read as 人.

    `not_before` in the table is what must not follow: 项目, 家庭 and 次数 are words, not measure words.
    """
    rows = sorted(codebook.rows("units"), key=lambda row: -len(row["unit"]))
    return "|".join(
        re.escape(row["unit"]) + (f"(?!{row['not_before']})" if row["not_before"] else "") for row in rows
    )


@cache
def _unit_regex() -> re.Pattern[str]:
    return re.compile(
        rf" ?(?:个(?P<after_ge>{'|'.join(_AFTER_GE)})|(?P<unit>{unit_pattern()}))"
        r"(?P<per>/(?:百人|平方公里|平方千米|工作日|[年月日天户人亩吨件次]))?"
    )


def find_unit(text: str, place: int) -> Unit | None:
    """The unit that starts at `place` (one space before it is allowed), or None."""
    match = _unit_regex().match(text, place)
    if match is None:
        return None
    name = match["after_ge"] or match["unit"]
    unit = name + (match["per"] or "")
    dimension, factor = unit_table().get(unit) or ("", None)
    if match["per"] is None and not dimension:
        dimension, factor = {"月": ("time", None), "小时": ("time", None)}.get(name, ("", None))
    return Unit("百分点" if unit == "个百分点" else unit, dimension, factor, match.end())
