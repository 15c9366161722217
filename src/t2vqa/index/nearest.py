"""Finds passages near a vector through Chroma, where it can be trusted at this moment."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from t2vqa.errors import ChromaServerError, IndexStoreError, T2VQAError
from t2vqa.index.chroma_check import is_sound
from t2vqa.index.chroma_sync import repair_vectors
from t2vqa.index.codec import Floats
from t2vqa.index.lock import has_writer, no_writer
from t2vqa.index.schema import connect_reader, read_meta
from t2vqa.index.vectors import ChromaStore, place_in

log = logging.getLogger(__name__)

Hits = list[tuple[str, float]]
"""Passage ids with their cosine."""

_TRY_AGAIN_SECONDS = 10.0
"""A server that did not answer is left alone for so long."""


class ChromaSearch:
    """Chroma, where it can be trusted at this moment.

    A Chroma of our own is left alone while somebody writes to the index: its reads would wait for
    the writes, and files that are being written must not be opened. An open one never sees what
    another one writes, so it is opened anew for every generation, in the background. A server has
    none of these bounds. A damaged collection is made anew in the background. Any thread may
    search; who gets None searches the vectors in memory.
    """

    def __init__(self, index: Path) -> None:
        """Nothing is opened until the first search."""
        self._index = index
        self._lock = threading.Lock()
        self._store: ChromaStore | None = None
        self._opened: str | None = None
        self._opening: threading.Thread | None = None
        self._repair: threading.Thread | None = None
        self._closed = False
        self._not_before = 0.0

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
            if place_in(meta).is_server:
                self._wait_for_server()
            return None

    def store(self, connection: sqlite3.Connection, meta: Mapping[str, str]) -> ChromaStore | None:
        """Return Chroma open on the state that ``meta`` tells of, or None where it cannot be.

        The first call opens it; after a commit it is opened anew in the background.
        """
        if not self._may_be_read(meta):
            return None
        with self._lock:
            if self._closed or self._opening is not None:
                return None
            if self._opened == meta["generation"]:
                if self._store is None:
                    self._start_repair()
                return self._store
            if self._opened is not None:
                self._opening = threading.Thread(target=self._open_newest, name="t2vqa-open")
                self._opening.start()
                return None
            self._open(connection, meta)
            if self._opened is not None and self._store is None:
                self._start_repair()
            return self._store

    def close(self) -> None:
        """Let go of Chroma, and wait for what goes on in the background to end."""
        with self._lock:
            self._closed = True
            opening, repair = self._opening, self._repair
        for thread in (opening, repair):
            if thread is not None:
                thread.join()
        with self._lock:
            self._let_go()

    def _may_be_read(self, meta: Mapping[str, str]) -> bool:
        if place_in(meta).is_server:
            return time.monotonic() >= self._not_before
        return not has_writer(self._index)

    def _wait_for_server(self) -> None:
        with self._lock:
            self._not_before = time.monotonic() + _TRY_AGAIN_SECONDS
            self._let_go()

    def _open_newest(self) -> None:
        """Open Chroma on what is committed now, while questions are answered without it."""
        try:
            with closing(connect_reader(self._index)) as connection:
                connection.execute("BEGIN")
                self._open(connection, read_meta(connection))
        except (T2VQAError, sqlite3.Error) as error:
            log.warning("The vector index cannot be opened: %s", error)
        finally:
            with self._lock:
                self._opening = None

    def _open(self, connection: sqlite3.Connection, meta: Mapping[str, str]) -> None:
        """Open Chroma; only one thread is here at a time."""
        if place_in(meta).is_server:
            self._let_go()
            try:
                self._store = self._open_sound(connection, meta)
                self._opened = meta["generation"]
            except ChromaServerError as error:
                log.warning("%s Searching the stored vectors instead.", error)
                self._not_before = time.monotonic() + _TRY_AGAIN_SECONDS
            return
        with no_writer(self._index) as alone:
            if alone:
                self._let_go()
                self._store = self._open_sound(connection, meta)
                self._opened = meta["generation"]

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
        except ChromaServerError:
            raise
        except IndexStoreError as error:
            log.warning("%s", error)
            return None
        if store.changes_under_us and has_writer(self._index):
            return store  # it may hold more than this state, and less never
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
