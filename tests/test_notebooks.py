"""The notebook runner: what is checked before a kernel starts, and what is said about how a run ended."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from egovlib.report import notebooks, provenance
from egovlib.report.parameters import check_parameters, parse_parameters

FIXTURES = Path(__file__).parent / "notebooks"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Let the fixtures be the project's notebooks, and work in a path with spaces and Chinese."""
    folder = tmp_path / "电子 政务 {x} $HOME"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(notebooks, "notebooks_folder", lambda: FIXTURES)
    return folder


@pytest.fixture
def no_kernel(monkeypatch):
    def refuse(*_):
        pytest.fail("a kernel was about to start")

    monkeypatch.setattr(notebooks, "_execute", refuse)


def record(run):
    return json.loads((run.folder / "run.json").read_text(encoding="utf-8"))


# what a run leaves


def test_a_good_run_is_whole_and_uses_this_python(project):
    run = notebooks.run_notebook("ends_well", {"region": "440000", "period": "fyp13"})
    assert (run.status, run.cell, run.error) == ("ok", None, None)
    assert run.folder == project / "figures" / "ends_well__region-440000__period-fyp13"
    files = {path.name for path in run.folder.iterdir()}
    assert files == {"report.ipynb", "report.html", "run.json", "facts.json", "bar.svg", "bar.png", "bar.csv"}

    facts = json.loads((run.folder / "facts.json").read_text(encoding="utf-8"))
    assert facts["region"] == "440000"  # a text stays a text
    assert Path(facts["python"]) == Path(sys.executable)
    assert facts["output"] == facts["folder"] == f"{run.folder}.part"

    written = record(run)
    assert written["parameters"]["region"] == "440000"
    assert written["parameters"]["seed"] == written["seed"] == 1
    assert written["figures"] == ["bar"]
    assert written["packages"]["papermill"]
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "网上办理率" in report
    assert "ends_well__region-440000__period-fyp13" in (project / "figures/index.html").read_text(
        encoding="utf-8"
    )


def test_saved_notebook_names_no_folder_of_this_machine(project):
    run = notebooks.run_notebook("switch", {"mark": "x"})
    assert str(project) not in (run.folder / "report.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "status", "cell", "error"),
    [
        ("raises", "failed", 2, "ValueError: 没有这个指标"),
        ("exits", "incomplete", 2, "sys.exit"),
        ("sleeps", "incomplete", 2, "Timeout"),
        ("dies", "incomplete", 2, "Kernel died"),
    ],
)
def test_a_run_that_does_not_end_well_says_where_and_why(project, capfd, name, status, cell, error):
    run = notebooks.run_notebook(name, timeout=2 if name == "sleeps" else 60)
    assert (run.status, run.cell) == (status, cell)
    assert error in run.error
    assert "\n" not in run.error
    assert run.folder.name == f"{name}.failed"
    assert record(run)["status"] == status
    assert (run.folder / "report.html").exists()
    cells = nbformat.read(run.folder / "report.ipynb", as_version=4).cells
    assert cells[-1].execution_count is None
    assert f"{name}: {status}" in capfd.readouterr().err
    assert f"{name}" in (project / "figures" / "index.html").read_text(encoding="utf-8")


