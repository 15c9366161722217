"""Hybrid search: candidates by vectors and words, ranked by a weighted sum of their features.

The weights were fitted on one half of the evaluation sets by `bench/fit_weights.py` and are
reported on the other (docs/answers.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from t2vqa.retrieval.candidates import FEATURES, Candidate, Index, PartQuery, Vector, gather
from t2vqa.retrieval.plan import QuestionPart, QuestionPlan
from t2vqa.retrieval.terms import weigh
from t2vqa.text.languages import is_chinese
from t2vqa.types import ScoredPassage

RANKING: Mapping[str, float] = {
    "dense": 0.25,
    "lexical": 0.25,
    "best_unit": 0.15,
    "best_unit_attribute": 0.35,
    "coverage": 0.40,
    "attribute_coverage": 0.35,
    "names": 0.25,
    "owned": 0.40,
    "period": 0.05,
}


class QueryEmbedder(Protocol):
    """What retrieval needs of an embedder."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length vectors of queries, one row each."""


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A candidate with its score, a share of the best attainable one in [0, 1]."""

    candidate: Candidate
    score: float


@dataclass(frozen=True, slots=True)
class PartResult:
    """What was found for one part, best first."""

    query: PartQuery
    ranked: tuple[RankedCandidate, ...]


def search(index: Index, embedder: QueryEmbedder, plan: QuestionPlan) -> tuple[PartResult, ...]:
    """Search every part of ``plan``.

    Returns:
        One result a part, in the plan's order; all empty for an empty index.
    """
    if not index.passage_count:
        return ()
    weights = np.asarray([RANKING[name] for name in FEATURES], dtype=np.float32)
    return tuple(
        PartResult(query, _rank(gather(index, query), weights))
        for query in prepare(index, embedder, plan.parts)
    )


def prepare(
    index: Index, embedder: QueryEmbedder, parts: Sequence[QuestionPart]
) -> list[PartQuery]:
    """Embed and weigh the parts, all in one call each."""
    texts = list(dict.fromkeys(text for part in parts for text in (part.text, part.attribute)))
    vectors = dict(zip(texts, embedder.embed_queries(texts), strict=True))
    words = dict(
        zip(texts, weigh(texts, index.passage_count, index.document_frequency), strict=True)
    )
    means = index.language_means()

    def abroad(part: QuestionPart) -> tuple[Vector, Vector] | None:
        if means is None:
            return None
        to_chinese = not is_chinese(part.text)
        asked, attribute = vectors[part.text], vectors[part.attribute]
        return (
            means.moved(asked, to_chinese=to_chinese),
            means.moved(attribute, to_chinese=to_chinese),
        )

    return [
        PartQuery(
            part=part,
            vector=vectors[part.text],
            attribute_vector=vectors[part.attribute],
            words=words[part.text],
            attribute_words=words[part.attribute],
            abroad=abroad(part),
        )
        for part in parts
    ]


def _rank(
    candidates: Sequence[Candidate], weights: NDArray[np.float32]
) -> tuple[RankedCandidate, ...]:
    if not candidates:
        return ()
    table = np.asarray([candidate.features for candidate in candidates], dtype=np.float32)
    scores = (table @ weights / float(weights.sum())).tolist()
    # Equal scores keep one order whatever order the stores gave them in.
    order = sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates[i].passage.id))
    return tuple(RankedCandidate(candidates[i], min(max(scores[i], 0.0), 1.0)) for i in order)


def merged(results: Sequence[PartResult], limit: int) -> tuple[ScoredPassage, ...]:
    """Take the parts' best in turn, each passage once, so that no part crowds out another.

    The scores of several parts are not comparable; a passage is given at most the score of the one
    before it, so that they never rise down the list.
    """
    taken: dict[str, ScoredPassage] = {}
    lowest = 1.0
    ranks = zip_longest(*(result.ranked for result in results))
    for found in (ranked for rank in ranks for ranked in rank if ranked is not None):
        passage = found.candidate.passage
        if passage.id in taken:
            continue
        if len(taken) == limit:
            break
        lowest = min(lowest, found.score)
        features = dict(zip(FEATURES, found.candidate.features, strict=True))
        taken[passage.id] = ScoredPassage(passage, lowest, features["dense"], features["lexical"])
    return tuple(taken.values())
