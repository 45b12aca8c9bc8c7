"""The house style of all figures: fonts, colours, the empty figure, labels and numbers written for people.

One packaged Chinese font, so that a figure looks the same on every machine. Rows are ordered by value and
labelled directly; n, interval and source stand in the figure itself, because figures travel without their
captions.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovlib.report.labels import check_language

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
MOST_ROWS = 60  # rows on one page; of more nobody reads each
NARROW = 5.0  # inches: one column of a journal, where no table stands beside the marks

_width: ContextVar[float] = ContextVar("figure width, inches", default=WIDTH)


@contextmanager
def at_width(inches: float) -> Iterator[None]:
    """Draw the figures made within at this width; `fit_text` afterwards sets their type for it."""
    token = _width.set(inches)
    try:
        yield
    finally:
        _width.reset(token)


def width_in_use() -> float:
    """The width in inches that figures are drawn at now.

    >>> with at_width(3.35):
    ...     width_in_use()
    3.35
    """
    return _width.get()


def type_scale() -> float:
    """How large type is at the width now drawn at: 9 pt at full width, 7 pt (journals' least) in one column.

    >>> with at_width(3.35):
    ...     round(9 * type_scale(), 1)
    7.0
    """
    return max(7 / 9, min(1.0, _width.get() / WIDTH))


def fitting(columns: int) -> int:
    """How many half-width columns of text take the place that `columns` take at full width.

    >>> with at_width(3.35):
    ...     fitting(34)
    18
    """
    return round(columns * min(1.0, _width.get() / WIDTH) / type_scale())


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
    mpl.rcParams.update(style_parameters([family, packaged]))
    return family


@cache
def _packaged_family() -> str:
    from matplotlib.font_manager import FontProperties, fontManager
    from pylopdf_fonts_zh_cn import sans_path

    fontManager.addfont(str(sans_path()))
    _shape_without_locale(str(sans_path()))
    return str(FontProperties(fname=str(sans_path())).get_name())


def _shape_without_locale(font: str) -> None:
    """Let the same digits be drawn on every machine.

    From matplotlib 3.11 on HarfBuzz shapes all text. It takes its language from the locale when the first text is
    shaped, and keeps it: under zh_CN the packaged font then has other, higher digits than under C or en_US.
    """
    import locale

    from matplotlib.ft2font import FT2Font

    machine = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        FT2Font(font).set_text("5")
    finally:
        locale.setlocale(locale.LC_CTYPE, machine)


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


def style_parameters(families: list[str]) -> Any:  # matplotlib types the keys one by one
    """Return matplotlib's settings of the house style, with `families` as fonts in order of choice."""
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


@contextmanager
def house_style() -> Iterator[None]:
    """Apply the house style to one figure; a font the user chose with `use_house_style` is kept."""
    import matplotlib as mpl

    packaged = _packaged_family()
    chosen = mpl.rcParams["font.family"]
    families = list(chosen) if packaged in chosen else [packaged]
    with mpl.rc_context(style_parameters(families)):
        yield


def new_figure(rows: float, title: str, notes: Sequence[str], *, extra: float = 1.3) -> Figure:
    """Make an empty figure high enough for `rows` labelled rows, with title above and notes below."""
    from matplotlib.figure import Figure

    # not pyplot's: nothing stays open, and a notebook shows it once
    text = "\n".join(wrap(note.rstrip(), fitting(136)) for note in notes)
    height = (rows * ROW + extra + 0.16 * (text.count("\n") + 1)) * type_scale()
    figure = Figure(figsize=(_width.get(), height), layout="constrained")
    figure.suptitle(wrap(title, fitting(88)), x=0.01, ha="left", fontsize=12)
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=MUTED, linespacing=1.5)
    return figure


def text_width(text: str) -> int:
    """How many half-width columns `text` takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, width: int) -> str:
    """Break `text` at `width` half-width columns; Chinese breaks anywhere but before closing punctuation."""
    lines, line = [], ""
    for word in re.findall(r"[^\W\u2e80-\uffef]+[^\w\s\u2e80-\uffef]*|\s|.", text):
        if text_width(line + word) > width and word not in "，。；：、）》”）,.;:)":
            lines.append(line.rstrip())
            line = ""
        line += word.lstrip() if not line else word
    return "\n".join([*lines, line.rstrip()])


def shorten(text: str, width: int) -> str:
    """`text` cut to `width` half-width columns, with an ellipsis when something went."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - 2:
        text = text[:-1]
    return text.rstrip() + "…"


