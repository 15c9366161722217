"""An answer's Markdown as paragraphs, list items and tables, for other forms than HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from t2vqa.conversations.answer_markdown import MARKER, answer_reader
from t2vqa.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text that looks the same throughout."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """The place of a citation."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The end of a line within a paragraph."""


Piece = Words | Cited | LineBreak
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; in a list, ``depth`` counts from 1 and ``number`` is an ordered item's.

    The second and later paragraphs of an item have its depth and are not its ``first``.
    """

    pieces: Pieces
    depth: int = 0
    number: int | None = None
    first: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first row names the columns."""

    rows: tuple[tuple[Pieces, ...], ...]


Block = Paragraph | Table


def answer_blocks(answer: Answer) -> tuple[Block, ...]:
    """Return what ``answer`` says, block by block.

    Markers of the answer's citations become the citations; any other number in brackets is text.
    """
    return tuple(_Reading(answer).blocks())


class _Reading:
    """Walks through the tokens of an answer's text."""

    def __init__(self, answer: Answer) -> None:
        self._tokens = answer_reader().parse(answer.text)
        self._citations = {citation.number: citation for citation in answer.citations}
        self._numbers: list[int | None] = []  # of each list around, the item's number
        self._first = True

    def blocks(self) -> Iterator[Block]:
        rows: list[list[Pieces]] = []
        in_table = False
        for token in self._tokens:
            if token.type == "table_open":
                rows, in_table = [], True
            elif token.type == "table_close":
                in_table = False
                yield Table(tuple(map(tuple, rows)))
            elif token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                pieces = _merged(self._pieces(token.children or ()))
                if in_table:
                    rows[-1].append(pieces)
                else:
                    yield self._paragraph(pieces)
            else:
                self._keep_account(token)

    def _keep_account(self, token: Token) -> None:
        """Know which list the next paragraph is in."""
        if token.type == "bullet_list_open":
            self._numbers.append(None)
        elif token.type == "ordered_list_open":
            self._numbers.append(int(token.attrs.get("start", 1)) - 1)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
        elif token.type == "list_item_open":
            number = self._numbers[-1]
            self._numbers[-1] = None if number is None else number + 1
            self._first = True

    def _paragraph(self, pieces: Pieces) -> Paragraph:
        number = self._numbers[-1] if self._numbers else None
        paragraph = Paragraph(pieces, len(self._numbers), number, self._first)
        self._first = not self._numbers
        return paragraph

    def _pieces(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        bold = italic = 0
        for token in tokens:
            if token.tag == "strong":
                bold += token.nesting
            elif token.tag == "em":
                italic += token.nesting
            elif token.type in ("softbreak", "hardbreak"):
                yield LineBreak()
            elif token.type == "text":
                yield from self._with_citations(token.content, bold > 0, italic > 0)
            else:
                code = token.type == "code_inline"
                yield Words(token.content, bold > 0, italic > 0, code)

    def _with_citations(self, text: str, bold: bool, italic: bool) -> Iterator[Piece]:
        done = 0
        for marker in MARKER.finditer(text):
            citation = self._citations.get(int(marker[1]))
            if citation is None:
                continue
            # A raised number stands close to what it belongs to.
            yield Words(text[done : marker.start()].rstrip(" "), bold, italic)
            yield Cited(citation)
            done = marker.end()
        yield Words(text[done:], bold, italic)


def _merged(pieces: Iterator[Piece]) -> Pieces:
    """Return the pieces with neighbouring words of one style as one, and none that are empty."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, Words):
            if not piece.text:
                continue
            if isinstance(last, Words) and replace(last, text="") == replace(piece, text=""):
                merged[-1] = replace(last, text=last.text + piece.text)
                continue
        merged.append(piece)
    return tuple(merged)
