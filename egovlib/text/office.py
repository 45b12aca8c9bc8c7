"""Word and PDF files → text: paragraphs in order, a table's rows with tabs between their cells.

Such files are programs for their readers, so they are opened with limits: how much they may unpack to, how
many pages they may have, no entities that their XML declares. Each refusal is one sentence with the mend.
"""

from __future__ import annotations

import io
import itertools
import logging
import re
import shutil
import statistics
import subprocess
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from egovlib.text.alignment import AlignedText, Edit

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from pdfplumber.page import Page

UNPACKED = 256 * 2**20
"""Bytes that a Word or PDF file may unpack to; a work report's docx unpacks to 0.5 MB."""

PAGES = 2000
"""Pages of a PDF that are read; a yearbook has up to 1,500."""

CONVERSION_SECONDS = 120

_ENCRYPTED_WORD = "EncryptedPackage".encode("utf-16-le")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx(data: bytes, name: str) -> str:
    """The text of a docx file: paragraphs, tables' rows, and text boxes after the paragraph they hang on.

    Of a file without tables and boxes it is the paragraphs joined by line ends. Raises ValueError for a file
    that is damaged, encrypted, no Word file, or unpacks to more than UNPACKED bytes.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    check_package(data, name)
    try:
        document = docx.Document(io.BytesIO(data))
        text = "\n".join(_blocks(document))
    except (
        KeyError,
        ValueError,
        PackageNotFoundError,
        XMLSyntaxError,
        zipfile.BadZipFile,
        OSError,
        zlib.error,
        RecursionError,
    ):
        raise ValueError(
            f"{name!r} is a damaged docx file or none; open it in Word and save it as .docx again."
        ) from None
    if not text.strip():
        raise ValueError(
            f"{name!r} holds no text; if its pages are pictures, recognise their text (OCR) and read the result."
        )
    return text


def check_package(data: bytes, name: str, form: str = "docx") -> None:
    """Refuse a docx or xlsx file that is cut off, encrypted, a bomb, or declares entities, before it is opened.

    >>> check_package(b"PK", "a.docx")
    Traceback (most recent call last):
    ValueError: 'a.docx' is a truncated or damaged docx file; download it again.
    """
    main, program, plain = _PACKAGES[form]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > UNPACKED:
                raise ValueError(
                    f"{name!r} would unpack to {unpacked:,} bytes; at most {UNPACKED:,} "
                    f"({UNPACKED // 2**20} MB) are read: save what it says as {plain}."
                )
            if any(part.flag_bits & 1 for part in parts):
                raise ValueError(f"{name!r} is encrypted; open it with its password and save it without.")
            if main not in package.namelist():
                raise ValueError(f"{name!r} is no {program} document; save it as .{form} from {program}.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares(package, part):
                    raise ValueError(
                        f"{name!r} declares a document type or entities in {part.filename}, which no "
                        f"{program} file does; save it as .{form} from {program}."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise ValueError(f"{name!r} is a truncated or damaged {form} file; download it again.") from None


_PACKAGES = {"docx": ("word/document.xml", "Word", ".txt"), "xlsx": ("xl/workbook.xml", "Excel", ".csv")}
"""By form: the part that every such package has, the program that writes it, the plain form to fall back on."""


def _declares(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part of XML has a document type declaration, however long the comment before it (UTF-16 too)."""
    return re.search(rb"<!(?:DOCTYPE|ENTITY)", package.read(part).replace(b"\0", b"")) is not None


def _blocks(document: WordDocument) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for child in _content(document.element.body):
        if child.tag == f"{_W}p":
            yield from _paragraph(Paragraph(child, document))
        else:
            yield from _rows(Table(child, document))


