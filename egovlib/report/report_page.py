"""The page of a run: the executed notebook for reading and print, how it was made, and what it came from."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from egovlib.report.bilingual import choose_language
from egovlib.report.labels import check_language
from egovlib.report.markdown import notebook_exporter
from egovlib.report.methods import find_methods
from egovlib.report.run_record import describe_provenance, name_status, write_time
from egovlib.report.templating import render_template

if TYPE_CHECKING:
    import nbformat


def render_report(notebook: nbformat.NotebookNode, run: Mapping[str, Any]) -> str:
    """Return the page of a run: the executed notebook with its code folded away, and where it came from.

    `run` is the run's record (run.json): notebook, status, cell, error, parameters, seed, versions, hashes,
    figures. A run that did not finish opens with the cell it stopped at and the error.
    """
    lang = _language(run)
    notebook = _in_language(notebook, lang)
    body, _ = notebook_exporter().from_notebook_node(notebook)
    body = _fold_tracebacks(body, lang)
    title = _notebook_title(notebook)
    status = str(run.get("status", "ok"))
    return render_template(
        "report.html.j2",
        lang,
        title=title or str(run.get("notebook", "")),
        has_title=title is not None,
        body=Markup(body),
        contents=_contents(body),
        methods=find_methods(notebook, lang),
        finished=_finished(notebook),
        run={"cell": None, "error": None, **run},
        started=write_time(run["started"]) if run.get("started") else None,
        status=status,
        status_name=name_status(status, lang),
        failed_anchor=_cell_anchor(notebook, run.get("cell")),
        provenance=describe_provenance(run, lang),
        inputs=sorted((run.get("inputs") or {}).items()),
        figures=run.get("figures") or [],
    )


def _in_language(notebook: nbformat.NotebookNode, lang: str) -> nbformat.NotebookNode:
    """Return a copy of the notebook with its markdown cells in one language."""
    import nbformat

    cells = [
        {**cell, "source": choose_language(cell.source, lang)} if cell.cell_type == "markdown" else cell
        for cell in notebook.cells
    ]
    copied: nbformat.NotebookNode = nbformat.from_dict({**notebook, "cells": cells})
    return copied


def _fold_tracebacks(body: str, lang: str) -> str:
    """Fold Python's account of an error away: the page opens with the error itself."""
    words = ("出错的经过（Python）", "How it went wrong (Python)")[check_language(lang)]
    folded = rf"\1<details><summary>{words}</summary>\2</details>\3"
    return re.sub(r'(<div class="[^"]*output_error">)(.*?)(</div>)', folded, body, flags=re.DOTALL)


def _finished(notebook: nbformat.NotebookNode) -> tuple[int, int]:
    """Count the code cells that came to their end, and all."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    failed = [any(output.output_type == "error" for output in cell.get("outputs", [])) for cell in cells]
    ended = [
        cell.get("execution_count") is not None and not bad for cell, bad in zip(cells, failed, strict=True)
    ]
    return sum(ended), len(cells)


def _language(run: Mapping[str, Any]) -> str:
    lang = (run.get("parameters") or {}).get("lang", "zh")
    return lang if lang in ("zh", "en") else "zh"


def _notebook_title(notebook: nbformat.NotebookNode) -> str | None:
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = (re.search(r"^# +(.+)$", source, re.MULTILINE) for source in cells)
    return next((html.unescape(match[1]).strip() for match in found if match), None)


def _contents(body: str) -> list[tuple[str, str]]:
    """Return (anchor, text) of the second-level headings."""
    found = re.findall(r'<h2 id="([^"]*)">(.*?)</h2>', body, re.DOTALL)
    plain = ((anchor, re.sub(r"<[^>]+>", "", text)) for anchor, text in found)
    return [(html.unescape(anchor), html.unescape(text).strip()) for anchor, text in plain]


def _cell_anchor(notebook: nbformat.NotebookNode, number: int | None) -> str | None:
    """Return the anchor nbconvert gave the code cell of this number, from 1 over non-empty cells."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if number is None or not 1 <= number <= len(cells) or "id" not in cells[number - 1]:
        return None
    return f"cell-id={cells[number - 1]['id']}"
