"""CSVW metadata of an exported table: the file `<table>.csv-metadata.json` beside `<table>.csv`.

W3C, Metadata Vocabulary for Tabular Data (2015), https://www.w3.org/TR/tabular-metadata/.

>>> found = metadata("sections", frames.build("sections", [("a", "1", 1, "目标", None, "plan", 0, 2)]))
>>> found["url"], found["tableSchema"]["columns"][2]["datatype"], found["tableSchema"]["columns"][5]["datatype"]
('sections.csv', 'integer', {'base': 'string', 'format': 'review|problem|plan|safeguard|other'})
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from egovlib import frames
from egovlib.report.datapackage import KEYS, REFERENCES, required
from egovlib.report.fields import TITLES, describe, fields, title

if TYPE_CHECKING:
    import pandas as pd

_TYPES: Final = {"string": "string", "Int64": "integer", "Float64": "double"}
_LANGUAGES: Final = ("zh", "en")


def metadata(table: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Describe the csv file of a table: columns with type and both languages, keys, how it is written."""
    full = required(frame)
    references = [
        {
            "columnReference": KEYS[other],
            "reference": {"resource": f"{other}.csv", "columnReference": KEYS[other]},
        }
        for other in REFERENCES.get(table, ())
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": f"{table}.csv",
        "dc:title": _texts(*TITLES[table]),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tableSchema": {
            "columns": [_column(column, full) for column in fields(table)],
            **({"primaryKey": KEYS[table]} if table in KEYS else {}),
            **({"foreignKeys": references} if references else {}),
        },
    }


def _texts(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for text, lang in zip((zh, en), _LANGUAGES, strict=True)]


def _column(column: frames.Column, full: set[str]) -> dict[str, Any]:
    datatype: Any = _TYPES.get(column.dtype, "string")
    if column.dtype == "boolean":
        datatype = {"base": "boolean", "format": "True|False"}
    elif column.allowed:
        datatype = {"base": "string", "format": "|".join(map(re.escape, column.allowed))}
    return {
        "name": column.name,
        "titles": column.name,
        "dc:title": _texts(*(title(column.name, lang) for lang in _LANGUAGES)),
        "dc:description": _texts(*(describe(column, lang) for lang in _LANGUAGES)),
        "datatype": datatype,
        "null": "",
        **({"required": True} if column.required and column.name in full else {}),
    }
