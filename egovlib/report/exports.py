"""`export_package`: every table of a corpus in the forms that archives, statisticians and colleagues read.

    datapackage.json    Data Package v2 over all that follows, with the catalogue entry and the provenance stamp
    data/               a csv a table, with CSVW metadata
    parquet/            the same tables with their types, nothing guarded
    sdmx/               the indicator panel as SDMX-CSV 2.0, and its structure message in SDMX-ML 3.0
    egovlib_tables.xlsx the same tables behind a README sheet
    codebook/           the csv files that decided what was found
    catalogue.csv       the core metadata of GB/T 21063.3
    provenance.json     versions, hashes of the documents and of the codebook

The same documents, codebook and versions give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from shutil import copyfile, rmtree
from typing import TYPE_CHECKING, Any, Final

import egovlib
from egovlib.hashes import CODEBOOK_FILES, PACKAGE, hash_file
from egovlib.report.catalogue import catalogue_entry, catalogue_rows
from egovlib.report.csvw import group, metadata
from egovlib.report.datapackage import descriptor, table_resource
from egovlib.report.fields import PANEL_TABLE
from egovlib.report.provenance import stamp
from egovlib.report.sdmx import sdmx_table
from egovlib.report.workbooks import write_workbook
from egovlib.spreadsheets import write_csv
from egovlib.writing import PART, make_folder, one_run_at_a_time, write_whole

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus

_DESCRIPTOR: Final = "datapackage.json"
WORKBOOK: Final = "egovlib_tables.xlsx"
_GUARD: Final = (
    "以 = + - @ 开头的文本在 csv 中前加一个撇号，以免表格软件把它当公式；Parquet 中是原文。",
    "A text that begins with = + - @ has an apostrophe before it in the csv files, lest a spreadsheet program run "
    "it; the Parquet files have it as it is.",
)
_PLACE: Final = (
    "每行的 doc、start、end 指向原始文本中的位置，surface 是那里的字样；"
    "low、high 是措辞允许的区间；空格子是未知，不是 0。",
    "doc, start, end of each row give its place in the raw text, surface what stands there; low and high are the "
    "interval the wording allows; an empty cell is unknown, not 0.",
)


def export_package(corpus: Corpus, folder: str | Path, *, catalogue: Mapping[str, str] | None = None) -> Path:
    """Write every table of `corpus` into `folder` as a Data Package, CSVW, Parquet, xlsx and SDMX-CSV.

    catalogue  what only the provider knows, by element of `egovlib.report.catalogue.SAID`: provider, published,
               sharing (unconditional, conditional, none), open (yes, conditional, no), cycle, title, abstract …

    Returns the path of datapackage.json, which is put there last: where it stands, the rest is whole. Raises
    ValueError for a catalogue element or value that is not allowed, or when another run holds the folder;
    OSError in one sentence when the folder cannot be written or the disk is full: what was there stays.
    """
    tables = export_tables(corpus)
    entry = catalogue_entry(catalogue or {}, documents=len(tables["documents"]), tables=list(tables))
    target = Path(folder)
    with one_run_at_a_time(target):
        # made aside, so that an older package stays whole when the disk is full or the run is stopped
        aside = target / f"egovlib{PART}"
        rmtree(aside, ignore_errors=True)
        try:
            _write_package(aside, tables, entry)
            return _move(aside, target)
        finally:
            rmtree(aside, ignore_errors=True)


def _write_package(target: Path, tables: Mapping[str, pd.DataFrame], entry: Mapping[str, Any]) -> None:
    """Write all files of the package, its descriptor last."""
    provenance = _provenance(tables["documents"])
    resources = _write_csvs(target, tables)
    files = [
        *_write_metadata(target, tables),
        *_write_parquet(target, tables),
        *_write_sdmx(target, tables[PANEL_TABLE]),
        _write_workbook(target, tables, entry, provenance),
        *_copy_codebook(target),
        _write_catalogue(target, entry),
        _write_json(target, "provenance.json", provenance),
    ]
    _write_text(target, "README.md", _readme(entry, tables))
    about = descriptor(
        name=_package_name(entry["id"]),
        titles=(entry["title"], "Tables extracted from Chinese e-government texts"),
        description="\n".join((entry["abstract"], *_PLACE, *_GUARD)),
        version=egovlib.__version__,
        resources=resources,
        files=files,
        catalogue=entry,
        provenance=provenance,
    )
    write_whole(target / _DESCRIPTOR, _json_writer(about))


def _move(made: Path, target: Path) -> Path:
    """Put the files of a finished package into their places, the descriptor last: where it stands, all others do."""
    (target / _DESCRIPTOR).unlink(missing_ok=True)
    files = sorted(path for path in made.rglob("*") if path.is_file())
    for file in sorted(files, key=lambda path: path == made / _DESCRIPTOR):
        place = target / file.relative_to(made)
        make_folder(place.parent)
        file.replace(place)
    return target / _DESCRIPTOR


def export_tables(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """The tables a package holds: all of `extract_tables`, and the panel of the indicators."""
    from egovlib.analyse.panel import panel
    from egovlib.extract.tables import extract_tables

    tables = extract_tables(corpus)
    return {**tables, PANEL_TABLE: panel(tables["indicators"], documents=tables["documents"])}


def _provenance(documents: pd.DataFrame) -> dict[str, Any]:
    """The stamp, its inputs the documents read rather than a folder's files."""
    hashes = dict(sorted(documents[["doc", "sha256"]].itertuples(index=False, name=None)))
    return {**stamp({}), "inputs": hashes}


