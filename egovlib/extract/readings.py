"""Readings: what a number that was found is worth, with its unit and its approximators.

Each form of number (2.2亿多条, 三分之一, 九成, 第3位, 半年, 1:15 …) has its reader; `read_match` asks the one whose
group of the candidate pattern (quantities.py) matched. None means that nothing measured stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from egovlib.extract.contexts import EXACT, Reading
from egovlib.extract.hedges import BOUNDS, approximators, hedge_apart, hedge_behind, hedge_inside
from egovlib.extract.numerals import multiplier_value, parse_numeral, parse_pair
from egovlib.extract.units import find_unit, unit_span, unit_table

Written = tuple[int, str, int, str, str]
"""A number as it is written: (start, hedge, at, numeral, tail).

start    where it begins, with the hedge before it
hedge    that hedge, "" when there is none
at       where the number itself begins
numeral  its digits or Chinese numerals, "" when it has another form (三分之一, 半, 首位)
tail     the multipliers behind them, with the hedges between
"""


def number_span(match: re.Match[str]) -> tuple[int, int]:
    """Return where the number itself stands in a candidate, without hedges and unit."""
    return match.span(_FORMS[match.lastgroup or ""][0])


def read_match(match: re.Match[str], text: str, start: int, hedge: str) -> Reading | None:
    """The reading of a candidate that begins with its `hedge` at `start`; None when it measures nothing."""
    if match["n1"] is not None:  # by far the most
        return _read_number(match, text, (start, hedge, match.start(), match["n1"], match["tail1"]))
    _, read = _FORMS[match.lastgroup or ""]
    return read(match, text, (start, hedge, match.start(), "", ""))


def read_digits(written: Written, text: str, end: int) -> Reading | None:
    """The reading of a number in Arabic digits that stands before `end` and is no range, else as `read_written`."""
    *_, numeral, tail = written
    exponent = _EXPONENTS.get(tail)
    if exponent is None or "," in numeral:
        return read_written(written, text, end)
    return _read_worth(written, text, end, float(numeral + exponent))


_EXPONENTS = {"": "", "万": "e4", "亿": "e8", "万亿": "e12"}
"""Python reads 2.2e8 as exactly as Decimal does 2.2亿, in 0.2 µs instead of 9."""


def read_written(written: Written, text: str, end: int) -> Reading | None:
    """The reading of a number in any numerals; two neighbours (三四十) name both ends of a range."""
    *_, numeral, tail = written
    whole = numeral + _multipliers(tail)
    pair = None if len(whole) == 1 or numeral == "十四五" else parse_pair(whole)
    if pair is not None:
        return _finish(written, text, end, *pair)
    return _read_worth(written, text, end, parse_numeral(whole))


def _read_worth(written: Written, text: str, end: int, value: float | None) -> Reading | None:
    if text[end : end + 1] in _MAY_TRAIL:
        end = _trailing_middle(text, end)
    if value is not None and text.startswith("个半", end):
        return _finish(written, text, end + 2, value + 0.5)  # 2个半小时
    return _finish(written, text, end, value)


def _read_percent(match: re.Match[str], text: str, written: Written) -> Reading | None:
    value, high = parse_numeral(match["percent"]), match["percenthigh"]
    top = parse_numeral(high) if high else None
    if value is not None and top is not None and value < top:
        return _finish(written, text, match.end("percenthigh"), value, top, unit="%")
    return _finish(written, text, match.end("percent"), value, unit="%")


def _read_fraction(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """三分之一 is 33.33 %."""
    bottom, top = parse_numeral(match["denominator"]), parse_numeral(match["numerator"])
    value = round(100 * top / bottom, 2) if bottom and top is not None else None
    return _finish(written, text, match.end("numerator"), value, unit="%")


def _read_part(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """1/3 is 33.33 %; 24/7 is no part."""
    top, bottom = int(match["part"]), int(match["whole"])
    if top >= bottom:
        return None
    return _finish(written, text, match.end("whole"), round(100 * top / bottom, 2), unit="%")


def _read_tenths(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """九成 is 90 %, 八成半 85 %."""
    value = parse_numeral(match["tenths"])
    rest = match["tenthhalf"][1:]
    half = 5 if rest == "半" else parse_numeral(rest) or 0 if rest else 0
    return _finish(
        written, text, match.end("tenthhalf"), None if value is None else 10 * value + half, unit="%"
    )


def _read_half(match: re.Match[str], text: str, written: Written) -> Reading | None:
    return _finish(written, text, match.end("half"), 50.0, unit="%")


_RATIO_BEFORE = re.compile(
    "比(?:例(?!尺)|重)?(?:总体)?(?:要|应)?(?:不低于|不少于|达到?|为|是|提高到|优化为|约|控制在)?$"
)


def _read_ratio(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """师生比不低于1:15 is 1/15, without a unit; 10:30 elsewhere is a time."""
    top, bottom = map(float, re.split("[:∶]", match["ratio"]))
    start = match.start("ratio")
    if not bottom or not _RATIO_BEFORE.search(text, start - 12, start):
        return None
    return _finish(written, text, match.end("ratio"), round(top / bottom, 6), unit="")


_NOT_HALF = re.compile("[上下后每多大一]$|(?<!提)前$")


def _read_half_unit(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """半年 is 0.5 年; 上半年 is a date and 每半年 how often."""
    start = match.start("halfunit")
    if _NOT_HALF.search(text, start - 2, start):
        return None
    return _finish(written, text, match.end("halfunit"), 0.5)


def _read_big(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """三大: whether it reports a result is for the attributes to see."""
    value = parse_numeral(match["big"])
    if value is None:
        return None
    return Reading(match.start("big"), match.end("big") + 1, value, None, "", EXACT, "big")


_RANKING = re.compile(
    r"(?:排名|排在|排第|位居|位列|位次|名列|列|居|稳居|跃居|升至|跃升|进入|跻身|全国|全省|全市|全球|世界|国内|继续|保持|连续|总量|增速"
    r"|由|从|获得?|荣获)[^,。;]{0,8}$"
)


_PUT_FIRST = re.compile("[放摆置]在?于?$|作为$")


def _is_ranked(text: str, place: int) -> bool:
    if _PUT_FIRST.search(text, max(0, place - 3), place):
        return False  # 放在第一位 is no rank
    return bool(_RANKING.search(text, max(0, place - 14), place))


def _read_rank(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """第一, 第3位 where something is ranked; everywhere else 第 makes an ordinal."""
    value = parse_numeral(match["rank"])
    follows = text[match.end() : match.end() + 1]
    if value is None or not _is_ranked(text, written[0]):
        return None
    if not match["rankunit"] and re.match(r"[一-鿿]", follows) and follows not in "和及、的与":
        return None
    return Reading(written[0], match.end(), value, None, match["rankunit"] or "", EXACT, "rank")


def _read_first(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """首位 is rank 1, but not in 放在首位."""
    start = match.start("first")
    ranked = _is_ranked(text, start) and not re.search("[放摆]在?$", text[max(0, start - 2) : start])
    return Reading(start, match.end(), 1.0, None, "位", EXACT, "rank") if ranked else None


def _read_top(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """全国前三: the rank is three or better."""
    value, start = parse_numeral(match["top"]), match.start("top") - 1
    if value is None or not _is_ranked(text, start):
        return None
    return Reading(
        start, match.end(), value, None, match["topunit"] or "", approximators("after")["以内"], "rank"
    )


def _read_bare(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """近万次, 上亿次, 千万级: a multiplier alone is a number when a word says how it is meant."""
    value, end = float(multiplier_value(match["bare"])), match.end()
    if text.startswith("级", end):
        start = match.start("bare")
        return Reading(start, end + 1, value, None, "", EXACT, "number") if len(match["bare"]) > 1 else None
    start, word, *_ = written
    unit = find_unit(text, end)
    if unit is not None and (unit.unit == "兆" or text.startswith("级", unit.end)):
        return None  # 千兆 and 百亿亿次级 are names
    hedge = approximators("before").get(word) or approximators("middle").get(match["baremid"] or "")
    if hedge is None and text[match.start("bare") - 1 : match.start("bare")] == "上":
        hedge, start = approximators("after")["以上"], match.start("bare") - 1
    if unit is None or hedge is None:
        return None
    return Reading(start, unit.end, value, None, unit.unit, hedge, "number")


def _read_number(match: re.Match[str], text: str, written: Written) -> Reading | None:
    """A number with its multipliers, or a range of two."""
    end, (*_, numeral, tail) = match.end("tail1"), written
    if match["dash"]:
        first = parse_numeral(numeral + _multipliers(tail))
        second = parse_numeral(match["n2"] + _multipliers(match["tail2"]))
        if first is not None and second is not None:
            range_end = _range_end(match, text)
            # 3—5万户: the multiplier belongs to both ends
            factor = multiplier_value(_multipliers(match["tail2"])) if not tail else 1
            low = first * factor if first * factor < second else first
            if range_end is not None and low < second:
                return _finish(written, text, range_end, low, second)
        if second is not None:
            return _read_worth(written, text, end, first)
    return read_written(written, text, end)


def _multipliers(tail: str | None) -> str:
    """The multipliers of a tail without the hedges and blanks between them."""
    return _NO_MULTIPLIER.sub("", tail) if tail else ""


_NO_MULTIPLIER = re.compile("[^十百千万亿]")


def _range_end(match: re.Match[str], text: str) -> int | None:
    """Where the second number of a range ends; None when the two are no range: 由5%到8% is a change."""
    unit, end = match["unit1"], match.end("tail2")
    if unit:
        named, follows = find_unit(text, match.start("unit1")), find_unit(text, end)
        same = named is not None and follows is not None and named.unit == follows.unit
        if not same or named is None or named.end != match.end("unit1"):
            return None
    return None if match["dash"] in "至到" and unit not in ("", "%") else end


_MAY_TRAIL = ("余", "来", "多", " ")
_TRAILING = re.compile(r" ?(?:[余来]|多(?!样|元[化共投主]|少|重|式|媒))")


def _trailing_middle(text: str, end: int) -> int:
    """多 and 余 may stand behind the multiplier: 2.2亿多条."""
    match = _TRAILING.match(text, end)
    counted = match and (
        find_unit(text, match.end()) or re.match(r"[一-鿿,。;]", text[match.end() : match.end() + 1])
    )
    return match.end() if match and counted else end


_FORMS: dict[str, tuple[str, Callable[[re.Match[str], str, Written], Reading | None]]] = {
    "percent": ("percent", _read_percent),
    "percenthigh": ("percent", _read_percent),
    "numerator": ("numerator", _read_fraction),
    "whole": ("part", _read_part),
    "tenthhalf": ("tenths", _read_tenths),
    "half": ("half", _read_half),
    "ratio": ("ratio", _read_ratio),
    "halfunit": ("halfunit", _read_half_unit),
    "rank": ("rank", _read_rank),
    "rankunit": ("rank", _read_rank),
    "first": ("first", _read_first),
    "top": ("top", _read_top),
    "topunit": ("top", _read_top),
    "big": ("big", _read_big),
    "bare": ("bare", _read_bare),
    "baremid": ("bare", _read_bare),
    "tail1": ("n1", _read_number),
    "tail2": ("n1", _read_number),
}
"""Of each form of number, by the last group of the candidate pattern that matched: the group of the number itself
and the reader."""

_NOUN_COUNTED = re.compile(
    "(?:地市|市州|州市|省区市|省市|省|市(?!场)|区县|县市区|县|乡镇|街道|部门|单位|省直|高校|城市|行业|领域|企业|网点|社区|行政村|村)(?!级)"
)
_PREDICATE_BEFORE = re.compile("(?:达到?|为|至|到|超|突破|近|余|共|有|约)$")


def _finish(
    written: Written,
    text: str,
    end: int,
    value: float | None,
    high: float | None = None,
    unit: str | None = None,
) -> Reading | None:
    """Take the unit and the approximators around a number; None when it measures nothing."""
    if value is None:
        return None
    start, word, at, numeral, _ = written
    hedge = approximators("before")[word] if word else None
    if not word and (inside := text[at + len(numeral) : end]) not in _EXPONENTS:
        hedge = hedge_inside(inside)
    if unit is None:
        counted = _unit_behind(written, text, end, hedge is not None)
        if counted is None:
            return None
        unit, end = counted
        if unit in _HALVED and text.startswith("半", end) and high is None:
            value, end = value + 0.5, end + 1  # 一年半
    after = hedge_behind(text, end)
    if after:
        end += len(after)
        behind = after.strip()
        hedge = approximators("after")[behind] if hedge is None or behind in BOUNDS else hedge
    most = value if high is None else high
    if not _is_measured(written, text, most, unit, hedge is not None or high is not None):
        return None
    if text[start - 1 : start] in _MINUS and _NEGATIVE.search(text, start - 2, start):
        start, value = start - 1, -value
    if unit == "强":
        return Reading(start, end, value, high, unit, approximators("after")["以内"], "grade")
    return Reading(start, end, value, high, unit, hedge or hedge_apart(text, written[0]) or EXACT, "number")


def _unit_behind(written: Written, text: str, end: int, hedged: bool) -> tuple[str, int] | None:
    """The unit behind a number and where it ends; "" where a noun is counted without one, None for no quantity."""
    span = unit_span(text, end)
    if span is not None:
        first, stop = span
        unit = text[first:stop]
        if unit == "月" and text[written[2] + len(written[3]) : stop].strip() == "月":
            return None  # 9月 is a date, 9个月 a duration
        return unit, stop
    if _is_share_of_structure(text, written[0], end):
        return "%", end
    return ("", end) if _counts_without_unit(written, text, end, hedged) else None


_HALVED = ("年", "天", "倍")
_STRUCTURE = re.compile(r"\d+(?:\.\d+)?(?:[:∶]\d+(?:\.\d+)?){2,3}(?![:∶\d])")
_LONGEST_STRUCTURE = 24


def _is_share_of_structure(text: str, start: int, end: int) -> bool:
    """Whether to read each number of 三次产业结构为12:45:43 as a share: they make up a whole."""
    if not (text[end : end + 1] in (":", "∶") or text[start - 1 : start] in (":", "∶")):
        return False
    head = text[max(0, start - _LONGEST_STRUCTURE) : start]
    begin = start - len(head) + len(head.rstrip("0123456789.:∶"))
    whole = _STRUCTURE.match(text, begin)
    return whole is not None and abs(sum(map(float, re.split("[:∶]", whole[0]))) - 100) <= _ROUNDING


_ROUNDING = 0.3
"""What three or four shares rounded to a tenth may miss 100 by."""
_MINUS = ("-", "−")
_NEGATIVE = re.compile("[为到长降幅速是达][-−]$")
"""A minus sign, not the dash of a range or of a name: 增速为-1.2%."""


def _counts_without_unit(written: Written, text: str, end: int, hedged: bool) -> bool:
    """2500万常住人口, 100余省直厅局, 16市: a noun right behind; 达到6800多万, as a predicate."""
    start, word, _, numeral, tail = written
    large = hedged or bool(tail)
    if re.match(r" ?[一-鿿]", text[end : end + 2]):
        return large or bool(_NOUN_COUNTED.match(text, end) and numeral[:1].isdigit())
    return large and bool(
        _PREDICATE_BEFORE.search(text[max(0, start - 3) : start] + word)
        or (tail and re.match("[,。;、)]", text[end : end + 1]))
    )


_HAN_UNITS = frozenset("个项家次倍座所条件名套部天种支届场")
"""Measure words with which a number in Chinese characters alone can be a quantity and not an idiom."""
_HAN_RESULT = re.compile(
    "(?:完成|建成|新增|获得?|建立|接入|覆盖|发布|取得|获评|入选|组建|设立|打造|共)[^,。;]{0,14}$"
)
_FOR_EACH = re.compile("(?:至少|每[^,。;每]{1,6})[^,。;]{0,8}$")
"""每年举办一届, 至少建成一所: the 一 of a norm is a quantity, the 一 of 一个 elsewhere is not."""
_DOUBLES = re.compile("翻了?$")
_DURATION = re.compile("连续|累计|为期|长达")


def _is_measured(written: Written, text: str, value: float, unit: str, hedged: bool) -> bool:
    """A number in Chinese characters measures only with a true measure word; 一 hardly ever does."""
    start, _, _, numeral, tail = written
    if not numeral or numeral[0].isdigit():
        return not (unit == "年" and 1949 <= value <= 2060)
    if unit == "番":
        return bool(_DOUBLES.search(text, start - 2, start))
    if value != int(value):
        return True  # 一年半
    if tail or hedged:
        return (value > 1 or unit == "倍") and unit != ""
    if unit == "年":
        return bool(_DURATION.search(text[max(0, start - 3) : start]))
    if unit in ("工作日", "小时", "分钟", "百分点", "月", "季度", "%", "倍"):
        return value >= (2 if unit == "月" else 1)
    if unit == "次" and value >= 2:
        return numeral != "二"  # 二次开发 is a second time, two times are 两次
    if value == 1:
        return unit in _HAN_UNITS and bool(_FOR_EACH.search(text[max(0, start - 20) : start]))
    reported = value >= 10 or bool(_HAN_RESULT.search(text[max(0, start - 20) : start]))
    measured = not unit_table().get(unit, ("count",))[0].startswith(("count", "time")) and unit not in (
        "",
        "分",
        "M",
        "G",
        "T",
        "P",
    )
    return value >= 2 and (measured or (unit in _HAN_UNITS and reported))
