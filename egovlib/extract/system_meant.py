"""Whether a name found is meant as a system, or only qualifies, lists, praises or describes an activity.

>>> from egovlib.extract.system_catalogue import read_catalogue
>>> from egovlib.extract.system_forms import Mention
>>> meant, text = Meant(read_catalogue()), "推行网上申报、网上审批、网上缴费"
>>> meant.holds(text, Mention(7, 11, "网上审批系统", "online_service"))
False
"""

from __future__ import annotations

import re

from egovlib.extract.system_catalogue import Catalogue, read_words
from egovlib.extract.system_forms import Mention
from egovlib.extract.system_names import without_place

HONOUR = 24
"""Characters before a name in which a title is awarded: 入选国家级算力平台 names no system of its own."""
FUNCTIONS = 80
"""Characters before a name in which the word 功能 opens a list of functions."""


class Meant:
    """What stands around a name decides; `holds` asks the questions in one order."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._after = re.compile(read_words().pattern("after"))

    def holds(self, text: str, mention: Mention) -> bool:
        """Whether a name is meant as such: not when it only qualifies what follows, and not inside 《…》."""
        start, end = mention.start, mention.end
        name, before = text[start:end], text[max(0, start - HONOUR) : start]
        if _HONOUR.search(before) or (before.endswith("发展") and name.startswith(("智慧", "数字"))):
            return False
        if mention.category == "smart_city" and (_UNITS.match(text, end) or before.endswith(_VIRTUES)):
            return False  # 智慧小区11个 are buildings, 宜居韧性智慧城市 is an aim
        if name.isdigit() and _FIGURE.match(text, end):
            return False
        if _RULES.match(text, end) or (name.endswith("系统") and _SYSTEMIC.match(text, end)):
            return False
        if _is_activity(text, name, before, end) or _in_list_of_aims(text, name, before, end):
            return False
        if name in _FUNCTIONS and _among_functions(text, start):
            return False
        if self._after.match(text, end) or (
            name.endswith("网") and text[end : end + 1] in tuple("络上站页点")
        ):
            return False
        if before.endswith("等"):  # a summary, unless the name says which
            known = self._catalogue.known(name)
            return known is not None and known.strong
        if name.endswith("体系") and mention.category in _STATES_OF_AFFAIRS:
            upheld = mention.category == "credit" and _UPHELD.search(before)
            return bool(upheld or _TO_BE_BUILT.search(before[-6:])) or text.startswith("建设", end)
        opened = text.rfind("《", max(0, start - 60), start)
        return opened < 0 or text.find("》", opened, start) >= 0


def _is_activity(text: str, name: str, before: str, end: int) -> bool:
    """实现一网通办, 政务服务“一网通办”, 网上受理、网上审批: what is done, not what it is done with."""
    bare = without_place(name)
    if _SLOGAN.fullmatch(bare):
        return not (bare.startswith("一网") and _RAISED.search(before))
    if _QUOTED_SLOGAN.fullmatch(name) and _SERVED.search(before):
        return True
    online = name.startswith("网上") and not name.endswith(_KINDS)
    return online and (_ONLINE_BEFORE.search(before) or _ONLINE_AFTER.match(text, end)) is not None


def _in_list_of_aims(text: str, name: str, before: str, end: int) -> bool:
    """统一标准、统一技术平台、统一运维: what is to be one, not which systems there are."""
    return name.startswith("统一") and bool(_ONE_BEFORE.search(before)) and text.startswith("、统一", end)


def _among_functions(text: str, start: int) -> bool:
    """提供以下功能:栏目管理、站内搜索: a function of one system."""
    floor = max(0, start - FUNCTIONS)
    opened = text.rfind("功能", floor, start)
    return text[start - 1 : start] in tuple("、;；:：") and opened > text.rfind("。", floor, start)


_HONOUR = re.compile("(?:入选|获评|评为|荣获)[^,，。;；、]*$")
_SLOGAN = re.compile(r"“?互联网[+＋][一-鿿]{2,6}”?|一网(?:通办|统管|协同)")
"""“互联网+医疗” and 实现一网通办 are aims; “互联网+监管”平台 and “一网通办” are systems."""
_RAISED = re.compile("(?:提升|深化|完善|优化|升级|迭代)(?:一网[一-鿿]{2}、)*$")
"""巩固提升一网通办、一网统管 is said of what is there."""
_QUOTED_SLOGAN = re.compile("“一网(?:通办|统管|协同)”")
_SERVED = re.compile("(?:服务|运行|事项|业务)$")
_KINDS = ("系统", "平台", "大厅", "中心", "网", "工程")
_ONLINE_BEFORE = re.compile("网上[^、,，。;；]{2,4}、$")
_ONLINE_AFTER = re.compile("、网上[^、,，。;；]{2,4}(?:[、,，。;；和与等]|$)")
_ONE_BEFORE = re.compile("统一[^、,，。;；]{2,8}、$")
_FUNCTIONS = ("统一身份认证", "站内搜索", "智能搜索", "在线申报")
"""Catalogued names without a word for their kind that are also functions of a website."""
_RULES = re.compile(
    "等[^,，。;；]{0,8}(?:制度|机制|办法|记录设备|大科学设施|大科学装置)|等[^,，。;；]{0,4}领域"
    "|[^,，。;；]{0,12}等[^,，。;；]{0,2}节能|的[^,，。;；、的]{0,20}(?:管理办法|工作机制)"
)
"""网上审批等工作制度 lists rules, 数据中心、基站等节能改造 buildings; 基于…的管理办法 is a rule."""
_SYSTEMIC = re.compile("施治|治理|观念|思维|集成|谋划|重塑|性")
"""系统 is an adverb in 加强公共安全系统施治."""
_FIGURE = re.compile(r"[\d+＋－-]")
_VIRTUES = ("宜居", "韧性", "美丽", "绿色")
_UNITS = re.compile(r" ?\d{1,9}[余多]?[个家所处座]")
_STATES_OF_AFFAIRS = ("security", "credit", "emergency_command")
_TO_BE_BUILT = re.compile("建设|构建|建立|打造")
"""What must stand before a 体系 that is a thing to be built, not a state of affairs."""
_UPHELD = re.compile("(?:完善|健全)$")
"""What may stand before a credit system, which is built for good and never done."""
