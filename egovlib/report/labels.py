"""What columns and coded values are called when a person reads them, in Chinese and in English.

Tables keep their frozen ASCII names and codes; only figures and pages use these words.

>>> heading("share_a", "en"), label("target", "zh"), plan_label("fyp13", "en")
('share A', '目标', '13th FYP 2016–20')
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from egovlib.analyse.grouping import name_group
from egovlib.frames import STANCES

if TYPE_CHECKING:
    from egovlib.analyse.notes import Note

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
    "action": ("操作", "action"),
    "actual": ("实际", "actual"),
    "aggregate": ("汇总", "aggregate"),
    "allowed": ("允许", "allowed"),
    "alpha": ("Krippendorff α", "Krippendorff's α"),
    "alpha_high": ("α 上限", "α upper"),
    "alpha_low": ("α 下限", "α lower"),
    "among": ("比较范围", "among"),
    "approx": ("约数", "approx."),
    "base": ("基数", "base"),
    "best": ("最好位次", "best rank"),
    "both": ("两者皆有", "both"),
    "category": ("类别", "category"),
    "cells": ("单元数", "cells"),
    "chance": ("偶然", "chance"),
    "chars": ("字数", "characters"),
    "code": ("代码", "code"),
    "coder": ("编码者", "coder"),
    "coders": ("编码者数", "coders"),
    "coefficient": ("系数", "coefficient"),
    "column": ("列", "column"),
    "conflict": ("矛盾", "conflict"),
    "conflicts": ("矛盾数", "conflicts"),
    "count": ("次数", "count"),
    "count_a": ("甲组次数", "count A"),
    "count_b": ("乙组次数", "count B"),
    "count_first": ("前词次数", "of first"),
    "count_second": ("后词次数", "of second"),
    "counts": ("次数 甲→乙", "counts A→B"),
    "dated": ("时期出自", "dated by"),
    "delta_p": ("ΔP", "ΔP"),
    "depth": ("标题层级", "depth"),
    "difference": ("差（百分点）", "difference (pp)"),
    "direction": ("方向", "direction"),
    "doc": ("文件", "document"),
    "documents": ("文件数", "documents"),
    "documents_a": ("甲期文件数", "documents A"),
    "documents_b": ("乙期文件数", "documents B"),
    "dp": ("离散度 DP", "DP"),
    "effect": ("占比之差（百分点）", "effect (pp)"),
    "effect_high": ("上限（百分点）", "upper (pp)"),
    "effect_low": ("下限（百分点）", "lower (pp)"),
    "en": ("内容", "content"),
    "encoding": ("编码", "encoding"),
    "end": ("止", "end"),
    "eta_squared": ("η²", "η²"),
    "evidence": ("依据", "evidence"),
    "f1": ("F1", "F1"),
    "factor": ("来源", "source"),
    "field": ("字段", "field"),
    "file": ("文件", "file"),
    "first": ("单独", "alone"),
    "first_period": ("最早", "first"),
    "first_word": ("前词", "first word"),
    "found": ("读出", "found"),
    "g2": ("G²", "G²"),
    "genre": ("文种", "genre"),
    "gold": ("人工", "gold"),
    "group": ("组", "group"),
    "heading": ("标题", "heading"),
    "high": ("上限", "upper"),
    "highest": ("最高的组", "highest in"),
    "imputed": ("填补", "imputed"),
    "indicator": ("指标", "indicator"),
    "indicators": ("已有指标", "indicators"),
    "interval_method": ("区间方法", "interval"),
    "issuer": ("发文机关", "issuer"),
    "issuers": ("机关数", "issuers"),
    "kind": ("错误", "error"),
    "known": ("已知", "known"),
    "lambda": ("λ", "lambda"),
    "largest_shift": ("最大变动", "largest shift"),
    "last_period": ("最晚", "last"),
    "left": ("上文", "before"),
    "left_out": ("去掉的文件或机关", "left out"),
    "level": ("级别", "level"),
    "log_dice": ("logDice", "logDice"),
    "log_odds_z": ("加权对数优势比 z", "log-odds z"),
    "log_ratio": ("对数比", "log ratio"),
    "loo_high": ("去掉一份后最大", "at most, one left out"),
    "loo_low": ("去掉一份后最小", "at least, one left out"),
    "low": ("下限", "lower"),
    "lower": ("下端标杆", "lower goalpost"),
    "lowest": ("最低的组", "lowest in"),
    "margin": ("界限", "margin"),
    "mean_shift": ("平均变动", "mean shift"),
    "measure": ("指标", "measure"),
    "median": ("位次中位数", "median rank"),
    "mend": ("改法", "mend"),
    "mentions": ("提及次数", "mentions"),
    "moved": ("上升位数", "places gained"),
    "n": ("数量", "n"),
    "n_a": ("甲期 n", "n A"),
    "n_b": ("乙期 n", "n B"),
    "n_observations": ("观测数", "observations"),
    "n_sources": ("来源数", "sources"),
    "name_en": ("英文名", "name"),
    "name_zh": ("名称", "Chinese name"),
    "normalise": ("标准化", "normalise"),
    "number": ("序号", "number"),
    "observations": ("观测数", "observations"),
    "odds_ratio": ("优势比", "odds ratio"),
    "of": ("共", "of"),
    "outcome": ("结果", "outcome"),
    "owner": ("主管单位", "owner"),
    "p": ("p", "p"),
    "p05": ("5%", "5 %"),
    "p95": ("95%", "95 %"),
    "p_min": ("最小可能 p", "smallest p"),
    "percent_difference": ("%DIFF", "%DIFF"),
    "period": ("时期", "period"),
    "placed": ("已定位", "placed"),
    "plan_period": ("规划期", "plan period"),
    "pmi": ("PMI", "PMI"),
    "position": ("位置", "position"),
    "precision": ("准确率", "precision"),
    "precision_high": ("准确率上限", "precision upper"),
    "precision_low": ("准确率下限", "precision lower"),
    "predicted": ("抽取", "predicted"),
    "problem": ("问题", "problem"),
    "q": ("q", "q"),
    "q_second": ("复核 q", "q, second"),
    "rank": ("位次", "rank"),
    "rank_a": ("位次甲", "rank A"),
    "rank_b": ("位次乙", "rank B"),
    "reason": ("原因", "reason"),
    "record_f1": ("整条 F1", "record F1"),
    "recall": ("召回率", "recall"),
    "recall_high": ("召回率上限", "recall upper"),
    "recall_low": ("召回率下限", "recall lower"),
    "region": ("区划代码", "region code"),
    "region_name": ("地区", "region"),
    "regions": ("地区数", "regions"),
    "removed": ("去掉的指标或一级类", "left out"),
    "repairs": ("修复", "repairs"),
    "right": ("正确", "right"),
    "role": ("角色", "role"),
    "row": ("行", "row"),
    "rule": ("规则", "rule"),
    "scheme": ("编码方案", "scheme"),
    "score": ("得分", "score"),
    "score_a": ("得分甲", "score A"),
    "score_b": ("得分乙", "score B"),
    "script": ("字体", "script"),
    "second_word": ("后词", "second word"),
    "section": ("章节", "section"),
    "sentence": ("句", "sentence"),
    "sentences": ("句数", "sentences"),
    "sentences_a": ("甲期句数", "sentences A"),
    "sentences_b": ("乙期句数", "sentences B"),
    "sha256": ("校验和", "sha256"),
    "share": ("占比", "share"),
    "share_a": ("甲期占比", "share A"),
    "share_b": ("乙期占比", "share B"),
    "share_high": ("最高占比", "highest share"),
    "share_low": ("最低占比", "lowest share"),
    "slope": ("每期变化（百分点）", "change a plan (pp)"),
    "source": ("来源", "source"),
    "stability": ("稳定性", "stability"),
    "stance": ("立场", "stance"),
    "start": ("起", "start"),
    "state": ("状态", "state"),
    "status": ("状态", "status"),
    "step": ("步骤", "step"),
    "subject": ("对象", "subject"),
    "surface": ("原文", "as written"),
    "system": ("系统", "system"),
    "table": ("表", "table"),
    "target": ("目标", "target"),
    "term": ("变量", "term"),
    "text": ("句子", "sentence"),
    "tier": ("行政级别", "tier"),
    "title": ("题名", "title"),
    "topic": ("主题", "topic"),
    "topic_words": ("主题词", "words"),
    "total": ("合计", "total"),
    "treated": ("处理", "treated"),
    "unit": ("单位", "unit"),
    "units": ("单元数", "units"),
    "upper": ("上端标杆", "upper goalpost"),
    "value": ("数值", "value"),
    "value_high": ("数值上端", "upper value"),
    "values": ("各来源的数值", "values"),
    "verdict": ("判断", "verdict"),
    "verdict_second": ("复核判断", "second verdict"),
    "was": ("原读", "was"),
    "weight": ("有效权重", "weight"),
    "weights": ("权重", "weights"),
    "when": ("日期", "when"),
    "who": ("修正人", "who"),
    "why": ("理由", "why"),
    "word": ("词", "word"),
    "words": ("词数", "words"),
    "worst": ("最差位次", "worst rank"),
    "year": ("年份", "year"),
    "z": ("z", "z"),
    "zh": ("内容", "content"),
    "characters": ("同文字数", "characters shared"),
    "community": ("社群", "community"),
    "edges": ("边数", "edges"),
    "expected": ("期望", "expected"),
    "instrument": ("政策工具", "instrument"),
    "length": ("全文字数", "length"),
    "node_a": ("甲", "one"),
    "node_b": ("乙", "other"),
    "old_heading": ("前一文件的标题", "earlier heading"),
    "old_section": ("前一文件的章节", "earlier section"),
    "passages": ("段落数", "passages"),
    "ratio": ("实际/期望", "count / expected"),
    "ratio_high": ("去掉一份文件后最高", "highest without one"),
    "ratio_low": ("去掉一份文件后最低", "lowest without one"),
    "relation": ("关系", "relation"),
    "retained": ("保留率", "retained"),
    "similarity": ("相同", "alike"),
    "source_doc": ("出处文件", "source"),
    "stock": ("套话字数", "stock characters"),
    "theme": ("主题", "theme"),
    "together": ("同现", "together"),
    "kept": ("保留", "kept"),
    "changed": ("改动", "changed"),
    "new": ("新增", "new"),
    "dropped": ("删去", "dropped"),
    "agency": ("部门", "agency"),
    "achievement": ("实际/目标", "actual/target"),
    "actual_year": ("实际年份", "year of actual"),
    "baseline": ("基期", "baseline"),
    "baseline_year": ("基期年份", "year of baseline"),
    "comparison": ("要求", "asks"),
    "deadline": ("期限", "deadline"),
    "done": ("完成", "way done"),
    "gone": ("时间过去", "time gone"),
    "growth_ratio": ("增长率之比", "growth ratio"),
    "issued": ("发文年份", "issued"),
    "form": ("类型", "form"),
    "lacks": ("缺少", "lacks"),
    "lacks_zh": ("缺少", "lacks"),
    "needed_per_year": ("每年尚需", "needed a year"),
    "other_region": ("对照地区", "other region"),
    "pace": ("进度", "pace"),
    "projected": ("到期预计", "projected"),
    "projected_high": ("预计上限", "projected, most"),
    "projected_low": ("预计下限", "projected, least"),
    "reached": ("达到", "reached"),
    "responsible": ("责任单位", "responsible"),
    "same_document": ("同一文件", "same document"),
    "smart": ("SMART（5 项）", "SMART (of 5)"),
    "undefined": ("缺数的原因", "why NA"),
    "undefined_zh": ("缺数的原因", "why NA"),
    "version": ("版本", "version"),
    "why_zh": ("理由", "why"),
}

_VALUES = {
    "about": ("约", "about"),
    "actual": ("实际", "actual"),
    "add": ("增加", "add"),
    "agency": ("部门", "agency"),
    "agrees": ("与程序一致", "agrees"),
    "ambiguous": ("原文有几处", "ambiguous"),
    "applications": ("业务应用", "applications"),
    "applied": ("已采用", "applied"),
    "at_least": ("不少于", "at least"),
    "at_most": ("不超过", "at most"),
    "back to the data": ("回到数据", "back to the data"),
    "change": ("变化量", "change"),
    "check": ("须核对", "to check"),
    "city": ("市", "city"),
    "county": ("县", "county"),
    "data selection": ("数据选择", "data selection"),
    "delete": ("删除", "delete"),
    "disclosure": ("信息公开报告", "disclosure report"),
    "done": ("已做", "done"),
    "exact": ("确数", "exact"),
    "field": ("读错", "misread"),
    "flow": ("流量", "flow"),
    "framework": ("理论框架", "framework"),
    "from": ("原值", "from"),
    "hans": ("简体", "simplified"),
    "hant": ("繁体", "traditional"),
    "indicator": ("指标", "indicator"),
    "infrastructure": ("基础设施", "infrastructure"),
    "level": ("水平", "level"),
    "links to other measures": ("与其他测度的联系", "links to other measures"),
    "missed": ("漏掉", "missed"),
    "missing data": ("缺失值", "missing data"),
    "mixed": ("繁简混排", "mixed"),
    "moved": ("已移位采用", "applied, moved"),
    "multivariate analysis": ("多元分析", "multivariate analysis"),
    "national": ("国家", "national"),
    "nearly": ("近", "nearly"),
    "no_row": ("此处无行", "no row there"),
    "no_scheme": ("无此方案", "no such scheme"),
    "normalisation": ("标准化", "normalisation"),
    "not_found": ("原文已不在", "not found"),
    "open": ("未做", "open"),
    "operational": ("在用", "operational"),
    "other": ("其他", "other"),
    "over": ("超过", "over"),
    "overview": ("概况", "overview"),
    "persons": ("编码者之间", "persons"),
    "persons and machine": ("编码者与程序", "persons and machine"),
    "pillar": ("一级类", "pillar"),
    "plan": ("规划", "plan"),
    "planned": ("拟建", "planned"),
    "policy": ("政策", "policy"),
    "portal": ("门户与公开", "portal"),
    "presentation": ("呈现", "presentation"),
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
    "superseded": ("被后来的取代", "superseded"),
    "target": ("目标", "target"),
    "to": ("新值", "to"),
    "township": ("乡镇", "township"),
    "uncertainty and sensitivity": ("不确定性与敏感性", "uncertainty and sensitivity"),
    "unclear": ("不明", "unclear"),
    "under_construction": ("在建", "under construction"),
    "unknown": ("未知", "unknown"),
    "unknown_code": ("代码不在方案中", "unknown code"),
    "used": ("采用", "used"),
    "village": ("村", "village"),
    "weighting and aggregation": ("权重与汇总", "weighting and aggregation"),
    "work_report": ("工作报告", "work report"),
    "document": ("文件年份", "document"),
    "text": ("正文", "text"),
    "business_application": ("业务应用", "business application"),
    "card": ("卡", "card"),
    "credit": ("信用", "credit"),
    "data_centre": ("数据中心", "data centre"),
    "database": ("数据库", "database"),
    "emergency_command": ("应急指挥", "emergency command"),
    "exchange_platform": ("交换平台", "exchange platform"),
    "geographic": ("地理信息", "geographic"),
    "hotline": ("热线", "hotline"),
    "network": ("网络", "network"),
    "online_service": ("网上服务", "online service"),
    "oversight": ("监督", "oversight"),
    "security": ("安全", "security"),
    "smart_city": ("智慧城市", "smart city"),
    "agencies": ("机构", "agencies"),
    "changed": ("改动", "changed"),
    "dropped": ("删去", "dropped"),
    "from_above": ("来自上级", "from above"),
    "from_earlier": ("来自前一文件", "from earlier"),
    "instruments": ("政策工具", "instruments"),
    "kept": ("保留", "kept"),
    "new": ("新增", "new"),
    "reuse": ("沿用", "reuse"),
    "sentence": ("句", "sentence"),
    "shared": ("同文（先后未明）", "shared"),
    "stock": ("套话", "stock"),
    "systems": ("系统", "systems"),
    "themes": ("主题", "themes"),
    "no_baseline": ("没有基期", "no baseline"),
    "baseline_zero": ("基期为零", "baseline zero"),
    "target_equals_baseline": ("目标等于基期", "target equals baseline"),
    "already_met": ("早已达到", "already met"),
    "met": ("达到", "met"),
    "met_then_lost": ("达到后又失去", "met, then lost"),
    "regressed": ("倒退", "regressed"),
    "on_track": ("进度正常", "on track"),
    "behind": ("落后", "behind"),
    "not_comparable": ("不可比", "not comparable"),
    "qualitative": ("定性目标", "qualitative"),
    "recurring": ("每年之量", "each year"),
    "difference": ("差额", "difference"),
    "qualifier": ("限定", "qualifier"),
    "aim": ("文字目标", "aim in words"),
    "interval": ("区间", "interval"),
    "issued": ("现行", "issued"),
    "baseline": ("基期", "baseline"),
    "later": ("后来", "later"),
    "other_region": ("另一地区", "another region"),
    "logistic": ("逻辑斯蒂", "logistic"),
    "log-linear": ("对数线性", "log-linear"),
    "reliable": ("可靠", "reliable"),
    "tentative": ("暂可", "tentative"),
    "insufficient": ("不足", "insufficient"),
    "undefined": ("无法计算", "undefined"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}

_MEASURES = {
    "precision": ("准确率", "precision"),
    "recall": ("召回率", "recall"),
    "f1": ("F1", "F1"),
    "exact_span_f1": ("F1（范围完全一致）", "F1, exact spans"),
    "record_f1": ("F1（整条记录全对）", "F1, whole records"),
    "percent": ("一致率", "per cent agreement"),
    "prevalence": ("最常见值的占比", "share of the commonest value"),
    "cohen_kappa": ("Cohen κ", "Cohen's κ"),
    "fleiss_kappa": ("Fleiss κ", "Fleiss' κ"),
    "krippendorff_alpha": ("Krippendorff α", "Krippendorff's α"),
    "gwet_ac1": ("Gwet AC1", "Gwet's AC1"),
    "gwet_ac2": ("Gwet AC2", "Gwet's AC2"),
}

_REPAIRS = {
    "broken_lines": ("合并断行", "broken lines joined"),
    "byte_order_mark": ("去字节序标记", "byte order mark off"),
    "collapsed_punctuation": ("还原标点", "punctuation put back"),
    "hard_wraps": ("合并硬换行", "hard wraps joined"),
    "line_ends": ("统一换行符", "line ends"),
    "literal_escapes": ("还原转义字符", "escapes read"),
    "lost_dashes": ("补回起讫号", "lost dashes"),
    "lost_stops": ("补回句号", "lost stops"),
    "markup": ("去网页标记", "markup off"),
    "mixed_encoding": ("混合编码", "mixed encoding"),
    "page_marks": ("去页面标记", "page marks off"),
    "page_numbers": ("去页码", "page numbers off"),
    "pages_without_text": ("无文字的页", "pages without text"),
    "repeated_copies": ("去重复的全文", "further copies off"),
    "running_heads": ("去页眉", "running heads off"),
    "script": ("繁体转简体", "traditional to simplified"),
    "site_debris": ("去网站杂文", "site debris off"),
    "spaced_numbers": ("合并断开的数字", "spaces in numbers closed"),
    "spaced_words": ("合并断开的词", "spaces in words closed"),
    "undecodable": ("无法解码的字符", "undecodable"),
    "width": ("全角转半角", "full to half width"),
}


_PHRASES = {
    "no subject rule": "没有指标的词",
    "role change is no level": "是变化量，不是水平",
    "role from is no level": "是变化的起点，不是水平",
    "ambiguous": "两个指标之间无法取舍",
    "unit does not fit": "单位不符",
    "role does not fit": "存量与流量不符，或不是位次",
    "topic does not fit": "主题不是电子政务",
    "tier does not fit": "层级不符",
    "no population of ([0-9]+) in (.*)": r"没有 \1 在 \2 的人口数",
    r"tier \w+ is not that of region ([0-9]+)": r"层级不是 \1 本级",
    "the sources disagree: (.*)": r"来源互相矛盾：\1",
    "all missing: left out": "全部缺失：不用",
    "known, but no region that has it is scored": "有值，但有值的地区都未计分",
    "constant: left out": "没有差别：不用",
    "([0-9]+) of ([0-9]+) indicators, ([0-9]+) are needed": r"有 \1 个指标，共 \2 个，至少要 \3 个",
    "no indicator": "没有指标",
    "nothing in (.*)": r"没有任何指标的一级类：\1",
    "fewer than ([0-9]+) regions: no ranks": r"不足 \1 个地区：不排名",
    "no indicator varies between the regions": "没有一个指标在地区间有差别",
    "veto: (.*) is 0": r"单项否决：\1 为 0",
    "never moves": "位次不变",
    "t, paired": "t（按机关配对）",
    "t, Welch": "t（Welch）",
    "bootstrap, expanded percentile": "自助法（扩展百分位）",
    "Wilson, over quantities": "Wilson（按数量）",
    "documents resampled": "自助法（按文件）",
    "none: no variation": "无（各单位没有差别）",
    "none: fewer than ([0-9]+) a side, see shares": r"无（每侧不足 \1 个单位，看各文件的占比）",
    "no difference shown": "未见差异",
    "higher": "更高",
    "lower": "更低",
    "groups differ": "各组不同",
    "no trend shown": "未见趋势",
    "rises": "上升",
    "falls": "下降",
    "alike within the margin": "在界限内相同",
    "not shown to be alike": "不能说相同",
    "not testable: no variation, or fewer than 2 units a side": "无法检验：没有差别，或每侧不足 2 个单位",
    "not testable: only one group has documents": "无法检验：只有一组有文件",
    "not testable: does not occur in (.*)": r"无法检验：在 \1 未出现",
    "not testable: every sentence of a group has the code": "无法检验：一组的每句都有该代码",
    "not testable with ([0-9]+) issuers: clustered errors need ([0-9]+)": r"\1 个机关无法检验：聚类标准误需要 \2 个",
    "not testable: (.*) cannot be told apart from the terms before it": r"无法检验：\1 与前面的变量无法区分",
    "not testable: the regression (has no solution|does not converge)": "无法检验：回归没有解",
    "higher in ([ab])": r"\1 更高",
    "not testable: too few documents differ": "无法检验：有差别的文件太少",
    "not testable with ([0-9]+) documents?": r"\1 份文件无法检验",
    "does not occur": "未出现",
    "cut otherwise": "切分不同",
    "stable": "稳定",
    "unstable: other seeds or documents give other words": "不稳定：换种子或文件则词不同",
    "no issuer wrote in both .*": "没有机关两期都有文件",
    "no documents in (.*)": r"\1没有文件",
    "together": "同现多于偶然",
    "together, by one document": "同现多于偶然，但仅靠一份文件",
    "no association shown": "未见关联",
    "not testable: no document names both": "无法检验：没有文件同时提到两者",
    "not testable: every table with these margins has the same count": "无法检验：重排不改变次数",
    "not testable: expected together less than (.*) times": r"无法检验：期望同现不足 \1 次",
    "not testable: occurs once": "无法检验：只出现一次",
    "([0-9]+) documents are too few for ([0-9]+) topics; give ([0-9]+) documents or more, .*": (
        r"\1 份文件不足以分出 \2 个主题；至少要 \3 份，而且每个主题 3 份；否则用 compare_words 比较用词。"
    ),
    "fewer than 2 edges in the network": "网络中不足 2 条边",
    "no edge": "没有边",
    "no document here could be its source": "语料中没有可能的出处",
    "the text has nothing to compare": "没有可比的文字",
    "no section of the old document is its partner": "前一文件中没有对应章节",
}
"""The fixed phrases of comparisons, patterns to Chinese; in English they are shown as they stand."""


_ANY_PHRASE = re.compile("|".join(_PHRASES))


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


def write_note(note: Note, lang: str = "zh") -> str:
    """Write a note of a result, its coded values and plan periods in words.

    >>> from egovlib.analyse.notes import Note
    >>> write_note(Note("甲为{plan}。", "a is fyp12, {plan}."), "en")
    'a is 12th FYP, plan.'
    """
    return re.sub(r"\bfyp1[0-5]\b", lambda period: label(period[0], lang), note.text(lang, label))


def field_label(name: str, lang: str = "zh") -> str:
    """Name what is measured or coded: a score, a coefficient, or a column.

    >>> field_label("krippendorff_alpha", "en"), field_label("tier")
    ("Krippendorff's α", '行政级别')
    """
    return _MEASURES[name][check_language(lang)] if name in _MEASURES else heading(name, lang)


def describe_repairs(repairs: str, lang: str = "zh") -> str:
    """Say what repairs did and how often.

    >>> describe_repairs("hard_wraps 35; own_rule 2")
    '合并硬换行 35；own_rule 2'
    """
    place = check_language(lang)
    told = (repair.partition(" ") for repair in repairs.split("; "))
    return ("；", "; ")[place].join(
        f"{_REPAIRS[name][place] if name in _REPAIRS else name} {count}".strip() for name, _, count in told
    )


def plan_label(period: str, lang: str = "zh") -> str:
    """Name a plan period with its years; a period that is not a plan stays as it is.

    >>> plan_label("fyp12"), plan_label("2013")
    ('十二五 2011–15', '2013')
    """
    if period not in PLAN_YEARS:
        return period
    first, last = PLAN_YEARS[period]
    return f"{label(period, lang)} {first}–{last % 100:02d}"


def group_label(group: str, lang: str = "zh") -> str:
    """Name what a comparison compares: a plan period with its years, a stance, a region, or several joined by +.

    >>> group_label("fyp12"), group_label("east+430000"), group_label("east", "en")
    ('十二五 2011–15', '东部、湖南省', 'East')
    """
    if group in PLAN_YEARS:
        return plan_label(group, lang)
    if group in STANCES:
        return label(group, lang)
    return name_group(group)[check_language(lang)]


def phrase(text: str, lang: str = "zh") -> str:
    """Put a verdict or interval method of a comparison into `lang`; any other text stays as it is.

    >>> phrase("not testable with 8 documents"), phrase("t, Welch", "en")
    ('8 份文件无法检验', 't, Welch')
    """
    if check_language(lang) or not _ANY_PHRASE.fullmatch(text):
        return text
    found = (_expand(match, zh) for pattern, zh in _PHRASES.items() if (match := re.fullmatch(pattern, text)))
    return next(found, text)


def _expand(match: re.Match[str], zh: str) -> str:
    """Fill the phrase's places, groups of documents under their names."""
    filled = (
        "、".join(_name_zh(part) for part in words.split(" and ")) if words else ""
        for words in match.groups()
    )
    return re.sub(r"\\\d", lambda place: next(filled), zh)


def _name_zh(group: str) -> str:
    return label(group) if group in STANCES else name_group(group).zh


def indicator_label(code: str, lang: str = "zh") -> str:
    """Name an indicator or a pillar of the packaged codebooks and trees; a code of one's own stands for itself.

    >>> indicator_label("osi", "en"), indicator_label("my_own")
    ('Online Service Index', 'my_own')
    """
    return _indicator_names(lang).get(code, code)


@cache
def _indicator_names(lang: str) -> dict[str, str]:
    from egovlib.analyse.index.trees import trees

    names: dict[str, str] = {}
    for file in trees():
        names |= codebook_names(f"trees/{file}", "code", lang)
    for file in ("innovation", "indicators"):
        names |= codebook_names(file, "indicator", lang)
    return names


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
