"""Subjects and topics: what a quantity measures, and which part of e-government that is.

The subject is the shortest phrase of the text that says what is measured; the topic is read off it.
"""

from __future__ import annotations

import re
from functools import cache

from egovlib import codebook
from egovlib.codebook.alternation import alternation, beginning_with
from egovlib.extract.contexts import Context

_PREDICATE = re.compile(
    beginning_with(
        "已均都共将基总分累平现仅只要再比较同达突超为占约是有至到增提缩压下实减保控稳低高由从原",
        r"(?:已|均|都|共|将|基本|总共|分别|累计|平均|现|仅|只|要|再|比原来|较上年|同比){0,8}(?:达到?|达成|突破|超过|超|为|占|约为|是|有|至|到|增至|提高到|提升至|"
        r"缩短至|压缩至|下降到|增长|下降|提高|提升|减少|增加|缩短|实现|保持在|控制在|稳定在|低于|高于|由原来的|由|从|原来的?|比){1,8}(?:了)?$",
    )
)
_OPENING = re.compile(
    r"^(?:其中|同时|此外|另外|目前|此间|全年|据统计|到|截至|截止|自|从|在|已|共|并|还|也|有(?![线关效序])|设有|拥有|现有|将|使|让|把|对|向|比|较|"
    r"(?:19|20)\d\d年(?:\d+月(?:\d+日)?)?(?:底|末|初|前)?|今年|去年|年底前|全国|全省|全市|全县|全区|我省|我市|我县|本市|[,:\s、和及])+"
)
_NUMBER_TAIL = re.compile(r"(?:约|近|超过?|突破|接近|不低于)?\d[\d.,]{0,24}(?![A-Za-z\d.])[^\d]{0,8}$")
_NOT_A_NOUN = re.compile(r"增长|下降|提高|缩短|压缩|以上|以下|以内|左右|内|至|到|完成|办结|,|或|并")
_TIER_ONLY = re.compile(r"(?:省|市|县|区|乡镇|镇|村)(?:级|本级|一级)?|各[省市县区]")
_ASKS_FOR_MORE = re.compile(r"[市县区省村镇]|县\(区\)|部门|单位|项目|系统|个|企业|业务|数据|应用|信息")
"""Nouns that alone say too little; the verb phrase before the number is put before them."""


def elided_in_a_list(context: Context) -> str | None:
    """省级达到85%,市级达到70%: the tier with the noun of the quantity before."""
    last = context.last.subject if context.last is not None else None
    if last is None or not _TIER_ONLY.fullmatch(_preceding(context)):
        return None
    return _preceding(context) + _TIER_ONLY.sub("", last, count=1)


def noun_behind(context: Context) -> str | None:
    """50多个省直厅局: the noun behind the measure word; a bare 市 or 部门 gets the verb phrase before the number."""
    shares = context.reading.unit in ("%", "‰", "倍", "百分点")
    following = _noun_behind(context.after, shares=shares)
    if not following:
        return None
    short = shares or _ASKS_FOR_MORE.fullmatch(following)
    return _preceding(context) + following if short else following


def noun_before(context: Context) -> str | None:
    """移动电话普及率超过85部/百人: what stands before the predicate."""
    preceding = _preceding(context)
    return preceding if len(preceding) > 2 else None


def noun_of_an_earlier_clause(context: Context) -> str | None:
    """平均办理时间约为6.5个工作日,比原来缩短近9个工作日: the noun stands a clause before."""
    clauses = re.split("[,。;:]", context.sentence_before.rstrip(",。;: "))
    pieces = (_noun_before(_NUMBER_TAIL.sub("", clause)) for clause in reversed(clauses[:-1] or clauses))
    found = next((piece for piece in pieces if len(piece) > 2), "")
    return (found + _preceding(context)) or None


def _preceding(context: Context) -> str:
    """The noun phrase before the number, read once for all rules."""
    if context.preceding is None:
        context.preceding = _noun_before(_own_words(context))
    return context.preceding


def _own_words(context: Context) -> str:
    """What stands before the number in its clause and behind the quantity before it: 基站10.8万个、机架101.2万架."""
    last, start = context.last, context.reading.start
    if last is None or last.reading.end <= start - len(context.before):
        return context.before
    words = context.facts.text[last.reading.end : start]
    return words if len(words.strip("、和及与,其中的 ")) > 1 else context.before


SUBJECT_RULES = (elided_in_a_list, noun_behind, noun_before, noun_of_an_earlier_clause)


