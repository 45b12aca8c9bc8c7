"""Tables and figures for a paper: what is text stays text, what is a number a number, and a figure comes back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import egovlib as eg
from egovlib.cli import main
from egovlib.report.figures import save_svg
from egovlib.report.latex import escape_latex
from egovlib.report.recipes import plot_functions, read_frame
from egovlib.report.redraw import draw_again, width_in_inches
from egovlib.spreadsheets import write_csv

HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> \\input{x} 50% & _ # $ ~ ^ {' + "长" * 200


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["services", "portal", "other"],
            "name_zh": ["公共服务", "=1+1", HOSTILE],
            "name_en": ["Public services", "-5", "[x]"],
            "share_a": [0.25, 0.5, 0.1],
            "share_b": [0.3, 0.4, 0.2],
            "difference": [0.05, -0.1, 0.1],
            "low": [-0.1, None, 0.05],
            "high": [0.2, None, 0.15],
            "p": [0.03, 0.0001, None],
            "q": [0.05, 0.001, None],
            "n_a": [5, 5, 5],
            "n_b": [6, 6, 6],
            "sentences_a": [10, 20, 3],
            "sentences_b": [12, 18, 4],
            "p_min": [0.01, 0.01, 0.01],
        }
    ).astype(
        {"code": "string", "name_zh": "string", "name_en": "string", "low": "Float64", "high": "Float64"}
    )


COLUMNS = ["name_zh", "share_a", "difference", "p"]


@pytest.fixture
def saved(table: pd.DataFrame, tmp_path: Path) -> dict[str, Path]:
    return eg.save_table(
        table,
        "t",
        caption=HOSTILE,
        notes=["@note\n二行"],
        n=11,
        interval="t",
        source="语料",
        columns=COLUMNS,
        folder=tmp_path,
    )


def test_workbook_keeps_numbers_and_runs_nothing(saved: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(saved["xlsx"]).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert (sheet["A1"].value, sheet["A1"].quotePrefix) == (HOSTILE, True)
    assert (sheet["B3"].value, sheet["B3"].number_format) == (0.25, "0.0%")
    assert [sheet.cell(row, 3).value for row in (3, 4)] == [5.0, -10.0]  # the heading says percentage points
    assert [sheet.cell(row, 4).value for row in (3, 4, 5)] == [0.03, 0.0001, "–"]
    assert sheet["A6"].value == "注：@note 二行；n = 11；区间：t；来源：语料。"


def test_word_has_three_rules_and_the_texts(saved: dict[str, Path]) -> None:
    document = docx.Document(str(saved["docx"]))
    assert document.paragraphs[0].text == HOSTILE
    assert document.paragraphs[-1].text == "注：@note 二行；n = 11；区间：t；来源：语料。"
    (made,) = document.tables
    assert [cell.text for cell in made.rows[1].cells] == ["公共服务", "25.0%", "+5.0", ".030"]
    xml = made._tbl.xml
    assert len(re.findall("<w:top ", xml)) == len(COLUMNS)
    assert len(re.findall("<w:bottom ", xml)) == 2 * len(COLUMNS)
    assert not re.findall("<w:(?:left|right|insideV) w:val", xml)


def test_latex_is_booktabs_and_no_text_is_a_command(saved: dict[str, Path]) -> None:
    text = saved["tex"].read_text(encoding="utf-8")
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\hline")] == [
        1,
        1,
        1,
        0,
    ]
    assert r"\input" not in text
    assert "25.0\\%" in text
    commands = set(re.findall(r"\\[a-zA-Z]+", escape_latex(HOSTILE)))
    assert commands == {
        r"\textbar", r"\textless", r"\textgreater", r"\textbackslash", r"\textasciitilde", r"\textasciicircum",
        r"\textquotedbl", r"\allowbreak",
    }  # fmt: skip
    assert escape_latex("[x]") == "{[x]}"


def test_a_table_in_english_and_the_same_bytes_twice(table: pd.DataFrame, tmp_path: Path) -> None:
    made = [
        eg.save_table(
            table, "t", caption="Shares", n=11, lang="en", columns=COLUMNS, folder=tmp_path / folder
        )
        for folder in "ab"
    ]
    assert [path.read_bytes() for path in made[0].values()] == [
        path.read_bytes() for path in made[1].values()
    ]
    assert "Notes: n = 11." in made[0]["tex"].read_text(encoding="utf-8")


def test_an_unusable_name_or_column_is_refused(table: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be a file name"):
        eg.save_table(table, "../t", caption="", folder=tmp_path)
    with pytest.raises(ValueError, match="no column 'nothing'"):
        eg.save_table(table, "t", caption="", columns=["nothing"], folder=tmp_path)


def test_of_a_caption_and_notes_in_two_languages_one_is_printed(table: pd.DataFrame, tmp_path: Path) -> None:
    said = {"caption": "占比 · Shares", "notes": [("见{plan}。", "See {plan}.")], "columns": COLUMNS}
    for lang, words in (("zh", "占比"), ("en", "Shares")):
        made = eg.save_table(table, f"t_{lang}", folder=tmp_path, lang=lang, **said)
        assert docx.Document(str(made["docx"])).paragraphs[0].text == words
        assert "{" not in docx.Document(str(made["docx"])).paragraphs[-1].text
    assert '<a href="' in made._repr_html_()


def test_a_table_does_not_take_the_csv_of_a_figure(drawable: pd.DataFrame, tmp_path: Path) -> None:
    draw(drawable, tmp_path)
    with pytest.raises(ValueError, match="call the table topics_table"):
        eg.save_table(drawable, "topics", caption="", folder=tmp_path)


# --- as the programs of readers print them ------------------------------------------------------------

WIDE = [
    "code",
    "name_en",
    "share_a",
    "share_b",
    "difference",
    "low",
    "high",
    "p",
    "q",
    "n_a",
    "n_b",
    "sentences_a",
]


def printed_tables(table: pd.DataFrame, folder: Path) -> dict[str, dict[str, Path]]:
    """Tables of every kind: hostile, wide, longer than a page."""
    long = pd.concat([table] * 20, ignore_index=True)
    kinds = {"plain": (table, COLUMNS), "wide": (table, WIDE), "long": (long, COLUMNS)}
    return {
        f"{kind}_{lang}": eg.save_table(
            frame,
            f"{kind}_{lang}",
            caption=HOSTILE,
            notes=[HOSTILE, "κ ≥ 0.8，① ■ ㎡ ± − R²"],
            n=9,
            columns=columns,
            lang=lang,
            folder=folder,
        )
        for kind, (frame, columns) in kinds.items()
        for lang in ("zh", "en")
    }


@pytest.mark.skipif(not shutil.which("xelatex"), reason="no xelatex is installed")
def test_xelatex_prints_the_tables_within_the_page(table: pd.DataFrame, tmp_path: Path) -> None:
    head = [r"\documentclass{ctexart}", r"\usepackage[a4paper,margin=2.5cm]{geometry}",
            r"\usepackage{booktabs,tabularx,threeparttable,xltabular}", r"\begin{document}"]  # fmt: skip
    tables = [rf"\input{{{name}.tex}}\clearpage" for name in printed_tables(table, tmp_path)]
    (tmp_path / "paper.tex").write_text("\n".join([*head, *tables, r"\end{document}"]), encoding="utf-8")
    call = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, timeout=300)
    log = (tmp_path / "paper.log").read_text(encoding="utf-8", errors="replace")
    if "ctexart.cls' not found" in log or "xltabular.sty' not found" in log:
        pytest.skip("xelatex is installed without ctex or xltabular")
    assert done.returncode == 0, log[-2000:]
    assert not re.findall(r"(?:Missing character|Float too large).*", log)
    too_wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(too_wide, default=0.0) < 5, too_wide


@pytest.mark.skipif(not shutil.which("soffice"), reason="no soffice (LibreOffice) is installed")
def test_an_office_program_opens_every_file(table: pd.DataFrame, tmp_path: Path) -> None:
    saved = printed_tables(table, tmp_path)
    files = [str(made[kind]) for made in saved.values() for kind in ("xlsx", "docx")]
    # UTF-8, cells as they are shown
    for ending, form in (
        (".xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"),
        (".docx", "txt:Text"),
    ):
        given = [file for file in files if file.endswith(ending)]
        call = ["soffice", f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--headless"]
        call += ["--convert-to", form, "--outdir", str(tmp_path / "out"), *given]
        subprocess.run(call, check=True, capture_output=True, timeout=300)
    for name in saved:
        sheet = (tmp_path / f"out/{name}.csv").read_text(encoding="utf-8")
        words = (tmp_path / f"out/{name}.txt").read_text(encoding="utf-8-sig")
        assert HOSTILE in words
        assert HOSTILE.replace('"', '""') in sheet
        assert "25.0%" in sheet
        assert "25.0%" in words
        assert not re.search(r"#NAME|Err:|#REF|###", sheet), name


# --- a disk that is full ------------------------------------------------------------------------------


def test_a_full_disk_is_one_sentence_and_leaves_the_older_files(
    drawable: pd.DataFrame, tmp_path: Path, on_full_disk: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    draw(drawable, tmp_path)
    call = ["figure", "topics", "--width", "85mm", "--folder", str(tmp_path)]
    assert CliRunner().invoke(main, call).exit_code == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = on_full_disk(call, 4000)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "topics_85mm.svg" in done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


# --- figures ------------------------------------------------------------------------------------------


def draw(table: pd.DataFrame, folder: Path, name: str = "topics") -> Path:
    eg.use_house_style()  # as every notebook does
    figure = eg.plot_comparison(table, a="fyp12", b="fyp13", lang="zh")
    return eg.save_figure(figure, name, data=table, caption=HOSTILE, folder=folder)["json"]


@pytest.fixture
def drawable(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(name_zh=["公共服务", "=1+1", "<script>" + "长" * 200]).astype({"name_zh": "string"})


def test_at_full_width_a_figure_comes_back_as_it_was(drawable: pd.DataFrame, tmp_path: Path) -> None:
    about = draw(drawable, tmp_path)
    save_svg(draw_again(about, 8.0), tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "topics.svg").read_bytes()


def test_the_csv_of_a_figure_runs_nothing_and_keeps_its_types(drawable: pd.DataFrame, tmp_path: Path) -> None:
    about = json.loads(draw(drawable, tmp_path).read_text(encoding="utf-8"))
    assert ",=1+1" not in (tmp_path / "topics.csv").read_text(encoding="utf-8-sig")
    back = read_frame(tmp_path / "topics.csv", about["call"]["arguments"]["table"]["types"])
    pd.testing.assert_frame_equal(back, drawable)


def test_one_column_of_a_journal(drawable: pd.DataFrame, tmp_path: Path) -> None:
    draw(drawable, tmp_path / "06_report")
    done = CliRunner().invoke(main, ["figure", "topics", "--width", "85mm", "--folder", str(tmp_path)])
    assert done.exit_code == 0, done.output
    made = [Path(line) for line in done.stdout.split()]
    assert [path.name for path in made] == ["topics_85mm.svg", "topics_85mm.pdf", "topics_85mm.png"]
    width = re.search(r'width="([0-9.]+)pt"', made[0].read_text(encoding="utf-8"))
    assert width is not None
    assert float(width[1]) / 72 * 25.4 == pytest.approx(85, abs=0.1)
    narrow = draw_again(tmp_path / "06_report/topics.json", width_in_inches("85mm"))
    sizes = {text.get_fontsize() for axes in narrow.axes for text in axes.get_yticklabels()}
    assert sizes == {7.0}
    assert not narrow.axes[-1].texts  # the small table beside the marks is left out


def test_what_cannot_be_drawn_again_says_why(drawable: pd.DataFrame, tmp_path: Path) -> None:
    eg.save_figure(Figure(), "own", data=drawable, folder=tmp_path)
    with pytest.raises(ValueError, match="not drawn by a function of egovlib"):
        eg.redraw_figure("own", width="85mm", folder=tmp_path)
    with pytest.raises(ValueError, match="there is no figure 'none'"):
        eg.redraw_figure("none", width="85mm", folder=tmp_path)
    for width in ("85", "8 mm", "wide", "9m"):
        with pytest.raises(ValueError, match="60 to 300 mm"):
            eg.redraw_figure("own", width=width, folder=tmp_path)
    with pytest.raises(ValueError, match="no name of a figure"):
        eg.redraw_figure("../own", width="85mm", folder=tmp_path)
    for run in ("a", "b"):
        draw(drawable, tmp_path / run, "twice")
    with pytest.raises(ValueError, match="choose a/twice, b/twice"):
        eg.redraw_figure("twice", width="85mm", folder=tmp_path)


def test_a_file_calls_nothing_but_plot_functions(drawable: pd.DataFrame, tmp_path: Path) -> None:
    path = draw(drawable, tmp_path)
    about = json.loads(path.read_text(encoding="utf-8"))
    about["call"]["plot"] = "system"
    path.write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(ValueError, match="does not have"):
        eg.redraw_figure("topics", width="85mm", folder=tmp_path)


def test_every_public_plot_function_remembers_its_call() -> None:
    public = {name for name in dir(eg) if name.startswith("plot_")}
    assert public <= plot_functions().keys()
    assert all(hasattr(function, "__wrapped__") for function in plot_functions().values())


def test_frames_with_gaps_come_back(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "i": [1, None],
            "f": [0.1, None],
            "b": [True, None],
            "s": ["＝x", None],
            "n": [1.5, 2.25],
            "k": [1, 2],
        }
    ).astype({"i": "Int64", "f": "Float64", "b": "boolean", "s": "string"})
    write_csv(frame, tmp_path / "f.csv")
    types = {str(name): str(kind) for name, kind in frame.dtypes.items()}
    pd.testing.assert_frame_equal(read_frame(tmp_path / "f.csv", types), frame)
