"""The record of a run (run.json) in words: what became of it, its parameters, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from egovlib.report.labels import check_language, group_label, label

_STATUS: Final = {
    "ok": ("完成", "finished"),
    "failed": ("失败", "failed"),
    "incomplete": ("未完成", "incomplete"),
    "unreadable": ("无法读取", "unreadable"),
}

_PARAMETERS: Final = {
    "against": ("对照地区", "against"),
    "category": ("类别", "category"),
    "codebook": ("码本", "codebook"),
    "corpus": ("语料", "corpus"),
    "country": ("国家", "country"),
    "draws": ("模拟次数", "draws"),
    "gold": ("人工编码", "gold"),
    "group_a": ("甲组", "group A"),
    "group_b": ("乙组", "group B"),
    "lang": ("语言", "language"),
    "margin": ("界限", "margin"),
    "n_topics": ("主题数", "topics"),
    "new": ("后一文件", "later document"),
    "old": ("前一文件", "earlier document"),
    "period": ("时期", "period"),
    "period_a": ("甲期", "period A"),
    "period_b": ("乙期", "period B"),
    "population": ("人口表", "population"),
    "region": ("地区", "region"),
    "region_a": ("甲地区", "region A"),
    "region_b": ("乙地区", "region B"),
    "relation": ("关系", "relation"),
    "scheme": ("编码方案", "scheme"),
    "seed": ("随机种子", "seed"),
    "stance": ("立场", "stance"),
    "status": ("状态", "status"),
    "tier": ("行政级别", "tier"),
    "top": ("图中所列个数", "shown in figures"),
    "topic": ("主题", "topic"),
    "tree": ("指标体系", "tree"),
    "unit": ("单元", "unit"),
    "word": ("词", "word"),
}

_SETTINGS: Final = {
    "all": ("全部", "all"),
    "auto": ("自动", "auto"),
    "embedded": ("随软件所附", "embedded"),
    "en": ("英文", "English"),
    "section": ("章节", "section"),
    "zh": ("中文", "Chinese"),
}

_PROVENANCE: Final = {
    "notebook": ("笔记本", "notebook"),
    "run": ("运行", "run"),
    "started": ("开始时间", "started"),
    "seconds": ("用时（秒）", "seconds"),
    "parameters": ("参数", "parameters"),
    "seed": ("随机种子", "seed"),
    "python": ("Python", "Python"),
    "platform": ("平台", "platform"),
    "packages": ("版本", "versions"),
    "git": ("代码版本", "code version"),
    "codebook": ("码本 sha256", "codebook sha256"),
    "made_of": ("全部依据 sha256", "sha256 of all it is made of"),
}

_ELSEWHERE: Final = frozenset({"inputs", "figures", "error", "cell", "status"})
"""What the page shows in places of its own."""


def name_status(status: str, lang: str) -> str:
    """Name what became of a run in words; a status of another program stands for itself."""
    return _STATUS.get(status, (status, status))[check_language(lang)]


def describe_parameters(parameters: Mapping[str, Any], lang: str = "zh") -> str:
    """Write the parameters of a run in one line of words; those left empty are left out.

    >>> describe_parameters({"period_a": "fyp12", "stance": "all", "population": "", "seed": 1})
    '甲期：十二五 2011–15；立场：全部；随机种子：1'
    >>> describe_parameters({"corpus": "embedded", "my_own": "x"}, "en")
    'corpus: embedded; my_own: x'
    """
    place = check_language(lang)
    colon, end = (("：", "；"), (": ", "; "))[place]
    told = {name: value for name, value in parameters.items() if value not in ("", None)}
    lines = (
        f"{_PARAMETERS.get(name, (name, name))[place]}{colon}{_setting(name, value, lang)}"
        for name, value in told.items()
    )
    return end.join(lines)


def _setting(name: str, value: Any, lang: str) -> str:
    if isinstance(value, str) and value in _SETTINGS:
        return _SETTINGS[value][check_language(lang)]
    if isinstance(value, str) and name.startswith(("period", "region", "group_", "against")):
        return group_label(value, lang)
    return label(value, lang) if isinstance(value, str) else write_flat(value, lang)


def describe_provenance(run: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return the entries of the provenance box: all of a run's record but what is shown elsewhere on its page."""
    place = check_language(lang)
    return [
        (_PROVENANCE.get(key, (key, key))[place], _entry(key, value, lang))
        for key, value in run.items()
        if key not in _ELSEWHERE
    ]


def _entry(key: str, value: Any, lang: str) -> str:
    if key == "started":
        return write_time(value)
    if key == "parameters" and isinstance(value, Mapping):
        return describe_parameters(value, lang)
    if key == "git" and isinstance(value, Mapping):
        changed = (("，此后有改动", "，没有改动"), (", with changes since", ", unchanged"))[
            check_language(lang)
        ]
        return f"{value.get('commit')}{changed[0 if value.get('changed') else 1]}"
    return write_flat(value, lang)


def write_time(started: Any) -> str:
    """Write when a run started.

    >>> write_time("2026-01-02T03:04:05+00:00")
    '2026-01-02 03:04:05 UTC'
    """
    return str(started or "–").replace("T", " ").replace("+00:00", " UTC")


def write_flat(value: Any, lang: str = "zh") -> str:
    """Write a value of a run's record in one line.

    >>> write_flat({"pandas": "3.1", "codes": ["a", "b"], "seed": None})
    'pandas = 3.1，codes = a，b，seed = –'
    """
    comma = ("，", ", ")[check_language(lang)]
    if isinstance(value, Mapping):
        return comma.join(f"{key} = {write_flat(entry, lang)}" for key, entry in value.items()) or "–"
    if isinstance(value, list | tuple):
        return comma.join(write_flat(entry, lang) for entry in value) or "–"
    return "–" if value is None else str(value)
