"""Units: the measure words of government prose, their dimension and their factor to its base.

One table, codebook/units.csv, says which units there are, what they measure and what else they may count:
数据 in G is a volume, 宽带 in G a rate. Compound units are read by one grammar: `unit`, `unit·unit`,
`unit/unit`, with a round number allowed below the stroke (部/百人, 元/人·月, 吨标准煤/万元).

>>> unit = find_unit("个工作日内办结", 0)
>>> unit.unit, unit.dimension, unit.end
('工作日', 'time:workday', 4)
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import NamedTuple

from egovlib import codebook
from egovlib.codebook.alternation import alternation
from egovlib.extract.numerals import multiplier_value


class Unit(NamedTuple):
    """A unit read in a text.

    unit       as written, without multiplier; 个工作日 is 工作日
    dimension  share, money, time, data, count:item, …; of a compound `numerator/denominator`
    factor     to the dimension's base (亿 and 万 are in the value, not here); None where there is none
    end        where it ends in the text it was read in
    """

    unit: str
    dimension: str
    factor: float | None
    end: int


_AFTER_GE = ("个工作日", "个百分点", "个小时", "个月", "个季度", "个星期", "个课时", "个学时")
"""Words that take 个 before them without it being part of the unit."""


@cache
def unit_table() -> dict[str, tuple[str, float | None]]:
    """Each unit's own (dimension, factor to the dimension's base), from codebook/units.csv.

    >>> unit_table()["亩"]
    ('area', 666.6666666666667)
    """
    return {row["unit"]: (row["dimension"], _factor(row["factor"])) for row in codebook.rows("units")}


@cache
def dimensions() -> dict[str, dict[str, float | None]]:
    """The units that can measure each dimension, each with its factor to the base.

    None stands for a unit that fits but cannot be converted (a calendar day is not a working day).

    >>> dimensions()["time:workday"]
    {'工作日': 1.0, '小时': None, '天': None, '日': None}
    """
    fitting: dict[str, dict[str, float | None]] = defaultdict(dict)
    for row in codebook.rows("units"):
        fitting[row["dimension"]][row["unit"]] = _factor(row["factor"])
        for other in filter(None, row["also"].split("|")):
            dimension, given, factor = other.partition("=")
            fitting[dimension][row["unit"]] = _factor(factor) if given else 1.0
    return dict(fitting)


def _factor(cell: str) -> float | None:
    return float(cell) if cell else None


def conversion(dimension: str, unit: str, to: str) -> float | None:
    """What a value in `unit` is multiplied by to be in the unit `to`; None where no factor is known.

    Raises KeyError for a unit that does not measure the dimension.

    >>> conversion("data", "TB", "GB"), conversion("time:workday", "天", "工作日")
    (1000.0, None)
    """
    fitting = dimensions()[dimension]
    if unit == to:
        return 1.0
    one, other = fitting[unit], fitting[to]
    return None if one is None or other is None else one / other


@cache
def _any_unit() -> str:
    """Return one alternation of all units."""
    return alternation(row["unit"] for row in codebook.rows("units") if row["unit"])


@cache
def _units_by_first() -> dict[str, re.Pattern[str]]:
    """By the character it begins with: what reads a unit, longest first, so that 人次 is not read as 人.

    `not_before` in the table is what must not follow: 项目, 家庭 and 次数 are words, not measure words.
    """
    units: dict[str, list[str]] = defaultdict(list)
    for row in sorted(codebook.rows("units"), key=lambda row: -len(row["unit"])):
        if row["unit"]:
            follows = f"(?!{row['not_before']})" if row["not_before"] else ""
            units[row["unit"][0]].append(re.escape(row["unit"]) + follows)
    return {first: re.compile("|".join(same)) for first, same in units.items()}


@cache
def _compound() -> re.Pattern[str]:
    """What may follow a unit: 元/人·月. Behind a stroke nothing but a unit can stand."""
    unit = f"(?:{_any_unit()})"
    return re.compile(rf"(?:·{unit})?(?:/[百千万亿]{{0,2}}?{unit}(?:·{unit})?)?")


def unit_span(text: str, place: int) -> tuple[int, int] | None:
    """Where the unit stands that starts at `place` (one space before it is allowed), or None.

    >>> unit_span("元/人·月的补助", 0), unit_span("项目", 0)
    ((0, 5), None)
    """
    first = text[place : place + 1]
    if first == " ":
        place += 1
        first = text[place : place + 1]
    if first == "个" and text.startswith(_AFTER_GE, place):
        place += 1
        first = text[place]
    regex = _units_by_first().get(first)
    match = regex.match(text, place) if regex is not None else None
    if match is None:
        return None
    end = match.end()
    if text[end : end + 1] in ("·", "/") and (more := _compound().match(text, end)):
        end = more.end()
    return place, end


def find_unit(text: str, place: int) -> Unit | None:
    """The unit that starts at `place` (one space before it is allowed), or None.

    >>> find_unit("元/人·月的补助", 0).unit, find_unit("项目", 0)
    ('元/人·月', None)
    """
    span = unit_span(text, place)
    if span is None:
        return None
    unit = text[slice(*span)]
    return Unit(unit, *_measured(unit), span[1])


@lru_cache(maxsize=1024)
def _measured(unit: str) -> tuple[str, float | None]:
    """Dimension and factor: the table's, else those of the parts, multiplied and divided."""
    if unit in unit_table():
        return unit_table()[unit]
    parts = _parts().fullmatch(unit)
    assert parts is not None, unit
    top = _product(parts["unit"], parts["times"])
    if not parts["below"]:
        return top
    bottom = _product(parts["below"], parts["below_times"])
    many = multiplier_value(parts["many"])
    factor = None if top[1] is None or bottom[1] is None else top[1] / (bottom[1] * many)
    return f"{top[0]}/{bottom[0]}", factor


@cache
def _parts() -> re.Pattern[str]:
    """What a compound unit is made of; a unit may hold a stroke itself: Mb/s/年 is Mb/s by 年."""
    unit = _any_unit()
    return re.compile(
        rf"(?P<unit>{unit})(?:·(?P<times>{unit}))?"
        rf"(?:/(?P<many>[百千万亿]{{0,2}}?)(?P<below>{unit})(?:·(?P<below_times>{unit}))?)?"
    )


def _product(*units: str | None) -> tuple[str, float | None]:
    parts = [unit_table()[unit] for unit in units if unit]
    factor: float | None = 1.0
    for _, each in parts:
        factor = None if factor is None or each is None else factor * each
    return "·".join(dimension for dimension, _ in parts), factor
