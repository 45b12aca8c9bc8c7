"""The page of a document: its text with everything found marked, sentence by sentence, and where it came from.

The repaired text is what one reads; where a repair changed a sentence, the sentence as published is one click
away, and the whole raw text (of a web page its source) stands at the end. Sentence n has the anchor `#sn`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from egovlib.report.figures import output_folder
from egovlib.report.labels import check_language, describe_repairs, heading, label, plan_label
from egovlib.report.marks import (
    KINDS,
    Mark,
    describe_quantity,
    describe_system,
    find_terms,
    mark_text,
    name_code,
)
from egovlib.report.tables_html import records, write_cell
from egovlib.report.templating import render_template, write_page

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document
    from egovlib.text.alignment import AlignedText
    from egovlib.text.sections import Sentence

Row = dict[str, Any]


class Found(NamedTuple):
    """What was found in documents: three tables after frames.py, which may hold other documents' rows too."""

    quantities: pd.DataFrame
    systems: pd.DataFrame
    codings: pd.DataFrame


def find_all(
    source: Corpus | Document,
    quantities: pd.DataFrame | None = None,
    codings: pd.DataFrame | None = None,
    systems: pd.DataFrame | None = None,
) -> Found:
    """Return the tables given, and those not given as the library finds them in `source`."""
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.systems import find_systems
    from egovlib.extract.themes import code_themes

    return Found(
        find_quantities(source) if quantities is None else quantities,
        find_systems(source) if systems is None else systems,
        code_themes(source) if codings is None else codings,
    )


def render_document(
    document: Document,
    quantities: pd.DataFrame | None = None,
    codings: pd.DataFrame | None = None,
    *,
    systems: pd.DataFrame | None = None,
    lang: str = "zh",
) -> str:
    """Return the page of a document: what is known of it, its sections, and its text with everything found marked.

    `quantities`, `codings` and `systems` may hold other documents' rows too; what is not given is found here.
    """
    found = find_all(document, quantities, codings, systems)
    return render_template(
        "document.html.j2",
        lang,
        title=document.title or document.doc,
        about=about_table(document, lang),
        repairs=tell_repairs(document, lang),
        sections=lay_out_text(document, found, lang),
        kinds=KINDS,
        anchors=True,
        quantities=quantity_table(rows_of(found.quantities, document.doc), lang),
        raw=document.raw,
        is_page=is_web_page(document),
    )


def write_document_pages(
    corpus: Corpus,
    folder: str | Path | None = None,
    *,
    quantities: pd.DataFrame | None = None,
    codings: pd.DataFrame | None = None,
    systems: pd.DataFrame | None = None,
    lang: str = "zh",
) -> Path:
    """Write `documents/<doc>.html` for each document and their list `documents/index.html`; return the list.

    `folder` is the output folder (see `output_folder`), beside whose reports the pages stand. The tables are
    as in `render_document`.
    """
    target = output_folder(folder) / "documents"
    target.mkdir(exist_ok=True)
    found = find_all(corpus, quantities, codings, systems)
    for document in corpus:
        page = render_document(document, found.quantities, found.codings, systems=found.systems, lang=lang)
        write_page(target / f"{document.doc}.html", page)
    rows = [
        [
            Markup('<a href="{}.html">{}</a>').format(quote(document.doc), document.title or document.doc),
            *(write_cell(name, getattr(document, name), lang) for name in _LISTED),
        ]
        for document in corpus
    ]
    columns = [{"heading": heading(name, lang), "text": True} for name in ("title", *_LISTED)]
    table = Markup(
        render_template("table.html.j2", lang, columns=columns, rows=rows, caption=None, more=None)
    )
    title = ("文件", "Documents")[check_language(lang)]
    return write_page(
        target / "index.html", render_template("documents.html.j2", lang, title=title, table=table)
    )


_LISTED: Final = ("region_name", "tier", "genre", "year", "plan_period", "issuer")


def tell_repairs(document: Document, lang: str) -> str:
    """Say what was repaired in a document, and how often; nothing of one without damage."""
    return describe_repairs("; ".join(f"{name} {count}" for name, count in document.repairs), lang)


def is_web_page(document: Document) -> bool:
    """Whether the document's raw text is the source of a web page."""
    return document.source.lower().endswith((".html", ".htm"))


# --- the text -----------------------------------------------------------------------------------------------


def lay_out_text(
    document: Document, found: Found, lang: str, most: int | None = None
) -> list[dict[str, Any]]:
    """Return the document's sections with their marked sentences, at most the first `most`, for the templates."""
    by_sentence = [_by_sentence(rows_of(frame, document.doc)) for frame in found]
    places = zip(document.sentences[:most], document.text_sentences[:most], strict=True)
    sentences = [
        _marked(document, sentence, start, [rows.get(sentence.sentence, []) for rows in by_sentence], lang)
        for sentence, (start, _, _) in places
    ]
    return _section_parts(document, sentences, lang)


def rows_of(frame: pd.DataFrame, doc: str) -> list[Row]:
    """Return the rows of one document in order, with None for what is missing."""
    return records(frame[frame["doc"] == doc].sort_values("start", kind="stable"))


