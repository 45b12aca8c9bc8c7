"""Write docs/tables.md: every table, its columns, their types, allowed values and meaning, from the contracts.

python scripts/tables.py
"""

from __future__ import annotations

from pathlib import Path

from egovlib.codebook import rows
from egovlib.frames import Column
from egovlib.report.fields import TITLES, fields

PAGE = Path(__file__).parents[1] / "docs" / "tables.md"

HEAD = """# Tables

Which tables there are, and what stands in their columns. Written by `python scripts/tables.py` from the contracts in
`egovlib/frames.py` and the descriptions in `egovlib/codebook/columns.csv`; a test keeps it so. Column names and their
order are frozen.

Of every table with a place, `raw[start:end] == surface` holds in the raw text of the document. Types are pandas'
nullable ones, so a gap is NA, never 0 and never an empty text. "Required" means never NA.

```python
>>> from egovlib import frames
>>> frames.columns("sections")
['doc', 'section', 'depth', 'heading', 'plan_period', 'stance', 'start', 'end']
>>> sections = frames.build("sections", [("a", "1", 1, "总体要求", "fyp13", "plan", 0, 40)])
>>> frames.check("sections", sections).equals(sections)    # a table from elsewhere: checked, or refused
True

```

`egovlib extract` and `egovlib export` write these tables; the panel is made by `eg.panel` and is part of an export.
Other results (comparisons, networks, reuse, plans, index) describe their columns in their docstrings and pages
([methods](methods.md)).
"""


def write_page() -> str:
    """Return the whole page in Markdown."""
    return HEAD + "".join(_write_table(table) for table in TITLES)


def _write_table(table: str) -> str:
    described = {row["column"]: row for row in rows("columns")}
    lines = [
        f"| `{column.name}` | {_type(column)} | {_allowed(column)} | {described[column.name]['en']} | "
        f"{described[column.name]['zh']} |"
        for column in fields(table)
    ]
    head = "| column | type | allowed | meaning | 含义 |\n|---|---|---|---|---|\n"
    return f"\n## {table}\n\n{TITLES[table][1]}.\n\n{head}" + "\n".join(lines) + "\n"


def _type(column: Column) -> str:
    return f"{column.dtype}, required" if column.required else column.dtype


def _allowed(column: Column) -> str:
    return ", ".join(f"`{value}`" for value in column.allowed)


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
    print(PAGE)
