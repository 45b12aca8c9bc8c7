"""Targets: what a plan promises, by when, who answers for it, and whether it can be checked at all.

>>> import egovlib as eg
>>> sentence = "到2020年，全省网上办理率达到90%以上。（责任单位：省政务局）"
>>> plan = eg.read_text(sentence, doc="p", region="430000", year=2016)
>>> numbers = eg.match_indicators(eg.find_quantities(plan), documents=plan)
>>> list_targets(numbers, plan)[["value", "comparison", "deadline", "responsible"]].values.tolist()
[[90.0, 'at_least', 2020, '责任单位：省政务局']]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from egovlib.extract.definitions import Indicator
from egovlib.extract.periods import plan_period_named, plan_years

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.documents import Corpus, Document

TARGETS: Final = {
    "target": "string", "form": "string", "indicator": "string", "name_zh": "string", "name_en": "string",
    "region": "string", "tier": "string", "comparison": "string", "value": "Float64", "low": "Float64",
    "high": "Float64", "approx": "string", "unit": "string", "deadline": "Int64", "issued": "Int64",
    "version": "string", "superseded_by": "string", "responsible": "string", "responsible_start": "Int64",
    "responsible_end": "Int64", "number": "boolean", "measured": "boolean", "dated": "boolean",
    "assigned": "boolean", "smart": "Int64", "lacks": "string", "lacks_zh": "string", "doc": "string", "start": "Int64",
    "end": "Int64", "surface": "string", "sentence": "Int64", "text": "string", "why": "string",
}  # fmt: skip
"""Columns of the targets and their types; the names are frozen."""
FORMS: Final = ("target", "recurring", "difference", "qualifier", "aim")
"""target: a value to reach. recurring: an amount each year (每年50项). difference: points more or less, without a
level. qualifier: the size that things counted must have (超过千亿元的集群20个). aim: words without a number."""
SMART: Final = {
    "number": "数字", "unit": "单位", "deadline": "期限", "responsible unit": "责任单位", "baseline": "基期",
}  # fmt: skip
"""The five points of the check, with their Chinese names."""
COMPARISONS: Final = ("at_least", "at_most", "interval")

_BODY = r"[^（）()、，；;,：:\s]{1,20}(?:厅|局|委|办|办公室|政府|部|院|中心|会|行|团|公司|组织|单位|部门|乡镇|街道)"
_NAMED = r"(?:牵头|责任|负责|配合|承担|实施|主管)(?:单位|部门)"
_UNITS = re.compile(
    rf"[（(](?P<units>(?:{_NAMED}[:：])[^（）()]+|{_BODY}(?:[、，；;,和](?:{_BODY}))*(?:(?:按职责分工)?(?:牵头|负责|配合))?)[）)]"
    rf"|(?P<line>(?:{_NAMED}[:：])[^。\n（）()]+)"
)
_LEADS = re.compile(r"(?:由)?(?P<units>[\u4e00-\u9fff]{2,16}?(?:厅|局|委|办|部|院|政府|中心))(?:牵头|负责)")
_EACH_YEAR = re.compile(r"(?:每年|年均|每月|每季度?|每两年)[^。；;]{0,24}$")
_SIZE = re.compile(r"(?:以上|左右|以内|及以上)?的[^，。；;、0-9]{1,14}(?:[0-9]|增|要有|发展|达|建)")
_AIM = re.compile(r"(?:到|至)(?:20[0-9]{2})年|(?:“?十[一二三四五]五”?|规划期)末")
_YEAR = re.compile(r"[0-9]{4}")


class _Source(NamedTuple):
    """What the corpus knows of a target's place; without a corpus nothing."""

    text: str | None
    kind: str
    responsible: tuple[str, int, int] | None


