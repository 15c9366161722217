"""What a browser keeps of a person's choices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.web.preferences import Preferences, language_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.5,zh;q=0.7", "zh"),
        ("EN-GB", "en"),
        ("zh;q=0,en;q=0.1", "en"),
        ("de,fr", "zh"),
        ("", "zh"),
        ("en;q=nonsense", "zh"),
    ],
)
def test_the_first_language_is_the_browsers_own(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


@given(ANYTHING)
def test_whatever_a_browser_kept_gives_choices_that_hold(kept: object) -> None:
    chosen = Preferences.read(kept)
    assert chosen.language in (None, "zh", "en")
    assert chosen.theme in ("auto", "light", "dark")
    assert Preferences.read(chosen.kept()) == chosen


def test_what_was_chosen_is_kept() -> None:
    chosen = Preferences(language="en", theme="dark")
    assert Preferences.read(chosen.kept()) == chosen
