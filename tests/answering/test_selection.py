from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2vqa.answering.selection import ALLOWANCES, select_units
from t2vqa.answering.units import UNIT_FEATURES, ScoredUnit
from t2vqa.documents.registry import load_document
from t2vqa.index.passages import passages_of
from t2vqa.retrieval.plan import QuestionPart, QuestionPlan
from t2vqa.retrieval.question import AnswerShape, question_form

QUESTIONS = {
    AnswerShape.VALUE: "净利润是多少？",
    AnswerShape.YES_NO: "公司盈利了吗？",
    AnswerShape.LIST: "有哪些风险？",
    AnswerShape.SUMMARY: "总结公司的情况。",
    AnswerShape.COMPARISON: "比较甲和乙，哪家更高？",
}
SENTENCES = (
    "甲公司净利润为两亿元。",
    "机器人订单大幅增加。",
    "Exports to Norway doubled. ",
    "新厂房将于三月投产！",
    "原材料价格持续下跌。",
    "监管机构批准了收购。",
    "研发人员占比过半。",
    "董事会通过分红方案。",
    "客户主要来自海外市场。",
)
(PASSAGE,) = passages_of(load_document("a.md", "".join(SENTENCES).encode()), 1000)


def plan(shape: AnswerShape, parts: int = 1) -> QuestionPlan:
    question = QUESTIONS[shape]
    form = question_form(question)
    assert form.shape is shape
    return QuestionPlan(question, form, (QuestionPart(question, question),) * parts)


def scored(scores: list[float], part: int = 0) -> list[ScoredUnit]:
    nothing = (0.0,) * len(UNIT_FEATURES)
    units = [
        ScoredUnit(unit, PASSAGE, part, 0, nothing, score)
        for unit, score in zip(PASSAGE.units, scores, strict=False)
    ]
    return sorted(units, key=lambda unit: -unit.score)


SCORES = st.lists(st.floats(0.01, 1), min_size=1, max_size=len(PASSAGE.units))
ONE_BY_ONE = [shape for shape in AnswerShape if shape is not AnswerShape.SUMMARY]


@given(st.sampled_from(AnswerShape), SCORES)
@settings(max_examples=60)
def test_an_answer_stays_within_its_allowance(shape: AnswerShape, scores: list[float]) -> None:
    chosen = select_units(plan(shape), [scored(scores)], [True])
    allowance = ALLOWANCES[shape]
    assert 1 <= len(chosen) <= allowance.units
    assert len({unit.unit.span for unit in chosen}) == len(chosen)
    assert sum(len(unit.text) for unit in chosen) <= allowance.characters + max(map(len, SENTENCES))


@given(st.sampled_from(ONE_BY_ONE), SCORES)
@settings(max_examples=60)
def test_the_best_is_said_first(shape: AnswerShape, scores: list[float]) -> None:
    chosen = select_units(plan(shape), [scored(scores)], [True])
    assert chosen[0].score == max(scores)
    assert [unit.score for unit in chosen] == sorted((u.score for u in chosen), reverse=True)


@pytest.mark.parametrize("shape", ONE_BY_ONE)
def test_what_is_far_below_the_best_is_not_said(shape: AnswerShape) -> None:
    chosen = select_units(plan(shape), [scored([0.001, 0.9, 0.001])], [True])
    assert [unit.score for unit in chosen] == [0.9]


def test_a_summary_is_told_in_reading_order() -> None:
    chosen = select_units(plan(AnswerShape.SUMMARY), [scored([0.7, 0.8, 0.9, 0.75])], [True])
    assert len(chosen) > 1
    starts = [unit.unit.span.start for unit in chosen]
    assert starts == sorted(starts)


def test_a_summary_says_more_than_a_value() -> None:
    scores = [0.9] * len(SENTENCES)
    summary = select_units(plan(AnswerShape.SUMMARY), [scored(scores)], [True])
    value = select_units(plan(AnswerShape.VALUE), [scored(scores)], [True])
    assert len(summary) > len(value)


def test_what_says_the_same_again_is_left_out() -> None:
    (twice,) = passages_of(load_document("b.md", (SENTENCES[0] * 2).encode()), 1000)
    nothing = (0.0,) * len(UNIT_FEATURES)
    units = [ScoredUnit(unit, twice, 0, 0, nothing, 0.9) for unit in twice.units]
    assert len(units) == 2
    assert len(select_units(plan(AnswerShape.LIST), [units], [True])) == 1


@pytest.mark.parametrize("answered", [(True, False), (False, True), (True, True), (False, False)])
def test_only_parts_with_an_answer_speak(answered: tuple[bool, bool]) -> None:
    read = [scored([0.9], 0), scored([0.5, 0.6], 1)]
    chosen = select_units(plan(AnswerShape.VALUE, parts=2), read, answered)
    assert [unit.part for unit in chosen] == [part for part in (0, 1) if answered[part]]
