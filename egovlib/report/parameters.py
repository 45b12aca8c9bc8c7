"""A notebook's parameters: read from its tagged cell without running it, and checked before a kernel starts.

The allowed values of a parameter stand in the comment behind it, as words separated by ` | `; after a
semicolon the comment may go on freely:

    period_a = "fyp12"  # fyp10 | fyp11 | fyp12 | fyp13; the earlier of the two periods
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One name of a notebook's parameters cell: its default, its kind, and its allowed values (empty: any).

    `kind` is int, float, bool, str or list; `optional` says that None is allowed.
    """

    name: str
    default: Any
    kind: str
    choices: tuple[str, ...] = ()
    optional: bool = False


def parse_parameters(source: str) -> dict[str, Parameter]:
    """Read the assignments of a parameters cell: name → Parameter.

    >>> parse_parameters('period_a = "fyp12"  # fyp12 | fyp13')["period_a"].choices
    ('fyp12', 'fyp13')
    >>> parse_parameters("seed: int | None = None")["seed"]
    Parameter(name='seed', default=None, kind='int', choices=(), optional=True)
    """
    found = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            target, annotation = statement.targets[0], ""
        elif isinstance(statement, ast.AnnAssign):
            target, annotation = statement.target, ast.unparse(statement.annotation)
        else:
            continue
        if isinstance(target, ast.Name):
            found[target.id] = _parameter(target.id, statement, annotation, source)
    return found


def _parameter(name: str, statement: ast.Assign | ast.AnnAssign, annotation: str, source: str) -> Parameter:
    try:
        default = ast.literal_eval(statement.value or ast.Constant(None))
    except ValueError:
        raise ValueError(
            f"{name} = {ast.unparse(statement.value or statement)} is not a plain value; write a text, "
            "a number, True, False, None or a list of these."
        ) from None
    kinds = re.findall(r"\b(?:int|float|bool|str|list)\b", annotation)
    kind = kinds[0] if kinds else "str" if default is None else type(default).__name__
    if kind not in _CONVERTERS:
        raise ValueError(f"{name} is a {kind}; a parameter may be {', '.join(_CONVERTERS)}.")
    return Parameter(
        name, default, kind, _choices(statement, source), default is None or "None" in annotation
    )


def _choices(statement: ast.stmt, source: str) -> tuple[str, ...]:
    line = source.splitlines()[(statement.end_lineno or 1) - 1]
    rest = line.encode()[statement.end_col_offset :].decode().strip()  # ast counts columns in bytes
    words = rest.removeprefix("#").partition(";")[0].strip().split(" | ")
    if len(words) < 2 or any(re.search(r"\s", word.strip()) for word in words):
        return ()
    return tuple(word.strip().strip("'\"") for word in words)


def _to_int(text: str) -> int:
    if not re.fullmatch(r"\s*[+-]?\d+\s*", text):
        raise ValueError("a whole number")
    return int(text)


def _to_float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("a number")
    return number


def _to_bool(text: str) -> bool:
    answers = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.strip().lower() not in answers:
        raise ValueError("true or false")
    return answers[text.strip().lower()]


def _to_list(text: str) -> list[Any]:
    if not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        items = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        raise ValueError("a list such as a,b or ['a', 'b']") from None
    return list(items)


_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "int": _to_int,
    "float": _to_float,
    "bool": _to_bool,
    "str": str,
    "list": _to_list,
}
_TYPES: dict[str, Any] = {"int": Integral, "float": Real, "bool": bool, "str": str, "list": (list, tuple)}
_NAMES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "str": "a text",
    "list": "a list",
}


def convert(parameter: Parameter, value: Any) -> Any:
    """Return `value` as the parameter's kind: a text is read as it, anything else must be of it already.

    A text parameter keeps its text: 440000 given on a command line stays "440000".
    Raises ValueError with one sentence that names the value, what is allowed, and the mend.

    >>> convert(Parameter("seed", 1, "int"), "7")
    7
    >>> convert(Parameter("region", "000000", "str"), 440000)
    Traceback (most recent call last):
    ...
    ValueError: region = 440000 is not a text; write "440000".
    """
    name, kind = parameter.name, parameter.kind
    if parameter.optional and (value is None or str(value).strip().lower() == "none"):
        return None
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, str):
        value = _from_text(parameter, value)
    elif not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
        mend = f'write "{value}"' if kind == "str" else f"give a value such as {parameter.default!r}"
        raise ValueError(f"{name} = {value!r} is not {_NAMES[kind]}; {mend}.")
    return _allowed(parameter, _plain(kind, value))


def _from_text(parameter: Parameter, text: str) -> Any:
    try:
        value = _CONVERTERS[parameter.kind](text)
        numbers = parameter.kind == "list" and parameter.default and not isinstance(parameter.default[0], str)
        kind = type(parameter.default[0]).__name__ if numbers else "str"
        return [_CONVERTERS[kind](str(item)) for item in value] if numbers else value
    except ValueError as error:
        mend = f"write a value such as {parameter.default!r}"
        raise ValueError(f"{parameter.name} = {text!r} is not {error}; {mend}.") from None


def _plain(kind: str, value: Any) -> Any:
    """Turn numpy's numbers and tuples into what papermill can write into a cell."""
    plain: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "list": list}
    return plain.get(kind, lambda same: same)(value)


def _allowed(parameter: Parameter, value: Any) -> Any:
    items = value if parameter.kind == "list" else [value]
    wrong = [item for item in items if str(item) not in parameter.choices]
    if parameter.choices and wrong and value != parameter.default:
        allowed = ", ".join(parameter.choices)
        raise ValueError(f"{parameter.name} = {str(wrong[0])!r} is not allowed; choose one of {allowed}.")
    return value


def check_parameters(
    declared: Mapping[str, Parameter], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the values `given` as the declared kinds, and every problem as one sentence each.

    The parameter `corpus`, unless "embedded", becomes an absolute path, which must exist.

    >>> check_parameters(parse_parameters("seed = 1"), {"seed": "x", "sede": 2})[1]
    ["seed = 'x' is not a whole number; write a value such as 1.", "there is no parameter 'sede'; \
this notebook has seed."]
    """
    values, problems = {}, []
    for name, value in given.items():
        if name not in declared:
            has = ", ".join(declared) or "none"
            problems.append(f"there is no parameter {name!r}; this notebook has {has}.")
            continue
        try:
            values[name] = convert(declared[name], value)
            if name == "corpus" and values[name] is not None:
                values[name] = corpus_path(values[name])
        except (ValueError, FileNotFoundError) as error:
            problems.append(str(error))
    return values, problems


def corpus_path(corpus: str) -> str:
    """Return the absolute path of a corpus (embedded stays embedded); raise FileNotFoundError without it."""
    if corpus == "embedded":
        return corpus
    path = Path(corpus).expanduser().resolve()
    if not path.exists():
        raise FileNotFoundError(
            f"corpus = {corpus!r} does not exist (looked for {path}); "
            "give a folder or file of documents, or embedded."
        )
    return str(path)
