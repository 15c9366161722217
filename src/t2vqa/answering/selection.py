"""Which units make the answer: one for a value, whole lists and tables, several for a summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from t2vqa.answering.units import ScoredUnit
from t2vqa.retrieval.question import AnswerShape
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.terms import WeightedWord, coverage, term_set
from t2vqa.text.normal import fold
from t2vqa.types import BlockKind, Document

DocumentOf = Callable[[str], Document]
"""Returns the document of a path."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much an answer of a shape may say.

    Attributes:
        units: Most units.
        characters: Most characters of the units after the first.
        share: Further units must reach this share of the best unit's score.
    """

    units: int
    characters: int
    share: float


ALLOWANCES: dict[AnswerShape, Allowance] = {
    AnswerShape.VALUE: Allowance(units=2, characters=140, share=0.75),
    AnswerShape.YES_NO: Allowance(units=2, characters=160, share=0.75),
    AnswerShape.LIST: Allowance(units=4, characters=400, share=0.6),
    AnswerShape.COMPARISON: Allowance(units=1, characters=200, share=0.8),
    AnswerShape.SUMMARY: Allowance(units=8, characters=900, share=0.35),
}

_ALIKE = 0.8
_LONGEST_LIST = 40


def select_units(
    plan: QuestionPlan, read: Sequence[Sequence[ScoredUnit]], answered: Sequence[bool]
) -> list[ScoredUnit]:
    """Choose the units of the answer from the scored ones of each part that has an answer."""
    allowance = ALLOWANCES[plan.form.shape]
    chosen: list[ScoredUnit] = []
    for units, has_answer in zip(read, answered, strict=True):
        if has_answer and units:
            chosen.extend(_within(units, allowance))
    if plan.form.shape is AnswerShape.SUMMARY:
        first = {unit.passage.document: place for place, unit in reversed(list(enumerate(chosen)))}
        chosen.sort(
            key=lambda unit: (unit.part, first[unit.passage.document], unit.unit.span.start)
        )
    return chosen


def _within(units: Sequence[ScoredUnit], allowance: Allowance) -> list[ScoredUnit]:
    best = units[0]
    kept, spent = [best], 0
    for unit in units[1:]:
        if len(kept) == allowance.units or unit.score < allowance.share * best.score:
            break
        if spent + len(unit.text) > allowance.characters or _repeats(unit, kept):
            continue
        kept.append(unit)
        spent += len(unit.text)
    return kept


def _repeats(unit: ScoredUnit, kept: Sequence[ScoredUnit]) -> bool:
    """Tell whether another document already said the same in nearly the same words."""
    terms = term_set(unit.text)
    for other in kept:
        others = term_set(other.text)
        smaller = min(len(terms), len(others))
        if smaller and len(terms & others) >= _ALIKE * smaller:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a list or the rows of a table that answer, with the unit that led there."""

    document: Document
    blocks: tuple[int, ...]
    part: int

    def texts(self) -> list[str]:
        """The members' words, in order."""
        return [self.document.blocks[i].span.of(self.document.text) for i in self.blocks]


def whole_group(
    unit: ScoredUnit, words: Sequence[WeightedWord], document_of: DocumentOf
) -> Group | None:
    """Return the whole list or the matching rows of the table that ``unit`` belongs to.

    Rows of a table are narrowed to those that hold the words of the question that single out a
    cell value of the unit; a list is given whole.
    """
    if unit.unit.group is None:
        return None
    document = document_of(unit.passage.document)
    members = [
        i
        for i, block in enumerate(document.blocks)
        if block.group == unit.unit.group and block.kind is unit.unit.kind
    ]
    if unit.unit.kind is BlockKind.TABLE_ROW:
        members = _matching_rows(document, members, words)
    else:
        own = next(
            (
                i
                for i in members
                if document.blocks[i].span.start
                <= unit.unit.span.start
                < document.blocks[i].span.end
            ),
            None,
        )
        depth = document.blocks[own].depth if own is not None else 0
        members = [i for i in members if document.blocks[i].depth == depth]
    if not 1 < len(members) <= _LONGEST_LIST:
        return None
    return Group(document, tuple(members), unit.part)


def _matching_rows(
    document: Document, rows: Sequence[int], words: Sequence[WeightedWord]
) -> list[int]:
    """Keep the rows with the cell value the question names; all body rows where it names none."""
    body = [i for i in rows if any(cell.column for cell in document.blocks[i].cells)]
    wanted = {fold(word.word) for word in words}
    best: list[int] = body
    best_weight = 0.0
    values: dict[str, list[int]] = {}
    for i in body:
        for cell in document.blocks[i].cells:
            value = fold(cell.span.of(document.text))
            if value:
                values.setdefault(value, []).append(i)
    for value, holders in values.items():
        if len(holders) == len(body):
            continue
        weight = coverage(words, term_set(value) | {value}) if wanted else 0.0
        if weight > best_weight and _named(value, words):
            best, best_weight = holders, weight
    return best


def _named(value: str, words: Sequence[WeightedWord]) -> bool:
    """Tell whether the question's words make up most of a cell's value."""
    covered = sum(len(word.word) for word in words if fold(word.word) in value)
    return covered * 2 >= len(value)
