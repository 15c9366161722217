"""Keeps what was removed from the corpus until somebody deletes it for good.

The trash is a hidden folder of the corpus, so no scan sees it and nothing has to be copied. Each
file lies under the time of its removal with its whole path: ``.trash/<time>/<path>``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from t2vqa.errors import LibraryError
from t2vqa.library.names import numbered_names
from t2vqa.library.placing import file_below, folder_below, move_new, sync_folder, write_new

TRASH = ".trash"
"""Name of the folder below the corpus."""

_TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Removed:
    """A file that was removed from the corpus and can be brought back.

    Attributes:
        key: Names this removal.
        path: Where the file was, below the corpus.
        removed_at: ISO 8601 in UTC.
        size: In bytes.
    """

    key: str
    path: str
    removed_at: str
    size: int


class Trash:
    """The trash of a corpus, whose folder is given with all links resolved."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus

    def put(self, path: PurePosixPath, file: Path) -> Removed:
        """Move a file out of the corpus.

        Raises:
            LibraryError: The trash is a link or a file.
            OSError: The file cannot be moved; it is where it was.
        """
        removed_at, target = self._place_for(path)
        move_new(file, target)
        sync_folder(file.parent)
        return _removed(path, removed_at, target)

    def keep_copy(self, path: PurePosixPath, data: bytes) -> Removed:
        """Keep the bytes of a file that is about to be written over.

        Raises:
            LibraryError: The trash is a link or a file.
            OSError: The copy cannot be written.
        """
        removed_at, target = self._place_for(path)
        write_new(target, data)
        return _removed(path, removed_at, target)

    def restore(self, key: str) -> PurePosixPath:
        """Bring a file back to where it was, numbered where another one has taken its place.

        Returns:
            Where it is now, below the corpus.

        Raises:
            LibraryError: There is no such file, or its folder is none any more.
            OSError: The file cannot be moved; it is where it was.
        """
        parts = PurePosixPath(key).parts
        stamped = len(parts) > 1 and _time(parts[0]) is not None
        if not stamped or ".." in parts:
            raise _gone(key)
        file = file_below(self._corpus, PurePosixPath(TRASH, *parts))
        if file is None:
            raise _gone("/".join(parts[1:]))
        path = PurePosixPath(*parts[1:])
        folder = folder_below(self._corpus, path.parent)
        for name in numbered_names(path.name):
            with suppress(FileExistsError):
                move_new(file, folder / name)
                self._clear(file.parent)
                return path.with_name(name)
        raise AssertionError("numbers have no end")

    def files(self) -> tuple[Removed, ...]:
        """Return what can be brought back, the last removed first."""
        return tuple(sorted(self._found(), key=lambda one: one.key, reverse=True))

    def _found(self) -> Iterator[Removed]:
        trash = self._corpus / TRASH
        if trash.is_symlink():
            return
        for folder, _, names in os.walk(trash):
            place = Path(folder).relative_to(trash)
            removed_at = _time(place.parts[0]) if place.parts else None
            for name in names if removed_at else ():
                path = PurePosixPath(*place.parts[1:], name)
                with suppress(OSError):
                    file = Path(folder, name)
                    if removed_at and not file.is_symlink():
                        yield _removed(path, removed_at, file)

    def _place_for(self, path: PurePosixPath) -> tuple[datetime, Path]:
        """Return the time of a removal that no other has, and where its file is to lie."""
        trash = folder_below(self._corpus, PurePosixPath(TRASH))
        moment = datetime.now(UTC)
        while True:
            with suppress(FileExistsError):
                (trash / moment.strftime(_TIME)).mkdir()
                break
            moment += timedelta(microseconds=1)
        below = PurePosixPath(TRASH, moment.strftime(_TIME), path.parent)
        return moment, folder_below(self._corpus, below) / path.name

    def _clear(self, folder: Path) -> None:
        """Delete folders of the trash that have become empty."""
        trash = self._corpus / TRASH
        with suppress(OSError):
            while folder != trash:
                folder.rmdir()
                folder = folder.parent


def _removed(path: PurePosixPath, removed_at: datetime, file: Path) -> Removed:
    key = f"{removed_at.strftime(_TIME)}/{path}"
    return Removed(key, str(path), removed_at.isoformat(), file.stat().st_size)


def _time(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _gone(path: str) -> LibraryError:
    return LibraryError(f"{path} is not among the removed documents any more.")
