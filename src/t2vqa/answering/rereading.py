"""The best units of a part read again by the trained reader, and put in order anew.

What the signs of `units.py` bring to the top is read together with the question. The two judgements
are added as log-odds: the signs know the corpus (names, rarity, periods), the reader knows what
counts as an answer. The weights were fitted on one half of the evaluation sets (docs/answers.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from t2vqa.answering.reader import Reader
from t2vqa.answering.units import ABOUT_SUBJECT, READER_CERTAIN, ScoredUnit, log_odds
from t2vqa.retrieval.plan import QuestionPart

READ_AGAIN = 3
"""Units of a part that are read: the answer is rarely further down, and each costs time."""

READER_WEIGHT = 0.30
"""What the reader's log-odds count beside those of the signs."""

_ABOVE = 60


def read_again(
    units: Sequence[ScoredUnit], part: QuestionPart, reader: Reader | None
) -> list[ScoredUnit]:
    """Judge the first of ``units``, best first, and return all in their new order.

    Without a reader nothing changes. What is not read is taken to be as poor as the poorest read.
    """
    if reader is None or not units:
        return list(units)
    chosen = units[:READ_AGAIN]
    sentences = [(unit.passage.context[-_ABOVE:], unit.read_out) for unit in chosen]
    judged = [_clipped(odds) for odds in reader.judge(part.text, sentences)]
    poorest = min(judged)
    scored = [
        _judged(unit, judged[place] if place < len(judged) else None, poorest)
        for place, unit in enumerate(units)
    ]
    return sorted(
        scored,
        key=lambda unit: (_off_subject(unit, part), -unit.score, unit.rank, unit.unit.span.start),
    )


def _clipped(odds: float) -> float:
    return max(-READER_CERTAIN, min(READER_CERTAIN, odds))


def _judged(unit: ScoredUnit, judged: float | None, poorest: float) -> ScoredUnit:
    odds = log_odds(unit.score) + READER_WEIGHT * (poorest if judged is None else judged)
    return replace(unit, score=1 / (1 + math.exp(-odds)), read=judged)


def _off_subject(unit: ScoredUnit, part: QuestionPart) -> bool:
    return bool(part.names) and unit.feature("names") < ABOUT_SUBJECT
