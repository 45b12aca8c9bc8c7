"""Every notebook of the project: clean in git, thin, and running as a report. The list comes from the folder."""

import json
import os
import re
import shutil
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import unquote

import nbformat
import pytest

import egovlib
from egovlib.documents import EMBEDDED
from egovlib.report.index_page import render_index
from egovlib.report.notebooks import (
    find_notebook,
    list_notebooks,
    notebooks_folder,
    read_parameters,
    run_notebook,
)
from egovlib.report.report_page import render_report

NOTEBOOKS = list_notebooks()


def read(name):
    return nbformat.read(notebooks_folder() / f"{name}.ipynb", as_version=4)


def code_cells(name):
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_clean_in_git(name):
    for cell in code_cells(name):
        assert cell.execution_count is None
        assert not cell.outputs


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_thin(name):
    cells = code_cells(name)
    assert len(cells) <= 15
    assert all(len(cell.source.splitlines()) <= 8 for cell in cells)
    assert not any("sys.path" in cell.source or ".." in cell.source for cell in cells)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_opens_with_a_question_and_ends_with_what_can_be_said(name):
    words = [cell.source for cell in read(name).cells if cell.cell_type == "markdown"]
    assert "问题：" in words[0]
    assert "What can be said" in words[-1]


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return tmp_path_factory.mktemp("报告 figures")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_as_a_report(name, output):
    run = run_notebook(name, output=output)
    assert run.ok, run.error
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    for figure in record["figures"]:
        for suffix in ("svg", "png", "csv"):
            assert (run.folder / f"{figure}.{suffix}").stat().st_size > 50
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://(?!www\.w3\.org)", page), "a report loads nothing from elsewhere"
    assert "Traceback" not in page
    assert any("documents/" in link for link in _parse(page).links), "numbers lead to sentences"
    for cell in nbformat.read(run.folder / "report.ipynb", as_version=4).cells:
        for result in cell.get("outputs", []):  # no printed objects, no paths of this machine
            assert "text/html" in result.get("data", {}), (cell.source, result)
    _check_links(run.folder)


SMALL = (
    "changning_2015_plan",
    "hebei_2012_plan",
    "national_2011_report",
    "national_2016_report",
    "shandong_2021_fyp14",
)


@pytest.fixture(scope="module")
def few_documents(tmp_path_factory):
    """Five documents of the embedded corpus: two plan periods, two macro-regions, a plan and its review."""
    folder = tmp_path_factory.mktemp("few")
    for name in SMALL:
        shutil.copy(EMBEDDED / f"{name}.txt", folder)
    return folder


def run_in_this_process(name, values):
    """Run a notebook's cells as its kernel would, but here: no start of a kernel for each of many values."""
    names = {}
    for cell in code_cells(name):
        exec(compile(cell.source, f"{name}.ipynb", "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(values)


@pytest.mark.parametrize("text", ["", "全县加强政务服务，群众满意。", "到2015年，网上审批率达到85%。"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_on_a_corpus_that_holds_next_to_nothing(name, text, tmp_path, monkeypatch):
    """No gold, no number, one plan period or none: what cannot be asked of a folder is said, and the rest is done."""
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    (tmp_path / "县.txt").write_text(f"某县政务服务工作情况\n\n{text}\n", encoding="utf-8")
    run_in_this_process(name, {"corpus": str(tmp_path / "县.txt"), "draws": 100})


REFUSED = r"stance '\w+' leaves nothing to compare [^\n]*"
"""What does not go together, a stance and itself as a group, is refused in one sentence."""


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_with_other_allowed_values(name, few_documents, tmp_path, monkeypatch):
    """Another value of each parameter, all at once; with EGOVLIB_EVERY_VALUE in the environment, every value."""
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    for aside in ("write_document_pages", "save_figure"):  # the same with every value
        monkeypatch.setattr(egovlib, aside, lambda *_, **__: None)
    declared = read_parameters(find_notebook(name))
    allowed = {key: parameter.choices for key, parameter in declared.items() if parameter.choices}
    turns = max(map(len, allowed.values())) if "EGOVLIB_EVERY_VALUE" in os.environ else 2
    draws = {"draws": 100} if "draws" in declared else {}
    for turn in range(1, turns):
        values = {key: choices[(turn + n) % len(choices)] for n, (key, choices) in enumerate(allowed.items())}
        with suppress_refusals():
            run_in_this_process(name, {"corpus": str(few_documents), **draws, **values})


@contextmanager
def suppress_refusals():
    try:
        yield
    except ValueError as refused:
        if not re.fullmatch(REFUSED, str(refused)):
            raise


def _check_links(folder):
    """The index, the report and the pages of its documents: files and anchors stand, pictures are described."""
    pages = [folder.parent / "index.html", folder / "report.html", *sorted(folder.glob("documents/*.html"))]
    assert len(pages) > 3
    for page in pages:
        found = _parse(page.read_text(encoding="utf-8"))
        assert found.lang in ("zh", "en")
        assert len(found.ids) == len(set(found.ids)), page
        assert not found.undescribed, page
        lost = [link for link in found.links if not _resolves(page, link)]
        assert not lost, (page, lost[:5])


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report_speaks_one_language(name, lang):
    page = render_report(read(name), {"notebook": name, "parameters": {"lang": lang}})
    prose = [
        re.sub(r"<[^>]+>|“[^”]*”", "", text) for text in re.findall(r"<(?:p|h1|h2)\b.*?</", page, re.DOTALL)
    ]
    assert len(prose) > 4
    for text in prose:
        han = len(re.findall(r"[\u3400-\u9fff]", text))
        assert (han > 0) if lang == "zh" else (han < 8), text


def test_index_lists_the_runs(output):
    page = render_index(output)
    assert all(f"{name}/report.html" in page for name in NOTEBOOKS if (output / name).exists())


def test_comparison_says_so_when_there_is_too_little(tmp_path, shared):
    run = run_notebook("06_compare_periods", {"corpus": str(shared / "seeds")}, output=tmp_path)
    assert run.ok, run.error
    assert "无法检验" in (run.folder / "report.html").read_text(encoding="utf-8")


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.ids, self.undescribed, self.lang = [], [], 0, None

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        links = (values.get(name) for name in ("href", "src"))
        self.links += [link for link in links if link and not link.startswith("data:")]
        if values.get("id"):
            self.ids.append(values["id"])
        self.undescribed += tag == "img" and not values.get("alt")
        if tag == "html":
            self.lang = values.get("lang")


def _parse(text):
    page = _Page()
    page.feed(text)
    return page


_IDS = {}


def _resolves(page, link):
    """Whether a link of a page leads to a file that stands, and to an anchor in it; browsers decode both."""
    path, _, anchor = link.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page
    if target not in _IDS:
        known = target.suffix == ".html" and target.is_file()
        _IDS[target] = (
            set(re.findall(r'\bid="([^"]*)"', target.read_text(encoding="utf-8"))) if known else set()
        )
    return target.exists() and (not anchor or bool({anchor, unquote(anchor)} & _IDS[target]))
