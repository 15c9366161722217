import pytest

from t2vqa.text.codes import find_codes


@pytest.mark.parametrize(
    ("text", "words", "code", "market"),
    [
        ("甲公司（300999）", "300999", "300999", "SZ"),
        ("| 甲公司 | 600999 | 影视 |", "600999", "600999", "SH"),
        ("600999", "600999", "600999", "SH"),
        ("股票代码：688999", "688999", "688999", "SH"),
        ("600999.SH 上涨", "600999.SH", "600999", "SH"),
        ("SZ002999", "SZ002999", "002999", "SZ"),
        ("830999.BJ", "830999.BJ", "830999", "BJ"),
        ("0999.HK", "0999.HK", "00999", "HK"),
        ("某集团（03999）公布", "03999", "03999", "HK"),
        ("(NASDAQ: ABCD)", "ABCD", "ABCD", "US"),
        ("ABCD.US", "ABCD.US", "ABCD", "US"),
    ],
)
def test_codes_are_found(text: str, words: str, code: str, market: str) -> None:
    (mention,) = find_codes(text)
    assert (mention.span.of(text), mention.code, mention.market) == (words, code, market)


@pytest.mark.parametrize(
    "text",
    [
        "合计300182股",
        "600999 元",
        "今年售出300182，同比持平",
        "(999999)",
        "电话 600123",
        "编号 1300182",
        "2021年港股",
        "共（300000人）",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert find_codes(text) == []
