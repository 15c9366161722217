"""Whether a table is the one a question is about, and which column and rows of it are asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from t2vqa.answering.column_words import shared_concepts
from t2vqa.answering.figures import CellFigure, column_label, column_periods, read_figure
from t2vqa.answering.table_question import Operation, TableQuestion, falls
from t2vqa.answering.table_view import Table, rows_quoted
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.candidates import names_present
from t2vqa.retrieval.names import NameMatch
from t2vqa.retrieval.periods import period_agreement
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.terms import WeightedWord, content_words, term_set
from t2vqa.text.dates import conflicts
from t2vqa.text.normal import fold
from t2vqa.text.quantities import Change, Comparison, find_quantities, in_base_unit
from t2vqa.text.segmentation import bigrams
from t2vqa.types import Block, Span

_ACCOUNTED = 0.6
_ACCOUNTED_STRICTLY = 0.75
"""Least share of the question's other words that the table holds; more to count or choose rows."""

_COLUMN_NAMED = 0.5
_MEASURING = re.compile(r"(?:日期|时间|日|date|day)$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"[这那几]?[一二两三四五六七八九十几\d]*(?:家|只|个|款|支|项|种|类|条|名|位)"
)
_INCLUSIVE = re.compile(
    r"以上|至少|不低于|不少于|不小于|以下|以内|至多|不超过|不高于|不大于"
    r"|at least|at most|or more|or less|up to|[≥≤]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a table is asked it.

    Attributes:
        question: As it was understood.
        what: What is to be done with the rows.
        names: The names of the corpus in it.
        words: Its words with their weights.
        plan: Its parts and form.
        say: Words of its language.
    """

    question: str
    what: TableQuestion
    names: tuple[NameMatch, ...]
    words: tuple[WeightedWord, ...]
    plan: QuestionPlan
    say: Wording


@dataclass(frozen=True, slots=True)
class Measured:
    """A row with the figure of the column asked for."""

    row: Block
    label: str
    figure: CellFigure


def is_about(table: Table, asked: Asked) -> bool:
    """Tell whether a table speaks of what is asked: the names, the period, the other words."""
    whole = "\n".join([table.context, *map(table.text, table.rows)])
    if asked.names and names_present(asked.names, whole) < 1:
        return False
    dates = [date for part in asked.plan.parts for date in part.dates]
    if period_agreement(dates, f"{table.document.date or ''}\n{whole}") < 0:
        return False
    weights = {word.word: word for word in asked.words}
    heaviest = max((word.weight for word in asked.words), default=1.0)
    terms = term_set(whole)
    total = covered = 0.0
    for word in content_words(_without_operation(table, asked)):
        if word in asked.what.words or word.isdecimal() or _NUMBERED.fullmatch(word):
            continue
        weighted = weights.get(word) or WeightedWord(word, tuple(bigrams(word)), heaviest)
        total += weighted.weight
        covered += weighted.weight * weighted.presence(terms)
    strict = asked.what.operation in {Operation.COUNT, Operation.ROWS}
    return total == 0 or covered / total >= (_ACCOUNTED_STRICTLY if strict else _ACCOUNTED)


def _without_operation(table: Table, asked: Asked) -> str:
    """Return the question without what is to be done, its figures, and its words for columns."""
    rest = asked.question
    spans = [found.span for found in find_quantities(rest)]
    spans += [
        Span(*match.span())
        for column in table.columns
        for match in shared_concepts(column, asked.question)
    ]
    for span in (*spans, *asked.what.spans):
        rest = rest[: span.start] + " " * (span.end - span.start) + rest[span.end :]
    return rest


def column_asked(table: Table, asked: Asked) -> int | None:
    """Return the column of figures that the question names; None where none or two are named."""
    named: list[tuple[float, int]] = []
    for column, name in enumerate(table.columns):
        if table.holds_codes(column) or not _fits_period(name, asked):
            continue
        if not all(read_figure(table.cell(row, column), name) for row in table.rows[:1]):
            continue
        share = _named_share(column_label(name), asked.question)
        if share >= _COLUMN_NAMED:
            named.append((share, column))
    best = [column for share, column in named if share == max(named)[0]]
    return best[0] if len(best) == 1 else _latest(table, best)


def _latest(table: Table, columns: Sequence[int]) -> int | None:
    """Of columns that differ by their period alone return that of the latest, else None."""
    latest: list[tuple[tuple[int, int], int]] = []
    labels: set[str] = set()
    for column in columns:
        name = table.columns[column]
        dates = column_periods(name)
        if len(dates) != 1 or dates[0].year is None:
            return None
        latest.append(((dates[0].year, dates[0].months[1]), column))
        labels.add(name.replace(dates[0].span.of(name), ""))
    return max(latest)[1] if len(labels) == 1 else None


def _named_share(label: str, question: str) -> float:
    """Return how much of a column's name stands in the question, more where a concept agrees."""
    terms = term_set(_MEASURING.sub("", label) or label)
    literal = len(terms & term_set(question)) / len(terms) if terms else 0.0
    if fold(label) and fold(label) in fold(question):
        literal = 1.0 + len(fold(label)) / 100
    return max(literal, 0.9 if shared_concepts(label, question) else 0.0)


def _fits_period(name: str, asked: Asked) -> bool:
    """Tell whether a column of one period is of the one asked for."""
    stated = column_periods(name)
    wanted = [date for part in asked.plan.parts for date in part.dates if not date.relative]
    return not any(conflicts(date, other) for date in wanted for other in stated)


def rows_asked(table: Table, asked: Asked, column: int | None = None) -> tuple[Block, ...]:
    """Return the rows the question is about: by name, cell, beginning of a code, or bound."""
    rows = table.rows
    named = tuple(
        row for row in rows if any(names_present([name], table.text(row)) for name in asked.names)
    )
    by_cell = rows_quoted(table, asked.question)
    for chosen in ({row.span for row in named}, {row.span for row in by_cell}):
        rows = tuple(row for row in rows if row.span in chosen) if chosen else rows
    if asked.what.prefix:
        coded = [place for place in range(len(table.columns)) if table.holds_codes(place)]
        code = re.compile(rf"(?:[A-Za-z]{{2}}[.:]?)?{asked.what.prefix}\d+(?:\.[A-Za-z]{{2}})?")
        rows = tuple(
            row for row in rows if any(code.fullmatch(table.cell(row, place)) for place in coded)
        )
    return _within_bound(table, rows, asked, column)


def _within_bound(
    table: Table, rows: tuple[Block, ...], asked: Asked, column: int | None
) -> tuple[Block, ...]:
    """Keep the rows whose figure keeps to the bound that the question sets (超过9%)."""
    bounds = [
        found
        for found in find_quantities(asked.question)
        if found.comparison is not Comparison.EXACT
    ]
    if len(bounds) != 1:
        return rows
    place = column if column is not None else column_asked(table, asked)
    measured = measure(table, rows, place) if place is not None else None
    unit, limit = in_base_unit(bounds[0])
    if measured is None or any(unit and one.figure.unit != unit for one in measured):
        return ()
    below = bounds[0].comparison is Comparison.LESS
    if bounds[0].change is Change.DOWN or falls(asked.question):
        # Of falls the larger are the lower figures.
        limit = abs(limit)
        if any(one.figure.value < 0 for one in measured):
            limit, below = -limit, not below
    inclusive = bool(_INCLUSIVE.search(asked.question))
    return tuple(one.row for one in measured if _keeps(one.figure.value - limit, below, inclusive))


def _keeps(above: Decimal, below: bool, inclusive: bool) -> bool:
    return (above < 0 if below else above > 0) or (inclusive and above == 0)


def measure(table: Table, rows: Sequence[Block], column: int) -> list[Measured] | None:
    """Read the figures of a column; None where one cannot be read or the units differ."""
    found = []
    for row in rows:
        figure = read_figure(table.cell(row, column), table.columns[column])
        label = table.label(row, column)
        if figure is None or not label:
            return None
        found.append(Measured(row, label, figure))
    return found if len({one.figure.unit for one in found}) == 1 else None


def is_narrowed(asked: Asked) -> bool:
    """Tell whether rows are chosen in a way that only a table knows: by a beginning or a bound."""
    return bool(asked.what.prefix) or any(
        found.comparison is not Comparison.EXACT for found in find_quantities(asked.question)
    )


def names_subject(table: Table, asked: Asked) -> bool:
    """Tell whether a row's own subject is named: then something of it is counted, not the rows."""
    question = fold(asked.question)
    return any(fold(label) in question for row in table.rows if (label := table.label(row)))
