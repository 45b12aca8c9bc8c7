"""Numerals: what a number written in Arabic digits, Chinese characters or both is worth.

>>> parse_numeral("2.2亿"), parse_numeral("一百二十"), parse_numeral("1,234"), parse_numeral("3千")
(220000000.0, 120.0, 1234.0, 3000.0)
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
POWERS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8, "兆": 10**12}
"""万 and above close a group of four digits; 兆 is 10¹² in a numeral (in 800兆 it is a unit, see units.py)."""

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
"""An Arabic numeral: thousands separators only in threes, so `85%,70%` and `1,2` stay apart."""

HAN = r"[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]"
MOST_CHARACTERS = 64
"""A longer run is noise, not a numeral: the longest of 476 cases of another recogniser has 31 characters."""

MOST_MULTIPLIERS = 8
"""The longest run of multipliers in use is 千万亿; what follows the eighth in a damaged text is not counted."""

_VARIANTS = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟貳參叄陸兩倆俩萬億點負幾－．，０１２３４５６７８９",
    "一二三四五六七八九十百千二三三六两两两万亿点负几-.,0123456789",
)
"""Financial, traditional and full-width forms, each as its plain one."""

_SEPARATORS = re.compile(r"(?<=\d),(?=\d{3})|\s")
_HEDGES = re.compile(r"(?<=.)(?:[多余来]|几(?=[万亿兆]))")
"""十余万, 一千多万, 二十几万: the hedge widens the number and is not part of its worth."""

_HALVES = {"半": Decimal("0.5"), "半百": Decimal(50)}

_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_TOKEN = re.compile(r"(?P<arabic>\d+(?:\.\d+)?)|点(?P<decimals>[零〇○一二三四五六七八九]+|\d+)|(?P<mark>.)")
_ALL_DIGITS = re.compile(r"[零〇○一二两三四五六七八九]{2,}")
_PAIR = re.compile(r"(?:一两|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?![零〇○一二两三四五六七八九])")


@lru_cache(maxsize=8192)
def parse_numeral(text: str) -> float | None:
    """The value of one numeral, or None when `text` is not one.

    Parts are added (`3亿2000万`, `7万5千`), a last digit takes the place below the one before it (`二百五`
    is 250, `二百零五` 205), single characters are read as a row of digits (`二〇一三`), 点 is the decimal
    point (`三点五亿`), 分之 makes a fraction (`三分之二`, `3又2分之1`), 负 a negative. Spaces and line
    breaks inside, financial, traditional and full-width characters make no difference.

    >>> parse_numeral("3亿2000万"), parse_numeral("二〇一三"), parse_numeral("十五"), parse_numeral("进步")
    (320000000.0, 2013.0, 15.0, None)
    >>> parse_numeral("叁万伍仟"), parse_numeral("三点五"), parse_numeral("四分之三"), parse_numeral("十 余 万")
    (35000.0, 3.5, 0.75, 100000.0)
    """
    if _PLAIN.fullmatch(text) and text.isascii():
        return float(text)
    if len(text) > MOST_CHARACTERS:
        return None
    value = _parse(text.translate(_VARIANTS))
    return None if value is None else float(value)


def parse_pair(text: str) -> tuple[float, float] | None:
    """Both ends of a number named by two neighbours, or None: 三四十 is 30 to 40, 一两 1 to 2.

    >>> parse_pair("三四十"), parse_pair("十七八"), parse_pair("两三百万"), parse_pair("三十四")
    ((30.0, 40.0), (17.0, 18.0), (2000000.0, 3000000.0), None)
    """
    pair = _PAIR.search(text)
    if pair is None or (_ALL_DIGITS.fullmatch(text) and len(text) > 2):
        return None
    low, high = (
        parse_numeral(text[: pair.start()] + digit + text[pair.end() :])
        for digit in text[pair.start() : pair.end()]
    )
    return None if low is None or high is None or low >= high else (low, high)  # no pair: 二三分之一


def multiplier_value(multiplier: str) -> int:
    """The factor of a run of multipliers: 万 is 10⁴, 万亿 10¹², 百万 10⁶, nothing 1.

    >>> multiplier_value("百万"), multiplier_value("万亿"), multiplier_value("")
    (1000000, 1000000000000, 1)
    """
    value = 1
    for character in multiplier.translate(_VARIANTS)[:MOST_MULTIPLIERS]:
        value *= MYRIADS.get(character) or POWERS[character]
    return value


# Decimal throughout: it keeps 2.2亿 at 220000000 exactly; float arithmetic gives 220000000.00000003


def _parse(text: str) -> Decimal | None:
    """Sign, fraction and slash; what is left is one number."""
    mixed = re.fullmatch(r"(\d+) (\d+)/(\d+)", text.strip())
    if mixed:
        text = f"{mixed[1]}又{mixed[3]}分之{mixed[2]}"
    text = _SEPARATORS.sub("", text)
    if text[:1] in ("负", "-"):
        value = _parse(text[1:])
        return None if value is None else -value
    slash = re.fullmatch(r"(\d+)/(\d+)", text)
    if slash:
        text = f"{slash[2]}分之{slash[1]}"
    if "分之" in text:
        return _parse_fraction(text)
    return _parse_number(_HEDGES.sub("", text))


def _parse_fraction(text: str) -> Decimal | None:
    """`三分之二`, `一又二分之一`: the denominator stands first."""
    whole, _, fraction = text.rpartition("又")
    bottom, _, top = fraction.partition("分之")
    parts = [_parse(part) for part in (whole or "零", bottom, top)]
    if None in parts or not parts[1]:
        return None
    first, denominator, numerator = (part or Decimal(0) for part in parts)
    return first + numerator / denominator


def _parse_number(text: str) -> Decimal | None:
    if _ALL_DIGITS.fullmatch(text):
        return Decimal("".join(str(DIGITS[character]) for character in text))
    if text in _HALVES:
        return _HALVES[text]
    sum_ = _Sum()
    try:
        for token in _TOKEN.finditer(text):
            sum_.take(token["arabic"], token["decimals"], token["mark"])
    except (ValueError, InvalidOperation):
        return None
    return sum_.total() if text else None


class _Sum:
    """A numeral read from left to right.

    digit   the digit or Arabic number that still waits for its multiplier; None: there is none
    group   what has been read since the last 万, 亿 or 兆
    closed  the groups that a 万, 亿 or 兆 has closed, as (worth, multiplier)
    place   the multiplier read last, 0 after 零: a last digit is worth a tenth of it
    """

    def __init__(self) -> None:
        self.digit: Decimal | None = None
        self.group = Decimal(0)
        self.closed: list[tuple[Decimal, int]] = []
        self.place = 0
        self.last_power = 10**4
        self.is_han = False

    def take(self, arabic: str | None, decimals: str | None, mark: str | None) -> None:
        """Read the next token; ValueError where it cannot stand."""
        if arabic is not None:
            self._wait(Decimal(arabic), is_han=False)
        elif decimals is not None:
            self._point(decimals)
        elif mark in POWERS:
            self._multiply(POWERS[mark])
        elif mark in MYRIADS:
            self._close(MYRIADS[mark])
        elif digit := DIGITS.get(mark or ""):
            self._wait(Decimal(digit), is_han=True)
        elif mark in DIGITS and self.digit is None:
            self.place = 0  # 零 only says that a place is skipped
            self.last_power = 10**4
            if not self.group and not self.closed:
                self.digit = Decimal(0)
        else:
            raise ValueError(mark)

    def total(self) -> Decimal:
        """The worth of all that was read."""
        digit = self._elided() if self.is_han else self.digit
        return sum((worth for worth, _ in self.closed), self.group + (digit or 0))

    def _wait(self, digit: Decimal, *, is_han: bool) -> None:
        if self.digit:
            raise ValueError(digit)
        self.digit, self.is_han = digit, is_han

    def _elided(self) -> Decimal | None:
        """二百五 is 250, 一万三 13000: a last character without its place takes the next lower one."""
        if self.digit is None or self.digit != int(self.digit) or self.place < 100:
            return self.digit
        return self.digit * self.place / 10

    def _point(self, decimals: str) -> None:
        if self.digit is not None and self.digit != int(self.digit):
            raise ValueError(decimals)
        digits = "".join(str(DIGITS.get(character, character)) for character in decimals)
        whole = (self._elided() if self.is_han else self.digit) or Decimal(0)
        self.digit, self.place = whole + Decimal(f"0.{digits}"), 0

    def _multiply(self, power: int) -> None:
        if power >= self.last_power:
            raise ValueError(power)
        # 十五, 百三: the one before the first multiplier is left out, but never inside (万千)
        if self.digit is None and self.place > power and power > 10:
            raise ValueError(power)
        self.group += (Decimal(1) if self.digit is None else self.digit) * power
        self.digit, self.place, self.last_power = None, power, power

    def _close(self, myriad: int) -> None:
        is_empty, worth = self.digit is None and not self.group, self.group + (self.digit or 0)
        # 一万五千亿 multiplies all of 一万五千; in 万亿 and 万万 nothing stands between the two
        while self.closed and (self.closed[-1][1] < myriad or is_empty):
            worth, is_empty = worth + self.closed.pop()[0], False
        worth = Decimal(1) if is_empty else worth
        self.closed.append((worth * myriad, myriad))
        self.group, self.digit, self.place, self.last_power = Decimal(0), None, myriad, 10**4
