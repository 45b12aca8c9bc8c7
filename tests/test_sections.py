"""Sections and sentences: cases as data, and hand lists of the headings of real documents."""

import json
import runpy
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovlib.documents import read_text
from egovlib.text.repairs import narrow_punctuation, repair
from egovlib.text.sections import find_sections, find_sentences

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[2] / "shared"


def cases(name):
    """The cases of a file, each named by its reason."""
    with (CASES / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [pytest.param(case, id=case["why"]) for case in map(json.loads, file)]


def words(heading):
    """A heading without blanks, its punctuation narrowed."""
    return "".join(narrow_punctuation(heading).split())


@pytest.mark.parametrize("case", cases("sentences"))
def test_sentences(case):
    assert [case["text"][a:b] for a, b in find_sentences(case["text"])] == case["sentences"]


@pytest.mark.parametrize("case", cases("sections"))
def test_headings_and_their_places_in_the_tree(case):
    sections = find_sections(repair(case["text"])[0].text, genre=case.get("genre"))
    assert [[s.section, words(s.heading)] for s in sections] == [
        [section, words(heading)] for section, heading in case["sections"]
    ]


STANCES = [
    ("一、“十二五”工作回顾\n成效显著。", "plan", "review", "fyp12", "stance: heading; period: heading"),
    ("一、存在的问题\n人才不足。", "plan", "problem", None, "stance: heading; period: none named"),
    (
        "一、2013年工作情况\n平台建成。",
        "work_report",
        "review",
        "fyp12",
        "stance: heading; period: year in heading",
    ),
    ("一、平台\n平台建成。", "overview", "review", None, "stance: genre; period: none named"),
    ("一、平台\n建设平台。", "plan", "plan", None, "stance: genre; period: none named"),
    ("一、保障措施\n加强领导。", "plan", "safeguard", None, "stance: heading; period: none named"),
]


@pytest.mark.parametrize(("text", "genre", "stance", "period", "rule"), STANCES)
def test_stance_and_period_name_the_rule_that_decided(text, genre, stance, period, rule):
    (section,) = find_sections(text, genre=genre)
    assert (section.stance, section.plan_period, section.rule) == (stance, period, rule)


@pytest.mark.parametrize(
    ("heading", "stance"),
    [
        ("发展基础", "review"),
        ("“十三五”工作基础", "review"),
        ("现有基础与面临形势", "review"),
        ("全县政务信息化建设基础和条件", "review"),
        ("建立数据共性基础", "plan"),
        ("共性基础", "plan"),
        ("打好攻坚战,推动平台发展基础更加牢靠", "plan"),
        ("扩大应用,增强数据促发展基础性作用", "plan"),
    ],
)
def test_a_basis_looks_back_where_it_is_what_one_starts_from(heading, stance):
    assert stances(f"一、{heading}\n略。", genre="policy") == [stance]


def test_items_of_a_list_do_what_the_list_does():
    text = (
        "一、“十三五”目标\n——取得新的进展。平台全部建成，网络贯通。\n——问题得到解决。平台全部建成，网络贯通。"
    )
    assert [(s.stance, s.plan_period) for s in find_sections(text, genre="plan")] == [("plan", "fyp13")] * 3


REVIEW = "一、经济稳步壮大\n略。\n二、城乡面貌一新\n略。\n三、民生持续改善\n略。\n"
TASKS = "一、推进产业升级\n略。\n二、扛起生态责任\n略。\n三、打造便民城市\n略。"


def stances(text, genre="work_report", year=2024):
    return [section.stance for section in find_sections(text, genre=genre, year=year)]


def test_items_of_one_list_look_the_same_way():
    assert stances(REVIEW + TASKS) == ["review"] * 3 + ["plan"] * 3
    assert stances(TASKS) == ["plan"] * 3
    assert stances("一、牢记使命，便民建设取得新成效\n略。\n二、牢记使命，在建设中争先\n略。") == [
        "review",
        "plan",
    ]


def test_results_are_no_cue_in_documents_that_set_tasks():
    assert stances(REVIEW, genre="plan") == ["review", "plan", "review"]
    assert stances(TASKS, genre="overview") == ["review"] * 3


def test_work_of_an_earlier_year_looks_back():
    text = "一、2023年主要工作\n略。\n二、2024年主要工作\n略。"
    assert stances(text) == ["review", "plan"]
    assert stances(text, year=None) == ["plan", "plan"]


@pytest.mark.parametrize(
    "heading",
    [
        "(一)更大力度推动城乡建设取得新成效", "(一)补齐城乡建设短板", "(一)夯实产业发展基础",
        "(一)抢抓开放机遇，做强口岸", "(一)在改革上取得新突破", "(一)破解融资难题，应对挑战",
    ],
)  # fmt: skip
def test_words_of_a_look_back_that_a_task_uses(heading):
    assert stances(f"一、2024年工作安排\n略。\n{heading}\n略。") == ["plan", "plan"]


def test_the_rule_reaches_the_document():
    document = read_text("一、“十二五”工作回顾\n成效显著。")
    assert document.sections[0].rule == "stance: heading; period: heading"


@given(st.text(st.sampled_from("一二三、（）(1.2)①——专栏第章节网络。，\n “”"), max_size=80))
def test_sections_cover_a_text_without_overlap(text):
    sections = find_sections(text)
    for section in sections:
        assert 0 <= section.start < section.end <= len(text)
    for before, after in pairwise(sections):
        assert before.end == after.start
    assert len({s.section for s in sections}) == len(sections)
    covered = "".join(text[s.start : s.end] for s in sections)
    assert covered.split() == text.split()


@given(st.text(st.sampled_from('平台网络建成。！？“”()〔〕《》\n "1.5'), max_size=80))
def test_sentences_lose_nothing(text):
    spans = list(find_sentences(text))
    assert all(a < b for a, b in spans)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.mark.skipif(not SHARED.exists(), reason="the real documents are not beside the project")
def test_headings_of_real_documents():
    reading = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "reading.py"))
    scores = list(reading["score_headings"](CASES / "headings", SHARED))
    assert len(scores) >= 8
    assert sum(s.found for s in scores) >= 0.99 * sum(s.listed for s in scores)
    assert sum(s.false for s in scores) <= 0.02 * sum(s.listed for s in scores)
