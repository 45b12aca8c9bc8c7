"""The one way to write a csv file: a spreadsheet program must see its texts as texts, and its rows as rows.

>>> guard("=1+1"), guard("近5%"), unguard(guard("-5%"))
("'=1+1", '近5%', '-5%')
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet program may run a csv cell that begins so (OWASP, CSV injection)."""


def write_csv(
    frame: pd.DataFrame, target: Path | IO[str], *, header: bool = True, encoding: str = "utf-8-sig"
) -> None:
    r"""Write a table as csv after RFC 4180, every text guarded, without the index; what is missing is empty.

    encoding  by default with the mark by which spreadsheet programs see that it is UTF-8

    Lines end in carriage return and line feed: with one of them alone, Python before 3.13 leaves a text with the
    other unquoted, and whoever reads the file ends the row there.

    >>> import pandas as pd, sys
    >>> write_csv(pd.DataFrame({"surface": ["=1+1", "5\n个"], "value": [2, -5]}), sys.stdout)
    surface,value
    '=1+1,2
    "5
    个",-5
    """
    guarded = guard_frame(frame)
    guarded.to_csv(target, index=False, header=header, encoding=encoding, lineterminator="\r\n")


def guard(cell: str) -> str:
    """Write a text so that a spreadsheet program reads it as text: an apostrophe before what it might run.

    >>> [unguard(guard(cell)) == cell for cell in ("=1+1", "'=1", "-5%", "近5%", "''")]
    [True, True, True, True, True]
    """
    return f"'{cell}" if runs(cell) else cell


def unguard(cell: str) -> str:
    """The text of a guarded cell."""
    return cell[1:] if cell.startswith("'") and runs(cell) else cell


def runs(cell: str) -> bool:
    """Whether a spreadsheet program might run the text, be it guarded or not."""
    return cell.lstrip("'").startswith(_FORMULA)


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every text guarded, its column names too; numbers stay numbers."""
    return _each_text(frame, guard)


def unguard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every guarded text as it was, its column names too."""
    return _each_text(frame, unguard)


def _each_text(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    import pandas as pd

    def one(cell: Any) -> Any:
        return change(cell) if isinstance(cell, str) else cell

    changed = frame.copy()
    for place, kind in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            changed.isetitem(place, frame.iloc[:, place].map(one).array)
    changed.columns = pd.Index([one(name) for name in frame.columns])
    return changed
