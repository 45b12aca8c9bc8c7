"""Readings: what a number that was found is worth, with its unit and its approximators.

Each form of number (2.2亿多条, 三分之一, 九成, 第3位, 半年, 1:15 …) has its reader; `read_match` asks the one whose
group of the candidate pattern (quantities.py) matched. None means that nothing measured stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from egovlib import codebook
from egovlib.extract.contexts import EXACT, Approximator, Reading
from egovlib.extract.numerals import multiplier_value, parse_numeral, parse_pair
from egovlib.extract.units import Unit, find_unit, unit_table


@cache
def approximators(place: str) -> dict[str, Approximator]:
    """Return the approximators that stand at a place of a number: before, middle or after."""
    return {
        row["word"]: Approximator(
            row["approx"],
            float(row["low"]) if row["low"] else None,
            float(row["high"]) if row["high"] else None,
        )
        for row in codebook.rows("approximators")
        if row["place"] == place
    }


@cache
def alternation_of(place: str) -> str:
    """One alternation of the words, longest first; 约 in 签约 is none of them (column not_after)."""
    rows = sorted(
        (row for row in codebook.rows("approximators") if row["place"] == place),
        key=lambda r: -len(r["word"]),
    )
    return "|".join((f"(?<![{row['not_after']}])" if row["not_after"] else "") + row["word"] for row in rows)


_NUMBERS = (
    "percent",
    "numerator",
    "part",
    "tenths",
    "half",
    "ratio",
    "halfunit",
    "bare",
    "big",
    "rank",
    "first",
    "top",
)
"""The groups of a candidate that hold its number when it is not the usual n1."""


def number_span(match: re.Match[str]) -> tuple[int, int]:
    """Return where the number itself stands in a candidate, without hedges and unit."""
    if match["n1"] is not None:
        return match.span("n1")
    return next((match.span(name) for name in _NUMBERS if match[name] is not None), match.span())


def read_match(match: re.Match[str], text: str) -> Reading | None:
    """The reading of a candidate, None when nothing measured can be read there."""
    if match["n1"] is not None:  # by far the most
        return _read_number(match, text)
    return next((read(match, text) for name, read in _READERS if match[name] is not None), None)


def _read_percent(match: re.Match[str], text: str) -> Reading | None:
    value, high = parse_numeral(match["percent"]), match["percenthigh"]
    top = parse_numeral(high) if high else None
    if value is not None and top is not None and value < top:
        return _finish(match, text, match.end("percenthigh"), value, top, unit="%")
    return _finish(match, text, match.end("percent"), value, unit="%")


def _read_fraction(match: re.Match[str], text: str) -> Reading | None:
    """三分之一 is 33.33 %."""
    bottom, top = parse_numeral(match["denominator"]), parse_numeral(match["numerator"])
    value = round(100 * top / bottom, 2) if bottom and top is not None else None
    return _finish(match, text, match.end("numerator"), value, unit="%")


def _read_part(match: re.Match[str], text: str) -> Reading | None:
    """1/3 is 33.33 %; 24/7 is no part."""
    top, bottom = int(match["part"]), int(match["whole"])
    return (
        _finish(match, text, match.end("whole"), round(100 * top / bottom, 2), unit="%")
        if top < bottom
        else None
    )


def _read_tenths(match: re.Match[str], text: str) -> Reading | None:
    """九成 is 90 %, 八成半 85 %."""
    value = parse_numeral(match["tenths"])
    rest = match["tenthhalf"][1:]
    half = 5 if rest == "半" else parse_numeral(rest) or 0 if rest else 0
    return _finish(
        match, text, match.end("tenthhalf"), None if value is None else 10 * value + half, unit="%"
    )


def _read_half(match: re.Match[str], text: str) -> Reading | None:
    return _finish(match, text, match.end("half"), 50.0, unit="%")


_RATIO_BEFORE = re.compile(
    "比(?:例(?!尺)|重)?(?:总体)?(?:要|应)?(?:不低于|不少于|达到?|为|是|提高到|优化为|约|控制在)?$"
)


def _read_ratio(match: re.Match[str], text: str) -> Reading | None:
    """师生比不低于1:15 is 1/15, without a unit; 10:30 elsewhere is a time."""
    top, bottom = map(float, re.split("[:∶]", match["ratio"]))
    start = match.start("ratio")
    if not bottom or not _RATIO_BEFORE.search(text, start - 12, start):
        return None
    return _finish(match, text, match.end("ratio"), round(top / bottom, 6), unit="")


_NOT_HALF = re.compile("[上下后每多大一]$|(?<!提)前$")


def _read_half_unit(match: re.Match[str], text: str) -> Reading | None:
    """半年 is 0.5 年; 上半年 is a date and 每半年 how often."""
    start = match.start("halfunit")
    if _NOT_HALF.search(text, start - 2, start):
        return None
    return _finish(match, text, match.end("halfunit"), 0.5)


def _read_big(match: re.Match[str], _: str) -> Reading | None:
    """三大: whether it reports a result is for the attributes to see."""
    value = parse_numeral(match["big"])
    return (
        None
        if value is None
        else Reading(match.start("big"), match.end("big") + 1, value, None, "", EXACT, "big")
    )


_RANKING = re.compile(
    r"(?:排名|排在|排第|位居|位列|位次|名列|列|居|稳居|跃居|升至|跃升|进入|跻身|全国|全省|全市|全球|世界|国内|继续|保持|连续|总量|增速"
    r"|由|从|获得?|荣获)[^,。;]{0,8}$"
)


_PUT_FIRST = re.compile("[放摆置]在?于?$|作为$")


def _is_ranked(text: str, place: int) -> bool:
    if _PUT_FIRST.search(text, max(0, place - 3), place):
        return False  # 放在第一位 is no rank
    return bool(_RANKING.search(text, max(0, place - 14), place))


def _read_rank(match: re.Match[str], text: str) -> Reading | None:
    """第一, 第3位 where something is ranked; everywhere else 第 makes an ordinal."""
    value = parse_numeral(match["rank"])
    follows = text[match.end() : match.end() + 1]
    if value is None or not _is_ranked(text, match.start()):
        return None
    if not match["rankunit"] and re.match(r"[一-鿿]", follows) and follows not in "和及、的与":
        return None
    return Reading(match.start(), match.end(), value, None, match["rankunit"] or "", EXACT, "rank")


def _read_first(match: re.Match[str], text: str) -> Reading | None:
    """首位 is rank 1, but not in 放在首位."""
    start = match.start("first")
    ranked = _is_ranked(text, start) and not re.search("[放摆]在?$", text[max(0, start - 2) : start])
    return Reading(start, match.end(), 1.0, None, "位", EXACT, "rank") if ranked else None


def _read_top(match: re.Match[str], text: str) -> Reading | None:
    """全国前三: the rank is three or better."""
    value, start = parse_numeral(match["top"]), match.start("top") - 1
    if value is None or not _is_ranked(text, start):
        return None
    return Reading(
        start, match.end(), value, None, match["topunit"] or "", approximators("after")["以内"], "rank"
    )


def _read_bare(match: re.Match[str], text: str) -> Reading | None:
    """近万次, 上亿次, 千万级: a multiplier alone is a number when a word says how it is meant."""
    value, end = float(multiplier_value(match["bare"])), match.end()
    if text.startswith("级", end):
        start = match.start("bare")
        return Reading(start, end + 1, value, None, "", EXACT, "number") if len(match["bare"]) > 1 else None
    unit, start = find_unit(text, end), match.start()
    if unit is not None and (unit.unit == "兆" or text.startswith("级", unit.end)):
        return None  # 千兆 and 百亿亿次级 are names
    hedge = approximators("before").get(match["before"] or "") or approximators("middle").get(
        match["baremid"] or ""
    )
    if hedge is None and text[match.start("bare") - 1 : match.start("bare")] == "上":
        hedge, start = approximators("after")["以上"], match.start("bare") - 1
    return (
        None
        if unit is None or hedge is None
        else Reading(start, unit.end, value, None, unit.unit, hedge, "number")
    )


def _read_number(match: re.Match[str], text: str) -> Reading | None:
    """A number with its multipliers, or a range of two."""
    first, second = _value(match, 1), _value(match, 2) if match["dash"] else None
    end = match.end("tail1") if match["tail1"] else match.end("n1")
    if first is not None and second is not None:
        range_end = _range_end(match, text)
        # 3—5万户: the multiplier belongs to both ends
        factor = multiplier_value(_multipliers(match["tail2"])) if not match["tail1"] else 1
        low = first * factor if first * factor < second else first
        if range_end is not None and low < second:
            return _finish(match, text, range_end, low, second)
    pair = parse_pair(match["n1"] + _multipliers(match["tail1"])) if match["n1"] != "十四五" else None
    if pair is not None and second is None:
        return _finish(match, text, end, *pair)  # 两三年 is two to three
    end = _trailing_middle(text, end)
    if first is not None and text.startswith("个半", end):
        return _finish(match, text, end + 2, first + 0.5)  # 2个半小时
    return _finish(match, text, end, first)


def _multipliers(tail: str | None) -> str:
    """The multipliers of a tail without the hedges and blanks between them."""
    return _NO_MULTIPLIER.sub("", tail) if tail else ""


_NO_MULTIPLIER = re.compile("[^十百千万亿]")


def _value(match: re.Match[str], i: int) -> float | None:
    return parse_numeral(match[f"n{i}"] + _multipliers(match[f"tail{i}"]))


def _range_end(match: re.Match[str], text: str) -> int | None:
    """Where the second number of a range ends; None when the two are no range: 由5%到8% is a change."""
    unit, end = match["unit1"], match.end("tail2") if match["tail2"] else match.end("n2")
    if unit:
        named, follows = find_unit(text, match.start("unit1")), find_unit(text, end)
        same = named is not None and follows is not None and named.unit == follows.unit
        if not same or named is None or named.end != match.end("unit1"):
            return None
    return None if match["dash"] in "至到" and unit not in ("", "%") else end


_TRAILING = re.compile(r" ?(?:[余来]|多(?!样|元[化共投主]|少|重|式|媒))")


def _trailing_middle(text: str, end: int) -> int:
    """多 and 余 may stand behind the multiplier: 2.2亿多条."""
    match = _TRAILING.match(text, end)
    counted = match and (
        find_unit(text, match.end()) or re.match(r"[一-鿿,。;]", text[match.end() : match.end() + 1])
    )
    return match.end() if match and counted else end


_READERS: tuple[tuple[str, Callable[[re.Match[str], str], Reading | None]], ...] = (
    ("percent", _read_percent),
    ("denominator", _read_fraction),
    ("part", _read_part),
    ("tenths", _read_tenths),
    ("half", _read_half),
    ("ratio", _read_ratio),
    ("halfunit", _read_half_unit),
    ("rank", _read_rank),
    ("first", _read_first),
    ("top", _read_top),
    ("big", _read_big),
    ("bare", _read_bare),
)

_NOUN_COUNTED = re.compile(
    "(?:地市|市州|州市|省区市|省市|省|市(?!场)|区县|县市区|县|乡镇|街道|部门|单位|省直|高校|城市|行业|领域|企业|网点|社区|行政村|村)(?!级)"
)
_PREDICATE_BEFORE = re.compile("(?:达到?|为|至|到|超|突破|近|余|共|有|约)$")


def _finish(
    match: re.Match[str],
    text: str,
    end: int,
    value: float | None,
    high: float | None = None,
    unit: str | None = None,
) -> Reading | None:
    """Take the unit and the approximators around a number; None when it measures nothing."""
    if value is None:
        return None
    start = match.start() + (text[match.start()] == " ")
    hedge = approximators("before").get(match["before"] or "") or _middle_hedge(text[start:end])
    if unit is None:
        found = find_unit(text, end) or _share_of_structure(text, start, end)
        found = found or _no_unit(match, text, end, hedge is not None)
        if found is None or _is_a_month(match, text, found):
            return None
        unit, end = found.unit, found.end
        if unit in _HALVED and text.startswith("半", end) and high is None:
            value, end = value + 0.5, end + 1  # 一年半
    after = _after_word(text, end)
    if after is not None:
        end += len(after)
        word = after.strip()
        hedge = approximators("after")[word] if hedge is None or word in _BOUNDS else hedge
    if not _is_measured(
        match, text, value if high is None else high, unit, hedge is not None or high is not None
    ):
        return None
    if hedge is None:
        hedge = _hedge_apart(text, start)
    if text[start - 1 : start] in ("-", "−") and _NEGATIVE.search(text, start - 2, start):
        start, value = start - 1, -value
    if unit == "强":
        return Reading(start, end, value, high, unit, approximators("after")["以内"], "grade")
    return Reading(start, end, value, high, unit, hedge or EXACT, "number")


_HALVED = ("年", "天", "倍")
_STRUCTURE = re.compile(r"\d+(?:\.\d+)?(?:[:∶]\d+(?:\.\d+)?){2,3}(?![:∶\d])")
_LONGEST_STRUCTURE = 24


def _share_of_structure(text: str, start: int, end: int) -> Unit | None:
    """Read each number of 三次产业结构为12:45:43 as a share, if they make up a whole."""
    if not (text[end : end + 1] in (":", "∶") or text[start - 1 : start] in (":", "∶")):
        return None
    head = text[max(0, start - _LONGEST_STRUCTURE) : start]
    begin = start - len(head) + len(head.rstrip("0123456789.:∶"))
    whole = _STRUCTURE.match(text, begin)
    if whole is None or abs(sum(map(float, re.split("[:∶]", whole[0]))) - 100) > _ROUNDING:
        return None
    return Unit("%", "share", 1.0, end)


_ROUNDING = 0.3
"""What three or four shares rounded to a tenth may miss 100 by."""
_NEGATIVE = re.compile("[为到长降幅速是达][-−]$")
"""A minus sign, not the dash of a range or of a name: 增速为-1.2%."""
_BASICALLY = re.compile("基本(?:达到?|实现|完成)了?$")
"""A hedge outside the surface: 基本达到100% is nearly 100 %."""


_APART = re.compile("(至少|不低于|不少于|不超过|最多)[^,。;，:\\d]{1,12}$")


def _hedge_apart(text: str, start: int) -> Approximator | None:
    """A hedge that stands apart and stays outside the surface: 基本达到100%, 至少配备1名."""
    if _BASICALLY.search(text, start - 6, start):
        return approximators("before")["接近"]
    apart = _APART.search(text, start - 18, start)
    return approximators("before").get(apart[1]) if apart else None


_MIDDLE = re.compile("[多余来]")


def _middle_hedge(surface: str) -> Approximator | None:
    """The hedge inside the number: 150余万, 2.2亿多."""
    found = _MIDDLE.search(surface)
    return approximators("middle").get(found[0]) if found else None


def _is_a_month(match: re.Match[str], text: str, unit: Unit) -> bool:
    """9月 is a date, 9个月 a duration."""
    return unit.unit == "月" and text[match.end("n1") : unit.end].strip() == "月"


def _no_unit(match: re.Match[str], text: str, end: int, hedged: bool) -> Unit | None:
    """The unit "" where a number counts without a measure word."""
    return Unit("", "ratio:plain", 1.0, end) if _counts_without_unit(match, text, end, hedged) else None


def _counts_without_unit(match: re.Match[str], text: str, end: int, hedged: bool) -> bool:
    """2500万常住人口, 100余省直厅局, 16市: a noun right behind; 达到6800多万, as a predicate."""
    large = hedged or bool(match["tail1"])
    if re.match(r" ?[一-鿿]", text[end : end + 2]):
        return large or bool(_NOUN_COUNTED.match(text, end) and (match["n1"] or "")[:1].isdigit())
    return large and bool(
        _PREDICATE_BEFORE.search(text[max(0, match.start() - 3) : match.start()] + (match["before"] or ""))
        or (match["tail1"] and re.match("[,。;、)]", text[end : end + 1]))
    )


_BOUNDS = ("以上", "以下", "以内", "之内", "之上", "及以上", "及以下")


def _after_word(text: str, end: int) -> str | None:
    if text[end : end + 1] not in _after_heads():
        return None
    match = _after_regex().match(text, end)
    return match[0] if match else None


@cache
def _after_heads() -> frozenset[str]:
    return frozenset(word[0] for word in approximators("after")) | {"\n"}


@cache
def _after_regex() -> re.Pattern[str]:
    """The hedges behind a unit; 多 and 余 must not begin a word of their own."""
    words = sorted(approximators("after"), key=len, reverse=True)
    # 85%\n以上: a line may break before the hedge
    return re.compile(
        "\n?(?:" + "|".join(word + ("(?![一-鿿])" if word in "多余" else "") for word in words) + ")"
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


def _is_measured(match: re.Match[str], text: str, value: float, unit: str, hedged: bool) -> bool:
    """A number in Chinese characters measures only with a true measure word; 一 hardly ever does."""
    numeral = match["n1"]
    if numeral is None or numeral[0].isdigit():
        return not (unit == "年" and 1949 <= value <= 2060)
    if unit == "番":
        return bool(_DOUBLES.search(text, match.start() - 2, match.start()))
    if value != int(value):
        return True  # 一年半
    if match["tail1"] or hedged:
        return (value > 1 or unit == "倍") and unit != ""
    if unit == "年":
        return bool(_DURATION.search(text[max(0, match.start() - 3) : match.start()]))
    if unit in ("工作日", "小时", "分钟", "百分点", "月", "季度", "%", "倍"):
        return value >= (2 if unit == "月" else 1)
    if unit == "次" and value >= 2:
        return numeral != "二"  # 二次开发 is a second time, two times are 两次
    if value == 1:
        return unit in _HAN_UNITS and bool(_FOR_EACH.search(text[max(0, match.start() - 20) : match.start()]))
    reported = value >= 10 or bool(_HAN_RESULT.search(text[max(0, match.start() - 20) : match.start()]))
    measured = not unit_table().get(unit, ("count",))[0].startswith(("count", "time")) and unit not in (
        "",
        "分",
        "M",
        "G",
        "T",
        "P",
    )
    return value >= 2 and (measured or (unit in _HAN_UNITS and reported))
