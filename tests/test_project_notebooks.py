"""Every notebook of the project: clean in git, thin, and running as a report. The list comes from the folder."""

import json
import re
from html.parser import HTMLParser

import nbformat
import pytest

from egovlib.report.index_page import render_index
from egovlib.report.notebooks import list_notebooks, notebooks_folder, run_notebook

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
            assert (run.folder / f"{figure}.{suffix}").stat().st_size > 100
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://(?!www\.w3\.org)", page), "a report loads nothing from elsewhere"
    assert "Traceback" not in page
    links = _links(page)
    assert all(_resolves(run.folder, link) for link in links if not link.startswith(("#", "../")))
    assert any("documents/" in link for link in links), "numbers lead to sentences"


def test_index_lists_the_runs(output):
    page = render_index(output)
    assert all(f"{name}/report.html" in page for name in NOTEBOOKS if (output / name).exists())


def test_comparison_says_so_when_there_is_too_little(tmp_path, shared):
    run = run_notebook("06_compare_periods", {"corpus": str(shared / "seeds")}, output=tmp_path)
    assert run.ok, run.error
    assert "无法检验" in (run.folder / "report.html").read_text(encoding="utf-8")


class _Anchors(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.ids = [], set()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if values.get("id"):
            self.ids.add(values["id"])


def _parse(page):
    anchors = _Anchors()
    anchors.feed(page)
    return anchors


def _links(page):
    return _parse(page).links


_IDS = {}


def _resolves(folder, link):
    path, _, anchor = link.partition("#")
    target = folder / path
    if target not in _IDS:
        _IDS[target] = _parse(target.read_text(encoding="utf-8")).ids if target.suffix == ".html" else set()
    return target.exists() and (not anchor or anchor in _IDS[target])
