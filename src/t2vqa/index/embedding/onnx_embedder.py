"""The bundled model at run time: onnxruntime and numpy, no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from t2vqa.index.embedding.base import OnDone, PassageVectors, Vectors
from t2vqa.index.embedding.e5_file import Q4_BLOCK, E5File, dequantise
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

    Texts are read one at a time: with two cores that is as quick as batches, needs no padding,
    and makes a text's vector the same bits whatever else is embedded with it.
    """

    def __init__(self, folder: Path, tokenizer_json: Path, name: str, threads: int = 0) -> None:
        """Load the files of `write_runtime_files`; ``threads`` 0 takes one a processor."""
        self._name = name
        self._tokenizer = UnigramTokenizer(folder, tokenizer_json)
        self._positions: NDArray[np.float32] = np.load(folder / _POSITIONS)
        marks = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        self._bos: int = marks["bos"]
        self._eos: int = marks["eos"]
        words = np.memmap(folder / _WORDS, dtype=Q4_BLOCK, mode="r")
        self._words = words.reshape(-1, self.dimensions // Q4_BLOCK["steps"].shape[0] // 2)
        self._session = _load_session(folder / _ENCODER, threads)

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
        for row, text in enumerate(texts):
            _, states = self._read(QUERY_PREFIX + text)
            vectors[row] = unit_length(states.mean(axis=0))
        return vectors

    def embed_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        on_done: OnDone | None = None,
    ) -> PassageVectors:
        """Embed passages and spans inside them; see `Embedder`."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        units: list[Vectors] = []
        for row, text in enumerate(texts):
            tokens, states = self._read(PASSAGE_PREFIX + text)
            vectors[row] = unit_length(states.mean(axis=0))
            starts = np.asarray(tokens.starts) - len(PASSAGE_PREFIX)
            ends = np.asarray(tokens.ends) - len(PASSAGE_PREFIX)
            wanted = spans[row] if spans is not None else ()
            units.append(pool_spans(states[1:-1], starts, ends, wanted, vectors[row]))
            if on_done is not None:
                on_done(row + 1)
        return PassageVectors(vectors, tuple(units))

    def _read(self, text: str) -> tuple[Tokens, NDArray[np.float32]]:
        """Return the pieces that fit and the states of these with the begin and end marks."""
        tokens = self._tokenizer.tokenize(text).first(len(self._positions) - 2)
        ids = [self._bos, *tokens.ids, self._eos]
        embeddings = dequantise(self._words[ids]) + self._positions[: len(ids)]
        (states,) = self._session.run([OUTPUT], {INPUT: embeddings[np.newaxis]})
        return tokens, states[0]


def _load_session(path: Path, threads: int) -> InferenceSession:
    import onnxruntime

    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
