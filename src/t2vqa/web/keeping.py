"""Keeping a session's conversation in the store, and showing one that was kept."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr

from t2vqa.conversations import (
    ConversationStore,
    ConversationSummary,
    Feedback,
    StoredConversation,
    StoredTurn,
)
from t2vqa.errors import ConversationGoneError, ConversationStoreError
from t2vqa.web.answer_html import rendered
from t2vqa.web.conversation import Conversation, PastFailureError, Turn
from t2vqa.web.failures import log_failure
from t2vqa.web.wording import Wording


class Keeper:
    """What the page's handlers keep conversations with.

    A conversation that cannot be kept goes on all the same; the person is told.
    """

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def keep(self, owner: str, conversation: Conversation, words: Wording) -> Conversation:
        """Keep the last turn, and the conversation where it is new; return it with its id."""
        try:
            return self._kept(owner, conversation, words)
        except ConversationStoreError as error:
            tell_not_kept(error, words)
            return conversation

    def load(self, owner: str, identifier: str, words: Wording) -> Conversation | None:
        """Return a conversation ready to show; None where the owner has none of that id.

        Raises:
            ConversationStoreError: It cannot be read.
        """
        found = self._store.load(owner, identifier)
        if found is None:
            return None
        turns = (
            rendered(_shown(turn, number), number, words) for number, turn in enumerate(found.turns)
        )
        return Conversation(tuple(turns), id=found.id)

    def stored(self, owner: str, identifier: str) -> StoredConversation | None:
        """Return a conversation as it is kept; None where the owner has none of that id.

        Raises:
            ConversationStoreError: It cannot be read.
        """
        return self._store.load(owner, identifier)

    def summaries(self, owner: str, search: str) -> tuple[ConversationSummary, ...]:
        """Return an owner's conversations, those changed last first.

        Raises:
            ConversationStoreError: They cannot be read.
        """
        return self._store.summaries(owner, search)

    def rename(self, owner: str, identifier: str, title: str) -> None:
        """Name a conversation.

        Raises:
            ConversationStoreError: It is gone, or cannot be written.
        """
        self._store.rename(owner, identifier, title)

    def delete(self, owner: str, identifier: str) -> None:
        """Delete a conversation.

        Raises:
            ConversationStoreError: It cannot be written.
        """
        self._store.delete(owner, identifier)

    def judge(self, owner: str, identifier: str, position: int, feedback: Feedback | None) -> None:
        """Keep what a person thinks of an answer.

        Raises:
            ConversationStoreError: It is gone, or cannot be written.
        """
        self._store.give_feedback(owner, identifier, position, feedback)

    def _kept(self, owner: str, conversation: Conversation, words: Wording) -> Conversation:
        kept = _stored(conversation.turns[-1], words)
        try:
            if not conversation.id:
                return self._begun(owner, conversation, words)
            if conversation.replaces is None:
                place = self._store.append(owner, conversation.id, kept)
            else:
                place = self._store.replace_from(
                    owner, conversation.id, conversation.replaces, kept
                )
        except ConversationGoneError:  # deleted in another window, while it goes on here
            return self._begun(owner, conversation, words)
        last = replace(conversation.turns[-1], position=place)
        return replace(conversation.with_last(last), replaces=None)

    def _begun(self, owner: str, conversation: Conversation, words: Wording) -> Conversation:
        stored = (_stored(turn, words) for turn in conversation.turns)
        identifier = self._store.start(owner, *stored)
        turns = (
            replace(turn, position=position) for position, turn in enumerate(conversation.turns)
        )
        return replace(conversation, id=identifier, turns=tuple(turns), replaces=None)


def tell_not_kept(error: ConversationStoreError, words: Wording) -> None:
    """Tell the person why something was not kept or found; log what they can do nothing about."""
    if not isinstance(error, ConversationGoneError):
        log_failure(error)
    gr.Warning(words.failure_of(error))


def _stored(turn: Turn, words: Wording) -> StoredTurn:
    failure = "" if turn.failure is None else words.failure_of(turn.failure)
    if isinstance(turn.failure, PastFailureError):
        failure = str(turn.failure)
    return StoredTurn(
        turn.question,
        turn.answer,
        failure=failure,
        stopped=turn.stopped,
        asked_at=turn.asked_at,
        feedback=turn.feedback,
        filters=turn.filters,
        length=turn.length,
    )


def _shown(turn: StoredTurn, position: int) -> Turn:
    return Turn(
        turn.question,
        turn.answer,
        failure=PastFailureError(turn.failure) if turn.failure else None,
        stopped=turn.stopped,
        asked_at=turn.asked_at,
        position=position,
        feedback=turn.feedback,
        filters=turn.filters,
        length=turn.length,
    )
