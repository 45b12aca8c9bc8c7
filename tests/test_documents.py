"""Documents: what they are, how they are registered, and that every row leads back to the raw text."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from egovlib.documents import Corpus, add_document, read_corpus, read_document, read_text
from egovlib.extract.quantities import find_quantities
from egovlib.extract.themes import code_themes

SHARED = Path(__file__).parents[2] / "shared"
CASES = Path(__file__).parent / "cases" / "metadata.jsonl"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")

REPORT = (
    "各位代表：\n现在，我代表{}人民政府，向大会报告工作。\n"
    "一、2023年工作回顾\n建成12个平台。\n二、2024年工作安排\n建设5个。\n"
)


# --- what a document is -------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    "case", [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
)
def test_metadata_are_those_a_reader_finds(case: dict[str, object]) -> None:
    document = read_document(SHARED / str(case.pop("file")))
    assert {name: getattr(document, name) for name in case} == case


@needs_shared
def test_regions_of_all_city_reports_are_those_of_the_file_and_the_text() -> None:
    corpus = read_corpus(sorted((SHARED / "corpus" / "city_work_reports_2024").glob("*.txt"))[::7])
    assert len(corpus) == 20
    assert all(str(d.region_name).startswith(Path(d.source).stem) for d in corpus)
    assert all(d.year in (2023, 2024, None) for d in corpus)
    assert {d.genre for d in corpus} <= {"work_report", None}


@pytest.mark.parametrize(
    ("own", "code"),
    [("市", "220200"), ("省", "220000"), ("", "220000")],
)
def test_a_short_name_is_the_place_that_the_text_calls_its_own(tmp_path: Path, own: str, code: str) -> None:
    path = tmp_path / "吉林.txt"
    path.write_text(REPORT.format(own), encoding="utf-8")
    document = read_document(path)
    assert (document.region, document.year, document.genre) == (code, 2024, "work_report")


def test_a_municipality_is_a_province() -> None:
    document = read_text("上海市电子政务年度概况（2013年）\n市级机关建成12个平台。")
    assert (document.region, document.tier, document.plan_period) == ("310000", "province", "fyp12")


def test_a_code_is_the_one_valid_in_the_year() -> None:
    assert read_text("常宁市电子政务发展规划\n（2015年12月26日）").region == "430482"
    assert read_text("常宁县1989年工作概况").region_name == "常宁县"


def test_what_is_unknown_stays_so_with_the_candidates_listed() -> None:
    document = read_text("鼓楼区政务公开工作情况\n2011年和2012年，建成5个平台。")
    assert document.region is None
    assert "320106" in document.candidates["region"]
    assert document.year is None
    assert document.candidates["year"] == (2011, 2012)
    assert document.issuer is None
    row = Corpus([document]).documents.iloc[0]
    assert pd.isna(row.region)
    assert pd.isna(row.year)


def test_a_field_that_is_known_has_no_candidates() -> None:
    document = read_text("鼓楼区政务公开工作情况", region="320106", year=2012, genre="overview")
    assert not {"region", "year", "genre"} & document.candidates.keys()
    assert document.region_name == "鼓楼区"
    assert document.plan_period == "fyp12"


@pytest.mark.parametrize(
    ("text", "genre", "year", "issuer"),
    [
        ("某某省人民政府关于印发数字政府建设规划的通知\n某政发〔2021〕5号\n各市：", "plan", 2021, "某某省人民政府"),
        ("国务院关于某地总体规划（2018—2035年）的批复\n国函〔2018〕9号\n某省：", "policy", 2018, "国务院"),
        ("共享的意见\n请执行。\n某市财政局\n某市数据局\n2020年3月2日", "policy", 2020, "某市财政局、某市数据局"),
        ("某区2022年政府信息公开工作年度报告\n2023年1月10日", "disclosure", 2022, None),
        ("《某市数字规划》政策解读\n为便于理解，现解读如下。", "other", None, None),
        ("2012年某市信息化工作总结\n全年建成平台三个。", "overview", 2012, None),
        ("2012年某市信息化工作总结及2013年打算\n全年建成平台三个。", "overview", 2012, None),
        ("2012年某市信息化发展综述\n全年建成平台三个。", "overview", 2012, None),
        ("2012年某市电子政务建设情况\n全年建成平台三个。", "overview", 2012, None),
    ],
)  # fmt: skip
def test_genre_year_and_issuer(text: str, genre: str, year: int | None, issuer: str | None) -> None:
    document = read_text(text)
    assert (document.genre, document.year, document.issuer) == (genre, year, issuer)


def test_a_title_broken_over_lines_is_one() -> None:
    assert read_text("某市人民政府关于加快推进\n数字政府建设的实施意见\n各区县：").title == (
        "某市人民政府关于加快推进数字政府建设的实施意见"
    )


def test_the_years_spoken_of() -> None:
    assert read_text("2011-2012年建成5个，到2015年达到60%。").years == (2011, 2012, 2015)


# --- the way back -------------------------------------------------------------------------------


def assert_traceable(corpus: Corpus) -> int:
    """raw[start:end] == surface for every row that has a surface, and inside the raw text for all others."""
    quantities, codings = find_quantities(corpus), code_themes(corpus)
    for row in quantities.itertuples():
        assert corpus[row.doc].raw[row.start : row.end] == row.surface
    for table in (corpus.sections, corpus.sentences, codings):
        for row in table.itertuples():
            assert 0 <= row.start < row.end <= len(corpus[row.doc].raw)
    return len(quantities)


@needs_shared
def test_every_row_of_every_table_leads_back_to_the_raw_text() -> None:
    files = sorted(
        path for path in SHARED.glob("corpus/*/*") if path.suffix in (".txt", ".docx", ".html", ".pdf")
    )
    corpus = read_corpus(
        [*sorted((SHARED / "seeds").glob("*.txt")), *files[::25], SHARED / "corpus/disclosure_reports_pdf"]
    )
    assert not len(corpus.failures)
    assert assert_traceable(corpus) > 400


# --- the register -------------------------------------------------------------------------------


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "register.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "吉林.txt"
    path.write_text(REPORT.format("市"), encoding="utf-8")
    return path


def test_adding_copies_the_file_and_writes_what_was_recognised(tmp_path: Path, report: Path) -> None:
    document, new = add_document(report, tmp_path / "corpus")
    assert new
    (row,) = rows(tmp_path / "corpus")
    assert (tmp_path / "corpus" / row["file"]).read_bytes() == report.read_bytes()
    assert (row["doc"], row["region"], row["year"], row["sha256"]) == (
        document.doc,
        "220200",
        "2024",
        document.sha256,
    )
    assert [d.doc for d in read_corpus(tmp_path / "corpus")] == [document.doc]


def test_adding_the_same_bytes_again_is_noticed_under_any_name(tmp_path: Path, report: Path) -> None:
    first, _ = add_document(report, tmp_path / "corpus")
    other = tmp_path / "copy.txt"
    other.write_bytes(report.read_bytes())
    for path in (report, other, tmp_path / "corpus" / "吉林.txt"):
        again, new = add_document(path, tmp_path / "corpus")
        assert not new
        assert again.doc == first.doc
    assert len(rows(tmp_path / "corpus")) == 1


def test_what_is_said_overrides_and_what_is_edited_overrides_later(tmp_path: Path, report: Path) -> None:
    folder = tmp_path / "corpus"
    document, _ = add_document(report, folder, region="220000", genre="speech", year=2022)
    assert (document.region, document.tier, document.genre, document.plan_period) == (
        "220000",
        "province",
        "speech",
        "fyp14",
    )
    register = folder / "register.csv"
    register.write_text(register.read_text(encoding="utf-8").replace("2022", "2019"), encoding="utf-8")
    assert read_corpus(folder)[0].year == 2019


def test_files_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    for i in range(3):
        folder = tmp_path / str(i)
        folder.mkdir()
        (folder / "report.txt").write_text(REPORT.format("市") + str(i), encoding="utf-8")
        add_document(folder / "report.txt", tmp_path / "corpus")
    corpus = read_corpus(tmp_path / "corpus")
    assert len({d.doc for d in corpus}) == len({d.sha256 for d in corpus}) == 3
    assert not len(corpus.failures)


def test_a_register_keeps_its_other_columns_and_rows(tmp_path: Path, report: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("一、目标\n建成5个平台。", encoding="utf-8")
    (folder / "register.csv").write_text("\ufeffdoc,file,note\na,a.txt,从“馆”抄来\n", encoding="utf-8")
    add_document(report, folder)
    assert [row["note"] for row in rows(folder)] == ["从“馆”抄来", ""]


def test_a_file_already_in_the_folder_is_registered_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("一、目标\n建成5个平台。", encoding="utf-8")
    document, new = add_document(folder / "a.txt", folder)
    assert new
    assert [path.name for path in sorted(folder.iterdir())] == ["a.txt", "register.csv"]
    assert document.doc == "a"


@pytest.mark.parametrize("doc", ["../a", "a/b", "..", ".hidden", "", "a" * 201, "规划", "a\n"])
def test_an_id_cannot_lead_out_of_a_folder(tmp_path: Path, report: Path, doc: str) -> None:
    with pytest.raises(ValueError, match="cannot be a document's id"):
        read_text("一、目标", doc=doc)
    if doc:
        register = f'doc,file\n"{doc}",吉林.txt\n'
        (tmp_path / "register.csv").write_text(register, encoding="utf-8")
        assert "cannot be a document's id" in read_corpus(tmp_path).failures.problem[0]


@pytest.mark.parametrize("name", ["..txt", "-rf.txt", "a b;c.txt", "CON'.txt", "x" * 230 + ".txt"])
def test_any_file_name_makes_a_safe_id(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("一、目标", encoding="utf-8")
    doc = read_document(tmp_path / name).doc
    assert not set(doc) & set("/\\ '\";")
    assert not doc.startswith((".", "-"))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"region": "43"}, "no code of GB/T 2260"),
        ({"tier": "town"}, "it is one of"),
        ({"colour": "red"}, "no field"),
    ],
)
def test_what_is_said_wrongly_is_refused(known: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_text("一、目标", **known)


# --- bad input ----------------------------------------------------------------------------------


def test_a_batch_goes_on_and_lists_what_failed(tmp_path: Path, report: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "cut.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "none.txt").write_bytes(b"")
    corpus = read_corpus([tmp_path, tmp_path / "missing.txt", tmp_path / ("长" * 300)])
    assert [d.source for d in corpus] == [report.name]
    assert len(corpus.failures) == 6
    assert corpus.failures.problem.str.endswith(".").all()
    assert list(corpus.failures.columns) == ["source", "problem"]
