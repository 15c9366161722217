"""What is written is read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index import codec
from t2vqa.types import Block, BlockKind, Cell, Document, Location, Span

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


@given(DOCUMENTS)
def test_documents(document: Document) -> None:
    body = codec.encode_document(document)
    assert document == codec.decode_document(
        body, document.path, document.title, document.date, document.source, document.sha256
    )
