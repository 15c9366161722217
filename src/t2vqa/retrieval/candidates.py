"""Candidate passages of one part of a question, with the features they are ranked by.

Vectors and words each bring their best passages; a name that owns documents brings the best of
those as well. Every feature lies in [0, 1] or [-1, 1] and is comparable within one question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from t2vqa.index.languages import LanguageMeans
from t2vqa.retrieval.names import NameMatch
from t2vqa.retrieval.periods import period_agreement
from t2vqa.retrieval.plan import QuestionPart
from t2vqa.retrieval.terms import WeightedWord, coverage
from t2vqa.text.languages import is_chinese
from t2vqa.text.normal import fold
from t2vqa.text.segmentation import search_terms
from t2vqa.types import Passage

Vector = NDArray[np.float32]

POOL = 60
"""Passages each of the two searches brings."""
POOL_ABROAD = 40
"""Passages that the search in the other language brings, where there are two."""
OWNED_POOL = 30
"""Passages each search brings of the documents a name owns."""
MOST_OWNED_DOCUMENTS = 40
"""A name that owns more documents than this chooses none of them."""

FEATURES = (
    "dense",
    "lexical",
    "best_unit",
    "best_unit_attribute",
    "coverage",
    "attribute_coverage",
    "names",
    "owned",
    "period",
)


class Index(Protocol):
    """What retrieval needs of one consistent state of an index."""

    @property
    def passage_count(self) -> int:
        """Number of passages."""

    def dense(
        self, query_vector: Vector, limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with cosine, best first."""

    def lexical(
        self, terms: Sequence[str], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with BM25, best first."""

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages of these ids, in their order."""

    def passage_vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """Vectors of passages, by id."""

    def unit_vectors(self, ids: Sequence[str]) -> Mapping[str, Vector]:
        """Vectors of the units of passages, by id, one row a unit."""

    def language_means(self) -> LanguageMeans | None:
        """Mean vectors by language; None where all passages are in one language."""

    def terms_held(
        self, terms: Collection[str], ids: Sequence[str]
    ) -> Mapping[str, frozenset[str]]:
        """Which of the terms each passage holds, context included, by id."""

    def document_frequency(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Number of passages that hold each term."""


@dataclass(frozen=True, slots=True)
class PartQuery:
    """A part of a question made ready for searching.

    Attributes:
        part: The part.
        vector: Of the part as it is.
        attribute_vector: Of the part without its names.
        words: Its content words.
        attribute_words: Those of the part without its names.
        abroad: Both vectors as they would be in the other language, where the index holds two.
    """

    part: QuestionPart
    vector: Vector
    attribute_vector: Vector
    words: tuple[WeightedWord, ...]
    attribute_words: tuple[WeightedWord, ...]
    abroad: tuple[Vector, Vector] | None = None

    def vectors_for(self, text: str) -> tuple[Vector, Vector]:
        """Return both vectors in the language of ``text``."""
        if self.abroad is None or is_chinese(text) == is_chinese(self.part.text):
            return self.vector, self.attribute_vector
        return self.abroad


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its features (in the order of ``FEATURES``) and its unit vectors."""

    passage: Passage
    features: tuple[float, ...]
    unit_vectors: Vector


def gather(index: Index, query: PartQuery) -> list[Candidate]:
    """Bring the candidates of ``query`` with their features, in no particular order."""
    lexical = dict(index.lexical(search_terms(query.part.text), POOL))
    ids = dict.fromkeys([*(found for found, _ in index.dense(query.vector, POOL)), *lexical])
    if query.abroad is not None:
        ids |= dict.fromkeys(found for found, _ in index.dense(query.abroad[0], POOL_ABROAD))
    owned = query.part.documents
    if 0 < len(owned) <= MOST_OWNED_DOCUMENTS:
        ids |= dict.fromkeys(
            found for found, _ in index.dense(query.attribute_vector, OWNED_POOL, owned)
        )
        terms = search_terms(query.part.attribute)
        ids |= dict.fromkeys(found for found, _ in index.lexical(terms, OWNED_POOL, owned))
    passages = index.passages(list(ids))
    keys = [passage.id for passage in passages]
    vectors, units = index.passage_vectors(keys), index.unit_vectors(keys)
    asked = {
        term for word in (*query.words, *query.attribute_words) for term in (word.word, *word.pairs)
    }
    held = index.terms_held(asked, keys)
    rows = [
        _features(query, passage, vectors[passage.id], units[passage.id], lexical, held[passage.id])
        for passage in passages
    ]
    if not rows:
        return []
    table = np.asarray(rows, dtype=np.float32)
    for column in range(4):
        table[:, column] = _min_max(table[:, column])
    return [
        Candidate(passage, tuple(row), units[passage.id])
        for passage, row in zip(passages, table.tolist(), strict=True)
    ]


def _features(
    query: PartQuery,
    passage: Passage,
    vector: Vector,
    units: Vector,
    lexical: Mapping[str, float],
    terms: Collection[str],
) -> tuple[float, ...]:
    whole = f"{passage.context}\n{passage.text}"
    asked, attribute = query.vectors_for(passage.text)
    return (
        float(vector @ asked),
        lexical.get(passage.id, 0.0),
        _best(units, asked),
        _best(units, attribute),
        coverage(query.words, terms),
        coverage(query.attribute_words, terms),
        names_present(query.part.names, whole),
        float(passage.document in query.part.documents),
        period_agreement(query.part.dates, whole),
    )


def names_present(names: Iterable[NameMatch], text: str) -> float:
    """Return the share of ``names`` that ``text`` mentions under any of their forms."""
    wanted = list(names)
    if not wanted:
        return 0.0
    folded = fold(text)
    return sum(any(form in folded for form in name.forms) for name in wanted) / len(wanted)


def _best(units: Vector, vector: Vector) -> float:
    return float((units @ vector).max()) if len(units) else 0.0


def _min_max(column: Vector) -> Vector:
    low, high = float(column.min()), float(column.max())
    if high <= low:
        return np.zeros_like(column)
    return np.asarray((column - low) / (high - low), dtype=np.float32)
