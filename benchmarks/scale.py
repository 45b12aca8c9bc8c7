"""How reading and extracting grow with the number of documents: time and memory.

    python benchmarks/scale.py [--most 10000] [--sentences 120] [--workers 1] [--picture docs/scale.png]
    python benchmarks/scale.py --list --most 1000000

Documents are generated (egovlib.testing: reports and plans in turn, a fifth of the sentences with a number) and written
as files. Prints a markdown table of the whole extraction (reading files, all tables, writing Parquet), each row a
process of its own: documents, characters, seconds, characters a second of the clock and of the processor's time, peak
memory. With --picture the table is drawn as well. With --list it is only the list of files that grows: empty files are
listed, sorted, their ids compared and put into batches.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HEADINGS = (
    "documents",
    "characters",
    "seconds",
    "characters a second",
    "of processor time",
    "peak memory, MB",
)


def main() -> None:
    """Print the table, and draw it where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=1000, help="documents of the largest run")
    parser.add_argument("--sentences", type=int, default=120, help="sentences of a document")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--list", action="store_true", help="the list of files alone")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # one run in a process of its own
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure_list(asked.one) if asked.list else measure(asked.one, asked.workers)))
        return
    if asked.list:
        print_lists(asked.most)
        return
    print(f"| {' | '.join(HEADINGS)} |\n|{'--:|' * len(HEADINGS)}")
    rows = []
    documents = 10
    while documents <= asked.most:
        rows.append(_in_a_process(documents, asked.sentences, asked.workers))
        print(_line(rows[-1]), flush=True)
        documents *= 10
    if asked.picture:
        draw(rows, asked.sentences, asked.workers).savefig(asked.picture, dpi=150)


def _in_a_process(documents: int, sentences: int, workers: int) -> dict[str, Any]:
    from egovlib.testing import write_corpus

    with tempfile.TemporaryDirectory() as place:
        folder = write_corpus(Path(place) / "corpus", documents, sentences=sentences)
        return _answer("--one", str(folder), "--workers", str(workers))


def _answer(*options: str) -> dict[str, Any]:
    call = [sys.executable, __file__, *options]
    answer = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found


def print_lists(most: int) -> None:
    """Print what the list of files takes: seconds, memory above that of the program, and disk while the run lasts."""
    print("| files | processor time, s | memory, MB | disk, MB |\n|--:|--:|--:|--:|")
    files = 1000
    while files <= most:
        with tempfile.TemporaryDirectory() as place:
            for number in range(files):
                folder = Path(place) / "corpus" / f"{number // 1000:05d}"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"规划文件_{number:08d}.txt").touch()
            row = _answer("--list", "--one", str(Path(place) / "corpus"))
        print(f"| {files:,} | {row['busy']:.1f} | {row['memory']:.0f} | {row['disk']:.0f} |", flush=True)
        files *= 10


def measure_list(folder: Path) -> dict[str, Any]:
    """List a folder and say what that took."""
    from egovlib.extract.batches import BATCH
    from egovlib.extract.listing import Listing

    before, busy = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, _processor_time()
    place = folder.parent / "list"
    with Listing(place, BATCH) as listing:
        listing.add([folder])
        for number in range(len(listing)):
            _ = listing[number]
        disk = place.stat().st_size / 1e6
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"busy": _processor_time() - busy, "memory": memory, "disk": disk}


def measure(folder: Path, workers: int) -> dict[str, Any]:
    """Extract a folder and say what it took."""
    from egovlib.extract.batches import extract_files

    # what is loaded once is not the documents'
    extract_files([next(folder.iterdir())], folder.parent / "warm")
    characters = sum(len(path.read_text(encoding="utf-8")) for path in folder.iterdir())
    began, busy = time.perf_counter(), _processor_time()
    made = extract_files([folder], folder.with_suffix(".out"), workers=workers)
    seconds, busy = time.perf_counter() - began, _processor_time() - busy
    who = resource.RUSAGE_SELF if workers == 1 else resource.RUSAGE_CHILDREN
    memory = resource.getrusage(who).ru_maxrss / 1024
    return {"documents": made.rows["documents"], "characters": characters, "seconds": seconds, "busy": busy,
            "memory": memory}  # fmt: skip


def _processor_time() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _line(row: dict[str, Any]) -> str:
    speeds = (row["characters"] / row["seconds"], row["characters"] / row["busy"])
    return (
        f"| {row['documents']:,} | {row['characters']:,} | {row['seconds']:.1f} | "
        f"{speeds[0]:,.0f} | {speeds[1]:,.0f} | {row['memory']:.0f} |"
    )


def draw(rows: list[dict[str, Any]], sentences: int, workers: int) -> Any:
    """Time and memory over the number of documents, both axes in powers of ten; returns a matplotlib Figure."""
    from egovlib.report import style

    documents = [row["documents"] for row in rows]
    busy, memory = ([row[column] for row in rows] for column in ("busy", "memory"))
    with style.house_style():
        note = (
            f"Generated documents of {sentences} sentences, {workers} worker: reading files, all tables, writing "
            "Parquet. Dotted: time in proportion to the largest run; the bound of 400 MB. Source: benchmarks/scale.py."
        )
        figure = style.new_figure(
            7, f"Time and memory from {documents[0]} to {documents[-1]:,} documents", [note]
        )
        time_axes, memory_axes = figure.subplots(1, 2)
        in_proportion = [busy[-1] * count / documents[-1] for count in documents]
        _curve(time_axes, documents, busy, in_proportion, "processor time, seconds")
        _curve(memory_axes, documents, memory, [400] * len(documents), "peak memory, MB")
        time_axes.set(yscale="log", ylim=(min(busy) / 3, max(busy) * 4))
        memory_axes.set_ylim(0, 440)
    return figure


def _curve(axes: Any, documents: list[int], values: list[float], beside: list[float], title: str) -> None:
    from egovlib.report import style

    axes.plot(documents, beside, linestyle=":", color=style.MUTED)
    axes.plot(documents, values, marker="o", color=style.STATUS_COLOURS["actual"])
    for count, value in zip(documents, values, strict=True):
        label = f"{value:,.1f}" if value < 10 else f"{value:,.0f}"
        axes.annotate(label, (count, value), xytext=(0, 6), textcoords="offset points", ha="center")
    axes.set(xscale="log", xlabel="documents", title=title)
    axes.set_xticks(documents, [f"{count:,}" for count in documents])
    axes.minorticks_off()
    axes.set_xlim(documents[0] / 2, documents[-1] * 2)


if __name__ == "__main__":
    main()
