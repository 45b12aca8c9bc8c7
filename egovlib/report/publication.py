"""Tables for a paper: `save_table` writes one as xlsx, docx and LaTeX, all 三线表 (three rules, no vertical ones).

What a reader sees is what `show_table` shows: headings and codes in words, shares in percent, – where missing.
The numbers of the xlsx are numbers still; those of the csv stand as they were computed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from egovlib.analyse.notes import Note
from egovlib.report.bilingual import choose_words
from egovlib.report.figures import link_to, output_folder
from egovlib.report.labels import label
from egovlib.report.latex import write_latex
from egovlib.report.printed import basis_notes, print_table
from egovlib.report.tables_html import worth_showing
from egovlib.report.word import write_word
from egovlib.report.workbooks import write_printed
from egovlib.spreadsheets import write_csv
from egovlib.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd


class SavedTable(dict[str, Path]):
    """The files of a saved table by kind (xlsx, docx, tex, csv); a notebook shows its caption and links to them."""

    caption: str = ""

    def _repr_html_(self) -> str:
        links = " · ".join(f'<a href="{link_to(path)}">{kind}</a>' for kind, path in self.items())
        stem = html.escape(self["csv"].stem)
        return f'<p class="egov" id="table-{stem}">{html.escape(self.caption)} <small>{links}</small></p>'


def save_table(
    table: pd.DataFrame,
    name: str,
    *,
    caption: str,
    notes: Sequence[str | tuple[str, str]] = (),
    n: int | None = None,
    interval: str | None = None,
    source: str | None = None,
    columns: Sequence[str] | None = None,
    lang: str = "zh",
    folder: str | Path | None = None,
) -> SavedTable:
    """Write `table` as name.xlsx, name.docx, name.tex and name.csv, with its caption above and its notes below.

    caption              of "中文 · English" the half in `lang`
    notes                texts, or pairs of Chinese and English, as comparisons have them
    n, interval, source  what the notes say of the number of units, of how intervals were made (both left out
                         where not given) and of where the numbers come from
    columns              which columns, in order; by default those `show_table` shows
    folder               by default the output folder of figures

    Returns the paths by kind; the same table gives the same bytes. Raises ValueError for an unusable name, a name
    that a figure of the folder has, or a column the table does not have; OSError when a file cannot be written.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name):
        raise ValueError(
            f"table name {name!r} cannot be a file name; use up to 80 ASCII letters, digits, - and _."
        )
    names = list(columns) if columns is not None else worth_showing(table)
    missing = [column for column in names if column not in table]
    if missing:
        raise ValueError(
            f"the table has no column {missing[0]!r}; it has {', '.join(map(str, table.columns))}."
        )
    target = output_folder(folder)
    if (target / f"{name}.svg").exists():
        raise ValueError(
            f"a figure in {target} is called {name!r}, and {name}.csv holds its data; call the table {name}_table."
        )
    own = [note if isinstance(note, str) else Note(*note).text(lang, label) for note in notes]
    said = [*own, *basis_notes(n, interval, source, lang)]
    printed = print_table(table, names, choose_words(caption, lang), said, lang)
    writers: dict[str, Callable[[Path], object]] = {
        "xlsx": partial(write_printed, table=table[names], printed=printed, lang=lang),
        "docx": partial(write_word, printed=printed, lang=lang),
        "tex": partial(write_latex, printed=printed, name=name, lang=lang),
        "csv": partial(write_csv, table[names]),
    }
    saved = SavedTable(
        {kind: write_whole(target / f"{name}.{kind}", write) for kind, write in writers.items()}
    )
    saved.caption = printed.caption
    return saved
