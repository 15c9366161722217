"""What is written is read back."""

from __future__ import annotations

import numpy as np
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


def unit_rows(count: int, dimensions: int = 384) -> np.ndarray:
    rows = np.random.default_rng(5).standard_normal((count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_keep_their_direction() -> None:
    rows = unit_rows(50)
    back = codec.decode_vectors([codec.encode_vector(row) for row in rows], 384)
    assert back.dtype == np.float32
    assert np.sum(rows * back, axis=1).min() > 1 - 1e-6
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-6)


def test_unit_vectors_take_a_byte_a_number_and_keep_their_direction() -> None:
    rows = unit_rows(50)
    blob = codec.encode_units(rows)
    assert len(blob) == rows.size
    assert np.sum(rows * codec.decode_units(blob, 384), axis=1).min() > 0.9995


def test_no_vectors() -> None:
    assert codec.encode_units(unit_rows(0)) == b""
    assert codec.decode_units(b"", 384).shape == (0, 384)
    assert codec.decode_vectors([], 384).shape == (0, 384)
