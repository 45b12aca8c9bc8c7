"""Which region a title or a lead speaks of: a small grammar over the codes of GB/T 2260.

The table (codebook/regions.csv) holds every province, prefecture and county since 1981 with the years in
which its code was valid; `end` is the year it was abolished or renamed. The grammar needs nothing but the
table, so that it is usable alone.

>>> find_region("常宁市电子政务发展规划", 2015).code
'430482'
>>> find_region("江苏省南京市鼓楼区2019年政府工作报告", 2019).code
'320106'
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from egovlib import codebook
from egovlib.codebook.terms import TermIndex

NATION = "000000"

_NATION_NAMES = re.compile(
    # a set of characters first: the search for one is the fast part of the engine
    r"[国全中](?<!(?:贯彻|落实|根据|按照).)(?<!《.)"
    r"(?:(?<=国)务院|(?<=全)国人民代表大会|(?<=全)国人大|(?<=中)华人民共和国)"
)
# elsewhere these words say nothing of the issuer
_NATION_OPENING = re.compile(r"[\W\d_年]*(?:全国|国家|中国)")
_PROVINCE_ENDING = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|市)$")
_CITY_ENDING = re.compile(r"(?:市|地区|盟|州)$")
_AUTONOMY = re.compile(
    r"(?:(?:土家|布依|哈尼|景颇|傈僳|拉祜|布朗|毛南|仫佬|仡佬|纳西|普米|保安|东乡|裕固|撒拉|朝鲜|锡伯|蒙古|达斡尔|鄂温克|鄂伦春"
    r"|哈萨克|维吾尔|塔吉克|柯尔克孜)族?|[回藏彝壮满苗侗瑶白傣羌黎佤畲怒土水]族|独龙族|各族){1,8}自治(?=[州县旗]$)"
)
# what follows a name that is none: 河南大学, 上海路, 平安区域
_NOT_A_REGION = re.compile(r"大学|学院|银行|时间|路|域")
_OPENING = re.compile(r"[\W\d_年]*")
# what follows a city's short name where it opens a title
_TITLE_GOES_ON = re.compile(r"$|[^\u4e00-\u9fff]|政府|工作报告|电子政务|信息化")
_ALSO_WORDS = frozenset({"新城区", "城中区", "城关区", "市中区", "新市区", "新华区"})
"""County names that are plain words too. Like all names of two characters (市和县 is not 和县) they count
only where the text begins or right behind the region above them."""


class Region(NamedTuple):
    """One row of the table; `end` is None and `successor` "" while the code is valid."""

    code: str
    name: str
    tier: str
    start: int
    end: int | None
    successor: str

    def valid(self, year: int | None) -> bool:
        """Whether the code was valid in `year`, the year of its end included; None asks for today."""
        if year is None:
            return self.end is None
        return self.start <= year and (self.end is None or year <= self.end)


@dataclass(frozen=True)
class RegionMatch:
    """What `find_region` read: `code`, `name`, `tier` are None when nothing, or nothing certain, was found.

    `candidates` are the rows that the name could stand for; one row when the region is certain.
    """

    code: str | None
    name: str | None
    tier: str | None
    candidates: tuple[Region, ...]


class _Hit(NamedTuple):
    start: int
    end: int
    rows: tuple[Region, ...]


def find_region(text: str, year: int | None = None) -> RegionMatch:
    """Read the region that a title or a lead is about: the first one named, with the code valid in `year`.

    Known are full names (常宁市), provinces without their ending (山西, 内蒙古), autonomous prefectures and
    counties without their peoples (恩施州), and, where a title begins, cities without 市 (三亚). A region
    above helps to choose, right before the name (江苏省南京市鼓楼区) or elsewhere in the text. The nation
    (国务院, 全国 …) has the code 000000. Without a year, codes valid today come before abolished ones.

    >>> find_region("鼓楼区信息公开年报", 2020).code is None
    True
    >>> find_region("国务院关于加快推进全国一体化在线政务服务平台建设的指导意见").tier
    'national'
    """
    hits = list(_hits(text))
    nation = _NATION_NAMES.search(text)
    if not hits or (nation and nation.start() < hits[0].start):
        named = bool(nation or _NATION_OPENING.match(text))
        return _match(_by_code()[NATION] if named else (), certain=named)
    rows = _first_named(hits)
    valid = [row for row in rows if row.valid(year)] or (rows if year is None else [])
    if not valid:
        return _match(rows, certain=False)
    if year is not None:  # in the year of a change both codes are valid: the new one is taken
        valid = [row for row in valid if row.end != year] or valid
    if len(valid) > 1:
        valid = _below(valid, [row for hit in hits for row in hit.rows]) or valid
    return _match(valid, certain=len(valid) == 1)


def region(code: str, year: int | None = None) -> Region | None:
    """Return the row of `code` that was valid in `year`, else its newest row; None for an unknown code.

    >>> region("420600", 2005).name, region("420600").name
    ('襄樊市', '襄阳市')
    """
    rows = _by_code().get(code, ())
    return next((row for row in rows if row.valid(year)), rows[0] if rows else None)


def _match(rows: Sequence[Region], *, certain: bool) -> RegionMatch:
    if not certain:
        return RegionMatch(None, None, None, tuple(rows))
    return RegionMatch(rows[0].code, rows[0].name, rows[0].tier, (rows[0],))


def _hits(text: str) -> Iterator[_Hit]:
    """Yield the names that occur: from left to right, the longer first, none inside another."""
    found = _name_index().hits(text)
    if not found:
        return
    opening = _OPENING.match(text)
    last = _Hit(0, opening.end() if opening else 0, ())
    free = 0
    for term, start, end in found:
        hit = _Hit(start, end, _by_name()[term])
        adjoins = start == last.end and bool(not last.rows or _below(hit.rows, last.rows))
        if start >= free and _counts(text, hit, adjoins=adjoins):
            free, last = end, hit
            yield hit


def _counts(text: str, hit: _Hit, *, adjoins: bool) -> bool:
    """Whether a name means its region; `adjoins`: it opens the text or stands behind the region above."""
    if _NOT_A_REGION.match(text, hit.end):
        return False
    name = text[hit.start : hit.end]
    row = hit.rows[0]
    if name != row.name and row.tier != "province" and not name.endswith(("州", "县", "旗")):
        return adjoins and _TITLE_GOES_ON.match(text, hit.end) is not None
    return adjoins or row.tier == "province" or (len(name) > 2 and name not in _ALSO_WORDS)


def _first_named(hits: Sequence[_Hit]) -> list[Region]:
    """Return what the first name may stand for, read with those right behind it: 湖南省 衡阳市 常宁市."""
    rows, end = list(hits[0].rows), hits[0].end
    for hit in hits[1:]:
        below = _below(hit.rows, rows)
        if hit.start != end or not below:
            break
        rows, end = below, hit.end
    return rows


def _below(rows: Sequence[Region], above: Sequence[Region]) -> list[Region]:
    """Return those of `rows` whose code lies below one of `above`."""
    stems = tuple({stem(row.code) for row in above if row.tier != "county"})
    return [row for row in rows if row.code.startswith(stems) and stem(row.code) not in stems]


def stem(code: str) -> str:
    """Return what all codes below `code` begin with.

    >>> stem("430000"), stem("430400"), stem("430482")
    ('43', '4304', '430482')
    """
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


@cache
def _by_code() -> dict[str, tuple[Region, ...]]:
    """Return the rows of each code, the newest first."""
    rows: dict[str, list[Region]] = defaultdict(list)
    for row in codebook.rows("regions"):
        rows[row["code"]].append(
            Region(
                row["code"], row["name"], row["tier"], int(row["start"]),
                int(row["end"]) if row["end"] else None, row["successor"],
            )
        )  # fmt: skip
    return {code: tuple(sorted(same, key=lambda row: -row.start)) for code, same in rows.items()}


@cache
def _by_name() -> dict[str, tuple[Region, ...]]:
    """Return the rows of each name; a short name gives way to a full one, a city's to a province's (吉林)."""
    names: list[dict[str, list[Region]]] = [defaultdict(list) for _ in range(4)]
    for row in (row for code, rows in _by_code().items() if code != NATION for row in rows):
        for rank, name in enumerate(_names(row)):
            names[rank][name].append(row)
    cities, autonomies, provinces, full = reversed(names)
    return {name: tuple(rows) for name, rows in (cities | autonomies | provinces | full).items() if name}


def _names(row: Region) -> tuple[str, str, str, str]:
    """Return the full name and, or "": a province's short name, the name without peoples, a city's."""
    if row.tier == "province":
        return row.name, _PROVINCE_ENDING.sub("", row.name), "", ""
    plain = _AUTONOMY.sub("", row.name)
    directly = row.tier == "city" or row.code[2:4] == "90"  # 90: a county under the province itself (天门市)
    city = _CITY_ENDING.sub("", plain) if directly else ""
    return row.name, "", plain if plain != row.name and len(plain) > 2 else "", city if len(city) > 1 else ""


@cache
def _name_index() -> TermIndex:
    return TermIndex(_by_name())
