"""How well quantities are found and read: scores against gold, with intervals, confusions and every error.

The gold is hand coding by the annotation guide: one JSON object a line, one file a document. A gold row is
found when a prediction overlaps it by at least half of their union; each prediction serves one gold row.

>>> row = {"doc": "a", "start": 4, "end": 7, "value": 60.0, "unit": "%", "subject": "接通率", "role": "level"}
>>> evaluation = evaluate([row], [row | {"role": "flow"}])
>>> evaluation.score("f1"), evaluation.score("role"), evaluation.errors.field.tolist()
(1.0, 0.0, ['role'])
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from egovlib.analyse.grouping import require
from egovlib.analyse.notes import Note

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

Row = Mapping[str, Any]

FIELDS = ("value", "unit", "approx", "role", "status", "period", "tier", "topic", "subject")
WHOLE = ("value", "unit", "approx", "role", "status")
"""A record is right when these are right at once."""
CATEGORIES = ("approx", "role", "status", "tier", "topic")
MEASURES = ("precision", "recall", "f1", "exact_span_f1", "record_f1", *FIELDS)

EMBEDDED = Path(__file__).parents[3] / "data" / "gold"
"""The hand coding that a clone of the project carries, of its embedded corpus."""

OVERLAP = 0.5
"""Least intersection over union of a gold span and the prediction that finds it."""
SAME_SUBJECT = 0.6
"""Least F1 of the characters of two subjects that mean the same: careful coders word them differently too."""
BOOTSTRAP_FROM = 30
"""Documents from which intervals resample documents; below it that misses too often (comparisons.py)."""
DRAWS = 2_000

SCORES = {
    "measure": "string", "right": "Int64", "n": "Int64", "score": "Float64", "low": "Float64", "high": "Float64",
    "interval_method": "string",
}  # fmt: skip
ERRORS = {
    "kind": "string", "field": "string", "doc": "string", "start": "Int64", "surface": "string",
    "gold": "string", "found": "string", "text": "string",
}  # fmt: skip
CONFUSIONS = {"field": "string", "gold": "string", "found": "string", "count": "Int64"}


@dataclass(frozen=True)
class Evaluation:
    """Predictions held against gold.

    matches  one a gold row or spurious prediction, in the order of the gold, with document and sentence
    notes    what was left out, and why
    """

    matches: tuple[Match, ...]
    notes: tuple[Note, ...] = ()

    def score(self, measure: str) -> float | None:
        """One of `MEASURES`; None where nothing could be right."""
        row = self.scores.set_index("measure").score
        if measure not in row.index:
            raise ValueError(f"there is no measure {measure!r}; there are {', '.join(MEASURES)}.")
        return None if row.isna()[measure] else float(row[measure])

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a measure: right, n, score, and its 95 % interval.

        From `BOOTSTRAP_FROM` documents on the interval resamples documents (percentiles); below it is
        Wilson's (1927) over quantities, which is too narrow where errors come in clusters: see `documents`.
        An F1 is 2 J / (1 + J) of J = right / (gold or predicted), which has the interval.
        """
        import pandas as pd

        counts = self._counts
        by_document = len(counts) >= BOOTSTRAP_FROM
        intervals = _resampled_intervals(counts) if by_document else {}
        method = "documents resampled" if by_document else "Wilson, over quantities"
        rows = []
        for measure in MEASURES:
            right, n = (int(counts[name].sum()) for name in (f"{measure}_right", f"{measure}_n"))
            value = None if not n else right / n
            low, high = intervals.get(measure) or wilson_of(measure, right, n)
            rows.append((measure, right, n, value, low, high, method if n else None))
        return pd.DataFrame(rows, columns=list(SCORES)).astype(SCORES)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """A row a document: how many gold, found, predicted rows, and its scores."""
        import pandas as pd

        counts = self._counts
        table = pd.DataFrame({"doc": counts.index.astype("string")})
        for name in ("gold", "found", "predicted"):
            table[name] = counts[name].to_numpy(dtype="int64")
        for measure in MEASURES:
            right, n = counts[f"{measure}_right"].to_numpy(), counts[f"{measure}_n"].to_numpy()
            quotient = np.divide(right, n, out=np.full(len(n), np.nan), where=n > 0)
            table[measure] = pd.Series(quotient, dtype="Float64").where(n > 0, pd.NA)
        return table

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """How often each value of a categorical field was read as each other: field, gold, found, count."""
        import pandas as pd

        pairs = Counter(self.pairs.astype(object).itertuples(index=False, name=None))
        rows = sorted(
            ((*pair, n) for pair, n in pairs.items()), key=lambda row: (CATEGORIES.index(row[0]), -row[3])
        )
        return pd.DataFrame(rows, columns=list(CONFUSIONS)).astype(CONFUSIONS)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """What gold and machine say in each categorical field of each found row: field, gold, found."""
        import pandas as pd

        rows = [
            (field, _shown(match.gold.get(field)), _shown(match.found.get(field)))
            for field in CATEGORIES
            for match in self.matches
            if match.gold is not None and match.found is not None and field in match.verdicts
        ]
        return pd.DataFrame(rows, columns=["field", "gold", "found"], dtype="string")

    def confusion(self, field: str) -> pd.DataFrame:
        """One field's confusions as a table, gold down, found across."""
        if field not in CATEGORIES:
            raise ValueError(f"field {field!r} has no confusions; choose {', '.join(CATEGORIES)}.")
        rows = self.confusions[self.confusions.field == field]
        return rows.pivot(index="gold", columns="found", values="count").fillna(0).reset_index()

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Every error, a row each: missed, spurious, or a field read wrong; with its sentence."""
        import pandas as pd

        rows = [row for match in self.matches for row in match.errors()]
        return pd.DataFrame(rows, columns=list(ERRORS)).astype(ERRORS)

    @cached_property
    def _counts(self) -> pd.DataFrame:
        """Right and n of every measure, a row a document."""
        import pandas as pd

        by_doc: dict[str, Counter[str]] = defaultdict(Counter)
        for match in self.matches:
            by_doc[match.doc].update(match.counts())
        columns = [
            "gold",
            "found",
            "predicted",
            *(f"{m}_{part}" for m in MEASURES for part in ("right", "n")),
        ]
        rows = [[counts[column] for column in columns] for counts in by_doc.values()]
        return pd.DataFrame(rows, index=list(by_doc), columns=columns, dtype="int64")


@dataclass(frozen=True)
class Match:
    """A gold row and the prediction that found it; either is None where it has no other.

    verdicts  for each field that counts, whether it was read right
    """

    doc: str
    gold: Row | None
    found: Row | None
    text: str | None = None

    @cached_property
    def verdicts(self) -> dict[str, bool]:
        """Fields the gold calls ambiguous do not count, nor does a period that it does not know."""
        gold, found = self.gold, self.found
        if gold is None or found is None:
            return {}
        unclear = {*(gold.get("ambiguous") or ()), *(() if known_value(gold.get("period")) else ("period",))}
        return {field: is_right(field, gold, found) for field in FIELDS if field not in unclear}

    def counts(self) -> Counter[str]:
        """What this match adds to right and n of every measure."""
        gold, found = self.gold is not None, self.found is not None
        both = gold and found
        counts = Counter(gold=gold, found=both, predicted=found)
        counts.update(precision_right=both, precision_n=found, recall_right=both, recall_n=gold)
        whole = both and all(self.verdicts.get(field, True) for field in WHOLE)
        for measure, right in (
            ("f1", both),
            ("exact_span_f1", both and self._is_exact()),
            ("record_f1", whole),
        ):
            counts.update({f"{measure}_right": 2 * right, f"{measure}_n": gold + found})
        for field, right in self.verdicts.items():
            counts.update({f"{field}_right": right, f"{field}_n": 1})
        return counts

    def errors(self) -> Iterator[tuple[Any, ...]]:
        """The rows of this match in the table of errors."""
        if self.found is None or self.gold is None:
            row = self.gold if self.found is None else self.found
            assert row is not None
            kind = "missed" if self.found is None else "spurious"
            yield kind, None, self.doc, row["start"], row.get("surface"), None, None, self.text
            return
        for field, right in self.verdicts.items():
            if not right:
                shown = (_shown_value(field, row) for row in (self.gold, self.found))
                yield (
                    "field",
                    field,
                    self.doc,
                    self.gold["start"],
                    self.gold.get("surface"),
                    *shown,
                    self.text,
                )

    def _is_exact(self) -> bool:
        assert self.gold is not None
        assert self.found is not None
        return (self.gold["start"], self.gold["end"]) == (self.found["start"], self.found["end"])


NO_GOLD = Note(
    "本语料没有人工编码过的文件，因此没有得分。先用 egovlib review 人工编码几份，再以参数 gold 指明编码所在的文件夹。",
    "No document of this corpus was coded by hand, so there are no scores. Code some with egovlib review and name the "
    "folder of the coding in the parameter gold.",
)
"""What an evaluation says of a corpus without gold."""


def note_absent(doc: str, rows: int) -> Note:
    """That a coded document is not in the corpus."""
    return Note(
        f"{doc} 不在语料中：{rows} 条人工编码未用。", f"{doc} is not in the corpus: {rows} gold rows left out"
    )


def evaluate(
    gold: Any,
    predicted: Any,
    *,
    corpus: Corpus | None = None,
    coded: Mapping[str, tuple[int, int]] | None = None,
    uncoded: str = "raise",
) -> Evaluation:
    """Score predicted quantities against gold.

    gold, predicted  a `quantities` table, rows as mappings, or a .jsonl file or folder of them; `doc` may be the
                     file's name, its stem or any id that contains the stem; gold "embedded" is the clone's
    corpus           the documents: gives every error its sentence, finds documents whose id is not their
                     file's name, and limits the gold to documents that are in it (`notes` names the others)
    coded            the part of a document that was coded, (from, to) in characters of its raw text, by
                     `doc` of the gold; what is predicted outside does not count. A `files.csv` beside the
                     gold files (columns doc, until and, where it is not the start, since) says it as well.
    uncoded          what becomes of a corpus without any document that the gold knows: "raise", or "note", an
                     evaluation without rows whose note says what is missing

    Raises ValueError when there is no gold, or none for any document of the corpus.
    """
    require("uncoded", uncoded, ("raise", "note"), "a report is made with note")
    gold = EMBEDDED if isinstance(gold, str | Path) and str(gold) == "embedded" else gold
    rows, limits = read_gold(gold)
    limits |= coded or {}
    if not rows and not limits:
        raise ValueError(f"{_named(gold)} holds no gold rows; give a .jsonl file or a folder of them.")
    predictions = by_document(rows_of(predicted))
    by_gold: dict[str, list[Row]] = {doc: [] for doc in limits}
    for row in rows:
        by_gold.setdefault(str(row["doc"]), []).append(row)
    notes, matches = [], []
    for doc, hand in by_gold.items():
        document = find_document(corpus, doc)
        if corpus is not None and document is None:
            notes.append(note_absent(doc, len(hand)))
            continue
        hand = place_rows(hand, document.raw) if document else hand
        ours = predictions.get(document.doc, []) if document else _predicted_for(doc, predictions)
        since, until = limits.get(doc, EVERYTHING)
        ours = [row for row in ours if since <= row["start"] < until]
        matches += [
            Match(
                document.doc if document else Path(doc).stem,
                g,
                p,
                sentence_at(document, (g or p or {})["start"]),
            )
            for g, p in match_rows(hand, ours)
        ]
        if not hand and not ours:
            notes.append(
                Note(f"{doc}：人工未编出数量，也未抽取到。", f"{doc}: no quantity in the gold, none found")
            )
    if corpus is not None and not matches and len(notes) == len(by_gold):
        if uncoded == "note":
            return Evaluation((), (NO_GOLD,))
        raise ValueError(
            f"no document of {_named(gold)} is in the corpus; give one that holds {', '.join(list(by_gold)[:3])}."
        )
    return Evaluation(tuple(matches), tuple(notes))


def match_rows(gold: Sequence[Row], predicted: Sequence[Row]) -> list[tuple[Row | None, Row | None]]:
    """Pair gold rows with predictions of one document; then the predictions that found nothing.

    Gold rows choose in their order, each the free prediction that overlaps it most.

    >>> match_rows([{"start": 0, "end": 4}], [{"start": 1, "end": 4}, {"start": 9, "end": 10}])
    [({'start': 0, 'end': 4}, {'start': 1, 'end': 4}), (None, {'start': 9, 'end': 10})]
    """
    free = dict(enumerate(predicted))
    pairs: list[tuple[Row | None, Row | None]] = []
    for row in gold:
        best = max(free, key=lambda i: overlap(row, free[i]), default=None)
        is_found = best is not None and overlap(row, free[best]) >= OVERLAP
        pairs.append((row, free.pop(best) if is_found and best is not None else None))
    return pairs + [(None, row) for row in free.values()]


def place_rows(rows: Sequence[Row], raw: str) -> list[Row]:
    r"""Give gold rows their places in `raw` where they have none, or those of another reader of the file.

    A row is then found by its surface and the characters before it (`left`), whatever the white space; one
    that is not in the text keeps no place, and no prediction can find it.

    >>> place_rows([{"surface": "5 件", "left": "公开规章", "start": None, "end": None}], "公开\n规章5件")
    [{'surface': '5 件', 'left': '公开规章', 'start': 5, 'end': 7}]
    """
    if all(row["start"] is not None and raw[row["start"] : row["end"]] == row["surface"] for row in rows):
        return list(rows)
    places = [i for i, character in enumerate(raw) if not character.isspace()]
    dense, reached = "".join(raw.split()), 0
    placed: list[Row] = []
    for row in rows:
        left, surface = ("".join(row.get(name, "").split()) for name in ("left", "surface"))
        at = dense.find(left + surface, reached)
        at = at if at >= 0 else dense.find(left + surface)
        if at < 0:
            placed.append({**row, "start": None, "end": None})
            continue
        first, reached = at + len(left), at + len(left) + len(surface)
        placed.append({**row, "start": places[first], "end": places[reached - 1] + 1})
    return placed


def overlap(a: Row, b: Row) -> float:
    """Intersection over union of two spans, in characters; the union is counted from end to end."""
    if a["start"] is None or b["start"] is None:
        return 0.0
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return 0.0 if common <= 0 else float(common / (max(a["end"], b["end"]) - min(a["start"], b["start"])))


# --- is a field right? ------------------------------------------------------------------------------

_SIMPLIFIED = str.maketrans("個條項億戶塊萬％", "个条项亿户块万%")


def is_right(field: str, gold: Row, found: Row) -> bool:
    """Whether a field of a found row says what the gold says.

    value: both ends, to 1e-9; unit: simplified, 个工作日 is 工作日; period: the year it ends in; subject: the
    characters of either gold wording; all others: the same word.

    >>> is_right("period", {"period": "2013-08-01/2013-12-31"}, {"period": "2013"})
    True
    """
    one, other = known_value(gold.get(field)), known_value(found.get(field))
    if field == "value":
        high = known_value(gold.get("value_high")), known_value(found.get("value_high"))
        return _close(one, other) and _close(*high)
    if field == "unit":
        return _plain_unit(one) == _plain_unit(other)
    if field == "period":
        return _last_year(one) == _last_year(other)
    if field == "subject":
        wordings = (one, known_value(gold.get("subject_alt")))
        return max(_character_f1(wording, other) for wording in wordings) >= SAME_SUBJECT
    return bool(one == other)


def known_value(value: Any) -> Any:
    """None for what tables and files write for missing."""
    return None if value is None or value == "" or value != value or str(value) == "<NA>" else value


def _close(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is None and b is None
    return abs(float(a) - float(b)) <= 1e-9 * max(1.0, abs(float(a)), abs(float(b)))


def _plain_unit(unit: str | None) -> str:
    plain = (unit or "").translate(_SIMPLIFIED)
    return "工作日" if plain == "个工作日" else plain


def _last_year(period: str | None) -> str | None:
    return None if period is None else str(period).split("/")[-1][:4]


def _character_f1(a: str | None, b: str | None) -> float:
    one, other = Counter(a or ""), Counter(b or "")
    same = (one & other).total()
    return 2 * same / (one.total() + other.total()) if same else 0.0


def _shown(value: Any) -> str | None:
    known = known_value(value)
    return None if known is None else f"{known:,.12g}" if isinstance(known, float) else str(known)


def _shown_value(field: str, row: Row) -> str | None:
    high = _shown(row.get("value_high")) if field == "value" else None
    return f"{_shown(row.get(field))} – {high}" if high else _shown(row.get(field))


# --- reading ----------------------------------------------------------------------------------------


EVERYTHING = (0, 2**62)
"""The limits of a document that was coded whole."""


def read_gold(source: Any) -> tuple[list[Row], dict[str, tuple[int, int]]]:
    """The rows of a gold file, folder or table, and which part of the documents in `files.csv` was coded.

    A document that `files.csv` lists has been read even where it has no rows.
    """
    limits: dict[str, tuple[int, int]] = {}
    listing = Path(source) / "files.csv" if isinstance(source, str | Path) else None
    if listing is not None and listing.is_file():
        with listing.open(encoding="utf-8-sig", newline="") as file:
            limits = {
                row["doc"]: (int(row.get("since") or EVERYTHING[0]), int(row["until"] or EVERYTHING[1]))
                for row in csv.DictReader(file)
            }
    return list(rows_of(source)), limits


def holds_systems(gold: Any) -> bool:
    """Whether the gold codes systems (its rows have canonical names), not quantities."""
    gold = EMBEDDED if isinstance(gold, str | Path) and str(gold) == "embedded" else gold
    return "canonical" in next(rows_of(gold), {})


def rows_of(source: Any) -> Iterator[Row]:
    """The rows of a table, of mappings, or of a .jsonl file or folder of them."""
    if isinstance(source, str | Path):
        yield from _rows_in(Path(source))
    elif hasattr(source, "to_dict"):
        yield from source.astype(object).where(source.notna(), None).to_dict("records")
    else:
        yield from source


def _rows_in(path: Path) -> Iterator[Row]:
    if not path.exists():
        raise FileNotFoundError(f"there is no {str(path)!r}; give a .jsonl file or a folder of them.")
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield _row_in(file, number, line)


def _row_in(file: Path, number: int, line: str) -> Row:
    try:
        row: Row = json.loads(line)
    except json.JSONDecodeError:
        row = {}
    said = "canonical" if "canonical" in row else "value"  # a system's name, or a quantity's value
    lacking = [name for name in ("doc", "start", "end", said) if name not in row]
    if lacking:
        raise ValueError(
            f"{file.name}, line {number}: {lacking[0]!r} is missing; "
            "each line is a JSON object with doc, start, end, value."
        )
    return row


def by_document(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows grouped by the name in their `doc`."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[Path(str(row["doc"])).name].append(row)
    return grouped


def _predicted_for(doc: str, predictions: Mapping[str, list[Row]]) -> list[Row]:
    """All predictions whose document id contains the gold document's stem, or whose stem is in it."""
    stem = Path(doc).stem
    return [
        row for name, rows in predictions.items() if stem in name or Path(name).stem in stem for row in rows
    ]


