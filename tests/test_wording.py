"""Comparing words: what is counted, how it is tested, what is refused, and where the words stand."""

import numpy as np
import pandas as pd
import pytest

from egovlib.analyse.collocations import find_collocations
from egovlib.analyse.concordance import find_concordance
from egovlib.analyse.statistics import keyness
from egovlib.analyse.topics import find_topics
from egovlib.analyse.wording import TABLE, compare_words
from egovlib.documents import Corpus, read_text
from egovlib.report.plots.words import chosen_words, plot_dispersion, plot_keyness
from egovlib.report.wording import show_concordance, show_topics, show_words, write_wording_conclusion
from egovlib.text import words as segmenters


def plan(doc, period, sentences):
    text = f"清河市规划\n一、主要任务\n{'。'.join(sentences)}。"
    return read_text(text, doc, plan_period=period, issuer=doc, genre="plan", tier="city", region="430100")


def corpus_of(n_a, n_b, *, loud="算力"):
    """Plans that are alike but for one word, which only the later ones use."""
    common = ["推进信息公开", "完善网站服务", "加强人才培训", "建设宽带网络"]
    early = [plan(f"a{i}", "fyp12", common * (2 + i % 3)) for i in range(n_a)]
    late = [
        plan(f"b{i}", "fyp13", [*common * (2 + i % 3), *[f"发展{loud}"] * (3 + i % 2)]) for i in range(n_b)
    ]
    return Corpus([*early, *late])


@pytest.fixture(scope="module")
def found():
    return compare_words(corpus_of(6, 6), a="fyp12", b="fyp13")


@pytest.fixture(scope="module")
def compared(embedded):
    return compare_words(embedded, a="review", b="plan")


def row_of(comparison, word):
    return comparison.table.set_index("word").loc[word]


def test_finds_the_word_that_differs_and_no_other(found):
    row = row_of(found, "算力")
    assert row["verdict"] == "higher in b"
    assert row["p"] == pytest.approx(2 / 924)  # the most extreme of C(12, 6) splits, and its mirror image
    assert (row["count_a"], row["documents_a"], row["documents_b"]) == (0, 0, 6)
    assert list(found.table.columns) == list(TABLE)
    assert found.table["word"].iloc[0] in ("算力", "发展")


def test_a_word_absent_from_a_group_has_no_ratio(found):
    row = row_of(found, "算力")
    assert row[["log_ratio", "percent_difference", "odds_ratio"]].isna().all()
    assert np.isfinite(row["log_odds_z"])


def test_numbers_are_those_of_the_formulas(compared):
    table = compared.table
    sizes = compared.parts.groupby("group")["words"].sum()
    assert (table["words_a"] == sizes["review"]).all()
    assert (table["words_b"] == sizes["plan"]).all()
    row = row_of(compared, "服务")
    cells = row["count_b"], row["count_a"], row["words_b"], row["words_a"]
    assert row["g2"] == pytest.approx(float(keyness.g2_two_cells(*cells)))
    assert row["odds_ratio"] == pytest.approx(float(keyness.odds_ratio(*cells)))
    other = compared.again(g2="four_cells", second=None)
    assert row_of(other, "服务")["g2"] == pytest.approx(float(keyness.g2_four_cells(*cells)))


def test_turning_the_groups_turns_the_signs(compared):
    turned = (
        compared.again(a="plan", b="review", second=None).table.set_index("word").loc[compared.table["word"]]
    )
    for name in ("difference", "g2", "log_odds_z"):
        ours, theirs = (frame[name].astype(float).to_numpy() for frame in (compared.table, turned))
        assert ours == pytest.approx(-theirs, nan_ok=True)
    ours, theirs = (frame["p"].astype(float).to_numpy() for frame in (compared.table, turned))
    assert ours == pytest.approx(theirs, nan_ok=True)


def test_every_word_has_its_places_in_the_raw_text(compared, embedded):
    for row in compared.table.itertuples():
        lines = compared.concordance(row.word)
        assert len(lines) == row.count_a + row.count_b
        assert all(
            embedded[line.doc].raw[line.start : line.end] == line.surface for line in lines.itertuples()
        )
    assert (compared.concordance("服务", "plan")["group"] == "plan").all()


def test_second_segmenter_repeats_the_test(found):
    pytest.importorskip("icu4py")
    row = row_of(found, "算力")
    assert row["verdict_second"] == row["verdict"]
    assert row["p_second"] == row["p"]
    turned = found.again(segmenter="icu", second="jieba")
    assert row_of(turned, "算力")["verdict"] == "higher in b"


