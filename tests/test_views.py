"""What JupyterLab shows of documents, corpora and results: text, tables, no script, nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import egovlib as eg
from egovlib.documents import Corpus, Document, read_document, read_text
from egovlib.report import views

NASTY = "<script>alert(\"1\")</script> & 'x'"
RAW = (
    "某市规划\n一、网络\n截至2015年底，建成政务外网，接入率近６０％。\n"
    "二、任务\n到2020年，网上办理率达到95%以上。\n"
)


@pytest.fixture
def document() -> Document:
    return read_text(RAW, doc="own", title=NASTY)


def without_style(text: str) -> str:
    return re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def check_alone(text: str) -> None:
    """No script, no handler, nothing loaded, and no anchor that a second view of the notebook would have too."""
    assert not re.search(r"<(script|iframe|object|link|form)\b", text)
    assert not re.search(r"<[^>]*\s(on\w+|id)=", text)
    assert not re.search(r"https?://|@import|url\(", text)


@pytest.mark.parametrize(("lang", "words"), [("zh", "实际数量"), ("en", "actual quantities")])
def test_document_is_shown_with_everything_found(document: Document, lang: str, words: str) -> None:
    text = views.show_document(document, lang=lang).text
    check_alone(text)
    assert words in text
    assert {"actual", "target", "system", "theme"} <= set(re.findall(r'<mark class="(\w+)" data-tip', text))
    assert re.search(r'<input type="checkbox" class="system" checked>', text)
    assert "近６０％" in text.split('<details class="whole">')[1], "the raw text is one click away"
    assert "&lt;script&gt;" in text


def test_document_without_the_style_still_reads(document: Document) -> None:
    """JupyterLab leaves the style out of a notebook that is not trusted."""
    text = without_style(document._repr_html_())
    plain = re.sub(r"<[^>]+>", "", text)
    assert "建成政务外网，接入率近60%。" in plain
    assert "笔记本未受信任" in plain
    assert "95% · 不少于" in plain, "the table says what the tooltips do"


def test_long_document_is_cut_and_says_so() -> None:
    n = views.MOST_SENTENCES
    document = read_text("".join(f"第{i}句有{i}项。\n" for i in range(1, n + 50)), doc="long")
    text = document._repr_html_()
    assert f"第{n}句" in text
    assert f"第{n + 1}句" not in text
    assert f"前 {n} 句" in text


def test_document_without_findings() -> None:
    check_alone(read_text("。", doc="empty")._repr_html_())


def test_web_page_shows_its_text_not_its_source(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<html><body><p>网上办理率达<b>95</b>&#37;。</p></body></html>", encoding="utf-8")
    text = read_document(file)._repr_html_()
    assert re.search(r'<mark class="actual"[^>]*>95%</mark>', text)
    assert "&lt;b&gt;95&lt;/b&gt;&amp;#37;" in text.split('<details class="whole">')[1]


def test_corpus_lists_documents_and_failures(document: Document) -> None:
    text = Corpus([document], [("bad.pdf", "it is damaged")], name="mine")._repr_html_()
    check_alone(text)
    assert "&lt;script&gt;" in text
    assert "bad.pdf" in text
    assert "1 份文件" in text


def test_links_only_to_pages_that_stand(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    assert "<a href" not in document._repr_html_()
    eg.write_document_pages(Corpus([document]))
    assert re.search(r'<a href="documents/own.html#s\d+">', document._repr_html_())
    assert '<a href="documents/own.html">' in Corpus([document])._repr_html_()


def test_language_of_views(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGOVLIB_LANG", "en")
    assert "What was found" in document._repr_html_()
    monkeypatch.setenv("EGOVLIB_LANG", "klingon")
    assert "找到的内容" in document._repr_html_()
    with pytest.raises(ValueError, match="choose zh or en"):
        views.show_document(document, lang="klingon")


def test_results_have_views(embedded: Corpus) -> None:
    codings = eg.code_themes(embedded)
    two = eg.compare_periods(embedded, codings, a="fyp12", b="fyp13", by="topic")
    several = eg.compare_groups(embedded, codings, groups=["fyp12", "fyp13", "fyp14"], by="topic")
    words = eg.compare_words(embedded, a="fyp12", b="fyp13")
    scores = eg.score_regions(eg.read_panel("un_egdi"), "un_egdi")
    for result in (two, several, words, scores):
        text = result._repr_html_()
        assert not re.search(r"<script|https?://", text)
        assert "<th" in text
        assert "nan" not in re.sub(r"<[^>]+>", " ", text).lower().split()
    assert "%" in two._repr_html_()


def test_nothing_of_the_report_is_loaded_before_something_is_shown() -> None:
    code = (
        "import sys, egovlib.documents as d; d.read_text('一。'); assert 'egovlib.report' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
