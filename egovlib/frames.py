"""The tables' contracts: which columns each table has, of what type, with which values.

Every public function that returns a table builds it with `build` and so honours the contract; a table
that comes from elsewhere (a corrected csv, a colleague's Parquet file) is checked with `check`.
Column names are frozen: scripts and archived tables rely on them.

>>> columns("systems")[:4]
['doc', 'start', 'end', 'surface']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

PLAN_PERIODS = ("fyp10", "fyp11", "fyp12", "fyp13", "fyp14", "fyp15")
"""The five-year plans by the number they carry: fyp10 is 十五 (2001-2005), fyp15 十五五 (2026-2030)."""

STANCES = ("review", "problem", "plan", "safeguard", "other")
"""What a section does: looks back, names problems, sets aims and tasks, secures them, or none of these."""

TIERS = ("national", "province", "city", "county", "township", "village", "agency", "unknown")
APPROXIMATIONS = ("exact", "about", "nearly", "over", "at_least", "at_most")
ROLES = ("level", "flow", "change", "from", "to", "rank")
STATUSES = ("actual", "target")
TOPICS = ("infrastructure", "portal", "resources", "applications", "services", "safeguards", "other")
GENRES = ("plan", "work_report", "overview", "speech", "policy", "disclosure", "other")
SCRIPTS = ("hans", "hant", "mixed")
SYSTEM_STATUSES = ("operational", "under_construction", "planned", "unclear")


@dataclass(frozen=True)
class Column:
    """One column: its name, pandas type, and the values it may take (empty: any)."""

    name: str
    dtype: str
    allowed: tuple[str, ...] = ()
    required: bool = False


def _text(*names: str, required: bool = False) -> list[Column]:
    return [Column(name, "string", required=required) for name in names]


def _integer(*names: str, required: bool = False) -> list[Column]:
    return [Column(name, "Int64", required=required) for name in names]


def _number(*names: str) -> list[Column]:
    return [Column(name, "Float64") for name in names]


def _choice(name: str, allowed: Sequence[str], *, required: bool = False) -> Column:
    return Column(name, "string", tuple(allowed), required)


_DOC = _text("doc", required=True)
_SPAN = _integer("start", "end", required=True)
_SURFACE = _text("surface", required=True)
_PLACE = [*_text("section", required=True), *_integer("sentence", required=True)]

TABLES: dict[str, list[Column]] = {
    "documents": [
        *_DOC,
        *_text("title", "region", "region_name"),
        _choice("tier", TIERS),
        _choice("genre", GENRES),
        *_integer("year"),
        _choice("plan_period", PLAN_PERIODS),
        *_text("issuer", "source", "encoding"),
        _choice("script", SCRIPTS),
        *_integer("chars", required=True),
        *_text("repairs", "sha256"),
    ],
    "sections": [
        *_DOC,
        *_text("section", required=True),
        *_integer("depth", required=True),
        *_text("heading"),
        _choice("plan_period", PLAN_PERIODS),
        _choice("stance", STANCES, required=True),
        *_SPAN,
    ],
    "sentences": [*_DOC, *_PLACE, *_SPAN, *_text("text", required=True)],
    "quantities": [
        *_DOC,
        *_SPAN,
        *_SURFACE,
        *_number("value", "value_high", "low", "high"),
        *_text("unit", required=True),
        _choice("approx", APPROXIMATIONS, required=True),
        _choice("role", ROLES, required=True),
        _choice("status", STATUSES, required=True),
        *_text("period"),
        _choice("tier", TIERS, required=True),
        *_text("subject"),
        _choice("topic", TOPICS, required=True),
        *_PLACE,
    ],
    "systems": [
        *_DOC,
        *_SPAN,
        *_SURFACE,
        *_text("system", "category", required=True),
        _choice("status", SYSTEM_STATUSES, required=True),
        *_text("owner"),
        *_PLACE,
    ],
    "codings": [
        *_DOC,
        *_PLACE,
        *_SPAN,
        *_text("scheme", "code", "coder", required=True),
        *_text("evidence"),
    ],
    "indicators": [
        *_text("indicator", "region"),
        _choice("tier", TIERS),
        *_text("period"),
        _choice("status", STATUSES),
        *_number("value", "low", "high"),
        *_text("unit"),
        _choice("approx", APPROXIMATIONS),
        *_DOC,
        *_SPAN,
        *_SURFACE,
        *_integer("sentence"),
        *_text("rule"),
    ],
    # what persons corrected in the tables, and what became of it (egovlib.corrections)
    "corrections": [
        *_DOC,
        *_text("table", required=True),
        *_integer("start", "end"),
        *_SURFACE,
        *_text("action", required=True),
        *_text("column", "value", "was"),
        *_text("who", "when", required=True),
        *_text("why"),
        *_text("outcome", required=True),
    ],
}


def columns(table: str) -> list[str]:
    """The column names of `table`, in their frozen order."""
    return [column.name for column in _contract(table)]


def build(table: str, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Make the frame of `table` from `rows`, each a sequence in the order of `columns(table)`.

    None becomes NA. Types are pandas' nullable ones, so an integer column with gaps stays integer.

    >>> build("sections", [("a", "1", 1, "总体要求", "fyp13", "plan", 0, 40)]).stance[0]
    'plan'
    """
    import pyarrow

    pa: Any = pyarrow  # which does not export its types
    contract, (_, pandas) = _contract(table), _types()
    # column by column, each made in its own type: no frame of objects, and integers with gaps stay whole;
    # by way of Arrow, which takes half the time of a pandas Series of each column
    cells = list(zip(*rows, strict=True)) or [()] * len(contract)
    arrays = [_array(values, column.dtype) for column, values in zip(contract, cells, strict=True)]
    arrow_table = pa.table(arrays, names=[column.name for column in contract])
    made: pd.DataFrame = arrow_table.to_pandas(types_mapper=pandas.get, use_threads=False)
    return made


