"""The export: read back by the libraries others would read it with, and nothing in it runs, changes or is lost."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from pandas.testing import assert_frame_equal
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.model import DataType, Role, Schema

from egovlib import frames
from egovlib.cli import main
from egovlib.documents import Corpus, read_text
from egovlib.hashes import hash_file
from egovlib.report import exports
from egovlib.report.catalogue import catalogue_entry
from egovlib.report.fields import PANEL_TABLE, fields
from egovlib.spreadsheets import guard, unguard, unguard_frame

TITLE = '=HYPERLINK("http://x","<script>alert(1)</script>")' + "题" * 150
TEXT = (
    "一、发展现状\n截至2013年底，全省网上办理率达到85%，建成电子政务外网。\n=1+1\n+3个系统，-5%，@名单。\r\n"
    "二、主要任务\n到2015年，网上办理率达到95%以上。2016-2020年完成3个平台\x0c建设。\n"
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    document = read_text(TEXT, doc="hostile", title=TITLE, region="430000", tier="province", year=2013)
    return Corpus(
        [document, read_text("网上办理率达到60%。", doc="other", region="000000", tier="national", year=2014)]
    )


@pytest.fixture(scope="module")
def package(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = {"provider": "某大学", "published": "2026-11-22", "sharing": "unconditional"}
    return exports.export_package(corpus, tmp_path_factory.mktemp("export"), catalogue=said).parent


@pytest.fixture(scope="module")
def tables(corpus: Corpus) -> dict[str, pd.DataFrame]:
    return exports.export_tables(corpus)


def test_frictionless_finds_the_package_valid(package: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.flatten(["name", "type", "note"]) == []
    assert [task.name for task in report.tasks] == [*frames.TABLES, PANEL_TABLE]


def test_frictionless_refuses_a_value_outside_its_list(package: Path, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    about = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    resource = next(found for found in about["resources"] if found["name"] == "quantities")
    resource |= {"path": "q.csv"}
    del resource["hash"], resource["bytes"], resource["schema"]["foreignKeys"]
    text = (package / "data/quantities.csv").read_text(encoding="utf-8")
    (tmp_path / "q.csv").write_text(text.replace(",actual,", ",maybe,"), encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"name": "q", "resources": [resource]}), encoding="utf-8"
    )
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert "constraint-error" in {kind for (kind,) in report.flatten(["type"])}


def test_pysdmx_reads_the_panel_back(package: Path, tables: dict[str, pd.DataFrame]) -> None:
    (dataset,) = read_sdmx(package / "sdmx/panel.csv").data
    panel = tables[PANEL_TABLE]
    assert dataset.short_urn == "DataStructure=EGOVLIB:INDICATOR_PANEL(1.0.0)"
    assert len(dataset.data) == len(panel) > 0
    key = ["INDICATOR", "REF_AREA", "TIER", "STATUS", "UNIT_MEASURE", "TIME_PERIOD"]
    assert not dataset.data.duplicated(key).any()
    row = dataset.data[dataset.data["REF_AREA"] == "CN_430000"].iloc[0]
    cell = panel[panel["region"] == "430000"].iloc[0]
    assert float(row["OBS_VALUE"]) == cell["value"]
    assert (row["SOURCE_DOC"], int(row["SOURCE_START"])) == (cell["doc"], cell["start"])


def test_the_panel_is_of_the_structure_beside_it(package: Path) -> None:
    (dataset,) = get_datasets(package / "sdmx/panel.csv", package / "sdmx/structure.xml")
    assert isinstance(dataset.structure, Schema)  # resolved, by the STRUCTURE_ID of the data
    components = {component.id: component for component in dataset.structure.components}
    assert list(components) == list(dataset.data.columns)
    coded = {
        name: {code.id for code in one.enumeration} for name, one in components.items() if one.enumeration
    }
    assert coded.keys() == {"INDICATOR", "REF_AREA", "TIER", "STATUS", "OBS_STATUS", "DATED_BY"}
    assert {name: set(dataset.data[name].dropna()) - codes for name, codes in coded.items()} == {
        name: set() for name in coded
    }
    for name, one in components.items():
        cells = dataset.data[name]
        assert not one.required or one.role == Role.MEASURE or cells.ne("").all(), name
        if one.dtype in (DataType.DOUBLE, DataType.INTEGER):
            pd.to_numeric(cells.replace("", None))


def test_the_structure_names_its_codes_in_both_languages(package: Path) -> None:
    text = (package / "sdmx/structure.xml").read_text(encoding="utf-8")
    message = read_sdmx(package / "sdmx/structure.xml", validate=True)  # against the schema of SDMX-ML 3.0
    areas = next(one for one in message.structures or () if one.id == "CL_REF_AREA")
    assert [code.id for code in areas.items] == ["_Z", "CN_000000", "CN_430000"]
    names = dict.fromkeys(re.findall(r'<com:Name xml:lang="(en|zh)">(.+)</com:Name>', text))
    assert {("zh", "湖南省"), ("zh", "网上办理率"), ("en", "Share of items handled online")} <= names.keys()


def test_a_conflict_has_no_value_and_says_so(corpus: Corpus, tmp_path: Path) -> None:
    from egovlib.report.sdmx import sdmx_table

    panel = exports.export_tables(corpus)[PANEL_TABLE].head(1).copy()
    panel.loc[:, ["value", "doc", "start"]] = pd.NA
    row = sdmx_table(panel).iloc[0]
    assert row["OBS_STATUS"] == "O"
    assert pd.isna(row["OBS_VALUE"])


def test_csv_comes_back_as_it_was_and_nothing_in_it_runs(
    package: Path, tables: dict[str, pd.DataFrame]
) -> None:
    for name, table in tables.items():
        path = package / f"data/{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        texts = [cell for cell in cells if not _is_number(cell)]
        assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
        types = {field.name: field.dtype for field in fields(name)}
        back = unguard_frame(pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""]))
        assert_frame_equal(back, table.replace("", pd.NA), check_dtype=False)
    assert tables["documents"]["title"][0] == TITLE


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_parquet_is_the_table_and_leads_to_the_raw_text(package: Path, corpus: Corpus) -> None:
    for name in ("quantities", "systems", "indicators"):
        table = frames.check(name, pd.read_parquet(package / f"parquet/{name}.parquet"))
        assert len(table)
        assert all(corpus[row.doc].raw[row.start : row.end] == row.surface for row in table.itertuples())


def test_workbook_texts_are_texts_and_numbers_numbers(package: Path, tables: dict[str, pd.DataFrame]) -> None:
    book = openpyxl.load_workbook(package / exports.WORKBOOK)
    assert book.sheetnames == ["README", *tables]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {sheet.freeze_panes for sheet in book.worksheets[1:]} == {"B2"}
    title = book["documents"]["B2"]
    assert (title.value, title.data_type, title.quotePrefix) == (TITLE, "s", True)
    values = [row[4].value for row in book["quantities"].iter_rows(min_row=2)]
    assert values == tables["quantities"]["value"].tolist()
    readme = {row[0].value for row in book["README"].iter_rows()}
    assert {"published", "sharing", "codebook", "  surface"} <= readme


def test_a_csvw_library_reads_the_tables_by_their_types(
    package: Path, tables: dict[str, pd.DataFrame]
) -> None:
    csvw = pytest.importorskip("csvw")
    for name in ("csv-metadata.json", *(f"{table}.csv-metadata.json" for table in tables)):
        described = csvw.CSVW(str(package / "data" / name))
        assert described.is_valid, (name, described.warnings)
    # the description of all: keys hold across tables
    together = csvw.CSVW(str(package / "data/csv-metadata.json"))
    rows = {str(table.url): list(table) for table in together.tables}
    assert {name: len(found) for name, found in rows.items()} == {
        f"{name}.csv": len(table) for name, table in tables.items()
    }
    assert [row["value"] for row in rows["quantities.csv"]] == tables["quantities"]["value"].tolist()


@pytest.mark.skipif(not shutil.which("soffice"), reason="no soffice (LibreOffice) is installed")
def test_an_office_program_keeps_texts_texts_and_numbers_numbers(
    package: Path, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    call = ["soffice", f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--headless"]
    call += ["--convert-to", "xlsx", "--outdir", str(tmp_path), str(package / exports.WORKBOOK)]
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    book = openpyxl.load_workbook(tmp_path / exports.WORKBOOK)
    assert book.sheetnames == ["README", *tables]
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert set(formulas) <= {"=TRUE()", "=FALSE()"}  # as LibreOffice writes what is true or false
    assert book["documents"]["B2"].value == TITLE
    values = [row[4].value for row in book["quantities"].iter_rows(min_row=2)]
    assert values == tables["quantities"]["value"].tolist()


def test_csvw_names_the_columns_of_its_csv(package: Path) -> None:
    for name in frames.TABLES:
        about = json.loads((package / f"data/{name}.csv-metadata.json").read_text(encoding="utf-8"))
        with (package / "data" / about["url"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [column["titles"] for column in about["tableSchema"]["columns"]]
        described = [column["dc:description"] for column in about["tableSchema"]["columns"]]
        assert all([text["@language"] for text in pair] == ["zh", "en"] for pair in described)


def test_every_column_is_described() -> None:
    from egovlib import codebook

    known = {row["column"] for row in codebook.rows("columns")}
    assert {field.name for name in (*frames.TABLES, PANEL_TABLE) for field in fields(name)} <= known


def test_hashes_hold_and_every_file_is_listed(package: Path) -> None:
    about = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    listed = {entry["path"]: entry["hash"] for entry in [*about["resources"], *about["files"]]}
    assert {path: f"sha256:{hash_file(package / path)}" for path in listed} == listed
    there = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert there - set(listed) == {"datapackage.json", "README.md", ".egovlib.lock"}
    assert "codebook/indicators.csv" in listed
    assert about["catalogue"]["sharing"] == "无条件共享"
    assert about["provenance"]["inputs"].keys() == {"hostile", "other"}


def test_same_corpus_same_bytes_and_no_absolute_path(package: Path, corpus: Corpus, tmp_path: Path) -> None:
    said = {"provider": "某大学", "published": "2026-11-22", "sharing": "unconditional"}
    again = exports.export_package(corpus, tmp_path / "again", catalogue=said).parent
    files = [path.relative_to(package) for path in package.rglob("*") if path.is_file()]
    assert [path for path in files if (package / path).read_bytes() != (again / path).read_bytes()] == []
    assert str(tmp_path) not in (again / "datapackage.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"sharing": "maybe"}, "unconditional"),
        ({"published": "2026年"}, "2026-01-31"),
        ({"price": "1"}, "provider_code"),
    ],
)
def test_a_catalogue_element_outside_its_list_is_refused(said: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        catalogue_entry(said, documents=1, tables=[])


def test_what_only_the_provider_knows_is_not_made_up() -> None:
    entry = catalogue_entry({}, documents=1, tables=[])
    assert [entry[name] for name in ("provider", "sharing", "open", "published", "cycle")] == [None] * 5


def test_the_command_exports_a_folder_and_names_what_it_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("网上办理率达到85%。", encoding="utf-8")
    done = CliRunner().invoke(main, ["export", str(tmp_path / "out"), "--corpus", str(tmp_path / "in")])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().endswith("datapackage.json")
    wrong = CliRunner().invoke(
        main, ["export", str(tmp_path / "out"), "-m", "open", "perhaps", "--corpus", str(tmp_path / "in")]
    )
    assert wrong.exit_code == 2
    assert "yes, conditional, no" in wrong.stderr
    assert (tmp_path / "out/datapackage.json").is_file()  # the older package stands


def test_a_full_disk_is_one_sentence_and_leaves_the_older_package_as_it_was(
    tmp_path: Path, on_full_disk: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("网上办理率达到85%。", encoding="utf-8")
    call = ["export", str(tmp_path / "out"), "--corpus", str(tmp_path / "in")]
    assert CliRunner().invoke(main, call).exit_code == 0
    before = _contents(tmp_path / "out")
    (tmp_path / "in/a.txt").write_text("网上办理率达到95%。", encoding="utf-8")
    done = on_full_disk(call, 9000)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "free the disk or choose another folder." in done.stderr
    assert _contents(tmp_path / "out") == before


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_folder_that_cannot_be_made_is_one_sentence(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="choose one you may write to"):
        exports.export_package(corpus, tmp_path / "file/out")


@pytest.mark.parametrize("cell", ["=1", "'=1", "＋1", "\tx", "-", "近5%", ""])
def test_guard_is_undone(cell: str) -> None:
    assert unguard(guard(cell)) == cell
