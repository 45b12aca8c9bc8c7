"""The list of files of a run, on disk: batches of any number of files, while memory holds one of them.

A folder's names are sorted, ids are kept apart and batches wait to be given out in a database file in the output
folder, which the run removes.

>>> import tempfile
>>> place = Path(tempfile.mkdtemp())
>>> for name in "bac":
...     _ = (place / f"{name}.txt").write_text("热线")
>>> with Listing(place / "list", batch=2) as listing:
...     failures = listing.add([place])
...     [[file.doc for file in listing[number]] for number in range(len(listing))]
[['a', 'b'], ['c']]
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple
from itertools import chain, islice
from pathlib import Path
from typing import Any

from egovlib.corrections import Correction
from egovlib.documents import Failure, File, each_file, take_id
from egovlib.remote import RemoteFile, is_address, list_address

CACHE = 8
"""MB of the database that stay in memory; with 32 a list of a million files takes as long (66 and 73 seconds)."""

_TABLES = """
CREATE TABLE names (key BLOB, path BLOB, PRIMARY KEY (key, path)) WITHOUT ROWID;
CREATE TABLE ids (doc TEXT PRIMARY KEY, name BLOB) WITHOUT ROWID;
CREATE TABLE batches (number INTEGER PRIMARY KEY, files TEXT);
"""


class Listing(Sequence[tuple[File, ...]], AbstractContextManager["Listing"]):
    """The files of a run in batches of `batch`, kept in the file `path` until the listing is closed.

    A process that was killed leaves its list behind; the next makes its own, for files may have come or gone.
    """

    def __init__(self, path: Path, batch: int) -> None:
        self.path, self.batch = path, batch
        path.unlink(missing_ok=True)
        with _told(path):
            # a run holds its folder alone, so no lock is needed, and network disks often have none; what a crash breaks
            # is not read again
            self._database = sqlite3.connect(
                f"{path.absolute().as_uri()}?nolock=1", uri=True, isolation_level=None
            )
            self._database.executescript(
                f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{CACHE * 1000}; {_TABLES}"
            )

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self.path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM batches"))

    def __getitem__(self, number: Any) -> Any:
        written = self._one("SELECT files FROM batches WHERE number = ?", number)
        if written is None:
            raise IndexError(number)
        return tuple(map(_read_file, json.loads(written)))

    def add(self, paths: Sequence[str | Path]) -> list[Failure]:
        """List local paths as a corpus does, and addresses by fsspec; return what is not there.

        Raises as `egovlib.documents.list_files`. No files at all are one batch without any.
        """
        local = [path for path in paths if not is_address(path)]
        remote = [str(path) for path in paths if is_address(path)]
        failures: list[Failure] = []
        taken = _Taken(self._database)
        found = chain(
            each_file(local, self._in_order, taken),
            chain.from_iterable(_each_address(address, taken) for address in remote),
        )

        def files() -> Iterator[File]:
            for one in found:
                if isinstance(one, File):
                    yield one
                else:
                    failures.append(one)

        with _told(self.path):
            self._database.execute("BEGIN")
            for number, one in enumerate(_batches(files(), self.batch)):
                written = json.dumps([_write_file(file) for file in one])
                self._database.execute("INSERT INTO batches VALUES (?, ?)", (number, written))
            self._database.execute("COMMIT")
        return failures

    def _in_order(self, paths: Iterable[Path]) -> Iterator[Path]:
        """Give paths in the order that `sorted` gives them."""
        self._database.execute("DELETE FROM names")
        rows = ((_key(path), _pack(str(path))) for path in paths)
        self._database.executemany("INSERT INTO names VALUES (?, ?)", rows)
        for (packed,) in self._database.execute("SELECT path FROM names ORDER BY key, path"):
            yield Path(_unpack(packed))

    def _one(self, query: str, *values: object) -> Any:
        row = self._database.execute(query, values).fetchone()
        return row[0] if row else None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one sentence that the list cannot be written, as on a full disk."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"cannot write {path} ({error}); free the disk or choose another folder.") from None


def _write_file(file: File) -> tuple[Any, ...]:
    address = file.address if isinstance(file, RemoteFile) else None
    return str(file.path), file.doc, dict(file.known), [astuple(fix) for fix in file.corrections], address


def _read_file(cells: Sequence[Any]) -> File:
    path, doc, known, fixes, address = cells
    corrections = tuple(Correction(*fix) for fix in fixes)
    if address is None:
        return File(Path(path), doc, known, corrections)
    return RemoteFile(Path(path), doc, known, corrections, address)


def _key(path: Path) -> bytes:
    """What sorts as paths do: folder by folder, without regard to case where the system has none."""
    return _pack(os.path.normcase(path).replace(os.sep, "\0"))


def _pack(text: str) -> bytes:
    # names that are no Unicode hold halves of characters, which only this lets through, in the order of `str`
    return text.encode("utf-8", "surrogatepass")


def _unpack(packed: bytes) -> str:
    return packed.decode("utf-8", "surrogatepass")


def _batches(files: Iterable[File], size: int) -> Iterator[tuple[File, ...]]:
    files = iter(files)
    yield tuple(islice(files, size))
    while one := tuple(islice(files, size)):
        yield one


def _each_address(address: str, taken: MutableMapping[str, str]) -> Iterator[File | Failure]:
    files, failures = list_address(address)
    for file in files:
        try:
            take_id(file.doc, file.source, taken)
        except ValueError as error:
            yield (file.source, str(error))
        else:
            yield file
    yield from failures


class _Taken(MutableMapping[str, str]):
    """The ids of documents and the names of their files, on disk."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __getitem__(self, doc: str) -> str:
        row = self._database.execute("SELECT name FROM ids WHERE doc = ?", (doc,)).fetchone()
        if row is None:
            raise KeyError(doc)
        return _unpack(row[0])

    def __setitem__(self, doc: str, name: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO ids VALUES (?, ?)", (doc, _pack(name)))

    def __delitem__(self, doc: str) -> None:
        self._database.execute("DELETE FROM ids WHERE doc = ?", (doc,))

    def __iter__(self) -> Iterator[str]:
        return (doc for (doc,) in self._database.execute("SELECT doc FROM ids"))

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM ids").fetchone()[0])
