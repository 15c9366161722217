"""Writes the next state of an index to its stores, in the order that a crash cannot harm."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from t2vqa.errors import IndexDamagedError, IndexStoreError
from t2vqa.index.chroma_sync import ChromaSync
from t2vqa.index.commit import NextState, commit_state, forget_old_vectors
from t2vqa.index.marks import mark_checked, mark_unchecked
from t2vqa.index.schema import plain_errors

log = logging.getLogger(__name__)


class StateWriter:
    """Adds to Chroma, commits, then deletes what is no longer used and seals what is there.

    The index bears a mark from before the first step until after the last.
    """

    def __init__(
        self, connection: sqlite3.Connection, index: Path, dimensions: int, server: str | None
    ) -> None:
        """Take the builder's connection; ``server`` is the address of Chroma's, if any."""
        self._connection = connection
        self._index = index
        self._dimensions = dimensions
        self._server = server

    def write(
        self,
        before: Mapping[str, str],
        state: NextState,
        on_done: Callable[[int], None],
        *,
        vectors_anew: bool,
        reconcile: bool,
    ) -> str:
        """Bring the index from one state to the next.

        Args:
            before: What the index says of itself now.
            state: What is committed besides the staged documents.
            on_done: Told how many passages are in Chroma.
            vectors_anew: Chroma's collection is made anew, for its vectors would be others.
            reconcile: Chroma's collection may hold anything.

        Returns:
            Why not all of the former state could be cleared, or nothing. The next build does it.

        Raises:
            IndexStoreError: The state could not be written; the one before is still whole.
        """
        mark_unchecked(self._index)
        generation = int(state.meta["generation"])
        sync = ChromaSync(self._connection, self._index, self._dimensions, self._server)
        with closing(sync):
            sync.prepare(before, generation, vectors_anew, on_done, reconcile=reconcile)
            commit_state(self._connection, replace(state, meta={**state.meta, **sync.meta()}))
            left = self._clear_up(sync, generation + 1)
        if not left:
            mark_checked(self._index)
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        return left

    def _clear_up(self, sync: ChromaSync, next_generation: int) -> str:
        try:
            with plain_errors(self._index):
                sync.settle()
                forget_old_vectors(self._connection)
                sync.verify(next_generation)
                sync.seal()
        except IndexDamagedError:
            raise
        except IndexStoreError as error:
            log.warning("The new state is in place, but not all of the old is cleared: %s", error)
            return str(error)
        return ""
