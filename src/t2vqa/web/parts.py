"""The components of a page, by the panel they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

Updates = dict[Any, Any]
"""New values or properties of components: what a handler returns."""


@dataclass(frozen=True)
class Session:
    """What is kept for one browser session, and what it is told by."""

    conversation: gr.State
    judged: gr.State
    shown: gr.State
    told: gr.State
    filters: gr.State
    clock: gr.Timer
    kept: gr.BrowserState


@dataclass(frozen=True)
class HeaderParts:
    """The page's upper edge."""

    heading: gr.HTML
    status: gr.HTML
    rebuild: gr.Button
    open_settings: gr.Button
    report: gr.HTML
    tabs: gr.Tabs
    chat_tab: gr.Tab
    library_tab: gr.Tab


@dataclass(frozen=True)
class SettingsParts:
    """What a person sets for their own browser."""

    panel: gr.Column
    language: gr.Radio
    theme: gr.Radio
    length: gr.Radio
    account: gr.HTML
    help: gr.HTML


@dataclass(frozen=True)
class ChatParts:
    """The chat and the question below it."""

    chat: gr.Chatbot
    note: gr.Textbox
    question: gr.Textbox
    copied: gr.Textbox


@dataclass(frozen=True)
class FilterParts:
    """What a question is restricted to, above the question."""

    chips: gr.HTML
    fold: gr.Accordion
    documents: gr.Dropdown
    folders: gr.Dropdown
    companies: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox

    @property
    def controls(self) -> list[Any]:
        """What is chosen in: documents, folders, companies, the first day and the last."""
        return [self.documents, self.folders, self.companies, self.since, self.until]


@dataclass(frozen=True)
class SourceParts:
    """The source beside the chat."""

    counter: gr.HTML
    whole: gr.Button
    previous: gr.Button
    following: gr.Button
    close: gr.Button
    wanted: gr.Textbox
    hits: gr.HTML
    hit_before: gr.Button
    hit_after: gr.Button
    source: gr.HTML


@dataclass(frozen=True)
class ConversationsParts:
    """The list of conversations at the left edge."""

    sidebar: gr.Sidebar
    heading: gr.HTML
    begin: gr.Button
    search: gr.Textbox
    listed: gr.HTML
    actions: gr.Column
    rename: gr.Button
    delete: gr.Button
    export_markdown: gr.Button
    export_docx: gr.Button
    renaming: gr.Column
    title: gr.Textbox
    keep_title: gr.Button
    leave_title: gr.Button
    deleting: gr.Column
    question: gr.HTML
    do_delete: gr.Button
    leave_delete: gr.Button
    link: gr.Textbox
    file: gr.DownloadButton


@dataclass(frozen=True)
class LibraryParts:
    """The panel of documents."""

    heading: gr.HTML
    wanted: gr.Textbox
    only: gr.Dropdown
    upload: gr.File
    said: gr.HTML
    undo: gr.Button
    remove: gr.Button
    confirming: gr.Column
    question: gr.HTML
    confirm: gr.Button
    cancel: gr.Button
    table: gr.HTML
    view: gr.State
    clock: gr.Timer


@dataclass(frozen=True)
class Parts:
    """Every component that a handler reads or changes."""

    session: Session
    header: HeaderParts
    settings: SettingsParts
    chat: ChatParts
    filters: FilterParts
    source: SourceParts
    conversations: ConversationsParts
    library: LibraryParts

    def all(self) -> list[Any]:
        """Return every component but the clock."""
        return [part for part in self._components() if not isinstance(part, gr.Timer)]

    def _components(self) -> Iterator[Any]:
        for panel in fields(self):
            held = getattr(self, panel.name)
            for part in fields(held):
                yield getattr(held, part.name)

    @property
    def of_chat(self) -> list[Any]:
        """What changes when a question is asked, stopped or the conversation cleared."""
        chat = self.chat
        return [chat.question, chat.chat, self.session.conversation]

    @property
    def of_conversations(self) -> list[Any]:
        """What changes when conversations are listed, begun, opened, renamed or deleted."""
        kept = self.conversations
        return [
            kept.listed,
            kept.actions,
            kept.renaming,
            kept.title,
            kept.deleting,
            kept.question,
            self.session.judged,
            self.chat.note,
        ]

    @property
    def of_index(self) -> list[Any]:
        """What changes when the index has changed."""
        header, session = self.header, self.session
        return [
            header.rebuild,
            header.report,
            header.status,
            session.told,
            self.chat.chat,
            session.conversation,
        ]

    @property
    def of_source(self) -> list[Any]:
        """What changes when a source is opened or closed."""
        source = self.source
        shown = [getattr(source, part.name) for part in fields(source)]
        return [self.session.shown, *shown]

    @property
    def of_opening(self) -> list[Any]:
        """What changes when a source is opened from another tab."""
        return [*self.of_source, self.header.tabs]
