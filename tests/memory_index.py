"""A small index in memory over documents written in a test, and an embedder without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import numpy as np

from t2vqa.documents.registry import load_document
from t2vqa.index.languages import LanguageMeans, language_means
from t2vqa.index.names import names_of
from t2vqa.index.passages import embedding_input, passages_of
from t2vqa.retrieval.candidates import Vector
from t2vqa.retrieval.names import NameBook
from t2vqa.retrieval.terms import inverse_document_frequency
from t2vqa.text.segmentation import search_terms
from t2vqa.types import Document, Passage

DIMENSIONS = 256


def embed(text: str) -> Vector:
    """Count a text's terms by their hash: texts that share words point in like directions."""
    vector = np.zeros(DIMENSIONS, np.float32)
    for term in search_terms(text):
        vector[int.from_bytes(hashlib.sha256(term.encode()).digest()[:4]) % DIMENSIONS] += 1
    length = float(np.linalg.norm(vector))
    return vector / length if length else np.eye(1, DIMENSIONS, dtype=np.float32)[0]


class TermEmbedder:
    """Embeds by :func:`embed`."""

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return np.stack([embed(text) for text in texts])


class MemoryIndex:
    """What retrieval and answering need of an index, computed from nothing each time."""

    def __init__(self, files: Mapping[str, str], longest: int = 120) -> None:
        self._documents = {path: load_document(path, text.encode()) for path, text in files.items()}
        self._passages: dict[str, Passage] = {
            passage.id: passage
            for document in self._documents.values()
            for passage in passages_of(document, longest)
        }
        self._terms = {
            name: search_terms(f"{passage.context}\n{passage.text}")
            for name, passage in self._passages.items()
        }

    @cached_property
    def book(self) -> NameBook:
        return NameBook(
            (path, name)
            for path, document in self._documents.items()
            for name in names_of(document)
        )

    @property
    def passage_count(self) -> int:
        return len(self._passages)

    def dense(
        self, query_vector: Vector, limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        vectors = self.passage_vectors(self._allowed(documents))
        return _best({name: float(v @ query_vector) for name, v in vectors.items()}, limit)

    def lexical(
        self, terms: Sequence[str], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        known = self.document_frequency(terms)
        weights = {
            term: inverse_document_frequency(count, self.passage_count)
            for term, count in known.items()
        }
        scores = {
            name: sum(weights[term] for term in set(terms) & set(self._terms[name]))
            for name in self._allowed(documents)
        }
        return _best({name: score for name, score in scores.items() if score > 0}, limit)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        return [self._passages[name] for name in ids]

    def passage_vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        return {name: embed(embedding_input(self._passages[name])[0]) for name in ids}

    def unit_vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        found = {}
        for name in ids:
            text, spans = embedding_input(self._passages[name])
            found[name] = np.stack([embed(span.of(text)) for span in spans])
        return found

    def language_means(self) -> LanguageMeans | None:
        vectors = self.passage_vectors(self._allowed(None))
        return language_means((self._passages[name].text, vectors[name]) for name in vectors)

    def terms_held(self, terms: Collection[str], ids: Sequence[str]) -> dict[str, frozenset[str]]:
        return {name: frozenset(terms) & frozenset(self._terms[name]) for name in ids}

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        return {term: sum(term in held for held in self._terms.values()) for term in terms}

    def document(self, path: str) -> Document:
        return self._documents[path]

    def _allowed(self, documents: Collection[str] | None) -> list[str]:
        return [
            name
            for name, passage in self._passages.items()
            if documents is None or passage.document in documents
        ]


def _best(scores: Mapping[str, float], limit: int) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
