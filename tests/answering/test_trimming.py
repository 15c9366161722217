from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from t2vqa.answering.trimming import clauses, trim
from t2vqa.retrieval.terms import WeightedWord
from t2vqa.types import Span

TEXT = (
    "公司2021年营业收入为8亿元，净利润为2000万元，较上年增长12%，总资产为30亿元，员工人数为500人。"
)


@given(st.text(alphabet="甲乙,，；:：1 .a", max_size=80))
def test_clauses_cover_the_text(text: str) -> None:
    assert "".join(span.of(text) for span in clauses(text)) == text


@given(st.text(alphabet="甲乙,，；:：1 .a", max_size=80), st.integers(5, 60))
def test_what_is_kept_is_a_span_of_the_text(text: str, longest: int) -> None:
    kept = trim(text, None, (), longest)
    assert 0 <= kept.start <= kept.end <= len(text)


def test_the_clause_with_the_asked_word_and_value_is_kept() -> None:
    start = TEXT.index("2000万元")
    word = WeightedWord("净利润", ("净利", "利润"), 3.0)
    kept = trim(TEXT, Span(start, start + 6), (word,), 20).of(TEXT)
    assert "净利润为2000万元" in kept
    assert len(kept) <= 20
