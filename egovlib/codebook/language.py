"""The term language of the codebook: which words put a text under a code, and which keep it out.

A cell `includes` or `excludes` holds alternatives; one of them is enough.

    A|B      A, or B
    A&B      both, anywhere in the sentence
    A~9~B    both, in either order, with at most 9 characters between them
    A/B      one of the two, at this place: 医疗/教育&系统/平台 stands for four alternatives
    A!B      A, but not where it is part of B, nor in a sentence with a B that it is no part of

`|` binds least, then `!`, then `&` and `~9~`, then `/`. Terms are plain words, never regular expressions, so
that no cell can fail to compile or backtrack without end. `excludes` keeps the whole code out of a sentence.

>>> rules = RuleSet([TermRule.parse("broadband", "网络"), TermRule.parse("security", "网络安全|漏洞~6~修补")])
>>> [(found.code, found.evidence) for found in rules.match("强化网络安全")]
[('security', '网络安全')]
>>> rules.match("修补已知的漏洞")[0].spans
((0, 2), (5, 7))
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from egovlib.codebook.occurrences import Occurrences, Span, TermIndex, lower

Longer = Mapping[str, Mapping[str, set[str]]]
"""The terms that contain a term, with the codes of each."""

_JOINT = re.compile(r"(&|~\d{1,3}~)")

MOST_ALTERNATIVES = 2_000
"""Of one cell. Each `/` between two `&` multiplies: thirty of them would stand for more than any machine holds.
The richest cell of the packaged codebook stands for 421."""

_CLAUSE = "[^,，;；:：、。]"
_NOT = "没有|没能|未能|未曾|从未|尚未|还未|未(?![来成])|尚无|并无|毫无|缺乏|缺少|无法"
_WANTING = "不足|不够|不强|不高|不全|不完善|不健全|滞后|薄弱|欠缺|缺失|奇缺|匮乏|短缺|有待|亟待"
_WANT = re.compile(f"{_NOT}|{_WANTING}|[不无]")
_DENIED_BEFORE = re.compile(rf"(?:(?:{_NOT}){_CLAUSE}{{0,6}}|[不无])$")
"""A mention is denied by a negating word up to 6 characters before it in its clause (没有建立统一的标准体系), by
不 and 无 only right before it: they open too many words (不断, 无线)."""
_DENIED_BEHIND = re.compile(rf"{_CLAUSE}{{0,6}}(?:{_WANTING})")
"""… or by a word of want up to 6 characters behind it (人才奇缺, 体制机制不够健全)."""


@dataclass(frozen=True)
class Alternative:
    """Terms that count together, in the order of the cell.

    windows  between each two neighbours, how many characters may stand there; None: anywhere
    without  terms behind `!`
    """

    terms: tuple[str, ...]
    windows: tuple[int | None, ...] = ()
    without: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __str__(self) -> str:
        return self._written

    @cached_property
    def is_plain(self) -> bool:
        """Whether its terms count wherever they stand."""
        return not self.without and not any(window is not None for window in self.windows)

    @cached_property
    def characters(self) -> int:
        """How many characters its terms have: the more, the more specific it is."""
        return sum(map(len, self.terms))

    @cached_property
    def _written(self) -> str:
        joints = ("&" if window is None else f"~{window}~" for window in self.windows)
        return self.terms[0] + "".join(
            joint + term for joint, term in zip(joints, self.terms[1:], strict=True)
        )


class Match(NamedTuple):
    """A code a text has, by its rule: the alternatives found, in the order of their row; and where to look again."""

    rule: TermRule
    found: tuple[Alternative, ...]
    reading: _Reading

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.rule.code

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the terms stand, in order, each place once."""
        return tuple(sorted({place for one in self.found for place in self.reading.find(one, self.rule)}))

    @property
    def evidence(self) -> str:
        """The alternatives found, in the term language."""
        return "|".join(map(str, self.found))

    @property
    def longest(self) -> Alternative:
        """The most specific alternative found: the one with the most characters."""
        return max(self.found, key=attrgetter("characters"))


Possible = tuple[int, int, Alternative]
"""An alternative that may be found: number of its rule, place in the row, and itself."""


@dataclass(frozen=True)
class TermRule:
    """The terms of one code, parsed; `affirmed`: a mention that is denied does not count."""

    code: str
    includes: tuple[Alternative, ...]
    excludes: tuple[Alternative, ...] = ()
    affirmed: bool = False

    @classmethod
    def parse(cls, code: str, includes: str, excludes: str = "", *, affirmed: bool = False) -> TermRule:
        """Parse two cells of the term language.

        >>> [one.terms for one in TermRule.parse("hotline", "热线|来电&接听/回访").includes]
        [('热线',), ('来电', '接听'), ('来电', '回访')]
        """
        return cls(code, alternatives(includes), alternatives(excludes), affirmed)


