"""Keeps the Chroma collection in step with the SQLite file, before and after its commit."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from t2vqa.errors import IndexStoreError
from t2vqa.index.codec import Floats, decode_vectors
from t2vqa.index.lock import writing
from t2vqa.index.schema import connect_writer, plain_errors, read_meta, transaction
from t2vqa.index.store import passages_with_vectors, write_meta
from t2vqa.index.vectors import (
    CHROMA_FOLDER,
    COLLECTION,
    ChromaPlace,
    ChromaStore,
    place_in,
    remove_other_folders,
)

log = logging.getLogger(__name__)

_BATCH = 500
_MANY = 250
_SAMPLES = 3

_KEPT = """
FROM passages p JOIN documents d ON d.number = p.document
JOIN vectors v ON v.key = p.vector_key
"""
_KEPT_THROUGH = f"{_KEPT} WHERE d.path NOT IN (SELECT path FROM leaving)"  # noqa: S608 (ours)
_STAGED = """
FROM staged_passages p JOIN staged_documents d ON d.number = p.document
JOIN vectors v ON v.key = p.vector_key
"""
_STAGED_NEW = f"{_STAGED} WHERE p.id NOT IN (SELECT id FROM passages)"  # noqa: S608 (ours)


class ChromaSync:
    """What a build does to Chroma: :meth:`prepare`, the commit, :meth:`settle`, :meth:`verify`."""

    def __init__(self, connection: sqlite3.Connection, index: Path, dimensions: int) -> None:
        """Nothing is opened yet."""
        self._connection = connection
        self._index = index
        self._dimensions = dimensions
        self._place = ChromaPlace()
        self._store: ChromaStore | None = None

    @staticmethod
    def is_missing(index: Path, meta: Mapping[str, str]) -> bool:
        """Tell, without loading Chroma, whether its folder is gone."""
        return not (index / place_in(meta).folder / "chroma.sqlite3").is_file()

    def prepare(
        self,
        meta: Mapping[str, str],
        generation: int,
        anew: bool,
        on_done: Callable[[int], None],
    ) -> None:
        """Add what the next state needs and the collection has not; the old state is still whole.

        The collection is made anew, under another name, when all is read anew or the present
        one cannot be opened.
        """
        present = None if anew else self._open_present(meta)
        if present is not None:
            self._settle(present)
            self._note_in_journal()
            self._place, self._store = place_in(meta), present
            self._add(present, _STAGED_NEW, on_done)
            return
        fresh = self._create(meta, generation)
        if not anew:
            self._add(fresh, _KEPT_THROUGH, lambda _: None)
        self._add(fresh, _STAGED, on_done)

    def meta(self) -> dict[str, str]:
        """Return what the commit records of the collection in use."""
        return {"chroma_folder": self._place.folder, "chroma_collection": self._place.collection}

    def settle(self) -> None:
        """After the commit: delete what the new state does not use."""
        if self._store is not None:
            self._settle(self._store)
            self._store.drop_others()
        remove_other_folders(self._index, self._place)

    def verify(self, generation: int) -> None:
        """See that the collection holds the committed passages; make it anew where it does not."""
        if self._store is not None and not is_sound(
            self._connection, self._store, self._dimensions
        ):
            log.warning("The vector index is damaged; making it anew from the stored vectors.")
            self.make_anew(generation)

    def make_anew(self, generation: int) -> None:
        """Fill a new collection from the vectors kept in SQLite and commit its name."""
        meta = read_meta(self._connection)
        self.close()
        store = self._create(meta, generation)
        self._add(store, _KEPT, lambda _: None)
        with transaction(self._connection):
            write_meta(
                self._connection,
                {"generation": str(generation), **self.meta()},
            )
            self._connection.execute("DELETE FROM chroma_journal")
        store.drop_others()
        remove_other_folders(self._index, self._place)

    def close(self) -> None:
        """Let go of Chroma."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _open_present(self, meta: Mapping[str, str]) -> ChromaStore | None:
        if "chroma_collection" not in meta:
            return None
        try:
            return ChromaStore.open(self._index, place_in(meta))
        except IndexStoreError as error:
            log.warning("%s Making it anew from the stored vectors.", error)
            return None

    def _create(self, meta: Mapping[str, str], generation: int) -> ChromaStore:
        """Make an empty collection beside the present one, in a new folder if need be."""
        first = "chroma_collection" not in meta
        name = COLLECTION if first else f"{COLLECTION}-{generation}"
        folders = [place_in(meta).folder, f"{CHROMA_FOLDER}-{generation}"]
        for folder in folders:
            self._place = ChromaPlace(folder, name)
            try:
                self._store = ChromaStore.create(self._index, self._place)
            except IndexStoreError as error:
                if folder == folders[-1]:
                    raise
                log.warning("%s Leaving it behind for a new folder.", error)
            else:
                return self._store
        raise AssertionError  # the loop returns or raises

    def _add(self, store: ChromaStore, source: str, on_done: Callable[[int], None]) -> None:
        done = 0
        with ExitStack() as stack:
            for passages, vectors in passages_with_vectors(
                self._connection, source, self._dimensions, _BATCH
            ):
                if not done and len(passages) > _MANY:
                    stack.enter_context(store.bulk())
                store.add(passages, vectors)
                done += len(passages)
                on_done(done)

    def _note_in_journal(self) -> None:
        """Note the ids that are about to come and those about to go."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR IGNORE INTO chroma_journal SELECT id FROM staged_passages "
                "WHERE id NOT IN (SELECT id FROM passages)"
            )
            self._connection.execute(
                "INSERT OR IGNORE INTO chroma_journal SELECT p.id FROM passages p "
                "JOIN documents d ON d.number = p.document "
                "WHERE d.path IN (SELECT path FROM leaving)"
            )

    def _settle(self, store: ChromaStore) -> None:
        """Delete the journal's ids that are not of the committed state."""
        rows = self._connection.execute(
            "SELECT id FROM chroma_journal WHERE id NOT IN (SELECT id FROM passages)"
        )
        store.delete([row[0] for row in rows])
        with transaction(self._connection):
            self._connection.execute("DELETE FROM chroma_journal")


def is_sound(connection: sqlite3.Connection, store: ChromaStore, dimensions: int) -> bool:
    """Tell whether a collection holds the committed passages, by count and by sample."""
    count = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    rows = connection.execute(
        f"SELECT p.id, v.vector {_KEPT} WHERE p.number IN ("  # noqa: S608 (ours)
        "(SELECT min(number) FROM passages), (SELECT max(number) FROM passages), "
        "(SELECT number FROM passages ORDER BY id LIMIT 1)) LIMIT ?",
        (_SAMPLES,),
    ).fetchall()
    sample: list[tuple[str, Floats]] = [
        (name, decode_vectors([blob], dimensions)[0]) for name, blob in rows
    ]
    return store.is_sound(count, sample)


def repair_vectors(index: Path) -> None:
    """Make the Chroma collection anew from the vectors kept in SQLite; nothing is embedded.

    Raises:
        IndexLockedError: Somebody is writing to the index.
        IndexStoreError: The index cannot be read or written.
    """
    with writing(index), plain_errors(index), closing(connect_writer(index)) as connection:
        meta = read_meta(connection)
        with closing(ChromaSync(connection, index, int(meta["dimensions"]))) as sync:
            sync.make_anew(int(meta["generation"]) + 1)
