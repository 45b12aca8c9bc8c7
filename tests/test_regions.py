"""The region grammar: names, years, context, and what stays uncertain."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovlib import codebook, frames
from egovlib.extract.regions import find_region, region

ROWS = codebook.rows("regions")
PROVINCES = [row for row in ROWS if row["tier"] == "province"]
CITIES = [row for row in ROWS if row["tier"] == "city" and not row["end"]]


def test_the_table():
    assert ROWS[0]["code"] == "000000"
    assert all(re.fullmatch(r"\d{6}", row["code"]) and row["tier"] in frames.TIERS for row in ROWS)
    assert len(PROVINCES) == 34
    assert not [row for row in ROWS if row["end"] and int(row["end"]) < int(row["start"])]
    codes = {row["code"] for row in ROWS}
    assert not {code for row in ROWS for code in row["successor"].split(";") if code} - codes
    for row in ROWS:
        if row["code"][:2] in ("11", "12", "31", "50") and row["code"][2:] != "0000":
            assert row["tier"] == "county"


@pytest.mark.parametrize(
    ("text", "year", "code", "tier"),
    [
        ("常宁市电子政务发展“十三五”规划", 2015, "430482", "county"),
        ("2013年山西省电子政务发展概况", 2013, "140000", "province"),
        ("湖南推进电子政务协调发展", 2005, "430000", "province"),
        ("2013年上海市电子政务发展概况", 2013, "310000", "province"),
        ("河北省委、省政府今年提出三件事", 2011, "130000", "province"),
        ("内蒙古数字化发展规划", 2021, "150000", "province"),
        ("湖南省衡阳市常宁市", 2015, "430482", "county"),
        ("江苏省南京市鼓楼区", 2019, "320106", "county"),
        ("北京朝阳区", 2020, "110105", "county"),
        ("鼓楼区概况，位于南京市", 2019, "320106", "county"),
        ("长治市城区", 2010, "140402", "county"),
        ("沧州市城区建设", 2020, "130900", "city"),
        ("恩施州", 2024, "422800", "city"),
        ("海南州", 2020, "632500", "city"),
        ("海南", 2020, "460000", "province"),
        ("三亚", 2024, "460200", "city"),
        ("2024年天门政府工作报告", 2024, "429006", "county"),
        ("吉林市", 2020, "220200", "city"),
        ("吉林", 2020, "220000", "province"),
        ("浙江西部", 2020, "330000", "province"),
        ("国务院关于印发规划的通知", 2016, "000000", "national"),
        ("国家信息化发展战略", 2006, "000000", "national"),
        ("为贯彻国务院文件，上海市决定", 2016, "310000", "province"),
        # codes that changed
        ("襄樊市", 2005, "420600", "city"),
        ("襄阳市", 2015, "420600", "city"),
        ("巢湖市", 2005, "341400", "city"),
        ("巢湖市", 2011, "340181", "county"),
        ("崇文区", 2009, "110103", "county"),
        ("崇文区", None, "110103", "county"),
        ("常宁市", None, "430482", "county"),
    ],
)
def test_found(text, year, code, tier):
    found = find_region(text, year)
    assert (found.code, found.tier) == (code, tier)
    assert [row.code for row in found.candidates] == [code]


@pytest.mark.parametrize(
    ("text", "year", "candidates"),
    [
        ("", 2020, 0),
        ("本市在全国领先", 2020, 0),
        ("各省市和县区的电子政务", 2020, 0),  # 和县
        ("召开县委会议", 1990, 0),  # 开县
        ("河南大学", 2020, 0),
        ("大同社会", 2020, 0),
        ("新城区建设加快", 2020, 2),  # opens the text: a county name of two cities
        ("鼓楼区", 2020, 4),
        ("崇文区", 2013, 1),  # known, but not in that year
    ],
)
def test_uncertain(text, year, candidates):
    found = find_region(text, year)
    assert (found.code, found.name, found.tier) == (None, None, None)
    assert len(found.candidates) == candidates


def test_region_by_code():
    assert region("430000").name == "湖南省"
    assert region("420600", 2005).name == "襄樊市"
    assert region("999999") is None


@given(st.sampled_from(ROWS[1:]), st.integers(1981, 2024))
def test_a_name_finds_itself_or_says_what_it_could_be(row, year):
    found = find_region(row["name"], year)
    if int(row["start"]) <= year < int(row["end"] or 9999):
        assert row["code"] in [one.code for one in found.candidates]
    assert found.candidates
    if found.code:
        assert found.candidates[0].valid(year)
        assert found.name == row["name"]


@given(st.sampled_from(PROVINCES), st.sampled_from(CITIES))
def test_a_city_behind_its_province_is_certain(province, city):
    found = find_region(province["name"] + city["name"], 2024)
    if province["code"][:2] == city["code"][:2]:
        assert found.code == city["code"]
    else:
        # a city that once belonged to that province (海口 to 广东) is not certain
        assert found.code in (province["code"], None)


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert find_region(text, 2010).candidates is not None
