"""What programs may ask: an answer, passages, the list of documents, a document's text.

The docstrings of the four methods are what an assistant reads to choose among them; Gradio takes
one line for each argument.
"""

# Without `from __future__ import annotations`: Gradio reads the return types as they stand here.
from collections.abc import Callable
from typing import Any, TypeVar, cast

import anyio
from gradio.events import api

from t2vqa.errors import DocumentNotFoundError, QuestionError, T2VQAError
from t2vqa.serialise import answer_object, passage_object
from t2vqa.web.api.given import (
    MOST_CHARACTERS,
    ApiError,
    Asked,
    Length,
    Listed,
    Sought,
    Stretch,
    checked,
)
from t2vqa.web.api.objects import AnswerObject, DocumentsObject, PassagesObject, TextObject
from t2vqa.web.desk import Research
from t2vqa.web.failures import log_failure

_AT_ONCE = 4
"""Calls answered at the same moment; the others wait, and the page's readers do not wait for
them."""

_Result = TypeVar("_Result")


class Endpoints:
    """The four functions. They check what they are given and run in threads of their own."""

    def __init__(self, research: Research) -> None:
        """Answer from a service."""
        self._research = research
        self._turns: anyio.CapacityLimiter | None = None

    async def ask(
        self,
        question: str,
        history: list[str] | None = None,
        documents: list[str] | None = None,
        folders: list[str] | None = None,
        companies: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        length: Length = "normal",
        passages: int = 10,
    ) -> AnswerObject:
        """Answer a question from the desk's documents, in the documents' own words.

        Every statement carries citations that can be checked with read_document. Where the
        documents hold no answer, "refused" is true and "reason" says what is missing.

        Args:
            question: The question, in Chinese or English.
            history: Earlier questions of the conversation, oldest first, for a follow-up question.
            documents: Answer from these documents only (their paths).
            folders: Answer from these folders only (such as "reports/2024").
            companies: Answer from what is about or mentions one of these companies only.
            since: Answer from documents of this day or later only (such as "2024-01-01").
            until: Answer from documents of this day or earlier only.
            length: How much to say: the best statement, what is usual, or all that supports it.
            passages: How many of the passages that were looked at to return, at most 50.

        Returns:
            The answer (Markdown with markers such as [1]), its statements, citations and passages.
        """
        given = checked(
            Asked,
            question=question,
            history=history,
            documents=documents,
            folders=folders,
            companies=companies,
            since=since,
            until=until,
            length=length,
            passages=passages,
        )

        def answered() -> AnswerObject:
            answer = self._research.ask(
                given.question,
                given.history or [],
                given.passages,
                filters=given.filters,
                length=given.length,
            )
            fields = answer_object(answer)
            del fields["id"]  # a name for the question that nobody gave
            return cast(AnswerObject, fields)

        return await self._in_turn(answered)

    async def search(
        self,
        question: str,
        limit: int = 10,
        documents: list[str] | None = None,
        folders: list[str] | None = None,
        companies: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> PassagesObject:
        """Find the passages of the desk's documents that are nearest to a question.

        Args:
            question: What to look for, in Chinese or English: a question or a few words.
            limit: How many passages to return, at most 50.
            documents: Look in these documents only (their paths).
            folders: Look in these folders only (such as "reports/2024").
            companies: Look only in what is about or mentions one of these companies.
            since: Look in documents of this day or later only (such as "2024-01-01").
            until: Look in documents of this day or earlier only.

        Returns:
            The passages, best first, each with its document and the characters where it stands.
        """
        given = checked(
            Sought,
            question=question,
            limit=limit,
            documents=documents,
            folders=folders,
            companies=companies,
            since=since,
            until=until,
        )

        def found() -> PassagesObject:
            passages = self._research.search(given.question, given.limit, given.filters)
            return cast(PassagesObject, {"passages": [passage_object(one) for one in passages]})

        return await self._in_turn(found)

    async def list_documents(
        self, folder: str | None = None, limit: int = 200, offset: int = 0
    ) -> DocumentsObject:
        """List the documents that the desk answers from, by path.

        Args:
            folder: Only what lies in this folder (such as "reports/2024"), at any depth.
            limit: How many to return, at most 1000.
            offset: How many to leave out at the beginning.

        Returns:
            Path, title, date, source and number of passages of each, and how many there are in all.
        """
        given = checked(Listed, folder=folder, limit=limit, offset=offset)

        def listed() -> DocumentsObject:
            within = f"{given.folder.strip('/')}/" if given.folder else ""
            found = [one for one in self._research.documents() if one.path.startswith(within)]
            shown = found[given.offset : given.offset + given.limit]
            return {
                "total": len(found),
                "documents": [
                    {
                        "document": one.path,
                        "title": one.title,
                        "date": one.date,
                        "source": one.source,
                        "passages": one.passages,
                    }
                    for one in shown
                ],
            }

        return await self._in_turn(listed)

    async def read_document(
        self, document: str, start: int = 0, end: int | None = None
    ) -> TextObject:
        """Read a document, or a stretch of it, as indexed: citations count its characters.

        Args:
            document: The document's path, as list_documents, search and ask give it.
            start: The first character, counted from 0.
            end: The character to stop before; at most 20,000 characters are returned at once.

        Returns:
            The text with the document's title, date and length, so that you can go on at "end".
        """
        given = checked(Stretch, document=document, start=start, end=end)

        def read() -> TextObject:
            found = self._research.document(given.document)
            whole = len(found.text)
            first = min(given.start, whole)
            last = whole if given.end is None else min(given.end, whole)
            last = max(first, min(last, first + MOST_CHARACTERS))
            return {
                "document": found.path,
                "title": found.title,
                "date": found.date,
                "start": first,
                "end": last,
                "length": whole,
                "text": found.text[first:last],
            }

        return await self._in_turn(read)

    async def _in_turn(self, work: Callable[[], _Result]) -> _Result:
        """Do the work in a thread, a few at the same moment, with errors told as Gradio tells them.

        The turns are the API's own, neither the page's nor Gradio's: its threads are there for
        the page alone.
        """
        if self._turns is None:
            self._turns = anyio.CapacityLimiter(_AT_ONCE)
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._turns)
        except (QuestionError, DocumentNotFoundError) as error:
            raise ApiError(str(error)) from error
        except T2VQAError as error:
            log_failure(error)
            raise ApiError(str(error)) from error
        except Exception as error:
            log_failure(error)
            raise ApiError("Something went wrong that was not foreseen; see the log.") from error


def add_api(research: Research) -> None:
    """Add the functions to the page that is being built, for programs only.

    They do without Gradio's queue, which an MCP client could not pass where there is a login.
    """
    endpoints = Endpoints(research)
    functions: tuple[Callable[..., Any], ...] = (
        endpoints.ask,
        endpoints.search,
        endpoints.list_documents,
        endpoints.read_document,
    )
    for function in functions:
        api(function, api_name=function.__name__, queue=False, concurrency_limit=None)