def list_targets(
    indicators: pd.DataFrame,
    corpus: Corpus | Document | None = None,
    *,
    definitions: Mapping[str, Indicator] | None = None,
) -> pd.DataFrame:
    """List the targets of a table of `indicators`, one row a number, in the order of the documents; `TARGETS`.

    corpus       gives the sentence, the year of issue, who is responsible, and aims without a number; without it
                 these are NA
    definitions  the indicators of the codebook by name: names and direction; the packaged ones when None

    comparison is at_least where more is better, at_most where less is, interval where neither; a wording such as
    不超过 goes before the direction. `responsible` is verbatim: `raw[responsible_start:responsible_end]`. Of
    targets with one indicator, region, tier and deadline in several documents the last is `issued`, the
    others `superseded`. `smart` counts what is there of number, unit, deadline, responsible unit (the
    baseline is added by `evaluate_plans`); `lacks` names the rest. `why` says why a row is not to be evaluated.
    """
    import pandas as pd

    from egovlib.extract.definitions import read_codebook

    known = read_codebook().by_code if definitions is None else definitions
    documents = _documents(corpus)
    rows = [
        _target(row, known, documents.get(str(row.doc)))
        for row in indicators[indicators["status"] == "target"].itertuples(index=False)
    ]
    rows += [aim for document in documents.values() for aim in _aims(document, rows)]
    frame = pd.DataFrame(rows, columns=list(TARGETS)).astype(TARGETS)
    return _versions(frame.sort_values(["doc", "start"], kind="stable").reset_index(drop=True))


def _documents(corpus: Corpus | Document | None) -> dict[str, Document]:
    if corpus is None:
        return {}
    from egovlib.documents import documents_of

    return {document.doc: document for document in documents_of(corpus)}


def _target(row: Any, known: Mapping[str, Indicator], document: Document | None) -> dict[str, Any]:
    source = _place(row, document)
    definition = known.get(row.indicator) if isinstance(row.indicator, str) else None
    deadline = _deadline(row.period)
    responsible = source.responsible or (None, None, None)
    return {
        "target": f"{row.doc}:{row.start}", "form": source.kind, "indicator": row.indicator,
        "name_zh": definition.name_zh if definition else None,
        "name_en": definition.name_en if definition else None,
        "region": row.region, "tier": row.tier, "comparison": _comparison(row.approx, definition),
        "value": row.value, "low": row.low, "high": row.high, "approx": row.approx, "unit": row.unit,
        "deadline": deadline, "issued": document.year if document else None, "version": "issued",
        "responsible": responsible[0], "responsible_start": responsible[1], "responsible_end": responsible[2],
        "doc": row.doc, "start": row.start, "end": row.end, "surface": row.surface, "sentence": row.sentence,
        "text": source.text, "why": _why_not(row, source.kind, definition),
        **_smart(
            number=True, measured=bool(row.unit), dated=deadline is not None, assigned=bool(source.responsible)
        ),
    }  # fmt: skip


def _comparison(approx: str, definition: Indicator | None) -> str | None:
    if approx in ("at_least", "at_most"):
        return approx
    direction = definition.direction if definition else None
    return {"+1": "at_least", "-1": "at_most"}.get(direction, "interval") if direction else None


def _why_not(row: Any, kind: str, definition: Indicator | None) -> str | None:
    """Say why a number is no target that can be compared; None when it can."""
    if kind != "target":
        return {
            "recurring": "an amount each year, not a level to reach",
            "difference": "a difference, not a level to reach",
            "qualifier": "the size that things counted must have, not a target of its own",
        }[kind]
    if definition is None:
        return f"no indicator of the codebook takes it: {row.rule}"
    return None if isinstance(row.region, str) else "the region is not known"


def _smart(*, number: bool, measured: bool, dated: bool, assigned: bool) -> dict[str, Any]:
    """Check four of the five points; the baseline is known only after the links are made."""
    points = {"number": number, "measured": measured, "dated": dated, "assigned": assigned}
    lacks = [name for name, there in zip(SMART, points.values(), strict=False) if not there]
    return {**points, "smart": sum(points.values()), **name_lacks(lacks)}


def name_lacks(lacks: list[str]) -> dict[str, str | None]:
    """Return the columns lacks and lacks_zh of the points that are missing.

    >>> name_lacks(["deadline", "baseline"])
    {'lacks': 'deadline, baseline', 'lacks_zh': '期限、基期'}
    """
    return {"lacks": ", ".join(lacks) or None, "lacks_zh": "、".join(SMART[name] for name in lacks) or None}


