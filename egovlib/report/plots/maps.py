"""Maps of a value by region: tiles of equal size for the provinces, and boundaries that the user brings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egovlib.codebook.tiles import Tile, read_tiles
from egovlib.report.placement import part_labels
from egovlib.report.places import place_name, region_code
from egovlib.report.plots.values import (
    MISSING,
    OUTSIDE,
    Scale,
    in_unit,
    interval_words,
    listed_names,
    require_one,
    scale_of,
    short_number,
    subject_of,
    unit_of,
)
from egovlib.report.recipes import remember_call
from egovlib.report.style import (
    INK,
    MUTED,
    NARROW,
    ROW,
    WIDTH,
    finite,
    house_style,
    new_figure,
    numbers,
    require,
    say,
    source_note,
    type_scale,
    width_in_use,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from egovlib.report.boundaries import Shape

HIGH = 0.64
"""Height of a tile by its width: three lines of text fit, and the grid keeps the proportions of the country."""


@remember_call
def plot_tile_map(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    tiles: str | Path = "tiles",
    title: str | None = None,
    unit: str | None = None,
    lang: str = "zh",
    source: str | None = None,
) -> Figure:
    """Draw a value a province on a grid of equal tiles: the small ones can be read, and area says nothing.

    frame  a row a region: region (a code of GB/T 2260 or a name) and `value`; where it has them low and high (the
           interval, written below the value where there is room), unit, indicator, period
    tiles  the packaged layout of the provinces, or the path of a csv file with the columns of tiles.csv

    A province without a value is hatched and named; Hong Kong, Macao and Taiwan are grey unless the frame has them;
    regions without a tile are named. ValueError for two values of one region, or several units.
    """
    layout = read_tiles(tiles)
    rows, others = _by_region(frame, value, {tile.code for tile in layout})
    unit = unit_of(frame, unit)
    known = {code: one[0] for code, one in rows.items() if finite(one[0])}
    scale = scale_of(list(known.values()))
    gaps = [tile for tile in layout if tile.expected and tile.code not in known]
    outside = [tile for tile in layout if not tile.expected and tile.code not in known]
    has_interval = any(interval_words(low, high, x, lang) for x, low, high in rows.values())
    notes = [
        _count(len(known), sum(tile.expected for tile in layout), lang)
        + _named(("斜线（缺）：", "Hatched (missing): "), [_name(tile, lang) for tile in gaps], lang)
        + _named(
            ("灰色（不在统计范围内）：", "Grey (not covered): "), [_name(t, lang) for t in outside], lang
        )
        + _named(("没有格子，未画：", "No tile, not drawn: "), others, lang),
        _interval_note(has_interval, shown=width_in_use() >= NARROW, lang=lang),
        source_note(lang, source),
    ]
    across, down = max(tile.column for tile in layout), max(tile.row for tile in layout)
    with house_style():
        height = 0.96 * width_in_use() * HIGH * down / across / type_scale()
        figure = new_figure(height / ROW, subject_of(frame, title, lang), notes, extra=1.0)
        axes = figure.subplots()
        axes.set(xlim=(0.96, across + 1.04), ylim=(down + 1.04, 0.96))
        axes.set_axis_off()
        for tile in layout:
            _draw_tile(axes, tile, rows.get(tile.code), scale, lang)
        if known:
            scale.draw_bar(figure, axes, _measured(unit, lang), lang)
    return figure


def _draw_tile(
    axes: Axes, tile: Tile, cell: tuple[float, float, float] | None, scale: Scale, lang: str
) -> None:
    from matplotlib.patches import Rectangle

    narrow = width_in_use() < NARROW
    value = cell[0] if cell else float("nan")
    known = finite(value)
    style: dict[str, Any] = {"facecolor": scale.colour(value), "linewidth": 0.4, "edgecolor": MUTED} if known else dict(
        MISSING if tile.expected else OUTSIDE
    )  # fmt: skip
    axes.add_patch(Rectangle((tile.column + 0.03, tile.row + 0.03), 0.94, 0.94, gid=tile.code, **style))
    ink = scale.ink(value) if known else INK if tile.expected else MUTED
    name = tile.letters if narrow and lang == "en" else _name(tile, lang)
    words = short_number(value, lang) if known else "–"
    interval = interval_words(cell[1], cell[2], value, lang) if cell and known and not narrow else ""
    middle = tile.column + 0.5
    heights = (0.22, 0.52, 0.81) if interval else (0.3, 0.69, 0.0)
    plain: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    # on hatching words need a ground to be read
    ground: dict[str, Any] = (
        {}
        if known or not tile.expected
        else {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8}}
    )
    size = 9.0 if narrow else 8.0 if lang == "en" else 8.5
    axes.text(middle, tile.row + heights[0], name, fontsize=size, **plain, **ground)
    axes.text(middle, tile.row + heights[1], words, fontsize=9.5 if not narrow else 8.0, **plain, **ground)
    if interval:
        axes.text(middle, tile.row + heights[2], interval, fontsize=7, **plain)


def _name(tile: Tile, lang: str) -> str:
    return say(lang, tile.name_zh, tile.name_en)


def _by_region(
    frame: pd.DataFrame, value: str, wanted: set[str]
) -> tuple[dict[str, tuple[float, float, float]], list[str]]:
    """Value, low and high by region, and the names of those that are not wanted."""
    require(frame, "region", value)
    keys = [region_code(x) or str(x).strip() for x in frame["region"]]
    require_one(frame.assign(region=keys), ["region"])
    cells = dict(
        zip(keys, zip(*(numbers(frame, x) for x in (value, "low", "high")), strict=True), strict=True)
    )
    return (
        {key: cell for key, cell in cells.items() if key in wanted},
        [place_name(key) for key in cells if key not in wanted],
    )


def _count(known: int, all_: int, lang: str) -> str:
    return say(
        lang, f"n = {known} 个地区有值，共 {all_} 个。", f"n = {known} of {all_} regions have a value. "
    )


def _named(words: tuple[str, str], names: Sequence[str], lang: str) -> str:
    """A sentence that lists names, "" without any."""
    if not names:
        return ""
    return say(lang, *words) + listed_names(names, lang) + say(lang, "。", ". ")


def _measured(unit: str, lang: str) -> str:
    return say(lang, "值", "value") + in_unit(unit, lang)


def _interval_note(has: bool, *, shown: bool, lang: str) -> str:
    if not has:
        return say(
            lang, "区间：无。颜色由浅到深为值由低到高。", "Interval: none. Light to dark: low to high."
        )
    if shown:
        return say(
            lang,
            "值下为表中的区间（措辞所允许或抽样）。颜色由浅到深为值由低到高。",
            "Below the value: its interval in the table (wording or sampling). Light to dark: low to high.",
        )
    return say(
        lang,
        "区间见数据表。颜色由浅到深为值由低到高。",
        "Intervals: see the data. Light to dark: low to high.",
    )


@remember_call
def plot_region_map(
    frame: pd.DataFrame,
    boundaries: str | Path,
    *,
    value: str = "value",
    key: str | None = None,
    labels: int = 34,
    title: str | None = None,
    unit: str | None = None,
    lang: str = "zh",
    source: str | None = None,
) -> Figure:
    """Draw a value a region on boundaries that the user brings; egovlib ships none.

    frame       as for `plot_tile_map`; regions may be of any tier, or any codes that the boundaries have too
    boundaries  path of a GeoJSON file in degrees; Polygon and MultiPolygon with holes, LineString as plain lines
    key         the property that names a region: its GB/T 2260 code or its name; by default the one that fits most
    labels      regions labelled at most, those of highest value; fewer in one column of a journal

    Longitudes are shortened by the cosine of the middle latitude. Regions without a value are hatched; those without
    a shape, and shapes without a row, are named. ValueError when nothing fits, or for boundaries that cannot be drawn.
    """
    from egovlib.report.boundaries import read_boundaries

    shapes = read_boundaries(boundaries)
    keys = _keys_of(shapes, key, {region_code(x) or str(x).strip() for x in frame.get("region", [])})
    rows, others = _by_region(frame, value, {name for name in keys if name})
    if not rows:
        raise ValueError(
            f"no region of the table has a shape in {Path(boundaries).name}; name the property that has its code or "
            "name by key=…."
        )
    known = {code: one[0] for code, one in rows.items() if finite(one[0])}
    scale = scale_of(list(known.values()))
    bare = [place_name(name, lang) for name in dict.fromkeys(keys) if name and name not in rows]
    empty = [place_name(name, lang) for name in rows if name not in known]
    most = round(labels * min(1.0, (width_in_use() / WIDTH / type_scale()) ** 2))
    chosen = sorted(known, key=lambda code: -known[code])[:most]
    middle = _middle(shapes)
    notes = [
        _count(len(known), len({name for name in keys if name}), lang)
        + _named(("斜线（表中缺值）：", "Hatched (no value): "), empty, lang)
        + _named(("有界线而表中没有：", "Shapes without a row: "), bare, lang)
        + _named(("表中有而无界线，未画：", "Rows without a shape, not drawn: "), others, lang)
        + (say(lang, f"标出值最高的 {len(chosen)} 个。", f"The {len(chosen)} highest are labelled. ")
           if len(chosen) < len(known) else ""),
        say(
            lang,
            f"界线由使用者提供；经度按北纬 {middle:.0f}° 的余弦缩短。区间见数据表。颜色由浅到深为值由低到高。",
            f"Boundaries given by the user; longitudes shortened by the cosine of {middle:.0f}° latitude. Intervals: "
            "see the data. Light to dark: low to high.",
        ),
        source_note(lang, source),
    ]  # fmt: skip
    with house_style():
        figure = new_figure(
            _map_height(shapes) / type_scale() / ROW, subject_of(frame, title, lang), notes, extra=1.1
        )
        axes = figure.subplots()
        _draw_shapes(axes, shapes, keys, known, scale)
        if known:
            scale.draw_bar(figure, axes, _measured(unit_of(frame, unit), lang), lang)
        figure.draw_without_rendering()  # labels are parted in the layout they will stand in
        _label_shapes(axes, shapes, keys, {code: known[code] for code in chosen}, lang)
    return figure


def _keys_of(shapes: Sequence[Shape], key: str | None, wanted: set[str]) -> list[str | None]:
    """Which region each shape is, by the property that fits the table best, else most regions."""
    names = list(dict.fromkeys(name for shape in shapes for name in shape.properties))
    if key is not None and key not in names:
        raise ValueError(
            f"the shapes have no property {key!r}; choose {', '.join(map(str, names[:12])) or 'none'}."
        )

    def read(shape: Shape, name: str) -> str | None:
        cell = shape.properties.get(name)
        if not isinstance(cell, str | int | float) or isinstance(cell, bool) or not str(cell).strip():
            return None
        return region_code(cell) or str(cell).strip()

    def fit(name: str) -> tuple[int, int]:
        found = {read(shape, name) for shape in shapes if shape.polygons}
        return len(found & wanted), len(found - {None})

    best = key if key is not None else max(names, key=fit, default="")
    return [read(shape, best) if shape.polygons else None for shape in shapes]


def _middle(shapes: Sequence[Shape]) -> float:
    from egovlib.report.boundaries import extent

    _, south, _, north = extent(list(shapes))
    return (south + north) / 2


def _map_height(shapes: Sequence[Shape]) -> float:
    """Inches that the shapes take over the width of the figure, within a page."""
    from math import cos, radians

    from egovlib.report.boundaries import extent

    west, south, east, north = extent(list(shapes))
    wide = max(east - west, 1e-9) * max(cos(radians(_middle(shapes))), 0.05)
    return min(max(0.94 * width_in_use() * (north - south) / wide, 1.5), 8.0)


def _draw_shapes(
    axes: Axes, shapes: Sequence[Shape], keys: Sequence[str | None], known: dict[str, float], scale: Scale
) -> None:
    from math import cos, radians

    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    from egovlib.report.boundaries import extent

    for shape, name in zip(shapes, keys, strict=True):
        for line in shape.lines:
            axes.plot(*line.T, color=MUTED, linewidth=0.6)
        if not shape.polygons:
            continue
        rings = [Outline(ring, closed=True) for polygon in shape.polygons for ring in polygon]
        value = known.get(name) if name else None
        style: dict[str, Any] = {"facecolor": scale.colour(value)} if value is not None else dict(MISSING)
        # hatching takes the colour of the edge
        edge = MUTED if value is not None else MISSING["edgecolor"]
        style |= {"edgecolor": edge, "linewidth": 0.5, "gid": name}
        axes.add_patch(PathPatch(Outline.make_compound_path(*rings), **style))
    west, south, east, north = extent(list(shapes))
    margin = 0.01 * max(east - west, north - south)
    axes.set(xlim=(west - margin, east + margin), ylim=(south - margin, north + margin))
    axes.set_aspect(1 / max(cos(radians(_middle(shapes))), 0.05))
    axes.set_axis_off()


def _label_shapes(
    axes: Axes, shapes: Sequence[Shape], keys: Sequence[str | None], chosen: dict[str, float], lang: str
) -> None:
    from matplotlib.patheffects import withStroke

    from egovlib.report.boundaries import label_point

    texts = []
    for shape, name in zip(shapes, keys, strict=True):
        if name in chosen:
            words = f"{place_name(name, lang)}\n{short_number(chosen.pop(name), lang)}"
            halo: list[Any] = [withStroke(linewidth=2, foreground="white")]
            x, y = label_point(shape)
            text = axes.text(x, y, words, ha="center", va="center", fontsize=7.5, linespacing=1.0)
            text.set_path_effects(halo)
            texts.append(text)
    part_labels(axes, texts)
