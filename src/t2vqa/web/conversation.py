"""What one browser session has asked and been told, and the links that lead into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from t2vqa.conversations.records import Feedback
from t2vqa.types import Answer, AnswerLength, Citation, CitationChange, Filters, Passage


class LinkKind(StrEnum):
    """What a link of the page leads to; its value is the first word of the link."""

    CITATION = "cite"
    PASSAGE = "look"
    LOOKED_AT = "seen"


_LINK = re.compile(r"#?(cite|look|seen)-(\d{1,6})-(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Link:
    """A place in a conversation: citation or passage ``number`` (from 1) of turn ``turn``.

    The list of all that was looked at for a turn has the number 0.
    """

    kind: LinkKind
    turn: int
    number: int

    @property
    def href(self) -> str:
        """The link as a fragment, such as ``#cite-0-1``."""
        return f"#{self.kind}-{self.turn}-{self.number}"

    @classmethod
    def parse(cls, href: object) -> Link | None:
        """Read a fragment that a browser sent; None where it is not one of ours."""
        found = _LINK.fullmatch(href) if isinstance(href, str) else None
        return cls(LinkKind(found[1]), int(found[2]), int(found[3])) if found else None


class PastFailureError(Exception):
    """A failure of an earlier session, with the sentence the page said of it then."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer (perhaps a part of one) or an error.

    Attributes:
        question: As asked.
        answer: The answer so far.
        failure: What went wrong instead.
        stopped: Whether the person stopped it.
        aged: The citations, by number, whose words have moved or are gone since.
        asked_at: When it was asked (ISO 8601 in UTC); empty where it is not kept.
        position: Its place in the conversation that is kept; None where it is not.
        feedback: What the person thought of the answer.
        filters: What it was restricted to.
        length: How much the answer was to say.
        titles: Of the documents it was restricted to, by path.
        following: Questions that may follow.
        question_html: The question as safe HTML for the chat.
        reply_html: Answer or failure as safe HTML for the chat; empty while there is neither.
    """

    question: str
    answer: Answer | None = None
    failure: Exception | None = None
    stopped: bool = False
    aged: Mapping[int, CitationChange] = field(default_factory=dict)
    asked_at: str = ""
    position: int | None = None
    feedback: Feedback | None = None
    filters: Filters = field(default_factory=Filters)
    length: AnswerLength = AnswerLength.NORMAL
    titles: Mapping[str, str] = field(default_factory=dict)
    following: tuple[str, ...] = ()
    question_html: str = ""
    reply_html: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The links of the same kind beside one, and how many its answer has of them."""

    before: Link | None = None
    after: Link | None = None
    total: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one browser session, oldest first.

    Attributes:
        turns: The turns.
        generation: The state of the index that the citations were last held against.
        id: Under which it is kept; empty where it is not.
        replaces: The place of the first kept turn that the last turn here takes the place of, with
            all that came after it; None where it comes after all that is kept.
    """

    turns: tuple[Turn, ...] = ()
    generation: int | None = None
    id: str = ""
    replaces: int | None = None

    @property
    def questions(self) -> list[str]:
        """The questions that were answered, for follow-up questions to lean on."""
        return [turn.question for turn in self.turns if turn.answer is not None]

    def with_turn(self, turn: Turn) -> Conversation:
        """Return the conversation with ``turn`` at its end."""
        return replace(self, turns=(*self.turns, turn))

    def with_last(self, turn: Turn) -> Conversation:
        """Return the conversation with ``turn`` in place of the last one."""
        return replace(self, turns=(*self.turns[:-1], turn))

    def before(self, number: int) -> Conversation:
        """Return the conversation up to turn ``number``, without that turn."""
        dropped = self.turns[number].position if number < len(self.turns) else None
        return replace(self, turns=self.turns[:number], replaces=dropped)

    def with_changed(self, number: int, turn: Turn) -> Conversation:
        """Return the conversation with ``turn`` in place of number ``number``."""
        return replace(self, turns=(*self.turns[:number], turn, *self.turns[number + 1 :]))

    def source(self, link: Link) -> Citation | None:
        """Return what ``link`` leads to, or None where this conversation has no such thing.

        A passage looked at is given in the form of a citation of the whole of it.
        """
        answer = self.answer_of(link)
        if answer is None or link.kind is LinkKind.LOOKED_AT:
            return None
        if link.kind is LinkKind.PASSAGE:
            found = answer.passages[link.number - 1 : link.number] if link.number else ()
            return _citation_of(found[0].passage, link.number) if found else None
        cited = (citation for citation in answer.citations if citation.number == link.number)
        return next(cited, None)

    def neighbours(self, link: Link) -> Neighbours:
        """Return what stands beside ``link``.

        Beside the first and the last citation of an answer stand those of the answers before and
        after it; passages are leafed through within their answer.
        """
        numbers = self._numbers(link.kind, link.turn)
        before = [replace(link, number=number) for number in numbers if number < link.number]
        after = [replace(link, number=number) for number in numbers if number > link.number]
        if link.kind is LinkKind.CITATION and numbers:
            before = before or self._citations(range(link.turn - 1, -1, -1))
            after = after or self._citations(range(link.turn + 1, len(self.turns)))
        return Neighbours(before[-1] if before else None, after[0] if after else None, len(numbers))

    def _citations(self, turns: Iterable[int]) -> list[Link]:
        """Return the citations of the first of these turns that has any."""
        for turn in turns:
            numbers = self._numbers(LinkKind.CITATION, turn)
            if numbers:
                return [Link(LinkKind.CITATION, turn, number) for number in numbers]
        return []

    def _numbers(self, kind: LinkKind, turn: int) -> list[int]:
        answer = self.turns[turn].answer if turn < len(self.turns) else None
        if answer is None:
            return []
        if kind is LinkKind.PASSAGE:
            return list(range(1, len(answer.passages) + 1))
        return sorted(citation.number for citation in answer.citations)

    def answer_of(self, link: Link) -> Answer | None:
        """Return the answer that ``link`` leads into, or None where there is none."""
        return self.turns[link.turn].answer if link.turn < len(self.turns) else None


def _citation_of(passage: Passage, number: int) -> Citation:
    return Citation(
        number,
        passage.document,
        passage.title,
        passage.section,
        passage.span.start,
        passage.span.end,
        passage.text,
        date=passage.date,
    )
