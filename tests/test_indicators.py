"""Indicators: the codebook itself, matching rule by rule, units, and what a codebook may not hold."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from egovlib import codebook, frames
from egovlib.analyse.quality.codebooks import check_codebook
from egovlib.analyse.quality.matching import evaluate_matching
from egovlib.cli import main
from egovlib.codebook import terms
from egovlib.documents import Corpus, read_document, read_text
from egovlib.extract.definitions import COLUMNS, read_codebook
from egovlib.extract.indicators import match_indicators
from egovlib.extract.quantities import find_quantities
from egovlib.extract.units import dimensions

CASES = Path(__file__).parent / "cases"
BOOK = read_codebook()
QUANTITY = {
    "doc": "a", "start": 0, "end": 4, "surface": "60%", "value": 60.0, "value_high": None, "low": None,
    "high": None, "unit": "%", "approx": "exact", "role": "level", "status": "actual", "period": "2013",
    "tier": "province", "subject": "接通率", "topic": "services", "section": "1", "sentence": 1,
}  # fmt: skip


def quantities(*changes):
    return frames.build("quantities", [list((QUANTITY | change).values()) for change in changes])


def match(documents=None, **change):
    return match_indicators(quantities(change), documents=documents).iloc[0]


def test_the_codebook_is_broad_enough():
    assert len(BOOK.indicators) >= 180
    assert {one.topic for one in BOOK.indicators} == set(frames.TOPICS) - {"other"}
    assert {one.kind for one in BOOK.indicators} == {
        "share", "count", "volume", "duration", "money", "rank", "ratio",
    }  # fmt: skip


@pytest.mark.parametrize("one", BOOK.indicators, ids=lambda one: one.indicator)
def test_every_example_names_its_indicator(one):
    for example in one.examples.split("|"):
        assert one.indicator in [found.code for found in BOOK.rules.match(example, longest=False)]


@pytest.mark.parametrize(
    ("subject", "unit", "role", "indicator"),
    [
        ("网上办理率", "%", "level", "online_processing_rate"),
        ("省级党政机关核心业务信息化覆盖率", "%", "level", "core_business_coverage"),
        ("主要业务信息化覆盖率", "%", "level", "main_business_coverage"),
        ("市级政府部门门户网站覆盖率", "%", "level", "portal_coverage"),
        ("互联网宽带接入用户数", "户", "level", "broadband_users"),
        ("宽带普及率", "%", "level", "broadband_penetration"),
        ("移动电话普及率", "部/百人", "level", "mobile_penetration"),
        ("平均办理时间", "工作日", "level", "approval_days"),
        ("外资企业设立周期", "工作日", "to", "firm_setup_days"),
        ("接听市民来电", "个", "flow", "hotline_calls"),
        ("转送工单", "份", "flow", "hotline_orders"),
        ("法人数据库收录的主体", "户", "level", "legal_db_entities"),
        ("信息公开申请", "件", "flow", "disclosure_requests"),
        ("省级电子公文发文比率", "%", "level", "edoc_share"),
        ("累计建成5G基站", "个", "level", "base_stations_5g"),
        ("新建5G基站", "个", "flow", "base_stations_5g_built"),
        ("新增5G基站", "座", "level", "base_stations_5g_built"),
        ("建成5G基站410个、4G基站", "个", "level", "base_stations_4g"),
        ("每万人拥有5G基站", "个", "level", "base_stations_5g_density"),
        ("千兆用户", "户", "level", "gigabit_users"),
        ("千兆用户占比", "%", "level", "gigabit_share"),
        ("3G网络已覆盖的行政村", "%", "level", "mobile_3g_coverage"),
        ("重要信息系统的安全测评", "个", "flow", "systems_tested"),
        ("政府网站绩效排名", "位", "rank", "site_rank"),
    ],
)
def test_subjects(subject, unit, role, indicator):
    found = match(subject=subject, unit=unit, role=role)
    assert found.indicator == indicator
    assert found.rule.startswith("subject: ")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"subject": "粮食总产量", "unit": "吨"}, "no subject rule"),
        ({"subject": None}, "no subject rule"),
        ({"unit": "户"}, "unit 户 does not fit hotline_answer_rate (share)"),
        ({"role": "change"}, "role change is no level"),
        ({"role": "from"}, "role from is no level"),
        ({"role": "rank"}, "role rank does not fit hotline_answer_rate (share)"),
        (
            {"subject": "宽带用户", "unit": "户", "role": "flow"},
            "role flow does not fit broadband_users (stock)",
        ),
        ({"subject": "受理来电", "unit": "件"}, "role level does not fit hotline_calls (flow)"),
        ({"topic": "other"}, "topic other does not fit hotline_answer_rate (services)"),
        ({"subject": "新增5G基站152座、总数", "unit": "座"}, "no subject rule"),
        ({"subject": "好评率与接通率"}, "ambiguous: hotline_answer_rate / service_satisfaction"),
    ],
)
def test_what_is_not_matched_is_kept_with_its_reason(change, reason):
    found = match_indicators(quantities(change))
    assert found.indicator.isna().all()
    assert found.rule.tolist() == [reason]


def test_a_subject_that_is_only_a_tier_carries_the_indicator_on():
    head = {"subject": "核心业务信息化覆盖率省级", "status": "target"}
    tail = {"subject": "市级", "status": "target", "tier": "city"}
    found = match_indicators(quantities(head, tail, tail | {"status": "actual"}, tail | {"sentence": 2}))
    assert found.indicator.tolist()[:2] == ["core_business_coverage"] * 2
    assert found.rule.tolist()[1] == "carried: subject: 核心业务信息化覆盖率"
    assert found.indicator[2:].isna().all()


def test_the_longest_term_wins():
    assert match(subject="接通率与事项办结率").indicator == "hotline_completion_rate"


def test_units_are_harmonised_within_a_dimension():
    found = match(subject="数据总量", unit="TB", value=3.5, low=3.0, surface="3.5TB")
    assert (found.value, found.low, found.unit, found.surface) == (3500.0, 3000.0, "GB", "3.5TB")
    assert match(subject="法人库", unit="家", value=5.0).unit == "户"
    kept = match(subject="平均办理时间", unit="天", value=7.0)
    assert (kept.indicator, kept.value, kept.unit) == ("approval_days", 7.0, "天")
    assert match(subject="粮食", unit="吨", value=2.0).unit == "吨"


def matched(text):
    document = read_text(text)
    return match_indicators(find_quantities(document), documents=document)


def test_region_comes_from_the_documents():
    table = frames.build("documents", [["a", None, "310000", *[None] * 8, "hans", 9, None, None]])
    assert match(table).region == "310000"
    assert match().isna().region


CASE_ROWS = [json.loads(line) for line in (CASES / "indicators.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASE_ROWS, ids=lambda case: case["text"][:20])
def test_cases(case):
    found = matched(case["text"])
    read = dict(
        zip(found.surface, found.indicator.astype(object).where(found.indicator.notna(), None), strict=True)
    )
    assert {surface: read.get(surface) for surface in case["indicators"]} == case["indicators"]


def test_every_quantity_yields_one_row_and_the_contract_holds():
    table = match_indicators(quantities({}, {"role": "change"}, {"subject": "无"}))
    assert len(frames.check("indicators", table)) == 3
    assert frames.check("indicators", match_indicators(quantities())).empty


@given(st.sampled_from(BOOK.indicators), st.floats(0, 1e9), st.sampled_from(frames.TIERS))
def test_an_example_is_never_given_a_wrong_unit_or_lost(one, value, tier):
    found = match(subject=one.examples, unit=one.unit, value=value, tier=tier, surface="x")
    assert found.rule
    if isinstance(found.indicator, str):
        taken = BOOK.by_code[found.indicator]
        assert found.unit in dimensions()[taken.dimension]
        assert found.tier == tier


# Bad codebooks --------------------------------------------------------------------------------------------

GOOD = [dict(row) for row in codebook.rows("indicators")[:3]]


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "percentage"}, "column kind: 'percentage'.*share, count"),
        ({"stock_flow": ""}, "column stock_flow"),
        ({"direction": "up"}, "column direction"),
        ({"topic": "economy"}, "column topic"),
        ({"tier": "town"}, "column tier"),
        ({"dimension": "weight"}, "column dimension: 'weight'.*share"),
        ({"unit": "吨"}, "column unit: '吨'.*share has %"),
        ({"indicator": "NA"}, "column indicator"),
        ({"examples": ""}, "column examples"),
        ({"examples": "粮食产量 5吨"}, "column examples.*terms of its row find"),
        ({"excludes": ""}, "column excludes"),
        ({"denominator": ""}, "column denominator.*无"),
        ({"includes": "网上.*办理"}, "column includes.*regular expression"),
        ({"includes": "在线办理|ＡＰＰ"}, "column includes.*half-width"),
        ({"includes": "在线办理|网上可办|在线办理"}, "column includes.*each alternative once"),
        ({"includes": ""}, "column includes"),
        ({"includes": GOOD[0]["includes"] + "|在线办理"}, "also in online_processing_rate"),
    ],
)
def test_bad_rows_are_refused(tmp_path, changes, said):
    rows = [dict(row) for row in GOOD]
    rows[1] |= changes
    with pytest.raises(ValueError, match=f"bad.csv, row 3.*{said}"):
        read_codebook(write(tmp_path / "bad.csv", rows))


def test_the_same_term_may_stand_in_two_dimensions(tmp_path):
    rows = [dict(row) for row in GOOD]
    rows[1] |= {
        "includes": GOOD[0]["includes"] + "|在线办理",
        "dimension": "count:item",
        "unit": "项",
        "kind": "count",
    }
    assert len(read_codebook(write(tmp_path / "good.csv", rows)).indicators) == 3


def test_a_check_lists_all_problems_in_the_order_of_the_rows(tmp_path):
    rows = [dict(row) for row in GOOD]
    rows[0] |= {"unit": "吨", "kind": "percentage"}
    rows[2] |= {"indicator": rows[1]["indicator"], "examples": "粮食产量 5吨"}
    found = check_codebook(write(tmp_path / "bad.csv", rows))
    assert found.level.eq("error").all()
    assert found[["row", "column"]].values.tolist() == [
        [2, "kind"],
        [2, "unit"],
        [4, "indicator"],
        [4, "examples"],
    ]
    assert (
        found.text[1]
        == "bad.csv, row 2, column unit: '吨' is not allowed (share has %, ‰, 成); choose one of these."
    )


def test_the_command_prints_one_line_a_problem_and_fails(tmp_path):
    rows = [dict(row) for row in GOOD]
    good = CliRunner().invoke(main, ["codebook", "check", str(write(tmp_path / "good.csv", rows)), "--notes"])
    rows[1] |= {"kind": "percentage"}
    bad = CliRunner().invoke(main, ["codebook", "check", str(write(tmp_path / "bad.csv", rows))])
    missing = CliRunner().invoke(main, ["codebook", "check", str(tmp_path / "none.csv")])
    assert (good.exit_code, bad.exit_code, missing.exit_code) == (0, 1, 2)
    assert "note: good.csv" in good.output
    assert bad.stdout.count("\n") == 1
    assert "bad.csv, row 3, column kind: 'percentage' is not allowed (share, count" in bad.stdout
    assert "give the path of a csv file" in missing.stderr


def test_an_unknown_column_is_named(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(",".join((*COLUMNS, "colour")) + "\n" + ",".join((*GOOD[0].values(), "red")), "utf-8")
    found = check_codebook(path)
    assert found[["row", "column", "value"]].values.tolist() == [[2, "colour", "red"]]


@pytest.mark.parametrize(
    "file", ["indicators.csv", "schemes/priorities.csv", "systems.csv", "trees/un_egdi.csv"]
)
def test_the_packaged_codebooks_are_sound(file):
    found = check_codebook(Path(codebook.__file__).parent / file)
    assert found[found.level == "error"].text.tolist() == []


def test_a_term_inside_another_codes_term_is_noted():
    rules = [terms.TermRule.parse("a", "网站"), terms.TermRule.parse("b", "网站覆盖率")]
    (note,) = terms.find_nested_terms("own.csv", enumerate(rules, start=2))
    assert (note.place.row, note.value) == (3, "网站覆盖率")


def test_a_file_like_no_codebook_is_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ValueError, match=r"own\.csv is like no codebook"):
        check_codebook(path)
    with pytest.raises(ValueError, match="kind 'recipe' is not known; choose indicators"):
        check_codebook(path, kind="recipe")


# Against a person's matching -------------------------------------------------------------------------------

GOLD = [json.loads(line) for line in (CASES / "indicators_gold.jsonl").read_text("utf-8").splitlines()]


def test_the_gold_names_indicators_of_the_codebook():
    said = {name for row in GOLD for name in row["indicator"].removeprefix("ambiguous:").split("/")}
    assert len(GOLD) == 316
    assert said - {"none"} <= set(BOOK.by_code)


def test_precision_and_recall_against_hand_matching(shared):
    corpus = Corpus([read_document(shared / file) for file in sorted({row["file"] for row in GOLD})])
    for row in GOLD:
        document = next(one for one in corpus if one.sha256 == row["sha256"])
        assert document.raw[row["start"] : row["end"]] == row["surface"]
    found = match_indicators(find_quantities(corpus), documents=corpus)
    scores = evaluate_matching(GOLD, found, documents=corpus.documents)
    assert scores.score("precision") >= 0.95
    assert scores.score("recall") >= 0.90


def observed(indicator, doc="a", start=0):
    return (indicator, *[None] * 9, doc, start, start + 3, "60%", 1, "subject: 接通率")


def test_scores_of_a_matching():
    gold = [
        {"doc": "a", "start": start, "end": start + 3, "surface": "60%", "indicator": indicator}
        for start, indicator in enumerate(
            ["portal_coverage", "none", "ambiguous:portal_coverage/site_opening_rate", "sites_total", "none"]
        )
        for start in [10 * start]
    ]
    said = ["portal_coverage", "portal_coverage", "site_opening_rate", None, None]
    table = frames.build("indicators", [observed(one, start=10 * i) for i, one in enumerate(said)])
    scores = evaluate_matching(gold, table)
    assert scores.score("precision") == pytest.approx(2 / 3)
    assert scores.score("recall") == pytest.approx(2 / 3)
    assert scores.errors[["kind", "start"]].values.tolist() == [["spurious", 10], ["missed", 30]]
    low, high = scores.scores.loc[0, ["low", "high"]]
    assert (round(low, 4), round(high, 4)) == (0.2077, 0.9385)  # Wilson 1927 of 2 in 3
    with pytest.raises(ValueError, match="no measure 'f1'; there are precision, recall"):
        scores.score("f1")


def test_gold_of_an_unknown_document_is_refused():
    row = {"file": "b.txt", "sha256": "x", "start": 0, "end": 3, "surface": "60%", "indicator": "none"}
    with pytest.raises(ValueError, match=r"'b\.txt' is not among the documents"):
        evaluate_matching([row], frames.build("indicators", []))
