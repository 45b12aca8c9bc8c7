"""The repairs: cases as data, and that clean documents come back unchanged."""

import json
from pathlib import Path

import pytest

from egovlib.text.repairs import REPAIRS, narrow_punctuation, repair

with (Path(__file__).parent / "cases" / "repairs.jsonl").open(encoding="utf-8") as file:
    CASES = [json.loads(line) for line in file]
NAMES = [rule.__name__ for rule in REPAIRS]
REPORTS = Path(__file__).parents[2] / "shared" / "corpus" / "city_work_reports_2024"

DAMAGED = {
    "凉山": {"spaced_words"},
    "承德": {"page_numbers", "hard_wraps"},
    "日照": {"spaced_numbers"},
    "枣庄": {"spaced_words"},
    "益阳": {"site_debris"},
}
"""The reports that are damaged indeed, read by a person: split words, page numbers, wraps, share buttons."""


def of(kind):
    """The cases of one kind, each named by its repair and its reason."""
    return [
        pytest.param(case, id=f"{case['repair']}: {case['why']}") for case in CASES if case["kind"] == kind
    ]


@pytest.mark.parametrize("case", of("in_the_wild"))
def test_damage_is_repaired(case):
    aligned, log = repair(case["original"])
    assert aligned.text == narrow_punctuation(case["expected"])
    assert case["repair"] in dict(log)


@pytest.mark.parametrize("case", of("negative"))
def test_what_only_looks_like_damage_stays(case):
    aligned, log = repair(case["original"])
    assert aligned.text == narrow_punctuation(case["original"])
    assert log == ()


@pytest.mark.xfail(reason="known failure: see the case's why")
@pytest.mark.parametrize("case", of("known_failure"))
def test_known_failures(case):
    assert repair(case["original"])[0].text == narrow_punctuation(case["expected"])


@pytest.mark.parametrize("name", NAMES)
def test_each_repair_has_its_cases(name):
    kinds = [case["kind"] for case in CASES if case["repair"] == name]
    assert kinds.count("in_the_wild") >= 4
    assert kinds.count("negative") >= 4


def test_every_case_names_a_repair():
    assert {case["repair"] for case in CASES} == set(NAMES)


@pytest.mark.parametrize("case", of("in_the_wild"))
def test_a_repaired_text_is_left_alone(case):
    """Repairing twice changes nothing more."""
    once = repair(case["original"])[0].text
    assert repair(once)[0].text == once


def reports():
    """Every tenth report, and those that are damaged."""
    files = sorted(REPORTS.glob("*.txt"))
    return [file for i, file in enumerate(files) if i % 10 == 0 or file.stem in DAMAGED]


@pytest.mark.skipif(not REPORTS.exists(), reason="the city reports are not beside the project")
@pytest.mark.parametrize("file", reports(), ids=lambda file: file.stem)
def test_clean_reports_come_back_unchanged(file):
    raw = file.read_text("utf-8")
    aligned, log = repair(raw)
    fired = {name for name, _ in log} - {"width", "script"}
    assert fired == DAMAGED.get(file.stem, set())
    if not log:
        assert aligned.text == narrow_punctuation(raw)
        assert aligned.origin is None


def test_a_clean_text_costs_no_places():
    aligned, log = repair("第一，建成平台；第二，贯通网络（含乡镇）。")
    assert (aligned.origin, log) == (None, ())
    assert len(aligned.text) == len(aligned.raw)


@pytest.mark.parametrize(
    "text", ["", "\n", "。", "1", " ", "\ufeff", "\ud800", "\r\r", "——", "“", "\0", "𠀀二字"]
)
def test_odd_texts_are_no_error(text):
    aligned, _ = repair(text)
    assert aligned.raw == text
