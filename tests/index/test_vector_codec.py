"""Vectors come back nearly as they were, also those an older index holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.index.vector_codec import (
    decode_steps,
    decode_units,
    decode_vectors,
    encode_units,
    encode_vector,
    to_steps,
    unit_length,
)

DIMENSIONS = 384


def rows(seed: int, count: int) -> np.ndarray:
    """Return random vectors of unit length, some numbers ten times as large as the others."""
    chance = np.random.default_rng(seed)
    values = chance.standard_normal((count, DIMENSIONS)).astype(np.float32)
    values[:, :4] *= 10
    return unit_length(values)


@given(st.integers(0, 10_000))
def test_a_vector_keeps_its_direction(seed: int) -> None:
    (vector,) = rows(seed, 1)
    (back,) = decode_vectors([encode_vector(vector)], DIMENSIONS)
    assert float(back @ vector) > 0.999
    assert float(back @ back) == pytest.approx(1, abs=1e-5)


def format_3(units: np.ndarray, vector: bytes) -> bytes:
    """Write units as format 3 did, with half a byte a number."""
    (passage,) = decode_vectors([vector], DIMENSIONS)
    shares = (units @ passage).astype("<f2")
    rest = units - shares.astype(np.float32)[:, np.newaxis] * passage
    steps = (np.abs(rest).max(axis=1) / 7).astype("<f2")
    small = (np.rint(rest / steps.astype(np.float32)[:, np.newaxis]) + 8).astype(np.uint8)
    heads = np.stack([shares, steps], axis=1).tobytes()
    return b"\x01" + heads + (small[:, 0::2] | small[:, 1::2] << 4).tobytes()


@given(st.integers(0, 10_000), st.integers(1, 9), st.floats(0.05, 3.0))
def test_units_near_their_passage_keep_their_direction(
    seed: int, count: int, distance: float
) -> None:
    vector, *others = rows(seed, count + 1)
    units = unit_length(vector + distance * np.stack(others))
    written = encode_vector(vector)
    (back,) = decode_units([encode_units(units, written)], [written], DIMENSIONS)
    assert back.shape == units.shape
    worst = float((back * units).sum(axis=1).min())
    assert worst > (0.99 if distance < 0.3 else 0.88)


def test_many_passages_are_read_at_once_as_one_by_one() -> None:
    vectors = rows(1, 4)
    written = [encode_vector(vector) for vector in vectors]
    blobs = [encode_units(rows(place, place), written[place]) for place in range(4)]
    together = decode_units(blobs, written, DIMENSIONS)
    assert [len(units) for units in together] == [0, 1, 2, 3]
    for blob, vector, units in zip(blobs, written, together, strict=True):
        assert np.array_equal(decode_units([blob], [vector], DIMENSIONS)[0], units)


def test_an_older_index_is_read_too() -> None:
    vectors, units = rows(2, 3), rows(3, 5)
    halves = [vector.astype("<f2").tobytes() for vector in vectors]
    mixed = [*halves[:2], encode_vector(vectors[2])]
    assert np.allclose(decode_steps(mixed, DIMENSIONS), to_steps(vectors), atol=1)
    (back,) = decode_units([to_steps(units).tobytes()], halves[:1], DIMENSIONS)
    assert float((back * units).sum(axis=1).min()) > 0.999
    near = unit_length(vectors[:1] + 0.1 * units)
    former, present = (
        format_3(near, encode_vector(vectors[0])),
        encode_units(near, encode_vector(vectors[0])),
    )
    blobs = [present, former, to_steps(units).tobytes()]
    several = decode_units(blobs, [*[encode_vector(vectors[0])] * 2, halves[0]], DIMENSIONS)
    for read, written in zip(several, (near, near, units), strict=True):
        assert float((read * written).sum(axis=1).min()) > 0.97


@pytest.mark.parametrize("dimensions", [1, 7, 24, 40, 100, 383, 1000])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_number_of_dimensions_will_do(dimensions: int, count: int) -> None:
    values = np.random.default_rng(dimensions).standard_normal((count + 1, dimensions))
    vector, *units = unit_length(values.astype(np.float32))
    written = encode_vector(vector)
    (back,) = decode_units([encode_units(np.stack(units), written)], [written], dimensions)
    assert back.shape == (count, dimensions)
    assert float((back * units).sum(axis=1).min()) > 0.9


def test_half_a_vector_is_none() -> None:
    with pytest.raises(ValueError, match="reshape"):
        decode_vectors([b"x" * 100], DIMENSIONS)
    with pytest.raises(ValueError, match="dimensions"):
        decode_units([b"\x01" * 101], [encode_vector(rows(1, 1)[0])], DIMENSIONS)
    with pytest.raises(ValueError, match="format"):
        decode_units([b"\x07" * 101], [encode_vector(rows(1, 1)[0])], DIMENSIONS)


def test_zeros_stay_zeros() -> None:
    zeros = np.zeros((1, DIMENSIONS), np.float32)
    written = encode_vector(zeros[0])
    assert not decode_vectors([written], DIMENSIONS).any()
    assert not decode_units([encode_units(zeros, written)], [written], DIMENSIONS)[0].any()
