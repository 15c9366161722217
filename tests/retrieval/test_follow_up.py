from __future__ import annotations

import pytest

from t2vqa.index.names import SubjectName
from t2vqa.retrieval.follow_up import resolve_follow_up
from t2vqa.retrieval.names import NameBook

BOOK = NameBook(
    [("a.md", SubjectName(name, name)) for name in ("东山科技", "西河传媒", "北湖股份", "Vega")]
)


@pytest.mark.parametrize(
    ("history", "question", "understood"),
    [
        (["东山科技的股票代码是多少？"], "它的风险是什么？", "东山科技的风险是什么？"),
        (["东山科技的股票代码是多少？"], "那西河传媒呢？", "西河传媒的股票代码是多少？"),
        (
            ["东山科技的股票代码是多少？", "那西河传媒呢？"],
            "它有什么风险？",
            "西河传媒有什么风险？",
        ),
        (["东山科技的股票代码是多少？"], "风险呢？", "东山科技的风险？"),
        (["What is the stock code of Vega?"], "and its risks?", "and Vega's risks?"),
        (["东山科技的市场份额是多少？"], "其毛利率呢？", "东山科技的毛利率呢？"),
        (
            ["东山科技涨了多少？"],
            "股票代码也告诉我一下",
            "东山科技的股票代码也告诉我一下",
        ),
    ],
)
def test_a_leaning_question_is_put_into_its_own_words(
    history: list[str], question: str, understood: str
) -> None:
    assert resolve_follow_up(question, history, BOOK) == understood


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ([], "它的风险是什么？"),
        (["东山科技的股票代码是多少？"], "北湖股份的主营业务是什么？"),
        (["东山科技的股票代码是多少？"], "今年行业整体的算力需求增长有多快？"),
        (["今天天气如何？"], "它的风险是什么？"),
        (["东山科技的股票代码是多少？"], "机器人也会取代人吗？"),
        (["东山科技的股票代码是多少？"], "   "),
    ],
)
def test_a_question_that_stands_by_itself_is_left_alone(history: list[str], question: str) -> None:
    assert resolve_follow_up(question, history, BOOK) is None
