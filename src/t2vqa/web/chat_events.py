"""Asking, stopping, clearing and copying: the handlers of the chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from t2vqa.web.ageing import aged
from t2vqa.web.answer_html import rendered
from t2vqa.web.answer_markdown import answer_plain_text
from t2vqa.web.asking import Asking, Askings
from t2vqa.web.conversation import Conversation, Turn
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.frame_html import messages
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.source_events import closed_source
from t2vqa.web.status_html import looked_at_html
from t2vqa.web.wording import Wording, wording


class ChatEvents:
    """The handlers of the chat. A session's conversation is passed in and out."""

    def __init__(self, desk: Desk, parts: Parts, askings: Askings) -> None:
        self._desk = desk
        self._parts = parts
        self._askings = askings

    def ask(
        self, request: gr.Request, question: str, conversation: Conversation, language: str
    ) -> Iterator[Updates]:
        """Answer ``question`` piece by piece."""
        words = wording(language)
        question = question.strip()
        if not question:
            gr.Info(words.empty_question)
            yield gr.skip()
            return
        self._askings.forget(request.session_hash)
        asking = Asking(self._desk.stream(question, history=conversation.questions))
        self._askings.begin(request.session_hash, asking)
        try:
            yield from self._answered(asking, conversation.with_turn(Turn(question)), words)
        finally:
            self._askings.end(request.session_hash, asking)

    def ask_example(
        self,
        request: gr.Request,
        event: gr.SelectData,
        conversation: Conversation,
        language: str,
    ) -> Iterator[Updates]:
        """Answer the example question that was chosen."""
        yield from self.ask(request, event.value["text"], conversation, language)

    def ask_again(
        self,
        request: gr.Request,
        event: gr.RetryData,
        conversation: Conversation,
        language: str,
    ) -> Iterator[Updates]:
        """Answer a question anew; what came after it is dropped."""
        number = _turn_of(event.index)
        if number >= len(conversation.turns):
            yield gr.skip()
            return
        question = conversation.turns[number].question
        yield from self.ask(request, question, conversation.before(number), language)

    def ask_otherwise(
        self,
        request: gr.Request,
        event: gr.EditData,
        conversation: Conversation,
        language: str,
    ) -> Iterator[Updates]:
        """Answer a question that was edited, and go on from there."""
        number = _turn_of(event.index)
        if not str(event.value).strip():  # the question stays as it was
            gr.Info(wording(language).empty_question)
            yield self._chat(conversation, wording(language))
            return
        yield from self.ask(request, str(event.value), conversation.before(number), language)

    def stop(self, request: gr.Request) -> None:
        """Leave the answer under way as far as it came; ``ask`` shows that it was stopped."""
        self._askings.stop(request.session_hash)

    def clear(self, request: gr.Request, language: str) -> Updates:
        """Forget the conversation and close the source."""
        self._askings.forget(request.session_hash)
        words = wording(language)
        return {
            **self._settled(Conversation(), words),
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
        self, asking: Asking, conversation: Conversation, words: Wording
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
        yield self._settled(aged(conversation, self._desk, words), words)

    def _chat(self, conversation: Conversation, words: Wording) -> Updates:
        return {
            self._parts.chat.chat: messages(conversation, words),
            self._parts.session.conversation: conversation,
        }

    def _settled(self, conversation: Conversation, words: Wording) -> Updates:
        return {
            **self._chat(conversation, words),
            self._parts.chat.question: gr.Textbox(submit_btn=words.ask_button, stop_btn=False),
            self._parts.chat.looked_at: looked_at_html(conversation.turns, words),
        }


def _turn_of(message: int | tuple[int, int]) -> int:
    """Return which turn a message of the chat belongs to: each turn has two messages."""
    return (message if isinstance(message, int) else message[0]) // 2
