"""Holds what a build has read until it is committed, in temporary tables that spill to disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator

from t2vqa.index import codec
from t2vqa.index.embedding.base import Embedder
from t2vqa.index.names import names_of
from t2vqa.index.passages import embedding_input, passages_of
from t2vqa.index.schema import transaction
from t2vqa.index.store import (
    PASSAGE_COLUMNS,
    FileState,
    passage_from,
    passage_row,
    vector_key,
    write_vectors,
)
from t2vqa.types import Document, Passage

_EMBED_BATCH = 256

_TABLES = """
CREATE TEMP TABLE staged_documents (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT, source TEXT,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL, titled INTEGER NOT NULL, names TEXT NOT NULL,
    checksum INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TEMP TABLE staged_passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector_key BLOB NOT NULL,
    content BLOB NOT NULL
);
CREATE TEMP TABLE leaving (path TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Staging:
    """The documents a build has read, with their passages, and the paths that leave the index."""

    def __init__(self, connection: sqlite3.Connection, model: str, max_characters: int) -> None:
        """Make the temporary tables on the builder's connection."""
        self._connection = connection
        self._model = model
        self._max_characters = max_characters
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)

    def add(self, document: Document, state: FileState) -> None:
        """Cut a document into passages and keep both; its former state leaves the index."""
        said = (document.path, document.title, document.date, document.source, state.sha256)
        titled, names = int(document.titled), codec.encode_names(names_of(document))
        passages = passages_of(document, self._max_characters)
        body = codec.encode_document(document, [passage.span for passage in passages])
        checksum = codec.checksum(*said, titled, names, body)
        number = self._connection.execute(
            "INSERT INTO staged_documents "
            "(path, title, date, source, sha256, size, mtime_ns, ctime_ns, titled, names, "
            "checksum, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *said,
                *(state.size, state.mtime_ns, state.ctime_ns),
                *(titled, names, checksum, body),
            ),
        ).lastrowid
        self._connection.executemany(
            'INSERT INTO staged_passages (id, document, start, "end", vector_key, content) '
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                (passage.id, number, *passage_row(passage, self._key(passage)))
                for passage in passages
            ),
        )
        self.leave([document.path])

    def leave(self, paths: Iterable[str]) -> None:
        """Note documents whose committed rows go: removed, edited or unreadable now."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO leaving VALUES (?)", ((path,) for path in paths)
        )

    def missing(self) -> int:
        """Return how many passages have no vector kept from an earlier build."""
        row = self._connection.execute(f"SELECT count(*) FROM ({_MISSING})").fetchone()  # noqa: S608 (ours)
        return int(row[0])

    def embed_missing(self, embedder: Embedder, on_done: Callable[[int], None]) -> None:
        """Embed what is missing; each batch is saved for good as soon as it is done."""
        numbers = [row[0] for row in self._connection.execute(_MISSING)]
        for first in range(0, len(numbers), _EMBED_BATCH):
            batch = numbers[first : first + _EMBED_BATCH]
            passages = list(self._passages(batch))
            inputs = [embedding_input(passage) for passage in passages]
            found = embedder.embed_passages(
                [text for text, _ in inputs],
                [spans for _, spans in inputs],
                lambda done, before=first: on_done(before + done),  # type: ignore[misc]  # bound now
            )
            rows = [
                (
                    self._key(passage),
                    kept := codec.encode_vector(vector),
                    codec.encode_units(units, kept),
                )
                for passage, vector, units in zip(passages, found.vectors, found.units, strict=True)
            ]
            with transaction(self._connection):
                write_vectors(self._connection, rows)
            on_done(first + len(batch))

    def _passages(self, numbers: list[int]) -> Iterator[Passage]:
        marks = ",".join("?" * len(numbers))
        rows = self._connection.execute(
            f"SELECT {PASSAGE_COLUMNS} FROM staged_passages p "  # noqa: S608 (ours)
            f"JOIN staged_documents d ON d.number = p.document WHERE p.number IN ({marks}) "
            "ORDER BY p.number",
            numbers,
        )
        return (passage_from(row) for row in rows)

    def _key(self, passage: Passage) -> bytes:
        text, spans = embedding_input(passage)
        return vector_key(self._model, text, spans)


_MISSING = """
SELECT min(s.number) FROM staged_passages s
WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.key = s.vector_key)
GROUP BY s.vector_key ORDER BY 1
"""
