"""Cuts a document into passages: runs of units of one section."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from t2vqa.index.codec import PassageContent, passage_content, passage_id
from t2vqa.index.packing import pack
from t2vqa.text.sentences import split_sentences
from t2vqa.types import SECTION_SEPARATOR, Block, BlockKind, Document, Passage, Span, Unit

CHUNKER_VERSION = "2"
"""Raised whenever the passages of an unchanged document, or what is embedded for them, would
change."""

LONG_ITEM = 200
"""A list item with more characters than this is split into sentences."""

LONG_CONTEXT = 240
"""A lead-in or a row of column names is cut to so many characters in a passage's context."""

_CUT_IN_BLOCK = 0.25
_CUT_IN_GROUP = 0.15
_CUT_AFTER_LEAD_IN = 10.0
_LARGEST_WHIM = 0.2


def passages_of(document: Document, max_characters: int) -> list[Passage]:
    """Cut a document into passages.

    A passage is a run of neighbouring units of one section, at most ``max_characters`` long
    unless a single unit is longer. Passages don't overlap. Each holds in ``context`` what a
    reader would see above it: title, heading path, and the lead-in and column names of the
    list or table it continues.

    Returns:
        The passages in reading order; empty for a document without words.
    """
    passages: list[Passage] = []
    for run in _runs(document):
        units = [unit for block in run for unit in _units(document, block)]
        for first, stop in _cut(document.text, units, max_characters):
            passages.append(_passage(document, units[first:stop]))
    return passages


def embedding_input(passage: Passage) -> tuple[str, tuple[Span, ...]]:
    """Return the text that is embedded for a passage and where its units stand in it.

    It depends on what the document says and never on what its file is called.
    """
    above = passage.context if passage.titled else _without_title(passage)
    before = f"{above}\n" if above else ""
    text = before + passage.text
    shift = len(before) - passage.span.start
    spans = (Span(unit.span.start + shift, unit.span.end + shift) for unit in passage.units)
    return text, tuple(spans)


def _runs(document: Document) -> Iterator[list[Block]]:
    """Yield the blocks that may share a passage: neighbours under one heading."""
    run: list[Block] = []
    headed = _headed_tables(document.blocks)
    for block, bare in _with_bareness(document.blocks):
        if _is_header_row(block) and block.group in headed:
            continue
        is_heading = block.kind is BlockKind.HEADING
        joins = bool(run) and (
            run[-1].section == block.section
            and bare == (run[-1].kind is BlockKind.HEADING)
            and not (is_heading and not bare)
        )
        if run and not joins:
            yield run
            run = []
        if bare or not is_heading:
            run.append(block)
    if run:
        yield run


def _is_header_row(block: Block) -> bool:
    return block.kind is BlockKind.TABLE_ROW and not any(cell.column for cell in block.cells)


def _headed_tables(blocks: Sequence[Block]) -> set[int | None]:
    """Return the tables with rows under column names, whose header rows say nothing by themselves.

    Their names are in the context of every passage that holds a row.
    """
    return {block.group for block in blocks if any(cell.column for cell in block.cells)}


def _with_bareness(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Yield each block and whether it is a heading with nothing under it.

    A heading belongs to the context of what stands under it and is no unit itself, unless
    nothing stands under it: then it would otherwise not be found at all.
    """
    for place, block in enumerate(blocks):
        follower = blocks[place + 1] if place + 1 < len(blocks) else None
        followed = follower is not None and (
            follower.kind is not BlockKind.HEADING or follower.depth > block.depth
        )
        yield block, block.kind is BlockKind.HEADING and not followed


def _units(document: Document, block: Block) -> Iterator[Unit]:
    """Yield the units of a block: its sentences, or a heading, list item or table row whole."""
    span = block.span
    long_item = block.kind is BlockKind.LIST_ITEM and span.end - span.start > LONG_ITEM
    if long_item or block.kind in (BlockKind.PARAGRAPH, BlockKind.CODE):
        spans = split_sentences(document.text, span.start, span.end)
    else:
        spans = [span] if span.of(document.text).strip() else []
    for part in spans:
        yield Unit(block.kind, part, block.section, block.lead_in, block.cells, block.group)


def _cut(text: str, units: Sequence[Unit], max_characters: int) -> list[tuple[int, int]]:
    """Return the ranges of units that make a passage each."""
    costs = [_cost_between(one, other) + _whim(one.span.of(text)) for one, other in pairwise(units)]
    return pack(
        [unit.span.start for unit in units],
        [unit.span.end for unit in units],
        [*costs, 0.0],
        max_characters,
    )


def _cost_between(one: Unit, other: Unit) -> float:
    """Return how bad it is to part two neighbouring units."""
    if one.group is not None and one.group == other.group:
        return _CUT_IN_GROUP
    lead_in = other.lead_in
    if lead_in and one.span.start <= lead_in.start < one.span.end:
        return _CUT_AFTER_LEAD_IN
    if one.kind is other.kind is BlockKind.PARAGRAPH and other.span.start - one.span.end < 2:
        return _CUT_IN_BLOCK
    return 0.0


def _whim(text: str) -> float:
    """Return a small cost that hangs on nothing but the words before the cut.

    Among cuts that are as good as each other it makes the same ones the best after an edit
    elsewhere: fewer passages change (2.6 in place of 3.9 on average for an edit in one run of
    300 sentences without paragraphs).
    """
    return _LARGEST_WHIM * zlib.crc32(text.encode("utf-8", "surrogatepass")) / 2**32


def _passage(document: Document, units: Sequence[Unit]) -> Passage:
    """Make the passage of a run of units."""
    span = Span(units[0].span.start, units[-1].span.end)
    text = span.of(document.text)
    context = _context(document, units, span)
    section = units[0].section
    identity = passage_id(
        document.path,
        document.title,
        int(document.titled),
        document.date,
        span.start,
        span.end,
        passage_content(PassageContent(section, context, text, tuple(units)), span.start),
    )
    return Passage(
        id=identity,
        document=document.path,
        title=document.title,
        section=section,
        span=span,
        text=text,
        context=context,
        units=tuple(units),
        date=document.date,
        titled=document.titled,
    )


def _context(document: Document, units: Sequence[Unit], span: Span) -> str:
    """Return what stands above a passage: title, heading path, lead-in, column names."""
    lines: list[str] = []
    for unit in units:
        if unit.lead_in and not span.start <= unit.lead_in.start < span.end:
            lines.append(unit.lead_in.of(document.text)[-LONG_CONTEXT:])
        if unit.cells:
            columns = " | ".join(cell.column for cell in unit.cells if cell.column)
            lines.append(columns[:LONG_CONTEXT])
    path = _heading_path((document.title, *units[0].section))
    return "\n".join(line for line in (path, *dict.fromkeys(lines)) if line)


def _heading_path(parts: Sequence[str]) -> str:
    return SECTION_SEPARATOR.join(part for part in dict.fromkeys(parts) if part)


def _without_title(passage: Passage) -> str:
    """Return a passage's context as it would be for a document without any name."""
    path = _heading_path((passage.title, *passage.section))
    rest = passage.context.removeprefix(path).removeprefix("\n")
    return "\n".join(line for line in (_heading_path(passage.section), rest) if line)
