import pytest

from t2vqa.documents import LOADERS, load_document, loader_for
from t2vqa.errors import DocumentError
from t2vqa.types import Block, BlockKind, Document, Span


class ShoutingLoader:
    suffixes = (".loud",)

    def load(self, path: str, data: bytes) -> Document:
        text = data.decode().upper()
        return Document(path, text, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),), path)


def test_the_suffix_finds_the_loader_whatever_its_case() -> None:
    assert loader_for("a/b.MD") is loader_for("c.markdown")
    assert loader_for("a.txt") is not loader_for("a.md")


def test_a_loader_can_join() -> None:
    loaders = (*LOADERS, ShoutingLoader())
    assert load_document("a.loud", b"abc", loaders).text == "ABC"
    assert load_document("a.md", b"abc", loaders).text == "abc"


def test_unknown_kinds_are_refused_with_the_known_ones() -> None:
    with pytest.raises(DocumentError, match=r"a\.xyz: .*'\.xyz'.*\.md"):
        load_document("a.xyz", b"")


def test_a_refusal_names_the_file() -> None:
    with pytest.raises(DocumentError, match=r"^目录/图\.md: it looks like a binary file"):
        load_document("目录/图.md", bytes(range(256)) * 10)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("---\ntitle: 题\n---\n# 甲\n", "题"),
        ("## 小\n\n# 大\n", "大"),
        ("正文\n\n## 小\n", "小"),
        ("正文\n", "2024 年报"),
    ],
)
def test_titles_fall_back(source: str, title: str) -> None:
    assert load_document("目录/2024 年报.md", source.encode()).title == title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    source = "# 研究\n\n公司三季度营收超过3亿元。\n"
    document = load_document("a.md", source.encode(encoding))
    assert document.text == "研究\n\n公司三季度营收超过3亿元。"