def test_without_the_second_segmenter_a_note_says_so(monkeypatch):
    monkeypatch.setattr("egovlib.analyse.wording.has_segmenter", lambda name: False)
    comparison = compare_words(corpus_of(3, 3), a="fyp12", b="fyp13")
    assert comparison.table["verdict_second"].isna().all()
    assert any("not installed" in str(note) for note in comparison.notes)


def test_too_few_documents_cannot_be_tested():
    comparison = compare_words(corpus_of(3, 3), a="fyp12", b="fyp13", second=None)
    assert set(comparison.table["verdict"]) == {"not testable with 6 documents"}
    assert comparison.table["q"].isna().all()
    assert "too few" in write_wording_conclusion(
        comparison, lang="en"
    ) or "so few" in write_wording_conclusion(comparison, lang="en")


@pytest.mark.parametrize(("n_a", "n_b"), [(0, 4), (4, 0), (0, 0)])
def test_an_empty_group_is_na_with_the_reason(n_a, n_b):
    comparison = compare_words(corpus_of(n_a, n_b), a="fyp12", b="fyp13")
    assert comparison.table["difference"].isna().all()
    assert comparison.table["g2"].isna().all()
    assert all(verdict.startswith("no documents in") for verdict in comparison.table["verdict"])
    for lang in ("zh", "en"):
        assert write_wording_conclusion(comparison, lang=lang)
        assert show_words(comparison, lang=lang).text


