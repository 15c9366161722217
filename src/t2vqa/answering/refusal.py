"""Whether the corpus answers: a calibrated decision, and what is missing where it does not.

The signs are those a person would use: does the best unit speak of the attribute, does it hold a
value of the asked kind, is it about the subject and the period, does the corpus know what is asked
for at all. A logistic function of them, fitted on one half of the evaluation sets, gives the
probability that the best unit answers (docs/answers.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from t2vqa.answering.units import READER_CERTAIN, ScoredUnit, log_odds
from t2vqa.answering.values import values_of
from t2vqa.retrieval.plan import QuestionPart
from t2vqa.retrieval.question import (
    NUMERIC_KINDS,
    AnswerKind,
    AnswerShape,
    QuestionForm,
)
from t2vqa.retrieval.search import PartResult
from t2vqa.retrieval.terms import WeightedWord, content_words, names_a_kind
from t2vqa.text.languages import is_chinese
from t2vqa.text.segmentation import words

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
    "other_language",
    "owned",
    "loose",
    "several",
    "read",
    "head_unknown",
)

EVIDENCE_WEIGHTS: Mapping[str, float] = {
    "best": 1.45,
    "second": 0.08,
    "attribute_coverage": 0.23,
    "near_coverage": 0.50,
    "coverage": 0.60,
    "passage": 1.64,
    "cosine_above": 1.63,
    "kind": 0.25,
    "kind_missing": -2.20,
    "period": 0.06,
    "other_language": 0.47,
    "owned": -2.60,
    "loose": 1.25,
    "several": 0.60,
    "read": 2.00,
    "head_unknown": -2.60,
}
EVIDENCE_BIAS = -3.0
THRESHOLD = 0.33

EXACT_KINDS = NUMERIC_KINDS | {AnswerKind.DATE, AnswerKind.CODE}
"""Kinds whose values have a form of their own, so that their absence can be told."""

_LOOKED_AT = 3
_LOOSE_SHAPES = frozenset({AnswerShape.SUMMARY, AnswerShape.LIST})
_NAMED_KINDS = EXACT_KINDS | {AnswerKind.PERSON}
_ATTRIBUTE = re.compile(
    r"的(?P<attribute>[^的，,。？?]{1,10}?)(?:是|有|为|呢)(?:多少|什么|谁|哪|几|[?？]|$)"
)
_SUBJECT = re.compile(r"^(?P<subject>[^的，,。？?]{2,20})的")
_MOST_MISSING = 2
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


def judge(
    result: PartResult, units: Sequence[ScoredUnit], form: QuestionForm, *, several: bool = False
) -> Verdict:
    """Decide whether ``units``, best first, answer the part, one of ``several`` or the only one."""
    if not units:
        return Verdict(answered=False, probability=0.0)
    top = units[:_LOOKED_AT]
    if _is_off_subject(result, top) or _is_other_period(top):
        missing = _missing(result.query.part, result.query.words, units)
        return Verdict(answered=False, probability=0.0, missing=missing)
    features = evidence_features(result, units, form, several=several)
    activation = EVIDENCE_BIAS + sum(
        EVIDENCE_WEIGHTS[name] * value
        for name, value in zip(EVIDENCE_FEATURES, features, strict=True)
    )
    probability = 1 / (1 + math.exp(-activation))
    if probability >= THRESHOLD:
        return Verdict(answered=True, probability=probability)
    missing = _missing(result.query.part, result.query.attribute_words, units)
    return Verdict(answered=False, probability=probability, missing=missing)


def evidence_features(
    result: PartResult, units: Sequence[ScoredUnit], form: QuestionForm, *, several: bool
) -> tuple[float, ...]:
    """Return the signs of evidence, in the order of ``EVIDENCE_FEATURES``; ``units`` not empty."""
    best, top = units[0], units[:_LOOKED_AT]
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
        float(_wants_figure(best, form) and not any(_holds_figure(unit, form) for unit in top)),
        max(unit.feature("period") for unit in top),
        float(chinese != form.chinese),
        float(best.passage.document in result.query.part.documents),
        float(form.shape in _LOOSE_SHAPES and not several),
        float(several),
        _read_best(top, form, several=several) / READER_CERTAIN,
        _head_unknown(result.query.part, result.query.words, form),
    )


def _read(unit: ScoredUnit) -> float:
    """Return the reader's log-odds; without a reader, those of the signs."""
    return log_odds(unit.score) if unit.read is None else unit.read


