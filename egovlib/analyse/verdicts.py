"""The outcome of one target, from its baseline and the values that came after: a name first, numbers beside it.

Wording intervals are carried through: a target is met only when everything that the wording of the actual value
allows meets it. 85%以上 against 近85% is not met, against 约85% it cannot be told and is not called met.

>>> aim = Aim("at_least", 85, 85, None, "at_least", 2015)
>>> judge(aim, Seen(2010, 60, 60, 60, "exact"), [Seen(2015, 85, 76.5, 85, "nearly")], "share").outcome
'behind'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import inf
from typing import Final, NamedTuple

from egovlib.analyse import progress, projections
from egovlib.analyse.notes import Note

OUTCOMES: Final = (
    "no_baseline", "baseline_zero", "target_equals_baseline", "already_met", "met", "met_then_lost",
    "regressed", "on_track", "behind", "not_comparable", "qualitative",
)  # fmt: skip
_SAME: Final = 1e-9  # shares of the way that differ by rounding of the arithmetic only


class Aim(NamedTuple):
    """A target: how it is to be reached, its value with the interval of its wording, and the year."""

    comparison: str
    value: float
    low: float | None
    high: float | None
    approx: str
    deadline: int | None


class Seen(NamedTuple):
    """An actual value of a year, with the interval its wording allows (None: open)."""

    year: int
    value: float
    low: float | None
    high: float | None
    approx: str

    def bounds(self) -> tuple[float, float]:
        """The interval; of an exact value the value itself."""
        if self.approx == "exact":
            return self.value, self.value
        return (-inf if self.low is None else self.low), (inf if self.high is None else self.high)


@dataclass
class Verdict:
    """What became of a target; a number that is None has its reason in `undefined`."""

    outcome: str | None
    why: Note
    reached: str | None = None
    judged: Seen | None = None
    numbers: dict[str, float | None] = field(default_factory=dict)
    curve: str | None = None
    undefined: list[Note] = field(default_factory=list)


def reached(aim: Aim, seen: Seen) -> str:
    """Whether a value meets a target: yes, no, or open when its wording allows both.

    >>> aim = Aim("at_most", 5, None, 5, "at_most", 2020)
    >>> [reached(aim, Seen(2020, x, x * 0.95, x * 1.05, "about")) for x in (3.0, 5.0, 9.0)]
    ['yes', 'open', 'no']
    """
    low, high = seen.bounds()
    strict_low = seen.approx == "over"  # 超过60%: 60 itself is not in the interval
    strict_high = seen.approx == "nearly"
    verdicts = []
    if aim.comparison in ("at_least", "interval"):
        floor = aim.value if aim.low is None else aim.low
        above = low > floor or (low == floor and (aim.approx != "over" or strict_low))
        below = high < floor or (high == floor and (strict_high or aim.approx == "over"))
        verdicts.append("yes" if above else "no" if below else "open")
    if aim.comparison in ("at_most", "interval"):
        ceiling = aim.value if aim.high is None else aim.high
        above = low > ceiling or (low == ceiling and strict_low)
        verdicts.append("yes" if high <= ceiling else "no" if above else "open")
    return "no" if "no" in verdicts else "open" if "open" in verdicts else "yes"


def goal(aim: Aim, baseline: float | None = None) -> tuple[float, int]:
    """Return the value to reach and the direction; an interval is entered from the baseline's side."""
    low = aim.value if aim.low is None else aim.low
    high = aim.value if aim.high is None else aim.high
    if aim.comparison == "at_most" or (
        aim.comparison == "interval" and baseline is not None and baseline > high
    ):
        return high, -1
    return low, 1


def judge(aim: Aim, baseline: Seen | None, later: Sequence[Seen], kind: str) -> Verdict:
    """Judge one target by its baseline and the actual values after it, oldest first.

    The value judged is the last one up to the deadline, else the first after it. A later value that falls
    short again makes it met_then_lost. With a baseline and nothing later there is no outcome yet (None).
    `kind` is that of the codebook (share, count …): it chooses the projection.

    >>> aim = Aim("at_most", 5, 5, 5, "exact", 2020)
    >>> found = judge(aim, Seen(2015, 20, 20, 20, "exact"), [Seen(2018, 8, 8, 8, "exact")], "duration")
    >>> found.outcome, found.numbers["done"], found.numbers["pace"]
    ('on_track', 0.8, 1.3333333333333335)
    """
    in_time = [one for one in later if aim.deadline is None or one.year <= aim.deadline]
    after = later[len(in_time) :]
    judged = in_time[-1] if in_time else after[0] if after else None
    outcome, why = _name(aim, baseline, in_time, after)
    verdict = Verdict(outcome, why, judged=judged)
    if judged is not None:
        verdict.reached = reached(aim, judged)
    elif baseline is not None:
        verdict.reached = reached(aim, baseline)
    _measure(verdict, aim, baseline, kind)
    return verdict


