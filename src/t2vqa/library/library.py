"""Lists, uploads, removes and brings back the documents of a corpus."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Protocol

from t2vqa.config import Settings
from t2vqa.documents import is_passed_over, load_document, loader_for, scan_corpus
from t2vqa.documents.corpus import ALIASES_NAME
from t2vqa.errors import DocumentError, LibraryError, UploadError
from t2vqa.index.snapshot import Snapshot
from t2vqa.library.entries import LibraryEntry, entries_of, read_indexed
from t2vqa.library.kinds import contradiction
from t2vqa.library.names import numbered_names, safe_name
from t2vqa.library.placing import (
    clear_abandoned,
    file_below,
    folder_below,
    write_new,
    write_over,
)
from t2vqa.library.trash import Removed, Trash

_MEGABYTE = 1_000_000
_NEVER_IN_A_PATH = "\0\\:" if os.sep == "\\" else "\0"


class AddOutcome(StrEnum):
    """What came of an upload."""

    ADDED = "added"
    REPLACED = "replaced"
    ALREADY_THERE = "already_there"


@dataclass(frozen=True, slots=True)
class Added:
    """An upload that went well.

    Attributes:
        path: Where the document is, below the corpus.
        outcome: Whether it is new, took the place of another one, or was there before.
        renamed: Whether it has another name than it came with.
    """

    path: str
    outcome: AddOutcome
    renamed: bool = False


class Service(Protocol):
    """What the library needs of :class:`t2vqa.service.ResearchQA`."""

    @property
    def settings(self) -> Settings:
        """Where the corpus is, and what may be done to it."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Return the present state of the index."""


