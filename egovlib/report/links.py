"""Where a number leads: the address of a sentence in its document's page, and of a list of sentences."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from egovlib.report.figures import link_to, output_path

if TYPE_CHECKING:
    from egovlib.documents import Corpus


def sentence_link(
    doc: str, sentence: int | None, text: object, *, folder: str | Path | None = None
) -> Markup:
    """Return a link to a sentence of a document page (to the page itself when `sentence` is None).

    The address is relative to the report in a run, else to the working directory.
    """
    page = _page_address(doc, str(folder or ""), os.environ.get("EGOVLIB_OUTPUT"), str(Path.cwd()))
    anchor = f"#s{int(sentence)}" if sentence is not None else ""
    return Markup('<a href="{}{}">{}</a>').format(page, anchor, text)


def in_a_run() -> bool:
    """Whether a report is being made: its page stands beside the documents' pages, and opens them where one wants."""
    return "EGOVLIB_OUTPUT" in os.environ


def unfold_sentence(corpus: Corpus, doc: str, sentence: int, text: object) -> Markup:
    """Return a text that unfolds its sentence where it stands, with a link to the document's page.

    For notebooks: JupyterLab opens a page at its head only, and follows no link into what is folded away. A sentence
    that the corpus does not have is a link to the page alone.
    """
    held = next((document for document in corpus if document.doc == doc), None)
    found = next((s.text for s in held.sentences if s.sentence == sentence), None) if held else None
    if found is None:
        return sentence_link(doc, sentence, text)
    return Markup('<details class="egov-cite"><summary>{}</summary>{} <small>{}</small></details>').format(
        text, found.strip(), sentence_link(doc, sentence, f"{doc} #{sentence}")
    )


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
