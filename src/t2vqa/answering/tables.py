"""Answers worked out from a table: the largest, the sum, the count, the rows that a bound leaves.

Nothing is worked out unless the question names the column, every figure in it can be read, all are
of one unit, and the rest of the question's words speak of the table: else the table is read like
any other text. Each figure used is cited with its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.figures import DATE_UNIT, add_up, column_label, read_figure
from t2vqa.answering.findings import Finding, Findings, Source
from t2vqa.answering.statements import read_out
from t2vqa.answering.statements import row as row_text
from t2vqa.answering.table_matching import (
    Asked,
    Measured,
    column_asked,
    is_about,
    is_narrowed,
    measure,
    names_subject,
    rows_asked,
)
from t2vqa.answering.table_question import Operation, falls, table_question
from t2vqa.answering.table_view import Table, rows_quoted, table_of, tables_near
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.names import without
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.search import PartResult
from t2vqa.text.languages import is_chinese
from t2vqa.text.markdown import escape
from t2vqa.text.normal import fold
from t2vqa.types import Block, Document

_TABLES = 6
_LONGEST = 60
_SHOWN_OTHERS = 4
_SHOWN_TERMS = 12
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
_RISES = re.compile(r"涨|增|\b(?:gain|rise|change|growth)", re.IGNORECASE)
_EXCLUDING = re.compile(
    r"除了|除去|除开|不含|不包括|不属于|不是|except|exclud|other than|\bnot\b", re.I
)


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
    asked = Asked(
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


def _with_prefix(tables: Sequence[Table], asked: Asked) -> Findings | None:
    """Bring the rows of all tables whose code begins as asked, each subject once."""
    found: dict[str, Finding] = {}
    quoted = [table for table in tables if rows_quoted(table, asked.question)]
    for table in quoted or tables:
        if is_about(table, asked):
            for row in rows_asked(table, asked):
                found.setdefault(fold(table.label(row)), _row_finding(table, row, asked))
    if not 0 < len(found) <= _LONGEST:
        return None
    counted = asked.what.operation is Operation.COUNT
    head = asked.say.count.format(count=len(found)) if counted else ""
    return Findings(tuple(found.values()), head)


def _answer(table: Table, asked: Asked) -> Findings | None:
    if not is_about(table, asked):
        return None
    if asked.what.operation is Operation.COUNT:
        return _count(table, asked)
    if asked.what.operation is Operation.ROWS:
        return _rows(table, asked)
    column = column_asked(table, asked)
    if column is None:
        return None
    if asked.what.operation is Operation.CELL:
        return _cell(table, column, asked)
    rows = rows_asked(table, asked, column)
    measured = measure(table, rows, column)
    if measured is None or len(measured) < 2 or asked.what.of not in {0, len(measured)}:
        return None
    if asked.what.operation is Operation.SUM:
        return _sum(table, column, measured, asked)
    return _extreme(table, column, measured, asked)


def _count(table: Table, asked: Asked) -> Findings | None:
    rows = rows_asked(table, asked)
    if not 0 < len(rows) <= _LONGEST or names_subject(table, asked):
        return None
    if len(rows) == len(table.rows) and not is_narrowed(asked):
        return None  # the whole of a table is counted where the best unit stands in it
    head = asked.say.count.format(count=len(rows))
    return Findings(tuple(_row_findings(table, rows, asked)), head)


def _rows(table: Table, asked: Asked) -> Findings | None:
    if is_narrowed(asked):
        rows = rows_asked(table, asked)
    elif _WHICH_SUBJECT.search(asked.question) and not asked.names:
        rows = rows_quoted(table, asked.question, besides=table.subjects)
    else:
        return None
    if not 0 < len(rows) <= _LONGEST:
        return None
    return Findings(tuple(_row_findings(table, rows, asked)))


def _row_findings(table: Table, rows: Sequence[Block], asked: Asked) -> Iterable[Finding]:
    return (_row_finding(table, row, asked) for row in rows)


def _row_finding(table: Table, row: Block, asked: Asked) -> Finding:
    text, cells = row_text(table.document.text, row.cells, asked.words, asked.plan.form.kind)
    return Finding(text, (Source.block(table.document, row),), cells=cells)


def _cell(table: Table, column: int, asked: Asked) -> Findings | None:
    """Say the row of the one subject named, where question and table are of two languages.

    In one language the words lead to the row themselves.
    """
    chinese = is_chinese(without(asked.question, asked.names))
    if is_chinese(table.context) == chinese or len(asked.names) != 1:
        return None
    rows = [row for row in table.rows if fold(table.label(row)) in asked.names[0].forms]
    if len(rows) != 1 or column >= len(rows[0].cells):
        return None
    text, _ = read_out(table.document.text, rows[0].cells, rows[0].cells[column])
    return Findings((Finding(text, (Source.block(table.document, rows[0]),)),))


def _sum(table: Table, column: int, measured: Sequence[Measured], asked: Asked) -> Findings | None:
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
        working = " = " + " + ".join(map(_labelled, measured))
    text = asked.say.total.format(column=escape(name), total=total, working=working)
    return Findings((Finding(text, _sources(table, measured)),))


def _stated_total(table: Table, column: int, name: str, asked: Asked) -> Findings | None:
    """Say the total that the table itself gives."""
    row = table.totals[-1]
    figure = read_figure(table.cell(row, column), table.columns[column])
    if figure is None:
        return None
    text = asked.say.total.format(column=escape(name), total=escape(figure.shown), working="")
    return Findings((Finding(text, (Source.block(table.document, row),)),))


def _extreme(
    table: Table, column: int, measured: Sequence[Measured], asked: Asked
) -> Findings | None:
    operation, by_time = asked.what.operation, measured[0].figure.unit.startswith(DATE_UNIT)
    if by_time != (operation in _IN_TIME) or len(measured) > _LONGEST:
        return None
    high = _EXTREMES[operation]
    name = column_label(table.columns[column])
    if falls(asked.question):
        if any(one.figure.value < 0 for one in measured):
            high = not high
        elif _RISES.search(name):
            return None  # none of them fell
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
            pattern.format(
                name=escape(one.label), column=escape(name), figure=escape(one.figure.shown)
            ),
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


def _others(table: Table, others: Sequence[Measured], asked: Asked) -> Finding:
    """Say what the winner was set against: each of the others, or the next few of many."""
    shown = others[:_SHOWN_OTHERS]
    pattern = asked.say.others if len(shown) == len(others) else asked.say.next_others
    figures = asked.say.joint.join(map(_labelled, shown))
    text = pattern.format(count=len(others), figures=figures)
    return Finding(text, _sources(table, shown), aside=True)


def _labelled(one: Measured) -> str:
    return escape(f"{one.label} {one.figure.shown}")


def _sources(table: Table, measured: Iterable[Measured]) -> tuple[Source, ...]:
    return tuple(Source.block(table.document, one.row) for one in measured)
