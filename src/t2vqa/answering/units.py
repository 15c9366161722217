"""The units of the best passages, scored by how likely each answers its part of the question.

What is compared is the attribute asked for: the names that chose the document are taken out of the
question first, since within it they mark every sentence alike. The score is a probability: the
logistic weights were fitted on one half of the evaluation sets (docs/answers.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from t2vqa.answering.values import holds_kind, values_of
from t2vqa.retrieval.candidates import names_present
from t2vqa.retrieval.names import NameMatch
from t2vqa.retrieval.periods import period_agreement
from t2vqa.retrieval.question import AnswerKind, QuestionForm
from t2vqa.retrieval.search import PartResult, RankedCandidate
from t2vqa.retrieval.terms import WeightedWord, coverage, term_set
from t2vqa.types import BlockKind, Passage, Span, Unit

READ_PASSAGES = 12
"""Passages of a part that are read unit by unit."""

_INTRODUCING = ("：", ":")
_CLAUSE_END = re.compile(r"[，；。！？]|[,;](?!\d)")
_NAMED_ABOVE = 0.7
ABOUT_SUBJECT = 0.35
"""Least share of the names with which a unit is about the subject."""

READER_CERTAIN = 8.0
"""Log-odds beyond which the reader's judgement counts no more."""

UNIT_FEATURES = (
    "passage",
    "rank",
    "cosine",
    "attribute_cosine",
    "cosine_above",
    "attribute_cosine_above",
    "coverage",
    "attribute_coverage",
    "near_coverage",
    "value_coverage",
    "kind",
    "period",
    "names",
    "introduces",
    "short",
)

UNIT_WEIGHTS: Mapping[str, float] = {
    "passage": 3.75,
    "rank": -0.26,
    "cosine": 0.00,
    "attribute_cosine": 0.00,
    "cosine_above": 1.36,
    "attribute_cosine_above": 0.70,
    "coverage": 0.25,
    "attribute_coverage": 1.90,
    "near_coverage": 2.40,
    "value_coverage": 0.80,
    "kind": 1.32,
    "period": 0.73,
    "names": 1.55,
    "introduces": -2.20,
    "short": -0.68,
}
UNIT_BIAS = -5.3


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """A unit of a passage with its features (in the order of ``UNIT_FEATURES``) and score.

    ``read`` are the log-odds that the trained reader gives it, None where it was not read.
    """

    unit: Unit
    passage: Passage
    part: int
    rank: int
    features: tuple[float, ...]
    score: float
    read: float | None = None

    @property
    def text(self) -> str:
        """The unit's words."""
        return self._words(self.unit.span)

    @property
    def read_out(self) -> str:
        """The unit's words, each cell of a table row behind the name of its column."""
        cells = [(cell.column, self._words(cell.span)) for cell in self.unit.cells]
        named = [f"{column}：{words}" if column else words for column, words in cells if words]
        return "；".join(named) if named else self.text

    def _words(self, span: Span) -> str:
        start = span.start - self.passage.span.start
        return self.passage.text[start : start + span.end - span.start]

    def feature(self, name: str) -> float:
        """Return one feature by its name."""
        return self.features[UNIT_FEATURES.index(name)]


def read_units(result: PartResult, form: QuestionForm, part: int) -> list[ScoredUnit]:
    """Score the units of the best passages of one part, best first."""
    rows: list[tuple[Unit, Passage, int, list[float]]] = []
    for rank, ranked in enumerate(result.ranked[:READ_PASSAGES]):
        rows.extend(
            (unit, ranked.candidate.passage, rank, features)
            for unit, features in _passage_rows(result, ranked, rank, form)
        )
    if not rows:
        return []
    table = np.asarray([row[3] for row in rows], dtype=np.float32)
    for source, target in (
        ("cosine", "cosine_above"),
        ("attribute_cosine", "attribute_cosine_above"),
    ):
        table[:, UNIT_FEATURES.index(target)] = _standing_out(table[:, UNIT_FEATURES.index(source)])
    scores = _logistic(table)
    units = [
        ScoredUnit(unit, passage, part, rank, tuple(features), score)
        for (unit, passage, rank, _), features, score in zip(
            rows, table.tolist(), scores.tolist(), strict=True
        )
    ]
    units.sort(key=lambda found: (-found.score, found.rank, found.unit.span.start))
    if not result.query.part.names:
        return units
    # Another company's figure is no answer: what names the subject, or stands below it, is first.
    return sorted(units, key=lambda found: found.feature("names") < ABOUT_SUBJECT)


