"""Words on a page: the table of a comparison of words, concordances with links, and what can be said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from egovlib.report.labels import check_language, group_label, phrase, write_note
from egovlib.report.links import sentence_link
from egovlib.report.style import numbers, say
from egovlib.report.tables_html import show_table
from egovlib.report.templating import Html

if TYPE_CHECKING:
    import pandas as pd

    from egovlib.analyse.wording import WordComparison
    from egovlib.documents import Corpus

LINES = 40
"""Lines of one concordance on a page; more are counted, and are in the table."""

_WIDE = str.maketrans(",;:!?()", "，；：！？（）")


def show_words(comparison: WordComparison, *, lang: str = "zh", top: int = 20) -> Html:
    """Show the `top` rows of a comparison of words, its notes, and below each word its concordance, folded away."""
    a, b = (group_label(str(comparison.call[side]), lang) for side in "ab")
    caption = say(lang, f"甲组：{a}；乙组：{b}", f"A: {a}; B: {b}")
    table = show_table(_compact(comparison.table, lang), lang=lang, n=top, caption=caption)
    notes = (Markup("<li>{}</li>").format(write_note(note, lang)) for note in comparison.notes)
    folded = (
        Markup("<details><summary>{} <small>{}</small></summary>{}</details>").format(
            row.word,
            _sums(row, lang),
            Markup(show_concordance(comparison.concordance(str(row.word)), lang=lang).text),
        )
        for row in comparison.table.head(top).itertuples()
    )
    parts = (Markup(table.text), Markup("<small><ul>{}</ul></small>").format(_joined(notes)), _joined(folded))
    return Html(str(_joined(parts)))


def _compact(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put a row's pairs and its interval into one cell each, so that it fits a page; the csv has them apart."""
    shown = table[["word"]].copy()
    for name in ("count", "documents"):
        pairs = zip(table[f"{name}_a"], table[f"{name}_b"], strict=True)
        shown[f"{name}s" if name == "count" else name] = [f"{x} → {y}" for x, y in pairs]
    shown["log_ratio"] = [
        _interval(*values)
        for values in zip(*(numbers(table, f"log_ratio{end}") for end in ("", "_low", "_high")), strict=True)
    ]
    kept = ["g2", "log_odds_z", "dp", "p", "q"]
    shown[kept] = table[kept].round({"g2": 1, "log_odds_z": 1, "dp": 2}) + 0.0  # no −0
    shown["verdict"] = [phrase(str(verdict), lang) for verdict in table["verdict"]]
    if table["verdict_second"].notna().any():
        shown["verdict_second"] = table["verdict_second"]
    return shown


def _interval(centre: float, low: float, high: float) -> str:
    if centre != centre:
        return "–"
    known = low == low and high == high
    return (f"{centre:+.1f}" + (f" [{low:+.1f}, {high:+.1f}]" if known else "")).replace("-", "−")


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _sums(row: Any, lang: str) -> str:
    total, documents = int(row.count_a + row.count_b), int(row.documents_a + row.documents_b)
    return say(lang, f"{total} 次，{documents} 份", f"{total} occurrences, {documents} documents")


def show_concordance(concordance: pd.DataFrame, *, lang: str = "zh", n: int = LINES) -> Html:
    """Show a concordance with the word in the middle, a group after the other, each line linked to its sentence.

    concordance: the frame of `find_concordance` or `WordComparison.concordance`. At most `n` lines are shown, from
    the beginning, and their number told.
    """
    check_language(lang)
    if concordance.empty:
        return Html(f"<p><small>{say(lang, '没有出现。', 'It does not occur.')}</small></p>")
    shown = concordance.sort_values(["group", "doc", "start"], kind="stable", na_position="first").head(n)
    rows = (_line(row) for row in shown.astype(object).where(shown.notna(), None).to_dict("records"))
    more = say(lang, f"共 {len(concordance)} 处，显示前 {n} 处。", f"{n} of {len(concordance)} places.")
    table = Markup('<div class="scroll"><table class="egov"><tbody>{}</tbody></table>{}</div>').format(
        _joined(_grouped(rows, shown, lang)),
        Markup("<p><small>{}</small></p>").format(more) if len(concordance) > n else "",
    )
    return Html(str(table))


def _grouped(rows: Iterable[Markup], shown: pd.DataFrame, lang: str) -> Iterable[Markup]:
    """Put a head before each group's lines."""
    before: str | None = None
    for row, group in zip(rows, shown["group"].fillna("").astype(str), strict=True):
        if group and group != before:
            yield Markup('<tr><th colspan="4" class="text" style="text-align:left">{}</th></tr>').format(
                group_label(group, lang)
            )
        before = group
        yield row


