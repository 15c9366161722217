"""A table of a document as rows with columns, and the rows that a question names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.units import ScoredUnit
from t2vqa.retrieval.terms import WeightedWord, coverage, term_set
from t2vqa.text.normal import fold
from t2vqa.types import Block, BlockKind, Document

_TOTAL = re.compile(
    r"(?:合计|总计|小计|总和|共计|grand total|sub-?total|total|sum)\b.*", re.IGNORECASE
)
_CODE = re.compile(r"(?:[A-Za-z]{2}[.:]?)?\d{4,6}(?:\.[A-Za-z]{2})?")
_CODE_COLUMN = re.compile(r"代码|代号|编号|序号|排名|\b(?:code|ticker|symbol|rank|no)\b", re.I)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table below its header, without those that only repeat or add up others.

    Attributes:
        document: Where it stands.
        rows: The body rows.
        totals: Rows that add up others (合计, total).
        columns: The names of the columns; may be empty strings.
    """

    document: Document
    rows: tuple[Block, ...]
    totals: tuple[Block, ...]
    columns: tuple[str, ...]

    @property
    def context(self) -> str:
        """What says what the table is about: title, headings, lead-in, columns."""
        first = self.rows[0]
        lead_in = first.lead_in.of(self.document.text) if first.lead_in else ""
        return "\n".join([self.document.title, *first.section, lead_in, *self.columns])

    def cell(self, row: Block, column: int) -> str:
        """Return the words of a cell; empty where the row is shorter."""
        cells = row.cells
        return cells[column].span.of(self.document.text).strip() if column < len(cells) else ""

    def text(self, row: Block) -> str:
        """Return a row's words."""
        return row.span.of(self.document.text)

    def holds_codes(self, column: int) -> bool:
        """Tell whether a column numbers things rather than measuring them."""
        values = [value for row in self.rows if (value := self.cell(row, column))]
        coded = all(re.fullmatch(r"\d{6}", value) for value in values)
        return bool(_CODE_COLUMN.search(self.columns[column])) or (bool(values) and coded)

    @property
    def subjects(self) -> int:
        """Return the column that says what the rows are about: the first that holds no codes."""
        columns = range(len(self.columns))
        return next((column for column in columns if not self.holds_codes(column)), 0)

    def label(self, row: Block, besides: int = -1) -> str:
        """Return what a row is about: its first cell that is no code, not column ``besides``."""
        cells = [self.cell(row, column) for column in range(len(self.columns)) if column != besides]
        return next((words for words in cells if words and not _CODE.fullmatch(words)), "")


def table_of(document: Document, group: int) -> Table | None:
    """Return the table of a number in ``document``; None where it has no header or no rows."""
    rows = [
        block
        for block in document.blocks
        if block.kind is BlockKind.TABLE_ROW and block.group == group
    ]
    body = [row for row in rows if any(cell.column for cell in row.cells)]
    if not body:
        return None
    columns = max((tuple(cell.column for cell in row.cells) for row in body), key=len)
    kept = [row for row in body if not _repeats_header(document, row)]
    totals = tuple(row for row in kept if _adds_up(document, row))
    rows_left = tuple(row for row in kept if row not in totals)
    return Table(document, rows_left, totals, columns) if rows_left else None


def tables_near(units: Sequence[ScoredUnit], document_of: DocumentOf, most: int) -> Iterator[Table]:
    """Yield the tables that scored units stand in, the best first, at most ``most``."""
    seen: dict[tuple[str, int], None] = {}
    for unit in units:
        if unit.unit.kind is BlockKind.TABLE_ROW and unit.unit.group is not None:
            seen.setdefault((unit.passage.document, unit.unit.group))
    for path, group in list(seen)[:most]:
        table = table_of(document_of(path), group)
        if table is not None:
            yield table


def _repeats_header(document: Document, row: Block) -> bool:
    return all(cell.span.of(document.text).strip() == cell.column for cell in row.cells)


def _adds_up(document: Document, row: Block) -> bool:
    filled = (words for cell in row.cells if (words := cell.span.of(document.text).strip()))
    return bool(_TOTAL.fullmatch(next(filled, "")))


def rows_named(table: Table, question: str, words: Sequence[WeightedWord]) -> tuple[Block, ...]:
    """Return the rows with the cell values that the question names; none where it names none.

    Values that stand in the question as they are come first; else the one value that the asked
    words mostly make up counts.
    """
    return rows_quoted(table, question) or _rows_worded(table, words)


def rows_quoted(table: Table, question: str, besides: int = -1) -> tuple[Block, ...]:
    """Return the rows with the cell values that stand in the question as they are.

    Of one column any of them, of several columns all.

    Args:
        table: The table.
        question: As asked.
        besides: A column whose values do not count.
    """
    quoted = {
        column: values
        for column, values in _literal_values(table, question).items()
        if column != besides
    }
    return tuple(
        row
        for row in table.rows
        if quoted
        and all(fold(table.cell(row, column)) in values for column, values in quoted.items())
    )


def _literal_values(table: Table, question: str) -> dict[int, set[str]]:
    """Return by column the folded cell values that stand in ``question``, the longest first."""
    rest, whole = question.casefold(), fold(question)
    values = {
        (folded, column): words
        for column in range(len(table.columns))
        for row in table.rows
        if len(folded := fold(words := table.cell(row, column))) > 1 and folded in whole
    }
    found: dict[int, set[str]] = {}
    taken: set[str] = set()
    for (folded, column), words in sorted(values.items(), key=lambda item: -len(item[0][0])):
        if folded not in taken:
            cut = _without(rest, words, folded)
            if cut is None:
                continue
            rest = cut
            taken.add(folded)
        found.setdefault(column, set()).add(folded)
    return {
        column: names
        for column, names in found.items()
        if not all(fold(table.cell(row, column)) in names for row in table.rows)
    }


def _without(question: str, words: str, folded: str) -> str | None:
    """Return ``question`` without a value, or None where it does not hold it as a whole word."""
    if words.isascii():
        pattern = rf"(?<![a-z\d]){re.escape(words.casefold())}(?![a-z\d])"
    else:
        pattern = r"[\W_]*".join(map(re.escape, folded))
    cut, times = re.subn(pattern, "\n", question)
    return cut if times else None


def _rows_worded(table: Table, words: Sequence[WeightedWord]) -> tuple[Block, ...]:
    holders: dict[str, list[Block]] = {}
    for row in table.rows:
        for column in range(len(table.columns)):
            value = table.cell(row, column)
            if value and row not in holders.setdefault(value, []):
                holders[value].append(row)
    named = [
        (coverage(words, term_set(value)), -len(rows), value)
        for value, rows in holders.items()
        if len(rows) < len(table.rows) and _is_worded(value, words)
    ]
    return tuple(holders[max(named)[2]]) if named else ()


def _is_worded(value: str, words: Sequence[WeightedWord]) -> bool:
    """Tell whether the question's words make up most of a cell's value."""
    folded = fold(value)
    covered = sum(len(fold(word.word)) for word in words if fold(word.word) in folded)
    return bool(folded) and covered * 2 >= len(folded)
