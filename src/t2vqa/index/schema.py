"""The tables of the index's SQLite file and how it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from t2vqa.errors import IndexStoreError, NoIndexError

FORMAT = "2"
"""Version of the tables. An index of another version is not read but built anew."""

DATABASE = "t2vqa.sqlite3"
"""Name of the SQLite file in the index folder: the truth about what is indexed."""

_PAGE_BYTES = 8192
_CACHE_KIB = 32 * 1024
_BUSY_SECONDS = 30.0

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
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL
);

-- Text and structure, apart from the rest so that lists of documents are read fast.
CREATE TABLE bodies (document INTEGER PRIMARY KEY, names TEXT NOT NULL, body BLOB NOT NULL);

CREATE TABLE skipped (
    path TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    size INTEGER,
    mtime_ns INTEGER
) WITHOUT ROWID;

CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (number),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector_key BLOB NOT NULL,
    section TEXT NOT NULL,
    context TEXT NOT NULL,
    text TEXT NOT NULL,
    units TEXT NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_vector ON passages (vector_key);

-- Kept by content: a passage that is moved, renamed or restored is not embedded again.
CREATE TABLE vectors (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL,
    units BLOB NOT NULL
);

-- Ids of a Chroma collection that may be there without belonging there, or the reverse: what a
-- build is about to add or has yet to delete. Empty when no build is under way.
CREATE TABLE chroma_journal (id TEXT PRIMARY KEY) WITHOUT ROWID;

-- The text is cut into terms before it comes here and only spaces part them, so the tokenizer
-- takes every other character as part of a term. content='' keeps no second copy of the text.
CREATE VIRTUAL TABLE lexical USING fts5 (
    context, body, content='',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
);
CREATE VIRTUAL TABLE lexical_terms USING fts5vocab (lexical, row);
"""


def database_path(index: Path) -> Path:
    """Return where the SQLite file of an index folder is."""
    return index / DATABASE


def connect_writer(index: Path) -> sqlite3.Connection:
    """Open the index for writing, making the folder and the tables where there are none.

    Raises:
        IndexStoreError: The folder cannot be written to, or the file is damaged or of another
            format version.
    """
    with plain_errors(index):
        index.mkdir(parents=True, exist_ok=True)
        connection = _connect(str(database_path(index)), uri=False)
        try:
            if not _has_tables(connection):
                connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
                connection.execute("PRAGMA journal_mode=WAL")
                create_tables(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            _check_format(connection, index)
        except BaseException:
            connection.close()
            raise
    return connection


def clear_unusable(index: Path) -> None:
    """Delete an index that is damaged or of another format version; leave a sound one alone.

    Raises:
        IndexStoreError: The files cannot be deleted.
    """
    path = database_path(index)
    if not path.exists():
        return
    try:
        connection = connect_writer(index)
    except IndexStoreError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError | OSError):
            raise  # no sign of damage: a full disk, a folder that cannot be written to
        sound = False
    else:
        with closing(connection):
            sound = _passes_check(connection)
    if not sound:
        with plain_errors(index):
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)


def connect_reader(index: Path) -> sqlite3.Connection:
    """Open the index for reading.

    Raises:
        NoIndexError: There is no index.
        IndexStoreError: It is damaged or of another format version.
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
    """Make the tables of an empty index, all or none."""
    with transaction(connection):
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("generation", "0")]
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
        IndexStoreError: The block failed with a ``sqlite3.Error`` or an ``OSError``.
    """
    with plain_database_errors(index):
        try:
            yield
        except OSError as error:
            raise IndexStoreError(_explain(str(error.strerror).lower(), error, index)) from error


@contextmanager
def plain_database_errors(index: Path) -> Iterator[None]:
    """Turn failures of SQLite into messages in plain words.

    Raises:
        IndexStoreError: The block failed with a ``sqlite3.Error``.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise IndexStoreError(_explain(str(error).lower(), error, index)) from error


def _explain(words: str, error: Exception, index: Path) -> str:
    if "full" in words or "no space left" in words:
        return (
            f"The disk that holds the index {index} is full. Make room and run `t2vqa index` "
            "again; what was indexed before is still served."
        )
    if "readonly" in words or "read-only" in words or "permission" in words:
        return (
            f"The index folder {index} cannot be written to. Make it writable, or choose another "
            "folder with --index."
        )
    if "unable to open" in words:
        return f"The index in {index} cannot be opened. See that the folder can be read."
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return (
            f"The index in {index} is damaged ({error}). Run `t2vqa index --rebuild` to build it "
            "anew; your documents are not touched."
        )
    return f"The index in {index} cannot be used: {error}. Run `t2vqa index --rebuild`."


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


def _passes_check(connection: sqlite3.Connection) -> bool:
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _check_format(connection: sqlite3.Connection, index: Path) -> None:
    found = read_meta(connection).get("format")
    if found != FORMAT:
        raise IndexStoreError(
            f"The index in {index} has format version {found}, this t2vqa reads version {FORMAT}. "
            "Run `t2vqa index --rebuild` to build it anew; your documents are not touched."
        )
