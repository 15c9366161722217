from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.types import Span
from t2vqa.web.finding import fold

TEXT = st.text(
    alphabet=st.one_of(st.sampled_from("aA１一ﾊﾞßﬃ½㈱ \n\u0301가"), st.characters()), max_size=40
)


def folded(text: str) -> str:
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once)


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("ＡＢＣ 公司", "abc", ["ＡＢＣ"]),
        ("营收 10,000 吨", "１０，０００", ["10,000"]),
        ("ﾊﾞﾅﾅとバナナ", "バナナ", ["ﾊﾞﾅﾅ", "バナナ"]),
        ("甲㈱乙", "株", ["㈱"]),
        ("甲㈱乙", "乙", ["乙"]),
        ("Straße x", "STRASSE X", ["Straße x"]),
        ("cafe\u0301 x", "é", ["e\u0301"]),
        ("cafe\u0301", "cafe", []),
        ("甲\n  乙", "甲 乙", ["甲\n  乙"]),
        ("aaa", "aa", ["aa"]),
        ("ﬃ", "f", ["ﬃ"]),
        ("a.c abc", "a.c", ["a.c"]),
        ("甲", " ", []),
    ],
)
def test_words_are_found_in_whatever_form(text: str, wanted: str, found: list[str]) -> None:
    assert [span.of(text) for span in fold(text).find(wanted)] == found


@given(TEXT)
def test_folding_agrees_with_unicode(text: str) -> None:
    normal = unicodedata.normalize("NFC", text)
    assert fold(normal).text.replace("\u0345", "") == folded(normal).replace("\u0345", "")


@given(TEXT, TEXT, TEXT)
def test_what_stands_in_a_text_is_found_where_it_stands(
    before: str, wanted: str, after: str
) -> None:
    text = f"{before}\n{wanted}\n{after}"
    found = fold(text).find(wanted)
    if not fold(wanted).text.split():
        assert found == ()
        return
    needle = " ".join(fold(wanted).text.split())
    assert found
    for span in found:
        assert needle in " ".join(fold(span.of(text)).text.split())


@given(TEXT, st.text(max_size=2))
def test_places_found_are_in_order_and_apart(text: str, wanted: str) -> None:
    found = fold(text).find(wanted)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_text_that_needs_no_folding_is_found_as_it_is() -> None:
    assert fold("一二三一").find("一") == (Span(0, 1), Span(3, 4))
