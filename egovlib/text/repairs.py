"""The repairs: each named, all in one visible order, each firing only on evidence.

A repair is a function from the text so far to the edits it wants (`Edit`, as in alignment.py), or to a
text of the same length. `REPAIRS` is the order, and the order is the specification: characters are mended
before words, words before lines, lines before sentences. What fired, and how often, is kept.

>>> aligned, log = repair("全省网上办理率达到 ９５ ％。")
>>> aligned.text, log
('全省网上办理率达到 95%。', (('width', 3), ('spaced_numbers', 1)))
"""

from __future__ import annotations

import itertools
import re
import statistics
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from egovlib import codebook
from egovlib.text.alignment import AlignedText, Edit

if TYPE_CHECKING:
    from opencc import OpenCC

RepairLog = tuple[tuple[str, int], ...]
"""What was done: ((repair, how often), …), in the order of REPAIRS."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
SENTENCE_END = "。！？!?；;：:"


def repair(raw: str) -> tuple[AlignedText, RepairLog]:
    """Apply every repair in order; a clean text comes back as it is, with an empty log."""
    aligned = AlignedText.of(raw)
    log: list[tuple[str, int]] = []
    for rule in REPAIRS:
        result = rule(aligned.text)
        if isinstance(result, str):
            changed = (
                sum(a != b for a, b in zip(aligned.text, result, strict=True))
                if result != aligned.text
                else 0
            )
            repaired = aligned.replace(result)
        else:
            changed, repaired = len(result), aligned.edit(result)
        if changed:
            log.append((rule.__name__, changed))
            aligned = repaired
    return aligned, tuple(log)


def byte_order_mark(text: str) -> list[Edit]:
    """Take off the mark that some editors put before the first character."""
    return [(0, 1, "")] if text.startswith("\ufeff") else []


def line_ends(text: str) -> list[Edit]:
    r"""Turn \r\n, \r\r\n and lone \r into \n."""
    if "\r" not in text:
        return []
    return [(m.start(), m.end(), "\n") for m in re.finditer(r"\r+\n?", text)]


_ESCAPE = re.compile(r"<U\+([0-9A-F]{4,6})>|&(nbsp|amp|lt|gt|quot|ldquo|rdquo|mdash|middot|#\d{2,6});")
_ENTITIES = {
    "nbsp": " ",
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "ldquo": "“",
    "rdquo": "”",
    "mdash": "—",
    "middot": "·",
}


def literal_escapes(text: str) -> list[Edit]:
    """Read escapes that a scraper left as letters: `<U+00A0>`, `&nbsp;`.

    >>> repair("&nbsp;<U+00A0>二是")[0].text
    '  二是'
    """
    return (
        [(m.start(), m.end(), _unescape(m)) for m in _ESCAPE.finditer(text)]
        if "<U+" in text or "&" in text
        else []
    )


def _unescape(match: re.Match[str]) -> str:
    code, entity = match.groups()
    if code is None and not entity.startswith("#"):
        return _ENTITIES[entity]
    number = int(code, 16) if code else int(entity[1:])
    character = chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    return " " if character.isspace() else character


def width(text: str) -> str:
    """Full-width letters, digits and signs to half width; Kangxi and CJK radicals to the characters they stand for.

    Circled and bracketed numbers stay: they are list numbers, and as bare digits they would look like figures.

    >>> width("２０１５年，⼯⾏⻓")
    '2015年,工行长'
    """
    return text.translate(_width_table())


@cache
def _width_table() -> dict[int, str]:
    blocks = (range(0xFF01, 0xFF5F), range(0xFFE0, 0xFFE7), range(0x2F00, 0x2FD6), range(0xF900, 0xFB00))
    table = {}
    for code in (code for block in blocks for code in block):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and folded != chr(code):
            table[code] = folded
    # the CJK Radicals Supplement has no compatibility mapping in Unicode; the pairs are in the codebook
    table |= {ord(row["radical"]): row["character"] for row in codebook.rows("radicals")}
    return table | {0x3000: " ", 0xA0: " ", 0x200B: " ", 0x2236: ":"}


def script(text: str) -> str:
    r"""Traditional to simplified characters: the whole document, or the paragraphs in Traditional script.

    Traditional prose changes about 30 % of its characters, simplified prose up to 0.02 % (沈, 覆, 乾 stand in both;
    counted on 140 city reports). So a document that changes 5 % is converted whole, and else each paragraph that
    changes at least 3 characters and 2 %.

    >>> script("電子政務發展規劃\n沈阳市"), script("沈阳覆盖")
    ('电子政务发展规划\n沈阳市', '沈阳覆盖')
    """
    simplified: str = _to_simplified().convert(text)
    if simplified == text or len(simplified) != len(text):
        return text
    if sum(a != b for a, b in zip(text, simplified, strict=True)) >= 0.05 * len(text):
        return simplified
    lines = []
    for before, after in zip(text.split("\n"), simplified.split("\n"), strict=True):
        changed = sum(a != b for a, b in zip(before, after, strict=True)) if before != after else 0
        lines.append(after if changed >= 3 and changed >= 0.02 * len(before) else before)
    return "\n".join(lines)


@cache
def _to_simplified() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def site_debris(text: str) -> list[Edit]:
    r"""Delete lines that a document site or a web page put around the document.

    A line goes only when it is debris from end to end (codebook/debris.csv), so no line with prose is lost.

    >>> repair("下载文档\n上传人:某某\n12页\n某市规划")[0].text.strip()
    '某市规划'
    """
    pattern = _debris()
    return [(m.start(), m.end(), "") for m in pattern.finditer(text)]


@cache
def _debris() -> re.Pattern[str]:
    lines = "|".join(f"(?:{row['pattern']})" for row in codebook.rows("debris"))
    return re.compile(rf"^[ \t]*(?:{lines})[ \t]*$", re.MULTILINE)


_DRESSED_NUMBER = re.compile(
    r"^[ \t]*(?:[-—–·]+ ?\d{1,4} ?[-—–·]+|第 ?\d{1,4} ?页(?: ?共 ?\d+ ?页)?)[ \t]*(?:\n|$)", re.MULTILINE
)


def page_numbers(text: str) -> list[Edit]:
    r"""Delete lines that hold nothing but a page number: `— 3 —`, `第3页`, and bare numbers that count up.

    >>> repair("上文\n— 12 —\n下文")[0].text
    '上文\n下文'
    """
    dressed = list(_DRESSED_NUMBER.finditer(text))
    bare = list(re.finditer(r"^[ \t]*(\d{1,3})[ \t]*\n", text, re.MULTILINE))
    counted = [a for a, b in itertools.pairwise(bare) if int(b[1]) == int(a[1]) + 1]
    if len(counted) >= 2:
        dressed += [m for m in bare if any(abs(int(m[1]) - int(c[1])) <= 1 for c in counted)]
    return [(m.start(), m.end(), "") for m in sorted(dressed, key=lambda m: m.start())]


_MARK = re.compile(r"(?<![第\d])(\d{1,3})、")


def page_marks(text: str) -> list[Edit]:
    """Delete the page counts that download sites inject between any two characters (`信5、息`).

    Evidence: at least three `k、` that stand inside a sentence, where no list number can stand, and count up.
    Pages are about equally long, so a mark between two sure ones is looked for where it must be; a list
    number glued to a mark (`34、` = list number 3, page mark 4) gives back the list number.

    >>> marked = "一是政2、务网络" + "建" * 80 + "成，服3、务民生" + "好" * 80 + "，数4、据共享。"
    >>> repair(marked)[0].text.count("、")
    0
    """
    marks = _chain_of_marks(text)
    if len(marks) < 3:
        return []
    edits: list[Edit] = []
    for start, end, _, glued in marks:
        # 34、基础: the list number 3 keeps its own 、
        edits.append((start + len(glued), end, "、") if glued else (start, end, ""))
    edits += [(m.start(1), m.end(1), "") for m in re.finditer(r"[。\s](\d{1,3}\s*)$", text)]
    first = re.match(r"\s*1、(?=[^\n]*2、)", text) or re.search(r"(?<=\n)1、", text[: marks[0][0]])
    if first and marks[0][2] == 2:
        edits.append((first.end() - 2, first.end(), ""))
    return sorted(edits)


_Mark = tuple[int, int, int, str]
"""(start, end, page, list number glued before it)"""


def _chain_of_marks(text: str) -> list[_Mark]:
    """The marks that count up: the longest chain of sure ones, then the others between them by distance."""
    sure = [(m.start(), m.end(), int(m[1]), "") for m in _MARK.finditer(text) if _inside_a_sentence(text, m)]
    chain = _longest_count(sure)
    if len(chain) < 3:
        return []
    pages = [(b[0] - a[0]) / (b[2] - a[2]) for a, b in itertools.pairwise(chain)]
    page = statistics.median(pages)
    if page < 60 or (len(chain) < 5 and max(pages) > 3 * min(pages)):
        return []  # pages of one document are about equally long; counts in prose are not
    result = [chain[0]]
    first = chain[0]
    for number in range(first[2] - 1, 1, -1):
        near = _nearest_mark(text, number, result[0][0] - page, page)
        if near is not None and near[0] < result[0][0]:
            result.insert(0, near)
    for after in chain[1:]:
        for number in range(result[-1][2] + 1, after[2]):
            share = (number - result[-1][2]) / (after[2] - result[-1][2])
            near = _nearest_mark(text, number, result[-1][0] + share * (after[0] - result[-1][0]), page)
            if near is not None and result[-1][0] < near[0] < after[0]:
                result.append(near)
        result.append(after)
    last = result[-1]
    while (near := _nearest_mark(text, last[2] + 1, last[0] + page, page)) is not None and near[0] > last[0]:
        result.append(near)
        last = near
    return result


def _inside_a_sentence(text: str, match: re.Match[str]) -> bool:
    """No list number stands directly after a Chinese character or a comma and before one."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return bool(re.match(rf"[{HAN},、“”]", before)) and bool(re.match(rf"[{HAN}“”(《]", after))


def _longest_count(marks: list[_Mark]) -> list[_Mark]:
    """The longest subsequence whose page numbers rise by small steps."""
    best: list[tuple[int, int]] = []  # (length, predecessor) for each mark
    for i, mark in enumerate(marks):
        reachable = [(best[j][0] + 1, j) for j in range(max(0, i - 50), i) if 0 < mark[2] - marks[j][2] <= 4]
        best.append(max(reachable, default=(1, -1)))
    chain: list[_Mark] = []
    i = max(range(len(marks)), key=lambda k: best[k][0], default=-1)
    while i >= 0:
        chain.append(marks[i])
        i = best[i][1]
    return chain[::-1]


def _nearest_mark(text: str, number: int, place: float, page: float) -> _Mark | None:
    """The `number、` nearest to `place`, within half a page of it; `34、` may be list number 3 and mark 4."""
    low, high = int(place - page / 2), int(place + page / 2)
    found = [
        (m.start(), m.end(), number, m[1])
        for m in re.finditer(rf"(?<!\d)(\d?){number}、", text[max(0, low) : max(0, high)])
    ]
    if not found:
        return None
    offset = max(0, low)
    start, end, _, glued = min(found, key=lambda mark: abs(mark[0] + offset - place))
    return start + offset, end + offset, number, glued


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
    points = [m for m in _POINT.finditer(text) if not _is_decimal(text, m.start())]
    other = sum(text.count(mark) for mark in ",，。、；;")
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


_LIST_HEAD = re.compile(
    r"[ \t]*(?:第?[一二三四五六七八九十百]+[、章节条编 .]|[(（][一二三四五六七八九十\d]+[)）]"
    r"|\d{1,2}[、.．]|[①-⑳]|——|[•●■◆]|附件)"
)


def hard_wraps(text: str) -> list[Edit]:
    r"""Join lines that were broken inside sentences.

    Evidence, whole document: two lines of about one width that follow each other and both stop in the middle of
    a sentence, and at least five such lines in all. A break inside a number is always mended.

    >>> repair("\n".join(["某市大力推进政务服务平台建设工作成效" for _ in range(6)]) + "。")[0].text.count("\n")
    0
    """
    if "\n" not in text:
        return []
    lines = list(_lines(text))
    wide = _wrap_width(text, lines)
    edits: list[Edit] = []
    for (start, end), (next_start, next_end) in itertools.pairwise(lines):
        if next_end == next_start or end == start:
            continue
        following = text[next_start:next_end].lstrip()
        inside_number = text[end - 1].isdigit() and bool(_NUMBER_GOES_ON.match(following))
        broken = wide > 0 and 0.75 * wide <= end - start <= 1.2 * wide and not _LIST_HEAD.match(following)
        if inside_number or (broken and text[end - 1] not in SENTENCE_END):
            edits.append((end, next_end - len(following), ""))
    return edits


_NUMBER_GOES_ON = re.compile(r"(?:\.?\d+)?[万亿%]")


def _wrap_width(text: str, lines: list[tuple[int, int]]) -> float:
    """The width at which lines were broken, 0 when there is no evidence that they were."""
    unfinished = [
        (i, end - start)
        for i, (start, end) in enumerate(lines)
        if 15 <= end - start <= 120
        and text[end - 1] not in SENTENCE_END
        and not _LIST_HEAD.match(text, start)
    ]
    if len(unfinished) < 5:
        return 0.0
    wide = statistics.quantiles([length for _, length in unfinished], n=10)[-1]
    near = [i for i, length in unfinished if 0.8 * wide <= length <= 1.2 * wide]
    follow = sum(b == a + 1 for a, b in itertools.pairwise(near))
    return wide if len(near) >= 5 and follow >= 2 else 0.0


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line, trailing blanks left out of it."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line.rstrip())
        start += len(line) + 1


_SPACED = re.compile(
    r"(?<![\d.])\d(?: \d(?!\d))+(?=[ 年月日%.万亿千百个项家户条件]|$)"  # 2 0 0 5年
    r"|(?<=\d) +(?=\.\d)|(?<=\d\.) +(?=\d)"  # 6 .5
    r"|(?<=\d) +(?=[%‰])"  # 95 %
    r"|(?<![\d.])\d{1,2} (?=\d{1,2} ?%)"  # 1 00 %
    r"|(?<=\b\d) (?=[GgMm]\b)"  # 3 G
)


def spaced_numbers(text: str) -> list[Edit]:
    """Close the spaces that OCR puts inside numbers.

    >>> repair("2 0 0 5年达到6 .5 %")[0].text
    '2005年达到6.5%'
    """
    edits: list[Edit] = []
    for match in _SPACED.finditer(text):
        edits += [(place, place + 1, "") for place in range(match.start(), match.end()) if text[place] == " "]
    return edits


def lost_dashes(text: str) -> list[Edit]:
    """Put back the dash of a span of years: `20062020年`.

    >>> repair("20062020年国家信息化发展战略")[0].text
    '2006-2020年国家信息化发展战略'
    """
    return [
        (m.end(1), m.end(1), "-")
        for m in re.finditer(r"(?<!\d)((?:19|20)\d\d)((?:19|20)\d\d)(?=年)", text)
        if int(m[1]) < int(m[2])
    ]


Repair = Callable[[str], "list[Edit] | str"]

REPAIRS: tuple[Repair, ...] = (
    byte_order_mark,
    line_ends,
    literal_escapes,
    width,
    script,
    site_debris,
    page_numbers,
    page_marks,
    collapsed_punctuation,
    hard_wraps,
    spaced_numbers,
    lost_dashes,
)
