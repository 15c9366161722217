from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.text.quantities import (
    Change,
    Comparison,
    Quantity,
    QuantityKind,
    find_quantities,
    same_quantity,
)


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    "text",
    [
        "3亿元",
        "3 亿元",
        "300 million yuan",
        "RMB 300m",
        "3.0亿元人民币",
        "人民币３亿元",
        "30,000万元",
        "三亿元",
    ],
)
def test_one_amount_in_many_ways(text: str) -> None:
    assert same_quantity(only(text), only("3亿元"))
    assert only(text).span.of(text) == text


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("增速为65%", "65", "%", QuantityKind.PERCENT),
        ("占三成", "30", "%", QuantityKind.PERCENT),
        ("百分之三点五", "3.5", "%", QuantityKind.PERCENT),
        ("下降2个百分点", "2", "百分点", QuantityKind.PERCENT),
        ("翻了10倍", "10", "倍", QuantityKind.RATIO),
        ("时长60秒", "60", "秒", QuantityKind.DURATION),
        ("为期18个月", "18", "月", QuantityKind.DURATION),
        ("130亿参数", "13000000000", "参数", QuantityKind.COUNT),
        ("10万颗显卡", "100000", "颗", QuantityKind.COUNT),
        ("一百二十家门店", "120", "家", QuantityKind.COUNT),
        ("共1,316,051,907股", "1316051907", "股", QuantityKind.COUNT),
        ("员工1150名", "1150", "人", QuantityKind.COUNT),
        ("需24GB显存", "24", "GB", QuantityKind.SIZE),
        ("产能5万吨", "50000", "吨", QuantityKind.SIZE),
        ("$2.5bn", "2500000000", "USD", QuantityKind.MONEY),
        ("1450万港元", "14500000", "HKD", QuantityKind.MONEY),
        ("8491美元/吨", "8491", "USD/吨", QuantityKind.MONEY),
        ("订单超10亿", "1000000000", "", QuantityKind.NUMBER),
        ("市盈率为25.3，低于同行", "25.3", "", QuantityKind.NUMBER),
        ("耗电1,000,000千瓦时", "1000000", "千瓦时", QuantityKind.SIZE),
    ],
)
def test_value_unit_and_kind(text: str, value: str, unit: str, kind: QuantityKind) -> None:
    quantity = only(text)
    assert (quantity.value, quantity.unit, quantity.kind) == (Decimal(value), unit, kind)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("200-400GB", 200, 400, "GB"),
        ("低60-70%", 60, 70, "%"),
        ("60%至70%", 60, 70, "%"),
        ("3-6个月", 3, 6, "月"),
        ("3-5亿元", 300_000_000, 500_000_000, "CNY"),
        ("3万—5万元", 30_000, 50_000, "CNY"),
    ],
)
def test_ranges(text: str, low: int, high: int, unit: str) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high, quantity.unit) == (low, high, unit)


@pytest.mark.parametrize(
    ("text", "approximate", "comparison"),
    [
        ("约91亿元", True, Comparison.EXACT),
        ("91亿元左右", True, Comparison.EXACT),
        ("超3亿元", False, Comparison.MORE),
        ("4年以上", False, Comparison.MORE),
        ("100多家", True, Comparison.MORE),
        ("十余亿元", True, Comparison.MORE),
        ("不超过5%", False, Comparison.LESS),
        ("不低于5%", False, Comparison.MORE),
        ("no less than 5%", False, Comparison.MORE),
        ("less than 5%", False, Comparison.LESS),
        ("不足10人", False, Comparison.LESS),
        ("at least 10 companies", False, Comparison.MORE),
        ("10家", False, Comparison.EXACT),
    ],
)
def test_bounds_and_roughness(text: str, approximate: bool, comparison: Comparison) -> None:
    quantity = only(text)
    assert (quantity.approximate, quantity.comparison) == (approximate, comparison)


@pytest.mark.parametrize(
    ("text", "change", "basis"),
    [
        ("营收同比增长5.07%", Change.UP, "同比"),
        ("环比下降3.2%", Change.DOWN, "环比"),
        ("股价+6.45%", Change.UP, ""),
        ("sales fell by 3%", Change.DOWN, ""),
        ("营收增长至3亿元", Change.NONE, ""),
        ("份额为30%", Change.NONE, ""),
    ],
)
def test_changes(text: str, change: Change, basis: str) -> None:
    assert (only(text).change, only(text).basis) == (change, basis)


@pytest.mark.parametrize(
    "text",
    [
        "2021年",
        "3月5日",
        "GPT-4o",
        "Gamma2",
        "第三家",
        "股票代码为600999。",
        "一个公司",
        "1920x1080",
        "300182",
        "2.1",
    ],
)
def test_names_dates_and_bare_numbers_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


def test_units_are_converted() -> None:
    assert same_quantity(only("1年"), only("12个月"))
    assert same_quantity(only("1000公斤"), only("1吨"))
    assert not same_quantity(only("1年"), only("13个月"))


def test_different_quantities_are_told_apart() -> None:
    assert not same_quantity(only("3亿元"), only("3亿美元"))
    assert not same_quantity(only("增长5%"), only("下降5%"))
    assert not same_quantity(only("1.5倍"), only("15倍"))
    assert same_quantity(only("下降5%"), only("涨跌幅为-5%"))


@given(
    st.decimals(min_value=0, max_value=10**6, places=2),
    st.sampled_from(["万元", "亿元", "%", "吨", "家"]),
)
def test_a_printed_quantity_is_read_back(number: Decimal, unit: str) -> None:
    quantity = only(f"合计为{number}{unit}。")
    assert quantity.value == number * {"万元": 10**4, "亿元": 10**8}.get(unit, 1)


@given(
    st.text(st.sampled_from("0123456789.,-~至约超十百万亿两三元%％年月日个家吨美$GBm /股成倍第"))
)
def test_spans_are_in_order_and_apart(text: str) -> None:
    found = find_quantities(text)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    assert all(one.low <= one.value <= one.high for one in found)
    assert all(one.span.of(text).strip() for one in found)
