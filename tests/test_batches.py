"""Extraction by batches: the same tables however they were made, and nothing lost when something dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from egovlib.cli import main
from egovlib.documents import read_corpus
from egovlib.extract import batches
from egovlib.extract.batches import extract_files
from egovlib.extract.tables import TABLES, extract_tables


@pytest.fixture
def folder(tmp_path):
    """Seven small documents of our own, one of them unreadable."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(6):
        (corpus / f"city_{number}.txt").write_text(
            f"201{number}年某市电子政务发展概况\n一、网络\n截至201{number}年底，政务外网接入单位{50 + number}个。\n"
            f"二、服务\n建成网上审批系统，网上办理率达到{80 + number}%，全年受理{number + 1}万件。\n",
            encoding="utf-8",
        )
    (corpus / "empty.txt").write_bytes(b"")
    return corpus


def read(output):
    return {
        path.relative_to(output).as_posix(): path.read_bytes() for path in sorted(output.rglob("*.parquet/*"))
    }


def quantities(output):
    return pd.read_parquet(output / "quantities.parquet")


def test_the_parts_hold_what_the_verbs_give(folder, tmp_path):
    made = extract_files([folder], tmp_path / "out", batch=2)
    corpus = read_corpus(folder)
    for name, table in extract_tables(corpus).items():
        parts = sorted((tmp_path / "out" / f"{name}.parquet").glob("*"))
        found = pd.concat([pd.read_parquet(part) for part in parts], ignore_index=True)
        assert found.astype(object).to_numpy().tolist() == table.astype(object).to_numpy().tolist() or (
            found.astype("string").fillna("") == table.astype("string").fillna("")
        ).all(axis=None)
        assert made.rows[name] == len(table)
    assert [source for source, _ in made.failures] == [str(folder / "empty.txt")]
    assert made.batches == 4


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_makes_the_same_bytes(folder, tmp_path, workers):
    extract_files([folder], tmp_path / "one", batch=2)
    extract_files([folder], tmp_path / "many", batch=2, workers=workers)
    assert read(tmp_path / "one") == read(tmp_path / "many")


def test_a_second_run_reads_only_what_has_changed(folder, tmp_path, monkeypatch):
    output = tmp_path / "out"
    extract_files([folder], output, batch=2)
    before = read(output)
    changed = folder / "city_3.txt"
    changed.write_text(changed.read_text(encoding="utf-8").replace("83%", "99%"), encoding="utf-8")
    worked = []
    once = batches.extract_batch
    monkeypatch.setattr(batches, "extract_batch", lambda batch: worked.append(batch.number) or once(batch))
    made = extract_files([folder], output, batch=2)
    assert (worked, made.done_before) == ([1], 3)
    assert 99.0 in quantities(output)["value"].tolist()
    assert {name for name, data in read(output).items() if before[name] != data} >= {
        "quantities.parquet/part-00001.parquet"
    }
    assert all("part-00001" in name for name, data in read(output).items() if before[name] != data)


def test_a_smaller_corpus_leaves_no_old_parts(folder, tmp_path):
    output = tmp_path / "out"
    extract_files([folder], output, batch=2)
    for number in (3, 4, 5):
        (folder / f"city_{number}.txt").unlink()
    extract_files([folder], output, batch=2)
    assert sorted(path.name for path in (output / "quantities.parquet").iterdir()) == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]
    assert set(quantities(output)["doc"]) == {"city_0", "city_1", "city_2"}


def test_a_damaged_manifest_or_a_lost_part_is_made_again(folder, tmp_path):
    output = tmp_path / "out"
    extract_files([folder], output, batch=2)
    before = read(output)
    (output / "manifest" / "00000.json").write_text("{", encoding="utf-8")
    (output / "systems.parquet" / "part-00002.parquet").unlink()
    assert extract_files([folder], output, batch=2).done_before == 2
    assert read(output) == before


def test_versions_are_never_mixed(folder, tmp_path, monkeypatch):
    output = tmp_path / "out"
    extract_files([folder], output, batch=2)
    monkeypatch.setattr(batches, "version", lambda: {"egovlib": "9.9", "codebook": "f" * 64})
    with pytest.raises(ValueError, match=r"holds parts made with egovlib .*, this is egovlib 9\.9.*--force"):
        extract_files([folder], output, batch=2)
    assert extract_files([folder], output, batch=2, force=True).done_before == 0


def test_a_folder_is_written_by_one_run_at_a_time(folder, tmp_path):
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, time\nfrom pathlib import Path\nfrom egovlib.writing import one_run_at_a_time\n"
            "with one_run_at_a_time(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)",
            str(tmp_path / "out"),
        ],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(ValueError, match="another run of egovlib is writing"):
            extract_files([folder], tmp_path / "out")
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert extract_files([folder], tmp_path / "out").batches == 1  # the lock ended with its holder


