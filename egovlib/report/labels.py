"""What columns and coded values are called when a person reads them, in Chinese and in English.

Tables keep their frozen ASCII names and codes; only figures and pages use these words.

>>> heading("share_a", "en"), label("target", "zh"), plan_label("fyp13", "en")
('share A', '目标', '13th FYP 2016–20')
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

LANGUAGES: Final = ("zh", "en")

PLAN_YEARS: Final = {f"fyp{n}": (1951 + 5 * n, 1955 + 5 * n) for n in range(10, 16)}
"""First and last year of each five-year plan."""

_PLANS = {
    "fyp10": ("十五", "10th FYP"),
    "fyp11": ("十一五", "11th FYP"),
    "fyp12": ("十二五", "12th FYP"),
    "fyp13": ("十三五", "13th FYP"),
    "fyp14": ("十四五", "14th FYP"),
    "fyp15": ("十五五", "15th FYP"),
}

_HEADINGS = {
    "approx": ("约数", "approx."),
    "base": ("基数", "base"),
    "category": ("类别", "category"),
    "chars": ("字数", "characters"),
    "code": ("代码", "code"),
    "coder": ("编码者", "coder"),
    "coders": ("编码者数", "coders"),
    "coefficient": ("系数", "coefficient"),
    "count": ("次数", "count"),
    "depth": ("标题层级", "depth"),
    "difference": ("差（百分点）", "difference (pp)"),
    "doc": ("文件", "document"),
    "documents_a": ("甲期文件数", "documents A"),
    "documents_b": ("乙期文件数", "documents B"),
    "encoding": ("编码", "encoding"),
    "end": ("止", "end"),
    "evidence": ("依据", "evidence"),
    "field": ("字段", "field"),
    "found": ("读出", "found"),
    "genre": ("文种", "genre"),
    "gold": ("人工", "gold"),
    "heading": ("标题", "heading"),
    "high": ("上限", "upper"),
    "indicator": ("指标", "indicator"),
    "interval_method": ("区间方法", "interval"),
    "issuer": ("发文机关", "issuer"),
    "kind": ("错误", "error"),
    "low": ("下限", "lower"),
    "measure": ("指标", "measure"),
    "n": ("数量", "n"),
    "n_a": ("甲期 n", "n A"),
    "n_b": ("乙期 n", "n B"),
    "name_en": ("英文名", "name"),
    "name_zh": ("名称", "Chinese name"),
    "owner": ("主管单位", "owner"),
    "p": ("p", "p"),
    "p_min": ("最小可能 p", "smallest p"),
    "period": ("时期", "period"),
    "plan_period": ("规划期", "plan period"),
    "predicted": ("抽取", "predicted"),
    "problem": ("问题", "problem"),
    "q": ("q", "q"),
    "region": ("区划代码", "region code"),
    "region_name": ("地区", "region"),
    "repairs": ("修复", "repairs"),
    "right": ("正确", "right"),
    "role": ("角色", "role"),
    "rule": ("规则", "rule"),
    "scheme": ("编码方案", "scheme"),
    "score": ("得分", "score"),
    "script": ("字体", "script"),
    "section": ("章节", "section"),
    "sentence": ("句", "sentence"),
    "sentences": ("句数", "sentences"),
    "sentences_a": ("甲期句数", "sentences A"),
    "sentences_b": ("乙期句数", "sentences B"),
    "sha256": ("校验和", "sha256"),
    "share": ("占比", "share"),
    "share_a": ("甲期占比", "share A"),
    "share_b": ("乙期占比", "share B"),
    "source": ("来源", "source"),
    "stance": ("立场", "stance"),
    "start": ("起", "start"),
    "status": ("状态", "status"),
    "subject": ("对象", "subject"),
    "surface": ("原文", "as written"),
    "system": ("系统", "system"),
    "text": ("句子", "sentence"),
    "tier": ("行政级别", "tier"),
    "title": ("题名", "title"),
    "topic": ("主题", "topic"),
    "unit": ("单位", "unit"),
    "units": ("单元数", "units"),
    "value": ("数值", "value"),
    "value_high": ("数值上端", "upper value"),
    "verdict": ("判断", "verdict"),
    "year": ("年份", "year"),
}

_VALUES = {
    "about": ("约", "about"),
    "actual": ("实际", "actual"),
    "agency": ("部门", "agency"),
    "applications": ("业务应用", "applications"),
    "at_least": ("不少于", "at least"),
    "at_most": ("不超过", "at most"),
    "change": ("变化量", "change"),
    "city": ("市", "city"),
    "county": ("县", "county"),
    "disclosure": ("信息公开报告", "disclosure report"),
    "exact": ("确数", "exact"),
    "field": ("读错", "misread"),
    "flow": ("流量", "flow"),
    "from": ("原值", "from"),
    "hans": ("简体", "simplified"),
    "hant": ("繁体", "traditional"),
    "infrastructure": ("基础设施", "infrastructure"),
    "level": ("水平", "level"),
    "missed": ("漏掉", "missed"),
    "mixed": ("繁简混排", "mixed"),
    "national": ("国家", "national"),
    "nearly": ("近", "nearly"),
    "operational": ("在用", "operational"),
    "other": ("其他", "other"),
    "over": ("超过", "over"),
    "overview": ("概况", "overview"),
    "plan": ("规划", "plan"),
    "planned": ("拟建", "planned"),
    "policy": ("政策", "policy"),
    "portal": ("门户与公开", "portal"),
    "problem": ("问题", "problem"),
    "province": ("省", "province"),
    "rank": ("位次", "rank"),
    "resources": ("信息资源", "resources"),
    "review": ("回顾", "review"),
    "safeguard": ("保障", "safeguard"),
    "safeguards": ("保障体系", "safeguards"),
    "services": ("公共服务", "services"),
    "speech": ("讲话", "speech"),
    "spurious": ("多出", "spurious"),
    "target": ("目标", "target"),
    "to": ("新值", "to"),
    "township": ("乡镇", "township"),
    "unclear": ("不明", "unclear"),
    "under_construction": ("在建", "under construction"),
    "unknown": ("未知", "unknown"),
    "village": ("村", "village"),
    "work_report": ("工作报告", "work report"),
}


_PHRASES = {
    "t, paired": "t（按机关配对）",
    "t, Welch": "t（Welch）",
    "bootstrap, percentile": "自助法（百分位）",
    "Wilson, over quantities": "Wilson（按数量）",
    "documents resampled": "自助法（按文件）",
    "none: no variation": "无（各单位没有差别）",
    "none: fewer than ([0-9]+) a side, see shares": r"无（每侧不足 \1 个单位，看各文件的占比）",
    "no difference shown": "未见差异",
    "higher in ([ab])": r"\1 期更高",
    "not testable: too few documents differ": "无法检验：有差别的文件太少",
    "not testable with ([0-9]+) documents?": r"\1 份文件无法检验",
    "does not occur": "未出现",
    "no issuer wrote in both .*": "没有机关两期都有文件",
    "no documents in .*": "有一期没有文件",
}
"""The fixed phrases of comparisons, patterns to Chinese; in English they are shown as they stand."""


def check_language(lang: str) -> int:
    """Return the place of `lang` in every pair of words, or ValueError."""
    if lang not in LANGUAGES:
        raise ValueError(f"lang {lang!r} is not known; choose zh or en.")
    return LANGUAGES.index(lang)


def heading(column: str, lang: str = "zh") -> str:
    """Return the readable heading of `column`; an unknown column keeps its name."""
    return _HEADINGS[column][check_language(lang)] if column in _HEADINGS else column.replace("_", " ")


def label(value: str, lang: str = "zh") -> str:
    """Return the readable form of a coded value (a tier, status, topic …); anything else stays as it is."""
    if value in _PLANS:
        return _PLANS[value][check_language(lang)]
    return _VALUES[value][check_language(lang)] if value in _VALUES else value


def plan_label(period: str, lang: str = "zh") -> str:
    """Name a plan period with its years; a period that is not a plan stays as it is.

    >>> plan_label("fyp12"), plan_label("2013")
    ('十二五 2011–15', '2013')
    """
    if period not in PLAN_YEARS:
        return period
    first, last = PLAN_YEARS[period]
    return f"{label(period, lang)} {first}–{last % 100:02d}"


def phrase(text: str, lang: str = "zh") -> str:
    """Put a verdict or interval method of a comparison into `lang`; any other text stays as it is.

    >>> phrase("not testable with 8 documents"), phrase("t, Welch", "en")
    ('8 份文件无法检验', 't, Welch')
    """
    if check_language(lang):
        return text
    found = (match.expand(zh) for pattern, zh in _PHRASES.items() if (match := re.fullmatch(pattern, text)))
    return next(found, text)


@cache
def codebook_names(file: str, key: str, lang: str = "zh") -> dict[str, str]:
    """Return the names by code out of a packaged codebook file; columns name_zh and name_en, or name.

    >>> "infrastructure" in codebook_names("no_such_file", "code")
    False
    """
    from egovlib import codebook

    column = ("name_zh", "name_en")[check_language(lang)]
    try:
        entries = codebook.rows(file)
    except FileNotFoundError:  # a user's own scheme has no packaged file: its codes stand for themselves
        return {}
    return {entry[key]: entry.get(column) or entry.get("name") or entry[key] for entry in entries}
