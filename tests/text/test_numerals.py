from decimal import Decimal

import pytest

from t2vqa.text.numerals import read_numeral


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("二十", 20),
        ("十二", 12),
        ("一百零五", 105),
        ("一百五", 150),
        ("三万五", 35_000),
        ("两千零五", 2005),
        ("一百二十", 120),
        ("十二亿", 1_200_000_000),
        ("一亿三千万", 130_000_000),
        ("二〇二一", 2021),
        ("壹仟壹佰玖拾肆万伍仟贰佰叁拾", 11_945_230),
        ("半", Decimal("0.5")),
    ],
)
def test_numerals_are_read(numeral: str, value: Decimal) -> None:
    assert read_numeral(numeral) == value


@pytest.mark.parametrize("words", ["", "甲", "三甲"])
def test_what_is_no_numeral_gives_nothing(words: str) -> None:
    assert read_numeral(words) is None
