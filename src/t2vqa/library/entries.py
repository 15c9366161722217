"""What the corpus holds and what the index knows of it, document by document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

from t2vqa.documents import CorpusFile, CorpusScan
from t2vqa.index.changes import Known, stale_paths
from t2vqa.index.history import indexed_times
from t2vqa.index.schema import read_meta
from t2vqa.index.snapshot import DocumentSummary, Snapshot
from t2vqa.index.store import read_manifest, read_skipped


class DocumentState(StrEnum):
    """How a file of the corpus stands to the index."""

    INDEXED = "indexed"
    CHANGED = "changed"
    NEW = "new"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A document of the corpus or the index.

    Attributes:
        path: Below the corpus folder, with forward slashes.
        title: As indexed; the file's name without its suffix where it is not indexed.
        date: As indexed.
        source: As indexed.
        passages: How many the index holds now; answers may come from them in any state.
        state: ``indexed``: as it is on disk; ``changed`` since; ``new``: not indexed yet;
            ``removed`` from disk, still in the index; ``skipped`` for the reason given.
        reason: Why it is skipped, in the user's words, else empty.
        indexed_at: When it was read into the index, as ISO 8601 with offset; None where it is not
            indexed, or was by an older t2vqa.
        modified_at: When the file was last modified, as ISO 8601 in UTC, where there is one.
        size: Of the file in bytes, where there is one.
    """

    path: str
    title: str
    date: str | None
    source: str | None
    passages: int
    state: DocumentState
    reason: str = ""
    indexed_at: str | None = None
    modified_at: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a state of the index knows of the corpus."""

    known: Known
    documents: Mapping[str, tuple[DocumentSummary, str | None]]


def read_indexed(snapshot: Snapshot) -> Indexed:
    """Read what a state of the index knows of each document, and when it was indexed."""
    connection = snapshot.connection
    summaries = snapshot.documents()
    numbers = dict(connection.execute("SELECT path, number FROM documents"))
    times = indexed_times(read_meta(connection), [numbers[one.path] for one in summaries])
    return Indexed(
        Known(read_manifest(connection), read_skipped(connection)),
        {one.path: (one, time) for one, time in zip(summaries, times, strict=True)},
    )


def entries_of(corpus: Path, scan: CorpusScan, indexed: Indexed) -> Iterator[LibraryEntry]:
    """Hold a scan of the corpus against the index.

    Yields:
        Every file of either, in no order.
    """
    stale = set(stale_paths(scan, indexed.known))
    files = {file.path: file for file in scan.files}
    reasons = {one.path: one.reason for one in scan.skipped}
    for path in files.keys() | reasons.keys() | indexed.documents.keys():
        state = _state(path, files, reasons, indexed, stale)
        reason = ""
        if state is DocumentState.SKIPPED:
            reason = reasons.get(path) or indexed.known.skipped[path][0]
        yield _entry(path, state, reason, indexed, _file(corpus, path, files))


def _state(
    path: str,
    files: Mapping[str, CorpusFile],
    reasons: Mapping[str, str],
    indexed: Indexed,
    stale: set[str],
) -> DocumentState:
    if path in reasons:
        return DocumentState.SKIPPED
    if path not in files:
        return DocumentState.REMOVED
    if path in indexed.documents:
        return DocumentState.CHANGED if path in stale else DocumentState.INDEXED
    skipped = path in indexed.known.skipped and path not in stale
    return DocumentState.SKIPPED if skipped else DocumentState.NEW


def _entry(
    path: str, state: DocumentState, reason: str, indexed: Indexed, file: tuple[int, int] | None
) -> LibraryEntry:
    nothing = DocumentSummary(path, PurePosixPath(path).stem, None, None, 0)
    summary, indexed_at = indexed.documents.get(path, (nothing, None))
    return LibraryEntry(
        path=path,
        title=summary.title,
        date=summary.date,
        source=summary.source,
        passages=summary.passages,
        state=state,
        reason=reason,
        indexed_at=indexed_at,
        modified_at=_utc(file[1]) if file else None,
        size=file[0] if file else None,
    )


def _file(corpus: Path, path: str, files: Mapping[str, CorpusFile]) -> tuple[int, int] | None:
    """Return size and time of a file; those that are skipped are looked at for it."""
    if path in files:
        return files[path].size, files[path].mtime_ns
    try:
        state = (corpus / path).lstat()
    except (OSError, ValueError):
        return None
    return state.st_size, state.st_mtime_ns


def _utc(mtime_ns: int) -> str | None:
    try:
        return datetime.fromtimestamp(mtime_ns // 10**9, UTC).isoformat()
    except (OverflowError, ValueError, OSError):  # a file system may hold any number
        return None
