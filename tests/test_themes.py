"""Sentence coding: cases as data, the overlap rule, and what a scheme file may not hold."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovlib import codebook, frames
from egovlib.codebook.terms import RuleSet, TermIndex, TermRule
from egovlib.extract.themes import COLUMNS, code_themes, read_scheme, topic_terms

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "themes.jsonl").read_text(encoding="utf-8").splitlines()
]
SCHEME = read_scheme("priorities")
TERMS = sorted(topic_terms())
WITH_EXCLUDES = [code for code in SCHEME.codes if code.rule.excludes]


@dataclass
class Sentence:
    section: str
    sentence: int
    start: int
    end: int
    text: str


@dataclass
class Document:
    doc: str
    sentences: list[Sentence]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_case(case):
    assert [match.code for match in SCHEME.rules.match(case["text"])] == case["codes"]


def test_codings_of_a_document_and_of_several():
    one = Document("a", [Sentence("1", 1, 5, 25, "政务内网和政务外网，机房"), Sentence("1", 2, 25, 30, "无")])
    table = code_themes([one])
    assert table[["code", "evidence"]].values.tolist() == [
        ["egov_network", "政务内网|政务外网"],
        ["data_centre_cloud", "机房"],
    ]
    assert (
        table[["doc", "section", "sentence", "start", "end", "scheme", "coder"]].values.tolist()
        == [["a", "1", 1, 5, 25, "priorities", "dictionary"]] * 2
    )
    assert len(code_themes([one, Document("b", one.sentences)])) == 4
    assert frames.check("codings", code_themes([])).empty


def test_codings_of_a_str():
    assert code_themes("建成政务外网。").code.tolist() == ["egov_network"]


# The packaged schemes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", codebook.schemes())
def test_packaged_scheme_reads_and_its_examples_code(name):
    scheme = read_scheme(name)
    for code in scheme.codes:
        for example in filter(None, code.examples.split(";")):
            assert code.code in [match.code for match in scheme.rules.match(example)], example


def test_priorities_have_the_six_topics_with_finer_codes():
    assert [code.code for code in SCHEME.codes if not code.parent] == list(frames.TOPICS[:-1])
    for topic in frames.TOPICS[:-1]:
        assert sum(code.parent == topic for code in SCHEME.codes) >= 4


def test_every_term_is_alive():
    for code in SCHEME.codes:
        for alternative in code.rule.includes:
            matches = {match.code for match in SCHEME.rules.match("，".join(alternative))}
            assert code.code in matches, alternative


def test_topic_terms():
    terms = topic_terms()
    assert terms["一网通办"] == terms["网上审批"] == "services"
    assert set(terms.values()) == set(frames.TOPICS) - {"other"}


# Properties -----------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=6), st.sampled_from(["，", "、", ""]))
def test_no_code_without_a_term_of_its_own(found, glue):
    text = glue.join(found)
    for match in SCHEME.rules.match(text):
        own = next(code.rule for code in SCHEME.codes if code.code == match.code)
        assert match.found
        assert set(match.found) <= set(own.includes)
        assert all(term in text for alternative in match.found for term in alternative)


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(WITH_EXCLUDES))
def test_excluded_text_removes_the_code(before, after, code):
    text = f"{before}，{code.rule.includes[0][0]}，{after}，{code.rule.excludes[0][0]}"
    assert code.code not in [match.code for match in SCHEME.rules.match(text)]


@given(st.text(alphabet="网络安全电子政务ab1", max_size=40))
def test_index_finds_what_a_search_at_each_place_finds(text):
    terms = ["网络", "网络安全", "安全电子", "政务", "务"]
    found = {(hit.term, hit.start) for hit in TermIndex(terms).hits(text)}
    assert found == {(term, i) for i in range(len(text)) for term in terms if text.startswith(term, i)}


# The overlap rule -----------------------------------------------------------------------------------------


def codes(rules, text):
    return [match.code for match in RuleSet([TermRule.parse(*rule) for rule in rules]).match(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("网络", ["net"]),
        ("网络安全", ["security"]),
        ("网络和网络安全", ["net", "security"]),
        ("安全网络", ["net"]),
        ("网络安全平台", ["security", "platform"]),  # partial overlap: both count
    ],
)
def test_longest_match_across_codes(text, expected):
    rules = [("net", "网络"), ("security", "网络安全"), ("platform", "安全平台")]
    assert codes(rules, text) == expected


def test_terms_joined_by_and_need_each_other_and_obey_the_overlap_rule():
    rules = [("net", "网络&全覆盖"), ("security", "网络安全")]
    assert codes(rules, "网络全覆盖") == ["net"]
    assert codes(rules, "网络") == []
    assert codes(rules, "网络安全检查全覆盖") == ["security"]


def test_a_long_sentence_costs_linear_time():
    assert len(SCHEME.rules.match("政务外网网络安全" * 20_000)) == 2


# Bad schemes ----------------------------------------------------------------------------------------------

GOOD = [
    dict(zip(COLUMNS, row, strict=True))
    for row in [
        ("top", "", "上", "Top", "", "", "", "ours", "1"),
        ("fine", "top", "细", "Fine", "网络|机房&建设", "网络小说", "", "ours", "1"),
        ("other", "top", "他", "Other", "网站", "", "", "ours", "1"),
    ]
]


def write(path, rows, columns=COLUMNS, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_scheme_of_ones_own(tmp_path):
    path = write(tmp_path / "mine.csv", GOOD)
    table = code_themes([Document("a", [Sentence("0", 1, 0, 9, "机房的建设")])], path)
    assert table[["scheme", "code", "evidence"]].values.tolist() == [["mine", "fine", "机房&建设"]]


@pytest.mark.parametrize(
    ("row", "changes", "place", "said"),
    [
        (1, {"code": "NA"}, "row 3, column code", "never a word that means missing"),
        (1, {"code": "Fine Code"}, "row 3, column code", "lower-case ASCII"),
        (2, {"code": "fine"}, "row 4, column code", "each code once"),
        (2, {"parent": "nowhere"}, "row 4, column parent", "top"),
        (2, {"includes": "网站|网络"}, "row 4, column includes", "also in fine"),
        (2, {"includes": "网站|网站"}, "row 4, column includes", "each alternative once"),
        (2, {"includes": "站"}, "row 4, column includes", "two or more characters"),
        (2, {"includes": "网站||网页"}, "row 4, column includes", "either side"),
        (2, {"includes": ""}, "row 4, column includes", "finest codes"),
        (0, {"includes": "政务"}, "row 2, column includes", "finest codes"),
        (2, {"excludes": "网站"}, "row 4, column includes", "always takes it away"),
        (1, {"parent": "other"}, "row 3, column parent", "top"),
    ],
)
def test_bad_rows_are_refused(tmp_path, row, changes, place, said):
    rows = [dict(one) for one in GOOD]
    rows[row] |= changes
    with pytest.raises(ValueError, match=f"bad.csv, {place}.*{said}"):
        read_scheme(write(tmp_path / "bad.csv", rows))


def test_bad_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"column parent.*the columns are"):
        read_scheme(write(tmp_path / "less.csv", GOOD, [name for name in COLUMNS if name != "parent"]))
    more = [row | {"colour": "red"} for row in GOOD]
    with pytest.raises(ValueError, match="column colour"):
        read_scheme(write(tmp_path / "more.csv", more, [*COLUMNS, "colour"]))
    with pytest.raises(ValueError, match="no rows"):
        read_scheme(write(tmp_path / "empty.csv", []))
    with pytest.raises(ValueError, match="UTF-8"):
        read_scheme(write(tmp_path / "gbk.csv", GOOD, encoding="gb18030"))
    with pytest.raises(ValueError, match="neither a packaged codebook file"):
        read_scheme("nowhere")