def _deadline(period: Any) -> int | None:
    years = _YEAR.findall(str(period).rpartition("/")[2]) if isinstance(period, str) else []
    return int(years[0]) if years else None


# The sentence and who answers for it ------------------------------------------------------------------------


def _place(row: Any, document: Document | None) -> _Source:
    difference = row.unit == "百分点" or str(row.rule).startswith("role change")
    if document is None:
        return _Source(None, "difference" if difference else "target", None)
    first, last, _ = document.text_sentences[row.sentence - 1]
    start, end = document.aligned.text_span(row.start, row.end)
    if _EACH_YEAR.search(document.text, max(first, start - 30), start):
        kind = "recurring"
    elif _SIZE.match(document.text, end):
        kind = "qualifier"
    else:
        kind = "difference" if difference else "target"
    return _Source(document.sentences[row.sentence - 1].text, kind, find_responsible(document, first, last))


def find_responsible(document: Document, first: int, last: int) -> tuple[str, int, int] | None:
    """Find who answers for the sentence `document.text[first:last]`: the words and their span in the raw text.

    In the sentence (由省工信厅牵头), else in the first brackets behind it that name units before the paragraph
    ends: brackets close an item and hold for all of its sentences.
    """
    text = document.text
    stop = text.find("\n", last - 1)
    stop = len(text) if stop < 0 else stop
    after = text[stop : stop + 60].lstrip()
    if after.startswith(("责任单位", "牵头单位", "（责任单位", "（牵头单位")):  # a line of their own
        stop = text.find("\n", text.find(after[:4], stop))
        stop = len(text) if stop < 0 else stop
    found = _LEADS.search(text, first, last) or _UNITS.search(text, first, stop)
    if found is None:
        return None
    group = next(name for name in ("units", "line") if name in found.groupdict() and found[name])
    start, end = document.aligned.span(*found.span(group))
    return document.raw[start:end], start, end


def _aims(document: Document, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sentences of planning sections that name a deadline and hold no number to reach."""
    if document.genre != "plan":
        return []
    counted = {(row["doc"], row["sentence"]) for row in rows}
    aims = []
    for (first, last, section), sentence in zip(document.text_sentences, document.sentences, strict=True):
        words = _AIM.search(document.text, first, last)
        if words is None or section.stance != "plan" or (document.doc, sentence.sentence) in counted:
            continue
        responsible = find_responsible(document, first, last) or (None, None, None)
        year = _aimed_year(words[0])
        aims.append({
            "target": f"{document.doc}:{sentence.start}", "form": "aim", "region": document.region,
            "tier": document.tier, "deadline": year, "issued": document.year,
            "version": "issued", "responsible": responsible[0], "responsible_start": responsible[1],
            "responsible_end": responsible[2], "doc": document.doc, "start": sentence.start,
            "end": sentence.end, "surface": document.raw[sentence.start : sentence.end],
            "sentence": sentence.sentence, "text": sentence.text, "why": "an aim in words, without a number",
            **_smart(number=False, measured=False, dated=year is not None, assigned=bool(responsible[0])),
        })  # fmt: skip
    return aims


def _aimed_year(words: str) -> int | None:
    """Return the year of 到2020年, or the last of the plan in 到“十四五”末."""
    year, plan = _YEAR.search(words), plan_period_named(words)
    return int(year[0]) if year else plan_years(plan)[1] if plan else None


def _versions(targets: pd.DataFrame) -> pd.DataFrame:
    """Mark what a later document replaced: the same indicator, region, tier and deadline, issued later."""
    usable = targets[targets["why"].isna() & targets["issued"].notna() & targets["deadline"].notna()]
    for _, same in usable.groupby(["indicator", "region", "tier", "deadline"]):
        newest = same.sort_values("issued", kind="stable").iloc[-1]
        older = same.index[same["issued"] < newest["issued"]]
        targets.loc[older, "version"] = "superseded"
        targets.loc[older, "superseded_by"] = newest["target"]
    return targets
