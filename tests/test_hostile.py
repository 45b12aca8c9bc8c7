"""Hostile input: what a document, a register, a codebook, a batch or an archive may try, and what becomes of it."""

import ast
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from backtracking import quadratic
from click.testing import CliRunner
from fuzz.corpora import read_corpus as fuzzed
from fuzz.properties import BYTES, PIECES, PROPERTIES, TEXTS, scheme_of
from hypothesis import given, settings
from hypothesis import strategies as st

import egovlib
from egovlib import codebook, frames
from egovlib.analyse.quality.codebooks import check_codebook
from egovlib.cli import main
from egovlib.codebook.terms import alternatives
from egovlib.documents import add_document, read_corpus, read_document, read_text
from egovlib.extract.themes import read_scheme
from egovlib.report.notebooks import run_batch, run_notebook
from egovlib.spreadsheets import unguard_frame, write_csv
from egovlib.text import office
from egovlib.text.markup import strip_markup

PACKAGE = Path(egovlib.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
TEXT = "2013年某市电子政务发展概况\n一、网络\n截至2013年底，接入50个厅局。建成网上审批系统，网上办理率达到80%。\n"


# --- regular expressions -------------------------------------------------------------------------------------

RECORDER = """
import importlib, importlib.util, json, os, pkgutil, re, sys
own = os.path.dirname(importlib.util.find_spec("egovlib").origin)
seen = {}
once = re._compile
def record(pattern, flags):
    frame = sys._getframe(1)
    while frame.f_code.co_filename == re.__file__:
        caller, frame = frame.f_code.co_name, frame.f_back
    if frame.f_code.co_filename.startswith(own) and not isinstance(pattern, re.Pattern):
        source = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
        where = (frame.f_code.co_filename, frame.f_lineno, caller, frame.f_code.co_name)
        seen.setdefault((source, int(flags)), set()).add(where)
    return once(pattern, flags)
re._compile = record
import egovlib
for module in pkgutil.walk_packages(egovlib.__path__, "egovlib."):
    importlib.import_module(module.name)
from egovlib.documents import Corpus, read_text
from egovlib.extract.tables import extract_tables
extract_tables(Corpus([read_text(sys.stdin.read())]))
json.dump([[*key, sorted(places)] for key, places in sorted(seen.items())], sys.stdout)
"""
WHOLE = ("match", "fullmatch")
BUILT = {
    "_debris": "fullmatch of a line of at most 160 characters",
    "_trap": "searched from head to head; every cell is checked alone, where no digit stands before it",
}
"""Functions that build a pattern from the codebook, and how it is used."""


def assigned(file: str, line: int) -> str | None:
    """The name that the pattern compiled at a line is given."""
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and node.lineno <= line <= (node.end_lineno or line):
            target = node.targets[0]
            return target.id if isinstance(target, ast.Name) else getattr(target, "attr", None)
    return None


def is_anchored(place: tuple[str, int, str, str]) -> bool:
    """Whether the pattern compiled at a place is only ever tried where a text begins, not searched along it."""
    file, line, caller, function = place
    if caller in WHOLE or function in BUILT:
        return True
    name = assigned(file, line) if caller == "compile" else None
    uses = [
        use
        for source in SOURCES
        for use in re.findall(rf"\b{name}\.(\w+)", source.read_text(encoding="utf-8"))
    ]
    return bool(name and uses) and set(uses) <= {*WHOLE, "pattern"}


def test_no_regular_expression_takes_more_than_linear_time():
    told = subprocess.run(
        [sys.executable, "-c", RECORDER], input=TEXT, capture_output=True, encoding="utf-8", check=True
    )
    patterns = json.loads(told.stdout)
    assert len(patterns) > 300
    slow = {}
    for source, flags, places in patterns:
        if not re.search(r"[*+]|\{\d*,\}", source):
            continue  # every repeat is bounded
        anchored = all(is_anchored(place) for place in places)
        if found := quadratic(source, flags & ~re.UNICODE.value, anchored=anchored):
            slow[f"{places[0][0]}:{places[0][1]} {source[:60]}"] = found
    assert slow == {}


def test_the_codebooks_patterns_are_linear_cell_by_cell():
    for row in codebook.rows("traps"):  # a trap begins where no digit stands before it
        assert quadratic(rf"(?<!\d)(?:{row['pattern']})", re.MULTILINE) is None, row["trap"]
    for row in codebook.rows("debris"):
        assert quadratic(row["pattern"], anchored=True) is None, row["pattern"]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(?:a|a)+b", "a*a*b", r"\s+$", r"(\w{2,5}?院|国务院)+关"])
def test_the_check_finds_patterns_that_are_slow(pattern):
    assert quadratic(pattern) is not None


@pytest.mark.parametrize("pattern", ["a+", "[^,]{0,6}b", r"(?<!\d)\d+(?!\d)x", r"\A.*b", "(?>a+)"])
def test_the_check_passes_patterns_that_are_linear(pattern):
    assert quadratic(pattern) is None


def test_a_title_of_many_bodies_is_read_at_once():
    names = "、".join(
        f"{a}{b}市人民政府" for a in "东南西北" for b in "山江河海湖林"
    )  # 2^24 ways to cut it before
    assert read_text(f"{names}公报\n{TEXT}", title=names).title == names


# --- any input at all (tests/fuzz/run.py tries the same properties for hours) ------------------------------------

MADE = st.lists(st.sampled_from([*PIECES, "\n"]) | st.text(max_size=4), max_size=40).map("".join)
CELLS = st.lists(st.tuples(MADE, st.just("") | MADE), max_size=6).map(scheme_of)


@pytest.mark.parametrize("name", TEXTS)
def test_what_holds_of_any_text(name):
    @settings(max_examples=30 if name == "quantities" else 100, deadline=None, database=None)
    @given(MADE)
    def holds(text):
        TEXTS[name](text)

    holds()


@pytest.mark.parametrize("name", BYTES)
def test_what_holds_of_any_file(name):
    @settings(max_examples=100, deadline=None, database=None)
    @given(st.binary(max_size=200) | MADE.map(lambda text: text.encode("gb18030", "replace")) | CELLS)
    def holds(data):
        BYTES[name](data)

    holds()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("numbers", "二三分之一万亿"),  # a pair in a denominator would run downwards
        ("quantities", "建成3个\ud800系统"),  # half a character
        ("units", "Mb/s/年"),  # a stroke in the unit itself
        ("quantities", "带宽增加10Mb/s/年，费用5元/Mb/s·月。"),
        ("strips", "<p>正文</p><![<![<!["),  # sections that never end
    ],
)
def test_what_fuzzing_found_stays_mended(name, text):
    TEXTS[name](text)


