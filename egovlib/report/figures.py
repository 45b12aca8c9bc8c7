"""Figures: each function takes a frame and returns a matplotlib Figure; `save_figure` writes it down.

All share one house style with a packaged Chinese font, so a figure looks the same on every machine. Rows are
ordered by value and labelled directly; n, interval and source stand in the figure itself, because figures
travel without their captions.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from egovlib.report.labels import (
    PLAN_YEARS,
    check_language,
    codebook_names,
    label,
    phrase,
    plan_label,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PERIOD_COLOURS: Final = {
    "fyp10": "#767676",
    "fyp11": "#AA4499",
    "fyp12": "#0072B2",
    "fyp13": "#D55E00",
    "fyp14": "#007A5A",
    "fyp15": "#B07C00",
}
"""One colour a plan period in every figure. After Okabe and Ito (2008), green and orange darkened so that
text in them can be read on white; blue and vermilion, the periods most often compared, lie furthest apart."""

STATUS_COLOURS: Final = {"actual": "#0072B2", "target": "#D55E00"}
INK, MUTED, FAINT = "#222222", "#666666", "#D0D0D0"
WIDTH = 8.0  # inches: the text width of an A4 report page at its printed scale
ROW = 0.3  # inches a labelled row takes at 9 pt


# --- style, fonts -----------------------------------------------------------------------------------------


def use_house_style(font: str | Path | None = None) -> str:
    """Set the house style for all later figures and return the font family in use.

    `font` is an installed family ("SimSun") or a font file; by default the packaged Noto Sans SC, which also
    fills in for characters that a chosen font lacks. Raises ValueError when the font cannot be found.

    >>> use_house_style()
    'Noto Sans SC'
    """
    import matplotlib as mpl

    packaged = _packaged_family()
    family = packaged if font is None else _find_family(font)
    mpl.rcParams.update(_style([family, packaged]))
    return family


@cache
def _packaged_family() -> str:
    from matplotlib.font_manager import FontProperties, fontManager
    from pylopdf_fonts_zh_cn import sans_path

    fontManager.addfont(str(sans_path()))
    return str(FontProperties(fname=str(sans_path())).get_name())


def _find_family(font: str | Path) -> str:
    from matplotlib.font_manager import FontProperties, fontManager

    if Path(font).is_file():
        fontManager.addfont(str(font))
        return str(FontProperties(fname=str(font)).get_name())
    if str(font) not in fontManager.get_font_names():
        raise ValueError(
            f"font {str(font)!r} is neither an installed family nor a font file; leave it out to use the "
            f"packaged {_packaged_family()}."
        )
    return str(font)


def _style(families: list[str]) -> Any:  # matplotlib types the keys one by one
    return {
        "font.family": list(dict.fromkeys(families)),
        "font.size": 9,
        "axes.titlesize": 9.5,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": MUTED,
        "axes.grid": False,
        "grid.color": FAINT,
        "grid.linewidth": 0.6,
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign in a document is a dollar sign
        "xtick.color": MUTED,
        "ytick.color": INK,
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "figure.dpi": 100,
        # Outlines, not text: a reader's machine needs no Chinese font and every machine shows the same
        # figure. The words stay searchable in the csv beside it.
        "svg.fonttype": "path",
        "svg.hashsalt": "egovlib",  # element ids, else random, are the same on every run
    }


def check_glyphs(figure: Figure) -> None:
    """Raise ValueError when a text of `figure` has characters its fonts cannot draw (else: squares)."""
    from matplotlib.text import Text

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # what is raised below says more
        figure.draw_without_rendering()  # tick labels have no text before
    for text in figure.findobj(Text):
        if not isinstance(text, Text) or not text.get_visible():
            continue
        families = tuple(text.get_fontproperties().get_family())
        missing = sorted({c for c in text.get_text() if not c.isspace()} - _drawable(families))
        if missing:
            raise ValueError(
                f"the font {families[0]} has no glyph for {''.join(missing)!r} in {text.get_text()!r}; "
                "choose a font that has them with use_house_style(font=…)."
            )


@cache
def _drawable(families: tuple[str, ...]) -> frozenset[str]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    paths = [findfont(FontProperties(family=family)) for family in families]
    return frozenset(chr(code) for path in paths for code in get_font(path).get_charmap())


# --- files ------------------------------------------------------------------------------------------------


def output_path(folder: str | Path | None = None) -> Path:
    """Where results go; nothing is made.

    `folder` if given, else the environment's EGOVLIB_OUTPUT (the notebook runner sets it), else
    `figures/interactive` of the clone one works in, or of the working directory outside a clone.
    """
    return Path(folder or os.environ.get("EGOVLIB_OUTPUT") or _home() / "figures" / "interactive")


def output_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of `output_path`, made if needed. Raises OSError when it cannot be made."""
    path = output_path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"cannot make the folder {path} ({error.strerror}); choose a folder you may write to."
        ) from None
    return path


