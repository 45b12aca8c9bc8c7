"""Plans against results: each target beside its baseline and the values that came after, with the sentences.

A target is held only against actual values of its own region, tier, unit and concept; every pair that was looked
at stands in `links` with the reason why it was used or not. Outcomes are names (`verdicts`), numbers stand beside.

>>> import egovlib as eg
>>> plan = eg.read_text("2015年全省网上办理率为60%。到2020年，全省网上办理率达到90%以上。", doc="plan", region="430000",
...                     tier="province", year=2016, genre="plan")
>>> report = eg.read_text("2018年全省网上办理率为81%。", doc="report", region="430000", tier="province", year=2019)
>>> corpus = eg.documents.Corpus([plan, report])
>>> found = evaluate_plans(eg.match_indicators(eg.find_quantities(corpus), documents=corpus), corpus)
>>> found.table[["outcome", "baseline", "actual", "done", "gone"]].round(2).values.tolist()
[['on_track', 60.0, 81.0, 0.7, 0.6]]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovlib.analyse.concepts import Links, read_links
from egovlib.analyse.notes import Note, number
from egovlib.analyse.plan_links import LINKS, SPOT, VALUE, Books, Cells, Look, look_at, records_of
from egovlib.analyse.targets import list_targets, name_lacks
from egovlib.analyse.verdicts import NUMBERS, OUTCOMES, Aim, Seen, Verdict, judge
from egovlib.extract.definitions import read_codebook
from egovlib.extract.regions import region as region_of

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

TABLE: Final = {
    "target": "string", "indicator": "string", "name_zh": "string", "name_en": "string", "form": "string",
    "measure": "string", "region": "string", "tier": "string", "unit": "string", "issued": "Int64",
    "deadline": "Int64", "version": "string", "comparison": "string", "value": "Float64", "low": "Float64",
    "high": "Float64", "approx": "string", "outcome": "string", "reached": "string",
    **{f"baseline{'' if name == 'value' else '_' + name}": dtype for name, dtype in (VALUE | SPOT).items()},
    **{f"actual{'' if name == 'value' else '_' + name}": dtype for name, dtype in (VALUE | SPOT).items()},
    **dict.fromkeys(NUMBERS, "Float64"), "curve": "string", "other_region": "string", "smart": "Int64",
    "lacks": "string", "lacks_zh": "string", "responsible": "string", **SPOT, "why": "string", "why_zh": "string",
    "undefined": "string", "undefined_zh": "string",
}  # fmt: skip
"""Columns of `PlanEvaluation.table`. doc … text are the target's sentence, baseline_… and actual_… those of the
values it is held against; `undefined` says why a number is NA; `smart` counts 5 points."""


@dataclass(frozen=True, repr=False)
class PlanEvaluation:
    """What `evaluate_plans` found, with the call that found it.

    table: a row a target, columns `TABLE`. targets: all targets with their SMART points (`targets.TARGETS`).
    links: every actual value looked at, and why it was used or not. notes: in Chinese and English.
    """

    table: pd.DataFrame
    targets: pd.DataFrame
    links: pd.DataFrame
    notes: list[Note]
    call: dict[str, Any]
    _make: Callable[..., PlanEvaluation]

    def again(self, **changes: Any) -> PlanEvaluation:
        """Evaluate again with some arguments changed: `evaluation.again(as_of=2018)`."""
        return self._make(**{**self.call, **changes})

    def linked(self) -> pd.DataFrame:
        """Rows of the table that have an actual value beside them, a baseline or a later one."""
        return self.table[self.table["baseline"].notna() | self.table["actual"].notna()].reset_index(
            drop=True
        )

    def __repr__(self) -> str:
        return f"PlanEvaluation({len(self.table)} targets, {len(self.linked())} with a value beside them)"

    def _repr_html_(self) -> str:
        shown = ["name_en", "region", "deadline", "value", "baseline", "actual", "outcome", "why"]
        html = self.table[shown].head(10).to_html(index=False, na_rep="–")
        return f"<p>{self.notes[0]}</p>{html}"


def evaluate_plans(
    indicators: pd.DataFrame,
    corpus: Corpus | Document | None = None,
    *,
    codebook: str | Path | Sequence[str | Path] = "indicators",
    links: str | Path = "indicator_links",
    region: str | None = None,
    against: str | None = None,
    as_of: int | None = None,
) -> PlanEvaluation:
    """Hold the targets of a table of `indicators` against its actual values.

    indicators  from `match_indicators`; the tables of several codebooks may be put one below the other
    corpus      the documents: sentences, years of issue, responsible units; without it these are NA, and the
                earliest value before the deadline is taken for the baseline, the document's own if it has one
    codebook    the one, or the several, the indicators were matched by
    links       which indicators are the same concept (a packaged name or a csv file, see `concepts`)
    region      only targets of this region (a GB/T 2260 code)
    against     hold them against the actual values of this other region: labelled in `other_region`, and
                without a baseline, since the way from one region to another is no progress
    as_of       only actual values up to this year

    The baseline is the last value up to the year of issue and before the deadline, the plan's own if it has one.
    Sources that contradict each other are never used (`panel`). Raises ValueError, one sentence, for a region
    that does not exist, or that is its own comparison.

    Outcomes are those of `verdicts.OUTCOMES`; NA where there is a baseline and nothing later yet.
    """
    for name, code in (("region", region), ("against", against)):
        if code is not None and region_of(code) is None:
            raise ValueError(f"{name} {code!r} is not a region; give a GB/T 2260 code such as 370000.")
    if against is not None and against == region:
        raise ValueError(f"against is {against!r}, the region itself; name another region or leave it out.")
    books = _read_books(codebook)
    concepts = _concepts(links, books)
    numbers = _one_row_a_number(indicators)
    targets = list_targets(numbers, corpus, definitions=books.definitions)
    if region is not None:
        targets = targets[targets["region"] == region].reset_index(drop=True)
    cells = Cells(numbers, books, corpus, as_of)
    looked_at = [look_at(target, cells, concepts, against) for target in records_of(targets)]
    call = {
        "codebook": codebook, "links": links, "region": region, "against": against, "as_of": as_of,
    }  # fmt: skip
    table, found = _tables(targets, looked_at, books, against)
    targets = targets.assign(
        smart=table["smart"],
        lacks=table["lacks"],
        lacks_zh=table["lacks_zh"],
        why=targets["why"].fillna(table["why"]),
    )
    notes = list(_notes(table, found, against))
    return PlanEvaluation(table, targets, found, notes, call, partial(evaluate_plans, indicators, corpus))


def _read_books(codebook: str | Path | Sequence[str | Path]) -> Books:
    names = [codebook] if isinstance(codebook, str | Path) else list(codebook)
    if not names:
        raise ValueError("codebook is empty; name one or more, or leave it out.")
    by_name = {name: read_codebook(name) for name in names}
    return Books(by_name, {code: one for book in by_name.values() for code, one in book.by_code.items()})


def _concepts(links: str | Path, books: Books) -> Links:
    """Read the links; a file of one's own is held against the codebooks, the packaged one against its own."""
    known = set(books.definitions) | set(read_codebook().by_code)
    return read_links(links, known=known)


