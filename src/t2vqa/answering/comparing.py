"""Figures and dates of two subjects set against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from t2vqa.answering.statements import best_value
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.values import quantities_of
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind, QuestionForm
from t2vqa.retrieval.search import PartResult
from t2vqa.text.dates import DateExpression, find_dates
from t2vqa.text.quantities import Quantity

_FIGURE_KINDS = (AnswerKind.AMOUNT, AnswerKind.PERCENT, AnswerKind.DURATION, AnswerKind.COUNT)
_IN_TIME = re.compile(r"早|晚|[更最谁孰][先后]|\b(?:earl|late)|\bfirst\b", re.IGNORECASE)
_SHARE = re.compile(
    r"(?<![效频功帧码辨概汇])率|比例|占比|比重|份额|percent|\b(?:margin|ratio|rate|share)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one subject brings to a comparison: its name, the figure as written, and its order."""

    subject: str
    shown: str
    order: tuple[float, ...]
    unit: str


def compare(
    results: Sequence[PartResult],
    best: Sequence[ScoredUnit],
    form: QuestionForm,
    question: str,
    words: Wording,
) -> str | None:
    """Return the sentence that says which of two subjects has the higher figure or earlier date.

    None where there are not exactly two, where both stand on the same words, where one gives no
    figure, or where the units differ: what cannot be compared is not compared.
    """
    if len(best) != 2 or form.largest == 0 or _same_words(*best):
        return None
    by_time = form.kind is AnswerKind.DATE or (
        form.kind not in NUMERIC_KINDS and bool(_IN_TIME.search(question))
    )
    first, second = (
        _date_figure(result, unit)
        if by_time
        else _quantity_figure(result, unit, form.kind, question)
        for result, unit in zip(results, best, strict=True)
    )
    if first is None or second is None or first.unit != second.unit:
        return None
    if first.order == second.order:
        return words.equal.format(first=first.shown, second=second.shown)
    wants_high = form.largest > 0
    low, high = sorted((first, second), key=lambda item: item.order)
    if by_time:
        winner = low if wants_high else high
        pattern = words.earlier if wants_high else words.later
    else:
        winner = high if wants_high else low
        pattern = words.more if wants_high else words.less
    other = second if winner is first else first
    return pattern.format(winner=winner.subject, first=winner.shown, second=other.shown)


def _same_words(one: ScoredUnit, other: ScoredUnit) -> bool:
    """Tell whether one sentence was found for both subjects: it speaks of one of them at most."""
    return one.passage.id == other.passage.id and one.unit.span == other.unit.span


def _subject(result: PartResult) -> str:
    names = result.query.part.names
    return names[0].text if names else result.query.part.text


def _quantity_figure(
    result: PartResult, unit: ScoredUnit, asked: AnswerKind, question: str
) -> Figure | None:
    for kind in _kinds_of_figure(asked, question):
        quantity = _quantity(result, unit, kind, question)
        if quantity is not None:
            return Figure(
                _subject(result),
                quantity.span.of(unit.text),
                (float(quantity.value),),
                str(quantity.unit),
            )
    return None


def _kinds_of_figure(asked: AnswerKind, question: str) -> tuple[AnswerKind, ...]:
    """Return the kinds to look for: where one is asked for, no figure of another is compared."""
    if _SHARE.search(question):
        return (AnswerKind.PERCENT,)
    return (asked,) if asked in NUMERIC_KINDS else _FIGURE_KINDS


def _quantity(
    result: PartResult, unit: ScoredUnit, kind: AnswerKind, question: str
) -> Quantity | None:
    span = best_value(unit.text, kind, result.query.attribute_words, question)
    matching = [found for found in quantities_of(unit.text, kind) if found.span == span]
    return matching[0] if matching else None


def _date_figure(result: PartResult, unit: ScoredUnit) -> Figure | None:
    dates = [date for date in find_dates(unit.text) if date.year is not None and not date.relative]
    if not dates:
        return None
    date = max(dates, key=_precision)
    return Figure(
        _subject(result),
        date.span.of(unit.text),
        (float(date.year or 0), float(date.month or 0), float(date.day or 0)),
        "date",
    )


def _precision(date: DateExpression) -> int:
    return sum(part is not None for part in (date.year, date.month, date.day))
