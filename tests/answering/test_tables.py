"""Tables asked as a person would, over an index in memory."""

from __future__ import annotations

import pytest

from memory_index import MemoryIndex, TermEmbedder
from t2vqa.answering.answerer import answer_question
from t2vqa.types import Answer

FILES = {
    "零部件.md": """# 零部件行业跟踪

## 重点公司估值

重点公司的市值与估值如下表：

| 公司 | 代码 | 市值（亿元） | 市盈率(倍) | 2024年营收 | 2023年营收 | 上市日期 | 板块 |
|---|---|---|---|---|---|---|---|
| 青禾轴承 | 688701 | 85.2 | 25 | 12.5亿元 | 10.1亿元 | 2021-07-15 | 科创板 |
| 北岳底盘 | 603902 | 312 | 18.4 | 96亿元 | 88亿元 | 2015-03-02 | 主板 |
| 南浦热管 | 301803 | 140.6 | 31.2 | 2.3亿元 | 1.9亿元 | 2022-11-30 | 创业板 |
| 东屿电控 | 688704 | 58 | 47 | 7800万元 | 6500万元 | 2020-09-09 | 科创板 |
| 合计 | | 595.8 | | | | | |

## 产能

各基地的年产能如下：

| 基地 | 年产能 |
|---|---|
| 常州 | 120万套 |
| 合肥 | 80万套 |
| 柳州 | — |
""",
    "融资.md": """# 融资

2024年行业融资事件如下：

| 企业 | 融资额 | 轮次 |
|---|---|---|
| 阿尔法驱动 | 3.2亿元 | B轮 |
| 贝塔线控 | 9,300万元 | A轮 |
| 伽马传感 | 1.5 亿元 | B轮 |

主要风险有三类：

- 原材料涨价
- 整车厂压价
- 海外关税
""",
    "batteries.md": """# Grid battery makers

The listed makers are shown below.

| Company | Ticker | Market cap (US$ billion) | Revenue 2024 | Gross margin | Country |
|---|---|---|---|---|---|
| Tallow Creek | TCE | 4.1 | $412 million | 21% | Canada |
| Marlow Storage | MRLW | 12.6 | $1.9 billion | 17.5% | Germany |
| Port Alder | PAP | 0.8 | $95 million | 29% | Canada |

The main risks are:

- Falling lithium prices
- Slow grid permits
""",
}
INDEX = MemoryIndex(FILES, longest=200)


def ask(question: str) -> Answer:
    return answer_question(INDEX, TermEmbedder(), INDEX.book, question)


def cited(answer: Answer) -> set[str]:
    """The first cells of the rows an answer cites; every quote must be exact."""
    for citation in answer.citations:
        text = INDEX.document(citation.document).text
        assert text[citation.start : citation.end] == citation.quote
    return {citation.quote.split(" | ")[0] for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("市值最高的是哪家公司？", "**北岳底盘**的市值最高：**312亿元**。"),
        ("市值最低的公司是谁？", "**东屿电控**的市值最低：**58亿元**。"),
        ("哪家公司市盈率最高？", "**东屿电控**的市盈率最高：**47倍**。"),
        ("2023年营收最高的是哪家公司？", "**北岳底盘**的2023年营收最高：**88亿元**。"),
        ("营收最高的公司是哪家？", "**北岳底盘**的2024年营收最高：**96亿元**。"),
        ("最早上市的是哪家公司？", "**北岳底盘**的上市日期最早：**2015-03-02**。"),
        ("最晚上市的是哪家公司？", "**南浦热管**的上市日期最晚：**2022-11-30**。"),
        (
            "青禾轴承、南浦热管、东屿电控中谁的市值最高？",
            "**南浦热管**的市值最高：**140.6亿元**。",
        ),
        ("科创板公司中市值最高的是哪家？", "**青禾轴承**的市值最高：**85.2亿元**。"),
        (
            "which company has the highest market cap?",
            "**Marlow Storage** has the highest Market cap: **US$ 12.6 billion**.",
        ),
        (
            "Which company has the lowest gross margin?",
            "**Marlow Storage** has the lowest Gross margin: **17.5%**.",
        ),
    ],
)
def test_the_largest_and_the_smallest_with_what_they_were_set_against(
    question: str, said: str
) -> None:
    answer = ask(question)
    assert answer.statements[0].text == said
    assert answer.statements[1].text.startswith(("其余", "The other"))
    winner = said.split("**")[1]
    assert cited(answer) > {winner}
    assert len(cited(answer)) == len(answer.citations)


