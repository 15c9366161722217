"""What holds of any document, whatever stands in the file."""

import hashlib
from itertools import pairwise

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from t2vqa.documents import load_document
from t2vqa.errors import DocumentError
from t2vqa.text import normalise
from t2vqa.types import BlockKind, Document

SIGNS = (
    "#*_`[]()<>|!&;\\~=+.:-甲乙营收，。；：（）“”　 \t\n\r\x00\u200b\u0301\u3099\u0338\u1161ᄀ가"
)
STARTS = ["\n- ", "\n  - ", "\n1. ", "\n> ", "\n# ", "\n## ", "（1）", "\n①", "第一章 ", "一、"]
MARKUP = [
    "\n---\n",
    "\n===\n",
    "```\n",
    "| a | 乙 |\n|---|---|\n",
    "| 1 |  | ",
    "**",
    "[a](b)",
    "![c](d)",
]
HTML = ["&nbsp;", "&#769;", "&#10;", "<br>", "<script>"]
WORDS = [
    "http://x.yz",
    "1.5亿元",
    "word ",
    "被保险人实际接受了在全身麻醉下进行的手术治疗并且须由专科" * 2,
]
BITS = st.sampled_from([*SIGNS, *STARTS, *MARKUP, *HTML, *WORDS, "\n\n"])
SOURCES = st.one_of(
    st.lists(BITS, max_size=50).map("".join),
    st.text(),
    st.lists(BITS, max_size=20).map(lambda bits: "---\ntitle: a\n---\n" + "".join(bits)),
)


def check_laws(document: Document) -> None:
    text = document.text
    assert normalise(text) == text
    assert document.title
    spans = [block.span for block in document.blocks]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() for span in spans)
    for block in document.blocks:
        assert bool(block.cells) == (block.kind is BlockKind.TABLE_ROW)
        assert block.lead_in is None or block.lead_in.end <= block.span.start
        inside = [
            block.span.start,
            *(end for c in block.cells for end in (c.span.start, c.span.end)),
        ]
        assert inside == sorted(inside)
        assert inside[-1] <= block.span.end
    starts = [location.start for location in document.locations]
    assert starts == sorted(set(starts))
    assert bool(starts) == bool(text)
    assert starts[:1] in ([], [0])
    assert all(document.location(span.start) is not None for span in spans)


@settings(max_examples=400, deadline=None)
@given(SOURCES, st.sampled_from(["文 件.md", "b.markdown", "c.txt", "d.TEXT"]))
def test_any_text_gives_a_lawful_document(source: str, path: str) -> None:
    data = source.encode("utf-8", "replace")
    try:
        document = load_document(path, data)
    except DocumentError:
        reject()  # mostly control characters: no text
    check_laws(document)
    assert document.path == path
    assert document.sha256 == hashlib.sha256(data).hexdigest()


CELLS = st.text(st.sampled_from("甲乙营收0123456789.% aB，（）&;"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_the_words_of_cells_are_the_source_s(rows: list[list[str]]) -> None:
    header = "| 名称 | 代码 | 值 |\n|---|---|---|\n"
    source = header + "".join("| " + " | ".join(row) + " |\n" for row in rows)
    document = load_document("a.md", source.encode())
    expected = [[" ".join(cell.split()) for cell in row] for row in rows]
    found = [
        [cell.span.of(document.text) for cell in block.cells]
        for block in document.blocks
        if block.kind is BlockKind.TABLE_ROW
    ]
    assert found[0] == ["名称", "代码", "值"]
    assert found[1:] == [row for row in expected if any(row)]


@given(st.lists(st.text(st.sampled_from("甲乙丙营收增长。3"), min_size=1), min_size=1, max_size=8))
def test_no_words_are_lost(lines: list[str]) -> None:
    source = "\n\n".join(lines)
    for path in ("a.md", "a.txt"):
        text = load_document(path, source.encode()).text
        assert "".join(text.split()) == "".join(source.split())
