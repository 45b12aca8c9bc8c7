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
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from egovlib import codebook, frames
from egovlib.documents import documents_of
from egovlib.extract.attributes import JOINERS, Reader
from egovlib.extract.contexts import EXACT, Approximator, Context, Reading
from egovlib.extract.corrected import correct
from egovlib.extract.numerals import ARABIC, HAN
from egovlib.extract.readings import alternation_of, approximators, number_span, read_match
from egovlib.extract.traps import Traps

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
def _candidate_regex(hedged: bool) -> re.Pattern[str]:
    """A number from its first character on, with the `hedged` form from the hedge before it on."""
    before, middle = alternation_of("before") if hedged else "(?!)", alternation_of("middle")
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
    return (found.reading for found in find_candidates(text, trapped=False) if found.reading is not None)


def find_candidates(text: str, *, trapped: bool = True) -> Iterator[Candidate]:
    """Every number of a repaired text, taken as a quantity or refused, in order.

    Without `trapped`, numbers that begin in a trap are passed over unread: an explanation names them, a table
    has no use for them.
    """
    place = last_end = 0
    inherited: Approximator | None = None
    numeral_head, traps = _numeral_head(), Traps(text)
    while (head := numeral_head.search(text, place)) is not None:
        if not trapped and (beyond := traps.beyond(head.start())):
            place = beyond
            continue
        match = _match_around(text, head.start(), place)
        if match is None:
            place = head.start() + 1
            continue
        start, end = number_span(match)
        if end - start > LONGEST_NUMERAL:
            place = end
            yield Candidate(match, None, None)
            continue
        reading = None if _is_indefinite(match, text, start) else read_match(match, text)
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
        regex, words = _candidate_regex(hedged=True), approximators("before")
        for length in range(min(_longest_hedge(), end - floor), 0, -1):
            if text[end - length : end] in words and (match := regex.match(text, end - length)) is not None:
                return match
    return _candidate_regex(hedged=False).match(text, head)


@cache
def _hedge_ends() -> frozenset[str]:
    return frozenset(word[-1] for word in approximators("before"))


@cache
def _longest_hedge() -> int:
    return max(map(len, approximators("before")))
