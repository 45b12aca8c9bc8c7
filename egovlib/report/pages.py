"""What notebooks and reports show, by its place: each page and table has a module of its own.

templating     templates, pieces of HTML          marks          what was found, marked in a text
links          addresses of sentences             tables_html    tables with readable headings
evidence       sentences behind a number          document_page  a document with everything found
report_page    an executed notebook               index_page     the list of runs
views          what JupyterLab shows of documents, corpora and results
"""

from egovlib.report.document_page import render_document, write_document_pages
from egovlib.report.evidence import show_comparison, show_evidence
from egovlib.report.index_page import render_index
from egovlib.report.links import evidence_anchor, sentence_link
from egovlib.report.marks import Mark, describe_quantity, mark_text
from egovlib.report.report_page import render_report
from egovlib.report.tables_html import records, show_table
from egovlib.report.templating import Html, render_template

__all__ = [
    "Html",
    "Mark",
    "describe_quantity",
    "evidence_anchor",
    "mark_text",
    "records",
    "render_document",
    "render_index",
    "render_report",
    "render_template",
    "sentence_link",
    "show_comparison",
    "show_evidence",
    "show_table",
    "write_document_pages",
]
