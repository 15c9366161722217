"""Passages stand where they say, hold every word once, and know what stands above them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.documents import load_document
from t2vqa.index.passages import embedding_input, passages_of
from t2vqa.types import BlockKind, Document, Passage

WORDS = st.text(
    alphabet="甲乙丙丁营收增长。！？，；：abc AND 3.5% \n*-#|>`\\\"'&<\u3000😀", max_size=120
)
LINES = st.one_of(
    WORDS,
    st.builds("# {}".format, WORDS),
    st.builds("### {}".format, WORDS),
    st.builds("- {}".format, WORDS),
    st.builds("  1. {}".format, WORDS),
    st.just("| 名称 | 占比 |\n|---|---|\n| 甲 | 30% |\n| 乙 | |"),
    st.just("主要风险包括："),
    st.just("```\ncode here\n```"),
)
MARKDOWN = st.lists(LINES, min_size=1, max_size=20).map("\n\n".join)


def passages(text: str, limit: int = 120, path: str = "文 件.md") -> tuple[Document, list[Passage]]:
    document = load_document(path, text.encode())
    return document, passages_of(document, limit)


def is_header_row(document: Document, place: int) -> bool:
    block = document.blocks[place]
    named = {one.group for one in document.blocks if any(cell.column for cell in one.cells)}
    return (
        block.kind is BlockKind.TABLE_ROW
        and block.group in named
        and not any(cell.column for cell in block.cells)
    )


@given(MARKDOWN.filter(str.strip), st.integers(80, 400))
def test_passages_stand_where_they_say_and_hold_their_units(text: str, limit: int) -> None:
    document, found = passages("标题\n\n" + text, limit)
    assert found
    for passage in found:
        assert passage.span.of(document.text) == passage.text
        assert passage.units
        edges = [edge for unit in passage.units for edge in (unit.span.start, unit.span.end)]
        assert edges == sorted(edges)
        assert (edges[0], edges[-1]) == (passage.span.start, passage.span.end)
        assert len(passage.text) <= limit or len(passage.units) == 1
        assert {unit.section for unit in passage.units} == {passage.section}
    assert len({passage.id for passage in found}) == len(found)
    for one, other in pairwise(found):
        assert one.span.end <= other.span.start


@given(MARKDOWN.filter(str.strip))
def test_every_word_outside_headings_is_in_a_unit(text: str) -> None:
    document, found = passages("标题\n\n" + text)
    covered = {
        place
        for passage in found
        for unit in passage.units
        for place in range(unit.span.start, unit.span.end)
    }
    for place, block in enumerate(document.blocks):
        if block.kind is BlockKind.HEADING or is_header_row(document, place):
            continue
        words = {
            offset
            for offset in range(block.span.start, block.span.end)
            if not document.text[offset].isspace()
        }
        assert words <= covered


@given(MARKDOWN.filter(str.strip))
def test_unit_spans_hold_in_the_embedded_text(text: str) -> None:
    document, found = passages("标题\n\n" + text)
    for passage in found:
        embedded, spans = embedding_input(passage)
        assert [span.of(embedded) for span in spans] == [
            unit.span.of(document.text) for unit in passage.units
        ]


def test_passages_never_cross_a_heading() -> None:
    _, found = passages("# 标题\n\n## 一\n\n短。\n\n## 二\n\n也短。\n")
    assert [(passage.section, passage.text) for passage in found] == [
        (("一",), "短。"),
        (("二",), "也短。"),
    ]
    assert found[0].context == "标题 › 一"


def test_headings_with_nothing_under_them_are_found() -> None:
    _, found = passages("# 标题\n\n## 甲\n\n### 乙\n\n### 丙\n")
    assert "乙" in found[0].text
    assert "丙" in found[0].text
    assert found[0].section == ("甲",)


def test_a_list_that_goes_on_keeps_its_lead_in() -> None:
    items = "\n".join(
        f"- 第{number}项风险因素的说明文字写在这里以便占满篇幅" for number in range(12)
    )
    _, found = passages(f"# 标题\n\n主要风险包括：\n\n{items}\n")
    assert len(found) > 1
    assert found[0].text.startswith("主要风险包括：\n")
    assert "- 第0项" in found[0].text
    assert "主要风险包括" not in found[0].context
    assert all("主要风险包括：" in passage.context for passage in found[1:])


def test_table_rows_carry_column_names_and_the_header_is_no_unit() -> None:
    document, found = passages("# 标题\n\n| 公司 | 收入 |\n|---|---|\n| 甲 | 3 亿元 |\n| 乙 | |\n")
    (passage,) = found
    assert passage.context == "标题\n公司 | 收入"
    assert [unit.kind for unit in passage.units] == [BlockKind.TABLE_ROW] * 2
    assert [cell.span.of(document.text) for cell in passage.units[0].cells] == ["甲", "3 亿元"]


def test_an_edit_changes_the_passages_it_touches_only() -> None:
    text = "# 标题\n\n" + "\n\n".join(f"第{number}段的内容说明了情况。" * 6 for number in range(20))
    _, before = passages(text, 300)
    _, after = passages(text.replace("第10段的内容说明了情况", "第10段的内容有所改变", 1), 300)
    changed = {passage.text for passage in after} - {passage.text for passage in before}
    assert 1 <= len(changed) <= 2


def test_an_id_never_stands_for_two_contents() -> None:
    one = passages("# 标题\n\n正文。\n")[1][0]
    assert one.id == passages("# 标题\n\n正文。\n")[1][0].id
    assert one.id != passages("# 标提\n\n正文。\n")[1][0].id
    assert one.id != passages("# 标题\n\n正文。\n", path="别处.md")[1][0].id
