"""Repairs of the layout: what sites, pages and scanners did to the lines of a document.

Each takes the text so far and returns the edits it wants; repairs.py has the order and the rest. All read text
whose punctuation is half width. Layout damage is damage of the whole document, so the evidence is too.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from functools import cache, lru_cache

from egovlib import codebook
from egovlib.extract.units import find_unit
from egovlib.text.alignment import Edit

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
SENTENCE_END = "。！？!?；;：:"

_Line = tuple[int, int]
"""(start, end) of a line that is not blank, blanks at both ends left out of it."""

_LIST_HEAD = re.compile(
    r"第?[一二三四五六七八九十百]+[、章节条编 .]|[(（][一二三四五六七八九十\d]+[)）]"
    r"|\d{1,2}[、.．](?!\d)|[①-⑳]|——|[•●■◆]|附件|专栏"
)


_LINE = re.compile(r"\S(?:[^\n]*\S)?")


@lru_cache(maxsize=1)
def _lines(text: str) -> tuple[_Line, ...]:
    """The lines of a text; kept for the next repair, because most repairs change nothing."""
    return tuple(match.span() for match in _LINE.finditer(text))


def _is_row(text: str, line: _Line) -> bool:
    """Whether a line has columns: a tab, or two blanks between words; a row of a table or a roster is no prose."""
    return text.find("\t", *line) >= 0 or text.find("  ", *line) >= 0


def _whole_line(text: str, line: _Line) -> Edit:
    """The edit that deletes a line with its line end."""
    start = text.rfind("\n", 0, line[0]) + 1
    end = text.find("\n", line[1])
    return start, len(text) if end < 0 else end + 1, ""


def _mid_sentence(text: str, before: _Line, after: _Line) -> bool:
    """Whether a sentence runs from one line to another: prose without a stop, then no list head."""
    return (
        before[1] - before[0] >= 12
        and bool(re.match(rf"[{HAN}\d,、]", text[before[1] - 1]))
        and bool(re.match(rf"[{HAN}\d]", text[after[0]]))
        and not _LIST_HEAD.match(text, after[0])
        and not _LIST_HEAD.match(text, before[0])
    )


COPY = 1_000
"""Characters from which on lines that stand there a second time, in the same order, are a copy of the document. In the
documents given and embedded no such run is longer than 151 characters but where a page was saved several times over
(3,900 and more)."""
_BEFORE = 30
"""Lines of a copy looked for before the first one that is long enough to be looked up: its title, its first heading."""
_OTHER_LINES = 3
"""Lines of a copy that differ from each other at least: a single line that is said again and again is no document."""
_LONG = 20
"""Characters of a line that rarely stands twice; shorter ones are not looked up."""


def repeated_copies(text: str) -> list[Edit]:
    r"""Take out the further copies of a page that was saved several times over; the first one stays.

    >>> line = "第{0}项：{0}个部门的系统接进共享平台，群众少跑{0}趟，超过时限的件自动亮灯，按月通报一次。\n"
    >>> page = "".join(map(line.format, range(30)))
    >>> text = f"{page}相关链接\n{page}"
    >>> [text[:start] + put + text[end:] == f"{page}相关链接\n" for start, end, put in repeated_copies(text)]
    [True]
    """
    long = [line for line in text.split("\n") if len(line) >= _LONG]
    if len(set(long)) == len(long):  # the common case, told before anything dear is done
        return []
    lines = _lines(text)
    words = [text[start:end] for start, end in lines]
    edits, first, place, free = [], dict[str, int](), 0, 0
    while place < len(words):
        earlier = first.setdefault(words[place], place) if len(words[place]) >= _LONG else place
        if earlier == place:
            place += 1
            continue
        begin, end = _run_alike(words, earlier, place, free)
        if lines[end - 1][1] - lines[begin][0] >= COPY and len(set(words[begin:end])) >= _OTHER_LINES:
            edits.append((lines[begin][0], _whole_line(text, lines[end - 1])[1], ""))
            free = end
        place = end  # of a run that is no copy no part is one, and time grows with the text alone
    return edits


def _run_alike(words: Sequence[str], earlier: int, place: int, free: int) -> tuple[int, int]:
    """From where to where the lines about `place` are those about `earlier`; `free` and later, without overlap."""
    begin, end, shift = place, place, place - earlier
    while end < len(words) and end - shift < place and words[end] == words[end - shift]:
        end += 1
    least = max(free, shift, end - shift, place - _BEFORE)
    while begin > least and words[begin - 1] == words[begin - 1 - shift]:
        begin -= 1
    return begin, end


def site_debris(text: str) -> list[Edit]:
    r"""Delete lines that a document site or a web page put around the document.

    A line goes only when it is debris from end to end (codebook/debris.csv), so no line with prose is lost.

    >>> [end for _, end, _ in site_debris("下载文档\n上传人:某某\n12页\n某市规划")]
    [4, 11, 15]
    """
    debris = _debris()
    return [
        (start, end, "")
        for start, end in _lines(text)
        if end - start <= _LONGEST_DEBRIS and debris.fullmatch(text, start, end)
    ]


_LONGEST_DEBRIS = 160
"""Characters; a longer line is a paragraph."""


@cache
def _debris() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row['pattern']})" for row in codebook.rows("debris")))


_DRESSED_NUMBER = re.compile(
    r"[-—–·]+ ?\d{1,4} ?(?:[-—–·]+|$)|第 ?\d{1,4} ?页(?:[ ,/]*共 ?\d+ ?页)?$|\d{1,4} ?/ ?\d{1,4}$"
)
_BARE_NUMBER = re.compile(r"\d{1,3}$")
_PAGE = 200
"""Characters: no page is shorter, but a table that counts its rows is."""


_NUMERAL = re.compile(r"\d+")


def running_heads(text: str) -> list[Edit]:
    r"""Delete heads and feet that stand on every page.

    Evidence: the same short line (but for its numbers) at least three times, and at least half of the times, and
    twice, inside a sentence or beside a page number. A heading that comes again follows a stop, so it stays.

    >>> page = "{0}要把政务服务平台的建设\n某市规划 {1}\n纳入{0}的计划。\n"
    >>> len(running_heads("".join(page.format(who, n) for n, who in enumerate(["各级", "区县", "乡镇"]))))
    3
    """
    lines = _lines(text)
    seen: dict[str, list[int]] = {}
    for i, (start, end) in enumerate(lines):
        if 4 <= end - start <= 40 and "\t" not in text[start:end]:
            seen.setdefault(_NUMERAL.sub("#", text[start:end]), []).append(i)
    repeated = {words: places for words, places in seen.items() if len(places) >= 3}
    standing = {i for places in repeated.values() for i in places}
    heads: list[int] = []
    for words, places in repeated.items():
        if len(re.findall(rf"[{HAN}A-Za-z]", words)) < 4 or words[-1] in SENTENCE_END:
            continue
        own = set(places)
        # rows of a table repeat too, but they stand together
        apart = [i for i in places if not {i - 1, i + 1} & own]
        inside = {i: broken for i in apart if (broken := _interrupted(text, lines, i, standing))}
        # a page head breaks into another sentence each time; what is copied whole does not
        if len(set(inside.values())) >= 2 and len(inside) >= len(places) / 2:
            title = places[0] <= 2 and places[0] not in inside
            heads += places[1:] if title else places
    return [_whole_line(text, lines[i]) for i in sorted(heads)]


def _interrupted(text: str, lines: Sequence[_Line], i: int, standing: set[int]) -> str:
    """What line i, with the standing lines around it, breaks: a page number or a sentence; "" when nothing."""
    before, after = i - 1, i + 1
    while before in standing:
        before -= 1
    while after in standing:
        after += 1
    around = [lines[k] for k in (before, after) if 0 <= k < len(lines)]
    number = next((line for line in around if _DRESSED_NUMBER.fullmatch(text, *line)), None)
    if number is not None:
        return text[slice(*number)]
    words = "".join(text[slice(*line)] for line in around)
    broken = len(around) == 2 and re.search("[,。;、]", words) and _mid_sentence(text, *around)
    return words if broken else ""


def page_numbers(text: str) -> list[Edit]:
    r"""Delete lines that hold nothing but a page number.

    `— 3 —` and `第3页` are page numbers anywhere. A bare number is one where at least three count up, a page
    apart, or where it stands inside a sentence of a document that has other page numbers.

    >>> page_numbers("上文\n— 12 —\n下文")
    [(3, 10, '')]
    """
    lines = _lines(text)
    short = [i for i, (start, end) in enumerate(lines) if end - start <= 20]
    pages = {i for i in short if _DRESSED_NUMBER.fullmatch(text, *lines[i])}
    bare = [i for i in short if _BARE_NUMBER.fullmatch(text, *lines[i])]
    numbers = {i: int(text[slice(*lines[i])]) for i in bare}
    counted = [
        (a, b)
        for a, b in itertools.pairwise(bare)
        if numbers[b] == numbers[a] + 1 and lines[b][0] - lines[a][1] >= _PAGE
    ]
    if len(counted) >= 2:
        pages.update(i for pair in counted for i in pair)
    inside = {
        i
        for i in bare
        if 0 < i < len(lines) - 1
        and _mid_sentence(text, lines[i - 1], lines[i + 1])
        and not re.match(r"[万亿%\d]", text[lines[i + 1][0]])
        and find_unit(text, lines[i + 1][0]) is None
    }
    if len(pages | inside) >= 2:
        pages |= inside
    return [_page_turn(text, lines, i) for i in sorted(pages)]


def _page_turn(text: str, lines: Sequence[_Line], i: int) -> Edit:
    """The edit that deletes a page number; a sentence that runs over the page is joined."""
    if 0 < i < len(lines) - 1 and _mid_sentence(text, lines[i - 1], lines[i + 1]):
        return lines[i - 1][1], lines[i + 1][0], ""
    return _whole_line(text, lines[i])


_MARK = re.compile(r"([0-9]{1,3})、")
_MARK_END = re.compile(r"、(?<=[0-9]、)")
"""The end of a `_MARK`; begun with a letter, which is the fast part of the engine."""


def page_marks(text: str) -> list[Edit]:
    """Delete the page counts that download sites inject between any two characters (`信5、息`).

    Evidence: at least three `k、` that stand inside a sentence, where no list number can stand, and count up.
    Pages are about equally long, so a mark between two sure ones is looked for where it must be; a list
    number glued to a mark (`34、` = list number 3, page mark 4) gives back the list number.

    >>> marked = "一是政2、务网络" + "建" * 80 + "成，服3、务民生" + "好" * 80 + "，数4、据共享。"
    >>> len(page_marks(marked))
    3
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
    if len(_MARK_END.findall(text)) < 3:
        return []
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
    return (
        before != "第"
        and bool(re.match(rf"[{HAN},、“”]", before))
        and bool(re.match(rf"[{HAN}“”(《]", after))
    )


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


