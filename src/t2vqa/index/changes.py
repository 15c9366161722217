"""Finds what has changed in a corpus since it was indexed, and reads that."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from t2vqa.documents import CorpusFile, CorpusScan, load_document, read
from t2vqa.errors import DocumentError
from t2vqa.index.store import FileState
from t2vqa.types import Document, Skipped


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of the corpus: indexed files, and skipped ones with their reason."""

    indexed: Mapping[str, FileState] = field(default_factory=dict)
    skipped: Mapping[str, tuple[str, FileState | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that turned out not to be read: its bytes are known, or it is no document."""

    path: str
    state: FileState
    reason: str | None = None


def to_read(scan: CorpusScan, known: Known) -> list[CorpusFile]:
    """Return the files whose size or time differs from what the index knows of them."""
    return [file for file in scan.files if not _is_known(file, known)]


def stale_paths(scan: CorpusScan, known: Known) -> tuple[str, ...]:
    """Return the paths added, edited or removed since the index was built, sorted."""
    present = {file.path for file in scan.files}
    gone = {path for path in known.indexed if path not in present}
    return tuple(sorted(gone | {file.path for file in to_read(scan, known)}))


def read_files(
    files: list[CorpusFile], known: Known, on_done: Callable[[int], None]
) -> Iterator[tuple[Document, FileState] | Unread]:
    """Read files: a document with its state, or why there is none to be had.

    A file whose bytes are the known ones gives an :class:`Unread` without a reason.
    """
    for count, file in enumerate(files, start=1):
        yield _read(file, known.indexed.get(file.path))
        on_done(count)


def _read(file: CorpusFile, before: FileState | None) -> tuple[Document, FileState] | Unread:
    state = FileState(file.size, file.mtime_ns)
    try:
        data = read(file)
        state = FileState(file.size, file.mtime_ns, hashlib.sha256(data).hexdigest())
        if before is not None and before.sha256 == state.sha256:
            return Unread(file.path, state)
        return load_document(file.path, data), state
    except DocumentError as error:
        return Unread(file.path, state, str(error).removeprefix(f"{file.path}: "))


def _is_known(file: CorpusFile, known: Known) -> bool:
    before = known.indexed.get(file.path)
    if before is None:
        before = known.skipped.get(file.path, ("", None))[1]
    return before is not None and (before.size, before.mtime_ns) == (file.size, file.mtime_ns)


def skipped_still(scan: CorpusScan, known: Known) -> Iterator[tuple[Skipped, FileState | None]]:
    """Yield the files that are skipped without a look: those of the scan and known bad ones."""
    for item in scan.skipped:
        yield item, None
    for file in scan.files:
        if file.path in known.skipped and file.path not in known.indexed and _is_known(file, known):
            reason, state = known.skipped[file.path]
            yield Skipped(file.path, reason), state
