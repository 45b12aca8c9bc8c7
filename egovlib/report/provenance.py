"""The provenance stamp: what a report was made from, so that another can make it again.

A stamp holds no times and no absolute paths: the same inputs, codebook, parameters and versions
give the same stamp on every machine with the same Python and platform.
"""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from egovlib.hashes import hash_codebook, hash_files

PACKAGE = Path(__file__).resolve().parents[1]
CLONE = PACKAGE.parent

CORE_PACKAGES = ("jieba", "matplotlib", "numpy", "opencc", "pandas", "papermill", "scipy", "statsmodels")
"""The packages that can change a number or a figure, besides egovlib itself."""


def stamp(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stamp of a run with these `parameters`, ready for json.

    Keys: python, platform, packages (name → version), git (commit and whether files were changed, or
    None outside a clone), codebook (sha256), inputs (file → sha256, of the parameter `corpus`), seed
    (None when there is none).

    >>> made = stamp({"seed": 7})
    >>> made["seed"], len(made["codebook"]), made["inputs"]
    (7, 64, {})
    """
    corpus = parameters.get("corpus")
    return {
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "packages": package_versions(),
        "git": git_state(CLONE),
        "codebook": hash_codebook(),
        "inputs": hash_corpus(corpus) if corpus else {},
        "seed": parameters.get("seed"),
    }


@cache
def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def package_versions() -> dict[str, str | None]:
    """Return the installed version of egovlib and of each core package; None where it is not installed.

    >>> "pandas" in package_versions()
    True
    """
    return {package: _version(package) for package in ("egovlib", *CORE_PACKAGES)}


def hash_corpus(corpus: str | Path) -> dict[str, str]:
    """Return file → sha256 of each file of a corpus, named relative to the corpus.

    `corpus` is "embedded" (the clone's data/corpus with its register), a folder or a file; hidden
    files do not count. A corpus that is not there has no files.

    >>> sorted(hash_corpus(PACKAGE / "py.typed"))
    ['py.typed']
    """
    if str(corpus) == "embedded":
        register = CLONE / "data" / "register.csv"
        return {**hash_files(CLONE / "data" / "corpus"), **hash_files(register)}
    return hash_files(Path(corpus))


def git_state(folder: Path) -> dict[str, Any] | None:
    """Return {"commit": …, "changed": True if tracked files differ from it}; None where git cannot say.

    >>> git_state(Path("no/such/folder")) is None
    True
    """
    if not (folder / ".git").exists():  # else git would name an enclosing repository
        return None
    commit = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    if commit is None or changes is None:
        return None
    return {"commit": commit, "changed": bool(changes)}


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
