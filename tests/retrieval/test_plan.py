from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index.names import SubjectName
from t2vqa.retrieval.names import NameBook
from t2vqa.retrieval.plan import QuestionPlan, plan_question
from t2vqa.retrieval.question import AnswerKind, AnswerShape

BOOK = NameBook(
    [
        ("east.md", SubjectName("东山科技", "东山科技", owns_document=True)),
        ("west.md", SubjectName("西河传媒", "西河传媒", owns_document=True)),
        ("west.md", SubjectName("小西", "西河传媒")),
        ("news.md", SubjectName("北湖股份", "北湖股份")),
        ("vega.md", SubjectName("Vega Labs", "Vega Labs", owns_document=True)),
        ("orion.md", SubjectName("Orion Works", "Orion Works", owns_document=True)),
    ]
)


def planned(question: str) -> QuestionPlan:
    return plan_question(question, BOOK)


def names(plan: QuestionPlan) -> list[list[str]]:
    return [[name.text for name in part.names] for part in plan.parts]


def periods(plan: QuestionPlan) -> list[list[str]]:
    return [[date.span.of(plan.question) for date in part.dates] for part in plan.parts]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("东山科技和西河传媒的净利润分别是多少？", [["东山科技"], ["西河传媒"]]),
        (
            "东山科技、西河传媒和北湖股份的毛利率各自是多少？",
            [["东山科技"], ["西河传媒"], ["北湖股份"]],
        ),
        ("比较东山科技与西河传媒的营业收入，哪家公司更高？", [["东山科技"], ["西河传媒"]]),
        (
            "Which has the higher revenue, Vega Labs or Orion Works?",
            [["Vega Labs"], ["Orion Works"]],
        ),
        ("东山科技的净利润是多少？", [["东山科技"]]),
        ("今年天气怎么样？", [[]]),
    ],
)
def test_names_side_by_side_are_looked_for_one_by_one(
    question: str, expected: list[list[str]]
) -> None:
    assert names(planned(question)) == expected


def test_a_name_that_is_anothers_attribute_makes_no_part_of_its_own() -> None:
    (part,) = planned("东山科技收购北湖股份的价格是多少？").parts
    assert [name.text for name in part.names] == ["东山科技", "北湖股份"]


def test_two_names_of_one_subject_are_one_part() -> None:
    plan = planned("西河传媒和小西的净利润分别是多少？")
    assert names(plan) == [["西河传媒", "小西"]]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2023年东山科技和2024年西河传媒的净利润是多少？", [["2023年"], ["2024年"]]),
        ("东山科技2023年和西河传媒2024年的净利润分别是多少？", [["2023年"], ["2024年"]]),
        ("2024年东山科技和西河传媒的净利润分别是多少？", [["2024年"], ["2024年"]]),
        ("东山科技和西河传媒的净利润分别是多少？", [[], []]),
        ("东山科技2023年和2024年的净利润是多少？", [["2023年", "2024年"]]),
    ],
)
def test_each_name_keeps_the_period_that_belongs_to_it(
    question: str, expected: list[list[str]]
) -> None:
    assert periods(planned(question)) == expected


def test_a_part_asks_of_its_own_subject_and_period_alone() -> None:
    first, second = planned("2023年东山科技和2024年西河传媒的净利润分别是多少？").parts
    assert "东山科技" in first.text
    assert "2023年" in first.text
    assert "西河传媒" not in first.text
    assert "2024年" not in first.text
    assert "2024年" in second.text
    assert (first.documents, second.documents) == (frozenset({"east.md"}), frozenset({"west.md"}))


@pytest.mark.parametrize(
    "question",
    [
        "请问东山科技2023年的净利润是多少？",
        "比较东山科技和西河传媒的净利润，哪家公司更高？",
        "根据东山科技和西河传媒的净利润分别说明。",
    ],
)
def test_the_attribute_is_what_is_asked_without_names_periods_and_framing(question: str) -> None:
    for part in planned(question).parts:
        assert "净利润" in part.attribute
        for word in ("请问", "比较", "分别", "哪家", "根据", "东山", "西河", "2023"):
            assert word not in part.attribute


def test_what_only_the_framing_says_is_kept() -> None:
    plan = planned("比较东山科技与西河传媒，谁更早上市？")
    assert (plan.form.shape, plan.form.kind) == (AnswerShape.COMPARISON, AnswerKind.DATE)
    assert all("上市" in part.attribute for part in plan.parts)


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("总结东山科技在治理方面的措施", "在治理方面的措施"),
        ("请概括一下东山科技的主要风险", "主要风险"),
        ("Summarise the risks of Vega Labs", "the risks of"),
        ("东山科技的经营情况如何", "经营情况如何"),
    ],
)
def test_that_something_is_to_be_told_is_no_attribute(question: str, attribute: str) -> None:
    (part,) = planned(question).parts
    assert part.attribute == attribute


@pytest.mark.parametrize(
    "question", ["总结东山科技的情况", "介绍一下东山科技", "Summarise Vega Labs."]
)
def test_where_only_the_subject_is_asked_about_it_is_looked_for(question: str) -> None:
    (part,) = planned(question).parts
    assert part.attribute == question


def test_a_name_alone_is_its_own_attribute() -> None:
    (part,) = planned("东山科技").parts
    assert part.attribute == part.text == "东山科技"


PIECES = st.sampled_from(
    [
        *"的和与、，？",
        "东山科技",
        "西河传媒",
        "小西",
        "Vega Labs",
        "2023年",
        "分别",
        "净利润",
        "比较",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=9).map("".join))
def test_every_question_has_parts_that_say_something(question: str) -> None:
    plan = planned(question)
    assert plan.parts
    found = {match.text for match in BOOK.find(question)}
    assert {name.text for part in plan.parts for name in part.names} == found
    for part in plan.parts:
        assert part.text.strip()
        assert part.attribute.strip()