def _home() -> Path:
    here = Path.cwd()
    clones = (path for path in (here, *here.parents) if (path / "notebooks").is_dir())
    return next((path for path in clones if (path / "egovlib").is_dir()), here)


def link_to(path: Path) -> str:
    """Return the address of `path` for a page: from a run's report, else from the working directory."""
    base = os.environ.get("EGOVLIB_OUTPUT") or Path.cwd()
    try:
        return quote(Path(os.path.relpath(path, base)).as_posix())
    except ValueError:  # Windows: another drive
        return path.resolve().as_uri()


class SavedFigure(dict[str, Path]):
    """The files of a saved figure by kind (svg, png, csv, json); a notebook shows it with its caption."""

    caption: str = ""

    def _repr_html_(self) -> str:
        # an <img> never runs scripts, and the outlines print sharply
        picture = base64.b64encode(self["svg"].read_bytes()).decode()
        links = " · ".join(f'<a href="{link_to(self[kind])}">{kind}</a>' for kind in ("svg", "png", "csv"))
        name = html.escape(self.caption or self["svg"].stem)
        return (
            f'<figure class="egov" id="figure-{html.escape(self["svg"].stem)}">'
            f'<img alt="{name}" src="data:image/svg+xml;base64,{picture}" style="max-width:100%;'
            f'background:white"><figcaption>{html.escape(self.caption)} <small>{links}</small></figcaption>'
            "</figure>"
        )


def save_figure(
    figure: Figure,
    name: str,
    *,
    data: pd.DataFrame,
    caption: str | None = None,
    folder: str | Path | None = None,
) -> SavedFigure:
    """Write `figure` as name.svg and name.png (200 dpi), `data` as name.csv and its caption as name.json.

    `data` is the frame behind the figure and must be given: a figure nobody can recompute is not evidence.
    The same figure gives the same svg byte for byte. A file appears under its name only when it is complete.
    Returns the paths by kind. Raises ValueError for an unusable name or characters the font cannot draw.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name):
        raise ValueError(
            f"figure name {name!r} cannot be a file name; use up to 80 ASCII letters, digits, - and _."
        )
    check_glyphs(figure)
    target = output_folder(folder)
    about = {
        "name": name,
        "caption": caption or "",
        "rows": len(data),
        "columns": list(map(str, data.columns)),
    }
    writers: dict[str, Callable[[Path], object]] = {
        "svg": lambda path: _save_svg(figure, path),
        "png": lambda path: figure.savefig(path, format="png", dpi=200, metadata={"Software": None}),
        # the mark at the start lets spreadsheet programs see that it is UTF-8
        "csv": lambda path: data.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n"),
        "json": lambda path: path.write_text(
            json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        ),
    }
    saved = SavedFigure(
        {kind: write_whole(target / f"{name}.{kind}", write) for kind, write in writers.items()}
    )
    saved.caption = caption or ""
    return saved


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a temporary file beside `path`, then give it its name: no reader meets half a file."""
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        raise OSError(
            f"cannot write {path} ({error.strerror}); free the disk or choose another folder."
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return path


def _save_svg(figure: Figure, path: Path) -> None:
    import matplotlib as mpl

    style = {key: value for key, value in _style([]).items() if key.startswith("svg.")}
    with mpl.rc_context(style):  # also a figure drawn without the house style comes out byte-stable
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": "egovlib"})


# --- shared parts of figures ------------------------------------------------------------------------------


@contextmanager
def _house_style() -> Iterator[None]:
    """Apply the house style to one figure; a font the user chose with `use_house_style` is kept."""
    import matplotlib as mpl

    packaged = _packaged_family()
    chosen = mpl.rcParams["font.family"]
    families = list(chosen) if packaged in chosen else [packaged]
    with mpl.rc_context(_style(families)):
        yield


def _new_figure(rows: float, title: str, notes: Sequence[str], *, extra: float = 1.3) -> Figure:
    """Make an empty figure high enough for `rows` labelled rows, with title above and notes below."""
    from matplotlib.figure import Figure

    # not pyplot's: nothing stays open, and a notebook shows it once
    text = "\n".join(_wrap(note, 136) for note in notes)
    height = rows * ROW + extra + 0.16 * (text.count("\n") + 1)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.suptitle(_wrap(title, 88), x=0.01, ha="left", fontsize=12)
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=MUTED, linespacing=1.5)
    return figure


