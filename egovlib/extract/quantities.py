"""Quantities: where the numbers are and what they are worth.

Three steps, each readable alone: `candidates` finds every number with its unit and approximators; `traps`
names the numbers that measure nothing (codebook/traps.csv, in its order); what is left is read by numerals
and units and gets its meaning from attributes.py. The definition of a quantity is the annotation guide's.

>>> table = find_quantities("截至2013年底，网上审批系统受理事项超过2.2亿多条，网上办理率达到99.6%。")
>>> table[["surface", "value", "unit", "approx", "period"]].values.tolist()
[['超过2.2亿多条', 220000000.0, '条', 'over', '2013-12-31'], ['99.6%', 99.6, '%', 'exact', '2013-12-31']]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from egovlib import codebook, frames
from egovlib.documents import documents_of
from egovlib.extract.attributes import JOINERS, Reader
from egovlib.extract.contexts import EXACT, Approximator, Context, Reading
from egovlib.extract.corrected import correct
from egovlib.extract.numerals import ARABIC, HAN, multiplier_value, parse_numeral, parse_pair
from egovlib.extract.units import Unit, find_unit, unit_table

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document


def find_quantities(source: Corpus | Document | str) -> pd.DataFrame:
    """The quantities of a corpus, a document or a plain text; one row each, in the order of the text.

    Returns the table `quantities` of frames.py. `start`, `end` are places in the raw text, and
    `raw[start:end] == surface` for every row; `low`, `high` is the interval the wording allows. What a
    corrections.csv of the corpus says wins over what was read.
    """
    documents = documents_of(source)
    rows = (_row(document, found) for document in documents for found in read_quantities(document))
    return correct("quantities", frames.build("quantities", rows), documents)


def read_quantities(document: Document) -> Iterator[Context]:
    """The readings of one document in their contexts, attributes filled, in the order of the text."""
    reader = Reader(document)
    for reading in find_readings(document.text):
        context = reader.read(reading)
        if context is not None:
            yield context


def _row(document: Document, context: Context) -> tuple[object, ...]:
    reading = context.reading
    start, end = document.aligned.span(reading.start, reading.end)
    return (
        document.doc, start, end, document.raw[start:end],
        reading.value, reading.value_high, reading.low, reading.high, reading.unit, reading.approximator.approx,
        context.role, context.status, context.period, context.tier, context.subject, context.topic,
        context.section.section, context.view.number,
    )  # fmt: skip


# --- candidates -----------------------------------------------------------------------------------


@cache
def _words(place: str) -> dict[str, Approximator]:
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
def _alternation(place: str) -> str:
    """One alternation of the words, longest first; 约 in 签约 is none of them (column not_after)."""
    rows = sorted(
        (row for row in codebook.rows("approximators") if row["place"] == place),
        key=lambda r: -len(r["word"]),
    )
    return "|".join((f"(?<![{row['not_after']}])" if row["not_after"] else "") + row["word"] for row in rows)


@cache
def _candidate_regex(hedged: bool) -> re.Pattern[str]:
    """A number from its first character on, with the `hedged` form from the hedge before it on."""
    before, middle = _alternation("before") if hedged else "(?!)", _alternation("middle")
    # 百姓, 千瓦, 万众 begin words of their own
    multiplier = (
        "(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万(?![众物]|事[通达])|千(?![米瓦克卡])|百(?![姓货]))"
    )
    spoken = rf"(?:{ARABIC}|{HAN}+(?:点{HAN}+)?)"
    number = rf"(?:{ARABIC}|{HAN}+)"

    def numeral(i: int) -> str:
        # 2.2亿, 3千多万, 150余万, 1亿3千多万: multipliers and hedges in any order behind the digits
        tail = rf"(?: ?{multiplier}| ?(?:{middle})(?= ?{multiplier}))*"
        return rf"(?P<n{i}>(?:\d+[亿万](?=\d))?{number})(?P<tail{i}>{tail})"

    return re.compile(
        rf"(?P<before>{before})? ?(?:"
        rf"百分之(?P<percent>{spoken})(?:[至到—~-](?P<percenthigh>{spoken}))?"
        r"|(?P<denominator>[二三四五六七八九十两])分之(?P<numerator>[一二两三四五六七八九]{1,2})"
        r"|(?P<part>[1-9])/(?P<whole>[2-9])(?![\d/])"
        r"|(?<![:∶.\d])(?P<ratio>\d+(?:\.\d+)?[:∶]\d+(?:\.\d+)?)(?![:∶\d.])"
        r"|(?P<halfunit>半)(?=年(?![会报度总述过级来])|个?(?:月|小时|工作日)|天)"
        r"|(?P<tenths>\d{1,2}(?:\.\d+)?|[一二两三四五六七八九十](?:点[一二三四五六七八九])?)(?P<tenthhalf>成(?:半|[一二三四五六七八九](?!个))?)"
        r"(?=[以左多的,。;、)]|$)"
        r"|(?P<half>一半)(?=以上|左右|[,。;、的]|$)"
        r"|第(?P<rank>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<rankunit>位|名)?"
        r"|(?P<first>首位)|前(?P<top>\d{1,3}|[二三四五六七八九十]{1,3})(?P<topunit>位|名|强)?(?![一-鿿])"
        r"|(?P<big>[二两三四五六七八九十]{1,2})大(?=[一-鿿])"
        rf"|(?P<bare>[百千万亿]+(?!{HAN}|\d))(?P<baremid>{middle})?"
        rf"|{numeral(1)}(?:(?P<unit1>[%‰]|[a-zA-Z一-鿿]{{0,3}}?) ?(?P<dash>[-—–―~～〜]{{1,2}}|[至到])(?:近|超过?|约)?"
        rf"{numeral(2)})?"
        r")"
    )


class Candidate(NamedTuple):
    """A number found: its match, the trap that covers it (None: none), and what it reads as (None: no quantity)."""

    match: re.Match[str]
    trap: str | None
    reading: Reading | None


def find_readings(text: str) -> Iterator[Reading]:
    """Every quantity of a repaired text with its worth, traps left out."""
    return (found.reading for found in find_candidates(text) if found.reading is not None)


def find_candidates(text: str) -> Iterator[Candidate]:
    """Every number of a repaired text, taken as a quantity or refused, in order."""
    place = last_end = 0
    inherited: Approximator | None = None
    numeral_head, traps = _numeral_head(), Traps(text)
    while (head := numeral_head.search(text, place)) is not None:
        match = _match_around(text, head.start(), place)
        if match is None:
            place = head.start() + 1
            continue
        start, end = _number_span(match)
        if end - start > LONGEST_NUMERAL:
            place = end
            yield Candidate(match, None, None)
            continue
        reading = None if _is_indefinite(match, text, start) else _read(match, text)
        trap = traps.over(start, end, is_rank=match["rank"] is not None)
        if reading is None or trap is not None:
            place = max(end, match.start() + 1)
            yield Candidate(match, trap, None)
            continue
        place = max(reading.end, match.start() + 1)
        joined = text[last_end : reading.start] in JOINERS
        if joined and inherited is not None and reading.approximator is EXACT:
            # 接近40%和35%: the hedge holds for both
            reading = reading._replace(approximator=inherited)
        inherited, last_end = (reading.approximator if match["before"] or joined else None), reading.end
        yield Candidate(match, None, reading)


def _is_indefinite(match: re.Match[str], text: str, start: int) -> bool:
    """几十个 and 数百家 have no value: no row is better than a wrong one."""
    # 人数783.9万人 is definite: only numerals in characters go on from 几 and 数
    return text[max(0, start - 1) : start] in ("几", "数") and not text[start].isdigit()


LONGEST_NUMERAL = 30
"""Characters; no number that anybody reports is longer, and runs of digits must not cost the square of theirs."""


@cache
def _numeral_head() -> re.Pattern[str]:
    """Where a number may begin: at a digit, or at Chinese numerals with something behind that numerals take.

    Most 一, 三 and 百 of a text are parts of words (进一步, 三农, 百姓); this one look spares them the reading.
    A set of characters stands first, because the search for one is the fast part of the engine.
    """
    follow = "".join(
        sorted(
            {row["unit"][0] for row in codebook.rows("units") if row["unit"]}
            | set("分成大多余来半至到级位名强" + "-—–~～ ")
        )
    )
    return re.compile(
        "[0-9零〇一二三四五六七八九十两百千万亿壹贰叁肆伍陆柒捌玖拾佰仟第前首半]"
        rf"(?:(?<=[0-9第前首百千万亿])|(?<=半)(?=[年个月小工天])|(?<={HAN}){HAN}{{0,11}}[百千万亿{re.escape(follow)}])"
    )


def _match_around(text: str, head: int, floor: int) -> re.Match[str] | None:
    """The candidate whose number begins at `head`, with the hedge before it, if one stands behind `floor`."""
    end = head - 1 if text[head - 1 : head] == " " else head
    if text[end - 1 : end] in _hedge_ends():
        regex, words = _candidate_regex(hedged=True), _words("before")
        for length in range(min(_longest_hedge(), end - floor), 0, -1):
            if text[end - length : end] in words and (match := regex.match(text, end - length)) is not None:
                return match
    return _candidate_regex(hedged=False).match(text, head)


@cache
def _hedge_ends() -> frozenset[str]:
    return frozenset(word[-1] for word in _words("before"))


@cache
def _longest_hedge() -> int:
    return max(map(len, _words("before")))


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


def _number_span(match: re.Match[str]) -> tuple[int, int]:
    if match["n1"] is not None:
        return match.span("n1")
    return next((match.span(name) for name in _NUMBERS if match[name] is not None), match.span())


def _read(match: re.Match[str], text: str) -> Reading | None:
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
    return Reading(start, match.end(), value, None, match["topunit"] or "", _words("after")["以内"], "rank")


def _read_bare(match: re.Match[str], text: str) -> Reading | None:
    """近万次, 上亿次, 千万级: a multiplier alone is a number when a word says how it is meant."""
    value, end = float(multiplier_value(match["bare"])), match.end()
    if text.startswith("级", end):
        start = match.start("bare")
        return Reading(start, end + 1, value, None, "", EXACT, "number") if len(match["bare"]) > 1 else None
    unit, start = find_unit(text, end), match.start()
    if unit is not None and (unit.unit == "兆" or text.startswith("级", unit.end)):
        return None  # 千兆 and 百亿亿次级 are names
    hedge = _words("before").get(match["before"] or "") or _words("middle").get(match["baremid"] or "")
    if hedge is None and text[match.start("bare") - 1 : match.start("bare")] == "上":
        hedge, start = _words("after")["以上"], match.start("bare") - 1
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
    hedge = _words("before").get(match["before"] or "") or _middle_hedge(text[start:end])
    if unit is None:
        found = find_unit(text, end) or _share_of_structure(text, start, end)
        if found is None and not _counts_without_unit(match, text, end, hedge is not None):
            return None
        unit, end = (found.unit, found.end) if found else ("", end)
        if unit in _HALVED and text.startswith("半", end) and high is None:
            value, end = value + 0.5, end + 1  # 一年半
        if unit == "月" and text[match.end("n1") : end].strip() == "月":
            return None  # 9月 is a date, 9个月 a duration
    after = _after_word(text, end)
    if after is not None:
        end += len(after)
        word = after.strip()
        hedge = _words("after")[word] if hedge is None or word in _BOUNDS else hedge
    if not _is_measured(
        match, text, value if high is None else high, unit, hedge is not None or high is not None
    ):
        return None
    if hedge is None:
        hedge = _hedge_apart(text, start)
    if text[start - 1 : start] in ("-", "−") and _NEGATIVE.search(text, start - 2, start):
        start, value = start - 1, -value
    if unit == "强":
        return Reading(start, end, value, high, unit, _words("after")["以内"], "grade")
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
        return _words("before")["接近"]
    apart = _APART.search(text, start - 18, start)
    return _words("before").get(apart[1]) if apart else None


_MIDDLE = re.compile("[多余来]")


def _middle_hedge(surface: str) -> Approximator | None:
    """The hedge inside the number: 150余万, 2.2亿多."""
    found = _MIDDLE.search(surface)
    return _words("middle").get(found[0]) if found else None


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
    return frozenset(word[0] for word in _words("after")) | {"\n"}


@cache
def _after_regex() -> re.Pattern[str]:
    """The hedges behind a unit; 多 and 余 must not begin a word of their own."""
    words = sorted(_words("after"), key=len, reverse=True)
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


# --- traps ------------------------------------------------------------------------------------------


_TRAP_HEADS = {
    "digit": "0-9",
    "han": "零〇○一二三四五六七八九十两双百千万第",
    "quote": "“‘\"'",
    "bracket": r"〔\[(（①-⑳",
    "letter": "A-Za-z",
    "blank": r" \t",
}
"""The classes of characters a trap begins with (column `begins` of codebook/traps.csv)."""
# a set of characters first: the search for one is the fast part of the engine; a trap never begins inside a number
_TRAP_HEAD = re.compile(rf"[{''.join(_TRAP_HEADS.values())}](?:(?<=[0-9])[0-9]+)?")


@cache
def _traps_from(character: str) -> re.Pattern[str]:
    """One alternation of the traps that can begin with a character."""
    classes = {name for name, members in _TRAP_HEADS.items() if re.match(f"[{members}]", character)}
    return re.compile(
        "|".join(
            f"(?P<{row['trap']}>{row['pattern']})"
            for row in codebook.rows("traps")
            if not classes.isdisjoint(row["begins"].split("|"))
        ),
        re.MULTILINE,
    )


def find_traps(text: str) -> list[tuple[int, int, str]]:
    """Where numbers stand that measure nothing: (start, end, trap), in order; reasons are in codebook/traps.csv.

    >>> find_traps("拨打12345热线，2013年印发〔2013〕5号")
    [(2, 7, 'hotline'), (10, 15, 'date'), (17, 25, 'page_mark_or_citation')]
    """
    found, place = [], 0
    while (head := _TRAP_HEAD.search(text, place)) is not None:
        trap = _traps_from(text[head.start()]).match(text, head.start())
        place = head.end()
        if trap is not None:
            found.append((trap.start(), trap.end(), trap.lastgroup or ""))
            place = max(place, trap.end())
    return found


class Traps:
    """The traps of one text, found once."""

    def __init__(self, text: str) -> None:
        self._traps = find_traps(text)
        self._ends = [end for _, end, _ in self._traps]

    def over(self, start: int, end: int, *, is_rank: bool) -> str | None:
        """The trap that covers a part of text[start:end], None when there is none; a rank is no ordinal."""
        for i in range(bisect_right(self._ends, start), len(self._traps)):
            begin, _, name = self._traps[i]
            if begin >= end:
                return None
            if not (is_rank and name == "ordinal"):
                return name
        return None
