"""Fuzz egovlib guided by coverage: inputs that reach new code are kept and varied (needs atheris).

    python tests/fuzz/guided.py SECONDS [PROPERTY ...]
    python tests/fuzz/guided.py SECONDS --keep [PROPERTY ...]      # and the smallest corpus that reaches as much

The properties are those of properties.py. A property starts from its corpus, corpus/<property>.jsonl beside this file,
and from the cases in tests/cases, with the pieces of the language as its dictionary. One line a property says the
executions, the edges of egovlib's code that were reached, and `crash` when an input broke it; that input is printed and
written to crashes/ beside this file. It becomes a case there or in tests/cases before it is mended. `--keep` writes the
inputs that reach something of their own back to the corpus, which the tests try again, without atheris.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import egovlib.codebook

sys.path.insert(0, str(Path(__file__).parent))

from corpora import read_corpus, write_corpus
from properties import BYTES, PIECES, PROPERTIES, scheme_of
from run import ENCODINGS, HERE, known_texts

CODEBOOK = Path(egovlib.codebook.__file__).parent
LONGEST = 2_000
"""Bytes of an input: longer ones are tried by the tests of size, and cost executions here."""

KEPT_LONGEST = 300
"""Bytes of an input that is kept: longer ones reach hardly anything of their own, and nobody can read them."""


def main(arguments: Sequence[str]) -> int:
    """Fuzz the properties one after the other, each in a process of its own; return 1 when one crashed."""
    parser = argparse.ArgumentParser(description="Fuzz egovlib guided by coverage.")
    parser.add_argument("seconds", type=int, help="for each property")
    parser.add_argument("names", nargs="*", metavar="PROPERTY", help="by default all")
    parser.add_argument("--keep", action="store_true", help="write what reaches something new to the corpus")
    chosen = parser.parse_intermixed_args(arguments)
    if find_spec("atheris") is None:
        parser.error("atheris is not installed; install it (pip install atheris) and try again.")
    total = crashes = 0
    for name in chosen.names or PROPERTIES:
        with tempfile.TemporaryDirectory(prefix=f"egovlib-{name}-") as folder:
            done, edges, crashed = fuzz(name, chosen.seconds, Path(folder))
            if chosen.keep:
                write_corpus(name, smallest(name, Path(folder)))
        total, crashes = total + done, crashes + crashed
        print(f"{name:<12}{done:>12,} executions{edges:>7,} edges{'  crash' * crashed}", flush=True)
    print(f"{'all':<12}{total:>12,} executions{crashes:>7} crashes")
    return int(crashes > 0)


def fuzz(name: str, seconds: int, folder: Path) -> tuple[int, int, bool]:
    """Run one property for a time; return executions, edges reached, and whether an input broke it."""
    found, seeds, words = folder / "found", folder / "seeds", folder / "words.dict"
    found.mkdir()
    fill(seeds, [*read_corpus(name), *starting_inputs(name)])
    words.write_text("".join(f"{quoted(piece)}\n" for piece in PIECES), encoding="ascii")
    crashed = HERE / "crashes"
    crashed.mkdir(exist_ok=True)
    told = start(
        name, str(found), str(seeds), f"-max_total_time={seconds}", f"-dict={words}", f"-max_len={LONGEST}",
        f"-artifact_prefix={crashed}/{name}_", "-timeout=60", "-print_final_stats=1",
    )  # fmt: skip
    done = re.search(r"number_of_executed_units: (\d+)", told.stderr)
    if done is None:
        sys.exit(f"{name} did not start:\n{told.stderr}")
    if told.returncode:
        lines = [line for line in told.stderr.splitlines() if not line.startswith(("#", "INFO", "\t"))]
        print(told.stdout, *lines[-40:], sep="\n", flush=True)
    edges = [int(number) for number in re.findall(r" cov: (\d+)", told.stderr)]
    return int(done[1]), max(edges, default=0), told.returncode != 0


def smallest(name: str, folder: Path) -> list[bytes]:
    """The inputs that together reach all that the corpus and what was found reach, the short ones first."""
    merged, short = folder / "merged", folder / "short"
    merged.mkdir()
    inputs = [path.read_bytes() for part in ("seeds", "found") for path in (folder / part).iterdir()]
    fill(short, (data for data in inputs if len(data) <= KEPT_LONGEST))
    told = start(name, "-merge=1", str(merged), str(short), f"-max_len={KEPT_LONGEST}")
    if told.returncode:
        sys.exit(f"{name}: the inputs could not be merged:\n{told.stderr[-2000:]}")
    return [path.read_bytes() for path in merged.iterdir()]


def start(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run one property in a new process, which the fuzzer takes over and ends."""
    command = [sys.executable, str(HERE / "target.py"), name, *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")


def starting_inputs(name: str) -> Iterable[bytes]:
    """The lines of the cases; for a property of files in several encodings, as a scheme, and codebooks of one row."""
    for line in known_texts():
        data = line.encode()[:LONGEST]
        yield data
        if name in BYTES:
            yield from (line[:200].encode(encoding, "replace") for encoding in ENCODINGS)
            yield scheme_of([(line[:200], "")])
    if name in BYTES:
        for path in sorted(CODEBOOK.rglob("*.csv")):
            header, *rows = path.read_bytes().splitlines(keepends=True)
            yield from (header + row for row in rows[:20])


def fill(folder: Path, inputs: Iterable[bytes]) -> None:
    """Write inputs as the files of a new folder."""
    folder.mkdir()
    for number, data in enumerate(inputs):
        (folder / str(number)).write_bytes(data)


def quoted(piece: str) -> str:
    r"""A word of the fuzzer's dictionary: printable ASCII as it is, other bytes as \xNN.

    >>> quoted("第a")
    '"\\xe7\\xac\\xaca"'
    """
    data = piece.encode("utf-8", "surrogatepass")
    shown = (chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data)
    return f'"{"".join(shown)}"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