def test_a_kernel_that_never_starts_is_incomplete(project, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false") or "false")
    run = notebooks.run_notebook("switch")
    assert (run.status, run.cell) == ("incomplete", None)
    assert run.error


def test_a_failed_run_keeps_the_earlier_good_report_and_a_good_one_clears_it(project):
    def again(**parameters):
        return notebooks.run_notebook("switch", parameters, run="mine")

    first = again(mark="first")
    failed = again(mark="second", good=False)
    assert failed.folder.name == "mine.failed"
    assert "first" in (first.folder / "report.ipynb").read_text(encoding="utf-8")
    third = again(mark="third")
    assert record(third)["parameters"]["mark"] == "third"
    assert [path.name for path in (project / "figures").iterdir() if path.is_dir()] == ["mine"]


def test_it_also_runs_inside_a_running_event_loop_as_in_jupyterlab(project):
    async def in_a_cell():
        return notebooks.run_notebook("switch")

    with ThreadPoolExecutor(
        1
    ) as pool:  # a thread has no loop of its own, whatever other tests left in this one
        assert pool.submit(asyncio.run, in_a_cell()).result().ok


def test_plain_papermill_runs_the_same_notebook(project):
    environment = {**os.environ, "EGOVLIB_OUTPUT": str(project), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-r", "region", "440000"]
    source, made = str(FIXTURES / "ends_well.ipynb"), "made.ipynb"
    done = subprocess.run(
        [*command, source, made], env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert "网上办理率 '440000' fyp12" in (project / made).read_text(encoding="utf-8")


def test_leftovers_of_a_killed_run_are_put_right(project):
    output = project / "figures"
    (output / "switch.part").mkdir(parents=True)
    (output / "switch.part" / "half.svg").touch()
    (output / "switch.old").mkdir()
    (output / "switch.old" / "report.html").touch()
    part = notebooks._new_part(output / "switch")
    assert list(part.iterdir()) == []
    assert [path.name for path in (output / "switch").iterdir()] == ["report.html"]
    (part / "new.html").touch()
    notebooks._publish(part, output / "switch")
    assert [path.name for path in output.rglob("*")] == ["switch", "new.html"]


def test_an_output_folder_that_cannot_be_made_is_said_so(project, no_kernel):
    Path("taken").touch()
    with pytest.raises(OSError, match=r"cannot make the output folder .*taken"):
        notebooks.run_notebook("switch", output="taken/here")


# what is checked before a kernel starts


def test_every_wrong_parameter_is_named_in_one_message(project, no_kernel):
    wrong = {
        "period": "fyp16",
        "seed": "x",
        "share": "nan",
        "paired": "perhaps",
        "regoin": "1",
        "corpus": "nowhere",
    }
    with pytest.raises(ValueError, match="fyp16") as caught:
        notebooks.run_notebook("ends_well", wrong)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(wrong)
    assert lines[0] == "ends_well: period = 'fyp16' is not allowed; choose one of fyp12, fyp13."
    assert any("there is no parameter 'regoin'" in line for line in lines)
    assert any("corpus = 'nowhere' does not exist" in line for line in lines)


def test_an_unknown_notebook_is_named_with_those_there_are(project, no_kernel):
    with pytest.raises(FileNotFoundError, match=r"'99_none'; there are dies, .*switch"):
        notebooks.run_notebook("99_none")


@pytest.mark.parametrize("run", ["../up", "a/b", ".hidden", "", "x.part", "x.failed"])
def test_a_run_id_stays_in_the_output_folder(project, no_kernel, run):
    with pytest.raises(ValueError, match="cannot name a folder"):
        notebooks.run_notebook("switch", run=run)


def test_a_file_that_is_no_notebook_is_said_so(project, no_kernel):
    Path("x.ipynb").write_text("not json", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.ipynb is not a notebook"):
        notebooks.run_notebook("x.ipynb")


SOURCE = """
region = "000000"
说明: str = "默认"; period = "fyp12"  # fyp12 | fyp13; the period looked at
seed: int | None = None
draws = 99
share = 0.5
paired = True
codes = ["a"]  # a | b | c
years = [2011]
note = "a | b"  # not a choice: a | b, said in words
"""


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("region", "440000", "440000"),
        ("region", "True", "True"),
        ("说明", "说 明", "说 明"),
        ("period", "fyp13", "fyp13"),
        ("seed", "7", 7),
        ("seed", "none", None),
        ("seed", None, None),
        ("draws", "+99", 99),
        ("share", "1", 1.0),
        ("share", 1, 1.0),
        ("paired", "no", False),
        ("paired", False, False),
        ("codes", "b, c", ["b", "c"]),
        ("codes", "['c']", ["c"]),
        ("codes", ("a", "b"), ["a", "b"]),
        ("years", "2011,2012", [2011, 2012]),
        ("note", "anything", "anything"),
    ],
)
def test_values_are_read_by_the_declared_type(name, given, read):
    values, problems = check_parameters(parse_parameters(SOURCE), {name: given})
    assert not problems
    assert values == {name: read}
    assert type(values[name]) is type(read)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("region", 440000, 'write "440000"'),
        ("draws", "1.5", "not a whole number"),
        ("draws", True, "not a whole number"),
        ("draws", None, "not a whole number"),
        ("share", "inf", "not a number"),
        ("paired", "2", "true or false"),
        ("codes", "a,d", "'d' is not allowed; choose one of a, b, c"),
        ("codes", "[1", "not a list"),
        ("years", "2011,x", "not a whole number"),
        ("period", "fyp12 ", "not allowed"),
    ],
)
def test_values_of_another_type_are_refused_with_the_mend(name, given, said):
    values, problems = check_parameters(parse_parameters(SOURCE), {name: given})
    assert not values
    assert len(problems) == 1
    assert said in problems[0]


