"""The file that conversations are kept in: opened, checked and brought up to date.

A file that is damaged, of another program or of a newer t2vqa is left as it is.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from t2vqa.errors import ConversationStoreError
from t2vqa.index.network_folders import is_on_network
from t2vqa.index.schema import transaction

APPLICATION = 0x74327663
"""SQLite's mark for whose file it is: ``t2vc``."""

STEPS: tuple[str, ...] = (
    # An owner is bytes: names that differ must differ here too, also those that are no UTF-8.
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        owner BLOB NOT NULL,
        title TEXT NOT NULL,
        title_folded TEXT NOT NULL,
        named INTEGER NOT NULL DEFAULT 0,
        created TEXT NOT NULL,
        changed TEXT NOT NULL
    );
    CREATE INDEX conversations_of_owner ON conversations (owner, changed);
    CREATE TABLE turns (
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        body BLOB NOT NULL,
        feedback BLOB,
        PRIMARY KEY (conversation, position)
    );
    CREATE INDEX turns_with_feedback ON turns (conversation) WHERE feedback IS NOT NULL;
    CREATE TABLE searched (
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        folded TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (conversation, position)
    ) WITHOUT ROWID;
    """,
)
"""What leads from each version of the file to the next; a new file goes through all of them."""

_PATIENCE_SECONDS = 10.0
_SAYS_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def open_file(path: Path, steps: Sequence[str] = STEPS) -> sqlite3.Connection:
    """Open the file at ``path``, and make it where there is none.

    Args:
        path: Its folder is made too; only the user can read what is made.
        steps: What leads from each version of the file to the next.

    Raises:
        ConversationStoreError: It cannot be used; the message says why.
    """
    with errors_told(path):
        _make(path)
        connection = sqlite3.connect(
            path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _check(connection, path, len(steps))
            _set_up(connection, path)
            _bring_up_to_date(connection, path, steps)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def errors_told(path: Path) -> Iterator[None]:
    """Say in a user's words why the file at ``path`` cannot be used.

    Raises:
        ConversationStoreError: In place of an error of SQLite or of the system.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _SAYS_DAMAGED:
            raise ConversationStoreError(damage_message(path, str(error))) from error
        raise ConversationStoreError(_message(path, str(error))) from error
    except OSError as error:
        raise ConversationStoreError(_message(path, error.strerror or str(error))) from error


def damage_message(path: Path, reason: str) -> str:
    """Return what to say of a file that holds something else than was written."""
    return (
        f"The file of conversations {path} is damaged ({reason}). It is left as it is: put a copy "
        "from before back in its place, or move it away, with the files -wal and -shm beside it, "
        "to begin with an empty one."
    )


def _message(path: Path, reason: str) -> str:
    return (
        f"The conversations cannot be read from or written to {path} ({reason}). See that the "
        "folder can be written to and its disk is not full, or name another file with "
        "T2VQA_CONVERSATIONS."
    )


def _make(path: Path) -> None:
    """Make the file, for its user alone; what SQLite puts beside it is made likewise."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _check(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    application, version = _pragma(connection, "application_id"), _version(connection)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION and (application or version or tables):
        raise ConversationStoreError(
            f"{path} is a file of another program and is left as it is. Name another file for "
            "the conversations with T2VQA_CONVERSATIONS."
        )
    if version > newest:
        raise ConversationStoreError(
            f"The file of conversations {path} was written by a newer t2vqa (its version is "
            f"{version}, this t2vqa knows {newest}) and is left as it is. Use that t2vqa, or name "
            "another file with T2VQA_CONVERSATIONS."
        )


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    """Let readers and a writer work side by side, and a written turn outlast a power cut."""
    if not is_on_network(path.parent):  # where memory cannot be shared, writers wait for readers
        _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the journal; SQLite does not wait for others here, so that is done by hand."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, steps: Sequence[str]) -> None:
    while _version(connection) < len(steps):
        with transaction(connection):
            _check(connection, path, len(steps))
            version = _version(connection)  # another process may have been here first
            if version < len(steps):
                for statement in filter(str.strip, steps[version].split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {version + 1}")


def _version(connection: sqlite3.Connection) -> int:
    return _pragma(connection, "user_version")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
