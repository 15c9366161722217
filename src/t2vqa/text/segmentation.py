"""The terms that texts are searched by: words, numbers and Chinese character bigrams."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from t2vqa.text.stems import stem
from t2vqa.text.stopwords import STOPWORDS, is_stopword

__all__ = ["bigrams", "is_stopword", "search_terms", "words"]

_HAN = "〇々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_TOKEN = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?%?(?![a-z\d])|\d+(?:\.\d+)*%"
    r"|\d+(?:\.\d+)+(?![a-z\d]))"
    rf"|(?P<word>(?:[^\W_{_HAN}]|(?<=\d)\.(?=\d)|(?<=[a-z])\.(?=\d)|(?<=[a-z])'(?=[a-z]))+)"
)
_PARTS = re.compile(r"[^\W\d_]{2,}|\d+(?:\.\d+)*")


def words(text: str) -> list[str]:
    """Return the words of a text in order, folded for matching rather than for reading.

    Chinese is cut in search mode, so that long words come with the words within them; English
    loses case, plural, -ing and -ed; numbers stay whole (``2.5``, ``30%``), without thousands
    separators. A name of letters and digits (``abc2.1``) also gives its parts.
    """
    return _words(_folded(text))


def _words(folded: str) -> list[str]:
    found: list[str] = []
    for match in _TOKEN.finditer(folded):
        token = match.group()
        if match.lastgroup == "han":
            found.extend(_cut(token))
        elif match.lastgroup == "number":
            found.append(token.replace(",", ""))
        else:
            found.extend(_word_terms(token))
    return found


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring Chinese characters of a text, in order."""
    return _bigrams(_folded(text))


def _bigrams(folded: str) -> list[str]:
    return [
        run[place : place + 2] for run in _HAN_RUN.findall(folded) for place in range(len(run) - 1)
    ]


def search_terms(text: str) -> list[str]:
    """Return what a text is indexed and found by: words but function words, and Chinese bigrams.

    A two-character word occurs twice, as word and as bigram: words weigh more than chance pairs.
    """
    folded = _folded(text)
    return [term for term in (*_words(folded), *_bigrams(folded)) if term not in STOPWORDS]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _cut(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    import rjieba  # loads its dictionary, a fifth of a second

    return list(rjieba.cut_for_search(run))


@lru_cache(maxsize=50_000)
def _word_terms(token: str) -> tuple[str, ...]:
    if token.isalpha():
        return (token if is_stopword(token) else stem(token),)
    if not token[0].isalpha():
        return (token,)
    parts = [stem(part) for part in _PARTS.findall(token)]
    return tuple(dict.fromkeys([token.replace("'", ""), *parts]))
