"""Indicator trees: what an index is made of, with nested weights, directions and goalposts, as a csv file.

One row a node. The root has no parent; a node without children is an indicator. Weights count within a group
of siblings; what they must add up to stands at their parent (`total`: 1, 100, the parent's points, or "parts"
for weights that are only proportions, as 6 : 1 : 2).

>>> read_tree("un_egdi").indicators
('osi', 'hci', 'tii')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from egovlib import codebook
from egovlib.analyse.statistics.permutation import Array
from egovlib.codebook import terms
from egovlib.codebook.terms import Place, refuse

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "code", "parent", "weight", "total", "direction", "lower", "upper", "best_low", "best_high", "target",
    "unit", "name_zh", "name_en", "source",
)  # fmt: skip
"""Columns of a tree. lower and upper are the goalposts, best_low and best_high the best interval of an
indicator with direction "interval"; all in the indicator's unit."""

DIRECTIONS: Final = {"1": 1, "-1": -1, "interval": 0}
SLACK: Final = 0.005
"""How far weights may miss their total, as a share of it: three times 0.333 is meant as 1."""


@dataclass(frozen=True)
class Node:
    """One row of a tree; numbers that the row leaves out are NaN. direction: 1, -1, 0 for an interval."""

    code: str
    parent: str
    weight: float
    total: float
    direction: int
    lower: float
    upper: float
    best_low: float
    best_high: float
    target: float
    unit: str
    name_zh: str
    name_en: str
    source: str


@dataclass(frozen=True)
class Tree:
    """A checked indicator tree: its nodes in the order of the file."""

    name: str
    nodes: tuple[Node, ...]

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """Each node by its code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """The children's codes of each node that has some."""
        parents = dict.fromkeys(node.parent for node in self.nodes if node.parent)
        return {code: tuple(n.code for n in self.nodes if n.parent == code) for code in parents}

    @property
    def root(self) -> str:
        """The code of the index itself."""
        return next(node.code for node in self.nodes if not node.parent)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """The codes of the indicators (nodes without children)."""
        return tuple(node.code for node in self.nodes if node.code not in self.children)

    @property
    def pillars(self) -> tuple[str, ...]:
        """The groups right under the root; none where the indicators themselves stand there."""
        return tuple(code for code in self.children[self.root] if code in self.children)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The nodes with children, each after the groups below it."""
        order: list[str] = []

        def visit(code: str) -> None:
            for child in self.children.get(code, ()):
                visit(child)
            if code in self.children:
                order.append(code)

        visit(self.root)
        return tuple(order)

    def below(self, code: str) -> tuple[str, ...]:
        """The indicators under a node (an indicator: itself)."""
        if code not in self.children:
            return (code,)
        return tuple(leaf for child in self.children[code] for leaf in self.below(child))

    @cached_property
    def effective_weights(self) -> dict[str, float]:
        """Each node's share of the index: the product of its shares within the groups above it."""
        shares = {self.root: 1.0}
        for code in reversed(self.groups):
            total = sum(self.by_code[child].weight for child in self.children[code])
            for child in self.children[code]:
                shares[child] = shares[code] * self.by_code[child].weight / total
        return shares

    def settings(self, name: str, codes: Sequence[str] | None = None) -> Array:
        """One numeric field of the indicators (or of `codes`) as an array, NaN where the tree says nothing."""
        chosen = self.indicators if codes is None else codes
        return np.array([getattr(self.by_code[code], name) for code in chosen], dtype=float)

    def with_weights(self, weights: Mapping[str, float]) -> Tree:
        """The same tree with some nodes' weights replaced, as proportions."""
        nodes = (
            replace(node, weight=float(weights.get(node.code, node.weight)), total=np.nan)
            for node in self.nodes
        )
        return Tree(self.name, tuple(nodes))

    def with_indicator_weights(self, weights: Mapping[str, float]) -> Tree:
        """The same tree with weights of indicators; a group weighs what its indicators weigh together."""
        return self.with_weights(
            {node.code: sum(weights[leaf] for leaf in self.below(node.code)) for node in self.nodes}
        )

    def without(self, codes: Iterable[str]) -> Tree:
        """The tree without these nodes and what hangs below them; a group that loses all goes, too."""
        gone = {leaf for code in codes for leaf in self.below(code)}
        if gone >= set(self.indicators):
            raise ValueError(f"tree {self.name!r} keeps no indicator; leave at least one in.")
        return Tree(
            self.name, tuple(node for node in self.nodes if not gone.issuperset(self.below(node.code)))
        )


def trees() -> list[str]:
    """The names of the packaged trees."""
    folder = Path(codebook.__file__).parent / "trees"
    return sorted(path.stem for path in folder.glob("*.csv"))


def read_tree(source: str | Path | pd.DataFrame | Tree) -> Tree:
    """Read an indicator tree and check it: a packaged name, the path of a csv file, or a frame (`COLUMNS`).

    A frame may leave out columns but code, parent, weight and direction. Raises ValueError, naming file, row,
    column, value, what is allowed and the mend, for: a wrong column, a code twice, an unknown parent, a cycle,
    no root or two, a weight that is missing or negative, weights that do not add up to their total, a
    direction that is missing or at a group, goalposts the wrong way round.

    >>> read_tree("dreams")
    Traceback (most recent call last):
    ...
    ValueError: 'dreams' is neither a packaged codebook file (...un_egdi...) nor a csv file; give one of \
these names or the path of a csv file.
    """
    if isinstance(source, Tree):
        return source
    if isinstance(source, str | Path):
        path = terms.locate(source, "trees", trees())
        return _tree(path.stem, path.name, terms.read_rows(path, COLUMNS, "code"))
    rows = source.reindex(columns=list(COLUMNS)).astype(object)
    cells = rows.where(rows.notna(), "").astype(str).to_dict("records")
    return _tree("frame", "the tree", [{str(key): value for key, value in row.items()} for row in cells])


