r"""Documents, corpora and the register: a file becomes a document that knows its text, source and nature.

>>> document = read_text("2013年山西省电子政务发展概况\n一、网络\n截至2013年底，接入50多个厅局。")
>>> document.year, document.genre, [section.heading for section in document.sections]
(2013, 'overview', ['', '一、网络'])
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, overload

from egovlib import codebook, frames
from egovlib.corrections import Correction, read_corrections
from egovlib.spreadsheets import unguard, write_csv
from egovlib.text.alignment import AlignedText
from egovlib.text.formats import SUFFIXES, Reading, read_raw
from egovlib.text.metadata import FIELDS, Candidates, Metadata, check_known, recognise
from egovlib.text.repairs import RepairLog, repair
from egovlib.text.sections import Section, Sentence, find_sections, find_sentences
from egovlib.text.years import years_spoken_of
from egovlib.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd

EMBEDDED = Path(__file__).parent.parent / "data" / "corpus"
"""The corpus that a clone of the project carries."""

Source = "Corpus | Document | str"


@dataclass(frozen=True, eq=False)
class Document:
    """One document: its raw text, the repaired text, what was repaired, and what it is.

    doc         ASCII slug, the key of every table
    aligned     raw and repaired text with the way back
    repairs     what was done to the text, and how often
    candidates  for each Metadata field that is unknown, the values that were weighed
    source      file name; "" for a text given as a string
    corrections what persons corrected in its tables, from the corpus's corrections.csv
    """

    doc: str
    aligned: AlignedText = field(repr=False)
    repairs: RepairLog = ()
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    candidates: Candidates = field(default_factory=dict, repr=False)
    source: str = ""
    encoding: str | None = None
    sha256: str = field(default="", repr=False)
    corrections: tuple[Correction, ...] = field(default=(), repr=False)

    @property
    def raw(self) -> str:
        """The text as published."""
        return self.aligned.raw

    @property
    def text(self) -> str:
        """The repaired text, which all rules read."""
        return self.aligned.text

    @property
    def title(self) -> str | None:
        """The document's title."""
        return self.metadata.title

    @property
    def region(self) -> str | None:
        """GB/T 2260 code valid in the document's year; 000000 is the nation."""
        return self.metadata.region

    @property
    def region_name(self) -> str | None:
        """The region's name."""
        return self.metadata.region_name

    @property
    def tier(self) -> str | None:
        """The tier of the reporting region, a value of frames.TIERS."""
        return self.metadata.tier

    @property
    def genre(self) -> str | None:
        """A value of frames.GENRES."""
        return self.metadata.genre

    @property
    def year(self) -> int | None:
        """The year of issue."""
        return self.metadata.year

    @property
    def plan_period(self) -> str | None:
        """The plan period of the document as a whole; its sections may differ."""
        return self.metadata.plan_period

    @property
    def issuer(self) -> str | None:
        """Who issued it."""
        return self.metadata.issuer

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that the text speaks of, in order."""
        return years_spoken_of(self.text)

    @property
    def script(self) -> str:
        """Script of the raw text: hans, hant or mixed."""
        converted = dict(self.repairs).get("script", 0)
        if not converted:
            return "hans"
        return "hant" if converted >= 0.05 * len(self.text) else "mixed"

    @cached_property
    def text_sections(self) -> tuple[Section, ...]:
        """The sections with places in the repaired text."""
        return tuple(find_sections(self.text, genre=self.genre, plan_period=self.plan_period, year=self.year))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections with places in the raw text."""
        return tuple(
            section._replace(start=start, end=end)
            for section in self.text_sections
            for start, end in (self.aligned.span(section.start, section.end),)
        )

    @cached_property
    def text_sentences(self) -> tuple[tuple[int, int, Section], ...]:
        """(start, end, section) of each sentence, places in the repaired text."""
        text = self.text
        return tuple(
            (start, end, section)
            for section in self.text_sections
            for start, end in find_sentences(text, section)
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, numbered from 1, with places in the raw text and their repaired text."""
        text, span = self.text, self.aligned.span
        return tuple(
            Sentence(section.section, number, *span(start, end), text[start:end])
            for number, (start, end, section) in enumerate(self.text_sentences, 1)
        )

    def _repr_html_(self) -> str:
        from egovlib.report.views import view  # the report is loaded when something is shown

        return view(self)

    def row(self) -> tuple[Any, ...]:
        """The document's row in the documents table."""
        m = self.metadata
        repairs = "; ".join(f"{name} {count}" for name, count in self.repairs) or None
        return (
            self.doc, m.title, m.region, m.region_name, m.tier, m.genre, m.year, m.plan_period, m.issuer,
            self.source or None, self.encoding, self.script, len(self.raw), repairs, self.sha256 or None,
        )  # fmt: skip


class Corpus(Sequence[Document]):
    """Documents in a fixed order, and the files that could not be read.

    corpus[0] and corpus["slug"] give a Document; `documents`, `sections` and `sentences` are tables after
    frames.py; `failures` has a row (source, problem) for each file that was not read.
    """

    def __init__(
        self, documents: Sequence[Document], failures: Sequence[tuple[str, str]] = (), name: str = ""
    ):
        self.name = name
        self._documents = tuple(documents)
        self._failures = tuple(failures)
        self._by_doc = {document.doc: document for document in self._documents}

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    @overload
    def __getitem__(self, key: int | str) -> Document: ...
    @overload
    def __getitem__(self, key: slice) -> Corpus: ...
    def __getitem__(self, key: int | str | slice) -> Document | Corpus:
        if isinstance(key, slice):
            return Corpus(self._documents[key], name=self.name)
        if isinstance(key, int):
            return self._documents[key]
        if key not in self._by_doc:
            raise KeyError(f"there is no document {key!r}; there are {', '.join(self._by_doc)}.")
        return self._by_doc[key]

    def __repr__(self) -> str:
        chars, failed = sum(len(document.raw) for document in self), len(self._failures)
        return f"<Corpus {self.name or ''}: {len(self)} documents, {chars:,} characters, {failed} failures>"

    def _repr_html_(self) -> str:
        from egovlib.report.views import view  # the report is loaded when something is shown

        return view(self)

    @cached_property
    def uncorrected(self) -> Corpus:
        """The corpus without its corrections.csv: what the machine alone says of it, as an evaluation needs."""
        if not any(document.corrections for document in self):
            return self
        documents = [replace(document, corrections=()) for document in self]
        return Corpus(documents, self._failures, self.name)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """The table of documents."""
        return frames.build("documents", (document.row() for document in self))

    @cached_property
    def sections(self) -> pd.DataFrame:
        """The table of sections."""
        return frames.build(
            "sections",
            (
                (d.doc, s.section, s.depth, s.heading or None, s.plan_period, s.stance, s.start, s.end)
                for d in self
                for s in d.sections
            ),
        )

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """The table of sentences."""
        return frames.build(
            "sentences",
            ((d.doc, s.section, s.sentence, s.start, s.end, s.text) for d in self for s in d.sentences),
        )

    @property
    def failed(self) -> Sequence[Failure]:
        """The files that could not be read, as pairs."""
        return self._failures

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The files that could not be read: source, problem."""
        import pandas as pd

        return pd.DataFrame(list(self._failures), columns=["source", "problem"], dtype="string")


def documents_of(source: Corpus | Document | str) -> Sequence[Document]:
    """The documents that a public verb is asked to read: a corpus's, one, or a plain text as one."""
    if isinstance(source, str):
        return [read_text(source)]
    return [source] if isinstance(source, Document) else source


def read_text(text: str, doc: str = "text", **known: Any) -> Document:
    """Make a document of a text; `known` are Metadata fields that are known better than the text says them.

    Raises ValueError for a text with half a character in it, as a file decoded by surrogateescape has.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as half:
        raise ValueError(
            f"the text holds half a character ({text[half.start]!r} at {half.start}), which no file can; decode it "
            "anew, with errors='replace'."
        ) from None
    return _make(Reading(AlignedText.of(text), "", _hash(data)), doc=doc, known=known)


def read_document(path: str | Path, **known: Any) -> Document:
    """Read one file.

    path   .txt or .md (in UTF-8, GB18030, Big5 or UTF-16), .html, .docx, .doc (where LibreOffice is) or .pdf
    known  Metadata fields (title, region, tier, genre, year, …) that override what the text says

    Raises FileNotFoundError, PermissionError, or ValueError (empty, no text, damaged, encrypted, too large,
    unknown form, unknown field) with the mend.
    """
    path = Path(path)
    reading = read_raw(path)
    doc = str(known.pop("doc", None) or slug(path.stem))
    return _make(reading, doc=doc, known=known, source=path.name)


def read_corpus(path: str | Path | Sequence[str | Path] = "embedded") -> Corpus:
    """Read a folder, a file, or a list of both; "embedded" is the corpus of the clone.

    A `register.csv` in a folder or beside it gives what is known of its files (columns doc, file, and any
    Metadata field; an empty cell is left to the text). A file that cannot be read, or a register row without
    its file, becomes a row of `failures`, and so does a missing path in a list; the rest is read. A
    `corrections.csv` in the same places (see `egovlib.corrections`) corrects the tables of its documents. Raises
    FileNotFoundError for one path that is missing and ValueError when nothing readable is there, or when the
    register or the corrections break their contract.
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    files, failures = list_files(paths)
    corpus = read_files(files)
    name = "embedded" if path == "embedded" else Path(paths[0]).name if len(paths) == 1 else ""
    return Corpus(corpus, [*corpus.failed, *failures], name)


@dataclass(frozen=True)
class File:
    """A file of a corpus that is still to be read.

    doc          the id its document will have
    known        Metadata fields that the register knows better than the text says them
    corrections  what persons corrected in its tables
    """

    path: Path
    doc: str
    known: Mapping[str, Any] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()

    @property
    def source(self) -> str:
        """Where the file is, as a failure names it."""
        return str(self.path)

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """Open the file's bytes."""
        return self.path.open("rb")

    def read(self) -> Document:
        """Read the document; raises as `read_document` does."""
        document = read_document(self.path, doc=self.doc, **self.known)
        return replace(document, corrections=self.corrections)


Failure = tuple[str, str]
"""What could not be read, and why, with the mend: (source, problem)."""


def list_files(paths: Sequence[str | Path]) -> tuple[list[File], list[Failure]]:
    """List what `read_corpus` reads, without reading it: the files in their order, and what is not there.

    Raises as `read_corpus` does for a path that is missing, a folder without documents, or a broken register.
    """
    files: list[File] = []
    failures: list[Failure] = []
    for one in each_file(paths, sorted, {}):
        if isinstance(one, File):
            files.append(one)
        else:
            failures.append(one)
    return files, failures


def each_file(
    paths: Sequence[str | Path],
    in_order: Callable[[Iterable[Path]], Iterable[Path]],
    taken: MutableMapping[str, str],
) -> Iterator[File | Failure]:
    """Give one by one what `list_files` lists, keeping nothing but what it is given to keep it in.

    in_order  sorts the paths of a folder
    taken     the documents listed so far: the name of the file of each id; two files cannot be one document
    """
    for item in paths:
        base = EMBEDDED if str(item) == "embedded" else Path(item)
        if _exists(base):
            yield from _list_base(item, base, in_order, taken)
            continue
        problem = f"there is no corpus {str(item)!r}; give a folder, a file, or 'embedded'."
        if len(paths) == 1:
            raise FileNotFoundError(problem)
        yield (str(item), problem)  # the rest is read all the same


def _list_base(
    item: str | Path,
    base: Path,
    in_order: Callable[[Iterable[Path]], Iterable[Path]],
    taken: MutableMapping[str, str],
) -> Iterator[File | Failure]:
    rows, register = _read_register(base)
    known = {row["file"]: row for row in rows}
    corrections = _read_corrections(base)
    met: set[str] = set()
    lost: list[Failure] = []
    empty = True
    for path in [base] if base.is_file() else in_order(_scan(base)):
        if path != base and _leads_out(path, base):  # a corpus is what stands in its folder
            problem = f"{path.name!r} is a symbolic link out of {base}; put a copy of the file there instead."
            lost.append((str(path), problem))
        elif path == base or _is_document(path):
            empty = False
            met |= known.keys() & {path.name}
            yield _list_file(path, known.get(path.name, {}), corrections, taken)
    lost = [*_not_there(base, register, rows, met), *lost]
    if empty and not lost:
        raise ValueError(f"{str(item)!r} holds no document; egovlib reads {', '.join(SUFFIXES)} files.")
    yield from lost
    yield from _correct_nothing(base, corrections, taken)


def _list_file(
    path: Path,
    row: Mapping[str, str],
    corrections: Mapping[str, tuple[Correction, ...]],
    taken: MutableMapping[str, str],
) -> File | Failure:
    try:
        known = _known(row)
        doc = str(known.pop("doc", None) or slug(path.stem))
        take_id(doc, path.name, taken)
    except ValueError as error:
        return (str(path), str(error))
    return File(path, doc, known, corrections.get(doc, ()))


def take_id(doc: str, name: str, taken: MutableMapping[str, str]) -> None:
    """Keep a document's id for the file `name`; raise ValueError when another file has it."""
    if doc in taken:
        raise ValueError(
            f"{name!r} would be document {doc!r}, as {taken[doc]!r} already is; rename one of them."
        )
    taken[doc] = name


def read_files(files: Iterable[File]) -> Corpus:
    """Read listed files; what cannot be read becomes a row of `failures`."""
    documents: list[Document] = []
    failures: list[Failure] = []
    for file in files:
        try:
            documents.append(file.read())
        except (ValueError, OSError) as error:
            failures.append((file.source, str(error)))
    return Corpus(documents, failures)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that the file system cannot hold
        return False


def _files_of(base: Path) -> list[Path]:
    """The files of a folder and its subfolders, in order of name."""
    if base.is_file():
        return [base]
    return sorted(path for path in _scan(base) if _is_document(path) and not _leads_out(path, base))


def _scan(base: Path) -> Iterator[Path]:
    """The documents and links of a folder and its subfolders as the disk gives them; no link is followed."""
    folders = [str(base)]
    while folders:
        with contextlib.suppress(PermissionError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif _is_document(path := Path(entry.path)) or entry.is_symlink():
                    yield path


def _is_document(path: Path) -> bool:
    """Whether a file is one that is read; notes are no documents."""
    return (
        path.suffix.lower() in SUFFIXES
        and path.name.lower() not in ("readme.md", "readme.txt")
        and path.is_file()
    )


def _leads_out(path: Path, base: Path) -> bool:
    """Whether a path is a symbolic link to something outside the folder, or to nothing: a loop, a file now gone."""
    try:
        return path.is_symlink() and not path.resolve(strict=True).is_relative_to(base.resolve())
    except (OSError, RuntimeError):
        return True


def _read_register(base: Path) -> tuple[list[dict[str, str]], Path | None]:
    """What the register knows, and where it is."""
    _, path = _beside(base, "register.csv")
    rows = [] if path is None else _rows_of(path)
    if rows and "file" not in rows[0]:
        raise ValueError(
            f"{path} lacks the column 'file'; it needs doc, file and any of {', '.join(FIELDS)}."
        )
    return rows, path


def _not_there(
    base: Path, register: Path | None, rows: Sequence[Mapping[str, str]], met: Collection[str]
) -> list[Failure]:
    """The rows of a register whose file is not there."""
    if register is None or not base.is_dir() or (register.parent != base and base != EMBEDDED):
        return []  # a register beside several corpora also lists the others' files
    return [
        (
            row["file"],
            f"{register}, row {i}: the file {row['file']!r} is not in {base}; restore it or delete the row.",
        )
        for i, row in enumerate(rows, 2)
        if row["file"] not in met
    ]


def _beside(base: Path, name: str) -> tuple[Path, Path | None]:
    """The folder of a corpus, and its file of that name: in the folder or beside it."""
    folder = base if base.is_dir() else base.parent
    return folder, next((path for path in (folder / name, folder.parent / name) if path.exists()), None)


def _read_corrections(base: Path) -> dict[str, tuple[Correction, ...]]:
    """The corrections of a corpus, by document."""
    _, path = _beside(base, "corrections.csv")
    by_doc: dict[str, list[Correction]] = {}
    for fix in () if path is None else read_corrections(path):
        by_doc.setdefault(fix.doc, []).append(fix)
    return {doc: tuple(fixes) for doc, fixes in by_doc.items()}


def _correct_nothing(base: Path, corrected: Iterable[str], listed: Container[str]) -> list[Failure]:
    """The documents that a corpus corrects and that are not there."""
    folder, path = _beside(base, "corrections.csv")
    if path is None or not base.is_dir() or (path.parent != folder and base != EMBEDDED):
        return []  # the file also corrects documents that were not asked for
    return [
        (str(path), f"{path.name} corrects {doc!r}, which was not read; restore the document or mend its id.")
        for doc in corrected
        if doc not in listed
    ]


def _known(row: Mapping[str, str]) -> dict[str, Any]:
    """The filled cells of a register row that a document can use."""
    known: dict[str, Any] = {key: row[key] for key in ("doc", *FIELDS) if row.get(key)}
    if "year" in known:
        if not str(known["year"]).isdigit():
            raise ValueError(
                f"register, file {row['file']!r}: year {known['year']!r} is not a year; write it as 2015."
            )
        known["year"] = int(known["year"])
    return known


def _make(reading: Reading, *, doc: str, known: Mapping[str, Any], source: str = "") -> Document:
    _check_doc(doc)
    check_known(known)
    repaired, repairs = repair(reading.aligned.text)
    metadata, candidates = recognise(repaired.text, stem=Path(source).stem, known=known)
    return Document(
        doc, _through(reading.aligned, repaired), (*reading.notes, *repairs), metadata, candidates, source,
        reading.encoding or None, reading.sha256,
    )  # fmt: skip


def _through(first: AlignedText, second: AlignedText) -> AlignedText:
    """Two steps of repair as one: `second` started from the text that `first` made of the raw text."""
    if first.origin is None:
        return second
    origin = first.origin if second.origin is None else first.origin[second.origin]
    return AlignedText(first.raw, second.text, origin)


def _check_doc(doc: str) -> None:
    """A document's id becomes part of file names, so it may not lead out of a folder."""
    if not _DOC.fullmatch(doc):
        raise ValueError(
            f"{doc!r} cannot be a document's id; write ASCII letters, digits and _ . ( ) - , first a letter, "
            "digit or _, at most 200 in all."
        )


_DOC = re.compile(r"[A-Za-z0-9_(][A-Za-z0-9_.()-]{0,199}")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def slug(stem: str) -> str:
    """The file's stem when it is ASCII and short, else a stable slug made from it.

    >>> slug("2024 report"), slug("../x"), slug("常宁规划")
    ('2024_report', 'x', 'doc_ce470daf6236')
    """
    slug = re.sub(r"[^A-Za-z0-9_.()-]+", "_", stem).lstrip("._-")
    if stem.isascii() and _DOC.fullmatch(slug):
        return slug
    return "doc_" + _hash(stem.encode("utf-8", "surrogateescape"))[:12]


# --- the register -------------------------------------------------------------------------------

_REGISTERED = ("title", "region", "tier", "genre", "year", "plan_period", "issuer")


def add_document(path: str | Path, corpus: str | Path = "embedded", **known: Any) -> tuple[Document, bool]:
    """Put a file into a corpus: copy it into the folder and write its row of register.csv.

    corpus  a folder, made when it is not there; "embedded" is the corpus of the clone
    known   Metadata fields that override what the text says; later, edit register.csv

    Returns the document and True, or, when a file with the same bytes is there already, the document as it is
    in the corpus and False. Raises as read_document does; a file that cannot be read is not added.
    """
    folder = EMBEDDED if str(corpus) == "embedded" else Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(path)
    document = read_document(path, **known)
    register = _register_of(folder)
    rows = _rows_of(register) if register.exists() else []
    by_file = {row["file"]: row for row in rows}
    same = _same_file(folder, path, document.sha256)
    if same is not None and (same.name in by_file or same.resolve() != path.resolve()):
        return read_document(same, **_known(by_file.get(same.name, {}))), False
    file = path.name
    if same is None:
        if (folder / file).exists():
            file = f"{path.stem[:60]}_{document.sha256[:8]}{path.suffix}"
        write_whole(folder / file, lambda part: part.write_bytes(path.read_bytes()))
    taken = {row["doc"] for row in rows} | {
        slug(other.stem) for other in _files_of(folder) if other.name != file
    }
    doc = f"{document.doc[:180]}_{document.sha256[:8]}" if document.doc in taken else document.doc
    facts = {name: getattr(document, name) for name in _REGISTERED}
    row = {"doc": doc, "file": file, **facts, "sha256": document.sha256}
    rows.append({name: "" if value is None else str(value) for name, value in row.items()})
    _write_register(register, rows)
    return read_document(folder / file, **_known(rows[-1])), True


def _register_of(folder: Path) -> Path:
    """The register to write: the folder's own, or one beside it that already lists a file of the folder."""
    beside = folder.parent / "register.csv"
    if not (folder / "register.csv").exists() and beside.exists():
        names = {file.name for file in _files_of(folder)}
        if folder == EMBEDDED or any(row.get("file") in names for row in _rows_of(beside)):
            return beside
    return folder / "register.csv"


def _same_file(folder: Path, path: Path, sha256: str) -> Path | None:
    """A file of the folder with the same bytes."""
    size = path.stat().st_size
    return next(
        (
            file
            for file in _files_of(folder)
            if file.stat().st_size == size and _hash(file.read_bytes()) == sha256
        ),
        None,
    )


def _write_register(register: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write all rows; columns that researchers added stay where they are."""
    import pandas as pd

    if any(None in row for row in rows):
        raise ValueError(
            f"{register} has a row with more cells than the header; quote the cells with commas."
        )
    header = dict.fromkeys([*rows[0], "doc", "file", *_REGISTERED, "sha256"])
    table = pd.DataFrame(rows, columns=list(header), dtype=object)
    write_whole(register, lambda part: write_csv(table, part, encoding="utf-8"))


def _rows_of(register: Path) -> list[dict[str, str]]:
    """The rows of a register, cells that were guarded against spreadsheet programs as they were."""
    return [
        {name: unguard(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in codebook.read(register)
    ]
