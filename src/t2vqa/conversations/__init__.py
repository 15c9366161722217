"""Conversations that are kept: a small SQLite file, and what they are exported as."""

from t2vqa.conversations.place import conversations_path
from t2vqa.conversations.records import (
    ConversationSummary,
    Feedback,
    JudgedTurn,
    StoredConversation,
    StoredTurn,
    Verdict,
)
from t2vqa.conversations.store import ConversationStore

__all__ = [
    "ConversationStore",
    "ConversationSummary",
    "Feedback",
    "JudgedTurn",
    "StoredConversation",
    "StoredTurn",
    "Verdict",
    "conversations_path",
]
