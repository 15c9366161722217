"""How vectors are written into the index's tables: few bytes, and nearly the same when read back.

A passage's vector takes a byte a number. The vectors of its units lie near it, so that only what
parts them from it is written, with half a byte a number. A few hundred numbers each off by a
little leave a cosine nearly as it was: 0.99998 for passages and 0.9999 for units, on average over
research reports read by the bundled model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""Vectors as rows."""

Steps = NDArray[np.int8]
"""Vectors as rows of whole steps; the length of a step is a row's own."""

_HALF = np.dtype("<f2")
_TINY = np.float32(1e-12)
_MOST_STEPS = 127
_MOST_SMALL_STEPS = 7
_SMALL_STEPS_OFFSET = 8
_HEAD_BYTES = 2 * _HALF.itemsize
_FINER = (1.0, 0.85, 0.7, 0.55)
"""Tried lengths of a small step, as shares of the one that reaches the largest number: shorter ones
cut that off and tell the others better apart."""

_UNITS_BY_PASSAGE = b"\x01"
"""Begins the units written with half a byte; those of format 2, a byte a number, have an even
length and no beginning of their own."""


def unit_length(rows: Floats) -> Floats:
    """Scale rows to length one; a row of zeros stays as it is."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, np.newaxis]
    scaled: Floats = rows / np.maximum(lengths, _TINY)
    return scaled


def to_steps(rows: Floats) -> Steps:
    """Write vectors with one byte a number: the largest of each becomes 127 steps."""
    scales = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / _MOST_STEPS, _TINY)
    steps: Steps = np.rint(rows / scales).astype(np.int8)
    return steps


def encode_vector(vector: Floats) -> bytes:
    """Write a vector of unit length, shape ``(dimensions,)``."""
    return to_steps(vector[np.newaxis]).tobytes()


def decode_steps(blobs: Sequence[bytes], dimensions: int) -> Steps:
    """Read vectors written by :func:`encode_vector`, or with two bytes a number as in format 2.

    Returns:
        Shape ``(len(blobs), dimensions)``.

    Raises:
        ValueError: A blob is of no known length.
    """
    if all(len(blob) == dimensions for blob in blobs):
        return np.frombuffer(b"".join(blobs), np.int8).reshape(len(blobs), dimensions)
    rows = np.empty((len(blobs), dimensions), np.int8)
    for row, blob in enumerate(blobs):
        if len(blob) == dimensions:
            rows[row] = np.frombuffer(blob, np.int8)
        else:
            halves = np.frombuffer(blob, _HALF).astype(np.float32)
            rows[row] = to_steps(halves.reshape(1, dimensions))[0]
    return rows


def decode_vectors(blobs: Sequence[bytes], dimensions: int) -> Floats:
    """Read vectors written by :func:`encode_vector`, or as in format 2.

    Returns:
        Shape ``(len(blobs), dimensions)``, rows of unit length.

    Raises:
        ValueError: A blob is of no known length.
    """
    return unit_length(decode_steps(blobs, dimensions).astype(np.float32))


def encode_units(units: Floats, vector: bytes) -> bytes:
    """Write the vectors of a passage's units.

    A unit is ``share * passage + step * small steps``; both numbers take two bytes.

    Args:
        units: Shape ``(units, dimensions)``, rows of unit length.
        vector: The passage's vector as :func:`encode_vector` wrote it.
    """
    if not len(units):
        return b""
    passage = decode_vectors([vector], units.shape[1])[0]
    shares = (units @ passage).astype(_HALF)
    rest = units - shares.astype(np.float32)[:, np.newaxis] * passage
    lengths, small = _small_steps(rest)
    nibbles = (small + _SMALL_STEPS_OFFSET).astype(np.uint8)
    if nibbles.shape[1] % 2:
        nibbles = np.pad(nibbles, ((0, 0), (0, 1)))
    packed = nibbles[:, 0::2] | nibbles[:, 1::2] << 4
    heads = np.stack([shares, lengths.astype(_HALF)], axis=1)
    return _UNITS_BY_PASSAGE + heads.tobytes() + packed.tobytes()


def decode_units(blobs: Sequence[bytes], vectors: Sequence[bytes], dimensions: int) -> list[Floats]:
    """Read the units of many passages, written by :func:`encode_units` or as in format 2.

    Args:
        blobs: The units of each passage.
        vectors: The vector of each passage, as :func:`encode_vector` wrote it.
        dimensions: Length of a vector.

    Returns:
        For each passage shape ``(units, dimensions)``, rows of unit length.

    Raises:
        ValueError: A blob is of no known length.
    """
    found: list[Floats | None] = [
        _units_of_format_2(blob, dimensions) if len(blob) % 2 == 0 else None for blob in blobs
    ]
    ours = [row for row, units in enumerate(found) if units is None]
    counts = [_count_units(blobs[row], dimensions) for row in ours]
    if ours:
        heads, small = _unpack([blobs[row] for row in ours], counts, dimensions)
        passages = decode_vectors([vectors[row] for row in ours], dimensions)
        units = unit_length(
            heads[:, :1] * np.repeat(passages, counts, axis=0) + heads[:, 1:] * small
        )
        parts = np.split(units, np.cumsum(counts)[:-1])
        for row, part in zip(ours, parts, strict=True):
            found[row] = part
    return [units for units in found if units is not None]


def _units_of_format_2(blob: bytes, dimensions: int) -> Floats:
    return unit_length(np.frombuffer(blob, np.int8).reshape(-1, dimensions).astype(np.float32))


def _count_units(blob: bytes, dimensions: int) -> int:
    count, left = divmod(len(blob) - 1, _HEAD_BYTES + (dimensions + 1) // 2)
    if left:
        raise ValueError(f"{len(blob)} bytes are no vectors of {dimensions} dimensions")
    return count


def _unpack(
    blobs: Sequence[bytes], counts: Sequence[int], dimensions: int
) -> tuple[Floats, Floats]:
    """Return shares and step lengths, shape ``(units, 2)``, and the small steps of all units."""
    ends = [1 + _HEAD_BYTES * count for count in counts]
    head_bytes = b"".join(blob[1:end] for blob, end in zip(blobs, ends, strict=True))
    step_bytes = b"".join(blob[end:] for blob, end in zip(blobs, ends, strict=True))
    packed = np.frombuffer(step_bytes, np.uint8).reshape(-1, (dimensions + 1) // 2)
    small = np.empty((len(packed), 2 * packed.shape[1]), np.float32)
    small[:, 0::2] = packed & 0x0F
    small[:, 1::2] = packed >> 4
    small -= _SMALL_STEPS_OFFSET
    heads = np.frombuffer(head_bytes, _HALF).reshape(-1, 2).astype(np.float32)
    return heads, small[:, :dimensions]


def _small_steps(rest: Floats) -> tuple[NDArray[np.float16], Floats]:
    """Return for each row the length of a step and the steps, whichever length errs least."""
    largest = np.abs(rest).max(axis=1, keepdims=True) / _MOST_SMALL_STEPS
    best_lengths, best_steps, least = None, None, None
    for share in _FINER:
        lengths = np.maximum(largest * np.float32(share), np.float32(6e-8)).astype(_HALF)
        wide = np.maximum(lengths.astype(np.float32), _TINY)
        steps = np.clip(np.rint(rest / wide), -_MOST_SMALL_STEPS, _MOST_SMALL_STEPS)
        errors = np.square(rest - steps * wide).sum(axis=1, keepdims=True)
        if best_lengths is None or best_steps is None or least is None:
            best_lengths, best_steps, least = lengths, steps, errors
            continue
        better = errors < least
        best_lengths = np.where(better, lengths, best_lengths)
        best_steps = np.where(better, steps, best_steps)
        least = np.where(better, errors, least)
    assert best_lengths is not None  # noqa: S101  # _FINER is not empty
    assert best_steps is not None  # noqa: S101
    return best_lengths[:, 0], best_steps.astype(np.float32)
