from __future__ import annotations

import string
from dataclasses import fields

import pytest

from t2vqa import errors
from t2vqa.web.wording import CHINESE, ENGLISH, Wording, wording

TEXTS = [field.name for field in fields(Wording) if field.type == "str"]
PAGE_ERRORS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, errors.T2VQAError)
    and kind not in (errors.T2VQAError, errors.PageError, errors.EvaluationError)
]


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_say_it_with_the_same_holes(name: str) -> None:
    chinese, english = getattr(CHINESE, name), getattr(ENGLISH, name)
    assert chinese and english and chinese != english
    assert holes(chinese) == holes(english)


@pytest.mark.parametrize("kind", PAGE_ERRORS)
def test_every_error_has_a_sentence_of_its_own(kind: type[errors.T2VQAError]) -> None:
    for words in (CHINESE, ENGLISH):
        assert kind in dict(words.failures)
        assert words.failure_of(kind("x")) == dict(words.failures)[kind]


def test_chinese_is_the_default() -> None:
    assert wording("zh") is CHINESE
    assert wording("en") is ENGLISH
    assert wording("fr") is CHINESE


def test_a_stage_without_a_word_keeps_its_own() -> None:
    assert CHINESE.stage("never heard of") == "never heard of"
