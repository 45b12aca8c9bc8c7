"""Any number of documents into Parquet: batch by batch, resumable, on one core or many machines.

`output` holds a folder a table (`quantities.parquet/part-00000.parquet` …: readers of Parquet take such a folder
for one table) and `manifest/`, a file a batch with what went into it. A batch counts as done when its file in
the manifest is there, which is written last; so a run that was killed at any moment is taken up by the next,
and the tables are the same however many workers made them. Only one batch of documents is in memory at a time, and the
list of files is on disk (`egovlib.extract.listing`), so that memory is the same for any number of files.

    files → batches → (a worker each) read, extract, write the parts, then the batch's manifest → summary
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib import __version__
from egovlib.documents import Corpus, Failure, File, read_files
from egovlib.extract.listing import Listing
from egovlib.extract.tables import TABLES, collect_once, extract_tables
from egovlib.hashes import hash_codebook
from egovlib.remote import is_address
from egovlib.spreadsheets import write_csv
from egovlib.writing import one_run_at_a_time, write_whole

if TYPE_CHECKING:
    import pandas as pd

BATCH = 100
"""Documents a batch. With reports of 16,000 characters a worker then needs some 60 MB for its batch (peak of
benchmarks/scale.py), and a part file of the longest table has a few MB, which readers of Parquet like."""

WAITING = 4
"""Batches given out for each worker: one that it works on, the others so that it never waits for the list."""

MOST_RETRIES = 3
"""How often batches are given out again after a worker died; a batch that kills its worker each time is told."""


@dataclass(frozen=True)
class Batch:
    """Some files that are read together; `number` names its parts."""

    number: int
    files: tuple[File, ...]
    output: Path

    @property
    def manifest(self) -> Path:
        """Where it is written down that the batch is done."""
        return _manifest(self.output, self.number)

    def part(self, table: str) -> Path:
        """The batch's part of a table."""
        return _part(self.output, table, self.number)


def _manifest(folder: Path, number: int) -> Path:
    return folder / "manifest" / f"{number:05d}.json"


def _part(folder: Path, table: str, number: int) -> Path:
    return folder / f"{table}.parquet" / f"part-{number:05d}.parquet"


@dataclass(frozen=True)
class Extraction:
    """What a run made: rows by table, files that failed as (source, problem), and how many batches were there."""

    output: Path
    rows: Mapping[str, int]
    failures: tuple[Failure, ...] = field(repr=False)
    batches: int
    done_before: int


def extract_files(
    paths: Sequence[str | Path],
    output: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    batch: int = BATCH,
    force: bool = False,
) -> Extraction:
    """Write all tables of any number of files or folders to `output` as Parquet parts.

    paths      files, folders, or addresses that fsspec knows (s3://…, https://…; extra egovlib[dask])
    workers    processes on this machine
    scheduler  address of a Dask scheduler (tcp://…; extra egovlib[dask]) whose workers see `output` and the paths
    force      make parts again that another version of egovlib or of its codebook made

    A batch whose files have not changed is not read again. Raises ValueError when `output` holds parts of
    another version and not `force`, when another run is writing there, or when the scheduler cannot be
    reached; a file that cannot be read becomes a row of `failures`.
    """
    folder = Path(output).resolve()
    with one_run_at_a_time(folder), Listing(folder / ".files.sqlite", batch) as listing:
        lost = listing.add(paths)
        _check_version(folder, force)
        todo = Todo(listing, folder)
        if scheduler is not None:
            _run_on_cluster(todo, scheduler)
        elif workers > 1:
            _run_in_processes(todo, workers)
        else:
            for one in todo:
                extract_batch(one)
        _remove_others(folder, len(listing))
        return _summarise(folder, len(listing), lost, len(listing) - len(todo.numbers))


