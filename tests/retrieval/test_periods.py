from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.retrieval.periods import dates_in, period_agreement
from t2vqa.text.dates import find_dates


@pytest.mark.parametrize(
    ("wanted", "text", "agreement"),
    [
        ("2023年", "2023年净利润为2亿元", 1),
        ("2023年", "2022年净利润为2亿元", -1),
        ("2023年", "净利润为2亿元", 0),
        ("2023年", "2022年为1亿元，2023年为2亿元", 1),
        ("2023年三季度", "2023年第三季度净利润", 1),
        ("2023年三季度", "2023年第四季度净利润", -1),
        ("2023年5月", "2023年6月发布", -1),
        ("2023年和2024年", "2023年净利润", 0),
        ("净利润", "2023年净利润", 0),
        ("去年", "2023年净利润", 0),
    ],
)
def test_agreement(wanted: str, text: str, agreement: float) -> None:
    assert period_agreement(find_dates(wanted), text) == agreement


def test_relative_times_state_no_period() -> None:
    assert dates_in("去年净利润上升") == ()


@given(st.lists(st.sampled_from(["2021年", "2022年", "2023年5月", "三季度", "去年", "，增长"])))
def test_a_text_agrees_at_least_as_well_with_its_own_periods(pieces: list[str]) -> None:
    text = "，".join(pieces)
    own = find_dates(text)
    absolute = [date for date in own if not date.relative]
    assert period_agreement(own, text) == (1 if absolute else 0)
    assert -1 <= period_agreement(own, "2030年") <= 1
