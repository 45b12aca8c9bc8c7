"""Names of systems in running text: catalogued wordings, and head nouns with a modifier that says which.

Both parts propose spans of the repaired text; of those that overlap the longest counts. Coordination (人口、法人和
空间地理数据库; 政务内、外网) and lists that a summary closes (甲、乙等系统) yield one mention a member.

>>> [mention.system for mention in find_mentions("开通统一的电子政务外网和“江城e通”APP。")]
['政务外网', '政务APP']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from egovlib.codebook.alternation import alternation
from egovlib.extract.system_catalogue import Catalogue, Known, read_catalogue, read_words
from egovlib.extract.system_forms import QUOTES, Forms, Mention, with_quotes
from egovlib.extract.system_meant import Meant
from egovlib.extract.system_names import QUALIFIES, SHORT_PLACE, begin_of_place, own_name, without_place

WINDOW = 24
"""Characters before a head noun in which its modifiers stand; the longest of 130 hand-coded names has 17 in all."""
FREE_MODIFIER = 6
"""Most characters that may stand before a catalogued wording and belong to it: 建设工程并联审批系统 has 4."""

SEED = "seed"
"""The source of the systems on the list that coders name by; what is not on it they call by its own name."""


def find_mentions(text: str) -> list[Mention]:
    """The mentions in a repaired text, in order and without overlap.

    >>> text = "整合政务内、外网，建设人口、法人、空间地理数据库"
    >>> [text[mention.start : mention.end] for mention in find_mentions(text)]
    ['政务内', '外网', '人口', '法人', '空间地理数据库']
    """
    grammar = _grammar()
    if "'" in text or '"' in text:
        text = _STRAIGHT.sub(r"“\2”", text)
    dense, places = _closed(text)
    if places is not None:
        return [
            Mention(places[one.start], places[one.end - 1] + 1, one.system, one.category)
            for one in find_mentions(dense)
        ]
    forms = grammar.forms
    found = [  # of names of one length the first counts
        *forms.numbered(text), *grammar.catalogued(text), *grammar.generated(text), *grammar.listed(text),
        *forms.find(text),
    ]  # fmt: skip
    return [
        mention for mention in grammar.joined(text, _longest(found)) if grammar.meant.holds(text, mention)
    ]


_STRAIGHT = re.compile(r"(['\"])([一-鿿][^'\"\n]{0,10})\1")
"""A name in straight quotation marks: 'x' for “x”."""
_GAP = re.compile(r"[ \n](?:(?<=[一-鿿] )(?: ?|\n ?)|(?<=[一-鿿]\n) ?)(?=[一-鿿])")
WRAPPED = 20
"""A line of at least so many characters that holds a comma and ends in a word was broken by its page."""


def _closed(text: str) -> tuple[str, list[int] | None]:
    """The text without the blanks and page breaks inside words, and where each character stood; None if it has none."""
    places: list[int] = []
    pieces, done = [], 0
    for match in _GAP.finditer(text):
        if "\n" in match[0]:
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if len(line) < WRAPPED or not ("," in line or "，" in line):
                continue
        pieces.append(text[done : match.start()])
        places += range(done, match.start())
        done = match.end()
    if not pieces:
        return text, None
    pieces.append(text[done:])
    return "".join(pieces), [*places, *range(done, len(text))]


def _longest(mentions: Sequence[Mention]) -> list[Mention]:
    """Of overlapping mentions the longest, by place."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if mention.start not in taken and mention.end - 1 not in taken:
            kept.append(mention)
            taken.update(range(mention.start, mention.end))
    return sorted(kept, key=lambda m: m.start)


