"""Reports and notebooks as people see them, in headless Chromium and in JupyterLab.

The browser is the one of the machine (Debian's chromium); nothing is downloaded. Without one every test here
skips by name. EGOVLIB_SCREENSHOTS=FOLDER keeps a picture of what each test saw.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pdfplumber
import pytest
from nbformat import v4

from egovlib import codebook
from egovlib.report.notebooks import notebooks_folder, run_notebook, write_index

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOCUMENT = "shanghai_2013_overview"
CLEAR = ("rgba(0, 0, 0, 0)", "transparent")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="no playwright here: nothing drives a browser")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no chromium here: pages cannot be looked at")
    with api.sync_playwright() as playwright:
        # the tests may run as root in a container, where Chromium's sandbox cannot start; our own pages need none
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that may load nothing but files and what runs on this machine."""
    context = browser.new_context(viewport={"width": 1100, "height": 900}, accept_downloads=False)
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda made: elsewhere.append(made.url) if _is_elsewhere(made.url) else None)
    yield page
    keep_picture(page, request.node.name)
    context.close()
    assert not elsewhere, f"the page asked for {elsewhere}"


def _is_elsewhere(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1:", "ws://127.0.0.1:"))


def keep_picture(page: Any, name: str) -> None:
    if folder := os.environ.get("EGOVLIB_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture(scope="module")
def reports(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One report that ran, one that failed, and their index."""
    output = tmp_path_factory.mktemp("figures")
    assert run_notebook("02_quantities", output=output).ok
    assert not run_notebook(Path(__file__).parent / "notebooks" / "raises.ipynb", output=output).ok
    write_index(output)
    return output


def css(locator: Any, name: str, part: str = "") -> str:
    value = locator.evaluate("(e, [name, part]) => getComputedStyle(e, part || null)[name]", [name, part])
    return str(value)


# --- reports ------------------------------------------------------------------------------------------------


def test_index_leads_to_the_reports(page: Any, reports: Path) -> None:
    page.goto((reports / "index.html").as_uri())
    assert page.locator(".runs > li").count() == 2
    assert page.locator(".status.failed").count() >= 1
    picture = page.locator(".runs img").first
    assert picture.evaluate("e => e.complete && e.naturalWidth > 0")
    page.locator("a[href^='02_quantities/']").last.click()
    assert page.url.endswith("02_quantities/report.html")


def test_number_in_a_report_leads_to_its_sentence(page: Any, reports: Path) -> None:
    page.goto((reports / "02_quantities" / "report.html").as_uri())
    link = page.locator("td a[href*='.html#s']").first
    number = link.inner_text()
    link.click()
    anchor = page.url.partition("#")[2]
    sentence = page.locator(f"#{anchor}")
    assert sentence.is_visible()
    inside = sentence.evaluate(
        "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight }"
    )
    assert inside, "the page has moved to the sentence"
    assert css(sentence.locator(".text-of"), "backgroundColor") not in CLEAR, "the sentence is lit"
    assert number


def test_contents_and_methods_lead_to_their_place(page: Any, reports: Path) -> None:
    page.goto((reports / "02_quantities" / "report.html").as_uri())
    for link in page.locator("nav a[href^='#']").all():
        link.click()
        target = page.evaluate("document.querySelector(':target') !== null")
        assert target, link.get_attribute("href")


def test_figure_can_be_fetched_as_svg_png_and_csv(page: Any, reports: Path) -> None:
    page.goto((reports / "02_quantities" / "report.html").as_uri())
    caption = page.locator("figure.egov figcaption").first
    assert caption.inner_text()
    for link in caption.locator("a").all():
        assert (reports / "02_quantities" / str(link.get_attribute("href"))).is_file()


def test_failed_report_opens_with_the_error(page: Any, reports: Path) -> None:
    page.goto((reports / "raises.failed" / "report.html").as_uri())
    alert = page.get_by_role("alert")
    assert alert.is_visible()
    assert "已完成" in alert.inner_text()
    alert.locator("a").click()
    assert page.url.partition("#")[2]


# --- a document ---------------------------------------------------------------------------------------------


@pytest.fixture
def document(page: Any, reports: Path) -> Any:
    page.goto((reports / "02_quantities" / "documents" / f"{DOCUMENT}.html").as_uri())
    return page


@pytest.mark.parametrize("kind", ["actual", "system", "theme"])
def test_tooltip_says_what_was_understood(document: Any, kind: str) -> None:
    mark = document.locator(f".sections mark.{kind}[data-tip]:not(:has(mark))").first
    assert css(mark, "content", "::after") == "none"
    mark.hover()
    shown = css(mark, "content", "::after")
    assert str(mark.get_attribute("data-tip")).split("\n")[0] in shown
    assert document.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"


def test_tooltip_of_a_mark_within_a_mark_says_both_once(document: Any) -> None:
    inner = document.locator(".sections mark.system mark.theme").first
    outer = inner.locator("xpath=..")
    inner.hover()
    assert css(outer, "content", "::after") == "none"
    assert str(outer.get_attribute("data-tip")) in str(inner.get_attribute("data-tip"))


@pytest.mark.parametrize("kind", ["actual", "target", "system", "theme"])
def test_filter_takes_the_marks_of_one_kind_away(document: Any, kind: str) -> None:
    lines = {
        each: css(mark.first, "borderBottomStyle")
        for each in ("actual", "target", "system", "theme")
        if (mark := document.locator(f".sections mark.{each}")).count()
    }
    assert "none" not in lines.values()
    assert len(set(lines.values())) == len(lines), "told apart without colours"
    document.locator(f".filters input.{kind}").uncheck()
    for each in lines:
        style = css(document.locator(f".sections mark.{each}").first, "borderBottomStyle")
        assert (style == "none") == (each == kind)
    assert document.locator(".sections .code").first.is_visible() == (kind != "theme")


def test_published_text_is_one_click_away(document: Any) -> None:
    original = document.locator("details.raw .original").first
    assert not original.is_visible()
    document.locator("details.raw summary").first.click()
    assert original.is_visible()
    whole = document.locator("details.whole")
    whole.locator("summary").click()
    assert whole.locator("pre").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(document: Any, scheme: str, request: Any) -> None:
    document.emulate_media(color_scheme=scheme)
    ink, paper = (_luminance(css(document.locator("body"), name)) for name in ("color", "backgroundColor"))
    assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 7  # WCAG 2.2, success criterion 1.4.6


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    values = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# --- print --------------------------------------------------------------------------------------------------


def _has_chinese_font() -> bool:
    """Whether the browser finds a font of the machine; on Windows and macOS there is always one."""
    lister = shutil.which("fc-list")
    return lister is None or bool(
        subprocess.run([lister, ":lang=zh"], capture_output=True, check=True).stdout
    )


@pytest.mark.parametrize("name", ["report.html", f"documents/{DOCUMENT}.html"])
def test_printed_tables_are_whole(page: Any, reports: Path, tmp_path: Path, name: str) -> None:
    if not _has_chinese_font():
        pytest.skip("no Chinese font here (Debian: fonts-wqy-microhei): what is printed cannot be read back")
    page.goto((reports / "02_quantities" / name).as_uri())
    cells = page.evaluate(
        "() => [...document.querySelectorAll('table tr')].filter(r => r.closest('details:not([open])') === null)"
        ".map(r => r.lastElementChild.textContent)"
    )
    assert len(cells) > 10
    file = tmp_path / "printed.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    with pdfplumber.open(file) as pdf:
        assert len(pdf.pages) >= 2
        assert {(round(p.width), round(p.height)) for p in pdf.pages} == {(595, 842)}  # A4 in points
        chars = [(char, sheet.width) for sheet in pdf.pages for char in sheet.chars if char["text"].strip()]
    assert all(char["x0"] >= 0 and char["x1"] <= width for char, width in chars), "nothing beyond the edge"
    printed = _letters("".join(char["text"] for char, _ in chars))
    assert not _letters("".join(cells)) - printed, "every character of the last columns is on paper"


def _letters(text: str) -> Counter[str]:
    """Count letters and digits; the signs of a PDF are drawn by glyphs that several characters share."""
    looks = {ord(row["radical"]): row["character"] for row in codebook.rows("radicals")} | {ord("⼾"): "户"}
    return Counter(filter(str.isalnum, unicodedata.normalize("NFKC", text.translate(looks))))


# --- JupyterLab ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab of this Python on loopback: the address of its folder (with %s for the file), and the folder."""
    folder = tmp_path_factory.mktemp("lab")
    settings = {
        name: str(folder / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    runtime = folder / ".runtime"
    settings |= {"JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONUTF8": "1"}
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}",
               "--IdentityProvider.token=for-this-test", "--LabApp.news_url=", "--ServerApp.allow_root=True",
               "--LabServerApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    log = (folder / "lab.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options], env={**os.environ, **settings}, stdout=log, stderr=log
    )
    try:
        yield f"{_address(server, runtime, folder)}lab/tree/%s?token=for-this-test&reset", folder
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _address(server: subprocess.Popen[bytes], runtime: Path, folder: Path, seconds: int = 90) -> str:
    """Wait until the server says where it is."""
    for _ in range(10 * seconds):
        if server.poll() is not None:
            break
        for file in runtime.glob("jpserver-*.json"):
            try:
                url = str(json.loads(file.read_text(encoding="utf-8"))["url"])
                with urllib.request.urlopen(f"{url}api?token=for-this-test", timeout=10):
                    return url
            except (ValueError, KeyError, urllib.error.URLError):
                pass
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{(folder / 'lab.log').read_text()[-2000:]}")


def open_notebook(page: Any, lab: tuple[str, Path], notebook: nbformat.NotebookNode, name: str) -> Path:
    address, folder = lab
    file = folder / f"{name}.ipynb"
    nbformat.write(notebook, file)
    page.goto(address % file.name, timeout=90_000)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.get_by_text("| Idle").first.wait_for(
        timeout=90_000
    )  # before its kernel stands, JupyterLab asks which
    return file


def run_all(page: Any, file: Path, seconds: int = 180) -> list[Any]:
    """Run All as a person does, save, and return the code cells when each has its number."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-Notebook").first.click()
    for _ in range(seconds):
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1000)
        if not file.stat().st_size:
            continue  # it is being saved
        cells = [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
        if all(cell.execution_count for cell in cells) or _errors(cells):
            return cells
    raise AssertionError(f"{file.name} did not come to its end in {seconds} s")


def _errors(cells: list[Any]) -> list[str]:
    return [o.evalue for cell in cells for o in cell.outputs if o.output_type == "error"]


def test_notebook_runs_to_its_end_in_jupyterlab(page: Any, lab: tuple[str, Path]) -> None:
    notebook = nbformat.read(notebooks_folder() / "02_quantities.ipynb", as_version=4)
    file = open_notebook(page, lab, notebook, "02_quantities")
    cells = run_all(page, file)
    assert not _errors(cells)
    assert any("text/html" in o.get("data", {}) for o in cells[-1].outputs)
    number = page.locator(".jp-OutputArea-output details.egov-cite").first
    number.scroll_into_view_if_needed()
    assert number.locator("a").is_hidden()
    number.locator("summary").click()
    assert number.locator("a").is_visible(), (
        "a number unfolds its sentence, with a link to the document's page"
    )


def viewing() -> nbformat.NotebookNode:
    source = f'import egovlib as eg\n\neg.read_corpus()["{DOCUMENT}"]'
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return v4.new_notebook(cells=[v4.new_code_cell(source)], metadata={"kernelspec": kernel})


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_document_in_jupyterlab(page: Any, lab: tuple[str, Path], theme: str) -> None:
    settings = lab[1] / ".jupyter" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}), encoding="utf-8")
    file = open_notebook(page, lab, viewing(), theme.replace(" ", "_"))
    page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")
    assert not _errors(run_all(page, file))
    view = page.locator(".egov-view")
    view.wait_for()
    mark = view.locator(".sections mark.actual[data-tip]").first
    ink, paper = css(mark, "color"), css(page.locator("body"), "backgroundColor")
    assert abs(_luminance(ink) - _luminance(paper)) > 0.3, "the text stands out from the theme's ground"
    mark.hover()
    assert css(mark, "content", "::after") != "none"
    assert css(view.locator(".unstyled"), "display") == "none"
    view.locator(".filters input.actual").uncheck()
    assert css(mark, "borderBottomStyle") == "none"


def test_document_in_a_notebook_that_is_not_trusted(page: Any, lab: tuple[str, Path], embedded: Any) -> None:
    notebook = viewing()
    html = embedded[DOCUMENT]._repr_html_()
    notebook.cells[0].outputs = [
        v4.new_output("execute_result", data={"text/html": html, "text/plain": "-"}, execution_count=1)
    ]
    notebook.cells[0].execution_count = 1
    open_notebook(page, lab, notebook, "untrusted")
    text = page.locator(".jp-OutputArea-output .sections")
    text.wait_for()
    assert page.locator(".unstyled").is_visible(), "the view says that the style is missing"
    assert text.locator("mark").count() > 5
    sentence = embedded[DOCUMENT].sentences[4].text.strip()
    assert sentence[:8] in text.inner_text()
