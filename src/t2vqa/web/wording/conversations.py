"""What the list of conversations says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationsWording:
    """The words in one language. Braces are filled with ``str.format``."""

    heading: str


CHINESE = ConversationsWording(heading="对话记录")
"""In Chinese."""

ENGLISH = ConversationsWording(heading="Conversations")
"""In English."""
