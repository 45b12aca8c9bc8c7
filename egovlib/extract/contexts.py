"""Contexts: what a rule may look at when it reads an attribute of a quantity.

A `Reading` is the number itself. Its `Context` is its clause, sentence, section and document, in repaired
text; what is the same for a whole sentence or document is found once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from egovlib.documents import LEAD
from egovlib.extract.periods import Period, find_periods

if TYPE_CHECKING:
    from egovlib.documents import Document
    from egovlib.text.sections import Section


@dataclass(frozen=True, slots=True)
class Approximator:
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

    @property
    def low(self) -> float | None:
        """The lowest value the wording allows; None when it sets no lower bound."""
        return None if self.approximator.low is None else _scaled(self.value, self.approximator.low)

    @property
    def high(self) -> float | None:
        """The highest value the wording allows; None when it sets no upper bound."""
        if self.approximator.high is None:
            return None
        top = _scaled(self.value if self.value_high is None else self.value_high, self.approximator.high)
        # a share that is "over 95 %" cannot be 104 %
        return 100.0 if self.unit == "%" and self.value <= 100 < top else top


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
_CLAUSE = re.compile(r"[,，。;；:：!！?？\n—](?:(?<!—)|—)")


class Marks:
    """Where the words of one kind stand in a text, found once.

    A pattern that begins with plain letters or a set of characters is searched fastest.

    >>> marks = Marks(re.compile("力争|确保"), "力争建成，确保运行")
    >>> marks.starts, marks.ends
    ([0, 5], [2, 7])
    """

    __slots__ = ("ends", "starts")

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        found = list(pattern.finditer(text))
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]


REACH = 400
"""Characters of its sentence that a rule looks at on either side; the longest sentence of 140 city reports has 730,
and a text without any stop must not cost the square of its length."""


class SentenceView:
    """What all quantities of one sentence share; places are those of the repaired text."""

    def __init__(self, facts: DocumentView, start: int, end: int, section: Section, number: int) -> None:
        self.start, self.end, self.section, self.number = start, end, section, number
        self.text = facts.text[start:end]
        self._clauses = facts.clauses

    def clause_start(self, place: int) -> int:
        """Where the clause around a place begins."""
        ends = self._clauses.ends
        i = bisect_right(ends, place)
        return max(ends[i - 1], self.start) if i else self.start

    def clause_end(self, place: int) -> int:
        """Where the clause around a place ends."""
        starts = self._clauses.starts
        i = bisect_left(starts, place)
        end = max(self.end, place)
        return min(starts[i], end) if i < len(starts) else end

    def around(self, place: int) -> str:
        """The sentence, of a very long one what stands within REACH of a place."""
        return self.text[max(0, place - self.start - REACH) : place - self.start + REACH]


_FOCUS = re.compile(
    "电子政务|数字政府|信息化|政务服务|政务公开|信息公开|政府网站|政务新媒体|智慧|数字化|大数据|数字(?!经济高)|互联网\\+|网络安全"
)
"""Titles of documents that are about e-government or informatisation; in others only strong terms speak."""


class DocumentView:
    """What all quantities of one document share: its dates, its headings, the sentence at hand."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.genre, self.year, self.title = document.genre, document.year, document.title or ""
        self.tier, self.region = document.tier or "unknown", document.region or ""
        self.is_focused = bool(_FOCUS.search(self.title or self.text[:LEAD]))
        self.sentences = document.text_sentences
        self.periods = [
            period
            for period in find_periods(self.text, year=self.year)
            if not _in_a_title(self.text, period.start)
        ]
        self.period_starts = [period.start for period in self.periods]
        self.deadlines = [period for period in self.periods if period.kind == "deadline"]
        self.clauses = Marks(_CLAUSE, self.text)
        self.planned, self.reached = Marks(PLANNED, self.text), Marks(REACHED, self.text)
        self._starts = [start for start, _, _ in self.sentences]
        self._by_path = {section.section: section for section in document.text_sections}
        self._dates: dict[str, str | None] = {}
        self._sentence: SentenceView | None = None

    def sentence_around(self, place: int) -> SentenceView:
        """The sentence that holds a place."""
        number = max(bisect_right(self._starts, place) - 1, 0)
        if self._sentence is None or self._sentence.number != number + 1:
            self._sentence = SentenceView(self, *self.sentences[number], number + 1)
        return self._sentence

    def lineage(self, section: Section) -> list[Section]:
        """The section and its parents, the nearest first."""
        path, lineage = section.section, []
        while path:
            if path in self._by_path:
                lineage.append(self._by_path[path])
            path = path.rpartition(".")[0]
        return lineage

    def heading_date(self, section: Section) -> str | None:
        """The date in the heading of the section or its parents: `一、2023年工作回顾` dates all below it."""
        if section.section not in self._dates:
            found: list[Period] = []
            for parent in self.lineage(section):
                found = found or list(find_periods(parent.heading, year=self.year))
            self._dates[section.section] = found[0].iso if found else None
        return self._dates[section.section]


def _in_a_title(text: str, place: int) -> bool:
    """Dates inside 《…》 belong to the title."""
    opened = text.rfind("《", max(0, place - 60), place)
    return opened >= 0 and text.find("》", opened, place) < 0


TELLING = 30
"""Characters before a number in which the verb stands that tells its role; patterns end at the number."""


@dataclass(slots=True)
class Context:
    """What the rules of one quantity look at; before and after are within its clause.

    The attributes are filled in the order they stand here, so that a later one may use an earlier one.
    `last` is the quantity before, when it stands in the same sentence; `telling` the end of `before`, in which
    the verb stands that tells the role; `preceding` the noun phrase before the number once it was read.
    """

    reading: Reading
    before: str
    after: str
    sentence_before: str
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
    def gap(self) -> str | None:
        """What stands between the last quantity of the sentence and this one; None when it is the first."""
        return None if self.last is None else self.facts.text[self.last.reading.end : self.reading.start]


def look_around(reading: Reading, facts: DocumentView, last: Context | None) -> Context:
    """The context of a reading."""
    view, text, start = facts.sentence_around(reading.start), facts.text, reading.start
    floor = max(view.start, start - REACH)
    before = text[max(view.clause_start(start), floor) : start]
    return Context(
        reading,
        before=before,
        after=text[reading.end : min(view.clause_end(reading.end), reading.end + REACH)],
        sentence_before=text[floor:start],
        view=view,
        facts=facts,
        last=last if last is not None and last.reading.start >= view.start else None,
        section=view.section,
        telling=before[-TELLING:],
    )
