import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.evaluation.folding import contains, coverage, fold, grams, language


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("10,000吨", "10000吨"),
        ("10000 吨", "10000吨"),
        ("1,234,567.5 元", "1234567.5元"),
        ("ＡＢＣ　公司", "abc公司"),
        ("**增长 35%**。", "增长35%"),
        ("2019、2020 年", "2019 2020年"),
        ("2023-10-24", "2023 10 24"),
        ("| 评级 | `AA+` |", "评级aa+"),
        ("3.5。", "3.5"),
        ("第2019,100", "第2019 100"),
        ("……！", ""),
    ],
)
def test_folding_keeps_value_and_drops_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "wanted", "stands"),
    [
        ("共10,000吨。", "10000 吨", True),
        ("增长15%", "5%", False),
        ("增长5%", "5%", True),
        ("共1.46亿", "46亿", False),
        ("共46.5", "46", False),
        ("2019、2020年", "2020", True),
        ("Founded in 1999 (Berlin)", "berlin", True),
        ("任何文字", "。", False),
        ("有句号。", "。", True),
        ("任何文字", "", False),
    ],
)
def test_containment_takes_figures_whole(text: str, wanted: str, stands: bool) -> None:
    assert contains(text, wanted) is stands


def test_grams_are_pairs_of_characters_figures_and_words() -> None:
    assert grams("净利 1,200万 Net-income") == {
        ("净", "利"),
        ("利", "1200"),
        ("1200", "万"),
        ("万", "net"),
        ("net", "income"),
    }


def test_words_written_together_or_apart_have_the_same_grams_in_chinese() -> None:
    assert grams("文生 视频，2025 年") == grams("文生视频2025年")


def test_coverage_is_the_share_of_the_items_grams() -> None:
    assert coverage("甲乙丙丁戊", grams("甲乙丙"), "甲乙丙") == 0.5


@pytest.mark.parametrize(("folded", "share"), [("共35%", 1.0), ("共3%", 0.0)])
def test_an_item_without_grams_is_covered_where_it_stands(folded: str, share: float) -> None:
    assert coverage("35%", frozenset(), folded) == share


@given(st.text(), st.text())
def test_coverage_lies_between_nothing_and_all(item: str, text: str) -> None:
    assert 0.0 <= coverage(item, grams(text), fold(text)) <= 1.0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("公司收入增长", "zh"),
        ("OpenAI 发布 Sora 之后，国内厂商陆续跟进", "zh"),
        ("Revenue of 腾讯 grew last year", "en"),
        ("", "en"),
        ("12 345", "en"),
    ],
)
def test_language_is_told_by_script(text: str, name: str) -> None:
    assert language(text) == name
