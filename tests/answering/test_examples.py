from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory_index import MemoryIndex
from t2vqa.answering.examples import example_questions
from t2vqa.types import Document

FILES = {
    "东山科技.md": (
        "# 东山科技\n\n东山科技生产传感器。东山科技总部在江城。\n\n"
        "## 主要风险\n\n- 汇率波动\n- 原材料涨价\n- 客户集中\n"
    ),
    "标的.md": (
        "# 标的\n\n| 名称 | 代码 |\n|---|---|\n| 南岭股份 | 300999 |\n| 北湖股份 | 300998 |\n"
    ),
}
INDEX = MemoryIndex(FILES)
DOCUMENTS = [INDEX.document(path) for path in FILES]


def examples(limit: int = 6, chinese: bool = True) -> tuple[str, ...]:
    return example_questions(DOCUMENTS, INDEX.book, limit, chinese=chinese)


@pytest.mark.parametrize("chinese", [True, False])
def test_each_names_something_of_the_documents(chinese: bool) -> None:
    found = examples(chinese=chinese)
    assert found
    for question in found:
        assert any(
            word in question for word in ("南岭股份", "北湖股份", "主要风险", "东山科技", "代码")
        )
        assert question.endswith(("？", "。") if chinese else ("?", "."))


def test_tables_lists_and_names_all_give_some() -> None:
    found = " ".join(examples())
    assert "主要风险" in found
    assert "代码" in found
    assert "东山科技" in found


@given(st.integers(0, 12))
def test_not_more_than_wanted_and_none_twice(limit: int) -> None:
    found = examples(limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)
    assert found == examples(12)[:limit]


@pytest.mark.parametrize("documents", [[], [Document(path="e.md", text="", blocks=(), title="e")]])
def test_nothing_is_made_up_where_there_is_nothing(documents: list[Document]) -> None:
    assert example_questions(documents, MemoryIndex({}).book, 6, chinese=True) == ()
