r"""A printed table as LaTeX: booktabs' three rules (三线表), as wide as the text at most, over pages when long.

>>> print(escape_latex("50% of A_1 & {B} \\ #1 ~ ^ $"))
50\% of A\_\allowbreak{}1 \& \{B\} \textbackslash{} \#1 \textasciitilde{} \textasciicircum{} \$
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from egovlib.report.printed import GAP, Printed, join_notes, one_line

_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Σ": "Sigma", "Φ": "Phi",
    "Ω": "Omega", "≥": "geq", "≤": "leq", "≈": "approx", "≠": "neq", "∼": "sim", "→": "to", "×": "times",
    "±": "pm", "∞": "infty", "√": "surd", "∶": "mathbin{:}",
}  # fmt: skip
"""Letters and signs that the default fonts have in formulas only."""

_LATEX: Final = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "−": "$-$", "_": r"\_\allowbreak{}",
    "/": r"/\allowbreak{}", "㎡": "m$^2$",
    **{char: f"\\{char}" for char in "&%$#{}"},
    **{char: f"$\\{name}$" for char, name in _GREEK.items()},
}  # fmt: skip

_CHINESE_SIGNS: Final = re.compile(r"[\u2150-\u218f\u2460-\u24ff\u2580-\u27bf]")
"""Ⅰ ① ■ ★ and the like: Chinese fonts have them, and ctex has to be told so."""
_RARE: Final = re.compile(r"[\u2e80-\u2fdf\u3300-\u33ff]")
"""Radicals for characters, units in one character: few fonts have them."""

_SIZES: Final = {"small": 90, "footnotesize": 101, "scriptsize": 115}
"""Half-width columns of text across an A4 page with margins of 2.5 cm, by size, measured with Latin Modern."""
_FLOAT: Final = 38
"""Rows of one line that a page has room for at the size small; more break over pages."""


def escape_latex(text: str) -> str:
    """The text as LaTeX prints it, no character a command. A bracket at a row's start is no option of the row above."""
    plain = _RARE.sub(
        lambda sign: sign[0] if sign[0] in _LATEX else unicodedata.normalize("NFKC", sign[0]), text
    )
    escaped = "".join(_LATEX.get(char, char) for char in one_line(plain))
    return f"{{{escaped}}}" if escaped.startswith(("[", "*")) else escaped


def write_latex(path: Path, *, printed: Printed, name: str, lang: str) -> None:
    """Write a table to be put into a paper with input; what its preamble needs is said at the head."""
    size, room = _size(printed)
    # half a gap on either side of a column; a half-width column is half an em
    style = f"\\{size}\\setlength{{\\tabcolsep}}{{{GAP / 4}em}}"
    columns = _columns(printed, room)
    long = len(printed.rows) > _FLOAT
    packages = ["booktabs", "xltabular" if long else "tabularx", *([] if long else ["threeparttable"])]
    lines = [
        f"% \\usepackage{{{','.join(packages)}}}",
        "% compile with xelatex or lualatex; for Chinese take the class ctexart, or \\usepackage{ctex}",
        *_char_classes(printed),
        *(_long if long else _float)(printed, columns, style, name, lang),
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _size(printed: Printed) -> tuple[str, int]:
    """The largest size at which nothing breaks, if it can be read well, else where no word breaks."""
    *readable, (tiny, most) = _SIZES.items()
    whole = [(size, room) for size, room in readable if sum(printed.whole()) <= room]
    return next(
        iter([*whole, *((size, room) for size, room in readable if sum(printed.needed()) <= room)]),
        (tiny, most),
    )


def _columns(printed: Printed, room: int) -> str:
    """The columns as they are where all have room, else as parts of the line, broken within."""
    if sum(printed.whole()) <= room:
        return "@{}" + "".join("r" if numeric else "l" for numeric in printed.numeric) + "@{}"
    widths = [width - GAP for width in printed.widths(room)]
    parts = [len(widths) * width / sum(widths) for width in widths]
    sides = ["left" if numeric else "right" for numeric in printed.numeric]
    made = (
        f">{{\\hsize={part:.3f}\\hsize\\ragged{side}\\arraybackslash}}X"
        for part, side in zip(parts, sides, strict=True)
    )
    return "@{}" + "".join(made) + "@{}"


def _char_classes(printed: Printed) -> list[str]:
    texts = [printed.caption, *printed.heads, *printed.notes, *(cell for row in printed.rows for cell in row)]
    signs = sorted({sign for text in texts for sign in _CHINESE_SIGNS.findall(text)})
    codes = ",".join(f'"{ord(sign):X}' for sign in signs)
    return (
        [f"\\ifdefined\\xeCJKDeclareCharClass\\xeCJKDeclareCharClass{{CJK}}{{{codes}}}\\fi"] if signs else []
    )


def _float(printed: Printed, columns: str, style: str, name: str, lang: str) -> list[str]:
    """A table that floats, on one page."""
    kind = "tabularx" if "X" in columns else "tabular"
    begin = r"\begin{tabularx}{\linewidth}" if kind == "tabularx" else r"\begin{tabular}"
    notes = [
        r"\begin{tablenotes}[flushleft]\footnotesize",
        f"\\item {escape_latex(join_notes(printed.notes, lang))}",
        r"\end{tablenotes}",
    ]
    return [
        r"\begin{table}[htbp]",
        r"\centering\setlength{\belowcaptionskip}{.5em}",
        f"\\caption{{{escape_latex(printed.caption)}}}",
        f"\\label{{tab:{name}}}",
        style,
        r"\begin{threeparttable}",
        f"{begin}{{{columns}}}",
        r"\toprule",
        _row(printed.heads),
        r"\midrule",
        *map(_row, printed.rows),
        r"\bottomrule",
        f"\\end{{{kind}}}",
        *(notes if printed.notes else []),
        r"\end{threeparttable}",
        r"\end{table}",
    ]


def _long(printed: Printed, columns: str, style: str, name: str, lang: str) -> list[str]:
    """A table over pages, its heads again on each."""
    head = [r"\toprule", _row(printed.heads), r"\midrule"]
    said = escape_latex(join_notes(printed.notes, lang))
    notes = [
        f"\\multicolumn{{{len(printed.heads)}}}{{@{{}}p{{\\linewidth}}@{{}}}}{{\\footnotesize {said}}} \\\\"
    ]
    return [
        f"\\begingroup{style}",
        f"\\begin{{xltabular}}{{\\linewidth}}{{{columns}}}",
        f"\\caption{{{escape_latex(printed.caption)}}}\\label{{tab:{name}}} \\\\",
        *head,
        r"\endfirsthead",
        *head,
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        r"\bottomrule",
        *(notes if printed.notes else []),
        r"\endlastfoot",
        *map(_row, printed.rows),
        r"\end{xltabular}",
        r"\endgroup",
    ]


def _row(cells: Sequence[str]) -> str:
    return " & ".join(map(escape_latex, cells)) + r" \\"