def _noun_behind(after: str, *, shares: bool) -> str:
    """The noun phrase that begins behind the number; 80%的行政村 has it behind 的, other shares have none."""
    if not after or (shares and not after.startswith("的")):
        return ""
    words = after.strip(" “”").removeprefix("的")
    if _DIGIT.search(words):
        words = _NEXT_NUMBER.sub("", words)
    whole, of, part = words.partition("的")
    if of and "、" in part:
        words = whole  # 法人单位的登记、资质、监管信息: the units, not what is recorded of them
    words = words.rstrip("、和及与的等 ")
    return words if _WORD.match(words) and not _NOT_A_NOUN.match(words) else ""


_DIGIT = re.compile(r"\d")
_NEXT_NUMBER = re.compile(r"(?:达到?|超过|突破|为|占)?(?:近|约|超)?\d.*$")
_WORD = re.compile("[一-鿿A-Za-z“《]")


def _noun_before(before: str) -> str:
    words = before.strip(" “”")
    if opening := _OPENING.match(words):
        words = words[opening.end() :]
    if _DIGIT.search(words):
        words = _NUMBER_TAIL.sub("", words)
    noun = _without_predicate(words)
    if not "一" <= noun[:1] <= "鿿":
        word = _WORD.search(noun)
        noun = noun[word.start() :] if word else ""
    return noun if noun is words else _without_predicate(noun)


_LONGEST_PREDICATE = 14
_PREDICATE_ENDS = frozenset("到达成破过超为占是有至长降高升少加短现在于的由从来比了")


def _without_predicate(words: str) -> str:
    """Cut the predicate at the end; only the end is searched, a clause may be long."""
    if words[-1:] not in _PREDICATE_ENDS:
        return words
    predicate = _PREDICATE.search(words, max(0, len(words) - _LONGEST_PREDICATE))
    return words[: predicate.start()] if predicate else words


# --- topic ----------------------------------------------------------------------------------------

_EGOVERNMENT = re.compile("电子政务|数字政府|政务")


@cache
def _topic_terms(strength: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """One alternation of the terms of a strength, longest first, and each term's topic."""
    terms = {
        term: row["topic"]
        for row in codebook.rows("topics")
        if row["strength"] == strength
        for term in row["terms"].split("|")
    }
    return re.compile(alternation(terms)), terms


def topic_of_the_subject(context: Context) -> str | None:
    """The nearest part that holds a strong term decides: first the subject."""
    return _topic_in(context.subject or "", "strong") if _names_topic(context) else None


def topic_of_the_clause(context: Context) -> str | None:
    """Then the clause around the number."""
    return _topic_in(_around(context), "strong") if _names_topic(context) else None


def outside_egovernment(context: Context) -> str | None:
    """In a work report the systems of another clause say nothing of tons of grain."""
    return None if context.facts.is_focused else "other"


def weak_topic_of_the_clause(context: Context) -> str | None:
    """In documents about e-government weak terms (系统, 办理) speak too."""
    return _topic_in(_around(context), "weak")


def topic_of_the_sentence(context: Context) -> str | None:
    """Then the sentence."""
    return _topic_in(context.view.around(context.reading.start), "strong") if _names_topic(context) else None


def topic_of_the_heading(context: Context) -> str | None:
    """Then the heading."""
    return _topic_in(context.section.heading, "strong") or _topic_in(context.section.heading, "weak")


def topic_of_the_title(context: Context) -> str | None:
    """What a document on e-government counts without saying more belongs to the agencies' own work."""
    return "applications" if _EGOVERNMENT.search(context.facts.title) else "other"


TOPIC_RULES = (
    topic_of_the_subject,
    topic_of_the_clause,
    outside_egovernment,
    weak_topic_of_the_clause,
    topic_of_the_sentence,
    topic_of_the_heading,
    topic_of_the_title,
)


def _names_topic(context: Context) -> bool:
    """Whether the sentence holds any strong term: found once for all its numbers, most of which have none."""
    view = context.view
    if view.names_topic is None:
        view.names_topic = _strong_term().search(context.facts.text, view.start, view.end) is not None
    return view.names_topic


@cache
def _strong_term() -> re.Pattern[str]:
    """Where a strong term begins: a look at the second character halves the time in work reports."""
    regex, terms = _topic_terms("strong")
    first, second = ("".join({term[i] for term in terms}) for i in (0, 1))
    return re.compile(f"[{first}](?=[{second}])(?<=(?={regex.pattern}).)")


def _around(context: Context) -> str:
    return context.before[-24:] + context.after[:20]


def _topic_in(text: str, strength: str) -> str | None:
    """The topic whose term stands nearest the end of `text`."""
    regex, terms = _topic_terms(strength)
    found = regex.findall(text)
    return terms[found[-1]] if found else None
