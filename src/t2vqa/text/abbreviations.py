"""Tell a period that ends an English sentence from one that ends an abbreviation."""

from __future__ import annotations

import re

_NEVER_LAST_WORDS = (
    "mr mrs ms dr prof st gen gov sen rep hon rev fig figs tab eq sec ch vol v vs cf e.g i.e viz "
    "approx est dept univ pp ca resp incl excl ref art jan feb mar apr jun jul aug sep sept oct "
    "nov dec mt ft nr"
)
_MAYBE_LAST_WORDS = "inc ltd co corp plc bros jr sr etc al a.m p.m ph.d llc cie ag"
_STARTER_WORDS = (
    "the it its in this that these those but however a an he she they we i at on for as and by "
    "there if when while after before meanwhile since although our their his her to from with "
    "over under during one two some many most all both according such"
)
_NEVER_LAST = frozenset(_NEVER_LAST_WORDS.split())
_MAYBE_LAST = frozenset(_MAYBE_LAST_WORDS.split())
_STARTERS = frozenset(_STARTER_WORDS.split())
_LAST_WORD = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]+$")
_LETTERS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_NEXT_WORD = re.compile(r"\s*[\"'“‘(]*([A-Za-z]+|\d)?")


def ends_with_abbreviation(head: str, following: str) -> bool:
    """Tell whether the period between ``head`` and ``following`` belongs to an abbreviation only.

    After those that often end a sentence (Inc., U.S.) the next word decides: a word that opens
    sentences (The, However) makes it an end.
    """
    found = _LAST_WORD.search(head[-20:])
    if found is None:
        return False
    word = found.group()
    lowered = word.casefold()
    following_match = _NEXT_WORD.match(following)
    next_word = (following_match.group(1) or "") if following_match else ""
    if lowered in _NEVER_LAST:
        return True
    if lowered == "no":
        return next_word.isdigit()
    if lowered in _MAYBE_LAST or _LETTERS.fullmatch(word):
        return next_word.casefold() not in _STARTERS and bool(next_word)
    return len(word) == 1 and word.isupper() and next_word.casefold() not in _STARTERS