@pytest.mark.parametrize("source", ["x = [i for i in y]", "x = f()", "x = {'a': 1}"])
def test_a_default_that_is_no_plain_value_is_refused(source):
    with pytest.raises(ValueError, match="x "):
        parse_parameters(source)


def test_different_parameters_never_share_a_folder():
    values = ["a", "A", "a b", "a-b", "甲", "乙", "/x/甲", "", "x" * 200, "x" * 201, "True", True, ["a", "b"]]
    names = [notebooks.run_id("n", {"p": value}) for value in values]
    assert len({name.casefold() for name in names}) == len(values)
    assert max(map(len, names)) <= notebooks.RUN_ID_LENGTH


# batches and the report


def batch(text):
    Path("batch.csv").write_text(text, encoding="utf-8-sig")
    return notebooks.run_batch("batch.csv")


def test_a_failing_row_does_not_stop_the_others(project):
    runs = batch("notebook,good,mark\nswitch,,一\nswitch,no,\n\nraises,,\nswitch,,two\n")
    assert [run.status for run in runs] == ["ok", "failed", "failed", "ok"]
    assert runs[0].parameters == {"good": True, "mark": "一"}
    assert runs[1].error == "AssertionError: told to fail"


def test_all_rows_are_checked_before_the_first_kernel(project, no_kernel):
    rows = "notebook,good,mark\nswitch,,a\nswitch,maybe,\nraises,,x\nnone,,\nswitch,,a\n../switch,,\n"
    with pytest.raises(ValueError, match="line 3") as caught:
        batch(rows)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        f"line {n}" for n in (3, 4, 5, 6, 7)
    ]
    assert "same report as line 2" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,good\nswitch,yes\n", "no column 'notebook'"),
        ("", "no column 'notebook'"),
        ("notebook\n", "no rows"),
        ("notebook,good\nswitch,yes,too,many\n", "more cells than columns"),
    ],
)
def test_a_batch_file_that_cannot_be_read_is_said_so(project, no_kernel, text, said):
    with pytest.raises(ValueError, match=said):
        batch(text)


def test_a_batch_file_in_another_encoding_is_said_so(project, no_kernel):
    Path("batch.csv").write_bytes("notebook,mark\nswitch,网上办理\n".encode("gbk"))
    with pytest.raises(ValueError, match="not UTF-8"):
        notebooks.run_batch("batch.csv")
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        notebooks.run_batch("none.csv")


