"""Finds the passages nearest to a vector: through Chroma, or exactly from the stored vectors."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from t2vqa.errors import IndexStoreError, T2VQAError
from t2vqa.index.chroma_sync import is_sound, repair_vectors
from t2vqa.index.codec import Floats, decode_vectors
from t2vqa.index.lock import has_writer, no_writer
from t2vqa.index.vectors import ChromaStore, place_in

log = logging.getLogger(__name__)

Hits = list[tuple[str, float]]
"""Passage ids with their cosine."""

_SELECT_VECTORS = """
SELECT p.id, v.vector FROM passages p JOIN documents d ON d.number = p.document
JOIN vectors v ON v.key = p.vector_key
"""
_IN_ORDER = "ORDER BY d.path, p.start"


@dataclass(frozen=True)
class ExactVectors:
    """The vectors of passages in memory, for exact search.

    Attributes:
        ids: Passage ids in the order of their documents' paths and their place in them.
        matrix: Shape ``(len(ids), dimensions)``, rows of unit length.
    """

    ids: Sequence[str]
    matrix: Floats

    def search(self, vector: Floats, limit: int) -> Hits:
        """Return the nearest passages and their cosine, best first, equal ones in order."""
        if not self.ids or limit <= 0:
            return []
        # not @: its threads wait for each other on a busy machine, and gain nothing here
        scores = np.einsum("ij,j->i", self.matrix, vector)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(self.ids[place], float(scores[place])) for place in best]


def load_vectors(
    connection: sqlite3.Connection, dimensions: int, documents: Sequence[str] | None = None
) -> ExactVectors:
    """Load the vectors of all passages, or of those of some documents."""
    if documents is None:
        rows = connection.execute(f"{_SELECT_VECTORS} {_IN_ORDER}").fetchall()
    else:
        marks = ",".join("?" * len(documents))
        rows = connection.execute(
            f"{_SELECT_VECTORS} WHERE d.path IN ({marks}) {_IN_ORDER}", tuple(documents)
        ).fetchall()
    return ExactVectors(
        [row[0] for row in rows], decode_vectors([row[1] for row in rows], dimensions)
    )


class ChromaSearch:
    """Chroma, where it can be trusted at this moment.

    While somebody writes to the index Chroma is left alone: its reads would wait for the writes,
    and files that are being written must not be opened. An open Chroma never sees what another
    one writes, so it is opened anew for every generation. A damaged collection is made anew in
    the background. Any thread may search.
    """

    def __init__(self, index: Path) -> None:
        """Nothing is opened until the first search."""
        self._index = index
        self._lock = threading.Lock()
        self._store: ChromaStore | None = None
        self._opened: str | None = None
        self._repair: threading.Thread | None = None

    def search(
        self, connection: sqlite3.Connection, meta: Mapping[str, str], vector: Floats, limit: int
    ) -> Hits | None:
        """Return the nearest ids, some of which may be of another state; None for unavailable."""
        store = self.store(connection, meta)
        if store is None:
            return None
        try:
            return store.search(vector, limit)
        except Exception as error:  # Chroma raises errors of many kinds
            log.warning("Chroma failed (%s); searching the stored vectors instead.", error)
            return None

    def store(self, connection: sqlite3.Connection, meta: Mapping[str, str]) -> ChromaStore | None:
        """Return Chroma open on the state that ``meta`` tells of, or None where it cannot be."""
        if has_writer(self._index):
            return None
        with self._lock:
            if self._opened != meta["generation"]:
                with no_writer(self._index) as alone:
                    if not alone:
                        return None
                    self._let_go()
                    self._store = self._open_sound(connection, meta)
                    self._opened = meta["generation"]
                if self._store is None:
                    self._start_repair()
            return self._store

    def close(self) -> None:
        """Let go of Chroma, and wait for a repair to end."""
        with self._lock:
            self._let_go()
            repair = self._repair
        if repair is not None:
            repair.join()

    def _let_go(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None
        self._opened = None

    def _open_sound(
        self, connection: sqlite3.Connection, meta: Mapping[str, str]
    ) -> ChromaStore | None:
        try:
            store = ChromaStore.open(self._index, place_in(meta))
        except IndexStoreError as error:
            log.warning("%s", error)
            return None
        if is_sound(connection, store, int(meta["dimensions"])):
            return store
        store.close()
        log.warning("The vector index in %s is damaged.", self._index)
        return None

    def _start_repair(self) -> None:
        if self._repair is None or not self._repair.is_alive():
            self._repair = threading.Thread(target=self._make_anew, name="t2vqa-repair")
            self._repair.start()

    def _make_anew(self) -> None:
        log.warning(
            "Making the vector index in %s anew from the stored vectors; until then questions "
            "are answered from those.",
            self._index,
        )
        try:
            repair_vectors(self._index)
        except T2VQAError as error:
            log.warning("The vector index could not be made anew: %s", error)
