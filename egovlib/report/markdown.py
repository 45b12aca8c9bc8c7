r"""Markdown made into HTML that cannot do anything: names and titles in it come from documents.

>>> show_conclusion("- 地区：<script>alert(1)</script>").text
'<ul>\n<li>地区：&lt;script&gt;alert(1)&lt;/script&gt;</li>\n</ul>\n'
>>> clean_html('<h2 id="a">a</h2><script>alert(1)</script><a href="javascript:x" onclick="x">b</a>')
'<h2 id="a">a</h2><a>b</a>'
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.templating import Html

if TYPE_CHECKING:
    import mistune
    from nbconvert import HTMLExporter


def show_conclusion(*paragraphs: str) -> Html:
    """Show what can be said in a notebook: markdown, in which all HTML stays text.

    `paragraphs` are what the `write_…conclusion` verbs return.
    """
    return Html(str(_markdown()("\n\n".join(paragraphs))))


@cache
def _markdown() -> mistune.Markdown:
    import mistune

    return mistune.create_markdown(escape=True)


def clean_html(html: str) -> str:
    """Take out of HTML whatever could run or load anything: scripts, handlers, frames, addresses of other kinds.

    Headings keep their ids, which the contents lead to.
    """
    import nh3

    kept = {name: {*allowed, "id"} for name, allowed in nh3.ALLOWED_ATTRIBUTES.items()}
    headings = {f"h{n}": {"id"} for n in range(1, 7)}
    return nh3.clean(html, attributes={**kept, **headings}, link_rel=None)


_EMPTY_ANCHOR: Final = re.compile(r'<a class="anchor-link"[^<>]*/>')
"""What nbconvert puts behind a heading; HTML knows no such empty link, and would take all that follows for it."""


@cache
def notebook_exporter() -> HTMLExporter:
    """Return nbconvert's exporter of a notebook's cells, whose markdown, of cells and of results, is cleaned."""
    from jinja2 import pass_context
    from nbconvert import HTMLExporter

    class CleanExporter(HTMLExporter):
        @pass_context
        def markdown2html(self, context: Any, source: str) -> str:
            return clean_html(_EMPTY_ANCHOR.sub("", super().markdown2html(context, source)))

    make: Any = CleanExporter
    return make(  # type: ignore[no-any-return]
        template_name="basic", anchor_link_text="", exclude_input_prompt=True, exclude_output_prompt=True
    )
