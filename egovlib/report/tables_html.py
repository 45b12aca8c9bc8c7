"""Tables for reading: headings and codes in words, shares in percent, and a link from each number to its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from egovlib.extract.regions import region
from egovlib.report.bilingual import choose_words
from egovlib.report.labels import (
    check_language,
    describe_repairs,
    field_label,
    group_label,
    heading,
    indicator_label,
    label,
    phrase,
    plan_label,
)
from egovlib.report.links import in_a_run, sentence_link, unfold_sentence
from egovlib.report.style import format_number, format_p
from egovlib.report.templating import Html, render_template

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus

_PERCENT: Final = frozenset(
    {"share", "retained", "stability", "share_a", "share_b", "share_low", "share_high", "margin"}
)
_POINTS: Final = frozenset({"difference", "slope", "low", "high", "loo_low", "loo_high"})
_EFFECTS: Final = frozenset({"effect", "effect_low", "effect_high"})
_P_VALUES: Final = frozenset({"p", "q", "p_min"})
_PLAIN: Final = frozenset(
    {"year", "deadline", "issued", "period", "region", "sentence", "section", "code", "doc"}
)
_MEASURED: Final = frozenset({"value", "value_high", "low", "high"})
_CITED: Final = frozenset({"surface", "value"})
_UNFOLDING: Final = ("value", "surface", "sentence")
"""Which column unfolds the sentences in JupyterLab: the first of these that is shown."""
_HIDDEN: Final = frozenset({"start", "end", "sha256", "section"})
_DOCUMENTS: Final = frozenset({"doc", "source_doc"})

_WORDED: Final[dict[str, Callable[[str, str], str]]] = {
    **dict.fromkeys(("group", "lowest", "highest"), group_label),
    **dict.fromkeys(("indicator", "removed"), indicator_label),
    **dict.fromkeys(("measure", "field", "coefficient"), field_label),
    "repairs": describe_repairs,
    "surface": lambda text, lang: unescape(text),
}
"""Columns whose values have words of their own."""

LINED_UP_BELOW: Final = 1000
"""From here on decimals say nothing, and 万 or commas more: numbers of such a column are written each as it is."""
MOST_PLACES: Final = 4
"""A column with a number that would vanish at so many decimals is not lined up."""


def show_table(
    frame: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    lang: str = "zh",
    links: bool = True,
    caption: str | None = None,
    n: int | None = None,
    corpus: Corpus | None = None,
) -> Html:
    """Make a table for reading: headings and codes in words, shares in percent, – where missing.

    A value stands with its unit. Where the frame has `doc`, documents, values, wordings and sentence numbers link
    to the document page (`write_document_pages` writes it). `columns` chooses and orders; by default offsets, hashes
    and columns without any value are left out. `n` is how many rows to show at most; the table then says
    how many there are. Of a caption "中文 · English" the half in `lang` is shown.
    JupyterLab opens a page at its head only; given `corpus`, a notebook's numbers unfold their sentences where they
    stand. In a report they lead to the sentence on its page.
    Raises ValueError for a column the frame does not have.
    """
    names = list(columns) if columns is not None else worth_showing(frame)
    unknown = [name for name in names if name not in frame]
    if unknown:
        raise ValueError(
            f"the table has no column {unknown[0]!r}; it has {', '.join(map(str, frame.columns))}."
        )
    measured = {"value", "unit"} <= set(names)
    names = [name for name in names if name != "unit" or not measured]
    shown = frame if n is None else frame.head(n)
    columns_shown = [{"heading": _heading(name, lang), "text": not is_number(frame, name)} for name in names]
    comparison = "difference" in frame or "slope" in frame
    plain = [name for name in names if not (measured and name in _MEASURED)]
    places = {name: n for name in plain if (n := decimal_places(shown, name, comparison))}
    unfolding = next((name for name in _UNFOLDING if name in names), None)
    inside = None if in_a_run() else corpus
    rows = [
        [
            _linked_cell(
                row,
                name,
                lang,
                links=links,
                comparison=comparison,
                measured=measured,
                inside=inside if name == unfolding else None,
            )
            if row[name] is None or name not in places
            else f"{row[name]:,.{places[name]}f}".replace("-", "−")
            for name in names
        ]
        for row in records(shown)
    ]
    more = left_out(len(shown), len(frame), lang)
    return Html(
        render_template(
            "table.html.j2",
            lang,
            columns=columns_shown,
            rows=rows,
            caption=choose_words(caption, lang) if caption else None,
            more=more,
        )
    )


def _heading(name: str, lang: str) -> str:
    """Head a column; codes of regions are shown by name, so their column is headed as one of names."""
    return heading("region_name" if name == "region" else name, lang)


def decimal_places(frame: pd.DataFrame, name: str, comparison: bool) -> int:
    """Count the decimals that a column of plain numbers is written with, so that they line up; 0: each as it is."""
    special = _PERCENT | _EFFECTS | _P_VALUES | _PLAIN | (_POINTS if comparison else frozenset())
    if name in special or not is_number(frame, name):
        return 0
    values = [float(value) for value in frame[name].dropna()]
    if any(abs(value) >= LINED_UP_BELOW or 0 < abs(value) < 10**-MOST_PLACES for value in values):
        return 0
    return max((len(f"{value:.4g}".partition(".")[2]) for value in values), default=0)


def worth_showing(frame: pd.DataFrame) -> list[str]:
    """The columns that tell a reader something: no offsets or hashes, none that is empty."""
    full = [str(name) for name in frame.columns if frame.empty or frame[name].notna().any()]
    return [name for name in full if name not in _HIDDEN]


def left_out(shown: int, total: int, lang: str) -> str | None:
    """Say how many rows are left out, if any."""
    words = (f"共 {total} 行，显示前 {shown} 行。", f"{shown} of {total} rows.")
    return words[check_language(lang)] if shown < total else None


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, with None for what is missing."""
    names = [str(name) for name in frame.columns]
    columns = (_plain(frame.iloc[:, place]) for place in range(len(names)))
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(column: pd.Series[Any]) -> list[Any]:
    """The values of a column as Python's own, None for what is missing; pandas takes four times as long by rows."""
    values: Any = column.to_numpy(dtype=object, copy=True)
    values[column.isna().to_numpy()] = None
    return [value.item() if hasattr(value, "dtype") and not value.shape else value for value in values]


