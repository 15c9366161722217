from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.answering.answerer import answer_question
from t2vqa.answering.wording import CHINESE, ENGLISH
from t2vqa.text.quantities import find_quantities, same_quantity
from t2vqa.types import Answer


def ask(question: str, *statements: str) -> Answer:
    """Ask over documents of one statement each, dated one day after the other."""
    files = {
        f"{place}.md": f"---\ntitle: 报告{place}\ndate: 2025-01-0{place}\n---\n\n"
        f"# 报告{place}\n\n{statement}\n\n东山科技生产传感器（代码300901），东山科技在江城。\n"
        for place, statement in enumerate(statements, start=1)
    }
    index = MemoryIndex(files)
    return answer_question(index, TermEmbedder(), index.book, question)


QUESTION = "东山科技2024年净利润是多少？"


def test_both_are_shown_with_source_and_date() -> None:
    answer = ask(QUESTION, "东山科技2024年净利润为5.1亿元。", "东山科技2024年净利润为5.4亿元。")
    assert answer.text.startswith(CHINESE.differing)
    texts = sorted(statement.text for statement in answer.statements)
    assert texts == [
        "报告1（2025-01-01）：东山科技2024年净利润为**5.1亿元**。",
        "报告2（2025-01-02）：东山科技2024年净利润为**5.4亿元**。",
    ]
    assert {citation.document for citation in answer.citations} == {"1.md", "2.md"}


def test_in_english_too() -> None:
    files = {
        "a.md": "# Vega\n\nVega (NYSE: VGA) reported revenue of $412 million for 2024.\n",
        "b.md": "# Note\n\nVega (NYSE: VGA) recorded revenue of $420 million for 2024.\n",
    }
    index = MemoryIndex(files)
    answer = answer_question(
        index, TermEmbedder(), index.book, "What was the revenue of Vega in 2024?"
    )
    assert answer.text.startswith(ENGLISH.differing)
    assert len(answer.statements) == 2


@pytest.mark.parametrize(
    "other",
    [
        "东山科技2024年净利润为51000万元。",  # the same, written differently
        "东山科技2024年净利润为510 million yuan。",
        "东山科技2024年净利润为5.10亿元。",
        "东山科技2024年净利润约为5亿元。",  # rounded, and says so
        "东山科技2024年净利润超过5亿元。",
        "东山科技2023年净利润为4.2亿元。",  # another period
        "东山科技2024年扣非净利润为4.8亿元。",  # another attribute
        "西河传媒2024年净利润为0.8亿元。",  # another subject
        "东山科技2024年净利润同比增长12%。",
    ],
)
def test_what_may_both_be_true_is_no_disagreement(other: str) -> None:
    answer = ask(QUESTION, "东山科技2024年净利润为5.1亿元。", other)
    assert CHINESE.differing not in answer.text


def test_a_rounded_figure_agrees() -> None:
    answer = ask(QUESTION, "东山科技2024年净利润为5.13亿元。", "东山科技2024年净利润为5.1亿元。")
    assert CHINESE.differing not in answer.text


def test_one_value_of_two_documents_is_said_once_and_cited_twice() -> None:
    answer = ask(
        QUESTION, "东山科技2024年净利润为3亿元。", "2024年，东山科技实现净利润30,000万元。"
    )
    assert len(answer.statements) == 1
    assert answer.statements[0].citations == (1, 2)


@given(st.integers(min_value=1, max_value=9999))
def test_one_amount_in_many_ways_is_one_value(hundreds: int) -> None:
    ways = [
        f"{hundreds}亿元",
        f"{hundreds} 亿元",
        f"{hundreds * 10000}万元",
        f"{hundreds * 10000:,}万元",
        f"{hundreds * 100} million yuan",
        f"RMB {hundreds * 100:,} million",
        f"¥{hundreds * 100} million",
        f"人民币{hundreds}亿元",
    ]
    values = [find_quantities(f"净利润为{way}。")[0] for way in ways]
    assert all(same_quantity(values[0], value) for value in values[1:])
    assert not same_quantity(values[0], find_quantities(f"净利润为{hundreds}亿美元。")[0])