def require(frame: pd.DataFrame, *names: str) -> None:
    """Raise ValueError when `frame` lacks one of the columns `names` or has no rows."""
    missing = [name for name in names if name not in frame]
    if missing:
        raise ValueError(f"the table lacks the column {missing[0]!r}; the figure needs {', '.join(names)}.")
    if frame.empty:
        raise ValueError("the table is empty, there is nothing to draw; widen the selection.")


def row_names(frame: pd.DataFrame, lang: str) -> list[str]:
    """Name each row in `lang`, else its other name, else its code, short enough for an axis."""
    order = ("name_zh", "name_en", "code") if lang == "zh" else ("name_en", "name_zh", "code")
    columns = [frame[name].astype("string") for name in order if name in frame]
    names = columns[0]
    for column in columns[1:]:
        names = names.fillna(column)
    return [shorten(name, fitting(34)) for name in names.fillna("–")]


def numbers(frame: pd.DataFrame, name: str) -> list[float]:
    """Return the column as floats, NaN where missing or where there is no such column."""
    if name not in frame:
        return [float("nan")] * len(frame)
    return [float(x) for x in frame[name].astype("Float64").to_numpy(dtype="float64", na_value=float("nan"))]


def rows_axis(axes: Axes, names: Sequence[str]) -> None:
    """One labelled row for each name, the first on top, with a faint guide line."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)


def text_column(axes: Axes, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Draw a small table in line with the rows of the axes beside it; a narrow figure has no room for it."""
    if _width.get() < NARROW:
        _give_away(axes)
        return
    widths = [
        max(map(text_width, (head, *column, "0.000"))) + 1 for head, column in zip(heads, cells, strict=True)
    ]
    axes.set_xlim(0, sum(widths))
    axes.set_axis_off()
    above = axes.get_xaxis_transform()
    for column, head in enumerate(heads):
        middle = sum(widths[:column]) + widths[column] / 2
        axes.text(middle, 1.0, head, ha="center", va="bottom", fontsize=8, color=MUTED, transform=above)
        for row, cell in enumerate(cells[column]):
            axes.text(middle, row, cell, ha="center", va="center", fontsize=8)


def _give_away(axes: Axes) -> None:
    """Take axes out and give their place to those beside them."""
    import numpy as np

    spec = axes.get_subplotspec()
    axes.set_axis_off()
    if spec is not None:
        grid = spec.get_gridspec()
        widths: list[Any] = list(np.asarray(grid.get_width_ratios()))
        widths[spec.colspan.start] = 0.01
        grid.set_width_ratios(widths)


def fit_text(figure: Figure) -> None:
    """Set all type of a figure drawn `at_width` to its size, and break axis labels that are wider than their axes."""
    from matplotlib.text import Text

    if _width.get() >= WIDTH:
        return
    scale = type_scale()
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_fontsize(float(text.get_fontsize()) * scale)
    figure.draw_without_rendering()
    for axes in figure.axes:
        label, room = axes.xaxis.label, axes.get_window_extent().width
        needed = label.get_window_extent().width
        if label.get_text() and needed > 0.95 * room > 0:
            label.set_text(
                wrap(label.get_text(), max(8, int(text_width(label.get_text()) * 0.95 * room / needed)))
            )


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


def say(lang: str, zh: str, en: str) -> str:
    """Return the wording in `lang` (zh or en)."""
    return (zh, en)[check_language(lang)]


def source_note(lang: str, source: str | None) -> str:
    """Return the line under a figure that names its source."""
    return say(lang, "来源：", "Source: ") + (
        source
        or say(
            lang,
            "语料文件原句，egovlib 编码与计算。",
            "sentences of the corpus, coded and computed by egovlib.",
        )
    )


def above(colour: str) -> dict[str, Any]:
    """Return the settings of an annotation that stands above the axes."""
    return {"xycoords": "axes fraction", "textcoords": "offset points", "color": colour, "va": "bottom"}


def signed(x: float, _: object = None) -> str:
    """Write a number with its sign, a true minus; usable as a tick formatter."""
    return "0" if abs(x) < 1e-9 else f"{x:+g}".replace("-", "−")


def finite(x: float) -> bool:
    """Whether `x` is a number one can draw."""
    return x == x and abs(x) != float("inf")
