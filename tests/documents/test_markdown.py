from textwrap import dedent

import pytest

from t2vqa.documents import load_document
from t2vqa.types import Block, BlockKind, Document


def load(text: str, name: str = "note.md") -> Document:
    return load_document(name, dedent(text).encode())


def words(document: Document, kind: BlockKind | None = None) -> list[str]:
    return [
        block.span.of(document.text)
        for block in document.blocks
        if kind is None or block.kind is kind
    ]


def lead_in(document: Document, block: Block) -> str | None:
    return block.lead_in.of(document.text) if block.lead_in else None


def test_the_text_reads_without_markup() -> None:
    document = load(
        """\
        # 研究

        **要点**是*增长*，见[官网](https://example.org/a)与<https://example.org>。
        第二行 `code` ![图示](a.png) &amp; &lt;b&gt;

        1. 甲
        2. 乙
        """
    )
    assert document.text == (
        "研究\n\n要点是增长，见官网与https://example.org。\n第二行 code 图示 & <b>\n\n1. 甲\n2. 乙"
    )


def test_headings_give_the_section_and_the_title_is_none() -> None:
    document = load("# 研究\n\n引言\n\n## 甲\n\n### 乙\n\n正文\n\n## 丙\n\n结尾\n")
    assert document.title == "研究"
    assert [(block.span.of(document.text), block.section) for block in document.blocks] == [
        ("研究", ()),
        ("引言", ()),
        ("甲", ()),
        ("乙", ("甲",)),
        ("正文", ("甲", "乙")),
        ("丙", ()),
        ("结尾", ("丙",)),
    ]


def test_several_top_headings_are_sections() -> None:
    document = load("# 甲\n\n一\n\n# 乙\n\n二\n")
    assert [block.section for block in document.blocks] == [(), ("甲",), (), ("乙",)]


def test_a_title_of_its_own_leaves_the_heading_a_section() -> None:
    document = load("---\ntitle: 题\n---\n# 甲\n\n一\n")
    assert document.title == "题"
    assert document.blocks[1].section == ("甲",)


def test_lists_have_lead_ins_groups_and_depths() -> None:
    document = load(
        """\
        风险很多。主要风险如下：

        - 技术
          - 迭代
          - 替代
        - 监管

          近年趋严。

        另一段没有引出列表的长文字，它讲的是完全不同的事情，也没有任何引导后文的词语，它到这里就结束了。

        - 孤立项
        """
    )
    items = [block for block in document.blocks if block.group is not None]
    described = [
        (block.kind, block.span.of(document.text), block.depth, lead_in(document, block))
        for block in items
    ]
    assert described == [
        (BlockKind.LIST_ITEM, "技术", 0, "主要风险如下："),
        (BlockKind.LIST_ITEM, "迭代", 1, "技术"),
        (BlockKind.LIST_ITEM, "替代", 1, "技术"),
        (BlockKind.LIST_ITEM, "监管", 0, "主要风险如下："),
        (BlockKind.PARAGRAPH, "近年趋严。", 0, "监管"),
        (BlockKind.LIST_ITEM, "孤立项", 0, None),
    ]
    groups = [block.group for block in items]
    assert groups[0] == groups[3] == groups[4]
    assert groups[1] == groups[2]
    assert len({groups[0], groups[1], groups[5]}) == 3
    assert "- 技术\n  - 迭代\n  - 替代\n- 监管\n  近年趋严。" in document.text


def test_tables_have_rows_of_named_cells() -> None:
    document = load(
        """\
        公司见下表：

        | 名称 | 代码 | 备注 |
        |---|:--:|---|
        | **甲** | 300999 | a\\|b |
        | 乙 | | |
        | 丙 |
        """
    )
    assert words(document, BlockKind.TABLE_ROW) == [
        "名称 | 代码 | 备注",
        "甲 | 300999 | a|b",
        "乙",
        "丙",
    ]
    rows = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [[(cell.column, cell.span.of(document.text)) for cell in row.cells] for row in rows] == [
        [("", "名称"), ("", "代码"), ("", "备注")],
        [("名称", "甲"), ("代码", "300999"), ("备注", "a|b")],
        [("名称", "乙"), ("代码", ""), ("备注", "")],
        [("名称", "丙"), ("代码", ""), ("备注", "")],
    ]
    assert {lead_in(document, row) for row in rows} == {"公司见下表："}
    assert len({row.group for row in rows}) == 1


def test_a_table_without_names_numbers_its_columns() -> None:
    document = load("| | |\n|---|---|\n| 甲 | 乙 |\n")
    (row,) = document.blocks
    assert [cell.column for cell in row.cells] == ["1", "2"]


