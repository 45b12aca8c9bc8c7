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

    Raises ValueError where a row has more cells than there are columns: a comma in a pattern that is not quoted
    would shift the rest and go unnoticed.

    >>> rows("approximators")[0]["approx"] in {"about", "nearly", "over", "at_least", "at_most"}
    True
    """
    found = read(Path(str(resources.files(__package__) / f"{name}.csv")))
    for number, row in enumerate(found, start=2):
        if None in row:
            raise ValueError(f"{name}.csv, row {number}: more cells than columns; quote a cell with a comma.")
    return found


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
