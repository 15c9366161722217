"""Asking, stopping, clearing and copying: the handlers of the chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from t2vqa.text.languages import is_chinese
from t2vqa.types import AnswerLength, Filters
from t2vqa.web.ageing import aged
from t2vqa.web.answer_html import rendered
from t2vqa.web.answer_markdown import answer_plain_text
from t2vqa.web.asking import Asking, Askings
from t2vqa.web.conversation import Conversation, Turn
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.filter_events import FilterEvents
from t2vqa.web.frame_html import chat_of
from t2vqa.web.keeping import Keeper
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.source_events import closed_source
from t2vqa.web.wording import Wording, wording


class ChatEvents:
    """The handlers of the chat. A session's conversation is passed in and out."""

    def __init__(
        self,
        desk: Desk,
        parts: Parts,
        askings: Askings,
        keeper: Keeper,
        filter_events: FilterEvents,
    ) -> None:
        self._desk = desk
        self._parts = parts
        self._askings = askings
        self._keeper = keeper
        self._filters = filter_events

    def ask(
        self,
        request: gr.Request,
        question: str,
        conversation: Conversation,
        language: str,
        filters: Filters,
        length: str,
    ) -> Iterator[Updates]:
        """Answer ``question`` piece by piece, from what ``filters`` allow."""
        words = wording(language)
        question = question.strip()
        if not question:
            gr.Info(words.empty_question)
            yield gr.skip()
            return
        self._askings.forget(request.session_hash)
        pieces = self._desk.stream(
            question,
            history=conversation.questions,
            filters=filters,
            length=AnswerLength(length),
        )
        asking = Asking(pieces)
        self._askings.begin(request.session_hash, asking)
        turn = Turn(
            question,
            filters=filters,
            length=AnswerLength(length),
            titles=self._filters.titles(filters),
            asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        try:
            begun = conversation.with_turn(turn)
            yield from self._answered(asking, begun, words, request.username or "")
        finally:
            self._askings.end(request.session_hash, asking)

    def ask_example(
        self,
        request: gr.Request,
        event: gr.SelectData,
        *asked: Any,  # noqa: ANN401 - as ``ask`` takes them
    ) -> Iterator[Updates]:
        """Answer the example question that was chosen."""
        yield from self.ask(request, event.value["text"], *asked)

    def ask_next(
        self,
        request: gr.Request,
        event: gr.SelectData,
        *asked: Any,  # noqa: ANN401 - as ``ask`` takes them
    ) -> Iterator[Updates]:
        """Answer the question that was chosen below an answer."""
        yield from self.ask(request, event.value, *asked)

    def ask_again(
        self,
        request: gr.Request,
        event: gr.RetryData,
        conversation: Conversation,
        language: str,
        _filters: Filters,
        length: str,
    ) -> Iterator[Updates]:
        """Answer a question anew, restricted as it was; what came after it is dropped."""
        number = turn_of(event.index)
        if number >= len(conversation.turns):
            yield gr.skip()
            return
        turn, before = conversation.turns[number], conversation.before(number)
        yield from self.ask(request, turn.question, before, language, turn.filters, length)

    def ask_otherwise(
        self,
        request: gr.Request,
        event: gr.EditData,
        conversation: Conversation,
        language: str,
        _filters: Filters,
        length: str,
    ) -> Iterator[Updates]:
        """Answer a question that was edited, restricted as it was, and go on from there."""
        number = turn_of(event.index)
        if not str(event.value).strip():  # the question stays as it was
            gr.Info(wording(language).empty_question)
            yield self._chat(conversation, wording(language))
            return
        if number >= len(conversation.turns):
            yield gr.skip()
            return
        filters, before = conversation.turns[number].filters, conversation.before(number)
        yield from self.ask(request, str(event.value), before, language, filters, length)

    def suggest(self, request: gr.Request, conversation: Conversation, language: str) -> Updates:
        """Offer questions that may follow the last answer; give way to a question asked meanwhile.

        They take a while to find, and are looked for once the answer is shown.
        """
        turn = conversation.turns[-1] if conversation.turns else None
        busy = self._askings.is_asking(request.session_hash)
        if turn is None or turn.answer is None or turn.stopped or turn.following or busy:
            unchanged: Updates = gr.skip()
            return unchanged
        asking = Asking(iter(()))
        self._askings.begin(request.session_hash, asking)
        try:
            following = self._desk.next_questions(
                turn.answer,
                history=conversation.questions,
                language="zh" if is_chinese(turn.question) else "en",
            )
        except Exception as error:  # the answer stands without them
            log_failure(error)
            following = ()
        finally:
            self._askings.end(request.session_hash, asking)
        updates: Updates = gr.skip()
        if following and not asking.forgotten:
            conversation = conversation.with_last(replace(turn, following=following))
            updates = self._chat(conversation, wording(language))
        return updates

    def stop(self, request: gr.Request) -> None:
        """Leave the answer under way as far as it came; ``ask`` shows that it was stopped."""
        self._askings.stop(request.session_hash)

    def clear(self, request: gr.Request, language: str) -> Updates:
        """Forget the conversation and close the source."""
        self._askings.forget(request.session_hash)
        words = wording(language)
        return {
            **settled_chat(self._parts, Conversation(), words),
            **closed_source(self._parts, words),
        }

    def copied(self, event: gr.CopyData, conversation: Conversation) -> str:
        """Return what a person means to copy, where the chat copied the HTML of a message."""
        for turn in conversation.turns:
            if event.value == turn.question_html:
                return turn.question
            if event.value == turn.reply_html and turn.answer is not None:
                return answer_plain_text(turn.answer)
        return str(event.value)

    def _answered(
        self, asking: Asking, conversation: Conversation, words: Wording, owner: str
    ) -> Iterator[Updates]:
        number = len(conversation.turns) - 1

        def changed(**news: Any) -> Conversation:  # noqa: ANN401 - whatever a turn holds
            turn = replace(conversation.turns[-1], **news)
            return conversation.with_last(rendered(turn, number, words))

        conversation = changed()
        busy = gr.Textbox(value="", submit_btn=False, stop_btn=words.stop_button)
        yield {self._parts.chat.question: busy, **self._chat(conversation, words)}
        try:
            for answer in asking:
                conversation = changed(answer=answer)
                yield self._chat(conversation, words)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            conversation = changed(answer=None, failure=error)
        if asking.forgotten:
            return
        if asking.stopped:
            conversation = changed(stopped=True)
        conversation = self._keeper.keep(owner, conversation, words)
        yield settled_chat(self._parts, aged(conversation, self._desk, words), words)

    def _chat(self, conversation: Conversation, words: Wording) -> Updates:
        return shown_chat(self._parts, conversation, words)


def turn_of(message: int | tuple[int, int]) -> int:
    """Return which turn a message of the chat belongs to: each turn has two messages."""
    return (message if isinstance(message, int) else message[0]) // 2


def shown_chat(parts: Parts, conversation: Conversation, words: Wording) -> Updates:
    """Show a conversation as far as it is."""
    return {
        parts.chat.chat: chat_of(conversation, words),
        parts.session.conversation: conversation,
    }


def settled_chat(parts: Parts, conversation: Conversation, words: Wording) -> Updates:
    """Show a conversation with no question under way."""
    return {
        **shown_chat(parts, conversation, words),
        parts.chat.question: gr.Textbox(submit_btn=words.ask_button, stop_btn=False),
    }
