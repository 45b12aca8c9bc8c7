"""What figures of values share: one value a place, what is measured and in which unit, the colours of a scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from egovlib.report.labels import codebook_names, group_label, label, plan_label
from egovlib.report.places import place_name
from egovlib.report.style import INK, finite, format_number, say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.figure import Figure

MISSING: Final[dict[str, Any]] = {
    "facecolor": "white",
    "edgecolor": "#9A9A9A",
    "hatch": "//////",
    "linewidth": 0.0,
}
"""How a gap is drawn: hatched, so that it is neither a low value nor a zero."""
OUTSIDE: Final[dict[str, Any]] = {"facecolor": "#E4E4E4", "edgecolor": "none", "linewidth": 0.0}
"""How a place that the data never cover is drawn."""


class Scale(NamedTuple):
    """The colours of values: light to dark; around 0 in two hues where the values lie on both sides of it."""

    colours: Colormap
    norm: Normalize

    def colour(self, value: float) -> tuple[float, ...]:
        """The colour of a value."""
        return tuple(self.colours(self.norm(value)))

    def ink(self, value: float) -> str:
        """The colour of text on that of a value: the one of more contrast (WCAG 2.2, relative luminance)."""
        parts = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in self.colour(value)[:3]]
        luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        return "white" if luminance < 0.179 else INK

    def draw_bar(self, figure: Figure, axes: Axes, words: str, lang: str) -> None:
        """Draw the scale above the axes, its ends and middle in numbers."""
        from matplotlib.cm import ScalarMappable

        bar = figure.colorbar(
            ScalarMappable(self.norm, self.colours), ax=axes, location="top", shrink=0.45, aspect=28,
            anchor=(0.0, 0.0), pad=0.02,
        )  # fmt: skip
        low, high = float(self.norm.vmin or 0), float(self.norm.vmax or 0)
        bar.set_ticks([low, (low + high) / 2, high])
        bar.ax.xaxis.set_major_formatter(lambda x, _: format_number(float(f"{x:.3g}"), lang))
        bar.ax.tick_params(length=2, labelsize=7.5)
        bar.outline.set_visible(False)
        bar.set_label(words, fontsize=8, loc="left")


def scale_of(values: Sequence[float]) -> Scale:
    """Choose the scale of values: yellow to dark blue, or orange to purple around 0.

    Both keep their order for colour-blind readers (Brewer, Hatchard & Harrower 2003).

    >>> scale_of([1, 3]).norm.vmax, scale_of([-1, 3]).norm.vmin
    (3.0, -3.0)
    """
    from matplotlib import colormaps
    from matplotlib.colors import Normalize

    known = [float(x) for x in values if finite(x)] or [0.0]
    low, high = min(known), max(known)
    if low < 0 < high:
        reach = max(-low, high)
        return Scale(colormaps["PuOr"], Normalize(-reach, reach))
    if low == high:  # one value, or all alike: the middle of the scale
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(low) or 1)
    return Scale(colormaps["YlGnBu"], Normalize(low, high))


def require_one(frame: pd.DataFrame, keys: Sequence[str]) -> None:
    """Raise ValueError when two rows of `frame` have the same `keys`: a place of a figure holds one value."""
    twice = frame[frame.duplicated(list(keys), keep=False)]
    if len(twice):
        first = twice.iloc[0][list(keys)]
        same = int((twice[list(keys)] == first).all(axis=1).sum())
        words = ", ".join(f"{key} {first[key]!r}" for key in keys)
        raise ValueError(
            f"the table has {same} rows of {words}, and a place of the figure holds one value; keep one indicator, "
            "period, tier and status."
        )


def factor_of(value: str) -> float:
    """By what the values of a column are multiplied: shares are drawn in percent.

    >>> factor_of("share"), factor_of("value")
    (100.0, 1.0)
    """
    return 100.0 if value.startswith("share") else 1.0


def unit_of(frame: pd.DataFrame, unit: str | None, value: str = "") -> str:
    """The unit of the values: the one given, % for a column of shares, else the one of the column `unit`.

    ValueError for several.
    """
    if unit is None and factor_of(value) != 1:
        return "%"
    if unit is not None or "unit" not in frame:
        return unit or ""
    units = sorted(set(frame["unit"].dropna().astype(str)))
    if len(units) > 1:
        raise ValueError(
            f"values in {' and '.join(units[:5])} cannot share one scale; keep the rows of one unit."
        )
    return units[0] if units else ""


def in_unit(unit: str, lang: str) -> str:
    """The unit in brackets, "" without one."""
    return say(lang, f"（{unit}）", f" ({unit})") if unit else ""


def subject_of(frame: pd.DataFrame, title: str | None, lang: str, *, period: bool = True) -> str:
    """What a figure shows: the title given, else the one indicator, status and period of the rows."""
    if title is not None:
        return title
    parts = []
    if (name := _only(frame, "indicator")) is not None:
        parts.append(codebook_names("indicators", "indicator", lang).get(name, name))
    if _only(frame, "status") == "target":
        parts.append(label("target", lang))
    if period and (when := _only(frame, "period")) is not None:
        parts.append(plan_label(when, lang))
    return say(lang, "，", ", ").join(parts) or say(lang, "各地区的值", "Values by region")


def _only(frame: pd.DataFrame, column: str) -> str | None:
    """The one value of a column; None when there are several or none."""
    values = set(frame[column].dropna().astype(str)) if column in frame else set()
    return values.pop() if len(values) == 1 else None


def name_entries(frame: pd.DataFrame, column: str, lang: str) -> dict[str, str]:
    """Name the values of a column: by the frame's own names, else those of the codebook, else as they are."""
    codes = frame[column].astype("string")
    names = {code: _name(column, code, lang) for code in codes.dropna().unique()}
    if column in ("region", "code") and (own := f"name_{lang}") in frame:
        given = frame.assign(_code=codes).dropna(subset=["_code", own])
        names |= dict(zip(given["_code"], given[own].astype(str), strict=True))
    return names


