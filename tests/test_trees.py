"""Indicator trees: every packaged one reads; every fault is named with its mend."""

import pandas as pd
import pytest

from egovlib import codebook
from egovlib.analyse.index.trees import COLUMNS, read_tree, trees

GOOD = {
    "code": ["index", "a", "b"],
    "parent": ["", "index", "index"],
    "weight": ["", "0.6", "0.4"],
    "total": ["1", "", ""],
    "direction": ["", "1", "-1"],
}


def broken(**cells):
    return pd.DataFrame({**GOOD, **cells})


@pytest.mark.parametrize("name", trees())
def test_packaged_trees_are_whole(name):
    tree = read_tree(name)
    leaves = [tree.effective_weights[leaf] for leaf in tree.indicators]
    assert sum(leaves) == pytest.approx(1)
    assert tree.by_code[tree.root].source


def test_the_regions_tree_speaks_the_codebooks_language():
    known = {row["indicator"]: row for row in codebook.rows("indicators")}
    tree = read_tree("egov_regions")
    for code in tree.indicators:
        node = tree.by_code[code]
        assert known[code]["unit"] == node.unit, code
        assert int(known[code]["direction"]) == node.direction, code


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (broken(parent=["", "b", "a"]), "cycle"),
        (broken(parent=["", "index", "nowhere"]), "'nowhere' is not allowed"),
        (broken(parent=["", "index", ""]), "one root"),
        (broken(code=["index", "a", "a"]), "each code once"),
        (broken(weight=["", "0.6", "0.3"]), r"0.6 \+ 0.3 = 0.9"),
        (broken(weight=["", "-0.4", "1.4"]), "'-0.4' is not allowed"),
        (broken(weight=["", "", "1"]), "give the node its weight"),
        (broken(weight=["", "0", "0"]), "a weight above 0 in each group"),
        (broken(weight=["", "half", "0.5"]), "a number or an empty cell"),
        (broken(direction=["1", "1", "1"]), "a group has none"),
        (broken(direction=["", "up", "1"]), "1 more is better"),
        (broken(direction=["", "", "1"]), "1 more is better"),
        (broken(lower=["", "10", ""], upper=["", "5", ""]), "goalposts in order"),
        (broken(direction=["", "interval", "1"]), "fill in the four"),
    ],
)
def test_a_fault_is_refused_in_one_sentence(frame, said):
    with pytest.raises(ValueError, match=said) as error:
        read_tree(frame)
    assert "the tree, row" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_is_checked_like_a_frame(tmp_path):
    frame = pd.DataFrame(GOOD).reindex(columns=list(COLUMNS), fill_value="")
    frame.to_csv(tmp_path / "mine.csv", index=False)
    assert read_tree(tmp_path / "mine.csv").indicators == ("a", "b")
    frame.assign(weight=["", "0.6", "0.9"]).to_csv(tmp_path / "wrong.csv", index=False)
    with pytest.raises(ValueError, match=r"wrong.csv, row 2, column total: '1' is not allowed"):
        read_tree(tmp_path / "wrong.csv")


def test_without_a_group_its_parent_goes_too():
    tree = read_tree("eu_egov_benchmark")
    rest = tree.without(["cross_border_enablers"])
    assert "cross_border_eid" not in rest.by_code
    assert "cross_border" in rest.by_code
    assert "cross_border" not in tree.without(tree.children["cross_border"]).by_code
    with pytest.raises(ValueError, match="keeps no indicator"):
        tree.without([tree.root])
