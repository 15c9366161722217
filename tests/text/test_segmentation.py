from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.text import bigrams, is_stopword, search_terms, words
from t2vqa.text.stems import stem


def test_long_chinese_words_come_with_the_words_within() -> None:
    found = words("机构投资者")
    assert {"机构", "投资", "投资者"} <= set(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增长2.5%", "2.5%"),
        ("占30%的份额", "30%"),
        ("10,000吨", "10000"),
        ("１．５倍", "1.5"),
        ("1.3B版本", "1.3b"),
        ("Wan2.1-VACE", "vace"),
        ("Wan2.1-VACE", "wan2.1"),
        ("H100显卡", "h100"),
        ("companies", "company"),
    ],
)
def test_numbers_and_names_stay_whole(text: str, expected: str) -> None:
    assert expected in words(text)


def test_a_name_of_letters_and_digits_is_found_written_apart() -> None:
    assert set(words("Gamma 2")) <= set(words("Gamma2"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("price", "prices"),
        ("price", "pricing"),
        ("price", "priced"),
        ("run", "running"),
        ("company", "companies"),
        ("risk", "risks"),
        ("launch", "launches"),
        ("launch", "launched"),
    ],
)
def test_forms_of_an_english_word_give_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["gas", "bus", "is", "analysis", "red", "king"])
def test_short_words_and_false_endings_stay(word: str) -> None:
    assert stem(word) == word


def test_bigrams_pair_neighbours_within_chinese_only() -> None:
    assert bigrams("营收AI增长率") == ["营收", "增长", "长率"]


def test_search_terms_leave_function_words_out() -> None:
    terms = search_terms("请问公司的营收是多少？ What is the revenue?")
    assert "营收" in terms
    assert "revenu" in terms
    assert not {"的", "是", "多少", "请问", "what", "the", "is"} & set(terms)


def test_stopwords_are_function_words_of_both_languages() -> None:
    assert all(is_stopword(word) for word in ("的", "什么", "哪些", "如何", "the", "which"))
    assert not any(is_stopword(word) for word in ("营收", "风险", "revenue", "2021"))


@given(st.text())
def test_words_hold_no_white_space_and_are_folded(text: str) -> None:
    assert all(word and not any(one.isspace() for one in word) for word in words(text))
    assert words(text) == words(text.replace("，", " , "))


def test_threads_may_cut_at_once() -> None:
    text = "多模态大模型推动内容产业降本增效，机构投资者关注商业化落地。" * 20
    expected = words(text)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(words, [text] * 64))
