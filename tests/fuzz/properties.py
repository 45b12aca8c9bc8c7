"""What must hold of any input, however it came about: shared by the test suite and the long fuzzing run.

Each property takes one input and raises AssertionError, or whatever the code under it raised, when it does not hold.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from egovlib.analyse.quality.codebooks import KINDS, check_codebook
from egovlib.codebook.terms import alternatives
from egovlib.documents import read_text
from egovlib.extract.numerals import parse_numeral, parse_pair
from egovlib.extract.quantities import find_quantities
from egovlib.extract.themes import COLUMNS, read_scheme
from egovlib.extract.traps import find_traps
from egovlib.extract.units import find_unit
from egovlib.text.formats import decode
from egovlib.text.markup import strip_markup
from egovlib.text.repairs import repair
from egovlib.text.sections import find_sections, find_sentences


def _is_a_sentence(error: ValueError) -> bool:
    text = str(error)
    return bool(text) and text.endswith(".") and len(text.splitlines()) == 1


def decodes(data: bytes) -> None:
    """Bytes are decoded or refused in one sentence; what UTF-8 says comes back as it was."""
    try:
        decoded = decode(data)
    except ValueError as error:
        assert _is_a_sentence(error), str(error)  # noqa: PT017
        return
    if decoded.encoding == "utf-8" and not decoded.notes:
        assert decoded.text.encode("utf-8") == data


def repairs(text: str) -> None:
    """Each repaired character knows where it came from, in order, and a repair is not repaired again by chance."""
    text = text.encode("utf-8", "replace").decode("utf-8")  # what comes to repair has been decoded
    aligned, log = repair(text)
    assert aligned.raw == text
    assert all(count > 0 for _, count in log)
    last = 0
    for place in range(0, len(aligned.text), max(1, len(aligned.text) // 16)):
        start, end = aligned.span(place, place + 1)
        assert 0 <= start <= end <= len(text)
        assert start >= last
        last = start


def strips(text: str) -> None:
    """A page's text leads back into its source."""
    aligned, _ = strip_markup(text)
    assert aligned.raw == text
    for place in range(0, len(aligned.text), max(1, len(aligned.text) // 16)):
        start, end = aligned.span(place, place + 1)
        assert 0 <= start <= end <= len(text)


def cuts(text: str) -> None:
    """Sections cover the text in order; sentences lie in it, in order, none empty."""
    sections = find_sections(text)
    assert all(one.start <= one.end <= len(text) for one in sections)
    assert [one.start for one in sections] == sorted(one.start for one in sections)
    last = 0
    for start, end in find_sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end].strip()
        last = end


def numbers(text: str) -> None:
    """A numeral is a number or none, never NaN or infinite."""
    value = parse_numeral(text)
    assert value is None or (value == value and abs(value) != float("inf"))
    pair = parse_pair(text)
    assert pair is None or pair[0] < pair[1]


def units(text: str) -> None:
    """A unit stands where it was looked for."""
    for place in range(min(len(text), 6)):
        unit = find_unit(text, place)
        assert unit is None or place <= unit.end <= len(text)


def traps(text: str) -> None:
    """Traps lie in the text, in order, apart."""
    last = 0
    for start, end, trap in find_traps(text):
        assert last <= start < end <= len(text)
        assert trap
        last = end


def quantities(text: str) -> None:
    """Every quantity's surface is what stands at its place in the raw text."""
    try:
        document = read_text(text)
    except ValueError as error:
        assert _is_a_sentence(error), str(error)  # noqa: PT017
        return
    for row in find_quantities(document).itertuples():
        assert text[row.start : row.end] == row.surface != ""
        assert row.value == row.value


def cells(text: str) -> None:
    """A cell of the term language is read or refused in one sentence, in no more than the alternatives it writes."""
    try:
        alternatives(text)
    except ValueError as error:
        assert _is_a_sentence(error), str(error)  # noqa: PT017


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def schemes(data: bytes) -> None:
    """Any file given as a coding scheme is read or refused in one sentence a problem."""
    path = Path(_folder().name) / "scheme.csv"
    path.write_bytes(data)
    try:
        read_scheme(path)
    except ValueError as error:
        assert str(error).strip(), "a refusal without a word"  # noqa: PT017


def codebooks(data: bytes) -> None:
    """The check of a codebook finds an error in a file exactly where reading it is refused."""
    path = Path(_folder().name) / "codebook.csv"
    path.write_bytes(data)
    for kind, of in KINDS.items():
        try:
            found = check_codebook(path, kind=kind)
        except ValueError as error:
            assert _is_a_sentence(error), str(error)  # noqa: PT017
            return  # no table at all
        try:
            of.read(path)
        except ValueError as error:
            assert (found["level"] == "error").any(), f"{kind} is refused without a finding: {error}"  # noqa: PT017
        else:
            assert (found["level"] == "note").all(), f"{kind} is read in spite of {found['text'].tolist()}"
        assert found["text"].str.strip().ne("").all()


def scheme_of(cells: Iterable[tuple[str, str]]) -> bytes:
    """A scheme file in which only the cells `includes` and `excludes` of each row may be wrong."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="x")
    rows.writeheader()
    for number, (includes, excludes) in enumerate(cells):
        rows.writerow({"code": f"c{number}", "parent": "", "includes": includes, "excludes": excludes})
    return text.getvalue().encode("utf-8", "surrogatepass")


TEXTS: dict[str, Callable[[str], None]] = {
    "repairs": repairs, "strips": strips, "cuts": cuts, "numbers": numbers, "units": units, "traps": traps,
    "quantities": quantities, "cells": cells,
}  # fmt: skip
"""The properties of texts, by name."""

BYTES: dict[str, Callable[[bytes], None]] = {"decodes": decodes, "schemes": schemes, "codebooks": codebooks}
"""The properties of files, by name."""


def as_text(data: bytes) -> str:
    """Bytes as the text they are in UTF-8, half characters included, or what is left of it."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _of_text(holds: Callable[[str], None]) -> Callable[[bytes], None]:
    return lambda data: holds(as_text(data))


PROPERTIES: dict[str, Callable[[bytes], None]] = {
    **{name: _of_text(holds) for name, holds in TEXTS.items()},
    **BYTES,
}
"""All properties by name, each of bytes: what a fuzzer that varies bytes and a corpus of files give."""

_PIECES = """0 1 9 12 12345 2013年 一 二 三十 百 千 万 亿 万亿 兆 个 户 % ％ ‰ 人次 、 ， 。 ； ： ! ?
约 近 超过 以上 多 余 由 至 到
从 第 第一 位 百分之 三分之一 又 成 半 ( ) （ ） “ ” 《 》
〔 〕 [ ] 号 . , - — ~ / : 12345热线 5G 截至 底 增长 提高 点 工作日 GB
Mbps ３ ⼩ 個 國 电子政务 系统 平台 一、 （一） 1. 1、 第一章 第一节
目录 附件 专栏 &nbsp; &#37; &lt; \\u4e2d <U+4E2D> <p> </p> <td> <tr>
<table> <div> <!-- --> <script> <a href=x> | & ~9~ ! 网络 安全 code fyp13 十三五 “十四五” 其中 分别 同比 比上年 翻一番
一倍 零 〇 两 壹 贰 点 负 + = @"""
PIECES = [*_PIECES.split(), *"\ufeff\u200b\u3000\x0b\x0c\x85\u2028\ud800\U0001f600\u0301"]
"""What hostile and ordinary texts are made of."""
