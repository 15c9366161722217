from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index.names import SubjectName
from t2vqa.retrieval.follow_up import resolve_follow_up
from t2vqa.retrieval.names import NameBook

BOOK = NameBook(
    [
        ("a.md", SubjectName(name, name))
        for name in ("东山科技", "西河传媒", "北湖股份", "Vega", "Altair Power")
    ]
)
CODE = "东山科技的股票代码是多少？"
PROFIT = "东山科技2023年净利润是多少？"
VEGA = "What is the stock code of Vega?"


@pytest.mark.parametrize(
    ("history", "question", "understood"),
    [
        # It, its, they: the subject is carried over.
        ([CODE], "它的风险是什么？", "东山科技的风险是什么？"),
        ([CODE], "它的风险呢？", "东山科技的风险呢？"),
        (["东山科技的市场份额是多少？"], "其毛利率呢？", "东山科技的毛利率呢？"),
        ([CODE], "它和西河传媒谁更早上市？", "东山科技和西河传媒谁更早上市？"),
        ([VEGA], "and its risks?", "Vega's risks?"),
        ([VEGA], "What drove it up?", "What drove Vega up?"),
        (
            ["Compare Vega and Altair Power."],
            "What are their margins?",
            "What are Vega and Altair Power's margins?",
        ),
        (["固态电池的成本有多高？"], "它的风险呢？", "固态电池的风险呢？"),
        (
            ["What are the limits of solid-state batteries?"],
            "How large is their market?",
            "How large is solid-state batteries's market?",
        ),
        # Another subject: the question is carried over.
        ([CODE], "那西河传媒呢？", "西河传媒的股票代码是多少？"),
        ([CODE], "西河传媒呢", "西河传媒的股票代码是多少？"),
        ([VEGA], "What about Altair Power?", "What is the stock code of Altair Power?"),
        ([VEGA], "and Altair Power?", "What is the stock code of Altair Power?"),
        (
            ["东山科技和西河传媒的毛利率分别是多少？"],
            "那北湖股份呢？",
            "北湖股份的毛利率分别是多少？",
        ),
        (["东山科技的毛利率是多少？"], "和西河传媒比呢？", "东山科技和西河传媒的毛利率是多少？"),
        # An attribute: the subject is carried over.
        ([CODE], "风险呢？", "东山科技的风险？"),
        (["东山科技涨了多少？"], "股票代码也告诉我一下", "东山科技的股票代码也告诉我一下"),
        (["东山科技涨了多少？"], "股票代码是多少？", "东山科技的股票代码是多少？"),
        (["东山科技涨了多少？"], "为什么上涨？", "东山科技为什么上涨？"),
        ([CODE], "在哪里上市？", "东山科技在哪里上市？"),
        ([PROFIT], "那营收呢？", "东山科技2023年的营收？"),
        ([PROFIT], "风险呢？", "东山科技的风险？"),
        ([VEGA], "and the gross margin?", "the gross margin of Vega?"),
        ([VEGA], "What is the gross margin?", "What is the gross margin of Vega?"),
        # Another modifier or period.
        (["半导体设备的海外市场有多大？"], "国内呢？", "半导体设备的国内市场有多大？"),
        (["东山科技的海外收入是多少？"], "国内呢？", "东山科技的国内收入是多少？"),
        (["这款软件有什么优点？"], "那缺点呢？", "这款软件有什么缺点？"),
        ([PROFIT], "2022年呢？", "东山科技2022年净利润是多少？"),
        (["东山科技的净利润是多少？"], "2022年呢？", "2022年东山科技的净利润是多少？"),
        (["线上渠道占比多少？"], "线下呢", "线下渠道占比多少？"),
        (["加拿大市场有多大？"], "德国市场呢？", "德国市场有多大？"),
        (
            ["How large is the Canadian market?"],
            "and the German market?",
            "How large is the German market?",
        ),
        (
            ["What was the domestic revenue of Vega?"],
            "and overseas?",
            "What was the overseas revenue of Vega?",
        ),
        (
            ["What was Vega's revenue in 2023?"],
            "And in 2022?",
            "What was Vega's revenue in 2022?",
        ),
        # Nothing at all.
        (["东山科技有哪些风险？"], "还有呢？", "东山科技有哪些风险，还有哪些？"),
        (["What are the risks of Vega?"], "What else?", "What are the risks of Vega: what else?"),
        (["东山科技的利润下降了吗？"], "为什么？", "东山科技的利润下降了吗，为什么？"),
        (["Did Vega's profit fall?"], "Why?", "Did Vega's profit fall, Why?"),
        (["研报提出了几条主线？"], "具体是哪三条？", "研报提出了几条主线，具体是哪三条？"),
    ],
)
def test_a_leaning_question_is_put_into_its_own_words(
    history: list[str], question: str, understood: str
) -> None:
    assert resolve_follow_up(question, history, BOOK) == understood


@pytest.mark.parametrize(
    ("history", "question", "understood"),
    [
        ([CODE, "那西河传媒呢？"], "它有什么风险？", "西河传媒有什么风险？"),
        ([PROFIT, "那西河传媒呢？", "2022年呢？"], "它的营收呢？", "西河传媒的营收呢？"),
        ([PROFIT, "那营收呢？", "西河传媒呢？"], "2021年呢？", "西河传媒2021年的营收？"),
        (
            [VEGA, "and its gross margin?", "What about Altair Power?"],
            "and its risks?",
            "Altair Power's risks?",
        ),
        ([CODE, "北湖股份有哪些风险？"], "还有呢？", "北湖股份有哪些风险，还有哪些？"),
    ],
)
def test_a_chain_of_questions_is_followed(
    history: list[str], question: str, understood: str
) -> None:
    assert resolve_follow_up(question, history, BOOK) == understood


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ([], "它的风险是什么？"),
        ([CODE], "北湖股份的主营业务是什么？"),
        ([CODE], "那北湖股份的主营业务是什么呢？"),
        ([CODE], "今年行业整体的算力需求增长有多快？"),
        (["今天天气如何？"], "它的风险是什么？"),
        ([CODE], "机器人也会取代人吗？"),
        ([CODE], "市值最高的是哪家公司？"),
        ([CODE], "有哪些公司做减速器？"),
        ([CODE], "西河传媒的毛利率是多少，其同比变化如何？"),
        ([CODE], "   "),
        ([VEGA], "What are the main risks of Altair Power?"),
        ([VEGA], "Which companies build grid batteries?"),
        ([VEGA], "How large is the German market for grid batteries?"),
        ([VEGA], "Who invented the transistor?"),
    ],
)
def test_a_question_that_stands_by_itself_is_left_alone(history: list[str], question: str) -> None:
    assert resolve_follow_up(question, history, BOOK) is None


PIECES = st.sampled_from(
    [
        *"那呢它的和、？ ",
        "东山科技",
        "Vega",
        "and ",
        "its ",
        "2022年",
        "国内",
        "还有",
        "why",
        "风险",
    ]
)
QUESTIONS = st.lists(PIECES, max_size=6).map("".join)


@given(st.lists(QUESTIONS, max_size=3), QUESTIONS)
def test_whatever_is_asked_what_is_understood_is_a_question(
    history: list[str], question: str
) -> None:
    understood = resolve_follow_up(question, history, BOOK)
    assert understood is None or understood.strip()
