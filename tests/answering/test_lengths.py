"""How much an answer says: briefly, as usual, or with all that supports it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.answering.answerer import answer_question
from t2vqa.types import Answer, AnswerLength

FILES = {
    "东山科技.md": (
        "# 东山科技\n\n东山科技生产传感器。东山科技2023年净利润为3.2亿元，"
        "同比增长18%，主要受益于海外订单的持续放量以及上游原材料价格的明显回落，公司对此表示满意。"
        "东山科技2022年净利润为2.7亿元。东山科技2023年净利润率为12%。\n\n"
        "## 主要风险\n\n东山科技的主要风险包括：\n\n- 汇率波动\n- 原材料涨价\n- 客户集中\n"
    ),
    "点评.md": (
        "# 点评\n\n东山科技的净利润增长超出预期。东山科技2023年净利润约3.2亿元。\n\n"
        "东山科技净利润的增长主要来自海外。\n"
    ),
    "涨幅.md": (
        "# 涨幅\n\n| 名称 | 涨幅 |\n|---|---|\n| 南岭股份 | 9.1% |\n| 北湖股份 | 3.2% |\n"
        "| 西原股份 | 1.4% |\n"
    ),
    "清单.md": "# 供应商名单\n\n供应商名单如下：\n\n"
    + "".join(f"- 供应商{chr(0x4E00 + number)}\n" for number in range(60)),
}
INDEX = MemoryIndex(FILES)
QUESTIONS = (
    "东山科技2023年净利润是多少？",
    "东山科技的主要风险有哪些？",
    "总结一下东山科技的净利润。",
    "涨幅最高的是哪只股票？",
    "比较南岭股份和北湖股份的涨幅，哪家更高？",
    "供应商名单有哪些？",
    "红烧肉怎么做？",
)


def ask(question: str, length: AnswerLength = AnswerLength.NORMAL) -> Answer:
    return answer_question(INDEX, TermEmbedder(), INDEX.book, question, length=length)


@given(st.sampled_from(QUESTIONS), st.sampled_from(AnswerLength))
def test_whether_it_answers_does_not_hang_on_the_length(
    question: str, length: AnswerLength
) -> None:
    usual, answer = ask(question), ask(question, length)
    assert answer.refused == usual.refused
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for statement in answer.statements:
        assert statement.citations
        assert set(statement.citations) <= set(numbers)
    for citation in answer.citations:
        text = INDEX.document(citation.document).text
        assert text[citation.start : citation.end] == citation.quote
        assert f"[{citation.number}]" in answer.text


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_longer_answer_says_what_a_shorter_one_says_and_more(question: str) -> None:
    brief, usual, full = (ask(question, length) for length in AnswerLength)
    said = [statement.text for statement in usual.statements]
    assert [statement.text for statement in full.statements][: len(said)] == said
    assert len(brief.statements) <= len(said) <= len(full.statements)
    assert len(brief.text) <= len(usual.text) <= len(full.text)


def test_a_brief_answer_says_one_thing() -> None:
    brief = ask("东山科技2023年净利润是多少？", AnswerLength.BRIEF)
    assert len(brief.statements) == 1
    assert "3.2亿元" in brief.text


def test_a_brief_answer_gives_an_asked_list_whole() -> None:
    brief = ask("东山科技的主要风险有哪些？", AnswerLength.BRIEF)
    assert [statement.text for statement in brief.statements] == [
        "汇率波动",
        "原材料涨价",
        "客户集中",
    ]


def test_a_brief_answer_leaves_the_others_of_a_table_out() -> None:
    question = "涨幅最高的是哪只股票？"
    assert "北湖股份" in ask(question).text
    brief = ask(question, AnswerLength.BRIEF)
    assert "南岭股份" in brief.text
    assert "北湖股份" not in brief.text


def test_a_full_answer_brings_support_from_other_documents() -> None:
    full = ask("东山科技2023年净利润是多少？", AnswerLength.FULL)
    assert {citation.document for citation in full.citations} == {"东山科技.md", "点评.md"}
    assert len(full.statements) > len(ask("东山科技2023年净利润是多少？").statements)


def test_a_full_answer_gives_a_long_list_whole() -> None:
    full = ask("供应商名单有哪些？", AnswerLength.FULL)
    assert len(full.statements) >= 60
    assert len(ask("供应商名单有哪些？").statements) < 10
    spans = [(one.document, one.start, one.end) for one in full.citations]
    assert len(set(spans)) == len(spans)