SLOWED = """
import sys, time
from pathlib import Path
from egovlib.extract import batches
once = batches.extract_batch
def slowly(batch):
    done = once(batch)
    print(done, flush=True)
    time.sleep(30)
    return done
batches.extract_batch = slowly
batches.extract_files([sys.argv[1]], sys.argv[2], batch=1)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a matter of POSIX")
def test_a_run_that_was_killed_is_taken_up_and_gives_the_same(folder, tmp_path):
    output = tmp_path / "out"
    run = subprocess.Popen([sys.executable, "-c", SLOWED, str(folder), str(output)], stdout=subprocess.PIPE)
    assert run.stdout.readline().strip() == b"0"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    (output / "quantities.parquet" / ".part-00001.parquet.part").write_bytes(b"half")  # what a kill leaves
    assert extract_files([folder], output, batch=1).done_before == 1
    extract_files([folder], tmp_path / "whole", batch=1)
    names = {name for name in read(output) if not name.endswith(".part")}
    assert {name: read(output)[name] for name in names} == read(tmp_path / "whole")


def test_the_command_writes_single_files_and_lists_failures(folder, tmp_path):
    result = CliRunner().invoke(
        main, ["extract", str(folder), "missing", "-o", str(tmp_path / "out"), "--format", "jsonl"]
    )
    assert result.exit_code == 1
    rows = [json.loads(line) for line in (tmp_path / "out" / "quantities.jsonl").open(encoding="utf-8")]
    assert len(rows) == len(quantities(tmp_path / "out" / ".parts"))
    failures = [json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").open(encoding="utf-8")]
    assert sorted(row["source"] for row in failures) == sorted(["missing", str(folder / "empty.txt")])


def test_csv_parts_are_joined_under_one_header(folder, tmp_path):
    made = extract_files([folder], tmp_path / "parts", batch=2)
    batches.join_parts(made, tmp_path / "out", "csv")
    table = pd.read_csv(tmp_path / "out" / "documents.csv", encoding="utf-8-sig")
    assert table["doc"].tolist() == [f"city_{number}" for number in range(6)]


def test_an_address_is_read_as_a_file_is(folder, tmp_path):
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    for path in folder.glob("*.txt"):
        store.pipe(f"/plans/{path.name}", path.read_bytes())
    made = extract_files(["memory://plans"], tmp_path / "remote")
    extract_files([folder], tmp_path / "local")
    assert quantities(tmp_path / "remote").equals(quantities(tmp_path / "local"))
    assert [source for source, _ in made.failures] == ["memory:///plans/empty.txt"]


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("memory://nowhere", "holds no document"),
        ("nosuch://bucket/a.txt", "cannot be read"),
    ],
)
def test_an_address_that_cannot_be_listed_is_a_failure(tmp_path, address, problem):
    pytest.importorskip("fsspec")
    made = extract_files([address], tmp_path / "out")
    assert [source for source, _ in made.failures] == [address]
    assert problem in made.failures[0][1]
    assert made.rows["documents"] == 0


# --- beyond one machine ----------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on loopback, each a process of its own."""
    pytest.importorskip("distributed")
    told = tmp_path / "scheduler.json"
    environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": tmp_path}
    common = ["--no-dashboard", "--scheduler-file", str(told)]
    start = [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *common]
    processes = [subprocess.Popen(start, **quiet)]
    for _ in range(2):
        worker = [*dask, "worker", "--no-nanny", "--nthreads", "1", *common]
        processes.append(subprocess.Popen(worker, **quiet))
    for _ in range(600):
        if told.exists() and told.read_text():
            break
        time.sleep(0.1)
    yield json.loads(told.read_text())["address"], processes[1:]
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_makes_the_same_tables_though_a_worker_is_killed(folder, tmp_path, cluster):
    from distributed import Client

    address, workers = cluster
    with Client(address) as client:
        client.wait_for_workers(2, timeout=60)
    watch = subprocess.Popen(  # kills the first worker when the first batch is done
        [
            sys.executable, "-c",
            "import os, signal, sys, time\nfrom pathlib import Path\n"
            "while not list(Path(sys.argv[1]).glob('manifest/*.json')): time.sleep(0.01)\n"
            "os.kill(int(sys.argv[2]), signal.SIGKILL)",
            str(tmp_path / "cluster"), str(workers[0].pid),
        ]
    )  # fmt: skip
    made = extract_files([folder], tmp_path / "cluster", batch=1, scheduler=address)
    watch.wait(timeout=60)
    assert workers[0].wait(timeout=60) != 0
    extract_files([folder], tmp_path / "local", batch=1)
    assert made.batches == 7
    assert read(tmp_path / "cluster") == read(tmp_path / "local")


def test_a_scheduler_that_does_not_answer_is_told_in_one_sentence(folder, tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(ValueError, match=r"no Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        extract_files([folder], tmp_path / "out", scheduler="tcp://127.0.0.1:9")


def test_a_worker_of_another_version_is_refused():
    class Client:
        def __init__(self, answers):
            self.answers = answers

        def run(self, _):
            return self.answers

    other = {"egovlib": "0.0.1", "codebook": "a" * 64}
    for answers, message in (
        ({"tcp://a": batches.version(), "tcp://b": other}, r"worker tcp://b has egovlib 0\.0\.1"),
        ({"tcp://a": None}, "worker tcp://a has no egovlib"),
        ({}, "has no workers"),
    ):
        with pytest.raises(ValueError, match=message):
            batches._check_workers(Client(answers), "tcp://x")


def test_tables_can_be_asked_with_duckdb(folder, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    extract_files([folder], tmp_path / "out", batch=2)
    glob = (tmp_path / "out" / "quantities.parquet" / "*.parquet").as_posix()
    count = duckdb.sql(f"SELECT count(*) FROM '{glob}' WHERE unit = '%'").fetchall()[0][0]
    assert count == (quantities(tmp_path / "out")["unit"] == "%").sum()


def test_every_table_has_parts(folder, tmp_path):
    extract_files([folder], tmp_path / "out")
    assert {path.stem for path in Path(tmp_path / "out").glob("*.parquet")} == {*TABLES, "failures"}