def _passage_rows(
    result: PartResult, ranked: RankedCandidate, rank: int, form: QuestionForm
) -> list[tuple[Unit, list[float]]]:
    query, passage = result.query, ranked.candidate.passage
    vectors = ranked.candidate.unit_vectors
    asked, attribute = query.vectors_for(passage.text)
    rows = []
    context_terms = term_set(passage.context)
    before: frozenset[str] = frozenset()
    for place, unit in enumerate(passage.units):
        start = unit.span.start - passage.span.start
        text = passage.text[start : start + unit.span.end - unit.span.start]
        own_terms = term_set(_with_columns(unit, text))
        near = own_terms | before | context_terms
        vector = vectors[place] if place < len(vectors) else query.vector * 0
        rows.append(
            (
                unit,
                [
                    ranked.score,
                    math.log1p(rank),
                    float(vector @ asked),
                    float(vector @ attribute),
                    0.0,
                    0.0,
                    coverage(query.words, own_terms),
                    coverage(query.attribute_words, own_terms),
                    coverage(query.attribute_words, near),
                    value_coverage(text, form.kind, query.attribute_words),
                    holds_kind(text, form.kind),
                    period_agreement(query.part.dates, _with_columns(unit, text)),
                    _about(query.part.names, text, _standing_above(unit, passage, start)),
                    float(text.rstrip().endswith(_INTRODUCING)),
                    float(len(text) < 12 and unit.kind is not BlockKind.TABLE_ROW),
                ],
            )
        )
        before = own_terms
    return rows


def value_coverage(text: str, kind: AnswerKind, asked: Sequence[WeightedWord]) -> float:
    """Return in [0, 1] how much of the ``asked`` words stands beside a value of ``kind``.

    Beside it means in its clause, or in the clause before where that holds no value of its own:
    ``股东权益为10亿元，主要受净利润影响`` gives no net profit. 0 for kinds without values.
    """
    values = values_of(text, kind)
    if not values:
        return 0.0
    ends = [*(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]
    clauses = [(start, end) for start, end in pairwise([0, *ends]) if start < end]
    best = 0.0
    for place, (start, end) in enumerate(clauses):
        if not any(start <= value.start < end for value in values):
            continue
        before, own = clauses[max(place - 1, 0)]
        if place and not any(before <= value.start < own for value in values):
            start = before
        best = max(best, coverage(asked, term_set(text[start:end])))
    return best


def _with_columns(unit: Unit, text: str) -> str:
    """Return a table row's words with the names of its filled columns, other units as they are."""
    columns = [cell.column for cell in unit.cells if cell.span.end > cell.span.start]
    return " ".join([*columns, text]) if columns else text


def _standing_above(unit: Unit, passage: Passage, start: int) -> str:
    """Return what may name the subject of a unit: of a table row not the rows above it."""
    return passage.context if unit.cells else f"{passage.context}\n{passage.text[:start]}"


def _about(names: Sequence[NameMatch], text: str, before: str) -> float:
    """Return 1 where the unit names the subjects, less where only what stands above it does."""
    own = names_present(names, text)
    return max(own, _NAMED_ABOVE * names_present(names, before)) if names and own < 1 else own


def _standing_out(column: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many standard deviations each value lies above the mean, over 3, in [-1, 1]."""
    spread = float(column.std())
    if spread < 1e-6:
        return np.zeros_like(column)
    return np.asarray(np.clip((column - column.mean()) / spread / 3, -1, 1), dtype=np.float32)


def _logistic(table: NDArray[np.float32]) -> NDArray[np.float32]:
    weights = np.asarray([UNIT_WEIGHTS[name] for name in UNIT_FEATURES], dtype=np.float32)
    return np.asarray(1 / (1 + np.exp(-(table @ weights + UNIT_BIAS))), dtype=np.float32)


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, finite at 0 and 1 too."""
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