def _columns(text: str) -> int:
    """How many half-width columns `text` takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _wrap(text: str, width: int) -> str:
    """Break `text` at `width` half-width columns; Chinese breaks anywhere but before closing punctuation."""
    lines, line = [], ""
    for word in re.findall(r"[^\W\u2e80-\uffef]+[^\w\s\u2e80-\uffef]*|\s|.", text):
        if _columns(line + word) > width and word not in "，。；：、）》”）,.;:)":
            lines.append(line.rstrip())
            line = ""
        line += word.lstrip() if not line else word
    return "\n".join([*lines, line.rstrip()])


def _shorten(text: str, width: int) -> str:
    """`text` cut to `width` half-width columns, with an ellipsis when something went."""
    if _columns(text) <= width:
        return text
    while text and _columns(text) > width - 2:
        text = text[:-1]
    return text.rstrip() + "…"


def _require(frame: pd.DataFrame, *names: str) -> None:
    missing = [name for name in names if name not in frame]
    if missing:
        raise ValueError(f"the table lacks the column {missing[0]!r}; the figure needs {', '.join(names)}.")
    if frame.empty:
        raise ValueError("the table is empty, there is nothing to draw; widen the selection.")


def _names(frame: pd.DataFrame, lang: str) -> list[str]:
    """Name each row in `lang`, else its other name, else its code, short enough for an axis."""
    order = ("name_zh", "name_en", "code") if lang == "zh" else ("name_en", "name_zh", "code")
    columns = [frame[name].astype("string") for name in order if name in frame]
    names = columns[0]
    for column in columns[1:]:
        names = names.fillna(column)
    return [_shorten(name, 34) for name in names.fillna("–")]


def _numbers(frame: pd.DataFrame, name: str) -> list[float]:
    """Return the column as floats, NaN where missing or where there is no such column."""
    if name not in frame:
        return [float("nan")] * len(frame)
    return [float(x) for x in frame[name].astype("Float64").to_numpy(dtype="float64", na_value=float("nan"))]


def _rows_axis(axes: Axes, names: Sequence[str]) -> None:
    """One labelled row for each name, the first on top, with a faint guide line."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)


