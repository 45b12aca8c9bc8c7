"""The SDMX-ML 3.0 structure message of the indicator panel: what the columns and codes of its SDMX-CSV file are.

A data structure definition and its dataflow, a concept a column, a codelist a coded column; names in Chinese and
English. Units stay text, because SDMX codes are Latin letters and digits. Written by pysdmx (https://py.sdmx.io).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from egovlib import frames
from egovlib.extract.definitions import read_codebook
from egovlib.extract.regions import region
from egovlib.report.fields import PANEL_TABLE, TITLES, describe, fields, title
from egovlib.report.labels import check_language, label
from egovlib.report.sdmx import ATTRIBUTES, DIMENSIONS, MISSING, NO_UNIT, NORMAL, STATUS, STRUCTURE, VALUE

if TYPE_CHECKING:
    import pandas as pd

_AGENCY, _, _REST = STRUCTURE.partition(":")
_ID, _VERSION = _REST.removesuffix(")").split("(")
_URN: Final = "urn:sdmx:org.sdmx.infomodel"
_WORDS: Final = {
    VALUE: ("数值", "value"),
    STATUS: ("观测状态", "observation status"),
    NORMAL: ("正常值", "normal value"),
    MISSING: ("缺失：来源相互矛盾", "missing: the sources contradict each other"),
    NO_UNIT: ("不适用", "not applicable"),
    "text": ("文中所写", "the text says it"),
    "document": ("取文件年份", "the year of the document"),
}


def structure_message(table: pd.DataFrame) -> str:
    """The structure of `table`, the panel as `sdmx_table` writes it; the regions listed are those it has."""
    zh, en = (_write(table, lang).splitlines() for lang in ("zh", "en"))
    lines = []
    for chinese, english in zip(zh, en, strict=True):
        lines.append(english)
        if ' xml:lang="en">' in english:  # pysdmx writes a name in one language, and calls it English
            lines.append(chinese.replace(' xml:lang="en">', ' xml:lang="zh">', 1))
    return "\n".join(lines) + "\n"


def _write(table: pd.DataFrame, lang: str) -> str:
    from pysdmx.io import write_sdmx
    from pysdmx.io.format import Format
    from pysdmx.model import Organisation
    from pysdmx.model.message import Header

    # a date of its own would make other bytes of the same panel
    prepared = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
    header = Header(id=_ID, prepared=prepared, sender=Organisation(id=_AGENCY))
    return str(write_sdmx(_artefacts(table, lang), Format.STRUCTURE_SDMX_ML_3_0, header=header))


def _artefacts(table: pd.DataFrame, lang: str) -> list[Any]:
    from pysdmx.model import Codelist, Concept, ConceptScheme, Dataflow, DataStructureDefinition
    from pysdmx.model.dataflow import Components

    made: dict[str, Any] = {"agency": _AGENCY, "version": _VERSION}
    names = _names(table, lang)
    lists = {
        column: Codelist(id=f"CL_{column}", name=_title(column, lang), items=_codes(known), **made)
        for column, known in names.items()
    }
    columns = [*DIMENSIONS.values(), VALUE, STATUS, *ATTRIBUTES.values()]
    concepts = ConceptScheme(
        id=f"CS_{_ID}",
        name=TITLES[PANEL_TABLE][check_language(lang)],
        items=[
            Concept(id=column, name=_title(column, lang), description=_describe(column, lang))
            for column in columns
        ],
        **made,
    )
    components = Components([_component(column, lists.get(column)) for column in columns])
    words = TITLES[PANEL_TABLE][check_language(lang)]
    structure = DataStructureDefinition(id=_ID, name=words, components=components, **made)
    return [*lists.values(), concepts, structure, Dataflow(id=_ID, name=words, structure=structure, **made)]


def _component(column: str, codes: Any) -> Any:
    """A dimension, the measure or an attribute; coded, or with its type."""
    from pysdmx.model import Component, ItemReference, Role

    dimension = column in DIMENSIONS.values()
    attribute = not dimension and column != VALUE
    return Component(
        id=column,
        required=dimension or column == STATUS,
        role=Role.DIMENSION if dimension else Role.ATTRIBUTE if attribute else Role.MEASURE,
        concept=ItemReference("Concept", _AGENCY, f"CS_{_ID}", _VERSION, column),
        local_dtype=None if codes else _type(column),
        local_codes=codes,
        local_enum_ref=f"{_URN}.codelist.Codelist={_AGENCY}:{codes.id}({_VERSION})" if codes else None,
        attachment_level="O" if attribute else None,
    )


def _type(column: str) -> Any:
    from pysdmx.model import DataType

    if column == "TIME_PERIOD":
        return DataType.PERIOD
    known = {field.name: field.dtype for field in fields(PANEL_TABLE)}
    kind = known["value" if column == VALUE else _COLUMNS[column]]
    return {"Float64": DataType.DOUBLE, "Int64": DataType.INTEGER}.get(kind, DataType.STRING)


_COLUMNS: Final = {column: name for name, column in (DIMENSIONS | ATTRIBUTES).items()}
"""The panel's column behind each of SDMX."""


def _title(column: str, lang: str) -> str:
    return title(_COLUMNS[column], lang) if column in _COLUMNS else _WORDS[column][check_language(lang)]


def _describe(column: str, lang: str) -> str:
    known = {field.name: field for field in fields(PANEL_TABLE)}
    return describe(known[_COLUMNS[column]], lang) if column in _COLUMNS else _title(column, lang)


def _names(table: pd.DataFrame, lang: str) -> dict[str, dict[str, str]]:
    """The codes of each coded column with their names: all that may stand there, of regions those that do."""
    place = check_language(lang)
    indicators = read_codebook().indicators
    known: dict[str, Iterable[tuple[str, str]]] = {
        "INDICATOR": ((one.indicator, (one.name_zh, one.name_en)[place]) for one in indicators),
        "REF_AREA": ((code, _area(code)) for code in sorted(table["REF_AREA"].dropna().unique())),
        "TIER": ((tier, label(tier, lang)) for tier in frames.TIERS),
        "STATUS": ((status, label(status, lang)) for status in frames.STATUSES),
        STATUS: ((code, _WORDS[code][place]) for code in (NORMAL, MISSING)),
        "DATED_BY": ((code, _WORDS[code][place]) for code in ("text", "document")),
    }
    absent = {NO_UNIT: _WORDS[NO_UNIT][place]}
    return {column: absent | dict(names) for column, names in known.items()}


def _area(code: str) -> str:
    row = region(code.removeprefix("CN_"))
    return row.name if row is not None else code


def _codes(names: Mapping[str, str]) -> list[Any]:
    from pysdmx.model import Code

    return [Code(id=code, name=name) for code, name in names.items()]
