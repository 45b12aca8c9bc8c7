"""Units: the table itself, compound units, and the conversions of indicators."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovlib import codebook
from egovlib.extract.indicators import read_codebook
from egovlib.extract.units import conversion, dimensions, find_unit, unit_table

ROWS = codebook.rows("units")
NAMED = [row["unit"] for row in ROWS if row["unit"]]


def test_each_unit_stands_once_and_every_indicator_has_one():
    assert len({row["unit"] for row in ROWS}) == len(ROWS)
    for one in read_codebook().indicators:
        assert conversion(one.dimension, one.unit, one.unit) == 1


@pytest.mark.parametrize("unit", NAMED)
def test_every_unit_is_read_whole(unit):
    # 日 is a unit only in a duration, 度 only of electricity
    found = find_unit(unit + {"日": "内", "度": "电"}.get(unit, "。"), 0)
    assert (found.unit, found.end) == (unit, len(unit))
    assert (found.dimension, found.factor) == unit_table()[unit]


@pytest.mark.parametrize(
    ("text", "unit", "dimension", "factor"),
    [
        ("个工作日内", "工作日", "time:workday", 1),
        ("个百分点", "百分点", "points", 1),
        ("人次", "人次", "count:visit", 1),
        ("部/百人", "部/百人", "ratio:phones", 1),
        ("件/年", "件/年", "count:item/time", None),
        ("元/人·月", "元/人·月", "money/count:person·time", None),
        ("吨标准煤/万元", "吨标准煤/万元", "energy/money", 2930760.0),
        ("微克/立方米", "微克/立方米", "mass/volume", 1e-9),
        ("分/千瓦时", "分/千瓦时", "score/energy", 1 / 3.6e6),
        ("吨/日,", "吨/日", "mass/time", 1000 / 86400),
        ("公里/小时", "公里/小时", "length/time", 1 / 3.6),
        ("批次/千人", "批次/千人", "count:batch/count:person", 0.001),
        ("皮长公里", "皮长公里", "length:cable", 1000),
        ("标准机架", "标准机架", "count:rack", 1),
        ("EFLOPS", "EFLOPS", "computing", 1e18),
        ("PB数据", "PB", "data", 1e15),
        ("Gbps", "Gbps", "bandwidth", 1e9),
    ],
)
def test_compound_and_technical_units(text, unit, dimension, factor):
    found = find_unit(text, 0)
    assert (found.unit, found.dimension) == (unit, dimension)
    assert found.factor == (None if factor is None else pytest.approx(factor))


WORDS = (
    "项目",
    "家庭",
    "年度",
    "处理",
    "部门",
    "所有",
    "件均",
    "支持",
    "分别",
    "元旦",
    "架构",
    "成都",
    "列入",
    "单位",
    "口岸",
)


@pytest.mark.parametrize("word", [*WORDS, "4G网络"])
def test_a_word_that_begins_like_a_unit_is_none(word):
    assert find_unit(word, 0) is None


def test_one_unit_may_measure_several_things():
    assert conversion("data", "G", "TB") == pytest.approx(0.001)
    assert conversion("bandwidth", "G", "Mbps") == 1000
    assert conversion("count:subscriber", "", "户") == 1
    assert conversion("length", "芯公里", "公里") is None  # fits, but fibre is not cable
    with pytest.raises(KeyError):
        conversion("bandwidth", "户", "Mbps")


@given(st.sampled_from(sorted(dimensions())), st.data())
def test_conversions_go_there_and_back(dimension, data):
    one, other = (data.draw(st.sampled_from(sorted(dimensions()[dimension]))) for _ in range(2))
    there, back = conversion(dimension, one, other), conversion(dimension, other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there * back == pytest.approx(1)


@given(st.text(max_size=12), st.integers(0, 12))
def test_no_text_breaks_it(text, place):
    found = find_unit(text, min(place, len(text)))
    assert found is None or found.end <= len(text)