def is_number(frame: pd.DataFrame, name: str) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name]))


def _linked_cell(
    row: Mapping[str, Any],
    name: str,
    lang: str,
    *,
    links: bool,
    comparison: bool,
    measured: bool,
    inside: Corpus | None = None,
) -> Markup | str:
    """Write a cell; with the corpus its sentence unfolds inside, else it is a link."""
    text = write_cell(name, row[name], lang, comparison=comparison)
    if row[name] is None:
        return text
    if name in _DOCUMENTS:
        text = breaking(text)
    if measured and name in _MEASURED and row["unit"] is not None:
        text += str(row["unit"])
    if not links or row.get("doc") is None:
        return text
    if name == "sentence" or (name in _CITED and row.get("sentence") is not None):
        if inside is not None:
            return unfold_sentence(inside, str(row["doc"]), int(row["sentence"]), text)
        return sentence_link(str(row["doc"]), row["sentence"], text)
    return sentence_link(str(row[name]), None, text) if name in _DOCUMENTS else text


def breaking(name: str) -> Markup:
    """Let a long id break behind its underscores, where the table is narrow."""
    return Markup("_<wbr>").join(escape(part) for part in name.split("_"))


def write_cell(name: str, value: Any, lang: str, *, comparison: bool = False) -> str:
    """Write one value as a reader wants it."""
    if value is None or value != value:
        return "–"
    if name in _WORDED:
        return _WORDED[name](str(value), lang)
    if name == "plan_period" or (name == "period" and str(value).startswith("fyp")):
        return plan_label(str(value), lang)
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
    if name in _EFFECTS or (comparison and name in _POINTS):
        return f"{100 * value:+.1f}".replace("-", "−")
    if name in _P_VALUES:
        return format_p(value)
    if name in _PLAIN:
        return f"{value:.0f}"
    return format_number(float(f"{value:.12g}") if value == int(value) else float(f"{value:.4g}"), lang)
