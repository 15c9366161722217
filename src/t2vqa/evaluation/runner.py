"""Every question of a set asked, every answer judged."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from t2vqa.errors import DocumentNotFoundError, QuestionError
from t2vqa.evaluation.folding import language
from t2vqa.evaluation.metrics import (
    RetrievalScores,
    Retrieved,
    all_documents_cited,
    answer_contained,
    citation_precision,
    citation_recall,
    is_hit,
    overlaps,
    score_ranking,
)
from t2vqa.evaluation.questions import Evidence, Half, Question, QuestionSet, select
from t2vqa.types import Answer, Citation, Progress

Ask = Callable[[str, Sequence[str]], Answer]
"""Answers a question, given the earlier questions of the conversation."""

DocumentText = Callable[[str], str]
"""Returns the normalised text of the document of a path."""

Report = Callable[[Progress], None]

_MARKER = re.compile(r"\s?\[\d+\]")
_BOLD = re.compile(r"\*\*")


@dataclass(frozen=True, slots=True)
class Brevity:
    """How short an answer must be to count as brief: statements, and characters as read."""

    statements: int = 3
    characters: int = 200


@dataclass(frozen=True, slots=True)
class JudgedCitation:
    """A citation of an answer, whether its offsets are exact and whether it shows evidence."""

    citation: Citation
    exact: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, its answer and what was measured. None stands for "does not apply".

    Attributes:
        question: As in the set.
        answer: As given, without markers and bold; the message where the question was turned away.
        refused: Whether the answer was a refusal.
        reason: What a refusal says is missing.
        understood: The question as it was understood, where that differs.
        statements: How many statements the answer has.
        characters: Length of ``answer``.
        retrieval: Measures of the whole ranking, where the set gives evidence.
        same_language_hit: Hit at 1 among the documents in the question's language, where the set
            gives evidence in several languages.
        other_language_hit: Hit at 1 among the documents in other languages, likewise.
        contained: Whether every group of answers is contained; of answerable questions with
            answers.
        brief: Whether it is contained in an answer that is brief enough; likewise.
        citations: The citations, judged.
        precision: Share of right citations; of answerable questions with evidence.
        recall: Share of evidence items cited; likewise.
        documents_cited: Whether all documents of the evidence are cited, where there are several.
        retrieve_ms: Milliseconds of the search.
        answer_ms: Milliseconds from question to answer, the search included.
    """

    question: Question
    answer: str
    refused: bool
    reason: str
    understood: str | None
    statements: int
    characters: int
    retrieval: RetrievalScores | None
    same_language_hit: float | None
    other_language_hit: float | None
    contained: bool | None
    brief: bool | None
    citations: tuple[JudgedCitation, ...]
    precision: float | None
    recall: float | None
    documents_cited: bool | None
    retrieve_ms: float | None
    answer_ms: float


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The outcomes of a run over a set, in the set's order."""

    name: str
    half: Half | None
    brevity: Brevity
    outcomes: tuple[Outcome, ...]


def evaluate(
    question_set: QuestionSet,
    ask: Ask,
    document_text: DocumentText,
    *,
    limit: int | None = None,
    half: Half | None = None,
    types: Sequence[str] | None = None,
    brevity: Brevity | None = None,
    progress: Report | None = None,
) -> EvaluationReport:
    """Ask every chosen question of a set and judge the answers.

    Args:
        question_set: The set; all its documents must be in the index that ``ask`` uses.
        ask: Gives the answer, with as many passages as should be measured (100 is plenty).
        document_text: Gives a document's text, for the offsets and the language.
        limit: At most so many questions, the same ones each time.
        half: Only the questions of this half.
        types: Only the questions of these types.
        brevity: What counts as a brief answer.
        progress: Told before each question, and at the end.

    Raises:
        EvaluationError: No question is left, or a type is unknown.
    """
    chosen = select(question_set, which=half, types=types, limit=limit).questions
    judge = _Judge(document_text, brevity or Brevity())
    outcomes = []
    for done, question in enumerate(chosen):
        if progress:
            progress(Progress("questions", done, len(chosen)))
        began = time.perf_counter()
        try:
            answer = ask(question.question, question.history)
        except QuestionError as error:
            outcomes.append(_turned_away(question, str(error), began))
        else:
            elapsed = (time.perf_counter() - began) * 1000
            outcomes.append(judge.outcome(question, answer, elapsed))
    if progress:
        progress(Progress("questions", len(chosen), len(chosen)))
    return EvaluationReport(question_set.name, half, judge.brevity, tuple(outcomes))


