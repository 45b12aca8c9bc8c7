"""What was found, marked in the text: quantities, systems and themes, each with its meaning to hover over.

>>> text = "建成政务外网，接入近60%的乡镇。"
>>> marks = [Mark(2, 6, "system", "政务外网"), Mark(4, 6, "theme", "网络"), Mark(9, 13, "actual", "60%")]
>>> print(mark_text(text, marks))
建成<mark class="system" data-tip="政务外网">政务<mark class="theme" data-tip="网络
政务外网">外网</mark></mark>，接入<mark class="actual" data-tip="60%">近60%</mark>的乡镇。
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from egovlib.report.labels import codebook_names, label
from egovlib.report.style import format_number

KINDS: Final = ("actual", "target", "system", "theme")
"""What is marked, in the order of the filters: quantities by their status, systems, terms of themes."""


@dataclass(frozen=True)
class Mark:
    """A stretch to be marked in a text: `start` and `end` count from the beginning of that text."""

    start: int
    end: int
    kind: str
    title: str = ""


def mark_text(text: str, marks: Iterable[Mark]) -> Markup:
    """Return `text` escaped, with `marks` as mark elements that say their title when pointed at.

    A mark inside another is drawn inside it and says both titles. Of two that cross, the later begins where the
    earlier ends; what lies outside the text is left out. No text is lost.

    >>> print(mark_text("<b>近60%", [Mark(3, 7, "actual", 'say "60"')]))
    &lt;b&gt;<mark class="actual" data-tip="say &#34;60&#34;">近60%</mark>
    """
    pieces: list[Markup] = []
    around: list[Mark] = []
    done = 0
    for mark in _laid_out(marks, len(text)):
        while around and around[-1].end <= mark.start:
            pieces += [escape(text[done : around[-1].end]), Markup("</mark>")]
            done = around.pop().end
        pieces.append(escape(text[done : mark.start]))
        titles = [mark.title, *(outer.title for outer in reversed(around))]
        tip = "\n".join(dict.fromkeys(title for title in titles if title))
        shown = Markup(' data-tip="{}"').format(tip) if tip else ""
        pieces.append(Markup('<mark class="{}"{}>').format(mark.kind, shown))
        done = mark.start
        around.append(mark)
    for outer in reversed(around):
        pieces += [escape(text[done : outer.end]), Markup("</mark>")]
        done = outer.end
    return Markup("").join([*pieces, escape(text[done:])])


def _laid_out(marks: Iterable[Mark], length: int) -> Iterator[Mark]:
    """The marks in order, each either inside or behind those before it."""
    around: list[int] = []
    last = 0
    within = (mark for mark in marks if 0 <= mark.start < mark.end <= length)
    for mark in sorted(within, key=lambda mark: (mark.start, -mark.end)):
        start = max(mark.start, last)
        while around and (around[-1] <= start or around[-1] < mark.end):
            start = max(start, around.pop())
        if start < mark.end:
            around.append(mark.end)
            last = start
            yield Mark(start, mark.end, mark.kind, mark.title)


def find_terms(text: str, evidence: str | None) -> list[tuple[int, int]]:
    """Find the terms that a coding names as its evidence (joined by | and &) in the sentence's text.

    >>> find_terms("接入政务外网", "政务外网|机房")
    [(2, 6)]
    """
    terms = [term for term in re.split(r"[|&]", evidence or "") if term]
    return [m.span() for term in terms for m in re.finditer(re.escape(term), text, re.IGNORECASE)]


def describe_quantity(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Say in one line what a quantity was read as.

    >>> describe_quantity({"value": 60.0, "unit": "%", "approx": "nearly", "status": "actual"})
    '60% · 近 · 实际'
    """
    if row.get("value") is None:
        amount = row.get("unit") or ""
    else:
        upper = f"–{format_number(row['value_high'], lang)}" if row.get("value_high") is not None else ""
        amount = f"{format_number(row['value'], lang)}{upper}{row.get('unit') or ''}"
    coded = [label(str(row[name]), lang) for name in ("approx", "role", "status") if row.get(name)]
    named = (row.get(name) for name in ("tier", "subject", "topic"))
    place = [label(str(value), lang) for value in named if value and value != "unknown"]
    period = [str(row["period"])] if row.get("period") else []
    return " · ".join([amount, *coded, *period, *place])


def describe_system(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Say in one line which system a mention was taken for.

    >>> describe_system({"system": "政务外网", "category": "network", "status": "operational"}, "en")
    '政务外网 · network · operational'
    """
    coded = [label(str(row[name]), lang) for name in ("category", "status", "owner") if row.get(name)]
    return " · ".join([str(row["system"]), *coded])


def name_code(row: Mapping[str, Any], lang: str) -> str:
    """Name a code in words, as its scheme does; a code of one's own scheme stands for itself."""
    return codebook_names(f"schemes/{row['scheme']}", "code", lang).get(row["code"], str(row["code"]))
