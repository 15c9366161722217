"""Judges whether a sentence answers a question, by reading both together.

The lower six layers of the embedding model read question and sentence apart; six more layers,
trained for this and nothing else, read them together (docs/answers.md). Reading the lower part
apart costs little precision and lets a question be read once for all its sentences (MacAvaney and
others, Efficient document re-ranking for transformers by precomputing term representations, SIGIR
2020, arXiv:2004.14255).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from t2vqa.config import Settings
from t2vqa.index.cache import Cache
from t2vqa.index.embedding.base import Embedder
from t2vqa.index.embedding.helping import Helpers
from t2vqa.index.embedding.onnx_embedder import (
    PASSAGE_PREFIX,
    QUERY_PREFIX,
    LowerLayers,
    OnnxEmbedder,
    load_session,
)
from t2vqa.index.embedding.prepare import load_lower_layers, prepare_bundled_model
from t2vqa.types import Progress

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]

UPPER_LAYERS = "upper_layers.onnx"
LONGEST_QUESTION = 64
LONGEST_SENTENCE = 104
"""Tokens that are read; what was trained on was rarely longer."""

_KEPT_SENTENCES = 512


class Reader(Protocol):
    """Judges sentences."""

    def judge(self, question: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each sentence the log-odds that it answers ``question``.

        Args:
            question: With everything that is asked.
            sentences: Each with what stands above it (title, headings) and its words.
        """


class SentenceReader:
    """The trained reader. Any thread may call it; a call uses several threads."""

    def __init__(self, lower: LowerLayers, upper: InferenceSession, threads: int = 0) -> None:
        """Wrap the loaded layers; ``threads`` 0 takes one a processor."""
        self._lower = lower
        self._upper = upper
        self._helpers = Helpers(threads)
        self._known: Cache[str, Floats] = Cache(_KEPT_SENTENCES)

    def judge(self, question: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
        """Return the log-odds of each sentence; see `Reader`."""
        if not sentences:
            return []
        asked = self._lower.read(QUERY_PREFIX + question, LONGEST_QUESTION)

        def one(sentence: tuple[str, str]) -> float:
            return self._judge(asked, self._states(*sentence))

        return self._helpers.map(one, sentences)

    def _states(self, above: str, text: str) -> Floats:
        whole = f"{PASSAGE_PREFIX}{above}\n{text}"
        states = self._known.get(whole)
        if states is None:
            states = self._lower.read(whole, LONGEST_SENTENCE)
            self._known.put(whole, states)
        return states

    def _judge(self, asked: Floats, said: Floats) -> float:
        states = np.concatenate([asked, said])[np.newaxis]
        sides = np.repeat(np.array([0, 1], np.int64), [len(asked), len(said)])[np.newaxis]
        (log_odds,) = self._upper.run(None, {"states": states, "sides": sides})
        return float(log_odds[0, 0])


def load_reader(
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
    embedder: Embedder | None = None,
) -> SentenceReader:
    """Load the reader; the bundled embedding model, whose layers it shares, is prepared if need be.

    Args:
        settings: Name the cache folder and the number of threads.
        progress: Told how far the preparation is.
        embedder: The one in use; where it is the bundled model, the reader shares its tokenizer.

    Raises:
        ModelError: The embedding model cannot be prepared or cannot be trusted.
    """
    if isinstance(embedder, OnnxEmbedder):
        lower = embedder.lower_layers()
    else:
        lower = load_lower_layers(prepare_bundled_model(settings.cache, progress))
    with as_file(files(__package__) / UPPER_LAYERS) as path:
        return SentenceReader(lower, load_session(Path(path)), settings.threads)
