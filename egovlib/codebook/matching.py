"""Texts read by the rules of a codebook: which codes a text has, by which alternatives, and where.

Most alternatives are settled by the terms that occur; the places of terms are made only for what is in doubt.

>>> rules = RuleSet([TermRule.parse("broadband", "网络"), TermRule.parse("security", "网络安全|漏洞~6~修补")])
>>> [(found.code, found.evidence) for found in rules.match("强化网络安全")]
[('security', '网络安全')]
>>> rules.spans("修补已知的漏洞", rules.match("修补已知的漏洞")[0])
((0, 2), (5, 7))
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import NamedTuple

from egovlib.codebook.language import Alternative, TermRule
from egovlib.codebook.occurrences import Occurrences, Span, TermIndex, lower

Longer = Mapping[int, Mapping[int, set[str]]]
"""The terms that contain a term, with the codes of each; terms by their numbers in the index."""
Barring = dict[int, list[Alternative]]
"""What keeps a rule out, by its first term."""

KEPT = 1 << 12
"""Sets of terms whose alternatives are kept: two of five sentences of a work report have just the terms of an earlier
one, one of eight in policies; a few MB."""

_CLAUSE = "[^,，;；:：、。]"
_NOT = "没有|没能|未能|未曾|从未|尚未|还未|未(?![来成])|尚无|并无|毫无|缺乏|缺少|无法"
_WANTING = "不足|不够|不强|不高|不全|不完善|不健全|滞后|薄弱|欠缺|缺失|奇缺|匮乏|短缺|有待|亟待"
_WANT = re.compile(f"{_NOT}|{_WANTING}|[不无]")
_DENIED_BEFORE = re.compile(rf"(?:(?:{_NOT}){_CLAUSE}{{0,6}}|[不无])$")
"""A mention is denied by a negating word up to 6 characters before it in its clause (没有建立统一的标准体系), by
不 and 无 only right before it: they open too many words (不断, 无线)."""
_DENIED_BEHIND = re.compile(rf"{_CLAUSE}{{0,6}}(?:{_WANTING})")
"""… or by a word of want up to 6 characters behind it (人才奇缺, 体制机制不够健全)."""


class Match(NamedTuple):
    """A code that a text has, by the alternatives found, which are in the order of their row."""

    code: str
    found: tuple[Alternative, ...]

    @property
    def evidence(self) -> str:
        """The alternatives found, in the term language."""
        found = self.found
        return found[0].written if len(found) == 1 else "|".join([one.written for one in found])

    @property
    def longest(self) -> Alternative:
        """The most specific alternative found: the one with the most characters."""
        return max(self.found, key=attrgetter("characters"))


class Possible(NamedTuple):
    """An alternative that may be found because its first two terms occur.

    rule, place  number of its rule, and place in the row
    doubts       terms that may take it away: where none of them occurs, it is found, unless `near` is asked as
                 well; None: the places always decide
    near         two terms and the characters that may stand between them
    """

    rule: int
    place: int
    alternative: Alternative
    doubts: frozenset[int] | None
    near: tuple[int, int, int] | None


class ByTerms(NamedTuple):
    """What the terms of a text say by themselves, wherever they stand.

    possible  the alternatives whose first two terms occur, by rule and place in its row
    matches   what the text has; None where the places of the terms decide
    """

    possible: tuple[Possible, ...]
    matches: tuple[Match, ...] | None


class RuleSet:
    """Several codes' term rules, applied to texts together."""

    def __init__(self, rules: Sequence[TermRule]) -> None:
        self._rules = rules
        self._codes = {rule.code: number for number, rule in enumerate(rules)}
        self._index = TermIndex(
            term
            for rule in rules
            for alternative in rule.includes + rule.excludes
            for term in alternative.terms + alternative.without
        )
        self._made: dict[bool, _Ways] = {}
        # what keeps each rule out, by the first term
        self._barring: list[Barring] = [defaultdict(list) for _ in rules]
        for barring, rule in zip(self._barring, rules, strict=True):
            for alternative in rule.excludes:
                barring[self._index.numbers[alternative.terms[0]]].append(alternative)

    def match(self, text: str, *, longest: bool = True) -> tuple[Match, ...]:
        """Return the codes of `text`, in the order of the rules.

        With `longest`, a term inside a longer term of another code does not count: 网络 says nothing about
        networks in 网络安全. Only terms that count alone cover others so. Excludes are looked for in the
        whole text.
        """
        return self._match(text, self._index.found(text), 0, self._ways(longest))

    def match_each(
        self, text: str, spans: Sequence[Span], *, longest: bool = True
    ) -> Iterator[tuple[Match, ...]]:
        """Yield what `match` returns for the text of each of `spans`, the sentences of a document in order.

        >>> rules = RuleSet([TermRule.parse("hotline", "来电&接听"), TermRule.parse("cloud", "机房")])
        >>> [[match.code for match in found] for found in rules.match_each("接听。来电，接听。机房", [(0, 3), (3, 9)])]
        [[], ['hotline']]
        """
        ways = self._ways(longest)
        for (start, end), found in zip(spans, self._index.divided(text, spans), strict=True):
            yield self._match(text[start:end], found, start, ways) if found else ()

    def spans(self, text: str, match: Match, *, longest: bool = True) -> tuple[Span, ...]:
        """Return where the terms stand by which `match` found its code in `text`, in order, each place once."""
        ways, rule = self._ways(longest), self._rules[self._codes[match.code]]
        reading = _Reading(self._index, text, self._index.found(text), longer=ways.longer)
        return tuple(sorted({place for one in match.found for place in reading.find(one, rule)}))

    def _match(self, text: str, found: Occurrences, first: int, ways: _Ways) -> tuple[Match, ...]:
        present = _present(found)
        by_terms = ways.by_terms(present)
        if by_terms.matches is not None:
            return by_terms.matches
        reading = _Reading(self._index, text, found, first, ways.longer)
        named: dict[int, list[Alternative]] = {}
        for number, _, alternative, doubts, near in by_terms.possible:
            if doubts is None or not present.isdisjoint(doubts):
                is_found = bool(reading.find(alternative, self._rules[number]))
            else:
                is_found = near is None or reading.has_near(*near)
            if is_found:
                named.setdefault(number, []).append(alternative)
        return tuple(
            [
                Match(self._rules[number].code, tuple(those))
                for number, those in named.items()
                if not self._is_barred(number, reading)
            ]
        )

    def mentions(self, text: str) -> bool:
        """Whether the terms of `text` can make a match at all: false for most texts, and told fast.

        What is false for a text is false for all parts of it.

        >>> rules = RuleSet([TermRule.parse("hotline", "来电&接听", "股市")])
        >>> rules.mentions("接听来电3万个"), rules.mentions("来电3万个")
        (True, False)
        """
        return bool(self._ways(longest=False).by_terms(_present(self._index.found(text))).possible)

    def barred(self, text: str, codes: Iterable[str]) -> set[str]:
        """Return those of `codes` whose excludes `text` has.

        >>> RuleSet([TermRule.parse("hotline", "热线", "股市")]).barred("股市热线", ["hotline"])
        {'hotline'}
        """
        lowered, terms = lower(text), self._index.terms  # most texts have none of the first terms
        numbers = [
            number
            for number in map(self._codes.__getitem__, codes)
            if any(terms[first] in lowered for first in self._barring[number])
        ]
        if not numbers:
            return set()
        found = self._index.found(text)
        reading = _Reading(self._index, text, found)
        return {self._rules[number].code for number in numbers if self._is_barred(number, reading)}

    def _is_barred(self, number: int, reading: _Reading) -> bool:
        barring = self._barring[number]
        return any(
            reading.find(alternative)
            for term in barring.keys() & reading.places.keys()
            for alternative in barring[term]
        )

    def _ways(self, longest: bool) -> _Ways:
        """Made when first asked for: most rules are read in one of the two ways only."""
        if (ways := self._made.get(longest)) is None:
            longer = _longer(self._rules, self._index) if longest else _NO_LONGER
            ways = self._made[longest] = _Ways(self._rules, self._index, longer, self._barring)
        return ways


