"""Blocks of a document as HTML, with the words that are marked in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from t2vqa.types import Block, BlockKind, Span
from t2vqa.web.markup import escape

_NUMBER = re.compile(r"[^\s|]*\w[^\s|]{0,2}")
"""What stands before an item of a numbered list."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a document.

    Attributes:
        cited: The cited words.
        found: What was searched for, in the order of the text, not overlapping.
        current: That of ``found`` the reader is at.
        placed: Whether headings tell where they stand, for links that lead to them.
        here: Where the block begins that is to be scrolled to, if it is not one of the above.
    """

    cited: Span | None = None
    found: Sequence[Span] = ()
    current: Span | None = None
    placed: bool = False
    here: int | None = None


def blocks_html(text: str, blocks: Sequence[Block], marks: Marks) -> str:
    """Return blocks of ``text`` as what they are: headings, lists, tables, code, paragraphs."""
    runs = (list(run) for _, run in groupby(blocks, key=_run_key))
    return "".join(_run_html(text, run, marks) for run in runs)


def marked_html(text: str, span: Span, marks: Marks) -> str:
    """Return the words of ``span``, those that are cited or were found marked."""
    parts = []
    near = _near(marks.found, span)
    for start, end in pairwise(_cuts(span, [*near, *([marks.cited] if marks.cited else [])])):
        words = escape(text[start:end])
        piece = Span(start, end)
        cited = marks.cited is not None and _holds(marks.cited, piece)
        hit = next((one for one in near if _holds(one, piece)), None)
        parts.append(_mark(words, cited, hit is not None, hit == marks.current))
    return "".join(parts)


def _near(found: Sequence[Span], span: Span) -> Sequence[Span]:
    """Return those of ``found`` that reach into ``span``."""
    first = bisect_right(found, span.start, key=lambda one: one.end)
    last = bisect_right(found, span.end - 1, key=lambda one: one.start)
    return found[first:last]


def _cuts(span: Span, marked: Sequence[Span]) -> list[int]:
    edges = {span.start, span.end}
    edges.update(
        edge for one in marked for edge in (one.start, one.end) if span.start < edge < span.end
    )
    return sorted(edges)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _mark(words: str, cited: bool, hit: bool, current: bool) -> str:
    if not hit:
        return f"<mark>{words}</mark>" if cited else words
    kinds = ("t2-hit", "t2-hit-now" if current else "", "t2-hit-cited" if cited else "")
    return f'<mark class="{" ".join(filter(None, kinds))}">{words}</mark>'


def _run_key(block: Block) -> tuple[str, int]:
    """Neighbours with the same key are shown in one list or one table."""
    if block.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW):
        return block.kind, -1 if block.group is None else block.group
    return "single", block.span.start


def _run_html(text: str, blocks: Sequence[Block], marks: Marks) -> str:
    kind = blocks[0].kind
    if kind is BlockKind.TABLE_ROW and all(block.cells for block in blocks):
        return _table_html(text, blocks, marks)
    if kind is BlockKind.LIST_ITEM:
        return f"<ul>{''.join(_item_html(text, block, marks) for block in blocks)}</ul>"
    tag = {BlockKind.HEADING: "h4", BlockKind.CODE: "pre"}.get(kind, "p")
    return "".join(
        f"<{tag}{_at(block, marks)}>{marked_html(text, block.span, marks)}</{tag}>"
        for block in blocks
    )


def _at(block: Block, marks: Marks) -> str:
    """Return the attributes by which the page's script finds a block."""
    placed = marks.placed and block.kind is BlockKind.HEADING
    at = f' data-at="{block.span.start}"' if placed else ""
    return f"{at} data-here" if block.span.start == marks.here else at


def _item_html(text: str, block: Block, marks: Marks) -> str:
    line = text[text.rfind("\n", 0, block.span.start) + 1 : block.span.start].strip()
    kind = f"t2-depth-{min(block.depth, 3)}"
    number = ""
    if _NUMBER.fullmatch(line):
        kind, number = f"{kind} t2-numbered", f"<span>{escape(line)} </span>"
    return (
        f'<li class="{kind}"{_at(block, marks)}>{number}{marked_html(text, block.span, marks)}</li>'
    )


def _table_html(text: str, rows: Sequence[Block], marks: Marks) -> str:
    columns = [cell.column for cell in rows[-1].cells]
    if [cell.span.of(text) for cell in rows[0].cells] == columns:
        head, rows = _row_html(text, rows[0], marks, "th"), rows[1:]
    else:
        head = "".join(f"<th>{escape(column)}</th>" for column in columns)
        head = f"<tr>{head}</tr>" if any(columns) else ""
    body = "".join(_row_html(text, row, marks, "td") for row in rows)
    return f'<div class="t2-table"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _row_html(text: str, row: Block, marks: Marks, tag: str) -> str:
    cells = (f"<{tag}>{marked_html(text, cell.span, marks)}</{tag}>" for cell in row.cells)
    return f"<tr{_at(row, marks)}>{''.join(cells)}</tr>"
