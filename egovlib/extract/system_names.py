"""Names of systems: the place and level that stand before them, and the name that is left without.

>>> own_name("“合肥数据要素流通平台”")
'数据要素流通平台'
"""

from __future__ import annotations

import re
from functools import lru_cache

from egovlib import codebook
from egovlib.codebook.alternation import alternation
from egovlib.codebook.beginnings import beginnings

_PLACE = (
    r"(?:全国|全省|全市|全州|我州|全县|全区|全域|国家|中央|中国|本省|本市|我省|我市|我县|我区|省市县[乡村]{0,2}|市县|省市|市州|州市|区县|县区(?!域)|省(?!际|道)|(?<!城)市(?![场民政容值域采])"
    r"|县(?!域)|(?<![地辖园社验景灾范税作片校厂湾牧林矿商街])区(?![域块分间]))"
)
_LEVEL = (
    r"(?:[省市县区乡镇村地州国家部]{1,4}级|[两二三四五]级|党政机关|党政|政府系统|政府|党委|机关|统一的?|标准统一的?|一体化的?|覆盖(?:全省|全市|城乡)的?"
    r"|集约化的?|综合性|新型|新一代|高速|独立|专用|“?[二三四五六七八九十]大”?|电子(?=政务))"
)
_BELOW = r"(?:乡镇|街道|社区|村|部门)"
_REGIONS = {row["name"] for row in codebook.rows("regions")} | {"长三角", "京津冀", "粤港澳大湾区"}


def _one_of(names: set[str]) -> str:
    """A regular expression for many names; one look at the first character spares hundreds of branches."""
    return f"(?:(?=[{''.join(sorted({name[0] for name in names}))}])(?:{alternation(names)}))"


_NAMED_PLACE = _one_of(_REGIONS)
_REGIONS_BEGIN = {name[:2] for name in _REGIONS}
_BEFORE = rf"{_LEVEL}|{_PLACE}|{_BELOW}|电子"
_BEFORE_NAME = re.compile(rf"(?:{_NAMED_PLACE}|{_BEFORE}){{1,4}}$")
_BEFORE_BEGINS = beginnings(_BEFORE, 2) | _REGIONS_BEGIN
_BEFORE_ENDS = beginnings(_BEFORE, 2, backwards=True) | {name[:-3:-1] for name in _REGIONS} | {"\n"}
"""What ends a place or level, read from its end: its last two characters, or the last alone."""
LEADS_IN = 14
"""Characters before a name in which its place and level stand."""
_HEAD = rf"(?!一体化){_LEVEL}|{_PLACE}(?:政府)?|[”’\"《]|[“‘](?!{_PLACE}[一-鿿]{{1,3}}[”’])|[的·・.]"
_AT_HEAD = re.compile(rf"(?:{_NAMED_PLACE}(?:政府)?|{_HEAD}){{1,5}}")
_HEAD_BEGINS = beginnings(_HEAD, 2) | _REGIONS_BEGIN


def begin_of_place(text: str, start: int) -> int:
    """Where the place and level before a name at `start` begin; `start` when there are none.

    The thousands of regions make the pattern slow to fail, so it is tried only where its first two characters stand
    (30 times as fast).

    >>> begin_of_place("建成江苏省省级政务外网", 7)
    2
    """
    last = text[max(0, start - 2) : start][::-1]
    if last not in _BEFORE_ENDS and last[:1] not in _BEFORE_ENDS:
        return start
    window = text[max(0, start - LEADS_IN) : start]
    for begin, character in enumerate(window):
        likely = character in _BEFORE_BEGINS or window[begin : begin + 2] in _BEFORE_BEGINS
        if likely and _BEFORE_NAME.match(window, begin):
            return start - len(window) + begin
    return start


@lru_cache(maxsize=1 << 12)
def without_place(name: str) -> str:
    """A name without the place, level and marks at its head; names come again and again, and regions are many.

    >>> without_place("全省统一的政务外网")
    '政务外网'
    """
    if name[:1] not in _HEAD_BEGINS and name[:2] not in _HEAD_BEGINS:
        return name
    head = _AT_HEAD.match(name)
    return name[head.end() :] if head else name


def _short_names(*tiers: str) -> str:
    """A regular expression for the names of regions without their 市, 县 …: 常宁."""
    names = {
        re.sub("(?:市|县|区|省|自治区|州|盟)$", "", row["name"])
        for row in codebook.rows("regions")
        if row["tier"] in tiers and len(row["name"]) in (3, 4)
    }
    return _one_of(names)


CITY = _short_names("province", "city", "county")
LARGE_PLACE = f"(?:{_short_names('province', 'city')}|广西|内蒙古|西藏|宁夏|新疆)"
"""The names of provinces and cities without 市 or 省: 合肥."""
SHORT_PLACE = re.compile(rf"^(?:{LARGE_PLACE}(?!通|[一-鿿]?码)|部门)")
SHORTEST_NAME = 3
"""Without its place a name must have more characters than this: 北京热线 stays, 宁波人才大脑 does not."""
_PRAISE = re.compile(
    "^(?:一站式|数字化|现代化|信息化|智能化|专业化|开放式|多功能|高效便捷|高性能|先进|大型|权威|实战型)+|一站式(?=平台|服务|系统)"
)
"""Words that praise a system or say how it works, without which coders name it."""
LONG_ENOUGH = 8
"""Characters from which a name still says what it is without such words: 数字化平台 does not."""
QUALIFIES = re.compile("^(?:全平台|全网|跨部门|跨地区|跨区域|跨层级|公共(?=智慧)|一体化(?=公共))+")
"""Words that say how far a system reaches; what is left names it."""
_OWNER = re.compile("^[一-鿿]{2,8}(?:政府|[局厅署])(?=[“‘])")
"""An agency before a brand in quotation marks: 香港特区政府“智方便”."""
_BRAND = re.compile(
    "^“?(?:(?!智慧|数字|互联网)[一-鿿、]){2,12}”((?!综合|信息|服务|管理|公共)[一-鿿]{4,}(?:平台|系统|APP|小程序))$"
)
"""A brand before a name that says what the system is: “苏政优”政务协同平台."""
_QUOTES = re.compile(r"[“”‘’\"\s]")
_MARKS = re.compile(r"[“”‘’\"'《》·\s]")
_KIND_AT_END = re.compile(r"(?<=..)(?:系统|平台|体系|工程){1,4}$")


def own_name(name: str) -> str:
    """The canonical name of an uncatalogued system: its wording without quotation marks, blanks and place."""
    if "“" in name or "‘" in name:
        name = _OWNER.sub("", name)
    branded = _BRAND.match(name) if "”" in name else None
    bare = _QUOTES.sub("", branded[1] if branded else name)
    bare = _PRAISE.sub("", bare) if len(bare) > LONG_ENOUGH else bare
    placeless = QUALIFIES.sub("", SHORT_PLACE.sub("", bare))
    return placeless if len(placeless) > SHORTEST_NAME or placeless.endswith("码", 2) else bare


def plain_name(name: str) -> str:
    """A system's name without marks, place, level, and the plain word for its kind at the end.

    Coders write 电子证照系统 or 电子证照, 互联网+监管平台 or “互联网+监管”; such names are one.

    >>> plain_name("全省统一的“互联网+监管”平台"), plain_name("电子证照系统")
    ('互联网+监管', '电子证照')
    """
    bare = _MARKS.sub("", name)
    return _KIND_AT_END.sub("", without_place(bare) or bare)
