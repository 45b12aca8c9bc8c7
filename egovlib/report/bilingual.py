r"""One language of what a notebook says in two: headings "中文 · English", paragraphs with an English twin in italics.

A notebook is read in both languages; its report speaks the one that was asked for.

>>> choose_language("## 得分 · Scores\n\n只计找到的。\n\n*Only what was found counts.*", "en")
'## Scores\n\nOnly what was found counts.'
"""

from __future__ import annotations

import re
from typing import Final

from egovlib.report.labels import check_language

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_HEAD: Final = re.compile(r"\A#* *(?:\d+ )?")  # what stands before a heading's words in both languages
_ITALIC: Final = re.compile(r"\*(?!\*)(.+)(?<!\*)\*", re.DOTALL)


def choose_words(words: str, lang: str) -> str:
    """Return the half of a heading or caption in `lang`; words in one language stay as they are.

    >>> choose_words("05 指标 · Indicators", "en"), choose_words("文件 · Documents", "zh"), choose_words("a · b", "zh")
    ('05 Indicators', '文件', 'a · b')
    """
    place = check_language(lang)
    chinese, _, english = words.rpartition(" · ")
    if not english or not _HAN.search(chinese) or _HAN.search(english):
        return words
    head = _HEAD.match(chinese)
    return (head[0] if head else "") + english if place else chinese


def choose_language(markdown: str, lang: str) -> str:
    """Return the part of a markdown cell in `lang`: of each heading its half, of each pair of paragraphs one.

    A pair is a paragraph and, behind it, one wholly in italics. What has no twin stays.
    """
    place = check_language(lang)
    blocks = [_choose_headings(block, lang) for block in re.split(r"\n[ \t]*\n", markdown.strip())]
    kept: list[str] = []
    while blocks:
        block = blocks.pop(0)
        twin = _ITALIC.fullmatch(blocks[0]) if blocks else None
        if twin and not block.startswith("#") and not _ITALIC.fullmatch(block):
            del blocks[0]
            block = twin[1] if place else block
        kept.append(block)
    return "\n\n".join(kept)


def _choose_headings(block: str, lang: str) -> str:
    lines = block.split("\n")
    return "\n".join(choose_words(line, lang) if line.startswith("#") else line for line in lines)
