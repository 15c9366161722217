"""The tables of the index's SQLite file and how it is opened."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from t2vqa.errors import (
    IndexDamagedError,
    IndexStoreError,
    NewerIndexError,
    NoIndexError,
    OlderIndexError,
)
from t2vqa.index import lexical

FORMAT = "4"
"""Version of the tables, a number. A build makes an older index anew and takes its vectors over;
a newer one is left alone."""

DATABASE = "t2vqa.sqlite3"
"""Name of the SQLite file in the index folder: the truth about what is indexed."""

_PAGE_BYTES = 16384
_LOG_BYTES = 64 << 20
"""A log that a large commit left is cut to this when it is next begun anew."""

_CACHE_KIB = 32 * 1024
_BUSY_SECONDS = 30.0
_LEAST_ROOM = 4_000_000
_PRIMARY_CODE = 0xFF
_DAMAGE_WORDS = ("malformed", "not a database", "could not decode", "no such table", "no such col")
"""SQLite and its Python module say these of a file that somebody else wrote to."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- One row for each indexed file: the manifest (size, mtime_ns, sha256) and what is shown of it.
-- Its passages are numbered from first_passage on, without gaps.
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    date TEXT,
    source TEXT,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    titled INTEGER NOT NULL,
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL
);

-- Structure, and the text between passages, apart from the rest so that lists of documents are read
-- fast. The checksum is of this row and of what the row of documents says of the document.
CREATE TABLE bodies (
    document INTEGER PRIMARY KEY,
    names TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE skipped (
    path TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    size INTEGER,
    mtime_ns INTEGER,
    ctime_ns INTEGER
) WITHOUT ROWID;

-- The id is a hash of the rest, and so the row's checksum. content: section, context, text and
-- units, compressed; it is written nowhere else.
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (number),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector_key BLOB NOT NULL,
    content BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_vector ON passages (vector_key);

-- Kept by model and text: a passage that is moved, renamed or restored is not embedded again.
-- unused_since: the generation that had no passage with this key any more; null while one has.
CREATE TABLE vectors (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL,
    units BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    unused_since INTEGER
);
CREATE INDEX vectors_unused ON vectors (unused_since) WHERE unused_since IS NOT NULL;

-- Ids of a Chroma collection that may be there without belonging there, or the reverse: what a
-- build is about to add or has yet to delete. Empty when no build is under way.
CREATE TABLE chroma_journal (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def database_path(index: Path) -> Path:
    """Return where the SQLite file of an index folder is."""
    return index / DATABASE


def connect_writer(index: Path) -> sqlite3.Connection:
    """Open the index for writing, making the folder and the tables where there are none.

    Raises:
        NewerIndexError: It was made by a newer t2vqa; nothing of it is touched.
        OlderIndexError: It was made by an older t2vqa.
        IndexDamagedError: The file is no index, or damaged.
        IndexStoreError: The folder cannot be written to.
    """
    with plain_errors(index):
        index.mkdir(parents=True, exist_ok=True)
        connection = _connect(str(database_path(index)), uri=False)
        try:
            if _has_tables(connection):
                _check_format(connection, index)
                connection.execute("PRAGMA journal_mode=WAL")
            else:
                connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
                connection.execute("PRAGMA journal_mode=WAL")
                create_tables(connection)
            connection.execute(f"PRAGMA journal_size_limit={_LOG_BYTES}")
            connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
    return connection


def connect_reader(index: Path) -> sqlite3.Connection:
    """Open the index for reading.

    Raises:
        NoIndexError: There is no index.
        IndexStoreError: It is damaged, or was made by an older or a newer t2vqa.
    """
    path = database_path(index)
    if not path.is_file():
        raise NoIndexError(f"There is no index in {index}. Run `t2vqa index` to build it.")
    with plain_errors(index):
        connection = _open_read_only(path)
        try:
            if not _has_tables(connection):
                raise NoIndexError(f"There is no index in {index} yet. Run `t2vqa index`.")
            _check_format(connection, index)
        except BaseException:
            connection.close()
            raise
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty index, all or none.

    Generations are counted from the time on, so that whoever still holds another index that was
    in the folder before never takes the one for the other.
    """
    with transaction(connection):
        for statement in (_TABLES + lexical.TABLES).split(";\n"):
            connection.execute(statement)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("format", FORMAT), ("generation", str(time.time_ns() // 1_000_000))],
        )


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the index says of itself: format, generation, model and so on."""
    return dict(connection.execute("SELECT key, value FROM meta"))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block in one write transaction; any exception undoes it all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def plain_errors(index: Path) -> Iterator[None]:
    """Turn failures of the file system and of SQLite into messages in plain words.

    Raises:
        IndexDamagedError: SQLite found the file damaged.
        IndexStoreError: The block failed with another ``sqlite3.Error`` or an ``OSError``.
    """
    with plain_database_errors(index):
        try:
            yield
        except OSError as error:
            raise IndexStoreError(explain(str(error.strerror), index)) from error


@contextmanager
def plain_database_errors(index: Path) -> Iterator[None]:
    """Turn failures of SQLite into messages in plain words.

    Raises:
        IndexDamagedError: SQLite found the file damaged.
        IndexStoreError: The block failed with another ``sqlite3.Error``.
    """
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error):
            raise IndexDamagedError(
                f"The index in {index} is damaged ({error}). Run `t2vqa index` to mend it; your "
                "documents are not touched."
            ) from error
        raise IndexStoreError(explain(str(error), index)) from error


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether SQLite says that the file is not as it was written."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    if code & _PRIMARY_CODE in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return True
    words = str(error).lower()
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or any(one in words for one in _DAMAGE_WORDS)


def is_full(words: str) -> bool:
    """Tell whether the words of a failure mean that the disk is full."""
    found = words.lower()
    return any(one in found for one in ("is full", "no space left", "file too large", "quota"))


def _has_no_room(index: Path) -> bool:
    """Tell whether the disk is as good as full: Chroma does not always say so."""
    try:
        return shutil.disk_usage(index).free < _LEAST_ROOM
    except OSError:
        return False


def explain(words: str, index: Path) -> str:
    """Say what a failure to write to or read from the index means and what to do next."""
    found = words.lower()
    if is_full(words) or _has_no_room(index):
        return (
            f"The disk that holds the index {index} is full ({words}). Make room and run "
            "`t2vqa index` again; what was indexed before is still served."
        )
    if "readonly" in found or "read-only" in found or "permission" in found:
        return (
            f"The index folder {index} cannot be written to. Make it writable, or choose another "
            "folder with --index."
        )
    if "unable to open" in found:
        return f"The index in {index} cannot be opened. See that the folder can be read."
    if "i/o error" in found or "input/output" in found:
        return (
            f"The disk that holds the index {index} failed ({words}): it is full, was taken away "
            "or is failing. See to it and run `t2vqa index` again; what was indexed before is "
            "still served."
        )
    return (
        f"The index in {index} cannot be used: {words}. Run `t2vqa index` again; if that does "
        "not help, `t2vqa index --rebuild`."
    )


def _connect(database: str, uri: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    try:
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Open the file read-only, also where the folder is read-only and no writer can be about."""
    address = path.resolve().as_uri()
    try:
        return _connect(f"{address}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _connect(f"{address}?immutable=1", uri=True)


def _has_tables(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    return row is not None


def _check_format(connection: sqlite3.Connection, index: Path) -> None:
    found = read_meta(connection).get("format", "")
    if found == FORMAT:
        return
    if not found.isdecimal():
        raise IndexDamagedError(
            f"The index in {index} is damaged (it does not say which format it has). Run "
            "`t2vqa index` to mend it; your documents are not touched."
        )
    if int(found) > int(FORMAT):
        raise NewerIndexError(
            f"The index in {index} was made by a newer t2vqa (its format has version {found}, "
            f"this t2vqa knows versions up to {FORMAT}) and was left as it is. Upgrade t2vqa, or "
            "choose another folder with --index."
        )
    raise OlderIndexError(
        f"The index in {index} was made by an older t2vqa (its format has version {found}, this "
        f"t2vqa writes version {FORMAT}). Run `t2vqa index` to make it anew: what was embedded "
        "is taken over, and your documents are not touched."
    )
