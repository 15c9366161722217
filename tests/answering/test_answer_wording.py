from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from t2vqa.answering.wording import CHINESE, ENGLISH, Wording, wording

PATTERNS = [field.name for field in fields(Wording)]


def blanks(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


@pytest.mark.parametrize("name", PATTERNS)
def test_both_languages_have_the_same_blanks(name: str) -> None:
    assert getattr(CHINESE, name)
    assert blanks(getattr(CHINESE, name)) == blanks(getattr(ENGLISH, name))


def test_the_answer_speaks_the_questions_language() -> None:
    assert wording(chinese=True) is CHINESE
    assert wording(chinese=False) is ENGLISH


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_a_refusal_names_what_is_known_and_what_is_missing(words: Wording) -> None:
    said, reason = words.refusal(["Vega"], ["margin", "debt"])
    assert "Vega" in said
    assert reason in said
    assert "margin" in reason
    assert "debt" in reason
    assert "Vega" not in reason


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_a_refusal_always_has_a_reason(words: Wording) -> None:
    said, reason = words.refusal([], [])
    assert said == reason == words.no_answer
