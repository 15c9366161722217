"""The real model, prepared once for the machine and loaded once for the tests."""

from pathlib import Path

import pytest

from t2vqa.config import load_settings
from t2vqa.index.embedding.e5_file import E5File, find_e5_file, read_e5_file
from t2vqa.index.embedding.onnx_embedder import OnnxEmbedder
from t2vqa.index.embedding.prepare import load_prepared, prepare_bundled_model


@pytest.fixture(scope="session")
def model_file() -> E5File:
    return read_e5_file(find_e5_file())


@pytest.fixture(scope="session")
def prepared_folder() -> Path:
    return prepare_bundled_model(load_settings().cache)


@pytest.fixture(scope="session")
def bundled(prepared_folder: Path) -> OnnxEmbedder:
    return load_prepared(prepared_folder, threads=0)
