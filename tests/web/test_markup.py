from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.web.markup import escape, escape_for_chat, shortened

ANY_TEXT = st.text(max_size=200)


@given(ANY_TEXT)
def test_escaped_text_holds_no_markup_and_keeps_every_visible_character(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped) & set("<>\"'")
    shown = html.unescape(escaped)
    assert len(shown) == len(text)
    assert all(a in (b, "\N{REPLACEMENT CHARACTER}") for a, b in zip(shown, text, strict=True))


@given(ANY_TEXT)
def test_escaped_for_chat_is_one_line_without_anything_markdown_acts_on(text: str) -> None:
    escaped = escape_for_chat(text)
    assert "\n" not in escaped and "\r" not in escaped
    without_entities = re.sub(r"&#\d+;", "", escaped.replace("<br>", ""))
    assert not set(without_entities) & set("<>&\"'\\`*_~[]()!$|#:@{}")


def test_control_and_direction_characters_cannot_disguise_text() -> None:
    assert escape("a\u202eb\u2066c\x00d\x9fe") == "a�b�c�d�e"
    assert escape("tab\tand\nline") == "tab\tand\nline"


@given(ANY_TEXT, st.integers(min_value=1, max_value=50))
def test_shortened_text_is_one_line_within_its_limit(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert "\n" not in short
