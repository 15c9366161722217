"""What of a conversation is searched, and the words around what was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from t2vqa.conversations.records import StoredTurn
from t2vqa.text.normal import fold, fold_with_map, normalise_characters

_MARKS = re.compile(r"^\s*- |\s?\[\d+\]|\*\*|\\(?=[!-/:-@\[-`{-~])", re.MULTILINE)
_BEFORE, _AFTER = 16, 44
_MOST_TERMS = 8
_LONGEST_TITLE = 60


def searched_text(turn: StoredTurn) -> str:
    """Return a turn as it is read: question and answer without marks."""
    parts = [turn.question]
    if turn.answer is not None:
        parts.append(_MARKS.sub("", turn.answer.text))
    return one_line(" ".join(parts))


def folded(text: str) -> str:
    """Return the form in which ``text`` is searched: no case, width, space or punctuation."""
    return fold(text)


def terms_of(search: str) -> tuple[str, ...] | None:
    """Return the folded words of ``search``, all of which must be found.

    None where nothing can be found by it because it is only punctuation; empty where nothing is
    searched for.
    """
    words = search.split()
    terms = tuple(dict.fromkeys(filter(None, map(folded, words))))[:_MOST_TERMS]
    return None if words and not terms else terms


def snippet(text: str, terms: Sequence[str]) -> str:
    """Return the words around the first place in ``text`` where one of ``terms`` stands."""
    found, origins = fold_with_map(text)
    places = [(place, term) for term in terms if (place := found.find(term)) >= 0]
    if not places:
        return ""
    place, term = min(places)
    start = max(origins[place] - _BEFORE, 0)
    end = min(origins[place + len(term) - 1] + 1 + _AFTER, len(text))
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{text[start:end].strip()}{after}"


def title_of(words: str) -> str:
    """Return a conversation's title after its first question or a name given to it."""
    line = one_line(words)
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def one_line(text: str) -> str:
    """Return ``text`` on one line, without characters that do not show."""
    return " ".join(normalise_characters(text).split())
