"""Marking what earlier answers cite that has moved or is gone since."""

from __future__ import annotations

from dataclasses import replace

from t2vqa.types import CitationChange
from t2vqa.web.answer_html import rendered
from t2vqa.web.conversation import Conversation, Turn
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.wording import Wording


def aged(conversation: Conversation, desk: Desk, words: Wording) -> Conversation:
    """Return the conversation with its citations held against the index as it is now.

    Nothing is looked up where the index is in the state they were last held against.
    """
    try:
        generation = desk.generation()
        if generation == conversation.generation:
            return conversation
        turns = [
            rendered(_aged(turn, desk), number, words)
            for number, turn in enumerate(conversation.turns)
        ]
    except Exception as error:  # the conversation stands without the marks
        log_failure(error)
        return conversation
    return replace(conversation, turns=tuple(turns), generation=generation)


def _aged(turn: Turn, desk: Desk) -> Turn:
    citations = turn.answer.citations if turn.answer is not None else ()
    if not citations:
        return turn
    states = zip(citations, desk.check(citations), strict=True)
    found = {citation.number: state.change for citation, state in states}
    return replace(
        turn,
        aged={
            number: change
            for number, change in found.items()
            if change is not CitationChange.CURRENT
        },
    )
