"""Dating: the time a quantity refers to.

`PERIOD_RULES` are asked in order; the first that knows a date gives it. None is an honest answer: a number
without a date nearby is not given the document's own year.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from egovlib.extract.contexts import REACH, Context, DocumentView
from egovlib.extract.periods import Period, plan_years

_COMPARED_WITH = ("比", "较", "相当于")
_TIMES = re.compile(r"[\d.]+ ?倍")
_OPEN_SPAN = ("至今", "以来", "起")
_WHOLE_YEAR = re.compile(r"全年|当年|年(?<![一二三四五六七八九十\d]年)内|年底|年末")
_END_OF_PLAN = re.compile('[”"]?末|期末|规划期')


def date_in_sentence(context: Context) -> str | None:
    """The nearest date before the number in its sentence; `比2010年` is what it is compared with."""
    facts, place = context.facts, context.reading.start
    i = bisect_left(facts.period_starts, place) - 1
    if i < 0 or facts.period_starts[i] < context.view.start:
        return None  # most sentences have no date
    earliest = max(context.view.start, place - REACH)
    while i >= 0 and facts.periods[i].start >= earliest:
        period = facts.periods[i]
        if not _is_a_base(period, place, facts.text):
            open_span = facts.year is not None and facts.text.startswith(_OPEN_SPAN, period.end)
            # 2012年至今 ends at the document's date
            return f"{period.iso[:4]}/{facts.year}" if open_span else period.iso
        i -= 1
    return None


def _is_a_base(period: Period, place: int, text: str) -> bool:
    """`比2010年`, `2015年的3.75倍`: what a number is compared with does not date it.

    `2005年的` dates only the number directly behind it.
    """
    if text.endswith(_COMPARED_WITH, 0, period.start):
        return True
    if not text.startswith("的", period.end):
        return False
    return place - period.end > 3 or bool(_TIMES.match(text, place))


def whole_year(context: Context) -> str | None:
    """全年 and 年底前 take the year that is being reported."""
    # one look spares most numbers the pattern
    if context.facts.text.find("年", context.view.start, context.reading.start) < 0:
        return None
    return _reported(context) if _WHOLE_YEAR.search(context.sentence_before) else None


def date_behind(context: Context) -> str | None:
    """A date in brackets right behind the number: `建设20个(2015年)`."""
    if not context.after.startswith(("(", "（")):
        return None
    facts, end = context.facts, context.reading.end
    i = bisect_left(facts.period_starts, end)
    near = i < len(facts.periods) and facts.periods[i].start < end + len(context.after)
    return facts.periods[i].iso if near else None


def governing_date(context: Context) -> str | None:
    """A moment or deadline at the head of the paragraph carries through it."""
    facts, section = context.facts, context.section
    i = bisect_left(facts.period_starts, context.view.start) - 1
    if i < 0 or facts.periods[i].start < section.start:
        return None
    line = max(facts.text.rfind("\n", 0, context.reading.start) + 1, section.start)
    while i >= 0 and facts.periods[i].start >= line:
        period = facts.periods[i]
        if period.kind != "span" or not facts.text[line : period.start].strip():
            return period.iso
        i -= 1
    return None


def before_the_change(context: Context) -> str | None:
    """What a year's report says a change started from is the year before, or five years before."""
    year = _reported(context) if context.role == "from" and context.facts.genre == "work_report" else None
    if year is None:
        return None
    return str(int(year) - (5 if "五年" in context.sentence_before else 1))


def heading_date(context: Context) -> str | None:
    """`一、2023年工作回顾` dates everything below it."""
    return context.facts.heading_date(context.section)


def deadline(context: Context) -> str | None:
    """The last deadline said before in the same section or its parents governs its list of targets."""
    if context.status != "target":
        return None
    facts, section, place = context.facts, context.section, context.reading.start
    i = bisect_left(facts.deadlines, place, key=lambda period: period.start) - 1
    if i >= 0:
        earliest = min((parent.start for parent in facts.lineage(section)), default=section.start)
        if facts.deadlines[i].start >= earliest:
            return facts.deadlines[i].iso
    ends = _END_OF_PLAN.search(facts.text, max(section.start, place - 60), place)
    return str(plan_years(section.plan_period)[1]) if ends and section.plan_period else None


def reported_year(context: Context) -> str | None:
    """A work report speaks of the year before in its review and of its own year in its plan.

    An annual report on disclosure speaks of its statistical period throughout.
    """
    return _reported(context) if context.facts.genre in ("work_report", "disclosure") else None


def _reported(context: Context) -> str | None:
    facts: DocumentView = context.facts
    if heading := facts.heading_date(context.section):
        return heading.split("/")[-1][:4]
    if facts.year is None:
        return None
    looks_back = context.section.stance == "review" and facts.genre == "work_report"
    return str(facts.year - 1 if looks_back else facts.year)


PERIOD_RULES = (
    date_in_sentence,
    whole_year,
    date_behind,
    governing_date,
    before_the_change,
    heading_date,
    deadline,
    reported_year,
)
