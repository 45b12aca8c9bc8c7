"""Contexts: what a rule may look at when it reads an attribute of a quantity.

A `Reading` is the number itself. Its `Context` is its clause, sentence, section and document, in repaired
text; what is the same for a whole sentence or document is found once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from egovlib.extract.periods import find_periods
from egovlib.text.lead import LEAD

if TYPE_CHECKING:
    from egovlib.documents import Document
    from egovlib.text.sections import Section


class Approximator(NamedTuple):
    """A word that widens a number: its kind and the interval it allows, as shares of the value."""

    approx: str
    low: float | None
    high: float | None


EXACT = Approximator("exact", 1.0, 1.0)


class Reading(NamedTuple):
    """A number read: its place in the repaired text, worth, unit and wording.

    kind: number | rank | grade (50强) | big (三大)
    """

    start: int
    end: int
    value: float
    value_high: float | None
    unit: str
    approximator: Approximator
    kind: str

    def interval(self) -> tuple[float | None, float | None]:
        """The lowest and the highest value that the wording allows; None where it sets no bound."""
        value, top = self.value, self.value if self.value_high is None else self.value_high
        if self.approximator is EXACT:
            return value, top
        low, high = self.approximator.low, self.approximator.high
        most = None if high is None else _scaled(top, high)
        if most is not None and self.unit == "%" and value <= 100 < most:
            most = 100.0  # a share that is "over 95 %" cannot be 104 %
        return None if low is None else _scaled(value, low), most


def _scaled(value: float, share: float) -> float:
    return value if share == 1 else round(value * share, 9)


DEADLINE = (
    # 提高到2015年的68% names where a change arrived, 2011年到2012年 a span: neither sets a time
    r"到(?<![年高加升长降少短大扩增]到)(?:20\d\d|二〇)|20\d\d年(?:底|末)?前|年底前|年(?<![一二三四五六七八九十\d]年)内|期末"
)
PLANNED = re.compile(
    r"力争|确保|争取|计划|预期|预计|目标|将(?=[^军领近])|拟|要(?=[^求点素件])|努力|明年|未来|今后|不低于|必须|应当?(?![用急对])|实现.{0,20}的目标"
    rf"|{DEADLINE}"
)
REACHED = re.compile(
    "截至|截止|已(?!经?成为趋势)|目前|建成了|实现了|达到了|取得|被评为|获得|去年|上年|以来|现有|共有|同比"
)
_CLAUSE_ENDS = ("——", *",，。;；:：!！?？")


REACH = 400
"""Characters of its sentence that a rule looks at on either side; the longest sentence of 140 city reports has 730,
and a text without any stop must not cost the square of its length."""


class SentenceView:
    """What all quantities of one sentence share; places are those of the repaired text."""

    __slots__ = ("_document", "_planned", "_reached", "end", "names_topic", "number", "section", "start")

    def __init__(self, document: str, start: int, end: int, section: Section, number: int) -> None:
        self._document = document
        self.start, self.end, self.section, self.number = start, end, section, number
        # found when a rule asks for them: a number of a plan is seldom asked for words of aims
        self._planned: list[int] | None = None
        self._reached: list[int] | None = None
        self.names_topic: bool | None = None

    @property
    def text(self) -> str:
        """The sentence."""
        return self._document[self.start : self.end]

    def last_planned(self, place: int) -> int:
        """Where the last word of aims before a place stands; -1: there is none."""
        if self._planned is None:
            self._planned = self._starts(PLANNED)
        return _last_before(self._planned, place) if self._planned else -1

    def last_reached(self, place: int) -> int:
        """Where the last word of what is reached stands before a place; -1: there is none."""
        if self._reached is None:
            self._reached = self._starts(REACHED)
        return _last_before(self._reached, place) if self._reached else -1

    def _starts(self, words: re.Pattern[str]) -> list[int]:
        return [match.start() for match in words.finditer(self._document, self.start, self.end)]

    def around(self, place: int) -> str:
        """The sentence, of a very long one what stands within REACH of a place."""
        return self._document[max(self.start, place - REACH) : min(self.end, place + REACH)]


def _last_before(starts: list[int], place: int) -> int:
    i = bisect_left(starts, place)
    return starts[i - 1] if i else -1


def _clauses(text: str) -> str:
    r"""The text with a line break for every character that ends a clause: so one look finds the next or the last.

    Places stay; a dash ends a clause only where it is a double one.

    >>> _clauses("建成3个，占5%——新")
    '建成3个\n占5%\n\n新'
    """
    for mark in _CLAUSE_ENDS:
        text = text.replace(mark, "\n" * len(mark))
    return text


_FOCUS = re.compile(
    "电子政务|数字政府|信息化|政务服务|政务公开|信息公开|政府网站|政务新媒体|智慧|数字化|大数据|数字(?!经济高)|互联网\\+|网络安全"
)
"""Titles of documents that are about e-government or informatisation; in others only strong terms speak."""


class DocumentView:
    """What all quantities of one document share: its dates, its headings, the sentence at hand."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.clauses = _clauses(self.text)
        self.genre, self.year, self.title = document.genre, document.year, document.title or ""
        self.tier, self.region = document.tier or "unknown", document.region or ""
        self.is_focused = bool(_FOCUS.search(self.title or self.text[:LEAD]))
        self.sentences = document.text_sentences
        self.periods = list(find_periods(self.text, year=self.year))
        if "《" in self.text:
            self.periods = [one for one in self.periods if not _in_a_title(self.text, one.start)]
        self.period_starts = [period.start for period in self.periods]
        self.deadlines = [period for period in self.periods if period.kind == "deadline"]
        self._starts = [start for start, _, _ in self.sentences]
        self._by_path = {section.section: section for section in document.text_sections}
        self._dates: dict[str, str | None] = {}
        self._sentence: SentenceView | None = None
        self._next = 0  # where the sentence behind it begins

    def sentence_around(self, place: int) -> SentenceView:
        """The sentence that holds a place."""
        if self._sentence is None or not self._sentence.start <= place < self._next:
            number = max(bisect_right(self._starts, place), 1)
            self._next = self._starts[number] if number < len(self._starts) else len(self.text)
            self._sentence = SentenceView(self.text, *self.sentences[number - 1], number)
        return self._sentence

    def lineage(self, section: Section) -> list[Section]:
        """The section and its parents, the nearest first."""
        lineage, above = [], self._by_path.get(section.section)
        while above is not None:
            lineage.append(above)
            above = self._parent(above.section)
        return lineage

    def heading_date(self, section: Section) -> str | None:
        """The date in the heading of the section or its parents: `一、2023年工作回顾` dates all below it."""
        path = section.section
        if path not in self._dates:
            own = next(find_periods(section.heading, year=self.year), None)
            parent = None if own else self._parent(path)
            self._dates[path] = own.iso if own else self.heading_date(parent) if parent else None
        return self._dates[path]

    def _parent(self, path: str) -> Section | None:
        """The section next above a path."""
        while path:
            path = path.rpartition(".")[0]
            if path in self._by_path:
                return self._by_path[path]
        return None


