"""How well quantities are matched to indicators: precision and recall against hand matching, with intervals.

A person has read quantities one by one and named the indicator of each, or none. The machine's choice is
right when it names the same; where the person found two indicators equally good, either is right. What the
person did not read does not count.

>>> from egovlib import frames
>>> gold = [{"doc": "a", "start": 0, "end": 3, "surface": "60%", "indicator": "hotline_answer_rate"}]
>>> row = ("hotline_answer_rate", *[None] * 9, "a", 0, 3, "60%", 1, "subject: 接通率")
>>> evaluate_matching(gold, frames.build("indicators", [row])).score("precision")
1.0
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from egovlib.analyse.quality.evaluation import match_rows, wilson

if TYPE_CHECKING:
    import pandas as pd

NONE, AMBIGUOUS = "none", "ambiguous:"
MEASURES = ("precision", "recall")
ALL = "all"
"""The row of the scores that counts every indicator."""

SCORES = {
    "measure": "string", "indicator": "string", "right": "Int64", "n": "Int64",
    "score": "Float64", "low": "Float64", "high": "Float64",
}  # fmt: skip
ERRORS = {
    "kind": "string", "doc": "string", "start": "Int64", "surface": "string",
    "gold": "string", "found": "string", "rule": "string",
}  # fmt: skip


class Choice(NamedTuple):
    """What the person and the machine said of one quantity; `found` None: the machine chose none."""

    doc: str
    start: int
    surface: str
    gold: tuple[str, ...]
    found: str | None
    rule: str

    @property
    def right(self) -> bool:
        """Whether the machine's indicator is one the person accepts."""
        return self.found in self.gold

    @property
    def coded(self) -> str | None:
        """The person's indicator; of several equally good ones the machine's, else the first."""
        return self.found if self.right else next(iter(self.gold), None)


@dataclass(frozen=True)
class Matching:
    """The machine's indicators held against a person's, a choice a quantity that the person read."""

    choices: tuple[Choice, ...]

    def score(self, measure: str) -> float | None:
        """Precision or recall over all indicators; None where nothing could be right."""
        if measure not in MEASURES:
            raise ValueError(f"there is no measure {measure!r}; there are {', '.join(MEASURES)}.")
        table = self.scores
        value = table.loc[(table.measure == measure) & (table.indicator == ALL), "score"].iloc[0]
        return None if value != value else float(value)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a measure and indicator, first those of all: right, n, score and its 95 % interval (Wilson 1927).

        precision is over the quantities the machine gave the indicator, recall over those the person gave it.
        The interval takes quantities for independent: errors come in clusters, so it is somewhat too narrow.
        """
        import pandas as pd

        rows = []
        for measure in MEASURES:
            for name, (right, n) in self._tally(measure).items():
                interval = wilson(right, n) if n else (None, None)
                rows.append((measure, name, right, n, right / n if n else None, *interval))
        return pd.DataFrame(rows, columns=list(SCORES)).astype(SCORES)

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Every quantity matched otherwise than by the person: kind is missed, spurious or other indicator."""
        import pandas as pd

        rows = [
            (_kind(one), one.doc, one.start, one.surface, "/".join(one.gold) or None, one.found, one.rule)
            for one in self.choices
            if not one.right and (one.gold or one.found)
        ]
        return pd.DataFrame(rows, columns=list(ERRORS)).astype(ERRORS)

    def _tally(self, measure: str) -> dict[str, tuple[int, int]]:
        counted: dict[str, Counter[bool]] = defaultdict(Counter)
        for one in self.choices:
            name = one.found if measure == "precision" else one.coded
            if name is not None:
                counted[ALL][one.right] += 1
                counted[name][one.right] += 1
        total = {ALL: counted.pop(ALL, Counter())}
        return {
            name: (counts[True], counts.total())
            for name, counts in (total | dict(sorted(counted.items()))).items()
        }


def evaluate_matching(
    gold: str | Path | Iterable[Mapping[str, Any]],
    indicators: pd.DataFrame,
    *,
    documents: pd.DataFrame | None = None,
) -> Matching:
    """Score a table of indicators against a person's matching of the same quantities.

    gold        a .jsonl file, or rows as mappings: start, end (characters of the raw text), surface,
                `indicator` (a code, "none", or "ambiguous:a/b"), and the document as `doc`, or as `sha256`
                of its file when a table `documents` tells which document that is
    indicators  from `match_indicators`, with all its rows

    A quantity of the gold and one of the table are the same when they overlap by half of their union. A
    quantity that was not found in the text is one the machine chose no indicator for.

    Raises ValueError for gold without rows, or of documents that are not in the tables.
    """
    rows = [_placed(row, _documents_by_hash(documents)) for row in _rows(gold)]
    if not rows:
        raise ValueError("the gold holds no rows; give a .jsonl file with a JSON object a line.")
    machine: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in indicators.astype(object).where(indicators.notna(), None).to_dict("records"):
        machine[one["doc"]].append({str(name): value for name, value in one.items()})
    by_doc: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_doc[row["doc"]].append(row)
    choices = [
        _choice(person, found)
        for doc, hand in by_doc.items()
        for person, found in match_rows(hand, machine[doc])
        if person is not None
    ]
    return Matching(tuple(choices))


def _choice(person: Mapping[str, Any], found: Mapping[str, Any] | None) -> Choice:
    said = str(person["indicator"])
    accepted = () if said == NONE else tuple(said.removeprefix(AMBIGUOUS).split("/"))
    indicator, rule = (found["indicator"], found["rule"]) if found else (None, "not found in the text")
    return Choice(person["doc"], person["start"], person["surface"], accepted, indicator, rule)


def _kind(one: Choice) -> str:
    return "missed" if one.found is None else "other indicator" if one.gold else "spurious"


def _rows(gold: str | Path | Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    if isinstance(gold, str | Path):
        return [json.loads(line) for line in Path(gold).read_text(encoding="utf-8").splitlines()]
    return list(gold)


def _documents_by_hash(documents: pd.DataFrame | None) -> dict[str, str]:
    return {} if documents is None else dict(zip(documents["sha256"], documents["doc"], strict=True))


def _placed(row: Mapping[str, Any], by_hash: Mapping[str, str]) -> Mapping[str, Any]:
    """Give the row its document."""
    doc = row.get("doc") or by_hash.get(row.get("sha256", ""))
    if doc is None:
        raise ValueError(
            f"{row.get('file') or row.get('sha256')!r} is not among the documents; "
            "read that file too, or give the gold row a doc."
        )
    return {**row, "doc": doc}
