"""Systems: cases as data, spans that are cited, the catalogue's refusals, and the hand coding that is reached."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovlib import frames
from egovlib.analyse.quality.systems_evaluation import evaluate_systems
from egovlib.documents import read_corpus, read_text
from egovlib.extract.system_catalogue import COLUMNS, read_catalogue, read_words
from egovlib.extract.system_mentions import find_mentions
from egovlib.extract.system_names import plain_name
from egovlib.extract.systems import find_systems

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
CODED = HERE / "cases" / "systems_gold"
CASES = [json.loads(line) for line in (HERE / "cases" / "systems.jsonl").read_text("utf-8").splitlines()]
KNOWN = [case for case in CASES if case["kind"] == "known_failures"]


def found_in(case):
    """surface, system, category, status of what is found; a case may stand under a title and a heading."""
    lead = "".join(f"{case[name]}\n" for name in ("title", "heading") if name in case)
    rows = find_systems(read_text(lead + case["text"] if lead else case["text"], genre=genre_of(case)))
    return [list(row) for row in rows[["surface", "system", "category", "status"]].itertuples(index=False)]


def genre_of(case):
    return "plan" if "title" in case else "overview"


@pytest.mark.parametrize("case", [c for c in CASES if c not in KNOWN], ids=lambda case: case["text"])
def test_case(case):
    assert found_in(case) == case["systems"]


@pytest.mark.xfail(strict=True, reason="admitted failures: mend one, then move it")
@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["text"])
def test_known_failure(case):
    assert found_in(case) == case["systems"]


DAMAGED = """一、现状
近年来，我市大力推进信息化建设，全省統一的電子政務
外網已經建成，覆盖全部乡镇；人口、法人数据 库收录三千万条。
"""


@settings(deadline=None)
@given(
    st.text(
        alphabet="政务内外网、和与数据库系统平台“”建设了全省市人口法人等智慧APP12345热线，。\n ", max_size=80
    )
)
def test_surfaces_are_what_stands_there(text):
    document = read_text(DAMAGED + text)
    table = frames.check("systems", find_systems(document))
    for row in table.itertuples():
        assert document.raw[row.start : row.end] == row.surface
    assert (table["start"].astype(int).diff().dropna() > 0).all()


def test_names_broken_by_damage_are_found():
    surfaces = find_systems(DAMAGED)["surface"].tolist()
    assert [surface.replace("\n", "").replace(" ", "") for surface in surfaces] == [
        "全省統一的電子政務外網",
        "人口",
        "法人数据库",
    ]


def test_mentions_do_not_overlap():
    text = "省级电子政务外网平台和政务服务网上办事大厅系统以及政务信息资源目录体系与交换体系"
    mentions = find_mentions(text)
    assert mentions
    assert all(one.end <= two.start for one, two in itertools.pairwise(mentions))


def test_owner_is_the_builder_or_the_possessor():
    owners = find_systems("市水务局建成了防汛指挥系统。教育部门的数字校园已经开通。政务外网已开通。")["owner"]
    assert owners.astype(object).where(owners.notna(), None).tolist() == ["市水务局", "教育部门", None]


def test_owner_is_cited_as_it_stands():
    found = find_systems("市財政局開發了票據管理系統。教育部門的數字校園已經開通。")
    assert found["owner"].tolist() == ["市財政局", "教育部門"]


def test_a_short_number_names_its_hotline_known_or_not():
    found = find_systems("“12316”三农服务热线、96110反诈专线已开通，服务电话85112345。")
    assert found[["surface", "system"]].values.tolist() == [
        ["“12316”三农服务热线", "12316热线"],
        ["96110反诈专线", "96110热线"],
    ]


# The catalogue --------------------------------------------------------------------------------------------


def test_each_name_and_wording_leads_to_its_system():
    catalogue = read_catalogue()
    for row in catalogue.systems.values():
        for wording in (row.system, *row.aliases, *row.whole_names):
            known = catalogue.known(wording)
            assert known is not None, wording
            assert known.system == row.system, wording


def test_parts_lead_to_the_frame():
    systems = read_catalogue().systems
    parts = {name for name, row in systems.items() if row.part_of == "一站两网四库十二金"}
    assert parts == {"政务内网", "政务外网", "政府门户网站", "四大基础数据库", "金字工程(十二金)"}
    assert systems["人口数据库"].part_of == "四大基础数据库"
    assert sum(row.part_of == "金字工程(十二金)" for row in systems.values()) >= 12


def test_every_system_of_the_list_is_known(shared):
    lines = (shared / "systems.md").read_text("utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| ") and line.count("|") == 5]
    listed = {row[1].strip(): row[2].strip() for row in rows if "..." not in row[1]}
    systems = read_catalogue().systems
    named = {
        name: kind for name, kind in listed.items() if kind in {row.category for row in systems.values()}
    }
    assert len(named) == 139
    assert {name: systems[name].category for name in named if name in systems} == named


ROW = dict(zip(COLUMNS, ("甲系统", "A", "portal", "", "甲平台|甲网站", "", "", "mine"), strict=True))


def catalogue_of(tmp_path, *rows):
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *(set(rows[0]) - set(COLUMNS))])
        writer.writeheader()
        writer.writerows(rows)
    return path


REFUSED = [
    ([ROW, ROW], "row 3, column system: '甲系统'"),
    ([ROW | {"category": "castle"}], "row 2, column category: 'castle'"),
    ([ROW | {"part_of": "乙"}], "row 2, column part_of: '乙'"),
    ([ROW | {"system": "NA"}], "row 2, column system: 'NA'"),
    ([ROW, ROW | {"system": "乙系统", "aliases": "甲平台"}], "row 3, column aliases: '甲平台'"),
    ([ROW | {"aliases": "甲平台||乙"}], "row 2, column aliases: ''"),
    ([ROW | {"patterns": "(甲"}], "row 2, column patterns: '(甲'"),
    ([ROW | {"patterns": "甲?"}], "row 2, column patterns: '甲?'"),
    ([ROW | {"patterns": "(甲+)+乙"}], "row 2, column patterns: '(甲+)+乙'"),
    ([ROW | {"patterns": "甲*乙"}], "row 2, column patterns: '甲*乙'"),
    ([ROW | {"patterns": "甲?" * 40 + "乙"}], "row 2, column patterns"),
    ([ROW | {"patterns": "(?:甲{0,9}乙?){0,9}丙"}], "row 2, column patterns"),
    ([ROW | {"colour": "red"}], "row 2, column colour: 'red'"),
]


@pytest.mark.parametrize(
    ("rows", "message"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_bad_catalogue_is_refused(tmp_path, rows, message):
    with pytest.raises(ValueError, match="is not allowed") as error:
        read_catalogue(catalogue_of(tmp_path, *rows))
    assert "mine.csv" in str(error.value)
    assert message in str(error.value)


def test_patterns_of_a_catalogue_of_your_own_are_found(tmp_path):
    catalogue = read_catalogue(catalogue_of(tmp_path, ROW | {"patterns": "甲.{0,3}云"}))
    assert [(start, end) for start, end, _ in catalogue.find("看甲乙丙云和甲网站")] == [(6, 9), (1, 5)]


def test_no_word_of_a_trap_is_a_catalogued_name():
    names = {name for row in read_catalogue().systems.values() for name in (row.system, *row.aliases)}
    assert not names & set(read_words().by_kind["trap"])


# Scores ---------------------------------------------------------------------------------------------------

GOLD = {"doc": "text", "start": 3, "end": 7, "surface": "政务外网", "canonical": "政务外网"}
GOLD |= {"category": "network", "status": "operational", "owner": None, "ambiguous": []}


def test_a_repeat_in_the_section_is_neither_asked_for_nor_wrong():
    document = read_text("已开通政务外网。政务外网稳定。市民热线已开通。")
    corpus = type(read_corpus())([document])
    evaluation = evaluate_systems([GOLD], find_systems(document), corpus=corpus)
    assert evaluation.documents[["gold", "found", "predicted"]].values.tolist() == [[1, 1, 2]]
    assert evaluation.errors[["kind", "surface"]].values.tolist() == [["spurious", "市民热线"]]
    assert evaluation.score("precision") == 0.5
    assert evaluation.score("recall") == evaluation.score("canonical") == evaluation.score("status") == 1


def test_what_is_ambiguous_does_not_count():
    document = read_text("已开通政务外网。")
    corpus = type(read_corpus())([document])
    gold = [GOLD | {"status": "planned", "ambiguous": ["status"]}]
    assert evaluate_systems(gold, find_systems(document), corpus=corpus).score("status") is None
    with_mention = [GOLD | {"ambiguous": ["mention"]}]
    assert evaluate_systems(with_mention, find_systems(document), corpus=corpus).score("precision") is None


def test_names_are_compared_without_place_level_and_kind():
    assert plain_name("“互联网+监管”平台") == plain_name("全省统一的互联网+监管系统")
    assert plain_name("政务外网") != plain_name("政务内网")


def coded_files():
    with (CODED / "files.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scores_on(gold, paths):
    corpus = read_corpus(paths)
    return evaluate_systems(gold, find_systems(corpus), corpus=corpus)


def test_the_given_coding_is_reached(shared):
    evaluation = scores_on(shared / "gold" / "systems", [shared / "seeds"])
    assert evaluation.score("f1") >= 0.97
    assert evaluation.score("canonical") >= 0.98
    assert evaluation.score("status") >= 0.96


def test_the_coding_of_shared_documents_is_reached(shared):
    files = [row for row in coded_files() if (shared / row["path"]).exists()]
    if len(files) < len(coded_files()):
        pytest.skip("../shared/corpus is not here")
    for row in files:
        assert hashlib.sha256((shared / row["path"]).read_bytes()).hexdigest() == row["sha256"], row["path"]
    evaluation = scores_on(CODED, [shared / row["path"] for row in files])
    assert not evaluation.notes  # every coded document is in the corpus
    assert evaluation.score("f1") >= 0.89
    assert evaluation.score("canonical") >= 0.92
    assert evaluation.score("status") >= 0.95
