"""What pyproject.toml cannot say: with EGOVLIB_COMPILE=1, mypyc makes C of the modules that read sentences.

    EGOVLIB_COMPILE=1 pip install .

needs a C compiler and takes a minute or two; the rows are the same, made in about four fifths of the time. Not with
`-e`: what is compiled would go on being used when its source has changed.
"""

import os

from setuptools import Extension, setup

ASKED = os.environ.get("EGOVLIB_COMPILE") == "1"
COMPILER = "mypy>=2.4"
CHECKS = ("--config-file=", "--no-site-packages", "--ignore-missing-imports", "--follow-imports=silent")
"""Types are checked by the project's own settings elsewhere, with all packages there; here only mypy is."""
READING = {
    "codebook": ("matching", "occurrences"),
    "text": ("headings", "sections", "stances"),
    "extract": (
        "attributes", "candidates", "contexts", "dating", "hedges", "indicator_choice", "numerals", "periods",
        "readings", "regions", "subjects", "system_forms", "system_meant", "system_mentions", "system_names",
        "system_status", "traps", "units",
    ),
}  # fmt: skip
"""The modules that most of the time goes into, by their room. Those with public verbs stay Python, for mypyc leaves the
docstrings out; so do those with a `cached_property`, which it makes a plain property, computed at each look, and those
that are given numpy's integers, which it takes for none."""


def extensions() -> list[Extension]:
    """Return the modules to be compiled; none while setuptools still asks what a build needs."""
    try:
        from mypyc.build import mypycify
    except ImportError:
        return []
    paths = [f"egovlib/{room}/{module}.py" for room, modules in READING.items() for module in modules]
    return mypycify([*CHECKS, *paths], opt_level="2", debug_level="0")


setup(
    ext_modules=extensions() if ASKED else [],
    setup_requires=[COMPILER] if ASKED else [],
)
