"""Networks: the null keeps its margins and its level, edges, communities, files and the picture."""

import networkx as nx
import numpy as np
import pytest

from egovlib.analyse import networks
from egovlib.analyse.incidence import find_named
from egovlib.analyse.networks import build_network
from egovlib.analyse.statistics.margins import (
    Dealt,
    Trades,
    _draws,
    count_pairs,
    draw_null,
    triple_counter,
)
from egovlib.analyse.triples import cross_agencies
from egovlib.documents import Corpus, read_text
from egovlib.report.networks import show_edges, show_triples, write_network, write_network_conclusion
from egovlib.report.plots.networks import plot_network


@pytest.fixture(scope="module")
def network(embedded):
    return build_network(embedded, draws=499, least=8)


def table(seed, units=60, nodes=8, share=0.25):
    return np.random.default_rng(seed).random((units, nodes)) < share


def matrix(dealt):
    dense = np.zeros((60, 8), dtype=int)
    np.add.at(dense, (dealt.places.unit, dealt.node), 1)
    return dense


def test_counts_are_those_of_the_matrix():
    """Pairs and triples, counted by places, against plain products of the matrix."""
    present, documents = table(5), np.repeat([0, 1, 2], 20)
    wanted = np.asarray([[a, b, c] for a in (4, 2, 7) for b in (0, 1) for c in (6, 3, 5)])
    counted = triple_counter(wanted, 8)
    for drawn in [Dealt.of(present), *_draws(present, documents, 5, np.random.default_rng(2))]:
        dense = matrix(drawn)
        assert count_pairs(drawn).tolist() == (dense.T @ dense).tolist()
        by_hand = dense[:, wanted].prod(axis=2).sum(axis=0)
        assert by_hand.any()
        assert counted(drawn).tolist() == by_hand.tolist()


def test_a_published_seed_draws_what_it_drew():
    """Known values: the tables of a seed are those of the first release, so are the p of every report."""
    present = table(1)
    null = draw_null(present, np.repeat([0, 1, 2], 20), count_pairs, draws=99, seed=7)
    assert null.p[0, 1:4].tolist() == [0.38, 0.84, 0.85]
    assert null.expected[0, 1:4] == pytest.approx([313 / 99, 378 / 99, 374 / 99], rel=1e-12)


def test_margins_are_kept_within_documents():
    present, documents = table(1), np.repeat([0, 1, 2], 20)
    for drawn in _draws(present, documents, 20, np.random.default_rng(1)):
        dense = matrix(drawn)
        assert dense.max() == 1
        assert (dense.sum(axis=1) == present.sum(axis=1)).all()
        for document in range(3):
            own = documents == document
            assert (dense[own].sum(axis=0) == present[own].sum(axis=0)).all()


def test_all_tables_with_the_margins_are_equally_likely():
    """Of a 3 × 3 table with margins of 1 there are six forms: each is drawn a sixth of the time."""
    rng, unit, node = np.random.default_rng(4), np.arange(3), np.arange(3)
    seen = {}
    for _ in range(6000):
        unit = Trades(np.zeros(3, dtype=int)).deal(unit, node, rng)
        seen[tuple(unit)] = seen.get(tuple(unit), 0) + 1
    assert len(seen) == 6
    assert max(abs(count - 1000) for count in seen.values()) < 150


def test_no_unit_trades_with_another_document():
    unit, node = np.asarray([0, 1]), np.asarray([0, 1])
    trades = Trades(np.asarray([0, 1]))
    assert trades.deal(unit, node, np.random.default_rng(1)).tolist() == [0, 1]


def test_null_keeps_its_level():
    """Tables without association, with full and nearly empty units: p ≤ .05 in about 5 % of the pairs, no more."""
    alarms = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        chance = np.outer(rng.uniform(0.1, 0.9, 80), rng.uniform(0.2, 0.7, 6))
        present = rng.random(chance.shape) < chance
        null = draw_null(present, np.repeat([0, 1], 40), count_pairs, draws=199, seed=seed)
        alarms += list(null.p[np.triu_indices(6, 1)] <= 0.05)
    assert len(alarms) == 600
    assert 0.02 <= np.mean(alarms) <= 0.065


def test_a_planted_pair_is_found_and_density_alone_is_not():
    rng = np.random.default_rng(2)
    present = rng.random((100, 5)) < 0.15
    present[:20, 0] = present[:20, 1] = True
    present[:20, 2:] = False
    null = draw_null(present, np.zeros(100, dtype=int), count_pairs, draws=499, seed=1)
    assert null.p[0, 1] == 1 / 500
    dense = np.zeros((60, 4), dtype=bool)
    dense[:30] = True  # full units meet in everything: their margins explain it
    null = draw_null(dense, np.zeros(60, dtype=int), count_pairs, draws=99, seed=1)
    assert (null.p == 1).all()


def test_words_count_once():
    found = find_named(read_text("建成政务外网和机房。"), ("systems", "themes"))
    assert found[["kind", "surface"]].values.tolist() == [["systems", "政务外网"], ["themes", "机房"]]


