"""A citation's source as HTML: the document, its heading path, and the cited words marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from t2vqa.answering.citing import state_of
from t2vqa.types import (
    SECTION_SEPARATOR,
    Block,
    BlockKind,
    Citation,
    CitationChange,
    CitationState,
    Document,
    Span,
)
from t2vqa.web.markup import escape, local_time
from t2vqa.web.wording import Wording

SURROUNDINGS = 600
"""At least so many characters are shown before and after the cited words, where there are."""

LONGEST_SECTION = 4000
"""A section of at most so many characters is shown whole."""


def source_html(source: Citation, document: Document | None, words: Wording, href: str = "") -> str:
    """Return ``source`` in its surroundings as HTML in which no word of the document acts.

    Args:
        source: The words to show.
        document: Its document as it is now, perhaps under another path, or None where the index
            no longer holds it.
        words: The page's words.
        href: The link that was followed, for the page to show which one that is.
    """
    state = state_of(source, document)
    body = "".join(_note(note) for note in _notes(source, state, words))
    if document is None or state.span is None:
        body += f'<p class="t2-plain">{_mark(source.quote)}</p>'
    else:
        body += excerpt_html(document, state.span, words)
    return (
        f'<article class="t2-source" data-href="{escape(href)}">'
        f"{_head(source, document, state, words)}"
        f'<div class="t2-excerpt" tabindex="0">{body}</div></article>'
    )


def _notes(source: Citation, state: CitationState, words: Wording) -> Iterator[str]:
    """Yield what has become of the words since they were cited."""
    if state.change is CitationChange.GONE:
        yield words.source_gone
    elif state.document != source.document:
        yield words.source_renamed.format(path=state.document)
    elif state.change is CitationChange.MOVED:
        yield words.source_moved
    if state.change is CitationChange.CHANGED:
        yield words.source_changed


def excerpt_html(document: Document, cited: Span, words: Wording) -> str:
    """Return the surroundings of ``cited`` as HTML: blocks as what they are, cited words marked."""
    blocks = surroundings(document, cited)
    if not blocks:
        return _plain_html(document, cited, words)
    parts = [_cut(words.cut_before)] if blocks[0] is not document.blocks[0] else []
    for _, run in groupby(blocks, key=_run_key):
        parts.append(_run_html(document.text, list(run), cited))
    if blocks[-1] is not document.blocks[-1]:
        parts.append(_cut(words.cut_after))
    return "".join(parts)


def surroundings(document: Document, cited: Span) -> tuple[Block, ...]:
    """Return the blocks to show around ``cited``: its section, or at least some of its neighbours.

    Empty where the cited words don't stand in blocks, or not in blocks of a bearable size.
    """
    touched = [
        index
        for index, block in enumerate(document.blocks)
        if block.span.start < cited.end and block.span.end > cited.start
    ]
    if not touched or not _covers(document, touched, cited):
        return ()
    first, last = touched[0], touched[-1]
    if document.blocks[last].span.end - document.blocks[first].span.start > 2 * LONGEST_SECTION:
        return ()
    low, high = _section(document.blocks, first, last)
    size = document.blocks[high].span.end - document.blocks[low].span.start
    if size > LONGEST_SECTION:
        low, high = first, last
    while low > 0 and cited.start - document.blocks[low].span.start < SURROUNDINGS:
        low -= 1
    while (
        high < len(document.blocks) - 1
        and document.blocks[high].span.end - cited.end < SURROUNDINGS
    ):
        high += 1
    return document.blocks[low : high + 1]


def _section(blocks: Sequence[Block], first: int, last: int) -> tuple[int, int]:
    section = blocks[first].section
    while first > 0 and blocks[first - 1].section == section:
        first -= 1
    while last < len(blocks) - 1 and blocks[last + 1].section == section:
        last += 1
    return first, last


def _covers(document: Document, touched: Sequence[int], cited: Span) -> bool:
    """Whether no cited letter or digit stands outside the blocks (list markers and pipes may)."""
    place = cited.start
    for index in touched:
        span = document.blocks[index].span
        if any(character.isalnum() for character in document.text[place : max(place, span.start)]):
            return False
        place = max(place, span.end)
    return not any(character.isalnum() for character in document.text[place : cited.end])


def _run_key(block: Block) -> tuple[str, int]:
    """Neighbours with the same key are shown in one list or one table."""
    if block.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW):
        return block.kind, -1 if block.group is None else block.group
    return "single", block.span.start


def _run_html(text: str, blocks: Sequence[Block], cited: Span) -> str:
    kind = blocks[0].kind
    if kind is BlockKind.TABLE_ROW and all(block.cells for block in blocks):
        return _table_html(text, blocks, cited)
    if kind is BlockKind.LIST_ITEM:
        items = [
            f'<li class="t2-depth-{min(block.depth, 3)}">{_marked(text, block.span, cited)}</li>'
            for block in blocks
        ]
        return f"<ul>{''.join(items)}</ul>"
    tag = {BlockKind.HEADING: "h4", BlockKind.CODE: "pre"}.get(kind, "p")
    return "".join(f"<{tag}>{_marked(text, block.span, cited)}</{tag}>" for block in blocks)


def _table_html(text: str, rows: Sequence[Block], cited: Span) -> str:
    columns = [cell.column for cell in rows[-1].cells]
    if [cell.span.of(text) for cell in rows[0].cells] == columns:
        head, rows = _row_html(text, rows[0], cited, "th"), rows[1:]
    else:
        head = "".join(f"<th>{escape(column)}</th>" for column in columns)
        head = f"<tr>{head}</tr>" if any(columns) else ""
    body = "".join(_row_html(text, row, cited, "td") for row in rows)
    return f'<div class="t2-table"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _row_html(text: str, row: Block, cited: Span, tag: str) -> str:
    cells = (f"<{tag}>{_marked(text, cell.span, cited)}</{tag}>" for cell in row.cells)
    return f"<tr>{''.join(cells)}</tr>"


def _plain_html(document: Document, cited: Span, words: Wording) -> str:
    window = Span(
        max(0, cited.start - SURROUNDINGS), min(len(document.text), cited.end + SURROUNDINGS)
    )
    before = _cut(words.cut_before) if window.start > 0 else ""
    after = _cut(words.cut_after) if window.end < len(document.text) else ""
    return f'{before}<p class="t2-plain">{_marked(document.text, window, cited)}</p>{after}'


def _marked(text: str, span: Span, cited: Span) -> str:
    """Return the words of ``span``, those that are also in ``cited`` marked."""
    start = min(max(span.start, cited.start), span.end)
    end = max(min(span.end, cited.end), start)
    inner = text[start:end]
    return (
        escape(text[span.start : start])
        + (_mark(inner) if inner else "")
        + escape(text[end : span.end])
    )


def _mark(text: str) -> str:
    return f"<mark>{escape(text)}</mark>"


def _note(text: str) -> str:
    return f'<p class="t2-note">{escape(text)}</p>'


def _cut(text: str) -> str:
    return f'<p class="t2-cut-off">⋯ {escape(text)} ⋯</p>'


def _head(source: Citation, document: Document | None, state: CitationState, words: Wording) -> str:
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in _facts(source, document, words))
    place = _place(source, document, state, words)
    facts += "".join(f"<span>{escape(fact)}</span>" for fact in place)
    section = SECTION_SEPARATOR.join(escape(heading) for heading in source.section)
    trail = f'<p class="t2-trail">{section}</p>' if section else ""
    return f'<header><h3>{escape(source.title)}</h3><p class="t2-facts">{facts}</p>{trail}</header>'


def _facts(source: Citation, document: Document | None, words: Wording) -> Iterator[str]:
    yield source.document
    date = document.date if document is not None else source.date
    if date:
        yield date
    if document is not None and document.source:
        yield document.source
    modified = source.modified or (document.modified if document is not None else None)
    if modified:
        yield words.modified.format(time=local_time(modified))


def _place(
    source: Citation, document: Document | None, state: CitationState, words: Wording
) -> Iterator[str]:
    """Yield where the words stand, or stood where they are gone."""
    page, line = source.page, source.line
    if document is not None and state.span is not None:
        location = document.location(state.span.start)
        page, line = (location.page, location.line) if location else (None, None)
    if page is not None:
        yield words.page.format(page=page)
    if line is not None:
        yield words.line.format(line=line)
