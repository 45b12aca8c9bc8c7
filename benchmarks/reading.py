"""How well and how fast documents are read: prints the tables of the README (Markdown).

    python benchmarks/reading.py [SHARED]

SHARED is the folder of real documents beside the project (default ../shared); without it only the cases count.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from egovlib.text.repairs import REPAIRS, narrow_punctuation, repair
from egovlib.text.sections import find_sections

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"
DAMAGED_REPORTS = ("凉山", "承德", "日照", "枣庄", "益阳")
"""City reports that a person found damaged; the other 135 are clean but for full-width digits."""


@dataclass(frozen=True)
class HeadingScore:
    """Headings of one document against its hand list."""

    document: str
    listed: int
    found: int
    missed: int
    false: int


def read(path: Path) -> str:
    """The text of a file in UTF-8 or GB18030."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table; all columns but the first to the right."""
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, rule, *rows))


def score_headings(lists: Path, shared: Path) -> Iterator[HeadingScore]:
    """Compare the headings found with hand lists; the first line of a list names its document.

    A heading counts as found when its first ten characters do, punctuation aside.
    """

    def keys(headings: list[str]) -> Counter[str]:
        return Counter(re.sub(r"\W", "", heading)[:10] for heading in headings)

    for path in sorted(lists.glob("*.txt")):
        source, *listed = path.read_text("utf-8").splitlines()
        document = next(shared.glob(source.removeprefix("# ")))
        text = repair(read(document))[0].text
        wanted, got = keys(listed), keys([s.heading for s in find_sections(text) if s.heading])
        missed, false = (wanted - got).total(), (got - wanted).total()
        yield HeadingScore(path.stem, len(listed), (wanted & got).total(), missed, false)


def repairs_on_cases() -> dict[str, tuple[int, int, int, int, int]]:
    """For each repair: mended, damaged cases; falsely mended, negative cases; known failures."""
    counts: dict[str, list[int]] = {rule.__name__: [0, 0, 0, 0, 0] for rule in REPAIRS}
    with (CASES / "repairs.jsonl").open(encoding="utf-8") as file:
        for case in map(json.loads, file):
            count = counts[case["repair"]]
            right = repair(case["original"])[0].text == narrow_punctuation(case["expected"])
            if case["kind"] == "in_the_wild":
                count[0] += right
                count[1] += 1
            elif case["kind"] == "negative":
                count[2] += not right
                count[3] += 1
            else:
                count[4] += 1
    return {name: (c[0], c[1], c[2], c[3], c[4]) for name, c in counts.items()}


def repairs_on_documents(shared: Path) -> tuple[Counter[str], Counter[str], Counter[str], int]:
    """Documents each repair fired in, places it mended, clean reports it fired in, number of clean reports."""
    documents: Counter[str] = Counter()
    places: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    reports = 0
    for path in sorted([*shared.glob("seeds/*.txt"), *shared.glob("corpus/*/*.txt")]):
        log = dict(repair(read(path))[1])
        documents.update(log.keys())
        places.update(log)
        if path.parent.name == "city_work_reports_2024" and path.stem not in DAMAGED_REPORTS:
            reports += 1
            clean.update(log.keys())
    return documents, places, clean, reports


def speed(folder: Path, runs: int = 7) -> tuple[int, float]:
    """(characters, median seconds) of reading and repairing a folder of clean UTF-8 texts, warmed up once."""
    files = sorted(folder.glob("*.txt"))
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        characters = 0
        for path in files:
            characters += len(repair(path.read_bytes().decode("utf-8"))[0].text)
        times.append(time.perf_counter() - start)
    return characters, statistics.median(times[1:])


def main(shared: Path) -> None:
    """Print the tables."""
    cases = repairs_on_cases()
    rows: list[tuple[object, ...]] = []
    if shared.exists():
        documents, places, clean, reports = repairs_on_documents(shared)
        head: tuple[str, ...] = (
            "repair", "repaired", "falsely repaired", "known failures", "documents", "places",
            f"fired in {reports} clean reports",
        )  # fmt: skip
        for name, (mended, wild, wrong, negative, known) in cases.items():
            rows.append(
                (f"`{name}`", f"{mended}/{wild}", f"{wrong}/{negative}", known, documents[name], places[name],
                 clean[name])
            )  # fmt: skip
    else:
        head = ("repair", "repaired", "falsely repaired", "known failures")
        rows += [(f"`{n}`", f"{c[0]}/{c[1]}", f"{c[2]}/{c[3]}", c[4]) for n, c in cases.items()]
    print(table(head, rows), end="\n\n")
    if not shared.exists():
        return
    scores = list(score_headings(CASES / "headings", shared))
    lines: list[tuple[object, ...]] = [(s.document, s.listed, s.found, s.missed, s.false) for s in scores]
    totals = [sum(getattr(s, name) for s in scores) for name in ("listed", "found", "missed", "false")]
    lines.append(("all", *totals))
    print(table(("headings of", "listed", "found", "missed", "false"), lines), end="\n\n")
    characters, seconds = speed(shared / "corpus" / "city_work_reports_2024")
    print(
        f"Speed: {characters / seconds / 1e6:.1f} million characters a second on one core, reading and repairing"
    )
    print(f"({characters:,} characters of 140 clean UTF-8 reports, median of 7 runs).")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared")
