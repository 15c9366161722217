"""Vectors of spans from token states."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index.embedding.pooling import pool_spans, unit_length
from t2vqa.types import Span

STATES = np.asarray([[3.0, 0.0], [0.0, 5.0], [4.0, 4.0]], np.float32)
STARTS, ENDS = np.asarray([0, 2, 6]), np.asarray([2, 4, 8])
WHOLE = np.asarray([0.6, 0.8], np.float32)


def pool(*spans: Span) -> list[list[float]]:
    return pool_spans(STATES, STARTS, ENDS, spans, WHOLE).astype(float).round(4).tolist()


def test_a_span_is_the_mean_of_the_tokens_it_touches() -> None:
    assert pool(Span(0, 2), Span(2, 4), Span(0, 4)) == [[1, 0], [0, 1], [0.5145, 0.8575]]


def test_a_span_cut_through_a_token_takes_it_whole() -> None:
    assert pool(Span(1, 2), Span(7, 20)) == [[1, 0], [0.7071, 0.7071]]


def test_a_span_without_tokens_gets_the_vector_of_the_text() -> None:
    assert pool(Span(4, 6), Span(8, 9), Span(3, 3)) == [[0.6, 0.8], [0.6, 0.8], [0, 1]]


def test_no_spans_and_no_tokens() -> None:
    assert pool_spans(STATES, STARTS, ENDS, (), WHOLE).shape == (0, 2)
    empty = np.empty(0, np.int64)
    assert pool_spans(STATES[:0], empty, empty, [Span(0, 1)], WHOLE).tolist() == [WHOLE.tolist()]


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=8))
def test_unit_length(values: list[float]) -> None:
    length = float(np.linalg.norm(unit_length(np.asarray(values, np.float32))))
    assert length == 0 or abs(length - 1) < 1e-3
