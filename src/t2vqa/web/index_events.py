"""Showing, following and rebuilding the index: the handlers of the page's upper edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from t2vqa.types import Progress
from t2vqa.web.ageing import aged
from t2vqa.web.asking import Askings
from t2vqa.web.conversation import Conversation
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.frame_html import messages
from t2vqa.web.news import Digest, News
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.shown import Shown
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.status_html import (
    digest_html,
    failure_status_html,
    not_updated_html,
    report_html,
    running_html,
    status_html,
)
from t2vqa.web.wording import Wording, wording

EXAMPLES = 6
"""So many example questions are offered."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a session knows of the index.

    Attributes:
        number: Up to which news it was told.
        failed: Whether the page says that the index could not follow the documents.
        rebuilding: Whether it rebuilds the index itself, and is told in the end.
    """

    number: int
    failed: bool = False
    rebuilding: bool = False


class IndexEvents:
    """The handlers that look at or change the index."""

    def __init__(
        self, desk: Desk, parts: Parts, news: News, askings: Askings, source: SourceEvents
    ) -> None:
        self._desk = desk
        self._parts = parts
        self._source = source
        self._news = news
        self._askings = askings

    def rebuild(
        self,
        language: str,
        told: Told | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds its progress bar this way
    ) -> Iterator[Updates]:
        """Bring the index up to date while questions go on being answered; say what changed."""
        words = wording(language)
        told = told or self.arrived()
        yield {
            self._parts.header.rebuild: gr.Button(interactive=False),
            self._parts.header.report: gr.HTML(running_html(words), visible=True),
            self._parts.session.told: replace(told, rebuilding=True),
        }

        def show(step: Progress) -> None:
            progress((step.done, step.total), desc=words.stage(step.stage))

        try:
            report = self._desk.rebuild(progress=show)
            self._news.note(report)
            # What was changed meanwhile by others is told here too: it is told only once.
            digest = self._news.since(told.number)
            report = replace(
                report,
                added=digest.added,
                edited=digest.edited,
                removed=digest.removed,
                notes=digest.notes,
            )
            shown = report_html(report, words)
            told = Told(digest.number)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            shown = failure_status_html(error, words)
        yield {
            self._parts.header.rebuild: gr.Button(interactive=True),
            self._parts.header.report: gr.HTML(shown, visible=True),
            self._parts.header.status: self.status(language),
            self._parts.chat.chat: gr.Chatbot(examples=self.examples(language)),
            self._parts.session.told: told,
        }

    def follow(
        self,
        request: gr.Request,
        language: str,
        told: Told | None,
        conversation: Conversation,
        shown: Shown | None,
    ) -> Updates:
        """Say what has changed in the documents since the session was told; else do nothing."""
        if told is None or told.rebuilding or self._news.number() == told.number:
            unchanged: Updates = gr.skip()
            return unchanged
        words = wording(language)
        digest = self._news.since(told.number)
        return {
            self._parts.session.told: Told(digest.number, failed=digest.failure is not None),
            self._parts.header.status: self.status(language),
            **self._said(digest, told, words),
            **self._marked(request, conversation, language),
            **self._shown_anew(digest, conversation, shown, words),
        }

    def arrived(self) -> Told:
        """Return what a session that has just begun knows: all that is news to others."""
        return Told(self._news.number())

    def status(self, language: str) -> str:
        """Return the line about the index, compared with the folder of documents."""
        words = wording(language)
        try:
            return status_html(self._desk.status(check=True), words)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            return failure_status_html(error, words)

    def examples(self, language: str) -> list[Any]:
        """Return example questions from the documents, as the chat takes them."""
        try:
            questions = self._desk.example_questions(limit=EXAMPLES, language=language)
        except Exception as error:  # the page is useful without examples
            log_failure(error)
            return []
        return [{"text": question, "display_text": question} for question in questions]

    def _said(self, digest: Digest, told: Told, words: Wording) -> Updates:
        shown = digest_html(digest, words)
        if digest.failure is not None:
            shown += not_updated_html(digest.failure, words)
        if not shown and not told.failed:
            return {}
        return {self._parts.header.report: gr.HTML(shown, visible=bool(shown))}

    def _shown_anew(
        self, digest: Digest, conversation: Conversation, shown: Shown | None, words: Wording
    ) -> Updates:
        """Show the open source as it is now, if it is of a document that has changed."""
        if shown is None:
            return {}
        source = conversation.source(shown.link) if shown.link is not None else None
        paths = {shown.path, source.document if source is not None else None}
        if paths.isdisjoint((*digest.edited, *digest.removed)):
            return {}
        return self._source.shown_anew(shown, conversation, words)

    def _marked(self, request: gr.Request, conversation: Conversation, language: str) -> Updates:
        """Mark what the conversation cites; leave it alone while an answer is being written."""
        if not conversation.turns:
            return {self._parts.chat.chat: gr.Chatbot(examples=self.examples(language))}
        words = wording(language)
        marked = aged(conversation, self._desk, words)
        if marked == conversation or self._askings.is_asking(request.session_hash):
            return {}
        return {
            self._parts.session.conversation: marked,
            self._parts.chat.chat: messages(marked, words),
        }
