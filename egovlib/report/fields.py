"""What every exported table and column is: names and descriptions in both languages, types, allowed values.

The one place that descriptors (Data Package, CSVW, SDMX, the README sheet) take their words from.

>>> field = fields("quantities")[3]
>>> field.name, title(field.name, "zh"), describe(field, "en")
('surface', '原文', 'The characters as they stand in the raw text: raw[start:end]')
"""

from __future__ import annotations

from typing import Final

from egovlib import codebook
from egovlib.analyse.panel import PANEL
from egovlib.frames import TABLES, Column
from egovlib.report.labels import check_language, heading, label

PANEL_TABLE: Final = "panel"

TITLES: Final = {
    "documents": ("文件：每份文件一行", "Documents: one row a document"),
    "sections": (
        "章节：每个标题一行，含规划期与立场",
        "Sections: one row a heading, with plan period and stance",
    ),
    "sentences": ("句子：每句一行", "Sentences: one row a sentence"),
    "quantities": ("数量：文中每个数字一行", "Quantities: one row a number of the text"),
    "systems": ("系统：每次提及一行", "Systems: one row a mention"),
    "codings": ("编码：句子与代码各成一行", "Codings: one row a sentence and code"),
    "indicators": ("指标观测：每个数字一行，认出的附指标", "Indicators: one row an observation"),
    "corrections": ("人工修正及其结果", "Corrections by persons, and what became of each"),
    PANEL_TABLE: (
        "指标面板：指标、地区、级别、时期、状态、单位各成一格",
        "Indicator panel: one row a cell of indicator, region, tier, period, status and unit",
    ),
}
"""What each table is called."""

_CODEBOOK: Final = "columns"


def fields(table: str) -> list[Column]:
    """The columns of an exported table, in order."""
    if table != PANEL_TABLE:
        return TABLES[table]
    known = {column.name: column for column in TABLES["indicators"]}
    allowed = {name: known[name].allowed if name in known else () for name in PANEL}
    return [Column(name, dtype, allowed[name]) for name, dtype in PANEL.items()]


def title(column: str, lang: str) -> str:
    """The heading of a column."""
    return heading(column, lang)


def describe(field: Column, lang: str) -> str:
    """Say what a column holds; the allowed values with their labels behind it.

    >>> describe(Column("status", "string", ("actual", "target")), "zh")
    '实际还是目标，或建设状态：actual（实际）、target（目标）'
    """
    place = check_language(lang)
    known = {row["column"]: (row["zh"], row["en"]) for row in codebook.rows(_CODEBOOK)}
    text = known[field.name][place] if field.name in known else title(field.name, lang)
    if not field.allowed:
        return text
    if lang == "zh":
        return f"{text}：{'、'.join(f'{value}（{label(value)}）' for value in field.allowed)}"
    return f"{text}: {', '.join(field.allowed)}"
