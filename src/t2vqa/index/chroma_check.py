"""Looks into a Chroma collection: does it hold what it should, and what does it say of failures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from t2vqa.errors import IndexStoreError, T2VQAError
from t2vqa.index.codec import Floats, decode_vectors
from t2vqa.index.schema import explain
from t2vqa.index.vectors import ChromaStore

MANY_SAMPLES = 64
"""Vectors that are looked for in a collection that may hold anything."""

_FEW_SAMPLES = 3
_IDS_AT_ONCE = 30_000
"""Chroma fails above 32,766."""

_VECTOR = "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key"


def is_sound(
    connection: sqlite3.Connection, store: ChromaStore, dimensions: int, samples: int = _FEW_SAMPLES
) -> bool:
    """Tell whether a collection holds the committed passages, by count and by sample."""
    count, first, last = connection.execute(
        "SELECT count(*), min(number), max(number) FROM passages"
    ).fetchone()
    numbers = {first, last} | {
        connection.execute(
            "SELECT min(number) FROM passages WHERE number >= ?",
            (first + (last - first) * place // samples,),
        ).fetchone()[0]
        for place in range(1, samples if count else 0)
    }
    sample: list[tuple[str, Floats]] = [
        (name, decode_vectors([blob], dimensions)[0])
        for number in sorted(numbers)
        for name, blob in connection.execute(f"{_VECTOR} WHERE p.number = ?", (number,))
    ]
    return store.is_sound(count, sample)


def ids_in(store: ChromaStore) -> Iterator[str]:
    """Yield the ids a collection holds, as many at a time as Chroma can give."""
    place = 0
    while True:
        found = store.collection.get(limit=_IDS_AT_ONCE, offset=place, include=[])["ids"]
        if not found:
            return
        yield from found
        place += len(found)


@contextmanager
def plain_chroma_errors(index: Path) -> Iterator[None]:
    """Turn what Chroma raises into a message in plain words.

    Raises:
        IndexStoreError: The block failed.
    """
    try:
        yield
    except (T2VQAError, sqlite3.Error, OSError):
        raise
    except Exception as error:  # Chroma raises errors of many kinds
        raise IndexStoreError(explain(str(error), index)) from error
