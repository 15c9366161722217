"""How several statements are laid out."""

from __future__ import annotations

from t2vqa.answering.layout import Said, as_markdown
from t2vqa.types import Statement


def said(text: str, *numbers: int, part: int | None = None, **cells: str) -> Said:
    return Said(Statement(text, numbers), tuple(cells.items()), part)


def test_one_statement_stands_as_it_is() -> None:
    assert as_markdown([said("甲涨了", 1, 2)]) == "甲涨了 [1][2]"
    assert as_markdown([said("甲涨了", 1)], tail=["乙没有提到。"]) == "甲涨了 [1]\n乙没有提到。"


def test_several_make_a_list() -> None:
    assert as_markdown([said("甲\n一", 1), said("乙", 2)], "共 2 项：") == (
        "共 2 项：\n- 甲 一 [1]\n- 乙 [2]"
    )


def test_rows_of_the_same_columns_make_a_table() -> None:
    rows = [said("甲", 1, 名称="甲", 涨幅="**5%**"), said("乙", 2, 名称="乙", 涨幅="")]
    table = "| 名称 | 涨幅 |\n|---|---|\n| 甲 | **5%** [1] |\n| 乙 [2] |  |"
    assert as_markdown(rows) == table
    assert as_markdown(rows, "共 2 项：") == f"共 2 项：\n\n{table}"
    assert as_markdown([said("丙", 3), *rows, said("丁", 4)], tail=["完"]) == (
        f"- 丙 [3]\n\n{table}\n\n- 丁 [4]\n\n完"
    )


def test_rows_of_other_tables_and_without_names_are_read_out() -> None:
    one, other = said("名称：甲", 1, 名称="甲", 涨幅="5%"), said("代码：1", 2, 代码="1", 涨幅="5%")
    assert as_markdown([one, other]) == "- 名称：甲 [1]\n- 代码：1 [2]"
    nameless = Said(Statement("甲", (1,)), (("", "甲"), ("涨幅", "5%")))
    assert as_markdown([nameless, nameless]).startswith("- 甲")


def test_what_is_compared_stands_side_by_side() -> None:
    two = [said("更长的是乙。", 1, 2), said("十秒", 1, part=0), said("六十秒", 2, part=1)]
    three = [*two, said("仍在内测", 3, part=1)]
    assert as_markdown(three, subjects=("甲", "乙")) == (
        "更长的是乙。 [1][2]\n\n"
        "| 甲 | 乙 |\n|---|---|\n| 十秒 [1] | 六十秒 [2] |\n|  | 仍在内测 [3] |"
    )


def test_what_has_no_words_of_its_own_is_no_column() -> None:
    assert as_markdown(
        [said("都涨了", 1, part=0), said("同上", 2, part=0)], subjects=("甲", "乙")
    ) == ("- 都涨了 [1]\n- 同上 [2]")
    assert as_markdown([said("一", 1, part=0), said("二", 2, part=1)], subjects=("甲", "甲")) == (
        "- 一 [1]\n- 二 [2]"
    )
