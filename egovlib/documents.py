r"""Documents, corpora and the register: a file becomes a document that knows its text, source and nature.

>>> document = read_text("2013年山西省电子政务发展概况\n一、网络\n截至2013年底，接入50多个厅局。")
>>> document.year, document.genre, [section.heading for section in document.sections]
(2013, 'overview', ['', '一、网络'])
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from egovlib import codebook, frames
from egovlib.extract.periods import find_periods, find_plan_periods, plan_period_named, plan_period_of
from egovlib.extract.regions import find_region, region
from egovlib.text.alignment import AlignedText
from egovlib.text.formats import SUFFIXES, read_raw
from egovlib.text.repairs import HAN, RepairLog, repair
from egovlib.text.sections import Section, Sentence, find_sections, find_sentences

if TYPE_CHECKING:
    import pandas as pd

EMBEDDED = Path(__file__).parent.parent / "data" / "corpus"
"""The corpus that a clone of the project carries."""

Source = "Corpus | Document | str"


@dataclass(frozen=True)
class Metadata:
    """What a document is: each field None where neither the register nor the text says it."""

    title: str | None = None
    region: str | None = None
    region_name: str | None = None
    tier: str | None = None
    genre: str | None = None
    year: int | None = None
    plan_period: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, eq=False)
class Document:
    """One document: its raw text, the repaired text, what was repaired, and what it is.

    doc      ASCII slug, the key of every table
    aligned  raw and repaired text with the way back
    source   file name; "" for a text given as a string
    """

    doc: str
    aligned: AlignedText = field(repr=False)
    repairs: RepairLog = ()
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    source: str = ""
    encoding: str | None = None
    sha256: str = field(default="", repr=False)

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

    @property
    def script(self) -> str:
        """Script of the raw text: hans, hant or mixed."""
        converted = dict(self.repairs).get("script", 0)
        if not converted:
            return "hans"
        return "hant" if converted >= 0.05 * len(self.raw) else "mixed"

    @cached_property
    def text_sections(self) -> tuple[Section, ...]:
        """The sections with places in the repaired text."""
        return tuple(find_sections(self.text, genre=self.genre, plan_period=self.plan_period))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections with places in the raw text."""
        return tuple(
            Section(
                s.section, s.depth, s.heading, s.plan_period, s.stance, *self.aligned.span(s.start, s.end)
            )
            for s in self.text_sections
        )

    @cached_property
    def text_sentences(self) -> tuple[tuple[int, int, Section], ...]:
        """(start, end, section) of each sentence, places in the repaired text."""
        return tuple(
            (start, end, section)
            for section in self.text_sections
            for start, end in find_sentences(self.text, section)
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, numbered from 1, with places in the raw text and their repaired text."""
        return tuple(
            Sentence(section.section, number, *self.aligned.span(start, end), self.text[start:end])
            for number, (start, end, section) in enumerate(self.text_sentences, 1)
        )

    def sentence_at(self, place: int) -> int:
        """The number (from 1) of the sentence that holds a place of the repaired text, or of the one before it."""
        return max(bisect_right(self._sentence_starts, place), 1)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _, _ in self.text_sentences]

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
    """Make a document of a text; `known` are Metadata fields that are known better than the text says them."""
    return _make(text, doc=doc, known=known, sha256=_hash(text.encode("utf-8", "surrogatepass")))


def read_document(path: str | Path, **known: Any) -> Document:
    """Read one file.

    path   .txt or .md, in UTF-8, GB18030, Big5 or UTF-16
    known  Metadata fields (title, region, tier, genre, year, …) that override what the text says

    Raises FileNotFoundError, or ValueError (empty, not text, unknown form, unknown field) with the mend.
    """
    path = Path(path)
    raw, encoding, data = read_raw(path)
    doc = str(known.pop("doc", None) or _slug(path))
    return _make(raw, doc=doc, known=known, source=path.name, encoding=encoding, sha256=_hash(data))


def read_corpus(path: str | Path | Sequence[str | Path] = "embedded") -> Corpus:
    """Read a folder, a file, or a list of both; "embedded" is the corpus of the clone.

    A `register.csv` in a folder or beside it gives what is known of its files (columns doc, file, and any
    Metadata field; an empty cell is left to the text). A file that cannot be read, or a register row without
    its file, becomes a row of `failures`; the rest is read. Raises FileNotFoundError for a missing path and
    ValueError when nothing readable is there.
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    documents: dict[str, Document] = {}
    failures: list[tuple[str, str]] = []
    for item in paths:
        base = EMBEDDED if str(item) == "embedded" else Path(item)
        if not base.exists():
            raise FileNotFoundError(
                f"there is no corpus {str(item)!r}; give a folder, a file, or 'embedded'."
            )
        files = _files_of(base)
        register, lost = _read_register(base, files)
        if not files and not lost:
            raise ValueError(f"{str(item)!r} holds no document; egovlib reads {', '.join(SUFFIXES)} files.")
        _read_into(documents, failures, files, register)
        failures += lost
    name = "embedded" if path == "embedded" else Path(paths[0]).name if len(paths) == 1 else ""
    return Corpus(list(documents.values()), failures, name)


def _read_into(
    documents: dict[str, Document],
    failures: list[tuple[str, str]],
    files: Sequence[Path],
    register: Mapping[str, Mapping[str, str]],
) -> None:
    for file in files:
        try:
            document = read_document(file, **_known(register.get(file.name, {})))
            if document.doc in documents:
                raise ValueError(
                    f"{file.name!r} would be document {document.doc!r}, as {documents[document.doc].source!r} "
                    "already is; rename one of them."
                )
            documents[document.doc] = document
        except (ValueError, OSError) as error:
            failures.append((str(file), str(error)))


def _files_of(base: Path) -> list[Path]:
    """The files of a folder and its subfolders, in order of name; notes and registers are no documents."""
    if base.is_file():
        return [base]
    return sorted(
        path
        for path in base.rglob("*")
        if path.is_file()
        and path.suffix.lower() in SUFFIXES
        and path.name.lower() not in ("readme.md", "readme.txt")
    )


def _read_register(
    base: Path, files: list[Path]
) -> tuple[dict[str, Mapping[str, str]], list[tuple[str, str]]]:
    """What the register knows, by file name, and the rows whose file is not there."""
    folder = base if base.is_dir() else base.parent
    path = next((p for p in (folder / "register.csv", folder.parent / "register.csv") if p.exists()), None)
    if path is None:
        return {}, []
    rows = codebook.read(path)
    if rows and "file" not in rows[0]:
        raise ValueError(
            f"{path} lacks the column 'file'; it needs doc, file and any of {', '.join(_FIELDS)}."
        )
    names = {file.name for file in files}
    beside = path.parent != folder  # a register beside several corpora also lists the others' files
    lost = [
        (
            row["file"],
            f"{path}, row {i}: the file {row['file']!r} is not in {folder}; restore it or delete the row.",
        )
        for i, row in enumerate(rows, 2)
        if row["file"] not in names and base.is_dir() and (not beside or base == EMBEDDED)
    ]
    return {row["file"]: row for row in rows}, lost


_FIELDS = tuple(item.name for item in fields(Metadata))


def _known(row: Mapping[str, str]) -> dict[str, Any]:
    """The filled cells of a register row that a document can use."""
    known: dict[str, Any] = {key: row[key] for key in ("doc", *_FIELDS) if row.get(key)}
    if "year" in known:
        if not str(known["year"]).isdigit():
            raise ValueError(
                f"register, file {row['file']!r}: year {known['year']!r} is not a year; write it as 2015."
            )
        known["year"] = int(known["year"])
    return known


def _make(
    raw: str,
    *,
    doc: str,
    known: Mapping[str, Any],
    source: str = "",
    encoding: str | None = None,
    sha256: str = "",
) -> Document:
    _check_known(known)
    aligned, repairs = repair(raw)
    metadata = _recognise(aligned.text, Path(source).stem, known)
    return Document(doc, aligned, repairs, metadata, source, encoding, sha256)


def _check_known(known: Mapping[str, Any]) -> None:
    allowed = {"tier": frames.TIERS, "genre": frames.GENRES, "plan_period": frames.PLAN_PERIODS}
    for key, value in known.items():
        if key not in _FIELDS:
            raise ValueError(f"a document has no field {key!r}; it has {', '.join(_FIELDS)}.")
        if key in allowed and value not in allowed[key]:
            raise ValueError(f"{key} {value!r} is unknown; it is one of {', '.join(allowed[key])}.")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _slug(path: Path) -> str:
    """The file's stem when it is ASCII, else a stable slug made from the name."""
    stem = path.stem
    if stem.isascii():
        return re.sub(r"[^A-Za-z0-9_.()-]+", "_", stem)
    return "doc_" + hashlib.sha256(stem.encode()).hexdigest()[:12]


# --- what a document is, read from its own text -------------------------------------------------

_GENRES = (
    ("disclosure", re.compile(r"信息公开(?:工作)?年度报告")),
    ("work_report", re.compile(r"政府工作报告|^各位代表")),
    ("overview", re.compile(r"概况|发展情况$|年鉴")),
    ("plan", re.compile(r"规划|计划|行动方案|工作方案|推进方案|纲要")),
    ("speech", re.compile(r"讲话|汇报|致辞")),
    ("policy", re.compile(r"意见|办法|通知|条例|决定|指南|措施|批复|规定|的函")),
)
LEAD = 400
"""Characters of the text that are searched for what the title does not say."""


def _recognise(text: str, stem: str, known: Mapping[str, Any]) -> Metadata:
    """Read the metadata off the text; what is known wins; what is not said stays None."""
    found = dict(known)
    title = found.setdefault("title", _title(text))
    lead = text.lstrip()[:LEAD]
    if found.get("year") is None:
        found["year"] = _year(title or "", text)
    if found.get("genre") is None:
        found["genre"] = _genre(title or "", lead, text)
    _place(found, title or "", stem, lead)
    if found.get("plan_period") is None:
        found["plan_period"] = _plan_period(title or "", text, found["year"])
    if found.get("issuer") is None:
        found["issuer"] = _issuer(text, found)
    return Metadata(**found)


def _title(text: str) -> str | None:
    """The first line when it is short and no sentence."""
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    line = re.sub(r"\.(?:docx?|pdf|txt)$", "", line)
    return line if 4 <= len(line) <= 60 and not re.search(r"[。;!,]|:$", line) else None


def _year(title: str, text: str) -> int | None:
    """The year of issue: in the title, in a date line, or the year whose work is laid out."""
    in_title = re.search(r"((?:19|20)\d\d)年(?!远景|[-—–至到])", title)
    if in_title:
        return int(in_title[1])
    for part in (text[:LEAD], text[-200:]):
        dated = re.search(r"(?:^|[(—\n ])[-—]*((?:19|20)\d\d)年\d{1,2}月\d{1,2}日(?:[)\n ]|在|$)", part)
        if dated:
            return int(dated[1])
    ahead = re.findall(r"[、.]\s?((?:19|20)\d\d)年[^。\n,]{0,12}(?:工作|任务|安排|部署|建议)", text)
    return max(map(int, ahead)) if ahead else None


def _genre(title: str, lead: str, text: str) -> str | None:
    for part in (title, lead if not title else lead[:150]):
        for genre, pattern in _GENRES:
            if part and pattern.search(part):
                return genre
    if re.search(r"发展目标|主要目标", text) and re.search(r"保障措施", text):
        return "plan"
    return None


def _place(found: dict[str, Any], title: str, stem: str, lead: str) -> None:
    """Region, its name and tier; the title says it best, then the file's name, then the lead."""
    if found.get("region") is None:
        matches = (find_region(part, found["year"]) for part in (title, stem, lead) if part)
        found["region"] = next((match.code for match in matches if match.code), None)
    row = region(found["region"], found["year"]) if found["region"] else None
    if row is not None:
        found["region_name"] = found.get("region_name") or row.name
        found["tier"] = found.get("tier") or row.tier


def _plan_period(title: str, text: str, year: int | None) -> str | None:
    """The period a document is for: named in its title, that of its year, or that of most of its deadlines."""
    named = plan_period_named(title)
    if named:
        return named
    span = re.search(r"((?:19|20)\d\d)年?[-—–至到]{1,2}((?:19|20)\d\d)", title)
    if span or year:
        return plan_period_of(int(span[1]) if span else year or 0)
    deadlines = Counter(
        plan_period_of(int(period.iso[:4])) for period in find_periods(text) if period.kind == "deadline"
    )
    if deadlines:
        return deadlines.most_common(1)[0][0]
    spoken = sorted({period for _, period in find_plan_periods(text)})
    return spoken[-1] if spoken else None


_SIGNATURE = re.compile(rf"[(（]([{HAN}]{{4,30}}(?:委员会|办公室|政府|厅|局|委|办|部|院))[)）]\s*$")


def _issuer(text: str, found: Mapping[str, Any]) -> str | None:
    """The body that signs at the end; a work report is its government's."""
    signed = _SIGNATURE.search(text)
    if signed:
        return signed[1]
    if found.get("genre") == "work_report" and found.get("region_name"):
        return "国务院" if found["region"] == "000000" else f"{found['region_name']}人民政府"
    return None
