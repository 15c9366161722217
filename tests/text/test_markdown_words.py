"""Words of documents inside Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.conversations.answer_markdown import answer_reader
from t2vqa.text.markdown import escape, plain

MARKUP = st.text(alphabet="*_`\\[]|&;#12 a甲<>-+.!~", max_size=24)


@given(st.text(max_size=30) | MARKUP)
def test_what_is_escaped_shows_the_same_characters(text: str) -> None:
    assert plain(escape(text)) == text


@given(MARKUP)
def test_a_reader_finds_nothing_to_act_on_inside_a_line(text: str) -> None:
    line = "甲" + " ".join(text.split())
    tokens = answer_reader().parseInline(escape(line))[0].children or []
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == line
    markers = (token.content for token in tokens if token.type == "text")
    assert not any(re.search(r"\[\d+\]", words) for words in markers)


@given(MARKUP, MARKUP)
def test_bold_beside_whatever_stands_in_the_document(before: str, value: str) -> None:
    assert plain(f"{escape(before)}**{escape(value)}**") == before + value


@pytest.mark.parametrize(
    "text", ["同比增长 12.5%（2024-05-01）", "a_b-c", "R&D 占比 3/4", "C:\\dir"]
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert escape(text) == text
