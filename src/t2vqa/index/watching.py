"""Watches the corpus and brings the index up to date when it has changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from t2vqa.documents import CorpusFile, is_passed_over, scan_corpus
from t2vqa.errors import IndexLockedError
from t2vqa.index.changes import TICK_NS, UNSURE
from t2vqa.index.network_folders import is_on_network
from t2vqa.types import BuildReport, Progress, Skipped

log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]
Update = Callable[[OnProgress], BuildReport]
"""Brings the index up to date, telling how far it is."""

Tell = Callable[[BuildReport | Exception], None]
"""Told what an update did, or why there was none."""

Listing = frozenset[CorpusFile | Skipped]
Identity = tuple[int, int]

_STEP_MS = 200
"""The system's notices are gathered until there was none for so long."""

_LOCKED_TRIES = 3
"""So often a locked index is tried again before anyone is told: a build is soon over."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the watcher waits, in seconds.

    Attributes:
        settle: The corpus is left alone until it has not changed for so long.
        longest_settle: Not longer than this, lest a file that is written to without end stops all.
        poll: Between two looks where the system does not tell of changes.
        retry: Before an update that failed is tried again.
        recheck: Between two looks that are taken although nothing was told.
    """

    settle: float = 1.0
    longest_settle: float = 60.0
    poll: float = 5.0
    retry: float = 5.0
    recheck: float = 60.0


