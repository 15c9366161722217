from __future__ import annotations

import pytest

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.answering.answerer import read
from t2vqa.answering.comparing import compare
from t2vqa.answering.wording import CHINESE, ENGLISH
from t2vqa.index.names import SubjectName
from t2vqa.retrieval.names import NameBook
from t2vqa.retrieval.plan import plan_question

EAST, WEST = "东山科技", "西河传媒"


def compared(question: str, east: str, west: str) -> str | None:
    """Compare what two documents of one sentence each say."""
    files = {"east.md": f"# 甲\n\n{EAST}{east}\n", "west.md": f"# 乙\n\n{WEST}{west}\n"}
    book = NameBook(
        [
            (path, SubjectName(name, name, owns_document=True))
            for path, name in zip(files, (EAST, WEST), strict=True)
        ]
    )
    plan = plan_question(question, book)
    reading = read(MemoryIndex(files), TermEmbedder(), plan)
    best = [
        next(unit for unit in units if unit.passage.document == path)
        for path, units in zip(files, reading.units, strict=True)
    ]
    words = CHINESE if plan.form.chinese else ENGLISH
    return compare(reading.results, best, plan.form, plan.question, words)


@pytest.mark.parametrize(
    ("question", "east", "west", "winner"),
    [
        (
            "比较东山科技和西河传媒的净利润，哪家更高？",
            "净利润为2亿元。",
            "净利润为9000万元。",
            EAST,
        ),
        (
            "比较东山科技和西河传媒的净利润，哪家更低？",
            "净利润为2亿元。",
            "净利润为9000万元。",
            WEST,
        ),
        ("比较东山科技和西河传媒的毛利率，哪家更高？", "毛利率为12%。", "毛利率为15.5%。", WEST),
        (
            "比较东山科技和西河传媒的员工数量，哪家更多？",
            "员工数量为600人。",
            "员工数量为90人。",
            EAST,
        ),
        ("比较东山科技和西河传媒，谁更早上市？", "于2015年6月上市。", "于2015年3月上市。", WEST),
        ("比较东山科技和西河传媒，谁更晚上市？", "于2015年6月上市。", "于2015年3月上市。", EAST),
    ],
)
def test_the_right_one_wins(question: str, east: str, west: str, winner: str) -> None:
    said = compared(question, east, west)
    assert said is not None
    assert f"**{winner}**" in said
    shown = said.split("**")[-1]
    for statement in (east, west):
        assert any(piece and piece in statement for piece in shown[4:-1].split("对"))


def test_the_winners_figure_comes_first() -> None:
    said = compared(
        "比较东山科技和西河传媒的毛利率，哪家更高？", "毛利率为12%。", "毛利率为15.5%。"
    )
    assert said == "**西河传媒**更高：15.5%对12%。"


def test_equal_figures_have_no_winner() -> None:
    said = compared(
        "比较东山科技和西河传媒的净利润，哪家更高？", "净利润为2亿元。", "净利润为20000万元。"
    )
    assert said == CHINESE.equal.format(first="2亿元", second="20000万元")


@pytest.mark.parametrize(
    ("question", "east", "west"),
    [
        ("比较东山科技和西河传媒的净利润，哪家更高？", "净利润为2亿元。", "净利润为2亿美元。"),
        ("比较东山科技和西河传媒的毛利率，哪家更高？", "毛利率为12%。", "毛利率未披露。"),
        ("比较东山科技和西河传媒的毛利率，哪家更高？", "毛利率为12%。", "收入为3亿元。"),
        ("比较东山科技和西河传媒，谁更早上市？", "于2015年上市。", "尚未上市。"),
        ("比较东山科技和西河传媒的净利润。", "净利润为2亿元。", "净利润为9000万元。"),
    ],
)
def test_what_cannot_be_compared_is_not_compared(question: str, east: str, west: str) -> None:
    assert compared(question, east, west) is None


def test_shares_are_compared_where_shares_are_asked_for() -> None:
    said = compared(
        "比较东山科技和西河传媒的毛利率，哪家更高？",
        "收入为9亿元，毛利率为12%。",
        "收入为3亿元，毛利率为15%。",
    )
    assert said == "**西河传媒**更高：15%对12%。"


def test_a_word_that_only_sounds_of_time_asks_for_no_date() -> None:
    said = compared(
        "比较东山科技和西河传媒的税后利润，哪家更高？",
        "成立于2015年，税后利润为2亿元。",
        "成立于2018年，税后利润为3亿元。",
    )
    assert said == "**西河传媒**更高：3亿元对2亿元。"


def test_a_sentence_is_not_compared_with_itself() -> None:
    book = NameBook([("a.md", SubjectName(name, name)) for name in (EAST, WEST)])
    plan = plan_question("比较东山科技和西河传媒的净利润，哪家更高？", book)
    reading = read(MemoryIndex({"a.md": "# 甲\n\n东山科技净利润为2亿元。\n"}), TermEmbedder(), plan)
    best = [units[0] for units in reading.units]
    assert compare(reading.results, best, plan.form, plan.question, CHINESE) is None


def test_of_more_than_two_each_is_named() -> None:
    files = {
        f"{name}.md": f"# {name}\n\n{name}净利润为{figure}。\n"
        for name, figure in ((EAST, "2亿元"), (WEST, "9000万元"), ("北湖股份", "3亿元"))
    }
    book = NameBook([(path, SubjectName(path[:4], path[:4], owns_document=True)) for path in files])
    plan = plan_question("东山科技、西河传媒和北湖股份，哪家的净利润更高？", book)
    reading = read(MemoryIndex(files), TermEmbedder(), plan)
    best = [units[0] for units in reading.units]
    said = compare(reading.results, best, plan.form, plan.question, CHINESE)
    assert said == "**北湖股份**更高：3亿元对东山科技 2亿元、西河传媒 9000万元。"


def test_rows_are_compared_by_the_column_asked_for() -> None:
    table = (
        "# 估值\n\n| 公司 | 市值（亿元） | 营收 |\n|---|---|---|\n"
        f"| {EAST} | 85.2 | 1亿元 |\n| {WEST} | 58 | 2亿元 |\n"
    )
    book = NameBook([("a.md", SubjectName(name, name)) for name in (EAST, WEST)])
    plan = plan_question("东山科技和西河传媒谁的市值更高？", book)
    reading = read(MemoryIndex({"a.md": table}), TermEmbedder(), plan)
    best = [units[0] for units in reading.units]
    said = compare(reading.results, best, plan.form, plan.question, CHINESE)
    assert said == f"**{EAST}**更高：85.2亿元对58亿元。"


def test_units_of_one_kind_are_converted() -> None:
    said = compared(
        "比较东山科技和西河传媒的回款周期，哪家更长？", "回款周期为1年。", "回款周期为9个月。"
    )
    assert said == "**东山科技**更高：1年对9个月。"
