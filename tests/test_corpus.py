"""The embedded corpus keeps its promises: periods, issuers, damage, gold, and none of the sources' sentences."""

import json
import re
from pathlib import Path

import pytest

from egovlib import frames
from egovlib.extract.indicators import match_indicators
from egovlib.extract.quantities import find_quantities
from egovlib.extract.themes import code_themes
from egovlib.text.repairs import repair

GOLD = sorted((Path(__file__).parents[1] / "data" / "gold").glob("*.jsonl"))
LONGEST_SHARED_RUN = 13
"""Characters: only official names are as long as this without a mark in between."""
NAMES = (
    "常宁市电子政务发展十三五规划",
    "黄河流域生态保护和高质量发展",
    "青岛海洋科学与技术国家实验室",
    "济南国家新一代人工智能创新发展试验区",
    "山东半岛国家自主创新示范区",
    "河北省电子政务数字证书认证中心",
    "住房和城乡建设部建筑节能与科技司",
    "中国城市科学研究会数字城市工程研究中心",
    "国家发展改革委国家数据局财政部自然资源部",
)


def test_periods_tiers_and_genres_occur(embedded):
    sections = embedded.sections
    assert set(sections.plan_period.dropna()) >= {"fyp10", "fyp11", "fyp12", "fyp13", "fyp14"}
    assert set(embedded.documents.tier) >= {"national", "province", "city", "county"}
    assert set(embedded.documents.genre) >= {"plan", "work_report", "overview", "speech", "policy"}
    assert len(embedded) >= 14
    assert embedded.failures.empty


def test_four_issuers_occur_in_two_periods(embedded):
    spoken = embedded.sections.merge(embedded.documents[["doc", "issuer"]], on="doc")
    periods = spoken.dropna(subset=["plan_period"]).groupby("issuer").plan_period.nunique()
    assert (periods >= 2).sum() >= 4


def test_every_document_carries_damage_that_is_repaired(embedded):
    undamaged = [
        document.doc for document in embedded if not document.repairs and document.encoding == "utf-8"
    ]
    assert not undamaged


def test_every_row_of_every_table_leads_back_to_the_raw_text(embedded):
    quantities = find_quantities(embedded)
    indicators = match_indicators(quantities, documents=embedded.documents)
    for table in (quantities, indicators):
        for row in table.itertuples():
            assert embedded[row.doc].raw[row.start : row.end] == row.surface
    for table in (embedded.sections, embedded.sentences, code_themes(embedded)):
        for row in table.itertuples():
            assert 0 <= row.start < row.end <= len(embedded[row.doc].raw)
    frames.check("quantities", quantities)
    frames.check("indicators", indicators)


def test_there_is_gold_for_six_documents():
    assert len(GOLD) >= 6


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_gold_stands_where_it_says(path, embedded):
    allowed = {column.name: column.allowed for column in frames.TABLES["quantities"] if column.allowed}
    last = -1
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert embedded[path.stem].raw[row["start"] : row["end"]] == row["surface"]
        assert row["start"] >= last, "gold rows overlap or are out of order"
        last = row["end"]
        for name, values in allowed.items():
            assert row[name] in values


def test_no_sentence_of_the_sources_is_in_the_project(embedded, shared):
    sources = [*(shared / "seeds").glob("*.txt"), *(shared / "corpus" / "egov_policies").glob("*.txt")]
    published = {run for path in sources for run in _runs(path.read_text(encoding="utf-8"))}
    taken = {(document.doc, run) for document in embedded for run in _runs(document.raw) if run in published}
    assert not {(doc, run) for doc, run in taken if not any(run in name for name in NAMES)}


def _runs(raw: str) -> set[str]:
    """Every run of LONGEST_SHARED_RUN Chinese characters that no mark or number interrupts."""
    pieces = re.findall(rf"[一-鿿]{{{LONGEST_SHARED_RUN},}}", repair(raw)[0].text)
    starts = ((piece, i) for piece in pieces for i in range(len(piece) - LONGEST_SHARED_RUN + 1))
    return {piece[i : i + LONGEST_SHARED_RUN] for piece, i in starts}
