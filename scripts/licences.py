"""Write docs/licences.md: every package that the installed egovlib needs to run, with version and licence.

    python scripts/licences.py

What a package says of its licence is read from its own metadata, in this order: the SPDX expression, the
classifiers, the first line of the free text; what it does not say is called "not stated", never guessed.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
DEVELOPMENT = ("dev", "fuzz")
"""The extras that no user needs to run the library."""

HEAD = """# Licences of what egovlib needs

Written by `python scripts/licences.py` from the metadata of the packages installed here: what egovlib's `dependencies`
and its extras ask for ("direct"), and what these need in turn ("indirect"). egovlib itself is under the MIT License.
Packages that only other systems need (Windows, macOS, other Pythons) are not here. A licence is what the package says
of itself.

| package | version | licence | needed |
|---|---|---|---|
"""


def write_page() -> str:
    """Return the whole page in Markdown, direct packages first, each in the order of the alphabet."""
    needed = find_needed()
    rows = [
        f"| {name} | {distribution(name).version} | {find_licence(name)} | {needed[name]} |"
        for name in sorted(needed, key=lambda name: (needed[name] == "indirect", name))
    ]
    return HEAD + "\n".join(rows) + "\n"


def find_needed() -> dict[str, str]:
    """Return every package needed on this machine, and how: direct, direct with an extra, or indirect."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"direct": project["dependencies"]}
    for extra, requirements in project["optional-dependencies"].items():
        if extra not in DEVELOPMENT:
            asked[f"direct, extra {extra}"] = requirements
    needed: dict[str, str] = {}
    waiting = []
    for how, requirements in asked.items():
        named = applicable(requirements)
        needed.update((name, how) for name, _ in named)
        waiting += named
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) not in seen:
            seen.add((name, extras))
            needed.setdefault(name, "indirect")
            waiting += applicable(distribution(name).requires or (), extras)
    return needed


def applicable(requirements: Iterable[str], extras: Iterable[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Return the packages that `requirements` name on this machine, each with the extras asked of it.

    >>> applicable(["Some_Package[fast]>=1", "other; sys_platform == 'nowhere'", "more; extra == 'all'"])
    [('some-package', ('fast',))]
    """
    found = []
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            found.append((canonicalize_name(requirement.name), tuple(sorted(requirement.extras))))
    return found


def find_licence(name: str) -> str:
    """Return what an installed package says of its licence."""
    told = metadata(name)
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [line for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    if named := sorted({line.rsplit(" :: ", 1)[1] for line in classifiers} - {"OSI Approved"}):
        return ", ".join(named)
    text = (told.get("License") or "").strip()
    return text.splitlines()[0] if text else "not stated"


if __name__ == "__main__":
    try:
        PAGE.write_text(write_page(), encoding="utf-8")
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is not installed; run `python3 bootstrap.py test` once and try again.")
    print(PAGE)
