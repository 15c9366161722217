"""What happens when somebody uses the page. Each method is the handler of one event."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from t2vqa.errors import DocumentNotFoundError, T2VQAError
from t2vqa.types import Document, Progress
from t2vqa.web.answer_html import rendered
from t2vqa.web.conversation import Conversation, Link, LinkKind, Turn
from t2vqa.web.desk import Desk
from t2vqa.web.markup import escape
from t2vqa.web.source_pane import source_html
from t2vqa.web.status_html import (
    failure_status_html,
    looked_at_html,
    report_html,
    status_html,
)
from t2vqa.web.wording import Wording, wording

logger = logging.getLogger(__name__)

Update = Any
"""A new value for a component, or new properties of it."""

EXAMPLES = 6
"""So many example questions are offered."""


class Handlers:
    """The page's handlers over one service; all state of a session is passed in and out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(
        self, question: str, conversation: Conversation, language: str
    ) -> Iterator[tuple[Update, Update, Update, Update]]:
        """Answer ``question`` piece by piece.

        Yields:
            The question box, the chat, the conversation and the passages looked at.
        """
        words = wording(language)
        if not question.strip():
            gr.Info(words.empty_question)
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        history = conversation.questions
        number = len(conversation.turns)
        conversation = conversation.with_turn(rendered(Turn(question.strip()), number, words))
        yield _busy_box(words), messages(conversation, words), conversation, gr.skip()
        try:
            for answer in self._desk.stream(question, history=history):
                turn = replace(conversation.turns[-1], answer=answer)
                conversation = conversation.with_last(rendered(turn, number, words))
                yield gr.skip(), messages(conversation, words), conversation, gr.skip()
        except Exception as error:  # noqa: BLE001 - whatever happens, the person gets a plain message
            _log(error)
            turn = replace(conversation.turns[-1], answer=None, failure=error)
            conversation = conversation.with_last(rendered(turn, number, words))
        yield (
            ready_box(words),
            messages(conversation, words),
            conversation,
            looked_at_html(conversation.turns, words),
        )

    def ask_example(
        self, event: gr.SelectData, conversation: Conversation, language: str
    ) -> Iterator[tuple[Update, Update, Update, Update]]:
        """Answer the example question that was chosen. Yields as ``ask``."""
        yield from self.ask(event.value["text"], conversation, language)

    def stop(
        self, conversation: Conversation, language: str
    ) -> tuple[Update, Update, Conversation, Update]:
        """Note that the last answer was stopped. Returns as ``ask`` yields."""
        words = wording(language)
        if conversation.turns:
            turn = replace(conversation.turns[-1], stopped=True)
            conversation = conversation.with_last(
                rendered(turn, len(conversation.turns) - 1, words)
            )
        looked_at = looked_at_html(conversation.turns, words)
        return ready_box(words), messages(conversation, words), conversation, looked_at

    def clear(
        self, language: str
    ) -> tuple[Update, ...]:
        """Forget the conversation. Returns as ``ask`` yields, then as ``open_link``."""
        words = wording(language)
        return (
            ready_box(words),
            [],
            Conversation(),
            looked_at_html((), words),
            *_closed_source(words),
        )

    def open_link(
        self, event: gr.EventData, conversation: Conversation, language: str
    ) -> tuple[Update, ...]:
        """Show the source that a link leads to.

        Returns:
            The link, the source, the counter, and the buttons: previous, next, close.
        """
        link = Link.parse(getattr(event, "href", None))
        if link is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return self._open(link, conversation, wording(language))

    def open_previous(
        self, shown: Link | None, conversation: Conversation, language: str
    ) -> tuple[Update, ...]:
        """Show the source before the one shown. Returns as ``open_link``."""
        link = conversation.neighbours(shown)[0] if shown is not None else None
        return self._open(link or shown, conversation, wording(language))

    def open_next(
        self, shown: Link | None, conversation: Conversation, language: str
    ) -> tuple[Update, ...]:
        """Show the source after the one shown. Returns as ``open_link``."""
        link = conversation.neighbours(shown)[1] if shown is not None else None
        return self._open(link or shown, conversation, wording(language))

    def close_source(self, language: str) -> tuple[Update, ...]:
        """Show no source. Returns as ``open_link``."""
        return _closed_source(wording(language))

    def rebuild(
        self,
        language: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds its progress bar this way
    ) -> Iterator[tuple[Update, Update, Update, Update]]:
        """Bring the index up to date while questions go on being answered.

        Yields:
            The rebuild button, the report, the status line and the chat's examples.
        """
        words = wording(language)
        running = f'<div class="t2-report t2-running"><p>{escape(words.rebuilding)}</p></div>'
        yield (
            gr.Button(interactive=False),
            gr.HTML(running, visible=True),
            gr.skip(),
            gr.skip(),
        )

        def show(step: Progress) -> None:
            progress((step.done, step.total), desc=step.stage)

        try:
            report = report_html(self._desk.rebuild(progress=show), words)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person gets a plain message
            _log(error)
            report = failure_status_html(error, words)
        yield (
            gr.Button(interactive=True),
            gr.HTML(report, visible=True),
            self.status(language),
            gr.Chatbot(examples=self.examples(language)),
        )

    def status(self, language: str) -> str:
        """Return the line about the index, compared with the folder of documents."""
        words = wording(language)
        try:
            return status_html(self._desk.status(check=True), words)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person gets a plain message
            _log(error)
            return failure_status_html(error, words)

    def examples(self, language: str) -> list[dict[str, str]]:
        """Return example questions from the documents, as the chat shows them."""
        try:
            questions = self._desk.example_questions(limit=EXAMPLES, language=language)
        except Exception as error:  # noqa: BLE001 - the page is useful without examples
            _log(error)
            return []
        return [{"text": question, "display_text": question} for question in questions]

    def speak(
        self, language: str, conversation: Conversation, shown: Link | None
    ) -> tuple[Update, ...]:
        """Say everything on the page in ``language``.

        Returns:
            Heading, rebuild button, report, status, chat, question box, fold of the passages
            looked at, these passages, the conversation, then as ``open_link``.
        """
        words = wording(language)
        turns = (rendered(turn, i, words) for i, turn in enumerate(conversation.turns))
        conversation = Conversation(tuple(turns))
        chat = gr.Chatbot(
            value=messages(conversation, words),
            label=words.chat_label,
            placeholder=empty_chat_markdown(words),
            examples=self.examples(language),
        )
        box = gr.Textbox(label=words.ask_label, placeholder=words.ask_placeholder)
        return (
            heading_html(words),
            gr.Button(words.rebuild),
            gr.HTML(visible=False),
            self.status(language),
            chat,
            box,
            gr.Accordion(label=words.looked_at),
            looked_at_html(conversation.turns, words),
            conversation,
            *self._open(shown, conversation, words),
        )

    def _open(
        self, link: Link | None, conversation: Conversation, words: Wording
    ) -> tuple[Update, ...]:
        source = conversation.source(link) if link is not None else None
        if link is None or source is None:
            return _closed_source(words)
        try:
            document: Document | None = self._desk.document(source.document)
        except DocumentNotFoundError:
            document = None
        except Exception as error:  # noqa: BLE001 - whatever happens, the person gets a plain message
            _log(error)
            return (link, failure_status_html(error, words), *_closed_source(words)[2:-1], gr.Button(visible=True))
        before, after, total = conversation.neighbours(link)
        counter = words.citation_of if link.kind is LinkKind.CITATION else words.passage_of
        return (
            link,
            source_html(source, document, words, link.href),
            counter_html(counter.format(number=link.number, total=total)),
            gr.Button(words.previous, interactive=before is not None),
            gr.Button(words.following, interactive=after is not None),
            gr.Button(visible=True),
        )