@pytest.mark.parametrize("name", PROPERTIES)
def test_what_reached_new_code_when_fuzzed_holds(name):
    inputs = fuzzed(name)
    assert inputs, f"tests/fuzz/corpus/{name}.jsonl is missing"
    for data in inputs:
        PROPERTIES[name](data)


RICH = "甲子/乙丑&" * 11 + "丙寅"
"""2048 alternatives; with thirty more marks of the kind it would be more than any machine holds."""


def test_a_cell_that_stands_for_too_many_alternatives_is_refused_before_they_are_made(tmp_path):
    with pytest.raises(ValueError, match="stands for 2048 alternatives, of which it may have 2000"):
        alternatives(RICH)
    (tmp_path / "own.csv").write_bytes(scheme_of([(RICH, ""), ("网上", RICH)]))
    with pytest.raises(ValueError, match=r"own\.csv, row 2, column includes: .*at most 2000 in a cell"):
        read_scheme(tmp_path / "own.csv")
    found = check_codebook(tmp_path / "own.csv", kind="scheme")
    assert found[["row", "column", "level"]].values.tolist() == [
        [2, "includes", "error"],
        [3, "excludes", "error"],
    ]


# --- archives ------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, before: str = "") -> bytes:
    import docx

    made = io.BytesIO()
    docx.Document().save(made)
    written = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "word/document.xml":
                content = f"{before}<w:document {W}><w:body>{body}</w:body></w:document>".encode()
            new.writestr(part.filename, content)
    return written.getvalue()


