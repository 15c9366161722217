"""Whole lists and matching table rows, where a question asks for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.table_view import rows_named, rows_quoted, table_of
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.values import quantities_of
from t2vqa.retrieval.question import AnswerKind
from t2vqa.retrieval.terms import WeightedWord
from t2vqa.types import Block, BlockKind, Document

_LONGEST_LIST = 40
LONGEST_WHOLE = 200
"""Members of a list or table that a full answer gives at most."""

_MEASURE = re.compile(r"(?:多少|几)(?P<unit>[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a list or the rows of a table that answer, as numbers of blocks."""

    document: Document
    blocks: tuple[int, ...]
    part: int


def whole_group(
    unit: ScoredUnit,
    question: str,
    words: Sequence[WeightedWord],
    document_of: DocumentOf,
    longest: int = _LONGEST_LIST,
) -> Group | None:
    """Return the list or table that ``unit`` belongs to or introduces; None where there is none.

    The rows of a table are narrowed to those with the cell values that the ``question`` names, or
    that the asked ``words`` make up; a list is given whole, on the level of the unit. What has more
    than ``longest`` members is none.
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
    if kind is BlockKind.TABLE_ROW and group is not None:
        members = _matching_rows(document, group, question, words)
    if not 1 < len(members) <= longest:
        return None
    return Group(document, tuple(members), unit.part)


def prefer_quoted_rows(
    units: Sequence[ScoredUnit], question: str, document_of: DocumentOf
) -> Sequence[ScoredUnit]:
    """Return ``units`` without the rows of the best one's table that are not those asked for.

    Where the question quotes cells of that table, only the rows that hold them answer; the order of
    the others stays.
    """
    best = units[0].unit if units else None
    if best is None or not best.cells or best.group is None:
        return units
    path = units[0].passage.document
    table = table_of(document_of(path), best.group)
    rows = rows_quoted(table, question) if table is not None else ()
    quoted = {row.span for row in rows}
    others = {row.span for row in table.rows} - quoted if table is not None else set()
    kept = [unit for unit in units if unit.passage.document != path or unit.unit.span not in others]
    held = any(unit.passage.document == path and unit.unit.span in quoted for unit in units)
    return sorted(kept, key=lambda unit: unit.unit.span not in quoted) if held else units


def states_count(unit: ScoredUnit, question: str) -> bool:
    """Tell whether ``unit`` itself says the number asked for, so that nothing is to be counted.

    It does where it holds a figure with the measure word of the question (多少家, 300家), or, where
    the question has none, any figure. The number of a lead-in (以下三项) is that of its list.
    """
    if unit.feature("introduces") or unit.unit.kind is BlockKind.TABLE_ROW:
        return False
    measure = _MEASURE.search(question)
    figures = quantities_of(unit.text, AnswerKind.COUNT)
    if measure is None:
        return any(map(str.isdigit, unit.text))
    return any(figure.span.of(unit.text).endswith(measure["unit"]) for figure in figures)


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
    document: Document, group: int, question: str, words: Sequence[WeightedWord]
) -> list[int]:
    """Keep the rows with the cell values the question names; all body rows where it names none."""
    table = table_of(document, group)
    if table is None:
        return []
    kept = {row.span for row in rows_named(table, question, words) or table.rows}
    return [i for i, block in enumerate(document.blocks) if block.span in kept]
