"""What a question wants done with a table's rows: the largest, the sum, the count, some."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from t2vqa.retrieval.question import AnswerShape, QuestionForm
from t2vqa.text.numerals import read_numeral
from t2vqa.text.segmentation import words
from t2vqa.types import Span


class Operation(StrEnum):
    """What is done with the rows a question names."""

    LARGEST = "largest"
    SMALLEST = "smallest"
    EARLIEST = "earliest"
    LATEST = "latest"
    SUM = "sum"
    COUNT = "count"
    ROWS = "rows"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """An operation and what it is restricted to.

    Attributes:
        operation: What is done.
        most: How many rows are wanted of the largest or smallest (前三, top 3); 0 for no number.
        of: How many rows the question says there are (这三只); 0 where it doesn't.
        prefix: The first digits of a code, where rows are chosen by them.
        spans: Where the question says this.
        words: General words that say nothing of what a table is about, folded as for searching.
    """

    operation: Operation
    most: int
    of: int
    prefix: str
    spans: tuple[Span, ...]
    words: frozenset[str]


_TOP = re.compile(
    r"(?:排名?)?(?:前|居前的?)(?P<many>\d{1,2}|[二两三四五六七八九十])(?!年|个?月|天|日|个?季|成|者|述)"
    r"(?:大|名|位|家|只|个|项|款|强)?"
    r"|哪(?P<which>[二两三四五六七八九十]|\d{1,2})(?:家|只|个|款|项|种)"
    r"|\btop (?P<top>\d{1,2}|two|three|four|five|ten)\b",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?<![第前\d])(?P<of>[二两三四五六七八九十]|\d{1,2})(?:家|只|个|款|支|项|种|类|档|名|大)(?!月|季|百分)"
    r"|\b(?P<english>two|three|four|five|ten)\b",
    re.IGNORECASE,
)
_ENGLISH = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_SUPERLATIVES: tuple[tuple[Operation, re.Pattern[str]], ...] = tuple(
    (operation, re.compile(pattern, re.IGNORECASE))
    for operation, pattern in (
        (Operation.EARLIEST, r"最早|最先|\bearliest\b|\bfirst\b"),
        (Operation.LATEST, r"最晚|最新|最后|\blatest\b|\bnewest\b|\bmost recent(?:ly)?\b"),
        (
            Operation.SMALLEST,
            r"最(?:低|小|少|短|便宜|慢|弱|末)|倒数第一|垫底"
            r"|(?<!at )\b(?:lowest|smallest|least|fewest|minimum|shortest|cheapest|slowest)\b",
        ),
        (
            Operation.LARGEST,
            r"最(?:高|大|多|长|贵|快|强|猛|厉害)|(?:排名?|位居|位列)第一|居首|榜首"
            r"|(?<!at )\b(?:highest|largest|biggest|greatest|most|maximum|longest|fastest|top)\b",
        ),
    )
)
_FALLING = re.compile(
    r"跌|下降|下滑|\b(?:fell|fall(?:s|en)?|drop(?:s|ped)?|declined?|lost)\b", re.I
)
_SUM = re.compile(
    r"合计|总计|总和|总共|一共|共计|加起来|加总|相加|之和|累加"
    r"|\b(?:in total|altogether|combined|sum(?: of)?|add(?:ed)? up|total (?:of|for))\b"
    r"|\btotal\b(?=.* (?:and|all|both|these|those)\b)",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"(?P<digits>\d{1,5})\s*(?:字头|打头|开头|起头)"
    r"|(?:start(?:s|ing)?|begin(?:s|ning)?) with (?P<english>\d{1,5})\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"哪(?:些|几|一)?(?:家|只|个|款|支|种)?|有谁|都有|\bwhich\b|\bwhat\b|\blist\b", re.I
)
_WHAT_OF = re.compile(r"\bwhat (?:is|are|was|were|'s) (?:the|its)\b|\bwhat's\b", re.IGNORECASE)
_GENERIC = """
    公司 企业 股票 个股 标的 上市 上市公司 厂商 机构 名字 名称 叫 叫做 表 表格 表中 资料 数据 列
    行 文档 里面 中 里 家 只 个 项 种 类 支 款 位 条 名 几家 几只 几个 多少家 多少 总 共 一共 总共
    合计 排名 排 属于 是 为 达到 代码 股票代码 超过 超 大于 高于 多于 低于 小于 少于 不足 不到
    至少 至多 不超过 不低于 以上 以下 逾 这 那 上述 跟 做 搞 走 靠 归 归类 归于 归入 贴 来自 涉及
    带 板块 概念 概念股 领域 方向 类别
    company companies stock stocks firm firms table list listed row rows name names named one ones
    value amount figure figures total number document documents data share shares among all whose
    according both these those has code codes ticker over above below under more less least exceed
    exceeds than related belong belongs belonging category tagged based located sector kind
"""


def table_question(question: str, form: QuestionForm) -> TableQuestion | None:
    """Return what ``question`` wants done with rows, or None where it wants none of this."""
    prefix = code_prefix(question)
    top, of = _TOP.search(question), _OF.search(question)
    if form.shape in {AnswerShape.YES_NO, AnswerShape.SUMMARY}:
        return None
    operation, said = _operation(question, form, bool(prefix))
    if operation is None:
        return None
    spans = [Span(*found.span()) for found in (_PREFIX.search(question), top, of, said) if found]
    return TableQuestion(
        operation=operation,
        most=_number(top["many"] or top["which"] or top["top"]) if top else 0,
        of=_number(of["of"] or of["english"]) if of and not top else 0,
        prefix=prefix,
        spans=tuple(spans),
        words=_generic_words(),
    )


def code_prefix(question: str) -> str:
    """Return the first digits that ``question`` chooses codes by; empty where it doesn't."""
    found = _PREFIX.search(question)
    return (found["digits"] or found["english"]) if found else ""


def falls(question: str) -> bool:
    """Tell whether it asks what fell: of rises and falls the lowest is then the largest."""
    return bool(_FALLING.search(question))


def _operation(
    question: str, form: QuestionForm, by_prefix: bool
) -> tuple[Operation | None, re.Match[str] | None]:
    if form.counting:
        return Operation.COUNT, _SUM.search(question)
    for operation, pattern in _SUPERLATIVES:
        found = pattern.search(question)
        if found:
            return operation, found
    if top := _TOP.search(question):
        return Operation.LARGEST, top
    if added := _SUM.search(question):
        return Operation.SUM, added
    if by_prefix or (_WHICH.search(question) and not _WHAT_OF.search(question)):
        return Operation.ROWS, _WHICH.search(question)
    return (Operation.CELL, None) if form.shape is AnswerShape.VALUE else (None, None)


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    return _ENGLISH.get(written.casefold()) or int(read_numeral(written) or 0)


@cache
def _generic_words() -> frozenset[str]:
    return frozenset(words(_GENERIC))
