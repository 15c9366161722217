"""Which documents the panel lists, in which order, and which of them are chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from t2vqa.library import LibraryEntry

ROWS = 50
"""So many documents stand on a page."""


def _moment(entry: LibraryEntry) -> float:
    return datetime.fromisoformat(entry.indexed_at).timestamp() if entry.indexed_at else 0.0


_ORDERS: Mapping[str, Callable[[LibraryEntry], Any]] = MappingProxyType(
    {
        "title": lambda entry: entry.title.casefold(),
        "path": lambda entry: entry.path,
        "date": lambda entry: entry.date or "",
        "passages": lambda entry: entry.passages,
        "state": lambda entry: entry.state,
        "indexed": _moment,
    }
)


@dataclass(frozen=True, slots=True)
class View:
    """How a browser session looks at the documents.

    Attributes:
        wanted: Only those with these words in title, path, date or source.
        only: Only those in this state; all where it is empty.
        order: The column they are sorted by.
        descending: Whether the last comes first.
        page: Number of the page, from 0.
        chosen: Keys of the documents that are chosen, also on other pages.
        removed: Keys under which what was last removed can be brought back.
        news: Number of the news of the index up to which the list is told.
    """

    wanted: str = ""
    only: str = ""
    order: str = "path"
    descending: bool = False
    page: int = 0
    chosen: frozenset[str] = frozenset()
    removed: tuple[str, ...] = ()
    news: int = 0

    def sorted_by(self, column: str) -> View:
        """Return the view sorted by a column, the other way round if it was so already."""
        if column not in _ORDERS:
            return self
        turned = column == self.order and not self.descending
        return replace(self, order=column, descending=turned, page=0)

    def with_choice(self, checked: Sequence[str], unchecked: Sequence[str]) -> View:
        """Return the view with some documents chosen and others no more."""
        return replace(self, chosen=self.chosen.difference(unchecked).union(checked))


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the documents, and how many there are on it and beside it."""

    rows: tuple[LibraryEntry, ...]
    found: int
    total: int
    page: int
    pages: int


def listing(entries: Sequence[LibraryEntry], view: View) -> Listing:
    """Return the page that a view shows; the last one where there are fewer pages by now."""
    words = view.wanted.casefold().split()
    found = [
        entry
        for entry in entries
        if (not view.only or entry.state == view.only) and _holds(entry, words)
    ]
    found.sort(key=_ORDERS[view.order], reverse=view.descending)
    pages = max(1, -(-len(found) // ROWS))
    page = min(max(0, view.page), pages - 1)
    rows = tuple(found[page * ROWS : (page + 1) * ROWS])
    return Listing(rows, len(found), len(entries), page, pages)


def key_of(path: str) -> str:
    """Return what stands for a path in the browser: a path may hold what no page can show."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _holds(entry: LibraryEntry, words: Sequence[str]) -> bool:
    text = f"{entry.title}\n{entry.path}\n{entry.date}\n{entry.source}".casefold()
    return all(word in text for word in words)
