"""Faults: a killed run, a full disk, a folder that may not be written, two runs at once, a clock that goes back.

Extraction's own faults (kill -9, a dead worker, a lost part) are in test_batches.py, a notebook's (dead kernel,
timeout, sys.exit) in test_notebooks.py.
"""

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from egovlib import writing
from egovlib.cli import main
from egovlib.documents import add_document
from egovlib.extract.batches import extract_files
from egovlib.report import notebooks
from egovlib.writing import write_whole

FIXTURES = Path(__file__).parent / "notebooks"
TEXT = "2013年某市电子政务发展概况\n一、网络\n截至2013年底，接入50个厅局。建成网上审批系统，网上办理率达到80%。\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebooks, "notebooks_folder", lambda: FIXTURES)
    return tmp_path


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(3):
        (folder / f"city_{number}.txt").write_text(TEXT.replace("50", f"5{number}"), encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def one_sentence(text: str) -> bool:
    return "Traceback" not in text and len(text.strip().splitlines()) == 1 and text.rstrip().endswith(".")


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --- one file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO])
def test_what_stood_there_outlives_a_write_that_fails(tmp_path, number):
    path = tmp_path / "a.csv"
    path.write_text("whole", encoding="utf-8")

    def write(part):
        part.write_text("ha", encoding="utf-8")
        raise OSError(number, os.strerror(number))

    with pytest.raises(
        OSError, match=r"cannot write .*a\.csv \(.+\); free the disk or choose another folder\."
    ):
        write_whole(path, write)
    assert contents(tmp_path) == {"a.csv": b"whole"}


def test_a_disk_that_fills_when_the_bytes_are_made_safe_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a.csv", lambda part: part.write_text("x"))
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ValueError])
def test_nothing_half_is_left_whatever_ends_a_write(tmp_path, error):
    def write(part):
        part.write_text("half", encoding="utf-8")
        raise error

    with pytest.raises(error):
        write_whole(tmp_path / "a.csv", write)
    assert contents(tmp_path) == {}


def test_bytes_are_on_the_disk_before_they_get_their_name(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(os, "fsync", lambda _: told.append("safe"))
    rename = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: told.append("named") or rename(self, to))
    write_whole(tmp_path / "a.csv", lambda part: part.write_text("x"))
    assert told == ["safe", "named", "safe"]  # the file, then its name in the folder


# --- a full disk -------------------------------------------------------------------------------------------------


def test_extraction_stops_in_one_sentence_where_files_may_not_grow_and_is_taken_up_again(
    corpus, tmp_path, on_full_disk
):
    output = tmp_path / "out"
    run = on_full_disk(["extract", str(corpus), "-o", str(output)], 4096)
    assert run.returncode == 2
    assert one_sentence(run.stderr), run.stderr
    assert "cannot write" in run.stderr
    assert not list(output.rglob("*.part"))
    assert not list(output.glob("manifest/*.json"))  # the batch is not done
    made = extract_files([corpus], output)
    assert made.done_before == 0
    extract_files([corpus], tmp_path / "whole")
    names = {name for name in contents(output) if name.endswith(".parquet")}
    assert {name: contents(output)[name] for name in names} == {
        name: data for name, data in contents(tmp_path / "whole").items() if name.endswith(".parquet")
    }


def test_a_report_on_a_full_disk_leaves_the_earlier_one_and_says_so(project, monkeypatch):
    first = notebooks.run_notebook("ends_well")
    before = contents(first.folder)
    monkeypatch.setattr(writing, "_to_disk", full_disk)
    result = CliRunner().invoke(main, ["run", "ends_well"])
    assert result.exit_code == 2
    assert one_sentence(result.stderr), result.stderr
    assert "No space left" in result.stderr
    assert contents(first.folder) == before
    monkeypatch.undo()
    monkeypatch.setattr(notebooks, "notebooks_folder", lambda: FIXTURES)
    assert notebooks.run_notebook("ends_well", output=project / "figures").ok
    assert {path.name for path in (project / "figures").iterdir() if path.is_dir()} == {"ends_well"}


# --- a folder that may not be written ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["run", "ends_well", "-o", "out"], ["extract", "corpus", "-o", "out"]])
def test_a_folder_that_may_not_be_written_is_one_sentence(project, corpus, monkeypatch, words):
    def refuse(*_, **__):  # root may write anywhere, so the refusal is played
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert one_sentence(result.stderr), result.stderr
    assert "cannot write to the folder" in result.stderr


