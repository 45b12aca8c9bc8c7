"""The codebook: everything a researcher may want to change without touching Python, as csv files.

>>> "priorities" in schemes()
True
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType


@cache
def rows(name: str) -> tuple[MappingProxyType[str, str], ...]:
    """The rows of the packaged codebook file `name` (no ending), each a read-only mapping; cells stay text.

    >>> rows("approximators")[0]["approx"] in {"about", "nearly", "over", "at_least", "at_most"}
    True
    """
    return read(Path(str(resources.files(__package__) / f"{name}.csv")))


def read(path: Path) -> tuple[MappingProxyType[str, str], ...]:
    """Read any codebook file in the packaged files' form: UTF-8 csv with a header row.

    A researcher's spreadsheet program may add a byte order mark; it is taken off.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(MappingProxyType(row) for row in csv.DictReader(file))


def schemes() -> list[str]:
    """The names of the packaged coding schemes."""
    folder = Path(str(resources.files(__package__) / "schemes"))
    return sorted(path.stem for path in folder.glob("*.csv"))
