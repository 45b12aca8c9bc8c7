"""Plans against results: outcomes by name, links with their reasons, wording intervals, and the hand check."""

import json
import warnings
from math import isclose
from pathlib import Path

import pandas as pd
import pytest

import egovlib as eg
from egovlib import frames
from egovlib.analyse.concepts import read_links
from egovlib.analyse.plan_links import LINKS
from egovlib.analyse.plans import TABLE
from egovlib.analyse.projections import log_linear, logistic, project
from egovlib.analyse.targets import TARGETS, list_targets
from egovlib.analyse.verdicts import NUMBERS, OUTCOMES, Aim, Seen, judge

CASES = Path(__file__).parent / "cases"
VERDICTS = [json.loads(line) for line in (CASES / "plans.jsonl").read_text(encoding="utf-8").splitlines()]
GOLD = [json.loads(line) for line in (CASES / "plans_gold.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def corpus():
    return eg.read_corpus()


@pytest.fixture(scope="module")
def indicators(corpus):
    quantities = eg.find_quantities(corpus)
    return pd.concat(
        [eg.match_indicators(quantities, name, documents=corpus) for name in ("indicators", "innovation")]
    )


@pytest.fixture(scope="module")
def embedded(corpus, indicators):
    return eg.evaluate_plans(indicators, corpus, codebook=["indicators", "innovation"])


def documents(*texts):
    """Documents from (doc, year, text), all plans of one province."""
    return eg.Corpus(
        [
            eg.read_text(text, doc=doc, year=year, region="430000", tier="province", genre="plan")
            for doc, year, text in texts
        ]
    )


def evaluate(corpus, **changes):
    numbers = eg.match_indicators(eg.find_quantities(corpus), documents=corpus)
    return eg.evaluate_plans(numbers, corpus, **changes)


def row(indicator, period, status, value, *, region="430000", tier="province", doc="d", start=0, **changes):
    """One observation, exact unless told otherwise."""
    of = {
        "low": value,
        "high": value,
        "unit": "%",
        "approx": "exact",
        "surface": "x",
        "rule": "subject: x",
    } | changes
    return (
        indicator, region, tier, period, status, value, of["low"], of["high"], of["unit"], of["approx"],
        doc, start, start + 1, of["surface"], 1, of["rule"],
    )  # fmt: skip


def observe(*rows, **changes):
    return eg.evaluate_plans(frames.build("indicators", rows), **changes)


# Outcomes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", VERDICTS, ids=[case["name"] for case in VERDICTS])
def test_outcome(case):
    baseline = Seen(*case["baseline"]) if case["baseline"] else None
    found = judge(Aim(*case["aim"]), baseline, [Seen(*one) for one in case["later"]], case["kind"])
    assert (found.outcome, found.reached) == (case["outcome"], case["reached"])
    for name, expected in case["numbers"].items():
        value = found.numbers[name]
        assert value is None if expected is None else isclose(value, expected, rel_tol=1e-6), name


@pytest.mark.parametrize("case", VERDICTS, ids=[case["name"] for case in VERDICTS])
def test_no_number_is_missing_without_a_reason(case):
    baseline = Seen(*case["baseline"]) if case["baseline"] else None
    found = judge(Aim(*case["aim"]), baseline, [Seen(*one) for one in case["later"]], case["kind"])
    assert found.why.zh
    assert found.why.en
    reasons = "; ".join(note.en for note in found.undefined)
    for name in NUMBERS:
        if found.numbers[name] is None and "all measures" not in reasons:
            assert name.removesuffix("_low").removesuffix("_high") in reasons, name


def test_every_outcome_has_a_case():
    named = {case["outcome"] for case in VERDICTS}
    assert named | {"not_comparable", "qualitative"} == set(OUTCOMES) | {None}


# Projections -------------------------------------------------------------------------------------------------


def test_a_share_never_leaves_its_range():
    assert 99 < logistic(60, 99, start=2010, now=2011, at=2050) <= 100
    assert 0 <= logistic(60, 1, start=2010, now=2011, at=2500) < 1
    assert logistic(60, 60, start=2010, now=2011, at=2015) == pytest.approx(60)


def test_an_amount_never_falls_below_zero():
    assert 0 < log_linear(30, 1, start=2010, now=2012, at=2040) < 1


@pytest.mark.parametrize(
    ("kind", "baseline", "current"), [("share", 0, 50), ("share", 60, 100), ("count", 0, 9), ("rank", 6, 5)]
)
def test_what_has_no_curve_says_why(kind, baseline, current):
    value, why = project(kind, baseline, current, start=2010, now=2012, at=2015)
    assert value is None
    assert why.startswith("no projection: ")


# Links -------------------------------------------------------------------------------------------------------


def test_baseline_and_result_in_different_documents():
    found = evaluate(
        documents(
            ("plan", 2016, "2015年全省网上办理率为60%。到2020年，全省网上办理率达到90%以上。"),
            ("report", 2021, "2020年全省网上办理率为92%。"),
        )
    )
    one = found.table.iloc[0]
    assert (one.outcome, one.baseline_doc, one.actual_doc) == ("met", "plan", "report")
    assert found.links[["role", "same_document"]].values.tolist() == [["baseline", True], ["later", False]]
    assert "own" in found.links.why[0]
    assert "another document" in found.links.why[1]


def test_another_tier_does_not_compare():
    found = observe(
        row("online_processing_rate", "2020", "target", 90.0),
        row("online_processing_rate", "2020", "actual", 95.0, tier="county", start=5),
    )
    assert found.table.outcome[0] == "not_comparable"
    assert "tier" in found.links.why[0]


def test_another_region_is_not_looked_at_unless_asked_for():
    rows = [
        row("online_processing_rate", "2020", "target", 90.0),
        row("online_processing_rate", "2020", "actual", 95.0, region="310000", start=5),
    ]
    found = observe(*rows)
    assert found.table.outcome[0] == "no_baseline"
    assert found.links.empty
    asked = found.again(against="310000")
    assert (asked.table.outcome[0], asked.table.other_region[0]) == ("met", "310000")
    assert asked.links.role[0] == "other_region"
    assert asked.table.baseline.isna().all()


def test_a_drifted_concept_compares_only_where_the_codebook_says_so(tmp_path):
    rows = [
        row("core_business_coverage", "2015", "target", 85.0),
        row("main_business_coverage", "2015", "actual", 90.0, start=5),
    ]
    found = observe(*rows)
    assert found.table.outcome[0] == "not_comparable"
    assert "another concept" in found.links.why[0]
    own = tmp_path / "links.csv"
    own.write_text(
        "indicator,other,relation,note\nmain_business_coverage,core_business_coverage,same,one list\n",
        "utf-8",
    )
    assert found.again(links=own).table.outcome[0] == "met"


def test_sources_that_disagree_are_not_used():
    found = observe(
        row("online_processing_rate", "2020", "target", 90.0),
        row("online_processing_rate", "2020", "actual", 95.0, doc="e"),
        row("online_processing_rate", "2020", "actual", 80.0, doc="f"),
    )
    assert found.table.outcome[0] == "not_comparable"
    assert "contradict" in found.table.why[0]


def test_a_target_before_its_baseline():
    found = observe(
        row("online_processing_rate", "2012", "target", 90.0),
        row("online_processing_rate", "2015", "actual", 80.0, start=5),
    )
    assert pd.isna(found.table.baseline[0])  # 2015 lies behind the deadline: a result, no baseline
    assert found.table.outcome[0] == "behind"
    assert "deadline 2012" in found.table.why[0]


def test_wording_intervals_reach_the_outcome():
    found = evaluate(
        documents(
            ("plan", 2012, "2010年全省网上办理率为60%。到2015年，全省网上办理率达到85%以上。"),
            ("report", 2015, "2015年全省网上办理率近85%。"),
        )
    )
    assert (found.table.outcome[0], found.table.reached[0]) == ("behind", "no")


def test_later_documents_supersede_targets():
    found = evaluate(
        documents(
            ("first", 2016, "到2020年，全省网上办理率达到80%以上。"),
            ("second", 2018, "到2020年，全省网上办理率达到90%以上。"),
        )
    )
    assert found.targets.version.tolist() == ["superseded", "issued"]
    assert found.targets.superseded_by[0] == found.targets.target[1]


def test_as_of_hides_what_came_later():
    rows = [row("online_processing_rate", "2020", "target", 90.0)]
    rows += [
        row("online_processing_rate", str(2015 + k), "actual", 60.0 + 10 * k, start=5 + k) for k in range(5)
    ]
    found = observe(*rows)
    assert found.table.outcome[0] == "met"
    assert found.again(as_of=2017).table.outcome[0] == "on_track"
    assert found.again(as_of=2017).table.actual_year[0] == 2017


# Targets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "responsible"),
    [
        ("到2020年，网上办理率达到90%。（责任单位：省政务局、省财政厅）", "责任单位：省政务局、省财政厅"),
        ("到2020年，网上办理率达到90%。上线新门户。（省政务局、省财政厅）", "省政务局、省财政厅"),
        ("到2020年，网上办理率达到90%。\n责任单位：省政务局", "责任单位：省政务局"),
        ("到2020年，由省政务局牵头，网上办理率达到90%。", "省政务局"),
        ("到2020年，网上办理率达到90%（含自助终端）。", None),
    ],
)
def test_responsible_unit_is_verbatim(text, responsible):
    corpus = documents(("plan", 2016, text))
    numbers = eg.match_indicators(eg.find_quantities(corpus), documents=corpus)
    target = list_targets(numbers, corpus).iloc[0]
    assert (None if pd.isna(target.responsible) else target.responsible) == responsible
    if responsible:
        assert text[target.responsible_start : target.responsible_end] == responsible
        assert "responsible unit" not in (target.lacks if not pd.isna(target.lacks) else "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("到2020年，每年培训1000人次。", "recurring"),
        ("到2020年，收入超过300亿元的软件园区要有4个以上。", "qualifier"),
        ("到2020年，网上办理率达到90%。", "target"),
    ],
)
def test_kinds_of_targets(text, kind):
    corpus = documents(("plan", 2016, text))
    numbers = eg.match_indicators(eg.find_quantities(corpus), documents=corpus)
    assert list_targets(numbers, corpus).form[0] == kind


