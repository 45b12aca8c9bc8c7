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
from functools import cached_property, lru_cache
from itertools import groupby, product
from operator import itemgetter
from types import MappingProxyType

from egovlib.codebook.occurrences import Hit, TermIndex, lower

Found = list[Hit]

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
        joints = ("&" if window is None else f"~{window}~" for window in self.windows)
        return self.terms[0] + "".join(
            joint + term for joint, term in zip(joints, self.terms[1:], strict=True)
        )


@dataclass(frozen=True)
class Match:
    """A code a text has: the alternatives found, in the order of their row, and where their terms stand."""

    code: str
    found: tuple[Alternative, ...]
    hits: tuple[Hit, ...] = ()

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the terms stand, in order, each place once."""
        return tuple(sorted({(hit.start, hit.end) for hit in self.hits}))

    @cached_property
    def evidence(self) -> str:
        """The alternatives found, in the term language."""
        return "|".join(map(str, self.found))

    @cached_property
    def longest(self) -> Alternative:
        """The most specific alternative found: the one with the most characters."""
        return max(self.found, key=lambda alternative: sum(map(len, alternative)))


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
        # where to look: (number of the rule, place in its row) by a term alone, and by the first two of several
        self._alone: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._paired: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        self._owners: dict[str, set[str]] = defaultdict(set)
        # what keeps each rule out, by the first term
        self._barring: list[dict[str, list[Alternative]]] = [defaultdict(list) for _ in rules]
        for number, rule in enumerate(rules):
            for alternative in rule.excludes:
                self._barring[number][alternative.terms[0]].append(alternative)
            for place, alternative in enumerate(rule.includes):
                first, *others = alternative.terms
                if others:
                    self._paired[first][others[0]].append((number, place))
                else:
                    self._alone[first].append((number, place))
                    self._owners[first].add(rule.code)
        self._reach = max(map(len, self._owners), default=0)
        # the last texts are remembered: the numbers of one sentence ask for the same words again
        self._read = lru_cache(maxsize=256)(self._reading)

    def match(self, text: str, *, longest: bool = True) -> tuple[Match, ...]:
        """Return the codes of `text`, in the order of the rules.

        With `longest`, a term inside a longer term of another code does not count: 网络 says nothing about
        networks in 网络安全. Only terms that count alone cover others so. Excludes are looked for in the
        whole text.
        """
        reading = self._read(text)
        if reading is None:
            return ()
        if longest not in reading.matches:
            reading.matches[longest] = tuple(self._matches(reading, longest))
        return reading.matches[longest]

    def _matches(self, reading: _Reading, longest: bool) -> Iterator[Match]:
        covers = self._covers(reading.hits) if longest and len(reading.hits) > 1 else {}
        for number, places in groupby(reading.possible, key=itemgetter(0)):
            if self._is_barred(number, reading):
                continue
            rule = self._rules[number]
            found = [
                (rule.includes[place], used)
                for _, place in places
                if (used := reading.find(rule.includes[place], rule, covers))
            ]
            if found:
                hits_used = tuple(hit for _, used in found for hit in used)
                yield Match(rule.code, tuple(one for one, _ in found), hits_used)

    def mentions(self, text: str) -> bool:
        """Whether the terms of `text` can make a match at all: false for most texts, and told fast.

        >>> rules = RuleSet([TermRule.parse("hotline", "来电&接听", "股市")])
        >>> rules.mentions("接听来电3万个"), rules.mentions("来电3万个")
        (True, False)
        """
        return self._read(text) is not None

    def barred(self, text: str, codes: Iterable[str]) -> set[str]:
        """Return those of `codes` whose excludes `text` has.

        >>> RuleSet([TermRule.parse("hotline", "热线", "股市")]).barred("股市热线", ["hotline"])
        {'hotline'}
        """
        reading = _Reading(text, self._index.hits(text))
        return {code for code in codes if self._is_barred(self._numbers[code], reading)}

    def _reading(self, text: str) -> _Reading | None:
        """Read a text for its matches; None where its terms cannot make one, as in most texts."""
        possible = self._possible(self._index.terms(text))
        return _Reading(text, self._index.hits(text), possible) if possible else None

    def _is_barred(self, number: int, reading: _Reading) -> bool:
        barring = self._barring[number]
        return any(
            reading.find(alternative)
            for term in barring.keys() & reading.present.keys()
            for alternative in barring[term]
        )

    def _possible(self, present: set[str]) -> list[tuple[int, int]]:
        """Return the alternatives whose first two terms are there, by rule and place in its row."""
        possible: list[tuple[int, int]] = []
        for term in present:
            if term in self._alone:
                possible += self._alone[term]
            if term in self._paired:
                seconds = self._paired[term]
                for second in seconds.keys() & present:
                    possible += seconds[second]
        possible.sort()
        return possible

    def _covers(self, hits: Found) -> dict[Hit, set[str]]:
        """Return, for each hit inside longer single terms, the codes of these."""
        covers = {}
        for place, hit in enumerate(hits):
            codes: set[str] = set()
            for earlier in range(place - 1, -1, -1):
                other = hits[earlier]
                if other.start <= hit.start - self._reach:
                    break
                if other.end >= hit.end:
                    codes |= self._owners.get(other.term, set())
            if codes:
                covers[hit] = codes
        return covers


class _Reading:
    """A text with its hits: where an alternative is found in it.

    possible  the alternatives whose first terms are there: number of the rule, place in its row
    matches   with and without `longest`, once asked for
    """

    def __init__(self, text: str, hits: Found, possible: Sequence[tuple[int, int]] = ()) -> None:
        self._text, self.hits, self.present, self.possible = text, hits, _by_term(hits), possible
        self.matches: dict[bool, tuple[Match, ...]] = {}

    @cached_property
    def _denied(self) -> set[Hit]:
        if not _WANT.search(self._text):
            return set()
        return {hit for hit in self.hits if _is_denied(self._text, hit)}

    def find(
        self,
        alternative: Alternative,
        rule: TermRule | None = None,
        covers: Mapping[Hit, set[str]] = MappingProxyType({}),
    ) -> Found:
        """Return the hits that make `alternative` true, none when it is not.

        With the rule it belongs to, hits that another code covers do not count, nor, where it matters to the
        rule, those that are denied.
        """
        used = [self.present.get(term, []) for term in alternative.terms]
        if rule is not None and (covers or rule.affirmed):
            used = [self._free(hits, rule, covers) for hits in used]
        if len(used) == 1 and not alternative.without:
            return used[0]
        for unwanted in alternative.without:
            if unwanted in self.present:
                if not any(term in unwanted for term in alternative.terms):
                    return []
                masks = self.present[unwanted]
                used = [[hit for hit in hits if not _lies_in(hit, masks)] for hits in used]
        if alternative.windows and all(used):
            used = _within_windows(used, alternative.windows)
        return [hit for hits in used for hit in hits] if all(used) else []

    def _free(self, hits: Found, rule: TermRule, covers: Mapping[Hit, set[str]]) -> Found:
        if covers:
            hits = [hit for hit in hits if hit not in covers or rule.code in covers[hit]]
        if rule.affirmed and self._denied:
            hits = [hit for hit in hits if hit not in self._denied]
        return hits


def _by_term(hits: Iterable[Hit]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for hit in hits:
        if hit[0] in found:
            found[hit[0]].append(hit)
        else:
            found[hit[0]] = [hit]
    return found


def _lies_in(hit: Hit, masks: Found) -> bool:
    return any(mask.start <= hit.start and hit.end <= mask.end for mask in masks)


def _within_windows(used: list[Found], windows: Sequence[int | None]) -> list[Found]:
    """Keep of each term the hits that have a neighbour near enough: from left to right, then back."""
    last = len(used) - 1
    for i, beside in [
        *((i, i - 1) for i in range(1, last + 1)),
        *((i, i + 1) for i in range(last - 1, -1, -1)),
    ]:
        window = windows[min(i, beside)]
        if window is not None:
            used[i] = [hit for hit in used[i] if any(_near(hit, other, window) for other in used[beside])]
    return used


def _near(one: Hit, other: Hit, window: int) -> bool:
    """Whether at most `window` characters stand between two hits; never where they overlap."""
    return 0 <= (other.start - one.end if one.start < other.start else one.start - other.end) <= window


def _is_denied(text: str, hit: Hit) -> bool:
    return bool(
        _DENIED_BEFORE.search(text[max(hit.start - 12, 0) : hit.start])
        or _DENIED_BEHIND.match(text[hit.end : hit.end + 12])
    )
