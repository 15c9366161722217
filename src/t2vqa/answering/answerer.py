"""From a question to its answer: understand, search, read, decide, write."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from t2vqa.answering.composing import compose, write_findings
from t2vqa.answering.exact import Exact, exact_answer
from t2vqa.answering.reader import Reader
from t2vqa.answering.refusal import Verdict, judge
from t2vqa.answering.rereading import read_again
from t2vqa.answering.units import ScoredUnit, read_units
from t2vqa.answering.wording import wording
from t2vqa.retrieval.candidates import Index
from t2vqa.retrieval.follow_up import resolve_follow_up
from t2vqa.retrieval.names import NameBook
from t2vqa.retrieval.plan import QuestionPlan, plan_question
from t2vqa.retrieval.search import PartResult, QueryEmbedder, merged, search
from t2vqa.types import Answer, AnswerLength, AnswerMode, Document, Filters, Timings


class AnswerIndex(Index, Protocol):
    """What answering needs of one consistent state of an index."""

    def document(self, path: str) -> Document:
        """The document of a path."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found out about a question before anything is written."""

    plan: QuestionPlan
    results: tuple[PartResult, ...]
    units: tuple[list[ScoredUnit], ...]
    verdicts: tuple[Verdict, ...]


def read(
    index: Index, embedder: QueryEmbedder, plan: QuestionPlan, reader: Reader | None = None
) -> Reading:
    """Search the parts of ``plan``, score the units found and judge whether they answer."""
    return read_results(plan, search(index, embedder, plan), reader)


def read_results(
    plan: QuestionPlan, results: tuple[PartResult, ...], reader: Reader | None = None
) -> Reading:
    """Score the units of search results and judge whether they answer."""
    several = len(results) > 1
    units = tuple(
        read_again(read_units(result, plan.form, part), result.query.part, reader)
        for part, result in enumerate(results)
    )
    verdicts = tuple(
        judge(result, found, plan.form, several=several)
        for result, found in zip(results, units, strict=True)
    )
    return Reading(plan, results, units, verdicts)


def answer_question(
    index: AnswerIndex,
    embedder: QueryEmbedder,
    book: NameBook,
    question: str,
    history: Sequence[str] = (),
    passages: int = 10,
    reader: Reader | None = None,
    *,
    filters: Filters | None = None,
    length: AnswerLength = AnswerLength.NORMAL,
) -> Answer:
    """Answer ``question`` from one consistent state of an index.

    Args:
        index: The state.
        embedder: Embeds the question; must be the model the index was built with.
        book: The names of the corpus.
        question: As asked.
        history: Earlier questions of the conversation, oldest first.
        passages: How many of the passages considered to return, best first.
        reader: Judges the best sentences; without one the signs alone decide.
        filters: What ``index`` and ``book`` were narrowed to; said and recorded.
        length: How much to say.
    """
    filters = filters or Filters()
    began = time.perf_counter()
    understood = resolve_follow_up(question, history, book)
    plan = plan_question(understood or question, book)
    results = search(index, embedder, plan)
    searched = time.perf_counter()
    reading = read_results(plan, results, reader)
    words = wording(plan.form.chinese)
    exact = exact_answer(plan, results, reading.units, book, index.document, words)
    answered = exact.decide([verdict.answered for verdict in reading.verdicts])
    considered = merged(results, passages)
    if exact.findings is not None:
        written = write_findings(exact.findings, index.document, length)
        text, statements, citations = written.text, written.statements, written.citations
        reason = ""
    elif any(answered):
        written = compose(
            plan, results, reading.units, answered, index.document, words, length=length
        )
        text, statements, citations = written.text, written.statements, written.citations
        reason = ""
    else:
        text, reason = _refusal(reading, exact, filtered=not filters.is_empty)
        statements, citations = (), ()
    return Answer(
        question=question,
        text=text,
        refused=not any(answered),
        mode=AnswerMode.EXTRACTIVE if any(answered) else AnswerMode.REFUSAL,
        statements=statements,
        citations=citations,
        passages=considered,
        timings=Timings(
            retrieve_ms=(searched - began) * 1000,
            answer_ms=(time.perf_counter() - began) * 1000,
        ),
        understood=understood,
        reason=reason,
        filters=filters,
    )


def _refusal(reading: Reading, exact: Exact, *, filtered: bool) -> tuple[str, str]:
    words = wording(reading.plan.form.chinese)
    if not reading.results:
        nothing = words.nothing_allowed if filtered else words.empty_index
        return nothing, nothing
    subjects = list(dict.fromkeys(name.text for part in reading.plan.parts for name in part.names))
    missing = list(dict.fromkeys(word for verdict in reading.verdicts for word in verdict.missing))
    if exact.unknown:
        subjects, missing = [], [exact.unknown]
    text, reason = words.refusal(subjects, missing)
    return (f"{text} {words.only_allowed}" if filtered else text), reason
