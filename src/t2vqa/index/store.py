"""Reads and writes the rows of documents, passages and vectors."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from t2vqa.errors import IndexDamagedError
from t2vqa.index import codec
from t2vqa.index.codec import PassageContent
from t2vqa.index.text_codec import pack_text
from t2vqa.types import Document, Passage, Skipped, Span

PASSAGE_COLUMNS = 'p.id, d.path, d.title, d.titled, d.date, p.start, p."end", p.content'
"""What :func:`passage_from` reads, of passages ``p`` joined with documents ``d``."""

_ID_BATCH = 5000

Name = TypeVar("Name")
Row = tuple[Any, ...]
"""A row of a query."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What the manifest knows of a file: enough to see whether it must be read again.

    ``size`` is :data:`t2vqa.index.changes.UNSURE` where size and time could not tell.
    """

    size: int
    mtime_ns: int
    sha256: str = ""
    ctime_ns: int = 0


def vector_key(model: str, text: str, spans: Sequence[Span]) -> bytes:
    """Return the key under which a text's vectors are kept: it names all they depend on."""
    digest = hashlib.sha256()
    for part in (model, text, ",".join(f"{span.start}-{span.end}" for span in spans)):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.digest()[:16]


def read_manifest(connection: sqlite3.Connection) -> dict[str, FileState]:
    """Return the state of every indexed file by path."""
    rows = connection.execute("SELECT path, size, mtime_ns, sha256, ctime_ns FROM documents")
    return {path: FileState(*state) for path, *state in rows}


def read_skipped(connection: sqlite3.Connection) -> dict[str, tuple[str, FileState | None]]:
    """Return why each skipped file was skipped, and its state where it had been opened."""
    rows = connection.execute(
        "SELECT path, reason, size, mtime_ns, ctime_ns FROM skipped ORDER BY path"
    )
    return {
        path: (reason, None if size is None else FileState(size, mtime_ns, ctime_ns=ctime_ns))
        for path, reason, size, mtime_ns, ctime_ns in rows
    }


def write_skipped(
    connection: sqlite3.Connection, skipped: Iterable[tuple[Skipped, FileState | None]]
) -> None:
    """Replace the list of skipped files."""
    connection.execute("DELETE FROM skipped")
    connection.executemany(
        "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?)",
        (
            (item.path, item.reason)
            + ((state.size, state.mtime_ns, state.ctime_ns) if state else (None, None, None))
            for item, state in skipped
        ),
    )


def write_meta(connection: sqlite3.Connection, values: dict[str, str]) -> None:
    """Set what the index says of itself."""
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def write_vectors(
    connection: sqlite3.Connection, rows: Iterable[tuple[bytes, bytes, bytes]]
) -> None:
    """Keep vectors given as key, vector and unit vectors; no passage uses them yet."""
    connection.executemany(
        "INSERT OR REPLACE INTO vectors (key, vector, units, checksum, unused_since) "
        "VALUES (?, ?, ?, ?, (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation'))",
        ((*row, codec.checksum(*row)) for row in rows),
    )


def passage_row(passage: Passage, key: bytes) -> Row:
    """Return a passage's values in the order of the table's columns after ``document``."""
    content = PassageContent(passage.section, passage.context, passage.text, passage.units)
    written = codec.passage_content(content, passage.span.start)
    return (passage.span.start, passage.span.end, key, pack_text(written))


def passage_from(row: Row) -> Passage:
    """Read a passage from a row of :data:`PASSAGE_COLUMNS`.

    Raises:
        IndexDamagedError: The row is not what was written: its id is the hash of the rest.
    """
    name, path, title, titled, date, start, end, _ = row
    content = _whole_content(row)
    if content is None:
        raise IndexDamagedError(
            f"The index is damaged: a passage of {path} is not what was written. Run `t2vqa "
            "index` to mend it; your documents are not touched."
        )
    said = codec.read_passage_content(content, start)
    return Passage(
        id=name,
        document=path,
        title=title,
        section=said.section,
        span=Span(start, end),
        text=said.text,
        context=said.context,
        units=said.units,
        date=date,
        titled=bool(titled),
    )


def words_from(packed: bytes) -> tuple[str, str]:
    """Return context and text of a passage from its column ``content``.

    Raises:
        IndexDamagedError: They cannot be read.
    """
    said = codec.read_passage_content(codec.unpacked(packed), 0)
    return said.context, said.text


def is_whole(row: Row) -> bool:
    """Tell whether a row of :data:`PASSAGE_COLUMNS` is as it was written."""
    return _whole_content(row) is not None


def _whole_content(row: Row) -> str | None:
    """Return what the row's passage says, None where it is not what was written."""
    try:
        content = codec.unpacked(row[-1])
    except IndexDamagedError:
        return None
    return content if codec.passage_id(*row[1:-1], content) == row[0] else None


def read_document(connection: sqlite3.Connection, path: str) -> Document | None:
    """Return a document as it was indexed, or None where there is none of that path."""
    row = connection.execute(
        "SELECT mtime_ns, body, path, title, date, source, sha256 FROM documents d "
        "JOIN bodies b ON b.document = d.number WHERE path = ?",
        (path,),
    ).fetchone()
    if row is None:
        return None
    texts = [
        passage_from(found).text
        for found in connection.execute(
            f"SELECT {PASSAGE_COLUMNS} FROM passages p "  # noqa: S608 (ours)
            "JOIN documents d ON d.number = p.document WHERE d.path = ? ORDER BY p.number",
            (path,),
        )
    ]
    document = codec.decode_document(row[1], texts, *row[2:])
    return replace(document, modified=_utc(row[0]))


def passages_with_vectors(
    connection: sqlite3.Connection, source: str, dimensions: int, batch: int
) -> Iterator[tuple[list[Passage], codec.Floats]]:
    """Yield passages and their vectors in batches.

    Args:
        connection: To the index.
        source: The rest of a SELECT from ``FROM`` on, with passages ``p``, documents ``d`` and
            vectors ``v``; never made from outside input.
        dimensions: Length of a vector.
        batch: Most passages at once.
    """
    rows = connection.execute(f"SELECT v.vector, {PASSAGE_COLUMNS} {source}")
    while chunk := rows.fetchmany(batch):
        passages = [passage_from(row[1:]) for row in chunk]
        yield passages, codec.decode_vectors([row[0] for row in chunk], dimensions)


def in_batches(names: Sequence[Name]) -> Iterator[tuple[str, list[Name]]]:
    """Yield ``?,?,…`` and the values for it, for as many names as one statement takes."""
    for first in range(0, len(names), _ID_BATCH):
        part = list(names[first : first + _ID_BATCH])
        yield ",".join("?" * len(part)), part


def write_touched(connection: sqlite3.Connection, touched: Mapping[str, FileState]) -> None:
    """Note new sizes and times of files whose bytes are the known ones."""
    connection.executemany(
        "UPDATE documents SET size = ?, mtime_ns = ?, ctime_ns = ? WHERE path = ?",
        ((item.size, item.mtime_ns, item.ctime_ns, path) for path, item in touched.items()),
    )


def _utc(mtime_ns: int) -> str | None:
    try:
        return datetime.fromtimestamp(mtime_ns // 10**9, UTC).isoformat()
    except (OverflowError, ValueError, OSError):  # a file system may hold any number
        return None
