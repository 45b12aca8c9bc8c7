"""The tiles of a tile-grid map: each region a square of its own, near where it lies, so that small ones can be read.

The packaged layout (tiles.csv) is drawn for egovlib: the 31 provincial units of mainland China, and Hong Kong, Macao
and Taiwan, which the statistics of the mainland do not cover. Copy it and edit it for another set of regions, as the
cities of one province.

>>> tiles = {tile.code: tile for tile in read_tiles()}
>>> tiles["430000"]
Tile(code='430000', row=6, column=4, name_zh='湖南', name_en='Hunan', letters='HN', expected=True)
>>> sum(tile.expected for tile in tiles.values())
31
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from egovlib.codebook.terms import Place, locate, read_cells, refuse

COLUMNS: Final = ("code", "row", "column", "name_zh", "name_en", "letters", "expected")
MOST: Final = 40
"""Rows and columns of a grid at most: narrower tiles hold no name on a page."""


class Tile(NamedTuple):
    """One region: its GB/T 2260 code, its place (from 1, from the top left), its names, its two letters.

    `expected`: whether a gap here is a gap in the data (yes), or the statistics never cover it (no).
    """

    code: str
    row: int
    column: int
    name_zh: str
    name_en: str
    letters: str
    expected: bool


@cache
def read_tiles(name_or_path: str | Path = "tiles") -> tuple[Tile, ...]:
    """Read a layout: the packaged one, or a csv file with the columns of `Tile`.

    Raises ValueError that names file, row, column, value, what is allowed and the mend, as for two tiles on one place.
    """
    path = locate(name_or_path, "", ["tiles"])
    tiles: list[Tile] = []
    for number, row in enumerate(read_cells(path, COLUMNS), start=2):
        tile = _read_tile(path.name, number, row)
        for other in tiles:
            if tile.code == other.code:
                refuse(Place(path.name, number, "code"), tile.code, "each code once", "take one of them out")
            if (tile.row, tile.column) == (other.row, other.column):
                refuse(
                    Place(path.name, number, "column"), str(tile.column), f"{other.name_zh} is on that place",
                    "give one of them another row or column",
                )  # fmt: skip
        tiles.append(tile)
    return tuple(tiles)


def _read_tile(file: str, number: int, row: Mapping[str, str | None]) -> Tile:
    cells: dict[str, str] = {}
    for column in COLUMNS:
        cell = (row.get(column) or "").strip()
        if not cell:
            refuse(Place(file, number, column), cell, "every cell is filled", "fill it")
        cells[column] = cell
    allowed = {
        "code": (r"[0-9]{6}", "a GB/T 2260 code of six digits"),
        "row": (r"[0-9]{1,2}", f"a number from 1 to {MOST}"),
        "column": (r"[0-9]{1,2}", f"a number from 1 to {MOST}"),
        "expected": (r"yes|no", "yes or no"),
    }
    for column, (pattern, words) in allowed.items():
        cell = cells[column]
        if not re.fullmatch(pattern, cell) or (column in ("row", "column") and not 1 <= int(cell) <= MOST):
            refuse(Place(file, number, column), cell, words, "write it so")
    return Tile(
        cells["code"], int(cells["row"]), int(cells["column"]), cells["name_zh"], cells["name_en"],
        cells["letters"], cells["expected"] == "yes",
    )  # fmt: skip
