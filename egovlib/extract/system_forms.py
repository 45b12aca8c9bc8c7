"""Names that their form gives away: of places (数字常宁), with numbers (12316热线), in quotation marks, in pairs.

>>> from egovlib.extract.system_catalogue import read_catalogue
>>> forms, text = Forms(read_catalogue()), "“12316”三农热线开通，发放“人才码”，建设智慧苏州"
>>> [one.system for one in (*forms.numbered(text), *forms.find(text))]
['12316热线', '智慧城市', '人才码']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from egovlib.extract.system_catalogue import Catalogue, read_words
from egovlib.extract.system_names import CITY, LARGE_PLACE, own_name


class Mention(NamedTuple):
    """A name found: its place in the repaired text, the system and its category."""

    start: int
    end: int
    system: str
    category: str


_STAGE = re.compile(
    r"标准版|[一-鿿]{2,4}(?:旗舰店|分厅)|[(（](?:[一二三四五]期|[A-Za-z]{2,6}|试点|[Vv]?\d\.\d)[)）]|(?:[一二三四]期)(?=工程|项目|建设|[,，。、])|\d\.\d(?=[^\d%万亿个余多])"
)
QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』"}
NUMBER_BEFORE = 24
"""Characters before 热线 in which its number stands."""
_PLACED = re.compile(
    rf"(?P<kind>数字|数智|平安|诚信|信用|无线|智慧)(?:(?<=智慧)(?:{LARGE_PLACE}|{read_words().pattern('nickname')})"
    rf"|(?<!智慧)(?<!水平..)(?<!水平的..)(?P<city>{CITY})(?=[”’'、及等]|工程|网|平台|总体|(?<=数字..)建设)"
    r"(?!”?[、和]“?(?:法治|善治|美丽|开放|幸福|和谐|文明|健康|清廉|活力)(?P=city)))"
)
_PLACED_AS = {
    "数字": "数字城市(数字衡阳/数字常宁)", "数智": "数字城市(数字衡阳/数字常宁)",
    "平安": "视频监控系统(平安城市)", "诚信": "社会信用体系", "信用": "社会信用体系",
    "无线": "无线城市", "智慧": "智慧城市",
}  # fmt: skip
_SITE = re.compile("在线”(?<=“[一-鿿]{2}在线”)")
_ACCOUNT = re.compile("“@(?:[一-鿿]{2,4}[—－·-]{1,2})?([一-鿿A-Za-z]{2,10})”")
"""An account or brand: “@江城—一键办”."""
_CHANNEL = re.compile(r"“[一-鿿·]{2,8}”(?:政务|官方)?(微博|微信)(?!支付|公众|小程序|平台)")
"""An office's own channel: “上海发布”政务微博."""
_OF_CITY = re.compile(CITY)
_HOTLINE = re.compile("(?:热线|专线|电话)(?:平台|系统)?")
_NUMBERED = re.compile(r"(?<![\d.])(1\d{4}|96\d{3,4})”?(?:(?!等)[一-鿿]){0,8}$")
"""Short numbers of five or six digits that the state has set aside for services to citizens."""
_SLOGANS = re.compile("水平|打造|深化|推进|推动|建设|巩固|争创|擦亮")
"""建设更高水平的平安江阴 is an aim of policing, not the cameras of that name."""
_PAIR = re.compile(r"内(?:网)?[、和与及]?((?:电子)?(?:政务)?外网)")
_APART = re.compile("不同|分层|隔离|用户|安全")
"""内外网分层管理, 内外网隔离: any two networks, not those of government."""
_OF_PAIR = re.compile(r"(?:省级?|市级?|县级?|全省|全市|国家)?(?:电子)?(?:政务|公务)?$")
_EVERYWHERE = re.compile(r"(.)\1通$")
"""村村通, 县县通: roads and pipes that reach each."""
QUOTED_NAME = 24
"""Characters in which a name in quotation marks begins that ends in 平台 or stands in a list."""
_BARE = re.compile("[一-鿿A-Za-z]{4,}")
_PLATFORM = re.compile("”(?:(?<=平台”)|(?<=系统”))(?<![一二两三四五六七八九十上大新主]..”)")
_LAST_QUOTED = re.compile("“([一-鿿A-Za-z·—@]{2,12})”[、和与及]?$")
_OCCASION = re.compile(
    "(?:[日节会周赛园城区校展站]|中心|论坛|计划|行动|工程)$|[一二两三四五六七八九十].*[一二两三四五六七八九十]"
)
"""“企业亮灯日”等平台, “一区两中心”等平台: occasions, places and formulas."""
_MEANS = re.compile("互联网|人工智能|^以")
"""“人工智能教育”应用, “以竹代塑”应用: what is applied, not an application."""
_APPLIED = re.compile(
    "”(?:智慧|数字|数字化|智能|掌上|系列|综合|治理){0,2}应用(?=[,，。、；;！]|实战|上线|贯通|实现|获|迭代|入选|覆盖|建设|体系)"
)
_FORMULA = re.compile(r"\A[^一二两三四五六]*[一二两三四五六].+一平台$")
"""“两单两库一平台” counts the parts of an arrangement."""