def _in_a_title(text: str, place: int) -> bool:
    """Dates inside 《…》 belong to the title."""
    opened = text.rfind("《", max(0, place - 60), place)
    return opened >= 0 and text.find("》", opened, place) < 0


TELLING = 30
"""Characters before a number in which the verb stands that tells its role; patterns end at the number."""
_MAY_CHANGE = re.compile("[增上下降减缩压精节提扩翻快升涨加从由少多]")
"""One look that spares most numbers the patterns of change."""


@dataclass(slots=True)
class Context:
    """What the rules of one quantity look at; before and after are within its clause.

    The attributes are filled in the order they stand here, so that a later one may use an earlier one.
    `last` is the quantity before, when it stands in the same sentence; `telling` the end of `before`, in which
    the verb stands that tells a change, "" where no character of such a verb stands; `preceding` the noun phrase
    before the number once it was read.
    """

    reading: Reading
    before: str
    after: str
    view: SentenceView
    facts: DocumentView
    last: Context | None
    section: Section
    telling: str
    preceding: str | None = None
    role: str = ""
    status: str = ""
    period: str | None = None
    tier: str = ""
    subject: str | None = None
    topic: str = ""

    @property
    def surface(self) -> str:
        """The quantity itself, in repaired text."""
        return self.facts.text[self.reading.start : self.reading.end]

    @property
    def sentence_before(self) -> str:
        """The sentence up to the quantity."""
        start = self.reading.start
        return self.facts.text[max(self.view.start, start - REACH) : start]


def look_around(reading: Reading, facts: DocumentView, last: Context | None) -> Context:
    """The context of a reading."""
    text, clauses, start, end = facts.text, facts.clauses, reading.start, reading.end
    view = facts.sentence_around(start)
    floor = view.start if start - view.start <= REACH else start - REACH
    ceiling = view.end if view.end - end <= REACH else end + REACH
    clause_start = clauses.rfind("\n", floor, start) + 1 or floor
    clause_end = clauses.find("\n", end, ceiling)
    before = text[clause_start:start]
    telling = before[-TELLING:]
    return Context(
        reading, before, text[end : ceiling if clause_end < 0 else clause_end], view, facts,
        last if last is not None and last.view is view else None, view.section,
        telling if _MAY_CHANGE.search(telling) else "",
    )  # fmt: skip
