"""What people thought of answers as a question set.

A person who marks an answer says what they know, and no more is made of it:

- *right*: what the answer cited is the evidence, and what it put in bold has to be said again;
- *incomplete*: the same, as a part of what is right;
- a refusal marked *right*: the corpus does not hold the answer;
- a refusal marked otherwise: it does, but nobody has said where;
- an answer marked *wrong*: nobody has said what is right, so it is kept to be judged, not asked.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from t2vqa.conversations.records import JudgedTurn, Verdict
from t2vqa.evaluation.questions import Evidence, Question
from t2vqa.types import Answer, Citation, CitationState

Check = Callable[[Sequence[Citation]], Sequence[CitationState]]
"""Holds citations against the corpus as it is now."""

_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")


class LeftOut(StrEnum):
    """Why an answer with feedback is not asked, or a piece of its evidence does not count."""

    WRONG = "marked wrong: what is right is not known"
    DISAGREEING = "judged in different ways"
    FILTERED = "asked under filters"
    FAILED = "no answer was given"
    GONE = "all the words they cited are gone"
    SOME_GONE = "some of the words they cited are gone (asked without them)"


@dataclass(frozen=True, slots=True)
class Judged:
    """A question of the set with what was said of its answer: for a person to edit."""

    question: Question
    notes: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class FeedbackSet:
    """A question set made from feedback.

    Attributes:
        asked: The questions that can be measured.
        to_judge: Questions answered wrongly, whose right answer nobody has said.
        left_out: How many questions were left out, or asked with less evidence, and why.
    """

    asked: tuple[Judged, ...]
    to_judge: tuple[Judged, ...]
    left_out: Mapping[LeftOut, int]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions to ask."""
        return tuple(judged.question for judged in self.asked)


def feedback_set(turns: Iterable[JudgedTurn], check: Check) -> FeedbackSet:
    """Make a question set of turns with feedback.

    A question that was judged several times, with the same questions before it, is asked once, as
    it was judged last; where the verdicts differ it is left out.

    Args:
        turns: The turns.
        check: Holds citations against the documents that the set will be asked of.
    """
    made = _Making(check)
    by_question: dict[tuple[str, tuple[str, ...]], list[JudgedTurn]] = {}
    for turn in turns:
        by_question.setdefault((turn.turn.question, turn.history), []).append(turn)
    for judged in by_question.values():
        made.add(judged)
    return FeedbackSet(tuple(made.asked), tuple(made.to_judge), made.left_out)


@dataclass(slots=True)
class _Making:
    """A set while it is made."""

    check: Check
    asked: list[Judged] = field(default_factory=list)
    to_judge: list[Judged] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def add(self, turns: Sequence[JudgedTurn]) -> None:
        """Add a question by all the turns that it was judged in."""
        last = max(turns, key=_judged_at)
        feedback, answer = last.turn.feedback, last.turn.answer
        if feedback is None:
            return
        verdicts = {turn.turn.feedback.verdict for turn in turns if turn.turn.feedback}
        if len(verdicts) > 1:
            self.left_out[LeftOut.DISAGREEING] += 1
        elif answer is None:
            self.left_out[LeftOut.FAILED] += 1
        elif not last.turn.filters.is_empty:
            self.left_out[LeftOut.FILTERED] += 1
        elif answer.refused:
            right = feedback.verdict is Verdict.RIGHT
            kind = "right refusal" if right else "wrong refusal"
            self.asked.append(_judged(_question(last, kind, answerable=not right), turns, answer))
        elif feedback.verdict is Verdict.WRONG:
            self.left_out[LeftOut.WRONG] += 1
            self.to_judge.append(_judged(_question(last, "wrong"), turns, answer))
        else:
            self._add_answered(last, turns, answer, feedback.verdict)

    def _add_answered(
        self, last: JudgedTurn, turns: Sequence[JudgedTurn], answer: Answer, verdict: Verdict
    ) -> None:
        evidence = self._evidence(answer.citations)
        if not evidence:
            self.left_out[LeftOut.GONE] += 1
            return
        whole = len(evidence) == len(answer.citations)
        if not whole:
            self.left_out[LeftOut.SOME_GONE] += 1
        kind = Verdict.INCOMPLETE if last.turn.stopped else verdict
        answers = _said(answer) if whole else ()
        question = _question(last, kind.value, answers=answers, evidence=evidence)
        self.asked.append(_judged(question, turns, answer))

    def _evidence(self, citations: Sequence[Citation]) -> tuple[Evidence, ...]:
        """Return what was cited and still stands, wherever it stands now."""
        states = self.check(citations)
        return tuple(
            Evidence(state.document, citation.quote)
            for citation, state in zip(citations, states, strict=True)
            if state.span is not None and citation.quote.strip()
        )


def _said(answer: Answer) -> tuple[tuple[str, ...], ...]:
    """Return what the answer put in bold: the values and names asked for, each to be said again."""
    return tuple((words,) for words in dict.fromkeys(_BOLD.findall(answer.text)) if words.strip())


def _question(
    turn: JudgedTurn,
    kind: str,
    *,
    answerable: bool = True,
    answers: tuple[tuple[str, ...], ...] = (),
    evidence: tuple[Evidence, ...] = (),
) -> Question:
    asked = turn.turn.question
    # By its words, so that the same question has the same id in every set, and no link to the
    # conversation it is from.
    key = "\n".join((*turn.history, asked)).encode("utf-8", "surrogatepass")
    return Question(
        id=f"feedback-{hashlib.sha256(key).hexdigest()[:12]}",
        question=asked,
        type=kind,
        answerable=answerable,
        answers=answers,
        evidence=evidence,
        history=turn.history,
    )


def _judged_at(turn: JudgedTurn) -> str:
    return turn.turn.feedback.given_at if turn.turn.feedback else ""


def _judged(question: Question, turns: Sequence[JudgedTurn], answer: Answer) -> Judged:
    notes = (turn.turn.feedback.note.strip() for turn in turns if turn.turn.feedback)
    return Judged(question, tuple(dict.fromkeys(filter(None, notes))), answer.text)
