"""Text that a spreadsheet program must leave alone: it runs a csv cell that begins like a formula.

>>> guard("=1+1"), guard("近5%"), unguard(guard("-5%"))
("'=1+1", '近5%', '-5%')
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A spreadsheet program may run a csv cell that begins so (OWASP, CSV injection)."""


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
