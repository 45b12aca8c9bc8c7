"""Figures and words of the index: what stands in them, in both languages."""

import pytest

from egovlib import frames
from egovlib.analyse.index.pmc import pmc
from egovlib.analyse.index.published import read_panel
from egovlib.analyse.index.robustness import robustness, trace_region
from egovlib.analyse.scores import score_regions
from egovlib.report.index_conclusions import write_index_conclusion
from egovlib.report.labels import phrase
from egovlib.report.plots.scores import plot_pmc_surface, plot_rank_trace, plot_ranks, plot_sobol
from egovlib.report.style import check_glyphs

LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def scores():
    panel = read_panel("un_egdi")
    return score_regions(panel[panel.period.isin(["2010", "2020"])], "un_egdi")


@pytest.fixture(scope="module")
def found(scores):
    return robustness(scores, period="2020", draws=100)


@pytest.fixture(scope="module")
def trace(scores):
    return trace_region(scores, "CHN", draws=100)


def words(figure):
    check_glyphs(figure)
    return "\n".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ranks_show_the_highlighted_region_among_its_neighbours(found, lang):
    text = words(
        plot_ranks(found.ranks, lang=lang, top=5, highlight=["CHN"], notes=found.notes, source="UN DESA")
    )
    assert ("中国" if lang == "zh" else "China") in text
    assert "n = 193" in text
    assert "UN DESA" in text
    names = [
        label.get_text()
        for label in plot_ranks(found.ranks, top=5, highlight=["CHN"]).axes[0].get_yticklabels()
    ]
    assert len(names) == 10
    assert names[7] == "中国"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_trace_has_a_point_a_year(trace, lang):
    figure = plot_rank_trace(trace, lang=lang)
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["2010", "2020"]
    assert figure.axes[0].yaxis_inverted(), "the first place is on top"
    assert "183–193" in words(figure)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sobol_names_the_sources_in_words(found, lang):
    text = words(plot_sobol(found.sobol, lang=lang))
    assert ("方法组合" if lang == "zh" else "choice of methods") in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pmc_surface(lang):
    items = {f"X{n}": [f"i{n}"] for n in range(1, 10)}
    rows = [("d", "1", 1, 0, 5, "pmc", f"i{n}", who, "原文") for n in (1, 5) for who in ("li", "wu")]
    result = pmc(frames.build("codings", rows), items)
    figure = plot_pmc_surface(result.variables, "d", lang=lang)
    assert figure.axes[0].name == "3d"
    assert "PMC = 2.00" in words(figure)
    with pytest.raises(ValueError, match="give nine of them"):
        plot_pmc_surface(result.variables.head(4), "d")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_conclusion_says_how_sure(scores, found, trace, lang):
    text = write_index_conclusion(scores, found, trace=trace, region="CHN", lang=lang)
    assert ("两个区间不相交" if lang == "zh" else "the intervals lie apart") in text
    assert "193" in text


def test_every_reason_has_chinese_words(scores):
    few = score_regions(read_panel("un_egdi").query("region == 'CHN'"), "un_egdi", period="2020")
    assert phrase(few.table.reason[0]) == "不足 5 个地区：不排名"
    assert phrase("1 of 10 indicators, 7 are needed") == "有 1 个指标，共 10 个，至少要 7 个"
    assert phrase("nothing in services") == "没有任何指标的一级类：services"
