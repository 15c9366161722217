"""An answer's Markdown: a statement as it is, several as a list, what belongs together as a table.

Rows of one table are shown as a table again, and what is said of two or three subjects that are set
against each other stands side by side. Every statement carries the markers of its citations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from t2vqa.types import Statement

Cells = tuple[tuple[str, str], ...]
"""The cells of a table row: each column's name and what stands there, both Markdown."""

_SIDE_BY_SIDE = 3
"""More subjects than so many would be too narrow to read beside each other."""

_MOST_COLUMNS = 8
"""A wider row is read out: as a table it would be scrolled more than read."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and how it may be laid out.

    Attributes:
        statement: What is said.
        cells: The row it reads out, if it is one.
        part: The part of the question it answers, by number, where there are several.
    """

    statement: Statement
    cells: Cells = ()
    part: int | None = None

    @property
    def markers(self) -> str:
        """The markers of its citations."""
        return "".join(f"[{number}]" for number in self.statement.citations)

    @property
    def line(self) -> str:
        """The statement on one line, with its markers."""
        return f"{self.statement.text} {self.markers}".replace("\n", " ")


def as_markdown(
    said: Sequence[Said],
    head: str = "",
    tail: Sequence[str] = (),
    subjects: Sequence[str] = (),
) -> str:
    """Return the text of an answer.

    Args:
        said: The statements in order.
        head: A line of our own before them.
        tail: Lines of our own behind them.
        subjects: What the question's parts are about, as Markdown; empty where they are not set
            against each other.
    """
    if len(said) == 1 and not head:
        one = said[0]
        return "\n".join([f"{one.statement.text} {one.markers}", *tail])
    blocks = list(_beside(said, subjects)) or list(_listed(said))
    text = "\n\n".join(filter(None, [head, *blocks])) if _has_table(blocks) else ""
    text = text or "\n".join(filter(None, [head, *blocks]))
    return ("\n\n" if _has_table(blocks) and tail else "\n").join([text, *tail])


def _has_table(blocks: Sequence[str]) -> bool:
    return any(block.startswith("|") for block in blocks)


def _listed(said: Sequence[Said]) -> Iterator[str]:
    """Yield lists and tables: neighbouring rows of the same columns make a table."""

    def kind(one: Said) -> tuple[str, ...]:
        columns = tuple(column for column, _ in one.cells)
        return columns if 1 < len(columns) <= _MOST_COLUMNS and all(columns) else ()

    lines: list[str] = []
    for columns, members in groupby(said, key=kind):
        rows = list(members)
        if not columns or len(rows) < 2:
            lines += [f"- {one.line}" for one in rows]
            continue
        if lines:
            yield "\n".join(lines)
            lines = []
        yield _table(columns, [_row(one) for one in rows])
    if lines:
        yield "\n".join(lines)


def _row(one: Said) -> list[str]:
    """Return a row's cells, the markers behind the last that holds anything."""
    values = [value for _, value in one.cells]
    last = max((place for place, value in enumerate(values) if value), default=0)
    values[last] = f"{values[last]} {one.markers}".strip()
    return values


def _beside(said: Sequence[Said], subjects: Sequence[str]) -> Iterator[str]:
    """Yield what is said of each subject beside the others, where every one has its own."""
    if not 2 <= len(subjects) <= _SIDE_BY_SIDE or len(set(subjects)) < len(subjects):
        return
    own: list[list[str]] = [[] for _ in subjects]
    above: list[str] = []
    for one in said:
        if one.cells:
            return  # rows make a table of their own
        if one.part is None:
            above.append(one.line)
        else:
            own[one.part].append(one.line)
    if not all(own):
        return
    yield from above
    yield _table(subjects, [list(row) for row in zip_longest(*own, fillvalue="")])


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_cells(columns), "|" + "---|" * len(columns), *map(_cells, rows)]
    return "\n".join(lines)


def _cells(values: Sequence[str]) -> str:
    return f"| {' | '.join(value.replace(chr(10), ' ') for value in values)} |"