def _array(values: Sequence[Any], dtype: str) -> Any:
    """Make an Arrow array of one of our types; pandas turns into it what is of another, as a code given as a number.

    >>> _array([430482, None], "string").to_pylist()
    ['430482', None]
    >>> _array([1, 3.5], "Int64")
    Traceback (most recent call last):
    ...
    TypeError: cannot safely cast non-equivalent ...
    """
    import pandas as pd
    import pyarrow

    pa: Any = pyarrow
    arrow, _ = _types()
    try:
        if dtype == "Int64":  # in two steps, for in one 3.5 would become 3
            return pa.array(values, from_pandas=True).cast(arrow[dtype])
        return pa.array(values, arrow[dtype], from_pandas=True)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        made: Any = pd.Series(values, dtype=dtype)
        return pa.array(made, arrow[dtype])


def check(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the contract's types, or raise ValueError naming the first value that breaks it.

    >>> check("sections", build("sections", [("a", "1", 1, None, None, "dream", 0, 40)]))
    Traceback (most recent call last):
    ...
    ValueError: table sections, column stance, row 0: 'dream' is not allowed (review, problem, plan, \
safeguard, other); correct the value.
    """
    import pandera.errors

    missing = [name for name in columns(table) if name not in frame]
    if missing:
        raise ValueError(
            f"table {table} lacks the column {missing[0]!r}; it needs {', '.join(columns(table))}."
        )
    try:
        checked = _schema(table).validate(frame)
    except pandera.errors.SchemaError as error:
        raise ValueError(_explain(table, error)) from None
    # pandera reads "string" as the text type of pandas 3, whose gaps are NaN
    return checked.astype({column.name: column.dtype for column in _contract(table)})


def _contract(table: str) -> list[Column]:
    if table not in TABLES:
        raise ValueError(f"there is no table {table!r}; there are {', '.join(TABLES)}.")
    return TABLES[table]


@cache
def _types() -> tuple[dict[str, Any], dict[Any, Any]]:
    """The types of columns: Arrow's by the name in the contract, and pandas' by Arrow's."""
    import pandas as pd
    import pyarrow

    pa: Any = pyarrow
    arrow = {"string": pa.large_string(), "Int64": pa.int64(), "Float64": pa.float64()}
    return arrow, {of: pd.api.types.pandas_dtype(name) for name, of in arrow.items()}


@cache
def _schema(table: str) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                column.dtype,
                pa.Check.isin(column.allowed) if column.allowed else None,
                nullable=not column.required,
                coerce=True,
            )
            for column in _contract(table)
        }
    )


def _explain(table: str, error: Any) -> str:
    """Say a pandera error in one sentence with the value, what is allowed, and the mend."""
    name = getattr(error.schema, "name", None)
    column = next((column for column in _contract(table) if column.name == name), None)
    cases = getattr(error, "failure_cases", None)
    if column is None or cases is None or not hasattr(cases, "iloc"):
        return f"table {table}: {error}"
    case = cases.iloc[0]
    allowed = ", ".join(column.allowed) or f"type {column.dtype}" + (
        ", not missing" if column.required else ""
    )
    return (
        f"table {table}, column {name}, row {case['index']}: {case['failure_case']!r} is not allowed "
        f"({allowed}); correct the value."
    )
