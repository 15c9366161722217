"""The whole path behind one object: open a corpus, ask, rebuild."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from t2vqa.config import Settings, load_settings
from t2vqa.documents.corpus import ALIASES_NAME
from t2vqa.errors import DocumentNotFoundError, IndexDamagedError, QuestionError
from t2vqa.retrieval.aliases import Aliases, AliasFile
from t2vqa.text.languages import is_chinese
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
    Skipped,
)

if TYPE_CHECKING:
    from t2vqa.answering.reader import Reader
    from t2vqa.index.embedding.base import Embedder
    from t2vqa.index.reader import DocumentSummary, IndexReader, Snapshot
    from t2vqa.index.watching import Pace, Watcher
    from t2vqa.retrieval.filtering import Catalogue
    from t2vqa.retrieval.names import NameBook

logger = logging.getLogger(__name__)

Report = Callable[[Progress], None]

_DOCUMENTS_FOR_EXAMPLES = 50
_TRIED_FOR_NEXT = 7
"""Questions drawn at most to find what to ask next: each is answered to see that it can be."""
_WAITING_FOR_THE_OTHERS = 1
"""Questions worked on at once beyond one a processor. More take longer in all: on two processors 32
people waited 2.2 s when all were worked on at once, 1.3 s like this."""

_DRAWN_FOR_EACH = 3
"""Questions drawn for each example wanted: those that would be refused are left out."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is read or found out once for each generation of the index."""

    generation: int
    aliases: Aliases
    book: NameBook
    catalogue: Catalogue
    examples: dict[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)


