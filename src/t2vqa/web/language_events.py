"""Saying the whole page in one language or the other, and keeping what a person has chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from t2vqa.types import Filters
from t2vqa.web.ageing import aged
from t2vqa.web.answer_html import rendered
from t2vqa.web.conversation import Conversation
from t2vqa.web.filter_events import FilterEvents
from t2vqa.web.frame_html import (
    account_html,
    chat_of,
    empty_chat_markdown,
    heading_html,
    help_html,
)
from t2vqa.web.index_events import IndexEvents, Told
from t2vqa.web.panels import conversations as conversations_panel
from t2vqa.web.panels import library as library_panel
from t2vqa.web.panels.choices import length_choices, theme_choices
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.preferences import Preferences, language_of
from t2vqa.web.services import Services
from t2vqa.web.shown import Shown
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.wording import Language, Wording, wording


class LanguageEvents:
    """The handlers of the settings, and of a page that was just opened."""

    def __init__(
        self,
        services: Services,
        parts: Parts,
        index: IndexEvents,
        source: SourceEvents,
        filters: FilterEvents,
    ) -> None:
        self._services = services
        self._parts = parts
        self._index = index
        self._source = source
        self._filters = filters

    def arrive(
        self,
        request: gr.Request,
        kept: object,
        conversation: Conversation,
        shown: Shown | None,
        told: Told | None,
        filters: Filters,
    ) -> Updates:
        """Set the page up as the browser keeps it, else in the browser's own language."""
        chosen = Preferences.read(kept)
        language = chosen.language or self._first_language(request)
        settings = self._parts.settings
        return {
            **self.speak(request, language, conversation, shown, told, filters),
            settings.language: gr.Radio(value=language, label=wording(language).language_label),
            settings.theme: _theme(wording(language), value=chosen.theme),
            settings.length: _length(wording(language), value=chosen.length),
        }

    def keep(self, kept: object, language: Language, theme: str, length: str) -> dict[str, Any]:
        """Return what the browser keeps once a person has chosen."""
        before = Preferences.read(kept).kept()
        chosen = {"language": language, "theme": theme, "length": length}
        return Preferences.read({**before, **chosen}).kept()

    def speak(
        self,
        request: gr.Request,
        language: str,
        conversation: Conversation,
        shown: Shown | None,
        told: Told | None,
        filters: Filters,
    ) -> Updates:
        """Say everything on the page in ``language``, with the index as it is now."""
        parts, words = self._parts, wording(language)
        turns = (rendered(turn, number, words) for number, turn in enumerate(conversation.turns))
        conversation = replace(conversation, turns=tuple(turns))
        conversation = aged(conversation, self._services.desk, words)
        return {
            parts.session.conversation: conversation,
            parts.session.told: told or self._index.arrived(),
            **self._said_above(words),
            parts.settings.account: _account(request, words),
            **self._said_in_chat(conversation, words),
            **self._filters.spoken(filters, words),
            **self._source.shown_anew(shown, conversation, words),
            **conversations_panel.spoken(parts.conversations, words),
            **library_panel.spoken(parts.library, words),
        }

    def _said_above(self, words: Wording) -> Updates:
        header, settings = self._parts.header, self._parts.settings
        return {
            header.heading: heading_html(words),
            header.rebuild: gr.Button(words.rebuild),
            header.report: gr.HTML(visible=False),
            header.status: self._index.status(words.language),
            header.open_settings: gr.Button(words.frame.settings),
            header.chat_tab: gr.Tab(label=words.frame.chat_tab),
            header.library_tab: gr.Tab(label=words.frame.documents_tab),
            settings.language: gr.Radio(label=words.language_label),
            settings.theme: _theme(words),
            settings.length: _length(words),
            settings.help: help_html(words),
        }

    def _said_in_chat(self, conversation: Conversation, words: Wording) -> Updates:
        chat = self._parts.chat
        return {
            chat.chat: chat_of(
                conversation,
                words,
                label=words.chat_label,
                placeholder=empty_chat_markdown(words),
                examples=self._index.examples(words.language),
            ),
            chat.note: gr.Textbox(
                visible=False,
                placeholder=words.conversations.note_placeholder,
                submit_btn=words.conversations.note_keep,
            ),
            chat.question: gr.Textbox(
                label=words.ask_label,
                placeholder=words.ask_placeholder,
                submit_btn=words.ask_button,
            ),
        }

    def _first_language(self, request: gr.Request) -> Language:
        setting = self._services.settings.language
        if setting != "auto":
            return setting
        return language_of(request.headers.get("accept-language", ""))


def _account(request: gr.Request, words: Wording) -> gr.HTML:
    user = request.username or ""
    return gr.HTML(account_html(user, words), visible=bool(user))


def _theme(words: Wording, **news: Any) -> gr.Radio:  # noqa: ANN401 - properties of the component
    return gr.Radio(choices=theme_choices(words), label=words.frame.theme, **news)


def _length(words: Wording, **news: Any) -> gr.Radio:  # noqa: ANN401 - properties of the component
    return gr.Radio(choices=length_choices(words), label=words.asking.length, **news)