_NUMBER = itemgetter(0)


def _present(found: Occurrences) -> frozenset[int]:
    """The terms that occur, wherever they stand."""
    return frozenset(map(_NUMBER, found))


_NO_LONGER: Longer = MappingProxyType({})


def _longer(rules: Iterable[TermRule], index: TermIndex) -> Longer:
    """The terms that count alone and contain another term, which they cover."""
    owners: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for alternative in rule.includes:
            if len(alternative) == 1:
                owners[alternative.terms[0]].add(rule.code)
    longer: dict[int, dict[int, set[str]]] = defaultdict(dict)
    for term, codes in owners.items():
        for inner in {hit.term for hit in index.hits(term)} - {term}:
            longer[index.numbers[inner]][index.numbers[term]] = codes
    return dict(longer)


class _Ways:
    """The alternatives of all rules by their first two terms, and what has to be settled about each.

    By the terms alone, no places looked for, 59 of 100 are settled in policies, 72 in work reports.
    """

    def __init__(
        self, rules: Sequence[TermRule], index: TermIndex, longer: Longer, barring: Sequence[Barring]
    ) -> None:
        self._rules, self.longer, self._barring = rules, longer, barring
        self._alone: dict[int, list[Possible]] = {}
        self._paired: dict[int, dict[int, list[Possible]]] = {}
        for number, rule in enumerate(rules):
            for place, alternative in enumerate(rule.includes):
                first, *others = map(index.numbers.__getitem__, alternative.terms)
                doubts = _doubts(alternative, rule, index, longer)
                window = alternative.windows[0] if others else None
                near = None if window is None else (first, others[0], window)
                possible = Possible(number, place, alternative, doubts, near)
                alone = self._alone.setdefault(first, [])
                paired = self._paired.setdefault(first, {})
                (paired.setdefault(others[0], []) if others else alone).append(possible)
        self.by_terms = lru_cache(KEPT)(self._by_terms)

    def _by_terms(self, present: frozenset[int]) -> ByTerms:
        possible = self._possible(present)
        named: dict[int, list[Alternative]] = {}
        for number, _, alternative, doubts, near in possible:
            if doubts is None or near is not None or not doubts.isdisjoint(present):
                return ByTerms(possible, None)
            named.setdefault(number, []).append(alternative)
        if not all(self._barring[number].keys().isdisjoint(present) for number in named):
            return ByTerms(possible, None)
        matches = (Match(self._rules[number].code, tuple(those)) for number, those in named.items())
        return ByTerms(possible, tuple(matches))

    def _possible(self, present: frozenset[int]) -> tuple[Possible, ...]:
        possible: list[Possible] = []
        for term in self._alone.keys() & present:
            possible += self._alone[term]
            if paired := self._paired[term]:
                for second in paired.keys() & present:
                    possible += paired[second]
        possible.sort()  # no two have the same place in the same row
        return tuple(possible)


