"""Figures written down: `save_figure` keeps each with its data and caption. What they show is drawn in `plots`."""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from egovlib.report.bilingual import choose_words
from egovlib.report.recipes import call_of, keep_call
from egovlib.report.style import check_glyphs, style_parameters
from egovlib.spreadsheets import write_csv
from egovlib.writing import make_folder, write_whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def output_path(folder: str | Path | None = None) -> Path:
    """Where results go; nothing is made.

    `folder` if given, else the environment's EGOVLIB_OUTPUT (the notebook runner sets it), else
    `figures/interactive` of the clone one works in, or of the working directory outside a clone.
    """
    return Path(folder or os.environ.get("EGOVLIB_OUTPUT") or _home() / "figures" / "interactive")


def output_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of `output_path`, made if needed. Raises OSError when it cannot be made."""
    return make_folder(output_path(folder))


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
    A figure of egovlib's own also keeps in name.json the call that drew it (and in name.<argument>.csv what else
    it was drawn from), so that `redraw_figure` can draw it at another width.
    Returns the paths by kind. Raises ValueError for an unusable name or characters the font cannot draw.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", name):
        raise ValueError(
            f"figure name {name!r} cannot be a file name; use up to 80 ASCII letters, digits, - and _."
        )
    check_glyphs(figure)
    call = call_of(figure)
    caption = choose_words(caption or "", str(call.arguments.get("lang", "zh"))) if call else caption
    target = output_folder(folder)
    about: dict[str, Any] = {
        "name": name,
        "caption": caption or "",
        "rows": len(data),
        "columns": list(map(str, data.columns)),
    }
    if call is not None:
        about["call"], frames = keep_call(call, name, data)
        for file, frame in frames.items():
            write_whole(target / file, partial(write_csv, frame))
    writers: dict[str, Callable[[Path], object]] = {
        "svg": lambda path: save_svg(figure, path),
        "png": lambda path: figure.savefig(path, format="png", dpi=200, metadata={"Software": None}),
        "csv": partial(write_csv, data),
        "json": lambda path: path.write_text(
            json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        ),
    }
    saved = SavedFigure(
        {kind: write_whole(target / f"{name}.{kind}", write) for kind, write in writers.items()}
    )
    saved.caption = caption or ""
    return saved


def save_svg(figure: Figure, path: Path) -> None:
    """Write a figure's outlines as svg, the same bytes each time."""
    import matplotlib as mpl

    style = {key: value for key, value in style_parameters([]).items() if key.startswith("svg.")}
    with mpl.rc_context(style):  # also a figure drawn without the house style comes out byte-stable
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": "egovlib"})