def _tree(name: str, file: str, rows: Sequence[Mapping[str, str]]) -> Tree:
    _check_family(file, rows)
    groups = {row["parent"] for row in rows}
    nodes = tuple(_node(file, number, row, row["code"] in groups) for number, row in enumerate(rows, start=2))
    tree = Tree(name, nodes)
    _check_totals(file, tree)
    return tree


def _check_family(file: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Every node has one known parent, and all lead to the one root."""
    numbers: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if row["code"] in numbers:
            refuse(Place(file, number, "code"), row["code"], "each code once", "rename or remove one")
        numbers[row["code"]] = number
    parents = {row["code"]: row["parent"] for row in rows}
    for code, parent in parents.items():
        if parent and parent not in parents:
            refuse(
                Place(file, numbers[code], "parent"), parent, "empty for the root, or the code of another row",
                "correct the code or add the row",
            )  # fmt: skip
    for code in parents:
        _check_path(Place(file, numbers[code], "parent"), code, parents)
    roots = [code for code, parent in parents.items() if not parent]
    if len(roots) > 1:
        place = Place(file, numbers[roots[1]], "parent")
        refuse(place, "", f"one root, and {roots[0]} is it", "name its parent")
    if roots[0] not in set(parents.values()):
        refuse(Place(file, numbers[roots[0]], "code"), roots[0], "a root with indicators", "add their rows")


def _check_path(place: Place, code: str, parents: Mapping[str, str]) -> None:
    """Refuse a node that has itself above it."""
    passed = [code]
    while parents[passed[-1]]:
        passed.append(parents[passed[-1]])
        if passed[-1] in passed[:-1]:
            refuse(
                place, parents[code], f"no cycle, and this is one: {' → '.join(passed)}",
                "give one of them another parent",
            )  # fmt: skip


def _node(file: str, number: int, row: Mapping[str, str], group: bool) -> Node:
    def place(column: str) -> Place:
        return Place(file, number, column)

    value = {
        name: _number(place(name), row[name])
        for name in ("lower", "upper", "best_low", "best_high", "target")
    }
    weight = _number(place("weight"), row["weight"])
    if row["parent"] and not weight >= 0:
        refuse(place("weight"), row["weight"], "a number, 0 or more", "give the node its weight")
    total = np.nan if row["total"] in {"", "parts"} else _number(place("total"), row["total"])
    if group != (row["direction"] == "") or (row["direction"] and row["direction"] not in DIRECTIONS):
        allowed = "empty: a group has none" if group else "1 more is better, -1 less is better, interval"
        refuse(place("direction"), row["direction"], allowed, "correct the direction")
    ends = [value["lower"], value["best_low"], value["best_high"], value["upper"]]
    known = [end for end in ends if not np.isnan(end)]
    if known != sorted(known) or value["lower"] == value["upper"]:
        refuse(
            place("upper"), row["upper"], "lower < upper, with best_low and best_high between them",
            "put the goalposts in order; a direction of -1 turns the score, not the goalposts",
        )  # fmt: skip
    if row["direction"] == "interval" and len(known) < 4:
        refuse(
            place("best_low"), row["best_low"], "lower, best_low, best_high and upper for an interval",
            "fill in the four",
        )  # fmt: skip
    return Node(
        code=row["code"], parent=row["parent"], weight=weight, total=total,
        direction=DIRECTIONS.get(row["direction"], 1), unit=row["unit"], name_zh=row["name_zh"],
        name_en=row["name_en"], source=row["source"], **value,
    )  # fmt: skip


def _number(place: Place, cell: str) -> float:
    if not cell.strip():
        return np.nan
    try:
        value = float(cell)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        refuse(place, cell, "a number or an empty cell", "write digits only")
    return value


def _check_totals(file: str, tree: Tree) -> None:
    """The weights of every group add up to what their parent says."""
    numbers = {node.code: number for number, node in enumerate(tree.nodes, start=2)}
    for code, children in tree.children.items():
        weights = [tree.by_code[child].weight for child in children]
        total, found = tree.by_code[code].total, sum(weights)
        if found == 0:
            refuse(
                Place(file, numbers[children[0]], "weight"), "0", "a weight above 0 in each group",
                f"give a child of {code} a weight",
            )  # fmt: skip
        if not np.isnan(total) and abs(found - total) > SLACK * abs(total):
            refuse(
                Place(file, numbers[code], "total"), f"{total:g}",
                f"the sum of its children's weights, {' + '.join(f'{w:g}' for w in weights)} = {found:g}",
                "correct a weight, or write parts if they are only proportions",
            )  # fmt: skip


def describe_direction(node: Node) -> dict[str, Any]:
    """Say in words and signs which way an indicator counts; every printout of an index shows it.

    >>> describe_direction(read_tree("un_egdi").by_code["osi"])["sign"]
    '+1'
    """
    signs = {1: ("+1", "越大越好", "more is better"), -1: ("-1", "越小越好", "less is better")}
    best = f"{node.best_low:g}–{node.best_high:g}"
    interval = (f"[{best}]", f"{best} 最好", f"best {best}")
    sign, zh, en = signs.get(node.direction, interval)
    return {"sign": sign, "zh": zh, "en": en}