def _doubts(
    alternative: Alternative, rule: TermRule, index: TermIndex, longer: Longer
) -> frozenset[int] | None:
    """The terms that may take an alternative away: those behind `!`, and the longer ones of other codes only."""
    if rule.affirmed or len(alternative) > 2 or not index.latin.isdisjoint(alternative):
        return None
    covers = (longer.get(index.numbers[term], {}) for term in alternative)
    others = {one for over in covers for one, codes in over.items() if rule.code not in codes}
    return frozenset(others.union(index.numbers[term] for term in alternative.without))


class _Reading:
    """A text with the places of the terms that occur in it: whether an alternative is found there."""

    def __init__(
        self, index: TermIndex, text: str, found: Occurrences, first: int = 0, longer: Longer = _NO_LONGER
    ) -> None:
        self._index, self._text, self._longer = index, text, longer
        self.places = index.places(text, found, first)

    def has_near(self, first: int, second: int, window: int) -> bool:
        """Whether two terms stand near each other."""
        others = self.places[second]
        return any(_has_near(place, others, window) for place in self.places[first])

    def find(self, alternative: Alternative, rule: TermRule | None = None) -> list[Span]:
        """Return the places that make `alternative` true, none when it is not.

        With the rule it belongs to, places that another code covers do not count, nor, where it matters to the
        rule, those that are denied.
        """
        numbers = self._index.numbers
        used = []
        for term in alternative.terms:
            if not (places := self._counting(numbers[term], rule)):
                return []
            used.append(places)
        for unwanted in alternative.without:
            if masks := self.places.get(numbers[unwanted]):
                if not any(term in unwanted for term in alternative.terms):
                    return []
                used = [[place for place in places if not _lies_in(place, masks)] for places in used]
        if alternative.windows and all(used):
            used = _within_windows(used, alternative.windows)
        return [place for places in used for place in places] if all(used) else []

    def _counting(self, term: int, rule: TermRule | None) -> list[Span]:
        """Return the places of a term that count for a rule."""
        places = self.places.get(term, [])
        if rule is None or not places:
            return places
        longer = self._longer.get(term)
        if longer and (over := longer.keys() & self.places.keys()):
            masks = [(self.places[one], rule.code in longer[one]) for one in over]
            places = [place for place in places if not _is_covered(place, masks)]
        if rule.affirmed and _WANT.search(self._text):
            places = [place for place in places if not _is_denied(self._text, place)]
        return places


def _is_covered(place: Span, masks: Iterable[tuple[list[Span], bool]]) -> bool:
    """Whether a place lies in longer terms, none of which is of its own code."""
    covered = False
    for spans, is_own in masks:
        if _lies_in(place, spans):
            if is_own:
                return False
            covered = True
    return covered


def _lies_in(place: Span, masks: Iterable[Span]) -> bool:
    start, end = place
    for first, last in masks:  # noqa: SIM110 (any() over a generator takes three times as long)
        if first <= start and end <= last:
            return True
    return False


def _within_windows(used: list[list[Span]], windows: Sequence[int | None]) -> list[list[Span]]:
    """Keep of each term the places that have a neighbour near enough: from left to right, then back."""
    last = len(used) - 1
    for i, beside in [
        *((i, i - 1) for i in range(1, last + 1)),
        *((i, i + 1) for i in range(last - 1, -1, -1)),
    ]:
        window = windows[min(i, beside)]
        if window is not None:
            used[i] = [one for one in used[i] if _has_near(one, used[beside], window)]
    return used


def _has_near(place: Span, others: Iterable[Span], window: int) -> bool:
    """Whether at most `window` characters stand between a place and another; never where they overlap."""
    start, end = place
    for first, last in others:  # noqa: SIM110 (as above)
        if 0 <= (first - end if start < first else start - last) <= window:
            return True
    return False


def _is_denied(text: str, place: Span) -> bool:
    start, end = place
    return bool(
        _DENIED_BEFORE.search(text[max(start - 12, 0) : start]) or _DENIED_BEHIND.match(text[end : end + 12])
    )
