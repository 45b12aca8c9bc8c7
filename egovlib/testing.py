"""Documents with known truth: generated reports and plans whose every number is known before it is read.

For property tests (generate → damage → read → extract = truth), for runs at scale, and for simulations of
comparisons. The wording is ours and declared below; a generated document is no substitute for a real one, it
only says whether what was put in comes out again.

>>> made = generate_document(seed=1)
>>> made.text.splitlines()[0], len(made.truth) > 10
('清江市2024年电子政务发展情况报告', True)
>>> made.truth[0].surface in made.text
True
>>> damage(made.text, ["width"], seed=1) != made.text
True
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from egovlib import codebook


class Truth(NamedTuple):
    """What a number was made from: the fields of a row of `quantities` that the wording decides."""

    surface: str
    value: float
    unit: str
    approx: str
    role: str
    status: str
    period: str | None


@dataclass(frozen=True)
class Generated:
    """A generated document: its issuer, kind (report or plan), year, text, and the truth in its order."""

    doc: str
    issuer: str
    genre: str
    year: int
    text: str
    truth: tuple[Truth, ...]


ISSUERS = tuple(
    first + second + kind
    for first in "云临清安永宁平泰"
    for second in "泽江河阳丰州川溪"
    for kind in ("市", "县")
)
"""128 made-up issuers; the same issuer may write in several years."""

_OPENINGS = ("一、基础设施", "二、政务服务", "三、信息资源", "四、安全保障")
_PLAN_OPENINGS = ("一、网络和平台任务", "二、政务服务任务", "三、数据资源任务", "四、保障措施")
_FILLERS = (
    "各部门协同推进重点任务，工作机制不断完善，基层干部的信息化意识明显增强。",
    "坚持统筹规划、分级负责的原则，推动系统互联互通，避免重复建设和资源浪费。",
    "加强组织领导，健全管理制度，落实责任分工，形成上下联动、齐抓共管的格局。",
    "群众办事更加便捷，窗口服务质量稳步提升，企业反映的堵点问题得到及时回应。",
    "进一步加强宣传引导和业务交流，总结推广基层经验，营造支持改革的良好氛围。",
)
_NUMBERED = 0.2
"""Share of sentences with a number: with these sentences a figure every 130 characters, as the five source
documents of the project have (20,032 characters, 150 quantities)."""
_STOCKS = (
    ("政务外网接入单位", "个"),
    ("视频监控点位", "个"),
    ("数据目录", "条"),
    ("宽带用户", "户"),
    ("基站", "个"),
)
_FLOWS = (("受理网上申请", "件"), ("热线接听来电", "件"), ("主动公开信息", "条"), ("培训工作人员", "人次"))
_SHARES = ("网上办理率", "行政村光纤通达率", "电子公文比例", "数据共享率", "一次办结率")
_BEFORE = {
    "": "exact",
    "约": "about",
    "近": "nearly",
    "超过": "over",
    "不低于": "at_least",
    "不超过": "at_most",
}
_AFTER = {"": "exact", "以上": "at_least", "左右": "about", "以内": "at_most"}


def generate_document(
    seed: int,
    *,
    issuer: str | None = None,
    genre: str = "report",
    year: int | None = None,
    sentences: int = 120,
) -> Generated:
    """Make a document of about `sentences` sentences, a fifth of them with a number; the same seed, the same text.

    genre  "report" tells what a year brought, "plan" what the five years to come shall bring
    """
    rng = random.Random(seed)
    issuer, year = issuer or rng.choice(ISSUERS), year or rng.randrange(2006, 2025)
    last = year - (year - 1) % 5 + 4
    title = (
        f"{issuer}{year}年电子政务发展情况报告"
        if genre == "report"
        else f"{issuer}{year}—{last}年电子政务发展规划"
    )
    lines, truth = [title], []
    openings = _OPENINGS if genre == "report" else _PLAN_OPENINGS
    for opening in openings:
        lines.append(opening)
        parts = []
        for _ in range(sentences // len(openings)):
            if rng.random() > _NUMBERED:
                parts.append(rng.choice(_FILLERS))
            else:
                sentence, found = (_reported if genre == "report" else _planned)(rng, year, last)
                parts.append(sentence)
                truth += found
        lines.append("".join(parts))
    doc = f"{genre}_{issuer_slug(issuer)}_{year}_{seed}"
    return Generated(doc, issuer, genre, year, "\n".join(lines) + "\n", tuple(truth))


def issuer_slug(issuer: str) -> str:
    """Return an ASCII name of a made-up issuer: its number among them.

    >>> issuer_slug(ISSUERS[3])
    'i003'
    """
    return f"i{ISSUERS.index(issuer):03d}" if issuer in ISSUERS else "i999"


def _reported(rng: random.Random, year: int, _: int) -> tuple[str, list[Truth]]:
    """A sentence of a report and the truth of its numbers."""
    kind = rng.randrange(4)
    if kind == 0:
        (noun, unit), (surface, value, approx) = rng.choice(_STOCKS), _count(rng)
        return (
            f"截至{year}年底，{noun}达到{surface}{unit}。",
            [Truth(surface + unit, value, unit, approx, "level", "actual", f"{year}-12-31")],
        )
    if kind == 1:
        (noun, unit), (surface, value, approx) = rng.choice(_FLOWS), _count(rng)
        return (
            f"{year}年全年{noun}{surface}{unit}。",
            [Truth(surface + unit, value, unit, approx, "flow", "actual", str(year))],
        )
    if kind == 2:
        surface, value, approx = _share(rng)
        return (
            f"{year}年，{rng.choice(_SHARES)}为{surface}。",
            [Truth(surface, value, "%", approx, "level", "actual", str(year))],
        )
    before, after = rng.randrange(15, 40), rng.randrange(2, 15)
    return (
        f"{year}年，审批平均办理时间由{before}个工作日缩短至{after}个工作日。",
        [
            Truth(f"{before}个工作日", before, "工作日", "exact", "from", "actual", str(year)),
            Truth(f"{after}个工作日", after, "工作日", "exact", "to", "actual", str(year)),
        ],
    )


def _planned(rng: random.Random, _: int, last: int) -> tuple[str, list[Truth]]:
    """A sentence of a plan and the truth of its numbers."""
    if rng.random() < 0.5:
        surface, value, approx = _share(rng)
        return (
            f"到{last}年，{rng.choice(_SHARES)}达到{surface}。",
            [Truth(surface, value, "%", approx, "level", "target", str(last))],
        )
    (noun, unit), (surface, value, approx) = rng.choice(_STOCKS), _count(rng)
    return (
        f"到{last}年，{noun}力争达到{surface}{unit}。",
        [Truth(surface + unit, value, unit, approx, "level", "target", str(last))],
    )


def _count(rng: random.Random) -> tuple[str, float, str]:
    """A count as reports write it: hedge, number, multiplier."""
    before = rng.choice(list(_BEFORE))
    if rng.random() < 0.5:
        number = rng.randrange(11, 9999)
        return f"{before}{number}", float(number), _BEFORE[before]
    tenths, (multiplier, factor) = rng.randrange(11, 999), rng.choice((("万", 10**4), ("亿", 10**8)))
    return f"{before}{tenths / 10:g}{multiplier}", float(tenths * (factor // 10)), _BEFORE[before]


def _share(rng: random.Random) -> tuple[str, float, str]:
    """A share with a hedge before or behind it, never both."""
    tenths = rng.randrange(101, 990)
    if rng.random() < 0.5:
        before = rng.choice(list(_BEFORE))
        return f"{before}{tenths / 10:g}%", tenths / 10, _BEFORE[before]
    after = rng.choice(list(_AFTER))
    return f"{tenths / 10:g}%{after}", tenths / 10, _AFTER[after]


# --- damage ----------------------------------------------------------------------------------------


def _width(text: str, _: random.Random) -> str:
    """Full-width digits, letters and per cent signs."""
    return re.sub(r"[0-9A-Za-z%]", lambda match: chr(ord(match[0]) + 0xFEE0), text)


def _radicals(text: str, rng: random.Random) -> str:
    """Kangxi radicals in the place of every second of the characters that look like them."""
    looks = {row["character"]: row["radical"] for row in codebook.rows("radicals")}
    return "".join(looks[c] if c in looks and rng.random() < 0.5 else c for c in text)


def _traditional(text: str, _: random.Random) -> str:
    """Traditional characters."""
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(text))


def _spaced_numbers(text: str, _: random.Random) -> str:
    """Blanks between the digits of long numbers, as character recognition leaves them."""
    return re.sub(r"(?<![\d.])\d{3,}(?![\d.年])", lambda match: " ".join(match[0]), text)


def _wraps(text: str, rng: random.Random) -> str:
    """Lines broken at a fixed width, as a pdf gives them; never inside a number."""
    width = rng.randrange(34, 46)
    lines = []
    for line in text.split("\n"):
        while len(line) > width:
            cut = width
            while 0 < cut < len(line) and re.match(r"[\d.]", line[cut]) and re.match(r"[\d.]", line[cut - 1]):
                cut -= 1
            lines.append(line[:cut])
            line = line[cut:]
        lines.append(line)
    return "\n".join(lines)


def _page_numbers(text: str, _: random.Random) -> str:
    """A page number on a line of its own after every page."""
    lines = text.split("\n")
    pages = [lines[first : first + _PAGE] for first in range(0, len(lines), _PAGE)]
    return "".join("\n".join([*page, f"— {number} —\n"]) for number, page in enumerate(pages, 1))


_PAGE = 12
"""Lines of a page; real pages have more, but a generated document is short."""


def _copies(text: str, _: random.Random) -> str:
    """The page three times over, as a saved page holds it that has its text in tables within tables."""
    return "以下为转载\n".join([f"{text}\n"] * 3)


DAMAGE: dict[str, Callable[[str, random.Random], str]] = {
    "width": _width,
    "radicals": _radicals,
    "traditional": _traditional,
    "spaced_numbers": _spaced_numbers,
    "wraps": _wraps,
    "page_numbers": _page_numbers,
    "copies": _copies,
}
"""The kinds of damage by name; when several are asked, spaced numbers and wraps come before a change of width, and
copies last."""


def damage(text: str, kinds: Sequence[str], seed: int) -> str:
    """Damage a text in the order of `DAMAGE`; ValueError for a kind that is not one of them."""
    for kind in kinds:
        if kind not in DAMAGE:
            raise ValueError(f"{kind!r} is no kind of damage; give some of {', '.join(DAMAGE)}.")
    rng = random.Random(seed)
    late = ("width", "traditional", "copies")
    for kind in sorted(kinds, key=lambda kind: (kind in late, list(DAMAGE).index(kind))):
        text = DAMAGE[kind](text, rng)
    return text


def write_corpus(folder: Path, documents: int, *, seed: int = 1, sentences: int = 120) -> Path:
    """Write generated documents as UTF-8 files of a folder, reports and plans in turn, for runs at scale."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        genre = ("report", "plan")[number % 2]
        made = generate_document(seed * 1_000_003 + number, genre=genre, sentences=sentences)
        (folder / f"d{number:07d}.txt").write_text(made.text, encoding="utf-8", newline="\n")
    return folder
