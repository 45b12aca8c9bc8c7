"""Pages people read: documents with what was found marked, tables with links, reports, their index.

Every page is one file with one style, loads nothing from elsewhere and runs no script (its content security
policy forbids both). All text is escaped by the templates: what a document says stays text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from markupsafe import Markup, escape

from egovlib.extract.regions import region
from egovlib.report.figures import link_to, output_folder, output_path, write_whole
from egovlib.report.labels import check_language, codebook_names, heading, label, phrase, plan_label
from egovlib.report.style import format_number, format_p

if TYPE_CHECKING:
    import jinja2
    import nbformat
    import pandas as pd

    from egovlib.analyse.comparisons import Comparison
    from egovlib.documents import Corpus, Document
    from egovlib.text.alignment import AlignedText
    from egovlib.text.sections import Sentence


@dataclass(frozen=True)
class Html:
    """A piece of HTML that a notebook shows as such."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


@dataclass(frozen=True)
class Mark:
    """A stretch to be marked in a text: `start` and `end` count from the beginning of that text."""

    start: int
    end: int
    kind: str
    title: str = ""


def _render(template: str, lang: str, **values: Any) -> str:
    place = check_language(lang)
    return _templates().get_template(template).render(lang=lang, say=lambda *words: words[place], **values)


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("egovlib.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


# --- marks in a text --------------------------------------------------------------------------------------


def mark_text(text: str, marks: Iterable[Mark]) -> Markup:
    """Return `text` escaped, with `marks` as mark elements; of two that overlap only the first is drawn.

    >>> print(mark_text("<b>近60%", [Mark(3, 7, "actual", 'say "60"')]))
    &lt;b&gt;<mark class="actual" title="say &#34;60&#34;">近60%</mark>
    """
    pieces, done = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start < done or mark.end > len(text):
            continue
        title = Markup(' title="{}"').format(mark.title) if mark.title else ""
        pieces.append(escape(text[done : mark.start]))
        pieces.append(
            Markup('<mark class="{}"{}>{}</mark>').format(mark.kind, title, text[mark.start : mark.end])
        )
        done = mark.end
    return Markup("").join([*pieces, escape(text[done:])])


# --- document pages ---------------------------------------------------------------------------------------


def sentence_link(
    doc: str, sentence: int | None, text: object, *, folder: str | Path | None = None
) -> Markup:
    """Return a link to a sentence of a document page (to the page itself when `sentence` is None).

    The address is relative to the report in a run, else to the working directory.
    """
    page = link_to(output_path(folder) / "documents" / f"{doc}.html")
    anchor = f"#s{int(sentence)}" if sentence is not None else ""
    return Markup('<a href="{}{}">{}</a>').format(page, anchor, text)


def render_document(
    document: Document,
    quantities: pd.DataFrame | None = None,
    codings: pd.DataFrame | None = None,
    *,
    lang: str = "zh",
) -> str:
    """Return the page of a document: what is known of it, its sections, and its text sentence by sentence.

    The repaired text is what one reads, with quantities marked; where the repair changed a sentence, the
    sentence as published is one click away, and the whole raw text stands at the end. Sentence n has the
    anchor `#sn`. `quantities` and `codings` may hold other documents' rows too.
    """
    found = _rows_of(quantities, document.doc)
    coded = _by_sentence(_rows_of(codings, document.doc))
    by_sentence = _by_sentence(found)
    sentences = [
        {
            "section": sentence.section,
            "number": sentence.sentence,
            "start": sentence.start,
            "end": sentence.end,
            "plain": sentence.text.strip(),
            **_sentence_texts(document, sentence, start, by_sentence.get(sentence.sentence, []), lang),
            "codes": _codes(coded.get(sentence.sentence, []), lang),
        }
        for sentence, (start, _, _) in zip(document.sentences, document.text_sentences, strict=True)
    ]
    return _render(
        "document.html.j2",
        lang,
        title=document.title or document.doc,
        about=_about_table(document, lang),
        repairs=document.repairs,
        sections=_section_parts(document, sentences, lang),
        quantities=_quantity_table(found, lang),
        raw=document.raw,
    )


def write_document_pages(
    corpus: Corpus,
    folder: str | Path | None = None,
    *,
    quantities: pd.DataFrame | None = None,
    codings: pd.DataFrame | None = None,
    lang: str = "zh",
) -> Path:
    """Write `documents/<doc>.html` for each document and their list `documents/index.html`; return the list.

    `folder` is the output folder (see `output_folder`), beside whose reports the pages stand.
    """
    target = output_folder(folder) / "documents"
    target.mkdir(exist_ok=True)
    for document in corpus:
        page = render_document(document, quantities, codings, lang=lang)
        _write_page(target / f"{document.doc}.html", page)
    rows = [
        [
            Markup('<a href="{}.html">{}</a>').format(quote(document.doc), document.title or document.doc),
            *(_cell(name, getattr(document, name), lang) for name in _LISTED),
        ]
        for document in corpus
    ]
    columns = [{"heading": heading(name, lang), "text": True} for name in ("title", *_LISTED)]
    table = Markup(_render("table.html.j2", lang, columns=columns, rows=rows, caption=None, more=None))
    title = ("文件", "Documents")[check_language(lang)]
    return _write_page(target / "index.html", _render("documents.html.j2", lang, title=title, table=table))


_LISTED: Final = ("region_name", "tier", "genre", "year", "plan_period", "issuer")


def _write_page(path: Path, text: str) -> Path:
    return write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))


