"""What is kept of a conversation. Times are ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from t2vqa.types import Answer, AnswerLength, Filters


class Verdict(StrEnum):
    """What a person thought of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's verdict on an answer, a note in their own words, and when it was given."""

    verdict: Verdict
    note: str = ""
    given_at: str = ""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and what came of it.

    Attributes:
        question: As asked.
        answer: The answer, or as much of it as there was when it was stopped; None after a failure.
        failure: What went wrong instead, else empty.
        stopped: Whether the person stopped it.
        asked_at: When it was asked; a turn without one is given the time it is stored at.
        feedback: What the person thought of the answer.
        filters: What the question was restricted to.
        length: How long an answer was asked for.
    """

    question: str
    answer: Answer | None = None
    failure: str = ""
    stopped: bool = False
    asked_at: str = ""
    feedback: Feedback | None = None
    filters: Filters = field(default_factory=Filters)
    length: AnswerLength = AnswerLength.NORMAL


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation with its turns, oldest first.

    ``changed`` is when its last turn was put there.
    """

    id: str
    title: str
    created: str
    changed: str
    turns: tuple[StoredTurn, ...]


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in a list: ``turns`` counts them.

    ``snippet`` shows where it holds what was searched for, if not in its title.
    """

    id: str
    title: str
    created: str
    changed: str
    turns: int
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """A turn with feedback.

    Attributes:
        conversation: The id of its conversation.
        position: Its place there, from 0.
        turn: The turn.
        history: The questions answered before it, oldest first.
    """

    conversation: str
    position: int
    turn: StoredTurn
    history: tuple[str, ...]
