"""Whole lists and matching table rows, where a question asks for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.units import ScoredUnit
from t2vqa.retrieval.terms import WeightedWord, coverage, term_set
from t2vqa.text.normal import fold
from t2vqa.types import Block, BlockKind, Document

_LONGEST_LIST = 40


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a list or the rows of a table that answer, as numbers of blocks."""

    document: Document
    blocks: tuple[int, ...]
    part: int


def whole_group(
    unit: ScoredUnit, words: Sequence[WeightedWord], document_of: DocumentOf
) -> Group | None:
    """Return the list or table that ``unit`` belongs to or introduces; None where there is none.

    The rows of a table are narrowed to those with the cell value that the asked ``words`` name; a
    list is given whole, on the level of the unit.
    """
    document = document_of(unit.passage.document)
    blocks = document.blocks
    first = next((i for i, block in enumerate(blocks) if _belongs(unit, block)), None)
    if first is None:
        return None
    group, kind, depth = blocks[first].group, blocks[first].kind, blocks[first].depth
    members = [
        i
        for i, block in enumerate(blocks)
        if block.group == group and block.kind is kind and block.depth == depth
    ]
    if kind is BlockKind.TABLE_ROW:
        members = _matching_rows(document, members, words)
    if not 1 < len(members) <= _LONGEST_LIST:
        return None
    return Group(document, tuple(members), unit.part)


def _belongs(unit: ScoredUnit, block: Block) -> bool:
    """Tell whether ``block`` is the item or row ``unit`` stands in, or the first it leads to."""
    if block.group is None or block.kind not in {BlockKind.LIST_ITEM, BlockKind.TABLE_ROW}:
        return False
    span = unit.unit.span
    if unit.unit.group is not None:
        return block.group == unit.unit.group and block.span.start <= span.start < block.span.end
    lead_in = block.lead_in
    return lead_in is not None and lead_in.start < span.end and span.start < lead_in.end


def _matching_rows(
    document: Document, rows: Sequence[int], words: Sequence[WeightedWord]
) -> list[int]:
    """Keep the rows with the cell value the question names; all body rows where it names none."""
    body = [i for i in rows if any(cell.column for cell in document.blocks[i].cells)]
    holders: dict[str, list[int]] = {}
    for i in body:
        for cell in document.blocks[i].cells:
            value = cell.span.of(document.text).strip()
            if value and i not in holders.setdefault(value, []):
                holders[value].append(i)
    named = [
        (coverage(words, term_set(value)), -len(rows_of), rows_of)
        for value, rows_of in holders.items()
        if len(rows_of) < len(body) and _is_named(value, words)
    ]
    return max(named)[2] if named else body


def _is_named(value: str, words: Sequence[WeightedWord]) -> bool:
    """Tell whether the question's words make up most of a cell's value."""
    folded = fold(value)
    covered = sum(len(fold(word.word)) for word in words if fold(word.word) in folded)
    return covered * 2 >= len(folded)