def _rows_of(frame: pd.DataFrame | None, doc: str) -> list[dict[str, Any]]:
    """Return the rows of one document, with None for what is missing."""
    if frame is None:
        return []
    rows = frame[frame["doc"] == doc].sort_values("start", kind="stable").astype(object)
    return [
        {str(name): value for name, value in row.items()}
        for row in rows.where(rows.notna(), None).to_dict("records")
    ]


def _by_sentence(rows: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(int(row["sentence"]), []).append(row)
    return groups


def _sentence_texts(
    document: Document, sentence: Sentence, text_start: int, found: list[dict[str, Any]], lang: str
) -> dict[str, Any]:
    """Return the readable and, where it differs, the published form of a sentence, both marked."""
    in_raw, in_text = [], []
    for row in found:
        start, end = int(row["start"]), int(row["end"])
        if sentence.start <= start < end <= sentence.end:
            kind, title = str(row["status"]), describe_quantity(row, lang)
            in_raw.append(Mark(start - sentence.start, end - sentence.start, kind, title))
            start, end = document.aligned.text_span(start, end)
            in_text.append(Mark(start - text_start, end - text_start, kind, title))
    published = document.raw[sentence.start : sentence.end]
    readable = _with_published_punctuation(document.aligned, text_start, sentence.text)
    return {
        "text": mark_text(readable, in_text),
        "raw": mark_text(published, in_raw) if published != readable else None,
    }


def _with_published_punctuation(aligned: AlignedText, start: int, text: str) -> str:
    """Give a repaired sentence its full-width punctuation back: rules need it narrow, readers do not."""
    places = range(start, start + len(text)) if aligned.origin is None else aligned.origin[start:]
    originals = (aligned.raw[place] for place in places)
    return "".join(
        original if original in _WIDE and _WIDE[original] == char else char
        for original, char in zip(originals, text, strict=False)
    )


_WIDE: Final = dict(zip("，；：！？（）", ",;:!?()", strict=True))


def describe_quantity(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Say in one line what a quantity was read as, for a tooltip.

    >>> describe_quantity({"value": 60.0, "unit": "%", "approx": "nearly", "status": "actual"})
    '60% · 近 · 实际'
    """
    if row.get("value") is None:
        amount = row.get("unit") or ""
    else:
        upper = f"–{format_number(row['value_high'], lang)}" if row.get("value_high") is not None else ""
        amount = f"{format_number(row['value'], lang)}{upper}{row.get('unit') or ''}"
    coded = [label(str(row[name]), lang) for name in ("approx", "role", "status") if row.get(name)]
    place = [label(str(row[name]), lang) for name in ("tier", "subject", "topic") if row.get(name)]
    period = [str(row["period"])] if row.get("period") else []
    return " · ".join([amount, *coded, *period, *place])


def _codes(rows: Iterable[dict[str, Any]], lang: str) -> list[dict[str, str]]:
    return [
        {
            "name": codebook_names(f"schemes/{row['scheme']}", "code", lang).get(row["code"], row["code"]),
            "title": f"{row['scheme']}: {row['code']} ← {row.get('evidence') or '–'} ({row['coder']})",
        }
        for row in rows
    ]


_STOPS: Final = "。．.：: \u3000"


def _section_parts(document: Document, sentences: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """Return the sections in order, each with its paragraphs of sentences; no sentence is lost."""
    known = {section.section for section in document.sections}
    parts: list[dict[str, Any]] = []
    lost = [item for item in sentences if item["section"] not in known]
    if lost:
        paragraphs = _paragraphs(document.raw, lost)
        none: dict[str, Any] = {
            "heading": None,
            "head": None,
            "level": 2,
            "plan_period": "",
            "stance": "",
            "chips": [],
        }
        parts.append({"section": "0", **none, "count": len(lost), "paragraphs": paragraphs})
    for section in document.sections:
        items = [item for item in sentences if item["section"] == section.section]
        # a heading counts as a sentence: shown once, as the heading, under its own anchor
        head = (
            items.pop(0)
            if items and items[0]["plain"].rstrip(_STOPS) == section.heading.strip(_STOPS)
            else None
        )
        named = (section.plan_period, section.stance)
        chips = [label(name, lang) for name in named if name and name != "other"]
        parts.append(
            {
                "section": section.section,
                "heading": section.heading or None,
                "head": head,
                "level": min(section.depth + 1, 5),
                "plan_period": plan_label(section.plan_period, lang) if section.plan_period else "",
                "stance": label(section.stance, lang),
                "chips": chips,
                "count": len(items) + (head is not None),
                "paragraphs": _paragraphs(document.raw, items),
            }
        )
    return parts


def _paragraphs(raw: str, items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put sentences in paragraphs: a line break between two sentences ends a paragraph."""
    paragraphs: list[list[dict[str, Any]]] = []
    for item in items:
        last = paragraphs[-1][-1] if paragraphs else None
        if last is None or "\n" in raw[last["end"] - 1 : item["start"] + 1]:
            paragraphs.append([])
        paragraphs[-1].append(item)
    return paragraphs


def _about_table(document: Document, lang: str) -> Markup:
    names = ("doc", "region_name", "region", "tier", "genre", "year", "plan_period", "issuer", "source",
             "encoding", "script", "sha256")  # fmt: skip
    rows = [(heading(name, lang), _cell(name, getattr(document, name), lang)) for name in names]
    cells = (
        Markup('<tr><th>{}</th><td class="text">{}</td></tr>').format(*row) for row in rows if row[1] != "–"
    )
    title = ("文件信息", "About this document")[check_language(lang)]
    table = Markup("<table><tbody>{}</tbody></table>").format(Markup("").join(cells))
    return Markup('<details class="about" open><summary>{}</summary>{}</details>').format(title, table)


def _quantity_table(rows: list[dict[str, Any]], lang: str) -> Markup | None:
    names = ("surface", "value", "unit", "approx", "role", "status", "period", "tier", "subject", "topic")
    if not rows:
        return None
    columns = [{"heading": heading("sentence", lang), "text": False}]
    columns += [{"heading": heading(name, lang), "text": name != "value"} for name in names]
    cells = [
        [
            Markup('<a href="#s{0}">{0}</a>').format(row["sentence"]),
            *(_cell(name, row.get(name), lang) for name in names),
        ]
        for row in rows
    ]
    return Markup(_render("table.html.j2", lang, columns=columns, rows=cells, caption=None, more=None))


# --- tables in notebooks ----------------------------------------------------------------------------------

_PERCENT: Final = frozenset({"share", "share_a", "share_b"})
_POINTS: Final = frozenset({"difference", "low", "high", "loo_low", "loo_high"})
_P_VALUES: Final = frozenset({"p", "q", "p_min"})
_PLAIN: Final = frozenset({"year", "period", "region", "sentence", "section", "code", "doc"})
_HIDDEN: Final = frozenset({"start", "end", "sha256", "section"})


def show_table(
    frame: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    lang: str = "zh",
    links: bool = True,
    caption: str | None = None,
    n: int | None = None,
) -> Html:
    """Make a table for reading: headings and codes in words, shares in percent, – where missing.

    Where the frame has `doc`, the document and sentence numbers link to the document page
    (`write_document_pages` writes it). `columns` chooses and orders; by default offsets, hashes
    and columns without any value are left out. `n` is how many rows to show at most; the table then says
    how many there are.
    Raises ValueError for a column the frame does not have.
    """
    names = list(columns) if columns is not None else _worth_showing(frame)
    unknown = [name for name in names if name not in frame]
    if unknown:
        raise ValueError(
            f"the table has no column {unknown[0]!r}; it has {', '.join(map(str, frame.columns))}."
        )
    shown = frame if n is None else frame.head(n)
    columns_shown = [{"heading": heading(name, lang), "text": not _is_number(frame, name)} for name in names]
    comparison = "difference" in frame
    rows = [
        [_linked_cell(row, name, lang, links=links, comparison=comparison) for name in names]
        for row in _records(shown)
    ]
    more = _more(len(shown), len(frame), lang)
    return Html(_render("table.html.j2", lang, columns=columns_shown, rows=rows, caption=caption, more=more))


def _worth_showing(frame: pd.DataFrame) -> list[str]:
    """Choose the columns that tell a reader something: no offsets or hashes, none that is empty."""
    full = [str(name) for name in frame.columns if frame.empty or frame[name].notna().any()]
    return [name for name in full if name not in _HIDDEN]


def _more(shown: int, total: int, lang: str) -> str | None:
    """Say how many rows are left out, if any."""
    words = (f"共 {total} 行，显示前 {shown} 行。", f"{shown} of {total} rows.")
    return words[check_language(lang)] if shown < total else None


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object)
    return [{str(k): v for k, v in row.items()} for row in rows.where(rows.notna(), None).to_dict("records")]


def _is_number(frame: pd.DataFrame, name: str) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name]))


