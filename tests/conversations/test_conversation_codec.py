"""Turns and feedback are read back as they were written, whatever they hold."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace

import pytest
from conversation_house import answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from t2vqa.conversations.codec import (
    decode_feedback,
    decode_turn,
    encode_feedback,
    encode_turn,
    without_units,
)
from t2vqa.conversations.records import Feedback, StoredTurn, Verdict
from t2vqa.types import Answer, BlockKind, Passage, ScoredPassage, Span, Unit

# Every code point: lone surrogates and control characters too.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)


@pytest.fixture(autouse=True, scope="module")
def texts_of_any_kind() -> None:
    st.register_type_strategy(str, TEXTS)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_turns(data: st.DataObject) -> None:
    # Fields are drawn by their types: one that is added to an answer is drawn and compared too.
    turn = data.draw(st.from_type(StoredTurn))
    kept = replace(turn, feedback=None, answer=turn.answer and without_units(turn.answer))
    assert repr(decode_turn(encode_turn(turn))) == repr(kept)  # by repr, where nan is nan


@given(st.builds(Feedback, st.sampled_from(Verdict), TEXTS, TEXTS))
def test_feedback(feedback: Feedback) -> None:
    assert decode_feedback(encode_feedback(feedback)) == feedback


def test_only_the_units_of_passages_are_left_out() -> None:
    unit = Unit(BlockKind.PARAGRAPH, Span(0, 4))
    passage = Passage("p", "a.md", "甲", ("一",), Span(0, 4), "云帆科技", "甲", (unit,), "2031")
    scored = ScoredPassage(passage, 0.5, 0.25, 0.125)
    example = StoredTurn("问", _answer(scored))
    read = decode_turn(encode_turn(example)).answer
    assert read == replace(
        _answer(scored), passages=(replace(scored, passage=replace(passage, units=())),)
    )


def test_a_field_an_older_version_did_not_write_has_its_default() -> None:
    value = json.loads(zlib.decompress(encode_turn(StoredTurn("问", stopped=True))))
    del value[1]["length"], value[1]["filters"]
    assert decode_turn(_packed(value)) == StoredTurn("问", stopped=True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no zlib",
        zlib.compress(b"{"),
        zlib.compress(b"[]"),
        zlib.compress(b'[1, {"answer": null}]'),
        zlib.compress(b'[1, {"question": 3}]'),
        zlib.compress(b'[1, {"question": "q", "length": "endless"}]'),
        zlib.compress(b'[1, {"question": "q", "answer": {}}]'),
        zlib.compress(b'[1, {"question": "q", "filters": {"documents": "a.md"}}]'),
        zlib.compress(b'[1, "q"]'),
        zlib.compress(b'["\xff"]'),
    ],
)
def test_damage_is_told(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_turn(body)


def test_a_newer_form_is_told() -> None:
    with pytest.raises(ValueError, match="form 2"):
        decode_turn(_packed([2, {"question": "问"}]))


def _packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode())


def _answer(*passages: ScoredPassage) -> Answer:
    return replace(answer("问", "答"), passages=passages)
