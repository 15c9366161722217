from __future__ import annotations

import html
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.types import Block, BlockKind, Cell, Citation, Document, Location, Span
from t2vqa.web.source_pane import source_html, surroundings
from t2vqa.web.wording import CHINESE

TAG = re.compile(r"</?[a-z][a-z0-9]*(?: [a-z-]+=\"[^\"<>]*\")*>")
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def source(document: Document, start: int, end: int) -> Citation:
    return Citation(1, document.path, document.title, (), start, end, document.text[start:end])


def marked(page: str) -> list[str]:
    return [html.unescape(mark) for mark in re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)]


def document_of(paragraphs: list[str], section: tuple[str, ...] = ()) -> Document:
    blocks = []
    place = 0
    for paragraph in paragraphs:
        span = Span(place, place + len(paragraph))
        blocks.append(Block(BlockKind.PARAGRAPH, span, section))
        place = span.end + 1
    return Document("a.md", "\n".join(paragraphs), tuple(blocks), "题目")


@st.composite
def documents_with_a_quote(draw: st.DrawFn) -> tuple[Document, int, int]:
    document = document_of(draw(st.lists(TEXT.filter(bool), min_size=1, max_size=8)))
    block = draw(st.sampled_from(document.blocks))
    start = draw(st.integers(block.span.start, block.span.end - 1))
    end = draw(st.integers(start + 1, block.span.end))
    document = replace(document, title=draw(TEXT), date=draw(TEXT), source=draw(TEXT))
    return document, start, end


@given(documents_with_a_quote())
def test_the_marked_words_are_the_quote_and_no_word_is_markup(
    drawn: tuple[Document, int, int],
) -> None:
    document, start, end = drawn
    page = source_html(source(document, start, end), document, CHINESE)
    shown = html.unescape("".join(re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)))
    visible = document.text[start:end]
    assert len(shown) == len(visible)
    assert all(a in (b, "\N{REPLACEMENT CHARACTER}") for a, b in zip(shown, visible, strict=True))
    assert "<" not in TAG.sub("", page)
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= {
        "article", "header", "h3", "p", "span", "div", "mark",
    }  # fmt: skip


@given(st.text(max_size=80), st.data())
def test_a_text_without_blocks_is_shown_as_it_is(text: str, data: st.DataObject) -> None:
    document = Document("a.txt", text, (), "t")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = source_html(source(document, start, end), document, CHINESE)
    assert "<" not in TAG.sub("", page)
    assert len("".join(marked(page))) == end - start


def test_a_table_row_is_marked_cell_by_cell_in_its_table() -> None:
    text = "| 甲公司 | 000001 |\n| 乙公司 |  |"
    rows = [
        Block(
            BlockKind.TABLE_ROW,
            Span(0, 16),
            cells=(Cell("名称", Span(2, 5)), Cell("代码", Span(8, 14))),
            group=1,
        ),
        Block(
            BlockKind.TABLE_ROW,
            Span(17, 27),
            cells=(Cell("名称", Span(19, 22)), Cell("代码", Span(25, 25))),
            group=1,
        ),
    ]
    document = Document("a.md", text, tuple(rows), "t")
    page = source_html(source(document, 0, 16), document, CHINESE)
    assert marked(page) == ["甲公司", "000001"]
    assert page.count("<tr>") == 3
    assert "<th>名称</th>" in page


def test_a_header_row_is_the_tables_head() -> None:
    text = "名称 代码\n甲公司 1"
    rows = (
        Block(
            BlockKind.TABLE_ROW,
            Span(0, 5),
            cells=(Cell("", Span(0, 2)), Cell("", Span(3, 5))),
            group=1,
        ),
        Block(
            BlockKind.TABLE_ROW,
            Span(6, 11),
            cells=(Cell("名称", Span(6, 9)), Cell("代码", Span(10, 11))),
            group=1,
        ),
    )
    document = Document("a.md", text, rows, "t")
    page = source_html(source(document, 0, 11), document, CHINESE)
    assert marked(page) == ["名称", "代码", "甲公司", "1"]
    assert page.count("<th>") == page.count("<td>") == 2


def test_a_long_section_is_cut_but_never_the_cited_words() -> None:
    document = document_of([f"第{number}段" + "字" * 300 for number in range(40)], ("节",))
    cited = document.blocks[20].span
    shown = surroundings(document, cited)
    assert document.blocks[20] in shown
    assert 3 <= len(shown) < 12
    page = source_html(source(document, cited.start, cited.end), document, CHINESE)
    assert CHINESE.cut_before in page
    assert CHINESE.cut_after in page
    assert marked(page) == [cited.of(document.text)]


def test_a_document_edited_since_shows_the_words_where_they_are_now() -> None:
    old = document_of(["甲乙丙", "丁戊己"])
    cited = source(old, 4, 7)
    new = document_of(["新的一段", "丁戊己"])
    page = source_html(cited, new, CHINESE)
    assert marked(page) == ["丁戊己"]
    assert CHINESE.source_moved in page


def test_a_document_renamed_since_shows_its_words_and_its_name() -> None:
    old = document_of(["甲乙丙", "丁戊己"])
    page = source_html(source(old, 4, 7), replace(old, path="b.md"), CHINESE)
    assert marked(page) == ["丁戊己"]
    assert CHINESE.source_renamed.format(path="b.md") in page


def test_words_that_are_gone_are_quoted_with_a_note() -> None:
    old = document_of(["甲乙丙"])
    cited = source(old, 0, 3)
    changed = source_html(cited, document_of(["别的"]), CHINESE)
    gone = source_html(cited, None, CHINESE)
    assert marked(changed) == marked(gone) == ["甲乙丙"]
    assert CHINESE.source_changed in changed
    assert CHINESE.source_gone in gone


def test_the_head_names_document_date_source_and_line() -> None:
    document = replace(
        document_of(["甲乙丙"]),
        date="2026-01-02",
        source="某所",
        locations=(Location(0, 5),),
        modified="2026-02-03T12:00:00+00:00",
    )
    page = source_html(source(document, 0, 3), document, CHINESE)
    for fact in ("题目", "a.md", "2026-01-02", "某所", "第 5 行", "文件修改于 2026-02-0"):
        assert fact in page


def test_the_head_tells_when_the_version_that_was_cited_was_modified() -> None:
    cited = replace(source(document_of(["甲"]), 0, 1), modified="2026-02-03T12:00:00+00:00")
    now = replace(document_of(["乙"]), modified="2026-03-04T12:00:00+00:00")
    page = source_html(cited, now, CHINESE)
    assert "2026-02-0" in page
    assert "2026-03-0" not in page


def test_the_line_is_that_of_the_place_shown() -> None:
    old = replace(document_of(["甲乙丙"]), locations=(Location(0, 1),))
    new = replace(document_of(["新的", "甲乙丙"]), locations=(Location(0, 1), Location(3, 7)))
    page = source_html(replace(source(old, 0, 3), line=1), new, CHINESE)
    assert "第 7 行" in page
