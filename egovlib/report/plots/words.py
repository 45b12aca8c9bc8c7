"""Pictures of words: which two groups use unlike often, and where in each document a word stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from egovlib.report.labels import group_label
from egovlib.report.plots.periods import group_colours, short_name
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    FAINT,
    INK,
    MOST_ROWS,
    MUTED,
    format_p,
    house_style,
    new_figure,
    numbers,
    require,
    rows_axis,
    say,
    shorten,
    signed,
    source_note,
    text_column,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PER = 10_000
"""Shares of words are drawn per 10,000 words: a common word then has tens, a rare one some tenths."""


@remember_call
def plot_keyness(
    table: pd.DataFrame, *, a: str, b: str, lang: str = "zh", top: int = 24, source: str | None = None
) -> Figure:
    """Difference of each word's share with its interval, per 10,000 words, and what stands behind it.

    `table` is the table of `compare_words`. Drawn are the `top` words of largest difference, those whose
    difference is called one first; they are coloured by the group that uses the word more, the others grey. A
    difference without an interval has a hollow mark. Beside it: counts, documents, dispersion, q, and q by the
    second segmenter.
    """
    require(table, "word", "difference", "q", "verdict")
    called = table["verdict"].fillna("").str.startswith("higher")
    chosen = table.assign(called=called).sort_values("called", ascending=False, kind="stable").head(top)
    rows = chosen.sort_values("difference", ascending=False, na_position="last")
    colours = group_colours([a, b])
    with house_style():
        title = say(
            lang,
            f"用词之别：{short_name(a, lang)}与{short_name(b, lang)}",
            f"Words: {short_name(a, lang)} and {short_name(b, lang)}",
        )
        figure = new_figure(len(rows), title, _keyness_notes(table, len(rows), lang, source), extra=1.7)
        axes, side = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2.9))
        _draw_words(axes, rows, colours, a, b, lang)
        pairs = [_pairs(rows, name) for name in ("count", "documents")]
        dp = [f"{x:.2f}".lstrip("0") if x == x else "–" for x in numbers(rows, "dp")]
        qs = [[format_p(x) for x in numbers(rows, name)] for name in ("q", "q_second")]
        heads = [
            say(lang, "次数", "counts"), say(lang, "文件", "docs"), "DP", "q", say(lang, "复核 q", "q 2nd"),
        ]  # fmt: skip
        text_column(side, heads, [*pairs, dp, *qs])
    return figure


def _pairs(rows: pd.DataFrame, name: str) -> list[str]:
    pairs = zip(numbers(rows, f"{name}_a"), numbers(rows, f"{name}_b"), strict=True)
    return ["–" if x != x or y != y else f"{x:.0f}→{y:.0f}" for x, y in pairs]


def _draw_words(axes: Axes, rows: pd.DataFrame, colours: dict[str, str], a: str, b: str, lang: str) -> None:
    rows_axis(axes, [shorten(str(word), 24) for word in rows["word"]])
    axes.axvline(0, color=MUTED, linewidth=0.8)
    marks = zip(
        *([PER * x for x in numbers(rows, name)] for name in ("difference", "low", "high")), strict=True
    )
    for place, (called, (difference, low, high)) in enumerate(zip(rows["called"], marks, strict=True)):
        colour = (colours[b] if difference > 0 else colours[a]) if called else "#8A8A8A"
        known = low == low and high == high
        if known:
            axes.hlines(place, low, high, color=colour, linewidth=1.6)
        shape = (
            "D" if difference > 0 else "o"
        )  # shape as well as colour: it must survive a black-and-white copy
        axes.plot(
            difference, place, shape, markersize=5, color=colour, markerfacecolor=colour if known else "white"
        )
    axes.xaxis.set_major_formatter(signed)
    axes.margins(x=0.06)
    axes.set_xlabel(say(lang, "差（每万词）与 95% 区间", "difference per 10,000 words, 95% interval"))
    common: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(
        say(lang, f"● {group_label(a, lang)}更多", f"● more in {group_label(a, lang)}"),
        (0, 1), (0, 4), color=colours[a], ha="left", **common,
    )  # fmt: skip
    axes.annotate(
        say(lang, f"◆ {group_label(b, lang)}更多", f"◆ more in {group_label(b, lang)}"),
        (1, 1), (0, 4), color=colours[b], ha="right", **common,
    )  # fmt: skip


def _keyness_notes(table: pd.DataFrame, shown: int, lang: str, source: str | None) -> list[str]:
    n_a, n_b = (f"{int(table[name].max())}" for name in ("n_a", "n_b"))
    called = int(table["verdict"].fillna("").str.startswith("higher").sum())
    return [
        say(
            lang,
            f"分析单位 n：{n_a} 与 {n_b}（文件或发文机关）。探索性：共考察 {len(table)} 个词，q ≤ .05 的有 {called} 个"
            f"（着色），画 {shown} 个；空心点没有区间。",
            f"Units n: {n_a} and {n_b} (documents or issuers). Exploratory: {len(table)} words looked at, {called} of "
            f"them with q ≤ .05 (coloured), {shown} drawn; hollow: no interval.",
        ),
        say(
            lang,
            "q：文件（或机关）的置换检验，Benjamini-Hochberg，不可能显著的词为 –；复核 q：换一种分词器再做。"
            "DP：0 均匀分布于各文件，1 集中于一份。",
            "q: permutation of documents or issuers, Benjamini-Hochberg over the testable words, else –; 2nd: words "
            "cut by another segmenter. DP: 0 is spread evenly over the documents, 1 is in one alone.",
        ),
        source_note(lang, source),
    ]


@remember_call
def plot_dispersion(
    concordance: pd.DataFrame,
    parts: pd.DataFrame,
    *,
    documents: Mapping[str, str] | None = None,
    lang: str = "zh",
    source: str | None = None,
) -> Figure:
    """Where in each document the words stand ("x-ray"): a row a document, a panel a word, a stroke an occurrence.

    concordance: lines of one or more words (`WordComparison.concordance`, columns doc, group, word, position);
    parts: the documents compared, with or without the words (`WordComparison.parts`, columns doc, group, words);
    documents: names of documents, as from `name_documents`. A document's length is drawn as 1; a number at the right
    end is the count. Of more than `MOST_ROWS` documents each group's with most occurrences are drawn.
    """
    require(parts, "doc", "group", "words")
    words = list(dict.fromkeys(concordance["word"].astype(str)))
    if not words:
        raise ValueError("the concordance has no lines, there is nothing to draw; choose a word that occurs.")
    groups = sorted(set(parts["group"].astype(str)))
    rows = _fullest(parts, concordance, MOST_ROWS // len(groups)) if len(parts) > MOST_ROWS else parts
    names = {doc: (documents or {}).get(doc, doc) for doc in rows["doc"]}
    rows = rows.assign(name=rows["doc"].map(names)).sort_values(["group", "name"]).reset_index(drop=True)
    left = say(lang, f"；图中为出现最多的 {len(rows)} 份", f"; drawn: the {len(rows)} with most occurrences")
    colours = group_colours(groups)
    counts = {group: int((parts["group"] == group).sum()) for group in groups}
    n = [
        say(lang, f"{group_label(g, lang)} {k} 份", f"{group_label(g, lang)} {k}") for g, k in counts.items()
    ]
    more = left if len(rows) < len(parts) else ""
    notes = [
        say(
            lang,
            f"每行一份文件，左起为开头；一竖一次，右为次数。只计所比较的章节。文件数：{'，'.join(n)}{more}。",
            "A row a document from its beginning (left); a stroke an occurrence, their number at the right. Only "
            f"the sections compared. Documents: {', '.join(n)}{more}.",
        ),
        source_note(lang, source),
    ]
    with house_style():
        figure = new_figure(
            len(rows) * 0.62, say(lang, "词在文中的位置", "Where the words stand"), notes, extra=1.6
        )
        panels = figure.subplots(1, len(words), sharey=True, squeeze=False)[0]
        for panel, word in zip(panels, words, strict=True):
            _draw_places(panel, concordance[concordance["word"] == word], rows, colours)
            panel.set_title(word, fontsize=10, color=INK, pad=6)
            panel.set_xticks([0, 0.5, 1], ["0", "50", "100%"])
        rows_axis(panels[0], [shorten(name, 24) for name in rows["name"]])
        panels[0].tick_params(axis="y", labelsize=7)
        for tick, group in zip(panels[0].get_yticklabels(), rows["group"], strict=True):
            tick.set_color(colours[group])
        _name_groups(panels[-1], rows, colours, lang)
    return figure


def _fullest(parts: pd.DataFrame, lines: pd.DataFrame, most: int) -> pd.DataFrame:
    """Each group's documents in which the words occur most, `most` of them."""
    counts = lines.groupby(["doc", "group"]).size().rename("times").reset_index()
    counted = parts.merge(counts, on=["doc", "group"], how="left").fillna({"times": 0})
    return counted.sort_values("times", ascending=False, kind="stable").groupby("group").head(most)


