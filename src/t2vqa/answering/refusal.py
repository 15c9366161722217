"""Whether the corpus answers at all: a calibrated decision, and what is missing where it does not.

The signs are those a person would use: does anything near the best unit speak of the attribute, does
it hold a value of the asked kind, is the period the one asked about, do the question's rare words
occur. A logistic function of them, fitted on one half of the evaluation sets, gives the probability
that the best unit answers (docs/answers.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from t2vqa.answering.units import ScoredUnit
from t2vqa.retrieval.question import AnswerKind, QuestionForm
from t2vqa.retrieval.search import PartResult
from t2vqa.retrieval.terms import WeightedWord, term_set

EVIDENCE_FEATURES = (
    "best",
    "second",
    "attribute_coverage",
    "near_coverage",
    "coverage",
    "cosine",
    "attribute_cosine",
    "kind",
    "exact_kind",
    "period",
    "names",
    "unmet_rarest",
    "passage",
)

EVIDENCE_WEIGHTS: Mapping[str, float] = {
    "best": 3.0,
    "second": 0.0,
    "attribute_coverage": 1.5,
    "near_coverage": 1.5,
    "coverage": 1.0,
    "cosine": 4.0,
    "attribute_cosine": 4.0,
    "kind": 0.5,
    "exact_kind": 0.0,
    "period": 0.7,
    "names": 0.3,
    "unmet_rarest": -1.5,
    "passage": 1.0,
}
EVIDENCE_BIAS = -8.5
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a part of a question is answered, how surely, and the words nothing speaks of."""

    answered: bool
    probability: float
    missing: tuple[str, ...] = ()


def judge(result: PartResult, units: Sequence[ScoredUnit], form: QuestionForm) -> Verdict:
    """Decide whether ``units``, best first, answer the part."""
    if not units:
        return Verdict(answered=False, probability=0.0)
    features = evidence_features(result, units, form)
    activation = EVIDENCE_BIAS + sum(
        EVIDENCE_WEIGHTS[name] * value
        for name, value in zip(EVIDENCE_FEATURES, features, strict=True)
    )
    probability = 1 / (1 + math.exp(-activation))
    missing = _missing(result.query.attribute_words, units)
    return Verdict(probability >= THRESHOLD, probability, missing)


def evidence_features(
    result: PartResult, units: Sequence[ScoredUnit], form: QuestionForm
) -> tuple[float, ...]:
    """Return the signs of evidence, in the order of ``EVIDENCE_FEATURES``; ``units`` not empty."""
    best = units[0]
    top = units[:3]
    query = result.query
    return (
        best.score,
        units[1].score if len(units) > 1 else 0.0,
        max(unit.feature("attribute_coverage") for unit in top),
        best.feature("near_coverage"),
        best.feature("coverage"),
        max(unit.feature("cosine") for unit in top),
        max(unit.feature("attribute_cosine") for unit in top),
        best.feature("kind"),
        float(
            form.kind not in {AnswerKind.OPEN, AnswerKind.REASON} and best.feature("kind") == 1.0
        ),
        best.feature("period"),
        best.feature("names"),
        _unmet_rarest(query.attribute_words, top),
        result.ranked[0].score,
    )


def _unmet_rarest(words: Sequence[WeightedWord], units: Sequence[ScoredUnit]) -> float:
    """Return how absent the rarest asked word is from the best units and their surroundings."""
    if not words:
        return 0.0
    rarest = max(words, key=lambda word: (word.weight, word.word))
    return 1.0 - max(rarest.presence(_surroundings(unit)) for unit in units)


def _missing(words: Sequence[WeightedWord], units: Sequence[ScoredUnit]) -> tuple[str, ...]:
    """Return the asked words, heaviest first, of which the best units' passages hold nothing."""
    surroundings = [_surroundings(unit) for unit in units[:3]]
    absent = [
        word
        for word in words
        if max((word.presence(terms) for terms in surroundings), default=0.0) < 0.5
    ]
    return tuple(word.word for word in sorted(absent, key=lambda word: -word.weight)[:3])


def _surroundings(unit: ScoredUnit) -> frozenset[str]:
    return term_set(f"{unit.passage.context}\n{unit.passage.text}")
