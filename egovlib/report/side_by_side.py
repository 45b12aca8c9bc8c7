"""Two texts side by side: a later plan beside the earlier one, a passage beside the one it stands in.

What stands on one side only is marked within the sentence: struck out on the left, underlined on the right; in
passages that were taken over, what both have. Both columns are the texts as published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup, escape

from egovlib.analyse.revisions import STATUSES, choose_versions, compare_versions, count_revisions
from egovlib.report.figures import link_to, output_folder
from egovlib.report.labels import check_language, label
from egovlib.report.links import sentence_link
from egovlib.report.tables_html import records, show_table
from egovlib.report.templating import Html, render_template
from egovlib.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

_Marked = Literal["del", "ins", "mark"]


def mark_difference(old: str, new: str) -> tuple[Markup, Markup]:
    """Both texts escaped, with what only one has in del and ins elements.

    >>> [str(side) for side in mark_difference("共三条", "共五条线")]
    ['共<del>三</del>条', '共<ins>五</ins>条<ins>线</ins>']
    """
    from rapidfuzz.distance import Levenshtein

    codes = [code for code in Levenshtein.opcodes(old, new) if code.tag != "equal"]
    return (
        _wrap(old, [(code.src_start, code.src_end) for code in codes], "del"),
        _wrap(new, [(code.dest_start, code.dest_end) for code in codes], "ins"),
    )


def mark_common(a: str, b: str) -> tuple[Markup, Markup]:
    """Both texts escaped, with the stretches of two or more characters that both have in mark elements."""
    from rapidfuzz.distance import Levenshtein

    blocks = [block for block in Levenshtein.opcodes(a, b).as_matching_blocks() if block.size > 1]
    return (
        _wrap(a, [(block.a, block.a + block.size) for block in blocks], "mark"),
        _wrap(b, [(block.b, block.b + block.size) for block in blocks], "mark"),
    )


def _wrap(text: str, spans: list[tuple[int, int]], element: _Marked) -> Markup:
    pieces, done = [], 0
    for start, end in spans:
        if end > start:
            pieces.append(escape(text[done:start]))
            pieces.append(Markup("<{0}>{1}</{0}>").format(Markup(element), text[start:end]))
            done = end
    return Markup("").join([*pieces, escape(text[done:])])


# A later document beside an earlier one --------------------------------------------------------------------


def render_versions(old: Document, new: Document, versions: pd.DataFrame, *, lang: str = "zh") -> str:
    """The page of two documents side by side; `versions` is from `egovlib.analyse.revisions.compare_versions`.

    Above stand the counts of each section; the boxes hide what was kept, changed, is new or was dropped.
    """
    counts = versions["status"].value_counts()
    table = show_table(count_revisions(old, new, versions).drop(columns="reason"), lang=lang)
    english = bool(check_language(lang))
    note = (
        "Left the earlier, right the later text, both as published. A retold sentence counts as dropped and new."
        if english
        else "左为前一文件，右为后一文件，均为原文。换了说法的句子计为删去与新增。"
    )
    return render_template(
        "side_by_side.html.j2",
        lang,
        title=f"{new.title or new.doc} ← {old.title or old.doc}",
        note=note,
        summary=Markup(table.text),
        statuses=[(status, label(status, lang), int(counts.get(status, 0))) for status in STATUSES],
        body=_version_rows(old, new, versions, lang, None, "."),
    )


def write_versions_page(
    old: Document,
    new: Document,
    versions: pd.DataFrame,
    *,
    lang: str = "zh",
    folder: str | Path | None = None,
) -> Path:
    """Write `documents/<old>_to_<new>.html` beside the document pages and return its path.

    `folder` is the output folder (see `egovlib.report.figures.output_folder`).
    """
    target = output_folder(folder) / "documents"
    target.mkdir(exist_ok=True)
    page = render_versions(old, new, versions, lang=lang)
    path = target / f"{old.doc[:90]}_to_{new.doc[:90]}.html"
    return write_whole(path, lambda part: part.write_text(page, encoding="utf-8", newline="\n"))


def show_revision(
    corpus: Corpus, *, old: str = "auto", new: str = "auto", lang: str = "zh", n: int = 12
) -> Html:
    """Compare two documents in a notebook: the counts by section, `n` sentences with a partner, the whole page linked.

    old, new: ids of the documents; "auto": see `choose_versions`. Where there
    are none, a sentence says so. ValueError for an unknown id.
    """
    english = bool(check_language(lang))
    pair = choose_versions(corpus, old=old, new=new)
    if pair is None:
        return Html(
            "<p>No issuer has two dated documents of one genre here: there are no versions to compare.</p>"
            if english
            else "<p>语料中没有同一机关、同一文种、年份不同的两份文件，无从比较前后版本。</p>"
        )
    versions = compare_versions(*pair)
    page = write_versions_page(*pair, versions, lang=lang)
    link = Markup('<p><a href="{}">{}</a></p>').format(link_to(page), ("整页并排", "the whole page")[english])
    counts = show_table(count_revisions(*pair, versions).drop(columns="reason"), lang=lang, n=25)
    order = versions["status"].map({"changed": 0, "kept": 1, "new": 2, "dropped": 2})
    chosen = versions.iloc[sorted(order.argsort(kind="stable")[:n])]
    rows = _version_rows(*pair, chosen, lang, _more(len(chosen), len(versions), lang), None)
    return Html(_style() + link + Markup(counts.text) + rows)


def _version_rows(
    old: Document, new: Document, versions: pd.DataFrame, lang: str, more: str | None, pages: str | None
) -> Markup:
    headings = [{one.section: one.heading for one in document.sections} for document in (old, new)]
    rows, last = [], None
    for row in records(versions):
        place = (row["section"], None) if row["section"] else (None, row["old_section"])
        name = headings[1].get(place[0] or "") or headings[0].get(place[1] or "")
        rows.append(_version_row(row, lang, pages) | {"heading": name if place != last else None})
        last = place
    values = {"left": _name(old), "right": _name(new), "rows": rows, "more": more}
    return Markup(render_template("side_by_side_rows.html.j2", lang, **values))


def _name(document: Document) -> str:
    year = f" ({document.year})" if document.year else ""
    return f"{document.title or document.doc}{year}"


def _version_row(row: Mapping[str, Any], lang: str, pages: str | None) -> dict[str, Any]:
    old, new = row["old_surface"], row["surface"]
    if old and new:
        sides = mark_difference(old, new) if row["status"] == "changed" else (escape(old), escape(new))
    else:
        sides = (escape(old or ""), escape(new or ""))
    moved = ("移到别的章节", "moved")[check_language(lang)] if row["moved"] else ""
    return {
        "status": row["status"], "name": label(row["status"], lang), "note": moved,
        "old": sides[0], "old_link": _link(row, "old_", pages), "new": sides[1], "new_link": _link(row, "", pages),
    }  # fmt: skip


def _link(row: Mapping[str, Any], side: str, pages: str | None) -> Markup | None:
    """The link to a sentence: within the folder of document pages, or from a report."""
    if not row[f"{side}doc"]:
        return None
    sentence = int(row[f"{side}sentence"])
    if pages is None:
        return Markup("<small>{}</small>").format(sentence_link(row[f"{side}doc"], sentence, sentence))
    address = f"{row[f'{side}doc']}.html#s{sentence}"
    return Markup('<small><a href="{}">{}</a></small>').format(address, sentence)


# Passages that stand in two documents ----------------------------------------------------------------------


def show_reuse(passages: pd.DataFrame, *, lang: str = "zh", n: int | None = 20) -> Html:
    """The passages of `egovlib.analyse.reuse.find_reuse` beside their sources, at most `n`, for a notebook."""
    english = bool(check_language(lang))
    rows = list(_reuse_rows(passages if n is None else passages.head(n), lang))
    values = {
        "left": "stands in (source)" if english else "出处",
        "right": "passage" if english else "文件中的段落",
        "rows": rows,
        "more": _more(len(rows), len(passages), lang),
    }
    return Html(_style() + Markup(render_template("side_by_side_rows.html.j2", lang, **values)))


def _reuse_rows(passages: pd.DataFrame, lang: str) -> Iterator[dict[str, Any]]:
    for row in records(passages):
        source, own = mark_common(row["source_surface"], row["surface"])
        score = f"{row['score']:.0f} · {100 * row['similarity']:.0f}%"
        links = [
            Markup("<br><small>{}</small>").format(
                sentence_link(row[f"{side}doc"], int(row[f"{side}sentence"]), row[f"{side}doc"])
            )
            for side in ("source_", "")
        ]
        yield {
            "heading": None, "status": row["kind"], "name": label(row["relation"], lang), "note": score,
            "old": source, "old_link": links[0], "new": own, "new_link": links[1],
        }  # fmt: skip


def _more(shown: int, total: int, lang: str) -> str | None:
    words = (f"共 {total} 行，显示 {shown} 行。", f"{shown} of {total} rows.")
    return words[check_language(lang)] if shown < total else None


def _style() -> Markup:
    """The style of the rows, for a page that does not have it."""
    path = Path(__file__).parent / "templates" / "side_by_side.css"
    return Markup("<style>{}</style>").format(Markup(path.read_text(encoding="utf-8")))


# What can be said ------------------------------------------------------------------------------------------


def write_reuse_conclusion(summary: pd.DataFrame, passages: pd.DataFrame, *, lang: str = "zh") -> str:
    """Write what reuse allows to say, from `measure_reuse` and `find_reuse`: how much, where most, what it is not."""
    english = bool(check_language(lang))
    measured = summary.dropna(subset=["share"])
    directed = measured[measured["relation"] != "shared"]
    kept = passages[passages["kind"] == "reuse"]
    without = int(summary["share"].isna().sum())
    parts = []
    if len(directed):
        with_any = int((directed["passages"] > 0).sum())
        most = directed.iloc[0]
        parts.append(
            f"Of {len(directed)} pairs of a document and a possible source (a higher tier, or an earlier document of "
            f"the same issuer), {with_any} share a passage."
            if english
            else f"文件与可能的出处（上级，或同一机关的前一文件）共 {len(directed)} 对，其中 {with_any} 对有相同段落。"
        )
        if with_any:
            share = f"{100 * float(most['share']):.1f}%"
            parts.append(
                f"Most is shared by {most['doc']} with {most['source_doc']}: {share} of its text."
                if english
                else f"最多的是 {most['doc']}：全文的 {share} 见于 {most['source_doc']}。"
            )
    if not len(kept):
        parts.append(
            "No passage of two documents is alike beyond common wording."
            if english
            else "除套话外，没有两份文件有相同段落。"
        )
    if without:
        parts.append(
            f"{without} documents have no possible source here."
            if english
            else f"{without} 份文件在语料中没有可能的出处。"
        )
    parts.append(
        "That the wording is the same does not say who took it from whom: both may follow a third text that is not "
        "here. "
        "Ideas retold in other words are not found."
        if english
        else "文字相同不等于一方抄自另一方：两者可能都来自未收入的第三份文件。换了说法的内容找不出来。"
    )
    return (" " if english else "").join(parts)
