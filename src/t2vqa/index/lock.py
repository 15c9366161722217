"""One writer for each index: a lock file, and beside it who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from filelock import FileLock, Timeout

from t2vqa.errors import IndexLockedError
from t2vqa.index.schema import plain_errors

LOCK = ".lock"
"""Name of the lock file in the index folder; it stays, the lock on it comes and goes."""

OWNER = ".lock-owner.json"
"""Name of the file that tells which process holds the lock."""

_PATIENCE_SECONDS = 1.0
"""How long a writer waits for another one."""

_PATIENCE_WITH_READERS_SECONDS = 60.0
"""How long a writer waits for a reader, which holds the lock only while it opens Chroma: a second
for a small index, more for a large one on a slow disk."""

_POLL_SECONDS = 0.05


@contextmanager
def writing(index: Path) -> Iterator[None]:
    """Hold the index's lock for writing.

    Raises:
        IndexLockedError: Another process, or another thread of this one, is writing.
        IndexStoreError: The folder cannot be written to.
    """
    lock = _file_lock(index)
    with plain_errors(index):
        index.mkdir(parents=True, exist_ok=True)
        if not _acquired(lock, index):
            raise IndexLockedError(
                f"{_describe(index)} is writing to the index in {index}. Wait until it is done, "
                "or choose another folder with --index."
            )
    try:
        with plain_errors(index):
            _owner_path(index).write_text(
                json.dumps(
                    {
                        "process": process_name(),
                        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
                    }
                ),
                encoding="utf-8",
            )
        yield
    finally:
        with suppress(OSError):
            _owner_path(index).unlink(missing_ok=True)
        lock.release()


@contextmanager
def no_writer(index: Path) -> Iterator[bool]:
    """Keep writers out for a moment, where none is at work; give whether that worked."""
    lock = _file_lock(index)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        yield False
        return
    try:
        _owner_path(index).unlink(missing_ok=True)  # left by a writer that was killed
        yield True
    finally:
        lock.release()


def has_writer(index: Path) -> bool:
    """Tell whether somebody is writing to the index now; costs some microseconds."""
    if not _owner_path(index).exists():
        return False
    with no_writer(index) as alone:
        return not alone


def process_name() -> str:
    """Return this process's name as recorded in a lock and in an index."""
    return f"{os.getpid()}@{socket.gethostname()}"


def _acquired(lock: FileLock, index: Path) -> bool:
    """Wait for the lock, longer where nobody says that it is a writer who holds it."""
    started = monotonic()
    while True:
        with suppress(Timeout):
            lock.acquire(timeout=0)
            return True
        named = _owner_path(index).exists()
        patience = _PATIENCE_SECONDS if named else _PATIENCE_WITH_READERS_SECONDS
        if monotonic() - started > patience:
            return False
        sleep(_POLL_SECONDS)


def _file_lock(index: Path) -> FileLock:
    return FileLock(index / LOCK, thread_local=False)


def _owner_path(index: Path) -> Path:
    return index / OWNER


def _describe(index: Path) -> str:
    """Return words for the process that holds the lock."""
    try:
        owner = json.loads(_owner_path(index).read_text(encoding="utf-8"))
        number, _, host = str(owner["process"]).partition("@")
        where = "" if host == socket.gethostname() else f" on {host}"
        return f"Another process (number {number}{where}, since {owner['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
