"""Evaluation: the same numbers as the scoring tool, intervals, parts of documents, rows without places."""

import csv
import hashlib
import importlib.util
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from scipy.stats import binomtest

from egovlib.analyse.quality.evaluation import CATEGORIES, FIELDS, evaluate, place_rows, wilson
from egovlib.cli import main
from egovlib.documents import read_corpus, read_text
from egovlib.extract.quantities import find_quantities

SHARED = Path(__file__).parents[2] / "shared"
TOOL, GOLD = SHARED / "tools" / "score_quantities.py", SHARED / "gold" / "quantities"
CODED = Path(__file__).parent / "cases" / "gold"

ROW = {
    "doc": "a.txt", "start": 4, "end": 8, "surface": "60个左", "value": 60.0, "unit": "个", "approx": "exact",
    "role": "level", "status": "actual", "period": "2013", "tier": "city", "topic": "portal", "subject": "政务网站",
}  # fmt: skip


def table(corpus):
    frame = find_quantities(corpus)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


@pytest.fixture(scope="module")
def tool():
    if not TOOL.exists():
        pytest.skip("../shared/tools/score_quantities.py is not here")
    spec = importlib.util.spec_from_file_location("score_quantities", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def damage(rows, seed):
    """Predictions with every kind of error: moved, lost, doubled and with fields exchanged."""
    rng = random.Random(seed)
    out = []
    for row in rows:
        changed = dict(row)
        if rng.random() < 0.3:
            changed["start"] += rng.randrange(-2, 3)
        if rng.random() < 0.3:
            field = rng.choice(FIELDS)
            changed[field] = rng.choice(rows)[field]
        out += [dict(changed) for _ in range(rng.choice((0, 1, 1, 1, 1, 2)))]
    return out


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_the_scoring_tool_gives_the_same_numbers(tool, seed):
    gold = list(tool.rows(GOLD))
    rows = table(read_corpus([SHARED / "seeds" / row for row in sorted({row["doc"] for row in gold})]))
    rows = rows if seed is None else damage(rows, seed)
    expected, errors = tool.score(gold, rows)
    ours = evaluate(GOLD, rows)
    for measure in ("precision", "recall", "f1", "exact_span_f1", "record_f1", *FIELDS):
        assert ours.score(measure) == pytest.approx(expected[measure]), measure
    assert len(ours.errors) == len(errors)


def test_every_error_has_its_sentence_and_every_count_its_document():
    corpus = [read_text("建成60个网站。办理率为80%。", doc="a")]
    rows = table(corpus)
    gold = [rows[0] | {"doc": "a.txt", "role": "flow"}]
    evaluation = evaluate(gold, rows, corpus=corpus)
    assert evaluation.errors.kind.tolist() == ["field", "spurious"]
    assert evaluation.errors.text.tolist() == ["建成60个网站。", "办理率为80%。"]
    assert evaluation.documents[["gold", "found", "predicted"]].values.tolist() == [[1, 1, 2]]
    assert evaluation.confusion("role").set_index("gold").loc["flow"].sum() == 1


def test_what_is_ambiguous_or_unknown_in_the_gold_does_not_count():
    found = ROW | {"role": "flow", "period": "1999"}
    evaluation = evaluate([ROW | {"ambiguous": ["role"], "period": None}], [found])
    assert evaluation.score("role") is None
    assert evaluation.score("period") is None
    assert evaluation.score("record_f1") == 1


def test_behind_the_end_of_the_coding_nothing_is_spurious():
    later = ROW | {"start": 900, "end": 902}
    assert evaluate([ROW], [ROW, later]).score("precision") == 0.5
    assert evaluate([ROW], [ROW, later], coded={"a.txt": (0, 900)}).score("precision") == 1


def test_files_csv_says_it_too_and_names_documents_without_quantities(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "files.csv").write_text(
        "doc,path,sha256,until\na.txt,a.txt,,900\nb.txt,b.txt,,\n", encoding="utf-8"
    )
    extra = [ROW | {"start": 900, "end": 902}, ROW | {"doc": "b"}]
    evaluation = evaluate(tmp_path, [ROW, *extra])
    assert evaluation.documents.set_index("doc").predicted.to_dict() == {"a": 1, "b": 1}
    assert evaluation.score("precision") == 0.5


def test_rows_without_a_place_are_found_by_what_stands_before_them():
    raw = "收到 5 件，\n办结 5\n件。"
    rows = [
        {"surface": "5 件", "left": left, "start": None, "end": None} for left in ("收到", "，办结", "没有")
    ]
    assert [(row["start"], row["end"]) for row in place_rows(rows, raw)] == [(3, 6), (11, 14), (None, None)]


def test_from_thirty_documents_on_documents_are_resampled():
    gold = [ROW | {"doc": f"d{i:02}.txt"} for i in range(30) for _ in range(3)]
    found = [row | {"role": "flow" if row["doc"] < "d10" else "level"} for row in gold]
    few, many = evaluate(gold[:87], found[:87]).scores, evaluate(gold, found).scores
    assert set(few.interval_method) == {"Wilson, over quantities"}
    assert set(many.interval_method) == {"documents resampled"}
    role = many.set_index("measure").loc["role"]
    assert role.score == pytest.approx(2 / 3)
    assert role.low < role.score < role.high
    wilson_role = few.set_index("measure").loc["role"]
    assert role.high - role.low > wilson_role.high - wilson_role.low  # errors come in clusters


@pytest.mark.parametrize(("right", "n"), [(0, 5), (5, 5), (81, 263), (1, 1)])
def test_wilson_equals_scipy(right, n):
    expected = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((expected.low, expected.high))


def test_a_perfect_coding_scores_one_and_none_scores_nothing():
    perfect = evaluate([ROW], [ROW])
    assert perfect.scores.score.eq(1).all()
    assert perfect.errors.empty
    nothing = evaluate([ROW], [])
    assert nothing.score("recall") == 0
    assert nothing.score("precision") is None
    assert nothing.confusions.empty


def test_wrong_calls_are_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="no gold rows"):
        evaluate([], [ROW])
    with pytest.raises(FileNotFoundError, match="nowhere"):
        evaluate("nowhere", [ROW])
    (tmp_path / "bad.jsonl").write_text('{"doc": "a"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.jsonl, line 1: 'start'"):
        evaluate(tmp_path, [ROW])
    with pytest.raises(ValueError, match="is in the corpus"):
        evaluate([ROW], [], corpus=[read_text("无", doc="b")])
    with pytest.raises(ValueError, match="no measure 'speed'"):
        evaluate([ROW], [ROW]).score("speed")


def test_a_corpus_without_gold_is_noted_where_a_report_asks(tmp_path):
    found = evaluate([ROW], [], corpus=[read_text("无", doc="b")], uncoded="note")
    assert found.scores["score"].isna().all()
    assert found.documents.empty
    assert "没有人工编码" in found.notes[0].text("zh")
    with pytest.raises(ValueError, match="uncoded 'skip' is not one of raise, note"):
        evaluate([ROW], [ROW], uncoded="skip")


def test_the_command_prints_the_table_and_ends_well(tmp_path):
    (tmp_path / "a.txt").write_text("建成60个网站。", encoding="utf-8")
    row = table([read_text("建成60个网站。", doc="a")])[0] | {"unit": "家"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    run = CliRunner().invoke(
        main, ["evaluate", str(tmp_path / "a.jsonl"), str(tmp_path / "a.txt"), "--errors", "9"]
    )
    assert run.exit_code == 0
    assert "recall              1      1  1.000" in run.output
    assert "unit: gold 家, found 个 | 建成60个网站。" in run.output


# The project's own coding of documents of ../shared --------------------------------------------------------

LEAST = {
    "f1": 0.94, "value": 0.97, "unit": 0.95, "approx": 0.96, "status": 0.93, "role": 0.88,
    "period": 0.85, "tier": 0.85, "topic": 0.80, "subject": 0.75,
}  # fmt: skip
"""What the project promises of documents it was not tuned on."""


def coded_files():
    with (CODED / "files.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_coding_of_shared_documents_is_reached():
    files = [row for row in coded_files() if (SHARED / row["path"]).exists()]
    if not files:
        pytest.skip("../shared/corpus is not here")
    for row in files:
        digest = hashlib.sha256((SHARED / row["path"]).read_bytes()).hexdigest()
        assert digest == row["sha256"], f"{row['doc']} is not the file that was coded"
    corpus = read_corpus([SHARED / row["path"] for row in files])
    evaluation = evaluate(CODED, find_quantities(corpus), corpus=corpus)
    for measure, least in LEAST.items():
        assert evaluation.score(measure) >= least, f"{measure} {evaluation.score(measure):.3f}"
    assert set(evaluation.confusions.field) <= set(CATEGORIES)
