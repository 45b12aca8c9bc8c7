"""How fast quantities are found, beside the libraries that install from the package index.

    python benchmarks/quantities.py [--characters 100000]

Prints a markdown table: characters a second on generated text and, where ../shared is there, on its documents.
Each library does what it does best; a slow one gets a shorter piece of the same text, in whole lines. A library
that is not installed is named, not timed. All run in this process, one after the other, on one core.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from egovlib.documents import read_text
from egovlib.extract.quantities import find_quantities, find_readings

SHARED = Path(__file__).parents[2] / "shared" / "corpus" / "city_work_reports_2024"
SECONDS = 1.0
"""A reader is repeated until it has run that long; the fastest run counts."""

NOUNS = ("政务网站", "便民中心", "共享目录", "宽带用户", "视频会场", "服务事项", "数据库记录")
SENTENCES = (
    "截至{year}年底，全市建成{noun}{n}个，覆盖{p}%的乡镇。",
    "{year}年受理{noun}申请{m}万件，办结率达到{p}%以上。",
    "审批时限由{d}个工作日缩短至{e}个工作日。",
    "加强{noun}建设，完善管理制度，落实责任单位，推动各部门协同。",
    "“十二五”期间投资{m}亿元，年均增长{p}%，12345热线满意率接近{p}%。",
)

Reader = Callable[[Any], int]
"""Reads a text, or what `Prepare` made of it, and says how many rows it found."""

Prepare = Callable[[str], Any]
"""What is done to a text before the clock starts."""


def generate(characters: int, seed: int = 1) -> str:
    """Text of our own sentences with random numbers."""
    rng = random.Random(seed)
    lines, length = [], 0
    while length < characters:
        values = {"year": rng.randrange(2006, 2025), "noun": rng.choice(NOUNS), "n": rng.randrange(2, 90_000)}
        values |= {"p": rng.randrange(10, 100), "m": round(rng.uniform(1, 900), 1)}
        values |= {"d": rng.randrange(10, 40), "e": rng.randrange(1, 10)}
        lines.append("".join(rng.choice(SENTENCES).format(**values) for _ in range(4)))
        length += len(lines[-1]) + 1
    return "\n".join(lines)


def texts(characters: int) -> Iterator[tuple[str, str]]:
    """The texts to be read, by name."""
    yield "generated", generate(characters)
    found = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SHARED.glob("*.txt"))[:12])
    if found:
        yield "city work reports", found[:characters]
    else:
        print(f"../shared/corpus/{SHARED.name} is not here: skipped\n")


def readers() -> Iterator[tuple[str, Reader | None, Prepare]]:
    """Each library, what it does with a text, and what is done before; no reader when it is not installed."""
    # a new document each time: what it has found out about itself it remembers
    yield "egovlib, all attributes", lambda document: len(find_quantities(document)), read_text
    yield "egovlib, value and unit only", lambda text: sum(1 for _ in find_readings(text)), str
    yield "egovlib, from the raw text", lambda text: len(find_quantities(read_text(text))), str
    yield "JioNLP, money and time", _jionlp(), str
    yield "Recognizers-Text, numbers with units", _recognizers(), str


def _jionlp() -> Reader | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it greets
            jionlp = importlib.import_module("jionlp")
    except ImportError:
        return None
    return lambda text: sum(
        len(jionlp.ner.extract_money(line) or ()) + len(jionlp.ner.extract_time(line) or ())
        for line in text.split("\n")
    )


def _recognizers() -> Reader | None:
    try:
        numbers = importlib.import_module("recognizers_number")
        units = importlib.import_module("recognizers_number_with_unit")
    except ImportError:
        return None
    culture = "zh-cn"
    read = (
        numbers.recognize_number,
        units.recognize_currency,
        units.recognize_dimension,
        numbers.recognize_percentage,
    )
    return lambda text: sum(len(one(line, culture)) for line in text.split("\n") for one in read)


def measure(read: Reader, prepare: Prepare, text: str) -> tuple[int, int, float]:
    """Characters read, rows found, and characters a second."""
    probe = text[:400]
    read(prepare(probe))  # patterns are compiled and tables read once
    rate = len(probe) / _seconds(read, prepare(probe))[0]
    # what would take more than ten seconds is measured on a piece of the text
    piece = text if len(text) < 10 * rate else text[: max(400, text.rfind("\n", 0, int(10 * rate)))]
    best, spent, rows = float("inf"), 0.0, 0
    while spent < SECONDS:
        taken, rows = _seconds(read, prepare(piece))
        best, spent = min(best, taken), spent + taken
    return len(piece), rows, len(piece) / best


def _seconds(read: Reader, prepared: Any) -> tuple[float, int]:
    began = time.perf_counter()
    rows = read(prepared)
    return time.perf_counter() - began, rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--characters", type=int, default=100_000)
    arguments = parser.parse_args()
    logging.disable()  # JioNLP logs what it cannot read
    print("| text | library | characters | rows | characters a second |\n|---|---|--:|--:|--:|")
    for name, text in texts(arguments.characters):
        for library, read, prepare in readers():
            if read is None:
                print(f"| {name} | {library} | – | – | not installed |", flush=True)
                continue
            characters, rows, rate = measure(read, prepare, text)
            print(f"| {name} | {library} | {characters:,} | {rows:,} | {rate:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
