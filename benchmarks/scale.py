"""How reading and extracting grow with the number of documents: time, memory, and where the time goes.

    python benchmarks/scale.py [--most 1000] [--workers 1] [--steps]

Documents are generated (egovlib.testing: reports and plans in turn, 120 sentences, a fifth of them with a
number). Prints a markdown table: documents, characters a second of the whole extraction (reading files, all
tables, writing Parquet), peak memory of the process. With --steps: characters a second of each step alone on
documents already in memory, on generated text and, where ../shared is there, on its city work reports, in one run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[2] / "shared" / "corpus" / "city_work_reports_2024"


def main() -> None:
    """Print the tables asked for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--most", type=int, default=1000, help="documents of the largest run")
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--steps", action="store_true")
    arguments.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # one run in a process of its own
    given = arguments.parse_args()
    if given.one:
        _one(given.one, given.workers)
    elif given.steps:
        _steps()
    else:
        _scale(given.most, given.workers)


def _scale(most: int, workers: int) -> None:
    from egovlib.testing import write_corpus

    print("| documents | characters | seconds | characters a second | peak memory, MB |")
    print("|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as place:
        documents = 10
        while documents <= most:
            folder = write_corpus(Path(place) / f"c{documents}", documents)
            call = [sys.executable, __file__, "--one", str(folder), "--workers", str(workers)]
            print(
                subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout, end="", flush=True
            )
            documents *= 10


def _one(folder: Path, workers: int) -> None:
    from egovlib.extract.batches import extract_files

    extract_files(
        [next(folder.iterdir())], folder.parent / "warm"
    )  # what is loaded once is not the documents'
    characters = sum(len(path.read_text(encoding="utf-8")) for path in folder.iterdir())
    began = time.perf_counter()
    made = extract_files([folder], folder.with_suffix(".out"), workers=workers)
    seconds = time.perf_counter() - began
    who = resource.RUSAGE_SELF if workers == 1 else resource.RUSAGE_CHILDREN
    memory = resource.getrusage(who).ru_maxrss / 1024
    speed = characters / seconds
    print(f"| {made.rows['documents']:,} | {characters:,} | {seconds:.1f} | {speed:,.0f} | {memory:.0f} |")


def _steps() -> None:
    from egovlib.documents import read_text
    from egovlib.testing import generate_document

    texts = {"generated": [generate_document(seed).text for seed in range(300)]}
    if SHARED.is_dir():
        texts["city work reports"] = [
            path.read_text(encoding="utf-8") for path in sorted(SHARED.glob("*.txt"))[:20]
        ]
    print("| text | step | characters a second |")
    print("|---|---|--:|")
    for name, raws in texts.items():
        size = sum(map(len, raws))
        documents = [read_text(raw, doc=f"d{number}") for number, raw in enumerate(raws)]
        for document in documents:
            _ = document.sentences
        for step, work in _work(raws, documents):
            print(f"| {name} | {step} | {size / _fastest(work):,.0f} |", flush=True)


def _work(raws: Sequence[str], documents: Sequence[Any]) -> Iterator[tuple[str, Callable[[], object]]]:
    from egovlib.documents import Corpus, read_text
    from egovlib.extract.indicators import match_indicators
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.systems import find_systems
    from egovlib.extract.tables import extract_tables
    from egovlib.extract.themes import code_themes
    from egovlib.text.repairs import repair
    from egovlib.text.words import words

    corpus = Corpus(documents)
    quantities = find_quantities(corpus)
    yield "repairing", lambda: [repair(raw) for raw in raws]
    yield (
        "reading (repairs, metadata, sections, sentences)",
        lambda: [read_text(raw).sentences for raw in raws],
    )
    yield "quantities with all attributes", lambda: find_quantities(corpus)
    yield "systems", lambda: find_systems(corpus)
    yield "themes", lambda: code_themes(corpus)
    yield "indicators", lambda: match_indicators(quantities, documents=corpus)
    yield "all tables", lambda: extract_tables(Corpus(documents))
    yield "words", lambda: [words(document.text) for document in documents]
    yield "plain jieba", lambda: [_jieba(document.text) for document in documents]


def _jieba(text: str) -> int:
    import jieba

    return sum(1 for _ in jieba.cut(text))


def _fastest(work: Callable[[], object], runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
