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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from egovlib import codebook, frames
from egovlib.documents import documents_of
from egovlib.extract.attributes import JOINERS, Attributes, Reader
from egovlib.extract.numerals import ARABIC, HAN, MULTIPLIER, multiplier_value, parse_numeral
from egovlib.extract.units import find_unit

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document


@dataclass(frozen=True, slots=True)
class Approximator:
    """A word that widens a number: its kind and the interval it allows, as shares of the value."""

    approx: str
    low: float | None
    high: float | None


EXACT = Approximator("exact", 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number read: its place in the repaired text, worth, unit and wording."""

    start: int
    end: int
    value: float
    value_high: float | None
    unit: str
    approximator: Approximator
    kind: str
    """number | rank | grade (50强) | big (三大)"""

    @property
    def low(self) -> float | None:
        """The lowest value the wording allows; None when it sets no lower bound."""
        return None if self.approximator.low is None else _scaled(self.value, self.approximator.low)

    @property
    def high(self) -> float | None:
        """The highest value the wording allows; None when it sets no upper bound."""
        if self.approximator.high is None:
            return None
        top = _scaled(self.value if self.value_high is None else self.value_high, self.approximator.high)
        # a share that is "over 95 %" cannot be 104 %
        return 100.0 if self.unit == "%" and self.value <= 100 < top else top


def _scaled(value: float, share: float) -> float:
    return value if share == 1 else round(value * share, 9)


def find_quantities(source: Corpus | Document | str) -> pd.DataFrame:
    """The quantities of a corpus, a document or a plain text; one row each, in the order of the text.

    Returns the table `quantities` of frames.py. `start`, `end` are places in the raw text, and
    `raw[start:end] == surface` for every row; `low`, `high` is the interval the wording allows.
    """
    rows = (
        _row(document, *found) for document in documents_of(source) for found in read_quantities(document)
    )
    return frames.build("quantities", rows)


def read_quantities(document: Document) -> Iterator[tuple[Reading, Attributes]]:
    """The readings of one document with their attributes, in the order of the text."""
    reader = Reader(document)
    for reading in find_readings(document.text):
        attributes = reader.read(reading)
        if attributes is not None:
            yield reading, attributes


def _row(document: Document, reading: Reading, attributes: Attributes) -> tuple[object, ...]:
    start, end = document.aligned.span(reading.start, reading.end)
    return (
        document.doc, start, end, document.raw[start:end],
        reading.value, reading.value_high, reading.low, reading.high, reading.unit, reading.approximator.approx,
        attributes.role, attributes.status, attributes.period, attributes.tier, attributes.subject, attributes.topic,
        attributes.section, attributes.sentence,
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


def _alternation(words: dict[str, Approximator]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _candidate_regex() -> re.Pattern[str]:
    before, middle = _alternation(_words("before")), _alternation(_words("middle"))
    # 百姓, 千瓦, 万众 begin words of their own
    multiplier = rf"(?:{MULTIPLIER}(?![姓米瓦克众物]|事[通达项]))"
    number = rf"(?:{ARABIC}|{HAN}+)"

    def numeral(i: int) -> str:
        return rf"(?P<n{i}>{number})(?P<mid{i}> ?(?:{middle}))?(?P<mult{i}> ?{multiplier}+)?"

    return re.compile(
        rf"(?P<before>{before})? ?(?:"
        rf"百分之(?P<percent>{number})"
        r"|(?P<denominator>[二三四五六七八九十两])分之(?P<numerator>[一二两三四五六七八九]{1,2})"
        r"|(?P<tenths>[一二三四五六七八九])(?P<tenthhalf>成半?)(?=[以左多的,。;、)]|$)"
        r"|第(?P<rank>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<rankunit>位|名)?"
        r"|(?P<big>[二两三四五六七八九十]{1,2})大(?=[一-鿿])"
        rf"|{numeral(1)}(?:(?P<unit1>[%‰]|[a-zA-Z一-鿿]{{0,3}}?) ?(?P<dash>[-—–―~～〜]{{1,2}}|[至到])(?:近|超过?|约)?"
        rf"{numeral(2)})?"
        rf"|(?P<bare>(?:[百千万亿]|十万|百万|千万)+)(?P<baremid>{middle})?"
        r")"
    )


def find_readings(text: str) -> Iterator[Reading]:
    """Every quantity of a repaired text with its worth, traps left out."""
    trapped = find_traps(text)
    starts = [trap[0] for trap in trapped]
    regex = _candidate_regex()
    place = 0
    inherited: Approximator | None = None
    last_end = 0
    while (match := regex.search(text, place)) is not None:
        reading = _read(match, text)
        place = max(match.end() if reading is None else reading.end, match.start() + 1)
        if reading is None or _trapped(match, reading, trapped, starts):
            place = _resume(match, place)
            continue
        joined = text[last_end : reading.start] in JOINERS
        if joined and inherited is not None and reading.approximator is EXACT:
            # 接近40%和35%: the hedge holds for both
            reading = _with(reading, inherited)
        inherited, last_end = (reading.approximator if match["before"] or joined else None), reading.end
        yield reading


def _with(reading: Reading, approximator: Approximator) -> Reading:
    return Reading(
        reading.start,
        reading.end,
        reading.value,
        reading.value_high,
        reading.unit,
        approximator,
        reading.kind,
    )


def _resume(match: re.Match[str], place: int) -> int:
    """After a number that was refused, go on behind its digits, so that what follows can still be read."""
    for name in ("n1", "percent", "bare", "big"):
        if match[name] is not None:
            return match.end(name)
    return place


def _read(match: re.Match[str], text: str) -> Reading | None:
    """The reading of a candidate, None when nothing measured can be read there."""
    if match["percent"]:
        return _finish(match, text, match.end("percent"), parse_numeral(match["percent"]), None, "%")
    if match["denominator"]:
        bottom, top = parse_numeral(match["denominator"]), parse_numeral(match["numerator"])
        value = round(100 * top / bottom, 2) if bottom and top is not None else None
        return _finish(match, text, match.end("numerator"), value, None, "%")
    if match["tenths"]:
        half = 5 if "半" in match["tenthhalf"] else 0
        value = parse_numeral(match["tenths"])
        return _finish(
            match, text, match.end("tenthhalf"), None if value is None else 10 * value + half, None, "%"
        )
    if match["rank"]:
        return _read_rank(match, text)
    if match["big"]:
        value = parse_numeral(match["big"])
        return (
            None
            if value is None
            else Reading(match.start("big"), match.end("big") + 1, value, None, "", EXACT, "big")
        )
    if match["bare"]:
        return _read_bare(match, text)
    return _read_number(match, text)


_RANKING = re.compile(
    r"(?:排名|排在|排第|位居|位列|位次|名列|列|居|稳居|跃居|升至|跃升|全国|全省|全市|全球|世界|继续|保持|连续|总量|增速|由|从|获得?|荣获)[^,。;]{0,8}$"
)


def _read_rank(match: re.Match[str], text: str) -> Reading | None:
    """第一, 第3位 where something is ranked; everywhere else 第 makes an ordinal."""
    value = parse_numeral(match["rank"])
    follows = text[match.end() : match.end() + 1]
    if value is None or not _RANKING.search(text, max(0, match.start() - 14), match.start()):
        return None
    if not match["rankunit"] and re.match(r"[一-鿿]", follows) and follows not in "和及、的与":
        return None
    return Reading(match.start(), match.end(), value, None, match["rankunit"] or "", EXACT, "rank")


def _read_bare(match: re.Match[str], text: str) -> Reading | None:
    """近万次, 上亿次, 千万级: a multiplier alone is a number when a word says how it is meant."""
    value = float(multiplier_value(match["bare"]))
    end = match.end()
    unit = find_unit(text, end)
    if text.startswith("级", end):
        return (
            Reading(match.start("bare"), end + 1, value, None, "", EXACT, "number")
            if len(match["bare"]) > 1
            else None
        )
    before = _words("before").get(match["before"] or "")
    if before is None and text[match.start("bare") - 1 : match.start("bare")] == "上":
        before = _words("after")["以上"]
        start = match.start("bare") - 1
    else:
        start = match.start()
    hedge = before or (_words("middle").get(match["baremid"]) if match["baremid"] else None)
    if unit is None or hedge is None:
        return None
    return Reading(start, unit.end, value, None, unit.unit, hedge, "number")


def _read_number(match: re.Match[str], text: str) -> Reading | None:
    first = _value(match["n1"], match["mult1"])
    if first is None:
        return None
    end, second, unit_end = match.end("mult1") if match["mult1"] else match.end("n1"), None, None
    if match["mid1"]:
        end = max(end, match.end("mid1"))
    if match["dash"]:
        second = _value(match["n2"], match["mult2"] or "")
        unit_end = _range_end(match, text, first, second)
        if unit_end is None:
            second = None
        else:
            end = unit_end
            # 3—5万户: the multiplier belongs to both ends
            if match["mult2"] and not match["mult1"] and second is not None and first < second:
                whole = first * multiplier_value(match["mult2"].strip())
                first = whole if whole < second else first
    end = _trailing_middle(text, end) if not match["mid1"] else end
    return _finish(match, text, end, first, second, None)


def _value(numeral: str, multiplier: str | None) -> float | None:
    multiplier = (multiplier or "").strip()
    if multiplier and not numeral[-1].isdigit():
        return parse_numeral(numeral + multiplier)
    return parse_numeral(numeral + multiplier)


def _range_end(match: re.Match[str], text: str, first: float | None, second: float | None) -> int | None:
    """Where the second number of a range ends, None when it is no range: 5至8月 rises, 9到3 does not."""
    unit1, dash = match["unit1"] or "", match["dash"]
    if (
        first is None
        or second is None
        or second <= first * (1 if match["mult1"] or not match["mult2"] else 0)
    ):
        return None
    end = match.end("mult2") if match["mult2"] else match.end("n2")
    if unit1:
        follows = find_unit(text, end)
        named = find_unit(text, match.start("unit1"))
        if named is None or follows is None or named.unit != follows.unit or named.end != match.end("unit1"):
            return None
    return None if dash in "至到" and unit1 not in ("", "%") else end


def _trailing_middle(text: str, end: int) -> int:
    """多 and 余 may stand behind the multiplier: 2.2亿多条."""
    match = re.compile(r" ?[多余来](?![种样元少次重式媒])").match(text, end)
    return match.end() if match and find_unit(text, match.end()) else end


_NOUN_COUNTED = re.compile(
    r"(?:地市|市州|州市|省区市|省市|省|区县|县市区|县|乡镇|街道|部门|单位|省直|高校|城市|行业|领域|企业|网点|社区|行政村|村)(?!级)"
)


def _finish(
    match: re.Match[str],
    text: str,
    end: int,
    value: float | None,
    value_high: float | None,
    unit_name: str | None,
) -> Reading | None:
    """Take the unit and the approximators around a number."""
    if value is None:
        return None
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    before = _words("before").get(match["before"] or "")
    middle_word = (
        text[max(start, end - 1) : end]
        if text[end - 1 : end] in ("多", "余", "来")
        else (match["mid1"] or "").strip()
    )
    hedged = before or _words("middle").get(middle_word)
    if unit_name is None:
        unit = find_unit(text, end)
        if unit is not None:
            unit_name, end = unit.unit, unit.end
        else:
            unit_name = ""
            counted = bool(hedged) or bool(match["mult1"]) or _NOUN_COUNTED.match(text, end)
            if not counted or not re.match(r" ?[一-鿿]", text[end : end + 2]):
                return None
    after = _after_word(text, end)
    if after is not None:
        end += len(after)
        hedged = _words("after")[after] if hedged is None or after in _BOUNDS else hedged
    if not _is_measured(match, text, value, unit_name, hedged is not None or value_high is not None, end):
        return None
    kind = "grade" if unit_name == "强" else "number"
    approximator = _words("after")["以内"] if kind == "grade" else hedged or EXACT
    return Reading(start, end, value, value_high, unit_name, approximator, kind)


_BOUNDS = ("以上", "以下", "以内", "之内", "之上", "及以上", "及以下")


def _after_word(text: str, end: int) -> str | None:
    for word in sorted(_words("after"), key=len, reverse=True):
        if text.startswith(word, end):
            # 以下 and 以上 before a noun of rank (县以上) still bound; 多 must not begin a word
            return None if word in "多余" and re.match(r"[一-鿿]", text[end + 1 : end + 2]) else word
    return None


_HAN_UNITS = frozenset("个项家次倍座所条件名套部天种支")
"""Measure words with which a number in Chinese characters alone is a quantity and not an idiom."""


def _is_measured(match: re.Match[str], text: str, value: float, unit: str, hedged: bool, end: int) -> bool:
    """A number in Chinese characters measures only with a true measure word; 一 hardly ever does."""
    numeral = match["n1"]
    if numeral is None or numeral[0].isdigit():
        return not (unit == "年" and 1949 <= value <= 2060)
    if match["mult1"] or hedged:
        return value > 1 and unit != ""
    if unit == "年":
        return bool(re.search(r"连续|累计|为期|长达", text[max(0, match.start() - 3) : match.start()]))
    if unit in ("工作日", "小时", "分钟", "百分点", "月", "季度", "%", "倍"):
        return value >= 1 if unit != "月" else value >= 2
    return value >= 2 and unit in _HAN_UNITS


# --- traps ------------------------------------------------------------------------------------------


@cache
def _trap_regex() -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?P<{row['trap']}>{row['pattern']})" for row in codebook.rows("traps")), re.MULTILINE
    )


def find_traps(text: str) -> list[tuple[int, int, str]]:
    """Where numbers stand that measure nothing: (start, end, trap), in order; reasons are in codebook/traps.csv.

    >>> find_traps("拨打12345热线，2013年印发〔2013〕5号")
    [(2, 7, 'hotline'), (10, 15, 'date'), (17, 25, 'page_mark_or_citation')]
    """
    return [(match.start(), match.end(), match.lastgroup or "") for match in _trap_regex().finditer(text)]


def _trapped(
    match: re.Match[str], reading: Reading, traps: list[tuple[int, int, str]], starts: list[int]
) -> bool:
    """Whether a trap covers the number itself."""
    group = next(
        (
            name
            for name in ("n1", "percent", "numerator", "tenths", "bare", "big", "rank")
            if match[name] is not None
        ),
        None,
    )
    number = match.span(group) if group else (reading.start, reading.end)
    i = bisect_right(starts, number[0]) - 1
    for trap in traps[max(i, 0) : i + 2]:
        if trap[0] < number[1] and number[0] < trap[1] and not (group == "rank" and trap[2] == "ordinal"):
            return True
    return False