def _text_column(axes: Axes, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Draw a small table in line with the rows of the axes beside it."""
    widths = [
        max(map(_columns, (head, *column, "0.000"))) + 1 for head, column in zip(heads, cells, strict=True)
    ]
    axes.set_xlim(0, sum(widths))
    axes.set_axis_off()
    above = axes.get_xaxis_transform()
    for column, head in enumerate(heads):
        middle = sum(widths[:column]) + widths[column] / 2
        axes.text(middle, 1.0, head, ha="center", va="bottom", fontsize=8, color=MUTED, transform=above)
        for row, cell in enumerate(cells[column]):
            axes.text(middle, row, cell, ha="center", va="center", fontsize=8)


def format_p(p: float) -> str:
    """Write a p value as journals print it.

    >>> format_p(0.0304), format_p(0.0001), format_p(float("nan"))
    ('.030', '<.001', '–')
    """
    if p != p:
        return "–"
    return "<.001" if p < 0.001 else "1" if p > 0.9995 else f"{p:.3f}".lstrip("0")


def format_number(x: float, lang: str = "zh") -> str:
    """Write a number for people: in Chinese with 万 and 亿 where that loses nothing, else with commas.

    >>> format_number(220000000), format_number(2.5), format_number(220000000, "en"), format_number(12345)
    ('2.2亿', '2.5', '220,000,000', '12,345')
    """
    for size, name in ((1e8, "亿"), (1e4, "万")):
        scaled = f"{x / size:,.10g}"
        if lang == "zh" and abs(x) >= size and len(scaled) < 6:
            return scaled.replace("-", "−") + name
    return f"{x:,.12g}".replace("-", "−")


def _say(lang: str, zh: str, en: str) -> str:
    return (zh, en)[check_language(lang)]


# --- the figures ------------------------------------------------------------------------------------------


def plot_period_comparison(
    table: pd.DataFrame,
    *,
    a: str,
    b: str,
    lang: str = "zh",
    top: int = 20,
    source: str | None = None,
) -> Figure:
    """Shares of each code in period `a` and `b` (dumbbells) and their difference with its interval.

    `table` is the table of `compare_periods`: shares and difference as fractions of 1, drawn in percent and
    percentage points. The `top` rows of largest difference are drawn, ordered by difference. A difference
    without an interval has a hollow mark. Notes name units, interval, test and smallest attainable p.
    """
    _require(table, "code", "share_a", "share_b", "difference")
    order = table["difference"].astype("Float64").abs().sort_values(ascending=False, na_position="last").index
    rows = table.loc[order[:top]].sort_values("difference", ascending=False, na_position="last")
    with _house_style():
        title = _say(
            lang, f"{label(a)}与{label(b)}的重点", f"Priorities: {label(a, lang)} and {label(b, lang)}"
        )
        figure = _new_figure(len(rows), title, _comparison_notes(table, len(rows), lang, source), extra=1.7)
        left, right, side = figure.subplots(1, 3, sharey=True, width_ratios=(3, 2.6, 1.6))
        _draw_dumbbells(left, rows, a, b, lang)
        _draw_differences(right, rows, lang)
        counts = [
            _count_pair(x, y)
            for x, y in zip(_numbers(rows, "sentences_a"), _numbers(rows, "sentences_b"), strict=True)
        ]
        heads = [_say(lang, "句数", "sentences"), "p", "q"]
        ps, qs = ([format_p(x) for x in _numbers(rows, name)] for name in ("p", "q"))
        _text_column(side, heads, [counts, ps, qs])
    return figure


def _count_pair(a: float, b: float) -> str:
    return "–" if a != a or b != b else f"{a:.0f}→{b:.0f}"


def _draw_dumbbells(axes: Axes, rows: pd.DataFrame, a: str, b: str, lang: str) -> None:
    share_a = [100 * x for x in _numbers(rows, "share_a")]
    share_b = [100 * x for x in _numbers(rows, "share_b")]
    places = range(len(rows))
    _rows_axis(axes, _names(rows, lang))
    axes.hlines(places, share_a, share_b, color="#9A9A9A", linewidth=2, zorder=1)
    colour_a, colour_b = PERIOD_COLOURS.get(a, "#0072B2"), PERIOD_COLOURS.get(b, "#D55E00")
    # shape as well as colour: the figure must survive a black-and-white copy
    axes.scatter(share_a, places, s=34, marker="o", color=colour_a, zorder=2)
    axes.scatter(share_b, places, s=36, marker="D", color=colour_b, zorder=3)
    widest = max((x for x in (*share_a, *share_b) if x == x), default=1.0)
    axes.set_xlim(-0.04 * widest, 1.08 * widest or 1.0)
    axes.set_xlabel(_say(lang, "占比（%，各文件平均）", "share (%, mean over documents)"))
    axes.annotate(f"● {plan_label(a, lang)}", (0, 1), (0, 18), **_above(colour_a))
    axes.annotate(f"◆ {plan_label(b, lang)}", (0, 1), (0, 4), **_above(colour_b))


def _above(colour: str) -> dict[str, Any]:
    return {"xycoords": "axes fraction", "textcoords": "offset points", "color": colour, "va": "bottom"}


def _draw_differences(axes: Axes, rows: pd.DataFrame, lang: str) -> None:
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelleft=False)
    marks = zip(
        *([100 * x for x in _numbers(rows, name)] for name in ("difference", "low", "high")), strict=True
    )
    for place, (difference, low, high) in enumerate(marks):
        known = low == low and high == high
        if known:
            axes.hlines(place, low, high, color=INK, linewidth=1.4)
        axes.plot(
            difference, place, "o", markersize=5.5, color=INK, markerfacecolor=INK if known else "white"
        )
    axes.set_xlabel(_say(lang, "差（百分点）与 95% 区间", "difference (pp), 95% interval"))
    axes.xaxis.set_major_formatter(_signed)


def _signed(x: float, _: object = None) -> str:
    return "0" if abs(x) < 1e-9 else f"{x:+g}".replace("-", "−")


def _comparison_notes(table: pd.DataFrame, shown: int, lang: str, source: str | None) -> list[str]:
    n_a, n_b = (_span(_numbers(table, name)) for name in ("n_a", "n_b"))
    methods = (
        [] if "interval_method" not in table else sorted(set(table["interval_method"].dropna().astype(str)))
    )
    interval = _say(lang, "、", "; ").join(phrase(method, lang) for method in methods)
    smallest = [x for x in _numbers(table, "p_min") if x == x]
    notes = [
        _say(
            lang,
            f"分析单位 n：{n_a} 与 {n_b}（文件或发文机关）。",
            f"Units n: {n_a} and {n_b} (documents or issuers). ",
        )
        + _say(
            lang,
            f"区间：{interval or '无'}；空心点没有区间。",
            f"Interval: {interval or 'none'}; hollow: no interval.",
        )
        + (
            _say(
                lang, f"共 {len(table)} 类，画差最大的 {shown} 类。", f" The {shown} largest of {len(table)}."
            )
            if shown < len(table)
            else ""
        )
    ]
    if smallest:
        least = min(smallest)
        note = _say(
            lang,
            f"p：文件（或机关）的置换检验，可达到的最小 p = {least:.4g}；"
            "q：Benjamini-Hochberg，不可能显著的类为 –。",
            f"p: permutation of documents or issuers, smallest attainable p = {least:.4g}; "
            "q: Benjamini-Hochberg over the testable codes, else –.",
        )
        if least > 0.05:
            note += _say(
                lang, "文件数太少，任何差异都不可能显著（p<.05）。", " Too few documents for any p < .05."
            )
        notes.append(note)
    notes.append(_source_note(lang, source))
    return notes


def _source_note(lang: str, source: str | None) -> str:
    return _say(lang, "来源：", "Source: ") + (
        source
        or _say(
            lang,
            "语料文件原句，egovlib 编码与计算。",
            "sentences of the corpus, coded and computed by egovlib.",
        )
    )


def _span(values: Sequence[float]) -> str:
    known = sorted({int(x) for x in values if x == x})
    return "–" if not known else str(known[0]) if len(known) == 1 else f"{known[0]}–{known[-1]}"


def plot_shares(
    shares: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 20,
    scheme: str = "priorities",
    source: str | None = None,
) -> Figure:
    """Each unit's share of each code as a dot, a row a code, split by period; the bar marks the mean.

    `shares` has the columns code, period and share (fraction of 1), one row a document part or issuer and
    code (`Comparison.shares`): with few documents they are the evidence, and an average hides them.
    Ordered by mean share. Names of codes come from the packaged `scheme`.
    """
    import seaborn as sns

    _require(shares, "doc", "code", "period", "share")
    means = shares.groupby("code")["share"].mean().sort_values(ascending=False)
    codes = list(means.index[:top])
    periods = sorted(shares["period"].dropna().unique())
    dots = shares[shares["code"].isin(codes)].assign(percent=lambda rows: 100 * rows["share"].astype(float))
    names = codebook_names(f"schemes/{scheme}", "code", lang)
    counts = [f"{plan_label(p, lang)} n = {_units(shares, p)}" for p in periods]
    notes = [
        _say(lang, "每点一份文件；竖线为均值。", "One dot a document; the bar is the mean. ")
        + _say(lang, "；".join(counts) + "。", "; ".join(counts) + "."),
        _source_note(lang, source),
    ]
    with _house_style():
        title = _say(lang, "各文件的占比", "Shares document by document")
        figure = _new_figure(len(codes) * 1.25, title, notes, extra=1.5)
        axes = figure.subplots()
        colours = {p: PERIOD_COLOURS.get(p, INK) for p in periods}
        common: dict[str, Any] = {"data": dots, "x": "percent", "y": "code", "order": codes, "hue": "period"}
        common |= {
            "hue_order": periods,
            "palette": colours,
            "dodge": len(periods) > 1,
            "legend": False,
            "ax": axes,
        }
        sns.stripplot(**common, jitter=False, size=6, alpha=0.65)
        _rows_axis(axes, [_shorten(names.get(code, label(code, lang)), 34) for code in codes])
        _draw_means(axes, dots, codes, periods)
        axes.set(xlabel=_say(lang, "占比（%）", "share (%)"), ylabel="")
        for place, period in enumerate(reversed(periods)):
            axes.annotate(
                f"● {plan_label(period, lang)}", (0, 1), (0, 4 + 14 * place), **_above(colours[period])
            )
    return figure


def _units(shares: pd.DataFrame, period: str) -> int:
    rows = shares[shares["period"] == period]
    return int(rows["doc"].nunique())


def _draw_means(axes: Axes, dots: pd.DataFrame, codes: Sequence[str], periods: Sequence[str]) -> None:
    step = 0.8 / len(periods)  # seaborn spreads the hues over 0.8 of a row
    means = dots.groupby(["code", "period"], as_index=False)["percent"].mean()
    for code, period, mean in zip(means["code"], means["period"], means["percent"], strict=True):
        place = codes.index(code) - 0.4 + step * (periods.index(period) + 0.5)
        colour = PERIOD_COLOURS.get(period, INK)
        axes.plot([mean, mean], [place - 0.16, place + 0.16], color=colour, linewidth=2, zorder=5)


def plot_corpus(
    documents: pd.DataFrame, sections: pd.DataFrame, *, lang: str = "zh", source: str | None = None
) -> Figure:
    """Draw the corpus in time: a row a document, a dot its year, bars the plan periods it speaks of.

    Filled bars are periods with plans and tasks, hollow bars periods only looked back on. Ordered by tier,
    then region and year. Takes the tables `documents` and `sections`; meant for up to about 60 documents.
    """
    _require(documents, "doc", "title", "tier", "genre", "year")
    tiers = {tier: place for place, tier in enumerate(_TIER_ORDER)}
    ranked = documents.assign(_tier=documents["tier"].map(tiers).fillna(len(tiers)))
    keys = [key for key in ("_tier", "region", "year", "doc") if key in ranked]
    rows = ranked.sort_values(keys, na_position="last").reset_index(drop=True)
    records: list[dict[str, Any]] = [dict(row) for _, row in rows.iterrows()]
    notes = [
        _say(
            lang,
            f"n = {len(rows)} 份文件。圆点：年份；实心条：有目标与任务的规划期；空心条：仅回顾或提及。",
            f"n = {len(rows)} documents. Dot: year; filled bar: period planned for; hollow: only reviewed.",
        ),
        _source_note(lang, source),
    ]
    with _house_style():
        title = _say(
            lang, "语料：文件年份与所谈规划期", "The corpus: documents and the plan periods they speak of"
        )
        figure = _new_figure(len(rows) * 0.8, title, notes, extra=1.5)
        axes = figure.subplots()
        _rows_axis(axes, [_document_name(row, lang) for row in records])
        axes.tick_params(axis="y", labelsize=8)
        _draw_plan_bands(axes, lang)
        for place, row in enumerate(records):
            _draw_document(axes, place, row, sections[sections["doc"] == row["doc"]])
    return figure


_TIER_ORDER: Final = ("national", "province", "city", "county", "township", "village", "agency", "unknown")


def _document_name(row: Mapping[str, Any], lang: str) -> str:
    kind = " · ".join(label(str(row[name]), lang) for name in ("tier", "genre") if isinstance(row[name], str))
    title = row["title"] if isinstance(row["title"], str) else row["doc"]
    return f"{_shorten(title, 34)}  {kind}"


def _draw_plan_bands(axes: Axes, lang: str) -> None:
    for number, (period, (first, last)) in enumerate(PLAN_YEARS.items()):
        axes.axvspan(first - 0.5, last + 0.5, color="#F2F2F2" if number % 2 else "white", zorder=0)
        axes.text(
            (first + last) / 2, 1.0, label(period, lang).replace(" ", "\n"), ha="center", va="bottom",
            color=PERIOD_COLOURS[period], fontsize=8, transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    years = [first for first, _ in PLAN_YEARS.values()]
    axes.set_xlim(years[0] - 0.5, years[-1] + 4.5)
    axes.set_xticks(years)


def _draw_document(axes: Axes, place: int, row: Mapping[str, Any], sections: pd.DataFrame) -> None:
    for period, parts in sections.dropna(subset=["plan_period"]).groupby("plan_period"):
        first, last = PLAN_YEARS[str(period)]
        colour = PERIOD_COLOURS[str(period)]
        planned = bool(parts["stance"].isin(("plan", "safeguard")).any())
        axes.barh(
            place, last - first + 0.8, left=first - 0.4, height=0.42, zorder=2, linewidth=1,
            facecolor=colour if planned else "white", edgecolor=colour, alpha=0.75,
        )  # fmt: skip
    if isinstance(row["year"], int | float) and row["year"] == row["year"]:
        axes.plot(row["year"], place, "o", color=INK, markersize=5, markeredgecolor="white", zorder=3)


def plot_quantities(quantities: pd.DataFrame, *, lang: str = "zh", source: str | None = None) -> Figure:
    """How many quantities each topic has, actual values beside targets. Takes the table `quantities`."""
    import seaborn as sns
    from matplotlib.container import BarContainer

    _require(quantities, "topic", "status", "doc")
    docs = quantities["doc"].nunique()
    counts = quantities.groupby(["topic", "status"], observed=True).size().unstack(fill_value=0)
    order = list(counts.sum(axis=1).sort_values(ascending=False, kind="stable").index)
    long = counts.reindex(columns=list(STATUS_COLOURS), fill_value=0).reset_index()
    long = long.melt(id_vars="topic", var_name="status", value_name="n")
    notes = [
        _say(
            lang,
            f"n = {len(quantities)} 个数量，出自 {docs} 份文件；计数，无抽样区间。",
            f"n = {len(quantities)} quantities in {docs} documents; counts, no interval.",
        ),
        _source_note(lang, source),
    ]
    with _house_style():
        title = _say(lang, "各主题的数量：实际与目标", "Quantities by topic: actual and target")
        figure = _new_figure(len(order) * 1.7, title, notes, extra=1.0)
        axes = figure.subplots()
        sns.barplot(
            long, x="n", y="topic", hue="status", order=order, hue_order=list(STATUS_COLOURS),
            palette=STATUS_COLOURS, saturation=1, legend=False, ax=axes,
        )  # fmt: skip
        for bars, status in zip(axes.containers, STATUS_COLOURS, strict=True):
            assert isinstance(bars, BarContainer)
            texts = [f"{bar.get_width():.0f} {label(status, lang)}" for bar in bars]
            axes.bar_label(bars, texts, padding=4, fontsize=8, color=STATUS_COLOURS[status])
        _rows_axis(axes, [label(topic, lang) for topic in order])
        axes.grid(visible=False)
        axes.margins(x=0.15)
        axes.set(xlabel=_say(lang, "数量的个数", "number of quantities"), ylabel="")
    return figure


def plot_indicator(
    indicators: pd.DataFrame,
    *,
    lang: str = "zh",
    top: int = 4,
    rows: int = 12,
    source: str | None = None,
) -> Figure:
    """Draw the `top` most observed indicators, each observation with the interval its wording allows.

    Takes the table `indicators`. A panel an indicator in its own unit, a row an observation (region, period),
    ordered by value; filled marks are actual values, hollow ones targets; an arrow is an open interval
    ("超过270" has no upper end). At most `rows` observations a panel, the latest; the title counts all.
    """
    _require(indicators, "indicator", "region", "period", "status", "value", "low", "high", "unit")
    known = indicators.dropna(subset=["indicator", "value"])
    _require(known, "indicator")
    counts = known["indicator"].value_counts()
    chosen = sorted(counts.index, key=lambda name: (-counts[name], name))[:top]
    panels = {
        name: known[known["indicator"] == name]
        .sort_values("period", na_position="first", kind="stable")
        .tail(rows)
        .sort_values("value", ascending=False, kind="stable")
        for name in chosen
    }
    notes = [
        _say(
            lang,
            "实心：实际；空心：目标。横线：措辞所允许的区间（近、约、超过……），不是抽样误差；箭头：一端开放。",
            "Filled: actual; hollow: target. Line: the interval the wording allows (nearly, over …), "
            "not sampling error; arrow: open end.",
        ),
        _source_note(lang, source),
    ]
    heights = [len(panel) + 2.4 for panel in panels.values()]
    with _house_style():
        title = _say(lang, "观测最多的指标", "The most observed indicators")
        figure = _new_figure(sum(heights) * 0.85, title, notes, extra=0.9)
        grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (name, panel) in zip(grid, panels.items(), strict=True):
            _draw_indicator(axes, name, panel, int(counts[name]), lang)
    return figure


def _draw_indicator(axes: Axes, name: str, panel: pd.DataFrame, n: int, lang: str) -> None:
    regions = codebook_names("regions", "code", "zh")
    places = [
        "  ".join(regions.get(str(part), str(part)) for part in pair if isinstance(part, str))
        for pair in zip(panel["region"], panel["period"], strict=True)
    ]
    _rows_axis(axes, [place or "–" for place in places])
    unit = next(iter(panel["unit"].dropna()), "")
    title = codebook_names("indicators", "indicator", lang).get(name, name)
    axes.set_title(_shorten(title, 60) + (f"（{unit}）" if unit else "") + f"  n = {n}", pad=4)
    values, lows, highs = (_numbers(panel, column) for column in ("value", "low", "high"))
    span = [x for x in (*values, *lows, *highs) if _finite(x)]
    least, most = min(span), max(span)
    reach = (most - least) or abs(most) or 1.0
    axes.set_xlim(least - 0.1 * reach, most + 0.1 * reach)
    axes.locator_params(axis="x", nbins=5)
    for place, status in enumerate(panel["status"].fillna("actual")):
        colour = STATUS_COLOURS.get(str(status), INK)
        _draw_interval(axes, place, (values[place], lows[place], highs[place]), 0.07 * reach, colour)
        fill = colour if status != "target" else "white"
        axes.plot(values[place], place, "o", color=colour, markerfacecolor=fill, markersize=5.5, zorder=3)
        axes.annotate(
            format_number(values[place], lang), (1, place), (4, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=8, color=colour,
        )  # fmt: skip
    axes.tick_params(axis="x", labelsize=7.5)
    axes.xaxis.set_major_formatter(lambda x, _: format_number(x, lang))


def _draw_interval(
    axes: Axes, place: int, interval: tuple[float, float, float], arrow: float, colour: str
) -> None:
    value, low, high = interval
    if not (_finite(low) or _finite(high)):
        return
    axes.hlines(
        place, low if _finite(low) else value - arrow, high if _finite(high) else value + arrow, color=colour
    )
    for end, tip, mark in ((low, value - arrow, "<"), (high, value + arrow, ">")):
        if not _finite(end):
            axes.plot(tip, place, marker=mark, color=colour, markersize=4)


def _finite(x: float) -> bool:
    return x == x and abs(x) != float("inf")
