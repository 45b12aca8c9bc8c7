"""Every number of a text, taken as a quantity or refused.

One look finds where a number may begin and reads the plain ones; those of other forms (ranges, shares, ranks) are left
to a pattern of all forms. Traps go along the text beside the numbers, and what one covers measures nothing.

>>> [(reading.value, reading.unit) for reading in find_readings("2013年受理120多万件，办结率99.6%。")]
[(1200000.0, '件'), (99.6, '%')]
>>> [(one.start, one.trap) for one in find_candidates("2013年受理120多万件。")]
[(0, 'date'), (7, None)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from egovlib import codebook
from egovlib.extract.attributes import JOINERS
from egovlib.extract.contexts import EXACT, Approximator, Reading
from egovlib.extract.hedges import approximators, hedge_before, hedge_ends
from egovlib.extract.numerals import ARABIC, HAN
from egovlib.extract.readings import Written, number_span, read_digits, read_match, read_written
from egovlib.extract.traps import find_traps, trap_over

# 百姓, 千瓦, 万众 begin words of their own
_MULTIPLIER = "(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万(?![众物]|事[通达])|千(?![米瓦克卡])|百(?![姓货]))"
_DASH = "-—–―~～〜"


@cache
def _tail() -> str:
    """2.2亿, 3千多万, 150余万: one multiplier or hedge behind the digits."""
    middle = "|".join(approximators("middle"))
    return rf"(?: ?{_MULTIPLIER}| ?(?:{middle})(?= ?{_MULTIPLIER}))"


@cache
def _candidate_regex() -> re.Pattern[str]:
    """A number of any form from its first character on."""
    spoken = rf"(?:{ARABIC}|{HAN}+(?:点{HAN}+)?)"
    number = rf"(?:{ARABIC}|{HAN}+)"

    def numeral(i: int) -> str:
        # 1亿3千多万: multipliers and hedges in any order behind the digits
        return rf"(?P<n{i}>(?:\d+[亿万](?=\d))?{number})(?P<tail{i}>{_tail()}*)"

    return re.compile(
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
        rf"|(?P<bare>[百千万亿]+(?!{HAN}|\d))(?P<baremid>{'|'.join(approximators('middle'))})?"
        rf"|{numeral(1)}(?:(?P<unit1>[%‰]|[a-zA-Z一-鿿]{{0,3}}?) ?(?P<dash>[{_DASH}]{{1,2}}|[至到])(?:近|超过?|约)?"
        rf"{numeral(2)})?"
    )


class Candidate(NamedTuple):
    """A number found: its place, the trap that covers it (None: none), what it reads as (None: no quantity)."""

    start: int
    end: int
    trap: str | None
    reading: Reading | None


def find_readings(text: str) -> Iterator[Reading]:
    """Every quantity of a repaired text with its worth, traps left out."""
    return (reading for _, _, _, reading in _numbers(text, refused=False) if reading is not None)


def find_candidates(text: str) -> Iterator[Candidate]:
    """Every number of a repaired text, taken as a quantity or refused, in order."""
    return map(Candidate._make, _numbers(text, refused=True))


def _numbers(text: str, *, refused: bool) -> Iterator[tuple[int, int, str | None, Reading | None]]:
    """The candidates of a text, as plain tuples because most are only passed on.

    Without `refused`, only quantities are given, and numbers that begin in a trap are passed over unread: an
    explanation names them, a table has no use for them.
    """
    place = last_end = i = 0
    inherited: Approximator | None = None
    search, hedged = _numeral_head().search, hedge_ends()
    # numbers and traps go along the text side by side; the last trap lies behind its end
    traps = [*find_traps(text), (len(text) + 1, len(text) + 1, "")]
    begin, beyond, name = traps[0]
    while (head := search(text, place)) is not None:
        at, stop = head.span()
        while beyond <= at:
            i += 1
            begin, beyond, name = traps[i]
        if begin <= at and not refused and name != "ordinal":  # an ordinal may still be a rank
            place = beyond
            continue
        start, word = hedge_before(text, at, place) if text[at - 1 : at] in hedged else (at, "")
        number, is_rank = at, False
        if tail_group := head.lastindex:  # by far the most
            number_end = head.end(tail_group - 1)
            written = (start, word, at, text[at:number_end], head[tail_group])
            read = read_digits if tail_group == _DIGITS_TAIL else _read_spoken
            reading = read(written, text, stop)
        else:
            match = _candidate_regex().match(text, at)
            if match is None:
                place = at + 1
                continue
            number, number_end = number_span(match)
            stop, is_rank = match.end(), match["rank"] is not None
            if number_end - number > LONGEST_NUMERAL:
                place = number_end
                yield start, stop, None, None
                continue
            indefinite = _is_indefinite(text, number)
            reading = None if indefinite else read_match(match, text, start, word)
        trap = trap_over(traps, i, number, number_end, is_rank=is_rank) if begin < number_end else None
        if reading is None or trap is not None:
            place = number_end
            if refused:
                yield start, stop, trap, None
            continue
        place = reading.end
        joined = reading.start == last_end + 1 and text[last_end] in JOINERS
        if joined and inherited is not None and reading.approximator is EXACT:
            # 接近40%和35%: the hedge holds for both
            reading = reading._replace(approximator=inherited)
        inherited, last_end = (reading.approximator if word or joined else None), reading.end
        yield start, stop, None, reading


def _read_spoken(written: Written, text: str, end: int) -> Reading | None:
    return None if _is_indefinite(text, written[2]) else read_written(written, text, end)


def _is_indefinite(text: str, start: int) -> bool:
    """几十个 and 数百家 have no value: no row is better than a wrong one."""
    # 人数783.9万人 is definite: only numerals in characters go on from 几 and 数
    return start > 0 and text[start - 1] in "几数" and not text[start].isdigit()


_DIGITS_TAIL = 2
"""The group of `_numeral_head` that holds the tail of a plain number in digits; that of one in characters is 4."""
LONGEST_NUMERAL = 30
"""Characters; no number that anybody reports is longer, and runs of digits must not cost the square of theirs."""


@cache
def _numeral_head() -> re.Pattern[str]:
    """Where a number may begin: at a digit, or at Chinese numerals with something behind that numerals take.

    Most 一, 三 and 百 of a text are parts of words (进一步, 三农, 百姓); this one look spares them the reading.
    A set of characters stands first, because the search for one is the fast part of the engine.
    A plain number (224, 1,234.5, 150余万, 三十: 9 of 10 that are found) is taken here, in its group the digits or
    Chinese numerals and in the next the tail; what may go on as a range, a ratio or a fraction is left to the
    pattern of all forms, which takes 2.6 × as long.
    """
    follow = "".join(
        sorted(
            {row["unit"][0] for row in codebook.rows("units") if row["unit"]}
            | set("分成大多余来半至到级位名强" + "-—–~～ ")
        )
    )
    digits = rf"(?>(?:\d{{0,2}}(?:,\d{{3}}){{1,7}}(?!\d)|\d{{0,{LONGEST_NUMERAL - 1}}})(?:\.\d{{1,20}})?)"
    tail = f"(?>{_tail()}{{0,8}})"
    # 三成, 十大, 三分之一, 三点五 and 一半 have forms of their own
    ranges = f"[%‰ a-zA-Z一-鿿]{{0,4}}[{_DASH}至到]"
    return re.compile(
        "[0-9零〇一二三四五六七八九十两百千万亿壹贰叁肆伍陆柒捌玖拾佰仟第前首半]"
        rf"(?:(?<=[0-9])({digits})({tail})(?![\d:∶/成百千万亿]|{ranges})"
        rf"|(?<=[0-9第前首百千万亿])|(?<=半)(?=[年个月小工天])|(?<={HAN})(?={HAN}{{0,11}}[百千万亿{re.escape(follow)}])"
        rf"(?:((?>{HAN}{{0,11}}))({tail})(?!{HAN}|[\d成大分点半百千万亿]|{ranges}))?)"
    )
