"""What JupyterLab shows of a document, a corpus and a result: text and tables for reading, without any script.

Each object's `_repr_html_` comes here, so that nothing of the report is loaded before something is shown. The
language is Chinese; EGOVLIB_LANG=en in the environment makes it English, and the `show_` verbs take `lang`.
Colours and filters are a style that JupyterLab leaves out of a notebook that is not trusted: the text and the
table of what was found remain.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from egovlib.report.document_page import Found, find_all, is_web_page, lay_out_text, rows_of, tell_repairs
from egovlib.report.evidence import show_comparison
from egovlib.report.labels import LANGUAGES, check_language, heading, write_note
from egovlib.report.links import page_path, sentence_link
from egovlib.report.marks import KINDS, describe_quantity, describe_system, name_code
from egovlib.report.tables_html import show_table, write_cell
from egovlib.report.templating import Html, render_template

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.comparisons import Comparison
    from egovlib.analyse.groups import GroupComparison
    from egovlib.analyse.scores import Scores
    from egovlib.analyse.wording import WordComparison
    from egovlib.documents import Corpus, Document

MOST_SENTENCES: Final = 400
"""Sentences shown of one document: all 29 documents of the embedded corpus and 187 of 258 real ones fit whole."""
ROWS: Final = 20
"""Rows of a table that a view shows; the table itself has them all."""


def default_language() -> str:
    """Return the language of views that are not asked for one: EGOVLIB_LANG, else zh."""
    lang = os.environ.get("EGOVLIB_LANG", "zh")
    return lang if lang in LANGUAGES else "zh"


def show_document(
    document: Document,
    quantities: pd.DataFrame | None = None,
    codings: pd.DataFrame | None = None,
    *,
    systems: pd.DataFrame | None = None,
    lang: str | None = None,
) -> Html:
    """Show a document in a notebook: its text with quantities, systems and themes marked, filters, the raw text.

    What is not given is found here. Of a long document the first `MOST_SENTENCES` sentences are shown, with
    what was found in them and the raw text up to there; `write_document_pages` writes the whole.

    >>> from egovlib.documents import read_text
    >>> view = show_document(read_text("截至2013年底，网上办理率达到95%。"), lang="en")
    >>> '<mark class="actual" data-tip="95% · exact · level · actual' in view.text
    True
    """
    lang = lang or default_language()
    found = find_all(document, quantities, codings, systems)
    shown = document.sentences[:MOST_SENTENCES]
    end = len(document.raw) if len(shown) == len(document.sentences) else shown[-1].end
    within = Found(*(frame[(frame["doc"] == document.doc) & (frame["start"] < end)] for frame in found))
    about = (("region_name", document.region_name), ("year", document.year), ("genre", document.genre),
             ("plan_period", document.plan_period), ("issuer", document.issuer))  # fmt: skip
    return Html(
        render_template(
            "view.html.j2",
            lang,
            title=document.title or document.doc,
            about=[write_cell(name, value, lang) for name, value in about if value is not None],
            counts=_counts(document, found, lang),
            repairs=tell_repairs(document, lang),
            sections=[part for part in lay_out_text(document, within, lang, MOST_SENTENCES) if part["count"]],
            kinds=KINDS,
            anchors=False,
            more=_left_out(document, lang) if end < len(document.raw) else None,
            found=_found_table(document, within, lang),
            raw=document.raw[:end],
            is_page=is_web_page(document),
        )
    )


def _counts(document: Document, found: Found, lang: str) -> str:
    n = [len(document.sentences), *(int((frame["doc"] == document.doc).sum()) for frame in found)]
    words = (
        "{:,} 句，{:,} 个数量，{:,} 处系统，{:,} 条主题编码",
        "{:,} sentences, {:,} quantities, {:,} mentions of systems, {:,} codings of themes",
    )
    return words[check_language(lang)].format(*n)


def _left_out(document: Document, lang: str) -> str:
    words = (
        "共 {} 句，此处显示前 {} 句；全文见 eg.write_document_pages 写出的文件页。",
        "{1} of {0} sentences; eg.write_document_pages writes the page of the whole document.",
    )
    return words[check_language(lang)].format(len(document.sentences), MOST_SENTENCES)


def _found_table(document: Document, found: Found, lang: str) -> Markup | None:
    """List what was found in the order of the text: sentence, kind, wording, meaning."""
    quantities, systems, codings = (rows_of(frame, document.doc) for frame in found)
    names = dict(zip(("quantities", "systems", "themes"), _KINDS[check_language(lang)], strict=True))
    rows = [(row, "quantities", row["surface"], describe_quantity(row, lang)) for row in quantities]
    rows += [(row, "systems", row["surface"], describe_system(row, lang)) for row in systems]
    rows += [(row, "themes", row.get("evidence") or "–", name_code(row, lang)) for row in codings]
    if not rows:
        return None
    columns = [{"heading": heading("sentence", lang), "text": False}]
    heads = (("种类", "原文", "含义"), ("kind", "as written", "meaning"))[check_language(lang)]
    columns += [{"heading": head, "text": True} for head in heads]
    linked = page_path(document.doc).is_file()
    cells = [
        [
            sentence_link(document.doc, row["sentence"], row["sentence"]) if linked else row["sentence"],
            names[kind],
            surface,
            meaning,
        ]
        for row, kind, surface, meaning in sorted(
            rows, key=lambda entry: (entry[0]["sentence"], entry[0]["start"])
        )
    ]
    return Markup(
        render_template("table.html.j2", lang, columns=columns, rows=cells, caption=None, more=None)
    )


_KINDS: Final = (("数量", "系统", "主题"), ("quantity", "system", "theme"))


def show_corpus(corpus: Corpus, *, lang: str | None = None) -> Html:
    """Show a corpus in a notebook: how much it is, its documents, and the files that could not be read."""
    lang = lang or default_language()
    columns = ["doc", "title", "region_name", "tier", "genre", "year", "plan_period", "chars"]
    linked = all(page_path(document.doc).is_file() for document in corpus)
    chars = sum(len(document.raw) for document in corpus)
    words = ("语料 {}：{} 份文件，{:,} 字。", "Corpus {}: {} documents, {:,} characters.")
    caption = words[check_language(lang)].format(corpus.name or "–", len(corpus), chars)
    parts = [show_table(corpus.documents, columns=columns, lang=lang, links=linked, caption=caption, n=50)]
    if len(corpus.failures):
        failed = ("未能读取的文件", "Files that could not be read")[check_language(lang)]
        parts.append(show_table(corpus.failures, lang=lang, caption=failed, n=50))
    return Html("".join(part.text for part in parts))


def show_scores(scores: Scores, *, lang: str | None = None) -> Html:
    """Show an index in a notebook: scores and ranks with the reasons of gaps, the directions, the steps taken."""
    lang = lang or default_language()
    place = check_language(lang)
    name = f"name_{lang}"
    table = scores.table.assign(score=scores.table["score"].round(3))
    table[name] = table[name].fillna(table["region"])
    columns = [name, "period", "score", "rank", "indicators", "of", *_where_any(table, "reason")]
    named = scores.indicators.assign(**{name: scores.indicators[name].fillna(scores.indicators["indicator"])})
    used = named[[name, "direction", "unit", "weight", "lower", "upper", "known", "imputed", "outcome"]]
    used = used.assign(weight=used["weight"].round(4))
    steps = Markup("").join(Markup("<li>{}</li>").format(step) for step in scores.log[lang])
    words = (("指标、方向与权重", "步骤"), ("Indicators, directions and weights", "Steps"))[place]
    folded = Markup("").join(
        Markup("<details><summary>{}</summary>{}</details>").format(word, body)
        for word, body in zip(
            words,
            (Markup(show_table(used, lang=lang).text), Markup("<ol>{}</ol>").format(steps)),
            strict=True,
        )
    )
    caption = f"{scores.tree.name}: {scores.recipe.name}"
    return Html(show_table(table, columns=columns, lang=lang, caption=caption, n=ROWS).text + str(folded))


def _where_any(frame: pd.DataFrame, name: str) -> list[str]:
    return [name] if frame[name].notna().any() else []


def show_groups(comparison: GroupComparison, *, lang: str | None = None) -> Html:
    """Show the comparison of several groups in a notebook: its table and its notes."""
    lang = lang or default_language()
    table = comparison.table
    name = f"name_{lang}"
    kept = [column for column in table.columns if column not in ("code", "name_zh", "name_en")]
    worth = [column for column in kept if table[column].notna().any()]
    notes = Markup("").join(Markup("<li>{}</li>").format(write_note(note, lang)) for note in comparison.notes)
    shown = show_table(table, columns=[name, *worth], lang=lang, n=ROWS)
    return Html(str(Markup("{}<small><ul>{}</ul></small>").format(Markup(shown.text), notes)))


# --- what the objects themselves ask for --------------------------------------------------------------------


def view(thing: Any) -> str:
    """Return the HTML of a document, corpus, index or comparison, as its `_repr_html_` shows it.

    >>> from egovlib.documents import Corpus, read_text
    >>> "1 份文件" in view(Corpus([read_text("一句。")], name="own"))
    True
    """
    shown: Html = _VIEWS[type(thing).__name__](thing)
    return shown.text


def _show_comparison(comparison: Comparison) -> Html:
    return show_comparison(comparison, lang=default_language())


def _show_words(comparison: WordComparison) -> Html:
    from egovlib.report.wording import show_words

    return show_words(comparison, lang=default_language())


_VIEWS: Final[dict[str, Any]] = {
    "Document": show_document,
    "Corpus": show_corpus,
    "Scores": show_scores,
    "Comparison": _show_comparison,
    "GroupComparison": show_groups,
    "WordComparison": _show_words,
}
