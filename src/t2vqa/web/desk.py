"""What the page needs from the service behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from t2vqa.config import Settings
from t2vqa.types import (
    Answer,
    AnswerLength,
    BuildReport,
    Citation,
    CitationState,
    Document,
    FilterChoices,
    Filters,
    IndexContents,
    IndexStatus,
    Progress,
    ScoredPassage,
)

if TYPE_CHECKING:
    from t2vqa.index.snapshot import DocumentSummary, Snapshot


class Research(Protocol):
    """The part of ``ResearchQA`` that programs may use."""

    def ask(
        self,
        question: str,
        history: Sequence[str],
        passages: int,
        *,
        filters: Filters | None,
        length: AnswerLength,
    ) -> Answer:
        """Answer a question."""

    def search(
        self, question: str, limit: int, filters: Filters | None
    ) -> tuple[ScoredPassage, ...]:
        """Return the passages nearest to a question."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Return what the index holds."""

    def document(self, path: str) -> Document:
        """Return a document as indexed."""


class Desk(Research, Protocol):
    """The part of ``ResearchQA`` that the page uses, beside what programs may ask."""

    @property
    def settings(self) -> Settings:
        """Where the documents are, and what may be done to them."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Return the present state of the index."""

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        filters: Filters | None = None,
        length: AnswerLength = AnswerLength.NORMAL,
    ) -> Iterator[Answer]:
        """Give growing prefixes of the answer; the last is complete."""

    def next_questions(
        self, answer: Answer, history: Sequence[str] = (), limit: int = 3, language: str = "zh"
    ) -> tuple[str, ...]:
        """Return questions to ask after an answer, each of which is answered."""

    def filter_choices(self) -> FilterChoices:
        """Return what filters can be set to."""

    def check(self, citations: Sequence[Citation]) -> tuple[CitationState, ...]:
        """Hold citations of an earlier answer against the index as it is now."""

    def generation(self) -> int:
        """Return the number of the index's present state."""

    def contents(self) -> IndexContents:
        """Return what the present state of the index was built from."""

    def status(self, *, check: bool = False) -> IndexStatus:
        """Return what the index holds, compared with the corpus if ``check``."""

    def rebuild(
        self, *, force: bool = False, progress: Callable[[Progress], None] | None = None
    ) -> BuildReport:
        """Bring the index up to date with the corpus."""

    def example_questions(self, limit: int = 6, language: str = "zh") -> tuple[str, ...]:
        """Return questions that the corpus answers."""
