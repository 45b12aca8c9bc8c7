"""The page of a run: the executed notebook for reading and print, how it was made, and what it came from."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from egovlib.report.labels import check_language
from egovlib.report.templating import render_template

if TYPE_CHECKING:
    import nbformat


def render_report(notebook: nbformat.NotebookNode, run: Mapping[str, Any]) -> str:
    """Return the page of a run: the executed notebook with its code folded away, and where it came from.

    `run` is the run's record (run.json): notebook, status, cell, error, parameters, seed, versions, hashes,
    figures. A run that did not finish opens with the cell it stopped at and the error.
    """
    from nbconvert import HTMLExporter

    lang = _language(run)
    exporter = HTMLExporter(
        template_name="basic",
        anchor_link_text="",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    title = _notebook_title(notebook)
    status = str(run.get("status", "ok"))
    return render_template(
        "report.html.j2",
        lang,
        title=title or str(run.get("notebook", "")),
        has_title=title is not None,
        body=Markup(body),
        contents=_contents(body),
        methods=find_methods(notebook),
        finished=_finished(notebook),
        run={"started": None, "cell": None, "error": None, **run},
        status=status,
        status_name=name_status(status, lang),
        failed_anchor=_cell_anchor(notebook, run.get("cell")),
        provenance=_provenance(run, lang),
        inputs=sorted((run.get("inputs") or {}).items()),
        figures=run.get("figures") or [],
    )


def find_methods(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return the library's verbs that a notebook calls, in order, each with what its documentation says it does.

    >>> from nbformat import v4
    >>> cells = [v4.new_code_cell("corpus = eg.read_corpus(); eg.find_systems(corpus)")]
    >>> find_methods(v4.new_notebook(cells=cells))[1]
    ('find_systems', 'Find every mention of an e-government system in `source`, a Corpus, a Document or a str.')
    """
    import egovlib

    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    called = dict.fromkeys(re.findall(r"\b(?:eg|egovlib)\.([a-z]\w*)\(", source))
    known = [name for name in called if name in egovlib.__all__]
    return [(name, _first_sentence(getattr(egovlib, name).__doc__ or "")) for name in known]


def _first_sentence(documentation: str) -> str:
    return " ".join(documentation.strip().split("\n\n")[0].split())


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


_STATUS_NAMES: Final = {
    "ok": ("完成", "finished"),
    "failed": ("失败", "failed"),
    "incomplete": ("未完成", "incomplete"),
    "unreadable": ("无法读取", "unreadable"),
}


def name_status(status: str, lang: str) -> str:
    """Name what became of a run in words; a status of another program stands for itself."""
    return _STATUS_NAMES.get(status, (status, status))[check_language(lang)]


def _provenance(run: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Fill the provenance box: every entry of the run but those shown elsewhere on the page."""
    elsewhere = {"inputs", "figures", "error", "cell", "status"}
    place = check_language(lang)
    names = {
        "notebook": ("笔记本", "notebook"),
        "run": ("运行", "run"),
        "started": ("开始时间", "started"),
        "seconds": ("用时（秒）", "seconds"),
        "parameters": ("参数", "parameters"),
        "seed": ("随机种子", "seed"),
        "python": ("Python", "Python"),
        "platform": ("平台", "platform"),
        "packages": ("版本", "versions"),
        "git": ("代码版本", "code version"),
        "codebook": ("编码本 sha256", "codebook sha256"),
        "made_of": ("全部依据 sha256", "sha256 of all it is made of"),
    }
    return [
        (names.get(key, (key, key))[place], write_flat(value))
        for key, value in run.items()
        if key not in elsewhere
    ]


def write_flat(value: Any) -> str:
    """Write a value of a run's record in one line.

    >>> write_flat({"period_a": "fyp12", "codes": ["a", "b"], "margin": None})
    'period_a = fyp12，codes = a，b，margin = –'
    """
    if isinstance(value, Mapping):
        return "，".join(f"{key} = {write_flat(entry)}" for key, entry in value.items()) or "–"
    if isinstance(value, list | tuple):
        return "，".join(map(write_flat, value)) or "–"
    return "–" if value is None else str(value)
