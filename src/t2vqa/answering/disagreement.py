"""Whether two documents state the same figure, the same in other words, or different ones.

Two figures disagree only where both documents speak of the same subject, attribute and period in
nearly the same words, and no rounding, bound or roughness explains the difference.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from t2vqa.answering.figures import column_periods
from t2vqa.answering.statements import asked_cell, best_value
from t2vqa.answering.trimming import clauses
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.values import quantities_of
from t2vqa.retrieval.candidates import PartQuery
from t2vqa.retrieval.periods import dates_in
from t2vqa.retrieval.question import NUMERIC_KINDS, AnswerKind
from t2vqa.retrieval.terms import content_words
from t2vqa.text.codes import find_codes
from t2vqa.text.dates import DateExpression, conflicts, find_dates
from t2vqa.text.normal import fold
from t2vqa.text.quantities import Comparison, Quantity, in_base_unit, same_quantity

_LOOKED_AT = 8
_STRONG = 0.5
_NEAR_BEST = 0.75
_NAMED = 0.7
_COVERED = 0.9
_SAME_WORDS = 0.6
_ROUGH = Decimal("0.05")
_STATING = re.compile(
    r"实现|达到?|为|录得|报|公司|全年|合计|共计?|约|大约|预计|已|了"
    r"|report|post|record|generat|total|reach|amount|company|about|approximately|year"
)
"""Words that say a figure is stated, not what it is of; English ones as stems."""
_WRITTEN = re.compile(r"\d[\d,]*(?:\.(?P<places>\d+))?")


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure, date or code as one unit states it.

    Attributes:
        shown: As written.
        before: The words of its clause before it, names and dates left out.
        besides: Those of them that the question does not ask for (扣非净利润 for 净利润).
        periods: The times the unit names.
        value: What is compared.
    """

    shown: str
    before: frozenset[str]
    besides: frozenset[str]
    periods: tuple[DateExpression, ...]
    value: Quantity | DateExpression | str


def stated(unit: ScoredUnit, query: PartQuery, kind: AnswerKind, question: str) -> Stated | None:
    """Return the value of an exact kind that ``unit`` states for what was asked, if any."""
    text, before = _sentence(unit, query, kind)
    if not text:
        return None
    span = best_value(text, kind, query.attribute_words, question)
    if span is None:
        return None
    shown = span.of(text)
    if not before:
        clause = next(part for part in clauses(text) if span.start < part.end)
        before = text[clause.start : span.start]
    value = _value(text, shown, kind)
    if value is None:
        return None
    if unit.unit.cells:
        dates = column_periods(before)
        periods = dates
    else:
        dates = tuple(find_dates(before))
        periods = tuple(date for date in dates_in(text) if date.span.of(text) != shown)
    for date in reversed(dates):
        before = before[: date.span.start] + " " + before[date.span.end :]
    words = _bare_words(before, query)
    asked = {word.word for word in query.words}
    besides = frozenset(word for word in words if not any(word in one for one in asked))
    return Stated(shown, words, besides, periods, value)


def _sentence(unit: ScoredUnit, query: PartQuery, kind: AnswerKind) -> tuple[str, str]:
    """Return the words that may hold the value, and for a cell what its column says of it."""
    if not unit.unit.cells:
        return unit.text, ""
    cell, words = asked_cell(unit, query.attribute_words, kind)
    return (words, cell.column) if cell and cell.column else ("", "")


def _bare_words(text: str, query: PartQuery) -> frozenset[str]:
    """Return the content words of ``text`` without those of the subject's names."""
    names = {form for name in query.part.names for form in name.forms}
    found = [
        word
        for word in content_words(text)
        if not _is_of_name(word, names) and not _STATING.fullmatch(word)
    ]
    return frozenset(  # 净利 and 利润 say no more than 净利润 does
        word for word in found if not any(word != other and word in other for other in found)
    )


def _is_of_name(word: str, names: Collection[str]) -> bool:
    """Tell whether a word is part of a name; English words are stems and may lack their end."""
    stem = fold(word)
    stem = stem[:-1] if stem.isascii() and len(stem) > 4 else stem
    return any(stem in form for form in names)


def _value(text: str, shown: str, kind: AnswerKind) -> Quantity | DateExpression | str | None:
    if kind is AnswerKind.CODE:
        codes = [found.code for found in find_codes(text) if found.span.of(text) == shown]
        return codes[0] if codes else None
    if kind is AnswerKind.DATE:
        dates = [date for date in find_dates(text) if date.span.of(text) == shown]
        return dates[0] if dates and not dates[0].relative else None
    if kind not in NUMERIC_KINDS:
        return None
    found = [one for one in quantities_of(text, kind) if one.span.of(text) == shown]
    return found[0] if found else None