def _one_row_a_number(indicators: pd.DataFrame) -> pd.DataFrame:
    """Keep one row a number where several codebooks read it: one with an indicator, if there is one."""
    order = indicators["indicator"].isna().argsort(kind="stable")
    kept = indicators.iloc[order].drop_duplicates(["doc", "start", "end"])
    return kept.sort_values(["doc", "start"], kind="stable").reset_index(drop=True)


# The result ------------------------------------------------------------------------------------------------


def _tables(
    targets: pd.DataFrame, looked_at: Sequence[Look], books: Books, against: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the table and the links of all targets."""
    import pandas as pd

    rows = [
        _row(target, look, books, against)
        for target, look in zip(records_of(targets), looked_at, strict=True)
    ]
    links = [link for look in looked_at for link in look.links]
    return (
        pd.DataFrame(rows, columns=list(TABLE)).astype(TABLE),
        pd.DataFrame(links, columns=list(LINKS)).astype(LINKS),
    )


def _row(target: dict[str, Any], look: Look, books: Books, against: str | None) -> dict[str, Any]:
    definition = books.definitions.get(target["indicator"] or "")
    kind = definition.kind if definition else None
    verdict = _verdict(target, look, kind)
    actual = next((c for c in look.later if verdict.judged and c["year"] == verdict.judged.year), None)
    has_baseline = look.baseline is not None
    lacks = target["lacks"].split(", ") if target["lacks"] else []
    return {name: target.get(name) for name in TABLE} | {
        "measure": kind, "outcome": verdict.outcome, "reached": verdict.reached,
        **_side("baseline", look.baseline), **_side("actual", actual), **verdict.numbers,
        "curve": verdict.curve, "other_region": against if look.later else None,
        "smart": target["smart"] + has_baseline, **name_lacks(lacks + ["baseline"] * (not has_baseline)),
        "why": verdict.why.en, "why_zh": verdict.why.zh,
        "undefined": "; ".join(note.en for note in verdict.undefined) or None,
        "undefined_zh": "；".join(note.zh for note in verdict.undefined) or None,
    }  # fmt: skip


def _side(side: str, cell: dict[str, Any] | None) -> dict[str, Any]:
    return {
        f"{side}{'' if name == 'value' else '_' + name}": None if cell is None else cell[name]
        for name in (*VALUE, *SPOT)
    }


def _verdict(target: dict[str, Any], look: Look, kind: str | None) -> Verdict:
    """Name the outcome of a target: from its own words where it cannot be compared, else from the values."""
    if target["form"] == "aim":
        why = Note("目标以文字表述，没有数字。", "An aim in words, without a number.")
        return Verdict("qualitative", why, undefined=[Note("各项：没有数字", "all measures: no number")])
    if target["why"] is not None:
        why = Note(f"不作比较：{target['why']}。", f"Not compared: {target['why']}.")
        return Verdict(
            "not_comparable", why, undefined=[Note("各项：不作比较", "all measures: not compared")]
        )
    if not look.baseline and not look.later and look.links:
        reasons = list(dict.fromkeys((link["why_zh"], link["why"]) for link in look.links))
        why = Note(
            f"只有不可比的值：{'；'.join(zh for zh, _ in reasons)}。",
            f"Only values that do not compare: {'; '.join(en for _, en in reasons)}.",
        )
        return Verdict(
            "not_comparable", why, undefined=[Note("各项：没有可比的值", "all measures: no comparable value")]
        )
    aim = Aim(
        target["comparison"],
        target["value"],
        target["low"],
        target["high"],
        target["approx"],
        target["deadline"],
    )
    baseline = None if look.baseline is None else _seen(look.baseline)
    return judge(aim, baseline, [_seen(cell) for cell in look.later], kind or "")


def _seen(cell: dict[str, Any]) -> Seen:
    return Seen(cell["year"], cell["value"], cell["low"], cell["high"], cell["approx"] or "exact")


def _notes(table: pd.DataFrame, links: pd.DataFrame, against: str | None) -> Iterator[Note]:
    usable = int(table["outcome"].notna().sum())
    counts = table["outcome"].value_counts()
    named = [(name, int(counts[name])) for name in OUTCOMES if name in counts]
    yield Note(
        f"共 {len(table)} 个目标；" + "、".join(f"{{{name}}} {n}" for name, n in named)
        + (f"；{len(table) - usable} 个此后没有实际值" if usable < len(table) else "") + "。",
        f"{number(len(table), 'target')}: " + ", ".join(f"{{{name}}} {n}" for name, n in named)
        + (f"; {len(table) - usable} with no actual value yet" if usable < len(table) else "") + ".",
    )  # fmt: skip
    if against is not None:
        yield Note(
            f"实际值来自另一地区（{against}），是按要求所作的对照，不说明本地区的进展。",
            f"The actual values are those of another region ({against}), as asked for: "
            "they say nothing about progress here.",
        )
    refused = links[links["role"] == "not_comparable"]
    if len(refused):
        yield Note(
            f"{len(refused)} 个相近而不可比的值列在 links 中，各有理由。",
            f"{number(len(refused), 'value')} near but not comparable stand in `links`, each with its reason.",
        )
    superseded = int((table["version"] == "superseded").sum())
    if superseded:
        yield Note(
            f"{superseded} 个目标已被后来的取代。",
            f"{number(superseded, 'target')} superseded by a later one.",
        )
