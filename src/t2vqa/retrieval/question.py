"""What a question asks for: the kind of answer, its shape, its language.

Question words and the nouns of the asked attribute decide (``多少``, ``哪家公司``, ``…比例是什么``,
``how much``). The patterns are of the two languages, never of a corpus.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from t2vqa.text.languages import is_chinese


class AnswerKind(StrEnum):
    """The kind of value an answer must hold; ``OPEN`` where any words may answer."""

    DATE = "date"
    AMOUNT = "amount"
    PERCENT = "percent"
    COUNT = "count"
    DURATION = "duration"
    CODE = "code"
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    REASON = "reason"
    OPEN = "open"


class AnswerShape(StrEnum):
    """How much is asked for."""

    VALUE = "value"
    LIST = "list"
    SUMMARY = "summary"
    COMPARISON = "comparison"
    YES_NO = "yes_no"


NUMERIC_KINDS = frozenset(
    {AnswerKind.AMOUNT, AnswerKind.PERCENT, AnswerKind.COUNT, AnswerKind.DURATION}
)
"""Kinds whose answer is a figure with a unit."""


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """The form of a question.

    Attributes:
        kind: The kind of value asked for.
        shape: One value, a list, a summary, a comparison, or yes/no.
        chinese: Whether it is written in Chinese.
        largest: For "which is the highest/earliest": +1, for the lowest/latest: -1, else 0.
        counting: Whether it asks how many members a list or table has.
    """

    kind: AnswerKind
    shape: AnswerShape
    chinese: bool
    largest: int = 0
    counting: bool = False


# Ordered: the first pattern found decides. Attribute nouns come with the question word behind them
# ("…的披露时间是什么"), so the tail of the question is tried before the whole of it.
_KIND_PATTERNS: tuple[tuple[AnswerKind, str], ...] = (
    (AnswerKind.CODE, r"代码|股票代号|ticker|stock code|securities code|stock symbol"),
    (
        AnswerKind.REASON,
        r"为什么|为何|为啥|原因|缘何|凭什么|怎么会|\bwhy\b|reason|cause",
    ),
    (
        AnswerKind.PERCENT,
        r"百分之几|百分比|比例|占比|比率|份额|占.{0,8}比(?!较)|增速|增长率|"
        r"率(?:是|为|有|达|多少|呢|[?？]|$)|几成|"
        r"percentage|percent\b|proportion|share of|what share|\brate\b",
    ),
    (
        AnswerKind.DATE,
        r"什么时候|何时|何年|何日|几月|几号|哪一?年|哪一?天|哪个?月|哪一?日|哪个?季度|什么时间|"
        r"时间(?:是|为|在|[?？]|$)|"
        r"时间分别|日期|哪个时期|年份|\bwhen\b|what year|which year|what date|"
        r"what month|which month|what day",
    ),
    (
        AnswerKind.DURATION,
        r"多久|多长时间|时长|期限|多少(?:个)?(?:年|月|天|日|小时|分钟|秒)|"
        r"几(?:个)?(?:年|月|天|小时|分钟|秒)|"
        r"how long|duration|how many (?:years|months|days|weeks|hours|minutes|seconds)",
    ),
    (
        AnswerKind.AMOUNT,
        r"多少(?:钱|元|亿元|万元|美元|港元|资金)|"
        r"(?:额|价格?|价值|营收|收入|利润|净利|亏损|市值|股利|资产|负债|权益|预算|成本|费用|资金|市场空间)"
        r"(?:规模)?[^，,。；]{0,4}(?:多少|什么|几|更|呢|[?？]|$)|多少[^，,。；]{0,6}(?:股利|资金|资产|负债|收入|利润)|"
        r"how much (?:money|did|does|was|were|is|has)|"
        r"\bprice\b|revenue|profit|\bcost\b|market cap|\bvalue of\b",
    ),
    (
        AnswerKind.COUNT,
        r"多少|几(?:家|个|人|名|位|只|部|种|项|条|次|款|张|座|所|辆|架|吨|倍)|"
        r"数量|人数|规模|产量|销量|吨数|"
        r"how many|how much|how large|how big|how far|how high|how tall|how fast|"
        r"number of|population",
    ),
    (
        AnswerKind.PERSON,
        r"谁|哪位|哪一位|何人|什么人|姓名|人名|\bwho\b|\bwhom\b|\bwhose\b",
    ),
    (
        AnswerKind.ORGANISATION,
        r"哪(?:一|几)?(?:家|个|只|支)?(?:公司|企业|机构|银行|集团|券商|"
        r"医院|大学|学校|组织|平台|厂商|股票|上市公司|单位)|哪家|"
        r"(?:公司|企业|机构|银行|单位|简称|质权方|招标方|"
        r"投资方|收购方|领投方|债权人)(?:名称|分别)?(?:是|为)(?:什么|哪|谁)|"
        r"which (?:company|companies|firm|bank|organi[sz]ation|stock|university)|"
        r"what company|what organi[sz]ation",
    ),
    (
        AnswerKind.PLACE,
        r"哪里|哪儿|何处|何地|哪个(?:国家|城市|省|地区|州|县|区|市|地方)|"
        r"注册地|总部|地点|位于|什么地方|"
        r"\bwhere\b|what (?:city|country|state|region|place)|"
        r"which (?:city|country|state|region|place)",
    ),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KIND_PATTERNS)

_SUMMARY = re.compile(
    r"总结|概括|概述|综述|简述|归纳|梳理|介绍(?:一下|下)|"
    r"(?:是)?如何(?!看)|怎样|怎么(?!会)|阐述|说明|解释|分析|描述|谈谈|"
    r"summari[sz]e|\boverview\b|outline|describe|explain|"
    r"\bhow (?:do|does|did|is|are|was|were|can|could|has|have|will)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"哪些|有哪几|哪几|哪[二两三四五六七八九十]|各(?:由|是|有|自)|包括什么|包含什么|列出|列举|有什么|都有谁|分别有|几大|几条|几类|"
    r"\bwhich\b.{0,40}\bare\b|what are|what were|list (?:all|the)|name (?:all|the)|"
    r"which (?:companies|stocks|products|models|risks|factors)",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"比较|对比|相比|哪(?:一)?(?:家|个|款|只|种|者|方)[^，。？?]{0,24}更|谁(?:的)?[^，。？?]{0,12}更|"
    r"区别|差异|不同|孰|更(?:高|低|大|小|早|晚|多|少|强|长|快)|"
    r"\bcompare\b|\bversus\b|\bvs\.?\b|difference between|"
    r"which .{0,40}\b(?:higher|lower|larger|greater|earlier|later|more|less|better)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"(?:吗|嘛|(?<![什怎那这多])么)\s*[?？。]*$|是否|能否|可否|有没有|是不是|会不会|能不能|"
    r"^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b",
    re.IGNORECASE,
)
_LARGEST = re.compile(
    r"最(?:高|大|多|早|长|强|快|先)|更(?:高|大|多|早|长|强|快|先)|"
    r"highest|largest|biggest|most|earliest|longest|first|"
    r"higher|larger|greater|bigger|earlier|longer|\bmore\b",
    re.IGNORECASE,
)
_SMALLEST = re.compile(
    r"最(?:低|小|少|晚|短|弱|慢|后)|更(?:低|小|少|晚|短|弱|慢|后)|lowest|smallest|least|latest|shortest|"
    r"lower|smaller|fewer|later|shorter|\bless\b",
    re.IGNORECASE,
)
_WINNER = re.compile(r"哪(?:一)?(?:家|个|款|只|者)(?:公司|企业)?|谁(?:的)?")
_IN_TIME = re.compile(r"更(?:早|晚|先)|谁先|孰先|earlier|later|before|first\b", re.IGNORECASE)
_ONE_VALUE = re.compile(r"多少|何时|什么时候|哪(?:一)?(?:年|天|家|位|个)|谁")
_COUNTED_SHAPES = frozenset({AnswerShape.VALUE, AnswerShape.LIST})
_COUNTING = re.compile(
    r"(?<!哪)(?:多少|几)(?:大?类|大?块|大|家|个|只|种|项|条|款|支|位|名|方面|部分|处)"
    r"(?!月|季度|小时|星期|百分|基点|交易日|工作日)|"
    r"how many (?:of the )?(?:different |main |major |key )?"
    r"(?:companies|firms|stocks|names|products|models|items|kinds|types|sorts|categories|risks|"
    r"reasons|factors|ways|methods|steps|stages|phases|features|catalysts|areas|directions|points|"
    r"rows|scenarios|segments|drivers|themes)\b",
    re.IGNORECASE,
)


def question_kind(question: str) -> AnswerKind:
    """Return the kind of value asked for.

    The part behind the last comma is asked first, because a question may mention a date or a place
    before it comes to its point.
    """
    clauses = [clause for clause in re.split(r"[，,；;。]", question) if clause.strip()]
    for stretch in (clauses[-1] if clauses else question, question):
        found = [
            (match.end(), -order, kind)
            for order, (kind, pattern) in enumerate(_KINDS)
            for match in pattern.finditer(stretch)
        ]
        if found:
            return _strongest(found)
    return AnswerKind.OPEN


def _strongest(found: list[tuple[int, int, AnswerKind]]) -> AnswerKind:
    """Prefer the earlier pattern in the table; among equals, the one nearest the end."""
    return max(found, key=lambda item: (item[1], item[0]))[2]


def question_form(question: str) -> QuestionForm:
    """Return kind, shape and language of ``question``."""
    shape = _shape(question)
    kind = _kind_for(question, shape)
    largest = 1 if _LARGEST.search(question) else -1 if _SMALLEST.search(question) else 0
    return QuestionForm(
        kind=kind,
        shape=shape,
        chinese=is_chinese(question),
        largest=largest,
        counting=shape in _COUNTED_SHAPES and bool(_COUNTING.search(question)),
    )


def _kind_for(question: str, shape: AnswerShape) -> AnswerKind:
    """A summary wants any words; a comparison wants what is compared, not which one wins."""
    if shape is AnswerShape.SUMMARY:
        return AnswerKind.OPEN
    if shape is not AnswerShape.COMPARISON:
        kind = question_kind(question)
        listed = shape is AnswerShape.LIST and kind is AnswerKind.COUNT
        return AnswerKind.OPEN if listed else kind
    if _IN_TIME.search(question):
        return AnswerKind.DATE
    compared = question_kind(_WINNER.sub(" ", question))
    return compared if compared in NUMERIC_KINDS else AnswerKind.OPEN


def _shape(question: str) -> AnswerShape:
    if _COMPARISON.search(question):
        return AnswerShape.COMPARISON
    if _LIST.search(question):
        return AnswerShape.LIST
    if _YES_NO.search(question):
        return AnswerShape.YES_NO
    if _SUMMARY.search(question) and not _ONE_VALUE.search(question):
        return AnswerShape.SUMMARY
    return AnswerShape.VALUE
