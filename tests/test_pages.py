"""Pages: what stands in them, that text stays text, and that every link lands."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from egovlib import frames
from egovlib.documents import Corpus, read_text
from egovlib.report import pages

NASTY = "<script>alert(\"1\")</script> & 'x'"
RAW = (
    "某市“十三五”信息化规划\n"
    "一、“十二五”回顾\n"
    "截至2015年底，网上办理率近６０％。全年受理<b>12件</b>。\n"
    "二、主要任务\n"
    "到2020年，行政村覆盖率达到95%以上。\n"
)


class Page(HTMLParser):
    """The tags, ids, links and text of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(str(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]

    def check(self) -> Page:
        """No scripts, nothing loaded from elsewhere, ids used once, every local anchor there."""
        names = {tag for tag, _ in self.tags}
        assert not names & {"script", "iframe", "object", "link", "form"}
        assert not [name for _, attrs in self.tags for name in attrs if name.startswith("on")]
        assert not [
            url for url in self.values("src") if re.match(r"\w+:", url) and not url.startswith("data:")
        ]
        ids = self.values("id")
        assert len(ids) == len(set(ids))
        missing = {url for url in self.values("href") if url.startswith("#")} - {f"#{name}" for name in ids}
        assert not missing
        return self


def sample(**known: Any) -> Any:
    return read_text(RAW, doc="some-city", **known)


def quantities() -> pd.DataFrame:
    document = sample()
    rows = []
    for surface, value, unit, approx, status in (
        ("近６０％", 60.0, "%", "nearly", "actual"),
        ("12件", 12.0, "件", "exact", "actual"),
        ("95%以上", 95.0, "%", "at_least", "target"),
    ):
        start = RAW.index(surface)
        place = next(s for s in document.sentences if s.start <= start < s.end)
        rows.append(
            ("some-city", start, start + len(surface), surface, value, None, None, None, unit, approx, "level",
             status, "2015", "city", NASTY, "services", place.section, place.sentence)
        )  # fmt: skip
    return frames.build("quantities", rows)


def codings() -> pd.DataFrame:
    return frames.build(
        "codings", [("some-city", "1", 3, 0, 5, "no_such_scheme", NASTY, "dictionary", "网上|办理")]
    )


# --- documents --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_document_page_has_every_sentence_once_and_marks_every_quantity(lang: str) -> None:
    document = sample(title=NASTY)
    page = Page(pages.render_document(document, quantities(), codings(), lang=lang)).check()
    anchors = [name for name in page.values("id") if re.fullmatch(r"s\d+", name)]
    assert anchors == [f"s{s.sentence}" for s in document.sentences]
    assert {f"section-{s.section}" for s in document.sections} <= set(page.values("id"))
    marks = [attrs for tag, attrs in page.tags if tag == "mark" and attrs.get("title")]
    assert [mark["class"] for mark in marks].count("target") == 1
    assert any("60%" in str(mark["title"]) for mark in marks)
    assert NASTY in page.words


def test_document_page_shows_repaired_text_with_the_published_one_a_click_away() -> None:
    text = pages.render_document(sample(), quantities())
    assert re.search(r'<mark class="actual"[^>]*>近60%</mark>', text)
    assert re.search(r'<span class="original">.*?<mark class="actual"[^>]*>近６０％</mark>', text, re.DOTALL)
    assert "&lt;b&gt;<mark" in text
    # punctuation stays as published, and a sentence that needed no other repair is shown once
    assert text.count("到2020年，行政村覆盖率达到") == 2  # in its place and in the whole text as published
    assert re.search(r'<mark class="target"[^>]*>95%以上</mark>', text)


def test_document_page_without_findings_and_without_text() -> None:
    Page(pages.render_document(sample())).check()
    empty = frames.build("quantities", [])
    Page(pages.render_document(read_text("。", doc="almost-empty"), empty)).check()


def test_marks_that_overlap_or_lie_outside_lose_no_text() -> None:
    marks = [pages.Mark(0, 2, "a"), pages.Mark(1, 3, "b"), pages.Mark(3, 9, "c")]
    assert pages.mark_text("一二三四", marks) == '<mark class="a">一二</mark>三四'


def test_document_pages_are_written_with_a_list_that_links_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    corpus = Corpus([sample(title=NASTY), read_text("另一份。", doc="other")])
    index = pages.write_document_pages(corpus, quantities=quantities())
    assert index == tmp_path / "documents" / "index.html"
    links = Page(index.read_text(encoding="utf-8")).check().values("href")
    assert links == ["some-city.html", "other.html"]
    target, anchor = re.search(r'href="([^"#]+)#(s\d+)"', pages.sentence_link("some-city", 3, "x")).groups()
    assert f'id="{anchor}"' in (tmp_path / target).read_text(encoding="utf-8")


def test_links_in_a_notebook_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EGOVLIB_OUTPUT", raising=False)
    for folder in ("notebooks", "egovlib"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    link = pages.sentence_link("a", 7, NASTY)
    assert link.startswith('<a href="../figures/interactive/documents/a.html#s7">')
    assert "<script" not in link
    assert not (tmp_path / "figures").exists()


# --- tables -----------------------------------------------------------------------------------------------


def test_table_reads_well_and_links_to_sentences(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    page = Page(pages.show_table(quantities(), caption=NASTY, n=2)._repr_html_())
    assert {"documents/some-city.html", "documents/some-city.html#s3"} <= set(page.values("href"))
    for words in ("数值", "实际", "公共服务", "共 3 行，显示前 2 行。", NASTY):
        assert words in page.words
    assert "数值上端" not in page.words  # no row has one
    assert "script" not in {tag for tag, _ in page.tags}
    english = Page(pages.show_table(quantities(), lang="en", links=False)._repr_html_())
    assert "as written" in english.words
    assert not english.values("href")


def test_table_formats_shares_points_p_values_and_gaps() -> None:
    frame = pd.DataFrame(
        {
            "name_zh": ["门户", None],
            "share_a": [0.125, None],
            "difference": [-0.05, 0.0],
            "p": [0.0301, 0.00001],
            "sentences_a": pd.array([1234, None], dtype="Int64"),
            "year": pd.array([2013, None], dtype="Int64"),
        }
    )
    cells = re.findall(r"<td[^>]*>(.*?)</td>", pages.show_table(frame)._repr_html_())
    assert cells[:6] == ["门户", "12.5%", "−5.0", ".030", "1,234", "2013"]
    assert cells[6:] == ["–", "–", "+0.0", "&lt;.001", "–", "–"]


def test_table_names_an_unknown_column() -> None:
    with pytest.raises(ValueError, match="no column 'colour'; it has"):
        pages.show_table(quantities(), columns=["colour"])


def evidence() -> pd.DataFrame:
    rows = [
        ("fyp12", "some-city", 3, "网上&办理率", None),
        ("fyp13", "some-city", 5, "覆盖", "<i>覆盖率</i>"),
    ]
    return pd.DataFrame(rows, columns=["period", "doc", "sentence", "evidence", "text"])


def test_evidence_marks_its_terms_and_takes_text_from_the_corpus() -> None:
    text = pages.show_evidence(evidence(), Corpus([sample()]), code="online")._repr_html_()
    page = Page(text).check()
    assert {"evidence-online-fyp12", "evidence-online-fyp13"} <= set(page.values("id"))
    assert '<mark class="term">网上</mark>' in text
    assert '&lt;i&gt;<mark class="term">覆盖</mark>率' in text
    with pytest.raises(ValueError, match="give the corpus"):
        pages.show_evidence(evidence())


def test_comparison_numbers_lead_to_their_sentences() -> None:
    table = pd.DataFrame(
        {
            "code": ["online", "none"], "name_zh": ["网上", None], "name_en": ["online", None],
            "share_a": [0.1, 0.0], "share_b": [0.2, 0.0], "difference": [0.1, 0.0], "low": [0.0, None],
            "high": [0.2, None], "p": [0.3, None], "q": [0.4, None], "verdict": ["no difference shown"] * 2,
            "sentences_a": [1, 0], "sentences_b": [1, 0],
        }
    )  # fmt: skip
    comparison: Any = SimpleNamespace(
        table=table,
        notes=[NASTY],
        call={"a": "fyp12", "b": "fyp13"},
        evidence=lambda code: evidence().assign(text="句"),
    )
    page = Page(pages.show_comparison(comparison)._repr_html_()).check()
    assert {"#evidence-online-fyp12", "#evidence-online-fyp13"} <= set(page.values("href"))
    assert "[+0.0, +20.0]" in page.words
    assert "未见差异" in page.words
    assert NASTY in page.words


# --- reports ----------------------------------------------------------------------------------------------


def notebook(title: str = "# 比较 <script>x</script>") -> nbformat.NotebookNode:
    table = {"text/html": pages.show_table(quantities())._repr_html_()}
    cells = [
        v4.new_markdown_cell(title.replace("<", "&lt;")),
        v4.new_markdown_cell("## 表\n\n话"),
        v4.new_code_cell("eg.show()", outputs=[v4.new_output("display_data", data=table)], execution_count=1),
        v4.new_markdown_cell("## 再看 一遍"),
        v4.new_code_cell("print(1)", outputs=[v4.new_output("stream", text=NASTY)], execution_count=2),
        v4.new_code_cell(
            "1 / 0", outputs=[v4.new_output("error", ename="E", evalue=NASTY, traceback=[NASTY])]
        ),
    ]
    return v4.new_notebook(cells=cells)


def record(**changes: Any) -> dict[str, Any]:
    return {
        "notebook": "06_compare_periods", "run": "r", "status": "ok", "cell": None, "error": None,
        "seconds": 1.5, "parameters": {"period_a": "fyp12", "note": NASTY}, "started": "2026-01-02T03:04:05+00:00",
        "python": "3.11", "packages": {"pandas": "3"}, "git": None, "codebook": "c" * 64,
        "inputs": {"a.txt": "f" * 64}, "seed": 1, "figures": ["shares"], **changes,
    }  # fmt: skip


def test_report_stands_alone_and_says_where_it_came_from() -> None:
    text = pages.render_report(notebook(), record())
    page = Page(text).check()
    assert page.words.count(NASTY) >= 3
    for words in ("fyp12", "c" * 64, "a.txt", "f" * 64, "06_compare_periods", "pandas = 3"):
        assert words in page.words
    assert {"shares.svg", "shares.png", "shares.csv", "report.ipynb", "run.json"} <= set(page.values("href"))
    assert "default-src 'none'" in text
    contents = [unquote(url) for url in page.values("href") if url.startswith("#")]
    assert {"#表", "#再看-一遍"} <= set(contents)
    assert 'role="alert"' not in text


def test_report_of_a_failed_run_opens_with_the_cell_and_the_error() -> None:
    text = pages.render_report(notebook(), record(status="failed", cell=3, error=NASTY))
    page = Page(text).check()
    before = text[: text.index("<main>")]
    assert "[3]" in before
    assert "&lt;script&gt;" in before
    assert "失败" in before
    english = pages.render_report(
        notebook(), record(status="incomplete", cell=None, error=None, parameters={"lang": "en"})
    )
    assert "This run did not finish" in english
    assert page.words.count("eg.show") == 1  # the code is there, folded away by the style


def test_report_without_a_title_takes_the_notebooks_name() -> None:
    page = pages.render_report(v4.new_notebook(), {"notebook": "x", "parameters": {"lang": "klingon"}})
    assert "<h1>x</h1>" in page


def test_index_lists_every_run_and_survives_a_broken_one(tmp_path: Path) -> None:
    for name, run in {
        "06 比较": record(),
        "06.failed": record(status="failed", cell=2, error=NASTY),
        "x.part": record(),
        "y.old": record(),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
        (folder / "report.html").write_text(pages.render_report(notebook(), run), encoding="utf-8")
        (folder / "shares.png").write_bytes(b"png")
    for name, text in (("broken", "{"), ("list", "[]"), ("empty", "{}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(text)
    page = Page(pages.render_index(tmp_path)).check()
    reports = [unquote(url) for url in page.values("href") if url.endswith("report.html")]
    assert set(reports) == {f"{n}/report.html" for n in ("06 比较", "06.failed", "broken", "list", "empty")}
    assert {unquote(src) for src in page.values("src")} == {"06 比较/shares.png", "06.failed/shares.png"}
    assert "比较 <script>x</script>" in page.words
    assert "[2]" in page.words
    assert NASTY in page.words
    assert "5 份报告" in page.words
    assert "4 份没有完成" in page.words


def test_index_of_an_empty_folder_says_what_to_run(tmp_path: Path) -> None:
    assert "egovlib report" in pages.render_index(tmp_path, lang="en")
