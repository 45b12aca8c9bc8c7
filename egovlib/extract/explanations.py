"""Explanations: why a number was read as it was, or why it was not taken.

>>> steps = explain_quantity("拨打12345热线，受理事项超过2万件。", 2)
>>> steps.step.tolist(), steps.rule.tolist()
(['candidate', 'trap'], ['number', 'hotline'])
>>> replay(explain_quantity("受理事项超过2万件。", 6))["value"]
20000.0
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from egovlib import codebook
from egovlib.extract.attributes import Reader, explain
from egovlib.extract.candidates import Candidate, find_candidates
from egovlib.extract.outcomes import list_corrections
from egovlib.extract.quantities import find_quantities

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Document
    from egovlib.extract.contexts import Context, Reading

COLUMNS = ("step", "rule", "read", "value")
Step = tuple[str, str, str, Any]


def explain_quantity(source: Document | str, offset: int) -> pd.DataFrame:
    """The steps by which the number at `offset` of the raw text was read, as data.

    Columns: step (candidate, trap, value, unit, approx, then each attribute), rule (its name), read (the text
    it looked at), value. A number that is no quantity ends with the trap or rule that refused it; what a
    person corrected comes last, the rule being "correction". Raises ValueError when no number stands at
    `offset`, naming the nearest.
    """
    import pandas as pd

    from egovlib.documents import documents_of

    (document,) = documents_of(source)
    steps = [*_steps(document, offset), *_corrections(document, offset)]
    return pd.DataFrame(steps, columns=list(COLUMNS))


def replay(steps: pd.DataFrame) -> dict[str, Any]:
    """The row that the steps give: attribute → value, without the steps that only located the number."""
    located = ("candidate", "trap", "refused")
    return {
        str(step): value
        for step, value in zip(steps["step"], steps["value"], strict=True)
        if step not in located
    }


def _steps(document: Document, offset: int) -> Iterator[Step]:
    candidates = list(find_candidates(document.text))
    spans = [document.aligned.span(*_span(candidate)) for candidate in candidates]
    inside = [i for i, (start, end) in enumerate(spans) if start <= offset < end]
    if not inside:
        raise ValueError(_nowhere(document, offset, spans))
    candidate, (start, end) = candidates[inside[0]], spans[inside[0]]
    number = document.text[candidate.start : candidate.end]
    yield "candidate", "number", document.raw[start:end], number
    if candidate.trap is not None:
        reasons = {row["trap"]: row["reason"] for row in codebook.rows("traps")}
        yield "trap", candidate.trap, number, reasons[candidate.trap]
        return
    if candidate.reading is None:
        yield (
            "refused",
            "measures nothing",
            number,
            "no unit, no counted noun, or an idiom",
        )
        return
    context = _context_of(candidate.reading, document, candidates)
    if context is None:
        yield (
            "refused",
            "reports_a_result",
            number,
            "三大 and the like count results of a review only",
        )
        return
    yield from _worth(candidate.reading, document.text)
    for name, rule, value in explain(context):
        yield name, rule, _looked_at(name, context), value


def _corrections(document: Document, offset: int) -> Iterator[Step]:
    """What persons said of the quantity at `offset`: the row as it is now, and who made it so."""
    told = list_corrections(document) if document.corrections else None
    if told is None or told.empty:
        return
    here = (told["table"] == "quantities") & (told["start"] <= offset) & (offset < told["end"])
    rows = find_quantities(document)
    row = rows[(rows["start"] <= offset) & (offset < rows["end"])]
    for fix in told[here.fillna(False) & told["outcome"].isin(["applied", "moved"])].to_dict("records"):
        by = f"{fix['who']}, {fix['when']}"
        if fix["action"] == "delete" or row.empty:
            yield "refused", "correction", fix["surface"], by
        else:
            yield fix["column"], "correction", f"{fix['surface']} ({by})", row[fix["column"]].iloc[0]


def _span(candidate: Candidate) -> tuple[int, int]:
    if candidate.reading is not None:
        return candidate.reading.start, candidate.reading.end
    return candidate.start, candidate.end


def _nowhere(document: Document, offset: int, spans: list[tuple[int, int]]) -> str:
    nearest = min(spans, key=lambda span: min(abs(span[0] - offset), abs(span[1] - offset)), default=None)
    where = (
        f"the nearest is {document.raw[slice(*nearest)]!r} at {nearest[0]}"
        if nearest
        else "the document has none"
    )
    return f"no number stands at offset {offset} of {document.doc!r}; {where}."


def _context_of(reading: Reading, document: Document, candidates: list[Candidate]) -> Context | None:
    """Read all quantities before this one, because items of a list carry over, then begin this one."""
    reader = Reader(document)
    found = (candidate.reading for candidate in candidates)
    reader.read(one for one in found if one is not None and one.start < reading.start)
    return reader.begin(reading)


def _worth(reading: Reading, text: str) -> Iterator[Step]:
    surface = text[reading.start : reading.end]
    yield "value", reading.kind, surface, reading.value
    yield "value_high", "range" if reading.value_high is not None else "no range", surface, reading.value_high
    yield "unit", "units" if reading.unit else "no measure word", surface, reading.unit
    yield "approx", "approximators", surface, reading.approximator.approx
    low, high = reading.interval()
    yield "low", "approximators", surface, low
    yield "high", "approximators", surface, high


def _looked_at(name: str, context: Context) -> str:
    return {"role": context.before, "tier": context.before + "…" + context.after}.get(name, context.view.text)