def find_document(corpus: Corpus | None, doc: str) -> Document | None:
    """The document of a gold row: by its file's name, else by its id."""
    names = {Path(doc).stem, doc}
    for document in corpus or ():
        if document.source == doc or document.doc in names or Path(document.source).stem == Path(doc).stem:
            return document
    return None


def sentence_at(document: Document | None, place: int | None) -> str | None:
    """The sentence of the document that holds a place of its raw text."""
    if document is None or place is None:
        return None
    return next((one.text for one in document.sentences if one.start <= place < one.end), None)


def _named(source: Any) -> str:
    return repr(str(source)) if isinstance(source, str | Path) else "the gold"


# --- intervals --------------------------------------------------------------------------------------


def wilson(right: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share (1927), without continuity correction; `n` at least 1.

    >>> [round(limit, 4) for limit in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    centre, half = right + z * z / 2, z * sqrt(right * (n - right) / n + z * z / 4)
    return max(0.0, (centre - half) / (n + z * z)), min(1.0, (centre + half) / (n + z * z))


def wilson_of(measure: str, right: int, n: int) -> tuple[float | None, float | None]:
    """Wilson's interval of a measure; that of an F1 is made from its Jaccard index."""
    if not n:
        return None, None
    if not measure.endswith("f1"):
        return wilson(right, n)
    # right counts a pair twice, n its two sides: the union has n - right / 2 members
    low, high = wilson(right // 2, n - right // 2)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def _resampled_intervals(counts: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Percentiles of every measure over resampled documents; seeded, so that a table comes out again the same."""
    n = len(counts)
    weights = np.random.default_rng(1).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    intervals: dict[str, tuple[float, float]] = {}
    for measure in MEASURES:
        right, total = (weights @ counts[f"{measure}_{part}"].to_numpy() for part in ("right", "n"))
        if (total > 0).any():
            low, high = np.quantile(right[total > 0] / total[total > 0], (0.025, 0.975))
            intervals[measure] = (float(low), float(high))
    return intervals
