"""How many steps a regular expression takes on a text, counted rather than timed.

Python's `re` tries one way after the other (backtracking), so that a pattern can need time in the square of the text,
or 2 to its power. Here the same search is made over the parsed pattern with a counter. A text that only repeats one
piece costs a linear pattern the same for each repeat, whatever the machine is doing: the second difference of the steps
over 1, 2 and 3 times as many repeats is nought, and that of a quadratic one grows with the square of the repeats.

>>> quadratic(r"a+b") is None, quadratic(r"(a+)+b") is None, quadratic(r"(?<!a)a+b") is None
(False, False, True)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from re import _constants as op
from re import _parser

REPEATS = 12
"""Pieces in the shortest text; more than SMALL, so that every bounded repeat has reached its bound."""

SMALL = 4
"""A bounded repeat is counted as if its bound were this at most: it costs the same for every length of text."""

MOST = 400_000
"""Steps after which a search is given up as too slow; 36 pieces cost a linear pattern some thousands."""

BAD = "\uffff" * 6
"""Characters that no pattern wants, more than SMALL: what makes a search fail late."""

_UNBOUNDED = op.MAXREPEAT
_WORDS = {
    op.CATEGORY_DIGIT: str.isdigit, op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    op.CATEGORY_SPACE: str.isspace, op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_", op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}  # fmt: skip
_SAMPLES = "a0 政一。,\n(（)）.、-:<>\"'\\&;"
"""What is tried as a member of a class, beside the characters that the class names."""

Match = Callable[[int, Callable[[int], bool]], bool]


class TooSlowError(Exception):
    """The search was given up."""


class _Search:
    """A pattern compiled to closures that count what they look at."""

    def __init__(self, tree: object, flags: int):
        self.text, self.flags, self.steps = "", flags, 0
        self.groups: dict[int, tuple[int, int]] = {}
        self.match = self._sequence(list(tree))  # type: ignore[call-overload]

    def run(self, text: str, *, anchored: bool) -> int:
        """Count the steps of match (anchored) or of finditer over a text."""
        self.text, self.steps = text, 0
        start, ends = 0, []
        while start <= len(self.text):
            ends.clear()
            self.groups.clear()
            if self.match(start, lambda end: ends.append(end) or True):
                start = max(ends[0], start + 1)
            else:
                start += 1
            if anchored:
                break
        return self.steps

    def _one(self, test: Callable[[str], bool]) -> Match:
        def match(at: int, then: Callable[[int], bool]) -> bool:
            return self._look(test, at) and then(at + 1)

        match.test = test  # type: ignore[attr-defined]
        return match

    def _look(self, test: Callable[[str], bool], at: int) -> bool:
        self.steps += 1
        if self.steps > MOST:
            raise TooSlowError
        return at < len(self.text) and test(self.text[at])

    def _sequence(self, items: list[tuple[object, object]]) -> Match:
        parts = [self._item(code, value) for code, value in items]

        def match(at: int, then: Callable[[int], bool], number: int = 0) -> bool:
            if number == len(parts):
                return then(at)
            return parts[number](at, lambda end: match(end, then, number + 1))

        if len(parts) == 1:
            return parts[0]
        return match

    def _item(self, code: object, value: object) -> Match:  # noqa: C901 - one case a code of the parser
        if code in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            return self._one(character_test(code, value, self.flags))
        if code is op.BRANCH:
            branches = [self._sequence(list(branch)) for branch in value[1]]
            return lambda at, then: any(branch(at, then) for branch in branches)
        if code is op.SUBPATTERN:
            return self._group(value[0], self._sequence(list(value[3])))
        if code is op.ATOMIC_GROUP:
            return self._atomic(self._sequence(list(value)))
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            low, high, body = value
            bounded = high is not _UNBOUNDED
            repeat = self._repeat(
                self._sequence(list(body)),
                min(low, SMALL) if bounded else low,
                min(high, max(SMALL, min(low, SMALL))) if bounded else sys.maxsize,
                lazy=code is op.MIN_REPEAT,
            )
            return self._atomic(repeat) if code is op.POSSESSIVE_REPEAT else repeat
        if code is op.AT:
            return lambda at, then: self._stands(value, at) and then(at)
        if code in (op.ASSERT, op.ASSERT_NOT):
            return self._assertion(value[0], value[1], code is op.ASSERT)
        if code is op.GROUPREF:
            return self._reference(value)
        if code is op.FAILURE:
            return lambda at, then: False
        if code is op.GROUPREF_EXISTS:
            yes, no = (self._sequence(list(branch or [])) for branch in value[1:])
            return lambda at, then: (yes if value[0] in self.groups else no)(at, then)
        raise NotImplementedError(code)

    def _group(self, number: int | None, inner: Match) -> Match:
        def match(at: int, then: Callable[[int], bool]) -> bool:
            def closed(end: int) -> bool:
                before = self.groups.get(number)  # type: ignore[arg-type]
                self.groups[number] = (at, end)  # type: ignore[index]
                if then(end):
                    return True
                if before is None:
                    del self.groups[number]  # type: ignore[arg-type]
                else:
                    self.groups[number] = before  # type: ignore[index]
                return False

            return inner(at, then if number is None else closed)

        return match

    @staticmethod
    def _atomic(inner: Match) -> Match:
        def match(at: int, then: Callable[[int], bool]) -> bool:
            ends: list[int] = []
            return inner(at, lambda end: ends.append(end) or True) and then(ends[0])

        return match

    def _repeat(self, inner: Match, low: int, high: int, *, lazy: bool) -> Match:
        test = getattr(inner, "test", None)
        if test is not None and not lazy:  # characters in a loop, as the engine reads them

            def run(at: int, then: Callable[[int], bool]) -> bool:
                end = at
                while end - at < high and self._look(test, end):
                    end += 1
                while end - at >= low:
                    if then(end):
                        return True
                    end -= 1
                    self.steps += 1
                return False

            return run

        def again(at: int, then: Callable[[int], bool], done: int = 0) -> bool:
            def more() -> bool:
                return done < high and inner(
                    at, lambda end: (end > at or done < low) and again(end, then, done + 1)
                )

            self.steps += 1
            if self.steps > MOST:
                raise TooSlowError
            if done < low:
                return more()
            return then(at) or more() if lazy else more() or then(at)

        return again

    def _stands(self, where: object, at: int) -> bool:
        size, lines = len(self.text), bool(self.flags & re.MULTILINE)
        if where is op.AT_BEGINNING:
            return at == 0 or (lines and self.text[at - 1] == "\n")
        if where is op.AT_BEGINNING_STRING:
            return at == 0
        if where is op.AT_END:
            return at == size or (self.text[at] == "\n" and (lines or at == size - 1))
        if where is op.AT_END_STRING:
            return at == size
        word = _WORDS[op.CATEGORY_WORD]
        edge = (at > 0 and word(self.text[at - 1])) != (at < size and word(self.text[at]))
        return edge if where is op.AT_BOUNDARY else not edge

    def _assertion(self, direction: int, body: object, wanted: bool) -> Match:
        inner = self._sequence(list(body))  # type: ignore[call-overload]
        width = min(body.getwidth()[0], sys.maxsize)  # type: ignore[attr-defined]

        def match(at: int, then: Callable[[int], bool]) -> bool:
            begin = at if direction > 0 else at - width
            return (begin >= 0 and inner(begin, lambda _: True)) == wanted and then(at)

        return match

    def _reference(self, number: int) -> Match:
        def match(at: int, then: Callable[[int], bool]) -> bool:
            if number not in self.groups:
                return False
            start, end = self.groups[number]
            self.steps += end - start
            return self.text.startswith(self.text[start:end], at) and then(at + end - start)

        return match


def character_test(code: object, value: object, flags: int) -> Callable[[str], bool]:
    """Whether a character is what LITERAL, NOT_LITERAL, ANY or IN wants."""
    if code is op.ANY:
        return lambda c: bool(flags & re.DOTALL) or c != "\n"
    if code is op.LITERAL:
        return lambda c: ord(c) == value
    if code is op.NOT_LITERAL:
        return lambda c: ord(c) != value
    negated = value[0][0] is op.NEGATE  # type: ignore[index]

    def test(c: str) -> bool:
        for kind, what in value:  # type: ignore[attr-defined]
            if (
                (kind is op.LITERAL and ord(c) == what)
                or (kind is op.RANGE and what[0] <= ord(c) <= what[1])
                or (kind is op.CATEGORY and _WORDS[what](c))
            ):
                return not negated
        return negated

    return test


def _members(code: object, value: object, flags: int) -> Iterator[str]:
    """Some characters that a one-character pattern wants, those it names first."""
    named = [value] if code is op.LITERAL else []
    if code is op.IN:
        named = [
            what if kind is op.LITERAL else what[0] for kind, what in value if kind in (op.LITERAL, op.RANGE)
        ]  # type: ignore[attr-defined]
    test = character_test(code, value, flags)
    yield from (c for c in [*map(chr, named[:4]), *_SAMPLES] if test(c))


def _sample(items: list[tuple[object, object]], flags: int, pick: int = 0) -> str:
    """One text that the items match, lookarounds left aside; `pick` chooses among characters and branches."""
    written = ""
    for code, value in items:
        if code in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            members = list(_members(code, value, flags))
            written += members[pick % len(members)] if members else ""
        elif code is op.BRANCH:
            written += _sample(list(value[1][pick % len(value[1])]), flags, pick)  # type: ignore[index]
        elif code is op.SUBPATTERN:
            written += _sample(list(value[3]), flags, pick)  # type: ignore[index]
        elif code is op.ATOMIC_GROUP:
            written += _sample(list(value), flags, pick)  # type: ignore[call-overload]
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            low, _, body = value  # type: ignore[misc]
            written += _sample(list(body), flags, pick) * min(low, SMALL)
    return written


def _repeats(
    items: list[tuple[object, object]], flags: int, before: str = ""
) -> Iterator[tuple[str, list[tuple[object, object]], str]]:
    """Each unbounded repeat of a pattern: a text that leads to it, its body, a text that stands behind it."""
    for number, (code, value) in enumerate(items):
        behind = _sample(items[number + 1 :], flags)
        inner: list[object] = []
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            if value[1] is _UNBOUNDED:  # type: ignore[index]
                yield before, list(value[2]), behind  # type: ignore[index]
            inner = [value[2]]  # type: ignore[index]
        elif code is op.BRANCH:
            inner = list(value[1])  # type: ignore[index]
        elif code is op.SUBPATTERN:
            inner = [value[3]]  # type: ignore[index]
        elif code in (op.ASSERT, op.ASSERT_NOT):
            inner = [value[1]]  # type: ignore[index]
        elif code is op.ATOMIC_GROUP:
            inner = [value]
        for body in inner:
            yield from _repeats(list(body), flags, before)  # type: ignore[call-overload]
        before += _sample([(code, value)], flags)


def hostile_texts(pattern: str, flags: int = 0) -> Iterator[tuple[str, str, str]]:
    """(head, piece, tail): texts of head, many pieces and tail that the pattern's unbounded repeats run along."""
    tree = _parser.parse(pattern, flags)
    seen = set()
    for before, body, behind in _repeats(list(tree), tree.state.flags):
        pieces = dict.fromkeys(_sample(body, tree.state.flags, pick) for pick in range(6))
        for piece in islice(filter(None, pieces), 5):
            for head, repeated in (("", piece), (before, piece), ("", before + piece), ("", before or piece)):
                for tail in (BAD, "", behind + BAD):
                    if (head, repeated, tail) not in seen:
                        seen.add((head, repeated, tail))
                        yield head, repeated, tail


def quadratic(pattern: str, flags: int = 0, *, anchored: bool = False) -> tuple[str, str, str] | None:
    """Find a hostile text on which the steps grow faster than the text; None where there is none."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
    tree = _parser.parse(pattern, flags)
    search = _Search(tree, tree.state.flags)
    for head, piece, tail in hostile_texts(pattern, flags):
        try:
            one, two, three = (
                search.run(head + piece * (k * REPEATS) + tail, anchored=anchored) for k in (1, 2, 3)
            )
        except (TooSlowError, RecursionError):
            return head, piece, tail
        if three - 2 * two + one > REPEATS:
            return head, piece, tail
    return None
