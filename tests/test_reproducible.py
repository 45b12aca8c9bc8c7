"""The same inputs give the same bytes, whatever the machine's language, clock, fonts, folder or hash seed is."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

TEXT = "2013年某市电子政务发展概况\n一、网络\n截至2013年底，接入50个厅局。建成网上审批系统，网上办理率达到8{}%。\n"

MAKE = """
import sys
from pathlib import Path
import pandas as pd
import egovlib as eg
from egovlib.extract.quantities import find_quantities
from egovlib.extract.themes import code_themes
from egovlib.extract.batches import extract_files, join_parts
from egovlib.report import notebooks
from egovlib.report.document_page import render_document
from egovlib.report.figures import save_figure
from egovlib.report.tables_html import show_table
from egovlib.report.style import house_style, new_figure

corpus, output = map(Path, sys.argv[1:])
made = extract_files([corpus], output / "parts", batch=2)
join_parts(made, output, "csv")
join_parts(made, output, "jsonl")
documents = eg.read_corpus(corpus)
found = find_quantities(documents)
for document in documents:
    page = render_document(document, find_quantities(document), code_themes(document))
    (output / f"{document.doc}.html").write_text(page, encoding="utf-8", newline="\\n")
(output / "table.html").write_text(show_table(found)._repr_html_(), encoding="utf-8", newline="\\n")
with house_style():
    figure = new_figure(5, "网上办理率", ["n = 5"])
    figure.subplots().bar(found["surface"].tolist(), found["value"].tolist())
    save_figure(figure, "rate", data=found[["surface", "value"]], folder=output)
run = notebooks.run_notebook("quantities.ipynb", output=output / "figures")
assert run.ok, run.error
"""

CELLS = (
    "import egovlib as eg",
    f"eg.find_quantities({TEXT!r})",
    f"eg.read_text({TEXT!r})",
    "{'甲', '乙', '丙'}",
)

GBK = "zh_CN.GBK"
PLAIN = {"LANG": "C", "LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"}
OTHER = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "4711", "COLUMNS": "40"}
INSTALLED = "<dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir>"


def make(folder: Path, environment: dict[str, str], fonts: str) -> dict[str, bytes]:
    """Make everything in a folder of its own, with its own home, caches and fonts."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for number in range(5) if fonts else reversed(range(5)):  # a folder's own order must not matter
        (corpus / f"city_{number}.txt").write_text(TEXT.format(number), encoding="utf-8")
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(CELLS)]
        ),
        folder / "quantities.ipynb",
    )
    config = folder / "fonts.conf"
    config.write_text(f"<?xml version='1.0'?><fontconfig>{fonts}</fontconfig>", encoding="utf-8")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    home = folder / "home"
    home.mkdir()
    settings = {
        **kept, **environment, "HOME": str(home), "MPLCONFIGDIR": str(home / "mpl"), "FONTCONFIG_FILE": str(config),
        "XDG_CACHE_HOME": str(home / "cache"),
    }  # fmt: skip
    (folder / "make.py").write_text(
        MAKE, encoding="utf-8"
    )  # a command line would be in the locale's encoding
    done = subprocess.run(
        [sys.executable, "make.py", "corpus", "output"],
        cwd=folder, env=settings, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    output = folder / "output"
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.name != ".egovlib.lock"
    }


TIMES = ("started", "seconds", "made_of", "git")
"""… and the commit, which a colleague may make between the two."""


def settled(name: str, data: bytes, folder: Path) -> object:
    """A file's content without what may differ: the times, and the folder it was made in."""
    if name.endswith("run.json"):
        return {key: value for key, value in json.loads(data).items() if key not in TIMES}
    if name.endswith(("report.html", "index.html", "report.ipynb")):
        text = data.decode("utf-8").replace(str(folder), "FOLDER")
        text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d|Z| UTC)?", "TIME", text)
        text = re.sub(
            r"(?<=<th>用时（秒）</th><td>)[\d.]+|(?<=TIME · )[\d.]+ s|commit = \w+，changed = \w+", "", text
        )
        return re.sub(r'("duration": )[^,\n]+', r"\1X", text)
    return data


def differ(one: tuple[Path, dict[str, bytes]], other: tuple[Path, dict[str, bytes]]) -> list[str]:
    """The files that two machines made differently."""
    (here, first), (there, second) = one, other
    assert sorted(first) == sorted(second)
    return [name for name in first if settled(name, first[name], here) != settled(name, second[name], there)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machines") / "plain"
    return folder, make(folder, PLAIN, "")


def test_two_machines_make_the_same_bytes(plain, tmp_path):
    other = tmp_path / "另一 台"
    made = make(other, {**OTHER, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "gbk"}, INSTALLED)
    assert {Path(name).suffix for name in made} >= {
        ".parquet",
        ".csv",
        ".jsonl",
        ".html",
        ".svg",
        ".png",
        ".json",
    }
    assert differ(plain, (other, made)) == []


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """A folder with the locale zh_CN.GBK, made of the machine's sources of locales."""
    folder = tmp_path_factory.mktemp("locales")
    if program := shutil.which("localedef"):
        subprocess.run([program, "-i", "zh_CN", "-f", "GBK", str(folder / GBK)], capture_output=True)
    if not (folder / GBK / "LC_CTYPE").exists():
        pytest.skip(f"the locale {GBK} cannot be made here: no localedef, or no sources of locales")
    return folder


def test_a_chinese_locale_that_is_no_utf_8_makes_the_same_bytes(plain, locales, tmp_path):
    if not sys.prefix.isascii():
        pytest.skip(
            f"{sys.prefix}: in a locale that is not UTF-8 Python finds no package in a folder of such a name"
        )
    setting = {**OTHER, "LANG": GBK, "LC_ALL": GBK, "LOCPATH": str(locales), "PYTHONUTF8": "0"}
    ask = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.getpreferredencoding(False))"
    told = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **setting}, capture_output=True, text=True
    )
    assert told.stdout.strip().lower() in ("gbk", "cp936"), told.stderr
    other = tmp_path / "other machine"
    assert differ(plain, (other, make(other, setting, INSTALLED))) == []


def test_the_comparison_sees_a_difference(tmp_path):
    assert settled("a.svg", b"<svg/>", tmp_path) != settled("a.svg", b"<svg />", tmp_path)
    assert settled("x/run.json", b'{"status": "ok", "seconds": 1}', tmp_path) == {"status": "ok"}
    with pytest.raises(json.JSONDecodeError):
        settled("x/run.json", b"{", tmp_path)
