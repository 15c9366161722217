"""Keeps the Chroma collection in step with the SQLite file, before and after its commit."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from t2vqa.errors import ChromaServerError, IndexStoreError
from t2vqa.index.chroma_check import MANY_SAMPLES, ids_in, is_sound, plain_chroma_errors
from t2vqa.index.lock import writing
from t2vqa.index.schema import (
    connect_writer,
    explain,
    is_full,
    plain_errors,
    read_meta,
    transaction,
)
from t2vqa.index.seal import seal
from t2vqa.index.store import passages_with_vectors, write_meta
from t2vqa.index.vectors import (
    CHROMA_FOLDER,
    COLLECTION,
    ChromaPlace,
    ChromaStore,
    family,
    new_family,
    place_in,
    remove_other_folders,
)

log = logging.getLogger(__name__)

_BATCH = 500
_MANY = 250

_KEPT = """
FROM passages p JOIN documents d ON d.number = p.document
JOIN vectors v ON v.key = p.vector_key
"""
_KEPT_THROUGH = f"{_KEPT} WHERE d.path NOT IN (SELECT path FROM leaving)"  # noqa: S608 (ours)
_LACKING = f"{_KEPT} WHERE p.id IN (SELECT id FROM lacking)"  # noqa: S608 (ours)
_STAGED = """
FROM staged_passages p JOIN staged_documents d ON d.number = p.document
JOIN vectors v ON v.key = p.vector_key
"""
_STAGED_NEW = f"{_STAGED} WHERE p.id NOT IN (SELECT id FROM passages)"  # noqa: S608 (ours)


class ChromaSync:
    """What a build does to Chroma: :meth:`prepare`, the commit, :meth:`settle`, :meth:`verify`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        index: Path,
        dimensions: int,
        server: str | None = None,
    ) -> None:
        """Nothing is opened yet; ``server`` is the address of Chroma's, None for a folder."""
        self._connection = connection
        self._index = index
        self._dimensions = dimensions
        self._server = server
        self._place = ChromaPlace()
        self._store: ChromaStore | None = None

    @staticmethod
    def is_missing(index: Path, meta: Mapping[str, str], server: str | None = None) -> bool:
        """Tell, without loading Chroma, whether its folder is gone, or not where it is wanted."""
        place = place_in(meta)
        return not (place.exists(index) and place.is_at(server))

    def prepare(
        self,
        meta: Mapping[str, str],
        generation: int,
        anew: bool,
        on_done: Callable[[int], None],
        *,
        reconcile: bool = False,
    ) -> None:
        """Add what the next state needs and the collection has not; the old state is still whole.

        Args:
            meta: What the index says of itself now.
            generation: Number of the next state.
            anew: The collection is made anew, under another name. So it is where the present one
                cannot be opened.
            on_done: Told how many passages are added.
            reconcile: The present collection may hold anything, for a build was killed.
        """
        present = None if anew else self._open_present(meta)
        if present is not None and reconcile and not self._reconcile(present):
            present.close()
            present = None
        if present is not None:
            self._settle(present)
            self._note_in_journal()
            self._place, self._store = place_in(meta), present
            self._add(present, _STAGED_NEW, on_done)
            return
        fresh = self._create(meta, generation)
        self._add(fresh, _KEPT_THROUGH, lambda _: None)
        self._add(fresh, _STAGED, on_done)

    def meta(self) -> dict[str, str]:
        """Return what the commit records of the collection in use."""
        return {"chroma_folder": self._place.folder, "chroma_collection": self._place.collection}

    def settle(self) -> None:
        """After the commit: delete what the new state does not use."""
        if self._store is not None:
            self._settle(self._store)
            with plain_chroma_errors(self._index):
                self._store.drop_others()
        remove_other_folders(self._index, self._place)

    def verify(self, generation: int) -> None:
        """See that the collection holds the committed passages; make it anew where it does not."""
        if self._store is not None and not is_sound(
            self._connection, self._store, self._dimensions
        ):
            log.warning("The vector index is damaged; making it anew from the stored vectors.")
            self.make_anew(generation)

    def repair(self) -> None:
        """Bring the collection in line with the committed passages, or make it anew."""
        meta = read_meta(self._connection)
        generation = int(meta["generation"]) + 1
        present = self._open_present(meta)
        if present is not None:
            whole = self._reconcile(present)
            present.close()
            if whole:
                self._place = place_in(meta)
                with transaction(self._connection):  # for readers to open it anew
                    write_meta(self._connection, {"generation": str(generation)})
                return
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
        with plain_chroma_errors(self._index):
            store.drop_others()
        remove_other_folders(self._index, self._place)

    def close(self) -> None:
        """Let go of Chroma."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def seal(self) -> None:
        """Let go of Chroma at the clean end of a build: its files are as they should be.

        Raises:
            OSError: They cannot be read.
        """
        self.close()
        if not self._place.is_server:
            seal(self._index / self._place.folder)

    def _reconcile(self, store: ChromaStore) -> bool:
        """Take out what does not belong and put in what is missing; tell whether all is well."""
        try:
            with plain_chroma_errors(self._index):
                held = set(ids_in(store))
        except IndexStoreError as error:
            log.warning("%s", error)
            return False
        wanted = {row[0] for row in self._connection.execute("SELECT id FROM passages")}
        self._delete(store, sorted(held - wanted))
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS lacking (id TEXT PRIMARY KEY)")
        self._connection.execute("DELETE FROM lacking")
        self._connection.executemany(
            "INSERT INTO lacking VALUES (?)", ((name,) for name in sorted(wanted - held))
        )
        self._add(store, _LACKING, lambda _: None)
        with transaction(self._connection):
            self._connection.execute("DELETE FROM chroma_journal")
        return is_sound(self._connection, store, self._dimensions, MANY_SAMPLES)

    def _delete(self, store: ChromaStore, ids: Sequence[str]) -> None:
        if ids:
            with plain_chroma_errors(self._index):
                store.delete(ids)

    def _open_present(self, meta: Mapping[str, str]) -> ChromaStore | None:
        if "chroma_collection" not in meta or not place_in(meta).is_at(self._server):
            return None
        try:
            return ChromaStore.open(self._index, place_in(meta))
        except ChromaServerError:
            raise
        except IndexStoreError as error:
            self._raise_if_full(error)
            log.warning("%s. Making it anew from the stored vectors.", str(error).rstrip("."))
            return None

    def _raise_if_full(self, error: IndexStoreError) -> None:
        """Go no further on a full disk: to make anything anew takes more room still."""
        if is_full(str(error)):
            raise IndexStoreError(explain(str(error.__cause__ or error), self._index)) from error

    def _create(self, meta: Mapping[str, str], generation: int) -> ChromaStore:
        """Make an empty collection beside the present one, in a folder of its own.

        So the present one stays sealed, and its room on the disk is given back when it goes.
        """
        places = self._new_places(meta, generation)
        for place in places:
            self._place = place
            if not place.is_server:  # left by a build that came to nothing
                shutil.rmtree(self._index / place.folder, ignore_errors=True)
            try:
                self._store = ChromaStore.create(self._index, place)
            except IndexStoreError as error:
                self._raise_if_full(error)
                if place == places[-1]:
                    raise
                log.warning("%s Leaving it behind for a new folder.", error)
            else:
                return self._store
        raise AssertionError  # the loop returns or raises

    def _new_places(self, meta: Mapping[str, str], generation: int) -> list[ChromaPlace]:
        """Return where to make an empty collection, by preference."""
        present = place_in(meta)
        if self._server is not None:
            names = family(present.collection) if present.is_server else new_family()
            return [ChromaPlace(self._server, f"{names}-{generation}")]
        numbered = f"{CHROMA_FOLDER}-{generation}"
        if "chroma_collection" in meta:
            return [ChromaPlace(numbered, f"{COLLECTION}-{generation}")]
        return [ChromaPlace(), ChromaPlace(numbered)]

    def _add(self, store: ChromaStore, source: str, on_done: Callable[[int], None]) -> None:
        done = 0
        with ExitStack() as stack:
            for passages, vectors in passages_with_vectors(
                self._connection, source, self._dimensions, _BATCH
            ):
                with plain_chroma_errors(self._index):
                    if not done and len(passages) > _MANY:
                        stack.enter_context(store.bulk())
                    store.add(passages, vectors)
                done += len(passages)
                on_done(done)
            with plain_chroma_errors(self._index):
                stack.close()

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
                "WHERE d.path IN (SELECT path FROM leaving) "
                "AND p.id NOT IN (SELECT id FROM staged_passages)"
            )

    def _settle(self, store: ChromaStore) -> None:
        """Delete the journal's ids that are not of the committed state."""
        rows = self._connection.execute(
            "SELECT id FROM chroma_journal WHERE id NOT IN (SELECT id FROM passages)"
        )
        self._delete(store, [row[0] for row in rows])
        with transaction(self._connection):
            self._connection.execute("DELETE FROM chroma_journal")


def repair_vectors(index: Path) -> None:
    """Bring the Chroma collection in line with the committed passages; nothing is embedded.

    Raises:
        IndexLockedError: Somebody is writing to the index.
        IndexStoreError: The index cannot be read or written.
    """
    with writing(index), plain_errors(index), closing(connect_writer(index)) as connection:
        meta = read_meta(connection)
        place = place_in(meta)
        server = place.folder if place.is_server else None
        with closing(ChromaSync(connection, index, int(meta["dimensions"]), server)) as sync:
            sync.repair()
            sync.seal()
