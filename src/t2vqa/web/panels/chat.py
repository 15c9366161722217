"""The chat and the question below it."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.events import Dependency

from t2vqa.web.chat_events import ChatEvents
from t2vqa.web.frame_html import empty_chat_markdown
from t2vqa.web.panels import filters
from t2vqa.web.parts import ChatParts, FilterParts, Parts
from t2vqa.web.wording import Wording

_QUESTIONS_AT_ONCE = 8
_COPY = """(text) => {
  if (navigator.clipboard) navigator.clipboard.writeText(text);
}"""


def lay_out(words: Wording) -> tuple[ChatParts, FilterParts]:
    """Make the components, the filters between the chat and the question."""
    chat = gr.Chatbot(
        label=words.chat_label,
        show_label=False,
        container=False,
        layout="bubble",
        height="100%",
        buttons=["copy"],
        feedback_options=words.conversations.verdict_names,
        latex_delimiters=[],
        allow_tags=False,
        editable="user",
        autoscroll=False,
        placeholder=empty_chat_markdown(words),
        elem_id="t2-chat",
        scale=1,
    )
    note = gr.Textbox(
        visible=False,
        lines=1,
        max_lines=4,
        placeholder=words.conversations.note_placeholder,
        submit_btn=words.conversations.note_keep,
        elem_id="t2-note",
    )
    of_filters = filters.lay_out(words)
    question = gr.Textbox(
        label=words.ask_label,
        show_label=False,
        container=False,
        placeholder=words.ask_placeholder,
        submit_btn=words.ask_button,
        stop_btn=False,
        lines=1,
        max_lines=6,
        autofocus=True,
        elem_id="t2-question",
    )
    copied = gr.Textbox(visible="hidden", elem_id="t2-copied")
    return ChatParts(chat, note, question, copied), of_filters


def wire(parts: Parts, events: ChatEvents) -> list[Dependency]:
    """Bind the events.

    Returns:
        Those behind which the conversation is another.
    """
    chat, conversation = parts.chat, parts.session.conversation
    language = parts.settings.language
    asked = [conversation, language, parts.session.filters, parts.settings.length]
    asking: dict[str, Any] = {
        "concurrency_id": "ask",
        "concurrency_limit": _QUESTIONS_AT_ONCE,
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    at_once: dict[str, Any] = {
        "show_progress": "hidden",
        "queue": False,
        "api_visibility": "private",
    }
    settled = []
    for listen, handler, inputs in (
        (chat.question.submit, events.ask, [chat.question, *asked]),
        (chat.chat.example_select, events.ask_example, asked),
        (chat.chat.option_select, events.ask_next, asked),
        (chat.chat.retry, events.ask_again, asked),
        (chat.chat.edit, events.ask_otherwise, asked),
    ):
        answered = listen(handler, inputs, parts.of_chat, **asking)
        settled.append(answered)
        answered.then(
            events.suggest,
            [conversation, language],
            [chat.chat, conversation],
            concurrency_id="suggest",
            concurrency_limit=_QUESTIONS_AT_ONCE,
            show_progress="hidden",
            api_visibility="private",
        )
    chat.question.stop(events.stop, **at_once)
    cleared = chat.chat.clear(
        events.clear, [language], [*parts.of_chat, *parts.of_source], **at_once
    )
    copied = chat.chat.copy(events.copied, [conversation], [chat.copied], **at_once)
    copied.then(None, [chat.copied], js=_COPY)
    return [*settled, cleared]
