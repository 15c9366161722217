"""Puts files into the corpus and takes them out so that nobody ever sees half a file or loses one.

Everything happens below one folder. No step goes through a link, so that a path below the folder
never leads out of it.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from t2vqa.errors import LibraryError

UNFINISHED = ".t2vqa-upload-"
"""Files being written begin with this: hidden, and so none of the corpus."""

_ABANDONED_SECONDS = 3600.0
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def folder_below(root: Path, path: PurePosixPath) -> Path:
    """Return the folder of a path below ``root``, made where it is missing.

    Raises:
        LibraryError: A part of it is a link or a file.
        OSError: It cannot be made.
    """
    place = root
    for part in path.parts:
        place = place / part
        with suppress(FileExistsError):
            place.mkdir()
        _check_folder(place, root)
    return place


def file_below(root: Path, path: PurePosixPath) -> Path | None:
    """Return the place of a regular file below ``root``, or None where there is none.

    Raises:
        LibraryError: The path leads through a link, or what is there is no regular file.
        OSError: The folder cannot be looked into.
    """
    place = root
    try:
        for part in path.parts[:-1]:
            place = place / part
            _check_folder(place, root)
        place = place / path.name
        mode = place.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(mode):
        raise LibraryError(f"{path} is not a regular file; manage it where it was made.")
    return place


def write_new(target: Path, data: bytes) -> None:
    """Write a file that is not there yet; it appears whole or not at all.

    Raises:
        FileExistsError: Something is there under this name.
        OSError: It cannot be written.
    """
    with _written(target.parent, data) as finished:
        move_new(finished, target)


def write_over(target: Path, data: bytes) -> None:
    """Write a file in place of the one that is there: whoever reads it reads the one or the other.

    Raises:
        OSError: It cannot be written; the file is as it was.
    """
    with _written(target.parent, data) as finished:
        finished.replace(target)


def move_new(source: Path, target: Path) -> None:
    """Give a file another name that nothing has yet.

    Raises:
        FileExistsError: Something is there under that name.
        OSError: It cannot be moved; the file is where it was.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        # No second names here, or another disk. Only who writes in this very moment is missed.
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        try:
            source.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _move_to_another_disk(source, target)
    else:
        source.unlink()
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder outlast a power failure, where the system can do that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear_abandoned(folder: Path) -> None:
    """Delete what writers that were killed have left in a folder long ago."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > _ABANDONED_SECONDS:
                left.unlink()


@contextmanager
def _written(folder: Path, data: bytes) -> Iterator[Path]:
    """Write data to a hidden file, which is gone after the block unless it was moved."""
    unfinished = folder / f"{UNFINISHED}{secrets.token_hex(8)}"
    descriptor = os.open(unfinished, _NEW_FILE | _BINARY, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield unfinished
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    sync_folder(folder)


def _move_to_another_disk(source: Path, target: Path) -> None:
    with _written(target.parent, source.read_bytes()) as finished:
        finished.rename(target)
    source.unlink()


def _check_folder(place: Path, root: Path) -> None:
    mode = place.lstat().st_mode
    if not stat.S_ISDIR(mode):
        said = "a link" if stat.S_ISLNK(mode) else "no folder"
        raise LibraryError(
            f"{place.relative_to(root).as_posix()} in the folder of documents is {said}. Files are "
            "put into and taken out of real folders only."
        )
