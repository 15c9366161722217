"""What is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.errors import IndexDamagedError
from t2vqa.index import codec
from t2vqa.index.text_codec import pack_text, unpack_text
from t2vqa.types import Block, BlockKind, Cell, Document, Location, Span, Unit

SPANS = st.builds(Span, st.integers(0, 99), st.integers(0, 99))
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(BlockKind),
    span=SPANS,
    section=st.lists(st.text()).map(tuple),
    lead_in=st.none() | SPANS,
    cells=st.lists(st.builds(Cell, st.text(), SPANS)).map(tuple),
    group=st.none() | st.integers(0, 9),
    depth=st.integers(0, 6),
)
DOCUMENTS = st.builds(
    Document,
    path=st.text(),
    text=st.text(),
    blocks=st.lists(BLOCKS, max_size=5).map(tuple),
    title=st.text(),
    date=st.none() | st.text(),
    source=st.none() | st.text(),
    metadata=st.dictionaries(st.text(), st.text()),
    locations=st.lists(
        st.builds(Location, st.integers(0), st.integers(1), st.none() | st.integers(1))
    ).map(tuple),
    sha256=st.text(),
)


@given(DOCUMENTS, st.lists(st.integers(0, 40), unique=True).map(sorted))
def test_documents(document: Document, bounds: list[int]) -> None:
    bounds = [bound for bound in bounds if bound <= len(document.text)]
    passages = [Span(*pair) for pair in zip(bounds[::2], bounds[1::2], strict=False)]
    body = codec.encode_document(document, passages)
    texts = [span.of(document.text) for span in passages]
    assert document == codec.decode_document(
        body, texts, document.path, document.title, document.date, document.source, document.sha256
    )


@given(
    BLOCKS.map(lambda block: block.section),
    st.text(),
    st.text(),
    st.lists(BLOCKS),
    st.integers(0, 99),
)
def test_passages(
    section: tuple[str, ...], context: str, text: str, blocks: list[Block], start: int
) -> None:
    units = tuple(
        Unit(one.kind, one.span, section, one.lead_in, one.cells, one.group) for one in blocks
    )
    content = codec.PassageContent(section, context, text, units)
    written = codec.unpacked(pack_text(codec.passage_content(content, start)))
    assert codec.read_passage_content(written, start) == content


@given(st.text(st.characters()) | st.text("东方财富 a\ud800\udc00𠀀"))
def test_texts(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


def test_what_is_no_text_is_told() -> None:
    packed = pack_text("云影的收入增长")
    for damaged in (b"", packed[:-3], b"x" + packed[1:], bytes(len(packed))):
        with pytest.raises(IndexDamagedError, match="t2vqa index"):
            codec.unpacked(damaged)
