"""Hashes: what a table or a report was made of, so that it is known when that has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

CODEBOOK_FILES = (".csv", ".txt")


def hash_codebook() -> str:
    """Return the one hash of the packaged codebook, which parts of tables and reports carry alike.

    >>> len(hash_codebook())
    64
    """
    return hash_folder(PACKAGE / "codebook", CODEBOOK_FILES)


def hash_file(path: Path) -> str:
    """Return the sha256 of a file as 64 hexadecimal digits.

    >>> hash_file(PACKAGE / "py.typed")[:8]
    'e3b0c442'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_folder(folder: Path, suffixes: tuple[str, ...]) -> str:
    """Return one sha256 over the names and contents of a folder's files with one of these suffixes.

    >>> hash_folder(PACKAGE / "codebook", (".csv",)) == hash_folder(PACKAGE / "codebook", (".none",))
    False
    """
    digest = hashlib.sha256()
    for name, sha256 in hash_files(folder, suffixes).items():
        digest.update(f"{name}\0{sha256}\n".encode())
    return digest.hexdigest()


def hash_files(path: Path, suffixes: tuple[str, ...] = ("",)) -> dict[str, str]:
    """Hash a file, or a folder's visible files whose name ends in one of `suffixes`, in order of name."""
    if path.is_file():
        return {path.name: hash_file(path)}
    files = {
        file.relative_to(path).as_posix(): file
        for file in path.rglob("*")
        if file.name.endswith(suffixes) and file.is_file()
    }
    visible = (name for name in files if not any(part.startswith(".") for part in name.split("/")))
    return {name: hash_file(files[name]) for name in sorted(visible)}