def test_a_file_where_the_output_folder_should_be_is_one_sentence(project, corpus):
    (project / "out").write_text("mine", encoding="utf-8")
    for words in (["run", "ends_well", "-o", "out"], ["extract", "corpus", "-o", "out"]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 2
        assert one_sentence(result.stderr), result.stderr
    assert (project / "out").read_text(encoding="utf-8") == "mine"


def test_a_register_that_cannot_be_written_stays_as_it_was(corpus, tmp_path, monkeypatch):
    add_document(corpus / "city_0.txt", tmp_path / "mine")
    before = contents(tmp_path / "mine")
    new = tmp_path / "new.txt"
    new.write_text(TEXT.replace("50", "77"), encoding="utf-8")
    monkeypatch.setattr(writing, "_to_disk", full_disk)
    with pytest.raises(OSError, match="cannot write"):
        add_document(new, tmp_path / "mine")
    assert contents(tmp_path / "mine") == before


# --- a killed run ----------------------------------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
from egovlib.report import notebooks
notebooks.notebooks_folder = lambda: Path(sys.argv[1])
notebooks.run_batch(sys.argv[2], output=sys.argv[3])
"""


def wait_for(what, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "what was waited for did not come"
        time.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a matter of POSIX")
def test_a_batch_that_was_killed_keeps_what_it_finished_and_no_half_report(project):
    output = project / "figures"
    (project / "b.csv").write_text("notebook\nends_well\nsleeps\n", encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(FIXTURES), "b.csv", str(output)], stderr=subprocess.PIPE, cwd=project
    )
    try:
        wait_for(lambda: (output / "sleeps.part").exists())
        second = CliRunner().invoke(main, ["run", "ends_well", "-o", str(output)])  # two runs on one folder
        assert second.exit_code == 2
        assert "another run of egovlib is writing to" in second.stderr
        assert one_sentence(second.stderr), second.stderr
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stderr.close()
    assert {path.name for path in output.iterdir() if path.is_dir()} == {"ends_well", "sleeps.part"}
    assert json.loads((output / "ends_well" / "run.json").read_text(encoding="utf-8"))["status"] == "ok"
    notebooks.write_index(output)
    assert "sleeps.part" not in (output / "index.html").read_text(encoding="utf-8")
    kept = notebooks.run_batch(project / "b.csv", output=output, timeout=1)
    assert [(run.status, run.unchanged) for run in kept] == [("ok", True), ("incomplete", False)]
    assert not list(output.glob("*.part"))


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a matter of POSIX")
def test_a_worker_that_is_killed_costs_no_row(tmp_path):
    corpus, output = tmp_path / "many", tmp_path / "out"
    corpus.mkdir()
    for number in range(8):
        (corpus / f"city_{number}.txt").write_text(TEXT * (60 + number), encoding="utf-8")
    killed = []

    def kill_one():
        wait_for(lambda: any(output.glob("manifest/*.json")))
        victim = multiprocessing.active_children()[0]
        os.kill(victim.pid, signal.SIGKILL)
        killed.append(victim.pid)

    watch = threading.Thread(target=kill_one)
    watch.start()
    made = extract_files([corpus], output, workers=2, batch=1)
    watch.join()
    assert killed
    assert made.rows == extract_files([corpus], tmp_path / "whole", batch=1).rows
    tables = [name for name in contents(tmp_path / "whole") if name.endswith(".parquet")]
    assert [name for name in tables if contents(output).get(name) != contents(tmp_path / "whole")[name]] == []
    assert not list(output.rglob("*.part"))


# --- a clock that goes back --------------------------------------------------------------------------------------


def test_a_clock_that_goes_back_changes_no_decision(project, corpus, tmp_path, monkeypatch):
    class Back(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(1999, 1, 1, tzinfo=tz or UTC)

    (project / "b.csv").write_text("notebook\nends_well\n", encoding="utf-8")
    (first,) = notebooks.run_batch(project / "b.csv")
    monkeypatch.setattr(notebooks, "datetime", Back)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    (kept,) = notebooks.run_batch(project / "b.csv")
    assert kept.unchanged
    (again,) = notebooks.run_batch(project / "b.csv", force=True)
    assert again.ok
    assert again.seconds >= 0
    record = json.loads((again.folder / "run.json").read_text(encoding="utf-8"))
    assert record["started"].startswith("1999")
    assert first.folder == again.folder


def test_the_times_of_files_decide_nothing(corpus, tmp_path):
    extract_files([corpus], tmp_path / "out", batch=1)
    for path in corpus.iterdir():
        os.utime(path, (0, 0))
    assert extract_files([corpus], tmp_path / "out", batch=1).done_before == 3
    changed = corpus / "city_1.txt"
    changed.write_text(TEXT.replace("50", "99"), encoding="utf-8")
    os.utime(changed, (0, 0))  # older than what was made of it
    assert extract_files([corpus], tmp_path / "out", batch=1).done_before == 2
