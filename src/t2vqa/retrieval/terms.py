"""How much of a question's wording a text covers, word by word.

A word counts by its rarity in the corpus (inverse document frequency, Robertson and Spärck Jones
1976). A Chinese word that does not stand in the text as a whole counts by the share of its
character pairs that do, so that another segmentation of the same characters costs little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from t2vqa.text.segmentation import bigrams, is_stopword, search_terms, words

_PAIR_CREDIT = 0.8
_CACHED_TEXTS = 8192

_KINDS_IN_CHINESE = """
    姓名 名称 名字 时间 日期 金额 数额 数量 数目 总量 总额 总数 比例 占比 类型 地点 方式 内容
    原因 对象
"""
_KINDS_IN_ENGLISH = "name date time amount number quantity percentage proportion type place reason"
_KINDS_OF_VALUE = frozenset([*_KINDS_IN_CHINESE.split(), *_KINDS_IN_ENGLISH.split()])
_CHOOSING_IN_CHINESE = """
    最大 最小 最高 最低 最多 最少 最早 最晚 最新 最强 最好 主要 重要 一共 总共 合计
"""
_CHOOSING_IN_ENGLISH = "largest biggest highest lowest smallest most least main major latest total"
_CHOOSING = frozenset([*_CHOOSING_IN_CHINESE.split(), *_CHOOSING_IN_ENGLISH.split()])
_MEASURING = "量额数率值度"
_SAID_BY_THE_VALUE = 0.35
"""What a word for a kind of value counts: mostly the value says it, and the word is not there; and
one for what to choose among several, which a text on something else holds as well."""


@dataclass(frozen=True, slots=True)
class WeightedWord:
    """A content word of a question, its character pairs, and its weight (natural-log idf).

    ``known`` tells whether any passage holds the word, or each of its character pairs.
    """

    word: str
    pairs: tuple[str, ...]
    weight: float
    known: bool = True

    def presence(self, terms: Collection[str]) -> float:
        """Return in [0, 1] how much of the word stands among the ``terms`` of a text."""
        if self.word in terms:
            return 1.0
        if not self.pairs:
            return 0.0
        return _PAIR_CREDIT * sum(pair in terms for pair in self.pairs) / len(self.pairs)


def content_words(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` that carry meaning, each once, in order."""
    return tuple(dict.fromkeys(word for word in words(text) if not is_stopword(word)))


def names_a_kind(word: str) -> bool:
    """Tell whether a word names a kind of value (a date, an amount), not what has the value."""
    return word in _KINDS_OF_VALUE


def inverse_document_frequency(frequency: int, total: int) -> float:
    """Return the idf of a term that ``frequency`` of ``total`` passages hold; never negative."""
    return math.log1p((total - frequency + 0.5) / (frequency + 0.5))


def weigh(
    texts: Sequence[str],
    total: int,
    frequencies: Callable[[Sequence[str]], Mapping[str, int]],
) -> tuple[tuple[WeightedWord, ...], ...]:
    """Weigh the content words of each text by their rarity among ``total`` passages.

    Args:
        texts: Questions or parts of questions.
        total: Number of passages in the index.
        frequencies: Gives for terms the number of passages that hold each.
    """
    vocabularies = [content_words(text) for text in texts]
    pairs = {word: tuple(bigrams(word)) for word in set().union(*map(set, vocabularies))}
    asked = sorted(set(pairs).union(*pairs.values()))
    known = frequencies(asked) if asked else {}

    def weighted_word(word: str) -> WeightedWord:
        frequency = known.get(word, 0)
        if not frequency and pairs[word]:
            # The segmenter may never have cut this word: its pairs tell how rare it is.
            frequency = min(known.get(pair, 0) for pair in _told_apart(word, pairs[word]))
        weight = inverse_document_frequency(frequency, total)
        if names_a_kind(word) or word in _CHOOSING:
            weight *= _SAID_BY_THE_VALUE
        return WeightedWord(word, pairs[word], weight, known=frequency > 0)

    weighted = {word: weighted_word(word) for word in pairs}
    return tuple(tuple(weighted[word] for word in vocabulary) for vocabulary in vocabularies)


def _told_apart(word: str, pairs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pairs that must be known for ``word`` to be: 消耗量 is said of what 消耗 takes."""
    return pairs[:-1] if len(pairs) > 1 and word[-1] in _MEASURING else pairs


def coverage(weighted: Iterable[WeightedWord], terms: Collection[str]) -> float:
    """Return in [0, 1] the share of the words' weight that ``terms`` cover; 0 without words."""
    covered = total = 0.0
    for word in weighted:
        total += word.weight
        covered += word.weight * word.presence(terms)
    return covered / total if total else 0.0


@lru_cache(maxsize=_CACHED_TEXTS)
def term_set(text: str) -> frozenset[str]:
    """Return the distinct search terms of ``text``."""
    return frozenset(search_terms(text))