def _read_best(top: Sequence[ScoredUnit], form: QuestionForm, *, several: bool) -> float:
    """Return the best judgement; no single sentence answers a summary or list, which excuses it.

    Not so where a list is asked of several subjects: one sentence each is what they get.
    """
    best = max(_read(unit) for unit in top)
    return max(best, 0.0) if form.shape in _LOOSE_SHAPES and not several else best


def _is_off_subject(result: PartResult, top: Sequence[ScoredUnit]) -> bool:
    """Tell whether the best units are about something else than what the question is about."""
    if result.query.part.names:
        return max(unit.feature("names") for unit in top) < 0.5
    return _subject_unknown(result.query.part, result.query.words)


def _is_other_period(top: Sequence[ScoredUnit]) -> bool:
    """Tell whether the best unit states another period than the asked one, and none that one."""
    return top[0].feature("period") < 0 and all(unit.feature("period") <= 0 for unit in top)


def _wants_figure(best: ScoredUnit, form: QuestionForm) -> bool:
    """Tell whether a value of its own form is asked for; the members of a list are counted."""
    return form.kind in EXACT_KINDS and not (form.counting and best.unit.group is not None)


def _holds_figure(unit: ScoredUnit, form: QuestionForm) -> bool:
    """Tell whether a unit holds a value of the asked kind, or any figure where one is asked for.

    How much cheaper something is may be said as a percentage: the kind of figure is not decisive.
    """
    if values_of(unit.text, form.kind):
        return True
    return form.kind in NUMERIC_KINDS and any(
        values_of(unit.text, kind) for kind in _FIGURES_FOR[form.kind]
    )


def _head_unknown(part: QuestionPart, asked: Sequence[WeightedWord], form: QuestionForm) -> float:
    """Return 1 where the corpus does not know the attribute in ``甲的乙是多少``, for exact kinds.

    Other words of a question may well be put differently in the text; the name of a figure rarely.
    """
    found = _ATTRIBUTE.search(part.text) if form.kind in _NAMED_KINDS else None
    return float(found is not None and _is_unknown(found["attribute"], asked, every=False))


def _subject_unknown(part: QuestionPart, asked: Sequence[WeightedWord]) -> bool:
    """Tell whether the corpus knows no word of the subject in ``甲的乙…``, and no name is known."""
    found = None if part.names else _SUBJECT.match(part.text)
    return found is not None and _is_unknown(found["subject"], asked, every=True)


def _is_unknown(text: str, asked: Sequence[WeightedWord], *, every: bool) -> bool:
    """Tell whether the last word of ``text``, or every one, is known to no passage."""
    found = _judged_words(text, asked)
    judged = found if every else found[-1:]
    return bool(judged) and not any(word.known for word in judged)


def _judged_words(text: str, asked: Sequence[WeightedWord]) -> list[WeightedWord]:
    """Return the asked words in ``text`` in order, without those that name a kind of value."""
    weighted = {word.word: word for word in asked}
    return [
        weighted[word]
        for word in content_words(text)
        if len(word) > 1 and word in weighted and not names_a_kind(word)
    ]


def _missing(
    part: QuestionPart, asked: Sequence[WeightedWord], units: Sequence[ScoredUnit]
) -> tuple[str, ...]:
    """Return, as the question writes them, asked words the corpus does not know at all.

    Nothing is said of one-character words, nor where the best passages are in another language.
    """
    if is_chinese(part.text) != is_chinese(units[0].text):
        return ()
    absent = sorted((w for w in asked if not w.known), key=lambda word: -word.weight)
    shown = [_as_written(word.word, part.attribute) for word in absent if len(word.word) > 1]
    return tuple(dict.fromkeys(shown))[:_MOST_MISSING]


def _as_written(word: str, text: str) -> str:
    """Return the word of ``text`` that ``word`` is the stem of."""
    written = (token for token in re.findall(r"[A-Za-z][\w'-]*", text) if word in words(token))
    return next(written, word)