def test_no_word_frequent_enough():
    comparison = compare_words(corpus_of(2, 2), a="fyp12", b="fyp13", min_count=1000)
    assert comparison.table.empty
    assert "没有一个词" in write_wording_conclusion(comparison)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b": "fyp12"}, "both 'fyp12'"),
        ({"b": "east"}, "is a period and b 'east' a region"),
        ({"b": "fyp99"}, "'fyp99'"),
        ({"period": "fyp12"}, "leave period out"),
        ({"a": "plan", "b": "review", "stance": "plan"}, "leave stance out"),
        ({"stance": "hope"}, "'hope' is not one of"),
        ({"min_count": 0}, "give 1 or more"),
        ({"g2": "three_cells"}, "two_cells, four_cells"),
        ({"correction": "none"}, "BH"),
        ({"draws": 10}, "9999 or more"),
        ({"segmenter": "pkuseg"}, "choose jieba or icu or rjieba"),
        ({"second": "jieba"}, "is the segmenter itself"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_sentence(changes, message):
    with pytest.raises(ValueError, match=message) as refusal:
        compare_words(corpus_of(1, 1), **{"a": "fyp12", "b": "fyp13", **changes})
    assert "\n" not in str(refusal.value)


def test_a_word_that_was_not_compared_is_refused(found):
    with pytest.raises(ValueError, match="find_concordance"):
        found.concordance("桃花源")
    with pytest.raises(ValueError, match="'fyp14' is not one of fyp12, fyp13"):
        found.concordance("算力", "fyp14")


def test_regions_and_stances_are_compared_too(embedded):
    regions = compare_words(embedded, a="east", b="central", second=None)
    assert set(regions.parts["group"]) == {"east", "central"}
    assert compare_words(
        embedded, a="review", b="plan", period="fyp13", tier="national", second=None
    ).parts.shape[0]


def test_concordance_of_a_term(embedded):
    lines = find_concordance(embedded, "数据")
    whole = find_concordance(embedded, "数据", whole=True)
    assert 0 < len(whole) < len(lines)
    assert all(embedded[line.doc].raw[line.start : line.end] == line.surface for line in lines.itertuples())
    assert find_concordance("推进数据开放。", "算力").empty
    with pytest.raises(ValueError, match="is empty"):
        find_concordance(embedded, " ")
    with pytest.raises(ValueError, match="0 or more"):
        compare_words(embedded, a="review", b="plan", second=None).concordance("服务", width=-1)


def test_collocations_do_not_cross_punctuation():
    text = "推进税务，改革深化。" * 5
    assert find_collocations(text, min_documents=1).query("first_word == '税务'").empty
    assert find_collocations("", min_documents=1).empty


def test_page_links_every_line_to_its_sentence(compared):
    page = show_concordance(compared.concordance("服务"), lang="en", n=5).text
    assert page.count("#s") == 5
    assert "5 of" in page
    assert "没有出现" in show_concordance(compared.concordance("服务").head(0)).text


def test_what_a_document_says_stays_text():
    page = show_concordance(find_concordance("推进<b>算力</b>建设。", "算力")).text
    assert "<b>" not in page


def test_paragraph_names_what_differs(found):
    zh, en = (write_wording_conclusion(found, lang=lang) for lang in ("zh", "en"))
    assert "算力" in zh
    assert "算力" in en
    assert "探索性" in zh
    assert "exploratory" in en


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_hold_what_the_table_says(found, lang):
    figure = plot_keyness(found.table, a="fyp12", b="fyp13", lang=lang, top=5)
    shown = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert "算力" in shown
    assert "n" in figure.get_supxlabel()
    lines = pd.concat([found.concordance(word) for word in chosen_words(found.table, 2)])
    figure = plot_dispersion(lines, found.parts, lang=lang)
    strokes = sum(len(line.get_segments()) for line in figure.axes[0].collections)
    word = figure.axes[0].get_title(loc="left")
    assert strokes == len(found.parts) + len(lines[lines["word"] == word])


def test_nothing_to_draw_is_said(found):
    with pytest.raises(ValueError, match="has no lines"):
        plot_dispersion(found.concordance("算力").head(0), found.parts)


def test_topics_of_too_few_documents_are_refused(embedded):
    with pytest.raises(ValueError, match="30 documents or more"):
        find_topics(embedded)
    assert "30 份" in show_topics(embedded).text


HARVEST = (
    "小麦", "玉米", "大豆", "棉花", "蔬菜", "水果", "养殖", "渔业", "农民", "农村",
    "耕地", "灌溉", "粮食", "化肥", "种子", "农机", "仓储", "丰收", "畜牧", "林业",
)  # fmt: skip
HOSPITAL = (
    "医院", "医生", "护士", "病人", "门诊", "药品", "疫苗", "手术", "诊所", "病床",
    "康复", "护理", "保健", "体检", "急救", "传染病", "医学", "卫生", "慢性病", "儿科",
)  # fmt: skip


@pytest.fixture(scope="module")
def two_subjects():
    """Thirty plans, each on one of two subjects."""
    rng = np.random.default_rng(3)
    subjects = [HARVEST, HOSPITAL]
    return Corpus(
        [
            plan(f"d{i}", "fyp13", [f"重视{word}" for word in rng.choice(subjects[i % 2], 12, replace=False)])
            for i in range(30)
        ]
    )


def test_topics_come_back(two_subjects):
    pytest.importorskip("sklearn")
    topics = find_topics(two_subjects, n=2, replicates=10)
    first, second = (set(words.split()) for words in topics.table["topic_words"])
    assert sorted([first <= set(HARVEST), second <= set(HARVEST)]) == [False, True]
    assert sorted([first <= set(HOSPITAL), second <= set(HOSPITAL)]) == [False, True]
    assert topics.table["documents"].tolist() == [15, 15]
    assert topics.weights.groupby("doc")["share"].sum().round(6).eq(1).all()
    assert topics.table.equals(topics.again().table)
    assert "NNDSVD" in show_topics(two_subjects, n=2, lang="en").text


def test_words_without_subjects_have_no_stable_topics():
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(3)
    draws = (rng.choice([*HARVEST, *HOSPITAL], 12, replace=False) for _ in range(30))
    corpus = Corpus(
        [plan(f"d{i}", "fyp13", [f"重视{word}" for word in words]) for i, words in enumerate(draws)]
    )
    topics = find_topics(corpus, n=3, replicates=10)
    assert topics.table["verdict"].str.startswith("unstable").all()
    assert topics.table["stability"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("asked", "message"),
    [({"n": 1}, "2 topics or more"), ({"n": 11}, "30 documents are too few for 11"), ({"replicates": 1}, "10 or more"),
     ({"max_share": 0}, "above 0"), ({"min_documents": 29}, "words are left for 8 topics")],
)  # fmt: skip
def test_topics_that_cannot_be_are_refused(two_subjects, asked, message):
    with pytest.raises(ValueError, match=message):
        find_topics(two_subjects, **asked)


def test_has_segmenter_tells_an_absent_package(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "icu4py.breakers", None)
    monkeypatch.setattr(segmenters, "segmentation", segmenters.segmentation.__wrapped__)
    assert not segmenters.has_segmenter("icu")
