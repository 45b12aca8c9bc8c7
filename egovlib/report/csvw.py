"""CSVW metadata: `csv-metadata.json` for all exported tables, and for each `<table>.csv-metadata.json` beside it.

W3C, Metadata Vocabulary for Tabular Data (2015), https://www.w3.org/TR/tabular-metadata/. A program that is given
one table finds the file of its name; only the first has the foreign keys, which must stay within one description.

>>> sections = frames.build("sections", [("a", "1", 1, "目标", None, "plan", 0, 2)])
>>> found = metadata("sections", sections)
>>> found["url"], found["tableSchema"]["columns"][2]["datatype"], found["tableSchema"]["columns"][5]["datatype"]
('sections.csv', 'integer', {'base': 'string', 'format': 'review|problem|plan|safeguard|other'})
>>> group({"sections": sections})["tables"][0]["tableSchema"]["foreignKeys"][0]["reference"]
{'resource': 'documents.csv', 'columnReference': ['doc']}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from egovlib import frames
from egovlib.report.datapackage import KEYS, REFERENCES, required
from egovlib.report.fields import TITLES, describe, fields, title

if TYPE_CHECKING:
    import pandas as pd

_TYPES: Final = {"string": "string", "Int64": "integer", "Float64": "double"}
_LANGUAGES: Final = ("zh", "en")
_CONTEXT: Final = ["http://www.w3.org/ns/csvw", {"@language": "zh"}]
_DIALECT: Final = {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]}


def metadata(table: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Describe the csv file of one table: columns with type and both languages, its key, how it is written."""
    return {"@context": _CONTEXT, **_table(table, frame), "dialect": _DIALECT}


def group(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Describe the csv files of all tables, with the rows of others that they name."""
    described = []
    for name, frame in tables.items():
        found = _table(name, frame)
        references = [
            {
                "columnReference": KEYS[other],
                "reference": {"resource": f"{other}.csv", "columnReference": KEYS[other]},
            }
            for other in REFERENCES.get(name, ())
            if frame[KEYS[other]].notna().all(axis=None)  # a foreign key of CSVW may not be null
        ]
        if references:
            found["tableSchema"]["foreignKeys"] = references
        described.append(found)
    return {"@context": _CONTEXT, "dialect": _DIALECT, "tables": described}


def _table(table: str, frame: pd.DataFrame) -> dict[str, Any]:
    full = required(frame)
    return {
        "url": f"{table}.csv",
        "dc:title": _texts(*TITLES[table]),
        "tableSchema": {
            "columns": [_column(column, full) for column in fields(table)],
            **({"primaryKey": KEYS[table]} if table in KEYS else {}),
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
