"""What every embedding model gives the rest of t2vqa."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from t2vqa.types import Span

Vectors = NDArray[np.float32]
"""Rows of unit length, shape ``(n, dimensions)``."""

OnDone = Callable[[int], None]
"""Told how many texts are done so far."""


@dataclass(frozen=True)
class PassageVectors:
    """The vectors of texts and of spans inside them.

    Attributes:
        vectors: One row of unit length for each text, shape ``(n, dimensions)``.
        units: For each text an array of shape ``(number of its spans, dimensions)``: the mean of
            the token states inside each span, of unit length. The states come from reading the
            whole text, so that a span's vector knows its surroundings ("late chunking", Günther
            et al. 2024, arXiv:2409.04701).
    """

    vectors: Vectors
    units: tuple[Vectors, ...]


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their cosine similarity.

    A text's vector never depends on the other texts of the call.
    """

    @property
    def name(self) -> str:
        """Identity recorded in an index; it changes whenever the vectors would."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions.

        Returns:
            Shape ``(len(texts), dimensions)``, rows of unit length in the order of ``texts``.
        """
        ...

    def embed_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        on_done: OnDone | None = None,
    ) -> PassageVectors:
        """Embed passages and, from the same reading, spans of characters inside them.

        Args:
            texts: The passages as they are to be embedded, without any prefix.
            spans: For each text the spans wanted; None for none. A span that holds no token, or
                lies beyond the model's longest input, gets the vector of its text.
            on_done: Told after each step how many texts are done.
        """
        ...