def test_aims_without_a_number_are_qualitative():
    corpus = documents(("plan", 2016, "一、发展目标\n到“十三五”末，全省电子政务跨入先进行列。"))
    found = evaluate(corpus)
    assert found.table[["outcome", "deadline"]].values.tolist() == [["qualitative", 2020]]


# Bad input ---------------------------------------------------------------------------------------------------


def test_no_rows_give_empty_tables():
    found = observe()
    assert list(found.table) == list(TABLE)
    assert list(found.links) == list(LINKS)
    assert list(found.targets) == list(TARGETS)
    assert found.linked().empty
    assert "没有找到任何目标" in eg.show_plans(found).text
    with pytest.raises(ValueError, match="empty"):
        eg.plot_plans(found.table)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"region": "999999"}, "GB/T 2260"),
        ({"against": "Hunan"}, "GB/T 2260"),
        ({"region": "430000", "against": "430000"}, "itself"),
        ({"codebook": []}, "empty"),
        ({"links": "no.csv"}, "no.csv"),
    ],
)
def test_refusals_are_one_sentence(changes, words):
    with pytest.raises(ValueError, match=words) as error:
        observe(row("online_processing_rate", "2020", "target", 90.0), **changes)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,b,near,why", "relation"),
        ("a,a,same,why", "itself"),
        ("a,b,same,", "note"),
        ("a,b,same,why\nb,a,drift,why", "a pair stands once"),
        ("a,unknown,same,why", "codebook"),
    ],
)
def test_links_are_checked(tmp_path, line, words):
    file = tmp_path / "links.csv"
    file.write_text(f"indicator,other,relation,note\n{line}\n", "utf-8")
    with pytest.raises(ValueError, match=words):
        read_links(file, known=("a", "b"))


