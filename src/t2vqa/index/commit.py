"""The one transaction that moves an index from one state to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from t2vqa.index import lexical
from t2vqa.index.history import note_commit
from t2vqa.index.schema import transaction
from t2vqa.index.store import FileState, words_from, write_meta, write_skipped, write_touched
from t2vqa.types import Skipped

LEAST_UNUSED = 1000
"""So many unused vectors are kept in any case; see :func:`forget_old_vectors`."""


@dataclass(frozen=True, slots=True)
class NextState:
    """What is committed besides the staged documents.

    Attributes:
        touched: Files with a new size or time but the bytes that are known.
        skipped: All files that are not indexed, with their state where they had been opened.
        meta: What the index says of itself from now on.
        lexical_anew: The lexical index is made anew, for another segmentation.
    """

    touched: Mapping[str, FileState]
    skipped: Iterable[tuple[Skipped, FileState | None]]
    meta: dict[str, str]
    lexical_anew: bool = False


def commit_state(connection: sqlite3.Connection, state: NextState) -> None:
    """Commit the staged documents in place of those that leave.

    Whoever reads sees the state before this call or the one after it, never another.
    """
    with transaction(connection):
        _note_keys_of_leaving(connection)
        if not state.lexical_anew:
            lexical.remove_passages(connection, _words(connection, f"document {_LEAVING}"))
        connection.execute(f"DELETE FROM passages WHERE document {_LEAVING}")  # noqa: S608 (ours)
        connection.execute(f"DELETE FROM bodies WHERE document {_LEAVING}")  # noqa: S608 (ours)
        connection.execute("DELETE FROM documents WHERE path IN (SELECT path FROM leaving)")
        first_document, first = _put_in(connection)
        _note_use_of_vectors(connection, int(state.meta["generation"]))
        if state.lexical_anew:
            lexical.remove_all(connection)
            first = 0
        lexical.add_passages(connection, _words(connection, f"number > {first}"))
        write_touched(connection, state.touched)
        write_skipped(connection, state.skipped)
        write_meta(connection, state.meta)
        note_commit(connection, first_document + 1, state.meta["built_at"])
        for table in ("documents", "passages"):
            connection.execute(
                f"INSERT OR REPLACE INTO meta SELECT ?, count(*) FROM {table}",  # noqa: S608 (ours)
                (table,),
            )


def forget_old_vectors(connection: sqlite3.Connection) -> None:
    """Delete unused vectors, the longest unused first, where there are more than used ones.

    What is kept serves a passage that comes back: a document restored, the former length of
    passages or the former model chosen again.
    """
    most = max(LEAST_UNUSED, connection.execute("SELECT count(*) FROM passages").fetchone()[0])
    (unused,) = connection.execute(
        "SELECT count(*) FROM vectors WHERE unused_since IS NOT NULL"
    ).fetchone()
    if unused > most:
        with transaction(connection):
            connection.execute(
                "DELETE FROM vectors WHERE number IN (SELECT number FROM vectors "
                "WHERE unused_since IS NOT NULL ORDER BY unused_since, number LIMIT ?)",
                (unused - most,),
            )


_LEAVING = "IN (SELECT number FROM documents WHERE path IN (SELECT path FROM leaving))"


def _note_keys_of_leaving(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS loosened (key BLOB PRIMARY KEY)")
    connection.execute("DELETE FROM loosened")
    connection.execute(
        f"INSERT OR IGNORE INTO loosened SELECT vector_key FROM passages WHERE document {_LEAVING}"  # noqa: S608 (ours)
    )


def _note_use_of_vectors(connection: sqlite3.Connection, generation: int) -> None:
    """Note which vectors have lost their last passage, and which have one again."""
    connection.execute(
        "UPDATE vectors SET unused_since = ? WHERE key IN (SELECT key FROM loosened) "
        "AND NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = vectors.key)",
        (generation,),
    )
    connection.execute(
        "UPDATE vectors SET unused_since = NULL WHERE unused_since IS NOT NULL "
        "AND key IN (SELECT vector_key FROM staged_passages)"
    )


def _put_in(connection: sqlite3.Connection) -> tuple[int, int]:
    """Move the staged rows in; the passages of a document get numbers without gaps.

    Returns:
        All documents with a number above the first, and all passages above the second, are new.
    """
    document_base, passage_base = connection.execute(
        "SELECT (SELECT coalesce(max(number), 0) FROM documents), "
        "(SELECT coalesce(max(number), 0) FROM passages)"
    ).fetchone()
    connection.execute(
        "INSERT INTO documents SELECT d.number + ?, path, title, date, source, sha256, size, "
        "mtime_ns, ctime_ns, titled, coalesce(s.first, 0) + ?, coalesce(s.count, 0) "
        "FROM staged_documents d "
        "LEFT JOIN (SELECT document, min(number) AS first, count(*) AS count "
        "FROM staged_passages GROUP BY document) s ON s.document = d.number",
        (document_base, passage_base),
    )
    connection.execute(
        "INSERT INTO bodies SELECT number + ?, names, checksum, body FROM staged_documents",
        (document_base,),
    )
    connection.execute(
        'INSERT INTO passages SELECT number + ?, id, document + ?, start, "end", vector_key, '
        "content FROM staged_passages",
        (passage_base, document_base),
    )
    return int(document_base), int(passage_base)


def _words(connection: sqlite3.Connection, condition: str) -> list[tuple[int, str, str]]:
    """Return number, context and text of the passages a condition of ours chooses."""
    rows = connection.execute(
        f"SELECT number, content FROM passages WHERE {condition}"  # noqa: S608 (ours)
    )
    return [(number, *words_from(content)) for number, content in rows]
