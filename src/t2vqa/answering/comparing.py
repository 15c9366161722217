"""Figures and dates of several subjects set against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from t2vqa.answering.figures import read_figure
from t2vqa.answering.statements import asked_cell, best_value
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.values import quantities_of
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind, QuestionForm
from t2vqa.retrieval.search import PartResult
from t2vqa.text.dates import DateExpression, find_dates
from t2vqa.text.markdown import escape
from t2vqa.text.quantities import Quantity, in_base_unit

_FIGURE_KINDS = (AnswerKind.AMOUNT, AnswerKind.PERCENT, AnswerKind.DURATION, AnswerKind.COUNT)
_IN_TIME = re.compile(r"早|晚|[更最谁孰][先后]|\b(?:earl|late)|\bfirst\b", re.IGNORECASE)
_SHARE = re.compile(
    r"(?<![效频功帧码辨概汇])率|比例|占比|比重|份额|percent|\b(?:margin|ratio|rate|share)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one subject brings to a comparison: its name, the figure as written, and its order.

    Name and figure are Markdown.
    """

    subject: str
    shown: str
    order: tuple[Decimal, ...]
    unit: str


def compare(
    results: Sequence[PartResult],
    best: Sequence[ScoredUnit],
    form: QuestionForm,
    question: str,
    words: Wording,
) -> str | None:
    """Return the sentence that says which subject has the highest figure or earliest date.

    None where there is only one, where two stand on the same words, where one gives no figure, or
    where the units cannot be converted: what cannot be compared is not compared.
    """
    if len(best) < 2 or form.largest == 0 or _same_words(best):
        return None
    by_time = form.kind is AnswerKind.DATE or (
        form.kind not in NUMERIC_KINDS and bool(_IN_TIME.search(question))
    )
    found = [
        _date_figure(result, unit)
        if by_time
        else _quantity_figure(result, unit, form.kind, question)
        for result, unit in zip(results, best, strict=True)
    ]
    figures = [figure for figure in found if figure is not None]
    if len(figures) < len(found) or len({figure.unit for figure in figures}) > 1:
        return None
    if all(figure.order == figures[0].order for figure in figures):
        shown = words.joint.join(figure.shown for figure in figures[1:])
        return words.equal.format(first=figures[0].shown, second=shown)
    return _said(figures, form.largest > 0, words, by_time=by_time)


def _said(figures: Sequence[Figure], wants_high: bool, words: Wording, *, by_time: bool) -> str:
    """Say who leads and the figures: of two alone, of more each beside its name."""
    ordered = sorted(figures, key=lambda item: item.order, reverse=wants_high != by_time)
    if by_time:
        pattern = words.earlier if wants_high else words.later
    else:
        pattern = words.more if wants_high else words.less
    winner, others = ordered[0], ordered[1:]
    if len(others) == 1:
        second = others[0].shown
    else:
        second = words.joint.join(f"{other.subject} {other.shown}" for other in others)
    return pattern.format(winner=winner.subject, first=winner.shown, second=second)


def _same_words(best: Sequence[ScoredUnit]) -> bool:
    """Tell whether one sentence was found for two subjects: it speaks of one of them at most."""
    return len({(unit.passage.id, unit.unit.span) for unit in best}) < len(best)


def _subject(result: PartResult) -> str:
    names = result.query.part.names
    return escape(names[0].text if names else result.query.part.text)


def _quantity_figure(
    result: PartResult, unit: ScoredUnit, asked: AnswerKind, question: str
) -> Figure | None:
    if unit.unit.cells:
        return _cell_figure(result, unit, asked)
    for kind in _kinds_of_figure(asked, question):
        quantity = _quantity(result, unit, kind, question)
        if quantity is not None:
            base, value = in_base_unit(quantity)
            return Figure(_subject(result), escape(quantity.span.of(unit.text)), (value,), base)
    return None


def _cell_figure(result: PartResult, unit: ScoredUnit, asked: AnswerKind) -> Figure | None:
    """Read the cell of the column asked for: the other figures of the row are of other things."""
    cell, words = asked_cell(unit, result.query.attribute_words, asked)
    figure = read_figure(words, cell.column) if cell is not None else None
    if figure is None:
        return None
    return Figure(_subject(result), escape(figure.shown), (figure.value,), figure.unit)


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
        escape(date.span.of(unit.text)),
        (Decimal(date.year or 0), Decimal(date.month or 0), Decimal(date.day or 0)),
        "date",
    )


def _precision(date: DateExpression) -> int:
    return sum(part is not None for part in (date.year, date.month, date.day))
