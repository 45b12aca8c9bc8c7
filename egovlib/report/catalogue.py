"""The catalogue entry of a package, after the core metadata of government information resources.

GB/T 21063.3—2007 政务信息资源目录体系 第3部分：核心元数据, and the items that a department must fill in by
政务信息资源目录编制指南（试行）（发改高技〔2017〕1272号). What only the provider knows (who provides it, whether it
may be shared, when it was published) is asked, never made up: it stays empty until it is said.

>>> entry = catalogue_entry({"provider": "某大学", "sharing": "unconditional"}, documents=3, tables=["documents"])
>>> entry["provider"], entry["sharing"], entry["published"]
('某大学', '无条件共享', None)
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

SHARING: Final = {"unconditional": "无条件共享", "conditional": "有条件共享", "none": "不予共享"}
OPEN: Final = {"yes": "向社会开放", "conditional": "有条件开放", "no": "不向社会开放"}
CYCLES: Final = {
    "realtime": "实时", "daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季度",
    "yearly": "每年", "irregular": "不定期", "never": "不更新",
}  # fmt: skip

ELEMENTS: Final = {
    "title": ("信息资源名称", "title"),
    "id": ("信息资源代码", "resource id"),
    "abstract": ("信息资源摘要", "abstract"),
    "provider": ("信息资源提供方", "provider"),
    "provider_code": ("信息资源提供方代码", "provider code"),
    "category": ("信息资源分类", "resource category"),
    "format": ("信息资源格式", "format"),
    "items": ("信息项", "items"),
    "cycle": ("更新周期", "update cycle"),
    "sharing": ("共享类型", "sharing type"),
    "sharing_terms": ("共享条件", "terms of sharing"),
    "open": ("开放类型", "open type"),
    "open_terms": ("开放条件", "terms of opening"),
    "published": ("发布日期", "publication date"),
    "contact": ("联系方式", "contact"),
    "language": ("语种", "language"),
}
"""The elements by their key here: the standard's name, and the English one."""

_CHOICES: Final = {"sharing": SHARING, "open": OPEN, "cycle": CYCLES}
SAID: Final = (
    "title", "id", "abstract", "provider", "provider_code", "category", "cycle", "sharing", "sharing_terms",
    "open", "open_terms", "published", "contact",
)  # fmt: skip
"""The elements a user may say."""


def catalogue_entry(said: Mapping[str, str], *, documents: int, tables: Sequence[str]) -> dict[str, Any]:
    """Return the elements of the catalogue, those unsaid None.

    said       element → value; sharing, open and cycle by their codes, published as a date (2026-01-31)
    documents  how many documents the tables were made from; tables  their names

    Raises ValueError for an element that is none and a value outside its list.
    """
    checked = {name: _check(name, value) for name, value in said.items()}
    defaults = {
        "title": "中国电子政务文本抽取数据集",
        "id": "egovlib-tables",
        "abstract": f"从 {documents} 份电子政务文件中抽取的表（{'、'.join(tables)}），"
        "每行附出处（文件、起、止）与措辞允许的区间。",
        "category": "主题信息资源/电子政务",
        "format": "CSV、Parquet、XLSX、SDMX-CSV",
        "items": "、".join(tables),
        "language": "zh",
    }
    return {name: checked.get(name, defaults.get(name)) for name in ELEMENTS}


def _check(name: str, value: str) -> str:
    if name not in SAID:
        raise ValueError(f"the catalogue has no element {name!r} to say; choose {', '.join(SAID)}.")
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ValueError(
                f"catalogue element {name} cannot be {value!r}; choose {', '.join(_CHOICES[name])}."
            )
        return _CHOICES[name][value]
    if name == "published":
        try:
            return datetime.date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError(
                f"catalogue element published is no date: {value!r}; write it as 2026-01-31."
            ) from None
    return value


def catalogue_rows(entry: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """The entry as rows of a csv: element, its name in the standard, its English name, value (empty: not said)."""
    return [(name, *ELEMENTS[name], str(value or "")) for name, value in entry.items()]