class Watcher:
    """Brings an index up to date whenever its corpus has changed.

    Example:
        >>> watcher = Watcher(Path("corpus"), update, print)  # doctest: +SKIP
        >>> with watcher.running():  # doctest: +SKIP
        ...     serve()
    """

    def __init__(
        self,
        corpus: Path,
        update: Update,
        tell: Tell,
        *,
        max_file_megabytes: float = 20.0,
        polling: bool = False,
        pace: Pace | None = None,
    ) -> None:
        """Nothing is watched yet; see :meth:`run` and :meth:`running`.

        Args:
            corpus: The folder; it may be missing for a while.
            update: Brings the index up to date.
            tell: Told of the first update, then of each that changed or mended something (of the
                skipped files it names only those not named before), and of failures, each once.
            max_file_megabytes: As for :func:`t2vqa.documents.scan_corpus`.
            polling: Look for changes every few seconds even where the system could tell of them,
                as is done anyway for folders on other machines.
            pace: How long to wait.
        """
        self._corpus = corpus
        self._update = update
        self._tell = tell
        self._max_file_megabytes = max_file_megabytes
        self._pace = pace or Pace()
        self._polling = polling or is_on_network(corpus)
        self._stop = threading.Event()
        self._indexed: Listing | None = None
        self._skipped: tuple[Skipped, ...] | None = None
        self._looked = float("-inf")
        self._failures = 0
        self._told = ""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch in a thread of its own for the length of the block."""
        thread = threading.Thread(target=self.run, name="watch-corpus", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.stop()
            thread.join()

    def run(self) -> None:
        """Bring the index up to date now and after each change, until :meth:`stop` is called."""
        with suppress(_StoppedError):
            for told in self._stirrings():
                if told or self._is_due():
                    self._look(told=told)

    def stop(self) -> None:
        """Let :meth:`run` return soon; an update under way is broken off and changes nothing."""
        self._stop.set()

    def _stirrings(self) -> Iterator[bool]:
        """Yield every now and then: True at the start and when the system tells of a change."""
        if self._polling:
            yield True
        while not self._stop.is_set():
            if not self._polling and (folder := _identity(self._corpus)) is not None:
                yield from self._notices(folder)
            else:
                yield not (self._polling or self._failures)  # gone: say so, once
                self._stop.wait(min(self._pace.poll, self._pace.retry))

    def _notices(self, folder: Identity) -> Iterator[bool]:
        """Yield what the system tells, until the corpus is another folder or is gone.

        The first is True: what happened before the system began to tell must be looked for.
        """
        from watchfiles import watch

        root = self._corpus.resolve()
        try:
            notices = watch(
                root,
                watch_filter=lambda _, path: _is_watched(Path(path), root),
                step=_STEP_MS,
                stop_event=self._stop,
                rust_timeout=2 * _STEP_MS,
                yield_on_timeout=True,
                ignore_permission_denied=True,
            )
            begun = False
            for changes in notices:
                if _identity(self._corpus) != folder:
                    break
                yield bool(changes) or not begun
                begun = True
        except OSError as error:
            if _identity(self._corpus) == folder:
                log.warning("The system does not tell of changes (%s); looking for them.", error)
                self._polling = True
                yield True

    def _is_due(self) -> bool:
        """Tell whether it is time to look although nothing was told."""
        wait = self._pace.poll if self._polling or self._indexed is None else self._pace.recheck
        if self._failures:
            wait = min(self._pace.retry * self._failures, self._pace.recheck)
        return time.monotonic() - self._looked >= wait

    def _look(self, told: bool) -> None:
        """Update the index if the corpus may not be as it was at the last update."""
        try:
            listing = self._settled(told)
            if told or self._failures or listing != self._indexed:
                self._bring_up_to_date()
                self._indexed = _remembered(listing)
        except _StoppedError:
            raise
        except Exception as error:  # whatever happens, the watching goes on
            self._failures += 1
            self._complain(error)
        finally:
            self._looked = time.monotonic()

    def _bring_up_to_date(self) -> None:
        report = self._update(self._go_on)
        new = tuple(item for item in report.skipped if item not in (self._skipped or ()))
        first, changed = self._skipped is None, report.added or report.edited or report.removed
        recovered = bool(self._told)
        self._skipped, self._failures, self._told = report.skipped, 0, ""
        if first or changed or new or recovered or report.notes:
            self._tell(replace(report, skipped=new))

    def _complain(self, error: Exception) -> None:
        """Tell of a failure, but only once of the same one."""
        locked = isinstance(error, IndexLockedError)
        if locked and self._failures < _LOCKED_TRIES:
            log.debug("The index is locked; it is tried again soon.")
            return
        name = "locked" if locked else repr(error)  # who holds the lock may change
        if name != self._told:
            self._told = name
            self._tell(error)

    def _go_on(self, step: Progress) -> None:
        """Break an update off where the watcher is to stop, unless it is as good as done."""
        done = step.stage == "writing" and step.done >= step.total
        if self._stop.is_set() and not done:
            raise _StoppedError

    def _settled(self, told: bool) -> Listing:
        """Return what the corpus holds, once that has stopped changing where it has changed."""
        until = time.monotonic() + self._pace.longest_settle
        listing = self._listing()
        changing = told or listing != self._indexed
        while changing and time.monotonic() < until:
            if self._stop.wait(self._pace.settle):
                raise _StoppedError
            before, listing = listing, self._listing()
            changing = listing != before
        return listing

    def _listing(self) -> Listing:
        scan = scan_corpus(self._corpus, max_file_megabytes=self._max_file_megabytes)
        return frozenset((*scan.files, *scan.skipped))


class _StoppedError(Exception):
    """The watcher is to stop."""


def _identity(folder: Path) -> Identity | None:
    """Return what tells a folder from another one that takes its place."""
    try:
        state = folder.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _is_watched(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts if path.is_relative_to(root) else (path.name,)
    return not any(is_passed_over(part) for part in parts)


def _remembered(listing: Listing) -> Listing:
    """Return the listing with files modified just now in a form that no file is found in.

    A further edit of such a file may not show in its size and time, so it is looked at once more.
    """
    now = time.time_ns()
    return frozenset(
        replace(item, size=UNSURE)
        if isinstance(item, CorpusFile) and abs(now - item.mtime_ns) <= TICK_NS
        else item
        for item in listing
    )
