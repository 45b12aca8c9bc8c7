r"""What a document is called and of what genre it is: by its title, its opening, and what it calls itself.

>>> title = title_of("常宁市电子政务\n发展概况\n截至2013年底，接入50个单位。", "")
>>> title, genre_of(title, "")[0]
('常宁市电子政务发展概况', 'overview')
"""

from __future__ import annotations

import re

from egovlib.text.lead import DATELINE, HAN, LEAD, YEAR, first_lines
from egovlib.text.years import years_ahead, years_behind

_TITLE_ENDS = re.compile(
    r"(?:规划|纲要|计划|方案|要点|报告|概况|年鉴|讲话|汇报|致辞|发言|意见|办法|通知|条例|决定|指南|措施|批复|规定|"
    r"函|通报|公告|答复|细则|规则|令|号|解读)(?:\([^()]{1,20}\))?$"
)
_WORK_REPORT_LINE = re.compile(r"^ *政 *府 *工 *作 *报 *告 *(?:$|[-—(])", re.MULTILINE)


def title_of(text: str, stem: str) -> str | None:
    """The first line when it is short and no sentence, with the lines that it was broken into.

    The file's name is the title when the text begins with it, or when the first line is only 国务院令.
    """
    name = re.sub(r"^[\W\d_]+", "", stem)
    if len(name) >= 6 and not name.isascii() and name in re.sub(r"\s", "", text[: 2 * LEAD]):
        first = "".join(first_lines(text, 1))
        if first.startswith(name) or first.endswith("令"):
            return name
    lines = [line for line in first_lines(text, 8) if not DATELINE.fullmatch(line) and line[0] not in "-·•"]
    title = re.sub(r"\.(?:docx?|pdf|txt|html?)$", "", lines[0]) if lines else ""
    if not _may_be_title(title):
        return "政府工作报告" if _WORK_REPORT_LINE.search(text[: 2 * LEAD]) else None
    joined = title
    for line in lines[1:4]:
        if _TITLE_ENDS.search(joined) or not _may_be_title(line) or len(joined + line) > 90:
            break
        joined += _closed(line)
    title = _closed(joined if _TITLE_ENDS.search(joined) else title)
    return re.sub(rf"(?<=报告) *[-—]+ *{YEAR}年.*", "", title)


def _may_be_title(line: str) -> bool:
    no_title = r"[。;!,]|:$|^[一二三四五六七八九十]+、|^来源|工作回顾$|会议上\)?$|^(?:代?(?:省|市|州|县|区|盟)长|主席) "
    return 4 <= len(line) <= 60 and not re.search(no_title, line)


def _closed(line: str) -> str:
    """A line that was spaced out for looks, closed up: 土 地 使 用."""
    return line.replace(" ", "") if re.search(rf"^(?:[{HAN}] +){{3,}}", line) else line


# the last noun of a title says what it is; the first of these that fits
_TITLE_GENRES = (
    ("disclosure", re.compile(r"信息公开(?:工作)?(?:年度)?(?:报告|年报)")),
    ("work_report", re.compile(r"政府工作(?:的)?报告|(?:人民政府|行署)工作报告")),
    ("other", re.compile(r"解读$|问答$")),
    ("overview", re.compile(r"概况|综述|年鉴|(?:发展|建设|工作|应用)情况$|工作总结(?:$|[和及与暨])")),
    ("policy", re.compile(r"(?:意见|办法|通知|条例|决定|指南|措施|批复|规定|函|通报|公告|答复|细则|规则|令|标准)$")),
    ("plan", re.compile(r"(?:规划|计划|方案|纲要|要点)$")),
    ("speech", re.compile(r"(?:讲话|汇报|致辞|发言)$")),
    ("plan", re.compile(r"规划|计划|行动方案|工作方案|推进方案|纲要")),
    ("speech", re.compile(r"讲话|汇报|致辞")),
    ("policy", re.compile(r"意见|办法|通知|条例|决定|指南|措施|批复|规定|的函")),
)  # fmt: skip
_ENCLOSED = re.compile(r"(?:印发|发布|公布|下达).{0,40}?(?:规划|计划|方案|纲要|要点)[》”]?的?通知$")
_OPENING_GENRES = (
    ("work_report", re.compile(r"政府工作报告|^各位(?:代表|主任)|向大会(?:报告|作)|作工作报告", re.MULTILINE)),
    ("other", re.compile(r"现(?:就[^。]{0,40})?解读如下")),
    ("overview", re.compile(r"发展概况")),
    ("speech", re.compile(r"做?(?:简要)?汇报[.。,]|我(?:就|讲)[^。]{2,30}(?:意见|汇报)")),
)  # fmt: skip
_NOUNS = {
    "plan": "规划|计划|行动方案|工作方案|实施方案|方案|纲要",
    "policy": "指导意见|实施意见|意见|办法|措施|指南|规定|条例",
}
_MADE = re.compile(
    rf"(?:制定|提出|编制)(?:了)?(?:如下|以下|本)(?:(?P<plan>{_NOUNS['plan']})|(?P<policy>{_NOUNS['policy']}))"
)


def genre_of(title: str, text: str) -> tuple[str | None, tuple[str, ...]]:
    """The genre that the title's last noun says, else the opening, else what the text calls itself."""
    bare = re.sub(r"\([^()]*\)|[《》“”]|\s", "", title)
    if _ENCLOSED.search(bare):
        return "plan", ()
    if genre := next((genre for genre, pattern in _TITLE_GENRES if pattern.search(bare)), None):
        return genre, ()
    lead = text.lstrip()[: 2 * LEAD]
    if genre := next((genre for genre, pattern in _OPENING_GENRES if pattern.search(lead)), None):
        return genre, ()
    if made := _MADE.search(lead):
        return made.lastgroup, ()
    ahead = bool(years_ahead(text))
    if ahead and years_behind(text):
        return "work_report", ()  # what it looks back on and lays out is the work of one year each
    if re.search(r"发展目标|主要目标", text) and re.search(r"保障措施", text) and "本规划" in text:
        return "plan", ()
    genre, named = _what_it_calls_itself(text)
    return genre, named or (("work_report",) if ahead else ())


def _what_it_calls_itself(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The genre whose nouns follow 本 (本指南, 本方案) at least twice; else the genres that do so once."""
    counts = {genre: len(re.findall(rf"本(?:{nouns})", text)) for genre, nouns in _NOUNS.items()}
    named = sorted((genre for genre, count in counts.items() if count), key=lambda genre: -counts[genre])
    if named and counts[named[0]] >= 2 and counts[named[0]] > 2 * sum(counts[genre] for genre in named[1:]):
        return named[0], ()
    return None, tuple(named)