def _content(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables of a body in order, those inside content controls as well."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag == f"{_W}sdt":
            for content in child.iterchildren(f"{_W}sdtContent"):
                yield from _content(content)


def _paragraph(paragraph: Paragraph) -> Iterator[str]:
    """A paragraph, then the paragraphs of the text boxes in it (their fallback copy is left out)."""
    from docx.text.paragraph import Paragraph

    yield paragraph.text
    for box in paragraph._p.iter(f"{_W}txbxContent"):
        if any(above.tag in (_FALLBACK, f"{_W}txbxContent") for above in box.iterancestors()):
            continue
        for inside in box.iter(f"{_W}p"):
            if text := Paragraph(inside, paragraph._parent).text:
                yield text


def _rows(table: Table) -> Iterator[str]:
    """The rows of a table, cells set apart by tabs; merged over columns a cell is said once, over rows in each.

    The cells are read as they are written: a table that says it spans a thousand million columns costs nothing.
    """
    from docx.table import _Cell

    above: dict[int, str] = {}  # by the column a cell begins in
    for row in table._tbl.tr_lst:
        cells: list[str] = []
        column = row.grid_before
        for cell in row.tc_lst:
            if cell.vMerge != "continue" or column not in above:
                lines = (line.strip() for line in _Cell(cell, table).text.split("\n"))
                above[column] = " ".join(filter(None, lines)).replace("\t", " ")
            cells.append(above[column])
            column += cell.grid_span
        yield "\t".join(cells)


def read_doc(data: bytes, name: str) -> str:
    """The text of a doc file of older Word, converted by LibreOffice.

    Raises ValueError when the file is encrypted or LibreOffice is missing, fails or takes too long.
    """
    if _ENCRYPTED_WORD in data:
        raise ValueError(f"{name!r} is encrypted; open it with its password and save it without.")
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ValueError(
            f"{name!r} is a .doc file, which LibreOffice converts and there is none here; install LibreOffice "
            "(the command soffice), or save the file as .docx."
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "document.doc"  # a plain name: the original may be long or odd
        source.write_bytes(data)
        command = [
            program, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless",
            "--convert-to", "docx", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=CONVERSION_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise ValueError(
                f"LibreOffice did not convert {name!r} within {CONVERSION_SECONDS} seconds; save it as .docx."
            ) from None
        converted = source.with_suffix(".docx")
        if not converted.exists():
            raise ValueError(f"LibreOffice could not convert {name!r}; open it in Word and save it as .docx.")
        return read_docx(converted.read_bytes(), name)


def read_pdf(data: bytes, name: str) -> tuple[AlignedText, tuple[tuple[str, int], ...]]:
    """The text layer of a PDF, without the heads that its pages repeat and the breaks in its sentences; notes.

    Raises ValueError for a PDF that is encrypted, damaged, too large or has no text layer.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    _check_streams(data, name)
    try:
        with _Losses() as losses, pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > PAGES:
                raise ValueError(
                    f"{name!r} has {len(pdf.pages)} pages; at most {PAGES} are read: split the file."
                )
            pages = []
            for page in pdf.pages:
                pages.append(_page_lines(page))
                page.close()
    except ValueError as error:
        if str(error).startswith(repr(name)):
            raise
        raise _damaged(name) from None
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise ValueError(
                f"{name!r} is encrypted; open it with its password and save it without."
            ) from None
        raise _damaged(name) from None
    except Exception:  # whatever a damaged file makes the parser do, it is the file's fault
        raise _damaged(name) from None
    aligned, notes = _join_pages(pages, name)
    return aligned, (*notes, ("lost_parts", losses.count)) if losses.count else notes


class _Losses(logging.Handler):
    """Counts the parts of a PDF that its parser could not unpack, and keeps its other remarks from the user."""

    _parser = logging.getLogger("pdfminer")

    def __enter__(self) -> _Losses:
        self.count = 0
        self._as_before = self._parser.propagate
        self._parser.propagate = False
        self._parser.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._parser.removeHandler(self)
        self._parser.propagate = self._as_before

    def emit(self, record: logging.LogRecord) -> None:
        """Count a remark on lost data."""
        self.count += "Data-loss" in record.getMessage()


def _damaged(name: str) -> ValueError:
    return ValueError(f"{name!r} is a truncated or damaged PDF; download it again.")


_STREAM = re.compile(rb"stream\r?\n")


def _check_streams(data: bytes, name: str) -> None:
    """Refuse a PDF whose compressed streams unpack to more than UNPACKED bytes."""
    left = UNPACKED
    for match in _STREAM.finditer(data):
        if data[match.end() : match.end() + 1] != b"\x78":  # what zlib streams begin with
            continue
        unpacker = zlib.decompressobj()
        rest = memoryview(data)[match.end() :]
        try:
            while left > 0 and not unpacker.eof:
                left -= len(unpacker.decompress(unpacker.unconsumed_tail or rest, 2**20))
                rest = rest[:0]
                if not unpacker.unconsumed_tail:
                    break
        except zlib.error:
            continue
        if left <= 0:
            raise ValueError(
                f"{name!r} would unpack to more than {UNPACKED:,} bytes ({UNPACKED // 2**20} MB); "
                "save its text as .txt."
            )


class _Line(NamedTuple):
    """A line of a page: its words, where it begins and ends, how high it is; a table's row has no place."""

    text: str
    left: float = 0.0
    right: float = 0.0
    height: float = 0.0


def _page_lines(page: Page) -> list[_Line]:
    """The lines of a page from top to bottom, tables as rows."""
    tables = [table for table in page.find_tables() if _is_table(table.extract())]
    rest = page.filter(lambda item: not any(_inside(item, table.bbox) for table in tables))
    lines = [
        (line["top"], _Line(line["text"], line["x0"], line["x1"], line["bottom"] - line["top"]))
        for line in rest.extract_text_lines(return_chars=False)
    ]
    for table in tables:
        lines += [
            (table.bbox[1] + i / 1000, _Line(row))
            for i, cells in enumerate(table.extract())
            if (row := "\t".join((cell or "").replace("\n", "") for cell in cells)).strip()
        ]
    return [line for _, line in sorted(lines, key=lambda line: line[0])]


def _is_table(rows: Sequence[Sequence[str | None]]) -> bool:
    """A table has at least two rows that fill two cells; a frame round a paragraph has not."""
    return sum(sum(bool(cell and cell.strip()) for cell in row) >= 2 for row in rows) >= 2


def _inside(item: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    if not {"x0", "x1", "top", "bottom"} <= item.keys():
        return False
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    left, top, right, bottom = box
    return bool(left <= x <= right and top <= y <= bottom)


def _join_pages(
    pages: Sequence[Sequence[_Line]], name: str
) -> tuple[AlignedText, tuple[tuple[str, int], ...]]:
    """The pages' lines in order, and the edits that delete running heads and join broken lines."""
    bare = sum(not any(line.text.strip() for line in lines) for lines in pages)
    if bare == len(pages):
        raise ValueError(
            f"{name!r} has no text layer: its pages are pictures; recognise their text (OCR) and read the result."
        )
    heads = _running(pages)
    kept = [
        line for number, lines in enumerate(pages) for i, line in enumerate(lines) if (number, i) not in heads
    ]
    broken = {id(line) for line in _broken(kept)}
    edits: list[Edit] = []
    place = 0
    for number, lines in enumerate(pages):
        for i, line in enumerate(lines):
            end = place + len(line.text)
            if (number, i) in heads:
                edits.append((place, end + 1, ""))
            elif id(line) in broken:
                edits.append((end, end + 1, ""))
            place = end + 1
    raw = "".join(line.text + "\n" for lines in pages for line in lines)
    notes = (("running_heads", len(heads)), ("broken_lines", len(broken)), ("pages_without_text", bare))
    return AlignedText.of(raw).edit(edits), tuple((what, count) for what, count in notes if count)


def _broken(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines that go on in the next: they reach the right margin, and the next one is not indented.

    A full line that ends a sentence is left alone: nothing is lost, and the next may be a paragraph of its own.
    """
    prose = [line for line in lines if line.height]
    if not prose:
        return
    left = statistics.mode(round(line.left) for line in prose)
    right = max(line.right for line in prose)
    for line, following in itertools.pairwise(lines):
        full = line.height and line.right >= right - 1.5 * line.height
        flush = following.height and abs(following.left - left) <= 0.8 * following.height
        if full and flush and not line.text.rstrip().endswith(tuple("。！？；：!?;:")):
            yield line


def _running(pages: Sequence[Sequence[_Line]]) -> set[tuple[int, int]]:
    """(page, line) of the first and last lines that at least three pages and a third of them repeat.

    Digits count as equal, so that page numbers are found; a line that ends a sentence is none.
    """
    edges = [
        (number, i, i == 0, re.sub(r"\d+", "#", lines[i].text.strip()))
        for number, lines in enumerate(pages)
        if lines
        for i in sorted({0, len(lines) - 1})
    ]
    counts = Counter((first, shape) for _, _, first, shape in edges)
    enough = max(3, len(pages) / 3)
    return {
        (number, i)
        for number, i, first, shape in edges
        if counts[first, shape] >= enough and len(shape) <= 60 and not shape.endswith(("。", "；"))
    }