def plain_answer(answer: Answer) -> str:
    """Return an answer's text as it is read: without citation markers and bold."""
    return _BOLD.sub("", _MARKER.sub("", answer.text)).strip()


def _turned_away(question: Question, message: str, began: float) -> Outcome:
    """Return the outcome of a question that was not taken: it finds and says nothing."""
    applies = question.answerable and bool(question.evidence)
    wanted = question.answerable and bool(question.answers)
    return Outcome(
        question=question,
        answer=message,
        refused=True,
        reason=message,
        understood=None,
        statements=0,
        characters=len(message),
        retrieval=score_ranking((), question.evidence) if question.evidence else None,
        same_language_hit=None,
        other_language_hit=None,
        contained=False if wanted else None,
        brief=False if wanted else None,
        citations=(),
        precision=None,
        recall=0.0 if applies else None,
        documents_cited=all_documents_cited((), question.evidence) if applies else None,
        retrieve_ms=None,
        answer_ms=(time.perf_counter() - began) * 1000,
    )


class _Judge:
    """Measures answers; remembers the documents it has looked at."""

    def __init__(self, document_text: DocumentText, brevity: Brevity) -> None:
        self.brevity = brevity
        self._document_text = document_text
        self._texts: dict[str, str] = {}
        self._languages: dict[str, str] = {}

    def outcome(self, question: Question, answer: Answer, elapsed: float) -> Outcome:
        """Return what was measured of one answer that took ``elapsed`` milliseconds."""
        ranking = [
            Retrieved(scored.passage.document, scored.passage.text) for scored in answer.passages
        ]
        quotes = [Retrieved(citation.document, citation.quote) for citation in answer.citations]
        evidence = question.evidence
        text = plain_answer(answer)
        contained = self._contained(question, answer, text)
        cites = question.answerable and bool(evidence)
        hits = self._hits_by_language(question, ranking)
        return Outcome(
            question=question,
            answer=text,
            refused=answer.refused,
            reason=answer.reason,
            understood=answer.understood,
            statements=len(answer.statements),
            characters=len(text),
            retrieval=score_ranking(ranking, evidence) if evidence else None,
            same_language_hit=hits.get("same"),
            other_language_hit=hits.get("other"),
            contained=contained,
            brief=contained and self._is_brief(answer, text),
            citations=tuple(self._judged(citation, evidence) for citation in answer.citations),
            precision=citation_precision(quotes, evidence) if cites else None,
            recall=citation_recall(quotes, evidence) if cites else None,
            documents_cited=all_documents_cited(quotes, evidence) if cites else None,
            retrieve_ms=answer.timings.retrieve_ms,
            answer_ms=elapsed,
        )

    def _contained(self, question: Question, answer: Answer, text: str) -> bool | None:
        if not question.answerable or not question.answers:
            return None
        return not answer.refused and answer_contained(text, question.answers)

    def _is_brief(self, answer: Answer, text: str) -> bool:
        return (
            len(answer.statements) <= self.brevity.statements
            and len(text) <= self.brevity.characters
        )

    def _judged(self, citation: Citation, evidence: Sequence[Evidence]) -> JudgedCitation:
        quote = Retrieved(citation.document, citation.quote)
        words = self._text(citation.document)[citation.start : citation.end]
        return JudgedCitation(
            citation=citation,
            exact=bool(words) and words == citation.quote,
            right=any(overlaps(quote, item) for item in evidence),
        )

    def _hits_by_language(
        self, question: Question, ranking: Sequence[Retrieved]
    ) -> Mapping[str, float]:
        """Return hit at 1 with the ranking narrowed to the question's language, and to others."""
        evidence = question.evidence
        if len({self._language(item.document) for item in evidence}) <= 1:
            return {}
        asked = language(question.question)

        def fits(document: str, same: bool) -> bool:
            return (self._language(document) == asked) is same

        hits = {}
        for name, same in (("same", True), ("other", False)):
            first = next((p for p in ranking if fits(p.document, same)), None)
            kept = [item for item in evidence if fits(item.document, same)]
            if kept:
                hits[name] = float(first is not None and any(is_hit(first, item) for item in kept))
        return hits

    def _language(self, document: str) -> str:
        if document not in self._languages:
            self._languages[document] = language(self._text(document))
        return self._languages[document]

    def _text(self, document: str) -> str:
        if document not in self._texts:
            try:
                self._texts[document] = self._document_text(document)
            except DocumentNotFoundError:  # left out of the index: what cites it is not exact
                self._texts[document] = ""
        return self._texts[document]
