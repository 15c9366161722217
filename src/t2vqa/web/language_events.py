"""Saying the whole page in one language or the other."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr

from t2vqa.web.ageing import aged
from t2vqa.web.answer_html import rendered
from t2vqa.web.conversation import Conversation, Link
from t2vqa.web.desk import Desk
from t2vqa.web.frame_html import empty_chat_markdown, heading_html, messages
from t2vqa.web.index_events import IndexEvents, Told
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.status_html import looked_at_html
from t2vqa.web.wording import wording


class LanguageEvents:
    """The handler of the language switch, and of a page that was just opened."""

    def __init__(self, desk: Desk, parts: Parts, index: IndexEvents, source: SourceEvents) -> None:
        self._desk = desk
        self._parts = parts
        self._index = index
        self._source = source

    def speak(
        self, language: str, conversation: Conversation, shown: Link | None, told: Told | None
    ) -> Updates:
        """Say everything on the page in ``language``, with the index as it is now."""
        parts = self._parts
        words = wording(language)
        turns = (rendered(turn, number, words) for number, turn in enumerate(conversation.turns))
        conversation = replace(conversation, turns=tuple(turns))
        conversation = aged(conversation, self._desk, words)
        chat = gr.Chatbot(
            value=messages(conversation, words),  # type: ignore[arg-type]  # a form it documents
            label=words.chat_label,
            placeholder=empty_chat_markdown(words),
            examples=self._index.examples(language),
        )
        return {
            parts.heading: heading_html(words),
            parts.rebuild: gr.Button(words.rebuild),
            parts.report: gr.HTML(visible=False),
            parts.status: self._index.status(language),
            parts.chat: chat,
            parts.question: gr.Textbox(
                label=words.ask_label,
                placeholder=words.ask_placeholder,
                submit_btn=words.ask_button,
            ),
            parts.looked_at_fold: gr.Accordion(label=words.looked_at),
            parts.looked_at: looked_at_html(conversation.turns, words),
            parts.conversation: conversation,
            parts.told: told or self._index.arrived(),
            **self._source.opened(shown, conversation, words),
        }
