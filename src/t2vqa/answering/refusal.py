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
from t2vqa.answering.values import values_of
from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind, QuestionForm, is_chinese
from t2vqa.retrieval.search import PartResult
from t2vqa.retrieval.terms import WeightedWord, term_set

EVIDENCE_FEATURES = (
    "best",
    "second",
    "attribute_coverage",
    "near_coverage",
    "coverage",
    "passage",
    "cosine_above",
    "kind",
    "kind_missing",
    "period",
    "off_subject",
    "unknown",
    "other_language",
)

EVIDENCE_WEIGHTS: Mapping[str, float] = {
    "best": 3.0,
    "second": 0.0,
    "attribute_coverage": 1.5,
    "near_coverage": 1.5,
    "coverage": 1.0,
    "passage": 1.0,
    "cosine_above": 1.0,
    "kind": 0.5,
    "kind_missing": -1.5,
    "period": 0.7,
    "off_subject": -2.0,
    "unknown": -1.5,
    "other_language": 0.5,
}
EVIDENCE_BIAS = -3.0
THRESHOLD = 0.5

EXACT_KINDS = NUMERIC_KINDS | {AnswerKind.DATE, AnswerKind.CODE}
"""Kinds whose values have a form of their own, so that their absence can be told."""

_LOOKED_AT = 3
_FIGURES_FOR: Mapping[AnswerKind, tuple[AnswerKind, ...]] = {
    AnswerKind.AMOUNT: (AnswerKind.PERCENT,),
    AnswerKind.PERCENT: (AnswerKind.COUNT,),
    AnswerKind.COUNT: (AnswerKind.PERCENT,),
    AnswerKind.DURATION: (AnswerKind.DATE,),
}


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
    best, top = units[0], units[:_LOOKED_AT]
    words = result.query.attribute_words
    chinese = is_chinese(best.text)
    return (
        best.score,
        units[1].score if len(units) > 1 else 0.0,
        max(unit.feature("attribute_coverage") for unit in top),
        best.feature("near_coverage"),
        best.feature("coverage"),
        result.ranked[0].score,
        max(unit.feature("cosine_above") for unit in top),
        best.feature("kind"),
        float(form.kind in EXACT_KINDS and not any(_holds_figure(unit, form) for unit in top)),
        max(unit.feature("period") for unit in top),
        float(bool(result.query.part.names) and max(u.feature("names") for u in top) < 0.5),
        _unknown(words) if chinese == form.chinese else 0.0,
        float(chinese != form.chinese),
    )


def _holds_figure(unit: ScoredUnit, form: QuestionForm) -> bool:
    """Tell whether a unit holds a value of the asked kind, or any figure where one is asked for.

    How much cheaper something is may be said as a percentage: among figures the kind is not decisive.
    """
    if values_of(unit.text, form.kind):
        return True
    return form.kind in NUMERIC_KINDS and any(
        values_of(unit.text, kind) for kind in _FIGURES_FOR[form.kind]
    )


def _unknown(words: Sequence[WeightedWord]) -> float:
    """Return the share of the asked words' weight that no passage of the corpus speaks of."""
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if not word.known) / total if total else 0.0


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