LIST = 120
"""Characters before a summary in which the members of its list are looked for; a bound on the work."""
LONGEST_MEMBER = 18
"""Characters of a list's longest member, what leads to it included; a longer piece is prose."""
_NO_LIST = re.compile(r"[^A-Z一-鿿“”、,，.]")
_ITEM = re.compile(r"(“?[A-Z一-鿿](?:(?![和与及]|以及)[A-Z一-鿿]){0,79}”?)([、,，.]|和|与|及|以及|$)")
_LISTED_AS = ("", "系统", "平台", "数据库", "中心", "工程", "网", "信息系统", "管理系统", "认证系统")
_LISTED_WITH = {
    "工程": ("", "工程"), "项目": ("", "工程"), "安全设施": ("", "系统", "中心", "认证系统"),
    "设施": ("", "工程"), "基础库": ("数据库", "库"), "信息网": (*_LISTED_AS, "信息网"),
}  # fmt: skip
"""How the members of a list may be completed, by the word that sums them up; else as in `_LISTED_AS`."""
NAMED_IN_QUOTES = ("系统", "平台", "应用", "小程序", "APP")
"""What sums up names in quotation marks that need not be known: “甲”“乙”等应用; “甲”等工程 may be of concrete."""
_SUMMARY = re.compile(
    r"[等二三四五六七八九十两](?:(?<=等)(?:方面)?|(?<=[一-鿿”][二三四五六七八九十两])[二三四五六七八九十两]{0,3}[大个项])"
    r"[\d一二三四五六七八九十两多余个大项]{0,4}(?:核心|重点|主要|通用|跨部门|业务|基础|应用|信息|区域|安全|管理"
    r"|服务|电子政务|专业|公共|政务|智慧|基本|一批|一系列|系列|特色|智慧城市|数字|数字化|智能|涉企|企业|综合|便民|惠企|线上){0,4}"
    r"(?:系统|平台|数据库|基础库|应用(?!场景|型|示范|基地|领域|研究|推广)|工程|项目|网络|设施|信息网|小程序|APP|基本实现网络化)"
)
_OF_SYSTEMS = re.compile("等(?:业务|信息|应用|管理){1,2}系统")
FUNCTION = (4, 10)
"""Least and most characters of a list's member that is a system by what it does: 房屋管理, 行政许可管理."""


