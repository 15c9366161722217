"""Statements and citations put together into the text of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from t2vqa.answering.citing import CitationList, DocumentOf
from t2vqa.answering.comparing import compare
from t2vqa.answering.disagreement import confirming, disagreeing
from t2vqa.answering.findings import Findings
from t2vqa.answering.groups import (
    LONGEST_WHOLE,
    Group,
    prefer_quoted_rows,
    states_count,
    whole_group,
)
from t2vqa.answering.layout import Cells, Said, as_markdown
from t2vqa.answering.refusal import EXACT_KINDS
from t2vqa.answering.selection import select_units
from t2vqa.answering.statements import row, sentence
from t2vqa.answering.supporting import supporting_units
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.candidates import names_present
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.question import AnswerShape
from t2vqa.retrieval.search import PartResult
from t2vqa.text.languages import is_chinese
from t2vqa.text.markdown import escape
from t2vqa.types import AnswerLength, BlockKind, Citation, Span, Statement

_VALUE_LENGTH = 90
"""A longer Chinese sentence is cut to the clauses that answer, where one value was asked for; one
in Latin letters may have twice as many characters."""

_OPEN_LENGTH = 140
"""The same where the answer has no form of its own, so that its clause is harder to tell."""

_CUT_SHAPES = frozenset({AnswerShape.VALUE, AnswerShape.COMPARISON})
_WHOLE_SHAPES = frozenset({AnswerShape.LIST, AnswerShape.SUMMARY})


@dataclass(slots=True)
class Draft:
    """An answer while it is written."""

    plan: QuestionPlan
    results: Sequence[PartResult]
    citations: CitationList
    document_of: DocumentOf
    words: Wording
    said: list[Said] = field(default_factory=list)
    length: AnswerLength = AnswerLength.NORMAL

    def say_unit(self, unit: ScoredUnit, *, with_source: bool = False) -> None:
        """Say a sentence, list item or table row, with its citation; where wanted, who says it."""
        text, number, cells = self._read(unit)
        named = self._with_subject(text, unit)
        if with_source:
            named = f"{self._source(unit)}{self.words.colon}{named}"
        shown = cells if named == text else ()
        part = unit.part if len(self.plan.parts) > 1 else None
        self.said.append(Said(Statement(named, (number,)), shown, part))

    def confirm(self, unit: ScoredUnit) -> None:
        """Cite a unit for the last statement too: it says the same."""
        last = self.said[-1]
        _, number, _ = self._read(unit)
        numbers = tuple(dict.fromkeys((*last.statement.citations, number)))
        self.said[-1] = replace(last, statement=replace(last.statement, citations=numbers))

    def _source(self, unit: ScoredUnit) -> str:
        passage = unit.passage
        title = escape(passage.title)
        if not passage.date:
            return title
        return self.words.dated.format(title=title, date=escape(passage.date))

    def _read(self, unit: ScoredUnit) -> tuple[str, int, Cells]:
        """Return what a unit says, the number of its citation, and its cells if it is a row."""
        query = self.results[unit.part].query
        kind = self.plan.form.kind
        document = self.document_of(unit.passage.document)
        span = unit.unit.span
        cells: Cells = ()
        if unit.unit.kind is BlockKind.TABLE_ROW and unit.unit.cells:
            text, cells = row(document.text, unit.unit.cells, query.attribute_words, kind)
        else:
            longest = None
            if self.plan.form.shape in _CUT_SHAPES or self.length is AnswerLength.BRIEF:
                longest = _VALUE_LENGTH if kind in EXACT_KINDS else _OPEN_LENGTH
                longest *= 1 if is_chinese(unit.text) else 2
            text, span = sentence(
                unit.text, span, kind, query.attribute_words, self.plan.question, longest
            )
        return text, self.citations.cite(document.path, span, unit.unit.section), cells

    def _with_subject(self, text: str, unit: ScoredUnit) -> str:
        """Put the subject's name in front where several are answered and the words don't tell."""
        names = self.results[unit.part].query.part.names
        if len(self.plan.parts) < 2 or not names or names_present(names[:1], text):
            return text
        return f"{escape(names[0].text)}{self.words.colon}{text}"

    def say_group(self, group: Group) -> None:
        """Say every member of a list or matching row of a table, each with its citation."""
        query = self.results[group.part].query
        for i in group.blocks:
            block = group.document.blocks[i]
            if self.has_said(group.document.path, block.span):
                continue
            cells: Cells = ()
            if block.kind is BlockKind.TABLE_ROW:
                text, cells = row(
                    group.document.text, block.cells, query.attribute_words, self.plan.form.kind
                )
            else:
                text = escape(block.span.of(group.document.text))
            number = self.citations.cite(group.document.path, block.span, block.section)
            self.said.append(Said(Statement(text, (number,)), cells))

    def has_said(self, path: str, span: Span) -> bool:
        """Tell whether words of this stretch of a document are cited already."""
        return any(
            cited.document == path and cited.start < span.end and span.start < cited.end
            for cited in self.citations.all()
        )


@dataclass(frozen=True, slots=True)
class Composition:
    """The written answer."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]


def write_findings(
    findings: Findings, document_of: DocumentOf, length: AnswerLength = AnswerLength.NORMAL
) -> Composition:
    """Write what was looked up or worked out, each statement with all that carries it."""
    citations = CitationList(document_of)
    said = [
        Said(
            Statement(
                finding.text,
                tuple(
                    citations.cite(source.document.path, source.span, source.section)
                    for source in finding.sources
                ),
            ),
            finding.cells,
        )
        for finding in findings.findings
        if not (finding.aside and length is AnswerLength.BRIEF)
    ]
    return _composed(said, citations, findings.head)


