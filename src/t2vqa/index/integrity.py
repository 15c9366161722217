"""Finds out whether an index is as it was written: every row, not only SQLite's structure."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest

from t2vqa.errors import IndexDamagedError
from t2vqa.index import codec, lexical
from t2vqa.index.store import PASSAGE_COLUMNS, is_whole, words_from

_BATCH = 20_000
_LEXICAL_ROWS = (
    "SELECT term, block, entries FROM lexical_postings ORDER BY term, block",
    "SELECT block, lengths FROM lexical_lengths ORDER BY block",
)
_ADVICE = "Run `t2vqa index` to mend it; your documents are not touched."


@dataclass(frozen=True, slots=True)
class Damage:
    """What of an index is not as it was written, where the rest can be kept.

    Attributes:
        documents: Paths of documents to be read anew: they, their passages or vectors are damaged.
        vectors: Keys of damaged vectors, in use or not.
        lexical: The lexical index is damaged.
    """

    documents: frozenset[str] = frozenset()
    vectors: tuple[bytes, ...] = ()
    lexical: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.documents or self.vectors or self.lexical)

    def __str__(self) -> str:
        """Return words for a message."""
        parts = []
        if self.documents:
            parts.append(f"what it held of {len(self.documents)} documents")
        if self.vectors:
            parts.append(f"{len(self.vectors)} vectors")
        if self.lexical:
            parts.append("its lexical index")
        return ", ".join(parts)


def look_over(connection: sqlite3.Connection) -> None:
    """See in some milliseconds whether an index holds as much as it says.

    Raises:
        IndexDamagedError: It does not.
    """
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    for table in ("documents", "passages"):
        if table in meta:
            found = _count(connection, table)
            if str(found) != meta[table]:
                raise IndexDamagedError(
                    f"The index is damaged: it should hold {meta[table]} {table}, but holds "
                    f"{found}. {_ADVICE}"
                )


def examine(connection: sqlite3.Connection, *, terms: bool) -> Damage:
    """Compare every row with its checksum, which takes some seconds for 100,000 passages.

    Args:
        connection: To the index, for writing.
        terms: Compare the lexical index with the passages too, as long as it takes to make it.

    Raises:
        IndexDamagedError: The file is damaged so that none of it can be trusted.
        sqlite3.Error: The same, where SQLite says so.
    """
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise IndexDamagedError(f"The index is damaged ({found.splitlines()[-1]}). {_ADVICE}")
    look_over(connection)
    bad_vectors = tuple(
        key
        for key, vector, units, checksum in connection.execute(
            "SELECT key, vector, units, checksum FROM vectors"
        )
        if codec.checksum(key, vector, units) != checksum
    )
    passages = _damaged_passages(connection)
    documents = _damaged_documents(connection) | passages
    return Damage(
        documents=frozenset(documents | _without_vectors(connection, bad_vectors)),
        vectors=bad_vectors,
        # which words to take out of it, a damaged passage does not say
        lexical=bool(passages) or (terms and not documents and not _lexical_holds(connection)),
    )


def _damaged_documents(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute(
        "SELECT d.path, d.title, d.date, d.source, d.sha256, d.titled, b.names, b.body, "
        "b.checksum FROM documents d LEFT JOIN bodies b ON b.document = d.number"
    )
    return {row[0] for row in rows if row[7] is None or codec.checksum(*row[:8]) != row[8]}


def _damaged_passages(connection: sqlite3.Connection) -> set[str]:
    """Return the documents with a passage that was changed, lost or put in another place."""
    rows = connection.execute(
        f"SELECT {PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.number = p.document"  # noqa: S608 (ours)
    )
    damaged = {row[1] for row in rows if not is_whole(row)}
    misplaced = connection.execute(
        "SELECT d.path FROM documents d LEFT JOIN passages p ON p.document = d.number "
        "GROUP BY d.number HAVING count(p.number) != d.passages OR (count(p.number) AND "
        "(min(p.number) != d.first_passage OR max(p.number) != d.first_passage + d.passages - 1))"
    )
    damaged.update(row[0] for row in misplaced)
    orphans = connection.execute(
        "SELECT count(*) FROM passages WHERE document NOT IN (SELECT number FROM documents)"
    ).fetchone()[0]
    if orphans:
        raise IndexDamagedError(f"The index is damaged: {orphans} passages are lost. {_ADVICE}")
    return damaged


def _without_vectors(connection: sqlite3.Connection, bad: tuple[bytes, ...]) -> set[str]:
    """Return the documents that have a passage without a sound vector."""
    held = {row[0] for row in connection.execute("SELECT key FROM vectors")} - set(bad)
    rows = connection.execute(
        "SELECT d.path, p.vector_key FROM passages p JOIN documents d ON d.number = p.document"
    )
    return {path for path, key in rows if key not in held}


def _lexical_holds(connection: sqlite3.Connection) -> bool:
    """Tell whether the lexical index is the one that is made of the passages."""
    with closing(sqlite3.connect("", isolation_level=None)) as scratch:  # on disk if it is large
        for statement in lexical.TABLES.split(";\n"):
            scratch.execute(statement)
        scratch.execute("BEGIN")
        rows = connection.execute("SELECT number, content FROM passages ORDER BY number")
        while batch := rows.fetchmany(_BATCH):
            lexical.add_passages(
                scratch, [(number, *words_from(content)) for number, content in batch]
            )
        return all(
            one == other
            for query in _LEXICAL_ROWS
            for one, other in zip_longest(scratch.execute(query), connection.execute(query))
        )


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 (ours)
