"""The command line: what it says, and with which code it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egovlib.cli import main
from egovlib.documents import read_corpus

REPORT = (
    "各位代表：\n我代表市人民政府，向大会报告工作。\n"
    "一、2023年工作回顾\n建成12个平台。\n二、2024年工作安排\n建设5个。\n"
)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "三亚.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_add_says_what_it_recognised(tmp_path: Path, report: Path) -> None:
    result = run("add", report, "--corpus", tmp_path / "corpus")
    assert result.exit_code == 0
    assert "460200 三亚市 | city | work_report | 2024 | fyp14 | 三亚市人民政府" in result.output


def test_add_says_what_it_did_not_recognise_and_the_candidates(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("鼓楼区政务公开工作情况\n2011年和2012年建成5个平台。", encoding="utf-8")
    result = run("add", tmp_path / "a.txt", "--corpus", tmp_path / "corpus")
    assert "year unknown (may be 2011, 2012): say it with --year or in register.csv." in result.output


def test_add_notices_a_file_that_is_there(tmp_path: Path, report: Path) -> None:
    run("add", report, "--corpus", tmp_path / "corpus")
    again = run("add", report, "--corpus", tmp_path / "corpus")
    assert again.exit_code == 0
    assert "is in the corpus already" in again.output
    assert len(read_corpus(tmp_path / "corpus")) == 1


def test_add_goes_on_past_a_file_it_cannot_read(tmp_path: Path, report: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 and no more")
    result = run("add", tmp_path / "b.pdf", tmp_path / "none.txt", report, "--corpus", tmp_path / "corpus")
    assert result.exit_code == 1
    assert "truncated or damaged PDF" in result.output
    assert "check the path" in result.output
    assert [document.source for document in read_corpus(tmp_path / "corpus")] == [report.name]


def test_options_of_add_override_what_was_recognised(tmp_path: Path, report: Path) -> None:
    said = {
        "title": "某报告", "region": "000000", "tier": "national", "genre": "speech", "year": 2019,
        "plan_period": "fyp12", "issuer": "某局",
    }  # fmt: skip
    options = [word for name, value in said.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    run("add", report, "--corpus", tmp_path / "corpus", *options)
    (document,) = read_corpus(tmp_path / "corpus")
    assert {name: getattr(document, name) for name in said} == said


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--genre", "novel", "it is one of"),
        ("--region", "99", "no code of GB/T 2260"),
        ("--year", "12", "range"),
    ],
)
def test_a_wrong_option_of_add_is_explained_and_nothing_is_added(
    tmp_path: Path, report: Path, option: str, value: str, said: str
) -> None:
    result = run("add", report, "--corpus", tmp_path / "corpus", option, value)
    assert result.exit_code in (1, 2)
    assert said in result.output
    assert not (tmp_path / "corpus" / "register.csv").exists()


def test_extract_reads_what_it_can_and_lists_the_rest(tmp_path: Path, report: Path) -> None:
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04")
    result = run("extract", tmp_path, "-o", tmp_path / "out", "--format", "csv")
    assert result.exit_code == 1
    assert "truncated or damaged docx" in (tmp_path / "out" / "failures.csv").read_text(encoding="utf-8-sig")
    assert "12个" in (tmp_path / "out" / "quantities.csv").read_text(encoding="utf-8-sig")


def test_extract_of_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    result = run("extract", tmp_path / "none.txt", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "there is no" in result.output