def heading_html(words: Wording) -> str:
    """Return the page's name and what it does."""
    return (
        f'<div class="t2-heading"><h1>{escape(words.title)}</h1><p>{escape(words.tagline)}</p></div>'
    )


def empty_chat_markdown(words: Wording) -> str:
    """Return what the chat shows above the example questions before the first one is asked."""
    return f"## {words.empty_heading}\n{words.empty_text}"


def messages(conversation: Conversation, words: Wording) -> list[dict[str, str]]:
    """Return the conversation as the chat shows it."""
    waiting = f'<div class="t2-working">{escape(words.working)}</div>'
    shown = []
    for turn in conversation.turns:
        shown.append({"role": "user", "content": turn.question_html})
        shown.append({"role": "assistant", "content": turn.reply_html or waiting})
    return shown


def empty_source_html(words: Wording) -> str:
    """Return what the source pane shows while no source is open."""
    return f'<p class="t2-hint">{escape(words.source_empty)}</p>'


def counter_html(text: str) -> str:
    """Return the line above a source."""
    return f'<p class="t2-counter">{escape(text)}</p>'


def ready_box(words: Wording) -> Update:
    """Return the question box as it waits for a question."""
    return gr.Textbox(submit_btn=words.ask_button, stop_btn=False)


def _busy_box(words: Wording) -> Update:
    return gr.Textbox(value="", submit_btn=False, stop_btn=words.stop_button)


def _closed_source(words: Wording) -> tuple[Update, ...]:
    return (
        None,
        empty_source_html(words),
        counter_html(words.source_label),
        gr.Button(words.previous, interactive=False),
        gr.Button(words.following, interactive=False),
        gr.Button(visible=False),
    )


def _log(error: Exception) -> None:
    """Keep an error in the log: a line for those we raise on purpose, a traceback for others."""
    if isinstance(error, T2VQAError):
        logger.warning("%s: %s", type(error).__name__, error)
    else:
        logger.error("the page met an unexpected error", exc_info=error)
