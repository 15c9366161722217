from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.answering.figures import add_up, column_label, column_periods, read_figure


@pytest.mark.parametrize(
    ("cell", "column", "value", "unit"),
    [
        ("+6.45%", "涨幅", "6.45", "%"),
        ("-3.2", "涨幅(%)", "-3.2", "%"),
        ("跌3%", "涨跌", "-3", "%"),
        ("约91亿元", "规模", "9100000000", "CNY"),
        ("3.2", "市值（亿元）", "320000000", "CNY"),
        ("1,596", "规模，亿元", "159600000000", "CNY"),
        ("9,300万元", "融资额", "93000000", "CNY"),
        ("1,200", "Market cap (US$ million)", "1200000000", "USD"),
        ("$1.9 billion", "Revenue", "1900000000", "USD"),
        ("25", "市盈率(倍)", "25", "倍"),
        ("15", "PE", "15", ""),
        ("1年", "期限", "12", "月"),
    ],
)
def test_a_cell_is_read_with_the_unit_of_its_column(
    cell: str, column: str, value: str, unit: str
) -> None:
    figure = read_figure(cell, column)
    assert figure is not None
    assert (figure.value, figure.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "cell",
    ["", "—", "n/a", "超3亿元", "3-6个月", "3.2亿元（预计）", "待定", "1亿元和2亿元", "(5.2)"],
)
def test_what_is_not_one_figure_is_none(cell: str) -> None:
    assert read_figure(cell) is None


def test_dates_have_an_order() -> None:
    cells = ["2015-03-02", "2020-09-09", "2021-07-15", "2021-07-16"]
    figures = [read_figure(cell, "上市日期") for cell in cells]
    values = [figure.value for figure in figures if figure]
    assert values == sorted(set(values))
    assert len(values) == len(cells)


@pytest.mark.parametrize(
    ("cells", "column", "total"),
    [
        (["+10.04%", "+9.17%", "-3%"], "", "+16.21%"),
        (["1596亿元", "约91亿元"], "", "约1687亿元"),
        (["3.2亿元", "9,300万元", "1.5 亿元"], "", "5.63亿元"),
        (["$1.9 billion", "$95 million"], "", "$1.995 billion"),
        (["1,200", "300"], "Revenue (US$ million)", "US$ 1,500 million"),
        (["85.2", "58"], "市值（亿元）", "143.2亿元"),
        (["-5亿元", "2亿元"], "", "-3亿元"),
        (["1年", "6个月"], "", "1.5年"),
        (["120", "80"], "数量", "200"),
    ],
)
def test_a_sum_is_written_like_its_parts(cells: list[str], column: str, total: str) -> None:
    figures = [read_figure(cell, column) for cell in cells]
    assert add_up([figure for figure in figures if figure]) == total


@pytest.mark.parametrize(
    "cells", [["3亿元", "3亿美元"], ["3亿元", "5%"], ["2020-01-01", "2021-01-01"], ["3亿元"]]
)
def test_what_has_no_sum_gets_none(cells: list[str]) -> None:
    figures = [read_figure(cell) for cell in cells]
    assert add_up([figure for figure in figures if figure]) is None


AMOUNTS = st.decimals(min_value=-(10**7), max_value=10**7, places=2)


@given(st.lists(AMOUNTS, min_size=2, max_size=8))
def test_a_sum_is_exact(amounts: list[Decimal]) -> None:
    figures = [read_figure(f"{amount}", "金额（万元）") for amount in amounts]
    total = add_up([figure for figure in figures if figure])
    assert total is not None
    again = read_figure(total)
    assert again is not None
    assert again.value == sum(amounts) * 10**4


def test_a_columns_name_and_period() -> None:
    assert column_label("市值（亿元）") == "市值"
    assert column_label("Revenue (US$ million)") == "Revenue"
    assert [date.year for date in column_periods("Revenue 2024")] == [2024]
    assert [date.year for date in column_periods("2023年营收")] == [2023]
    assert column_periods("市值（亿元）") == ()
