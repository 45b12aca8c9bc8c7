"""How pages are filled: the package's templates, which escape all text, and a piece of HTML for notebooks.

Every page is one file with one style, loads nothing from elsewhere and runs no script (its content security
policy forbids both). What a document says stays text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib.report.labels import check_language
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

    return jinja2.Environment(
        loader=jinja2.PackageLoader("egovlib.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def write_page(path: Path, text: str) -> Path:
    """Write a page so that it appears under its name only when it is whole; return the path."""
    return write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