def _line(row: Mapping[Any, Any]) -> Markup:
    place = f"{row['doc']} #{int(row['sentence'])}"
    return Markup(
        '<tr><td style="text-align:right">{}</td><td style="text-align:center"><mark class="term">{}</mark></td>'
        '<td class="text" style="text-align:left">{}</td><td class="text"><small>{}</small></td></tr>'
    ).format(
        str(row["left"]).translate(_WIDE),
        row["word"],
        str(row["right"]).translate(_WIDE),
        sentence_link(str(row["doc"]), int(row["sentence"]), place),
    )


def show_topics(corpus: Corpus, *, n: int = 8, seed: int = 1, lang: str = "zh") -> Html:
    """Show the topics of a corpus with their stability, or the reason why there are none (see `find_topics`)."""
    from egovlib.analyse.topics import find_topics

    try:
        found = find_topics(corpus, n=n, seed=seed)
    except ValueError as error:
        refused = Markup("<p>{}{}</p>").format(
            say(lang, "不作主题分析：", "No topics: "), phrase(str(error), lang)
        )
        return Html(str(refused))
    notes = (Markup("<li>{}</li>").format(write_note(note, lang)) for note in found.notes)
    table = show_table(found.table, lang=lang)
    return Html(str(Markup("{}<small><ul>{}</ul></small>").format(Markup(table.text), _joined(notes))))


# what can be said ------------------------------------------------------------------------------------------

NAMED = 8
"""How many words a paragraph names on either side: more are a table."""


def write_wording_conclusion(comparison: WordComparison, *, lang: str = "zh") -> str:
    """Write what can be said of a comparison of words, and what cannot; `lang` is zh or en."""
    english, table, call = bool(check_language(lang)), comparison.table, comparison.call
    a, b = (group_label(str(call[side]), lang) for side in "ab")
    counts = comparison.parts["group"].value_counts()
    n_a, n_b = (int(counts.get(call[side], 0)) for side in "ab")
    sentences = [
        f"Compared were the words of {n_a} documents for {a} and of {n_b} for {b}; {len(table)} words were looked at."
        if english
        else f"比较的是{a} {n_a} 份、{b} {n_b} 份文件的用词，共考察 {len(table)} 个词。"
    ]
    if not n_a or not n_b:
        empty = b if n_a else a
        return (" " if english else "").join(
            [
                *sentences,
                f"{empty} has no document: nothing to compare."
                if english
                else f"{empty}没有文件，无从比较。",
            ]
        )
    sentences += [*_found(table, a, b, english), _limits(table, english)]
    return (" " if english else "").join(sentence for sentence in sentences if sentence)


def _found(table: pd.DataFrame, a: str, b: str, english: bool) -> list[str]:
    called = table[table["verdict"].str.startswith("higher")]
    if called.empty:
        words = _names(table.head(NAMED), english)
        if table.empty:
            return [
                "No word is frequent enough to be looked at." if english else "没有一个词达到考察的次数。"
            ]
        return [
            f"None can be told from chance, which is not to say that there is no difference; described only, the "
            f"largest are those of {words}."
            if english
            else f"没有一个词的差异可以与偶然区分开，这不等于没有差异；仅作描述，差异最大的是{words}。"
        ]
    sentences = []
    for name, rows in ((a, called[called["difference"] < 0]), (b, called[called["difference"] > 0])):
        if len(rows):
            words, n = _names(rows.head(NAMED), english), len(rows)
            sentences.append(
                f"More in {name} (q ≤ .05): {n} words, the largest differences being those of {words}."
                if english
                else f"{name}用得更多的（q ≤ .05）有 {n} 个词，差异最大的是{words}。"
            )
    return [*sentences, _agreement(called, english)]


def _agreement(called: pd.DataFrame, english: bool) -> str:
    if called["verdict_second"].isna().all():
        return "No second segmenter was used." if english else "未用第二种分词器复核。"
    same = int((called["verdict"] == called["verdict_second"]).sum())
    if english:
        return f"Cut by a second segmenter, {same} of these {len(called)} words come out the same."
    return f"换一种分词器复核，这 {len(called)} 个词中有 {same} 个结论相同。"


def _limits(table: pd.DataFrame, english: bool) -> str:
    untested = int(table["verdict"].str.startswith("not testable").sum())
    few = (
        (f"{untested} words could not have come out significant with so few documents. " if english
         else f"有 {untested} 个词以现有文件数无论如何也达不到显著。")
        if untested
        else ""
    )  # fmt: skip
    if english:
        return few + (
            "The list is exploratory: it says which words to look at in the concordance, not why they differ, and "
            "wants other documents to be confirmed."
        )
    return few + "词表是探索性的：它指出该到语境里去看哪些词，不说明为何不同，所见须以另外的文件验证。"


def _names(rows: pd.DataFrame, english: bool) -> str:
    return (", " if english else "、").join(str(word) for word in rows["word"])
