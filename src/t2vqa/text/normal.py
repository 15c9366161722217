"""The normal form a document's text is kept in, and the folded form texts are compared in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, but tab and newline
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, bidi
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"  # annotations, noncharacters, lone surrogates
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]++(?=\n|\Z)")
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise_characters(raw: str) -> str:
    r"""Bring characters to their normal form and keep every line where it is.

    Line breaks of all kinds become ``\n``, spaces of all kinds (the ideographic too) a plain one;
    controls and zero-width and bidirectional marks go; the result is in Unicode's form NFC.
    """
    text = _LINE_BREAKS.sub("\n", raw)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text)
    return unicodedata.normalize("NFC", text)


def normalise(raw: str) -> str:
    """Return the normal form of a text; doing it twice changes nothing.

    Beyond :func:`normalise_characters`, lines end without spaces, at most one line in a row is
    blank, and the text neither begins nor ends with a blank line.
    """
    text = _LINE_ENDS.sub("", normalise_characters(raw))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def fold(text: str) -> str:
    """Return the form in which two texts are compared.

    Width and compatibility variants (NFKC), case, white space, punctuation and marks are folded
    away, so ``10,000 吨`` equals ``１００００吨``. Points in numbers go as well: ``1.5`` equals
    ``15``; compare quantities where that matters.
    """
    return "".join(map(_fold_character, unicodedata.normalize("NFC", text)))


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters, the offset it came from in ``text``.

    A quote found at ``folded[a:b]`` stands in ``text`` from ``map[a]`` to ``map[b - 1] + 1``.
    """
    folded: list[str] = []
    origins: list[int] = []
    for offset, cluster in _clusters(text):
        characters = "".join(map(_fold_character, cluster))
        folded.append(characters)
        origins.extend([offset] * len(characters))
    return "".join(folded), origins


def display_width(text: str) -> int:
    """Return the columns a text takes in a fixed-width face: two for a wide character, else one."""
    return len(text) + sum(map(_is_wide, text))


@lru_cache(maxsize=70_000)
def _is_wide(character: str) -> bool:
    return character > "\u10ff" and unicodedata.east_asian_width(character) in "WFA"


@lru_cache(maxsize=70_000)
def _fold_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    return "".join(one for one in folded if unicodedata.category(one)[0] not in "PZCM")


def _clusters(text: str) -> list[tuple[int, str]]:
    """Cut a text into (offset, NFC) pieces that no normalisation reaches across."""
    if unicodedata.is_normalized("NFC", text):
        return list(enumerate(text))
    starts = [0]
    for offset in range(1, len(text)):
        if not _continues(text[offset]):
            starts.append(offset)
    ends = [*starts[1:], len(text)]
    return [
        (start, unicodedata.normalize("NFC", text[start:end]))
        for start, end in zip(starts, ends, strict=True)
    ]


def _continues(character: str) -> bool:
    """Tell whether a character may compose with the one before: a mark, a Hangul vowel or coda."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"