class Library:
    """The corpus of a service. Safe to use from many threads and processes.

    What is put in or taken out is in the answers once the index is brought up to date: by
    ``service.rebuild``, once for any number of changes, or by the watcher.

    Example:
        >>> library = Library(service)  # doctest: +SKIP
        >>> library.add("纪要.md", Path("/tmp/upload").read_bytes())  # doctest: +SKIP
        >>> service.rebuild()  # doctest: +SKIP
    """

    def __init__(self, service: Service) -> None:
        """Nothing is looked at yet."""
        self._service = service
        self._settings = service.settings
        self._changing = threading.Lock()

    @property
    def may_change(self) -> bool:
        """Whether documents may be put in and taken out (setting ``manage_documents``)."""
        return self._settings.manage_documents

    def entries(self) -> tuple[LibraryEntry, ...]:
        """Return every document of the corpus and of the index, by path.

        Raises:
            CorpusError: The corpus folder cannot be read.
            IndexStoreError: The index cannot be read.
        """
        with self._service.snapshot() as snapshot:
            indexed = read_indexed(snapshot)
        corpus = self._settings.corpus
        scan = scan_corpus(corpus, max_file_megabytes=self._settings.max_file_megabytes)
        return tuple(sorted(entries_of(corpus, scan, indexed), key=lambda entry: entry.path))

    def add(self, name: str, content: bytes | Path, *, replace: bool = False) -> Added:
        """Put a file into the folder for uploads.

        The name is made safe. Nothing is ever written over unless ``replace`` asks for it, and
        then the former file goes to the trash: a file of the same bytes is left as it is, be it
        elsewhere in the corpus, and a clash of names is settled by a number.

        Args:
            name: As it came; of a path only the last part counts.
            content: The file's bytes, or where they can be read.
            replace: Take the place of a file of the same name.

        Raises:
            UploadError: It is too large, no document, or cannot be kept; nothing is changed.
            LibraryError: Documents are managed elsewhere.
        """
        self._check_may_change()
        kept = safe_name(name)
        with _told(kept, "kept", UploadError):
            data = self._checked(kept, content)
            with self._changing:
                return self._put(kept, data, replace=replace, renamed=kept != name)

    def remove(self, path: str) -> Removed:
        """Move a document of the corpus to the trash.

        Args:
            path: Below the corpus, as :meth:`entries` gives it.

        Raises:
            LibraryError: There is no such document, it cannot be moved, or documents are managed
                elsewhere; nothing is changed.
        """
        self._check_may_change()
        with _told(path, "removed", LibraryError), self._changing:
            corpus = self._corpus()
            place = _path_in_corpus(path)
            file = file_below(corpus, place) if place else None
            if place is None or file is None:
                raise LibraryError(f"{path} is no document of the corpus, or no longer.")
            return Trash(corpus).put(place, file)

    def removed(self) -> tuple[Removed, ...]:
        """Return what can be brought back, the last removed first."""
        return Trash(self._corpus()).files()

    def restore(self, key: str) -> str:
        """Bring a removed document back to its place, numbered where that is taken.

        Args:
            key: Of :class:`Removed`.

        Returns:
            Its path below the corpus.

        Raises:
            LibraryError: It is not there any more, cannot be moved, or documents are managed
                elsewhere; nothing is changed.
        """
        self._check_may_change()
        with _told(key, "brought back", LibraryError), self._changing:
            return str(Trash(self._corpus()).restore(key))

    def _checked(self, name: str, content: bytes | Path) -> bytes:
        """Return the bytes of an upload once they are known to be a document."""
        with _as_upload_error():
            loader_for(name)
        most = self._settings.max_file_megabytes
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        if size > most * _MEGABYTE:
            raise UploadError(
                f"{name}: it has {size / _MEGABYTE:.1f} MB, more than the {most:g} MB allowed; "
                "raise max_file_megabytes (T2VQA_MAX_FILE_MEGABYTES) or split it"
            )
        data = content if isinstance(content, bytes) else content.read_bytes()
        kind = contradiction(name, data)
        if kind:
            raise UploadError(
                f"{name}: it is {kind}, although its name says that it is text; convert it to "
                "Markdown or plain text in UTF-8"
            )
        with _as_upload_error():
            document = load_document(name, data)
        if not document.text.strip():
            raise UploadError(f"{name}: it holds no text")
        return data

    def _put(self, name: str, data: bytes, *, replace: bool, renamed: bool) -> Added:
        corpus = self._corpus()
        uploads = PurePosixPath(self._settings.uploads)
        if any(map(is_passed_over, uploads.parts)):
            raise UploadError(f"The folder {uploads} is none that documents are read from.")
        folder = folder_below(corpus, uploads)
        clear_abandoned(folder)
        if replace:
            return self._replace(corpus, folder, uploads / name, data, renamed=renamed)
        known = self._same_elsewhere(corpus, data)
        if known:
            return Added(known, AddOutcome.ALREADY_THERE, PurePosixPath(known).name != name)
        for candidate in numbered_names(name):
            there = uploads / candidate
            with suppress(FileExistsError):
                write_new(folder / candidate, data)
                return Added(str(there), AddOutcome.ADDED, renamed or candidate != name)
            if _holds(folder / candidate, data):
                return Added(str(there), AddOutcome.ALREADY_THERE, renamed or candidate != name)
        raise AssertionError("numbers have no end")

    def _replace(
        self, corpus: Path, folder: Path, path: PurePosixPath, data: bytes, *, renamed: bool
    ) -> Added:
        file = file_below(corpus, path)
        if file is None:
            write_new(folder / path.name, data)
            return Added(str(path), AddOutcome.ADDED, renamed)
        former = file.read_bytes()
        if former == data:
            return Added(str(path), AddOutcome.ALREADY_THERE, renamed)
        Trash(corpus).keep_copy(path, former)
        write_over(file, data)
        return Added(str(path), AddOutcome.REPLACED, renamed)

    def _same_elsewhere(self, corpus: Path, data: bytes) -> str | None:
        """Return the path of an indexed document of the same bytes that is still there."""
        with self._service.snapshot() as snapshot:
            paths = snapshot.paths_of(hashlib.sha256(data).hexdigest())
        return next((path for path in paths if _holds(corpus / path, data)), None)

    def _corpus(self) -> Path:
        return self._settings.corpus.resolve()

    def _check_may_change(self) -> None:
        if not self.may_change:
            raise LibraryError(
                "Documents are managed elsewhere: the setting manage_documents "
                "(T2VQA_MANAGE_DOCUMENTS) is off."
            )


def _path_in_corpus(path: str) -> PurePosixPath | None:
    """Return a path as the scan of a corpus would give it, or None for any other."""
    place = PurePosixPath(path)
    strange = any(one in path for one in _NEVER_IN_A_PATH) or str(place) != path
    if strange or not place.parts or place.is_absolute() or ".." in place.parts:
        return None
    if path == ALIASES_NAME:
        return None
    return None if any(map(is_passed_over, place.parts)) else place


def _holds(file: Path, data: bytes) -> bool:
    try:
        return (
            not file.is_symlink() and file.stat().st_size == len(data) and file.read_bytes() == data
        )
    except OSError:
        return False


@contextmanager
def _as_upload_error() -> Iterator[None]:
    try:
        yield
    except DocumentError as error:
        raise UploadError(str(error)) from error


@contextmanager
def _told(name: str, done: str, kind: type[LibraryError]) -> Iterator[None]:
    """Turn failures of the file system into a message about the file, others into ``kind``."""
    try:
        yield
    except kind:
        raise
    except LibraryError as error:
        raise kind(str(error)) from error
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise kind(f"{name} cannot be {done}: {why}.") from error
