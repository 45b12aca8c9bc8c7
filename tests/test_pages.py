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
from hypothesis import given
from hypothesis import strategies as st
from nbformat import v4

import egovlib
from egovlib import frames
from egovlib.analyse.notes import Note
from egovlib.documents import Corpus, read_document, read_text
from egovlib.report.document_page import render_document, write_document_pages
from egovlib.report.evidence import show_comparison, show_evidence
from egovlib.report.index_page import render_index
from egovlib.report.links import sentence_link
from egovlib.report.markdown import show_conclusion
from egovlib.report.marks import Mark, mark_text
from egovlib.report.methods import describe_method, find_methods
from egovlib.report.report_page import render_report
from egovlib.report.tables_html import show_table

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
    page = Page(render_document(document, quantities(), codings(), lang=lang)).check()
    anchors = [name for name in page.values("id") if re.fullmatch(r"s\d+", name)]
    assert anchors == [f"s{s.sentence}" for s in document.sentences]
    assert {f"section-{s.section}" for s in document.sections} <= set(page.values("id"))
    marks = [attrs for tag, attrs in page.tags if tag == "mark" and attrs.get("data-tip")]
    assert [mark["class"] for mark in marks].count("target") == 1
    assert any("60%" in str(mark["data-tip"]) for mark in marks)
    assert NASTY in page.words


def test_document_page_shows_repaired_text_with_the_published_one_a_click_away() -> None:
    text = render_document(sample(), quantities())
    assert re.search(r'<mark class="actual"[^>]*>近60%</mark>', text)
    assert re.search(r'<span class="original">.*?<mark class="actual"[^>]*>近６０％</mark>', text, re.DOTALL)
    assert "&lt;b&gt;<mark" in text
    # punctuation stays as published, and a sentence that needed no other repair is shown once
    assert text.count("到2020年，行政村覆盖率达到") == 2  # in its place and in the whole text as published
    assert re.search(r'<mark class="target"[^>]*>95%以上</mark>', text)


def test_document_page_without_findings_and_without_text() -> None:
    Page(render_document(sample())).check()
    empty = frames.build("quantities", [])
    Page(render_document(read_text("。", doc="almost-empty"), empty)).check()


def test_document_page_marks_systems_and_themes() -> None:
    document = read_text("一、网络\n建成政务外网，接入单位95家。", doc="own")
    text = render_document(document, lang="en")
    page = Page(text).check()
    kinds = {attrs["class"] for tag, attrs in page.tags if tag == "mark" and attrs.get("data-tip")}
    assert kinds == {"actual", "system", "theme"}
    assert re.search(r'<mark class="system" data-tip="[^"]*network · \w+', text)
    bare = render_document(document, *(frames.build(t, []) for t in ("quantities", "codings")),
                           systems=frames.build("systems", []))  # fmt: skip
    assert "data-tip" not in re.sub(r"<style>.*?</style>", "", bare, flags=re.DOTALL)


def test_document_page_of_a_web_page_shows_its_text_and_keeps_the_source(tmp_path: Path) -> None:
    source = "<html><body><h1>某市规划</h1><p>到2020年，网上办理率达<b>95</b>&#37;。</p><p>另一段。</p></body></html>"
    file = tmp_path / "plan.html"
    file.write_text(source, encoding="utf-8")
    text = render_document(read_document(file))
    assert re.search(r'<mark class="target"[^>]*>95%</mark>', text)
    assert re.search(r'<span class="original">.*?&lt;b&gt;.*?</span>', text, re.DOTALL)
    assert "网页源代码" in text
    assert text.count('<div class="paragraph">') >= 2
    Page(text).check()


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(0, 2, "a"), (1, 3, "b")], '<mark class="a">一二</mark><mark class="b">三</mark>四'),
        ([(0, 3, "a"), (1, 2, "b")], '<mark class="a">一<mark class="b">二</mark>三</mark>四'),
        ([(0, 3, "a"), (0, 3, "b")], '<mark class="a"><mark class="b">一二三</mark></mark>四'),
        (
            [(0, 2, "a"), (1, 4, "b"), (1, 3, "c")],
            '<mark class="a">一二</mark><mark class="b"><mark class="c">三</mark>四</mark>',
        ),
        ([(3, 9, "c"), (-1, 1, "d")], "一二三四"),
    ],
)  # fmt: skip
def test_marks_that_overlap_or_lie_outside_lose_no_text(
    places: list[tuple[int, int, str]], expected: str
) -> None:
    assert mark_text("一二三四", [Mark(*place) for place in places]) == expected


