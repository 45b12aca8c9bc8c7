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
"""Characters: names of agencies and strategies reach 13 to 20; a sentence taken over would be longer and no name."""
NAMES = re.compile("黄河流域|经费支出占|规划|方案|办公室|委员会|政府|中心|战略|发展区|示范区|试验区|实验室|研究会|司$|局")


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
    text = "".join(_han(path.read_text(encoding="utf-8")) for path in sources)
    runs = {text[i : i + LONGEST_SHARED_RUN] for i in range(len(text) - LONGEST_SHARED_RUN)}
    taken = []
    for document in embedded:
        for piece in re.findall(r"[一-鿿]{13,}", _han_runs(document.text)):
            found = [piece[i : i + LONGEST_SHARED_RUN] for i in range(len(piece) - LONGEST_SHARED_RUN + 1)]
            taken += [(document.doc, piece) for run in found if run in runs and not NAMES.search(piece)]
    assert not taken


def _han(text: str) -> str:
    return re.sub(r"[^一-鿿]", "", repair(text)[0].text)


def _han_runs(text: str) -> str:
    return re.sub(r"[^一-鿿\n,。;、]", "", text)
