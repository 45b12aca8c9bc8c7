"""Which region a cell means, and what it is called on an axis: codes, Chinese and English names, letters.

>>> region_code("湖南"), region_code(430000), region_code("156430000"), region_code("CN-HN"), region_code("Hunan")
('430000', '430000', '430000', '430000', '430000')
>>> region_code("CHN") is None
True
>>> place_name("430000"), place_name("430000", "en"), place_name("430100", "en"), place_name("CHN")
('湖南', 'Hunan', '长沙市', 'CHN')
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from egovlib.codebook.tiles import Tile, read_tiles
from egovlib.extract.regions import find_region, region
from egovlib.report.labels import check_language

# maps of the state put the country's code 156 before, statistics six places for towns and villages behind
_CODE = re.compile(r"(?:156)?([1-9][0-9]{5})(?:0{6})?(?:\.0)?|000000")
_LETTERS = re.compile(r"CN-([A-Z]{2})")


def region_code(value: Any) -> str | None:
    """Read a cell as the GB/T 2260 code of a region; None when it is none or cannot be told which."""
    text = str(value).strip()
    if code := _CODE.fullmatch(text):
        known = region(code[1] or text)
        return known.code if known else None
    if letters := _LETTERS.fullmatch(text):
        return next((tile.code for tile in read_tiles() if tile.letters == letters[1]), None)
    english = (tile for tile in read_tiles() if re.match(rf"{tile.name_en}\b", text, re.IGNORECASE))
    return next((tile.code for tile in english), None) or find_region(text).code


def place_name(code: str, lang: str = "zh") -> str:
    """Name a region on an axis: a province by its short name, another by its full one, an unknown code as it is."""
    if tile := _tiles().get(code):
        return (tile.name_zh, tile.name_en)[check_language(lang)]
    known = region(code)
    return known.name if known else code


@cache
def _tiles() -> dict[str, Tile]:
    return {tile.code: tile for tile in read_tiles()}