@given(st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 12)), max_size=8))
def test_marked_text_is_well_formed_and_whole(places: list[tuple[int, int]]) -> None:
    text = "甲乙丙丁戊己庚辛壬癸"
    marked = mark_text(text, [Mark(start, end, "a", f"{start}") for start, end in places])
    assert re.sub("<[^>]+>", "", marked) == text
    depth = 0
    for tag in re.findall("<(/?)mark", marked):
        depth += -1 if tag else 1
        assert depth >= 0
    assert depth == 0


def test_document_pages_are_written_with_a_list_that_links_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    corpus = Corpus([sample(title=NASTY), read_text("另一份。", doc="other")])
    index = write_document_pages(corpus, quantities=quantities())
    assert index == tmp_path / "documents" / "index.html"
    links = Page(index.read_text(encoding="utf-8")).check().values("href")
    assert links == ["some-city.html", "other.html"]
    target, anchor = re.search(r'href="([^"#]+)#(s\d+)"', sentence_link("some-city", 3, "x")).groups()
    assert f'id="{anchor}"' in (tmp_path / target).read_text(encoding="utf-8")


def test_links_in_a_notebook_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EGOVLIB_OUTPUT", raising=False)
    for folder in ("notebooks", "egovlib"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    link = sentence_link("a", 7, NASTY)
    assert link.startswith('<a href="../figures/interactive/documents/a.html#s7">')
    assert "<script" not in link
    assert not (tmp_path / "figures").exists()


# --- tables -----------------------------------------------------------------------------------------------


def test_table_reads_well_and_links_to_sentences(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    page = Page(show_table(quantities(), caption=NASTY, n=2)._repr_html_())
    assert {"documents/some-city.html", "documents/some-city.html#s3"} <= set(page.values("href"))
    for words in ("数值", "实际", "公共服务", "共 3 行，显示前 2 行。", NASTY):
        assert words in page.words
    assert "数值上端" not in page.words  # no row has one
    assert re.search(r'#s3">60%</a>', show_table(quantities())._repr_html_()), (
        "a number, its unit, its sentence"
    )
    assert "script" not in {tag for tag, _ in page.tags}
    english = Page(show_table(quantities(), lang="en", links=False)._repr_html_())
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
    cells = re.findall(r"<td[^>]*>(.*?)</td>", show_table(frame)._repr_html_())
    assert cells[:6] == ["门户", "12.5%", "−5.0", ".030", "1,234", "2013"]
    assert cells[6:] == ["–", "–", "+0.0", "&lt;.001", "–", "–"]


def test_table_of_a_notebook_unfolds_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EGOVLIB_OUTPUT", raising=False)
    corpus = Corpus([sample()])
    text = show_table(quantities(), corpus=corpus).text
    assert re.search(r"<summary>60%</summary>截至2015年底.*?#s3\">some-city #3</a>", text)
    elsewhere = Corpus([read_text("另一份。", doc="other")])
    assert 'egov-cite"' not in show_table(quantities(), corpus=elsewhere).text, (
        "a link where there is no sentence"
    )
    monkeypatch.setenv("EGOVLIB_OUTPUT", "here")
    assert 'egov-cite"' not in show_table(quantities(), corpus=corpus).text, "a report has the page beside it"


def test_table_lines_decimals_up_and_puts_codes_into_words() -> None:
    frame = pd.DataFrame(
        {
            "measure": ["precision", "own"], "score": [0.98, 0.9961], "region": ["430000", "110000"],
            "repairs": ["hard_wraps 35; width 2", None], "surface": ["10&nbsp;个", "1"], "doc": ["a_b", "c"],
        }
    )  # fmt: skip
    page = Page(show_table(frame).text)
    for words in (
        "准确率",
        "own",
        "0.9800",
        "0.9961",
        "湖南省",
        "地区",
        "合并硬换行 35；全角转半角 2",
        "10\xa0个",
    ):
        assert words in page.words
    assert "wbr" in {tag for tag, _ in page.tags}
    assert "（无）" in Page(show_table(frame.head(0)).text).words
    assert "Half · here" in show_table(frame, caption="Half · here").text
    assert ">Here<" in show_table(frame, caption="此处 · Here", lang="en").text


def test_table_names_an_unknown_column() -> None:
    with pytest.raises(ValueError, match="no column 'colour'; it has"):
        show_table(quantities(), columns=["colour"])


def evidence() -> pd.DataFrame:
    rows = [
        ("fyp12", "some-city", 3, "网上&办理率", None),
        ("fyp13", "some-city", 5, "覆盖", "<i>覆盖率</i>"),
    ]
    return pd.DataFrame(rows, columns=["period", "doc", "sentence", "evidence", "text"])


def test_evidence_marks_its_terms_and_takes_text_from_the_corpus() -> None:
    text = show_evidence(evidence(), Corpus([sample()]), code="online")._repr_html_()
    page = Page(text).check()
    assert {"evidence-online-fyp12", "evidence-online-fyp13"} <= set(page.values("id"))
    assert '<mark class="term">网上</mark>' in text
    assert '&lt;i&gt;<mark class="term">覆盖</mark>率' in text
    with pytest.raises(ValueError, match="give the corpus"):
        show_evidence(evidence())


def test_comparison_numbers_lead_to_their_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", "here")
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
        notes=[Note(NASTY, NASTY)],
        call={"a": "fyp12", "b": "fyp13"},
        evidence=lambda code: evidence().assign(text="句"),
    )
    page = Page(show_comparison(comparison)._repr_html_()).check()
    assert {"#evidence-online-fyp12", "#evidence-online-fyp13"} <= set(page.values("href"))
    assert "[+0.0, +20.0]" in page.words
    assert "未见差异" in page.words
    assert NASTY in page.words


# --- reports ----------------------------------------------------------------------------------------------


def notebook(title: str = "# 比较 <script>x</script>") -> nbformat.NotebookNode:
    table = {"text/html": show_table(quantities())._repr_html_()}
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
    text = render_report(notebook(), record())
    page = Page(text).check()
    assert page.words.count(NASTY) >= 3
    for words in ("十二五", "c" * 64, "a.txt", "f" * 64, "06_compare_periods", "pandas = 3"):
        assert words in page.words
    assert {"shares.svg", "shares.png", "shares.csv", "report.ipynb", "run.json"} <= set(page.values("href"))
    assert "default-src 'none'" in text
    contents = [unquote(url) for url in page.values("href") if url.startswith("#")]
    assert {"#表", "#再看-一遍"} <= set(contents)
    assert 'role="alert"' not in text


def test_report_of_a_failed_run_opens_with_the_cell_and_the_error() -> None:
    text = render_report(notebook(), record(status="failed", cell=3, error=NASTY))
    page = Page(text).check()
    before = text[: text.index("<main>")]
    assert "[3]" in before
    assert "&lt;script&gt;" in before
    assert "失败" in before
    english = render_report(
        notebook(), record(status="incomplete", cell=None, error=None, parameters={"lang": "en"})
    )
    assert "This run did not finish" in english
    assert page.words.count("eg.show") == 1  # the code is there, folded away by the style
    assert "2/3 个代码单元" in before
    assert "已存的图：shares" in before
    assert "<details><summary>出错的经过" in text, "Python's own account is folded away"


def test_report_names_the_methods_it_used() -> None:
    cells = [v4.new_code_cell("eg.compare_periods(corpus)\neg.no_such_verb()")]
    page = Page(render_report(v4.new_notebook(cells=cells), record())).check()
    assert "compare_periods" in page.words
    assert "no_such_verb" not in page.words.split("方法")[-1]
    assert "#methods" in page.values("href")


def test_long_titles_and_quotes_stay_text_everywhere(tmp_path: Path) -> None:
    title = (NASTY + "”“'\"题" * 60)[:200]
    document = sample(title=title)
    head = Page(render_document(document)).check()
    assert title in head.words
    text = show_table(Corpus([document]).documents)._repr_html_()
    assert title in Page(text).words
    run = tmp_path / "r"
    run.mkdir()
    (run / "run.json").write_text(json.dumps(record()), encoding="utf-8")
    escaped = title.replace("<", "&lt;")
    (run / "report.html").write_text(render_report(notebook("# " + escaped), record()), encoding="utf-8")
    assert title in Page(render_index(tmp_path)).check().words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report_speaks_the_language_asked_for(lang: str) -> None:
    words = "# 05 指标 · Indicators\n\n**问题：哪些？**\n\n*Which?*\n\n## 得分 · Scores\n\n只此一种。"
    cells = [v4.new_markdown_cell(words), v4.new_code_cell("eg.find_quantities(corpus)")]
    text = render_report(v4.new_notebook(cells=cells), record(parameters={"lang": lang, "period_a": "fyp12"}))
    page = Page(text).check()
    zh = ("05 指标", "问题：哪些？", "逐句找出数量", "甲期：十二五")
    en = ("05 Indicators", "Which?", "The quantities of", "12th FYP")
    assert all(word in page.words for word in (zh if lang == "zh" else en))
    assert not any(word in page.words for word in (en if lang == "zh" else zh))
    assert "只此一种。" in page.words, "what has no twin stays"


def test_markdown_from_a_document_cannot_do_anything() -> None:
    bad = f"- {NASTY} <img src=x onerror=alert(1)> [x](javascript:alert(1)) <iframe src=y></iframe>"
    shown = [show_conclusion(bad).text, v4.new_output("display_data", data={"text/markdown": bad})]
    cells = [
        v4.new_code_cell("x", outputs=[v4.new_output("display_data", data={"text/html": shown[0]})]),
        v4.new_code_cell("y", outputs=[shown[1]]),
        v4.new_markdown_cell(f"## {bad}"),
    ]
    page = Page(render_report(v4.new_notebook(cells=cells), record())).check()
    assert not [url for url in page.values("href") if url.startswith("javascript:")]
    assert NASTY in Page(shown[0]).words, "in a conclusion it stays text"


def test_every_verb_that_computes_has_words_for_the_methods_box() -> None:
    shows = ("plot_", "show_", "write_", "save_", "use_", "run_", "export_", "redraw_")
    aside = {"Corpus", "Document", "frames", "sentence_link", "system_names"}
    verbs = {name for name in egovlib.__all__ if not name.startswith(shows)} - aside
    missing = {name for name in verbs if not describe_known(name)}
    assert not missing
    assert all("`" not in describe_method(name, "en") for name in verbs)


def describe_known(name: str) -> bool:
    cells = [v4.new_code_cell(f"eg.{name}()")]
    return bool(find_methods(v4.new_notebook(cells=cells)))


def test_report_without_a_title_takes_the_notebooks_name() -> None:
    page = render_report(v4.new_notebook(), {"notebook": "x", "parameters": {"lang": "klingon"}})
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
        (folder / "report.html").write_text(render_report(notebook(), run), encoding="utf-8")
        (folder / "shares.png").write_bytes(b"png")
    for name, text in (("broken", "{"), ("list", "[]"), ("empty", "{}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(text)
    page = Page(render_index(tmp_path)).check()
    reports = [unquote(url) for url in page.values("href") if url.endswith("report.html")]
    assert set(reports) == {f"{n}/report.html" for n in ("06 比较", "06.failed")}, "only to what stands"
    assert {unquote(src) for src in page.values("src")} == {"06 比较/shares.png", "06.failed/shares.png"}
    assert "比较 <script>x</script>" in page.words
    assert "[2]" in page.words
    assert NASTY in page.words
    assert "5 份报告" in page.words
    assert "4 份没有完成" in page.words


def test_index_is_in_english_where_all_reports_are(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        run = record(parameters={"lang": "en"})
        (tmp_path / name / "run.json").write_text(json.dumps(run), encoding="utf-8")
    assert "2 reports" in render_index(tmp_path)
    (tmp_path / "b" / "run.json").write_text(json.dumps(record(parameters={"lang": "zh"})), encoding="utf-8")
    assert "2 份报告" in render_index(tmp_path)


def test_index_of_an_empty_folder_says_what_to_run(tmp_path: Path) -> None:
    assert "egovlib report" in render_index(tmp_path, lang="en")
