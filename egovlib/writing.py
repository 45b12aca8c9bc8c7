"""Files that are never half: written under a temporary name, made safe on disk, then renamed.

A reader, and a run that comes after one that was killed, may take whatever stands under its own name for whole.

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp())
>>> write_whole(folder / "a.txt", lambda part: part.write_text("whole")).read_text()
'whole'
>>> with one_run_at_a_time(folder):
...     sorted(path.name for path in folder.iterdir())
['.egovlib.lock', 'a.txt']
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
"""What the name of an unfinished file or folder ends in."""


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a temporary file beside `path`, bring it to the disk, then give it its name.

    The folder is made if needed. Raises OSError in one sentence when the disk is full or the folder may not be
    written; what stood under the name before stays as it was.
    """
    part = path.with_name(f".{path.name}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        _to_disk(part)
        part.replace(path)
        _to_disk(path.parent)
    except OSError as error:
        raise OSError(
            f"cannot write {path} ({error.strerror or error}); free the disk or choose another folder."
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return path


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlive a loss of power."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows cannot open a folder
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():  # some file systems cannot sync a folder
            raise
    finally:
        os.close(handle)


def make_folder(path: Path) -> Path:
    """Return `path`, made if needed; raise OSError in one sentence when it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"cannot make the output folder {path} ({error.strerror}); choose a folder you may write to."
        ) from None
    return path


@contextmanager
def one_run_at_a_time(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; ValueError when another process holds it.

    The lock is the operating system's, so that it ends with the process that holds it, also when that is killed.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".egovlib.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"another run of egovlib is writing to {folder}; wait until it has ended or choose another folder."
        ) from None
    except OSError as error:
        raise OSError(
            f"cannot write to the folder {folder} ({error.strerror or error}); choose one you may write to."
        ) from None
    try:
        yield
    finally:
        lock.release()


def settle_archive(path: Path) -> None:
    """Write an archive (xlsx, docx) again without the time it was made at: the same content, the same bytes."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        entries = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)
            entry = zipfile.ZipInfo(name)  # its time is the first an archive can hold
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]{0,300}>)[^<]{0,40}(</dcterms:)")
