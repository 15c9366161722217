"""One consistent state of an index, for the length of a question."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from t2vqa.errors import DocumentNotFoundError, IndexStoreError
from t2vqa.index import codec, lexical
from t2vqa.index.cache import Cache
from t2vqa.index.codec import Floats
from t2vqa.index.exact import ExactVectors, VectorMemory, load_vectors
from t2vqa.index.languages import SAMPLE, LanguageMeans, language_means
from t2vqa.index.names import SubjectName
from t2vqa.index.nearest import ChromaSearch, Hits
from t2vqa.index.store import (
    PASSAGE_COLUMNS,
    Row,
    in_batches,
    passage_from,
    read_document,
    words_from,
)
from t2vqa.types import Document, Passage

_JOINED = "FROM passages p JOIN documents d ON d.number = p.document"
_WIDER = 4


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document of the index without its text; ``passages`` counts them."""

    path: str
    title: str
    date: str | None
    source: str | None
    passages: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What the snapshots of one reader share.

    Attributes:
        chroma: Chroma, or None where search is always exact.
        passages: Decoded passages by id; an id never stands for two contents.
        vectors: All vectors of the newest state, for exact search.
        languages: The mean vectors of a generation by language, None for one language.
        current_generation: Looks up what is committed now.
    """

    chroma: ChromaSearch | None
    passages: Cache[str, Passage]
    vectors: VectorMemory
    languages: Cache[str, tuple[LanguageMeans | None]]
    current_generation: Callable[[], str]


class Snapshot:
    """A state of the index that no build changes while it is held.

    Made by :meth:`t2vqa.index.reader.IndexReader.snapshot`, used by one thread at a time.
    """

    def __init__(
        self, connection: sqlite3.Connection, meta: Mapping[str, str], shared: Shared
    ) -> None:
        """Wrap a connection that is inside a read transaction."""
        self._connection = connection
        self._meta = meta
        self._shared = shared
        self._dimensions = int(meta["dimensions"])
        self.passage_count = int(meta["passages"])
        self.document_count = int(meta["documents"])

    @property
    def generation(self) -> int:
        """Number of the state; every commit that changes anything raises it."""
        return int(self._meta["generation"])

    @property
    def model(self) -> str:
        """Name of the embedding model the vectors are of."""
        return self._meta["model"]

    def dense(
        self, query_vector: Floats, limit: int, documents: Collection[str] | None = None
    ) -> Hits:
        """Find the passages nearest to a question's vector.

        Args:
            query_vector: Of unit length, shape ``(dimensions,)``.
            limit: At most so many are returned.
            documents: Search only these documents, exactly.

        Returns:
            Passage ids and their cosine, best first.
        """
        vector = np.asarray(query_vector, np.float32).reshape(self._dimensions)
        if documents is not None:
            return self._within(vector, limit, self._ranges(documents))
        found = self._approximate(vector, min(limit, self.passage_count))
        if found is None:
            found = self._named(self.exact_vectors().search(vector, limit), limit)
        return found

    def exact_vectors(self) -> ExactVectors:
        """Return the vectors of all passages; read where they are not in memory yet."""
        generation = self._meta["generation"]
        return self._shared.vectors.vectors(self._connection, generation, self._dimensions)

    def lexical(
        self, terms: Sequence[str], limit: int, documents: Collection[str] | None = None
    ) -> Hits:
        """Find the passages that hold any of the terms (see ``search_terms``).

        Returns:
            Passage ids and their BM25 score, best first.
        """
        ranges = None if documents is None else self._ranges(documents)
        rows = lexical.search(self._connection, terms, limit, self.passage_count, ranges)
        return self._named(rows, limit)

    def document_frequency(self, terms: Collection[str]) -> dict[str, int]:
        """Return in how many passages each term occurs, context included."""
        return lexical.document_frequency(self._connection, terms)

    def terms_held(self, terms: Collection[str], ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return which of the terms each passage holds, context included."""
        names: dict[int, str] = {}
        for marks, part in in_batches(ids):
            query = f"SELECT number, id FROM passages WHERE id IN ({marks})"  # noqa: S608 (ours)
            names.update(self._connection.execute(query, part).fetchall())
        held: dict[str, set[str]] = {name: set() for name in ids}
        for term, numbers in lexical.holding(self._connection, terms, list(names)).items():
            for number in numbers:
                held[names[number]].add(term)
        return {name: frozenset(found) for name, found in held.items()}

    def passages(self, ids: Iterable[str]) -> list[Passage]:
        """Return passages in the order of their ids.

        Raises:
            IndexStoreError: There is no passage of such an id.
        """
        names = list(ids)
        found = {name: self._shared.passages.get(name) for name in names}
        missing = [name for name, passage in found.items() if passage is None]
        for row in self._by_id(PASSAGE_COLUMNS, _JOINED, missing):
            found[row[0]] = self._decoded(row)
        passages = [passage for name in names if (passage := found[name]) is not None]
        if len(passages) < len(names):
            raise IndexStoreError("The index holds no such passage; ask the question again.")
        return passages

    def passages_of(self, document: str) -> list[Passage]:
        """Return the passages of a document in reading order; empty for an unknown one."""
        rows = self._connection.execute(
            f"SELECT {PASSAGE_COLUMNS} {_JOINED} WHERE d.path = ? ORDER BY p.number",
            (document,),
        )
        return [self._decoded(row) for row in rows]

    def neighbours(self, name: str) -> tuple[Passage | None, Passage | None]:
        """Return the passages before and after one in its document, None at the ends."""
        rows = self._connection.execute(
            f"SELECT p.number - m.number, {PASSAGE_COLUMNS} FROM passages m "  # noqa: S608 (ours)
            "JOIN passages p ON p.number IN (m.number - 1, m.number + 1) "
            "AND p.document = m.document JOIN documents d ON d.number = p.document "
            "WHERE m.id = ?",
            (name,),
        )
        beside = {row[0]: self._decoded(row[1:]) for row in rows}
        return beside.get(-1), beside.get(1)

    def passage_vectors(self, ids: Iterable[str]) -> dict[str, Floats]:
        """Return the vectors of passages by id, shape ``(dimensions,)``, of unit length."""
        source = "FROM passages p JOIN vectors v ON v.key = p.vector_key"
        rows = self._by_id("p.id, v.vector", source, list(ids))
        matrix = codec.decode_vectors([row[1] for row in rows], self._dimensions)
        return {row[0]: vector for row, vector in zip(rows, matrix, strict=True)}

    def language_means(self) -> LanguageMeans | None:
        """Return the mean vectors by language, None where all passages are in one."""
        generation = self._meta["generation"]
        known = self._shared.languages.get(generation)
        if known is None:
            known = (self._language_means(),)
            self._shared.languages.put(generation, known)
        return known[0]

    def _language_means(self) -> LanguageMeans | None:
        """Take them of the first passages by id: a hash, and so a sample without a pattern."""
        few = self.passage_count < 2 * SAMPLE
        rows = self._connection.execute(
            "SELECT p.content, v.vector FROM (SELECT id FROM passages ORDER BY id LIMIT ?) sample "
            "JOIN passages p ON p.id = sample.id JOIN vectors v ON v.key = p.vector_key",
            (self.passage_count if few else SAMPLE,),
        ).fetchall()
        vectors = codec.decode_vectors([row[1] for row in rows], self._dimensions)
        return language_means(
            (words_from(row[0])[1], vector) for row, vector in zip(rows, vectors, strict=True)
        )

    def unit_vectors(self, ids: Iterable[str]) -> dict[str, Floats]:
        """Return the vectors of the units of passages by id, shape ``(units, dimensions)``."""
        source = "FROM passages p JOIN vectors v ON v.key = p.vector_key"
        rows = self._by_id("p.id, v.units, v.vector", source, list(ids))
        names, units, vectors = zip(*rows, strict=True) if rows else ((), (), ())
        return dict(zip(names, codec.decode_units(units, vectors, self._dimensions), strict=True))

    def paths_of(self, sha256: str) -> list[str]:
        """Return the paths of the documents whose files have this hash, in order."""
        query = "SELECT path FROM documents WHERE sha256 = ? ORDER BY path"
        return [str(path) for (path,) in self._connection.execute(query, (sha256,))]

    def document(self, path: str) -> Document:
        """Return a document as it was indexed.

        Raises:
            DocumentNotFoundError: The index holds no document of that path.
        """
        document = read_document(self._connection, path)
        if document is None:
            raise DocumentNotFoundError(
                f"The index holds no document {path}. `t2vqa index` brings it up to date."
            )
        return document

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Return all documents, by path."""
        rows = self._connection.execute(
            "SELECT path, title, date, source, passages FROM documents ORDER BY path"
        )
        return tuple(DocumentSummary(*row) for row in rows)

    def passage_ranges(self) -> dict[str, tuple[int, int]]:
        """Return the half-open range of passage numbers of every document, by path."""
        rows = self._connection.execute(
            "SELECT path, first_passage, first_passage + passages FROM documents ORDER BY path"
        )
        return {path: (first, stop) for path, first, stop in rows}

    def titles(self) -> dict[str, str]:
        """Return the title of every document by path."""
        return dict(self._connection.execute("SELECT path, title FROM documents"))

    def names(self) -> Iterator[tuple[str, SubjectName]]:
        """Yield the names the documents give their subjects, each with its document's path."""
        rows = self._connection.execute(
            "SELECT path, names FROM documents d JOIN bodies b ON b.document = d.number "
            "ORDER BY path"
        )
        return ((path, name) for path, text in rows for name in codec.decode_names(text))

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for tables beside those this class reads; only for reading."""
        return self._connection

    def _approximate(self, vector: Floats, limit: int) -> Hits | None:
        """Ask Chroma; None where it cannot answer for this very state.

        Ids are deleted from Chroma after a commit only, so that an answer given while this
        state was still the committed one lacks nothing.
        """
        chroma = self._shared.chroma
        if chroma is None:
            return None
        wanted = limit
        while limit:
            found = chroma.search(self._connection, self._meta, vector, wanted)
            if found is None or self._shared.current_generation() != self._meta["generation"]:
                return None
            places = self._places("p.id", [name for name, _ in found])
            kept = [(name, score) for name, score in found if name in places]
            if len(kept) >= limit:
                kept.sort(key=lambda hit: (-hit[1], places[hit[0]][1:]))
                return kept[:limit]
            if len(found) < wanted:
                return None
            wanted *= _WIDER
        return []

    def _within(self, vector: Floats, limit: int, ranges: Sequence[tuple[int, int]]) -> Hits:
        held = self._shared.vectors.present(self._meta["generation"])
        if held is None:
            chosen = load_vectors(self._connection, self._dimensions, ranges)
        else:
            chosen = held.within(ranges)
        return self._named(chosen.search(vector, limit), limit)

    def _named(self, hits: Sequence[tuple[int, float]], limit: int) -> Hits:
        """Turn numbers into ids; equal scores in the order of path and place."""
        places = self._places("p.number", [number for number, _ in hits])
        known = [(places[number], score) for number, score in hits]
        known.sort(key=lambda item: (-item[1], item[0][1:]))
        return [(place[0], score) for place, score in known[:limit]]

    def _ranges(self, documents: Collection[str]) -> list[tuple[int, int]]:
        ranges = []
        for marks, part in in_batches(sorted(set(documents))):
            query = (
                "SELECT first_passage, first_passage + passages FROM documents "  # noqa: S608 (ours)
                f"WHERE passages AND path IN ({marks})"
            )
            rows = self._connection.execute(query, part)
            ranges.extend(rows.fetchall())
        return ranges

    def _places(
        self, column: str, values: Sequence[int] | Sequence[str]
    ) -> dict[int | str, tuple[str, str, int]]:
        """Return id, document and start of passages by number or id; unknown ones are left out."""
        places = {}
        for marks, part in in_batches(values):
            rows = self._connection.execute(
                f"SELECT {column}, p.id, d.path, p.start {_JOINED} WHERE {column} IN ({marks})",
                part,
            )
            places.update({row[0]: row[1:] for row in rows})
        return places

    def _by_id(self, columns: str, source: str, ids: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        for marks, part in in_batches(ids):
            rows.extend(
                self._connection.execute(
                    f"SELECT {columns} {source} WHERE p.id IN ({marks})",
                    part,
                )
            )
        return rows

    def _decoded(self, row: Row) -> Passage:
        passage = self._shared.passages.get(row[0])
        if passage is None:
            passage = passage_from(row)
            self._shared.passages.put(passage.id, passage)
        return passage
