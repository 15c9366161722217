"""What has changed in the documents since a reader last looked, whoever changed it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from t2vqa.types import BuildReport, IndexContents, Skipped
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure

_LOOK_EVERY_SECONDS = 1.0
_KEPT = 100
"""So many changes are kept; who has not looked for longer is told of these."""

Versions = tuple[str | None, str | None]
"""The hashes of a document before and after a change; None where it was not there."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What is new to somebody.

    Attributes:
        number: Ask with it the next time.
        added: Paths of documents that were not there before.
        edited: Paths of documents with other words.
        removed: Paths of documents that are there no more.
        skipped: Files that are newly skipped.
        notes: What there is to say of the index itself, such as that it was mended.
        failure: Why the index could not follow the documents, if that is how it is.
    """

    number: int
    added: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    failure: Exception | None = None

    @property
    def is_change(self) -> bool:
        """Whether there is anything to tell besides a failure."""
        return bool(self.added or self.edited or self.removed or self.skipped or self.notes)


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    documents: Mapping[str, Versions] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


class News:
    """Compares the states an index goes through, for any number of readers.

    It looks at the index itself, so that it sees what other processes do to it too.
    """

    def __init__(self, desk: Desk, look_every: float = _LOOK_EVERY_SECONDS) -> None:
        """Nothing is looked at yet.

        Args:
            desk: The service.
            look_every: The index is looked at no more often than once in so many seconds.
        """
        self._desk = desk
        self._look_every = look_every
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._contents: IndexContents | None = None
        self._items: list[_Item] = []
        self._number = 0
        self._failure: Exception | None = None

    def number(self) -> int:
        """Return a number that is another one once there is news."""
        with self._lock:
            if time.monotonic() - self._looked >= self._look_every:
                self._look()
            return self._number

    def since(self, number: int) -> Digest:
        """Return what has changed since :meth:`number` gave ``number``, as one change."""
        with self._lock:
            items = [item for item in self._items if item.number > number]
            versions = _joined(item.documents for item in items)
            known = self._contents.skipped if self._contents else ()
            news = {skipped for item in items for skipped in item.skipped}
            return Digest(
                number=self._number,
                added=_paths(versions, before=False, after=True),
                edited=_paths(versions, before=True, after=True),
                removed=_paths(versions, before=True, after=False),
                skipped=tuple(skipped for skipped in known if skipped in news),
                notes=tuple(dict.fromkeys(note for item in items for note in item.notes)),
                failure=self._failure,
            )

    def note(self, outcome: BuildReport | Exception) -> None:
        """Note what came of an attempt to bring the index up to date."""
        with self._lock:
            before, self._failure = self._failure, None
            if isinstance(outcome, Exception):
                self._failure = outcome
            else:
                self._look()
            notes = () if isinstance(outcome, Exception) else outcome.notes
            if notes or before is not self._failure:
                self._add(_Item(self._number + 1, notes=notes))

    def _look(self) -> None:
        try:
            if self._contents is None or self._desk.generation() != self._contents.generation:
                self._compare(self._desk.contents())
        except Exception as error:  # the index may be gone for a moment; look again later
            log_failure(error)
        self._looked = time.monotonic()

    def _compare(self, contents: IndexContents) -> None:
        before, self._contents = self._contents, contents
        if before is None:
            return
        paths = before.documents.keys() | contents.documents.keys()
        versions = {
            path: (before.documents.get(path), contents.documents.get(path)) for path in paths
        }
        changed = {path: both for path, both in versions.items() if both[0] != both[1]}
        skipped = tuple(one for one in contents.skipped if one not in before.skipped)
        self._add(_Item(self._number + 1, changed, skipped))

    def _add(self, item: _Item) -> None:
        self._number = item.number
        self._items = [*self._items[1 - _KEPT :], item]


def _joined(changes: Iterable[Mapping[str, Versions]]) -> dict[str, Versions]:
    """Join changes, oldest first, to one: where a document ends as it began, nothing changed."""
    joined: dict[str, Versions] = {}
    for change in changes:
        for path, (before, after) in change.items():
            joined[path] = (joined.get(path, (before,))[0], after)
    return {path: both for path, both in joined.items() if both[0] != both[1]}


def _paths(versions: Mapping[str, Versions], *, before: bool, after: bool) -> tuple[str, ...]:
    wanted = (before, after)
    return tuple(
        sorted(
            path
            for path, (old, new) in versions.items()
            if (old is not None, new is not None) == wanted
        )
    )
