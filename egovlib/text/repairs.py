"""The repairs: each named, all in one visible order, each firing only on evidence.

A repair is a function from the text so far to the edits it wants (`Edit`, as in alignment.py), or to a
text of the same length. `REPAIRS` is the order, and the order is the specification: characters are mended
before lines, lines before sentences, sentences before numbers. What fired, and how often, is kept; a clean
document comes back with an empty log.

>>> aligned, log = repair("全省网上办理率达到 ９５ ％。")
>>> aligned.text, log
('全省网上办理率达到 95%。', (('width', 3), ('spaced_numbers', 1)))
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from egovlib import codebook
from egovlib.extract.units import find_unit
from egovlib.text.alignment import AlignedText, Edit
from egovlib.text.layout import (
    HAN,
    hard_wraps,
    in_prose,
    lost_stops,
    page_marks,
    page_numbers,
    repeated_copies,
    running_heads,
    site_debris,
    spaced_words,
)

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = ["HAN", "REPAIRS", "RepairLog", "narrow_punctuation", "repair"]

RepairLog = tuple[tuple[str, int], ...]
"""What was done: ((repair, how often), …), in the order of REPAIRS."""


def repair(raw: str) -> tuple[AlignedText, RepairLog]:
    """Apply every repair in order; a text without damage only has its punctuation narrowed, with an empty log."""
    aligned = AlignedText.of(raw).replace(narrow_punctuation(raw))
    log: list[tuple[str, int]] = []
    for rule in REPAIRS:
        result = rule(aligned.text)
        if isinstance(result, str):
            changed = 0 if result == aligned.text else _differences(aligned.text, result)
            repaired = aligned.replace(result)
        else:
            changed, repaired = len(result), aligned.edit(result)
        if changed:
            log.append((rule.__name__, changed))
            aligned = repaired
    return aligned, tuple(log)


# --- characters ---------------------------------------------------------------------------------


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _differences(a: str, b: str) -> int:
    """In how many places two texts of one length differ."""
    return int(np.count_nonzero(_codes(a) != _codes(b)))


def _fold(text: str, table: NDArray[np.uint32]) -> str:
    """Replace each character by its entry in `table` (shape: 65,536), which leaves the other planes alone."""
    codes = _codes(text)
    if codes.max(initial=0) < len(table):
        folded = table[codes]
    else:
        inside = codes < len(table)
        folded = np.where(inside, table[np.where(inside, codes, 0)], codes)
    if np.array_equal(folded, codes):
        return text
    return folded.tobytes().decode("utf-32-le", "surrogatepass")


def _lookup(pairs: dict[int, str]) -> NDArray[np.uint32]:
    table = np.arange(0x10000, dtype=np.uint32)
    for code, character in pairs.items():
        table[code] = ord(character)
    return table


_PUNCTUATION = "，：；（）！？～｛｝［］＂＇｀＿｜＾"
"""Full-width marks that Chinese typesetting uses as a rule: no damage, but rules read them in half width."""


def narrow_punctuation(text: str) -> str:
    """Fold ordinary full-width punctuation, so that every rule needs one form only; no repair, hence not logged.

    >>> narrow_punctuation("第一，（试行）！")
    '第一,(试行)!'
    """
    return _fold(text, _punctuation_table())


@cache
def _punctuation_table() -> NDArray[np.uint32]:
    pairs = {ord(mark): unicodedata.normalize("NFKC", mark) for mark in _PUNCTUATION}
    return _lookup(pairs | {0x3000: " ", 0xA0: " ", 0x2236: ":"})


def byte_order_mark(text: str) -> list[Edit]:
    """Take off the mark that some editors put before the first character."""
    return [(0, 1, "")] if text.startswith("\ufeff") else []


_LINE_END = re.compile("\r+\n?|[\x0b\x0c\x85\u2028\u2029]")


def line_ends(text: str) -> list[Edit]:
    r"""Turn \r\n, \r\r\n, lone \r and the rarer marks (form feed, U+2028) into \n."""
    if not any(mark in text for mark in "\r\x0b\x0c\x85\u2028\u2029"):
        return []
    return [(m.start(), m.end(), "\n") for m in _LINE_END.finditer(text)]


_ESCAPE = re.compile(
    r"<U\+([0-9A-F]{4,6})>|\\u([0-9a-fA-F]{4})|&(?:#\d{2,6}|#x[0-9A-Fa-f]{2,6}|[A-Za-z]{2,8});"
)


def literal_escapes(text: str) -> list[Edit]:
    r"""Read escapes that a scraper left as letters: `<U+00A0>`, `&nbsp;`, `\u3000`.

    >>> repair("&nbsp;<U+00A0>二是")[0].text
    '  二是'
    """
    if not any(mark in text for mark in ("<U+", "&", "\\u")):
        return []
    edits = [(m.start(), m.end(), _unescape(m)) for m in _ESCAPE.finditer(text)]
    return [(start, end, new) for start, end, new in edits if new != text[start:end]]


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code is None:
        character = html.unescape(match[0])
    else:
        number = int(code, 16)
        character = chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    return " " if character.isspace() else character


def width(text: str) -> str:
    """Full-width letters, digits and signs to half width; Kangxi and CJK radicals to the characters they stand for.

    Circled and bracketed numbers stay: they are list numbers, and as bare digits they would look like figures.

    >>> width("２０１５年，⼯⾏⻓９５％")
    '2015年，工行长95%'
    """
    return _fold(text, _width_table())


@cache
def _width_table() -> NDArray[np.uint32]:
    blocks = (range(0xFF01, 0xFF5F), range(0xFFE0, 0xFFE7), range(0x2F00, 0x2FD6), range(0xF900, 0xFB00))
    pairs = {}
    for code in (code for block in blocks for code in block if chr(code) not in _PUNCTUATION):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1:
            pairs[code] = folded
    # the CJK Radicals Supplement has no compatibility mapping in Unicode; the pairs are in the codebook
    pairs |= {ord(row["radical"]): row["character"] for row in codebook.rows("radicals")}
    return _lookup(pairs | {0x200B: " "})


def script(text: str) -> str:
    r"""Traditional to simplified characters: the whole document, or the paragraphs in Traditional script.

    Traditional prose changes about 30 % of its characters, simplified prose up to 0.02 % (沈, 覆, 乾 stand in both;
    counted on 140 city reports). So a document that changes 5 % is converted whole, and else each paragraph that
    changes at least 3 characters and 2 %.

    >>> script("電子政務發展規劃\n沈阳市"), script("沈阳覆盖")
    ('电子政务发展规划\n沈阳市', '沈阳覆盖')
    """
    codes = _codes(text)
    if np.count_nonzero(_traditional()[np.where(codes < 0x10000, codes, 0)]) < 3:
        return text
    simplified: str = _to_simplified().convert(text)
    if simplified == text or len(simplified) != len(text):
        return text
    if _differences(text, simplified) >= 0.05 * len(text):
        return simplified
    lines = []
    for before, after in zip(text.split("\n"), simplified.split("\n"), strict=True):
        changed = 0 if before == after else _differences(before, after)
        lines.append(after if changed >= 3 and changed >= 0.02 * len(before) else before)
    return "\n".join(lines)


@cache
def _to_simplified() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _traditional() -> NDArray[np.bool_]:
    """For each character of the first plane, whether simplified script writes it otherwise."""
    # a line each, so that no phrase is formed; surrogates are no characters
    codes = [code for code in range(0x3400, 0xFB00) if not 0xD800 <= code < 0xE000]
    simplified = _to_simplified().convert("\n".join(map(chr, codes))).split("\n")
    table = np.zeros(0x10000, dtype=np.bool_)
    table[codes] = [chr(code) != new for code, new in zip(codes, simplified, strict=True)]
    return table


# --- punctuation and numbers -----------------------------------------------------------------------

_POINT = re.compile(rf"(?<=[{HAN}\d'\")）])\.(?=[{HAN}'\"(（\d ]|$)")
_LOST_PERCENT = re.compile(rf"(?:率|比例|比重|覆盖|普及|达|达到|高达|有|占|为|至|到)\d{{1,2}}\.(?=[{HAN}])")
_NEW_SENTENCE = re.compile(
    r"[一二三四五六七八九十]+是|[一二三四五六七八九十]+\.|[一二三四五六七八九十]+、|我省|我市|同时|此外|目前"
)


def collapsed_punctuation(text: str) -> list[Edit]:
    """Where every mark has become '.', give the sentence back its commas and stops, and numbers their percent signs.

    Evidence is the whole document: at least 20 points between Chinese characters and hardly any other mark. A
    point becomes a stop before an enumerator and where 40 characters have run without one, else a comma.

    >>> damaged = "普及率高达93.市州为34." + "全省建设.有序推进." * 12
    >>> repair(damaged)[0].text[:18]
    '普及率高达93%,市州为34%,全省'
    """
    other = sum(text.count(mark) for mark in ",，。、；;")
    if other > text.count(".") / 10:
        return []
    points = [m for m in _POINT.finditer(text) if not _is_decimal(text, m.start())]
    if len(points) < 20 or other > len(points) / 10:
        return []
    percents = {m.end() - 1 for m in _LOST_PERCENT.finditer(text)}
    edits: list[Edit] = []
    since = 0
    for match in points:
        place = match.start()
        stops = _NEW_SENTENCE.match(text, place + 1) or place - since > 40 or place == len(text.rstrip()) - 1
        heading = re.search(r"(?:^|[\s.])[一二三四五六七八九十]+$", text[max(0, place - 4) : place])
        mark = "、" if heading else "。" if stops else ","
        if place in percents:
            # 80.的: the percent sign only, the sentence goes on
            mark = "%" if text[place + 1 : place + 2] == "的" else "%" + mark
        if "。" in mark:
            since = place
        edits.append((place, place + 1, mark))
    return edits


def _is_decimal(text: str, place: int) -> bool:
    return text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()


_SPACE = re.compile(" (?=[0-9.%‰Gg])")
_CHAIN = re.compile(r" *(?P<number>[0-9.]+(?: +[0-9.]+)*)(?P<sign> *[%‰])?")
_GENERATION = re.compile(r"(?<![0-9A-Za-z.] )(?<![0-9A-Za-z.])[2-6](?P<gap> )[Gg](?![A-Za-z])")


def spaced_numbers(text: str) -> list[Edit]:
    """Close the spaces that scanning puts inside numbers: `52 0万户`, `2 0 0 5年`, `6 .5 %`, `15. 6万`, `3 G`.

    Groups of digits are one number only where the first follows a word directly and a unit, a multiplier or 多, 余
    follows the last; columns of a table, years (`2012 2013`) and `分别为12 34个` never are.

    >>> repair("2 0 0 5年达到6 .5 %，户数52 0万户")[0].text
    '2005年达到6.5%,户数520万户'
    """
    spaces: set[int] = set()
    done = 0
    for match in _SPACE.finditer(text):
        start = match.start()
        if start < done:
            continue
        while start > done and text[start - 1] in "0123456789. ":
            start -= 1
        chain = _CHAIN.match(text, start)
        if chain is None:
            generation = _GENERATION.match(text, start)
            spaces.update([generation.start("gap")] if generation else [])
            continue
        done = chain.end()
        if _is_one_number(text, chain):
            spaces.update(_spaces(text, *chain.span("number")))
        else:
            spaces.update(m.start() for m in re.compile(r"(?<=\d) (?=\.\d)").finditer(text, start, done))
        if chain["sign"]:
            spaces.update(_spaces(text, *chain.span("sign")))
        generation = _GENERATION.match(text, chain.start("number"))
        spaces.update([generation.start("gap")] if generation else [])
    return [(place, place + 1, "") for place in sorted(spaces)]


def _spaces(text: str, start: int, end: int) -> list[int]:
    return [place for place in range(start, end) if text[place] == " "]


def _is_one_number(text: str, chain: re.Match[str]) -> bool:
    """Whether groups of digits that stand apart were one number before the scan."""
    start, end = chain.span("number")
    groups, joined = chain["number"].split(" "), chain["number"].replace(" ", "")
    if len(groups) == 1 or "" in groups or not re.fullmatch(r"\d{1,9}(?:\.\d+)?", joined):
        return False
    if any(re.fullmatch(r"(?:19|20)\d\d", group) for group in groups):
        return False
    follows = text[end : end + 1]
    if follows == "年" and re.fullmatch(r"(?:19|20)\d\d", joined) and len(groups[0]) < 3:
        return not text[start - 1 : start].isascii() or text[start - 1 : start] in "\n (" or start == 0
    word = start - 1 if text[start - 1 : start] == " " and in_prose(text, start) else start
    before = text[word - 1 : word]
    if not before or before in " \t\n第" or (before.isascii() and before.isalnum()):
        return False  # a column, the number of an article, 5G
    if text[start - 2 : start] == "1:":
        return True  # the scale of a map
    if re.search(r"分别|依次|顺次", text[max(0, start - 8) : start]):
        return False
    unit = find_unit(text, end)
    if any(group.endswith(".") for group in groups[:-1]):
        # 15. 6万 but not list number 3 and then 5个
        measured = unit is not None and not unit.dimension.startswith("count")
        return bool(chain["sign"]) or follows in ("万", "亿", "千") or measured
    return bool(chain["sign"]) or unit is not None or follows in tuple("万亿千百多余")


_GLUED_YEARS = re.compile(r"[12](?:(?<=1)9|(?<=2)0)[0-9]{6}(?=年|\))")


def lost_dashes(text: str) -> list[Edit]:
    """Put back the dash of a span of years: `20062020年`.

    >>> repair("20062020年国家信息化发展战略")[0].text
    '2006-2020年国家信息化发展战略'
    """
    edits: list[Edit] = []
    for match in _GLUED_YEARS.finditer(text):
        first, last = int(match[0][:4]), int(match[0][4:])
        alone = not text[match.start() - 1 : match.start()].isdigit()
        if alone and first < last <= first + 50:
            edits.append((match.start() + 4, match.start() + 4, "-"))
    return edits


Repair = Callable[[str], "list[Edit] | str"]

REPAIRS: tuple[Repair, ...] = (
    byte_order_mark,
    line_ends,
    literal_escapes,
    width,
    script,
    repeated_copies,
    site_debris,
    running_heads,
    page_numbers,
    page_marks,
    collapsed_punctuation,
    lost_stops,
    hard_wraps,
    spaced_words,
    spaced_numbers,
    lost_dashes,
)
"""Every repair, in the order in which they are applied; `Document.repairs` names those that did something."""
