"""How vectors are written into the index's tables: few bytes, and nearly the same when read back.

A passage's vector takes a byte a number. The vectors of its units lie near it, so that only what
parts them from it is written, with three bits a number, or with half a byte where three bits would
leave one of them a cosine below 0.99. A few hundred numbers each off by a little leave a cosine
nearly as it was: 0.99998 for passages and 0.9996 for units, on average over research reports read
by the bundled model. A unit's similarity to a question is then off by 0.001, where the units of one
passage differ by 0.02.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
_BITS = 3
_LEVELS = np.array([-2.1519, -1.3439, -0.7560, -0.2451, 0.2451, 0.7560, 1.3439, 2.1519], np.float32)
"""The eight levels that err least for numbers in a normal distribution (Lloyd 1957, Max 1960)."""

_BOUNDS = (_LEVELS[1:] + _LEVELS[:-1]) / 2
_WIDER = (0.8, 1.0, 1.25, 1.6, 2.1)
"""Tried widths, as shares of the standard deviation: a few numbers may be far larger than the
others, and then wider levels err less."""

_FINER = (1.0, 0.85, 0.7, 0.55)
"""Tried lengths of a step, as shares of the one that reaches the largest number."""

_SHORTEST_STEP = np.float32(6e-8)
"""The least that two bytes hold."""

_Fit = tuple[NDArray[np.float16], NDArray[np.uint8], Floats]
"""For each row the width as written, the places as written, and what those stand for."""

_LEAST_COSINE = 0.99
"""Units that would come back less like themselves are written with half a byte a number."""

_UNITS_BY_LEVELS = b"\x02"
"""Begins the units written with three bits."""

_UNITS_BY_HALF_BYTES = b"\x01"
"""Begins those of format 3 and those that three bits would turn too far. Those of format 2, a byte
a number, have an even length and no beginning of their own."""


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

    A unit is ``share * passage + width * levels``; both numbers take two bytes.

    Args:
        units: Shape ``(units, dimensions)``, rows of unit length.
        vector: The passage's vector as :func:`encode_vector` wrote it.
    """
    if not len(units):
        return b""
    dimensions = units.shape[1]
    passage = decode_vectors([vector], dimensions)[0]
    shares = (units @ passage).astype(_HALF)
    rest = units - shares.astype(np.float32)[:, np.newaxis] * passage
    widths, places = _least_off(rest, _by_levels(rest))
    written = _UNITS_BY_LEVELS + _heads(shares, widths) + _levels_packed(places)
    (back,) = decode_units([written], [vector], dimensions)
    if float((back * units).sum(axis=1).min()) >= _LEAST_COSINE:
        return written
    # A few numbers are far larger than the others, or the units lie far from their passage.
    widths, places = _least_off(rest, _by_small_steps(rest))
    return _UNITS_BY_HALF_BYTES + _heads(shares, widths) + _half_bytes_packed(places)


