"""How pages are filled: the package's templates, which escape all text, and a piece of HTML for notebooks.

Every page is one file with one style, loads nothing from elsewhere and runs no script (its content security
policy forbids both). What a document says stays text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from egovlib.report.labels import check_language
from egovlib.report.style import text_width
from egovlib.writing import write_whole

if TYPE_CHECKING:
    import jinja2


@dataclass(frozen=True)
class Html:
    """A piece of HTML that a notebook shows as such."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


def render_template(template: str, lang: str, **values: Any) -> str:
    """Fill a template of the package; `say("中文", "English")` in it chooses by `lang`."""
    place = check_language(lang)
    return _templates().get_template(template).render(lang=lang, say=lambda *words: words[place], **values)


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("egovlib.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["length_class"] = length_class
    return environment


def length_class(cell: object) -> int:
    """Sort a table's cell by its width: 0 stays on one line, 1 is broken, 2 is a sentence that needs room.

    >>> length_class("十二五 2011–15"), length_class("电子公文交换覆盖的设区市政府"), length_class("截至2013年底，" * 8)
    (0, 1, 2)
    """
    width = text_width(Markup(cell).striptags())
    return 2 if width > SENTENCE else 1 if width > ONE_LINE else 0


ONE_LINE, SENTENCE = 16, 90
"""Half-width columns of a cell that is not broken, and of one that is no sentence yet. Found by looking at the
reports' tables at 1000 pixels: names of systems and plan periods fit the first, surfaces and subjects the second."""


def write_page(path: Path, text: str) -> Path:
    """Write a page so that it appears under its name only when it is whole; return the path."""
    return write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
