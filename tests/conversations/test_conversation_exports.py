"""Exports: what was said, footnotes that quote the sources, and nothing that acts."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from xml.etree import ElementTree

import pytest
from conversation_house import answer, citation
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from t2vqa.conversations.export_docx import conversation_docx
from t2vqa.conversations.export_markdown import conversation_markdown, escaped
from t2vqa.conversations.export_wording import CHINESE, ENGLISH, export_wording
from t2vqa.conversations.records import Feedback, StoredConversation, StoredTurn, Verdict
from t2vqa.text.normal import normalise_characters
from t2vqa.types import AnswerLength, Filters

HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="x()"> [a](javascript:b) ![c](http://evil/x.png) '
    "**d** `e` | f \\ # g &lt; http://evil.example www.evil.example a@b.cn $h$ ~~i~~ \x00\x1b\u202e"
)
QUOTE = "2031年三季度营收为4.2亿元。"
TABLE = "共 **2** 项：\n\n| 公司 | 份额 |\n|---|---|\n| 云帆 [1] | **31%** |\n| 长风 | 12% |"
LIST = "- 云帆的份额为**31%**的三成 [1]\n- 营收4.2亿元 [2][1]\n\n3. 三\n4. 四"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def conversation(*turns: StoredTurn, title: str = "云帆") -> StoredConversation:
    begun, changed = "2031-01-02T03:04:05+00:00", "2031-01-02T03:05:05+00:00"
    return StoredConversation("x", title, begun, changed, turns)


def example() -> StoredConversation:
    return conversation(
        StoredTurn(
            "云帆的份额？",
            answer(
                "云帆的份额？", TABLE, citation(1, "云帆 31%"), understood="云帆 2031 年的份额？"
            ),
            asked_at="2031-01-02T03:04:05+00:00",
            filters=Filters(folders=("研究",), companies=("云帆", "长风"), since="2030-01-01"),
            length=AnswerLength.BRIEF,
            feedback=Feedback(Verdict.INCOMPLETE, "少了长风"),
        ),
        StoredTurn("还有呢？", answer("还有呢？", LIST, citation(1, "三成"), citation(2, QUOTE))),
        StoredTurn("北京天气？", answer("北京天气？", "资料里没有。", refused=True), stopped=True),
        StoredTurn("坏了？", failure="索引不见了。"),
    )


def rendered(markdown: str) -> str:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return reader.render(markdown)


def seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def part(docx: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return ElementTree.fromstring(package.read(name))  # noqa: S314 - our own


def said(root: ElementTree.Element) -> list[str]:
    return ["".join(text.text or "" for text in line.iter(f"{W}t")) for line in root.iter(f"{W}p")]


def test_markdown_says_all_that_was_asked_and_answered() -> None:
    text = conversation_markdown(example(), CHINESE)
    for line in (
        "# 云帆",
        "## 云帆的份额？",
        "> 理解为：云帆 2031 年的份额？\\",
        "> 限定范围：文件夹 研究；公司 云帆，长风；2030-01-01 起\\",
        "> 篇幅：简短",
        "共 **2** 项：",
        "| 公司 | 份额 |",
        "| 云帆[^1] | <strong>31%</strong> |",
        "> 读者评价：不完整。备注：少了长风",
        "- 云帆的份额为<strong>31%</strong>的三成[^2]",
        "- 营收4.2亿元[^3][^2]",
        "3. 三",
        "**资料中没有答案**",
        "> 回答被中途停止。",
        "**没有得到答案：索引不见了。**",
        f"[^3]: “{QUOTE}”——云帆科技研究 › 业务概况，第 2 页，第 12 行，2031-03-01，研究/云帆.md",
    ):
        assert line in text.splitlines(), line


def test_footnotes_run_through_and_each_is_referred_to() -> None:
    text = conversation_markdown(example(), ENGLISH)
    made = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    assert made == ["1", "2", "3"]
    body = text[: text.index("[^1]: ")]
    assert set(re.findall(r"\[\^(\d+)\]", body)) == set(made)


def test_english_says_it_in_english() -> None:
    text = conversation_markdown(example(), export_wording("en"))
    for words in (
        "Restricted to: folders 研究",
        "No answer in the documents",
        "judged this answer",
    ):
        assert words in text
    assert export_wording("zh") is CHINESE


@given(st.text(st.characters(exclude_categories=())))
@settings(deadline=None)
def test_escaped_words_show_as_themselves(text: str) -> None:
    line = " ".join(normalise_characters(text).split())
    for html, name in ((rendered(escaped(text)), "p"), (rendered(f"## {escaped(text)}"), "h2")):
        if line:
            assert re.fullmatch(rf"<{name}>[^<>]*</{name}>\n", html)
        assert seen(html) == line


MARKS = st.text("-+=:#*_`~[]()!|\\<>&;.)1 \t\nab", max_size=30)


@given(MARKS)
@settings(deadline=None)
def test_marks_in_a_row_show_as_themselves(text: str) -> None:
    html = rendered(escaped(text))
    assert seen(html) == " ".join(text.split())
    assert set(re.findall(r"</?(\w+)", html)) <= {"p"}


def test_hostile_words_do_nothing_in_markdown() -> None:
    hostile = answer(HOSTILE, f"{HOSTILE.replace('`', '')} [1]", citation(1, HOSTILE, HOSTILE))
    turn = StoredTurn(HOSTILE, hostile, feedback=Feedback(Verdict.WRONG, HOSTILE))
    text = conversation_markdown(conversation(turn, title=HOSTILE), CHINESE)
    html = rendered(text)
    tags = {name.lower() for name in re.findall(r"</?([A-Za-z]\w*)", html)}
    assert tags <= {"h1", "h2", "p", "strong", "blockquote", "br", "em"}
    assert "<script>alert(1)</script>" in seen(html)
    assert not re.search(r"(?<!\\):(?=//)|www\.|[^\\]@|[\x00-\x09\x0b-\x1f\u202e]", text)


def test_word_has_footnotes_that_quote_the_sources() -> None:
    docx = conversation_docx(example(), CHINESE)
    notes = part(docx, "word/footnotes.xml")
    kinds = {note.get(f"{W}id"): note.get(f"{W}type") for note in notes}
    assert kinds == {
        "-1": "separator",
        "0": "continuationSeparator",
        "1": None,
        "2": None,
        "3": None,
    }
    assert said(notes)[-1].strip() == (
        f"“{QUOTE}”——云帆科技研究 › 业务概况，第 2 页，第 12 行，2031-03-01，研究/云帆.md"
    )
    body = part(docx, "word/document.xml")
    referred = [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")]
    assert referred == ["1", "2", "3"]
    fields = ["".join(one.itertext()).split() for one in body.iter(f"{W}instrText")]
    marks = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    assert [field[0] for field in fields] == ["NOTEREF"]
    assert fields[0][1] in marks


def test_word_keeps_tables_lists_and_bold() -> None:
    import docx as word

    document = word.Document(io.BytesIO(conversation_docx(example(), CHINESE)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows == [["公司", "份额"], ["云帆", "31%"], ["长风", "12%"]]
    assert document.tables[0].cell(1, 1).paragraphs[0].runs[0].bold
    styles = [(line.style.name, line.text) for line in document.paragraphs if line.style]
    assert ("Title", "云帆") in styles
    assert ("Heading 1", "北京天气？") in styles
    assert ("List", "3.\t三") in styles
    bullets = [text for name, text in styles if name == "List Bullet"]
    assert bullets[0].startswith("云帆的份额为31%")
    assert "限定范围：文件夹 研究；公司 云帆，长风；2030-01-01 起" in document.paragraphs[3].text


def test_word_sets_a_chinese_font_everywhere() -> None:
    docx = conversation_docx(example(), CHINESE)
    fonts = list(part(docx, "word/styles.xml").iter(f"{W}rFonts"))
    assert fonts
    for style in part(docx, "word/styles.xml").iter(f"{W}style"):
        for font in style.iter(f"{W}rFonts"):
            if style.get(f"{W}type") == "paragraph":
                assert font.get(f"{W}eastAsia") == "Microsoft YaHei"
                assert font.get(f"{W}eastAsiaTheme") is None


def test_word_settings_name_the_separators_before_the_rest() -> None:
    tags = [one.tag for one in part(conversation_docx(example(), ENGLISH), "word/settings.xml")]
    assert f"{W}footnotePr" in tags
    assert tags.index(f"{W}footnotePr") < tags.index(f"{W}compat")


def test_every_part_of_the_package_is_declared() -> None:
    docx = conversation_docx(example(), ENGLISH)
    types = part(docx, "[Content_Types].xml")
    assert "/word/footnotes.xml" in {one.get("PartName") for one in types}
    relations = part(docx, "word/_rels/document.xml.rels")
    assert "footnotes.xml" in {one.get("Target") for one in relations}


@given(st.text(st.characters(exclude_categories=())))
@settings(max_examples=15, deadline=None)
def test_word_takes_any_words(text: str) -> None:
    reply = answer(text, f"{text} [1]", citation(1, text, text))
    turn = StoredTurn(text, reply, failure=text, feedback=Feedback(Verdict.RIGHT, text))
    docx = conversation_docx(conversation(turn, title=text), CHINESE)
    for name in ("word/document.xml", "word/footnotes.xml", "docProps/core.xml"):
        part(docx, name)


def test_hostile_words_are_text_in_word() -> None:
    reply = answer(HOSTILE, f"{HOSTILE} [1]", citation(1, HOSTILE, HOSTILE))
    docx = conversation_docx(conversation(StoredTurn(HOSTILE, reply), title=HOSTILE), CHINESE)
    body, notes = part(docx, "word/document.xml"), part(docx, "word/footnotes.xml")
    assert any("<script>alert(1)</script>" in line for line in said(body))
    assert "<script>alert(1)</script>" in said(notes)[-1]
    assert not list(body.iter(f"{W}hyperlink"))


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_an_empty_conversation_can_be_exported(words: object) -> None:
    empty = conversation(title="")
    assert conversation_markdown(empty, words).startswith("# ")  # type: ignore[arg-type]  # of both
    assert conversation_docx(empty, words)  # type: ignore[arg-type]  # as above
