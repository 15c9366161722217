"""Answers worked out from a table: the largest, the sum, the count, the rows that a bound leaves.

Nothing is worked out unless the question names the column, every figure in it can be read, all are
of one unit, and the rest of the question's words speak of the table: else the table is read like
any other text. Each figure used is cited with its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.column_words import shared_concepts
from t2vqa.answering.figures import (
    DATE_UNIT,
    CellFigure,
    add_up,
    column_label,
    column_periods,
    read_figure,
)
from t2vqa.answering.findings import Finding, Findings, Source
from t2vqa.answering.statements import row as row_text
from t2vqa.answering.table_question import Operation, TableQuestion, falls, table_question
from t2vqa.answering.table_view import Table, rows_named, rows_quoted, table_of, tables_near
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.candidates import names_present
from t2vqa.retrieval.names import NameMatch
from t2vqa.retrieval.periods import period_agreement
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.search import PartResult
from t2vqa.retrieval.terms import WeightedWord, content_words, term_set
from t2vqa.text.dates import conflicts
from t2vqa.text.normal import fold
from t2vqa.text.quantities import Comparison, find_quantities, in_base_unit
from t2vqa.text.segmentation import bigrams
from t2vqa.types import Block, Document, Span

_TABLES = 6
_LONGEST = 60
_SHOWN_OTHERS = 4
_SHOWN_TERMS = 12
_ACCOUNTED = 0.6
_ACCOUNTED_STRICTLY = 0.75
_COLUMN_NAMED = 0.5
_EXTREMES = {
    Operation.LARGEST: True,
    Operation.LATEST: True,
    Operation.SMALLEST: False,
    Operation.EARLIEST: False,
}
_IN_TIME = frozenset({Operation.EARLIEST, Operation.LATEST})
_WHICH_SUBJECT = re.compile(
    r"哪一?(?:家|只|支)(?:公司|企业|股票|个股|标的|厂商|上市公司)?"
    r"|\b(?:which|what) (?:company|stock|firm|issuer)\b",
    re.IGNORECASE,
)
_MEASURING = re.compile(r"(?:日期|时间|日|date|day)$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"[这那几]?[一二两三四五六七八九十几\d]*(?:家|只|个|款|支|项|种|类|条|名|位)"
)
_EXCLUDING = re.compile(
    r"除了|除去|除开|不含|不包括|不属于|不是|except|exclud|other than|\bnot\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as a table is asked it."""

    question: str
    what: TableQuestion
    names: tuple[NameMatch, ...]
    words: tuple[WeightedWord, ...]
    plan: QuestionPlan
    say: Wording


@dataclass(frozen=True, slots=True)
class _Measured:
    """A row with the figure of the column asked for."""

    row: Block
    label: str
    figure: CellFigure


def table_findings(
    plan: QuestionPlan,
    results: Sequence[PartResult],
    read: Sequence[Sequence[ScoredUnit]],
    document_of: DocumentOf,
    say: Wording,
    holding: Iterable[Document] = (),
) -> Findings | None:
    """Work the answer out from the first table near the best units that allows it.

    Args:
        plan: The question.
        results: What was found for its parts.
        read: The scored units of each part, best first.
        document_of: Brings a document.
        say: Words of the question's language.
        holding: Further documents whose tables to ask.
    """
    what = table_question(plan.question, plan.form)
    if what is None or _EXCLUDING.search(plan.question):
        return None
    asked = _Asked(
        question=plan.question,
        what=what,
        names=tuple(name for part in plan.parts for name in part.names),
        words=tuple({word.word: word for one in results for word in one.query.words}.values()),
        plan=plan,
        say=say,
    )
    units = sorted((unit for found in read for unit in found), key=lambda unit: -unit.score)
    near = list(tables_near(units, document_of, _TABLES))
    near.extend(_tables_of(holding, near))
    if what.prefix:
        return _with_prefix(near, asked)
    for table in near:
        found = _answer(table, asked)
        if found is not None:
            return found
    return None


def _tables_of(documents: Iterable[Document], seen: Sequence[Table]) -> Iterable[Table]:
    known = {(table.document.path, table.rows[0].group) for table in seen}
    for document in documents:
        for group in sorted({block.group for block in document.blocks if block.group is not None}):
            table = table_of(document, group)
            if table is not None and (document.path, group) not in known:
                yield table


