"""The methods of a report in words: what each verb of the library that a notebook calls does.

In English it is what the verb's documentation says first; the Chinese stands here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from egovlib.report.labels import check_language

if TYPE_CHECKING:
    import nbformat

_ZH: Final = {
    "add_bonus": "网站测评的收尾：各地区的得分、加分、总分与结论，由高到低。",
    "arrange_systems": "取每份文件所说的每个系统的最远进展（在用、在建、拟建、不明）。",
    "audit": "按编制指数的十个步骤逐条填写：做了什么、还须核对什么。",
    "build_network": "统计哪些节点在同一句（或章节）中同现，逐对检验是否多于偶然，再划分社群。",
    "check_codebook": "检查码本文件，逐条列出问题；空表即没有问题。",
    "chosen_words": "选出图中放得下的词：先取有差异的，再取差别最大的。",
    "code_themes": "按编码方案的词表给每句标主题，一句可有几个；依据的词一并记下。",
    "compare_groups": "比较几个规划期或几个地区的着墨：一次检验，合为一族校正。",
    "compare_periods": "比较两个规划期的着墨：占比按文件计算，以文件或机关为单位作置换检验，q 按 Benjamini-Hochberg。",
    "compare_regions": "比较两个地区的着墨：占比按文件计算，以文件或机关为单位作置换检验，q 按 Benjamini-Hochberg。",
    "compare_versions": "把两份文件逐句对齐：保留、改动、新增、删去。",
    "compare_words": "比较两组文件的用词：占比按文件计算，以文件或机关为单位作置换检验；G² 与加权对数优势比只作描述。",
    "conflicts": "逐单元列出互相矛盾的观测及其原句。",
    "count_revisions": "按章节统计保留、改动、新增、删去的句子。",
    "count_words": "用固定的词典分词，统计每份文件的实词。",
    "coverage": "说明面板里有什么：各指标、地区、时期的观测数与单元数。",
    "cross_agencies": "统计并检验机构、主题、政策工具三者的同现。",
    "draw_units": "随机抽取供人工编码的单位，并记下程序的判断。",
    "evaluate": "把抽取的数量与人工编码对照计分，附区间、混淆表与每一处错误。",
    "evaluate_matching": "把指标归类与人工归类对照计分。",
    "evaluate_plans": "把规划中的目标与同一地区、层级、单位、概念的实际值对照；措辞的区间一路保留。",
    "evaluate_systems": "把找出的系统与人工编码对照计分。",
    "explain_quantity": "列出某处数字的解读步骤。",
    "find_collocations": "找出相邻出现多于各自次数所能解释的词对。",
    "find_concordance": "列出一个词的每一处出现及其上下文。",
    "find_evidence": "找出使句子得到编码的词，一处一行。",
    "find_quantities": "逐句找出数量：数值、单位、约数、角色、实际或目标、时期、层级；文中没有的留空，不作猜测。",
    "find_reuse": "找出一份文件中见于另一份文件的段落。",
    "find_systems": "找出电子政务系统的每一处提及，名称依目录归一，并判断进展。",
    "find_topics": "作主题模型，换种子、换文件重复，说明每个主题再现的把握。",
    "list_corrections": "列出人工修正及其是否已采用。",
    "machine_codings": "把程序的判断列为又一位编码者的编码。",
    "match_indicators": "按码本把数量归入指标，并写明依据；单位、角色、层级不符的不归入。",
    "measure_agreement": "计算两位或多位编码者的一致性系数，附自助法区间。",
    "measure_reliability": "把一种编码与同一批句子的人工编码对照，逐个代码给出结果。",
    "measure_reuse": "统计每份文件有多少文字见于每个可能的出处。",
    "measure_review": "逐题统计编码者之间、编码者与程序之间的一致性。",
    "merge_codings": "把新的编码并入已有的编码，已有的不丢失。",
    "name_documents": "给图中的每份文件一个简称：地区与年份，重复的用标题或编号。",
    "panel": "把观测放入指标、地区、层级、时期、状态的单元；来源互相矛盾时不取平均。",
    "per_population": "用人口去除面板中的数量，得每万人之数；没有人口数的写明原因。",
    "pmc": "由两人的编码计算文件的 PMC 指数。",
    "read_corpus": "读入文件：判别编码，修复损伤并逐项记下，切分章节与句子。",
    "read_document": "读入一份文件。",
    "read_key": "读入复核表的对照文件。",
    "read_panel": "读入面板：随软件的，或自备的 csv 文件。",
    "read_sheets": "读入填好的编码表并核对每个值。",
    "read_text": "把一段文字作为一份文件。",
    "read_tree": "读入并核对指标体系。",
    "regress_shares": "以各主题占比对组别和文种、级别、篇幅回归，标准误按机关聚类。",
    "robustness": "改变方法、权重、缺失值处理和措辞所允许的数值，看位次变动多少。",
    "score_regions": "按指标体系给地区计分；指标不足的地区不计分，并写明原因。",
    "trace_region": "跟踪一个地区各期的位次及各自的区间。",
    "trace_systems": "同一地区的同一系统在各规划期的进展。",
}

_BEHIND: Final = {"show_topics": "find_topics", "show_revision": "compare_versions"}
"""Verbs that show what another one computes."""


def find_methods(notebook: nbformat.NotebookNode, lang: str = "zh") -> list[tuple[str, str]]:
    """Return the library's verbs that a notebook calls, in order, each with what it does; drawing and writing aside.

    >>> from nbformat import v4
    >>> cells = [v4.new_code_cell("corpus = eg.read_corpus(); eg.find_systems(corpus); eg.show_table(corpus)")]
    >>> [name for name, _ in find_methods(v4.new_notebook(cells=cells))]
    ['read_corpus', 'find_systems']
    """
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    called = re.findall(r"\b(?:eg|egovlib)\.([a-z]\w*)\(", source)
    names = dict.fromkeys(_BEHIND.get(name, name) for name in called)
    return [(name, describe_method(name, lang)) for name in names if name in _ZH]


def describe_method(name: str, lang: str) -> str:
    """Say in a sentence what a verb of the library does."""
    import egovlib

    if check_language(lang) == 0:
        return _ZH[name]
    first = (getattr(egovlib, name).__doc__ or "").strip().split("\n\n")[0]
    return " ".join(re.sub(r"[;,]? columns `[A-Z]+`", "", first).replace("`", "").split())
