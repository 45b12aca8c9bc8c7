"""Quantities: cases as data, and what must hold of every text.

tests/cases/quantities.jsonl has three groups. `in_the_wild`: what reports write. `negative`: numbers that measure
nothing. `known_failures`: admitted ones; mending one turns the suite red until it is moved to its group. The
expected values follow the annotation guide; a case says only the fields that it is about.
"""

import json
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovlib import codebook
from egovlib.analyse.quality.evaluation import is_right
from egovlib.documents import read_text
from egovlib.extract.candidates import find_readings
from egovlib.extract.quantities import find_quantities
from egovlib.extract.traps import find_traps
from egovlib.frames import APPROXIMATIONS, ROLES, STATUSES

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "quantities.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def disagreement(case):
    """What is read differently, in words; "" when all is as expected."""
    frame = find_quantities(read_text(case["text"], **case.get("known", {})))
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    if [row["surface"] for row in rows] != [one["surface"] for one in case["expected"]]:
        return f"found {[row['surface'] for row in rows]}"
    wrong = [
        f"{one['surface']}: {name} is {row[name]!r}, not {value!r}"
        for row, one in zip(rows, case["expected"], strict=True)
        for name, value in one.items()
        if name != "value_high" and not is_right(name, one, row)  # value holds both ends
    ]
    return "; ".join(wrong)


def of_group(*groups):
    return [case for case in CASES if case["group"] in groups]


@pytest.mark.parametrize("case", of_group("in_the_wild", "negative"), ids=lambda case: case["id"])
def test_case(case):
    assert disagreement(case) == ""


@pytest.mark.parametrize("case", of_group("known_failures"), ids=lambda case: case["id"])
def test_known_failure(case):
    assert disagreement(case), "now right: move it to the group in_the_wild or negative"


# The cases cover the tables -----------------------------------------------------------------------------


@pytest.mark.parametrize("trap", [row["trap"] for row in codebook.rows("traps")])
def test_every_trap_has_a_case(trap):
    texts = [case["text"] for case in CASES]
    assert any(name == trap for text in texts for _, _, name in find_traps(text))


@pytest.mark.parametrize(
    "row", codebook.rows("approximators"), ids=lambda row: f"{row['word']}-{row['place']}"
)
def test_every_approximator_has_a_case(row):
    word, surfaces = row["word"], [one["surface"] for case in CASES for one in case["expected"]]
    assert {
        "before": any(surface.startswith(word) for surface in surfaces),
        "middle": any(word in surface[1:-1] for surface in surfaces),
        "after": any(surface.endswith(word) for surface in surfaces),
    }[row["place"]]


@pytest.mark.parametrize(
    ("field", "values"), [("approx", APPROXIMATIONS), ("role", ROLES), ("status", STATUSES)]
)
def test_every_value_has_a_case(field, values):
    assert {one.get(field) for case in CASES for one in case["expected"]} >= set(values)


# What holds of every text -------------------------------------------------------------------------------

PIECES = """0 1 9 12345 2013年 一 二 三十 百 千 万 亿 万亿 个 户 % ％ 人次 、 ， 。 约 近 超过 以上 多 余
由 至 到 从 第 第一 位 百分之 三分之一 成 半 ( ) “ ” 〔 〕 号 . , - — ~ ： / 12345热线 5G 截至 底 增长 提高 点
工作日 兆 GB Mbps ３ ⼩ 個"""
TEXTS = st.lists(st.sampled_from([" ", "\n", *PIECES.split()]), max_size=40).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS | st.text(max_size=60))
def test_surfaces_are_what_stands_there_and_values_are_ordered(text):
    document = read_text(text)
    last = 0
    for row in find_quantities(document).itertuples():
        assert text[row.start : row.end] == row.surface != ""
        assert row.start >= last
        last = row.end
        assert row.value == row.value  # never NaN
        assert pd.isna(row.value_high) or row.value < row.value_high


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_reading_twice_gives_the_same(text):
    assert find_quantities(text).equals(find_quantities(text))


@pytest.mark.parametrize(
    "piece",
    [
        "7",
        "、",
        "万",
        "1、",
        "1,",
        "三",
        "第",
        "“一",
        "1万",
        "约",
        "1.",
        "9个、",
        "百分之",
        "一到",
        "10",
        "1-",
        "由1",
        " ",
    ],
)
def test_adversarial_repeats_take_linear_time(piece):
    def seconds(n):
        text = piece * (n // len(piece))
        began = time.process_time()
        list(find_readings(text))
        return time.process_time() - began

    seconds(1_000)
    short, long = (min(seconds(n) for _ in range(2)) for n in (2_500, 20_000))
    # eight times the text: linear is 8, quadratic 64; halfway between leaves the noise of a shared machine its room
    assert long < 24 * max(short, 0.01)
