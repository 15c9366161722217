from t2vqa.documents import load_document
from t2vqa.types import BlockKind, Document


def load(text: str) -> Document:
    return load_document("笔记.txt", text.encode())


def described(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def test_paragraphs_keep_their_lines() -> None:
    document = load("第一段。\n第二行。\n\n第二段。\n")
    assert described(document) == [
        ("paragraph", "第一段。\n第二行。"),
        ("paragraph", "第二段。"),
    ]
    assert document.title == "笔记"


def test_markdown_signs_are_words() -> None:
    assert load("价格*数量*折扣 [甲](乙) `x`").text == "价格*数量*折扣 [甲](乙) `x`"


def test_lists_of_all_kinds_of_marks() -> None:
    document = load("理由：\n①技术；\n②监管；\n\n• 甲\n• 乙\n\n1. 丙\n2. 丁\n\n- 戊\n- 己\n")
    items = [block for block in document.blocks if block.kind is BlockKind.LIST_ITEM]
    assert [block.span.of(document.text) for block in items] == [
        "技术；",
        "监管；",
        "甲",
        "乙",
        "丙",
        "丁",
        "戊",
        "己",
    ]
    assert len({block.group for block in items}) == 4
    assert items[0].lead_in is not None
    assert items[0].lead_in.of(document.text) == "理由："


def test_an_inner_style_of_marks_is_one_deeper() -> None:
    document = load("1、甲\n（1）子一\n（2）子二\n2、乙\n")
    assert [block.depth for block in document.blocks] == [0, 1, 1, 0]
    assert document.blocks[1].lead_in == document.blocks[0].span


def test_a_lone_mark_is_no_list() -> None:
    assert described(load("（1）全文只有这一句。\n后面是正文。")) == [
        ("paragraph", "（1）全文只有这一句。"),
        ("paragraph", "后面是正文。"),
    ]


def test_rows_of_tabs_and_bars_are_tables() -> None:
    for text in ("名称\t代码\n甲\t300999\n乙\t300998\n", "名称|代码\n甲|300999\n乙|300998\n"):
        document = load(text)
        assert [block.kind for block in document.blocks] == [BlockKind.TABLE_ROW] * 3
        cells = document.blocks[1].cells
        assert [(cell.column, cell.span.of(document.text)) for cell in cells] == [
            ("名称", "甲"),
            ("代码", "300999"),
        ]


def test_rows_without_names_number_their_columns() -> None:
    document = load("甲\t1\n乙\t2\n丙\t3\n")
    assert [cell.column for cell in document.blocks[0].cells] == ["1", "2"]


def test_chapter_lines_and_numbered_short_lines_are_headings() -> None:
    document = load("第一章 总则\n正文一。\n\n一、背景\n正文二。\n二、风险\n正文三。\n")
    assert [(block.kind.value, block.section) for block in document.blocks] == [
        ("heading", ()),
        ("paragraph", ("第一章 总则",)),
        ("heading", ("第一章 总则",)),
        ("paragraph", ("第一章 总则", "一、背景")),
        ("heading", ("第一章 总则",)),
        ("paragraph", ("第一章 总则", "二、风险")),
    ]


def test_numbered_lines_in_a_row_are_a_list() -> None:
    document = load("一、技术风险\n二、监管风险\n")
    assert [block.kind for block in document.blocks] == [BlockKind.LIST_ITEM] * 2


def test_front_matter_is_read() -> None:
    document = load("---\n标题: 甲\n日期: 2024-01-05\n---\n正文\n")
    assert (document.title, document.date, document.text) == ("甲", "2024-01-05", "正文")
