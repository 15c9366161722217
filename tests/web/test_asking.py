from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from t2vqa.types import Answer, AnswerMode, Timings
from t2vqa.web.asking import Asking, Askings


def answer(text: str) -> Answer:
    return Answer("q", text, False, AnswerMode.EXTRACTIVE, (), (), (), Timings(0, 0))


def test_all_pieces_arrive_in_order() -> None:
    pieces = [answer("a"), answer("ab"), answer("abc")]
    assert list(Asking(iter(pieces))) == pieces


def test_a_stop_ends_the_waiting_although_the_service_still_works() -> None:
    released = threading.Event()

    def pieces() -> Iterator[Answer]:
        yield answer("a")
        released.wait(60)
        yield answer("ab")

    asking = Asking(pieces())
    came = iter(asking)
    assert next(came).text == "a"
    threading.Timer(0.05, asking.stop).start()
    assert list(came) == []
    released.set()


def test_what_the_service_raises_is_raised_to_the_one_who_waits() -> None:
    def pieces() -> Iterator[Answer]:
        yield answer("a")
        raise LookupError("gone")

    came = iter(Asking(pieces()))
    next(came)
    with pytest.raises(LookupError, match="gone"):
        next(came)


def test_sessions_stop_their_own_question_only() -> None:
    askings = Askings()
    mine, yours = Asking(iter(())), Asking(iter(()))
    askings.begin("mine", mine)
    askings.begin("yours", yours)
    askings.stop("mine")
    assert mine.stopped and not yours.stopped
    askings.end("mine", mine)
    askings.stop("mine")
    askings.stop("unknown")
    assert not yours.stopped


def test_forgetting_waits_until_nothing_more_is_shown() -> None:
    askings = Askings()
    asking = Asking(iter(()))
    askings.begin("s", asking)
    threading.Timer(0.05, askings.end, ("s", asking)).start()
    askings.forget("s", patience=60)
    assert asking.forgotten and asking.stopped
    askings.forget("s", patience=60)
