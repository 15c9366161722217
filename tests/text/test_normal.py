import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.text import fold, fold_with_map, normalise
from t2vqa.text.normal import display_width

AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\r\n\t\v\f\x00\x85\u2028\u2029\ufeff\u200b\u00a0\u3000 e\u0301ｅが\u3099가가"
        ),
    )
)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("甲\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁"),
        ("\ufeff甲\x00乙\u200b丙\u202e", "甲乙丙"),
        ("甲\u00a0乙\u3000丙", "甲 乙 丙"),
        ("甲  \t\n\n\n\n乙   ", "甲\n\n乙"),
        ("\n\n甲\n", "甲"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0301", "é"),
        ("一\t二", "一\t二"),
    ],
)
def test_normalise_gives_the_normal_form(raw: str, normal: str) -> None:
    assert normalise(raw) == normal


@given(AWKWARD)
def test_normalise_is_idempotent(raw: str) -> None:
    once = normalise(raw)
    assert normalise(once) == once


@given(AWKWARD)
def test_normal_form_holds_no_controls_and_no_spaces_at_line_ends(raw: str) -> None:
    text = normalise(raw)
    assert not any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in text)
    assert all(line == line.rstrip(" \t") for line in text.split("\n"))
    assert "\n\n\n" not in text


def test_normalise_takes_linear_time_on_long_runs_of_spaces() -> None:
    raw = "a" + " " * 200_000 + "b"
    assert normalise(raw) == raw


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10,000吨", "１００００ 吨"),
        ("Wan2.1-VACE", "ｗａｎ2.1 vace"),
        ("“营收”：3 亿元。", "营收3亿元"),
        ("Straße", "STRASSE"),
    ],
)
def test_fold_makes_equal_what_reads_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_different_words_apart() -> None:
    assert fold("营收3亿元") != fold("营收4亿元")


@given(AWKWARD)
def test_fold_with_map_gives_the_folded_text_and_an_origin_for_each_character(text: str) -> None:
    folded, origins = fold_with_map(text)
    assert folded == fold(text)
    assert len(origins) == len(folded)
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


def test_fold_with_map_locates_a_quote() -> None:
    text = "公司 营收（合并）为 ３，０００ 万元。"
    folded, origins = fold_with_map(text)
    begin = folded.index("3000万元")
    end = begin + len("3000万元")
    assert text[origins[begin] : origins[end - 1] + 1] == "３，０００ 万元"


def test_display_width_counts_wide_characters_twice() -> None:
    assert display_width("ab中文，") == 8
