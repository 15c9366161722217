"""Writes the bundled model as a folder that sentence-transformers loads, at full precision."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from t2vqa.index.embedding.e5_file import BLOCK_WEIGHTS, E5Config, E5File, Floats, dequantise
from t2vqa.index.embedding.tokenizer_files import write_tokenizer_files

_ROWS_AT_ONCE = 25_000

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


def write_sentence_folder(model: E5File, folder: Path) -> None:
    """Write weights, tokenizer and settings into ``folder``."""
    write_tokenizer_files(model, folder)
    _write_settings(model.config, folder)
    _write_weights(model, folder / "model.safetensors")


def _write_settings(config: E5Config, folder: Path) -> None:
    files: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "torch_dtype": "float32",
            "hidden_size": config.hidden,
            "num_hidden_layers": config.layers,
            "num_attention_heads": config.heads,
            "intermediate_size": config.feed_forward,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": config.positions,
            "type_vocab_size": config.token_types,
            "vocab_size": config.vocabulary,
            "pad_token_id": 0,
            "position_embedding_type": "absolute",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
        "sentence_bert_config.json": {
            "max_seq_length": config.positions,
            "do_lower_case": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": config.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def _write_weights(model: E5File, path: Path) -> None:
    """Write a safetensors file piece by piece, so that the weights never fill the memory."""
    shapes = {name: shape for name, shape, _ in _tensors(model)}
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, parts in _tensors(model):
            for part in parts():
                file.write(np.ascontiguousarray(part, "<f4").data)


_Parts = Callable[[], Iterator[Floats]]


def _tensors(model: E5File) -> Iterator[tuple[str, list[int], _Parts]]:
    """Yield name, shape and the rows in parts, in one order every time."""
    config = model.config
    hidden = config.hidden
    yield (
        "embeddings.word_embeddings.weight",
        [config.vocabulary, hidden],
        lambda: _word_embeddings(model),
    )
    for ours, theirs, rows in (
        ("emb.pos", "position_embeddings.weight", config.positions),
        ("emb.type", "token_type_embeddings.weight", config.token_types),
    ):
        yield f"embeddings.{theirs}", [rows, hidden], _once(model, ours)
    for kind, word in _KINDS.items():
        yield f"embeddings.LayerNorm.{word}", [hidden], _once(model, f"emb.ln.{kind}")
    for layer in range(config.layers):
        for ours, theirs in _LAYER_NAMES.items():
            for kind, word in _KINDS.items():
                name = f"l{layer}.{ours}.{kind}"
                yield (
                    f"encoder.layer.{layer}.{theirs}.{word}",
                    _shape(model, name),
                    _once(model, name),
                )
    # The model has no pooler, but the class it is loaded into warns when one is missing.
    for word, shape in (("weight", [hidden, hidden]), ("bias", [hidden])):
        yield f"pooler.dense.{word}", shape, partial(_zeros, shape)


def _shape(model: E5File, name: str) -> list[int]:
    if name in model.floats:
        return list(model.floats[name].shape)
    rows, blocks = model.blocks[name].shape
    return [rows, blocks * BLOCK_WEIGHTS]


def _once(model: E5File, name: str) -> _Parts:
    return lambda: iter([model.floats[name] if name in model.floats else model.weights(name)])


def _zeros(shape: list[int]) -> Iterator[Floats]:
    yield np.zeros(shape, np.float32)


def _word_embeddings(model: E5File) -> Iterator[Floats]:
    rows = model.blocks["emb.word"]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        yield dequantise(rows[start : start + _ROWS_AT_ONCE])