class ResearchQA:
    """Answers questions about a folder of documents, with citations.

    Safe to use from many threads; questions go on being answered while the index is rebuilt.

    Example:
        >>> with ResearchQA.open(corpus="corpus", index="index") as qa:  # doctest: +SKIP
        ...     print(qa.ask("有哪些主要风险？").text)
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        reader: IndexReader,
        sentence_reader: Reader | None = None,
    ) -> None:
        """Take what :meth:`open` has made ready; without a reader of sentences signs decide."""
        from t2vqa.index.embedding.helping import count_processors

        self.settings = settings
        self._embedder = embedder
        self._reader = reader
        self._sentence_reader = sentence_reader
        self._aliases = AliasFile(
            settings.aliases or settings.corpus / ALIASES_NAME,
            required=settings.aliases is not None,
        )
        self._state: _State | None = None
        self._state_lock = threading.Lock()
        self._building = threading.Lock()
        self._turns = threading.BoundedSemaphore(count_processors() + _WAITING_FOR_THE_OTHERS)

    @classmethod
    def open(
        cls,
        corpus: Path | str | None = None,
        index: Path | str | None = None,
        *,
        settings: Settings | None = None,
        progress: Report | None = None,
    ) -> Self:
        """Open the index of a corpus; prepare the model and build the index where they are missing.

        An index that is damaged is mended first, or built anew.

        Args:
            corpus: Folder of documents; by default the setting.
            index: Folder of the index; by default the setting.
            settings: All settings; by default from the environment and ``t2vqa.toml``.
            progress: Told of every step of long tasks.

        Raises:
            CorpusError: The corpus is missing or holds nothing that can be indexed.
            ModelError: The embedding model cannot be prepared.
            IndexStoreError: The index cannot be read or written, or was built with another model.
        """
        from t2vqa.answering.reader import load_reader
        from t2vqa.index.builder import build_index
        from t2vqa.index.embedding.loading import load_embedder
        from t2vqa.index.reader import index_exists, open_reader

        chosen = settings or load_settings()
        given = {"corpus": corpus, "index": index}
        folders = {name: Path(value) for name, value in given.items() if value is not None}
        chosen = chosen.model_copy(update=folders)
        embedder = load_embedder(chosen, progress)
        if not index_exists(chosen.index):
            build_index(chosen.corpus, chosen.index, chosen, embedder, progress=progress)
        try:
            reader = open_reader(chosen.index, embedder.name)
        except IndexDamagedError:
            build_index(chosen.corpus, chosen.index, chosen, embedder, progress=progress)
            reader = open_reader(chosen.index, embedder.name)
        return cls(chosen, embedder, reader, load_reader(chosen, progress, embedder))

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        passages: int = 10,
        *,
        filters: Filters | None = None,
        length: AnswerLength = AnswerLength.NORMAL,
    ) -> Answer:
        """Answer ``question``.

        Args:
            question: In Chinese or English.
            history: Earlier questions of the conversation, oldest first; a question that leans on
                them is understood from them.
            passages: How many of the passages considered the answer carries, best first.
            filters: What may be looked at; by default all. Nothing else is cited or considered.
            length: How much the answer may say.

        Raises:
            QuestionError: The question is empty or too long, or the index knows no such document,
                folder or company as the filters name, or their dates cannot be used.
            ConfigError: The file of aliases cannot be used.
        """
        asked = self._checked(question)
        with self._turns, self._reader.snapshot() as snapshot:
            return self._answer(snapshot, asked, history, passages, filters, length)

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        filters: Filters | None = None,
        length: AnswerLength = AnswerLength.NORMAL,
    ) -> Iterator[Answer]:
        """Answer ``question`` statement by statement.

        Yields:
            The answer as far as it has come, with the citations of what it says so far; the last is
            complete.
        """
        answer = self.ask(question, history, filters=filters, length=length)
        lines = answer.text.split("\n")
        for shown in range(1, len(lines)):
            if not any(line.startswith("|---") for line in lines[shown - 1 : shown + 1]):
                yield _so_far(answer, "\n".join(lines[:shown]))  # a table begins with its first row
        yield answer

    def search(
        self, question: str, limit: int = 10, filters: Filters | None = None
    ) -> tuple[ScoredPassage, ...]:
        """Return the passages nearest to ``question``, best first, without reading an answer.

        Raises:
            QuestionError: As for :meth:`ask`.
        """
        from t2vqa.retrieval.plan import plan_question
        from t2vqa.retrieval.search import merged, search

        asked = self._checked(question)
        with self._reader.snapshot() as snapshot:
            state, book = self._narrowed(snapshot, asked, filters or Filters())
            results = search(state, self._embedder, plan_question(asked, book))
            return merged(results, limit)

    def filter_choices(self) -> FilterChoices:
        """Return what filters can be set to in the index as it is now."""
        with self._reader.snapshot() as snapshot:
            return self._state_of(snapshot).catalogue.choices(snapshot)

    def document(self, path: str) -> Document:
        """Return a document as it was indexed.

        Raises:
            DocumentNotFoundError: The index holds no document of that path.
        """
        with self._reader.snapshot() as snapshot:
            return snapshot.document(path)

    def documents(self) -> tuple[DocumentSummary, ...]:
        """Return what the index holds, by path."""
        with self._reader.snapshot() as snapshot:
            return snapshot.documents()

    def check(self, citations: Sequence[Citation]) -> tuple[CitationState, ...]:
        """Hold citations of an earlier answer against the index as it is now.

        Returns:
            For each citation, in order, whether its words still stand where they stood, stand
            elsewhere, or are gone. A document that was only renamed counts as moved.
        """
        from t2vqa.answering.citing import state_of

        with self._reader.snapshot() as snapshot:
            documents = {
                version: _document_now(snapshot, *version)
                for version in {(one.document, one.sha256) for one in citations}
            }
        return tuple(state_of(one, documents[one.document, one.sha256]) for one in citations)

    def generation(self) -> int:
        """Return the number of the index's present state; whoever changes the index changes it."""
        with self._reader.snapshot() as snapshot:
            return snapshot.generation

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Return the present state of the index, for who reads more of it than is offered here.

        Example:
            >>> with qa.snapshot() as state:  # doctest: +SKIP
            ...     print(state.titles())
        """
        return self._reader.snapshot()

    def contents(self) -> IndexContents:
        """Return what the present state of the index was built from."""
        from t2vqa.index.store import read_manifest, read_skipped

        with self._reader.snapshot() as snapshot:
            documents = read_manifest(snapshot.connection)
            skipped = read_skipped(snapshot.connection)
            return IndexContents(
                snapshot.generation,
                {path: state.sha256 for path, state in documents.items()},
                tuple(Skipped(path, reason) for path, (reason, _) in skipped.items()),
            )

    def status(self, *, check: bool = False) -> IndexStatus:
        """Return what the index holds; with ``check``, compare it with the corpus folder."""
        return self._reader.status(self.settings.corpus if check else None, self.settings)

    def rebuild(
        self, *, force: bool = False, verify: bool = False, progress: Report | None = None
    ) -> BuildReport:
        """Bring the index in line with the corpus; with ``force``, build it from nothing.

        Questions are answered from the old state until the new one is whole. Calls from several
        threads are done one after the other.

        Args:
            force: Build anew from nothing.
            verify: Read all files, also where their size and time say that nothing has changed.
            progress: Told of every step.

        Raises:
            IndexLockedError: Another process is building.
            CorpusError: The corpus is missing or holds nothing that can be indexed.
        """
        from t2vqa.index.builder import build_index

        with self._building:
            return build_index(
                self.settings.corpus,
                self.settings.index,
                self.settings,
                self._embedder,
                rebuild=force,
                verify=verify,
                progress=progress,
            )

    def watcher(
        self, tell: Callable[[BuildReport | Exception], None], pace: Pace | None = None
    ) -> Watcher:
        """Return what keeps the index up to date while documents change; it is not started yet.

        Example:
            >>> with qa.watcher(print).running():  # doctest: +SKIP
            ...     input("Enter stops.")

        Args:
            tell: Told of each update that changed something and of failures, in another thread.
            pace: How long to wait for what.
        """
        from t2vqa.index.watching import Watcher

        return Watcher(
            self.settings.corpus,
            lambda progress: self.rebuild(progress=progress),
            tell,
            max_file_megabytes=self.settings.max_file_megabytes,
            polling=self.settings.watch_polling,
            pace=pace,
        )

    def example_questions(self, limit: int = 6, language: str = "zh") -> tuple[str, ...]:
        """Return questions that the loaded corpus answers, drawn from its own structure."""
        from t2vqa.answering.examples import example_questions

        with self._reader.snapshot() as snapshot:
            state = self._state_of(snapshot)
            if (limit, language) not in state.examples:
                looked_at = snapshot.documents()[:_DOCUMENTS_FOR_EXAMPLES]
                documents = [snapshot.document(found.path) for found in looked_at]
                chinese = language == "zh"
                drawn = example_questions(
                    documents, state.book, _DRAWN_FOR_EACH * limit, chinese=chinese
                )
                answered = (
                    question for question in drawn if not self._answer(snapshot, question).refused
                )
                state.examples[limit, language] = tuple(islice(answered, limit))
            return state.examples[limit, language]

    def next_questions(
        self, answer: Answer, history: Sequence[str] = (), limit: int = 3, language: str = "zh"
    ) -> tuple[str, ...]:
        """Return questions to ask after ``answer``: what stands around the words that it cites.

        Each is answered by the corpus within the answer's filters, from other words than those
        cited already, and none was asked before. Meant to be called after the answer was shown.

        Args:
            answer: The answer, as the index gave it.
            history: Earlier questions of the conversation.
            limit: At most so many are returned.
            language: ``zh`` or ``en``.

        Raises:
            QuestionError: The answer's filters cannot be used any more.
        """
        from t2vqa.answering.next_questions import next_questions

        with self._reader.snapshot() as snapshot:
            state, book = self._narrowed(snapshot, answer.question, answer.filters)
            seen = {(one.document, one.start, one.end) for one in answer.citations}
            chosen: list[str] = []
            with suppress(DocumentNotFoundError):  # the answer's document may be gone by now
                drawn = next_questions(
                    answer, history, state.document, book, chinese=language == "zh"
                )
                for question in islice(drawn, _TRIED_FOR_NEXT):
                    if len(chosen) == limit:
                        break
                    found = self._answer(snapshot, question, filters=answer.filters)
                    places = {(one.document, one.start, one.end) for one in found.citations}
                    if not found.refused and not places <= seen:
                        chosen.append(question)
                        seen |= places
            return tuple(chosen)

    def warm_up(self) -> None:
        """Load what the first question would wait for, so that it is asked of a warm index."""
        self._reader.warm_up()

    def close(self) -> None:
        """Let go of the index."""
        with suppress(OSError):
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(
        self,
        snapshot: Snapshot,
        question: str,
        history: Sequence[str] = (),
        passages: int = 10,
        filters: Filters | None = None,
        length: AnswerLength = AnswerLength.NORMAL,
    ) -> Answer:
        from t2vqa.answering.answerer import answer_question

        chosen = filters or Filters()
        state, book = self._narrowed(snapshot, question, chosen)
        return answer_question(
            state,
            self._embedder,
            book,
            question,
            list(history),
            passages,
            self._sentence_reader,
            filters=chosen,
            length=length,
        )

    def _narrowed(
        self, snapshot: Snapshot, question: str, filters: Filters
    ) -> tuple[Snapshot, NameBook]:
        """Return the state and the names as far as ``filters`` allow."""
        state = self._state_of(snapshot)
        if filters.is_empty:
            return snapshot, state.book
        return state.catalogue.narrow(snapshot, filters, chinese=is_chinese(question))

    def _checked(self, question: str) -> str:
        asked = question.strip()
        if not asked:
            raise QuestionError("The question is empty. Type a question and ask again.")
        longest = self.settings.max_question_characters
        if len(asked) > longest:
            raise QuestionError(
                f"The question has {len(asked):,} characters; at most {longest:,} can be answered. "
                "Shorten it, or raise T2VQA_MAX_QUESTION_CHARACTERS."
            )
        return asked

    def _state_of(self, snapshot: Snapshot) -> _State:
        """Return what is known of the state of the index that a question is answered from."""
        from t2vqa.retrieval.filtering import Catalogue
        from t2vqa.retrieval.names import NameBook

        with self._state_lock:
            aliases = self._aliases.read()
            state = self._state
            if (
                state is None
                or state.generation != snapshot.generation
                or state.aliases is not aliases
            ):
                book = NameBook(snapshot.names(), aliases)
                catalogue = Catalogue(book)
                state = _State(snapshot.generation, aliases, book, catalogue)
                self._state = state
            return state


def _document_now(snapshot: Snapshot, path: str, sha256: str) -> Document | None:
    """Return the document of a path, else one of the same bytes under another path, else None."""
    try:
        return snapshot.document(path)
    except DocumentNotFoundError:
        renamed = snapshot.paths_of(sha256)
        return snapshot.document(renamed[0]) if renamed else None


def _so_far(answer: Answer, text: str) -> Answer:
    """Return the beginning of ``answer`` that ``text`` is, with what it cites and no more."""
    cited = tuple(found for found in answer.citations if f"[{found.number}]" in text)
    numbers = {citation.number for citation in cited}
    said = tuple(one for one in answer.statements if numbers.issuperset(one.citations))
    return replace(answer, text=text, statements=said, citations=cited)