class Todo(Iterable[Batch]):
    """The batches of a run that were not done before, each made from the list when it is asked for."""

    def __init__(self, listing: Listing, folder: Path) -> None:
        self._listing, self._folder = listing, folder
        self.numbers = [number for number in range(len(listing)) if not _is_done(self._batch(number))]
        for number in self.numbers:  # a batch is open until its last part is written
            _manifest(folder, number).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[Batch]:
        return map(self._batch, self.numbers)

    @property
    def left(self) -> Iterator[Batch]:
        """Those that are open still."""
        return (self._batch(n) for n in self.numbers if not _manifest(self._folder, n).exists())

    def _batch(self, number: int) -> Batch:
        return Batch(number, self._listing[number], self._folder)


@collect_once()
def extract_batch(batch: Batch) -> int:
    """Read a batch, write its part of every table, then its manifest; return the batch's number."""
    corpus = read_files(batch.files)
    for name, table in extract_tables(corpus).items():
        _write_parquet(table, batch.part(name))
    about = {
        **version(),
        "batch": batch.number,
        "inputs": _inputs(batch),
        "documents": {document.source: document.doc for document in corpus},
        "failures": corpus.failed,
    }
    text = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(batch.manifest, lambda part: part.write_text(text + "\n", encoding="utf-8", newline="\n"))
    return batch.number


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    # content alone decides the bytes: no index, one row group, a named compression
    rows = max(len(table), 1)
    write_whole(
        path, lambda part: table.to_parquet(part, index=False, compression="zstd", row_group_size=rows)
    )


@cache
def version() -> dict[str, str]:
    """Return what parts must have in common: the version of egovlib and the hash of its codebook.

    >>> sorted(version())
    ['codebook', 'egovlib']
    """
    return {"egovlib": __version__, "codebook": hash_codebook()}


def join_parts(extraction: Extraction, folder: Path, form: str) -> None:
    """Write each table of an extraction to one file `folder/<table>.<form>`, form csv or jsonl, part by part."""
    import pandas as pd

    for name in extraction.rows:
        parts = sorted((extraction.output / f"{name}.parquet").glob("part-*.parquet"))

        def write(path: Path, parts: Sequence[Path] = parts) -> None:
            with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
                for number, part in enumerate(parts):
                    table = pd.read_parquet(part)
                    if form == "csv":
                        write_csv(table, file, header=number == 0)
                    else:
                        table.to_json(file, orient="records", lines=True, force_ascii=False)

        write_whole(folder / f"{name}.{form}", write)


# --- what is done, and what is not -----------------------------------------------------------------


def _is_done(batch: Batch) -> bool:
    """Whether the batch was made of the same files by this version, and its parts are all there."""
    about = _read_manifest(batch.manifest)
    return (
        about is not None
        and {key: about.get(key) for key in version()} == version()
        and about.get("inputs") == _inputs(batch)
        and all(batch.part(name).exists() for name in TABLES)
    )


def _read_manifest(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):  # not there, or damaged from outside: the batch is made again
        return None


def _inputs(batch: Batch) -> dict[str, str]:
    return {file.doc: _identity(file) for file in batch.files}


def _identity(file: File) -> str:
    """One hash of all that decides a document's rows: its bytes, its id, what is known and was corrected."""
    digest = hashlib.sha256(repr((file.doc, sorted(file.known.items()), file.corrections)).encode())
    try:
        with file.open() as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        digest.update(type(error).__name__.encode())
    return digest.hexdigest()


def _check_version(folder: Path, force: bool) -> None:
    """Refuse a folder with parts of another version: a table must not mix them silently."""
    for name in sorted(path.name for path in (folder / "manifest").glob("*.json")):
        about = _read_manifest(folder / "manifest" / name) or {}
        for key, now in version().items():
            if about and about.get(key) != now and not force:
                raise ValueError(
                    f"{folder} holds parts made with {key} {str(about.get(key))[:12]}, this is {key} {now[:12]}; "
                    "give another folder, or --force to make them again."
                )


def _remove_others(folder: Path, batches: int) -> None:
    """Remove the parts of batches that there are no more: the corpus has become smaller."""
    for path in chain(folder.glob("manifest/*.json"), folder.glob("*.parquet/part-*.parquet")):
        number = path.stem.removeprefix("part-")
        if number.isdigit() and int(number) >= batches:
            path.unlink()


