"""Compare ways to run the bundled model, and all of them with the processor's limit.

    python bench/embedding_speed.py [--passages 40] [--rounds 3]

Every way embeds the same passages, in turns; the median of the rounds counts. The cosine is to the
same weights in full precision. The limit is the best rate of 8-bit products that onnxruntime
reaches with two large matrices on this machine, on all cores; a passage of n tokens needs
12 layers x (4 x 384 x 384 + 2 x 384 x 1,536 + 2 x 384 x n) x n multiplications and as many
additions. OpenVINO runs the full precision and is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from keeping import LIBRARIES, Row, keep
from numpy.typing import NDArray
from texts import texts

from t2vqa.config import load_settings
from t2vqa.documents import load_document
from t2vqa.index.embedding.onnx_embedder import INPUT, PASSAGE_PREFIX, count_processors
from t2vqa.index.embedding.pooling import unit_length
from t2vqa.index.embedding.prepare import load_prepared, prepare_bundled_model
from t2vqa.index.embedding.token_embeddings import TokenEmbeddings
from t2vqa.index.passages import embedding_input, passages_of

CHARACTERS = 300
HIDDEN, WIDE, LAYERS = 384, 1536, 12
MATRIX = 2048

Floats = NDArray[np.float32]
Way = Callable[[Sequence[str]], Floats]


def some_passages(count: int) -> list[str]:
    """Return passages as they are embedded."""
    found: list[str] = []
    for document in texts(count):
        read = load_document(document.path, document.text.encode())
        found += [embedding_input(passage)[0] for passage in passages_of(read, CHARACTERS)]
    return found[:count]


def ours(folder: Path, threads: int) -> Way:
    """As t2vqa does: a text at a time for each thread."""
    embedder = load_prepared(folder, threads)
    return lambda passages: embedder.embed_passages(passages).vectors


def with_options(folder: Path, level: str, inner: int) -> Way:
    """The same graph under another optimisation level, or with threads inside each product."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = inner
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(folder / "runtime" / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokens = TokenEmbeddings(folder / "runtime", folder / "tokenizer.json")
    outer = max(count_processors() // inner, 1)

    def one(passage: str) -> Floats:
        _, embeddings = tokens.look_up(PASSAGE_PREFIX + passage)
        (states,) = session.run(None, {INPUT: embeddings})
        return unit_length(states[0].mean(axis=0))

    def run(passages: Sequence[str]) -> Floats:
        with ThreadPoolExecutor(outer) as pool:
            return np.stack(list(pool.map(one, passages)))

    return run


def with_sentence_transformers(folder: Path) -> Way:
    """Full precision in torch, in batches by length."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return lambda passages: np.asarray(
        model.encode([PASSAGE_PREFIX + passage for passage in passages], batch_size=32), np.float32
    )


def with_openvino(folder: Path) -> Way:
    """Full precision in OpenVINO, a text at a time for each stream."""
    import openvino
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    network, tokenizer = model[0].auto_model, model.tokenizer
    example = tokenizer(["例"], return_tensors="pt")
    with torch.no_grad():
        converted = openvino.convert_model(
            network,
            example_input={name: example[name] for name in ("input_ids", "attention_mask")},
        )
    config = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(count_processors())}
    compiled = openvino.Core().compile_model(converted, "CPU", config)
    requests = [compiled.create_infer_request() for _ in range(count_processors())]

    def part(task: tuple[Any, list[tuple[int, str]]]) -> list[tuple[int, Floats]]:
        request, rows = task
        found = []
        for row, passage in rows:
            cut = tokenizer([PASSAGE_PREFIX + passage], truncation=True, return_tensors="np")
            wanted = {name: cut[name] for name in ("input_ids", "attention_mask")}
            states = next(iter(request.infer(wanted).values()))
            found.append((row, unit_length(states[0].mean(axis=0))))
        return found

    def run(passages: Sequence[str]) -> Floats:
        numbered = list(enumerate(passages))
        tasks = [
            (request, numbered[place :: len(requests)]) for place, request in enumerate(requests)
        ]
        with ThreadPoolExecutor(len(requests)) as pool:
            rows = dict(row for part_rows in pool.map(part, tasks) for row in part_rows)
        return np.stack([rows[row] for row in range(len(passages))])

    return run


def best_8_bit_rate() -> float:
    """Return the additions and multiplications a second of a large 8-bit product, all cores."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(1).integers(-63, 63, (MATRIX, MATRIX)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [MATRIX, MATRIX])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [MATRIX, MATRIX])],
        [numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = count_processors()
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    inputs = {"a": np.random.default_rng(2).integers(0, 255, (MATRIX, MATRIX)).astype(np.uint8)}
    session.run(None, inputs)
    seconds = []
    for _ in range(8):
        began = time.perf_counter()
        session.run(None, inputs)
        seconds.append(time.perf_counter() - began)
    return 2 * MATRIX**3 / min(seconds)


def operations(tokens: int) -> int:
    """Return the additions and multiplications that a passage of so many tokens needs."""
    products = 4 * HIDDEN * HIDDEN + 2 * HIDDEN * WIDE + 2 * HIDDEN * tokens
    return 2 * LAYERS * products * tokens


def ways(folder: Path) -> dict[str, Way]:
    """Return all ways that can be run here."""
    cores = count_processors()
    found = {
        "t2vqa, a text a thread": ours(folder, cores),
        "t2vqa, one thread": ours(folder, 1),
        "threads inside each product": with_options(folder, "ORT_ENABLE_ALL", cores),
        "no graph optimisation": with_options(folder, "ORT_DISABLE_ALL", 1),
        "basic graph optimisation": with_options(folder, "ORT_ENABLE_BASIC", 1),
        "sentence-transformers, torch": with_sentence_transformers(folder),
    }
    with suppress(ImportError):
        found["OpenVINO"] = with_openvino(folder)
    return found


def main() -> None:
    """Run every way in turns and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    folder = prepare_bundled_model(load_settings().cache)
    passages = some_passages(given.passages)
    tokens = TokenEmbeddings(folder / "runtime", folder / "tokenizer.json")
    needed = sum(operations(tokens.look_up(PASSAGE_PREFIX + one)[1].shape[1]) for one in passages)
    running = ways(folder)
    exact = running["sentence-transformers, torch"](passages)
    seconds: dict[str, list[float]] = {name: [] for name in running}
    cosines: dict[str, float] = {}
    limits = []
    for _ in range(given.rounds):
        limits.append(best_8_bit_rate())
        for name, way in running.items():
            began = time.perf_counter()
            vectors = way(passages)
            seconds[name].append(time.perf_counter() - began)
            cosines[name] = float((vectors * exact).sum(axis=1).mean())
    rows: list[Row] = [
        {
            "way": name,
            "passages a second": len(passages) / median(taken),
            "cosine to full precision": f"{cosines[name]:.4f}",
            "operations a second, 10^9": needed / median(taken) / 1e9,
            "share of the 8-bit limit": needed / median(taken) / max(limits),
        }
        for name, taken in seconds.items()
    ]
    rows.append(
        {"way": "limit: one large 8-bit product", "operations a second, 10^9": max(limits) / 1e9}
    )
    said = __doc__.split("\n\n")[2].replace("\n", " ")
    libraries = (*LIBRARIES, "openvino", "sentence-transformers", "torch")
    keep("embedding_speed", "Ways to run the model", said, rows, libraries)


if __name__ == "__main__":
    main()
