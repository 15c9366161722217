from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.answering.values import holds_kind, quantities_of, values_of
from t2vqa.retrieval.question import AnswerKind

TEXT = "营收2.5亿元，增长30%，员工600人，历时3年，2023年5月1日上市（300999.SZ）"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (AnswerKind.DATE, ["2023年5月1日"]),
        (AnswerKind.AMOUNT, ["2.5亿元"]),
        (AnswerKind.PERCENT, ["30%"]),
        (AnswerKind.COUNT, ["2.5亿元", "600人", "3年"]),
        (AnswerKind.DURATION, ["3年"]),
        (AnswerKind.CODE, ["300999.SZ"]),
        (AnswerKind.REASON, []),
        (AnswerKind.OPEN, []),
    ],
)
def test_values_of_a_kind(kind: AnswerKind, found: list[str]) -> None:
    assert [span.of(TEXT) for span in values_of(TEXT, kind)] == found


@pytest.mark.parametrize(
    ("kind", "with_it", "without_it"),
    [
        (AnswerKind.PERSON, "董事长为林某", "产能有所上升"),
        (AnswerKind.ORGANISATION, "收购方为江城银行", "产能有所上升"),
        (AnswerKind.PLACE, "总部设于江城市", "产能有所上升"),
        (AnswerKind.REASON, "由于需求回暖", "产能有所上升"),
        (AnswerKind.DATE, "2023年5月", "产能有所上升"),
        (AnswerKind.AMOUNT, "为3亿元", "增长30%"),
        (AnswerKind.REASON, "because demand rose", "demand rose"),
    ],
)
def test_whether_a_text_holds_a_kind(kind: AnswerKind, with_it: str, without_it: str) -> None:
    assert holds_kind(with_it, kind) == 1
    assert holds_kind(without_it, kind) < 0.5


def test_any_words_may_answer_an_open_question() -> None:
    assert 0 < holds_kind("产能有所上升", AnswerKind.OPEN) < 1


@given(st.text(alphabet="12.5亿元%人年月日，a公司", max_size=40), st.sampled_from(AnswerKind))
def test_values_stand_in_the_text_in_order(text: str, kind: AnswerKind) -> None:
    spans = values_of(text, kind)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    if quantities_of(text, kind):
        assert [found.span for found in quantities_of(text, kind)] == list(spans)