def _with_prefix(tables: Sequence[Table], asked: _Asked) -> Findings | None:
    """Bring the rows of all tables whose code begins as asked, each subject once."""
    found: dict[str, Finding] = {}
    for table in tables:
        if _about(table, asked):
            for row in _restricted(table, asked):
                found.setdefault(fold(table.label(row)), _row_finding(table, row, asked))
    if not 0 < len(found) <= _LONGEST:
        return None
    counted = asked.what.operation is Operation.COUNT
    head = asked.say.count.format(count=len(found)) if counted else ""
    return Findings(tuple(found.values()), head)


def _answer(table: Table, asked: _Asked) -> Findings | None:
    if not _about(table, asked):
        return None
    if asked.what.operation is Operation.COUNT:
        return _count(table, asked)
    if asked.what.operation is Operation.ROWS:
        return _rows(table, asked)
    column = _column(table, asked)
    if column is None:
        return None
    rows = _restricted(table, asked, column)
    measured = _measured(table, rows, column)
    if measured is None or len(measured) < 2 or asked.what.of not in {0, len(measured)}:
        return None
    if asked.what.operation is Operation.SUM:
        return _sum(table, column, measured, asked)
    return _extreme(table, column, measured, asked)


def _about(table: Table, asked: _Asked) -> bool:
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


def _without_operation(table: Table, asked: _Asked) -> str:
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


def _column(table: Table, asked: _Asked) -> int | None:
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


def _fits_period(name: str, asked: _Asked) -> bool:
    """Tell whether a column of one period is of the one asked for."""
    stated = column_periods(name)
    wanted = [date for part in asked.plan.parts for date in part.dates if not date.relative]
    return not any(conflicts(date, other) for date in wanted for other in stated)


def _restricted(table: Table, asked: _Asked, column: int | None = None) -> tuple[Block, ...]:
    """Return the rows the question is about: by name, cell, beginning of a code, or bound."""
    rows = table.rows
    named = tuple(
        row for row in rows if any(names_present([name], table.text(row)) for name in asked.names)
    )
    by_cell = rows_named(table, asked.question, ())
    for chosen in (named, by_cell):
        rows = tuple(row for row in rows if row in chosen) if chosen else rows
    if asked.what.prefix:
        rows = tuple(row for row in rows if _has_prefix(table, row, asked.what.prefix))
    return _within_bound(table, rows, asked, column)


def _has_prefix(table: Table, row: Block, prefix: str) -> bool:
    return any(
        re.fullmatch(
            rf"(?:[A-Za-z]{{2}}[.:]?)?{prefix}\d+(?:\.[A-Za-z]{{2}})?", table.cell(row, column)
        )
        for column in range(len(table.columns))
        if table.holds_codes(column)
    )


def _within_bound(
    table: Table, rows: tuple[Block, ...], asked: _Asked, column: int | None
) -> tuple[Block, ...]:
    """Keep the rows whose figure keeps to the bound that the question sets (超过9%)."""
    bounds = [
        found
        for found in find_quantities(asked.question)
        if found.comparison is not Comparison.EXACT
    ]
    if len(bounds) != 1:
        return rows
    place = column if column is not None else _column(table, asked)
    measured = _measured(table, rows, place) if place is not None else None
    unit, limit = in_base_unit(bounds[0])
    if measured is None or any(unit and one.figure.unit != unit for one in measured):
        return ()
    above = bounds[0].comparison is Comparison.MORE
    return tuple(
        one.row
        for one in measured
        if (one.figure.value > limit if above else one.figure.value < limit)
    )


def _measured(table: Table, rows: Sequence[Block], column: int) -> list[_Measured] | None:
    """Read the figures of a column; None where one cannot be read or the units differ."""
    found = []
    for row in rows:
        figure = read_figure(table.cell(row, column), table.columns[column])
        label = table.label(row, column)
        if figure is None or not label:
            return None
        found.append(_Measured(row, label, figure))
    return found if len({one.figure.unit for one in found}) == 1 else None


def _is_narrowed(asked: _Asked) -> bool:
    """Tell whether rows are chosen in a way that only a table knows: by a beginning or a bound."""
    return bool(asked.what.prefix) or any(
        found.comparison is not Comparison.EXACT for found in find_quantities(asked.question)
    )


def _count(table: Table, asked: _Asked) -> Findings | None:
    rows = _restricted(table, asked)
    if not 0 < len(rows) <= _LONGEST or _names_subject(table, asked):
        return None
    if len(rows) == len(table.rows) and not _is_narrowed(asked):
        return None  # the whole of a table is counted where the best unit stands in it
    head = asked.say.count.format(count=len(rows))
    return Findings(tuple(_row_findings(table, rows, asked)), head)


