"""How long it takes to begin: importing, asking for help, a report.

    python benchmarks/start.py [--runs 9] [--report]

Whole processes, one after the other in turns, so that what else the machine does falls on all of them; medians of the
clock's seconds, and the ratio to `import pandas`. With --report also `egovlib report` of the embedded corpus into an
empty folder, and again when nothing has changed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EGOVLIB = str(Path(sys.executable).with_name("egovlib"))
COMMANDS = {
    "import pandas": [sys.executable, "-c", "import pandas"],
    "import egovlib": [sys.executable, "-c", "import egovlib"],
    "egovlib --help": [EGOVLIB, "--help"],
}


def seconds(command: list[str]) -> float:
    """Run a command and return how long it took."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument(
        "--report", action="store_true", help="time a report too: a minute and a half, and again"
    )
    asked = parser.parse_args()
    for command in COMMANDS.values():
        seconds(command)  # files are in the machine's memory for all of them
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(asked.runs):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print("| command | seconds, median | of import pandas |\n|---|--:|--:|")
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} | {median / medians['import pandas']:.2f} |", flush=True)
    if asked.report:
        with tempfile.TemporaryDirectory() as place:
            for name in ("egovlib report, cold", "egovlib report, nothing changed"):
                print(f"| {name} | {seconds([EGOVLIB, 'report', '-o', place]):.1f} | |", flush=True)


if __name__ == "__main__":
    main()
