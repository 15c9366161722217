"""The states that the embedding model's lower layers give, as the reader meets them in use."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
from invented import Asked
from numpy.typing import NDArray

from t2vqa.config import load_settings
from t2vqa.index.embedding.e5_file import BLOCK_WEIGHTS, E5File, dequantise
from t2vqa.index.embedding.onnx_embedder import PASSAGE_PREFIX, QUERY_PREFIX
from t2vqa.index.embedding.onnx_graph import INPUT, OUTPUT, build_encoder
from t2vqa.index.embedding.prepare import load_tokenizer, prepare_bundled_model

LOWER_LAYERS = 6
LONGEST = 104
_TOLD_EVERY = 4000


class LowerStates:
    """The lower states of every question and sentence, computed once, kept as 16-bit floats."""

    def __init__(self, model: E5File, threads: int) -> None:
        config = dataclasses.replace(model.config, layers=LOWER_LAYERS)
        encoder = build_encoder(dataclasses.replace(model, config=config))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._threads = threads
        self._session = onnxruntime.InferenceSession(encoder, options)
        self._tokenizer = load_tokenizer(prepare_bundled_model(load_settings().cache))
        self._words = model.blocks["emb.word"].reshape(-1, config.hidden // BLOCK_WEIGHTS)
        positions = model.floats["emb.pos"].reshape(config.positions, config.hidden)
        self._positions = positions + model.floats["emb.type"][: config.hidden]
        self._ends = (config.bos, config.eos)
        self._known: dict[str, NDArray[np.float16]] = {}

    def prepare(self, groups: Sequence[Asked]) -> None:
        """Compute everything that ``groups`` hold."""
        texts = list(dict.fromkeys(text for group in groups for text in _texts(group)))
        with ThreadPoolExecutor(self._threads) as pool:  # texts side by side, as the embedder does
            for done, (text, states) in enumerate(
                zip(texts, pool.map(self._read, texts), strict=True)
            ):
                self._known[text] = states
                if done % _TOLD_EVERY == 0:
                    print(f"lower states: {done:,} of {len(texts):,}", flush=True)

    def question(self, question: str) -> NDArray[np.float16]:
        """Return the states of a question."""
        return self._known[QUERY_PREFIX + question]

    def sentence(self, title: str, text: str) -> NDArray[np.float16]:
        """Return the states of a sentence below its title."""
        return self._known[below_title(title, text)]

    def length(self, title: str, text: str) -> int:
        """Return the number of tokens of a sentence below its title."""
        return len(self.sentence(title, text))

    def _read(self, text: str) -> NDArray[np.float16]:
        begin, end = self._ends
        ids = [begin, *self._tokenizer.tokenize(text).first(LONGEST - 2).ids, end]
        embeddings = dequantise(self._words[ids]) + self._positions[: len(ids)]
        (states,) = self._session.run([OUTPUT], {INPUT: embeddings[np.newaxis]})
        return states[0].astype(np.float16)


def below_title(title: str, text: str) -> str:
    """Return a sentence as it is read: its title stands above it, unless it brings its own."""
    return f"{PASSAGE_PREFIX}{text}" if "\n" in text else f"{PASSAGE_PREFIX}{title}\n{text}"


def _texts(group: Asked) -> Iterable[str]:
    yield QUERY_PREFIX + group.question
    for text in (group.right, *group.wrong):
        yield below_title(group.title, text)
