"""The bundled model at run time: onnxruntime and numpy, no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from t2vqa.index.embedding.base import OnDone, PassageVectors, Vectors
from t2vqa.index.embedding.e5_file import E5File, Floats
from t2vqa.index.embedding.helping import Helpers, count_processors, give_way
from t2vqa.index.embedding.onnx_graph import INPUT, OUTPUT, build_encoder
from t2vqa.index.embedding.pooling import pool_spans, unit_length
from t2vqa.index.embedding.token_embeddings import TokenEmbeddings, write_token_files
from t2vqa.index.embedding.unigram import Tokens
from t2vqa.types import Span

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_ENCODER = "encoder.onnx"
_LOWER = "lower_layers.onnx"

RUNTIME_GRAPHS = (_ENCODER, _LOWER)
"""Files a prepared folder of an earlier version may lack."""

LOWER_LAYERS = 6
"""Layers that the sentence reader shares with the embedder."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "


def write_runtime_files(model: E5File, folder: Path) -> None:
    """Write into ``folder`` what `OnnxEmbedder` and `LowerLayers` read."""
    write_token_files(model, folder)
    (folder / _ENCODER).write_bytes(build_encoder(model))
    (folder / _LOWER).write_bytes(build_encoder(model, LOWER_LAYERS))


class OnnxEmbedder:
    """multilingual-e5-small from a prepared folder.

    Every text is read alone, by one thread; several threads take a text each. That needs no
    padding, is quicker than several threads in one product (29 against 24 passages a second on
    two idle cores, 8.5 against 4.7 on two busy ones), and makes a text's vector the same bits
    whatever else is embedded with it.
    """

    def __init__(self, folder: Path, tokenizer_json: Path, name: str, threads: int = 0) -> None:
        """Load the files of `write_runtime_files`; ``threads`` 0 takes one a processor."""
        self._name = name
        self._threads = threads or count_processors()
        self._helpers = Helpers(self._threads)
        self._folder = folder
        self._embeddings = TokenEmbeddings(folder, tokenizer_json)
        self._session = load_session(folder / _ENCODER)

    @property
    def name(self) -> str:
        """Identity recorded in an index."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._embeddings.dimensions

    def lower_layers(self) -> LowerLayers:
        """Load the lower layers, which share the tokenizer and word embeddings with this."""
        return LowerLayers(self._embeddings, self._folder)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Embedder`."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for row, vector in enumerate(self._helpers.map(self._embed_query, texts)):
            vectors[row] = vector
        return vectors

    def embed_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        on_done: OnDone | None = None,
    ) -> PassageVectors:
        """Embed passages and spans inside them; see `Embedder`."""
        wanted = spans if spans is not None else [()] * len(texts)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        units: list[Vectors] = []
        results = self._map(self._embed_passage, list(zip(texts, wanted, strict=True)))
        for row, (vector, pooled) in enumerate(results):
            vectors[row] = vector
            units.append(pooled)
            if on_done is not None:
                on_done(row + 1)
        return PassageVectors(vectors, tuple(units))

    def _map(
        self, function: Callable[[_Task], _Result], tasks: Sequence[_Task]
    ) -> Iterator[_Result]:
        """Yield the result of every task in order, computed by several threads."""
        workers = min(self._threads, len(tasks))
        if workers <= 1:
            yield from map(function, tasks)
            return
        pool = ThreadPoolExecutor(workers, thread_name_prefix="embed", initializer=give_way)
        try:
            yield from pool.map(function, tasks)
        finally:  # when the caller stops early, what has not begun is not done
            pool.shutdown(cancel_futures=True)

    def _embed_query(self, text: str) -> Floats:
        _, states = self._read(QUERY_PREFIX + text)
        return unit_length(states.mean(axis=0))

    def _embed_passage(self, task: tuple[str, Sequence[Span]]) -> tuple[Floats, Floats]:
        text, spans = task
        tokens, states = self._read(PASSAGE_PREFIX + text)
        vector = unit_length(states.mean(axis=0))
        starts = np.asarray(tokens.starts) - len(PASSAGE_PREFIX)
        ends = np.asarray(tokens.ends) - len(PASSAGE_PREFIX)
        return vector, pool_spans(states[1:-1], starts, ends, spans, vector)

    def _read(self, text: str) -> tuple[Tokens, Floats]:
        """Return the pieces that fit and the states of these with the begin and end marks."""
        tokens, embeddings = self._embeddings.look_up(text)
        (states,) = self._session.run([OUTPUT], {INPUT: embeddings})
        return tokens, states[0]


class LowerLayers:
    """The states of the model's lower layers, which know words in their sentence."""

    def __init__(self, embeddings: TokenEmbeddings, folder: Path) -> None:
        """Load the graph of `write_runtime_files`."""
        self._embeddings = embeddings
        self._session = load_session(folder / _LOWER)

    def read(self, text: str, most: int) -> Floats:
        """Return the states of ``text``, its prefix included: shape ``(tokens, hidden)``.

        At most ``most`` tokens are read, the begin and end marks among them.
        """
        _, embeddings = self._embeddings.look_up(text, most)
        (states,) = self._session.run([OUTPUT], {INPUT: embeddings})
        return np.asarray(states[0], np.float32)


def load_session(path: Path) -> InferenceSession:
    """Load an ONNX model for one thread a call."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