def decode_units(blobs: Sequence[bytes], vectors: Sequence[bytes], dimensions: int) -> list[Floats]:
    """Read the units of many passages, written by :func:`encode_units` or as in formats 2 and 3.

    Args:
        blobs: The units of each passage.
        vectors: The vector of each passage, as :func:`encode_vector` wrote it.
        dimensions: Length of a vector.

    Returns:
        For each passage shape ``(units, dimensions)``, rows of unit length.

    Raises:
        ValueError: A blob is of no known length.
    """
    found: list[Floats] = [
        _units_of_format_2(blob, dimensions) if len(blob) % 2 == 0 else np.empty(0, np.float32)
        for blob in blobs
    ]
    for mark, bytes_a_unit, read in (
        (_UNITS_BY_LEVELS, _BITS * _bytes_of_bits(dimensions), _read_levels),
        (_UNITS_BY_HALF_BYTES, (dimensions + 1) // 2, _read_half_bytes),
    ):
        rows = [row for row, blob in enumerate(blobs) if len(blob) % 2 and blob[:1] == mark]
        if not rows:
            continue
        counts = [_count_units(blobs[row], bytes_a_unit, dimensions) for row in rows]
        heads, steps = _unpack([blobs[row] for row in rows], counts, bytes_a_unit)
        passages = decode_vectors([vectors[row] for row in rows], dimensions)
        near = heads[:, :1] * np.repeat(passages, counts, axis=0)
        units = unit_length(near + heads[:, 1:] * read(steps, dimensions))
        for row, part in zip(rows, np.split(units, np.cumsum(counts)[:-1]), strict=True):
            found[row] = part
    if any(units.ndim == 1 for units in found):
        raise ValueError("units of no known format")
    return found


def _units_of_format_2(blob: bytes, dimensions: int) -> Floats:
    return unit_length(np.frombuffer(blob, np.int8).reshape(-1, dimensions).astype(np.float32))


def _bytes_of_bits(dimensions: int) -> int:
    """Return how many bytes a bit of every number takes.

    An even number, so that the length of all with the first byte is odd, unlike in format 2.
    """
    return (dimensions + 15) // 16 * 2


def _heads(shares: NDArray[np.float16], widths: NDArray[np.float16]) -> bytes:
    return np.stack([shares, widths], axis=1).tobytes()


def _levels_packed(places: NDArray[np.uint8]) -> bytes:
    count, dimensions = places.shape
    planes = np.zeros((count, _BITS, 8 * _bytes_of_bits(dimensions)), np.uint8)
    for bit in range(_BITS):
        planes[:, bit, :dimensions] = places >> bit & 1
    return np.packbits(planes, axis=2).tobytes()


def _half_bytes_packed(places: NDArray[np.uint8]) -> bytes:
    if places.shape[1] % 2:
        places = np.pad(places, ((0, 0), (0, 1)))
    return (places[:, 0::2] | places[:, 1::2] << 4).tobytes()


def _count_units(blob: bytes, bytes_a_unit: int, dimensions: int) -> int:
    count, left = divmod(len(blob) - 1, _HEAD_BYTES + bytes_a_unit)
    if left:
        raise ValueError(f"{len(blob)} bytes are no vectors of {dimensions} dimensions")
    return count


def _unpack(
    blobs: Sequence[bytes], counts: Sequence[int], bytes_a_unit: int
) -> tuple[Floats, NDArray[np.uint8]]:
    """Return shares and widths, shape ``(units, 2)``, and the packed steps of all units."""
    ends = [1 + _HEAD_BYTES * count for count in counts]
    head_bytes = b"".join(blob[1:end] for blob, end in zip(blobs, ends, strict=True))
    step_bytes = b"".join(blob[end:] for blob, end in zip(blobs, ends, strict=True))
    heads = np.frombuffer(head_bytes, _HALF).reshape(-1, 2).astype(np.float32)
    return heads, np.frombuffer(step_bytes, np.uint8).reshape(-1, bytes_a_unit)


def _read_levels(packed: NDArray[np.uint8], dimensions: int) -> Floats:
    planes = packed.reshape(len(packed), _BITS, _bytes_of_bits(dimensions))
    low, middle, high = np.unpackbits(planes, axis=2, count=dimensions).swapaxes(0, 1)
    levels: Floats = _LEVELS[low | middle << 1 | high << 2]
    return levels


def _read_half_bytes(packed: NDArray[np.uint8], dimensions: int) -> Floats:
    steps = np.empty((len(packed), 2 * packed.shape[1]), np.float32)
    steps[:, 0::2] = packed & 0x0F
    steps[:, 1::2] = packed >> 4
    steps -= _SMALL_STEPS_OFFSET
    return steps[:, :dimensions]


def _by_levels(rest: Floats) -> Iterator[_Fit]:
    """Yield ways to write each row with three bits a number."""
    spread = np.sqrt(np.square(rest).mean(axis=1, keepdims=True))
    for share in _WIDER:
        wide = np.maximum(spread * np.float32(share), _TINY)
        places = np.searchsorted(_BOUNDS, rest / wide).astype(np.uint8)
        levels = _LEVELS[places]
        # the width that suits these levels best, as it is written
        fitted = (rest * levels).sum(axis=1, keepdims=True) / np.square(levels).sum(
            axis=1, keepdims=True
        )
        yield fitted.astype(_HALF), places, levels


def _by_small_steps(rest: Floats) -> Iterator[_Fit]:
    """Yield ways to write each row with half a byte a number."""
    largest = np.abs(rest).max(axis=1, keepdims=True) / _MOST_SMALL_STEPS
    for share in _FINER:
        lengths = np.maximum(largest * np.float32(share), _SHORTEST_STEP).astype(_HALF)
        steps = np.rint(rest / lengths.astype(np.float32))
        steps = np.clip(steps, -_MOST_SMALL_STEPS, _MOST_SMALL_STEPS)
        yield lengths, (steps + _SMALL_STEPS_OFFSET).astype(np.uint8), steps


def _least_off(rest: Floats, fits: Iterator[_Fit]) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
    """Return the width and the places of each row, from whichever way errs least."""
    best_widths = np.zeros((len(rest), 1), _HALF)
    best_places = np.zeros(rest.shape, np.uint8)
    least = np.full((len(rest), 1), np.inf, np.float32)
    for widths, places, values in fits:
        errors = np.square(rest - widths.astype(np.float32) * values).sum(axis=1, keepdims=True)
        better = errors < least
        best_widths = np.where(better, widths, best_widths)
        best_places = np.where(better, places, best_places)
        least = np.where(better, errors, least)
    return best_widths[:, 0], best_places
