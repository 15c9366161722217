"""What needs no judgement: codes looked up, tables worked out, codes the corpus does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from t2vqa.answering.citing import DocumentOf
from t2vqa.answering.findings import Findings
from t2vqa.answering.lookup import asked_code, asks_whose_code, is_unknown, whose_code
from t2vqa.answering.table_question import code_prefix
from t2vqa.answering.tables import table_findings
from t2vqa.answering.units import ScoredUnit
from t2vqa.answering.wording import Wording
from t2vqa.retrieval.names import NameBook
from t2vqa.retrieval.plan import QuestionPlan
from t2vqa.retrieval.search import PartResult
from t2vqa.types import Document

_MOST_DOCUMENTS = 20


@dataclass(frozen=True, slots=True)
class Exact:
    """The outcome.

    Attributes:
        findings: The answer, where one was looked up or worked out.
        unknown: A code the question is about that the corpus does not hold, else empty.
    """

    findings: Findings | None = None
    unknown: str = ""

    def decide(self, answered: Sequence[bool]) -> list[bool]:
        """Return, part by part, whether there is an answer, given what reading found."""
        if self.unknown:
            return [False] * len(answered)
        return [True] * len(answered) if self.findings is not None else list(answered)


def exact_answer(
    plan: QuestionPlan,
    results: Sequence[PartResult],
    read: Sequence[Sequence[ScoredUnit]],
    book: NameBook,
    document_of: DocumentOf,
    say: Wording,
) -> Exact:
    """Look up or work out the answer of ``plan``, where that can be done exactly."""
    if not results:
        return Exact()
    prefix = code_prefix(plan.question)
    code = None if prefix else asked_code(plan.question)
    if code is not None:
        names = book.find(code)
        if not names and any(is_unknown(code, result.query.words) for result in results):
            return Exact(unknown=code)
        if asks_whose_code(plan.question, code):
            documents = _documents(book, code, read, document_of)
            return Exact(whose_code(code, names, documents))
    holding = list(_documents(book, prefix, (), document_of)) if prefix else []
    return Exact(table_findings(plan, results, read, document_of, say, holding))


def _documents(
    book: NameBook, code: str, read: Sequence[Sequence[ScoredUnit]], document_of: DocumentOf
) -> Iterator[Document]:
    """Yield the documents that name something by a code, then those that were read."""
    digits = "".join(filter(str.isdigit, code)) or code
    paths = dict.fromkeys(
        [
            *book.documents_with_code(digits),
            *(unit.passage.document for units in read for unit in units),
        ]
    )
    for path in list(paths)[:_MOST_DOCUMENTS]:
        yield document_of(path)
