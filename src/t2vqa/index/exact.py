"""The vectors of an index in memory, a byte a number, searched exactly.

100,000 passages take 40 MB and 10 ms a question. After a commit only the vectors of passages that
are new are read. The scores of a passage are the same bits whatever else is in the index.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from t2vqa.index.store import in_batches
from t2vqa.index.vector_codec import Floats, Steps, decode_steps

NumberHits = list[tuple[int, float]]
"""Passage numbers with their cosine."""

_CHUNK = 1024
"""Rows turned into floats at once: they stay in the processor's cache."""

_NEARLY_EQUAL = np.float32(1e-5)
"""The order of additions, which the quick first pass leaves open, changes a score by less."""

_FETCH = 4096
_MOSTLY_NEW = 0.5
_KEY = np.dtype("<u8")

_VECTORS = "FROM passages p JOIN vectors v ON v.key = p.vector_key"


@dataclass(frozen=True)
class ExactVectors:
    """The vectors of some or all passages.

    Attributes:
        numbers: Of the passages, ascending.
        steps: Shape ``(len(numbers), dimensions)``, rows of any length.
        lengths: Of the rows.
        keys: The beginnings of the passages' vector keys; empty where they are not kept.
    """

    numbers: NDArray[np.int64]
    steps: Steps
    lengths: NDArray[np.float32]
    keys: NDArray[np.uint64]

    @classmethod
    def of(
        cls, numbers: NDArray[np.int64], steps: Steps, keys: NDArray[np.uint64] | None = None
    ) -> Self:
        """Take vectors in any order."""
        order = np.argsort(numbers, kind="stable")
        steps = steps[order]
        kept = np.empty(0, _KEY) if keys is None else keys[order]
        return cls(numbers[order], steps, _lengths(steps), kept)

    def search(
        self, vector: Floats, limit: int, among: NDArray[np.int64] | None = None
    ) -> NumberHits:
        """Return the nearest passages and their cosine, best first.

        Those equal to the last one are included, in the order of their numbers. With ``among``
        (ascending), only the passages of these numbers are looked at, and nothing is copied.
        """
        places = None if among is None else self._places(among)
        count = len(self.numbers if places is None else places)
        if limit <= 0 or not count:
            return []
        rough = self._rough_scores(vector, places)
        if limit < count:
            least = rough[np.argpartition(rough, -limit)[-limit]]
            rows = np.flatnonzero(rough >= least - _NEARLY_EQUAL)
        else:
            rows = np.arange(count)
        rows = rows if places is None else places[rows]
        # not @: what it adds up first hangs on where a row stands among the others
        scores = np.einsum("ij,j->i", self.steps[rows].astype(np.float32), vector)
        scores /= self.lengths[rows]
        ranked = np.argsort(-scores, kind="stable")
        if limit < len(ranked):
            ranked = ranked[scores[ranked] >= scores[ranked[limit - 1]]]
        numbers = self.numbers[rows[ranked]]
        return list(zip(numbers.tolist(), scores[ranked].tolist(), strict=True))

    def within(self, ranges: Sequence[tuple[int, int]]) -> ExactVectors:
        """Return those with numbers in these half-open ranges."""
        bounds = np.searchsorted(self.numbers, np.array(sorted(ranges), np.int64).reshape(-1, 2))
        rows = np.concatenate(
            [np.empty(0, np.int64), *(np.arange(first, stop) for first, stop in bounds)]
        )
        return ExactVectors(
            self.numbers[rows], self.steps[rows], self.lengths[rows], np.empty(0, _KEY)
        )

    def _places(self, among: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of passages of these numbers; unknown ones are left out."""
        if not len(self.numbers):
            return np.empty(0, np.int64)
        places = np.searchsorted(self.numbers, among).clip(max=len(self.numbers) - 1)
        return np.asarray(places[self.numbers[places] == among], np.int64)

    def _rough_scores(
        self, vector: Floats, places: NDArray[np.int64] | None
    ) -> NDArray[np.float32]:
        scores = np.empty(len(self.numbers if places is None else places), np.float32)
        buffer = np.empty((min(_CHUNK, len(scores)), self.steps.shape[1]), np.float32)
        for first in range(0, len(scores), _CHUNK):
            here = slice(first, first + _CHUNK)
            part = self.steps[here if places is None else places[here]]
            floats = buffer[: len(part)]
            np.copyto(floats, part)
            np.dot(floats, vector, out=scores[first : first + len(part)])
        scores /= self.lengths if places is None else self.lengths[places]
        return scores


class VectorMemory:
    """The vectors of all passages of the state used last, for any number of threads."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._lock = threading.Lock()
        self._held: tuple[str, ExactVectors] | None = None

    def vectors(
        self, connection: sqlite3.Connection, generation: str, dimensions: int
    ) -> ExactVectors:
        """Return the vectors of the state that a connection reads."""
        with self._lock:
            known = self.present(generation)
            if known is None:
                before = None if self._held is None else self._held[1]
                known = _refreshed(before, connection, dimensions)
                self._held = (generation, known)
            return known

    def present(self, generation: str) -> ExactVectors | None:
        """Return the vectors of a state if they are in memory, without waiting."""
        held = self._held
        return held[1] if held is not None and held[0] == generation else None


def load_vectors(
    connection: sqlite3.Connection, dimensions: int, ranges: Sequence[tuple[int, int]]
) -> ExactVectors:
    """Read the vectors of passages with numbers in these half-open ranges."""
    rows = [
        row
        for first, stop in ranges
        for row in connection.execute(
            f"SELECT p.number, v.vector {_VECTORS} WHERE p.number >= ? AND p.number < ?",
            (first, stop),
        )
    ]
    numbers = np.array([row[0] for row in rows], np.int64)
    return ExactVectors.of(numbers, decode_steps([row[1] for row in rows], dimensions))


def _refreshed(
    before: ExactVectors | None, connection: sqlite3.Connection, dimensions: int
) -> ExactVectors:
    """Read which passages there are, and the vectors of those that were not held before."""
    rows = connection.execute("SELECT number, vector_key FROM passages").fetchall()
    numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    order = np.argsort(numbers)
    numbers, keys = numbers[order], _beginnings([row[1] for row in rows])[order]
    steps = np.empty((len(rows), dimensions), np.int8)
    lengths = np.empty(len(rows), np.float32)
    lacking = np.ones(len(rows), bool)
    if before is not None and len(before.numbers) and before.steps.shape[1] == dimensions:
        places = np.searchsorted(before.numbers, numbers).clip(max=len(before.numbers) - 1)
        same = (before.numbers[places] == numbers) & (before.keys[places] == keys)
        steps[same], lengths[same] = before.steps[places[same]], before.lengths[places[same]]
        lacking = ~same
    missing = np.flatnonzero(lacking)
    if len(missing) > _MOSTLY_NEW * len(rows):
        _fill_from_all(connection, steps, keys)
        lengths = _lengths(steps)
    else:
        _fill(connection, steps, missing, numbers)
        lengths[missing] = _lengths(steps[missing])
    return ExactVectors(numbers, steps, lengths, keys)


def _fill_from_all(connection: sqlite3.Connection, steps: Steps, keys: NDArray[np.uint64]) -> None:
    """Read all vectors as they lie in the file, which is quicker than one by one."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    cursor = connection.execute("SELECT key, vector FROM vectors")
    while rows := cursor.fetchmany(_FETCH):
        found = _beginnings([row[0] for row in rows])
        firsts = np.searchsorted(ordered, found)
        stops = np.searchsorted(ordered, found, side="right")
        wanted = np.flatnonzero(stops > firsts)
        decoded = decode_steps([rows[row][1] for row in wanted.tolist()], steps.shape[1])
        for shift in range(int((stops - firsts).max(initial=0))):  # passages may share a vector
            here = firsts[wanted] + shift < stops[wanted]
            steps[order[firsts[wanted[here]] + shift]] = decoded[here]


def _fill(
    connection: sqlite3.Connection,
    steps: Steps,
    missing: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> None:
    places = {int(numbers[row]): row for row in missing.tolist()}
    for marks, part in in_batches(list(places)):
        rows = connection.execute(
            f"SELECT p.number, v.vector {_VECTORS} WHERE p.number IN ({marks})", part
        ).fetchall()
        decoded = decode_steps([row[1] for row in rows], steps.shape[1])
        steps[[places[row[0]] for row in rows]] = decoded


def _beginnings(keys: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return the first eight bytes of each key, a hash, as a number."""
    joined = b"".join(key[: _KEY.itemsize] for key in keys)
    return np.frombuffer(joined, _KEY)


def _lengths(steps: Steps) -> NDArray[np.float32]:
    lengths = np.empty(len(steps), np.float32)
    for first in range(0, len(steps), _CHUNK):
        part = steps[first : first + _CHUNK].astype(np.float32)
        lengths[first : first + _CHUNK] = np.sqrt(np.einsum("ij,ij->i", part, part))
    return np.maximum(lengths, np.float32(1e-12))
