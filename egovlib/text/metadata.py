r"""What a document is, read off its own text: title, region, tier, genre, year, plan period, issuer.

A field is filled on evidence only; what stays open is None, with the values that were weighed as candidates.

>>> found, candidates = recognise("鼓楼区政务公开工作总结\n我区完成了各项任务。")
>>> found.region, candidates["region"]
(None, ('320106', '320302', '350102', '410204'))
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from egovlib import frames
from egovlib.extract.periods import find_periods, find_plan_periods, plan_period_named, plan_period_of
from egovlib.extract.regions import region
from egovlib.text.issuers import issuer_of
from egovlib.text.lead import YEAR
from egovlib.text.places import region_of
from egovlib.text.titles import genre_of, title_of
from egovlib.text.years import year_of

Candidates = dict[str, tuple[str | int, ...]]
"""For each field that stayed open, the values that were weighed."""


@dataclass(frozen=True)
class Metadata:
    """What a document is: each field None where neither the register nor the text says it."""

    title: str | None = None
    region: str | None = None
    region_name: str | None = None
    tier: str | None = None
    genre: str | None = None
    year: int | None = None
    plan_period: str | None = None
    issuer: str | None = None


FIELDS = tuple(Metadata.__dataclass_fields__)


def check_known(known: Mapping[str, Any]) -> None:
    """Raise ValueError for a field that there is not or a value that it may not have."""
    allowed = {"tier": frames.TIERS, "genre": frames.GENRES, "plan_period": frames.PLAN_PERIODS}
    for key, value in known.items():
        if key not in FIELDS:
            raise ValueError(f"a document has no field {key!r}; it has {', '.join(FIELDS)}.")
        if key in allowed and value is not None and value not in allowed[key]:
            raise ValueError(f"{key} {value!r} is unknown; it is one of {', '.join(allowed[key])}.")
    code = known.get("region")
    if code is not None and region(str(code)) is None:
        raise ValueError(f"region {code!r} is no code of GB/T 2260; write six digits, as 430482.")


def recognise(
    text: str, *, stem: str = "", known: Mapping[str, Any] | None = None
) -> tuple[Metadata, Candidates]:
    """Read the metadata off a repaired text.

    stem   the file's name without its ending, which speaks where title and text are silent
    known  what is known better: it wins, and helps with the rest
    """
    found: dict[str, Any] = dict(known or {})
    candidates: Candidates = {}
    title = found.setdefault("title", title_of(text, stem)) or ""
    if found.get("genre") is None:
        found["genre"], candidates["genre"] = genre_of(title, text)
    if found.get("year") is None:
        found["year"], candidates["year"] = year_of(title, text, stem, found["genre"])
    if found.get("region") is None:
        found["region"], candidates["region"] = region_of(title, stem, text, found["year"])
    if found["region"] and (row := region(found["region"], found["year"])) is not None:
        found["region_name"] = found.get("region_name") or row.name
        found["tier"] = found.get("tier") or row.tier
    if found.get("plan_period") is None:
        found["plan_period"], candidates["plan_period"] = _plan_period(
            title, text, found["year"], found["genre"]
        )
    if found.get("issuer") is None:
        found["issuer"], candidates["issuer"] = issuer_of(title, text, found)
    weighed = {name: values for name, values in candidates.items() if found.get(name) is None and values}
    return Metadata(**found), weighed


def _plan_period(
    title: str, text: str, year: int | None, genre: str | None
) -> tuple[str | None, tuple[str, ...]]:
    """The period a document is for: named in its title, that of its year, or that of most of its deadlines."""
    if named := plan_period_named(title):
        return named, ()
    span = re.search(rf"{YEAR}年?[-—–至到]{{1,2}}{YEAR}", title)
    if span and int(span[2]) - int(span[1]) < 6:
        return plan_period_of(int(span[1])), ()
    if year:
        return plan_period_of(year), ()
    if genre == "work_report":
        return None, ()
    deadlines = Counter(
        plan_period_of(int(period.iso[:4])) for period in find_periods(text) if period.kind == "deadline"
    )
    if deadlines:
        return deadlines.most_common(1)[0][0], ()
    spoken = tuple(sorted({period for _, period in find_plan_periods(text)}))
    return (spoken[-1] if spoken else None), spoken
