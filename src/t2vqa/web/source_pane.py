"""A citation's source as HTML: the document, its heading path, and the cited words marked."""

from __future__ import annotations

from collections.abc import Sequence

from t2vqa.answering.citing import state_of
from t2vqa.types import Block, Citation, Document, Span
from t2vqa.web.blocks_html import Marks, blocks_html, marked_html
from t2vqa.web.markup import escape
from t2vqa.web.source_head import head_of_source, notes_html
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
    if document is None or state.span is None:
        body = f'<p class="t2-plain"><mark>{escape(source.quote)}</mark></p>'
    else:
        body = excerpt_html(document, state.span, words)
    return (
        f'<article class="t2-source" data-href="{escape(href)}">'
        f"{head_of_source(source, document, state, words)}"
        f'<div class="t2-excerpt" tabindex="0" role="region" '
        f'aria-label="{escape(words.source.excerpt)}">'
        f"{notes_html(source, state, words)}{body}</div></article>"
    )


def removed_html(path: str, words: Wording) -> str:
    """Return that a document which was shown whole is no longer there."""
    note = f'<p class="t2-note">{escape(words.source.removed)}</p>'
    return message_html(f"<header><h3>{escape(path)}</h3></header>", note)


def message_html(head: str, body: str) -> str:
    """Return in the form of a source, so that it can be closed, why there is none; from HTML."""
    return (
        f'<article class="t2-source t2-removed">{head}'
        f'<div class="t2-excerpt" tabindex="0">{body}</div></article>'
    )


def excerpt_html(document: Document, cited: Span, words: Wording) -> str:
    """Return the surroundings of ``cited`` as HTML: blocks as what they are, cited words marked."""
    blocks = surroundings(document, cited)
    if not blocks:
        return _plain_html(document, cited, words)
    before = _cut(words.cut_before) if blocks[0] is not document.blocks[0] else ""
    after = _cut(words.cut_after) if blocks[-1] is not document.blocks[-1] else ""
    return f"{before}{blocks_html(document.text, blocks, Marks(cited))}{after}"


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


def _plain_html(document: Document, cited: Span, words: Wording) -> str:
    window = Span(
        max(0, cited.start - SURROUNDINGS), min(len(document.text), cited.end + SURROUNDINGS)
    )
    before = _cut(words.cut_before) if window.start > 0 else ""
    after = _cut(words.cut_after) if window.end < len(document.text) else ""
    text = marked_html(document.text, window, Marks(cited))
    return f'{before}<p class="t2-plain">{text}</p>{after}'


def _cut(text: str) -> str:
    return f'<p class="t2-cut-off">⋯ {escape(text)} ⋯</p>'