def _linked_cell(
    row: Mapping[str, Any], name: str, lang: str, *, links: bool, comparison: bool
) -> Markup | str:
    text = _cell(name, row[name], lang, comparison=comparison)
    if not links or row.get("doc") is None or row[name] is None:
        return text
    if name == "sentence" or (name == "surface" and row.get("sentence") is not None):
        return sentence_link(str(row["doc"]), row["sentence"], text)
    return sentence_link(str(row["doc"]), None, text) if name == "doc" else text


def _cell(name: str, value: Any, lang: str, *, comparison: bool = False) -> str:
    """Write one value as a reader wants it."""
    if value is None or value != value:
        return "–"
    if name == "plan_period" or (name == "period" and str(value).startswith("fyp")):
        return plan_label(str(value), lang)
    if name == "indicator":
        return codebook_names("indicators", "indicator", lang).get(str(value), str(value))
    if name == "region" and (row := region(str(value))) is not None:
        return row.name
    if isinstance(value, str | bool):
        return label(phrase(str(value), lang), lang)
    if isinstance(value, int | float) or hasattr(value, "__float__"):
        return _number(name, float(value), lang, comparison=comparison)
    return str(value)


def _number(name: str, value: float, lang: str, *, comparison: bool) -> str:
    if name in _PERCENT:
        return f"{100 * value:.1f}%"
    if comparison and name in _POINTS:
        return f"{100 * value:+.1f}".replace("-", "−")
    if name in _P_VALUES:
        return format_p(value)
    if name in _PLAIN:
        return f"{value:.0f}"
    return format_number(float(f"{value:.12g}") if value == int(value) else float(f"{value:.4g}"), lang)


