"""Fuzz egovlib by hand: random inputs against the properties, for a number of seconds a property.

    python tests/fuzz/run.py SECONDS [PROPERTY ...]

Inputs are put together of pieces, random characters, and parts of the cases in tests/cases that are cut, joined and
mutated. The seed is printed and can be given as the environment variable SEED. What fails is printed with its input and
written to crashes/ beside this file; it becomes a case there or in tests/cases before it is mended.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from properties import BYTES, PIECES, TEXTS, scheme_of

HERE = Path(__file__).parent
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "utf-8-sig", "latin-1")


def known_texts() -> list[str]:
    """The lines of the case files: texts that once went wrong, and their right readings."""
    lines: list[str] = []
    for path in sorted((HERE.parent / "cases").glob("*.jsonl")):
        lines += path.read_text(encoding="utf-8").splitlines()[:400]
    return lines


def texts(chance: random.Random, known: list[str]) -> Iterator[str]:
    """Random texts without end, short ones more often."""
    while True:
        parts: list[str] = []
        for _ in range(min(int(chance.expovariate(0.15)) + 1, 60)):
            kind = chance.random()
            if kind < 0.6:
                parts.append(chance.choice(PIECES))
            elif kind < 0.75:
                line = chance.choice(known)
                start = chance.randrange(len(line) or 1)
                parts.append(line[start : start + chance.randrange(1, 24)])
            elif kind < 0.85:
                parts.append(chr(chance.choice((chance.randrange(128), chance.randrange(0x4E00, 0xA000)))))
            elif kind < 0.9:
                parts.append(chr(chance.randrange(0x110000)))
            elif kind < 0.95:
                parts.append(chance.choice("\n\n\t \r"))
            else:
                parts.append(chance.choice(PIECES) * chance.randrange(2, 20))
        yield "".join(parts)


def files(chance: random.Random, known: list[str]) -> Iterator[bytes]:
    """Random bytes without end: texts in some encoding, damaged or not, and schemes with such cells."""
    for text in texts(chance, known):
        data = bytearray(text.encode(chance.choice(ENCODINGS), "replace"))
        for _ in range(chance.choice((0, 0, 1, 3))):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.4:
            yield scheme_of((includes, chance.choice(("", text))) for includes in text.split("\n"))
        yield bytes(data)


def fuzz(name: str, seconds: float, seed: int) -> tuple[int, int]:
    """Run one property; return executions and distinct failures."""
    chance = random.Random(f"{seed} {name}")
    known = known_texts()
    inputs: Iterator[str] | Iterator[bytes] = files(chance, known) if name in BYTES else texts(chance, known)
    holds = BYTES.get(name) or TEXTS[name]
    failures: set[str] = set()
    until = time.monotonic() + seconds
    for done, one in enumerate(inputs, 1):
        try:
            holds(one)  # type: ignore[operator]
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"
            if where not in failures:
                failures.add(where)
                keep(name, where, one)
        if done % 64 == 0 and time.monotonic() > until:
            return done, len(failures)
    raise AssertionError("inputs never end")


def keep(name: str, where: str, one: str | bytes) -> None:
    """Print an input that failed and write it beside this file."""
    print(f"{name}: {where}: {one!r}", flush=True)
    data = one if isinstance(one, bytes) else one.encode("utf-8", "surrogatepass")
    folder = HERE / "crashes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}_{hashlib.sha256(data).hexdigest()[:12]}").write_bytes(data)


def main(seconds: float, names: list[str]) -> None:
    """Run the properties one after the other and print how often each was tried."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**9))
    print(f"seed {seed}", flush=True)
    total = 0
    for name in names or [*TEXTS, *BYTES]:
        done, failures = fuzz(name, seconds, seed)
        total += done
        print(f"{name:<12}{done:>12,} executions{failures:>4} failures", flush=True)
    print(f"{'all':<12}{total:>12,} executions")


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
