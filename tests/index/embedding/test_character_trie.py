"""The packed character map does in `tokenizers` what the map says."""

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from t2vqa.index.embedding.character_trie import pack_character_map
from t2vqa.index.embedding.e5_file import E5File

CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])


@given(st.dictionaries(CHARACTERS, st.text(CHARACTERS, max_size=4)), st.sets(CHARACTERS))
def test_any_map_is_read_back(mapping: dict[str, str], others: set[str]) -> None:
    normalizer = normalizers.Precompiled(pack_character_map(mapping))
    for character in others | mapping.keys():
        assert normalizer.normalize_str(character) == mapping.get(character, character)


def test_the_whole_map_of_the_model_is_read_back(model_file: E5File) -> None:
    mapping = model_file.character_map
    normalizer = normalizers.Precompiled(pack_character_map(mapping))
    every = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    wrong = [c for c in every if normalizer.normalize_str(c) != mapping.get(c, c)]
    assert wrong == []