def _composed(
    said: Sequence[Said],
    citations: CitationList,
    head: str,
    tail: Sequence[str] = (),
    subjects: Sequence[str] = (),
) -> Composition:
    text = as_markdown(said, head, tail, subjects)
    return Composition(text, tuple(one.statement for one in said), citations.all())


def compose(
    plan: QuestionPlan,
    results: Sequence[PartResult],
    read: Sequence[Sequence[ScoredUnit]],
    answered: Sequence[bool],
    document_of: DocumentOf,
    words: Wording,
    *,
    length: AnswerLength = AnswerLength.NORMAL,
) -> Composition:
    """Write the answer of the parts that have one, and name those that have none.

    A brief answer says the best statement of each part, cut to the clauses that answer; a list that
    is asked for stays whole. A full one says all that a normal one does and then what supports it.
    """
    draft = Draft(plan, results, CitationList(document_of), document_of, words, length=length)
    head = ""
    group = _asked_group(plan, results, read, answered, document_of)
    if group is not None:
        draft.say_group(group)
        if plan.form.counting:  # a list that a number was asked of
            head = words.count.format(count=len(group.blocks))
    else:
        head = _say_units(draft, read, answered)
        _say_comparison(draft, read, answered)
    if length is AnswerLength.FULL:
        _say_support(draft, read, answered)
    missing = [
        words.part_missing.format(subject=words.quoted([name.text for name in part.names[:1]]))
        for part, has_answer in zip(plan.parts, answered, strict=True)
        if not has_answer and part.names
    ]
    compared = len(plan.parts) > 1 and all(answered)
    subjects = [escape(part.names[0].text) for part in plan.parts if compared and part.names]
    return _composed(draft.said, draft.citations, head, missing, subjects)


def _say_units(draft: Draft, read: Sequence[Sequence[ScoredUnit]], answered: Sequence[bool]) -> str:
    """Say the chosen units; return the line before them where documents differ."""
    form = draft.plan.form
    if len(read) == 1:
        read = [prefer_quoted_rows(read[0], draft.plan.question, draft.document_of)]
    exact = form.shape is AnswerShape.VALUE and form.kind in EXACT_KINDS and len(read) == 1
    query = draft.results[0].query
    if exact and answered[0]:
        differing = disagreeing(read[0], query, form.kind, draft.plan.question)
        for unit in differing or ():
            draft.say_unit(unit, with_source=True)
        if differing:
            return draft.words.differing
    brief = draft.length is AnswerLength.BRIEF
    chosen = select_units(draft.plan, read, answered, brief=brief)
    if exact and chosen:
        draft.say_unit(chosen[0])
        same = confirming(read[0], query, form.kind, draft.plan.question)
        if same is not None:
            draft.confirm(same)
        chosen = [unit for unit in chosen[1:] if unit is not same]
    for unit in chosen:
        draft.say_unit(unit)
    return ""


def _say_support(
    draft: Draft, read: Sequence[Sequence[ScoredUnit]], answered: Sequence[bool]
) -> None:
    """Say the rest of the list that the best unit is in, and what else answers by itself."""
    form = draft.plan.form
    if len(read) == 1 and read[0] and form.shape in _WHOLE_SHAPES:
        query = draft.results[0].query
        words = query.words if query.part.names else query.attribute_words
        if form.shape is AnswerShape.LIST or not read[0][0].unit.cells:
            question, find = draft.plan.question, draft.document_of
            group = whole_group(read[0][0], question, words, find, LONGEST_WHOLE)
            if group is not None:
                draft.say_group(group)
    for unit in supporting_units(draft.plan, draft.results, read, answered):
        if not draft.has_said(unit.passage.document, unit.unit.span):
            draft.say_unit(unit)


def _say_comparison(
    draft: Draft, read: Sequence[Sequence[ScoredUnit]], answered: Sequence[bool]
) -> None:
    """Put the comparing sentence in front, cited as what it compares, where there is one."""
    plan = draft.plan
    parts = len(plan.parts)
    if parts < 2 or not all(answered) or len(draft.said) < parts:
        return
    best = [units[0] for units in read]
    said = compare(draft.results, best, plan.form, plan.question, draft.words)
    if said is None:
        return
    numbers = {number for one in draft.said[:parts] for number in one.statement.citations}
    draft.said.insert(0, Said(Statement(said, tuple(sorted(numbers)))))


def _asked_group(
    plan: QuestionPlan,
    results: Sequence[PartResult],
    read: Sequence[Sequence[ScoredUnit]],
    answered: Sequence[bool],
    document_of: DocumentOf,
) -> Group | None:
    """Return the list or table a question for all of it means, if the best unit is in one.

    A sentence that only introduces a list is no answer without it, whatever was asked.
    """
    if len(plan.parts) != 1 or not answered[0] or not read[0]:
        return None
    best, form = read[0][0], plan.form
    asks_all = form.shape is AnswerShape.LIST or (
        form.counting and not states_count(best, plan.question)
    )
    if not asks_all and not best.feature("introduces"):
        return None
    query = results[0].query
    # A row about the company asked for is not to bring the rows of all others with it.
    words = query.words if query.part.names else query.attribute_words
    return whole_group(best, plan.question, words, document_of)
