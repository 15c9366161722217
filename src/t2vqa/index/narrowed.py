"""A state of the index seen through a filter: some passages, and nothing outside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from t2vqa.index import lexical
from t2vqa.index.codec import Floats
from t2vqa.index.nearest import Hits
from t2vqa.index.snapshot import Snapshot
from t2vqa.index.store import in_batches
from t2vqa.types import Block, Document, Span


class Narrowed(Snapshot):
    """A snapshot in which only some passages are found.

    Words are weighed as in the whole index; one that only other passages hold counts as unknown.
    Of a document of which only a part is allowed, only the blocks that lie in allowed passages are
    seen, and of its lists and tables only those that do as a whole: a total over half a table would
    be wrong. All vectors are compared, in memory: Chroma is not asked.
    """

    def __init__(self, state: Snapshot, allowed: NDArray[np.int64]) -> None:
        """Narrow ``state`` to the passages of the ``allowed`` numbers, ascending."""
        super().__init__(state._connection, state._meta, state._shared)
        self._allowed = allowed
        if not len(allowed):
            self.passage_count = 0

    @classmethod
    def to(cls, state: Snapshot, allowed: NDArray[np.int64]) -> Self:
        """Return ``state`` narrowed further."""
        if isinstance(state, Narrowed):
            allowed = np.intersect1d(state._allowed, allowed, assume_unique=True)
        return cls(state, allowed)

    def dense(
        self, query_vector: Floats, limit: int, documents: Collection[str] | None = None
    ) -> Hits:
        """Find the allowed passages nearest to a vector; see :meth:`Snapshot.dense`."""
        vector = np.asarray(query_vector, np.float32).reshape(self._dimensions)
        among = self._among(documents)
        if not len(among):
            return []
        return self._named(self.exact_vectors().search(vector, limit, among), limit)

    def lexical(
        self, terms: Sequence[str], limit: int, documents: Collection[str] | None = None
    ) -> Hits:
        """Find the allowed passages that hold any of the terms; see :meth:`Snapshot.lexical`."""
        among = self._among(documents)
        if not len(among):
            return []
        total = int(self._meta["passages"])
        rows = lexical.search(self._connection, terms, limit, total, among=among)
        return self._named(rows, limit)

    def document_frequency(self, terms: Collection[str]) -> dict[str, int]:
        """Return how often each term occurs in the whole; 0 where no allowed passage holds it."""
        known = lexical.known_among(self._connection, terms, self._allowed)
        whole = lexical.document_frequency(self._connection, known)
        return {term: whole.get(term, 0) for term in terms}

    def document(self, path: str) -> Document:
        """Return a document, without the blocks that the filter leaves out."""
        document = super().document(path)
        first, stop = self._range_of(path)
        allowed = self._allowed[
            np.searchsorted(self._allowed, first) : np.searchsorted(self._allowed, stop)
        ]
        if len(allowed) == stop - first:
            return document
        return replace(document, blocks=_inside(document, self._spans(allowed.tolist())))

    def _among(self, documents: Collection[str] | None) -> NDArray[np.int64]:
        if documents is None:
            return self._allowed
        theirs = [np.arange(first, stop) for first, stop in self._ranges(documents)]
        numbers = np.concatenate([np.empty(0, np.int64), *theirs])
        return np.intersect1d(self._allowed, numbers)

    def _range_of(self, path: str) -> tuple[int, int]:
        (found,) = self._ranges([path]) or [(0, 0)]
        return found

    def _spans(self, numbers: Sequence[int]) -> list[Span]:
        """Return where these passages stand, neighbours as one stretch."""
        spans: list[Span] = []
        last = None
        for marks, part in in_batches(numbers):
            query = (
                'SELECT number, start, "end" FROM passages '  # noqa: S608 (ours)
                f"WHERE number IN ({marks}) ORDER BY number"
            )
            for number, start, end in self._connection.execute(query, part):
                joins = last is not None and number == last + 1
                spans.append(Span(spans.pop().start if joins else start, end))
                last = number
        return spans


def _inside(document: Document, spans: Sequence[Span]) -> tuple[Block, ...]:
    """Return the blocks within ``spans``; of a list or table all or none, its header apart."""

    def holds(block: Block) -> bool:
        return any(span.start <= block.span.start and block.span.end <= span.end for span in spans)

    apart = {
        block.group
        for block in document.blocks
        if block.group is not None and not _is_header(block) and not holds(block)
    }
    held = {block.group for block in document.blocks if block.group is not None and holds(block)}
    return tuple(
        block
        for block in document.blocks
        if (block.group in held - apart if block.group is not None else holds(block))
    )


def _is_header(block: Block) -> bool:
    return bool(block.cells) and not any(cell.column for cell in block.cells)
