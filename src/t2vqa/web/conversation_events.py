"""Listing, opening, naming, deleting, exporting and judging: the handlers of what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from t2vqa.conversations import Feedback, StoredConversation
from t2vqa.conversations.export_docx import conversation_docx
from t2vqa.conversations.export_markdown import conversation_markdown
from t2vqa.conversations.export_wording import ExportWording, export_wording
from t2vqa.errors import ConversationGoneError, ConversationStoreError
from t2vqa.web.ageing import aged
from t2vqa.web.answer_html import rendered
from t2vqa.web.asking import Askings
from t2vqa.web.chat_events import settled_chat, shown_chat, turn_of
from t2vqa.web.conversation import Conversation, Turn
from t2vqa.web.conversation_list import list_html
from t2vqa.web.desk import Desk
from t2vqa.web.keeping import Keeper, tell_not_kept
from t2vqa.web.markup import escape, shortened
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.source_events import closed_source
from t2vqa.web.wording import Wording, wording
from t2vqa.web.wording.conversations import verdict_of

_LONGEST_FILE_NAME = 60
_LONGEST_LABEL = 40
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|#%\s]+')


class ConversationEvents:
    """The handlers of the list of conversations, and of the feedback on answers."""

    def __init__(self, desk: Desk, parts: Parts, askings: Askings, keeper: Keeper) -> None:
        self._desk = desk
        self._parts = parts
        self._askings = askings
        self._keeper = keeper

    def listed(
        self, request: gr.Request, search: str, conversation: Conversation, language: str
    ) -> Updates:
        """List the conversations, and offer what can be done with the one that is open."""
        return {**self._listed(_owner(request), search, conversation, wording(language))}

    def arrive(
        self,
        request: gr.Request,
        link: str,
        search: str,
        conversation: Conversation,
        language: str,
    ) -> Updates:
        """Open the conversation that the page's address names, if any."""
        words = wording(language)
        if not link or conversation.turns:
            return self._listed(_owner(request), search, conversation, words)
        return self._opened(_owner(request), link, search, words)

    def open(self, request: gr.Request, event: gr.EventData, search: str, language: str) -> Updates:
        """Open the conversation that was chosen from the list."""
        chosen = getattr(event, "conversation", None)
        self._askings.forget(request.session_hash)
        return self._opened(_owner(request), str(chosen), search, wording(language))

    def begin(self, request: gr.Request, search: str, language: str) -> Updates:
        """Begin a new conversation; the one so far stays in the list."""
        self._askings.forget(request.session_hash)
        return self._shown(_owner(request), Conversation(), search, wording(language))

    def offer_rename(
        self, request: gr.Request, conversation: Conversation, language: str
    ) -> Updates:
        """Ask for a name."""
        kept = self._parts.conversations
        stored = self._stored(request, conversation, wording(language))
        if stored is None:
            return _unchanged()
        return {
            kept.renaming: gr.Column(visible=True),
            kept.title: gr.Textbox(value=stored.title),
            kept.deleting: gr.Column(visible=False),
        }

    def rename(
        self,
        request: gr.Request,
        title: str,
        search: str,
        conversation: Conversation,
        language: str,
    ) -> Updates:
        """Give the open conversation the name that was typed."""
        words = wording(language)
        try:
            self._keeper.rename(_owner(request), conversation.id, title)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
        return self._listed(_owner(request), search, conversation, words)

    def offer_delete(
        self, request: gr.Request, conversation: Conversation, language: str
    ) -> Updates:
        """Ask whether the open conversation is to be deleted."""
        kept, words = self._parts.conversations, wording(language)
        stored = self._stored(request, conversation, words)
        if stored is None:
            return _unchanged()
        title = stored.title or words.conversations.untitled
        question = words.conversations.really_delete.format(title=title)
        return {
            kept.deleting: gr.Column(visible=True),
            kept.question: _question(question),
            kept.renaming: gr.Column(visible=False),
        }

    def delete(
        self, request: gr.Request, search: str, conversation: Conversation, language: str
    ) -> Updates:
        """Delete the open conversation and begin a new one."""
        words = wording(language)
        try:
            self._keeper.delete(_owner(request), conversation.id)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
            return _unchanged()
        return self.begin(request, search, language)

    def leave(self) -> Updates:
        """Neither rename nor delete."""
        kept = self._parts.conversations
        return {
            kept.renaming: gr.Column(visible=False),
            kept.deleting: gr.Column(visible=False),
        }

    def export_markdown(
        self, request: gr.Request, conversation: Conversation, language: str
    ) -> Updates:
        """Make a Markdown file of the open conversation."""

        def written(stored: StoredConversation, words: ExportWording) -> bytes:
            return conversation_markdown(stored, words).encode("utf-8")

        return self._exported(request, conversation, language, "md", written)

    def export_docx(
        self, request: gr.Request, conversation: Conversation, language: str
    ) -> Updates:
        """Make a Word file of the open conversation."""
        return self._exported(request, conversation, language, "docx", conversation_docx)

    def judge(
        self,
        request: gr.Request,
        event: gr.LikeData,
        conversation: Conversation,
        language: str,
    ) -> Updates:
        """Keep what a person thinks of an answer, and ask whether there is anything to add."""
        number, words = turn_of(event.index), wording(language)
        verdict = verdict_of(event.liked)
        turn = conversation.turns[number] if number < len(conversation.turns) else None
        if turn is None or turn.answer is None:
            return shown_chat(self._parts, conversation, words)
        note = turn.feedback.note if turn.feedback is not None else ""
        feedback = Feedback(verdict, note) if verdict is not None else None
        if not self._judged(request, conversation, turn, feedback, words):
            return shown_chat(self._parts, conversation, words)
        changed = rendered(replace(turn, feedback=feedback), number, words)
        return {
            **shown_chat(self._parts, conversation.with_changed(number, changed), words),
            self._parts.session.judged: number if feedback else None,
            self._parts.chat.note: _note(changed, words),
        }

    def note(
        self,
        request: gr.Request,
        text: str,
        judged: int | None,
        conversation: Conversation,
        language: str,
    ) -> Updates:
        """Keep what a person adds to their verdict."""
        words = wording(language)
        turn = conversation.turns[judged] if judged is not None else None
        hidden = {self._parts.chat.note: gr.Textbox(visible=False)}
        if judged is None or turn is None or turn.feedback is None:
            return hidden
        feedback = replace(turn.feedback, note=text.strip())
        if not self._judged(request, conversation, turn, feedback, words):
            return {self._parts.chat.note: text}
        changed = rendered(replace(turn, feedback=feedback), judged, words)
        conversation = conversation.with_changed(judged, changed)
        return {**shown_chat(self._parts, conversation, words), **hidden}

    def _judged(
        self,
        request: gr.Request,
        conversation: Conversation,
        turn: Turn,
        feedback: Feedback | None,
        words: Wording,
    ) -> bool:
        if turn.position is None or not conversation.id:
            tell_not_kept(ConversationGoneError(), words)
            return False
        try:
            self._keeper.judge(_owner(request), conversation.id, turn.position, feedback)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
            return False
        return True

    def _opened(self, owner: str, identifier: str, search: str, words: Wording) -> Updates:
        try:
            found = self._keeper.load(owner, identifier, words)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
            return _unchanged()
        if found is None:
            tell_not_kept(ConversationGoneError(), words)
            return self._listed(owner, search, Conversation(), words)
        return self._shown(owner, aged(found, self._desk, words), search, words)

    def _shown(
        self, owner: str, conversation: Conversation, search: str, words: Wording
    ) -> Updates:
        return {
            **settled_chat(self._parts, conversation, words),
            **closed_source(self._parts, words),
            **self._listed(owner, search, conversation, words),
        }

    def _listed(
        self, owner: str, search: str, conversation: Conversation, words: Wording
    ) -> Updates:
        kept = self._parts.conversations
        try:
            summaries = self._keeper.summaries(owner, search)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
            return _unchanged()
        return {
            kept.listed: list_html(summaries, conversation.id, search, words),
            kept.actions: gr.Column(visible=bool(conversation.id)),
            self._parts.session.judged: None,
            self._parts.chat.note: gr.Textbox(visible=False),
            **self.leave(),
        }

    def _stored(
        self, request: gr.Request, conversation: Conversation, words: Wording
    ) -> StoredConversation | None:
        """Return the open conversation as it is kept; tell the person where it is not."""
        try:
            stored = self._keeper.stored(_owner(request), conversation.id)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
            return None
        if stored is None:
            tell_not_kept(ConversationGoneError(), words)
        return stored

    def _exported(
        self,
        request: gr.Request,
        conversation: Conversation,
        language: str,
        ending: str,
        written: Callable[[StoredConversation, ExportWording], bytes],
    ) -> Updates:
        stored = self._stored(request, conversation, wording(language))
        if stored is None:
            return _unchanged()
        button = self._parts.conversations.file
        name = _NOT_IN_FILE_NAMES.sub(" ", stored.title)[:_LONGEST_FILE_NAME].strip(" .")
        title = name or wording(language).conversations.untitled
        content = written(stored, export_wording(language))
        path = save_bytes_to_cache(content, f"{title}.{ending}", button.GRADIO_CACHE)
        return {button: gr.DownloadButton(value=path)}


def _unchanged() -> Updates:
    return dict(gr.skip())


def _owner(request: gr.Request) -> str:
    return request.username or ""


def _question(text: str) -> str:
    return f'<p class="t2-question-before">{escape(text)}</p>'


def _note(turn: Turn, words: Wording) -> gr.Textbox:
    if turn.feedback is None:
        return gr.Textbox(visible=False)
    said = words.conversations
    question = shortened(turn.question, _LONGEST_LABEL)
    label = said.note_label.format(verdict=said.verdicts[turn.feedback.verdict], question=question)
    return gr.Textbox(visible=True, label=label, value=turn.feedback.note)
