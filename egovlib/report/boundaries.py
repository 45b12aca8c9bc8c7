"""Boundaries that a user brings: regions as GeoJSON (RFC 7946) in degrees, read into plain rings. We ship none.

>>> import json, tempfile
>>> square = [[110, 25], [114, 25], [114, 30], [110, 30], [110, 25]]
>>> feature = {"type": "Feature", "properties": {"name": "湖南省"}}
>>> feature["geometry"] = {"type": "Polygon", "coordinates": [square]}
>>> path = Path(tempfile.mkdtemp()) / "own.geojson"
>>> _ = path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
>>> shapes = read_boundaries(path)
>>> shapes[0].properties, len(shapes[0].polygons), label_point(shapes[0])
({'name': '湖南省'}, 1, (112.0, 27.5))
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
"""A closed ring (n + 1, 2) of longitude and latitude, the first position again at the end."""


@dataclass(frozen=True)
class Shape:
    """One feature: its properties, its polygons (outer ring first, holes behind), and lines that bound no region."""

    properties: Mapping[str, Any]
    polygons: tuple[tuple[Ring, ...], ...]
    lines: tuple[Ring, ...] = ()


def read_boundaries(path: str | Path) -> list[Shape]:
    """Read a GeoJSON FeatureCollection of Polygon, MultiPolygon and, as plain lines, (Multi)LineString.

    Raises ValueError, one sentence that names the file, for what is no such file, has no features, is not in degrees,
    or crosses the 180th meridian.
    """
    file = Path(path)
    try:
        known = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ValueError(
            f"there is no boundaries file {str(file)!r}; give the path of a GeoJSON file."
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(
            f"{file.name} is not JSON ({str(error)[:80]}); export it as GeoJSON in UTF-8."
        ) from None
    if not isinstance(known, dict) or known.get("type") != "FeatureCollection":
        kind = known.get("type") if isinstance(known, dict) else type(known).__name__
        raise ValueError(
            f"{file.name} is a {kind!r}, not a GeoJSON FeatureCollection; export the layer as GeoJSON."
        )
    features = known.get("features")
    if not isinstance(features, list) or not features:
        raise ValueError(f"{file.name} has no features; export a layer that has regions.")
    shapes = [_Reader(file.name, number).shape(one) for number, one in enumerate(features, start=1)]
    if not any(shape.polygons for shape in shapes):
        raise ValueError(
            f"{file.name} has no Polygon or MultiPolygon; export the regions, not only their lines."
        )
    return shapes


class _Reader:
    """Reads one feature and refuses, naming file and feature, what cannot be drawn."""

    def __init__(self, file: str, number: int) -> None:
        self.place = f"{file}, feature {number}"

    def refuse(self, words: str, mend: str) -> NoReturn:
        raise ValueError(f"{self.place}: {words}; {mend}.")

    def shape(self, feature: Any) -> Shape:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict):
            self.refuse("it has no geometry", "take it out or give it one")
        kind, parts = geometry.get("type"), geometry.get("coordinates")
        if kind not in ("Polygon", "MultiPolygon", "LineString", "MultiLineString"):
            self.refuse(f"a {kind!r} cannot be filled", "give Polygon or MultiPolygon")
        if not isinstance(parts, list) or not parts:
            self.refuse("its coordinates are empty", "take it out or give it a shape")
        properties = {name: feature[name] for name in ("id",) if name in feature}
        properties |= feature.get("properties") or {}
        parts = parts if kind.startswith("Multi") else [parts]
        if kind.endswith("LineString"):
            return Shape(properties, (), tuple(self.points(line, 2) for line in parts))
        return Shape(properties, tuple(self.polygon(rings) for rings in parts))

    def polygon(self, rings: Any) -> tuple[Ring, ...]:
        if not isinstance(rings, list) or not rings:
            self.refuse("a polygon has no ring", "mend the geometry")
        return tuple(_turned(self.points(ring, 4), outer=place == 0) for place, ring in enumerate(rings))

    def points(self, positions: Any, least: int) -> Ring:
        try:
            points = np.asarray([position[:2] for position in positions], dtype=float)
        except (TypeError, ValueError, KeyError):
            self.refuse("a position is no pair of numbers", "export it again as GeoJSON")
        if len(points) < least or points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            self.refuse(
                f"a ring or line has {len(points)} positions, and needs {least} pairs", "mend the geometry"
            )
        beyond = (np.abs(points) > (180, 90)).any(axis=1)
        if beyond.any():
            far = points[beyond][0].tolist()
            self.refuse(f"{far} is not longitude and latitude in degrees", "export it in WGS 84 (EPSG:4326)")
        if (np.abs(np.diff(points[:, 0])) > 180).any():
            self.refuse("it crosses the 180th meridian", "cut it there (RFC 7946, section 3.1.9)")
        return points


def _turned(ring: Ring, *, outer: bool) -> Ring:
    """Close a ring and turn it: outer rings against the clock, holes with it, so that every painter leaves them out."""
    closed = ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])
    return closed if (_area(closed) > 0) == outer else closed[::-1]


def _area(ring: Ring) -> float:
    """The signed area of a closed ring in square degrees, positive against the clock."""
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def extent(shapes: list[Shape]) -> tuple[float, float, float, float]:
    """West, south, east and north of all polygons and lines."""
    points = np.vstack([*_rings(shapes)])
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


def _rings(shapes: list[Shape]) -> Iterator[Ring]:
    for shape in shapes:
        yield from (ring for polygon in shape.polygons for ring in polygon)
        yield from shape.lines


def label_point(shape: Shape) -> tuple[float, float]:
    """A point inside the largest polygon: the middle of the widest stretch of the parallel through its middle."""
    polygon = max(shape.polygons, key=lambda rings: _area(rings[0]))
    south, north = polygon[0][:, 1].min(), polygon[0][:, 1].max()
    best = (0.0, (float(polygon[0][0, 0]), float(polygon[0][0, 1])))
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        y = float(south + share * (north - south))
        cuts = sorted(x for ring in polygon for x in _cuts(ring, y))
        for left, right in zip(cuts[::2], cuts[1::2], strict=False):
            if right - left > 1.15 * best[0]:  # clearly wider: else the stretch nearer the middle is better
                best = (right - left, ((left + right) / 2, y))
    return best[1]


def _cuts(ring: Ring, y: float) -> list[float]:
    """Where a ring crosses a parallel."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    crossing = (y0 > y) != (y1 > y)
    x0, y0, x1, y1 = x0[crossing], y0[crossing], x1[crossing], y1[crossing]
    return [float(x) for x in x0 + (y - y0) * (x1 - x0) / (y1 - y0)]
