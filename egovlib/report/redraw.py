"""Figures drawn again at a journal's width, from the data and the call that `save_figure` kept beside them.

The type shrinks to 7 pt at most, labels break, and a small table beside the marks is left out of one column.
"""

from __future__ import annotations

import json
import re
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egovlib.report.figures import save_svg
from egovlib.report.recipes import plot_functions, read_call
from egovlib.report.style import WIDTH, at_width, check_glyphs, fit_text, use_house_style
from egovlib.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INCHES: Final = {"mm": 1 / 25.4, "cm": 1 / 2.54, "in": 1.0}
_ROOM: Final = 0.7  # inches of axes in which marks can be told apart, by eye on the figures of all notebooks
_RESOLUTIONS: Final = (600, 72)  # of the png, and of svg and pdf
_LEAST, _MOST = 60.0, 300.0  # mm: below, no label has room; above, no page has


def width_in_inches(width: str) -> float:
    """Read a width: a number and mm, cm or in.

    >>> round(width_in_inches("85mm"), 3), round(width_in_inches("17.4 cm"), 3)
    (3.346, 6.85)
    """
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(mm|cm|in)\s*", width)
    inches = float(match[1]) * _INCHES[match[2]] if match else 0.0
    if not _LEAST <= 25.4 * inches <= _MOST:
        raise ValueError(
            f"a figure cannot be {width!r} wide; give {_LEAST:g} to {_MOST:g} mm as 85mm, 8.5cm or 3.35in."
        )
    return inches


def redraw_figure(
    name: str, *, width: str, folder: str | Path = "figures", output: str | Path | None = None
) -> dict[str, Path]:
    """Draw a saved figure again at a width and write it as svg, pdf and png (600 dpi) by kind.

    name    of the figure, as in `save_figure`; or its path with the folder: 06_compare_periods/topics
    width   "85mm" (one column), "174mm" (two), also cm and in
    folder  where it was saved, or a folder with reports in it
    output  where the files go, name_85mm.svg and so on; by default beside the figure

    Raises ValueError when there is no such figure or several, the width is none, or the figure was not drawn
    by a function of egovlib from tables.
    """
    inches = width_in_inches(width)
    about = _find(name, Path(folder))
    figure = draw_again(about, inches)
    target = Path(output) if output is not None else about.parent
    stem = f"{about.stem}_{re.sub(r'[^0-9a-z.]', '', width).replace('.', '-')}"
    writers = {
        "svg": partial(save_svg, figure),
        "pdf": partial(figure.savefig, format="pdf", metadata={"CreationDate": None, "Creator": "egovlib"}),
        "png": partial(figure.savefig, format="png", dpi=_RESOLUTIONS[0], metadata={"Software": None}),
    }
    return {kind: write_whole(target / f"{stem}.{kind}", write) for kind, write in writers.items()}


def draw_again(about: Path, inches: float) -> Figure:
    """Draw the figure of the file name.json at a width in inches."""
    known = json.loads(about.read_text(encoding="utf-8"))
    call = read_call(known, about.parent)
    function = plot_functions().get(call.plot)
    if function is None:
        raise ValueError(
            f"figure {about.stem!r} was drawn by {call.plot!r}, which this egovlib does not have; run its report again."
        )
    use_house_style()
    with at_width(inches), warnings.catch_warnings():
        warnings.filterwarnings("error", "constrained_layout not applied")  # how matplotlib says: no room
        try:
            figure = function(**call.arguments)
            fit_text(figure)
            # measuring lays the figure out anew: one of full width stays as it was drawn
            room = inches if inches >= WIDTH else min(_room(figure, dpi) for dpi in _RESOLUTIONS)
        except UserWarning:
            room = 0.0
    if room < _ROOM:
        raise ValueError(
            f"figure {about.stem!r} cannot be drawn {25.4 * inches:.0f} mm wide, its labels leave no room for the "
            "marks; choose a wider one."
        )
    check_glyphs(figure)
    return figure


def _room(figure: Figure, dpi: float) -> float:
    """The width in inches of the narrowest axes; text is a little wider or narrower at another resolution."""
    figure.set_dpi(dpi)
    figure.draw_without_rendering()
    # a network has no axis lines; small tables beside marks have none either, and do not count
    shown = [axes for axes in figure.axes if axes.axison] or figure.axes
    return min(axes.get_window_extent().width / dpi for axes in shown)


def _find(name: str, folder: Path) -> Path:
    """The file name.json of a figure in a folder or in one of the reports there."""
    if not re.fullmatch(r"(?:[\w.-]+/)*[A-Za-z0-9][A-Za-z0-9_-]*", name) or ".." in name:
        raise ValueError(
            f"{name!r} is no name of a figure; give it as save_figure had it, without an ending."
        )
    found = [
        path for path in (folder / f"{name}.json", *sorted(folder.glob(f"*/{name}.json"))) if path.is_file()
    ]
    shown = [path for path in found if path.with_suffix(".csv").is_file()]
    if not shown:
        raise ValueError(
            f"there is no figure {name!r} in {folder} or its reports; run the report, or give --folder."
        )
    if len(shown) > 1:
        names = ", ".join(path.relative_to(folder).with_suffix("").as_posix() for path in shown)
        raise ValueError(f"{len(shown)} reports in {folder} have a figure {name!r}; choose {names}.")
    return shown[0]
