"""Corrections: a person's word over the machine's, kept through re-runs, and told when its place is gone."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import egovlib as eg
from egovlib import frames
from egovlib.cli import main
from egovlib.corrections import COLUMNS
from egovlib.extract.systems import find_systems

TEXT = (
    "某省2013年电子政务发展概况\n一、网络建设\n"
    "截至2013年底，网上办理率近60%，建成政务外网。\n拨打12345热线的市民很多，受理3万件。\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def correct(folder: Path, *rows: tuple[str, ...], text: str | None = None) -> eg.Corpus:
    """A corpus with corrections: (table, surface, action, column, value[, when[, start, end]])."""
    lines = []
    for table, surface, action, column, value, *rest in rows:
        when, start, end = (*rest, *("2026-03-01", "", "")[len(rest) :])
        lines.append(("a", table, start, end, surface, action, column, value, "Li Wei", when, "checked"))
    with (folder / "corrections.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *lines])
    if text is not None:
        (folder / "a.txt").write_text(text, encoding="utf-8")
    return eg.read_corpus(folder)


def rows_of(frame: pd.DataFrame, *names: str) -> list[list[object]]:
    return frame[list(names)].astype(object).where(frame[list(names)].notna(), None).values.tolist()


def test_a_person_wins_over_the_machine_in_every_table(folder: Path) -> None:
    corpus = correct(
        folder,
        ("quantities", "近60%", "change", "status", "target"),
        ("quantities", "3万件", "delete", "", ""),
        ("quantities", "12345", "add", "value", "12345"),
        ("quantities", "12345", "add", "unit", "次"),
        ("systems", "政务外网", "change", "status", "planned"),
        ("codings", "政务外网", "delete", "code", "priorities:egov_network"),
        ("codings", "拨打12345", "add", "code", "priorities:broadband"),
    )
    quantities, codings = eg.find_quantities(corpus), eg.code_themes(corpus)
    assert rows_of(quantities, "surface", "value", "unit", "status") == [
        ["近60%", 60, "%", "target"],
        ["12345", 12345, "次", "actual"],
    ]
    assert rows_of(find_systems(corpus), "surface", "status")[0] == ["政务外网", "planned"]
    assert "egov_network" not in set(codings.code)
    assert rows_of(codings[codings.code == "broadband"], "sentence", "coder", "evidence") == [
        [4, "Li Wei", "拨打12345"]
    ]
    for table, frame in {
        "quantities": quantities,
        "systems": find_systems(corpus),
        "codings": codings,
    }.items():
        assert list(frames.check(table, frame).columns) == frames.columns(table)
    for row in quantities.itertuples():
        assert corpus["a"].raw[row.start : row.end] == row.surface


def test_who_when_why_and_what_was_there_are_told(folder: Path) -> None:
    told = eg.list_corrections(correct(folder, ("quantities", "近60%", "change", "value", "66")))
    row = told.iloc[0]
    assert (row.was, row.value, row.who, row.when, row.why) == ("60", "66", "Li Wei", "2026-03-01", "checked")
    assert row.outcome == "applied"
    assert frames.check("corrections", told) is not None


def test_the_interval_follows_the_value_and_the_wording(folder: Path) -> None:
    row = eg.find_quantities(correct(folder, ("quantities", "近60%", "change", "value", "80"))).iloc[0]
    assert (row.low, row.high) == (72, 80)  # nearly: from 90 % of the value, as it was for 60
    row = eg.find_quantities(correct(folder, ("quantities", "近60%", "change", "approx", "at_least"))).iloc[0]
    assert row.low == 60
    assert pd.isna(row.high)


def test_the_later_correction_of_a_cell_wins_whatever_the_order_of_lines(folder: Path) -> None:
    corpus = correct(
        folder,
        ("quantities", "近60%", "change", "value", "65", "2026-03-02"),
        ("quantities", "近60%", "change", "value", "66", "2026-03-01"),
    )
    assert eg.find_quantities(corpus).value[0] == 65
    told = eg.list_corrections(corpus)
    assert dict(zip(told.value, told.outcome, strict=True)) == {"65": "applied", "66": "superseded"}


def test_a_correction_follows_its_text_when_it_has_moved(folder: Path) -> None:
    start = TEXT.index("近60%")
    row = ("quantities", "近60%", "change", "value", "66", "2026-03-01", str(start), str(start + 4))
    assert list(eg.list_corrections(correct(folder, row)).outcome) == ["applied"]
    moved = correct(folder, row, text="序言。\n" + TEXT)
    assert eg.find_quantities(moved).value[0] == 66
    assert rows_of(eg.list_corrections(moved), "outcome", "start") == [["moved", start + 4]]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (TEXT.replace("近60%", "近70%"), "not_found"),
        ("序言。\n" + TEXT + "另有近60%。", "ambiguous"),
        (TEXT.replace("近60%", "60"), "not_found"),
    ],
)
def test_a_correction_without_its_place_changes_nothing_and_is_told(
    folder: Path, text: str, outcome: str
) -> None:
    start = TEXT.index("近60%")
    row = ("quantities", "近60%", "change", "value", "66", "2026-03-01", str(start), str(start + 4))
    corpus = correct(folder, row, text=text)
    assert 66 not in list(eg.find_quantities(corpus).value)
    assert list(eg.list_corrections(corpus).outcome) == [outcome]


def test_what_the_machine_says_by_now_agrees_and_what_it_does_not_see_is_told(folder: Path) -> None:
    corpus = correct(
        folder,
        ("quantities", "近60%", "change", "value", "60"),
        ("quantities", "市民很多", "change", "value", "5"),
        ("quantities", "市民很多", "delete", "", ""),
        ("codings", "政务外网", "add", "code", "priorities:no_such_code"),
        ("codings", "政务外网", "add", "code", "nowhere:x"),
        ("systems", "政务外网", "change", "category", "spaceship"),
    )
    outcomes = ["agrees", "no_row", "agrees", "unknown_code", "unknown_code", "no_scheme"]
    assert list(eg.list_corrections(corpus).outcome) == outcomes


def test_the_machine_alone_can_still_be_asked(folder: Path) -> None:
    corpus = correct(folder, ("quantities", "3万件", "delete", "", ""))
    assert len(eg.find_quantities(corpus)) == 1
    assert len(eg.find_quantities(corpus.uncorrected)) == 2
    assert len(eg.find_quantities(corpus["a"])) == 1  # a document of the corpus is corrected as well
    assert eg.read_corpus(folder / "a.txt")["a"].corrections


def test_corrections_of_a_document_that_is_not_there_are_a_failure(folder: Path) -> None:
    (folder / "corrections.csv").write_text(
        ",".join(COLUMNS) + "\ngone,quantities,,,5个,delete,,,Li,2026-03-01,\n", encoding="utf-8"
    )
    (problem,) = eg.read_corpus(folder).failures.problem
    assert (
        problem == "corrections.csv corrects 'gone', which was not read; restore the document or mend its id."
    )


GOOD = {"doc": "a", "table": "quantities", "start": "", "end": "", "surface": "近60%", "action": "change",
        "column": "value", "value": "66", "who": "Li", "when": "2026-03-01", "why": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"table": "numbers"}, "row 2, column table: 'numbers' is not allowed (quantities, systems, codings)"),
        ({"action": "mend"}, "column action: 'mend' is not allowed (change, delete, add)"),
        ({"column": "surface"}, "column column: 'surface' is not allowed (value, value_high"),
        ({"value": "60%"}, "column value: '60%' is not allowed (a number without commas or unit"),
        ({"column": "role", "value": "rate"}, "'rate' is not allowed (level, flow, change, from, to, rank)"),
        ({"who": ""}, "column who: '' is not allowed (not empty); fill the cell in."),
        ({"when": "yesterday"}, "column when: 'yesterday' is not allowed (a date as 2026-03-01)"),
        ({"start": "5"}, "column end: '' is not allowed (start and end, or neither)"),
        ({"start": "5", "end": "90"}, "column surface: '近60%' is not allowed (the text from 5 to 90"),
        ({"start": "x", "end": "9"}, "column start: 'x' is not allowed (a whole number from 0)"),
        ({"action": "delete"}, "column column: 'value' is not allowed (empty: the whole row is deleted)"),
        ({"action": "add", "column": "unit", "value": "户"}, "an added row of quantities has a line for value"),
        ({"table": "codings", "action": "change"}, "for codings: add, delete"),
        ({"table": "codings", "action": "add", "column": "code", "value": "broadband"}, "scheme:code"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_in_one_sentence(folder: Path, wrong: dict[str, str], said: str) -> None:
    row = GOOD | wrong
    with (folder / "corrections.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    with pytest.raises(ValueError, match=r"corrections\.csv, row 2, column") as refused:
        eg.read_corpus(folder)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["doc,table\na,quantities\n", ",".join([*COLUMNS, "mood"]) + "\n" + "a," * 12]
)
def test_a_missing_or_unknown_column_is_refused(folder: Path, text: str) -> None:
    (folder / "corrections.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"corrections.csv, row 2, column (start|mood)"):
        eg.read_corpus(folder)


def test_extract_writes_the_corrected_rows_and_lists_what_was_not_applied(folder: Path) -> None:
    correct(
        folder, ("quantities", "近60%", "change", "value", "66"), ("quantities", "近90%", "delete", "", "")
    )
    out = folder / "out"
    result = CliRunner().invoke(main, ["extract", str(folder / "a.txt"), "-o", str(out), "--format", "csv"])
    assert result.exit_code == 1
    assert "the correction of '近90%' by Li Wei on 2026-03-01 was not applied (not_found)" in result.output
    quantities = pd.read_csv(out / "quantities.csv")
    assert quantities.set_index("surface").value["近60%"] == 66
    assert list(pd.read_csv(out / "corrections.csv").outcome) == ["applied", "not_found"]


def test_show_and_explain_say_who_corrected(folder: Path) -> None:
    corpus = correct(
        folder, ("quantities", "近60%", "change", "value", "66"), ("quantities", "3万件", "delete", "", "")
    )
    shown = CliRunner().invoke(main, ["show", str(folder / "a.txt")]).output
    assert "近60%  66 %" in shown
    assert "corrected by Li Wei, 2026-03-01" in shown
    steps = eg.explain_quantity(corpus["a"], TEXT.index("60%"))
    assert steps.iloc[-1].tolist() == ["value", "correction", "近60% (Li Wei, 2026-03-01)", 66.0]
    assert eg.explain_quantity(corpus["a"], TEXT.index("3万件")).iloc[-1].tolist()[:2] == [
        "refused",
        "correction",
    ]
