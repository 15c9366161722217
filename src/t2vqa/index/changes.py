"""Finds what has changed in a corpus since it was indexed, and reads that."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from t2vqa.documents import CorpusFile, CorpusScan, load_document, read
from t2vqa.errors import CorpusError, DocumentError
from t2vqa.index.store import FileState
from t2vqa.types import Document, Skipped

_REASONS_SHOWN = 5

UNSURE = -1
"""Recorded in place of the size of a file that was read right after it was modified.

A further edit within the same tick of the file system's clock, leaving the size as it is, would
not show; so such a file is read again the next time."""

TICK_NS = 2_000_000_000
"""The coarsest clock of a file system in use: FAT counts in two seconds."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of the corpus: indexed files, and skipped ones with their reason.

    With ``verify``, size and time are not trusted: every file is to be read.
    """

    indexed: Mapping[str, FileState] = field(default_factory=dict)
    skipped: Mapping[str, tuple[str, FileState | None]] = field(default_factory=dict)
    verify: bool = False


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
    """Return the paths added, edited or removed since the index was built, sorted.

    A file of the recorded size but another time is read, to see whether its bytes differ.
    """
    present = {file.path for file in scan.files}
    gone = {path for path in known.indexed if path not in present}
    changed = {file.path for file in to_read(scan, known) if _differs(file, known)}
    return tuple(sorted(gone | changed))


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
    size = UNSURE if file.mtime_ns > time.time_ns() - TICK_NS else file.size
    state = FileState(size, file.mtime_ns, ctime_ns=file.ctime_ns)
    try:
        data = read(file)
        state = replace(state, sha256=hashlib.sha256(data).hexdigest())
        if before is not None and before.sha256 == state.sha256:
            return Unread(file.path, state)
        return load_document(file.path, data), state
    except DocumentError as error:
        return Unread(file.path, state, str(error).removeprefix(f"{file.path}: "))


def _is_known(file: CorpusFile, known: Known) -> bool:
    before = _before(file, known)
    if before is None or known.verify:
        return False
    seen = (before.size, before.mtime_ns, before.ctime_ns)
    return seen == (file.size, file.mtime_ns, file.ctime_ns)


def _before(file: CorpusFile, known: Known) -> FileState | None:
    return known.indexed.get(file.path) or known.skipped.get(file.path, ("", None))[1]


def _differs(file: CorpusFile, known: Known) -> bool:
    """Tell whether a file's bytes are others than the known ones, as far as can be known."""
    before = _before(file, known)
    if before is None or before.size not in (file.size, UNSURE):
        return True
    if not before.sha256:  # skipped: its bytes were not kept in mind
        return before.mtime_ns != file.mtime_ns
    try:
        return hashlib.sha256(read(file)).hexdigest() != before.sha256
    except DocumentError:
        return True


def skipped_still(scan: CorpusScan, known: Known) -> Iterator[tuple[Skipped, FileState | None]]:
    """Yield the files that are skipped without a look: those of the scan and known bad ones."""
    for item in scan.skipped:
        yield item, None
    for file in scan.files:
        if file.path in known.skipped and file.path not in known.indexed and _is_known(file, known):
            reason, state = known.skipped[file.path]
            yield Skipped(file.path, reason), state


def nothing_to_index(corpus: Path, skipped: Sequence[Skipped]) -> CorpusError:
    """Return the error of a corpus without a document, with the reasons where there are any."""
    reasons = [f"\n  {item.path}: {item.reason}" for item in skipped]
    if not reasons:
        return CorpusError(
            f"There is no document in {corpus}. Put Markdown or text files there, or "
            "name another folder with --corpus."
        )
    more = len(reasons) - _REASONS_SHOWN
    return CorpusError(
        f"No file in {corpus} can be indexed:{''.join(reasons[:_REASONS_SHOWN])}"
        + (f"\n  and {more} more" if more > 0 else "")
    )