# The embedded corpus -----------------------------------------------------------------------------------------


def test_every_row_leads_back_to_its_text(corpus, embedded):
    for part, side in (
        (embedded.table, ""),
        (embedded.links, ""),
        (embedded.linked(), "actual_"),
        (embedded.linked(), "baseline_"),
    ):
        for one in part.dropna(subset=[f"{side}start"]).to_dict("records"):
            raw = corpus[one[f"{side}doc"]].raw
            assert raw[one[f"{side}start"] : one[f"{side}end"]] == one[f"{side}surface"]
    for one in embedded.targets.dropna(subset=["responsible"]).itertuples():
        assert corpus[one.doc].raw[one.responsible_start : one.responsible_end] == one.responsible


def test_outcomes_have_names_and_reasons(embedded):
    assert set(embedded.table.outcome.dropna()) <= set(OUTCOMES)
    assert embedded.table.why.notna().all()
    assert embedded.table.why_zh.notna().all()
    empty = embedded.table[list(NUMBERS)].isna().any(axis=1)
    assert embedded.table.loc[empty, "undefined"].notna().all()
    assert embedded.links.why.str.len().gt(0).all()


def test_shandong_is_linked_across_its_plans(embedded):
    shandong = embedded.linked()[lambda t: t.doc == "shandong_2016_fyp13"].set_index("indicator")
    assert shandong.outcome["hightech_output_share"] == "met"
    assert shandong.outcome["patents_per_10000"] == "behind"
    assert shandong.outcome["innovation_rank"] == "target_equals_baseline"
    assert (shandong.actual_doc.dropna() == "shandong_2021_fyp14").all()


