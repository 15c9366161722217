"""What stands behind the page."""

from __future__ import annotations

from dataclasses import dataclass

from t2vqa.config import Settings
from t2vqa.conversations import ConversationStore
from t2vqa.library import Library
from t2vqa.web.desk import Desk
from t2vqa.web.news import News


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the page's handlers call.

    Attributes:
        desk: Answers the questions.
        settings: What a desk has set.
        news: Tells what has changed in the documents.
        store: Keeps conversations and feedback.
        library: Lists and manages the documents.
    """

    desk: Desk
    settings: Settings
    news: News
    store: ConversationStore
    library: Library
