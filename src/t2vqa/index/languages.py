"""The part of a vector that tells its language, and how to exchange it.

A multilingual model puts the texts of one language nearer to each other than to a translation, so
that a question crowds out what another language answers. The difference of the languages' mean
vectors is most of that: a question's vector moved by it looks for the other language (Libovický and
others, On the language neutrality of pre-trained multilingual representations, 2020,
arXiv:2004.05160).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from t2vqa.index.codec import Floats
from t2vqa.text.languages import is_chinese

SAMPLE = 600
"""Passages, drawn without a pattern, that the means are taken of."""

_FEWEST = 5


@dataclass(frozen=True)
class LanguageMeans:
    """The mean vectors of the Chinese passages and of the others, shape ``(dimensions,)``."""

    chinese: Floats
    other: Floats

    def moved(self, vector: Floats, *, to_chinese: bool) -> Floats:
        """Return a vector of one language as it would be in the other, of unit length."""
        change = self.chinese - self.other if to_chinese else self.other - self.chinese
        moved = vector + change
        return np.asarray(moved / np.linalg.norm(moved), np.float32)


def language_means(sample: Iterable[tuple[str, Floats]]) -> LanguageMeans | None:
    """Return the means of a sample of texts and vectors; None where it holds one language only."""
    sides: dict[bool, list[Floats]] = {True: [], False: []}
    for text, vector in sample:
        sides[is_chinese(text)].append(vector)
    if min(map(len, sides.values())) < _FEWEST:
        return None
    chinese, other = (np.mean(sides[side], axis=0, dtype=np.float32) for side in (True, False))
    return LanguageMeans(np.asarray(chinese, np.float32), np.asarray(other, np.float32))
