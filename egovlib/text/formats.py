"""Files → raw text: the text as published, decoded and nothing else.

Plain text and Markdown in the encodings such files come in (UTF-8 with or without mark, GB18030, Big5,
UTF-16), web pages (markup.py), Word and PDF files (office.py). What a text file or a web page says is kept to
the character, so that places in the raw text are places in the file; of a Word or PDF file the raw text is
what was extracted from it. What a file is, its first bytes say better than its name.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from egovlib.text.alignment import AlignedText

SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".doc", ".pdf")

LARGEST = 64 * 2**20
"""Bytes; a government document of one million characters has 3 MB."""

UNDECODABLE = 0.001
"""The share of characters that may be undecodable before a file counts as no text."""

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAGIC = ((b"%PDF-", ".pdf"), (b"PK\x03\x04", ".docx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"))
_WORD = (".docx", ".doc")

Notes = tuple[tuple[str, int], ...]
"""What reading had to do, and how often: a part of Document.repairs."""


@dataclass(frozen=True)
class Reading:
    """What was read of a file.

    aligned   the raw text, and the text the repairs start from: without a web page's markup or a PDF's heads
    encoding  of a text or a web page its encoding, else the form: docx, doc or pdf
    sha256    of the file's bytes
    notes     markup, running_heads, mixed_encoding, undecodable, … and how often
    """

    aligned: AlignedText
    encoding: str
    sha256: str
    notes: Notes = ()


def read_raw(path: Path) -> Reading:
    """Read a file of any known form.

    Raises FileNotFoundError, PermissionError, or ValueError when the file is empty, too large, damaged,
    encrypted, of an unknown form or no text; each says the mend.
    """
    data = _bytes(path)
    form = _form(path, data)
    sha256 = hashlib.sha256(data).hexdigest()
    if form == ".pdf":
        from egovlib.text.office import read_pdf

        aligned, notes = read_pdf(data, path.name)
        return Reading(aligned, "pdf", sha256, notes)
    if form in _WORD:
        from egovlib.text.office import read_doc, read_docx

        text = read_docx(data, path.name) if form == ".docx" else read_doc(data, path.name)
        return Reading(AlignedText.of(text), form[1:], sha256)
    decoded = decode(data, path.name)
    aligned, notes = AlignedText.of(decoded.text), decoded.notes
    if form == ".html":
        from egovlib.text.markup import strip_markup

        aligned, edits = strip_markup(decoded.text)
        notes = (*notes, ("markup", edits))
    if not aligned.text.strip():
        raise ValueError(f"{path.name!r} holds no text; a document needs text: check the download.")
    return Reading(aligned, decoded.encoding, sha256, notes)


def _bytes(path: Path) -> bytes:
    """The bytes of a file that is there, readable, not empty and not too large."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ValueError(f"{str(path)!r} is no file; give a file, or read a folder with read_corpus.")
        if size > LARGEST:
            raise ValueError(
                f"{path.name!r} has {size:,} bytes; at most {LARGEST:,} ({LARGEST // 2**20} MB) are read: "
                "split the file."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {str(path)!r}; check the path.") from None
    except PermissionError:
        raise PermissionError(f"{str(path)!r} may not be read; change the rights of the file.") from None
    except OSError as error:
        raise ValueError(
            f"{path.name!r} cannot be opened ({error.strerror}); check the path and its length."
        ) from None
    if not data.strip():
        raise ValueError(f"{path.name!r} is empty; a document needs text: check the download.")
    return data


def _form(path: Path, data: bytes) -> str:
    """.txt, .md, .html, .docx, .doc or .pdf: the name says which, and the first bytes must not belie it."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(
            f"{path.name!r} is a {path.suffix or 'nameless'} file; egovlib reads {', '.join(SUFFIXES)}: "
            "save it as one of them."
        )
    found = next((form for magic, form in _MAGIC if data.startswith(magic)), None)
    if suffix in _WORD and found in _WORD:
        return found  # Word opens either under either name, so both names are in use for both
    if found is not None and found != suffix:
        raise ValueError(f"{path.name!r} is not a {suffix} but a {found} file; rename it to end in {found}.")
    if suffix in (*_WORD, ".pdf") and found is None:
        if suffix == ".doc" and re.match(rb"\s*(?:<|\{\\rtf)", data):
            return ".html" if data.lstrip().startswith(b"<") else ".doc"
        raise ValueError(
            f"{path.name!r} is no {suffix[1:]} file or is damaged at its start; download it again."
        )
    return ".html" if suffix == ".htm" else suffix


@dataclass(frozen=True)
class Decoded:
    """A decoded text, its encoding, and notes on what could not be decoded as one."""

    text: str
    encoding: str
    notes: Notes = ()


def decode(data: bytes, name: str = "the text") -> Decoded:
    """Decode bytes of Chinese text.

    UTF-8 is taken when it fits, because other encodings practically never do by chance. Else, where most
    lines are UTF-8, the others are read line by line (a file put together from two, or cut inside a
    character). Else the encoding is told by charset-normalizer. Bytes that still mean nothing become U+FFFD;
    both are noted, and more than one in a thousand such characters is refused.

    >>> decode("电子政务发展规划，十三五期间。".encode("gb18030"))
    Decoded(text='电子政务发展规划，十三五期间。', encoding='gb18030', notes=())
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace"), encoding, name)
    try:
        return _checked(data.decode("utf-8"), "utf-8", name)
    except UnicodeDecodeError:
        pass
    return _decode_lines(data, name) or _detect(data, name)


def _checked(text: str, encoding: str, name: str, notes: Notes = ()) -> Decoded:
    """Refuse what is no text; count what could not be decoded."""
    if "\0" in text:
        raise ValueError(f"{name!r} is not text: it holds NUL characters; give a text, Word or PDF file.")
    lost = text.count("\ufffd")
    if lost > max(1, UNDECODABLE * len(text)) and encoding != "utf-8":
        raise ValueError(
            f"{name!r} is not text in UTF-8, GB18030, Big5 or UTF-16 ({lost} characters of {len(text)} cannot "
            "be decoded); save it as UTF-8 and read it again."
        )
    return Decoded(text, encoding, (*notes, ("undecodable", lost)) if lost else notes)


def _decode_lines(data: bytes, name: str) -> Decoded | None:
    """Read a text whose lines are mostly UTF-8, the others as GB18030; None for any other text."""
    lines = data.splitlines(keepends=True)
    texts = [_utf8(line) for line in lines]
    fitting = sum(
        len(line) for line, text in zip(lines, texts, strict=True) if text and len(line) > len(text) + 8
    )
    if fitting < 0.5 * len(data):
        return None
    notes: Notes = ()
    for i, line in enumerate(lines):
        if texts[i] is None:
            texts[i], other = _other_line(line)
            notes = (("mixed_encoding", notes[0][1] + 1 if notes else 1),) if other else notes
    text = "".join(text or "" for text in texts)
    if text.count("\ufffd") > max(3, UNDECODABLE * len(text)):
        return None
    return _checked(text, "utf-8", name, notes)


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _other_line(line: bytes) -> tuple[str, bool]:
    """A line that is no UTF-8: damaged UTF-8 when little is lost, else GB18030; whether it was the latter."""
    damaged = line.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= max(1, len(damaged) // 20):
        return damaged, False
    return line.decode("gb18030", "replace"), True


_DECLARED = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_GB = ("gb2312", "gbk", "gb18030")


def _detect(data: bytes, name: str) -> Decoded:
    """Tell GB18030, Big5 and UTF-16 apart: by a page's own word for it, else by charset-normalizer."""
    declared = _DECLARED.search(data[:4096])
    label = declared[1].decode("ascii").lower() if declared else ""
    if label in _GB or label.startswith("big5"):
        encoding = "gb18030" if label in _GB else "big5hkscs"
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") <= max(1, UNDECODABLE * len(text)):
            return _checked(text, encoding, name)
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["gb18030", "big5", "big5hkscs", "utf_16_le", "utf_16_be"]).best()
    if best is not None:
        return _checked(str(best), best.encoding, name)
    if b"\0" in data:
        raise ValueError(f"{name!r} is not text: it holds NUL bytes; give a text, Word or PDF file.")
    text = data.decode("gb18030", "replace")
    return _checked(text, "gb18030", name)
