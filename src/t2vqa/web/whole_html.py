"""A whole document as HTML: its head, its headings to jump to, and the part that is read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from t2vqa.types import Block, Span
from t2vqa.web.blocks_html import Marks, blocks_html
from t2vqa.web.markup import escape, shortened
from t2vqa.web.shown import Place, PlaceKind
from t2vqa.web.whole_document import Part, WholeDocument
from t2vqa.web.wording import Wording

_HEADINGS = 300
"""So many headings are listed; of more, the upper levels."""
_LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be seen of a whole document.

    Attributes:
        cited: The cited words, if it was opened by a citation.
        place: Where the reader is; None at the found place, at the cited words or the beginning.
        found: All that was searched for.
        hit: Which of it the reader is at, from 1; 0 for none.
    """

    cited: Span | None = None
    place: Place | None = None
    found: Sequence[Span] = ()
    hit: int = 0

    @property
    def current(self) -> Span | None:
        """The place found that the reader is at."""
        return self.found[self.hit - 1] if 0 < self.hit <= len(self.found) else None

    @property
    def at(self) -> Place:
        """The place to show."""
        if self.place is not None:
            return self.place
        span = self.current or self.cited
        return Place(PlaceKind.AT, span.start if span is not None else 0)


def whole_html(
    opened: WholeDocument, reading: Reading, head: str, notes: str, words: Wording, href: str = ""
) -> str:
    """Return a document, or as much of it as a page can bear, in which no word of it acts.

    Args:
        opened: The document.
        reading: What is to be seen of it.
        head: Its upper part as HTML.
        notes: What has become of the cited words, as HTML.
        words: The page's words.
        href: The link that was followed, if one was.
    """
    part = opened.part(reading.at)
    here = _piece_at(part, reading.place.offset) if reading.place is not None else None
    marks = Marks(reading.cited, reading.found, reading.current, placed=True, here=here)
    return (
        f'<article class="t2-source t2-whole" data-href="{escape(href)}">{head}'
        f"{contents_html(opened.headings, opened.document.text, words)}"
        f'<div class="t2-excerpt" tabindex="0" role="region" '
        f'aria-label="{escape(words.source.excerpt)}">{notes}'
        f"{_further(part.before, PlaceKind.UP, words.source.further_up)}"
        f"{blocks_html(opened.document.text, part.pieces, marks)}"
        f"{_lower_end(part, words)}</div></article>"
    )


def contents_html(headings: Sequence[Block], text: str, words: Wording) -> str:
    """Return the headings as links to unfold; nothing where there is only one."""
    if len(headings) < 2:
        return ""
    listed = _listed(headings)
    top = min(block.depth for block in listed)
    items = "".join(_heading_html(block, text, top) for block in listed)
    note = ""
    if len(listed) < len(headings):
        cut = escape(words.source.contents_cut.format(count=len(listed)))
        note = f'<p class="t2-cut-off">{cut}</p>'
    label = escape(words.source.contents.format(count=len(headings)))
    return (
        f'<details class="t2-toc"><summary>{label}</summary>'
        f'<nav aria-label="{label}"><ul>{items}</ul>{note}</nav></details>'
    )


def _listed(headings: Sequence[Block]) -> Sequence[Block]:
    """Return all headings, or only those of the upper levels where there are too many."""
    for level in sorted({block.depth for block in headings}, reverse=True):
        upper = [block for block in headings if block.depth <= level]
        if len(upper) <= _HEADINGS and len(upper) > 1:
            return upper
    return headings[:_HEADINGS]


def _heading_html(block: Block, text: str, top: int) -> str:
    href = Place(PlaceKind.AT, block.span.start).href
    words = escape(shortened(block.span.of(text), _LONGEST_HEADING))
    return f'<li class="t2-depth-{min(block.depth - top, 3)}"><a href="{href}">{words}</a></li>'


def _piece_at(part: Part, offset: int) -> int | None:
    """Return where the piece begins that a place is in, or the next one."""
    starts = [piece.span.start for piece in part.pieces]
    if not starts:
        return None
    return starts[min(bisect_left(starts, offset), len(starts) - 1)]


def _lower_end(part: Part, words: Wording) -> str:
    if part.after is None:
        return f'<p class="t2-cut-off">{escape(words.source.end)}</p>'
    return _further(part.after, PlaceKind.DOWN, words.source.further_down)


def _further(offset: int | None, kind: PlaceKind, label: str) -> str:
    if offset is None:
        return ""
    return (
        f'<p class="t2-cut-off"><button type="button" class="t2-further" '
        f'data-href="{Place(kind, offset).href}">{escape(label)}</button></p>'
    )
