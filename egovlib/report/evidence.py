"""The sentences behind a number, and a comparison whose numbers lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from egovlib.report.labels import PLAN_YEARS, check_language, group_label, heading, label, write_note
from egovlib.report.links import evidence_anchor, in_a_run, sentence_link
from egovlib.report.marks import Mark, find_terms, mark_text
from egovlib.report.tables_html import left_out, records, write_cell
from egovlib.report.templating import Html, render_template

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.comparisons import Comparison
    from egovlib.documents import Corpus


def show_evidence(
    evidence: pd.DataFrame,
    corpus: Corpus | None = None,
    *,
    code: str | None = None,
    lang: str = "zh",
) -> Html:
    """List the sentences behind a number by group, the terms found marked, each linked to its place.

    `evidence` is `Comparison.evidence(code)`, or any frame with doc and sentence and possibly group or period,
    evidence (terms joined by | and &) and text; without text the sentences are taken from `corpus`.
    """
    rows = records(evidence)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row.get("group") or row.get("period") or ""), []).append(row)
    shown = [
        {
            "anchor": evidence_anchor(code or "", group),
            "name": group_label(group, lang) or code or "",
            "lines": [_evidence_line(row, corpus) for row in lines],
        }
        for group, lines in sorted(groups.items())
    ]
    return Html(render_template("evidence.html.j2", lang, groups=shown))


def _evidence_line(row: Mapping[str, Any], corpus: Corpus | None) -> dict[str, Any]:
    text = row.get("text") or _sentence_text(corpus, str(row["doc"]), int(row["sentence"]))
    place = f"{row['doc']} #{int(row['sentence'])}"
    return {
        "text": mark_text(text, [Mark(*place, "term") for place in find_terms(text, row.get("evidence"))]),
        "link": sentence_link(str(row["doc"]), row["sentence"], place),
    }


def _sentence_text(corpus: Corpus | None, doc: str, number: int) -> str:
    if corpus is None:
        raise ValueError("the evidence has no column 'text'; give the corpus its sentences come from.")
    return next((s.text for s in corpus[doc].sentences if s.sentence == number), "")


def show_comparison(
    comparison: Comparison, *, lang: str = "zh", top: int = 20, caption: str | None = None
) -> Html:
    """Show a comparison's table, each number of sentences linked to the list of those sentences below it.

    Shows the `top` rows of the table, its notes, and per code the sentences of both groups, folded away: a click in
    JupyterLab, which follows no link into what is folded.
    """
    a, b = str(comparison.call["a"]), str(comparison.call["b"])
    shown = records(comparison.table.head(top))
    heads = [heading(f"name_{lang}", lang), _group_head(a, lang), _group_head(b, lang), heading("difference", lang),
             ("95% 区间", "95% interval")[check_language(lang)], "p", "q", heading("verdict", lang),
             heading("sentences", lang)]  # fmt: skip
    columns = [{"heading": head, "text": place in (0, 7)} for place, head in enumerate(heads)]
    table = render_template(
        "table.html.j2",
        lang,
        columns=columns,
        rows=[_comparison_cells(row, a, b, lang) for row in shown],
        caption=caption,
        more=left_out(len(shown), len(comparison.table), lang),
    )
    folded = Markup("").join(
        Markup("<details><summary>{} <small>{} → {} {}</small></summary>{}</details>").format(
            _code_name(row, lang),
            row["sentences_a"],
            row["sentences_b"],
            ("句", "sentences")[check_language(lang)],
            Markup(show_evidence(comparison.evidence(row["code"]), code=row["code"], lang=lang).text),
        )
        for row in shown
        if row["sentences_a"] or row["sentences_b"]
    )
    notes = Markup("").join(Markup("<li>{}</li>").format(write_note(note, lang)) for note in comparison.notes)
    text = Markup("{}<small><ul>{}</ul></small>{}").format(Markup(table), notes, folded)
    return Html(str(text))


def _group_head(group: str, lang: str) -> str:
    """Name a group without the years of a plan: its column is narrow."""
    return label(group, lang) if group in PLAN_YEARS else group_label(group, lang)


def _code_name(row: Mapping[str, Any], lang: str) -> str:
    order = ("name_zh", "name_en", "code") if lang == "zh" else ("name_en", "name_zh", "code")
    return next(str(row[name]) for name in order if row.get(name))


def _comparison_cells(row: Mapping[str, Any], a: str, b: str, lang: str) -> list[Markup | str]:
    cell = {name: write_cell(name, value, lang, comparison=True) for name, value in row.items()}
    interval = "–" if row["low"] is None or row["high"] is None else f"[{cell['low']}, {cell['high']}]"
    counts = [
        Markup('<a href="#{}">{}</a>').format(evidence_anchor(row["code"], period), cell[name])
        if row[name] and in_a_run()
        else cell[name]
        for name, period in (("sentences_a", a), ("sentences_b", b))
    ]
    return [_code_name(row, lang), cell["share_a"], cell["share_b"], cell["difference"], interval, cell["p"],
            cell["q"], cell["verdict"], Markup(" → ").join(counts)]  # fmt: skip
