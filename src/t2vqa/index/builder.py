"""Brings an index up to date with its corpus.

The SQLite file is the truth. A build reads and embeds what has changed, adds the new vectors to
Chroma, commits one transaction, and only then deletes what is no longer used. Whatever stops it,
the next reader finds the state before or the state after: ids that Chroma has too many are passed
over by readers, and the journal tells the next build which they are.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from t2vqa.config import Settings
from t2vqa.documents import CorpusScan, scan_corpus
from t2vqa.errors import IndexDamagedError
from t2vqa.index import lexical
from t2vqa.index.changes import (
    Known,
    Unread,
    nothing_to_index,
    read_files,
    skipped_still,
    to_read,
)
from t2vqa.index.chroma_sync import ChromaSync
from t2vqa.index.commit import NextState
from t2vqa.index.embedding.base import Embedder
from t2vqa.index.former import open_index, put_aside
from t2vqa.index.integrity import Damage, examine, look_over
from t2vqa.index.lock import writing
from t2vqa.index.making import differences, making, same_vectors
from t2vqa.index.marks import is_unchecked, mark_checked, mark_unchecked
from t2vqa.index.schema import plain_errors, read_meta, transaction
from t2vqa.index.staging import Staging
from t2vqa.index.state_writer import StateWriter
from t2vqa.index.store import (
    FileState,
    read_manifest,
    read_skipped,
    write_meta,
    write_skipped,
    write_touched,
)
from t2vqa.types import BuildReport, Progress, Skipped

log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]
"""Told how far a build is; stages are ``reading``, ``embedding`` and ``writing``."""


def build_index(
    corpus: Path,
    index: Path,
    settings: Settings,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    verify: bool = False,
    progress: OnProgress | None = None,
) -> BuildReport:
    """Index what has changed in a corpus since the last build, or all of it the first time.

    Files whose size and time are as recorded are not read; passages whose text was embedded
    before are not embedded again, whatever their file is called now. Questions are answered
    from the old state until the build is done. What a build left that was killed is finished or
    undone; what is found damaged is made anew from the documents and the vectors that are whole.

    Args:
        corpus: Folder of documents; never written to.
        index: Folder of the index; made where it is missing.
        settings: For the limits and the length of passages.
        embedder: Makes the vectors; another one than the last time means reading all anew.
        rebuild: Read all files and make all tables and the Chroma collection anew. Vectors are
            taken from the last build where model and text are the same.
        verify: Read all files and compare their bytes, also where size and time are as recorded,
            and compare all that the index holds with its checksums.
        progress: Told about every step.

    Raises:
        CorpusError: The folder is missing or holds no document; the index stays as it is.
        IndexLockedError: Another process is writing to the index.
        NewerIndexError: The index was made by a newer t2vqa; it stays as it is.
        IndexStoreError: The index cannot be written to.
        ModelError: The embedding model cannot be loaded.
    """

    def attempt() -> BuildReport:
        connection, said = open_index(index, see_documents)
        with closing(connection):
            build = _Build(corpus, index, settings, embedder, connection, progress)
            report = build.run(rebuild, verify)
        return replace(report, notes=(said, *report.notes)) if said else report

    def see_documents() -> None:
        scan = scan_corpus(corpus, max_file_megabytes=settings.max_file_megabytes)
        if not scan.files:
            raise nothing_to_index(corpus, scan.skipped)

    with writing(index), plain_errors(index):
        try:
            with plain_errors(index):
                return attempt()
        except IndexDamagedError as error:
            said = put_aside(index, error, see_documents)
        report = attempt()
        return replace(report, notes=(said, *report.notes))


class _Build:
    """One run of the builder, under the lock."""

    def __init__(
        self,
        corpus: Path,
        index: Path,
        settings: Settings,
        embedder: Embedder,
        connection: sqlite3.Connection,
        progress: OnProgress | None,
    ) -> None:
        self._corpus = corpus
        self._index = index
        self._settings = settings
        self._embedder = embedder
        self._connection = connection
        self._progress = progress or (lambda _: None)
        self._meta = read_meta(connection)
        self._making = making(embedder.name, settings)
        self._staging = Staging(connection, embedder.name, settings.passage_characters)
        self._touched: dict[str, FileState] = {}
        self._skipped: list[tuple[Skipped, FileState | None]] = []
        self._staged: set[str] = set()
        self._suspect = is_unchecked(index)
        self._notes: list[str] = []

    def run(self, rebuild: bool, verify: bool = False) -> BuildReport:
        started = perf_counter()
        look_over(self._connection)
        damage = self._examine(verify) if self._suspect or verify or rebuild else Damage()
        before = read_manifest(self._connection)
        sound = {path: state for path, state in before.items() if path not in damage.documents}
        known = Known(sound, read_skipped(self._connection), verify)
        anew = self._differs() or rebuild
        scan = scan_corpus(self._corpus, max_file_megabytes=self._settings.max_file_megabytes)
        self._read(scan, Known() if anew else known)
        present = {file.path for file in scan.files} - {item.path for item, _ in self._skipped}
        if not present:
            raise nothing_to_index(self._corpus, [item for item, _ in self._skipped])
        gone = set(before) - present
        self._staging.leave(before if anew else gone)
        embedded = self._embed()
        if self._is_change(anew or verify or damage.lexical, gone, known):
            self._write(anew, rebuild, lexical_anew=anew or damage.lexical, verify=verify)
        else:
            self._note_looked()
        kept = before.keys() & present
        edited = {path for path in kept & self._staged if self._sha256(path) != before[path].sha256}
        return BuildReport(
            added=tuple(sorted(present - before.keys())),
            edited=tuple(sorted(edited)),
            removed=tuple(sorted(gone)),
            unchanged=len(kept) - len(edited),
            skipped=tuple(sorted((item for item, _ in self._skipped), key=lambda s: s.path)),
            passages=self._count("passages"),
            embedded=embedded,
            seconds=perf_counter() - started,
            notes=tuple(self._notes),
        )

    def _examine(self, verify: bool) -> Damage:
        """Find out what is damaged, and drop damaged vectors so that they are made anew."""
        damage = examine(self._connection, terms=verify)
        if damage:
            log.warning("The index in %s is damaged (%s); mending it.", self._index, damage)
            self._suspect = True
            mark_unchecked(self._index)
            self._notes.append(f"The index was damaged ({damage}) and is mended.")
            with transaction(self._connection):
                self._connection.executemany(
                    "DELETE FROM vectors WHERE key = ?", ((key,) for key in damage.vectors)
                )
        elif verify:
            self._notes.append("The index was examined and is whole.")
        return damage

    def _differs(self) -> bool:
        """Tell whether the index was made another way than it would be now, and say so."""
        found = differences(self._meta, self._making)
        if found:
            said = f"{' '.join(found)} All documents are read anew."
            log.warning("The index in %s: %s", self._index, said)
            self._notes.append(said)
        return bool(found) or "model" not in self._meta

    def _read(self, scan: CorpusScan, known: Known) -> None:
        """Read changed files into the staging tables, and note those that cannot be read."""
        self._skipped.extend(skipped_still(scan, known))
        files = to_read(scan, known)
        self._report("reading", 0, len(files))
        for found in read_files(
            files, known, lambda done: self._report("reading", done, len(files))
        ):
            if not isinstance(found, Unread):
                self._staging.add(*found)
                self._staged.add(found[0].path)
            elif found.reason is None:
                self._touched[found.path] = found.state
            else:
                log.info("Skipped %s: %s", found.path, found.reason)
                self._skipped.append((Skipped(found.path, found.reason), found.state))

    def _embed(self) -> int:
        total = self._staging.missing()
        if total:
            self._report("embedding", 0, total)
            mark_unchecked(self._index)
            try:
                self._staging.embed_missing(
                    self._embedder, lambda done: self._report("embedding", done, total)
                )
            except BaseException:
                if not self._suspect:  # stopped, not killed: what is there is whole
                    mark_checked(self._index)
                raise
        return total

    def _is_change(self, anew: bool, gone: set[str], known: Known) -> bool:
        skipped = {item.path: (item.reason, state) for item, state in self._skipped}
        return bool(
            anew
            or gone
            or self._staged
            or self._meta.get("lexical") != lexical.segmentation_name()
            or skipped.keys() != known.skipped.keys()
            or any(skipped[path][0] != known.skipped[path][0] for path in skipped)
            or self._suspect
            or self._connection.execute("SELECT 1 FROM chroma_journal").fetchone()
            or ChromaSync.is_missing(self._index, self._meta, self._settings.chroma_url)
        )

    def _note_looked(self) -> None:
        """Note that all is as it was, and the sizes and times by which that is seen next time."""
        with transaction(self._connection):
            write_touched(self._connection, self._touched)
            write_skipped(self._connection, self._skipped)
            write_meta(self._connection, {"built_at": _now(), "corpus": self._corpus_name()})

    def _write(self, anew: bool, rebuild: bool, *, lexical_anew: bool, verify: bool) -> None:
        total = self._count("staged_passages")
        self._report("writing", 0, total)
        dimensions, server = self._embedder.dimensions, self._settings.chroma_url
        left = StateWriter(self._connection, self._index, dimensions, server).write(
            self._meta,
            self._next_state(lexical_anew),
            lambda done: self._report("writing", done, total),
            vectors_anew=rebuild or (anew and not same_vectors(self._meta, self._making)),
            reconcile=self._suspect or verify,
        )
        if left:
            self._notes.append(f"Not all of the old state could be cleared: {left}")
        self._report("writing", total, total)

    def _next_state(self, lexical_anew: bool) -> NextState:
        meta = {
            "generation": str(int(self._meta["generation"]) + 1),
            **self._making,
            "dimensions": str(self._embedder.dimensions),
            "lexical": lexical.segmentation_name(),
            "corpus": self._corpus_name(),
            "built_at": _now(),
        }
        return NextState(
            touched=self._touched,
            skipped=self._skipped,
            meta=meta,
            lexical_anew=lexical_anew or self._meta.get("lexical") != meta["lexical"],
        )

    def _sha256(self, path: str) -> str:
        row = self._connection.execute(
            "SELECT sha256 FROM staged_documents WHERE path = ?", (path,)
        ).fetchone()
        return str(row[0])

    def _count(self, table: str) -> int:
        row = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (ours)
        return int(row[0])

    def _corpus_name(self) -> str:
        return str(self._corpus.resolve())

    def _report(self, stage: str, done: int, total: int) -> None:
        self._progress(Progress(stage, done, total))


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