def _by_sentence(rows: Iterable[Row]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(int(row["sentence"]), []).append(row)
    return groups


def _marked(
    document: Document, sentence: Sentence, text_start: int, found: list[list[Row]], lang: str
) -> dict[str, Any]:
    """Return a sentence, its readable and, where it differs, its published form, both marked."""
    quantities, systems, codings = found
    spans = [(row, str(row["status"]), describe_quantity(row, lang)) for row in quantities]
    spans += [(row, "system", describe_system(row, lang)) for row in systems]
    in_raw = [
        Mark(int(row["start"]) - sentence.start, int(row["end"]) - sentence.start, kind, title)
        for row, kind, title in spans
    ]
    in_text = [_mark_in_text(document.aligned, row, text_start, kind, title) for row, kind, title in spans]
    for row in codings:
        name = name_code(row, lang)
        in_text += [Mark(*place, "theme", name) for place in find_terms(sentence.text, row.get("evidence"))]
    published = document.raw[sentence.start : sentence.end]
    readable = _with_published_punctuation(document.aligned, text_start, sentence.text)
    return {
        "section": sentence.section,
        "number": sentence.sentence,
        "plain": sentence.text.strip(),
        "text_start": text_start,
        "text_end": text_start + len(sentence.text),
        "text": mark_text(readable, in_text),
        "raw": mark_text(published, in_raw) if published != readable else None,
        "codes": _codes(codings, lang),
    }


def _mark_in_text(aligned: AlignedText, row: Row, text_start: int, kind: str, title: str) -> Mark:
    start, end = aligned.text_span(int(row["start"]), int(row["end"]))
    return Mark(start - text_start, end - text_start, kind, title)


def _with_published_punctuation(aligned: AlignedText, start: int, text: str) -> str:
    """Give a repaired sentence its full-width punctuation back: rules need it narrow, readers do not."""
    places = range(start, start + len(text)) if aligned.origin is None else aligned.origin[start:]
    originals = (aligned.raw[place] for place in places)
    return "".join(
        original if original in _WIDE and _WIDE[original] == char else char
        for original, char in zip(originals, text, strict=False)
    )


_WIDE: Final = dict(zip("，；：！？（）", ",;:!?()", strict=True))


def _codes(rows: Iterable[Row], lang: str) -> list[dict[str, str]]:
    return [
        {
            "name": name_code(row, lang),
            "title": f"{row['scheme']}: {row['code']} ← {row.get('evidence') or '–'} ({row['coder']})",
        }
        for row in rows
    ]


_STOPS: Final = "。．.：: \u3000"


def _section_parts(document: Document, sentences: list[Row], lang: str) -> list[dict[str, Any]]:
    """Return the sections in order, each with its paragraphs of sentences; no sentence is lost."""
    known = {section.section for section in document.sections}
    parts: list[dict[str, Any]] = []
    lost = [item for item in sentences if item["section"] not in known]
    if lost:
        none = dict.fromkeys(("heading", "head"))
        about = {"section": "0", "level": 2, "plan_period": "", "stance": "", "chips": []}
        parts.append({**none, **about, "count": len(lost), "paragraphs": _paragraphs(document.text, lost)})
    for section in document.sections:
        items = [item for item in sentences if item["section"] == section.section]
        # a heading counts as a sentence: shown once, as the heading, under its own anchor
        head = (
            items.pop(0)
            if items and items[0]["plain"].rstrip(_STOPS) == section.heading.strip(_STOPS)
            else None
        )
        named = (section.plan_period, section.stance)
        parts.append(
            {
                "section": section.section,
                "heading": section.heading or None,
                "head": head,
                "level": min(section.depth + 1, 5),
                "plan_period": plan_label(section.plan_period, lang) if section.plan_period else "",
                "stance": label(section.stance, lang),
                "chips": [label(name, lang) for name in named if name and name != "other"],
                "count": len(items) + (head is not None),
                "paragraphs": _paragraphs(document.text, items),
            }
        )
    return parts


def _paragraphs(text: str, items: list[Row]) -> list[list[Row]]:
    """Put sentences in paragraphs: a line end of the repaired text between two sentences ends a paragraph."""
    paragraphs: list[list[Row]] = []
    for item in items:
        last = paragraphs[-1][-1] if paragraphs else None
        if last is None or "\n" in text[last["text_end"] - 1 : item["text_start"] + 1]:
            paragraphs.append([])
        paragraphs[-1].append(item)
    return paragraphs


# --- the tables beside it -----------------------------------------------------------------------------------


def about_table(document: Document, lang: str) -> Markup:
    """Return what is known of a document, folded."""
    names = ("doc", "region_name", "region", "tier", "genre", "year", "plan_period", "issuer", "source",
             "encoding", "script", "sha256")  # fmt: skip
    known = ((name, getattr(document, name)) for name in names)
    rows = [
        (heading(name, lang), str(value or "–") if name == "region" else write_cell(name, value, lang))
        for name, value in known
    ]
    cells = (
        Markup('<tr><th>{}</th><td class="text">{}</td></tr>').format(*row) for row in rows if row[1] != "–"
    )
    title = ("文件信息", "About this document")[check_language(lang)]
    table = Markup("<table><tbody>{}</tbody></table>").format(Markup("").join(cells))
    return Markup('<details class="about" open><summary>{}</summary>{}</details>').format(title, table)


def quantity_table(rows: list[Row], lang: str, *, linked: bool = True) -> Markup | None:
    """Return the table of a document's quantities, each linked to its sentence on the same page; None without any."""
    names = ("surface", "value", "unit", "approx", "role", "status", "period", "tier", "subject", "topic")
    if not rows:
        return None
    columns = [{"heading": heading("sentence", lang), "text": False}]
    columns += [{"heading": heading(name, lang), "text": name != "value"} for name in names]
    cells = [
        [_number_of(row, linked), *(write_cell(name, row.get(name), lang) for name in names)] for row in rows
    ]
    return Markup(
        render_template("table.html.j2", lang, columns=columns, rows=cells, caption=None, more=None)
    )


def _number_of(row: Mapping[str, Any], linked: bool) -> Markup | str:
    number = int(row["sentence"])
    return Markup('<a href="#s{0}">{0}</a>').format(number) if linked else str(number)