def cell(text: str, *properties: str) -> str:
    return f"<w:tc><w:tcPr>{''.join(properties)}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def rows(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_entities_behind_a_long_comment_are_refused():
    entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(ValueError, match=r"declares a document type or entities in word/document\.xml"):
        office.read_docx(docx("<w:p/>", before=f"<!--{' ' * 100_000}-->{entities}"), "x.docx")


def test_a_cell_that_says_it_spans_a_thousand_million_columns_is_read_as_it_is_written():
    wide = cell("全市", '<w:gridSpan w:val="1000000000"/>')
    assert office.read_docx(docx(rows(wide + cell("5个"))), "x.docx") == "全市\t5个"


def test_a_column_merged_over_thousands_of_rows_is_read():
    first, rest = cell("全市", '<w:vMerge w:val="restart"/>'), cell("", "<w:vMerge/>")
    text = office.read_docx(docx(rows(first, *[rest] * 5000)), "x.docx")
    assert text.split("\n") == ["全市"] * 5001


def test_elements_nested_without_end_are_a_damaged_file():
    deep = "<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000
    with pytest.raises(ValueError, match="damaged docx"):
        office.read_docx(docx(deep), "x.docx")


def test_a_package_that_lies_about_its_size_is_refused():
    data = bytearray(docx("<w:p/>" * 100_000))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        size = package.getinfo("word/document.xml").file_size
    said = size.to_bytes(4, "little")
    while (at := data.find(said)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(ValueError, match="damaged"):
        office.read_docx(bytes(data), "x.docx")


def test_members_that_lead_out_of_an_archive_write_nothing(tmp_path):
    data = io.BytesIO(docx("<w:p><w:r><w:t>正文五个</w:t></w:r></w:p>"))
    with zipfile.ZipFile(data, "a") as package:
        package.writestr("../../evil.txt", "x")
        package.writestr("/evil.txt", "x")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.docx").write_bytes(data.getvalue())
    assert len(read_corpus(folder)) + len(read_corpus(folder).failed) == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["corpus", "a.docx"]
    assert not Path("/evil.txt").exists()


def hostile_xlsx(path: Path, content: bytes) -> Path:
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/other.xml", content)
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0" * 2**22, "would unpack to"),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>', "entities in xl/other"),
    ],
    ids=["bomb", "entities"],
)
def test_hostile_workbooks_are_refused_before_they_are_opened(tmp_path, monkeypatch, content, said):
    from egovlib.analyse.quality.coded import read_sheets
    from egovlib.analyse.quality.review import UNITS

    monkeypatch.setattr(office, "UNPACKED", 2**20)
    sheet = hostile_xlsx(tmp_path / "quantities_A.xlsx", content)
    with pytest.raises(ValueError, match=said):
        read_sheets([sheet], pd.DataFrame({**{name: [""] for name in UNITS}, "kind": ["quantities"]}))


# --- web pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", ["<div>字", "<b>", "<table><tr><td>字", "<ul><li>字"])
def test_elements_nested_without_end_are_read(piece):
    page, _ = strip_markup(piece * 30_000)
    assert set(page.text) <= {"字", "\n", "\t"}


@pytest.mark.parametrize("piece", ["<a b", "<!--", "<![", "<a b='", "<", "<?", "</", "<!DOCTYPE"])
def test_markup_that_never_ends_is_read(piece):
    page, _ = strip_markup(
        "<p>正文五个</p>" + piece * 50_000
    )  # the parser alone takes minutes over some of these
    assert page.text.startswith("正文五个")


PAYLOADS = (
    "<script>alert(7)</script>",
    "<img src=x onerror=alert(7)>",
    "\"'><svg onload=alert(7)>",
    "</script><script>alert(7)</script>",
    "</title><iframe srcdoc='<script>alert(7)</script>'>",
)


