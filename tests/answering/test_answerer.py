from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.answering.answerer import answer_question
from t2vqa.answering.wording import CHINESE, ENGLISH
from t2vqa.types import Answer, AnswerMode

FILES = {
    "东山科技.md": (
        "# 东山科技\n\n东山科技生产传感器。东山科技总部在江城。\n\n## 业绩\n\n"
        "东山科技2023年净利润为2.5亿元。\n\n"
        "## 风险\n\n东山科技的主要风险包括：\n\n- 汇率波动\n- 原材料涨价\n- 客户集中\n"
    ),
    "西河传媒.md": (
        "# 西河传媒\n\n西河传媒制作短剧。西河传媒总部在海城。\n\n## 业绩\n\n"
        "西河传媒2023年净利润为0.8亿元。西河传媒的员工有600人。\n"
    ),
    "标的.md": (
        "# 标的\n\n| 名称 | 代码 | 标签 |\n|---|---|---|\n| 南岭股份 | 300999 | 多模态 |\n"
        "| 北湖股份 | 300998 | 多模态 |\n| 东海影业 | 300997 | 影视 |\n"
    ),
}
INDEX = MemoryIndex(FILES)


def ask(question: str, *history: str, index: MemoryIndex = INDEX) -> Answer:
    return answer_question(index, TermEmbedder(), index.book, question, history)


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def test_a_value_is_said_in_bold_with_its_sentence_cited() -> None:
    answer = ask("东山科技2023年净利润是多少？")
    assert not answer.refused
    assert answer.mode is AnswerMode.EXTRACTIVE
    assert "**2.5亿元**" in answer.statements[0].text
    assert quotes(answer)[0] == "东山科技2023年净利润为2.5亿元。"
    assert answer.citations[0].document == "东山科技.md"


def test_a_list_is_said_whole_each_item_cited() -> None:
    answer = ask("东山科技的主要风险有哪些？")
    assert quotes(answer) == ["汇率波动", "原材料涨价", "客户集中"]
    assert [statement.citations for statement in answer.statements] == [(1,), (2,), (3,)]


def test_the_rows_of_a_cell_are_listed() -> None:
    answer = ask("标签为多模态的公司有哪些？")
    assert [quote.split(" ")[0] for quote in quotes(answer)] == ["南岭股份", "北湖股份"]


def test_each_part_is_answered() -> None:
    answer = ask("东山科技和西河传媒2023年的净利润分别是多少？")
    assert "2.5亿元" in answer.text
    assert "0.8亿元" in answer.text
    assert {citation.document for citation in answer.citations} == {"东山科技.md", "西河传媒.md"}


def test_two_figures_are_compared_and_the_comparison_cited() -> None:
    answer = ask("比较东山科技和西河传媒的净利润，哪家更高？")
    assert "**东山科技**更高" in answer.statements[0].text
    assert answer.statements[0].citations == (1, 2)


def test_a_follow_up_is_answered_as_it_is_meant() -> None:
    answer = ask("那西河传媒呢？", "东山科技2023年净利润是多少？")
    assert answer.question == "那西河传媒呢？"
    assert answer.understood == "西河传媒2023年净利润是多少？"
    assert "0.8亿元" in answer.text


def test_a_question_that_stands_by_itself_is_not_reworded() -> None:
    assert ask("西河传媒有多少员工？", "东山科技2023年净利润是多少？").understood is None


def test_what_is_not_there_is_refused_with_what_is_missing() -> None:
    answer = ask("火星基地的氧气含量是多少？")
    assert answer.refused
    assert answer.mode is AnswerMode.REFUSAL
    assert (answer.statements, answer.citations) == ((), ())
    assert "火星" in answer.reason
    assert answer.reason in answer.text


def test_a_refusal_shows_the_nearest_passages() -> None:
    assert ask("火星基地的氧气含量是多少？").passages


@pytest.mark.parametrize(
    ("question", "said"),
    [("净利润是多少？", CHINESE.empty_index), ("What is the margin?", ENGLISH.empty_index)],
)
def test_an_empty_index_is_told_in_the_questions_language(question: str, said: str) -> None:
    answer = ask(question, index=MemoryIndex({}))
    assert answer.refused
    assert answer.text == said
    assert answer.passages == ()


def test_as_many_passages_as_wanted_come_along() -> None:
    few = answer_question(INDEX, TermEmbedder(), INDEX.book, "净利润是多少？", passages=2)
    assert len(few.passages) == 2


PIECES = st.sampled_from(
    [
        *"的和与、，？ab[1*|",
        "东山科技",
        "西河传媒",
        "净利润",
        "2023年",
        "哪些",
        "比较",
        "更高",
        "风险",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=8).map("".join))
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_every_statement_is_cited_and_every_quote_exact(question: str) -> None:
    answer = ask(question)
    assert answer.refused == (not answer.statements)
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for statement in answer.statements:
        assert statement.citations
        assert set(statement.citations) <= set(numbers)
    for citation in answer.citations:
        text = INDEX.document(citation.document).text
        assert text[citation.start : citation.end] == citation.quote != ""
        assert f"[{citation.number}]" in answer.text