def _package_name(identifier: str) -> str:
    """A package's name: lower case letters, digits, dots, hyphens."""
    name = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in identifier.lower())
    return name.strip("-") or "egovlib-tables"


# --- one kind of file each ----------------------------------------------------------------------------


def _written(target: Path, path: str, write: Callable[[Path], object]) -> dict[str, Any]:
    """Write a file of the package; its bytes and hash."""
    file = write_whole(target / path, write)
    return {"bytes": file.stat().st_size, "hash": f"sha256:{hash_file(file)}"}


def _write_csv(target: Path, path: str, frame: pd.DataFrame) -> dict[str, Any]:
    return _written(target, path, lambda part: write_csv(frame, part, encoding="utf-8"))


def _file(path: str, mediatype: str, written: Mapping[str, Any]) -> dict[str, Any]:
    return {"path": path, "mediatype": mediatype, **written}


def _write_csvs(target: Path, tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    paths = {name: f"data/{name}.csv" for name in tables}
    return [
        table_resource(name, frame, paths[name], _write_csv(target, paths[name], frame))
        for name, frame in tables.items()
    ]


def _write_metadata(target: Path, tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    kind = "application/csvm+json"
    return [
        _write_json(target, "data/csv-metadata.json", group(tables), kind),
        *(
            _write_json(target, f"data/{name}.csv-metadata.json", metadata(name, frame), kind)
            for name, frame in tables.items()
        ),
    ]


def _write_parquet(target: Path, tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    made = []
    for name, frame in tables.items():
        path = f"parquet/{name}.parquet"
        written = _written(target, path, partial(frame.to_parquet, index=False))
        made.append(_file(path, "application/vnd.apache.parquet", written))
    return made


def _write_sdmx(target: Path, panel: pd.DataFrame) -> list[dict[str, Any]]:
    """The data, and the structure message that its STRUCTURE_ID names."""
    from egovlib.report.sdmx_structure import structure_message

    table, data, about = sdmx_table(panel), f"sdmx/{PANEL_TABLE}.csv", "sdmx/structure.xml"
    return [
        _file(data, "application/vnd.sdmx.data+csv;version=2.0.0", _write_csv(target, data, table)),
        _file(
            about,
            "application/vnd.sdmx.structure+xml;version=3.0.0",
            _written(target, about, _text_writer(structure_message(table))),
        ),
    ]


def _write_workbook(
    target: Path, tables: Mapping[str, pd.DataFrame], entry: Mapping[str, Any], provenance: Mapping[str, Any]
) -> dict[str, Any]:
    readme = [
        (entry["title"],),
        *(("", "", zh, en) for zh, en in (_PLACE,)),
        ("",),
        *((row[0], row[1], row[3], row[2]) for row in catalogue_rows(entry)),
        ("codebook", "sha256", str(provenance["codebook"])),
        ("egovlib", "", egovlib.__version__),
    ]
    written = _written(target, WORKBOOK, lambda part: write_workbook(part, tables, readme=readme))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(WORKBOOK, kind, written)


def _copy_codebook(target: Path) -> list[dict[str, Any]]:
    """The codebook as it was used, byte for byte."""
    source = PACKAGE / "codebook"
    files = sorted(
        file for file in source.rglob("*") if file.is_file() and file.name.endswith(CODEBOOK_FILES)
    )
    made = []
    for file in files:
        path = f"codebook/{file.relative_to(source).as_posix()}"
        written = _written(target, path, partial(copyfile, file))
        made.append(_file(path, "text/csv", written))
    return made


def _write_catalogue(target: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    import pandas as pd

    rows = pd.DataFrame(catalogue_rows(entry), columns=["element", "name_zh", "name_en", "value"])
    written = _write_csv(target, "catalogue.csv", rows)
    return _file("catalogue.csv", "text/csv", written)


def _text_writer(text: str) -> Callable[[Path], object]:
    return lambda part: part.write_text(text, encoding="utf-8", newline="\n")


def _json_writer(content: Mapping[str, Any]) -> Callable[[Path], object]:
    return _text_writer(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _write_json(
    target: Path, path: str, content: Mapping[str, Any], mediatype: str = "application/json"
) -> dict[str, Any]:
    return _file(path, mediatype, _written(target, path, _json_writer(content)))


def _write_text(target: Path, path: str, text: str) -> None:
    write_whole(target / path, _text_writer(text))


def _readme(entry: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> str:
    from egovlib.report.fields import TITLES

    lines = [
        f"- `{name}`: {len(frame)} · {TITLES[name][0]} · {TITLES[name][1]}" for name, frame in tables.items()
    ]
    words = [*_PLACE, *_GUARD, "Excel 请用 xlsx；csv 是 UTF-8，不带字节顺序标记。", "For Excel take the xlsx; "
             "the csv files are UTF-8 without a byte order mark."]  # fmt: skip
    made = (
        f"egovlib {egovlib.__version__} · datapackage.json · provenance.json · catalogue.csv (GB/T 21063.3)"
    )
    title = " ".join(str(entry["title"]).split())
    return "\n\n".join((title, "\n".join(lines), *words, made)) + "\n"