def lost_stops(text: str) -> list[Edit]:
    r"""Put back the stops of a document in which each 。 has become a line break.

    Evidence: at least ten lines of prose that end without a mark, hardly any 。 in the document, commas all the
    same, and line lengths that vary (lines of one width were wrapped, not robbed of their stops).

    >>> lines = ["全省电子政务稳步推进,成效明显" + "好" * n for n in range(0, 60, 5)]
    >>> len(lost_stops("\n".join(lines)))
    12
    """
    if text.count("。") > text.count("\n") / 10:
        return []
    lines = _lines(text)
    prose = [
        (start, end)
        for start, end in lines
        if end - start >= 15 and "," in text[start:end] and not _is_row(text, (start, end))
    ]
    bare = [(start, end) for start, end in prose if re.match(rf"[{HAN}\d%)”]", text[end - 1])]
    if len(bare) < 10 or len(bare) < 0.8 * len(prose) or text.count("。") > len(prose) / 10:
        return []
    lengths = [end - start for start, end in prose]
    wide = statistics.quantiles(lengths, n=10)[-1]
    if sum(0.9 * wide <= length <= 1.1 * wide for length in lengths) > 0.5 * len(lengths):
        return []
    return [(end, end, "。") for _, end in bare]


def hard_wraps(text: str) -> list[Edit]:
    r"""Join lines that were broken inside sentences or numbers.

    Evidence for sentences, whole document: lines of about one width that follow each other and stop in the middle
    of a sentence, at least five of them. A break inside a number is mended wherever a multiplier, a percent sign
    or, behind prose, a measure word goes on with it.

    >>> repaired = hard_wraps("全省受理许可事项12\n1111项,投资141\n亿元")
    >>> [(start, end) for start, end, _ in repaired]
    [(10, 11), (22, 23)]
    """
    if "\n" not in text:
        return []
    lines = _lines(text)
    wide, spaced = _wrap_width(text, lines)
    edits: list[Edit] = []
    tabs = "\t" in text
    for before, after in itertools.pairwise(lines):
        end, start = before[1], after[0]
        if not wide and text[end - 1] not in _OF_NUMBERS:
            continue  # most lines of most documents
        if tabs and any(text.find("\t", *line) >= 0 for line in (before, after)):
            continue  # rows of a table
        paragraph = not spaced and text.count("\n", end, start) > 1
        broken = (
            wide > 0
            and not paragraph
            and 0.75 * wide <= end - before[0] <= 1.2 * wide
            and text[end - 1] not in SENTENCE_END
            and not _LIST_HEAD.match(text, start)
            and not _is_row(text, before)
        )
        if broken or _number_goes_on(text, before, start):
            latin = text[end - 1].isascii() and text[end - 1].isalpha() and re.match("[A-Za-z]", text[start])
            edits.append((end, start, " " if latin else ""))
    return edits


