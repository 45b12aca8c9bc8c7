"""The human coder: sheets out, coded sheets back in, and how far the coders agree."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import egovlib as eg
from egovlib.analyse.quality.review import KINDS, SHOWN, UNITS, ask, draw_units
from egovlib.cli import main
from egovlib.documents import Corpus, read_text
from egovlib.report.sheets import write_sheets
from egovlib.spreadsheets import guard, unguard


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def code(path: Path, answers: dict[str, dict[str, str]]) -> None:
    """Fill a workbook in as a person would: answers by unit and column."""
    book = openpyxl.load_workbook(path)
    sheet = book["coding"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for column, answer in answers.get(sheet.cell(row, columns["unit"]).value, {}).items():
            sheet.cell(row, columns[column]).value = answer
    book.save(path)


def as_the_machine(key: pd.DataFrame, wrong: float = 0.0, seed: int = 0) -> dict[str, dict[str, str]]:
    """Answers that follow the key but for some of the choices."""
    chance = random.Random(seed)
    answers: dict[str, dict[str, str]] = {}
    for unit in key.to_dict("records"):
        cells: dict[str, str] = {}
        for question in ask(unit["kind"]):
            said = [] if pd.isna(unit[question.name]) else unit[question.name].split("|")
            if len(question.allowed) > 2 and said and chance.random() < wrong:
                said = [chance.choice(question.allowed)]
            cells |= dict(zip(question.columns, said, strict=False))
        answers[unit["unit"]] = cells
    return answers


# --- what is drawn ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_units_are_drawn_by_seed_hits_and_non_hits(embedded: Corpus, kind: str) -> None:
    key = draw_units(embedded, kind, sample=40, seed=7)
    pd.testing.assert_frame_equal(key, draw_units(embedded, kind, sample=40, seed=7))
    assert set(key.unit) != set(draw_units(embedded, kind, sample=40, seed=8).unit)
    assert len(set(key.unit)) == 40
    assert (key.stratum == "found").sum() == 20
    assert (key.stratum == "bare").sum() >= 10
    first = ask(kind)[0].name
    assert set(key[key.stratum != "found"][first]) == {"none" if kind == "themes" else "no"}
    for row in key.itertuples():
        raw = embedded[row.doc].raw
        assert pd.isna(row.surface) or raw[row.start : row.end] == row.surface


def test_the_weights_undo_the_uneven_drawing(embedded: Corpus) -> None:
    key = draw_units(embedded, "quantities", sample=60, seed=1)
    assert key.weight[key.stratum == "found"].sum() == pytest.approx(len(eg.find_quantities(embedded)))


def test_a_small_corpus_gives_all_its_units() -> None:
    key = draw_units("热线接通率达到95%。全省高度重视这项工作。", "quantities", sample=50)
    assert sorted(key.stratum) == ["bare", "found"]
    assert set(key.weight) == {1}


@pytest.mark.parametrize(
    ("kind", "sample", "said"), [("poems", 9, "choose quantities"), ("themes", 1, "draw 2 or more")]
)
def test_a_wrong_draw_is_refused(kind: str, sample: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        draw_units("热线接通率达到95%。", kind, sample=sample)


# --- the sheets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_sheets_are_blind_and_have_drop_down_lists(embedded: Corpus, tmp_path: Path, kind: str) -> None:
    key = draw_units(embedded, kind, sample=20, seed=1)
    write_sheets(key, tmp_path, coders=["Li"])
    sheet = openpyxl.load_workbook(tmp_path / f"{kind}_Li.xlsx")["coding"]
    header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    answers = {column for question in ask(kind) for column in question.columns}
    assert answers <= set(header)
    assert not set(header) & (set(UNITS) - set(SHOWN))
    assert all(
        value is None for row in rows for name, value in zip(header, row, strict=True) if name in answers
    )
    drop_downs = [check for check in sheet.data_validations.dataValidation if check.type == "list"]
    assert len(drop_downs) == sum(bool(question.allowed) for question in ask(kind))
    listed = openpyxl.load_workbook(tmp_path / f"{kind}_Li.xlsx")["lists"]
    for column, question in enumerate((q for q in ask(kind) if q.allowed), start=1):
        shown = [listed.cell(row, column).value for row in range(2, len(question.allowed) + 2)]
        assert tuple(text.split()[0] for text in shown) == question.allowed
    assert sheet.protection.sheet
    assert not sheet.cell(2, header.index(ask(kind)[0].columns[0]) + 1).protection.locked


@given(st.text())
def test_a_guarded_cell_comes_back_and_runs_nothing(cell: str) -> None:
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_sentence_that_looks_like_a_formula_stays_text(tmp_path: Path, form: str) -> None:
    text = "=1+1是公式，不是数。\n-5%的降幅已实现。\n@某人转发的消息很多。\n'=引号开头的一句话。"
    key = draw_units([read_text(text)][0], "themes", sample=9)
    write_sheets(key, tmp_path, coders=["Li"])
    back = eg.read_key(tmp_path / "themes_key.csv")
    pd.testing.assert_frame_equal(back, key)
    assert {"=1+1是公式,不是数。", "-5%的降幅已实现。"} <= set(key.text)
    path = tmp_path / f"themes_Li.{form}"
    if form == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(path)["coding"].iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        code(path, {unit: {"code_1": "none"} for unit in key.unit})
    else:
        written = path.read_text(encoding="utf-8-sig")
        assert ",'=1+1是公式" in written or "'=1+1" in written
        sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
        sheet.assign(code_1="none").to_csv(path, index=False)
    assert len(eg.read_sheets([path], key)) == len(key)


def test_a_sheet_is_never_overwritten(tmp_path: Path) -> None:
    key = draw_units("热线接通率达到95%。全省高度重视这项工作。", "themes")
    write_sheets(key, tmp_path)
    with pytest.raises(ValueError, match="is there already and may be filled in"):
        write_sheets(key, tmp_path)


@pytest.mark.parametrize("name", ["machine", "../x", "", "key"])
def test_a_coder_needs_a_name_of_its_own(tmp_path: Path, name: str) -> None:
    key = draw_units("热线接通率达到95%。全省高度重视这项工作。", "themes")
    with pytest.raises(ValueError, match="cannot name a coder"):
        write_sheets(key, tmp_path, coders=[name])


# --- there and back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_round_trip(tmp_path: Path, kind: str) -> None:
    out = run("review", "export", "--kind", kind, "--sample", "40", "--seed", "2", "-o", tmp_path)
    assert out.exit_code == 0, out.output
    key = eg.read_key(tmp_path / f"{kind}_key.csv")
    code(tmp_path / f"{kind}_A.xlsx", as_the_machine(key))
    code(tmp_path / f"{kind}_B.xlsx", as_the_machine(key, wrong=0.3, seed=5))
    sheets = [tmp_path / f"{kind}_{coder}.xlsx" for coder in "AB"]
    back = run("review", "import", *sheets, "--key", tmp_path / f"{kind}_key.csv")
    assert back.exit_code == 0, back.output
    assert "A: 40 of 40 units coded" in back.output
    codings = pd.read_csv(tmp_path / f"{kind}_codings.csv", dtype=str)
    assert set(codings.coder) == {"A", "B"}
    agreement = pd.read_csv(tmp_path / f"{kind}_agreement.csv")
    assert set(agreement.among) == {"persons", "persons and machine"}
    percent = agreement[(agreement.coefficient == "percent") & (agreement.among == "persons")].value
    assert (percent <= 1).all()
    assert percent.min() < 1


def test_who_codes_as_the_machine_agrees_with_it_fully(embedded: Corpus, tmp_path: Path) -> None:
    key = draw_units(embedded, "quantities", sample=40, seed=3)
    write_sheets(key, tmp_path, coders=["Li"])
    code(tmp_path / "quantities_Li.xlsx", as_the_machine(key))
    coded = eg.read_sheets([tmp_path / "quantities_Li.xlsx"], key)
    machine = eg.machine_codings(key)
    assert len(coded) == len(machine)
    agreement = eg.measure_review(pd.concat([coded, machine]), draws=20)
    defined = agreement[agreement.coefficient.isin(["percent", "krippendorff_alpha"])].dropna(subset="value")
    assert len(defined) > 10
    assert (defined.value == 1).all()


def test_what_a_coder_did_not_code_is_missing_and_not_none(embedded: Corpus, tmp_path: Path) -> None:
    key = draw_units(embedded, "themes", sample=10, seed=3)
    write_sheets(key, tmp_path)
    answers = as_the_machine(key)
    code(tmp_path / "themes_A.xlsx", answers)
    some = dict(list(answers.items())[:6])
    code(tmp_path / "themes_B.xlsx", some)
    coded = eg.read_sheets([tmp_path / "themes_A.xlsx", tmp_path / "themes_B.xlsx"], key)
    assert coded.groupby("coder").start.nunique().to_dict() == {"A": 10, "B": 6}
    agreement = eg.measure_review(coded, draws=20)
    assert set(agreement.value[agreement.coefficient == "percent"]) == {1}


def test_the_machine_is_judged_without_corrections(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("热线接通率达到95%。全省高度重视这项工作。", encoding="utf-8")
    (tmp_path / "corrections.csv").write_text(
        "doc,table,start,end,surface,action,column,value,who,when,why\n"
        "a,quantities,,,95%,change,role,rank,Li,2026-03-01,\n", encoding="utf-8",
    )  # fmt: skip
    corpus = eg.read_corpus(tmp_path)
    assert eg.find_quantities(corpus).role[0] == "rank"
    assert set(draw_units(corpus, "quantities").role.dropna()) == {"level"}


# --- bad sheets -------------------------------------------------------------------------------------


@pytest.fixture
def review(tmp_path: Path) -> tuple[pd.DataFrame, Path]:
    key = draw_units("截至2013年底，热线接通率达到95%。全省高度重视这项工作。", "quantities", sample=3)
    write_sheets(key, tmp_path, coders=["Li"])
    return key, tmp_path / "quantities_Li.csv"


FOUND = {"is_quantity": "yes", "value": "95", "unit_of_measure": "%", "approx": "exact", "role": "level"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": "q0000000000"}, "column unit (cell A{row}): 'q0000000000' is not allowed (an id of the key)"),
        ({"text": "另一句话。"}, "column text (cell C{row}): '另一句话。' is not allowed (the sentence as exported)"),
        ({"role": "rate"}, "column role (cell I{row}): 'rate' is not allowed (level, flow, change, from, to, rank)"),
        ({"value": "95%"}, "column value (cell E{row}): '95%' is not allowed (a number without unit"),
        ({"period": "Dec-13"}, "column period (cell K{row}): 'Dec-13' is not allowed (2013, 2013-12"),
        ({"is_quantity": ""}, "column is_quantity (cell D{row}): '' is not allowed (yes, no); answer it first"),
        ({"is_quantity": "no"}, "column value (cell E{row}): '95' is not allowed (empty where is_quantity is no)"),
        ({"coder": ""}, "column coder (cell N{row}): '' is not allowed (the coder's name)"),
        ({"coder": "Machine"}, "column coder (cell N{row}): 'Machine' is not allowed (a person)"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_refused_with_its_place_and_the_mend(
    review: tuple[pd.DataFrame, Path], changes: dict[str, str], said: str
) -> None:
    key, path = review
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    row = sheet.text.str.contains("【95%】").to_numpy().argmax()
    for column, value in (FOUND | changes).items():
        sheet.loc[row, column] = value
    sheet.to_csv(path, index=False)
    with pytest.raises(ValueError, match=rf"quantities_Li.csv, row {row + 2}") as refused:
        eg.read_sheets([path], key)
    assert said.format(row=row + 2) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_fields_of_a_sentence_without_a_mark_are_refused(review: tuple[pd.DataFrame, Path]) -> None:
    key, path = review
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    row = (~sheet.text.str.contains("【")).to_numpy().argmax()
    sheet.loc[row, ["is_quantity", "role"]] = ["yes", "level"]
    sheet.to_csv(path, index=False)
    with pytest.raises(ValueError, match="the sentence has no 【】 mark"):
        eg.read_sheets([path], key)


def test_a_missing_column_and_a_unit_twice_are_refused(review: tuple[pd.DataFrame, Path]) -> None:
    key, path = review
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False).assign(is_quantity="no")
    sheet.drop(columns="role").to_csv(path, index=False)
    with pytest.raises(
        ValueError, match="row 1 has the column 'role' 0 times; each column stands there once"
    ):
        eg.read_sheets([path], key)
    pd.concat([sheet, sheet.head(1)]).to_csv(path, index=False)
    with pytest.raises(ValueError, match=r"row 5, column unit .*each unit once a coder"):
        eg.read_sheets([path], key)


def test_codes_of_a_sentence_are_checked_together(tmp_path: Path) -> None:
    key = draw_units("建成政务外网。全省高度重视这项工作。", "themes")
    write_sheets(key, tmp_path, coders=["Li"])
    path = tmp_path / "themes_Li.xlsx"
    for codes, said in ((("none", "egov_network"), "none alone"), (("egov_network",) * 2, "each code once")):
        code(path, {key.unit[0]: dict(zip(("code_1", "code_2"), codes, strict=True))})
        with pytest.raises(ValueError, match=said):
            eg.read_sheets([path], key)


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [("=19*5", "General", "is a formula or an error"), (0.95, "0%", "a percentage by its format")],
)
def test_what_a_spreadsheet_program_made_of_a_value_is_refused(
    tmp_path: Path, review: tuple[pd.DataFrame, Path], value: object, form: str, said: str
) -> None:
    key, path = review[0], tmp_path / "quantities_Li.xlsx"
    book = openpyxl.load_workbook(path)
    cell = book["coding"]["E2"]
    cell.value, cell.number_format = value, form
    book.save(path)
    with pytest.raises(ValueError, match=r"row 2, column E \(cell E2\)") as refused:
        eg.read_sheets([path], key)
    assert said in str(refused.value)


def test_what_a_chinese_excel_saves_is_read(review: tuple[pd.DataFrame, Path]) -> None:
    key, path = review
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False).assign(is_quantity="no")
    sheet.to_csv(path, index=False, sep=";", encoding="gb18030")
    assert len(eg.read_sheets([path], key)) == 3


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"PK no workbook", "damaged xlsx file"),
        ("a.ods", b"", "save it as .xlsx or .csv"),
        ("a.csv", b"", "has the column 'unit' 0 times"),
    ],
)
def test_what_is_no_sheet_is_refused(
    tmp_path: Path, review: tuple[pd.DataFrame, Path], name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=said):
        eg.read_sheets([tmp_path / name], review[0])


def test_a_refused_import_loses_nothing_and_new_answers_need_a_word(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "a.txt").write_text("建成政务外网。全省高度重视这项工作。", encoding="utf-8")
    run("review", "export", "--kind", "themes", "--corpus", tmp_path / "c", "-o", tmp_path, "--coder", "Li")
    key, sheet = tmp_path / "themes_key.csv", tmp_path / "themes_Li.xlsx"
    units = eg.read_key(key)
    code(sheet, {unit: {"code_1": "none"} for unit in units.unit})
    assert run("review", "import", sheet, "--key", key).exit_code == 0
    before = (tmp_path / "themes_codings.csv").read_bytes()

    code(sheet, {units.unit[0]: {"code_1": "nonsense"}})
    refused = run("review", "import", sheet, "--key", key)
    assert refused.exit_code == 2
    assert "'nonsense' is not allowed" in refused.output
    assert (tmp_path / "themes_codings.csv").read_bytes() == before

    code(sheet, {units.unit[0]: {"code_1": "broadband 宽带"}, units.unit[1]: {"code_1": ""}})
    refused = run("review", "import", sheet, "--key", key)
    assert refused.exit_code == 2
    assert "give --replace if the new ones count" in refused.output
    assert (tmp_path / "themes_codings.csv").read_bytes() == before
    assert run("review", "import", sheet, "--key", key, "--replace").exit_code == 0
    codings = pd.read_csv(tmp_path / "themes_codings.csv", keep_default_na=False)
    assert sorted(codings.code) == ["broadband", "none"]  # the emptied cell took nothing away
