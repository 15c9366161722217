"""Turn the trained weights into the 8-bit graph that the product carries.

    python bench/reader/pack.py reader.npz

Writes `src/t2vqa/answering/reader/upper_layers.onnx`. Inputs: `states` ``(1, tokens, hidden)``, the
lower layers' states of question and sentence behind each other, and `sides` ``(1, tokens)``, 0 for
the question's tokens and 1 for the sentence's. Output: `log_odds` ``(1, 1)``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from t2vqa.answering.reader.sentence_reader import UPPER_LAYERS
from t2vqa.index.embedding.e5_file import Blocks, E5Config, Floats, find_e5_file, read_e5_file
from t2vqa.index.embedding.onnx_embedder import LOWER_LAYERS
from t2vqa.index.embedding.onnx_graph import LayerGraph

TARGET = Path(__file__).parents[2] / "src/t2vqa/answering/reader" / UPPER_LAYERS
_PRODUCTS = {"out": "ao", "widen": "fi", "narrow": "fo"}
_NORMS = {"norm": "aln", "last_norm": "oln"}


@dataclass(frozen=True)
class TrainedWeights:
    """The trained layers under the names of the embedding model's file."""

    config: E5Config
    floats: Mapping[str, Floats]
    matrices: Mapping[str, Floats]
    blocks: Mapping[str, Blocks]

    def weights(self, name: str) -> Floats:
        """A weight matrix, a row for each output."""
        return self.matrices[name]


def trained_weights(trained: Mapping[str, Floats], config: E5Config) -> TrainedWeights:
    """Rename what `train.py` wrote."""
    floats: dict[str, Floats] = {}
    matrices: dict[str, Floats] = {}

    def put(name: str, linear: str, rows: slice = slice(None)) -> None:
        matrices[f"{name}.w"] = trained[f"{linear}.weight"][rows]
        floats[f"{name}.b"] = trained[f"{linear}.bias"][rows]

    for place in range(config.layers - LOWER_LAYERS):
        name, layer = f"l{LOWER_LAYERS + place}.", f"layers.{place}."
        for part, letter in enumerate("qkv"):
            rows = slice(part * config.hidden, (part + 1) * config.hidden)
            put(name + letter, layer + "queries_keys_values", rows)
        for linear, short in _PRODUCTS.items():
            put(name + short, layer + linear)
        for norm, short in _NORMS.items():
            floats[f"{name}{short}.w"] = trained[f"{layer}{norm}.weight"]
            floats[f"{name}{short}.b"] = trained[f"{layer}{norm}.bias"]
    return TrainedWeights(config, floats, matrices, {})


def build_graph(trained: Mapping[str, Floats], config: E5Config) -> bytes:
    """Return the upper layers, the marks of the two sides and the score as an ONNX model."""
    graph = LayerGraph(trained_weights(trained, config))
    plain = {"domain": ""}
    marks = graph.node(
        "Gather", [graph.constant("marks", trained["sides"]), "sides"], "side_marks", **plain
    )
    graph.node("Add", ["states", marks], f"layer{LOWER_LAYERS}", **plain)
    for layer in range(LOWER_LAYERS, config.layers):
        graph.layer(layer, f"layer{layer}", f"layer{layer + 1}")
    last = f"layer{config.layers}"
    graph.constant("zero", np.array([0], np.int64))
    graph.constant("one", np.array([1], np.int64))
    first = graph.node("Gather", [last, "zero"], "first_row", axis=1, **plain)
    first = graph.node("Squeeze", [first, "one"], "first", **plain)
    said = graph.node("Cast", ["sides"], "said", to=1, **plain)
    row = graph.node("Unsqueeze", [said, "one"], "said_row", **plain)
    total = graph.node("MatMul", [row, last], "total", **plain)
    flat = graph.node("Squeeze", [total, "one"], "flat_total", **plain)
    count = graph.node("ReduceSum", [said, "one"], "count", keepdims=1, **plain)
    mean = graph.node("Div", [flat, count], "mean", **plain)
    both = graph.node("Concat", [first, mean], "both", axis=1, **plain)
    weights = graph.constant("score_weights", trained["score.weight"])
    bias = graph.constant("score_bias", trained["score.bias"])
    graph.node("Gemm", [both, weights, bias], "log_odds", transB=1, **plain)
    return graph.serialise(
        "t2vqa-sentence-reader",
        {"states": (1, "tokens", config.hidden), "sides": (1, "tokens")},
        {"log_odds": (1, 1)},
        integers={"sides"},
    )


def main() -> None:
    """Pack the weights named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    with np.load(parser.parse_args().weights) as file:
        trained = dict(file)
    graph = build_graph(trained, read_e5_file(find_e5_file()).config)
    TARGET.write_bytes(graph)
    print(f"{TARGET}: {len(graph) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
