"""Every figure of egovlib, drawn from the embedded corpus or from made tables: no text lies on another or is cut."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from test_figures import (
    comparison_table,
    document_rows,
    indicator_rows,
    quantity_rows,
    share_rows,
    visible_texts,
)

import egovlib as eg
from egovlib.codebook.tiles import read_tiles
from egovlib.report.recipes import plot_functions
from egovlib.report.redraw import draw_again, width_in_inches
from egovlib.report.style import at_width, check_glyphs, fit_text

PROVINCES = [tile.code for tile in read_tiles() if tile.expected]
FLOATS = {"value": "Float64", "low": "Float64", "high": "Float64"}


def province_values(seed: int = 1, gaps: int = 2) -> pd.DataFrame:
    """One indicator of one year in each province but `gaps`, two of them with an interval."""
    draw = random.Random(seed)
    values = [round(draw.uniform(40, 95), 1) for _ in PROVINCES]
    frame = pd.DataFrame(
        {
            "indicator": "hotline_answer_rate", "region": PROVINCES, "period": "2020", "status": "actual",
            "value": values, "low": values, "high": values, "unit": "%",
        }
    ).astype(FLOATS)  # fmt: skip
    frame.loc[0, "low"] -= 5
    frame.loc[1, "high"] = pd.NA
    return frame.iloc[: len(frame) - gaps]


def yearly_values(regions: int = 31) -> pd.DataFrame:
    """Values of 2014 to 2023, a quarter of them missing."""
    draw = random.Random(5)
    rows = [
        (region, str(year), 40 + 3 * number % 17 + (year - 2014) * draw.uniform(-1, 4), "%")
        for number, region in enumerate(PROVINCES[:regions])
        for year in range(2014, 2024)
        if draw.random() > 0.25
    ]
    frame = pd.DataFrame(rows, columns=["region", "period", "value", "unit"])
    return frame.assign(low=frame["value"] - 2, high=frame["value"] + 2).astype(FLOATS)


def indicator_grid() -> pd.DataFrame:
    """Six indicators of unlike size by province, a fifth of them missing."""
    codes = (
        "broadband_penetration",
        "base_stations_5g",
        "hotline_answer_rate",
        "racks",
        "firms_on_cloud",
        "village_coverage",
    )
    parts = [
        province_values(seed, 0).assign(indicator=code, value=lambda f, seed=seed: f["value"] * 10**seed)
        for seed, code in enumerate(codes)
    ]
    return pd.concat(parts).sample(frac=0.8, random_state=1).sort_values(["indicator", "region"])


def write_boundaries(path: Path) -> Path:
    """Round shapes at the places of the tiles; one has a hole, one two parts, and a line bounds nothing."""
    features: list[dict[str, Any]] = []
    for tile in read_tiles():
        if not tile.expected:
            continue
        x, y = 78 + 7 * tile.column, 54 - 4.2 * tile.row
        ring = [[x + 3.2 * math.cos(k * math.pi / 8), y + 1.9 * math.sin(k * math.pi / 8)] for k in range(17)]
        rings = (
            [ring, [[x - 1, y - 1], [x + 1, y - 1], [x, y + 1], [x - 1, y - 1]]]
            if tile.letters == "HE"
            else [ring]
        )
        shape: dict[str, Any] = {"type": "Polygon", "coordinates": rings}
        if tile.letters == "GD":
            islet = [[x + 2, y - 3], [x + 3, y - 3], [x + 2, y - 2.4], [x + 2, y - 3]]
            shape = {"type": "MultiPolygon", "coordinates": [rings, [islet]]}
        properties = {"adcode": int(tile.code), "name": tile.name_zh, "childrenNum": 11}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    line = {"type": "LineString", "coordinates": [[110, 15], [112, 10], [118, 12]]}
    features.append({"type": "Feature", "properties": {"name": ""}, "geometry": line})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@cache
def corpus() -> eg.Corpus:
    return eg.read_corpus()


@cache
def results() -> dict[str, Any]:
    """What the figures of the embedded corpus are drawn from."""
    read = corpus()
    quantities, books = eg.find_quantities(read), ["indicators", "innovation"]
    indicators = pd.concat([eg.match_indicators(quantities, book, documents=read) for book in books])
    systems = eg.find_systems(read)
    codings = eg.code_themes(read)
    words = eg.compare_words(read, a="fyp12", b="fyp13")
    scores = eg.score_regions(
        (panel := eg.read_panel("un_egdi"))[panel["period"].isin(["2018", "2020"])], "un_egdi"
    )
    return {
        "cells": eg.panel(eg.match_indicators(quantities, documents=read)),
        "plans": eg.evaluate_plans(indicators, read, codebook=books).table,
        "matrix": eg.arrange_systems(systems),
        "lives": eg.trace_systems(systems, read),
        "groups": eg.compare_groups(read, codings, by="theme", scheme="priorities"),
        "words": words,
        "lines": pd.concat([words.concordance(word) for word in eg.chosen_words(words.table)]),
        "network": eg.build_network(read, kinds=["themes"], draws=199),
        "ranks": eg.robustness(scores, period="2020", draws=100),
        "trace": eg.trace_region(scores, "CHN", draws=100),
    }


RELIABILITY = pd.DataFrame(
    {
        "code": ["all", "websites", "broadband"], "n": 90, "gold": [40, 20, 20], "found": [38, 21, 17],
        "both": [35, 19, 16], "precision": [0.92, 0.9, 0.94], "precision_low": [0.85, 0.7, 0.73],
        "precision_high": [0.96, 0.97, 0.99], "recall": [0.88, 0.95, 0.8], "recall_low": [0.8, 0.76, 0.58],
        "recall_high": [0.94, 0.99, 0.92], "alpha": [0.8, 0.85, 0.7],
    }
)  # fmt: skip
PMC = pd.DataFrame(
    {"doc": "a", "variable": [f"X{n}" for n in range(1, 10)], "value": [n / 9 for n in range(1, 10)]}
)


def drawings(folder: Path) -> dict[str, Callable[[str], Figure]]:
    """Every plot function, and how its figure is drawn in a language."""
    documents, sections = document_rows(8)
    two = yearly_values()
    return {
        "plot_comparison": lambda lang: eg.plot_comparison(comparison_table(), a="fyp12", b="fyp13", lang=lang),
        "plot_shares": lambda lang: eg.plot_shares(share_rows(), lang=lang),
        "plot_corpus": lambda lang: eg.plot_corpus(documents, sections, lang=lang),
        "plot_quantities": lambda lang: eg.plot_quantities(quantity_rows(), lang=lang),
        "plot_indicator": lambda lang: eg.plot_indicator(indicator_rows(), lang=lang),
        "plot_coverage": lambda lang: eg.plot_coverage(results()["cells"], lang=lang),
        "plot_plans": lambda lang: eg.plot_plans(results()["plans"], lang=lang),
        "plot_systems": lambda lang: eg.plot_systems(results()["matrix"], lang=lang),
        "plot_lives": lambda lang: eg.plot_lives(results()["lives"], lang=lang),
        "plot_groups": lambda lang: eg.plot_groups(results()["groups"].means, results()["groups"].table, lang=lang),
        "plot_keyness": lambda lang: eg.plot_keyness(results()["words"].table, a="fyp12", b="fyp13", lang=lang),
        "plot_dispersion": lambda lang: eg.plot_dispersion(results()["lines"], results()["words"].parts, lang=lang),
        "plot_network": lambda lang: eg.plot_network(results()["network"], lang=lang),
        "plot_ranks": lambda lang: eg.plot_ranks(results()["ranks"].ranks, highlight=["CHN"], lang=lang),
        "plot_rank_trace": lambda lang: eg.plot_rank_trace(results()["trace"], lang=lang),
        "plot_sobol": lambda lang: eg.plot_sobol(results()["ranks"].sobol, lang=lang),
        "plot_pmc_surface": lambda lang: eg.plot_pmc_surface(PMC, "a", lang=lang),
        "plot_reliability": lambda lang: eg.plot_reliability(RELIABILITY, lang=lang),
        "plot_tile_map": lambda lang: eg.plot_tile_map(province_values(), lang=lang),
        "plot_region_map": lambda lang: eg.plot_region_map(
            province_values(), write_boundaries(folder / "own.geojson"), lang=lang
        ),
        "plot_slopes": lambda lang: eg.plot_slopes(two, a="2015", b="2022", lang=lang),
        "plot_heatmap": lambda lang: eg.plot_heatmap(indicator_grid(), lang=lang),
        "plot_small_multiples": lambda lang: eg.plot_small_multiples(two, lang=lang),
    }  # fmt: skip


NAMES = sorted(drawings(Path()))
NEW = (
    "plot_heatmap",
    "plot_network",
    "plot_region_map",
    "plot_slopes",
    "plot_small_multiples",
    "plot_tile_map",
)


def check_layout(figure: Figure) -> None:
    """No text is cut by the edge of the figure or lies on another."""
    # of an annotation the words alone, without its line
    texts = [(text, Text.get_window_extent(text)) for text in visible_texts(figure)]
    boxes = [(text.get_text(), box) for text, box in texts]
    width, height = figure.canvas.get_width_height()
    for text, box in boxes:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"{text!r} is cut"
    # slanted labels of an axis stand side by side while their boxes cross
    level = [(text.get_text(), box) for text, box in texts if text.get_rotation() % 90 == 0]
    for (one, a), (other, b) in itertools.combinations(level, 2):
        shared_x = min(a.x1, b.x1) - max(a.x0, b.x0)
        shared_y = min(a.y1, b.y1) - max(a.y0, b.y0)
        # boxes include the font's line gap: a few pixels of it may touch without any ink touching
        assert shared_x <= 1 or shared_y <= 5, f"{one!r} overlaps {other!r}"


def test_no_plot_function_is_left_out() -> None:
    assert set(NAMES) == set(plot_functions())
    assert set(NAMES) == {name for name in dir(eg) if name.startswith("plot_")}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_overlaps_another_or_is_cut(name: str, lang: str, tmp_path: Path) -> None:
    figure = drawings(tmp_path)[name](lang)
    check_layout(figure)
    check_glyphs(figure)
    words = "\n".join(text.get_text() for text in visible_texts(figure))
    assert {"zh": "来源：", "en": "Source: "}[lang] in words


CROWD = 140


def crowd() -> pd.DataFrame:
    """The table of a corpus of many documents, a year unknown, some of one place and year."""
    return document_rows(CROWD)[0].assign(region_name=[f"第{n % 100}市" for n in range(CROWD)])


def crowded_systems(lang: str) -> Figure:
    draw = random.Random(2)
    rows = [
        (f"系统{n}", doc, draw.choice(["planned", "operational"]))
        for n in range(30)
        for doc in crowd()["doc"]
    ]
    table = pd.DataFrame(rows, columns=["system", "doc", "status"])
    return eg.plot_systems(table, documents=eg.name_documents(crowd()), lang=lang)


def crowded_words(lang: str) -> Figure:
    parts = pd.DataFrame({"doc": crowd()["doc"], "group": ["review", "plan"] * (CROWD // 2), "words": 90})
    lines = parts.assign(word="建设", position=0.3)
    return eg.plot_dispersion(lines, parts, documents=eg.name_documents(crowd()), lang=lang)


def crowded_network(lang: str) -> Figure:
    """A ring of 70 nodes in which every edge stands: more than a picture has room for."""
    small = results()["network"]
    names = [f"node{n}" for n in range(70)]
    node, edge = small.nodes.iloc[0], small.edges.iloc[0]
    nodes = pd.DataFrame([{**node, "node": name, "name_zh": name, "name_en": name} for name in names])
    ring = [(names[n - 1], name) for n, name in enumerate(names)]
    edges = pd.DataFrame([{**edge, "a": a, "b": b, "ratio": 4.0, "verdict": "together"} for a, b in ring])
    return eg.plot_network(replace(small, nodes=nodes, edges=edges), lang=lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        (lambda lang: eg.plot_corpus(crowd(), document_rows(CROWD)[1], lang=lang), "140"),
        (crowded_systems, "140"),
        (crowded_words, "60"),
        (crowded_network, "27"),  # a chain of 44 nodes has 43 of the ring's 70 edges
    ],
)
def test_of_too_many_a_figure_shows_some_or_counts_and_says_so(
    drawn: Callable[[str], Figure], told: str, lang: str
) -> None:
    figure = drawn(lang)
    check_layout(figure)
    assert not [text for text in visible_texts(figure) if text.get_rotation() == 45], (
        "names that nobody can read"
    )
    assert figure.get_size_inches()[1] < 20
    assert told in figure.get_supxlabel()


@pytest.mark.parametrize("width", ["85mm", "180mm"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NEW)
def test_the_same_at_the_widths_of_journals(name: str, lang: str, width: str, tmp_path: Path) -> None:
    with at_width(width_in_inches(width)):
        figure = drawings(tmp_path)[name](lang)
        fit_text(figure)
    check_layout(figure)


@pytest.mark.parametrize("name", NEW)
def test_the_new_figures_come_back_from_what_was_saved(name: str, tmp_path: Path) -> None:
    eg.use_house_style()
    figure = drawings(tmp_path)[name]("zh")
    saved = eg.save_figure(figure, "one", data=pd.DataFrame({"x": [1]}), folder=tmp_path)
    again = draw_again(saved["json"], 8.0)
    assert [text.get_text() for text in visible_texts(again)] == [
        text.get_text() for text in visible_texts(figure)
    ]
    done = eg.redraw_figure("one", width="180mm", folder=tmp_path)
    assert {path.name for path in done.values()} == {"one_180mm.svg", "one_180mm.pdf", "one_180mm.png"}
