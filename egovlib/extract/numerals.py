"""Numerals: what a number written in Arabic digits, Chinese characters or both is worth.

>>> parse_numeral("2.2亿"), parse_numeral("一百二十"), parse_numeral("1,234"), parse_numeral("3千")
(220000000.0, 120.0, 1234.0, 3000.0)
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "半": 0}
DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
"""An Arabic numeral: thousands separators only in threes, so `85%,70%` and `1,2` stay apart."""

HAN = r"[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]"
MULTIPLIER = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"

_MULTIPLIER_TAIL = re.compile(rf"{MULTIPLIER}+$")


def parse_numeral(text: str) -> float | None:
    """The value of one numeral, or None when `text` is not one.

    Sums of parts are read (`3亿2000万` is 320000000), as are years in single characters (`二〇一三`).

    >>> parse_numeral("3亿2000万"), parse_numeral("二〇一三"), parse_numeral("十五"), parse_numeral("进步")
    (320000000.0, 2013.0, 15.0, None)
    """
    text = text.replace(",", "").replace(" ", "").replace("\n", "")
    if not text:
        return None
    if text[0].isdigit():
        return _parse_arabic(text)
    return _parse_han(text)


def _parse_arabic(text: str) -> float | None:
    """`3亿2000万`, `1.1万亿`, `520`: digits with multipliers, parts added."""
    total = Decimal(0)
    for number, multiplier in re.findall(r"(\d+(?:\.\d+)?)([万亿千百十]*)", text):
        total += Decimal(number) * multiplier_value(multiplier)
    consumed = re.fullmatch(r"(?:\d+(?:\.\d+)?[万亿千百十]*)+", text)
    # Decimal keeps 2.2亿 at 220000000 exactly; float arithmetic gives 220000000.00000003
    return float(total) if consumed else None


def multiplier_value(multiplier: str) -> int:
    """The factor of a run of multipliers: 万 is 10⁴, 万亿 10¹², 百万 10⁶, nothing 1.

    >>> multiplier_value("百万"), multiplier_value("万亿"), multiplier_value("")
    (1000000, 1000000000000, 1)
    """
    value = 1
    for character in multiplier:
        value *= MYRIADS.get(character) or POWERS[character]
    return value


def _parse_han(text: str) -> float | None:
    if all(character in DIGITS for character in text):
        # 二〇一三 is read digit by digit, 三 alone is itself
        return float("".join(str(DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in POWERS:
            section += (digit or 1) * POWERS[character]
            digit = 0
        elif character in MYRIADS:
            # 万亿: a myriad of what was already counted in myriads
            total = (
                (total + section + digit) * MYRIADS[character]
                if not section + digit
                else (total + (section + digit) * MYRIADS[character])
            )
            section = digit = 0
        else:
            return None
    return float(total + section + digit)