def _names_subject(table: Table, asked: _Asked) -> bool:
    """Tell whether a row's own subject is named: then something of it is counted, not the rows."""
    question = fold(asked.question)
    return any(fold(label) in question for row in table.rows if (label := table.label(row)))


def _rows(table: Table, asked: _Asked) -> Findings | None:
    if _is_narrowed(asked):
        rows = _restricted(table, asked)
    elif _WHICH_SUBJECT.search(asked.question) and not asked.names:
        rows = rows_quoted(table, asked.question, besides=table.subjects)
    else:
        return None
    if not 0 < len(rows) <= _LONGEST:
        return None
    return Findings(tuple(_row_findings(table, rows, asked)))


def _row_findings(table: Table, rows: Sequence[Block], asked: _Asked) -> Iterable[Finding]:
    return (_row_finding(table, row, asked) for row in rows)


def _row_finding(table: Table, row: Block, asked: _Asked) -> Finding:
    text = row_text(table.document.text, row.cells, asked.words, asked.plan.form.kind)
    return Finding(text, (Source.block(table.document, row),))


def _sum(
    table: Table, column: int, measured: Sequence[_Measured], asked: _Asked
) -> Findings | None:
    name = column_label(table.columns[column])
    if asked.what.most:
        ordered = sorted(measured, key=lambda one: one.figure.value, reverse=True)
        measured = ordered[: asked.what.most]
    elif len(measured) == len(table.rows) and table.totals:
        return _stated_total(table, column, name, asked)
    total = add_up([one.figure for one in measured])
    if total is None or len(measured) > _LONGEST:
        return None
    if len(measured) > _SHOWN_TERMS:
        working = asked.say.of_rows.format(count=len(measured))
    else:
        working = " = " + " + ".join(f"{one.label} {one.figure.shown}" for one in measured)
    text = asked.say.total.format(column=name, total=total, working=working)
    return Findings((Finding(text, _sources(table, measured)),))


def _stated_total(table: Table, column: int, name: str, asked: _Asked) -> Findings | None:
    """Say the total that the table itself gives."""
    row = table.totals[-1]
    figure = read_figure(table.cell(row, column), table.columns[column])
    if figure is None:
        return None
    text = asked.say.total.format(column=name, total=figure.shown, working="")
    return Findings((Finding(text, (Source.block(table.document, row),)),))


def _extreme(
    table: Table, column: int, measured: Sequence[_Measured], asked: _Asked
) -> Findings | None:
    operation, by_time = asked.what.operation, measured[0].figure.unit.startswith(DATE_UNIT)
    if by_time != (operation in _IN_TIME) or len(measured) > _LONGEST:
        return None
    high = _EXTREMES[operation]
    name = column_label(table.columns[column])
    if falls(asked.question) and any(one.figure.value < 0 for one in measured):
        high = not high
    ordered = sorted(measured, key=lambda one: one.figure.value, reverse=high)
    last = ordered[min(max(asked.what.most, 1), len(ordered)) - 1].figure.value
    winners = [
        one for one in ordered if (one.figure.value >= last if high else one.figure.value <= last)
    ]
    pattern = asked.say.ranked
    if asked.what.most < 2:
        pattern = _pattern(asked.say, by_time=by_time, high=high)
    findings = [
        Finding(
            pattern.format(name=one.label, column=name, figure=one.figure.shown),
            _sources(table, [one]),
        )
        for one in winners
    ]
    others = ordered[len(winners) :]
    if others:
        findings.append(_others(table, others, asked))
    return Findings(tuple(findings))


def _pattern(say: Wording, *, by_time: bool, high: bool) -> str:
    if by_time:
        return say.latest if high else say.earliest
    return say.highest if high else say.lowest


def _others(table: Table, others: Sequence[_Measured], asked: _Asked) -> Finding:
    """Say what the winner was set against: each of the others, or the next few of many."""
    shown = others[:_SHOWN_OTHERS]
    pattern = asked.say.others if len(shown) == len(others) else asked.say.next_others
    figures = asked.say.joint.join(f"{one.label} {one.figure.shown}" for one in shown)
    text = pattern.format(count=len(others), figures=figures)
    return Finding(text, _sources(table, shown))


def _sources(table: Table, measured: Iterable[_Measured]) -> tuple[Source, ...]:
    return tuple(Source.block(table.document, one.row) for one in measured)
