"""What is found is what the pattern alone would find."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.text import dates, quantities
from t2vqa.text.beginnings import matches_from

TEXTS = st.text(
    "0123456789年月日季度半前上下第一二三四十去今明当本QHE约超-/.~至,， 亿万元%$rmbkus人民币¥",
    max_size=40,
)


@given(TEXTS)
def test_matches_are_those_of_finditer(text: str) -> None:
    patterns = {**dates._BEGINNINGS, quantities._QUANTITY: quantities._BEGINNING}
    for pattern, beginning in patterns.items():
        found = [match.span() for match in matches_from(beginning, pattern, text)]
        assert found == [match.span() for match in pattern.finditer(text)]


def test_matches_do_not_overlap() -> None:
    found = matches_from(re.compile("a"), re.compile("aba|a"), "ababa")
    assert [match.span() for match in found] == [(0, 3), (4, 5)]
