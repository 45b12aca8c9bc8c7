"""Figures: structure, not pixels."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from egovlib import frames
from egovlib.report import figures
from egovlib.report.figures import SavedFigure, save_figure
from egovlib.report.plots.documents import plot_corpus
from egovlib.report.plots.indicators import plot_indicator
from egovlib.report.plots.periods import plot_comparison, plot_shares
from egovlib.report.plots.quantities import plot_quantities
from egovlib.report.style import PERIOD_COLOURS, check_glyphs, use_house_style
from egovlib.writing import write_whole

NAMES = [
    "政务信息资源目录与共享交换",
    "网上审批",
    "基层便民服务",
    "名称很长的一个主题它长得连坐标轴旁边都放不下必须截短",
]


def comparison_table(codes: int = 4, *, interval: bool = True) -> pd.DataFrame:
    shares = [0.05 + 0.07 * n for n in range(codes)]
    later = [share + (-1) ** n * 0.02 * (n + 1) for n, share in enumerate(shares)]
    difference = [b - a for a, b in zip(shares, later, strict=True)]
    return pd.DataFrame(
        {
            "code": [f"code_{n}" for n in range(codes)],
            "name_zh": [NAMES[n % len(NAMES)] for n in range(codes)],
            "name_en": [f"Priority {n}" for n in range(codes)],
            "share_a": shares,
            "share_b": later,
            "difference": difference,
            "low": pd.array([d - 0.03 if interval else None for d in difference], dtype="Float64"),
            "high": pd.array([d + 0.03 if interval else None for d in difference], dtype="Float64"),
            "interval_method": "t, Welch" if interval else "none: fewer than 5 a side, see shares",
            "p": 0.2,
            "q": pd.array([None] * codes, dtype="Float64"),
            "p_min": 0.0625,
            "n_a": 4,
            "n_b": 6,
            "sentences_a": 12,
            "sentences_b": 1234,
        }
    )


def share_rows() -> pd.DataFrame:
    rows = [
        (f"doc{doc}", period, code, 0.1 * doc + 0.01 * code)
        for doc, period, code in itertools.product(range(3), ("fyp12", "fyp13"), range(4))
    ]
    frame = pd.DataFrame(rows, columns=["doc", "period", "code", "share"])
    return frame.assign(code=frame["code"].map("code_{}".format))


def document_rows(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    tiers = ("national", "province", "city", "county")
    documents = frames.build(
        "documents",
        [
            (f"doc{i}", f"第{i}份关于电子政务建设的报告全文", "430000", "湖南省", tiers[i % 4], "plan",
             None if i == 1 else 2002 + i % 22, None, None, "x", "utf-8", "hans", 9, None, None)
            for i in range(n)
        ],
    )  # fmt: skip
    sections = frames.build(
        "sections",
        [(f"doc{i}", "1", 1, "回顾", f"fyp{10 + i % 5}", "review", 0, 5) for i in range(n)]
        + [(f"doc{i}", "2", 1, "任务", f"fyp{11 + i % 5}", "plan", 5, 9) for i in range(n)],
    )
    return documents, sections


def quantity_rows() -> pd.DataFrame:
    rows = [
        ("a", n, n + 1, "1", 1.0, None, 1.0, 1.0, "个", "exact", "level", status, "2013", "city", "x", topic, "1", 1)
        for n, (topic, status) in enumerate(itertools.product(frames.TOPICS, ("actual", "target")))
    ]  # fmt: skip
    return frames.build("quantities", rows)


def indicator_rows() -> pd.DataFrame:
    values = [(55.0, 60.0), (270.0, None), (None, None), (None, 12.0)]
    rows = [
        (f"indicator_{n % 2}", "430000", "province", str(2010 + n), ("actual", "target")[n % 3 == 0],
         60.0 * (n + 1), low, high, "%", "about", "a", 0, 1, "60", 1, "rule")
        for n, (low, high) in enumerate(values * 2)
    ]  # fmt: skip
    return frames.build("indicators", rows)


@cache
def all_figures(lang: str) -> dict[str, Figure]:
    documents, sections = document_rows(5)
    many, their_sections = document_rows(60)
    return {
        "comparison": plot_comparison(comparison_table(), a="fyp12", b="fyp13", lang=lang),
        "comparison_25": plot_comparison(comparison_table(25), a="fyp12", b="fyp13", lang=lang),
        "comparison_1": plot_comparison(comparison_table(1, interval=False), a="fyp12", b="fyp13", lang=lang),
        "shares": plot_shares(share_rows(), lang=lang),
        "corpus_5": plot_corpus(documents, sections, lang=lang),
        "corpus_60": plot_corpus(many, their_sections, lang=lang),
        "quantities": plot_quantities(quantity_rows(), lang=lang),
        "indicator": plot_indicator(indicator_rows(), lang=lang),
    }


def test_every_known_year_of_a_corpus_has_its_dot() -> None:
    documents, sections = document_rows(8)
    assert len(plot_corpus(documents, sections).axes[0].lines) == documents["year"].notna().sum() == 7


def visible_texts(figure: Figure) -> list[Text]:
    """The texts a reader sees; a tick beyond its axis' limits has a label that is never drawn."""
    figure.draw_without_rendering()
    unseen = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not (axes.axison and low <= tick.get_loc() <= high):
                    unseen |= {tick.label1, tick.label2}
    texts = [t for t in figure.findobj(Text) if isinstance(t, Text) and t not in unseen]
    return [t for t in texts if t.get_visible() and t.get_text().strip()]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_overlaps_another_or_is_cut(lang: str) -> None:
    for name, figure in all_figures(lang).items():
        boxes = [(text.get_text(), text.get_window_extent()) for text in visible_texts(figure)]
        width, height = figure.canvas.get_width_height()
        for text, box in boxes:
            inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
            assert inside, f"{name}: {text!r} is cut"
        for (one, a), (other, b) in itertools.combinations(boxes, 2):
            shared_x = min(a.x1, b.x1) - max(a.x0, b.x0)
            shared_y = min(a.y1, b.y1) - max(a.y0, b.y0)
            # boxes include the font's line gap: a few pixels of it may touch without any ink touching
            assert shared_x <= 1 or shared_y <= 5, f"{name}: {one!r} overlaps {other!r}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_names_n_and_source_and_can_be_drawn(lang: str) -> None:
    source = {"zh": "来源：", "en": "Source: "}[lang]
    for name, figure in all_figures(lang).items():
        words = "\n".join(text.get_text() for text in visible_texts(figure))
        assert source in words, name
        assert "n = " in words or " n：" in words or "n: " in words, name
        check_glyphs(figure)


