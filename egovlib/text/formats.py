"""Files → raw text: the text as published, decoded and nothing else.

Plain text in the encodings such files come in (UTF-8 with or without mark, GB18030, Big5, UTF-16) and
Markdown. What the file says is kept to the character: no line end is translated, no mark taken off; that
is the repairs' business, which know the way back.
"""

from __future__ import annotations

import codecs
from pathlib import Path

SUFFIXES = (".txt", ".md")

LARGEST = 64 * 2**20
"""Bytes; a government document of one million characters has 3 MB."""

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_raw(path: Path) -> tuple[str, str, bytes]:
    """The raw text of a file, the encoding it was read with, and its bytes (for the hash).

    Raises FileNotFoundError, or ValueError when the file is empty, too large, of an unknown form or no text.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file {str(path)!r}; check the path.")
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(
            f"{path.name!r} is a {path.suffix or 'nameless'} file; egovlib reads {', '.join(SUFFIXES)}: "
            "save it as plain text."
        )
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{path.name!r} has {size} bytes; at most {LARGEST} are read: split the file.")
    data = path.read_bytes()
    if not data.strip():
        raise ValueError(f"{path.name!r} is empty; a document needs text: check the download.")
    text, encoding = decode(data, path.name)
    return text, encoding, data


def decode(data: bytes, name: str = "the text") -> tuple[str, str]:
    """Decode bytes of Chinese text; (text, encoding).

    UTF-8 is taken when it fits, because other encodings practically never do by chance; the others are told
    apart by charset-normalizer.

    >>> decode("电子政务发展规划，十三五期间。".encode("gb18030"))
    ('电子政务发展规划，十三五期间。', 'gb18030')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text, encoding = _detect(data, name)
    else:
        encoding = "utf-8"
    if "\0" in text:
        raise ValueError(f"{name!r} is not text: it holds NUL characters; give a .txt or .md file.")
    return text, encoding


def _detect(data: bytes, name: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["gb18030", "big5", "big5hkscs", "utf_16_le", "utf_16_be"]).best()
    if best is None:
        raise ValueError(
            f"{name!r} is not text in UTF-8, GB18030, Big5 or UTF-16; save it as UTF-8 and read it again."
        )
    return str(best), best.encoding
