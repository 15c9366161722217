"""Reads an index: many questions at once, each from one consistent state."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from t2vqa.config import Settings
from t2vqa.documents import CorpusScan, scan_corpus
from t2vqa.errors import IndexDamagedError, IndexStoreError, ModelMismatchError, NoIndexError
from t2vqa.index.cache import Cache
from t2vqa.index.changes import Known, stale_paths
from t2vqa.index.exact import VectorMemory
from t2vqa.index.integrity import look_over
from t2vqa.index.languages import LanguageMeans
from t2vqa.index.lock import has_writer
from t2vqa.index.making import differences, making
from t2vqa.index.marks import is_unchecked, mark_unchecked
from t2vqa.index.nearest import ChromaSearch
from t2vqa.index.schema import (
    connect_reader,
    database_path,
    plain_database_errors,
    plain_errors,
    read_meta,
)
from t2vqa.index.snapshot import DocumentSummary, Shared, Snapshot
from t2vqa.index.store import read_manifest, read_skipped
from t2vqa.types import IndexStatus, Passage, Skipped

__all__ = [
    "DocumentSummary",
    "IndexReader",
    "Snapshot",
    "VectorSearch",
    "index_exists",
    "open_reader",
]

_PASSAGES_KEPT = 4096
_IDLE_CONNECTIONS = 16


class VectorSearch(StrEnum):
    """How passages near a vector are found.

    Chroma answers fast at any size but takes over a second to load; the exact search needs no
    Chroma and reads all vectors once, which suits one question asked from a cold start.
    """

    CHROMA = "chroma"
    EXACT = "exact"


class IndexReader:
    """An open index. Any number of threads may take snapshots of it at once.

    Example:
        >>> reader = open_reader(Path("index"), embedder.name)  # doctest: +SKIP
        >>> with reader.snapshot() as state:  # doctest: +SKIP
        ...     hits = state.lexical(search_terms("净利润"), 10)
    """

    def __init__(
        self, index: Path, model_name: str | None, search: VectorSearch = VectorSearch.CHROMA
    ) -> None:
        """Nothing is opened yet; see :func:`open_reader`."""
        self._index = index
        self._model_name = model_name
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._file: tuple[int, int] | None = None
        self._closed = False
        self._shared = Shared(
            chroma=ChromaSearch(index) if VectorSearch(search) is VectorSearch.CHROMA else None,
            passages=Cache[str, Passage](_PASSAGES_KEPT),
            vectors=VectorMemory(),
            languages=Cache[str, tuple[LanguageMeans | None]](1),
            current_generation=self._current_generation,
        )

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold the state that is committed now.

        Raises:
            NoIndexError: The index is gone or was never finished.
            IndexDamagedError: What was read in the block is not what was written. The index is
                marked, so that the next build mends it.
            IndexStoreError: It cannot be read.
            ModelMismatchError: It was built anew with another model.
        """
        try:
            with plain_database_errors(self._index), self._connection() as connection:
                connection.execute("BEGIN")
                meta = read_meta(connection)
                self._check(meta)
                yield Snapshot(connection, meta, self._shared)
        except IndexDamagedError:
            with suppress(OSError):  # for the next build to look closely
                mark_unchecked(self._index)
            raise

    def status(self, corpus: Path | None = None, settings: Settings | None = None) -> IndexStatus:
        """Say what the index holds.

        Args:
            corpus: If given, it is scanned for what was added, edited or removed since.
            settings: Those that the index would be built with now, to tell what has changed.

        Raises:
            CorpusError: The corpus folder cannot be read.
            IndexStoreError: As for :meth:`snapshot`.
        """
        with self.snapshot() as state:
            meta = read_meta(state.connection)
            known = Known(read_manifest(state.connection), read_skipped(state.connection))
            documents, passages = state.document_count, state.passage_count
        return IndexStatus(
            corpus=meta["corpus"],
            index=str(self._index),
            documents=documents,
            passages=passages,
            built_at=meta.get("built_at"),
            model=meta["model"],
            skipped=tuple(Skipped(path, reason) for path, (reason, _) in known.skipped.items()),
            stale=() if corpus is None else stale_paths(_scan(corpus, settings), known),
            notes=() if settings is None else self._notes(meta, settings),
        )

    def _notes(self, meta: Mapping[str, str], settings: Settings) -> tuple[str, ...]:
        """Say what the next build would do besides looking for changed documents."""
        wanted = making(self._model_name or meta["model"], settings)
        notes = [f"{said} `t2vqa index` makes it anew." for said in differences(meta, wanted)]
        if is_unchecked(self._index) and not has_writer(self._index):
            notes.append(
                "A build was stopped, or damage was found. `t2vqa index` examines and mends it."
            )
        return tuple(notes)

    def warm_up(self) -> None:
        """Make ready what the first question would wait for: vectors in memory, Chroma open."""
        with self.snapshot() as state:
            state.exact_vectors()
            if self._shared.chroma is not None:
                self._shared.chroma.store(state.connection, read_meta(state.connection))

    def close(self) -> None:
        """Close all that is open; snapshots still held go on."""
        with self._lock:
            self._closed = True
            self._drop_idle()
        if self._shared.chroma is not None:
            self._shared.chroma.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; it comes back outside any transaction."""
        connection = self._take()
        try:
            yield connection
        except sqlite3.Error:
            connection.close()
            raise
        except BaseException:
            self._give_back(connection)
            raise
        else:
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with plain_errors(self._index):
            try:
                state = database_path(self._index).stat()
                file = (state.st_dev, state.st_ino)
            except FileNotFoundError:
                file = None  # connect_reader says what to do
        with self._lock:
            if file != self._file:
                self._drop_idle()  # the file was replaced: these read the old one
                self._file = file
            if self._idle:
                return self._idle.pop()
        return connect_reader(self._index)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        with self._lock:
            if not self._closed and len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()

    def _drop_idle(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    def _current_generation(self) -> str:
        with self._connection() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
            return str(row[0])

    def _check(self, meta: Mapping[str, str]) -> None:
        if "model" not in meta:
            raise NoIndexError(
                f"The index in {self._index} holds nothing yet. Run `t2vqa index` to build it."
            )
        if self._model_name is not None and meta["model"] != self._model_name:
            raise ModelMismatchError(
                f"The index in {self._index} was built with the model {meta['model']}, but the "
                f"model asked for is {self._model_name}. Run `t2vqa index` to build it anew "
                "with that one, or choose the former model again (setting 'model')."
            )


def _scan(corpus: Path, settings: Settings | None) -> CorpusScan:
    if settings is None:
        return scan_corpus(corpus)
    return scan_corpus(corpus, max_file_megabytes=settings.max_file_megabytes)


def index_exists(index: Path) -> bool:
    """Tell whether there is an index to open: one that was built, or what is left of one.

    False for a folder without an index and for a first build that did not come to its end; a
    damaged index exists, and opening it says what to do.
    """
    try:
        with closing(connect_reader(index)) as connection:
            return "model" in read_meta(connection)
    except NoIndexError:
        return False
    except IndexStoreError:
        return True


def open_reader(
    index: Path, model_name: str | None, search: VectorSearch = VectorSearch.CHROMA
) -> IndexReader:
    """Open an index for reading.

    Args:
        index: Its folder.
        model_name: Name of the embedder whose query vectors it will be asked with; None skips
            the comparison, for use without dense search.
        search: How passages near a vector are found.

    Raises:
        NoIndexError: There is no index.
        IndexDamagedError: It does not hold what it says it holds.
        IndexStoreError: It cannot be read, or was made by an older or a newer t2vqa.
        ModelMismatchError: It was built with another model.
    """
    reader = IndexReader(index, model_name, search)
    try:
        with reader.snapshot() as state:
            look_over(state.connection)
        return reader
    except BaseException:
        reader.close()
        raise
