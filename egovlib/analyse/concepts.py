"""Which indicators are the same concept, which only sound alike: the links of the codebook.

A target of one indicator is compared with the actual value of another only where a row of the file says `same`;
`drift` names the pairs that are shown side by side and never compared.

>>> read_links()["core_business_coverage"]["main_business_coverage"].relation
'drift'
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from egovlib.codebook import terms

COLUMNS: Final = ("indicator", "other", "relation", "note")
RELATIONS: Final = ("same", "drift")


class Link(NamedTuple):
    """What two indicators are to each other, and why."""

    relation: str
    note: str


Links = Mapping[str, Mapping[str, Link]]


def read_links(name_or_path: str | Path = "indicator_links", *, known: Collection[str] = ()) -> Links:
    """Read the links between indicators, each from both sides: {indicator: {other: Link}}.

    known: the indicators of the codebook; when given, a link to another one is refused. Raises ValueError naming
    file, row, column, value, what is allowed and the mend, also for an indicator linked to itself, a pair that
    stands twice and an empty note.
    """
    path = terms.locate(name_or_path, "", ("indicator_links",))
    rows = terms.read_cells(path, COLUMNS)
    missing = [column for column in COLUMNS if column not in rows[0]]
    if missing:
        raise ValueError(f"{path.name} has no column {missing[0]!r}; it needs {', '.join(COLUMNS)}.")
    links: dict[str, dict[str, Link]] = defaultdict(dict)
    for number, row in enumerate(rows, start=2):
        terms.refuse_first(_problems(path.name, number, row, known, links))
        link = Link(row["relation"], row["note"])
        links[row["indicator"]][row["other"]] = links[row["other"]][row["indicator"]] = link
    return links


def _problems(
    file: str, number: int, row: terms.Row, known: Collection[str], links: Mapping[str, Mapping[str, Link]]
) -> list[terms.Problem]:
    found = []

    def refuse(column: str, allowed: str, mend: str) -> None:
        found.append(terms.Problem(terms.Place(file, number, column), row[column], allowed, mend))

    for column in ("indicator", "other"):
        if known and row[column] not in known:
            refuse(column, "an indicator of the codebook", "correct the name or take the row out")
    if row["relation"] not in RELATIONS:
        refuse("relation", ", ".join(RELATIONS), "choose one of these")
    if row["indicator"] == row["other"]:
        refuse("other", "another indicator", "an indicator needs no link to itself")
    elif row["other"] in links.get(row["indicator"], {}):
        refuse("other", "a pair stands once", "take one of the two rows out")
    if not row["note"].strip():
        refuse("note", "never empty", "say what makes them the same or keeps them apart")
    return found