def _name(
    aim: Aim, baseline: Seen | None, in_time: Sequence[Seen], after: Sequence[Seen]
) -> tuple[str | None, Note]:
    """Return the outcome and why, the most certain names first."""
    later = [*in_time, *after]
    if baseline is not None:
        target, _ = goal(aim, baseline.value)
        if baseline.value == target:
            return "target_equals_baseline", _join(
                Note(
                    f"基期（{baseline.year} 年）已等于目标：只需保持。",
                    f"The baseline of {baseline.year} already equals the target: it asks only to hold it.",
                ),
                _held(aim, later),
            )
        if reached(aim, baseline) == "yes":
            return _already(aim, baseline, later)
    if not later:
        return _nothing_later(baseline)
    judged = in_time[-1] if in_time else after[0]
    if reached(aim, judged) == "yes" and in_time:
        lost = [one for one in after if reached(aim, one) == "no"]
        return _lost(judged, lost[0]) if lost else ("met", Note(
            f"{judged.year} 年的值达到目标。", f"The value of {judged.year} meets the target."
        ))  # fmt: skip
    earlier = [one for one in in_time[:-1] if reached(aim, one) == "yes"]
    if earlier:
        return _lost(earlier[-1], judged)
    return _not_reached(aim, baseline, judged)


def _held(aim: Aim, later: Sequence[Seen]) -> Note:
    if not later:
        return Note("此后没有实际值。", " No actual value follows.")
    last = later[-1]
    zh, en = {
        "yes": ("保持住了", "holds it"),
        "no": ("没有保持", "does not"),
        "open": ("措辞不足以判断", "is worded too loosely to tell"),
    }[reached(aim, last)]
    return Note(f"{last.year} 年：{zh}。", f" The value of {last.year} {en}.")


def _already(aim: Aim, baseline: Seen, later: Sequence[Seen]) -> tuple[str, Note]:
    lost = [one for one in later if reached(aim, one) == "no"]
    if lost and lost[-1] is later[-1]:
        return _lost(baseline, lost[-1])
    return "already_met", Note(
        f"制定目标时，{baseline.year} 年的值已达到目标。",
        f"The value of {baseline.year} met the target when it was set.",
    )


def _lost(had: Seen, lost: Seen) -> tuple[str, Note]:
    return "met_then_lost", Note(
        f"{had.year} 年达到目标，{lost.year} 年又低于要求。",
        f"It was met in {had.year} and missed again in {lost.year}.",
    )


def _nothing_later(baseline: Seen | None) -> tuple[str | None, Note]:
    if baseline is None:
        return "no_baseline", Note(
            "没有同一地区、层级和指标的实际值。",
            "There is no actual value of this region, tier and indicator.",
        )
    if baseline.value == 0:
        return "baseline_zero", Note(
            f"基期（{baseline.year} 年）为 0，此后没有实际值。",
            f"The baseline of {baseline.year} is 0, and no actual value follows it.",
        )
    return None, Note(
        f"有 {baseline.year} 年的基期，此后没有实际值：尚不能判断。",
        f"There is a baseline of {baseline.year} and no actual value after it: nothing can be said yet.",
    )


