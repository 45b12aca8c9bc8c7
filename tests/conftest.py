"""What several tests need: where the real documents are, and the embedded corpus read once."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from egovlib.documents import Corpus, read_corpus

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
"""Real documents beside the clone; tests that read them skip by name where they are missing."""

settings.register_profile("untimed", deadline=None)  # no test fails because the machine is busy
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def embedded() -> Corpus:
    return read_corpus()


@pytest.fixture(scope="session")
def on_full_disk() -> Callable[[Sequence[str], int], subprocess.CompletedProcess[str]]:
    """Run egovlib with some arguments where no file may grow beyond some bytes: the system refuses the rest."""
    pytest.importorskip("resource", reason="RLIMIT_FSIZE is a matter of POSIX")

    def run(call: Sequence[str], largest: int) -> subprocess.CompletedProcess[str]:
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))"
        return subprocess.run(
            [sys.executable, "-c", f"{limit}; from egovlib.cli import main; main({[*call]!r})"],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("../shared is not here: no real documents to read")
    return SHARED
