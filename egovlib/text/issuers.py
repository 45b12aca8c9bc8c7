"""Who issued a document: the body that its title names or that signs it.

>>> issuer_of("江城市人民政府办公厅关于推进网上办事的意见", "", {})[0]
'江城市人民政府办公厅'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from egovlib.extract.regions import NATION
from egovlib.text.lead import HAN, LEAD
from egovlib.text.years import date_line

_BODY = r"(?:国务院|人民政府|政府|委员会|办公厅|办公室|中央军委|发展改革委|委|办|部|厅|局|院|署|会)"
_DATED_BODY = re.compile(rf"[{HAN}]{{0,15}}{_BODY}(?=\((?:19|20)\d\d年\d)")
_NEAREST_BODY = re.compile(rf"[{HAN}]{{0,12}}?(?:人民政府|委员会|办公厅|办公室|厅|局)")
SIGNATURE = 60
"""Characters at a document's end in which its issuer may sign; the longest name and its marks have 37."""
_SIGNATURE = re.compile(rf"[(（]([{HAN}]{{4,30}}(?:委员会|办公室|政府|厅|局|委|办|部|院))[)）]\s*$")
# atomic: 某人民政府 is one body, not two readings of it; a list of thirty would be tried in a thousand million ways
_ACTS = "(?=、|关于|转发|对)"
_TITLE_ISSUER = re.compile(
    rf"^((?>[{HAN}]{{2,20}}?{_BODY}{_ACTS}|国务院)(?>、[{HAN}]{{2,20}}?{_BODY}{_ACTS})*)(?:关于|转发|对(?=[{HAN}]{{4}}))"
)
_REPORTER = re.compile(rf"^([{HAN}]{{2,20}}(?:人民政府|委员会|局|厅|办公室))(?:19|20)\d\d年")


def issuer_of(title: str, text: str, found: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """The body that the title names or that signs at the end; a work report is its government's."""
    signed = _SIGNATURE.search(text.rstrip()[-SIGNATURE:])
    if signed:
        return signed[1], ()
    if found.get("genre") == "work_report" and found.get("region_name"):
        return _government(str(found["region"]), str(found["region_name"])), ()
    for pattern in (_TITLE_ISSUER, _REPORTER):
        if match := pattern.search(title.replace(" ", "")):
            return match[1], ()
    if re.match(r"\s*中华人民共和国国务院令", text):
        return "国务院", ()
    if bodies := _signing_lines(text):
        return "、".join(bodies), ()
    if name := found.get("region_name"):
        dated = next(_beginning_with(name, _DATED_BODY, text[: 2 * LEAD]), None)
        if dated:
            return dated, ()
    return None, tuple(dict.fromkeys(_bodies(text[: 2 * LEAD], found)))


def _government(code: str, name: str) -> str:
    if code == NATION:
        return "国务院"
    return f"{name}行政公署" if name.endswith(("盟", "地区")) else f"{name}人民政府"


def _signing_lines(text: str) -> list[str]:
    """The lines before a line that is a date, as long as each is nothing but the name of a body."""
    date = date_line(text)
    if date is None:
        return []
    bodies: list[str] = []
    for line in reversed(text[: date.start()].split("\n")):
        name = line.replace(" ", "")
        if name and not re.fullmatch(rf"(?:[{HAN}]{{2,20}})?{_BODY}", name):
            break
        bodies += [name] if name else []
    return bodies[::-1]


def _bodies(text: str, found: Mapping[str, Any]) -> Iterator[str]:
    """Who may have issued a document: the bodies of its region that the lead names, and the region's government."""
    if name := found.get("region_name"):
        yield from _beginning_with(name, _NEAREST_BODY, text)
        yield _government(str(found["region"]), str(name))


def _beginning_with(name: str, rest: re.Pattern[str], text: str) -> Iterator[str]:
    """A region's name with the `rest` right behind it; no pattern of the name, which would be compiled for each."""
    place = 0
    while (at := text.find(name, place)) >= 0:
        match = rest.match(text, at + len(name))
        if match is not None:
            yield text[at : match.end()]
        place = match.end() if match else at + 1
