"""Reuse and revisions: labelled pairs, spans on both sides, damage, common wording, bad input."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from egovlib.analyse import passages as aligning
from egovlib.analyse.reuse import THRESHOLD, find_reuse, measure_reuse
from egovlib.analyse.revisions import CHANGED, STATUSES, choose_versions, compare_versions, count_revisions
from egovlib.documents import Corpus, read_corpus, read_text
from egovlib.report.side_by_side import mark_difference, render_versions, show_reuse, write_reuse_conclusion

CASES = Path(__file__).parent / "cases"
CLAUSE = "沿江五个乡镇的水位站全部换成无人值守的自动站，数据每五分钟传回一次，汛期由专人盯守。"


def pairs(name):
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rates(scored, threshold):
    found = [row["label"] for score, row in scored if score >= threshold]
    reused = sum(row["label"] == "reuse" for _, row in scored)
    return found.count("reuse") / len(found), found.count("reuse") / reused


@pytest.fixture(scope="module")
def own():
    return [
        (getattr(aligning.align(row["a"], row["b"]), "score", 0.0), row) for row in pairs("reuse_pairs.csv")
    ]


def test_there_are_enough_labelled_pairs(own):
    assert len(own) >= 100
    assert {row["label"] for _, row in own} == {"reuse", "independent", "stock"}


def test_threshold_on_own_pairs(own):
    """The figures behind THRESHOLD, as its comment and docs/reuse.md give them."""
    precision, recall = rates(own, THRESHOLD)
    assert (round(precision, 2), round(recall, 2)) == (0.98, 0.73)
    _, recall = rates([(score, row) for score, row in own if row["kind"] != "heavy"], THRESHOLD)
    assert round(recall, 2) == 0.98


def test_threshold_on_real_pairs(shared):
    """Pairs of real sentences, kept by place and hash only; each weighed within its own corpus."""
    by_corpus = defaultdict(list)
    for row in pairs("reuse_pairs_shared.csv"):
        by_corpus[row["corpus"]].append(row)
    scored = []
    for corpus, rows in by_corpus.items():
        scored += scores(list(read_corpus(shared / "corpus" / corpus)), rows)
    precision, recall = rates(scored, THRESHOLD)
    assert precision >= 0.9
    assert recall >= 0.7


def scores(documents, rows):
    order = {document.source: place for place, document in enumerate(documents)}
    passages = aligning.passages_of(documents)
    runs = aligning.find_runs(passages)
    weights = aligning.weigh(passages, runs, aligning.worth_of(runs, len(documents)))
    at = {}
    for number, one in enumerate(passages):
        place = documents[one.document].aligned.span(int(one.places[0]), int(one.places[-1]) + 1)
        at[one.document, place[0]] = number
    for row in rows:
        sides = []
        for side in "ab":
            document = order[row[f"file_{side}"]]
            assert documents[document].sha256 == row[f"sha256_{side}"]
            sides.append(at[document, int(row[f"start_{side}"])])
        a, b = sides
        found = aligning.align_contents(passages[a].content, passages[b].content, weights[a])
        yield (found.score if found else 0.0), row


def test_changed_parts_edits_from_others():
    for row in pairs("reuse_pairs.csv"):
        if row["label"] == "stock" or row["kind"] in ("heavy", "proper names"):
            continue
        old, new = read_text(row["a"], doc="old"), read_text(row["b"], doc="new")
        status = compare_versions(old, new)["status"].tolist()
        assert (status == ["changed"]) == (row["label"] == "reuse"), row


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text,
        lambda text: text.replace("全部", "全 部").replace("自动", "自\n动"),
        lambda text: text.replace("数据每五分钟传回一次", "數據每五分鐘傳回一次"),
        lambda text: text.replace("，", ","),
    ],
)
def test_damage_does_not_hide_a_passage(damage):
    source = read_text(f"一、任务\n{CLAUSE}\n", doc="source", region="430000", tier="province", year=2016)
    target = read_text(
        f"一、水利\n我县照办。{damage(CLAUSE)}\n", doc="target", region="430482", tier="county", year=2017
    )
    found = find_reuse(Corpus([target, source]))
    assert found[["doc", "source_doc", "relation"]].values.tolist() == [["target", "source", "from_above"]]
    row = found.iloc[0]
    assert target.raw[row.start : row.end] == row.surface
    assert source.raw[row.source_start : row.source_end] == row.source_surface
    assert row.characters >= 20  # a line break that stays parts the sentence


def test_spans_hold_on_both_sides(embedded):
    found = find_reuse(embedded, stock=True, threshold=10)
    assert len(found) > 5
    for row in found.itertuples():
        assert embedded[row.doc].raw[row.start : row.end] == row.surface
        assert embedded[row.source_doc].raw[row.source_start : row.source_end] == row.source_surface


def test_sentences_that_follow_each_other_are_one_passage():
    text = CLAUSE + "对外公布的热线并成一个号码，话务员听不懂的转给坐班的业务骨干，通话全程录音备查。"
    found = find_reuse(Corpus([read_text(text, doc="a"), read_text(text, doc="b")]))
    assert found[["sentences", "relation"]].values.tolist() == [[2, "shared"]]


def test_what_many_documents_say_is_stock():
    """The same words are reuse between two documents of twelve, and common wording in all twelve."""
    others = [f"第{n}项工作按计划进行。" for n in "甲乙丙丁戊己庚辛壬癸"]
    two = Corpus([read_text(text, doc=f"d{i}") for i, text in enumerate([CLAUSE, CLAUSE, *others])])
    assert find_reuse(two)["kind"].tolist() == ["reuse"]
    all_of_them = Corpus([read_text(CLAUSE, doc=f"d{i}") for i in range(12)])
    assert find_reuse(all_of_them).empty
    stock = find_reuse(all_of_them, stock=True)
    assert set(stock["kind"]) == {"stock"}
    assert stock["weight"].max() == 0


def test_same_responsible_offices_are_no_reuse():
    note = "（责任单位：市发展改革委、市工业和信息化局、市住房城乡建设局、市农业农村局）"
    docs = [read_text(text + note, doc=doc) for doc, text in (("a", "修两条路。"), ("b", "种一片树。"))]
    assert find_reuse(Corpus(docs)).empty


def test_a_later_document_above_is_no_source():
    above = read_text(CLAUSE, doc="above", region="430000", tier="province", year=2020)
    below = read_text(CLAUSE, doc="below", region="430482", tier="county", year=2016)
    assert find_reuse(Corpus([above, below]))["relation"].tolist() == ["shared"]


def test_measure_counts_each_character_once():
    source = read_text(CLAUSE, doc="source", region="430000", tier="province")
    target = read_text(CLAUSE + CLAUSE, doc="target", region="430482", tier="county")
    corpus = Corpus([source, target])
    summary = measure_reuse(corpus, find_reuse(corpus))
    row = summary[summary["doc"] == "target"].iloc[0]
    assert row.share == 1.0
    alone = summary[summary["doc"] == "source"].iloc[0]
    assert alone[["share", "reason"]].isna().tolist() == [True, False]


@pytest.mark.parametrize("texts", [[], ["。。。"], ["一份文件。"], ["甲。", "乙。"]])
def test_nothing_to_find_is_an_empty_table(texts):
    corpus = Corpus([read_text(text, doc=f"d{i}") for i, text in enumerate(texts)])
    found = find_reuse(corpus)
    summary = measure_reuse(corpus, found)
    assert found.empty
    assert summary["share"].isna().all()
    assert summary["reason"].notna().all()
    assert choose_versions(corpus) is None
    for lang in ("zh", "en"):
        assert write_reuse_conclusion(summary, found, lang=lang)
        assert "<table" in show_reuse(found, lang=lang).text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: find_reuse(c, relation="below"), "relation 'below' is not one of from_above"),
        (lambda c: find_reuse(c, threshold=0), "threshold 0 is not above 0; 20"),
        (lambda c: compare_versions(c[0], c[0]), "cannot be compared with itself"),
        (lambda c: compare_versions(c[0], c[1], changed=2), "changed 2 is not in"),
        (lambda c: choose_versions(c, old="x", new="y"), "there is no document 'x'"),
        (lambda c: choose_versions(c, old="x"), "name both documents"),
    ],
)
def test_errors_are_one_sentence(embedded, call, message):
    with pytest.raises(ValueError, match=message):
        call(embedded)


def numbers(document):
    return [one.sentence for one in document.sentences if any(map(str.isalnum, one.text))]


def test_every_sentence_of_both_versions_has_one_row(embedded):
    old, new = choose_versions(embedded)
    versions = compare_versions(old, new)
    assert sorted(versions["sentence"].dropna()) == numbers(new)
    assert sorted(versions["old_sentence"].dropna()) == numbers(old)
    for row in versions.dropna(subset=["start"]).itertuples():
        assert new.raw[row.start : row.end] == row.surface
    for row in versions.dropna(subset=["old_start"]).itertuples():
        assert old.raw[row.old_start : row.old_end] == row.old_surface
    counts = count_revisions(old, new, versions)
    for status in STATUSES:
        assert counts[status].sum() == (versions["status"] == status).sum()


def test_moved_sentences_and_dropped_sections():
    goal = (
        "到规划期末，全县办事大厅统一设置一个收件窗口，由窗口人员把材料分送到各科室，三天以内给出书面答复。"
    )
    old = read_text(f"一、目标\n{goal}\n{CLAUSE}\n二、宣传\n办六场讲座。\n", doc="old")
    new = read_text(f"一、目标\n{goal}\n二、水利\n水库加固三座。\n{CLAUSE}\n", doc="new")
    versions = compare_versions(old, new)
    moved = versions[versions["moved"].fillna(False)]
    assert moved["surface"].tolist() == [CLAUSE]
    counts = count_revisions(old, new, versions)
    assert counts.loc[counts["old_heading"] == "二、宣传", "dropped"].tolist() == [2]
    assert counts.loc[counts["heading"] == "二、水利", "reason"].notna().all()


def test_page_escapes_and_marks():
    assert "&lt;b&gt;" in mark_difference("<b>三条", "<b>五条")[0]
    old, new = (read_text(f"<script>共{n}条线路一起开通。", doc=d) for n, d in (("三", "old"), ("五", "new")))
    page = render_versions(old, new, compare_versions(old, new))
    assert "<script>" not in page
    assert "<del>三</del>" in page
    assert "<ins>五</ins>" in page
    assert 0 < CHANGED < 1
