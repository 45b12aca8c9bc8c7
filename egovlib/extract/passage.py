"""The words around a number that may say what it counts, from near to far.

>>> Passage("市级部门136个，县级部门联网90个。", 15, 18, "个").near
'县级部门联网90个'
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

_NUMBER = re.compile(r"(?<![A-Za-z0-9])[0-9](?![gG])")  # no number begins in 5G
_ITEM_ENDS = re.compile(rf"、|{_NUMBER.pattern}")
_SHARED_BEHIND = re.compile(r"[0-9][^0-9]*?((?:已|均|都|全部|达)[^0-9]*)$")  # 90个部门、11个市已联入交换平台
_SHARED_BEFORE = re.compile(r"(?:[^0-9]*、)?([^、0-9]*)[0-9]")  # 接入省级专网的部门136个、市直部门196个
_SINCE = re.compile("截至|截止|以来|至今|到目前")
_PART_ENDS = re.compile("[；;]")
_CLAUSE_ENDS = re.compile(r"[，；。;\n]|(?<![0-9]),|,(?![0-9])")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")


class Passage:
    """The words around the number at `start:end` of a sentence, from near to far, without what is in brackets.

    near      its own item of the clause's list
    shared    near, and what stands before the first or behind the last item for all of them
    beside    shared, and the clause before that belongs to no other number
    part      the same back to the last semicolon
    before    the same back to the sentence's beginning

    >>> Passage("法人库（试运行）涵盖142万户，接通率92%、好评率99%。", 26, 29, "%").near
    '好评率99%'
    """

    def __init__(self, sentence: str, start: int, end: int, unit: str) -> None:
        has_asides = "(" in sentence or "（" in sentence
        plain = _ASIDE.sub(lambda aside: _blanked(aside, start), sentence) if has_asides else sentence
        self.plain, self._start, self._end, self._unit = plain, start, end, unit
        before, since, until = 0, 0, len(plain)
        for found in _CLAUSE_ENDS.finditer(plain):
            if found.end() <= start:
                before, since = since, found.end()
            elif found.start() >= end:
                until = found.start()
                break
        self._clause_before, self._since, self._until = before, since, until
        first, behind = plain.rfind("、", since, start) + 1 or since, plain[end:until]
        item_end = _ITEM_ENDS.search(behind)
        self.near = plain[first:end] + (behind[: item_end.start()] if item_end else behind)

    @cached_property
    def shared(self) -> str:
        """Its own item, and what stands before the first or behind the last item for all of them."""
        around = (
            _SHARED_BEFORE.match(self.plain, self._since, self._start),
            _SHARED_BEHIND.search(self.plain, self._end, self._until),
        )
        return "，".join((self.near, *(found[1] for found in around if found is not None)))

    @cached_property
    def beside(self) -> str:
        """The same, and the clause before that belongs to no other number."""
        return self._told_since(self._clause_before)

    @cached_property
    def part(self) -> str:
        """The same back to the last semicolon."""
        ends = _PART_ENDS.finditer(self.plain, 0, self._start)
        return self._told_since(max((found.end() for found in ends), default=0))

    @cached_property
    def before(self) -> str:
        """The same back to the sentence's beginning."""
        return self._told_since(0)

    @cached_property
    def has_since(self) -> bool:
        """Whether the words before say since when; few sentences do, in the others nothing needs to be joined."""
        return _SINCE.search(self.plain) is not None and _SINCE.search(self.before) is not None

    def _told_since(self, first: int) -> str:
        """Return the words before the number, clause by clause, without those that belong to another number.

        Clauses that count in the same unit are left out, but for what 其中 takes apart (复议9件，其中维持5件).
        """
        clauses, own = self.plain[first : self._since], self.plain[self._since : self._start]
        whole, _, rest = (clauses, "", "") if "其中" in own else clauses.rpartition("其中")
        others = [one for one in _CLAUSE_ENDS.split(rest) if not _counted(self._unit).search(one)]
        return whole + "，".join([*others, "" if _NUMBER.search(own) else own]) + self.shared


@lru_cache(maxsize=256)
def _counted(unit: str) -> re.Pattern[str]:
    """A number of things counted in `unit`."""
    return re.compile(rf"[0-9][万亿千百多余]*{re.escape(unit or ' ')}")


def _blanked(aside: re.Match[str], place: int) -> str:
    """Put blanks for words in brackets, unless `place` is among them."""
    return aside.group() if aside.start() <= place < aside.end() else " " * len(aside.group())
