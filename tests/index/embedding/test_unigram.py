"""The quick tokenizer gives what `tokenizers` gives."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from t2vqa.index.embedding.prepare import load_tokenizer
from t2vqa.index.embedding.unigram import UnigramTokenizer

PLAIN = st.text(
    st.one_of(
        st.sampled_from("的一是公司股份年月日，。；：（）％０１２３ＡＢ、《》“”·…—～ \n\t"),
        st.sampled_from("abcdefghijklmnop ABC 0123456789.,;:!?%$#@()[]<>/\\'\"-_"),
        st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=["Cs", "Cn"]),
    ),
    max_size=60,
)


@pytest.fixture(scope="session")
def library(prepared_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(prepared_folder / "tokenizer.json"))


@pytest.fixture(scope="session")
def quick(prepared_folder: Path) -> UnigramTokenizer:
    return load_tokenizer(prepared_folder)


def assert_same(quick: UnigramTokenizer, library: Tokenizer, text: str) -> None:
    ours = quick.tokenize(text)
    theirs = library.encode(text, add_special_tokens=False)
    assert list(ours.ids) == theirs.ids
    assert list(zip(ours.starts, ours.ends, strict=True)) == theirs.offsets


@given(PLAIN)
@settings(max_examples=500, deadline=None)
def test_ordinary_text(quick: UnigramTokenizer, library: Tokenizer, text: str) -> None:
    assert_same(quick, library, text)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text(quick: UnigramTokenizer, library: Tokenizer, text: str) -> None:
    assert_same(quick, library, text)


def test_every_character_alone(quick: UnigramTokenizer, library: Tokenizer) -> None:
    characters = [chr(code) for code in range(0x20, 0x30000) if not 0xD800 <= code < 0xE000]
    different = [
        character
        for character in characters
        if list(quick.tokenize(f"a{character}b").ids)
        != library.encode(f"a{character}b", add_special_tokens=False).ids
    ]
    assert different == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "e\u0301te\u0301 か\u3099",
        "a\r\nb",
        "👨‍👩‍👧 1️⃣ 🇨🇳",
        "<s> </s> <mask> ＜s＞",
        "\U000f0000\U000f0001 x\U000f0000",
        "हिन्दी भाषा",
    ],
)
def test_what_needs_its_neighbours(quick: UnigramTokenizer, library: Tokenizer, text: str) -> None:
    assert_same(quick, library, text)


def test_offsets_point_into_the_text_as_given(quick: UnigramTokenizer) -> None:
    text = "（２０２４） 收入"
    tokens = quick.tokenize(text)
    covered = {
        place
        for start, end in zip(tokens.starts, tokens.ends, strict=True)
        for place in range(start, end)
    }
    assert covered == {place for place, character in enumerate(text) if character != " "}
    assert text[tokens.starts[-1] : tokens.ends[-1]] == "收入"


def test_tokens_are_those_of_multilingual_e5(quick: UnigramTokenizer) -> None:
    # Ids published with XLM-R: "Hello world" is 35378 8999.
    assert list(quick.tokenize("Hello world").ids) == [35378, 8999]
