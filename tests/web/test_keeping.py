"""A session's conversation is kept turn by turn, and shown again as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from t2vqa.conversations import ConversationStore, Feedback, Verdict
from t2vqa.errors import ConversationStoreError, CorpusError, QuestionError
from t2vqa.types import Answer, AnswerLength, AnswerMode, Citation, Filters, Timings
from t2vqa.web.conversation import Conversation, Turn
from t2vqa.web.keeping import Keeper
from t2vqa.web.wording import CHINESE, ENGLISH

FILTERS = Filters(folders=("研究",))
CITED = Citation(1, "a.md", "甲", (), 0, 2, "营收")
ANSWER = Answer(
    "问",
    "营收 [1]",
    False,
    AnswerMode.EXTRACTIVE,
    (),
    (CITED,),
    (),
    Timings(1, 1),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    with ConversationStore(tmp_path / "c.sqlite") as opened:
        yield opened


@pytest.fixture
def keeper(store: ConversationStore) -> Keeper:
    return Keeper(store)


def asked(conversation: Conversation, question: str) -> Conversation:
    turn = Turn(question, ANSWER, asked_at="2031-01-01T00:00:00+00:00", filters=FILTERS)
    return conversation.with_turn(replace(turn, length=AnswerLength.BRIEF))


def questions(store: ConversationStore, conversation: Conversation) -> list[str]:
    found = store.load("", conversation.id)
    assert found is not None
    return [turn.question for turn in found.turns]


def test_each_turn_is_kept_where_it_belongs(store: ConversationStore, keeper: Keeper) -> None:
    conversation = Conversation()
    for question in ("一", "二", "三"):
        conversation = keeper.keep("", asked(conversation, question), CHINESE)
    assert [turn.position for turn in conversation.turns] == [0, 1, 2]
    assert questions(store, conversation) == ["一", "二", "三"]
    conversation = keeper.keep("", asked(conversation.before(1), "二又"), CHINESE)
    assert questions(store, conversation) == ["一", "二又"]
    conversation = keeper.keep("", asked(conversation, "四"), CHINESE)
    assert questions(store, conversation) == ["一", "二又", "四"]


def test_two_windows_drop_nothing_of_each_other(store: ConversationStore, keeper: Keeper) -> None:
    one = keeper.keep("", asked(Conversation(), "一"), CHINESE)
    other = keeper.load("", one.id, CHINESE)
    assert other is not None
    one = keeper.keep("", asked(one, "甲"), CHINESE)
    other = keeper.keep("", asked(other, "乙"), CHINESE)
    assert questions(store, one) == ["一", "甲", "乙"]
    assert other.turns[-1].position == 2


def test_what_was_deleted_meanwhile_begins_anew(store: ConversationStore, keeper: Keeper) -> None:
    conversation = keeper.keep("", asked(Conversation(), "一"), CHINESE)
    store.delete("", conversation.id)
    again = keeper.keep("", asked(conversation, "二"), CHINESE)
    assert again.id != conversation.id
    assert questions(store, again) == ["一", "二"]


def test_it_is_shown_again_as_it_was(store: ConversationStore, keeper: Keeper) -> None:
    conversation = keeper.keep("", asked(Conversation(), "一"), CHINESE)
    stopped = replace(Turn("二", ANSWER, stopped=True), asked_at="2031")
    conversation = keeper.keep("", conversation.with_turn(stopped), CHINESE)
    failed = Turn("三", failure=CorpusError("/secret/path"))
    conversation = keeper.keep("", conversation.with_turn(failed), CHINESE)
    store.give_feedback("", conversation.id, 0, Feedback(Verdict.RIGHT, "<b>好</b>"))
    found = keeper.load("", conversation.id, ENGLISH)
    assert found is not None
    first, second, third = found.turns
    assert first.answer == ANSWER
    assert "&lt;b" not in first.question_html
    assert "Note&#58; &#60;b&#62;好" in first.reply_html
    assert second.stopped and ENGLISH.stopped in second.reply_html
    assert CHINESE.failure_of(CorpusError("x")) in third.reply_html
    assert "/secret/path" not in third.reply_html
    kept = store.load("", conversation.id)
    assert kept is not None
    assert (kept.turns[0].filters, kept.turns[0].length) == (FILTERS, AnswerLength.BRIEF)
    assert (first.filters, first.length) == (FILTERS, AnswerLength.BRIEF)
    again = keeper.keep("", found.with_turn(found.turns[2]), ENGLISH)
    kept = store.load("", again.id)
    assert kept is not None
    assert kept.turns[3].failure == kept.turns[2].failure


def test_another_owner_is_shown_nothing(keeper: Keeper) -> None:
    conversation = keeper.keep("甲", asked(Conversation(), "一"), CHINESE)
    assert keeper.load("乙", conversation.id, CHINESE) is None
    assert keeper.summaries("乙", "") == ()


def test_what_cannot_be_kept_is_said_and_goes_on(
    keeper: Keeper, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("t2vqa.web.keeping.gr.Warning", said.append)

    def full(*_: object) -> str:
        raise ConversationStoreError("disk full")

    monkeypatch.setattr(store, "start", full)
    conversation = asked(Conversation(), "一")
    assert keeper.keep("", conversation, ENGLISH) == conversation
    assert said == [ENGLISH.failure_of(ConversationStoreError())]
    assert said != [ENGLISH.failure_of(QuestionError())]