def alternatives(cell: str) -> tuple[Alternative, ...]:
    """Parse one cell: ASCII letters in lower case, blanks around terms dropped; an empty cell has none.

    Raises ValueError for a cell of more than `MOST_ALTERNATIVES`.
    """
    if (number := count_alternatives(cell)) > MOST_ALTERNATIVES:
        raise ValueError(
            f"the cell {cell[:20]!r}… stands for {number} alternatives, of which it may have {MOST_ALTERNATIVES}; "
            "write fewer terms joined by / on both sides of &."
        )
    return tuple(_parse(lower(cell))) if cell.strip() else ()


def count_alternatives(cell: str) -> int:
    """How many alternatives a cell stands for, without making them.

    >>> count_alternatives("医疗/教育&系统/平台|热线"), count_alternatives("甲/乙&" * 40 + "丙")
    (5, 1099511627776)
    """
    wanted = (part.partition("!")[0] for part in cell.split("|"))
    return sum(math.prod(1 + piece.count("/") for piece in _JOINT.split(part)[::2]) for part in wanted)


def _parse(cell: str) -> Iterator[Alternative]:
    for part in cell.split("|"):
        wanted, *unwanted = part.split("!")
        pieces = _JOINT.split(wanted)
        windows = tuple(None if joint == "&" else int(joint.strip("~")) for joint in pieces[1::2])
        without = tuple(term.strip() for group in unwanted for term in group.split("/"))
        for terms in product(*(piece.split("/") for piece in pieces[::2])):
            yield Alternative(tuple(term.strip() for term in terms), windows, without)


class RuleSet:
    """Several codes' term rules, applied to texts together."""

    def __init__(self, rules: Sequence[TermRule]) -> None:
        self._rules = rules
        self._numbers = {rule.code: number for number, rule in enumerate(rules)}
        self._index = TermIndex(
            term
            for rule in rules
            for alternative in rule.includes + rule.excludes
            for term in alternative.terms + alternative.without
        )
        # where to look, by a term alone and by the first two of several
        self._alone: dict[str, list[Possible]] = defaultdict(list)
        self._paired: dict[str, dict[str, list[Possible]]] = defaultdict(lambda: defaultdict(list))
        self._owners: dict[str, set[str]] = defaultdict(set)
        # what keeps each rule out, by the first term
        self._barring: list[dict[str, list[Alternative]]] = [defaultdict(list) for _ in rules]
        for number, rule in enumerate(rules):
            for alternative in rule.excludes:
                self._barring[number][alternative.terms[0]].append(alternative)
            for place, alternative in enumerate(rule.includes):
                first, *others = alternative.terms
                if others:
                    self._paired[first][others[0]].append((number, place, alternative))
                else:
                    self._alone[first].append((number, place, alternative))
                    self._owners[first].add(rule.code)
        self._firsts = frozenset((*self._alone, *self._paired))

    def match(self, text: str, *, longest: bool = True) -> tuple[Match, ...]:
        """Return the codes of `text`, in the order of the rules.

        With `longest`, a term inside a longer term of another code does not count: 网络 says nothing about
        networks in 网络安全. Only terms that count alone cover others so. Excludes are looked for in the
        whole text.
        """
        return self._match(text, self._index.found(text), 0, longest)

    def match_each(
        self, text: str, spans: Sequence[Span], *, longest: bool = True
    ) -> Iterator[tuple[Match, ...]]:
        """Yield what `match` returns for the text of each of `spans`, the sentences of a document in order.

        >>> rules = RuleSet([TermRule.parse("hotline", "来电&接听"), TermRule.parse("cloud", "机房")])
        >>> [[match.code for match in found] for found in rules.match_each("接听。来电，接听。机房", [(0, 3), (3, 9)])]
        [[], ['hotline']]
        """
        for (start, end), found in zip(spans, self._index.divided(text, spans), strict=True):
            yield self._match(text[start:end], found, start, longest) if found else ()

    def _match(self, text: str, found: Occurrences, first: int, longest: bool) -> tuple[Match, ...]:
        present = self._index.terms(found)
        possible = self._possible(present)
        if not possible:
            return ()
        reading = _Reading(self._index, text, found, present, first, self._longer if longest else _NO_LONGER)
        named: dict[int, list[Alternative]] = {}
        for number, _, alternative in possible:
            if reading.has(alternative, self._rules[number]):
                named.setdefault(number, []).append(alternative)
        return tuple(
            [
                Match(self._rules[number], tuple(those), reading)
                for number, those in named.items()
                if not (self._barring[number] and self._is_barred(number, reading))
            ]
        )

    def mentions(self, text: str) -> bool:
        """Whether the terms of `text` can make a match at all: false for most texts, and told fast.

        What is false for a text is false for all parts of it.

        >>> rules = RuleSet([TermRule.parse("hotline", "来电&接听", "股市")])
        >>> rules.mentions("接听来电3万个"), rules.mentions("来电3万个")
        (True, False)
        """
        return bool(self._possible(self._index.terms(self._index.found(text))))

    def barred(self, text: str, codes: Iterable[str]) -> set[str]:
        """Return those of `codes` whose excludes `text` has.

        >>> RuleSet([TermRule.parse("hotline", "热线", "股市")]).barred("股市热线", ["hotline"])
        {'hotline'}
        """
        lowered = lower(text)  # most texts have none of the first terms: no need to look for all terms then
        numbers = [
            number
            for number in map(self._numbers.__getitem__, codes)
            if any(term in lowered for term in self._barring[number])
        ]
        if not numbers:
            return set()
        found = self._index.found(text)
        reading = _Reading(self._index, text, found, self._index.terms(found))
        return {self._rules[number].code for number in numbers if self._is_barred(number, reading)}

    def _is_barred(self, number: int, reading: _Reading) -> bool:
        barring = self._barring[number]
        return any(
            reading.find(alternative)
            for term in barring.keys() & reading.present
            for alternative in barring[term]
        )

    def _possible(self, present: set[str]) -> list[Possible]:
        """Return the alternatives whose first two terms are there, by rule and place in its row."""
        possible: list[Possible] = []
        for term in self._firsts & present:
            if term in self._alone:
                possible += self._alone[term]
            if term in self._paired:
                seconds = self._paired[term]
                for second in seconds.keys() & present:
                    possible += seconds[second]
        possible.sort()  # no two have the same place in the same row
        return possible

    @cached_property
    def _longer(self) -> Longer:
        """The terms that count alone and contain another term, which they cover."""
        longer: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for term, codes in self._owners.items():
            for inner in {hit.term for hit in self._index.hits(term)} - {term}:
                longer[inner][term] = codes
        return dict(longer)


