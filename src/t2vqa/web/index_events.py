"""The state of the index, and rebuilding it: the handlers of the page's upper edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from t2vqa.types import Progress
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.status_html import (
    failure_status_html,
    report_html,
    running_html,
    status_html,
)
from t2vqa.web.wording import wording

EXAMPLES = 6
"""So many example questions are offered."""


class IndexEvents:
    """The handlers that look at or change the index."""

    def __init__(self, desk: Desk, parts: Parts) -> None:
        self._desk = desk
        self._parts = parts

    def rebuild(
        self,
        language: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds its progress bar this way
    ) -> Iterator[Updates]:
        """Bring the index up to date while questions go on being answered; say what changed."""
        words = wording(language)
        yield {
            self._parts.rebuild: gr.Button(interactive=False),
            self._parts.report: gr.HTML(running_html(words), visible=True),
        }

        def show(step: Progress) -> None:
            progress((step.done, step.total), desc=words.stage(step.stage))

        try:
            report = report_html(self._desk.rebuild(progress=show), words)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            report = failure_status_html(error, words)
        yield {
            self._parts.rebuild: gr.Button(interactive=True),
            self._parts.report: gr.HTML(report, visible=True),
            self._parts.status: self.status(language),
            self._parts.chat: gr.Chatbot(examples=self.examples(language)),
        }

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