def test_a_first_cell_may_be_empty() -> None:
    document = load("| | 营收 |\n|---|---|\n| | 3亿 |\n")
    assert [cell.span.of(document.text) for cell in document.blocks[1].cells] == ["", "3亿"]


def test_a_break_in_a_cell_is_a_space() -> None:
    document = load("| 名 | 值 |\n|---|---|\n| 甲<br>乙 | 1 |\n")
    assert document.blocks[1].cells[0].span.of(document.text) == "甲 乙"


def test_html_is_shown_and_not_run() -> None:
    document = load("<script>alert(1)</script>\n\n<div>甲</div>\n\n甲<b>乙</b>\n")
    assert words(document) == ["<script>alert(1)</script>", "<div>甲</div>", "甲<b>乙</b>"]


def test_code_stays_verbatim() -> None:
    document = load("例：\n\n```python\nif a:\n    b = '**'\n\n\n    c()\n```\n")
    assert words(document, BlockKind.CODE) == ["if a:\n    b = '**'\n\n    c()"]


def test_indented_text_is_a_paragraph() -> None:
    document = load_document("a.md", "    四个空格\n\n　　两个全角空格\n".encode())
    assert words(document, BlockKind.PARAGRAPH) == ["四个空格", "两个全角空格"]


def test_a_rule_under_a_short_line_makes_a_heading_else_it_parts() -> None:
    document = load("小标题\n---\n正文到此结束。\n---\n另一段\n\n总题\n===\n")
    assert words(document, BlockKind.HEADING) == ["小标题", "总题"]
    assert words(document, BlockKind.PARAGRAPH) == ["正文到此结束。", "另一段"]


def test_link_definitions_and_words_in_place_of_addresses_stay() -> None:
    document = load("甲[1]说。\n\n[1]: 某通讯社\n\n模型[2.1](开源)已发布\n")
    assert words(document) == ["甲[1]说。", "[1]: 某通讯社", "模型2.1(开源)已发布"]


def test_stars_in_numbers_and_beside_chinese_punctuation() -> None:
    document = load("电话：62790000*132\n传真：62790001*133\n\n**甲（乙）**是丙。\n")
    assert words(document) == ["电话：62790000*132\n传真：62790001*133", "甲（乙）是丙。"]


def test_items_without_markdown_marks_are_items() -> None:
    document = load("条件如下：\n（1）年满十八岁；\n（2）身体健康。\n其他从略。\n")
    assert words(document, BlockKind.LIST_ITEM) == ["年满十八岁；", "身体健康。"]
    assert words(document, BlockKind.PARAGRAPH) == ["条件如下：", "其他从略。"]
    assert lead_in(document, document.blocks[1]) == "条件如下："
    assert document.text.splitlines()[1] == "（1）年满十八岁；"


def test_wrapped_lines_are_joined_and_others_kept() -> None:
    document = load(
        "指因脑部受到外力作用而造成的损伤，被保险人实际接受了在全身麻醉下进行\n"
        "的手术治疗，并且须由专科医生出具相应的诊断证明。微创手术以及门诊的处\n"
        "理不在保障范围内。\n"
    )
    assert "\n" not in document.text
    assert "进行的手术" in document.text


def test_every_line_is_located_in_the_source() -> None:
    source = (
        "---\ntitle: 题\n---\n\n# 甲\n\n\n\n第一行。\n第二行。\n\n- 项\n\n| 名 |\n|---|\n| 乙 |\n"
    )
    document = load_document("a.md", source.encode())
    lines = source.splitlines()
    for block in document.blocks:
        location = document.location(block.span.start)
        assert location is not None
        first = block.span.of(document.text).splitlines()[0]
        assert first in lines[location.line - 1]
    place = document.text.index("第二行")
    location = document.location(place)
    assert location is not None
    assert lines[location.line - 1] == "第二行。"
    assert document.locations[0].start == 0


@pytest.mark.parametrize(
    "text", ["", "\n\n", "---\ntitle: 甲\n---\n", "| |\n|---|\n", "- \n- \n", "# \n"]
)
def test_documents_without_words_have_no_blocks(text: str) -> None:
    document = load_document("空.md", text.encode())
    assert document.text == ""
    assert document.blocks == ()


def test_deep_nesting_and_many_brackets_end() -> None:
    assert load_document("a.md", ("> " * 500 + "甲").encode()) is not None
    assert load_document("a.md", ("- " * 500 + "甲").encode()) is not None
    assert words(load_document("a.md", b"[" * 30_000)) == ["[" * 30_000]