def disagreeing(
    units: Sequence[ScoredUnit], query: PartQuery, kind: AnswerKind, question: str
) -> tuple[ScoredUnit, ScoredUnit] | None:
    """Return the best unit and one of another document that states another value, if there is one.

    Args:
        units: Scored units of one part, best first.
        query: The part.
        kind: Kind of value asked for.
        question: As asked: values it states are no answers.
    """
    own = stated(units[0], query, kind, question) if units else None
    if own is None or units[0].score < _STRONG or not _is_about(units[0], query):
        return None
    for other in units[1:_LOOKED_AT]:
        if not _is_as_good(units[0], other) or not _is_about(other, query):
            continue
        its = stated(other, query, kind, question)
        if its is not None and _same_matter(own, its) and not agree(own, its):
            return units[0], other
    return None


def confirming(
    units: Sequence[ScoredUnit], query: PartQuery, kind: AnswerKind, question: str
) -> ScoredUnit | None:
    """Return a unit of another document that states the value of the best, however it writes it.

    The arguments are those of :func:`disagreeing`.
    """
    own = stated(units[0], query, kind, question) if units else None
    for other in units[1:_LOOKED_AT] if own is not None else ():
        if not _is_as_good(units[0], other):
            continue
        its = stated(other, query, kind, question)
        if own is not None and its is not None and _same_matter(own, its) and _same(own, its):
            return other
    return None


def _same(one: Stated, other: Stated) -> bool:
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        return same_quantity(one.value, other.value)
    if isinstance(one.value, DateExpression) and isinstance(other.value, DateExpression):
        return one.value.months == other.value.months and not conflicts(one.value, other.value)
    return one.value == other.value


def _is_about(unit: ScoredUnit, query: PartQuery) -> bool:
    """Tell whether a unit surely speaks of the subject: by its names, else by the asked words."""
    if query.part.names:
        return unit.feature("names") >= _NAMED
    return unit.feature("coverage") >= _COVERED


def _is_as_good(best: ScoredUnit, other: ScoredUnit) -> bool:
    return (
        other.passage.document != best.passage.document
        and other.score >= max(_STRONG, _NEAR_BEST * best.score)
        and other.feature("names") >= best.feature("names")
        and other.feature("period") >= best.feature("period")
    )


def _same_matter(one: Stated, other: Stated) -> bool:
    """Tell whether two values are of one attribute and period, going by the words before them."""
    union = one.before | other.before
    if one.besides != other.besides or not union:
        return False
    if len(one.before & other.before) < _SAME_WORDS * len(union):
        return False
    if bool(one.periods) != bool(other.periods):
        return False
    return not any(conflicts(first, second) for first in one.periods for second in other.periods)


def agree(one: Stated, other: Stated) -> bool:
    """Tell whether both values may be true at once."""
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        return _quantities_agree(one, other, one.value, other.value)
    if isinstance(one.value, DateExpression) and isinstance(other.value, DateExpression):
        return not conflicts(one.value, other.value)
    return one.value == other.value


def _quantities_agree(one: Stated, other: Stated, first: Quantity, second: Quantity) -> bool:
    (unit, value), (other_unit, other_value) = in_base_unit(first), in_base_unit(second)
    if unit != other_unit or first.change != second.change or first.basis != second.basis:
        return True  # they measure different things
    if same_quantity(first, second) or _in_bounds(first, second) or _in_bounds(second, first):
        return True
    gap = abs(value - other_value)
    if first.approximate or second.approximate:
        return gap <= _ROUGH * max(abs(value), abs(other_value))
    return gap * 2 <= max(_last_digit(one.shown, value), _last_digit(other.shown, other_value))


def _in_bounds(bound: Quantity, other: Quantity) -> bool:
    if bound.unit != other.unit:
        return False
    if bound.low != bound.high:
        return bound.low <= other.low and other.high <= bound.high
    if bound.comparison is Comparison.MORE:
        return other.value >= bound.value
    return bound.comparison is Comparison.LESS and other.value <= bound.value


def _last_digit(shown: str, value: Decimal) -> Decimal:
    """Return what the last digit written counts for, so that a rounded figure is told as such."""
    found = _WRITTEN.search(shown)
    if found is None:
        return Decimal(0)
    number = Decimal(found[0].replace(",", ""))
    places = len(found["places"] or "")
    return abs(value) / number * Decimal(1).scaleb(-places) if number else Decimal(0)
