"""Names of systems: the place and level that stand before them, and the name that is left without.

>>> own_name("“合肥数据要素流通平台”"), AT_HEAD.sub("", "全省统一的政务外网")
('数据要素流通平台', '政务外网')
"""

from __future__ import annotations

import re

from egovlib import codebook
from egovlib.codebook.alternation import alternation

_PLACE = (
    r"(?:全国|全省|全市|全县|全区|全域|国家|中央|中国|本省|本市|我省|我市|我县|我区|省市县[乡村]{0,2}|市县|省市|省(?!际|道)|(?<!城)市(?![场民政容值])"
    r"|县(?!域)|(?<!地)区(?![域块分间]))"
)
_LEVEL = (
    r"(?:[省市县区乡镇村地州国家部]{1,4}级|[两二三四五]级|党政机关|党政|政府系统|政府|党委|机关|统一的?|标准统一的?|一体化的?|覆盖(?:全省|全市|城乡)的?"
    r"|集约化的?|综合性|新型|新一代|高速|独立|专用|“?[二三四五六七八九十]大”?|电子(?=政务))"
)
_BELOW = r"(?:乡镇|街道|社区|村|部门)"
_NAMED_PLACE = "(?:{})".format(
    alternation({row["name"] for row in codebook.rows("regions")} | {"长三角", "京津冀", "粤港澳大湾区"})
)
BEFORE_NAME = re.compile(rf"(?:{_NAMED_PLACE}|{_LEVEL}|{_PLACE}|{_BELOW}|电子){{1,4}}$")
AT_HEAD = re.compile(
    rf"^(?:{_NAMED_PLACE}(?:政府)?|(?!一体化){_LEVEL}|{_PLACE}(?:政府)?|[“”‘’\"《]|[的·・.]){{1,5}}"
)


def _short_names(*tiers: str) -> str:
    """A regular expression for the names of regions without their 市, 县 …: 常宁."""
    return alternation(
        re.sub("(?:市|县|区|省|自治区|州|盟)$", "", row["name"])
        for row in codebook.rows("regions")
        if row["tier"] in tiers and len(row["name"]) in (3, 4)
    )


CITY = _short_names("province", "city", "county")
LARGE_PLACE = f"(?:{_short_names('province', 'city')}|广西|内蒙古|西藏|宁夏|新疆)"
"""The names of provinces and cities without 市 or 省: 合肥."""
_SHORT_PLACE = re.compile(rf"^(?:{LARGE_PLACE}(?!通|[一-鿿]?码)|部门)")
SHORTEST_NAME = 4
"""Without its place a name must have more characters than this: 北京数据库 stays, 合肥数据流通平台 does not."""
_MARKS = re.compile(r"[“”‘’\"'《》·\s]")
_KIND_AT_END = re.compile(r"(?<=..)(?:系统|平台|体系|工程){1,4}$")


def own_name(name: str) -> str:
    """The canonical name of an uncatalogued system: its wording without quotation marks, blanks and place."""
    bare = re.sub(r"[“”‘’\"\s]", "", name)
    placeless = _SHORT_PLACE.sub("", bare)
    return placeless if len(placeless) > SHORTEST_NAME else bare


def plain_name(name: str) -> str:
    """A system's name without marks, place, level, and the plain word for its kind at the end.

    Coders write 电子证照系统 or 电子证照, 互联网+监管平台 or “互联网+监管”; such names are one.

    >>> plain_name("全省统一的“互联网+监管”平台"), plain_name("电子证照系统")
    ('互联网+监管', '电子证照')
    """
    bare = _MARKS.sub("", name)
    return _KIND_AT_END.sub("", AT_HEAD.sub("", bare) or bare)
