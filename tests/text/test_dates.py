import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.text import dates
from t2vqa.text.dates import DateExpression, conflicts, covers, find_dates


def only(text: str) -> DateExpression:
    (date,) = find_dates(text)
    return date


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("2021年3月5日", 2021, 3, 5),
        ("2021-03-05", 2021, 3, 5),
        ("2021/3/5", 2021, 3, 5),
        ("20210305", 2021, 3, 5),
        ("March 5, 2021", 2021, 3, 5),
        ("5 March 2021", 2021, 3, 5),
        ("二〇二一年三月五日", 2021, 3, 5),
        ("3月5日", None, 3, 5),
        ("2021年3月", 2021, 3, None),
        ("May 2021", 2021, 5, None),
        ("2021年度", 2021, None, None),
        ("二〇二一年", 2021, None, None),
        ("FY2021", 2021, None, None),
    ],
)
def test_calendar_dates(text: str, year: int | None, month: int | None, day: int | None) -> None:
    date = only(text)
    assert (date.year, date.month, date.day) == (year, month, day)
    assert date.span.of(text) == text


@pytest.mark.parametrize(
    ("text", "year", "half", "quarter", "quarters"),
    [
        ("2021年第三季度", 2021, None, 3, None),
        ("2021Q3", 2021, None, 3, None),
        ("Q3 2021", 2021, None, 3, None),
        ("3Q21", 2021, None, 3, None),
        ("the third quarter of 2021", 2021, None, 3, None),
        ("三季度", None, None, 3, None),
        ("上半年", None, 1, None, None),
        ("2021年下半年", 2021, 2, None, None),
        ("1H21", 2021, 1, None, None),
        ("2021年前三季度", 2021, None, None, 3),
        ("2020年1-6月", 2020, 1, None, None),
        ("2020年1-9月", 2020, None, None, 3),
    ],
)
def test_parts_of_a_year(
    text: str, year: int | None, half: int | None, quarter: int | None, quarters: int | None
) -> None:
    date = only(text)
    assert (date.year, date.half, date.quarter, date.quarters) == (year, half, quarter, quarters)
    assert date.span.of(text) == text


def test_years_of_two_digits_count_only_before_a_word_of_time_or_business() -> None:
    assert only("21年营收").year == 2021
    assert find_dates("20年期国债") == []


def test_both_ends_of_a_span_of_years_are_found() -> None:
    assert [date.year for date in find_dates("2020-2022年")] == [2020, 2022]


def test_a_year_in_english_needs_its_preposition() -> None:
    text = "Sales rose in 2021 and fell later."
    assert only(text).span.of(text) == "2021"
    assert find_dates("model 2021 units") == []


@pytest.mark.parametrize("text", ["去年", "本月", "今日", "last year", "next quarter"])
def test_relative_words_are_marked(text: str) -> None:
    assert only(text).relative
    assert only(text).year is None


def test_a_relative_year_keeps_its_month() -> None:
    date = only("去年12月")
    assert (date.relative, date.month) == (True, 12)


@pytest.mark.parametrize(
    "text", ["3-6个月", "近三月", "180日", "1920x1080", "13月", "2.1", "4年以上"]
)
def test_durations_and_figures_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("2021年", "2022年", True),
        ("2021年", "2021年三季度", False),
        ("2021年", "三季度", False),
        ("2021年二季度", "2021年三季度", True),
        ("上半年", "二季度", False),
        ("上半年", "三季度", True),
        ("前三季度", "三季度", True),
        ("3月5日", "2021年3月", False),
        ("3月5日", "3月6日", True),
        ("2021年5月", "2021年二季度", False),
    ],
)
def test_conflicts(one: str, other: str, conflict: bool) -> None:
    assert conflicts(only(one), only(other)) is conflict
    assert conflicts(only(other), only(one)) is conflict


def test_the_wider_covers_the_narrower() -> None:
    assert covers(only("2021年"), only("2021年3月5日"))
    assert covers(only("上半年"), only("2021年二季度"))
    assert not covers(only("2021年3月"), only("2021年"))
    assert not covers(only("2022年"), only("2021年3月"))


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2049, 12, 31)))
def test_a_printed_date_is_read_back(day: datetime.date) -> None:
    for text in (f"于{day.year}年{day.month}月{day.day}日公布", f"date: {day.isoformat()}."):
        date = only(text)
        assert (date.year, date.month, date.day) == (day.year, day.month, day.day)
        assert not conflicts(date, date)
        assert covers(date, date)


@given(st.text(st.sampled_from("0123456789年月日季度上下半前三一二十QH-/ 去今Mayin ")))
def test_spans_are_in_order_and_apart(text: str) -> None:
    found = find_dates(text)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    assert all(date.month is None or 1 <= date.month <= 12 for date in found)


PIECES = [
    *"0123456789.,-年月日季度第前上下半中QHqh一二三四十去今明本当次同昨 ",
    *[
        "2024",
        "23年",
        "上半年",
        "3季度",
        "第三季",
        "Q4",
        "1-6月",
        "前三季度",
        "去年同期",
        "2023年报",
        "中报",
    ],
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_beginnings_leave_no_match_out(text: str) -> None:
    for pattern in dates._BEGINNINGS:
        plain = [(match.span(), match.groupdict()) for match in pattern.finditer(text)]
        quick = [(match.span(), match.groupdict()) for match in dates._matches(pattern, text)]
        assert quick == plain
