"""The Data Package v2 descriptor of exported tables (https://datapackage.org/standard/data-package/).

>>> found = schema("sections", frames.build("sections", [("a", "1", 1, "目标", None, "plan", 0, 2)]))
>>> found["fields"][5]["constraints"]["enum"]
['review', 'problem', 'plan', 'safeguard', 'other']
>>> found["primaryKey"], found["foreignKeys"][0]["reference"]
(['doc', 'section'], {'resource': 'documents', 'fields': ['doc']})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from egovlib import frames
from egovlib.report.fields import PANEL_TABLE, TITLES, describe, fields, title

if TYPE_CHECKING:
    import pandas as pd

_PROFILES: Final = "https://datapackage.org/profiles/2.0"
_TYPES: Final = {"string": "string", "Int64": "integer", "Float64": "number", "boolean": "boolean"}

KEYS: Final = {"documents": ["doc"], "sections": ["doc", "section"], "sentences": ["doc", "sentence"]}
"""The columns that name a row; elsewhere a place of the text may be read twice."""

REFERENCES: Final = {
    "sections": ["documents"],
    "sentences": ["documents"],
    "quantities": ["documents", "sentences"],
    "systems": ["documents", "sentences"],
    "codings": ["documents", "sentences"],
    "indicators": ["documents", "sentences"],
    PANEL_TABLE: ["documents", "sentences"],
}
"""The tables whose rows a table names. The panel's place is that of the source its value is taken from."""


def both(words: tuple[str, str]) -> str:
    """Chinese and English in one text, for standards that have room for one."""
    return " · ".join(dict.fromkeys(words))


def required(frame: pd.DataFrame) -> set[str]:
    """The columns without an empty cell; a text may be empty where the contract wants one (a number without unit)."""
    return {str(name) for name in frame if not frame[name].isna().any() and not frame[name].eq("").any()}


def schema(table: str, frame: pd.DataFrame) -> dict[str, Any]:
    """The Table Schema of a table: fields with both languages, types, allowed values, keys."""
    full = required(frame)
    described = [_field(column, full) for column in fields(table)]
    references = [
        {"fields": KEYS[other], "reference": {"resource": other, "fields": KEYS[other]}}
        for other in REFERENCES.get(table, ())
    ]
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": described,
        "missingValues": [""],
        **({"primaryKey": KEYS[table]} if table in KEYS else {}),
        **({"foreignKeys": references} if references else {}),
    }


def _field(column: frames.Column, full: set[str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required and column.name in full:
        constraints["required"] = True
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    return {
        "name": column.name,
        "type": _TYPES[column.dtype],
        "title": both((title(column.name, "zh"), title(column.name, "en"))),
        "description": both((describe(column, "zh"), describe(column, "en"))),
        **({"trueValues": ["True"], "falseValues": ["False"]} if column.dtype == "boolean" else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def table_resource(table: str, frame: pd.DataFrame, path: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the csv file of a table; `written` has its bytes and hash."""
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": table,
        "type": "table",
        "path": path,
        "title": both(TITLES[table]),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **written,
        "dialect": {
            "$schema": f"{_PROFILES}/tabledialect.json",
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "schema": schema(table, frame),
    }


def descriptor(
    *,
    name: str,
    titles: tuple[str, str],
    description: str,
    version: str,
    resources: Iterable[Mapping[str, Any]],
    files: Iterable[Mapping[str, Any]],
    catalogue: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Put a package's descriptor together.

    resources are its tables; `files`, the same tables in other forms and what they were made by, each with its
    hash, `catalogue` and `provenance` are properties of its own, which the standard allows.
    """
    provider = catalogue["provider"]
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": name,
        "title": both(titles),
        "description": description,
        "version": version,
        "keywords": ["电子政务", "e-government", "text as data"],
        **({"contributors": [{"title": provider, "roles": ["publisher"]}]} if provider else {}),
        "resources": list(resources),
        "files": list(files),
        "catalogue": dict(catalogue),
        "provenance": dict(provenance),
    }
