"""The choices of the settings as the page names them."""

from __future__ import annotations

from t2vqa.types import AnswerLength
from t2vqa.web.preferences import THEMES, Theme
from t2vqa.web.wording import Wording


def theme_choices(words: Wording) -> list[tuple[str, Theme]]:
    """Return the choices of appearance as the page names them."""
    names = (words.frame.theme_auto, words.frame.theme_light, words.frame.theme_dark)
    return list(zip(names, THEMES, strict=True))


def length_choices(words: Wording) -> list[tuple[str, AnswerLength]]:
    """Return the choices of an answer's length as the page names them."""
    names = (words.asking.brief, words.asking.normal, words.asking.full)
    return list(zip(names, AnswerLength, strict=True))
