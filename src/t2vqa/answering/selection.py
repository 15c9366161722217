"""Which units make the answer: one or two for a value, several for a summary, one a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from t2vqa.answering.units import ScoredUnit, log_odds
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.question import AnswerShape
from t2vqa.retrieval.terms import term_set


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much an answer of a shape may say.

    Attributes:
        units: Most units.
        characters: Most characters of the units after the first.
        margin: How far the log-odds of further units may lie below those of the best.
    """

    units: int
    characters: int
    margin: float


ALLOWANCES: dict[AnswerShape, Allowance] = {
    AnswerShape.VALUE: Allowance(units=2, characters=140, margin=0.35),
    AnswerShape.YES_NO: Allowance(units=2, characters=160, margin=0.5),
    AnswerShape.LIST: Allowance(units=4, characters=400, margin=1.2),
    AnswerShape.COMPARISON: Allowance(units=1, characters=200, margin=0.0),
    AnswerShape.SUMMARY: Allowance(units=7, characters=900, margin=3.0),
}

BRIEF_ALLOWANCES: dict[AnswerShape, Allowance] = {
    AnswerShape.VALUE: Allowance(units=1, characters=0, margin=0.0),
    AnswerShape.YES_NO: Allowance(units=1, characters=0, margin=0.0),
    AnswerShape.LIST: Allowance(units=2, characters=160, margin=0.5),
    AnswerShape.COMPARISON: Allowance(units=1, characters=0, margin=0.0),
    AnswerShape.SUMMARY: Allowance(units=2, characters=160, margin=1.0),
}

_NEIGHBOUR_REACH = 400
_ALIKE = 0.8


def select_units(
    plan: QuestionPlan,
    read: Sequence[Sequence[ScoredUnit]],
    answered: Sequence[bool],
    *,
    brief: bool = False,
) -> list[ScoredUnit]:
    """Choose the units of the answer from the scored ones of each part that has an answer."""
    allowances = BRIEF_ALLOWANCES if brief else ALLOWANCES
    shape = plan.form.shape
    summary = shape is AnswerShape.SUMMARY
    if len(plan.parts) > 1 and not summary:
        shape = AnswerShape.COMPARISON
    chosen: list[ScoredUnit] = []
    for units, has_answer in zip(read, answered, strict=True):
        if has_answer and units:
            chosen.extend(_within(_smoothed(units) if summary else units, allowances[shape]))
    return _in_reading_order(chosen) if summary else chosen


def _smoothed(units: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    """Share each unit's score with its neighbours: what belongs to a summary stands together."""
    ordered = sorted(units, key=lambda unit: (unit.passage.document, unit.unit.span.start))
    shared = []
    for place, unit in enumerate(ordered):
        near = [
            other.score
            for other in (*ordered[max(0, place - 1) : place], *ordered[place + 1 : place + 2])
            if other.passage.document == unit.passage.document
            and abs(other.unit.span.start - unit.unit.span.start) <= _NEIGHBOUR_REACH
        ]
        shared.append(replace(unit, score=(unit.score + sum(near) / max(len(near), 1)) / 2))
    return sorted(shared, key=lambda unit: (-unit.score, unit.rank, unit.unit.span.start))


def _in_reading_order(chosen: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    """Keep parts and documents in the order they came, the units of each as they stand in it."""
    first: dict[tuple[int, str], int] = {}
    for unit in chosen:
        first.setdefault((unit.part, unit.passage.document), len(first))
    return sorted(
        chosen,
        key=lambda unit: (first[unit.part, unit.passage.document], unit.unit.span.start),
    )


def _within(units: Sequence[ScoredUnit], allowance: Allowance) -> list[ScoredUnit]:
    best = units[0]
    kept, spent = [best], 0
    for unit in units[1:]:
        if (
            len(kept) == allowance.units
            or log_odds(unit.score) < log_odds(best.score) - allowance.margin
        ):
            break
        introduces = unit.feature("introduces")  # what it leads to is not said
        if introduces or spent + len(unit.text) > allowance.characters or repeats(unit, kept):
            continue
        kept.append(unit)
        spent += len(unit.text)
    return kept


def repeats(unit: ScoredUnit, kept: Sequence[ScoredUnit]) -> bool:
    """Tell whether another document already said the same in nearly the same words."""
    terms = term_set(unit.text)
    for other in kept:
        others = term_set(other.text)
        smaller = min(len(terms), len(others))
        if smaller and len(terms & others) >= _ALIKE * smaller:
            return True
    return False