_NO_LONGER: Longer = MappingProxyType({})


class _Reading:
    """A text with the terms that occur in it, and where: whether an alternative is found there.

    The places are made when they are asked for: for most codes it is enough that the term is there.
    """

    def __init__(
        self,
        index: TermIndex,
        text: str,
        found: Occurrences,
        present: set[str],
        first: int = 0,
        longer: Longer = _NO_LONGER,
    ) -> None:
        self._index, self._text, self._found, self._first = index, text, found, first
        self.present, self._longer = present, longer

    @cached_property
    def _denies(self) -> bool:
        return _WANT.search(self._text) is not None

    def has(self, alternative: Alternative, rule: TermRule) -> bool:
        """Whether `find` finds places: told without looking for them where the terms being there is enough."""
        if not alternative.is_plain or rule.affirmed:
            return bool(self.find(alternative, rule))
        present, latin, longer = self.present, self._index.latin, self._longer
        for term in alternative.terms:
            if term not in present:
                return False
            if term in latin or (term in longer and not present.isdisjoint(longer[term])):
                return bool(self.find(alternative, rule))
        return True

    def find(self, alternative: Alternative, rule: TermRule | None = None) -> list[Span]:
        """Return the places that make `alternative` true, none when it is not.

        With the rule it belongs to, places that another code covers do not count, nor, where it matters to the
        rule, those that are denied.
        """
        used = [self._counting(term, rule) for term in alternative.terms]
        for unwanted in alternative.without:
            if masks := self._places(unwanted):
                if not any(term in unwanted for term in alternative.terms):
                    return []
                used = [[place for place in places if not _lies_in(place, masks)] for places in used]
        if alternative.windows and all(used):
            used = _within_windows(used, alternative.windows)
        return [place for places in used for place in places] if all(used) else []

    def _counting(self, term: str, rule: TermRule | None) -> list[Span]:
        """Return the places of a term that count for a rule."""
        places = self._places(term)
        if rule is None or not places:
            return places
        longer = self._longer.get(term)
        if longer and (over := longer.keys() & self.present):
            masks = [(self._places(one), rule.code in longer[one]) for one in over]
            places = [place for place in places if not _is_covered(place, masks)]
        if rule.affirmed and self._denies:
            places = [place for place in places if not _is_denied(self._text, place)]
        return places

    def _places(self, term: str) -> list[Span]:
        if term not in self.present:
            return []
        return self._index.places(term, self._text, self._found, self._first)


def _is_covered(place: Span, masks: Iterable[tuple[list[Span], bool]]) -> bool:
    """Whether a place lies in longer terms, none of which is of its own code."""
    own = [is_own for spans, is_own in masks if _lies_in(place, spans)]
    return bool(own) and not any(own)


def _lies_in(place: Span, masks: Iterable[Span]) -> bool:
    start, end = place
    return any(first <= start and end <= last for first, last in masks)


def _within_windows(used: list[list[Span]], windows: Sequence[int | None]) -> list[list[Span]]:
    """Keep of each term the places that have a neighbour near enough: from left to right, then back."""
    last = len(used) - 1
    for i, beside in [
        *((i, i - 1) for i in range(1, last + 1)),
        *((i, i + 1) for i in range(last - 1, -1, -1)),
    ]:
        window = windows[min(i, beside)]
        if window is not None:
            used[i] = [one for one in used[i] if any(_near(one, other, window) for other in used[beside])]
    return used


def _near(one: Span, other: Span, window: int) -> bool:
    """Whether at most `window` characters stand between two places; never where they overlap."""
    return 0 <= (other[0] - one[1] if one[0] < other[0] else one[0] - other[1]) <= window


def _is_denied(text: str, place: Span) -> bool:
    start, end = place
    return bool(
        _DENIED_BEFORE.search(text[max(start - 12, 0) : start]) or _DENIED_BEHIND.match(text[end : end + 12])
    )
