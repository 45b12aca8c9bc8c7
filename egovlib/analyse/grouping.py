"""Which group each sentence belongs to: the plan period of its section, or the region of its document.

Groups of regions are the four macro-regions of the National Bureau of Statistics (东西中部和东北地区划分方法,
2011; the file macro_regions.csv of the codebook), any GB/T 2260 code with all that lies below it, or several
of these joined by +. 000000 is the nation itself and lies in no region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from egovlib import codebook
from egovlib.extract.periods import PLAN_NAMES
from egovlib.frames import PLAN_PERIODS, STANCES, TIERS

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus

NATION = "000000"


class Name(NamedTuple):
    """What a group is called, in Chinese and in English."""

    zh: str
    en: str


def macro_regions() -> dict[str, Name]:
    """Name the macro-regions by their code.

    >>> list(macro_regions())
    ['east', 'central', 'west', 'northeast']
    """
    return {
        row["macro_region"]: Name(row["name_zh"], row["name_en"]) for row in codebook.rows("macro_regions")
    }


def name_group(group: str) -> Name:
    """Name a plan period, a stance, a macro-region, a GB/T 2260 code, or several of these joined by +.

    >>> name_group("fyp12"), name_group("east"), name_group("430000")
    (Name(zh='十二五', en='fyp12'), Name(zh='东部', en='East'), Name(zh='湖南省', en='湖南省'))
    """
    from egovlib.extract.regions import region

    if "+" in group:
        names = [name_group(part) for part in group.split("+")]
        return Name("、".join(name.zh for name in names), " + ".join(name.en for name in names))
    periods = {period: name for name, period in PLAN_NAMES.items()}
    if group in periods:
        return Name(periods[group], group)
    if group in STANCES:  # a coded value: whoever shows it puts it into words
        return Name(f"{{{group}}}", f"{{{group}}}")
    if group in macro_regions():
        return macro_regions()[group]
    known = region(group)
    return Name(known.name, known.name) if known else Name(group, group)


def check_periods(periods: Iterable[str], name: str = "period") -> None:
    """Raise ValueError for what is not a plan period."""
    for period in periods:
        require(name, period, PLAN_PERIODS, "fyp12 is 十二五 (2011-2015), fyp13 十三五 (2016-2020)")


def check_stances(stance: str | Sequence[str] | None) -> list[str] | None:
    """Return the stances as a list, None for all; ValueError for one that does not exist."""
    return _several("stance", stance, STANCES, "leave it out to compare all sections")


def check_tiers(tier: str | Sequence[str] | None) -> list[str] | None:
    """Return the tiers as a list, None for all; ValueError for one that does not exist."""
    return _several("tier", tier, TIERS, "leave it out to compare documents of every tier")


def require(name: str, value: object, allowed: Iterable[object], mend: str) -> None:
    """Raise ValueError, one sentence, when `value` is not allowed."""
    allowed = list(allowed)
    if value not in allowed:
        raise ValueError(f"{name} {value!r} is not one of {', '.join(map(str, allowed))}; {mend}.")


def _several(
    name: str, value: str | Sequence[str] | None, allowed: Sequence[str], mend: str
) -> list[str] | None:
    values = [value] if isinstance(value, str) else None if value is None else list(value)
    if values is not None and not values:
        raise ValueError(f"{name} is empty; name one or more of {', '.join(allowed)}, or leave it out.")
    for one in values or ():
        require(name, one, allowed, mend)
    return values


def place_in_periods(corpus: Corpus, periods: Sequence[str], stances: list[str] | None) -> pd.DataFrame:
    """Sentences of sections of the periods (and stances, if given), grouped by the period.

    Columns: doc, section, sentence, text, stance, period, issuer, unit, group. The period is the section's;
    a section without one takes the document's own. The unit of inference is the issuer, or the document
    where no issuer is known.
    """
    placed = _placed(corpus, stances)
    return placed[placed["period"].isin(periods)].assign(group=lambda rows: rows["period"])


def place_in_regions(
    corpus: Corpus,
    groups: Sequence[str],
    stances: list[str] | None,
    *,
    period: str | None = None,
    tiers: list[str] | None = None,
) -> pd.DataFrame:
    """Sentences of documents from the regions (of one plan period and some tiers, if given), grouped by region.

    Columns as `place_in_periods`; without `period` it is NA, since sections of all periods are taken.
    ValueError for an unknown region and for two groups that share a document.
    """
    documents = corpus.documents if tiers is None else corpus.documents[corpus.documents["tier"].isin(tiers)]
    owner: dict[str, str] = {}
    for group in groups:
        inside = region_test(group)
        for doc, code in zip(documents["doc"], documents["region"].fillna(""), strict=True):
            if not inside(code):
                continue
            if doc in owner:
                raise ValueError(
                    f"the document {doc!r} lies both in {owner[doc]!r} and in {group!r}; name regions that "
                    "do not overlap."
                )
            owner[doc] = group
    placed = _placed(corpus, stances)
    if period is not None:
        placed = placed[placed["period"] == period]
    placed = placed.assign(group=placed["doc"].map(owner).astype("string"))
    if period is None:
        placed["period"] = placed["period"].mask(placed["period"].notna())
    return placed[placed["group"].notna()]


def region_test(group: str) -> Callable[[str], bool]:
    """Return the test whether a GB/T 2260 code lies in `group`; ValueError for an unknown group.

    >>> inside = region_test("central+370000")
    >>> inside("430482"), inside("370100"), inside("310000"), inside("000000")
    (True, True, False, False)
    """
    stems = tuple(stem for part in group.split("+") for stem in _stems(part))
    return lambda code: bool(stems) and code != NATION and code.startswith(stems)


@cache
def _stems(group: str) -> tuple[str, ...]:
    """What the codes inside a macro-region or below a code begin with."""
    from egovlib.extract.regions import region, stem

    provinces = [row["province"] for row in codebook.rows("macro_regions") if row["macro_region"] == group]
    if not provinces and (group == NATION or region(group) is None):
        raise ValueError(
            f"region {group!r} is neither one of {', '.join(macro_regions())} nor a GB/T 2260 code; give a "
            "code of six digits such as 430000, or join several by +."
        )
    return tuple(stem(code) for code in provinces or [group])


def _placed(corpus: Corpus, stances: list[str] | None) -> pd.DataFrame:
    sections = corpus.sections[["doc", "section", "plan_period", "stance"]]
    documents = corpus.documents[["doc", "issuer", "plan_period"]]
    placed = (
        corpus.sentences[["doc", "section", "sentence", "text"]]
        .merge(sections, on=["doc", "section"], how="left", validate="many_to_one")
        .merge(documents, on="doc", how="left", suffixes=("", "_own"), validate="many_to_one")
    )
    placed["period"] = placed["plan_period"].fillna(placed["plan_period_own"])
    placed["unit"] = placed["issuer"].fillna(placed["doc"])
    return placed if stances is None else placed[placed["stance"].isin(stances)]