def test_comparison_says_what_it_cannot_show() -> None:
    figure = plot_comparison(comparison_table(interval=False), a="fyp12", b="fyp13", source="六份文件")
    words = "\n".join(text.get_text() for text in visible_texts(figure))
    for part in (
        "十二五 2011–15",
        "十三五 2016–20",
        "无（每侧不足 5 个单位",
        "0.0625",
        "不可能显著",
        "六份文件",
        "12→1234",
    ):
        assert part in words.replace("\n", ""), part
    hollow = [line.get_markerfacecolor() for line in figure.axes[1].lines if line.get_marker() == "o"]
    assert hollow == ["white"] * 4


def test_comparison_orders_by_difference_and_keeps_the_largest() -> None:
    table = comparison_table(10)
    figure = plot_comparison(table, a="fyp12", b="fyp13", lang="en", top=4)
    shown = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    largest = table.loc[table["difference"].abs().nlargest(4).index].sort_values(
        "difference", ascending=False
    )
    assert shown == list(largest["name_en"])


def test_period_colours_differ_in_lightness_and_are_fixed() -> None:
    assert set(PERIOD_COLOURS) == set(frames.PLAN_PERIODS)
    assert len(set(PERIOD_COLOURS.values())) == len(frames.PLAN_PERIODS)


@pytest.mark.parametrize("draw", [plot_quantities, plot_shares, plot_indicator])
def test_an_empty_or_wrong_table_is_refused_in_one_sentence(draw) -> None:
    with pytest.raises(ValueError, match="lacks the column"):
        draw(pd.DataFrame({"x": [1]}))
    with pytest.raises(ValueError, match="is empty"):
        draw(
            {plot_quantities: quantity_rows, plot_shares: share_rows, plot_indicator: indicator_rows}[draw]()[
                :0
            ]
        )


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="choose zh or en"):
        plot_quantities(quantity_rows(), lang="fr")


