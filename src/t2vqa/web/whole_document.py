"""A document to be read whole: its pieces, its headings, a part of it, and a search in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from t2vqa.types import Block, BlockKind, Document, Span
from t2vqa.web.finding import FoldedText, fold
from t2vqa.web.shown import Place, PlaceKind

PART = 80_000
"""So many characters of a document are on the page at a time, or a few more."""

PIECES = 3_000
"""And at most so many pieces: a table of numbers has many in few characters."""

_LONGEST_PIECE = 4_000
_LOOSE = 16
"""More characters than that between two blocks are no list marker or rule, but words."""
_ABOVE = {PlaceKind.AT: 0.3, PlaceKind.UP: 0.9, PlaceKind.DOWN: 0.1}
"""Which share of what is shown stands above the place a reader asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring pieces of a document.

    Attributes:
        pieces: The pieces.
        before: Where what stands above them ends; None where there is nothing above.
        after: Where what stands below them begins; None where there is nothing below.
    """

    pieces: Sequence[Block]
    before: int | None
    after: int | None


class WholeDocument:
    """A document with what is worked out once for reading it whole."""

    def __init__(self, document: Document) -> None:
        """Take the document; the work is done when it is asked for."""
        self.document = document
        self.found = lru_cache(maxsize=4)(self._found)

    @cached_property
    def pieces(self) -> Sequence[Block]:
        """All its words: its blocks, words between them, and what is too long cut in pieces."""
        return tuple(_pieces(self.document))

    @cached_property
    def headings(self) -> Sequence[Block]:
        """Its headings."""
        return tuple(block for block in self.pieces if block.kind is BlockKind.HEADING)

    def part(self, place: Place) -> Part:
        """Return the part around a place."""
        pieces = self.pieces
        if not pieces:
            return Part((), None, None)
        at = max(0, bisect_right(self._starts, place.offset) - 1)
        share = _ABOVE[place.kind]
        first, last = self._reach(at, share)
        if first == 0:
            last = max(last, self._reach(0, 0.0)[1])
        if last == len(pieces) - 1:
            first = min(first, self._reach(last, 1.0)[0])
        return Part(
            pieces[first : last + 1],
            pieces[first].span.start if first > 0 else None,
            pieces[last + 1].span.start if last + 1 < len(pieces) else None,
        )

    def _reach(self, at: int, above: float) -> tuple[int, int]:
        """Return the first and the last piece of a part of full size around piece ``at``."""
        start, end = self.pieces[at].span.start, self.pieces[at].span.end
        first = bisect_left(self._starts, start - PART * above)
        last = bisect_right(self._starts, end + PART * (1 - above)) - 1
        return (
            max(first, at - int(PIECES * above)),
            min(last, at + int(PIECES * (1 - above))),
        )

    def _found(self, wanted: str) -> tuple[Span, ...]:
        return self._folded.find(wanted)

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.span.start for piece in self.pieces]

    @cached_property
    def _folded(self) -> FoldedText:
        """The words on the page in the form they are searched in; white space for all others."""
        text = self.document.text
        parts: list[str] = []
        done = 0
        for span in self._visible():
            parts += (" " * (span.start - done), span.of(text))
            done = max(done, span.end)
        return fold("".join(parts))

    def _visible(self) -> Iterator[Span]:
        for piece in self.pieces:
            if piece.cells:
                yield from (cell.span for cell in piece.cells if cell.span.start < cell.span.end)
            else:
                yield piece.span


def _pieces(document: Document) -> Iterator[Block]:
    done = 0
    for block in document.blocks:
        yield from _loose(document.text, Span(done, block.span.start), _LOOSE)
        yield from _cut(document.text, block)
        done = block.span.end
    least = _LOOSE if document.blocks else 0
    yield from _loose(document.text, Span(done, len(document.text)), least)


def _loose(text: str, span: Span, least: int) -> Iterator[Block]:
    """Yield the lines of words that stand in no block, if they are more than ``least`` letters."""
    words = span.of(text)
    if len(words.strip()) <= least:
        return
    start = span.start
    for line in words.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            stretch = Span(start, start + len(line.rstrip()))
            yield from _cut(text, Block(BlockKind.PARAGRAPH, stretch))
        start = end


def _cut(text: str, block: Block) -> Iterator[Block]:
    """Yield a block in pieces of a bearable size, cut at the end of a line where there is one."""
    if block.cells:
        yield block
        return
    start, end = block.span.start, block.span.end
    while end - start > _LONGEST_PIECE:
        line = text.rfind("\n", start + _LONGEST_PIECE // 2, start + _LONGEST_PIECE)
        middle = line + 1 if line >= 0 else start + _LONGEST_PIECE
        yield replace(block, span=Span(start, middle))
        start = middle
    yield replace(block, span=Span(start, end))
