import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.text import split_sentences
from t2vqa.text.sentences import LONGEST

PIECES = st.sampled_from(
    [
        *"。！？；…，、：“”（）()[]\"'.!?;, \n\t",
        "甲",
        "公司营收",
        "3.5",
        "U.S.",
        "Inc.",
        "word ",
        "\n\n",
        "（1）",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("营收增长。利润下降！为何？", ["营收增长。", "利润下降！", "为何？"]),
        ("铜涨1%；铝跌2%；锌持平。", ["铜涨1%；", "铝跌2%；", "锌持平。"]),
        ("1) 自研引擎;2) 数字人业务。", ["1) 自研引擎;", "2) 数字人业务。"]),
        ("他说：“好。”然后离开。", ["他说：“好。”", "然后离开。"]),
        ('他说："好。"然后离开。', ['他说："好。"', "然后离开。"]),
        ("“爆发！”，公司说。", ["“爆发！”，公司说。"]),
        ("主因（一是销量；二是价格）已明。", ["主因（一是销量；二是价格）已明。"]),
        ("增长……然后停滞。", ["增长……", "然后停滞。"]),
        ("甲公司\n乙公司", ["甲公司", "乙公司"]),
        ("增长3.5%。下降1.5%。", ["增长3.5%。", "下降1.5%。"]),
        ("利润率为5%.公司称", ["利润率为5%.", "公司称"]),
    ],
)
def test_chinese_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose 3.5%. Costs fell!", ["Sales rose 3.5%.", "Costs fell!"]),
        ("Dr. Li joined Acme Inc. as chief.", ["Dr. Li joined Acme Inc. as chief."]),
        ("U.S. sales rose. See Fig. 2.", ["U.S. sales rose.", "See Fig. 2."]),
        ("They moved to the U.S. The rest stayed.", ["They moved to the U.S.", "The rest stayed."]),
        ("J. K. Li wrote it.", ["J. K. Li wrote it."]),
        ("It rose, e.g. in May; then fell.", ["It rose, e.g. in May; then fell."]),
        ("It ended in 2020. In 2021 it grew.", ["It ended in 2020.", "In 2021 it grew."]),
        ("1. Revenue grew.", ["1. Revenue grew."]),
        ("No. 5 leads. No. We doubt it.", ["No. 5 leads.", "No.", "We doubt it."]),
        ('He said "Stop." Then left.', ['He said "Stop."', "Then left."]),
    ],
)
def test_english_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_wrapped_lines_make_one_sentence() -> None:
    text = (
        "指因脑部受到外力作用而造成的损伤，被保险人实际接受了在全身麻醉下进行\n"
        "的手术治疗，并且须由专科医生出具相应的诊断证明。微创手术以及门诊的处\n"
        "理不在保障范围内。"
    )
    assert [one.count("\n") for one in sentences(text)] == [1, 1]


def test_only_the_given_stretch_is_cut() -> None:
    text = "甲。乙。丙。"
    assert [span.of(text) for span in split_sentences(text, 2, 4)] == ["乙。"]


def test_what_never_ends_is_cut_at_commas() -> None:
    text = "，".join(["这是一个很长的分句内容"] * 80)
    parts = sentences(text)
    assert all(len(part) <= LONGEST for part in parts)
    assert all(part.endswith("，") for part in parts[:-1])


def test_a_stretch_without_any_break_is_cut_too() -> None:
    assert all(len(part) <= LONGEST for part in sentences("字" * 2000))


@given(TEXTS)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    spans = split_sentences(text)
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(text)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert not any(text[end:start].strip() for end, start in zip(ends, starts, strict=True))
    assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in spans)
    assert all(span.end - span.start <= LONGEST for span in spans)
