"""A quick reader of the prepared tokenizer: the same pieces as `tokenizers`, loaded in a blink.

`tokenizers` needs about a second to load 250,000 unigram pieces, a third of what a cold command
line may take. Plain text is therefore cut here; a text with a character whose treatment depends
on its neighbours (accents that stand alone, emoji sequences, Indic scripts, ...) or with the name
of a special piece goes to `tokenizers`. A property test holds that both give the same.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from t2vqa.index.embedding.e5_file import E5File
from t2vqa.index.embedding.tokenizer_files import SPACE_MARK, special_pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PIECES = "pieces.txt"
_SCORES = "piece_scores.npy"
_SETTINGS = "unigram.json"

_UNKNOWN_PENALTY = 10.0
"""What an unknown character scores below the rarest piece, as in SentencePiece."""

_PLAIN = re.compile(
    "["
    "\t\n -~"  # ASCII without carriage return, which forms a pair with the line feed
    "\u00a0-\u02ff\u0370-\u0482\u048a-\u052f"  # Latin, phonetic, Greek, Cyrillic letters
    "\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20bf"  # more Latin, Greek, punctuation
    "\u2100-\u2bef"  # letter-like signs, numbers, arrows, mathematics, boxes, dingbats
    "\u2e80-\u2fd5\u3000-\u3029\u3030-\u3098\u309b-\u30ff"  # CJK radicals, punctuation, kana
    "\u3105-\u312f\u3190-\ua48c\uac00-\ud7a3\uf900-\ufad9"  # CJK, Yi and Hangul syllables
    "\ufe30-\ufe4f\uff01-\uff9d\uffe0-\uffe6"  # vertical, full-width and half-width forms
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff\U00020000-\U0003134a"  # pictures, rare CJK
    "]*"
)
"""Characters that form no cluster with their neighbours and that composition leaves alone or
turns into what the character map makes of them anyway."""


@dataclass(frozen=True)
class Tokens:
    """The pieces of a text: ids, and the stretch of characters each stands for."""

    ids: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]

    def first(self, count: int) -> Tokens:
        """Return the first ``count`` pieces."""
        return Tokens(self.ids[:count], self.starts[:count], self.ends[:count])


def write_unigram_files(model: E5File, folder: Path) -> None:
    """Write what `UnigramTokenizer` reads into ``folder``."""
    (folder / _PIECES).write_bytes("\n".join(model.pieces).encode())
    np.save(folder / _SCORES, model.scores)
    longest: dict[str, int] = {}
    for piece in model.pieces:
        longest[piece[0]] = max(longest.get(piece[0], 1), len(piece))
    settings = {
        "longest": longest,
        "unknown": model.config.unk,
        "special": special_pieces(model),
        "characters": dict(model.character_map),
    }
    (folder / _SETTINGS).write_text(json.dumps(settings), encoding="utf-8")


class UnigramTokenizer:
    """Cuts texts into the most probable sequence of pieces (Kudo 2018, arXiv:1804.10959)."""

    def __init__(self, folder: Path, tokenizer_json: Path) -> None:
        """Load the files of `write_unigram_files`; ``tokenizer_json`` only when it is needed."""
        settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        pieces = (folder / _PIECES).read_bytes().decode().split("\n")
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores: list[float] = np.load(folder / _SCORES).tolist()
        self._longest: Mapping[str, int] = settings["longest"]
        self._unknown: int = settings["unknown"]
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._special: tuple[str, ...] = tuple(settings["special"])
        self._characters: Mapping[str, str] = settings["characters"]
        self._tokenizer_json = tokenizer_json

    def tokenize(self, text: str) -> Tokens:
        """Cut ``text``, without the pieces that mark its begin and end."""
        if not _PLAIN.fullmatch(text) or any(piece in text for piece in self._special):
            return self._tokenize_by_library(text)
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        for word, places in self._words(text):
            for piece, start, end in self._best_pieces(word):
                ids.append(piece)
                starts.append(places[start])
                ends.append(places[end - 1] + 1)
        return Tokens(ids, starts, ends)

    def _words(self, text: str) -> Iterator[tuple[str, list[int]]]:
        """Yield the normalised words, each with its mark, and where their characters came from."""
        characters: list[str] = [SPACE_MARK]
        places: list[int] = [0]
        replacements = self._characters
        for place, original in enumerate(text):
            for character in replacements.get(original, original):
                if not character.isspace():
                    characters.append(character)
                    places.append(place)
                elif len(characters) > 1:
                    yield self._word(characters, places)
                    characters, places = [SPACE_MARK], [0]
        if len(characters) > 1:
            yield self._word(characters, places)

    @staticmethod
    def _word(characters: list[str], places: list[int]) -> tuple[str, list[int]]:
        places[0] = places[1]  # the mark stands for the character it precedes
        return "".join(characters), places

    def _best_pieces(self, word: str) -> list[tuple[int, int, int]]:
        """Return id, start and end of the pieces whose scores add up to the most (Viterbi)."""
        length = len(word)
        scores = [-math.inf] * (length + 1)
        scores[0] = 0.0
        back: list[tuple[int, int]] = [(self._unknown, 0)] * (length + 1)
        find, piece_scores = self._ids.get, self._scores
        for start in range(length):
            here = scores[start]
            longest = self._longest.get(word[start], 0)
            for end in range(start + 1, min(start + longest, length) + 1):
                piece = find(word[start:end])
                if piece is not None and here + piece_scores[piece] > scores[end]:
                    scores[end] = here + piece_scores[piece]
                    back[end] = (piece, start)
            if word[start] not in self._ids and here + self._unknown_score > scores[start + 1]:
                scores[start + 1] = here + self._unknown_score
                back[start + 1] = (self._unknown, start)
        return self._follow(back)

    def _follow(self, back: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
        """Read the best path from its end; neighbouring unknown pieces become one."""
        path: list[tuple[int, int, int]] = []
        end = len(back) - 1
        while end > 0:
            piece, start = back[end]
            if piece == self._unknown and path and path[-1][0] == piece:
                path[-1] = (piece, start, path[-1][2])
            else:
                path.append((piece, start, end))
            end = start
        path.reverse()
        return path

    def _tokenize_by_library(self, text: str) -> Tokens:
        encoding = self._library.encode(text, add_special_tokens=False)
        starts = [start for start, _ in encoding.offsets]
        return Tokens(encoding.ids, starts, [end for _, end in encoding.offsets])

    @cached_property
    def _library(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._tokenizer_json))