class Alarm(HTMLParser):
    """Finds what a browser would run or load of a payload."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self._script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._script = tag == "script"
        names = {name for name, _ in attrs}
        if names & {"onerror", "onload", "srcdoc"} or ("src", "x") in attrs or tag == "iframe":
            self.found.append(f"{tag} {attrs}")
        self.found += [
            value for name, value in attrs if name == "href" and (value or "").startswith("javascript")
        ]

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        if self._script and "alert(7)" in data and '"' not in data:
            self.found.append(data)


def test_the_alarm_hears_every_payload():
    for payload in PAYLOADS:
        assert Alarm(f"<p title='{payload}'></p>{payload}").found, payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_documents_and_register_fields_are_escaped_in_their_pages(payload):
    from egovlib.report.document_page import render_document

    document = read_text(
        f"{TEXT}共有{payload}5个系统。\n", title=f"概况{payload}", issuer=f"某市{payload}政府"
    )
    assert Alarm(render_document(document)).found == []
    from egovlib.extract.quantities import find_quantities

    assert Alarm(render_document(document, find_quantities(document))).found == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_tables_are_escaped(payload):
    from egovlib.report.tables_html import show_table

    table = pd.DataFrame({"doc": ["a"], payload: [1], "text": [payload], "surface": [payload]})
    assert Alarm(show_table(table, caption=payload)._repr_html_()).found == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_reports_and_their_index_are_escaped(payload, tmp_path):
    from egovlib.report.index_page import render_index
    from egovlib.report.report_page import render_report

    record = {
        "notebook": payload, "run": payload, "status": "failed", "cell": 1, "error": payload, "seconds": 1.0,
        "started": payload, "parameters": {payload: payload}, "inputs": {payload: payload}, "figures": [],
    }  # fmt: skip
    cells = [nbformat.v4.new_markdown_cell("# 概况"), nbformat.v4.new_code_cell(f"print({payload!r})")]
    cells[1]["outputs"] = [nbformat.v4.new_output("stream", name="stdout", text=payload)]
    assert Alarm(render_report(nbformat.v4.new_notebook(cells=cells), record)).found == []
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "report.html").write_text("x", encoding="utf-8")
    assert Alarm(render_index(tmp_path)).found == []


# --- spreadsheets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv"])
def test_no_cell_of_an_extracted_csv_begins_a_formula(tmp_path, form):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = '=HYPERLINK("http://x/","概况")\n2013年概况\n+1个系统。\n-5%。\n@SUM(1)接入50个厅局。\n'
    (corpus / "a.txt").write_text(text, encoding="utf-8")
    (corpus / "register.csv").write_text("file,title,issuer\na.txt,=1+1,@某局\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["extract", str(corpus), "-o", str(tmp_path / "out"), "--format", form])
    assert result.exit_code == 0, result.output
    found = 0
    for path in sorted((tmp_path / "out").glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for cell in table.to_numpy().ravel():
            number = re.fullmatch(r"-?[\d.]+(?:[eE][-+]\d+)?", cell)
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (path.name, cell)
            found += cell.startswith("'")
    assert found >= 2


CSV_WRITERS = {"to_csv", "writer", "DictWriter"}


def test_every_csv_is_written_by_one_function():
    writers = [
        f"{path.relative_to(PACKAGE)}:{node.func.attr}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CSV_WRITERS
    ]
    assert writers == ["spreadsheets.py:to_csv"]


@pytest.mark.parametrize("cell", ["=1+1", "a\rb", "a\nb", "\r\n=1", 'a",b', "＝1", "'=1", " x ", "a\u2028b"])
def test_any_text_comes_back_from_a_csv_whole_and_runs_nothing(tmp_path, cell):
    table = pd.DataFrame({"a": [cell, "x"], cell: ["1", cell]})
    path = tmp_path / "a.csv"
    write_csv(table, path)
    read = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    assert unguard_frame(read).to_dict("split") == table.to_dict("split")
    assert not {
        text for text in (*read.columns, *read.to_numpy().ravel()) if text.startswith(("=", "＝", "\r"))
    }


def test_a_register_runs_nothing_and_is_read_as_it_was(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT.replace("50", "51"), encoding="utf-8")
    for name in ("a", "b"):  # the second rewrites the first's row
        add_document(
            tmp_path / f"{name}.txt", tmp_path / "mine", title='=HYPERLINK("x")', issuer="@某局\r甲处"
        )
    assert "\n=" not in (written := (tmp_path / "mine" / "register.csv").read_text(encoding="utf-8"))
    assert ",=" not in written.replace('"', "")
    assert ",@" not in written.replace('"', "")
    read = read_corpus(tmp_path / "mine")
    assert [(one.title, one.issuer) for one in read] == [('=HYPERLINK("x")', "@某局\r甲处")] * 2


def test_codings_run_nothing_and_are_read_as_they_were(tmp_path):
    from egovlib.analyse.quality.coded import read_codings

    codings = frames.build("codings", [("a", "-1", 0, 0, 4, "own", "=a", "Li", "@SUM(1)")])
    write_csv(codings, tmp_path / "codings.csv")
    assert ",=" not in (tmp_path / "codings.csv").read_text(encoding="utf-8-sig")
    assert frames.check("codings", read_codings(tmp_path / "codings.csv")).equals(codings)


# --- paths ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "doc", ["../evil", "/etc/passwd", "a/b", "..", ".hidden", "a\\b", "a\0b", "C:evil", "x" * 300]
)
def test_a_register_cannot_send_a_document_out_of_its_folder(tmp_path, doc):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "register.csv").write_text(f"doc,file\n{doc},a.txt\n", encoding="utf-8")
    corpus = read_corpus(tmp_path)
    assert len(corpus) == 0
    assert "cannot be a document's id" in corpus.failed[0][1]


def test_a_register_cannot_name_a_file_elsewhere(tmp_path):
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "register.csv").write_text("doc,file\ns,../secret.txt\n", encoding="utf-8")
    corpus = read_corpus(folder)
    assert [document.doc for document in corpus] == ["a"]
    assert "is not in" in corpus.failed[0][1]


@pytest.mark.skipif(os.name != "posix", reason="Windows lets few users make symbolic links")
def test_links_out_of_a_corpus_are_told_and_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.txt").write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "folder").symlink_to(elsewhere)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "gone.txt").symlink_to(folder / "never_was.txt")
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    corpus = read_corpus(folder)
    assert sorted(document.doc for document in corpus) == ["a", "inside"]
    told = dict(corpus.failed)
    assert {Path(source).name for source in told} == {"out.txt", "folder", "loop.txt", "gone.txt"}
    assert "is a symbolic link out of" in told[str(folder / "out.txt")]
    assert read_document(folder / "out.txt").doc == "out"  # who names a file means it
    (tmp_path / "by_link").symlink_to(folder)
    assert len(read_corpus(tmp_path / "by_link")) == 2  # and who names a folder


@pytest.mark.parametrize("name", ["../../evil.ipynb", "/tmp/evil.ipynb", "./00_start_here.ipynb", "evil"])
def test_a_batch_runs_notebooks_of_the_notebooks_folder_only(tmp_path, name):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), tmp_path / "evil.ipynb")
    batch = tmp_path / "b.csv"
    batch.write_text(f"notebook\n{name}\n{tmp_path / 'evil.ipynb'}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: there is no notebook") as said:
        run_batch(batch, output=tmp_path / "out")
    assert "line 3: there is no notebook" in str(said.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("run", ["../evil", "a/b", "/x", "..", ".", "a\\b", "a.part", "", "-" * 300 + "/"])
def test_the_name_of_a_run_cannot_lead_out_of_the_output_folder(tmp_path, run):
    with pytest.raises(ValueError, match="cannot name a folder"):
        run_notebook("00_start_here", output=tmp_path / "out", run=run)


# --- what the code may not do --------------------------------------------------------------------------------

FORBIDDEN_IMPORTS = {
    "pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml",
    "socket", "urllib.request", "http.client", "requests", "httpx", "urllib3", "ftplib", "smtplib",
}  # fmt: skip
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "__import__", "read_pickle", "to_pickle", "extractall", "extract_to", "system", "popen",
}  # fmt: skip


def test_data_is_never_code_and_nothing_opens_the_network():
    found = []
    for path in [*SOURCES, PACKAGE.parent / "bootstrap.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
            else:
                names = set()
            found += [f"{path.name}: import {name}" for name in names & FORBIDDEN_IMPORTS]
            found += [
                f"{path.name}: import {name}" for name in names if name.split(".")[0] in FORBIDDEN_IMPORTS
            ]
            if isinstance(node, ast.Call):
                of_module = isinstance(node.func, ast.Attribute)
                call = node.func.attr if of_module else getattr(node.func, "id", "")
                if call in FORBIDDEN_CALLS and not (call == "compile" and of_module):
                    found.append(f"{path.name}:{node.lineno} {call}()")
                for keyword in node.keywords:
                    if keyword.arg in ("shell", "allow_pickle") and getattr(keyword.value, "value", True):
                        found.append(f"{path.name}:{node.lineno} {keyword.arg}=")
    assert found == []


SEALED = """
import socket
plain = socket.socket.connect
def seal(self, address):
    local = self.family == getattr(socket, "AF_UNIX", None) or str(address[0]) in ("127.0.0.1", "::1", "localhost")
    if not local:
        open({log!r}, "a").write(f"{{address}}\\n")
        raise OSError("the network was asked for " + str(address))
    return plain(self, address)
