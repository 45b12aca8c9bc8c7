"""Where a number leads: the address of a sentence in its document's page, and of a list of sentences."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from egovlib.report.figures import link_to, output_path


def sentence_link(
    doc: str, sentence: int | None, text: object, *, folder: str | Path | None = None
) -> Markup:
    """Return a link to a sentence of a document page (to the page itself when `sentence` is None).

    The address is relative to the report in a run, else to the working directory.
    """
    page = _page_address(doc, str(folder or ""), os.environ.get("EGOVLIB_OUTPUT"), str(Path.cwd()))
    anchor = f"#s{int(sentence)}" if sentence is not None else ""
    return Markup('<a href="{}{}">{}</a>').format(page, anchor, text)


@lru_cache(maxsize=1024)  # ten thousand sentences lead to a hundred pages, and finding the folder is slow
def _page_address(doc: str, folder: str, output: str | None, here: str) -> str:
    """Return the address of a document's page; output and here are what it depends on besides."""
    return link_to(page_path(doc, folder or None))


def page_path(doc: str, folder: str | Path | None = None) -> Path:
    """Return where the page of a document stands, or will stand, under the output folder."""
    return output_path(folder) / "documents" / f"{doc}.html"


def evidence_anchor(code: str, period: str) -> str:
    """Return the anchor of the list of sentences of `code` in `period`.

    >>> evidence_anchor("data_sharing", "fyp12")
    'evidence-data_sharing-fyp12'
    """
    return "-".join(["evidence", *(re.sub(r"[^\w.]+", "_", part) for part in (code, period) if part)])
