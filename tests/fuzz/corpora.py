"""The corpora of the fuzzed properties: inputs that each reach some code of their own, a line of json an input.

A text is its string; bytes that are no UTF-8 text stand under "latin-1", one character a byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"


def read_corpus(name: str) -> list[bytes]:
    """The inputs of a property, none where it has no corpus yet."""
    path = FOLDER / f"{name}.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [_decoded(json.loads(line)) for line in text.split("\n") if line]  # a text may hold U+2028


def write_corpus(name: str, inputs: Iterable[bytes]) -> None:
    """Write the inputs of a property, the short ones first."""
    FOLDER.mkdir(exist_ok=True)
    ordered = sorted(set(inputs), key=lambda data: (len(data), data))
    text = "".join(f"{json.dumps(_encoded(data), ensure_ascii=False)}\n" for data in ordered)
    (FOLDER / f"{name}.jsonl").write_text(text, encoding="utf-8", newline="\n")


def _encoded(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"latin-1": data.decode("latin-1")}


def _decoded(line: str | dict[str, str]) -> bytes:
    return line.encode("utf-8") if isinstance(line, str) else line["latin-1"].encode("latin-1")
