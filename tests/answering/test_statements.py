from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.answering.statements import asked_column, best_value, bold, row, sentence
from t2vqa.documents.registry import load_document
from t2vqa.retrieval.question import AnswerKind
from t2vqa.retrieval.terms import WeightedWord
from t2vqa.text.markdown import escape, plain
from t2vqa.text.segmentation import bigrams
from t2vqa.types import Block, Document, Span

TEXT = "公司营业收入为8亿元，净利润为2000万元，较上年增长12%。"


def words(*asked: str) -> tuple[WeightedWord, ...]:
    return tuple(WeightedWord(word, tuple(bigrams(word)), 3.0) for word in asked)


def value_in(text: str, kind: AnswerKind, *asked: str, question: str = "") -> str | None:
    span = best_value(text, kind, words(*asked), question)
    return span.of(text) if span else None


def test_the_value_nearest_the_asked_words_is_meant() -> None:
    assert value_in(TEXT, AnswerKind.AMOUNT, "营业收入") == "8亿元"
    assert value_in(TEXT, AnswerKind.AMOUNT, "净利润") == "2000万元"
    assert value_in(TEXT, AnswerKind.PERCENT, "净利润") == "12%"


def test_a_value_behind_its_name_is_preferred() -> None:
    text = "2亿元的营收、利润5亿元"
    assert value_in(text, AnswerKind.AMOUNT, "利润") == "5亿元"


def test_what_the_question_states_is_no_answer() -> None:
    text = "2022年净利润2000万元，2023年净利润3000万元"
    asked = "净利润从2000万元升到多少？"
    assert value_in(text, AnswerKind.AMOUNT, "净利润", question=asked) == "3000万元"
    assert value_in("净利润2000万元", AnswerKind.AMOUNT, question=asked) is None


def test_without_a_place_to_start_from_the_first_value_is_meant() -> None:
    assert value_in(TEXT, AnswerKind.AMOUNT, "市值") == "8亿元"


def test_a_figure_of_another_kind_stands_in_for_a_missing_one() -> None:
    assert value_in("价格低了30%", AnswerKind.AMOUNT, "价格") == "30%"
    assert value_in("价格低了30%", AnswerKind.DATE, "价格") is None


@given(st.text(max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_bold_marks_the_span_and_nothing_else(text: str, one: int, other: int) -> None:
    span = Span(min(one, other, len(text)), min(max(one, other), len(text)))
    marked = bold(text, span)
    assert marked.startswith(f"{escape(text[: span.start])}**{escape(span.of(text))}**")
    assert plain(marked) == text


def test_a_sentence_is_said_whole_with_its_value_in_bold() -> None:
    span = Span(100, 100 + len(TEXT))
    said, quoted = sentence(TEXT, span, AnswerKind.AMOUNT, words("净利润"), "净利润是多少？", None)
    assert said == TEXT.replace("2000万元", "**2000万元**")
    assert quoted == span


def test_a_long_sentence_is_cut_to_a_part_of_it_that_holds_the_value() -> None:
    document = "前文。" + TEXT
    span = Span(3, len(document))
    said, quoted = sentence(TEXT, span, AnswerKind.AMOUNT, words("净利润"), "净利润是多少？", 20)
    assert "**2000万元**" in said
    assert "营业收入" not in said
    assert quoted.of(document) == said.replace("**", "")


TABLE = """# 标的

| 名称 | 代码 | 涨幅 | 备注 |
|---|---|---|---|
| 南岭股份 | 300999 | 6.5% | |
| 北湖股份 | 300998 | 7.5% | 新品 |
"""


def table() -> tuple[Document, list[Block]]:
    document = load_document("t.md", TABLE.encode())
    rows = [block for block in document.blocks if any(cell.column for cell in block.cells)]
    return document, [block for block in rows if "3009" in block.span.of(document.text)]


def test_a_row_is_read_out_with_its_column_names_and_without_empty_cells() -> None:
    document, (south, north) = table()
    said, cells = row(document.text, south.cells, words("涨幅"), AnswerKind.PERCENT)
    assert cells[2:] == (("涨幅", "**6.5%**"), ("备注", ""))
    assert said == "名称：南岭股份；代码：300999；涨幅：**6.5%**"
    assert "备注：新品" in row(document.text, north.cells, (), AnswerKind.OPEN)[0]


def test_the_column_the_question_names_is_asked_for() -> None:
    document, (south, _) = table()
    cell = asked_column(document.text, south.cells, words("代码"), AnswerKind.CODE)
    assert cell is not None
    assert cell.column == "代码"


def test_else_the_only_cell_of_the_kind() -> None:
    document, (south, _) = table()
    cell = asked_column(document.text, south.cells, words("上升"), AnswerKind.PERCENT)
    assert cell is not None
    assert cell.span.of(document.text) == "6.5%"
    assert asked_column(document.text, south.cells, words("上升"), AnswerKind.DATE) is None


def test_an_empty_cell_is_never_asked_for() -> None:
    document, (south, _) = table()
    cell = asked_column(document.text, south.cells, words("备注"), AnswerKind.OPEN)
    assert cell is None
