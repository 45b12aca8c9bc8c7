"""How well systems are found and read: scores against gold, by document, with every error.

The gold is hand coding by the annotation guide (fields canonical, category, status, owner). It asks for the
first mention of a system in each section; a later one is neither asked for nor wrong. A gold row is found when a
prediction overlaps it by at least half of their union. A row whose `ambiguous` holds "mention" counts neither
way; a field that `ambiguous` names is not scored. Canonical names are equal when `plain_name` makes them so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from egovlib.analyse.quality.evaluation import (
    ERRORS,
    EVERYTHING,
    SCORES,
    Row,
    by_document,
    find_document,
    known_value,
    match_rows,
    note_absent,
    place_rows,
    read_gold,
    rows_of,
    sentence_at,
    wilson_of,
)
from egovlib.extract.system_names import plain_name

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.notes import Note
    from egovlib.documents import Corpus, Document

FIELDS = {"canonical": "system", "category": "category", "status": "status", "owner": "owner"}
"""The scored fields of the gold and the columns of the table `systems` that answer them."""
MEASURES = ("precision", "recall", "f1", *FIELDS)


@dataclass(frozen=True)
class Pair:
    """A gold row and the prediction that found it; one of them is None for an error."""

    doc: str
    gold: Row | None
    found: Row | None
    text: str | None

    def verdicts(self) -> dict[str, bool]:
        """For each scored field of a pair, whether it is right."""
        if self.gold is None or self.found is None:
            return {}
        unclear = self.gold.get("ambiguous") or ()
        return {
            field: is_right(field, self.gold.get(field), self.found.get(column))
            for field, column in FIELDS.items()
            if field not in unclear
        }

    def counts(self) -> Counter[str]:
        """What this pair adds to right and n of every measure."""
        gold, found = self.gold is not None, self.found is not None
        both = gold and found
        counts = Counter(gold=gold, found=both, predicted=found)
        counts.update(precision_right=both, precision_n=found, recall_right=both, recall_n=gold)
        counts.update(f1_right=2 * both, f1_n=gold + found)
        for field, right in self.verdicts().items():
            counts.update({f"{field}_right": right, f"{field}_n": 1})
        return counts

    def errors(self) -> Iterator[tuple[Any, ...]]:
        """The rows of this pair in the table of errors."""
        if self.gold is None or self.found is None:
            row = self.gold or self.found or {}
            kind = "missed" if self.found is None else "spurious"
            yield kind, None, self.doc, row["start"], row["surface"], None, None, self.text
            return
        for field, right in self.verdicts().items():
            if not right:
                said, read = known_value(self.gold.get(field)), known_value(self.found.get(FIELDS[field]))
                yield (
                    "field",
                    field,
                    self.doc,
                    self.gold["start"],
                    self.gold["surface"],
                    said,
                    read,
                    self.text,
                )


@dataclass(frozen=True)
class SystemsEvaluation:
    """Predicted systems held against gold; `notes` says what was left out and why."""

    pairs: tuple[Pair, ...]
    notes: tuple[Note, ...] = ()

    def score(self, measure: str) -> float | None:
        """One of `MEASURES`; None where nothing could be right."""
        if measure not in MEASURES:
            raise ValueError(f"there is no measure {measure!r}; there are {', '.join(MEASURES)}.")
        scores = self.scores.set_index("measure").score
        return None if scores.isna()[measure] else float(scores[measure])

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a measure: right, n, score and Wilson's 95 % interval over mentions."""
        import pandas as pd

        counts: Counter[str] = sum((pair.counts() for pair in self.pairs), Counter())
        rows = []
        for measure in MEASURES:
            right, n = counts[f"{measure}_right"], counts[f"{measure}_n"]
            score = right / n if n else None
            low, high = wilson_of(measure, right, n)
            rows.append((measure, right, n, score, low, high, "Wilson, over mentions" if n else None))
        return pd.DataFrame(rows, columns=list(SCORES)).astype(SCORES)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """A row a document: gold, found and predicted mentions, and its scores."""
        import pandas as pd

        by_doc: dict[str, Counter[str]] = {}
        for pair in self.pairs:
            by_doc.setdefault(pair.doc, Counter()).update(pair.counts())
        rows = [
            (
                doc, counts["gold"], counts["found"], counts["predicted"],
                *(counts[f"{m}_right"] / counts[f"{m}_n"] if counts[f"{m}_n"] else None for m in MEASURES),
            )
            for doc, counts in by_doc.items()
        ]  # fmt: skip
        types = {"doc": "string", "gold": "Int64", "found": "Int64", "predicted": "Int64"}
        types |= dict.fromkeys(MEASURES, "Float64")
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Every error, a row each: missed, spurious, or a field read wrong; with its sentence."""
        import pandas as pd

        rows = [row for pair in self.pairs for row in pair.errors()]
        return pd.DataFrame(rows, columns=list(ERRORS)).astype(ERRORS)


def evaluate_systems(gold: Any, predicted: Any, *, corpus: Corpus) -> SystemsEvaluation:
    """Score predicted systems against gold.

    gold, predicted  rows as mappings, a table, or a .jsonl file or folder of them, as for `evaluate`; a
                     `files.csv` beside the gold says which part of a document was coded
    corpus           the documents, whose sections tell which mentions are repeats

    Raises ValueError when there is no gold, or none for any document of the corpus.
    """
    rows, limits = read_gold(gold)
    if not rows:
        raise ValueError("the gold holds no rows; give a .jsonl file or a folder of them.")
    predictions = by_document(rows_of(predicted))
    by_gold: dict[str, list[Row]] = {doc: [] for doc in limits}
    for row in rows:
        by_gold.setdefault(str(row["doc"]), []).append(row)
    pairs: list[Pair] = []
    notes: list[Note] = []
    for doc, hand in by_gold.items():
        document = find_document(corpus, doc)
        if document is None:
            notes.append(note_absent(doc, len(hand)))
            continue
        since, until = limits.get(doc, EVERYTHING)
        ours = [row for row in predictions.get(document.doc, []) if since <= row["start"] < until]
        pairs += _pairs(document, place_rows(hand, document.raw), ours)
    if not pairs and len(notes) == len(by_gold):
        raise ValueError(
            f"no document of the gold is in the corpus; give one that holds {', '.join(by_gold)}."
        )
    return SystemsEvaluation(tuple(pairs), tuple(notes))


def _pairs(document: Document, gold: Sequence[Row], predicted: Sequence[Row]) -> Iterator[Pair]:
    """The pairs of one document, without what counts neither way."""
    matched = match_rows(gold, predicted)
    known = {(_section(document, row["start"]), plain_name(row["canonical"])) for row in gold}
    known |= {(found["section"], plain_name(found["system"])) for one, found in matched if one and found}
    for one, found in matched:
        if one is not None and "mention" in (one.get("ambiguous") or ()):
            continue
        if one is None and found is not None and (found["section"], plain_name(found["system"])) in known:
            continue  # a repeat in the section
        place = (one or found or {})["start"]
        yield Pair(document.doc, one, found, sentence_at(document, place))


def _section(document: Document, place: int | None) -> str | None:
    if place is None:
        return None
    return next((s.section for s in document.sections if s.start <= place < s.end), None)


def is_right(field: str, gold: Any, found: Any) -> bool:
    """Whether a field of a found mention says what the gold says; names are compared by `plain_name`.

    >>> is_right("canonical", "电子证照系统", "电子证照"), is_right("status", "planned", "unclear")
    (True, False)
    """
    one, other = known_value(gold), known_value(found)
    if field == "canonical" and one and other:
        return plain_name(str(one)) == plain_name(str(other))
    return bool(one == other)