def test_spans_hold(embedded):
    found = find_named(embedded, ("systems", "agencies", "instruments", "themes"))
    assert set(found["kind"]) == {"systems", "agencies", "instruments", "themes"}
    for row in found.itertuples():
        assert embedded[row.doc].raw[row.start : row.end] == row.surface


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("（省发展改革委、省财政厅负责）", ["development_reform", "finance"]),
        ("由市大数据局牵头。", ["data_bureau"]),
        ("县级政府办网站的占九成。", []),
        ("建设黄河流域信息枢纽。", []),
        ("国务院办公厅决定选择部分地区试点。", ["general_office"]),
    ],
)
def test_agencies(text, agency):
    assert sorted(set(find_named(read_text(text), ["agencies"])["code"])) == agency


def test_edges_agree_with_a_plain_count(network, embedded):
    named = find_named(embedded, network.call["kinds"])
    plain = named.assign(node=named["kind"] + ":" + named["code"])
    groups = plain.groupby(["doc", "sentence"])["node"].agg(set)
    for row in network.edges.head(50).itertuples():
        assert row.together == sum({row.a, row.b} <= set(nodes) for nodes in groups)
    assert len(network.edges) == len(network.nodes) * (len(network.nodes) - 1) / 2


def test_untested_pairs_say_why(network):
    untested = network.edges[network.edges["p"].isna()]
    assert len(untested)
    assert untested["verdict"].str.startswith("not testable").all()
    assert untested["q"].isna().all()


def test_same_seed_same_network(embedded, network):
    again = build_network(embedded, draws=499, least=8)
    assert again.edges.equals(network.edges)
    assert again.nodes.equals(network.nodes)


def planted():
    """Four documents with two groups of themes, each group in its own sentences."""
    first = "热线与营商环境一并整治。\n热线和电子证照、营商环境。\n营商环境看电子证照。\n"
    second = "宽带和算力同步建设。\n宽带、算力、人工智能。\n算力服务人工智能。\n"
    plain = "热线。\n宽带。\n算力。\n营商环境。\n电子证照。\n人工智能。\n"
    return Corpus([read_text((first + second) * 3 + plain * 2, doc=doc) for doc in "abcd"])


def test_communities_and_their_stability():
    found = build_network(planted(), kinds=["themes"], draws=999)
    groups = found.nodes.dropna(subset=["community"]).groupby("community")["code"].agg(set)
    assert sorted(map(sorted, groups)) == [
        ["broadband", "computing", "new_technology"],
        ["business_services", "hotline", "licences_identity"],
    ]
    assert found.nodes["stability"].min() == pytest.approx(1)


def test_one_document_does_not_carry_an_edge():
    mixed = "热线与营商环境。\n" * 6 + "热线。\n营商环境。\n宽带。\n" * 4
    apart = "热线。\n营商环境。\n宽带。\n" * 4
    corpus = Corpus([read_text(text, doc=doc) for doc, text in (("a", mixed), ("b", apart))])
    edges = build_network(corpus, kinds=["themes"], draws=499).edges
    row = edges[(edges["a"] == "themes:business_services") & (edges["b"] == "themes:hotline")].iloc[0]
    assert row.verdict == "together, by one document"


@pytest.mark.parametrize("texts", [[], ["。"], ["热线。"], ["热线。\n" * 6] * 2, ["没有代码的句子。"] * 3])
def test_too_little_is_said_in_words(texts, tmp_path):
    corpus = Corpus([read_text(text, doc=f"d{i}") for i, text in enumerate(texts)])
    found = build_network(corpus, draws=99)
    assert found.edges.empty
    assert found.nodes["community"].isna().all()
    for lang in ("zh", "en"):
        assert ("没有网络", "No network")[lang == "en"] in write_network_conclusion(found, lang=lang)
        assert plot_network(found, lang=lang).axes
        assert show_edges(found, lang=lang).text
    assert cross_agencies(corpus, draws=99).empty
    assert write_network(found, folder=tmp_path)["graphml"].exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": ["people"]}, "kind 'people' is not one of systems"),
        ({"kinds": []}, "kinds is empty"),
        ({"unit": "page"}, "unit 'page' is not one of sentence, section"),
        ({"draws": 5}, "draws 5"),
        ({"scheme": "dreams"}, "'dreams' is neither"),
    ],
)
def test_errors_are_one_sentence(embedded, options, message):
    with pytest.raises(ValueError, match=message):
        build_network(embedded, **options)


def test_files_come_back(tmp_path):
    found = build_network(planted(), kinds=["themes"], draws=999)
    graph = nx.read_graphml(write_network(found, folder=tmp_path)["graphml"])
    assert set(graph.nodes) == set(found.nodes["node"])
    assert graph.number_of_edges() == (found.edges["verdict"] == "together").sum() > 0
    assert all(data["weight"] > 0 for _, _, data in graph.edges(data=True))


def test_triples_name_who_what_and_how(embedded):
    triples = cross_agencies(embedded, draws=99)
    assert len(triples)
    assert (triples["together"] > 0).all()
    assert triples.loc[triples["together"] == 1, "p"].isna().all()
    assert "<table" in show_triples(triples).text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_picture_has_a_line_for_every_name(network, lang):
    figure = plot_network(network, lang=lang)
    names = [text for text in figure.axes[0].texts if text.get_text().strip()]
    heights = sorted((text.xy[0] > 0, round(text.xy[1], 6)) for text in names)
    assert len(set(heights)) == len(heights) > 5
    assert str(network.call["draws"]) in figure.get_supxlabel()
    assert networks.ALPHA == 0.05
