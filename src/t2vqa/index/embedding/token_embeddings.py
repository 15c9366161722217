"""The first step of reading a text: its pieces and their embeddings, from a prepared folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from t2vqa.index.embedding.e5_file import BLOCK_WEIGHTS, Q4_BLOCK, E5File, Floats, dequantise
from t2vqa.index.embedding.unigram import Tokens, UnigramTokenizer, write_unigram_files

_WORDS = "word_embeddings.q4"
_POSITIONS = "position_embeddings.npy"
_CONFIG = "runtime.json"


def write_token_files(model: E5File, folder: Path) -> None:
    """Write into ``folder`` what `TokenEmbeddings` reads.

    The word embeddings stay as the file's 4-bit blocks: rows are looked up from the disk's cache
    and turned into floats as they are needed, which loads in no time and loses nothing.
    """
    config = model.config
    write_unigram_files(model, folder)
    (folder / _WORDS).write_bytes(model.blocks["emb.word"].tobytes())
    positions = model.floats["emb.pos"].reshape(config.positions, config.hidden)
    np.save(folder / _POSITIONS, positions + model.floats["emb.type"][: config.hidden])
    marks = {"bos": config.bos, "eos": config.eos}
    (folder / _CONFIG).write_text(json.dumps(marks), encoding="utf-8")


class TokenEmbeddings:
    """Cuts texts into pieces and looks these up; any thread may call it."""

    def __init__(self, folder: Path, tokenizer_json: Path) -> None:
        """Load the files of `write_token_files`."""
        self._tokenizer = UnigramTokenizer(folder, tokenizer_json)
        self._positions: Floats = np.load(folder / _POSITIONS)
        marks = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        self._bos: int = marks["bos"]
        self._eos: int = marks["eos"]
        words = np.memmap(folder / _WORDS, dtype=Q4_BLOCK, mode="r")
        self._words = words.reshape(-1, self.dimensions // BLOCK_WEIGHTS)

    @property
    def dimensions(self) -> int:
        """Length of an embedding."""
        return int(self._positions.shape[1])

    def look_up(self, text: str, most: int | None = None) -> tuple[Tokens, Floats]:
        """Return the pieces of ``text`` that fit and their embeddings.

        Args:
            text: With its prefix.
            most: At most so many tokens with the begin and end marks; by default what the model
                can read.

        Returns:
            The pieces, and shape ``(1, 2 + pieces, dimensions)``: the marks stand at both ends.
        """
        limit = min(most or len(self._positions), len(self._positions))
        tokens = self._tokenizer.tokenize(text).first(limit - 2)
        ids = [self._bos, *tokens.ids, self._eos]
        embeddings = dequantise(self._words[ids]) + self._positions[: len(ids)]
        return tokens, embeddings[np.newaxis]
