from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.retrieval.terms import (
    WeightedWord,
    content_words,
    coverage,
    inverse_document_frequency,
    term_set,
    weigh,
)


def frequencies(held: Mapping[str, int]) -> object:
    def of(terms: Sequence[str]) -> dict[str, int]:
        return {term: held[term] for term in terms if term in held}

    return of


WORDS = st.builds(
    WeightedWord,
    word=st.sampled_from(["净利润", "营收", "margin", "x"]),
    pairs=st.sampled_from([(), ("净利", "利润"), ("营收",)]),
    weight=st.floats(0, 20),
)
TERMS = st.frozensets(st.sampled_from(["净利润", "净利", "利润", "营收", "margin"]))


@given(st.lists(WORDS), TERMS)
def test_coverage_is_a_share(words: list[WeightedWord], terms: frozenset[str]) -> None:
    assert 0 <= coverage(words, terms) <= 1 + 1e-9


@given(st.lists(WORDS), TERMS, TERMS)
def test_more_terms_never_cover_less(
    words: list[WeightedWord], terms: frozenset[str], others: frozenset[str]
) -> None:
    assert coverage(words, terms | others) >= coverage(words, terms) - 1e-9


def test_all_words_of_a_text_are_covered_by_it() -> None:
    text = "东山科技2023年的净利润为2.5亿元"
    (words,) = weigh([text], 10, frequencies({}))
    assert coverage(words, term_set(text)) == pytest.approx(1)
    assert coverage(words, term_set("Nothing of the kind.")) == 0


def test_a_word_cut_otherwise_counts_by_its_pairs() -> None:
    word = WeightedWord("净利润", ("净利", "利润"), 1.0)
    whole = word.presence({"净利润"})
    both, one, none = (word.presence(t) for t in ({"净利", "利润"}, {"利润"}, {"营收"}))
    assert whole == 1
    assert whole > both > one > none == 0


def test_a_word_of_one_character_or_of_letters_is_there_or_not() -> None:
    assert WeightedWord("margin", (), 1.0).presence({"margins"}) == 0


@given(st.integers(1, 10_000), st.data())
def test_rarer_terms_weigh_more(total: int, data: st.DataObject) -> None:
    frequency = data.draw(st.integers(0, total - 1))
    rare = inverse_document_frequency(frequency, total)
    assert rare > inverse_document_frequency(frequency + 1, total) >= 0


def test_function_words_carry_no_weight_and_words_come_once() -> None:
    found = content_words("请问净利润的净利润是多少？")
    assert len(found) == len(set(found))
    assert "净利润" in found
    assert not {"请问", "的", "是", "多少"} & set(found)


def test_what_no_passage_holds_is_unknown() -> None:
    (words,) = weigh(["净利润 光刻胶"], 100, frequencies({"净利润": 3, "净利": 4, "利润": 9}))
    known = {word.word: word.known for word in words}
    assert known["净利润"]
    assert not any(flag for name, flag in known.items() if "光" in name or "胶" in name)


def test_a_word_of_known_pairs_is_known_and_as_rare_as_the_rarest() -> None:
    held = {"净利": 4, "利润": 9}
    (words,) = weigh(["净利润"], 100, frequencies(held))
    (word,) = [word for word in words if word.word == "净利润"]
    assert word.known
    assert word.weight == inverse_document_frequency(4, 100)


def test_texts_are_weighed_apart_and_nothing_is_asked_of_an_empty_text() -> None:
    assert weigh([], 5, frequencies({})) == ()
    first, second = weigh(["", "净利润"], 5, frequencies({}))
    assert first == ()
    assert second