# --- saving -----------------------------------------------------------------------------------------------


def simple_figure(title: str = "政务公開 $5 <script>") -> Figure:
    use_house_style()
    figure = Figure(figsize=(3, 2))
    figure.subplots().set_title(title)
    return figure


def test_saved_files_and_bytes_are_the_same_twice(tmp_path: Path) -> None:
    table = comparison_table()
    saved = [
        save_figure(
            plot_comparison(table, a="fyp12", b="fyp13"),
            "priorities",
            data=table,
            folder=tmp_path / place,
        )
        for place in ("one", "two")
    ]
    assert set(saved[0]) == {"svg", "png", "csv", "json"}
    for kind, path in saved[0].items():
        assert path.read_bytes() == saved[1][kind].read_bytes(), kind
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [
        f"priorities.{kind}" for kind in ("csv", "json", "png", "svg")
    ]


def test_svg_holds_outlines_and_csv_holds_the_words(tmp_path: Path) -> None:
    saved = save_figure(simple_figure(), "a", data=pd.DataFrame({"名称": ["政务公开"]}), folder=tmp_path)
    svg = saved["svg"].read_text(encoding="utf-8")
    assert "<text" not in svg
    assert "font-family" not in svg
    assert pd.read_csv(saved["csv"]).to_dict("list") == {"名称": ["政务公开"]}


def test_missing_glyphs_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    figure = simple_figure("\ue000 私用区")
    with pytest.raises(ValueError, match=r"no glyph for .*ue000.* use_house_style"):
        check_glyphs(figure)
    with pytest.raises(ValueError, match="no glyph"):
        save_figure(figure, "squares", data=pd.DataFrame(), folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_font_without_chinese_is_refused_where_it_is_forced() -> None:
    figure = simple_figure("plain")
    figure.text(0.5, 0.5, "政务", family="DejaVu Sans")
    with pytest.raises(ValueError, match="DejaVu Sans has no glyph for '务政'"):
        check_glyphs(figure)


def test_a_chosen_font_is_kept_and_filled_in_by_the_packaged_one(tmp_path: Path) -> None:
    try:
        assert use_house_style("DejaVu Sans") == "DejaVu Sans"
        figure = plot_quantities(quantity_rows())
        assert {text.get_fontfamily()[0] for text in visible_texts(figure)} == {"DejaVu Sans"}
        check_glyphs(figure)
    finally:
        use_house_style()
    with pytest.raises(ValueError, match="neither an installed family nor a font file"):
        use_house_style("No Such Font")


@pytest.mark.parametrize("name", ["", "../up", "a b", "政务", "x" * 81, "<script>", "-x"])
def test_names_that_cannot_be_files_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be a file name"):
        save_figure(simple_figure(), name, data=pd.DataFrame(), folder=tmp_path)


def test_output_folder_follows_the_environment_then_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path / "有 空格"))
    assert figures.output_folder() == tmp_path / "有 空格"
    assert (tmp_path / "有 空格").is_dir()
    monkeypatch.delenv("EGOVLIB_OUTPUT")
    for folder in ("clone/notebooks", "clone/egovlib"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "clone" / "notebooks")
    assert figures.output_path() == tmp_path / "clone" / "figures" / "interactive"
    monkeypatch.chdir(tmp_path)
    assert figures.output_path() == tmp_path / "figures" / "interactive"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="choose a folder you may write to"):
        figures.output_folder(tmp_path / "file" / "below")


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("old")

    def fail(part: Path) -> None:
        part.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="free the disk"):
        write_whole(path, fail)
    assert [p.name for p in tmp_path.iterdir()] == ["old.csv"]
    assert path.read_text() == "old"


def test_a_saved_figure_shows_itself_with_an_escaped_caption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVLIB_OUTPUT", str(tmp_path))
    saved = save_figure(simple_figure(), "one", data=pd.DataFrame({"a": [1]}), caption='<script>"&')
    assert isinstance(saved, SavedFigure)
    page = saved._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;&quot;&amp;" in page
    for kind in ("svg", "png", "csv"):
        assert f'href="one.{kind}"' in page
