"""The encoder in plain numpy at full precision: slow, and what the quick one is checked against."""

from __future__ import annotations

import math

import numpy as np

from t2vqa.index.embedding.e5_file import E5File, Floats, dequantise

_erf = np.vectorize(math.erf, otypes=[np.float32])


def encode_in_full_precision(model: E5File, ids: list[int]) -> Floats:
    """Return the token states of one text, shape ``(len(ids), hidden)``.

    ``ids`` holds the begin and end pieces too.
    """
    config = model.config
    words = model.blocks["emb.word"][ids]
    positions = model.floats["emb.pos"].reshape(config.positions, config.hidden)[: len(ids)]
    first_type = model.floats["emb.type"][: config.hidden]
    states = _norm(model, dequantise(words) + positions + first_type, "emb.ln")
    for layer in range(config.layers):
        name = f"l{layer}."
        attended = _linear(model, _attention(model, states, name), name + "ao")
        states = _norm(model, states + attended, name + "aln")
        wide = _linear(model, states, name + "fi")
        active = wide * 0.5 * (1.0 + _erf(wide / math.sqrt(2.0)))
        states = _norm(model, states + _linear(model, active, name + "fo"), name + "oln")
    return states


def _attention(model: E5File, states: Floats, name: str) -> Floats:
    tokens, hidden = states.shape
    width = hidden // model.config.heads
    queries, keys, values = (
        _linear(model, states, name + part).reshape(tokens, -1, width).transpose(1, 0, 2)
        for part in "qkv"
    )
    scores = queries @ keys.transpose(0, 2, 1) / np.float32(math.sqrt(width))
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    context: Floats = (weights @ values).transpose(1, 0, 2).reshape(tokens, hidden)
    return context


def _linear(model: E5File, states: Floats, name: str) -> Floats:
    result: Floats = states @ model.weights(f"{name}.w").T + model.floats[f"{name}.b"]
    return result


def _norm(model: E5File, states: Floats, name: str) -> Floats:
    centred = states - states.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + model.config.epsilon)
    result: Floats = centred / spread * model.floats[f"{name}.w"] + model.floats[f"{name}.b"]
    return result.astype(np.float32)
