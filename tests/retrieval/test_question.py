from __future__ import annotations

import pytest

from t2vqa.retrieval.question import AnswerKind, AnswerShape, question_form


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("甲公司的股票代码是多少？", AnswerKind.CODE),
        ("甲公司2021年的净利润是多少？", AnswerKind.AMOUNT),
        ("该事件对应的披露时间是什么？", AnswerKind.DATE),
        ("质押股份占总股本的比例是多少？", AnswerKind.PERCENT),
        ("门店预计达到多少家？", AnswerKind.COUNT),
        ("训练用了多久？", AnswerKind.DURATION),
        ("首任主席是谁？", AnswerKind.PERSON),
        ("在2019年收购了哪家公司？", AnswerKind.ORGANISATION),
        ("公司的注册地是哪里？", AnswerKind.PLACE),
        ("股价上涨的原因是什么？", AnswerKind.REASON),
        ("这个系统是什么？", AnswerKind.OPEN),
        ("When was the company founded?", AnswerKind.DATE),
        ("How many people work there?", AnswerKind.COUNT),
        ("What is its stock code?", AnswerKind.CODE),
        ("Who chairs the board?", AnswerKind.PERSON),
        ("Where is the head office?", AnswerKind.PLACE),
    ],
)
def test_kind_is_read_from_the_question_word(question: str, kind: AnswerKind) -> None:
    assert question_form(question).kind is kind


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("甲公司的注册地是什么？", AnswerShape.VALUE),
        ("有哪些主要风险？", AnswerShape.LIST),
        ("总结公司在治理方面的措施。", AnswerShape.SUMMARY),
        ("公司是如何提升净利润的？", AnswerShape.SUMMARY),
        ("比较甲公司和乙公司的营业收入，哪家更高？", AnswerShape.COMPARISON),
        ("甲公司盈利了吗？", AnswerShape.YES_NO),
        ("甲公司是否盈利？", AnswerShape.YES_NO),
        ("What are the risks?", AnswerShape.LIST),
        ("Is the company listed?", AnswerShape.YES_NO),
        ("Which company has the higher revenue?", AnswerShape.COMPARISON),
    ],
)
def test_shape_is_read_from_the_wording(question: str, shape: AnswerShape) -> None:
    assert question_form(question).shape is shape


def test_a_comparison_in_time_asks_for_dates() -> None:
    form = question_form("比较甲公司和乙公司的上市时间，哪家公司更早？")
    assert (form.kind, form.largest) == (AnswerKind.DATE, 1)


def test_what_ends_like_a_yes_no_question_but_is_none() -> None:
    assert question_form("质押物是什么").shape is AnswerShape.VALUE


@pytest.mark.parametrize(
    ("question", "chinese"),
    [("它的风险？", True), ("Sora的风险是什么", True), ("What is Sora?", False)],
)
def test_language(question: str, chinese: bool) -> None:
    assert question_form(question).chinese is chinese