def _name(column: str, code: str, lang: str) -> str:
    if column == "region":
        return place_name(code, lang)
    if column == "indicator":
        known = codebook_names("indicators", "indicator", lang)
        return known.get(code) or codebook_names("innovation", "indicator", lang).get(code, code)
    return group_label(code, lang) if column in ("group", "period") else label(code, lang)


def interval_words(low: float, high: float, value: float, lang: str) -> str:
    """An interval in words, "" where there is none beyond the value; an open end has its sign.

    >>> interval_words(55, 60, 60, "en"), interval_words(270, float("nan"), 270, "en"), interval_words(5, 5, 5, "en")
    ('55–60', '≥270', '')
    """
    if low == high == value or not (finite(low) or finite(high)):
        return ""
    if not finite(high):
        return f"≥{short_number(low, lang)}"
    if not finite(low):
        return f"≤{short_number(high, lang)}"
    return f"{short_number(low, lang)}–{short_number(high, lang)}"


def short_number(value: float, lang: str) -> str:
    """A number in the little room of a cell: three digits, with 万 and 亿, or k, M and bn.

    >>> short_number(22345678, "zh"), short_number(22345678, "en"), short_number(0.1234, "en"), short_number(1234, "zh")
    ('2230万', '22.3M', '0.123', '1234')
    """
    if not finite(value):
        return "–"
    sizes = ((1e8, "亿"), (1e4, "万")) if lang == "zh" else ((1e9, "bn"), (1e6, "M"), (1e4, "k"))
    for size, name in sizes:
        if abs(value) >= size:
            number = float(f"{value / (1e3 if name == 'k' else size):.3g}")
            return f"{number:.12g}{name}".replace("-", "−")
    digits = f"{value:.0f}" if abs(value) >= 1000 else f"{float(f'{value:.3g}'):.12g}"
    return digits.replace("-", "−")


def listed_names(names: Sequence[str], lang: str) -> str:
    """Names one after another."""
    return say(lang, "、", ", ").join(names)


def missing_patch(axes: Axes, xy: tuple[float, float], width: float, height: float, **style: Any) -> None:
    """Draw a gap as a hatched rectangle."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle(xy, width, height, **(MISSING | style)))
