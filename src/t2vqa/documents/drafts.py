"""What a loader finds in a file, before it is written out as one text."""

from __future__ import annotations

from dataclasses import dataclass

from t2vqa.text.normal import normalise_characters
from t2vqa.types import BlockKind


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of words and the line of the source file it comes from, counted from 1."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A block still to be written.

    Attributes:
        kind: What it is.
        lines: Its words line by line, stripped (code: verbatim), none empty; for a table row one
            line that only tells where it stands in the source.
        marker: What stands before a list item, with its space.
        indent: Spaces before marker or words.
        depth: As :class:`t2vqa.types.Block` has it.
        group: Number of the list or table it belongs to.
        parent: Place among the drafts of the list item it stands under.
        cells: The words of a table row's cells.
        columns: The names of the cells' columns; empty for a header row.
        tight: Whether it follows the block before without a blank line.
    """

    kind: BlockKind
    lines: tuple[SourceLine, ...]
    marker: str = ""
    indent: int = 0
    depth: int = 0
    group: int | None = None
    parent: int | None = None
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    tight: bool = False

    @property
    def words(self) -> str:
        """The block's words in one line."""
        return " ".join(line.text for line in self.lines)


def cell_words(text: str) -> str:
    """Return a cell's words in one line, each white space a single space."""
    return " ".join(normalise_characters(text).split())


def row_columns(header: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Return the column names of a row of ``width`` cells; a table without names gets numbers."""
    if not any(header):
        return tuple(str(place + 1) for place in range(width))
    return (*header, *[""] * width)[:width]