def test_the_report_runs_every_notebook_with_a_corpus_on_it(project):
    corpus = Path("我的 语料")
    corpus.mkdir()
    (corpus / "a.txt").write_text("网上办理率达到90%。", encoding="utf-8")
    runs = notebooks.run_report(corpus)
    assert [run.notebook for run in runs] == ["ends_well"]
    assert runs[0].parameters["corpus"] == str(corpus.resolve())
    assert list(record(runs[0])["inputs"]) == ["a.txt"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        notebooks.run_report("nowhere")


def test_a_report_of_which_nothing_has_changed_is_kept(project):
    corpus = Path("corpus")
    corpus.mkdir()
    (corpus / "a.txt").write_text("网上办理率达到90%。", encoding="utf-8")
    (first,) = notebooks.run_report(corpus)
    written = (first.folder / "run.json").read_bytes()
    (kept,) = notebooks.run_report(corpus)
    assert (kept.unchanged, kept.status, kept.folder) == (True, "ok", first.folder)
    assert (first.folder / "run.json").read_bytes() == written
    (corpus / "a.txt").write_text("网上办理率达到91%。", encoding="utf-8")
    assert not notebooks.run_report(corpus)[0].unchanged
    assert not notebooks.run_report(corpus, force=True)[0].unchanged


def test_several_notebooks_at_once_come_in_the_order_of_their_rows(project):
    Path("batch.csv").write_text(
        "notebook,good,mark\nswitch,,一\nswitch,no,\nraises,,\nswitch,,two\n", encoding="utf-8"
    )
    runs = notebooks.run_batch("batch.csv", workers=2)
    assert [run.status for run in runs] == ["ok", "failed", "failed", "ok"]
    assert [run.parameters.get("mark") for run in runs][::3] == ["一", "two"]
    assert (project / "figures" / "index.html").exists()


def test_a_notebook_whose_process_dies_is_told_and_the_output_stays_whole(project, monkeypatch):
    monkeypatch.setattr(notebooks, "_run", _die)
    Path("batch.csv").write_text("notebook,mark\nswitch,a\nswitch,b\n", encoding="utf-8")
    runs = notebooks.run_batch("batch.csv", workers=2)
    assert [run.status for run in runs] == ["incomplete", "incomplete"]
    assert "its process died" in runs[0].error


def _die(*_):
    os._exit(9)


def test_batches_of_the_project_fit_its_notebooks(no_kernel, monkeypatch):
    checked = []
    monkeypatch.setattr(notebooks, "_run_all", lambda jobs, *_, **__: checked.extend(jobs))
    for file in sorted((provenance.CLONE / "data" / "batches").glob("*.csv")):
        notebooks.run_batch(file)
    assert checked


def test_notebooks_of_the_project_are_clean_and_their_defaults_allowed():
    for name in notebooks.list_notebooks():
        path = notebooks.notebooks_folder() / f"{name}.ipynb"
        declared = notebooks.read_parameters(path)
        assert check_parameters(declared, {key: value.default for key, value in declared.items()})[1] == []
        for cell in nbformat.read(path, as_version=4).cells:
            assert not cell.get("outputs"), f"{name} has saved outputs"
            assert cell.get("execution_count") is None, f"{name} has execution counts"


# the stamp


def test_a_stamp_changes_with_the_inputs_and_not_with_their_place(tmp_path):
    first, second = tmp_path / "a", tmp_path / "二 b"
    for folder in (first, second):
        (folder / "下").mkdir(parents=True)
        (folder / "下" / "x.txt").write_text("一", encoding="utf-8")
        (folder / ".hidden").write_text(folder.name, encoding="utf-8")
    assert provenance.stamp({"corpus": str(first)}) == provenance.stamp({"corpus": str(second)})
    (second / "下" / "x.txt").write_text("二", encoding="utf-8")
    assert provenance.hash_corpus(first) != provenance.hash_corpus(second)
    assert str(tmp_path) not in json.dumps(provenance.stamp({"corpus": str(first)}))


def test_a_report_is_made_again_when_a_file_named_by_a_parameter_has_changed(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("a\n1\n", encoding="utf-8")
    job = notebooks.Job(FIXTURES / "switch.ipynb", "switch", {}, {"population": str(table), "lang": "zh"})
    before = notebooks._made_of(job)
    assert notebooks._made_of(job) == before
    table.write_text("a\n2\n", encoding="utf-8")
    assert notebooks._made_of(job) != before