def look_up(host, *more, **named):
    if host not in (None, "", "127.0.0.1", "::1", "localhost", b"localhost", b"127.0.0.1"):
        open({log!r}, "a").write(f"{{host}}\\n")
        raise OSError("a name was looked up: " + str(host))
    return resolve(host, *more, **named)
resolve, socket.getaddrinfo = socket.getaddrinfo, look_up
class Sealed(socket.socket):
    connect = seal
    connect_ex = seal
socket.socket = Sealed
"""


def test_nothing_asks_the_network_while_it_runs(tmp_path):
    log = tmp_path / "asked"
    (tmp_path / "sitecustomize.py").write_text(SEALED.format(log=str(log)), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "no_proxy": "*"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, encoding="utf-8", cwd=tmp_path
        )

    asked = run("-c", "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)")
    assert "192.0.2.1" in asked.stderr
    assert log.exists()  # the seal holds
    log.unlink()

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(TEXT, encoding="utf-8")
    (corpus / "b.html").write_text(
        f"<html><link href='http://192.0.2.1/x.css'><img src='http://192.0.2.1/x'><p>{TEXT}</p></html>",
        encoding="utf-8",
    )
    command = ("-m", "egovlib.cli")
    made = run(*command, "extract", str(corpus), "-o", "out")
    assert made.returncode == 0, made.stderr
    shown = run(*command, "show", str(corpus / "a.txt"), "--html", "a.html")
    assert shown.returncode == 0, shown.stderr
    for words in (
        ("export", "package", "--corpus", str(corpus)),
        (
            "review",
            "export",
            "--kind",
            "quantities",
            "--corpus",
            str(corpus),
            "--coder",
            "Li",
            "-o",
            "review",
        ),
        ("codebook", "check", str(PACKAGE / "codebook" / "indicators.csv")),
        ("doctor",),
    ):
        done = run(*command, *words)
        assert done.returncode in (0, 1), (words, done.stderr)  # doctor may find something
        assert "Traceback" not in done.stderr
    fixture = Path(__file__).parent / "notebooks" / "ends_well.ipynb"
    reported = run(*command, "run", str(fixture), "-o", "figures")
    assert reported.returncode == 0, reported.stderr
    assert not log.exists(), log.read_text(encoding="utf-8")
