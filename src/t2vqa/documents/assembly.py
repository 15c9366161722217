"""Write drafts out as one normalised text with blocks whose spans are exact by construction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from t2vqa.documents.drafts import Draft, SourceLine
from t2vqa.text.normal import fold
from t2vqa.text.sentences import split_sentences
from t2vqa.text.wrapping import wrapped_lines
from t2vqa.types import Block, BlockKind, Cell, Location, Span

CELL_SEPARATOR = " | "
_LONGEST_PARENT = 200
_LONGEST_LABEL = 40
_CUE = re.compile(
    r"如下|以下|下列|下表|下图|下述|包括|分别[是为]|following|below|as follows|include", re.I
)
_COLON = re.compile(r"[：:][\s*_”\"』」）)]*$")
_FULL_STOP = re.compile(r"[。.！!？?；;]$")
_WIDE = re.compile("[\u2014\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff\uff01-\uff60]")


@dataclass(frozen=True, slots=True)
class Assembled:
    """A document's text with its blocks and where its lines come from."""

    text: str
    blocks: tuple[Block, ...]
    locations: tuple[Location, ...]


def assemble(drafts: Sequence[Draft], title: str) -> Assembled:
    """Write ``drafts`` one after the other.

    Blocks are parted by a blank line, items of a list and rows of a table by a line break; lines
    that were only wrapped are joined. A heading block stands under the headings above it. The
    only level-1 heading is no section where it repeats the document's ``title``.
    """
    writer = _Writer(title_heading=_title_heading(drafts, title))
    for draft in drafts:
        writer.write(draft)
    return Assembled("".join(writer.parts), tuple(writer.blocks), tuple(writer.locations))


def _title_heading(drafts: Sequence[Draft], title: str) -> Draft | None:
    tops = [draft for draft in drafts if draft.kind is BlockKind.HEADING and draft.depth == 1]
    return tops[0] if len(tops) == 1 and fold(tops[0].words) == fold(title) else None


@dataclass(slots=True)
class _Writer:
    title_heading: Draft | None
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    previous: Draft | None = None
    lead_ins: dict[int, Span | None] = field(default_factory=dict)

    def write(self, draft: Draft) -> None:
        self._separate(draft)
        if draft.kind is BlockKind.HEADING:
            while self.headings and self.headings[-1][0] >= draft.depth:
                self.headings.pop()
        lead_in = self._lead_in(draft)
        cells: tuple[Cell, ...] = ()
        first, base = len(self.parts), self.length
        if draft.cells:
            span, cells = self._row(draft)
        else:
            span = self._lines(draft)
        written = "".join(self.parts[first:])
        self.words.append(written[span.start - base : span.end - base])
        section = tuple(heading for _, heading in self.headings)
        self.blocks.append(
            Block(draft.kind, span, section, lead_in, cells, draft.group, draft.depth)
        )
        if draft.kind is BlockKind.HEADING and draft is not self.title_heading:
            self.headings.append((draft.depth, draft.words))
        self.previous = draft

    def _put(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)

    def _locate(self, line: int) -> None:
        if not self.locations or self.locations[-1].line != line:
            start = self.length if self.locations else 0
            self.locations.append(Location(start, line))

    def _separate(self, draft: Draft) -> None:
        if self.previous is None:
            return
        together = draft.group is not None and self.previous.group is not None
        nested = together and (draft.parent is not None or draft.depth < self.previous.depth)
        same = together and draft.group == self.previous.group
        self._put("\n" if draft.tight or nested or same else "\n\n")

    def _lines(self, draft: Draft) -> Span:
        self._locate(draft.lines[0].number)
        self._put(" " * draft.indent + draft.marker)
        joins = _joins(draft)
        start = self.length
        for line, join in zip(draft.lines, joins, strict=True):
            self._locate(line.number)
            self._put(line.text + join)
        words = draft.lines[0].text
        return Span(start + len(words) - len(words.lstrip()), self.length)

    def _row(self, draft: Draft) -> tuple[Span, tuple[Cell, ...]]:
        self._locate(draft.lines[0].number)
        last = max(place for place, cell in enumerate(draft.cells) if cell)
        row = CELL_SEPARATOR.join(draft.cells[: last + 1])
        indented = len(row) - len(row.lstrip())
        words = row.strip()
        start, end = self.length, self.length + len(words)
        self._put(words)
        columns = draft.columns or ("",) * len(draft.cells)
        cells = []
        place = start - indented
        for column, cell in zip(columns, draft.cells, strict=True):
            first = min(max(place, start), end)
            cells.append(Cell(column, Span(first, first + len(cell))))
            place += len(cell) + len(CELL_SEPARATOR)
        return Span(start, end), tuple(cells)

    def _lead_in(self, draft: Draft) -> Span | None:
        if draft.parent is not None:
            return self._parent_words(draft.parent)
        if draft.group is None:
            return None
        if draft.group not in self.lead_ins:
            self.lead_ins[draft.group] = self._introduction()
        return self.lead_ins[draft.group]

    def _parent_words(self, place: int) -> Span:
        span = self.blocks[place].span
        if span.end - span.start <= _LONGEST_PARENT:
            return span
        return self._last_sentence(place)

    def _introduction(self) -> Span | None:
        """Return the last sentence of the paragraph just written, if it introduces what follows."""
        if not self.blocks or self.blocks[-1].kind is not BlockKind.PARAGRAPH:
            return None
        place = len(self.blocks) - 1
        sentence = self._last_sentence(place)
        start = self.blocks[place].span.start
        words = Span(sentence.start - start, sentence.end - start).of(self.words[place])
        label = len(words) <= _LONGEST_LABEL and not _FULL_STOP.search(words)
        return sentence if label or _COLON.search(words) or _CUE.search(words) else None

    def _last_sentence(self, place: int) -> Span:
        start = self.blocks[place].span.start
        sentence = split_sentences(self.words[place])[-1]
        return Span(start + sentence.start, start + sentence.end)


def _joins(draft: Draft) -> list[str]:
    """Return what follows each line of a draft: a line break, a space or, in Chinese, nothing."""
    lines = draft.lines
    if draft.kind is BlockKind.CODE:
        return ["\n" if place + 1 < len(lines) else "" for place in range(len(lines))]
    wraps = wrapped_lines([line.text for line in lines])
    joins = [
        _join(lines[place], lines[place + 1]) if wraps[place] else "\n"
        for place in range(len(lines) - 1)
    ]
    return [*joins, ""]


def _join(line: SourceLine, following: SourceLine) -> str:
    last, first = line.text[-1], following.text[0]
    hyphened = last == "-" and first.islower()
    if not (_WIDE.match(last) or _WIDE.match(first) or hyphened):
        return " "
    return "" if unicodedata.is_normalized("NFC", last + first) else " "
