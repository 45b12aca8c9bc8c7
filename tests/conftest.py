"""What several tests need: where the real documents are, and the embedded corpus read once."""

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
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("../shared is not here: no real documents to read")
    return SHARED
