"""The documents that readers have open, kept so that leafing through one is quick."""

from __future__ import annotations

import threading
from collections import OrderedDict

from t2vqa.types import Citation
from t2vqa.web.desk import Desk
from t2vqa.web.whole_document import WholeDocument

_CHARACTERS = 30_000_000
"""So many characters are kept at most, but one document always."""


class OpenedDocuments:
    """Gives documents as the index holds them now; those used last are at hand."""

    def __init__(self, desk: Desk) -> None:
        """Take the service that has the documents."""
        self._desk = desk
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._kept: OrderedDict[str, WholeDocument] = OrderedDict()
        self._places: dict[tuple[str, str], str] = {}

    def document(self, path: str) -> WholeDocument:
        """Return a document.

        Raises:
            DocumentNotFoundError: The index holds no document of that path.
        """
        generation = self._forget_former()
        with self._lock:
            known = self._kept.get(path)
            if known is not None:
                self._kept.move_to_end(path)
                return known
        opened = WholeDocument(self._desk.document(path))
        with self._lock:
            if generation == self._generation:
                self._kept[path] = opened
                self._make_room()
        return opened

    def holding(self, source: Citation) -> str:
        """Return the path of the document that holds cited words now, or held them last."""
        generation = self._forget_former()
        version = (source.document, source.sha256)
        with self._lock:
            known = self._places.get(version)
        if known is not None:
            return known
        (state,) = self._desk.check((source,))
        with self._lock:
            if generation == self._generation:
                self._places[version] = state.document
        return state.document

    def _forget_former(self) -> int:
        """Forget what is of a former state of the index; return the number of the present one."""
        generation = self._desk.generation()
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                self._kept.clear()
                self._places.clear()
        return generation

    def _make_room(self) -> None:
        while len(self._kept) > 1 and self._size() > _CHARACTERS:
            self._kept.popitem(last=False)

    def _size(self) -> int:
        return sum(len(opened.document.text) for opened in self._kept.values())
