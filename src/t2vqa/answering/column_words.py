"""Which column of a table a question means, where it does not use the column's own words.

Each line holds expressions of both languages for what research tables commonly state, so that
``rose the most`` finds a column 涨幅 and 营收 one called Revenue. They are words of the trade, of
no one corpus.
"""

from __future__ import annotations

import re

_CONCEPTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"涨跌?幅|(?:上涨|涨)[了得最]|上涨|\bgain(?:s|ed|er)?\b|\bris(?:e|es|en|ing)\b|\brose\b"
        r"|(?:price )?\bchange\b",
        r"跌幅|下跌|跌[了得最]|\bfell\b|\bfall(?:s|en)?\b|\bdrop(?:s|ped)?\b|\bdeclin|\bloss\b",
        r"市值|market\s?cap",
        r"收入|营收|销售额|revenue|turnover|\bsales\b(?! volume)",
        r"利润|净利|profit|net income|\bearnings\b",
        r"毛利率|gross margin",
        r"净利率|net margin",
        r"市盈率|\bP/?E\b",
        r"市净率|\bP/?B\b",
        r"目标价|target price|price target",
        r"(?<!目标)(?:股价|价格|售价|定价|报价|单价)|(?<!target )\bprices?\b(?! (?:target|change))",
        r"份额|占有率|(?:market )?\bshare\b(?!s)",
        r"员工|职工|雇员|employees|headcount|\bstaff\b",
        r"成本|\bcosts?\b",
        r"市场(?:空间|规模|容量)|market (?:size|space|volume)|size of (?:the )?market",
        r"增速|增长率|growth",
        r"产量|产能|\boutput\b|production|capacity",
        r"销量|出货量|units sold|sales volume|shipments",
        r"资产|\bassets\b",
        r"负债|liabilit|\bdebt",
        r"股息|分红|股利|dividend",
        r"权重|weight(?:ing)?\b",
        r"参数|parameters",
        r"评分|得分|分数|\bscores?\b|\bratings?\b",
        r"时长|长度|duration|\blength\b",
        r"投资额|融资额?|投资金额|funding|\binvest(?:ment|ed)\b",
        r"日期|时间|\bdate\b",
        r"销售(?:额|收入)|\bsales\b(?! volume)",
        r"研发|R&D",
    )
)


def shared_concepts(column: str, question: str) -> list[re.Match[str]]:
    """Return where ``question`` speaks of what ``column`` states, in its words or in others."""
    found: list[re.Match[str]] = []
    for concept in _CONCEPTS:
        if concept.search(column):
            found.extend(concept.finditer(question))
    return found