def test_the_first_of_several_are_ranked() -> None:
    answer = ask("市值前两名的公司是哪两家？")
    assert [statement.text for statement in answer.statements] == [
        "**北岳底盘**：市值 **312亿元**。",
        "**南浦热管**：市值 **140.6亿元**。",
        "其余 2 项：青禾轴承 85.2亿元、东屿电控 58亿元。",
    ]
    answer = ask("top 2 companies by market cap")
    assert [text.text.split("**")[1] for text in answer.statements[:2]] == [
        "Marlow Storage",
        "Tallow Creek",
    ]


@pytest.mark.parametrize(
    ("question", "said", "rows"),
    [
        (
            "科创板公司的市值合计多少？",
            "市值合计 **143.2亿元** = 青禾轴承 85.2亿元 + 东屿电控 58亿元。",
            {"青禾轴承", "东屿电控"},
        ),
        ("四家公司的市值合计多少？", "市值合计 **595.8亿元**。", {"合计"}),
        (
            "2024年融资额总共多少？",
            "融资额合计 **5.63亿元** = "
            "阿尔法驱动 3.2亿元 + 贝塔线控 9,300万元 + 伽马传感 1.5 亿元。",
            {"阿尔法驱动", "贝塔线控", "伽马传感"},
        ),
        (
            "B轮融资额合计多少？",
            "融资额合计 **4.7亿元** = 阿尔法驱动 3.2亿元 + 伽马传感 1.5 亿元。",
            {"阿尔法驱动", "伽马传感"},
        ),
        (
            "What is the combined revenue of Marlow Storage and Port Alder?",
            "Revenue 2024 in all: **$1.995 billion** = "
            "Marlow Storage $1.9 billion + Port Alder $95 million.",
            {"Marlow Storage", "Port Alder"},
        ),
    ],
)
def test_a_sum_shows_its_working_and_cites_each_row(
    question: str, said: str, rows: set[str]
) -> None:
    answer = ask(question)
    assert [statement.text for statement in answer.statements] == [said]
    assert cited(answer) == rows
    assert answer.statements[0].citations == tuple(range(1, len(rows) + 1))


@pytest.mark.parametrize(
    ("question", "head", "rows"),
    [
        ("科创板有几家公司？", "共 **2** 项：", {"青禾轴承", "东屿电控"}),
        ("主板的公司有多少家？", "共 **1** 项：", {"北岳底盘"}),
        ("代码以688开头的有几家？", "共 **2** 项：", {"青禾轴承", "东屿电控"}),
        ("市值低于100亿的有几家？", "共 **2** 项：", {"青禾轴承", "东屿电控"}),
        ("How many companies are in Canada?", "**2** in all:", {"Tallow Creek", "Port Alder"}),
    ],
)
def test_rows_are_counted(question: str, head: str, rows: set[str]) -> None:
    answer = ask(question)
    assert answer.text.startswith((f"{head}\n- ", f"{head}\n\n| "))
    assert answer.text.count("\n- ") + max(answer.text.count("\n| ") - 1, 0) == len(rows)
    assert cited(answer) == rows


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("688开头的公司有哪些？", {"青禾轴承", "东屿电控"}),
        ("主板公司中代码以6开头的有哪些？", {"北岳底盘"}),
        ("which stocks have codes starting with 3018?", {"南浦热管"}),
        ("市值超过100亿元的公司有哪些？", {"北岳底盘", "南浦热管"}),
        (
            "Which companies have a market cap above US$1 billion?",
            {"Tallow Creek", "Marlow Storage"},
        ),
        ("创业板的是哪家公司？", {"南浦热管"}),
        ("科创板公司有哪些？", {"青禾轴承", "东屿电控"}),
    ],
)
def test_rows_are_chosen_by_a_beginning_a_bound_or_a_cell(question: str, rows: set[str]) -> None:
    assert cited(ask(question)) == rows