class Forms:
    """The names of a text that need no head noun, by what they look like."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        words = read_words()
        self._of_end = {word: category for word, category, _ in words.weighed["quoted_end"]}
        self._in_quotes = re.compile(
            rf"“(?P<name>[一-鿿A-Za-z\d+]{{1,8}}?(?P<end>{words.pattern('quoted_end')}))”"
        )
        self._no_name = re.compile(words.pattern("quoted_trap") + "$")

    def find(self, text: str) -> Iterator[Mention]:
        """The names of places, in quotation marks and in pairs; those of numbers come from `numbered`."""
        yield from self._placed(text)
        yield from self._quoted(text)
        yield from self._paired(text)

    def mention(self, text: str, start: int, end: int, system: str) -> Mention:
        """A name with the stage behind it (二期) and the quotation marks around it."""
        stage = _STAGE.match(text, end)
        end = stage.end() if stage else end
        start, end = with_quotes(text, start, end)
        return Mention(start, end, system, self._catalogue.systems[system].category)

    def _placed(self, text: str) -> Iterator[Mention]:
        """数字常宁 is its digital city, 平安常宁 its video surveillance, 智慧常宁 its smart city."""
        for match in _PLACED.finditer(text):
            slogan = match["kind"] in ("平安", "诚信") and _SLOGANS.search(
                text, max(0, match.start() - 10), match.start()
            )
            if slogan:
                continue
            yield self.mention(text, *match.span(), _PLACED_AS[match["kind"]])
        for match in _SITE.finditer(text):
            if _OF_CITY.match(text, match.start() - 2):
                yield self.mention(text, match.start() - 2, match.end() - 1, "政府门户网站")

    def numbered(self, text: str) -> Iterator[Mention]:
        """“12316”三农服务热线 is the 12316热线."""
        for line in _HOTLINE.finditer(text):
            floor = max(0, line.start() - NUMBER_BEFORE)
            match = _NUMBERED.search(text, floor, line.start())
            if match is not None:
                name = f"{match[1]}热线"
                known = self._catalogue.known(name)
                start = match.start() - (text[match.start() - 1 : match.start()] == "“" and "”" in match[0])
                yield Mention(start, line.end(), known.system if known else name, "hotline")

    def _quoted(self, text: str) -> Iterator[Mention]:
        """“报表通”, “人才码”: names whose last word tells that they are a service."""
        for match in _ACCOUNT.finditer(text):
            yield Mention(*match.span(), match[1], "online_service")
        for match in _CHANNEL.finditer(text):
            yield self.mention(text, *match.span(), f"政务{match[1]}")
        for match in self._in_quotes.finditer(text):
            name = match["name"]
            if not any(trap.search(name) for trap in (self._no_name, _EVERYWHERE, _FORMULA)):
                yield Mention(*match.span(), own_name(match[0]), self._of_end[match["end"]])
        for match in _PLATFORM.finditer(text):
            start = text.rfind("“", max(0, match.start() - QUOTED_NAME), match.start())
            if start >= 0 and _BARE.fullmatch(text, start + 1, match.start()):
                yield self._own(text, start, match.end())
        for match in _APPLIED.finditer(text):
            brand = _LAST_QUOTED.search(text, max(0, match.start() - QUOTED_NAME), match.start() + 1)
            if brand is not None and not _MEANS.search(brand[1]):
                yield Mention(brand.start(), match.end(), own_name(brand[1]), "online_service")

    def quoted_list(self, text: str, end: int) -> Iterator[Mention]:
        """The names in quotation marks that stand right behind one another before `end`: “民呼我为”“高楼消防”."""
        while match := _LAST_QUOTED.search(text, max(0, end - QUOTED_NAME), end):
            if not any(trap.search(match[1]) for trap in (_OCCASION, _MEANS, self._no_name)):
                yield self._own(text, match.start(), match.start() + len(match[1]) + 2)
            end = match.start()

    def _own(self, text: str, start: int, end: int) -> Mention:
        """A name in quotation marks that is its own; a 系统 runs a business, all else serves citizens or businesses."""
        category = "business_application" if text.startswith("系统", end - 3) else "online_service"
        return Mention(start, end, own_name(text[start:end]), category)

    def _paired(self, text: str) -> Iterator[Mention]:
        """政务内、外网 is two networks."""
        for match in _PAIR.finditer(text):
            before = _OF_PAIR.search(text, max(0, match.start() - 8), match.start())
            start = before.start() if before else match.start()
            if start == match.start() and _APART.match(text, match.end()):
                continue
            for span, system in (((start, match.start() + 1), "政务内网"), (match.span(1), "政务外网")):
                yield Mention(*span, system, self._catalogue.systems[system].category)


def with_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the quotation marks that wrap it, and without a mark that stands alone."""
    if start and QUOTES.get(text[start - 1]) == text[end : end + 1]:
        return start - 1, end + 1
    return start, end
