"""A light English stemmer: enough to match plural and verb forms, not for reading."""

from __future__ import annotations

import re

_VOWEL = re.compile("[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


def stem(word: str) -> str:
    """Return a lower-case word without plural, -ing, -ed and a final -e.

    ``pricing``, ``priced``, ``prices`` and ``price`` all give ``pric``. Words that are not plain
    ASCII letters, and short ones, stay as they are.
    """
    if len(word) < 4 or not word.isascii():
        return word
    word = _without_verb_ending(_singular(word))
    if len(word) > 4 and word.endswith("e"):
        return word[:-1]
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_verb_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and _VOWEL.search(base):
            return _DOUBLED.sub(r"\1", base)
    return word