def _summarise(folder: Path, batches: int, lost: Sequence[Failure], before: int) -> Extraction:
    import pyarrow.parquet

    failures = [*lost]
    for number in range(batches):
        about = _read_manifest(_manifest(folder, number)) or {}
        failures += [(source, problem) for source, problem in about.get("failures", ())]
    _write_parquet(Corpus([], failures).failures, folder / "failures.parquet" / "part-00000.parquet")
    rows = {
        name: sum(
            pyarrow.parquet.read_metadata(_part(folder, name, number)).num_rows for number in range(batches)
        )
        for name in TABLES
    }
    rows["failures"] = len(failures)
    summary = {**version(), "batches": batches, "rows": rows, "failures": failures}
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(
        folder / "manifest.json", lambda part: part.write_text(text + "\n", encoding="utf-8", newline="\n")
    )
    return Extraction(folder, rows, tuple(failures), batches, before)


# --- who does the work -------------------------------------------------------------------------------


def _run_in_processes(todo: Todo, workers: int) -> None:
    """Give the batches to `workers` processes; what a dead worker left is given out again."""
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    for _ in range(MOST_RETRIES):
        left = todo.left
        if (first := next(left, None)) is None:
            return
        left = chain([first], left)
        # spawn: a worker is the same on every platform and inherits no threads
        with (
            contextlib.suppress(BrokenProcessPool),
            ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
        ):
            given = {pool.submit(extract_batch, one) for one in islice(left, WAITING * workers)}
            while given:
                ended, given = wait(given, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                given |= {pool.submit(extract_batch, one) for one in islice(left, len(ended))}
    _tell_left(todo)


def _run_on_cluster(todo: Todo, address: str) -> None:
    """Give the batches to the workers of a Dask scheduler, which gives out again what a dead worker left."""
    with _cluster(address) as client:
        from dask.distributed import as_completed

        _check_workers(client, address)
        left = map(_anywhere, todo)

        def give(most: int) -> list[Any]:
            # not pure: a batch writes files, and Dask must not take a former run's result for it
            some = islice(left, most)
            return [client.submit(extract_batch, one, pure=False, retries=MOST_RETRIES) for one in some]

        def wanted() -> int:  # workers may come and go
            return WAITING * int(sum(client.nthreads().values()))

        given = as_completed(give(wanted()))
        for future in given:
            future.result()
            given.update(give(max(1, wanted() - given.count())))
    _tell_left(todo)


def _anywhere(batch: Batch) -> Batch:
    """Return the batch with whole paths: a worker may live in another folder."""
    files = tuple(
        file if is_address(file.source) else replace(file, path=file.path.absolute()) for file in batch.files
    )
    return replace(batch, files=files)


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[Any]:
    try:
        from dask.distributed import Client
    except ImportError:
        raise ValueError(
            "a scheduler needs Dask, which is not installed; install egovlib[dask], or leave out --scheduler."
        ) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(
            f"no Dask scheduler answers at {address!r} ({reason}); start one with `dask scheduler` and give its "
            "tcp:// address."
        ) from None
    with client:
        yield client


def _check_workers(client: Any, address: str) -> None:
    """Refuse workers without egovlib or with another version of it or of its codebook."""

    def found() -> dict[str, str] | None:  # nested, so that it travels by value to a worker without egovlib
        try:
            from egovlib.extract.batches import version as here
        except ImportError:
            return None
        return here()

    answers = client.run(found)
    if not answers:
        raise ValueError(f"the scheduler {address!r} has no workers; start one with `dask worker {address}`.")
    for worker, answer in answers.items():
        if answer != version():
            raise ValueError(
                f"the worker {worker} has {_named(answer)}, this is {_named(version())}; install the same there."
            )


def _named(about: Mapping[str, str] | None) -> str:
    return f"egovlib {about['egovlib']} with codebook {about['codebook'][:12]}" if about else "no egovlib"


def _tell_left(todo: Todo) -> None:
    left = todo.left
    if (one := next(left, None)) is not None:
        first = one.files[0].source
        raise ValueError(
            f"{1 + sum(1 for _ in left)} batches were not finished because their workers died {MOST_RETRIES} times, "
            f"the first begins with {first}; run again with fewer workers, or leave that file out."
        )
