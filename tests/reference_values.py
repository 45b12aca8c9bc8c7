"""Compute every reference item of a method that egovlib offers.

    python tests/reference_values.py ../shared/reference/textstats.json

prints one JSON object {id: result} in the shape of each item's `expected`, also for the items whose expected
value is null. `compute` is what the test suite compares item by item.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import reference_indices
import reference_textstats

Method = Callable[[Mapping[str, Any]], Any]
"""Takes a reference item (id, method, inputs …) and returns its result; None where we offer no such method."""

METHODS: dict[str, Method] = {
    "textstats.json": reference_textstats.compute,
    "indices.json": reference_indices.compute,
}


def read_items(path: Path) -> list[dict[str, Any]]:
    """Return the items of a reference file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return list(content if isinstance(content, list) else content["items"])


def compute(path: Path) -> dict[str, Any]:
    """Return the result of every item of `path` that we offer, by its id."""
    if path.name not in METHODS:
        raise SystemExit(f"{path.name!r} is no reference file; give one of {', '.join(METHODS)}.")
    results = {item["id"]: (item.get("check"), METHODS[path.name](item)) for item in read_items(path)}
    undefined = reference_textstats.CHECKS  # offered: None is then what the measure leaves undefined
    return {key: value for key, (check, value) in results.items() if value is not None or check in undefined}


if __name__ == "__main__":
    json.dump(compute(Path(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=1)