def _not_reached(aim: Aim, baseline: Seen | None, judged: Seen) -> tuple[str | None, Note]:
    """Name a target that is not (surely) met."""
    doubt = Note("", "")
    if reached(aim, judged) == "open":
        doubt = Note(
            "措辞所允许的区间跨过目标，不算达到。",
            " The wording of the actual value allows both, so it is not called met.",
        )
    if baseline is None:
        if aim.deadline is not None and judged.year >= aim.deadline:
            return "behind", _join(_too_late(aim, judged), doubt)
        return "no_baseline", _join(
            Note(
                "没有基期：只能看实际值与目标之比。",
                "No baseline: only the ratio of actual to target is known.",
            ),
            doubt,
        )
    _, direction = goal(aim, baseline.value)
    (low, high), (first, last) = judged.bounds(), baseline.bounds()
    if (high < first) if direction > 0 else (low > last):
        return "regressed", Note(
            f"{judged.year} 年比基期 {baseline.year} 年离目标更远。",
            f"{judged.year} is farther from the target than the baseline of {baseline.year}.",
        )
    if aim.deadline is not None and judged.year >= aim.deadline:
        return "behind", _join(_too_late(aim, judged), doubt)
    if baseline.value == 0:
        return "baseline_zero", _join(
            Note("基期为 0：增长率无定义。", "The baseline is 0: a rate of growth is undefined."), doubt
        )
    return _by_pace(aim, baseline, judged, doubt)


def _too_late(aim: Aim, judged: Seen) -> Note:
    if judged.year > (aim.deadline or judged.year) and reached(aim, judged) == "yes":
        return Note(
            f"到期（{aim.deadline} 年）的值不明，{judged.year} 年才见达到。",
            f"The value at the deadline {aim.deadline} is not known; it was first seen met in {judged.year}.",
        )
    return Note(
        f"期限 {aim.deadline} 年已到，{judged.year} 年的值没有达到目标。",
        f"The deadline {aim.deadline} is over and the value of {judged.year} does not meet the target.",
    )


def _by_pace(aim: Aim, baseline: Seen, judged: Seen, doubt: Note) -> tuple[str | None, Note]:
    low, _ = _done_bounds(aim, baseline, judged)
    gone = None if aim.deadline is None else progress.time_share(baseline.year, judged.year, aim.deadline)
    if gone is None:
        return None, _join(Note("没有期限：无从判断进度。", "No deadline: the pace cannot be judged."), doubt)
    done = progress.linear_share(baseline.value, judged.value, goal(aim, baseline.value)[0])
    least = done if low is None and judged.approx == "exact" == baseline.approx else low
    shown = f"{100 * (done or 0):.0f}", f"{100 * gone:.0f}"
    way = Note(
        f"时间过去 {shown[1]}%，完成 {shown[0]}%。",
        f"{shown[1]} % of the time is gone and {shown[0]} % of the way is done.",
    )
    if least is not None and least >= gone - _SAME:
        return "on_track", _join(way, doubt)
    if done is not None and done >= gone - _SAME:
        loose = Note("区间的下端不够快。", " The lower end of the wording is too slow.")
        return "behind", _join(way, _join(loose, doubt))
    return "behind", _join(way, doubt)


def _join(first: Note, second: Note) -> Note:
    return Note(first.zh + second.zh, first.en + second.en)


# The numbers beside the name ---------------------------------------------------------------------------------

NUMBERS: Final = (
    "done", "done_low", "done_high", "gone", "pace", "pace_low", "pace_high", "achievement", "gap",
    "needed_per_year", "growth_ratio", "projected", "projected_low", "projected_high",
)  # fmt: skip