MOVES = MemoryIndex(
    {
        "异动.md": "# 异动\n\n当日异动的股票如下：\n\n| 股票 | 涨跌幅 |\n|---|---|\n"
        "| 东山科技 | +9.1% |\n| 西河传媒 | -5.0% |\n| 北湖股份 | -7.2% |\n| 南岭股份 | +3.0% |\n"
    }
)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("跌幅最大的股票是哪只？", ["北湖股份"]),
        ("涨幅最大的股票是哪只？", ["东山科技"]),
        ("哪只股票跌得最多？", ["北湖股份"]),
        ("涨幅超过3%的股票有哪些？", ["东山科技"]),
        ("涨幅不低于3%的股票有哪些？", ["东山科技", "南岭股份"]),
        ("跌幅超过6%的股票有哪些？", ["北湖股份"]),
        ("跌幅在5%以上的股票有几只？", ["西河传媒", "北湖股份"]),
    ],
)
def test_rises_and_falls_are_told_apart(question: str, rows: list[str]) -> None:
    answer = answer_question(MOVES, TermEmbedder(), MOVES.book, question)
    found = [citation.quote.split(" | ")[0] for citation in answer.citations]
    assert found[: len(rows)] == rows
    assert len(found) == len(rows) or "其余" in answer.text


def test_the_items_of_a_list_are_counted() -> None:
    answer = ask("主要风险有几类？")
    assert answer.text.startswith("共 **3** 项：")
    assert cited(answer) == {"原材料涨价", "整车厂压价", "海外关税"}


@pytest.mark.parametrize(
    "question",
    [
        "年产能合计多少？",  # a cell has no figure
        "年产能最大的基地是哪个？",
        "2022年营收最高的公司是哪家？",  # no such period
        "净资产最高的是哪家公司？",  # no such column
        "半导体公司中市值最高的是哪家？",  # no such rows
        "除了北岳底盘，市值最高的是哪家？",  # exclusions are not understood
        "这两家公司的市值合计多少？",  # the table has more
        "北岳底盘有多少家门店？",  # nothing of it is counted in the rows
    ],
)
def test_nothing_is_worked_out_where_it_cannot_be(question: str) -> None:
    answer = ask(question)
    for worked_out in ("最高：", "最低：", "合计 **", "共 **"):
        assert worked_out not in answer.text


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("603902 对应的公司叫什么", "北岳底盘"),
        ("代码301803是哪家公司？", "南浦热管"),
        ("which company has the code 688704", "东屿电控"),
        ("688701.SH是哪只股票？", "青禾轴承"),
    ],
)
def test_a_code_is_looked_up(question: str, name: str) -> None:
    answer = ask(question)
    assert f"**{name}**" in answer.statements[0].text
    assert cited(answer) == {name}


@pytest.mark.parametrize("question", ["300999是哪家公司？", "300999的市值是多少？"])
def test_a_code_the_corpus_does_not_hold_is_refused(question: str) -> None:
    answer = ask(question)
    assert answer.refused
    assert "300999" in answer.reason


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the market cap of 北岳底盘?", "市值（亿元）：**312**"),
        ("Tallow Creek的毛利率是多少？", "Gross margin: **21%**"),
        ("What was the revenue of 青禾轴承 in 2023?", "2023年营收：**10.1亿元**"),
    ],
)
def test_a_cell_is_found_across_languages(question: str, said: str) -> None:
    answer = ask(question)
    assert said in answer.statements[0].text
    assert len(answer.citations) == 1


def test_a_row_that_the_question_quotes_answers() -> None:
    answer = ask("合肥的年产能是多少？")
    assert answer.statements[0].text == "基地：合肥；年产能：**80万套**"