class Grammar:
    """The catalogue and the generative words, compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.forms = Forms(catalogue)
        self.meant = Meant(catalogue)
        words = read_words()
        self._heads = re.compile(words.pattern("head"))
        self._ends = words.by_kind["head"]
        self._open = frozenset(words.by_kind["open_head"])
        self._functional = re.compile(words.pattern("function"))
        self._digital = re.compile(words.pattern("digital"))
        self._stops = words.kinds("inside", "stop")
        self._joined = re.compile(
            rf"(?:{words.pattern('function')}|信息|综合|数据|共享|交换|监控|监测|预警|审批|应急|公开){{1,4}}"
        )
        deeds = (
            *words.by_kind["function"],
            "治理",
            "运行",
            "调度",
            "运营",
            "指挥",
            "监督",
            "监测",
            "监控",
            "执法",
            "管控",
            "处置",
        )
        self._deeds = tuple(dict.fromkeys(deeds))
        self._deed = re.compile(f"(?:公共)?(?:{alternation(self._deeds)}){{1,3}}")
        self._traps = frozenset(words.by_kind["trap"])
        self._trap_part = re.compile(words.pattern("trap_part"))
        self._economy = re.compile(words.pattern("economy"))
        self._informs = re.compile(words.pattern("informs"))
        self._after = re.compile(words.pattern("after"))
        self._cues = words.weighed["cue"]
        self._cue = re.compile(alternation(word for word, _, _ in self._cues))
        self._weight = {word: (weight, category) for word, category, weight in self._cues}
        self._of_head = {word: (weight, category) for word, category, weight in words.weighed["head"]}
        self._works = re.compile(rf"..{words.pattern('function')}$")
        self._serves = re.compile(rf"^.{{2,}}{words.pattern('service')}$")
        self._arrangement = re.compile(f"..{words.pattern('arrangement')}体系$")
        arranged = (word + "体系" for word in words.by_kind["arrangement"])
        self._arrangements = frozenset(
            [*arranged, *(word for word in catalogue.wordings if word.endswith("体系"))]
        )
        tails = {tail for some in (_LISTED_AS, *_LISTED_WITH.values(), self._ends) for tail in some}
        self._stems = frozenset(
            word.removesuffix(tail) for word in catalogue.wordings for tail in tails if word.endswith(tail)
        )
        self._arrangement_sizes = sorted({len(word) for word in self._arrangements})

    def catalogued(self, text: str) -> Iterator[Mention]:
        """What the catalogue knows, with place and level before it."""
        for start, end, known in self.catalogue.find(text):
            left = start if start and text[start - 1] in QUOTES else begin_of_place(text, start)
            if not known.strong and left == start and self._has_modifier(text, start):
                continue
            yield self.forms.mention(text, left, end, known.system)

    def _has_modifier(self, text: str, start: int) -> bool:
        """Whether content words stand before a name, which then is part of a longer one."""
        left = self._left(text, start)
        return bool(without_place(text[left:start]))

    def generated(self, text: str) -> Iterator[Mention]:
        """Head nouns with a modifier."""
        for match in self._heads.finditer(text):
            if text.startswith("体系统", match.start() - 1):
                continue  # 体系 and 统筹
            if match[0] == "体系" and not self._is_arranged(text, match.end()):
                continue
            left = self._left(text, match.start())
            name = without_place(text[left : match.end()]).lstrip("和与及")
            if text[left - 1 : left] in _JOINS and match[0].endswith(("库", "系统", "网", "网络")):
                yield from self._conjuncts(text, left, match)
            known = self._branded(name) or (self.catalogue.known(name) if len(name) > 1 else None)
            if known is not None:
                yield self.forms.mention(text, left, match.end(), known.system)
                continue
            ending = self.catalogue.name_of(name)
            free = self._free(name, ending) if ending is not None else 0
            if ending is not None and self._is_special(name[:free], ending):
                start, end = with_quotes(text, left, match.end())
                yield Mention(start, end, own_name(name), self.catalogue.systems[ending].category)
            elif ending is not None and free <= FREE_MODIFIER:
                yield self.forms.mention(text, left, match.end(), ending)
            elif self._names_one(text[left : match.start()], name, match[0]):
                start, end = with_quotes(text, left, match.end())
                own = own_name(name)
                if not own.startswith(_CONJUNCTIONS):
                    yield Mention(start, end, own, self._category(name, match[0]))

    def _is_arranged(self, text: str, end: int) -> bool:
        """Whether a 体系 may be a system: most are states of affairs, and not worth looking for their beginnings."""
        return any(text[end - size : end] in self._arrangements for size in self._arrangement_sizes)

    def _branded(self, name: str) -> Known | None:
        """The system of a catalogued name in quotation marks before a plain head noun: “爱山东”平台."""
        match = _BRANDED.match(name) if "”" in name else None
        if match is None:
            return None
        words = (match[1], *re.split("[·・]", match[1]))
        return next(
            filter(
                None,
                (
                    self.catalogue.known(form)
                    for word in words
                    for form in (f"“{word}”", word)
                    if len(word) > 2
                ),
            ),
            None,
        )

    def _is_special(self, modifier: str, system: str) -> bool:
        """Whether what stands before a wording of `system` makes it a system of its own: 冷链食品疫情防控系统.

        Coders give one name to all of a kind that is on their list (建设工程并联审批系统 is the 并联审批系统).
        """
        found = self.catalogue.systems[system]
        if found.source == SEED or found.category == "data_centre" or _CLOSED.search(modifier):
            return False
        words = QUALIFIES.sub("", SHORT_PLACE.sub("", modifier))
        return len(words) > 1 and not words.endswith(_SAYS_NOTHING)

    def _free(self, name: str, system: str) -> int:
        """How many characters stand before the catalogued ending of a name."""
        for start in range(1, len(name)):
            known = self.catalogue.known(name[start:])
            if known is not None and known.system == system:
                return start
        return 0

    def _left(self, text: str, end: int) -> int:
        """Where the name that a head noun at `end` closes begins."""
        floor = max(0, end - WINDOW)
        window = text[floor:end]
        quoted = 0
        if window.endswith("”"):
            opened = window.rfind("“")
            if opened < 0:
                return end
            quoted = len(window) - opened
            window = window[:opened]
            if window.endswith("”"):  # “甲”“乙”平台: each brand is a name
                return end - quoted
        quotes = "“" in window
        begin = window.rfind("“") + 1 if quotes and _is_open(window) else 0
        for match in _CUT.finditer(window):
            if match[0] == "”" or not (quotes and _is_quoted(window, match.start())):
                begin = match.end()
        for match in self._stops.find(window, begin):
            joins = match[0] in _CONJUNCTIONS and not window.endswith(self._ends, 0, match.start())
            persons = joins and window.endswith("人员", 0, match.start()) and window.endswith("人员")
            if quotes and _is_quoted(window, match.start()):
                continue
            deeds = joins and window.endswith(self._deeds, 0, match.start())
            part = match.lastgroup == "inside" or (
                joins and (self._deed if deeds else self._joined).fullmatch(window, match.end())
            )
            if not part and not persons:
                begin = match.end()
        return floor + begin if begin < len(window) else end - quoted

    def _names_one(self, modifier: str, name: str, head: str) -> bool:
        """Whether a modifier makes a head noun the name of a system of government."""
        if (
            len(name) - len(head) < 2
            or name in self._traps
            or modifier.count("“") > modifier.count("”")
            or _COMPOSED.search(modifier)
            or _COUNTED.search(name, 1)
            or self._trap_part.search(name)
            or (self._economy.search(name) and not (head in _WATCHES and self._informs.search(name)))
        ):
            return False
        if head == "体系":
            return self._arrangement.search(name) is not None
        if ("”" in modifier and head != "网络") or head in self._open:
            return True
        words = name[: -len(head)]
        does = head in ("系统", "门户") and self._functional.search(words)
        serves = head == "平台" and self._serves.search(words) and not _OF_ECONOMY.search(words)
        return bool(self._digital.search(words) or does or serves)

    def _category(self, name: str, head: str) -> str:
        """The category with the greatest weight among the head's own and those of the words before it."""
        cues = [self._weight[match[0]] for match in self._cue.finditer(name[: -len(head)])]
        of_head = _BRAND if _BRAND_ONLY.match(name) else self._of_head[head]
        return max([of_head, *cues], key=lambda cue: cue[0])[1]

    def _conjuncts(self, text: str, left: int, head: re.Match[str]) -> Iterator[Mention]:
        """The members of 人口、法人单位、空间地理数据库 that stand before the last."""
        if self._after.match(text, head.end()):
            return  # 广播电视和网络视听
        before = left - 1 if text[left - 1 : left] in ("等", "各") else left
        tails = (head[0], "数据库") if head[0].endswith("库") else (head[0],)
        yield from self._members(text, before, tails, joined=before == left)

    def listed(self, text: str) -> Iterator[Mention]:
        """The members of 甲、乙、丙等系统 and 甲、乙四大应用系统, which their summary shows to be systems."""
        for match in _SUMMARY.finditer(text):
            tails = next((tails for end, tails in _LISTED_WITH.items() if match[0].endswith(end)), _LISTED_AS)
            end = match.start()
            quoted = match[0][0] == "等" and text[end - 1 : end] in ("”", '"', "'")
            yield from self._members(text, end - quoted, tails, joined=False)
            if match[0].endswith(NAMED_IN_QUOTES):
                yield from self.forms.quoted_list(text, end)
        for match in _OF_SYSTEMS.finditer(text):
            yield from self._functions(text, match.start())

    def _functions(self, text: str, end: int) -> Iterator[Mention]:
        """The members of 房屋管理、行政许可管理等信息系统 that say what each system does."""
        while True:
            left = self._left(text, end)
            name = without_place(text[left:end])
            if not FUNCTION[0] <= len(name) <= FUNCTION[1] or not self._works.search(name):
                return
            yield Mention(left, end, own_name(name + "系统"), self._category(name + "系统", "系统"))
            if text[left - 1 : left] != "、":
                return
            end = left - 1

    def _members(self, text: str, end: int, tails: Sequence[str], *, joined: bool) -> Iterator[Mention]:
        """The items of a list that ends at `end` whose wording with one of the tails is catalogued."""
        if joined and not text.endswith(_LINKS, 0, end):
            return
        floor = max(0, end - LIST)
        at = max((match.end() for match in _NO_LIST.finditer(text, floor, end)), default=floor)
        members = list(_ITEM.finditer(text, at, end))
        if not any(match[2] for match in members):
            return
        for match in members:
            at, word = match.start(), match[1]
            if (
                len(word) > LONGEST_MEMBER
                or word.endswith("电子政务")
                or (joined and match[2] in (",", "，", "."))
            ):
                continue
            plain = without_place(word).strip("“”") or word
            known = self._listed_as(plain, tails)
            if known is not None:
                skipped = len(word) - len(known[1])
                yield self.forms.mention(text, at + skipped, at + len(word), known[0])

    def _listed_as(self, word: str, tails: Sequence[str]) -> tuple[str, str] | None:
        """The system that a list member names when a tail is added, and the part of the member that names it."""
        begins = [begin for begin in range(len(word) - 1) if word[begin:] in self._stems]
        for tail in tails if begins else ():
            shortest = 2 if tail.endswith("库") else 3  # 供水 alone is no system
            for begin in begins:
                known = self.catalogue.known(word[begin:] + tail) if len(word) - begin >= shortest else None
                if known is not None and known.strong and (begin == 0 or any(self._stops.find(word[:begin]))):
                    return known.system, word[begin:]
        return None

    def joined(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """A name straight before another says whose it is, 中国政府网政务微博, or has its brand behind it."""
        kept: list[Mention] = []
        for mention in mentions:
            owner = kept[-1] if kept and kept[-1].end == mention.start else None
            apart = text[mention.start - 1 : mention.start] in ("”", "’")
            if owner is not None and text[mention.start] == "“" and text.endswith(_CALLED, 0, mention.start):
                kept[-1] = owner._replace(end=mention.end)  # 综合应用平台“津治通”
                continue
            if (
                owner is not None
                and not apart
                and owner.category != "network"
                and self.catalogue.name_of(text[owner.start : owner.end]) == owner.system
            ):
                kept[-1] = mention._replace(start=owner.start)
            else:
                kept.append(mention)
        return kept


_CUT = re.compile(
    # a set of characters first: the search for one is the fast part of the engine
    r"[,，。;；:：!！?？、()（）\n《》〈〉【】\[\]—~'’‘座”.\d%个项条套家户类批台辆艘架](?:(?<=[,，。;；:：!！?？、()（）\n《》〈〉【】\[\]~'’‘座])"
    r"|(?<=”)(?=“)|(?<=—)(?![A-Za-z])|(?<=\.)(?<![A-Za-z\d]\.)|(?<=[\d%])(?=[^\dA-Za-z兆级MG])"
    r"|(?<=个)(?![人体性])|(?<=项)(?!目)|(?<=条)(?![件例])|(?<=套)(?!餐)|(?<=家)(?<!国家)(?![庭园长具居政电门])|(?<=\d[台辆艘架])"
    r"|(?<=户)(?![籍外])|(?<=类)(?!别|型)|(?<=批)(?![复准示]))"
)
"""Where a name does not begin before: marks, numbers, and words that count."""
_CALLED = ("平台", "系统", "APP", "小程序")
"""What a brand stands right behind that is another word for the same thing."""
_CONJUNCTIONS = ("与", "和", "及")
_LINKS = ("、", *_CONJUNCTIONS)
_JOINS = (*_LINKS, "等", "各")
"""What stands behind the other members of a list, right before the last."""


_BRANDED = re.compile(
    "^“?([^”“]{2,12})”(?:平台|系统|APP|App|移动端|客户端|小程序|应用系统|综合平台|服务平台)$"
)
_BRAND_ONLY = re.compile("^“[^”“]{2,8}”(?:综合|服务)*平台$")
_BRAND = (1, "online_service")
"""A platform that is called by its brand alone, “鲁惠通”平台, serves citizens or businesses."""
_CLOSED = re.compile("[”’」』]")
_SAYS_NOTHING = ("治理", "运行", "服务", "政务")
"""Words before a name that leave it the same: 城市治理“一网统管”."""


def _is_open(window: str) -> bool:
    """Whether a window ends inside quotation marks."""
    return window.rfind("“") > window.rfind("”")


def _is_quoted(window: str, place: int) -> bool:
    """Whether a place stands inside quotation marks that close in the window: “双随机、一公开”."""
    return window.rfind("“", 0, place) > window.rfind("”", 0, place) and "”" in window[place:]


_COMPOSED = re.compile(r"“\d{1,4}[^”“]{0,20}[+＋]|“[^”“]{0,20}(?:(?<!互联网)[+＋]|[—-])[^”“]{0,20}”$")
"""“2+6+N”平台, “公交+慢行”系统: a plan's formula, unlike “互联网+监管”."""
_OF_ECONOMY = re.compile("产业|制造|贸易|社会化|专业化|第三方|适配|货币|成果|技术|消费")
"""A 服务平台 of these serves the economy, unless its name says that it is electronic."""
_WATCHES = ("平台", "指挥中心", "调度中心")
"""What government keeps for a branch of the economy when the name says that it informs or watches."""
_COUNTED = re.compile("[二三四五六七八九十两]大")
"""交通、教育三大应用系统 sums up what stands before it, so it does not begin the name."""


@cache
def _grammar() -> Grammar:
    return Grammar(read_catalogue())