def _measure(verdict: Verdict, aim: Aim, baseline: Seen | None, kind: str) -> None:
    """Fill in the numbers that are defined, and say why the others are not."""
    numbers: dict[str, float | None] = dict.fromkeys(NUMBERS)
    verdict.numbers = numbers
    current = verdict.judged
    if current is None:
        verdict.undefined.append(
            _gap("各项", "没有后来的实际值", "all measures", "no actual value after the baseline")
        )
        return
    target, direction = goal(aim, None if baseline is None else baseline.value)
    numbers["achievement"] = current.value / target if target else None
    numbers["gap"] = progress.gap(current.value, target, direction)
    if not target:
        verdict.undefined.append(_gap("实际/目标", "目标为 0", "achievement", "the target is 0"))
    if aim.deadline is not None:
        numbers["needed_per_year"] = progress.required_per_year(
            current.value, target, current.year, aim.deadline
        )
    if numbers["needed_per_year"] is None:
        zh, en = ("没有期限", "no deadline") if aim.deadline is None else ("期限已到", "the deadline is over")
        verdict.undefined.append(_gap("每年尚需", zh, "needed_per_year", en))
    if baseline is None:
        verdict.undefined.append(
            _gap(
                "完成、时间、进度、增长率之比、预计",
                "没有基期",
                "done, gone, pace, growth_ratio, projected",
                "no baseline",
            )
        )
        return
    numbers["done"] = progress.linear_share(baseline.value, current.value, target)
    numbers["done_low"], numbers["done_high"] = _done_bounds(aim, baseline, current)
    if numbers["done"] is None:
        verdict.undefined.append(
            _gap("完成、进度", "目标等于基期", "done, pace", "the target equals the baseline")
        )
    elif numbers["done_low"] is None or numbers["done_high"] is None:
        verdict.undefined.append(
            _gap("完成的上下限", "措辞一端开放", "done_low, done_high", "an end of the wording is open")
        )
    if aim.deadline is None or aim.deadline <= baseline.year:
        never = aim.deadline is None
        zh, en = (
            ("没有期限", "no deadline")
            if never
            else ("期限不晚于基期", "the deadline is not after the baseline")
        )
        verdict.undefined.append(
            _gap("时间、进度、增长率之比、预计", zh, "gone, pace, growth_ratio, projected", en)
        )
        return
    _measure_in_time(verdict, aim, baseline, current, kind)


def _measure_in_time(verdict: Verdict, aim: Aim, baseline: Seen, current: Seen, kind: str) -> None:
    numbers, deadline = verdict.numbers, aim.deadline
    assert deadline is not None  # the caller has looked
    target, _ = goal(aim, baseline.value)
    gone = numbers["gone"] = progress.time_share(baseline.year, current.year, deadline)
    for end in ("", "_low", "_high"):
        numbers[f"pace{end}"] = progress.pace(numbers[f"done{end}"], gone)
    numbers["growth_ratio"] = progress.statcan_ratio(
        baseline.value, current.value, target, start=baseline.year, now=current.year, deadline=deadline
    ) if baseline.value * target > 0 else None  # fmt: skip
    if numbers["growth_ratio"] is None:
        verdict.undefined.append(
            _gap(
                "增长率之比",
                "起点或终点为 0，或无需增长",
                "growth_ratio",
                "growth from or to zero, or none required",
            )
        )
    if current.year >= deadline:
        verdict.undefined.append(_gap("预计", "期限已到", "projected", "the deadline is over"))
        return
    when = {"start": baseline.year, "now": current.year, "at": deadline}
    numbers["projected"], verdict.curve = projections.project(kind, baseline.value, current.value, **when)
    if numbers["projected"] is None:
        reason = verdict.curve.removeprefix("no projection: ")
        verdict.undefined.append(_gap("预计", "没有曲线可以通过这两个值", "projected", reason))
        verdict.curve = None
        return
    ends = _corners(baseline, current)
    values = [projections.project(kind, b, x, **when)[0] for b, x in ends]
    if values and None not in values:
        numbers["projected_low"] = min(value for value in values if value is not None)
        numbers["projected_high"] = max(value for value in values if value is not None)
    else:
        verdict.undefined.append(
            _gap(
                "预计的上下限",
                "措辞一端开放，或曲线无法通过",
                "projected_low, projected_high",
                "an end of the wording is open or has no curve",
            )
        )


def _gap(what_zh: str, why_zh: str, what: str, why: str) -> Note:
    """Say which numbers are missing and why."""
    return Note(f"{what_zh}：{why_zh}", f"{what}: {why}")


def _corners(baseline: Seen, current: Seen) -> list[tuple[float, float]]:
    """Every pair of ends of the two intervals; none when an end is open."""
    pairs: Iterable[tuple[float, float]] = product(baseline.bounds(), current.bounds())
    found = list(pairs)
    return [] if any(abs(x) == inf for pair in found for x in pair) else found


def _done_bounds(aim: Aim, baseline: Seen, current: Seen) -> tuple[float | None, float | None]:
    """Least and most that can be done of the way, over the wordings of both values."""
    target, _ = goal(aim, baseline.value)
    first, last = baseline.bounds()
    corners = _corners(baseline, current)
    if not corners or first <= target <= last:
        return None, None
    shares = [progress.linear_share(b, x, target) for b, x in corners]
    known = [share for share in shares if share is not None]
    return min(known), max(known)