def _draw_places(axes: Axes, lines: pd.DataFrame, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    axes.hlines(range(len(rows)), 0, 1, color=FAINT, linewidth=0.5)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="both", length=0, labelsize=7)
    axes.set_xlim(-0.02, 1.14)
    for place, (doc, group) in enumerate(zip(rows["doc"], rows["group"], strict=True)):
        here = numbers(lines[(lines["doc"] == doc) & (lines["group"] == group)], "position")
        axes.vlines(here, place - 0.36, place + 0.36, color=colours[group], linewidth=1.1)
        if here:
            axes.text(1.03, place, str(len(here)), va="center", fontsize=7, color=colours[group])


def _name_groups(axes: Axes, rows: pd.DataFrame, colours: dict[str, str], lang: str) -> None:
    """Write each group's name once, beside its rows."""
    for group, inside in rows.groupby("group", sort=False):
        middle = (inside.index[0] + inside.index[-1]) / 2
        axes.annotate(
            group_label(str(group), lang), (1.0, middle), (6, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", color=colours[str(group)], va="center", rotation=270, fontsize=8,
        )  # fmt: skip


def chosen_words(table: pd.DataFrame, most: int = 4) -> Sequence[str]:
    """Choose the words a figure can hold: those called different first, then those of largest difference."""
    called = table["verdict"].fillna("").str.startswith("higher")
    return [
        str(word)
        for word in table.assign(called=called).sort_values("called", ascending=False, kind="stable")["word"][
            :most
        ]
    ]
