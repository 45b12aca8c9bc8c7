"""What a figure was drawn by: the plot function and its arguments, kept so that it can be drawn again.

>>> @remember_call
... def plot_nothing(table, *, lang="zh"):
...     from matplotlib.figure import Figure
...     return Figure()
>>> call = call_of(plot_nothing(1, lang="en"))
>>> call.plot, call.arguments
('plot_nothing', {'table': 1, 'lang': 'en'})
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec
from weakref import WeakKeyDictionary

from egovlib.spreadsheets import unguard_frame

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

P = ParamSpec("P")

_OBJECTS: Final = {"Network": "egovlib.analyse.networks", "Note": "egovlib.analyse.notes"}
"""Results made of tables and words that a figure may be drawn from, and where they live; no other is made anew."""

_FRAME: Final = "frame"
"""The key of a kept frame: the name of its csv; beside it the columns' types, which a csv does not hold."""


class Call(NamedTuple):
    """A call of a plot function: its name and its arguments by name."""

    plot: str
    arguments: Mapping[str, Any]


_CALLS: WeakKeyDictionary[Figure, Call] = WeakKeyDictionary()


def remember_call(plot: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let the figures of a plot function remember the call that drew them."""

    @wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        figure = plot(*args, **kwargs)
        _CALLS[figure] = Call(plot.__name__, dict(inspect.signature(plot).bind(*args, **kwargs).arguments))
        return figure

    return drawn


def call_of(figure: Figure) -> Call | None:
    """The call that drew `figure`; None when no function that remembers did."""
    return _CALLS.get(figure)


def keep_call(call: Call, name: str, data: pd.DataFrame) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Put a call into json, its frames into csv files: the json, and the frames to write by file name.

    A frame that is `data` is in name.csv already. A call with an argument that cannot be written down (anything but
    texts, numbers, lists, mappings, frames, and `_OBJECTS` of these) is kept as a reason instead.
    """
    frames: dict[str, pd.DataFrame] = {}

    def kept(value: Any, place: str) -> Any:
        if hasattr(value, "to_csv") and hasattr(value, "dtypes"):
            file = f"{name}.csv" if value is data or value.equals(data) else f"{name}.{place}.csv"
            if file != f"{name}.csv":
                frames[file] = value
            return {_FRAME: file, "types": {str(column): str(kind) for column, kind in value.dtypes.items()}}
        if (kind := type(value).__name__) in _OBJECTS and type(value).__module__ == _OBJECTS[kind]:
            names = tuple(inspect.signature(type(value)).parameters)
            return {
                "object": kind, "fields": {one: kept(getattr(value, one), f"{place}.{one}") for one in names},
            }  # fmt: skip
        if isinstance(value, Mapping):
            return {
                "mapping": [
                    [kept(k, place), kept(v, f"{place}.{n}")] for n, (k, v) in enumerate(value.items())
                ]
            }
        if isinstance(value, list | tuple):
            return [kept(item, f"{place}.{n}") for n, item in enumerate(value)]
        if value is None or isinstance(value, str | int | float | bool):
            return value
        if isinstance(value, Path):
            return str(value)
        raise TypeError(f"{place} is a {type(value).__name__}")

    try:
        arguments = {place: kept(value, place) for place, value in call.arguments.items()}
    except TypeError as error:
        return {"plot": call.plot, "reason": f"its argument {error}, which no csv holds"}, {}
    return {"plot": call.plot, "arguments": arguments}, frames


def read_call(about: Mapping[str, Any], folder: Path) -> Call:
    """Read a kept call; the frames come from csv files of `folder`. ValueError when there is none to read."""

    def read(value: Any) -> Any:
        if isinstance(value, list):
            return [read(item) for item in value]
        if isinstance(value, dict) and _FRAME in value:
            return read_frame(folder / Path(value[_FRAME]).name, value["types"])
        if isinstance(value, dict) and value.get("object") in _OBJECTS:
            made = getattr(importlib.import_module(_OBJECTS[value["object"]]), value["object"])
            return made(**{name: read(one) for name, one in value["fields"].items()})
        if isinstance(value, dict):
            return {read(key): read(item) for key, item in value["mapping"]}
        return value

    call = about.get("call")
    if not call or "arguments" not in call:
        reason = (call or {}).get("reason", "it was not drawn by a function of egovlib")
        raise ValueError(
            f"figure {about.get('name')!r} cannot be drawn again: {reason}; call the function yourself."
        )
    return Call(call["plot"], {name: read(value) for name, value in call["arguments"].items()})


def read_frame(path: Path, types: Mapping[str, str]) -> pd.DataFrame:
    """Read a figure's csv with the types it was written with; an empty cell is missing."""
    import pandas as pd

    numbers = {"float64": "Float64", "int64": "Int64", "bool": "boolean"}
    # numbers are read through the type that knows gaps, then made what they were
    through = {
        name: numbers.get(kind, "string" if kind in ("object", "str") else kind)
        for name, kind in types.items()
    }
    try:
        frame = pd.read_csv(
            path,
            dtype=through,
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values=[""],
        )
    except FileNotFoundError:
        raise ValueError(f"the data of the figure is gone: {path}; run the report again.") from None
    return unguard_frame(frame).astype(dict(types))


@cache
def plot_functions() -> Mapping[str, Callable[..., Figure]]:
    """Every plot function of egovlib by name; nothing else may be called by what a file says."""
    from egovlib.report import plots

    modules = [
        importlib.import_module(f"{plots.__name__}.{found.name}")
        for found in pkgutil.iter_modules(plots.__path__)
    ]
    return {
        name: function
        for module in modules
        for name, function in vars(module).items()
        if name.startswith("plot_") and inspect.isfunction(inspect.unwrap(function))
    }
