"""The doctor: is this machine ready, and if not, what is the mend.

>>> all(ok for ok, _ in examine())
True
"""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable

from egovlib.documents import EMBEDDED, read_corpus
from egovlib.report.provenance import package_versions

Finding = tuple[bool, str]
"""(whether it is well, what was found and, if it is not well, the mend)"""


def examine() -> list[Finding]:
    """Look at Python, packages, kernel, font and corpus; one finding each."""
    return [check() for check in (_python, _packages, _kernel, _font, _corpus)]


def _guarded(check: Callable[[], Finding]) -> Callable[[], Finding]:
    """A check that itself fails is a finding, not a stack trace."""

    def guarded() -> Finding:
        try:
            return check()
        except Exception as error:
            return False, f"{check.__name__.strip('_')}: {error}"

    return guarded


def _python() -> Finding:
    well = sys.version_info >= (3, 11)
    return well, f"Python {platform.python_version()}" + ("" if well else ": egovlib needs 3.11 or newer")


@_guarded
def _packages() -> Finding:
    versions = package_versions()
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        return False, f"packages: {', '.join(missing)} not installed; run python3 bootstrap.py setup"
    return True, "packages: " + ", ".join(f"{name} {version}" for name, version in versions.items())


@_guarded
def _kernel() -> Finding:
    if importlib.util.find_spec("ipykernel") is None:
        return False, "kernel: ipykernel is not installed; run python3 bootstrap.py setup"
    return True, f"kernel: notebooks run on {sys.executable}"


@_guarded
def _font() -> Finding:
    import matplotlib as mpl

    from egovlib.report.style import check_glyphs, use_house_style

    with mpl.rc_context():
        family = use_house_style()
        from matplotlib.figure import Figure

        figure = Figure()
        figure.text(0, 0, "电子政务 電子政務 0123456789 %")
        check_glyphs(figure)
    return True, f"font: {family} draws simplified and traditional Chinese"


@_guarded
def _corpus() -> Finding:
    if not EMBEDDED.exists():
        return (
            False,
            f"corpus: {EMBEDDED} is not there; the embedded corpus is part of a clone: clone the project",
        )
    corpus = read_corpus()
    if len(corpus.failures):
        source, problem = corpus.failures.iloc[0]
        return False, f"corpus: {len(corpus.failures)} files failed, first {source}: {problem}"
    return True, f"corpus: {len(corpus)} documents"