_OF_NUMBERS = "0123456789."


def _number_goes_on(text: str, before: _Line, start: int) -> bool:
    """Whether the number at the end of one line goes on at `start`: 141|亿元, 12|1111项, but never 2012|2013."""
    if text[before[1] - 1] not in _OF_NUMBERS:
        return False
    head = re.compile(r"[\d.]*").match(text, start)
    rest = head.end() if head else start
    if re.match(r"[万亿%‰]", text[rest : rest + 1]):
        return True
    line = text[before[0] : before[1]]
    number = re.search(rf"(?<=[{HAN}])\d+$", line)
    if number is None or len(line) < 10 or (rest > start and re.fullmatch(r"(?:19|20)\d\d", number[0])):
        return False
    return bool(re.match(r"[余多年月日]", text[rest : rest + 1])) or find_unit(text, rest) is not None


def _wrap_width(text: str, lines: Sequence[_Line]) -> tuple[float, bool]:
    """(width at which lines were broken, whether a blank line follows each); width 0 when there is no evidence."""
    unfinished = [
        (i, end - start)
        for i, (start, end) in enumerate(lines)
        if 15 <= end - start <= 120
        and text[end - 1] not in SENTENCE_END
        and not _LIST_HEAD.match(text, start)
        and not _is_row(text, (start, end))
    ]
    if len(unfinished) < 5:
        return 0.0, False
    # the upper quartile: the few lines that a page mark taken out has joined are longer than the page is wide
    wide = statistics.quantiles([length for _, length in unfinished], n=4)[-1]
    near = [i for i, length in unfinished if 0.8 * wide <= length <= 1.2 * wide]
    follow = [a for a, b in itertools.pairwise(near) if b == a + 1]
    if len(near) < max(5, len(unfinished) / 2) or len(follow) < 2:
        return 0.0, False
    blank = sum(text.count("\n", lines[i][1], lines[i + 1][0]) > 1 for i in follow)
    return wide, blank > 0.8 * len(follow)


