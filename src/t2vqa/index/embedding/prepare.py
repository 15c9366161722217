"""Prepares the bundled model in the user's cache folder, once, whole or not at all."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from t2vqa.errors import ModelError
from t2vqa.index.embedding.e5_file import E5_SHA256, E5File, find_e5_file, read_e5_file
from t2vqa.index.embedding.onnx_embedder import (
    QUERY_PREFIX,
    RUNTIME_GRAPHS,
    LowerLayers,
    OnnxEmbedder,
    write_runtime_files,
)
from t2vqa.index.embedding.pooling import unit_length
from t2vqa.index.embedding.reference import encode_in_full_precision
from t2vqa.index.embedding.sentence_folder import write_sentence_folder
from t2vqa.index.embedding.token_embeddings import TokenEmbeddings
from t2vqa.index.embedding.unigram import UnigramTokenizer
from t2vqa.types import Progress

logger = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]

RECIPE = 1
"""Raised whenever the prepared files, and with them possibly the vectors, change."""

MODEL_NAME = f"multilingual-e5-small-{E5_SHA256[:8]}-v{RECIPE}"
"""Name of the prepared folder and of the model in an index."""

_STAGE = "Preparing the embedding model"
_WAITING = "Waiting for another process that prepares the embedding model"
_MANIFEST = "manifest.json"
_RUNTIME = "runtime"
_TOKENIZER = "tokenizer.json"
_MEGABYTES_NEEDED = 700
_LEAST_COSINE = 0.995
_TRIALS = ("What does the company sell?", "公司的主要产品是什么？2023年收入增长12.5%，毛利率下降。")


def prepare_bundled_model(cache: Path, progress: OnProgress | None = None) -> Path:
    """Return the prepared folder below ``cache``; make it first if it is missing or damaged.

    Two processes may ask at once: one prepares, the other waits and takes the result.

    Raises:
        ModelError: The cache folder cannot be written, the disk is full, or the model in the
            installed package is not the one expected. Nothing unfinished is left behind.
    """
    folder = cache / MODEL_NAME
    if is_complete(folder):
        return folder
    tell = progress or (lambda _: None)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _lock(cache / f"{MODEL_NAME}.lock", tell):
            if not is_complete(folder):
                _prepare(folder, tell)
    except OSError as error:
        raise ModelError(
            f"The embedding model cannot be prepared in {cache}: {error.strerror or error}. It "
            f"needs a folder that can be written with {_MEGABYTES_NEEDED} MB free; name another "
            "with T2VQA_CACHE."
        ) from error
    return folder


def load_prepared(folder: Path, threads: int) -> OnnxEmbedder:
    """Load the embedder from a folder that is complete.

    Raises:
        ModelError: A file has its full size and yet cannot be used.
    """
    name = f"bundled:{MODEL_NAME}"
    try:
        return OnnxEmbedder(folder / _RUNTIME, folder / _TOKENIZER, name, threads)
    except Exception as error:  # onnxruntime's own errors have no common class
        raise ModelError(
            f"The prepared embedding model cannot be loaded ({type(error).__name__}: {error}). "
            f"Delete the folder {folder}: it is made anew at the next start."
        ) from error


def load_lower_layers(folder: Path) -> LowerLayers:
    """Load the lower layers from a folder that is complete."""
    runtime = folder / _RUNTIME
    return LowerLayers(TokenEmbeddings(runtime, folder / _TOKENIZER), runtime)


def load_tokenizer(folder: Path) -> UnigramTokenizer:
    """Load the tokenizer from a folder that is complete."""
    return UnigramTokenizer(folder / _RUNTIME, folder / _TOKENIZER)


def is_complete(folder: Path) -> bool:
    """Whether every file that is needed was prepared and is there at its full size."""
    try:
        sizes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        needed = {f"{_RUNTIME}/{name}" for name in RUNTIME_GRAPHS}
        return needed <= sizes.keys() and all(
            (folder / name).stat().st_size == size for name, size in sizes.items()
        )
    except (OSError, ValueError, AttributeError):
        return False


@contextmanager
def _lock(path: Path, tell: OnProgress) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        tell(Progress(_WAITING, 0, 1))
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _prepare(folder: Path, tell: OnProgress) -> None:
    _remove_leftovers(folder)
    free = shutil.disk_usage(folder.parent).free
    if free < _MEGABYTES_NEEDED * 1_000_000:
        raise OSError(f"only {free // 1_000_000} MB are free there")
    logger.info("preparing the embedding model in %s", folder)
    unfinished = folder.with_name(f"{_unfinished_prefix(folder)}{os.getpid()}")
    try:
        unfinished.mkdir()
        _write(unfinished, tell)
        _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(folder: Path, tell: OnProgress) -> None:
    steps = 4
    tell(Progress(_STAGE, 0, steps))
    model = read_e5_file(find_e5_file())
    tell(Progress(_STAGE, 1, steps))
    runtime = folder / _RUNTIME
    runtime.mkdir()
    write_runtime_files(model, runtime)
    tell(Progress(_STAGE, 2, steps))
    write_sentence_folder(model, folder)
    tell(Progress(_STAGE, 3, steps))
    _check_vectors(model, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    (folder / _MANIFEST).write_text(json.dumps(sizes, indent=1), encoding="utf-8")
    tell(Progress(_STAGE, steps, steps))


def _check_vectors(model: E5File, folder: Path) -> None:
    """Compare the quick encoder with full precision on a few texts.

    Raises:
        ModelError: They differ more than quantisation explains.
    """
    vectors = load_prepared(folder, threads=0).embed_queries(_TRIALS)
    tokenizer = load_tokenizer(folder)
    for text, vector in zip(_TRIALS, vectors, strict=True):
        tokens = tokenizer.tokenize(QUERY_PREFIX + text)
        ids = [model.config.bos, *tokens.ids, model.config.eos]
        expected = unit_length(encode_in_full_precision(model, ids).mean(axis=0))
        cosine = float(np.dot(expected, vector))
        if not cosine >= _LEAST_COSINE:
            raise ModelError(
                f"The embedding model computes wrong vectors on this machine (cosine {cosine:.3f} "
                "to full precision). Install onnxruntime again, or name another model with "
                "T2VQA_MODEL."
            )


def _put_in_place(unfinished: Path, folder: Path) -> None:
    if folder.exists():  # it was found damaged; a folder can only replace an empty one
        damaged = unfinished.with_name(f"{unfinished.name}-damaged")
        folder.rename(damaged)
        shutil.rmtree(damaged, ignore_errors=True)
    unfinished.rename(folder)


def _unfinished_prefix(folder: Path) -> str:
    return f"{folder.name}.unfinished-"


def _remove_leftovers(folder: Path) -> None:
    """Remove what a process that was killed left behind; the lock is held."""
    for path in folder.parent.glob(f"{_unfinished_prefix(folder)}*"):
        shutil.rmtree(path, ignore_errors=True)
