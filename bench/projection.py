"""An embedder that needs no model: sums of random directions, one a word.

It stands in where only the stores are measured: 100,000 passages take a minute with it and an hour
and a half with the model. Texts with words in common are near each other, so that a search has
something to find; how well it finds is not measured with it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from t2vqa.index.embedding.base import Embedder, OnDone, PassageVectors, Vectors
from t2vqa.text.segmentation import words
from t2vqa.types import Span

DIMENSIONS = 384
_DIRECTIONS = 1 << 15
_EVERY_TEXT_SHARES = 0.25


class ProjectionEmbedder:
    """Gives each word a random direction and each text the sum of its words' directions.

    With a model, all is embedded by that as well, and the result thrown away: it then takes as
    long as it would.
    """

    def __init__(self, model: Embedder | None = None) -> None:
        """Draw the directions; the same in every process."""
        self.name = "random-projection-1"
        self.dimensions = DIMENSIONS
        self.embedded = 0
        self._model = model
        chance = np.random.default_rng(11)
        directions = chance.standard_normal((_DIRECTIONS, DIMENSIONS)).astype(np.float32)
        self._directions = directions + _EVERY_TEXT_SHARES * directions[0]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Embedder`."""
        if self._model is not None:
            self._model.embed_queries(texts)
        return np.stack([_unit(self._sum(text)) for text in texts])

    def embed_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        on_done: OnDone | None = None,
    ) -> PassageVectors:
        """Embed passages and spans inside them; see `Embedder`."""
        if self._model is not None:
            self._model.embed_passages(texts, spans)
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        units = []
        for row, text in enumerate(texts):
            parts = [self._sum(span.of(text)) for span in (spans[row] if spans else ())]
            vectors[row] = _unit(sum(parts, self._sum(text.split("\n")[0])))
            stacked = np.stack(parts) if parts else np.empty((0, DIMENSIONS), np.float32)
            units.append(np.stack([_unit(part) for part in stacked]) if parts else stacked)
        self.embedded += len(texts)
        if on_done is not None:
            on_done(len(texts))
        return PassageVectors(vectors, tuple(units))

    def _sum(self, text: str) -> Vectors:
        rows = [zlib.crc32(word.encode()) % _DIRECTIONS for word in words(text)]
        total: Vectors = self._directions[rows or [0]].sum(axis=0)
        return total


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