def test_targets_against_the_hand_sheet(embedded):
    """A person read the five plans; recurring amounts and differences count neither way."""
    gold = [one for one in GOLD if one["kind"] == "target"]
    optional = [one for one in GOLD if one["kind"] in ("recurring", "difference")]
    found = embedded.targets[embedded.targets.form == "target"]
    found = found[found.doc.isin({one["doc"] for one in GOLD})].to_dict("records")

    def same(a, b):
        return a["doc"] == b["doc"] and a["start"] < b["end"] and b["start"] < a["end"]

    right = [one for one in found if any(same(one, person) for person in gold)]
    wrong = [one for one in found if one not in right and not any(same(one, person) for person in optional)]
    missed = [person for person in gold if not any(same(one, person) for one in found)]
    assert len(right) / (len(right) + len(wrong)) >= 0.94
    assert not missed
    pairs = [(one, person) for one in right for person in gold if same(one, person)]
    assert all(str(one["deadline"]) == person["deadline"] for one, person in pairs)
    read = [(one["responsible"], person["responsible"]) for one, person in pairs if person["responsible"]]
    assert read
    assert all(machine.endswith(hand) for machine, hand in read)


# Reports -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figure_shows_every_linked_target(embedded, lang):
    figure = eg.plot_plans(embedded.table, lang=lang)
    assert len(figure.axes) == len(embedded.linked())
    words = " ".join(text.get_text() for axes in figure.axes for text in axes.texts)
    assert "45.11" in words
    assert "38" in words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_show_both_sentences(embedded, lang):
    text = eg.show_plans(embedded, lang=lang).text
    assert "shandong_2016_fyp13.html#s" in text
    assert "shandong_2021_fyp14.html#s" in text
    assert eg.write_plans_conclusion(embedded, lang=lang)


def test_a_region_without_links_says_so(corpus, indicators):
    found = eg.evaluate_plans(indicators, corpus, codebook=["indicators", "innovation"], region="430482")
    assert found.table.outcome.tolist() == ["qualitative"]
    assert "none has" in eg.write_plans_conclusion(found, lang="en")
