"""Which region a document speaks for: its title says it best, then the file's name, the lead, the whole text.

>>> region_of("江苏省电子政务发展概况", "", "我省建成政务外网。", 2014)[0]
'320000'
>>> region_of("鼓楼区政务公开工作总结", "", "我区完成了各项任务。", 2014)
(None, ('320106', '320302', '350102', '410204'))
"""

from __future__ import annotations

import re
from collections import Counter

from egovlib.extract.regions import NATION, RegionMatch, find_region
from egovlib.text.lead import DATELINE, LEAD

_SELF = re.compile(r"代表[^。,]{0,14}?(省|市|州|盟|县|区|行署)(?:人民)?(?:政府)?[^。]{0,12}(?:报告|工作)")
_OWN = {
    "省": ("我省", "全省", "本省", "省委"), "市": ("我市", "全市", "本市", "市委"), "州": ("我州", "全州", "州委"),
    "盟": ("我盟", "全盟", "盟委"), "县": ("我县", "全县", "县委"), "区": ("我区", "全区", "区委"),
}  # fmt: skip
_OWN_WORDS = re.compile("([我全本省市州盟县区])(?=([省市州盟县区委]))")
_FOR_ALL = re.compile(r"各省(?:级人民政府|(?<=^各省)(?:、自治区|[级,]))", re.MULTILINE)


def region_of(title: str, stem: str, text: str, year: int | None) -> tuple[str | None, tuple[str, ...]]:
    """The code of the region that a document speaks for, and if it is unknown the codes that were weighed."""
    weighed: list[str] = []
    return _region(title, stem, text, year, weighed), tuple(dict.fromkeys(weighed))


def _region(title: str, stem: str, text: str, year: int | None, weighed: list[str]) -> str | None:
    """The region: the title says it best, then the file's name, then the lead, then the whole text."""
    own = _own_word(text)
    for part in (title, stem):
        match = _named(part, own, year) if part else None
        if match and match.code:
            return match.code
        weighed += [row.code for row in match.candidates] if match else []
    if _FOR_ALL.search(text) and not _has_own_words(text):
        return NATION
    match = find_region(DATELINE.sub("", text.lstrip()[:LEAD]), year)
    if match.code and (match.code == NATION or own in ("", *_last(match.name))):
        return match.code
    weighed += [row.code for row in match.candidates]
    if own:
        return _most_named(text, own, year, weighed)
    if not _has_own_words(text):
        if "我国" in text[: 2 * LEAD]:
            return NATION
        weighed.append(NATION)  # who speaks of no place as its own may speak for all
    return None


def _has_own_words(text: str) -> bool:
    """Whether a text speaks of a place as its own (我省, 本市)."""
    return re.search(r"[我本][省市州盟县区](?![级直])", text) is not None


def _own_word(text: str) -> str:
    """What a document calls its own place, 省, 市, 州, 盟, 县 or 区; "" when it does not say or says several."""
    said = _SELF.search(text[: 2 * LEAD])
    if said:
        return "盟" if said[1] == "行署" else said[1]
    spoken = Counter(map("".join, _OWN_WORDS.findall(text)))
    counts = Counter({word: sum(spoken[own] for own in forms) for word, forms in _OWN.items()})
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= 3 and most > 2 * second else ""


def _last(name: str | None) -> tuple[str, ...]:
    """The words a place may call itself by: its last character, and 区 for a region (自治区)."""
    return (name[-1],) if name else ()


def _named(part: str, own: str, year: int | None) -> RegionMatch:
    """The region named in a title or a file's name; a short name is completed as the text speaks of it.

    吉林 is a city where the text says 市人民政府, and a province where it does not.
    """
    match = find_region(part, year)
    if not own or not match.name or match.code == NATION or own in _last(match.name) or match.name in part:
        return match
    short = next((match.name[:n] for n in range(len(match.name), 1, -1) if match.name[:n] in part), "")
    completed = find_region(short + own, year)
    return completed if completed.code else match


def _most_named(text: str, own: str, year: int | None, weighed: list[str]) -> str | None:
    """The region of its own kind that a text names most: by its full name, and by either name three times.

    The next one must be named less than a third as often; else both are candidates.
    """
    full: dict[str, str] = {}
    for clause in re.split(rf"[。;,、\n《》以按](?:(?<![以按])|(?=.*?{own}))", text):
        if own in clause and (match := find_region(clause, year)).code and own in _last(match.name):
            full[match.code] = match.name or ""
    counts = Counter({code: text.count(name[:-1]) for code, name in full.items()})
    ranked = [*counts.most_common(2), ("", 0), ("", 0)]
    if ranked[0][1] >= 3 and ranked[0][1] >= 3 * ranked[1][1]:
        return ranked[0][0]
    weighed += [code for code, _ in counts.most_common(5)]
    return None
