"""Plans beside results for a reader: both sentences side by side, and what can be said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from egovlib.analyse.verdicts import OUTCOMES
from egovlib.report.labels import check_language, label
from egovlib.report.links import sentence_link
from egovlib.report.marks import Mark, mark_text
from egovlib.report.style import format_number, say
from egovlib.report.tables_html import records
from egovlib.report.templating import Html, render_template

if TYPE_CHECKING:
    from egovlib.analyse.plans import PlanEvaluation


def show_plans(evaluation: PlanEvaluation, *, lang: str = "zh", n: int | None = 20) -> Html:
    """The targets that have a value beside them: left the plan's sentence, right those of baseline and result.

    The numbers are marked, each sentence links to its place in the document pages. Where no target has a
    value beside it, a sentence says so.
    """
    check_language(lang)
    table = evaluation.linked()
    if table.empty:
        return Html(str(Markup("<p>{}</p>").format(_nothing(evaluation, lang))))
    shown = table if n is None else table.head(n)
    more = None
    if len(shown) < len(table):
        more = say(
            lang, f"共 {len(table)} 行，显示前 {len(shown)} 行。", f"{len(shown)} of {len(table)} rows."
        )
    values = {
        "left": say(lang, "规划中的目标", "target in the plan"),
        "right": say(lang, "基期与结果", "baseline and result"),
        "rows": [_row(row, lang) for row in records(shown)],
        "more": more,
    }
    style = (Path(__file__).parent / "templates" / "side_by_side.css").read_text(encoding="utf-8")
    # the outcome needs more room here than the few words of a revision
    style += "table.sides col.side { width: 40%; } table.sides col.what { width: 20%; }"
    style += "table.sides .badge { white-space: normal; } table.sides td.what small { display: block; }"
    rows = Markup(render_template("side_by_side_rows.html.j2", lang, **values))
    return Html(Markup("<style>{}</style>").format(Markup(style)) + rows)


def _row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    unit = f" {row['unit']}" if row["unit"] else ""
    deadline = row["deadline"] or say(lang, "无期限", "no deadline")
    heading = f"{row[f'name_{lang}']} · {deadline} · {format_number(row['value'], lang)}{unit}"
    sides = [
        Markup("<small>{} {}</small><br>{} {}").format(
            say(lang, *words), row[f"{side}_year"], *_cited(row, f"{side}_")
        )
        for side, words in (("baseline", ("基期", "baseline")), ("actual", ("实际", "actual")))
        if row[side] is not None
    ]
    why = row["why_zh"] if lang == "zh" else row["why"]
    return {
        "heading": heading, "status": "result",
        "name": label(row["outcome"], lang) if row["outcome"] else say(lang, "尚不能判断", "not yet known"),
        "note": why, "old": _cited(row, "")[0], "old_link": _cited(row, "")[1],
        "new": Markup("<br>").join(sides), "new_link": None,
    }  # fmt: skip


def _cited(row: dict[str, Any], side: str) -> tuple[Markup, Markup]:
    """A sentence with its number marked, and the link to it; the number alone where there was no corpus."""
    text = row[f"{side}text"] or row[f"{side}surface"]
    pattern = r"\s*".join(map(re.escape, "".join(row[f"{side}surface"].split())))
    found = re.search(pattern, text)
    marked = mark_text(text, [Mark(*found.span(), "quantity")]) if found else escape(text)
    place = f"{row[f'{side}doc']} #{row[f'{side}sentence']}"
    return marked, Markup("<small>{}</small>").format(
        sentence_link(row[f"{side}doc"], row[f"{side}sentence"], place)
    )


def _nothing(evaluation: PlanEvaluation, lang: str) -> str:
    if evaluation.table.empty:
        return say(lang, "这里没有找到任何目标。", "No target was found here.")
    return say(
        lang,
        f"{len(evaluation.table)} 个目标中，没有一个在语料中有可比的基期或后来的实际值。",
        f"Of {len(evaluation.table)} targets none has a comparable baseline or later actual value in the corpus.",
    )


def write_plans_conclusion(evaluation: PlanEvaluation, *, lang: str = "zh") -> str:
    """Write what the evaluation allows to say, and what it does not; `lang` is zh or en."""
    english = bool(check_language(lang))
    return (" " if english else "").join(_sentences(evaluation, lang))


def _sentences(evaluation: PlanEvaluation, lang: str) -> Iterator[str]:
    table, linked = evaluation.table, evaluation.linked()
    if linked.empty:
        yield _nothing(evaluation, lang)
    else:
        later = linked[linked["actual"].notna()]
        yield say(
            lang,
            f"{len(table)} 个目标中，{len(linked)} 个有可比的基期或实际值，{len(later)} 个有后来的实际值。",
            f"Of {len(table)} targets {len(linked)} have a comparable baseline or actual value, "
            f"{len(later)} a later actual one.",
        )
        for outcome in OUTCOMES:
            same = later[later["outcome"] == outcome]
            if len(same):
                names = say(lang, "、", ", ").join(
                    f"{r[f'name_{lang}']} ({r['deadline']})" for r in records(same)
                )
                yield say(
                    lang,
                    f"{label(outcome, lang)}：{names}。",
                    f"{label(outcome, lang).capitalize()}: {names}.",
                )
    refused = evaluation.links[evaluation.links["role"] == "not_comparable"]
    if len(refused):
        yield say(
            lang,
            f"有 {len(refused)} 个值看似相关，因概念、层级或来源矛盾而没有比较。",
            f"{len(refused)} values look related and were not compared: another concept or tier, "
            "or sources that disagree.",
        )
    if evaluation.call["against"] is not None:
        yield evaluation.notes[1].text(lang)
    targets = table[table["form"] == "target"]
    if len(targets):
        lacks = targets["lacks"].fillna("").str.contains
        counts = {word: int(lacks(word).sum()) for word in ("deadline", "responsible unit", "baseline")}
        yield say(
            lang,
            f"{len(targets)} 个数字目标中，{counts['deadline']} 个没有期限，"
            f"{counts['responsible unit']} 个没有写明责任单位，{counts['baseline']} 个没有可比的基期。",
            f"Of {len(targets)} targets with a number, {counts['deadline']} have no deadline, "
            f"{counts['responsible unit']} name no responsible unit, {counts['baseline']} have no comparable baseline.",
        )
    yield say(
        lang,
        "没有后来的值，不等于没有达到：只是语料中没有读到。达到也不说明是规划所致。",
        "No later value does not mean that a target was missed, only that the corpus holds none; "
        "and a target that was met need not have been met because of the plan.",
    )
