from __future__ import annotations

import pytest

from memory_index import MemoryIndex
from t2vqa.answering.groups import Group, states_count, whole_group
from t2vqa.answering.units import UNIT_FEATURES, ScoredUnit
from t2vqa.retrieval.terms import WeightedWord
from t2vqa.text.segmentation import bigrams

TEXT = """# 东山科技

东山科技的主要风险包括：

- 汇率波动
- 原材料涨价
  - 铜价
- 客户集中

上市公司如下。

| 名称 | 代码 | 标签 |
|---|---|---|
| 南岭股份 | 300999 | 多模态 |
| 北湖股份 | 300998 | 影视 |
| 东海影业 | 300997 | 多模态 |

此外没有别的。

- 只有一项
"""
INDEX = MemoryIndex({"a.md": TEXT})
DOCUMENT = INDEX.document("a.md")


def group_of(words_of_unit: str, *asked: str) -> Group | None:
    """Return the group of the unit that holds some words."""
    passages = INDEX.passages([name for name, _ in INDEX.lexical(bigrams(TEXT), 100)])
    (unit,) = (
        ScoredUnit(unit, passage, 0, 0, (0.0,) * len(UNIT_FEATURES), 1.0)
        for passage in passages
        for unit in passage.units
        if words_of_unit in unit.span.of(DOCUMENT.text)
    )
    words = [WeightedWord(word, tuple(bigrams(word)), 3.0) for word in asked]
    return whole_group(unit, "", words, INDEX.document)


def members(group: Group | None) -> list[str]:
    assert group is not None
    return [group.document.blocks[i].span.of(DOCUMENT.text).split(" ")[0] for i in group.blocks]


RISKS = ["汇率波动", "原材料涨价", "客户集中"]
STOCKS = ["南岭股份", "北湖股份", "东海影业"]


@pytest.mark.parametrize("unit", [*RISKS, "主要风险包括"])
def test_an_item_or_its_lead_in_brings_the_whole_list(unit: str) -> None:
    assert members(group_of(unit, "风险")) == RISKS


@pytest.mark.parametrize("unit", STOCKS)
def test_any_row_brings_the_rows_with_the_named_cell(unit: str) -> None:
    assert members(group_of(unit, "多模态", "标签")) == ["南岭股份", "东海影业"]


def test_a_table_whose_cells_are_not_named_comes_whole() -> None:
    assert members(group_of("南岭股份", "公司")) == STOCKS


@pytest.mark.parametrize("unit", ["此外没有别的", "只有一项"])
def test_what_stands_alone_brings_nothing(unit: str) -> None:
    assert group_of(unit, "风险") is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("东山科技有多少家门店？", True),
        ("有几类风险？", False),
        ("how many stores are there?", True),
    ],
)
def test_a_number_that_is_said_is_not_counted(question: str, said: bool) -> None:
    text = "# 东山科技\n\n- 东山科技有300家门店\n- 东山科技有汇率风险\n"
    index = MemoryIndex({"b.md": text})
    (passage,) = index.passages([name for name, _ in index.lexical(bigrams(text), 9)])
    unit = ScoredUnit(passage.units[0], passage, 0, 0, (0.0,) * len(UNIT_FEATURES), 1.0)
    assert states_count(unit, question) is said
