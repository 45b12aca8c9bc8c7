"""Measure the packaged schemes against the hand coding of 450 sentences.

    python tests/theme_reliability.py ../shared [SCHEME]

prints, for each scheme, the dictionary against the first coder on the half it was developed on and on the half
held out, the second coder against the first, and, for one SCHEME, the table of its codes. The sentences
themselves are in ../shared; cases/themes_gold.jsonl holds only where they stand and what two coders, who did
not see each other's work or the dictionary's, gave them.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from egovlib.analyse.agreement import DRAWS
from egovlib.analyse.quality.reliability import measure_reliability
from egovlib.documents import Document, read_document
from egovlib.extract.themes import CODER, read_scheme

GOLD = Path(__file__).parent / "cases" / "themes_gold.jsonl"
SCHEMES = ("priorities", "instruments", "official")
HALVES = ("developed", "held_out")


@cache
def read_gold() -> tuple[dict[str, Any], ...]:
    """The rows of the hand coding: file, sha256, start, end, half, and each coder's codes by scheme."""
    return tuple(json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines())


@cache
def read_coded_document(shared: Path, file: str) -> Document:
    """A document of the hand coding."""
    return read_document(shared / file)


def find_text(shared: Path, row: dict[str, Any]) -> str:
    """The repaired text of a coded sentence."""
    document = read_coded_document(shared, row["file"])
    return next(one.text for one in document.sentences if (one.start, one.end) == (row["start"], row["end"]))


def units(half: str | None = None) -> pd.DataFrame:
    """The coded sentences as doc (the file) and sentence (its place)."""
    rows = [(row["file"], row["start"]) for row in read_gold() if half in (None, row["half"])]
    return pd.DataFrame(rows, columns=["doc", "sentence"])


def code_by_hand(coder: str, scheme: str) -> pd.DataFrame:
    """What the coder `first` or `second` gave."""
    return _codings((row, scheme, code, coder) for row in read_gold() for code in row[coder].get(scheme, ()))


def code_by_dictionary(shared: Path, scheme: str) -> pd.DataFrame:
    """What the packaged scheme gives."""
    rules = read_scheme(scheme).rules
    return _codings(
        (row, scheme, match.code, CODER)
        for row in read_gold()
        for match in rules.match(find_text(shared, row))
    )


def _codings(found: Any) -> pd.DataFrame:
    rows = [(row["file"], row["start"], scheme, code, coder) for row, scheme, code, coder in found]
    return pd.DataFrame(rows, columns=["doc", "sentence", "scheme", "code", "coder"])


def measure(shared: Path, scheme: str, half: str | None = None, *, draws: int = DRAWS) -> pd.DataFrame:
    """The dictionary against the first coder."""
    hand = code_by_hand("first", scheme)
    return measure_reliability(code_by_dictionary(shared, scheme), hand, units=units(half), draws=draws)


def measure_people(scheme: str, half: str | None = None, *, draws: int = DRAWS) -> pd.DataFrame:
    """The second coder against the first."""
    first, second = (code_by_hand(coder, scheme) for coder in ("first", "second"))
    return measure_reliability(second, first, units=units(half), draws=draws)


def main(shared: Path, *schemes: str) -> None:
    """Print the tables."""
    with pd.option_context("display.width", 200, "display.max_columns", None, "display.max_rows", None):
        for scheme in schemes or SCHEMES:
            tables = {half: measure(shared, scheme, half) for half in HALVES}
            tables |= {f"coders, {half}": measure_people(scheme, half) for half in HALVES}
            both = pd.concat(table.head(1).assign(code=name) for name, table in tables.items())
            print(f"\n{scheme}", both.drop(columns="verdict").round(3).to_string(index=False), sep="\n")
            if schemes:
                print(measure(shared, scheme).round(2).to_string(index=False))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(
            "give the folder of the documents: python tests/theme_reliability.py ../shared [SCHEME]"
        )
    main(Path(sys.argv[1]), *sys.argv[2:])
