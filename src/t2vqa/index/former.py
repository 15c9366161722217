"""An index that cannot go on being used, and what the one in its place takes over from it.

The file of an older t2vqa, or a damaged one, is set aside under another name. Its vectors are
copied into the new file, those that are as they were written, and then it is deleted. A build that
is stopped in between finds the file that was set aside and goes on.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from t2vqa.errors import IndexDamagedError, IndexStoreError, OlderIndexError
from t2vqa.index import codec
from t2vqa.index.schema import connect_writer, database_path, transaction
from t2vqa.index.store import write_vectors

log = logging.getLogger(__name__)

FORMER = "t2vqa.former.sqlite3"
"""Name of the file that was set aside."""

_BATCH = 500
_MOST_FAILURES = 100
_LOG_SUFFIXES = ("-wal", "-shm")

Kept = tuple[bytes, bytes, bytes]
"""Key, vector and unit vectors as they are stored."""


def open_index(index: Path, see_documents: Callable[[], None]) -> tuple[sqlite3.Connection, str]:
    """Open an index for a build, whatever state it is in.

    Args:
        index: Its folder.
        see_documents: Called before the index is made anew; raises where it could not be.

    Returns:
        The connection, and what had to be done in words for the user, or nothing.

    Raises:
        NewerIndexError: It was made by a newer t2vqa.
        IndexStoreError: The folder cannot be written to.
    """
    said = ""
    try:
        connection = connect_writer(index)
    except (OlderIndexError, IndexDamagedError) as error:
        said = put_aside(index, error, see_documents)
        connection = connect_writer(index)
    try:
        _take_over(index, connection)
    except BaseException:
        connection.close()
        raise
    return connection, said


def put_aside(index: Path, error: IndexStoreError, see_documents: Callable[[], None]) -> str:
    """Put the file of an index that cannot be used under another name.

    Args:
        index: Its folder.
        error: Says why it cannot be used.
        see_documents: Called first; raises where there is nothing to make another index of.

    Returns:
        What was done, in words for the user.

    Raises:
        OSError: The folder cannot be written to.
    """
    see_documents()
    reason = str(error).partition(". Run ")[0]
    log.warning("%s. Making it anew.", reason)
    path = database_path(index)
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in _LOG_SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
        (index / (FORMER + suffix)).unlink(missing_ok=True)
    path.replace(index / FORMER)
    return f"{reason}. It was made anew from your documents."


def _take_over(index: Path, connection: sqlite3.Connection) -> None:
    """Copy the vectors of the file that was set aside, if there is one, and delete it."""
    former = index / FORMER
    if not former.exists():
        return
    taken = 0
    with closing(_open(former)) as source:
        for batch in _sound_vectors(source):
            with transaction(connection):
                write_vectors(connection, batch)
            taken += len(batch)
    log.info("Took %d vectors over from the former index.", taken)
    for suffix in ("", *_LOG_SUFFIXES):
        (index / (FORMER + suffix)).unlink(missing_ok=True)


def _open(former: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{former.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _sound_vectors(source: sqlite3.Connection) -> Iterator[list[Kept]]:
    """Yield the vectors that are as they were written; none where that cannot be told."""
    try:
        columns = {row[1] for row in source.execute("PRAGMA table_info(vectors)")}
        if not {"number", "key", "vector", "units"} <= columns:
            return
        checked = "checksum" in columns
        if not checked and source.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            return
    except sqlite3.Error:
        return
    query = (
        f"SELECT number, key, vector, units, {'checksum' if checked else 'NULL'} FROM vectors "  # noqa: S608 (ours)
        "WHERE number >= ? ORDER BY number LIMIT ?"
    )
    first, many, skip, failures = 0, _BATCH, 1, 0
    while failures < _MOST_FAILURES:
        try:
            rows = source.execute(query, (first, many)).fetchall()
        except sqlite3.Error:  # a torn page: come up to it row by row, and go on behind it
            failures += 1
            if many > 1:
                many = 1
            else:
                first, skip = first + skip, 2 * skip
            continue
        if not rows:
            return
        first, many, skip = rows[-1][0] + 1, min(2 * many, _BATCH), 1
        yield [row[1:4] for row in rows if _is_whole(row)]


def _is_whole(row: tuple[object, ...]) -> bool:
    _, key, vector, units, checksum = row
    if not (isinstance(key, bytes) and isinstance(vector, bytes) and isinstance(units, bytes)):
        return False
    return checksum is None or codec.checksum(key, vector, units) == checksum
