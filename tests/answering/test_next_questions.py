"""What to ask next, drawn from around the cited words, over an index in memory."""

from __future__ import annotations

import pytest

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.answering.answerer import answer_question
from t2vqa.answering.next_questions import next_questions
from t2vqa.text.normal import fold
from t2vqa.types import Answer

FILES = {
    "东山科技.md": (
        "# 东山科技\n\n东山科技生产传感器。东山科技2023年净利润为3.2亿元。"
        "东山科技2023年营业收入为21亿元。其中海外收入为9亿元。\n\n"
        "## 一、主要风险\n\n- 汇率波动\n- 原材料涨价\n- 客户集中\n\n"
        "## 产能布局\n\n东山科技在江城新建工厂。\n"
    ),
    "标的.md": (
        "# 标的\n\n| 名称 | 代码 | 市值 | 上市日期 |\n|---|---|---|---|\n"
        "| 南岭股份 | 300999 | 120亿元 | 2011年3月 |\n| 北湖股份 | 300998 | 80亿元 | 2015年6月 |\n"
    ),
    "tallow.md": (
        "# Tallow Creek\n\nTallow Creek builds batteries. Tallow Creek reported revenue of "
        "$412 million for 2023. Tallow Creek is based in Port Alder.\n\n"
        "## Main risks\n\n- Falling prices\n- Slow permits\n- One customer\n"
    ),
}
INDEX = MemoryIndex(FILES)


def ask(question: str) -> Answer:
    return answer_question(INDEX, TermEmbedder(), INDEX.book, question)


def after(question: str, *asked: str, chinese: bool = True) -> list[str]:
    answer = ask(question)
    return list(next_questions(answer, asked, INDEX.document, INDEX.book, chinese=chinese))


def test_other_figures_of_the_same_subject_are_asked_for() -> None:
    found = after("东山科技2023年净利润是多少？")
    assert "东山科技2023年营业收入是多少？" in found
    assert not any(question.startswith("其中") for question in found)


def test_other_cells_of_the_cited_row_are_asked_for_by_what_they_hold() -> None:
    found = after("南岭股份的代码是什么？")
    assert "南岭股份的市值是多少？" in found
    assert "南岭股份的上市日期是什么时候？" in found


def test_the_same_is_asked_of_another_subject() -> None:
    assert "北湖股份的代码是什么？" in after("南岭股份的代码是什么？")


def test_a_version_of_the_one_is_not_asked_of_another() -> None:
    assert not any("北湖" in question for question in after("南岭股份1.5的代码是什么？"))


def test_a_code_is_not_replaced_by_a_name() -> None:
    assert not any("对应" in question for question in after("300999对应的公司是哪家？"))


def test_what_stands_under_other_headings_is_asked_for() -> None:
    found = after("东山科技2023年净利润是多少？")
    assert "东山科技的主要风险有哪些？" in found
    assert "关于东山科技的产能布局，资料说了什么？" in found


def test_english_questions_read_as_english() -> None:
    found = after("Where is Tallow Creek based?", chinese=False)
    assert "What was the revenue of Tallow Creek?" in found
    assert "What are the main risks of Tallow Creek?" in found
    assert "Where is 东山科技 based?" not in found


@pytest.mark.parametrize("question", ["东山科技2023年净利润是多少？", "南岭股份的代码是什么？"])
def test_nothing_is_asked_twice(question: str) -> None:
    first = after(question)
    assert len({fold(one) for one in first}) == len(first)
    assert fold(question) not in {fold(one) for one in first}
    assert first[0] not in after(question, first[0])


def test_a_refusal_is_gone_on_from_by_its_nearest_passages() -> None:
    answer = ask("东山科技的办公室有几层？")
    assert answer.refused
    assert after("东山科技的办公室有几层？")


def test_an_empty_corpus_gives_none() -> None:
    empty = MemoryIndex({})
    answer = answer_question(empty, TermEmbedder(), empty.book, "有什么？")
    assert list(next_questions(answer, (), empty.document, empty.book, chinese=True)) == []
