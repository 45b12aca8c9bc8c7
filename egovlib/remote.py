"""Documents that are not on this disk: addresses that fsspec knows (s3://…, https://…, memory://…).

>>> is_address("s3://plans/2015"), is_address("plans/2015")
(True, False)
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from egovlib.documents import Document, Failure, File, slug
from egovlib.text.formats import SUFFIXES


def is_address(path: str | Path) -> bool:
    """Whether a path is an address with a scheme."""
    return "://" in str(path)


@dataclass(frozen=True)
class RemoteFile(File):
    """A file at an address; it is fetched when it is read and kept no longer."""

    address: str = ""

    @property
    def source(self) -> str:
        """The address."""
        return self.address

    @contextlib.contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the file's bytes; raises OSError when the address cannot be read."""
        with _as_oserror(self.address), _fsspec().open(self.address, "rb") as stream:
            yield stream

    def read(self) -> Document:
        """Fetch and read the document; raises as `read_document` does."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / self.path.name
            with self.open() as stream, copy.open("wb") as target:
                while chunk := stream.read(1 << 20):
                    target.write(chunk)
            document = File(copy, self.doc, self.known, self.corrections).read()
        return replace(document, source=self.address)


def list_address(address: str) -> tuple[list[File], list[Failure]]:
    """List the documents at an address, a folder's in order of name; what cannot be listed is a failure."""
    try:
        with _as_oserror(address):
            system, root = _fsspec().core.url_to_fs(address)
            names = sorted(system.find(root)) if system.isdir(root) else [root] if system.exists(root) else []
            files = [system.unstrip_protocol(name) for name in names if _is_document(name)]
    except OSError as error:
        return [], [(address, str(error))]
    if not files:
        known = ", ".join(SUFFIXES)
        return [], [(address, f"{address!r} holds no document; egovlib reads {known} files.")]
    return [RemoteFile(Path(PurePosixPath(one).name), _doc(one), address=one) for one in files], []


def _is_document(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _doc(address: str) -> str:
    return slug(PurePosixPath(address).stem)


def _fsspec() -> Any:
    try:
        import fsspec
    except ImportError:
        raise ValueError(
            "reading an address needs fsspec, which is not installed; install egovlib[dask], or give local files."
        ) from None
    return fsspec


@contextlib.contextmanager
def _as_oserror(address: str) -> Iterator[None]:
    """Say in one sentence what a store's own library calls by many names."""
    try:
        yield
    except ValueError as error:  # an unknown scheme
        raise OSError(f"{address!r} cannot be read ({error}); give an address that fsspec knows.") from None
    except ImportError as error:
        raise OSError(f"{address!r} cannot be read ({error}); install what fsspec names.") from None
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise OSError(f"{address!r} cannot be read ({reason}); check the address and your rights.") from None