# --- evidence ---------------------------------------------------------------------------------------------


def show_evidence(
    evidence: pd.DataFrame,
    corpus: Corpus | None = None,
    *,
    code: str | None = None,
    lang: str = "zh",
) -> Html:
    """List the sentences behind a number by period, the terms found marked, each linked to its place.

    `evidence` is `Comparison.evidence(code)`, or any frame with doc and sentence and possibly period,
    evidence (terms joined by | and &) and text; without text the sentences are taken from `corpus`.
    """
    rows = _records(evidence)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row.get("period") or ""), []).append(row)
    shown = [
        {
            "anchor": evidence_anchor(code or "", period),
            "name": plan_label(period, lang) or code or "",
            "lines": [_evidence_line(row, corpus) for row in lines],
        }
        for period, lines in sorted(groups.items())
    ]
    return Html(_render("evidence.html.j2", lang, groups=shown))


def evidence_anchor(code: str, period: str) -> str:
    """Return the anchor of the list of sentences of `code` in `period`.

    >>> evidence_anchor("data_sharing", "fyp12")
    'evidence-data_sharing-fyp12'
    """
    return "-".join(["evidence", *(re.sub(r"[^\w.]+", "_", part) for part in (code, period) if part)])


def _evidence_line(row: Mapping[str, Any], corpus: Corpus | None) -> dict[str, Any]:
    text = row.get("text") or _sentence_text(corpus, str(row["doc"]), int(row["sentence"]))
    terms = [term for term in re.split(r"[|&]", str(row.get("evidence") or "")) if term]
    found = [m for term in terms for m in re.finditer(re.escape(term), text, re.IGNORECASE)]
    place = f"{row['doc']} #{int(row['sentence'])}"
    return {
        "text": mark_text(text, [Mark(m.start(), m.end(), "term") for m in found]),
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

    Shows the `top` rows of the table, its notes, and per code the sentences of both periods, folded away.
    """
    a, b = str(comparison.call["a"]), str(comparison.call["b"])
    shown = _records(comparison.table.head(top))
    heads = [heading("name_zh", lang), label(a, lang), label(b, lang), heading("difference", lang),
             ("95% 区间", "95% interval")[check_language(lang)], "p", "q", heading("verdict", lang),
             heading("sentences", lang)]  # fmt: skip
    columns = [{"heading": head, "text": place in (0, 7)} for place, head in enumerate(heads)]
    table = _render(
        "table.html.j2",
        lang,
        columns=columns,
        rows=[_comparison_cells(row, a, b, lang) for row in shown],
        caption=caption,
        more=_more(len(shown), len(comparison.table), lang),
    )
    folded = Markup("").join(
        Markup("<details><summary>{}</summary>{}</details>").format(
            _code_name(row, lang),
            Markup(show_evidence(comparison.evidence(row["code"]), code=row["code"], lang=lang).text),
        )
        for row in shown
        if row["sentences_a"] or row["sentences_b"]
    )
    notes = Markup("").join(Markup("<li>{}</li>").format(note) for note in comparison.notes)
    text = Markup("{}<small><ul>{}</ul></small>{}").format(Markup(table), notes, folded)
    return Html(str(text))


def _code_name(row: Mapping[str, Any], lang: str) -> str:
    order = ("name_zh", "name_en", "code") if lang == "zh" else ("name_en", "name_zh", "code")
    return next(str(row[name]) for name in order if row.get(name))


def _comparison_cells(row: Mapping[str, Any], a: str, b: str, lang: str) -> list[Markup | str]:
    cell = {name: _cell(name, value, lang, comparison=True) for name, value in row.items()}
    interval = "–" if row["low"] is None or row["high"] is None else f"[{cell['low']}, {cell['high']}]"
    counts = [
        Markup('<a href="#{}">{}</a>').format(evidence_anchor(row["code"], period), cell[name])
        if row[name]
        else cell[name]
        for name, period in (("sentences_a", a), ("sentences_b", b))
    ]
    return [_code_name(row, lang), cell["share_a"], cell["share_b"], cell["difference"], interval, cell["p"],
            cell["q"], cell["verdict"], Markup(" → ").join(counts)]  # fmt: skip


# --- reports and their index ------------------------------------------------------------------------------


def render_report(notebook: nbformat.NotebookNode, run: Mapping[str, Any]) -> str:
    """Return the page of a run: the executed notebook with its code folded away, and where it came from.

    `run` is the run's record (run.json): notebook, status, cell, error, parameters, seed, versions, hashes,
    figures. A run that did not finish opens with the cell it stopped at and the error.
    """
    from nbconvert import HTMLExporter

    lang = _language(run)
    exporter = HTMLExporter(
        template_name="basic",
        anchor_link_text="",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    title = _notebook_title(notebook)
    status = str(run.get("status", "ok"))
    return _render(
        "report.html.j2",
        lang,
        title=title or str(run.get("notebook", "")),
        has_title=title is not None,
        body=Markup(body),
        contents=_contents(body),
        run={"started": None, "cell": None, "error": None, **run},
        status=status,
        status_name=_status_name(status, lang),
        failed_anchor=_cell_anchor(notebook, run.get("cell")),
        provenance=_provenance(run, lang),
        inputs=sorted((run.get("inputs") or {}).items()),
        figures=run.get("figures") or [],
    )


def _language(run: Mapping[str, Any]) -> str:
    lang = (run.get("parameters") or {}).get("lang", "zh")
    return lang if lang in ("zh", "en") else "zh"


def _notebook_title(notebook: nbformat.NotebookNode) -> str | None:
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = (re.search(r"^# +(.+)$", source, re.MULTILINE) for source in cells)
    return next((html.unescape(match[1]).strip() for match in found if match), None)


def _contents(body: str) -> list[tuple[str, str]]:
    """Return (anchor, text) of the second-level headings."""
    found = re.findall(r'<h2 id="([^"]*)">(.*?)</h2>', body, re.DOTALL)
    plain = ((anchor, re.sub(r"<[^>]+>", "", text)) for anchor, text in found)
    return [(html.unescape(anchor), html.unescape(text).strip()) for anchor, text in plain]


def _cell_anchor(notebook: nbformat.NotebookNode, number: int | None) -> str | None:
    """Return the anchor nbconvert gave the code cell of this number, from 1 over non-empty cells."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if number is None or not 1 <= number <= len(cells) or "id" not in cells[number - 1]:
        return None
    return f"cell-id={cells[number - 1]['id']}"


_STATUS_NAMES: Final = {
    "ok": ("完成", "finished"),
    "failed": ("失败", "failed"),
    "incomplete": ("未完成", "incomplete"),
    "unreadable": ("无法读取", "unreadable"),
}


def _status_name(status: str, lang: str) -> str:
    return _STATUS_NAMES.get(status, (status, status))[check_language(lang)]


def _provenance(run: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Fill the provenance box: every entry of the run but those shown elsewhere on the page."""
    elsewhere = {"inputs", "figures", "error", "cell", "status"}
    place = check_language(lang)
    names = {
        "notebook": ("笔记本", "notebook"),
        "run": ("运行", "run"),
        "started": ("开始时间", "started"),
        "seconds": ("用时（秒）", "seconds"),
        "parameters": ("参数", "parameters"),
        "seed": ("随机种子", "seed"),
        "python": ("Python", "Python"),
        "platform": ("平台", "platform"),
        "packages": ("版本", "versions"),
        "git": ("代码版本", "code version"),
        "codebook": ("编码本 sha256", "codebook sha256"),
    }
    return [
        (names.get(key, (key, key))[place], _flat(value))
        for key, value in run.items()
        if key not in elsewhere
    ]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{key} = {_flat(entry)}" for key, entry in value.items()) or "–"
    if isinstance(value, list | tuple):
        return "，".join(map(_flat, value)) or "–"
    return "–" if value is None else str(value)


def render_index(folder: str | Path, *, lang: str = "zh") -> str:
    """Return the page that lists every `folder/*/run.json`, failed runs with their cell and error.

    A run.json that cannot be read is listed as such: the index never fails because of one report.
    """
    files = sorted(Path(folder).glob("*/run.json"))
    runs = [_index_entry(file, lang) for file in files if file.parent.suffix not in (".part", ".old")]
    return _render(
        "index.html.j2",
        lang,
        title=("egovlib 报告", "egovlib reports")[check_language(lang)],
        runs=runs,
        failures=sum(run["status"] != "ok" for run in runs),
    )


def _index_entry(file: Path, lang: str) -> dict[str, Any]:
    folder = quote(file.parent.name)
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        figures, status = [str(name) for name in run.get("figures") or []], str(run["status"])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        run, figures, status = {"error": f"run.json: {type(error).__name__}: {error}"}, [], "unreadable"
    return {
        "title": _page_title(file.with_name("report.html")) or str(run.get("notebook") or file.parent.name),
        "link": f"{folder}/report.html",
        "thumbnail": next(
            (f"{folder}/{quote(name)}.png" for name in figures if file.with_name(f"{name}.png").is_file()),
            None,
        ),
        "status": status,
        "status_name": _status_name(status, lang),
        "started": str(run.get("started") or "").replace("T", " ").replace("+00:00", " UTC"),
        "seconds": run.get("seconds"),
        "parameters": _flat(run["parameters"]) if run.get("parameters") else "",
        "cell": run.get("cell"),
        "error": run.get("error"),
    }


def _page_title(report: Path) -> str | None:
    """Return the title of a report page, which stands in its first lines."""
    try:
        with report.open(encoding="utf-8") as file:
            match = re.search(r"<title>(.*?)</title>", file.read(4096), re.DOTALL)
    except (OSError, ValueError):
        return None
    return html.unescape(match[1]).strip() if match else None
