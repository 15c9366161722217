"""The bundled model at run time: onnxruntime and numpy, no torch."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from t2vqa.index.embedding.base import OnDone, PassageVectors, Vectors
from t2vqa.index.embedding.e5_file import BLOCK_WEIGHTS, Q4_BLOCK, E5File, Floats, dequantise
from t2vqa.index.embedding.onnx_graph import INPUT, OUTPUT, build_encoder
from t2vqa.index.embedding.pooling import pool_spans, unit_length
from t2vqa.index.embedding.unigram import Tokens, UnigramTokenizer, write_unigram_files
from t2vqa.types import Span

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_ENCODER = "encoder.onnx"
_WORDS = "word_embeddings.q4"
_POSITIONS = "position_embeddings.npy"
_CONFIG = "runtime.json"

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "


def write_runtime_files(model: E5File, folder: Path) -> None:
    """Write into ``folder`` what `OnnxEmbedder` reads.

    The word embeddings stay as the file's 4-bit blocks: rows are looked up from the disk's cache
    and turned into floats as they are needed, which loads in no time and loses nothing.
    """
    config = model.config
    write_unigram_files(model, folder)
    (folder / _ENCODER).write_bytes(build_encoder(model))
    (folder / _WORDS).write_bytes(model.blocks["emb.word"].tobytes())
    positions = model.floats["emb.pos"].reshape(config.positions, config.hidden)
    np.save(folder / _POSITIONS, positions + model.floats["emb.type"][: config.hidden])
    marks = {"bos": config.bos, "eos": config.eos}
    (folder / _CONFIG).write_text(json.dumps(marks), encoding="utf-8")


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
        self._tokenizer = UnigramTokenizer(folder, tokenizer_json)
        self._positions: Floats = np.load(folder / _POSITIONS)
        marks = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        self._bos: int = marks["bos"]
        self._eos: int = marks["eos"]
        words = np.memmap(folder / _WORDS, dtype=Q4_BLOCK, mode="r")
        self._words = words.reshape(-1, self.dimensions // BLOCK_WEIGHTS)
        self._session = _load_session(folder / _ENCODER)

    @property
    def name(self) -> str:
        """Identity recorded in an index."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._positions.shape[1])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Embedder`."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for row, vector in enumerate(self._map(self._embed_query, texts)):
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
        pool = ThreadPoolExecutor(workers, thread_name_prefix="embed")
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
        tokens = self._tokenizer.tokenize(text).first(len(self._positions) - 2)
        ids = [self._bos, *tokens.ids, self._eos]
        embeddings = dequantise(self._words[ids]) + self._positions[: len(ids)]
        (states,) = self._session.run([OUTPUT], {INPUT: embeddings[np.newaxis]})
        return tokens, states[0]


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux only; a container may allow fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _load_session(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
