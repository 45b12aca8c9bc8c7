r"""The lead of a text, where it says what it is.

>>> first_lines("\n 常宁市  \n\n电子政务发展概况\n", 2)
['常宁市', '电子政务发展概况']
"""

from __future__ import annotations

import re

LEAD = 400
"""Characters of the text that are searched for what the title does not say."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese characters, for a set in a regular expression."""
YEAR = r"((?:19|20)\d\d)"
"""A year, in a group."""
DATELINE = re.compile(rf"新华社[{HAN}]{{2,4}}(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日[电讯]")
"""Where a news agency sent a text from says nothing of the region it is about."""


def first_lines(text: str, count: int) -> list[str]:
    """The first lines that are not empty, without the blanks around them."""
    lines = (line.strip() for line in text[: 4 * LEAD].split("\n"))
    return [line for line in lines if line][:count]