_SPACE_IN_HAN = re.compile(rf" (?:(?<=[{HAN},、] )| (?<=[{HAN},、]  ))(?=[{HAN}])")
_QUOTED = re.compile(r"“[^”\n]{0,60}”|《[^》\n]{0,60}》")


def spaced_words(text: str) -> list[Edit]:
    """Close the spaces that scanning leaves inside Chinese words.

    Where a document has many (ten, one in 500 characters), all between Chinese characters of its prose go. A
    single one goes when it cuts a word of the dictionary in two (`项 目`); titles, slogans in quotation marks and
    list numbers keep theirs.

    >>> spaced_words("全省安排了独立选址的重点项 目,分期建设,年内全部开工。")
    [(13, 14, '')]
    """
    places = [m.span() for m in _SPACE_IN_HAN.finditer(text) if in_prose(text, m.start())]
    if len(places) >= 10 and len(places) >= len(text) / 500:
        return [(start, end, "") for start, end in places]
    return [(start, end, "") for start, end in places if _cuts_a_word(text, start, end)]


_WINDOW = 200
"""Characters of a line that are looked at on either side of a place."""


def in_prose(text: str, place: int) -> bool:
    """Whether a place stands in a line of prose (a comma or a stop, 20 characters), behind more than a list number."""
    # a window of the line is enough, and a text of one endless line must not cost the square of its length
    begin = text.rfind("\n", max(0, place - _WINDOW), place) + 1 or max(0, place - _WINDOW)
    end = text.find("\n", place, place + _WINDOW)
    line = text[begin : min(len(text), place + _WINDOW) if end < 0 else end]
    at = place - begin
    number = re.compile(r"(?:^|[。;])\s*第?[一二三四五六七八九十]{1,3}[章节条编]?$").search(line[:at])
    return len(line) >= 20 and bool(re.search("[,。]", line)) and number is None


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether jieba, reading on across the space, sees a word there and a stump on one side of it."""
    line = text.rfind("\n", 0, start) + 1
    line = max(line, start - 62)  # no quotation that counts is longer
    if any(line + m.start() < start < line + m.end() for m in _QUOTED.finditer(text[line : end + 60])):
        return False
    left = re.findall(rf"[{HAN}]*$", text[max(0, start - 8) : start])[0]
    right = re.match(rf"[{HAN}]*", text[end : end + 8])
    if not left or right is None or not right[0]:
        return False
    from egovlib.text.words import words

    place = 0
    for word in words(left + right[0]):
        if place < len(left) < place + len(word):
            return len(words(left)[-1]) == 1 or len(words(right[0])[0]) == 1
        place += len(word)
    return False
