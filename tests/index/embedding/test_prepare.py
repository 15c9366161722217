"""The bundled model is prepared once, whole or not at all."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from t2vqa.config import load_settings
from t2vqa.errors import ModelError
from t2vqa.index.embedding import load_embedder
from t2vqa.index.embedding.prepare import MODEL_NAME, is_complete, prepare_bundled_model
from t2vqa.types import Progress

PREPARE = """
import sys
from collections.abc import Iterator
from pathlib import Path
from t2vqa.index.embedding.prepare import prepare_bundled_model
prepare_bundled_model(Path(sys.argv[1]), lambda step: print(step.stage, step.done, step.total))
"""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    """A cache folder of our own; half a gigabyte is not left for others to clear away."""
    folder = tmp_path / "cache"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_copy(prepared_folder: Path, cache: Path) -> Path:
    """A prepared folder of our own."""
    return Path(shutil.copytree(prepared_folder, cache / MODEL_NAME, copy_function=link_or_copy))


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another disk
        shutil.copy(source, target)


def overwrite(path: Path, data: bytes) -> None:
    """Write a new file in the place of ``path``, whose bytes may be shared by a link."""
    path.unlink()
    path.write_bytes(data)


def test_two_processes_at_once_prepare_one_folder(cache: Path) -> None:
    command = [sys.executable, "-c", PREPARE, str(cache)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate(timeout=300)[0].splitlines() for process in both)
    assert [process.returncode for process in both] == [0, 0]
    preparing = [f"Preparing the embedding model {done} 4" for done in range(5)]
    assert preparing in said
    said.remove(preparing)
    waiting = "Waiting for another process that prepares the embedding model 0 1"
    assert said[0] in ([waiting], [])  # the second waits, or comes when all is done
    assert is_complete(cache / MODEL_NAME)
    assert sorted(path.name for path in cache.iterdir() if path.is_dir()) == [MODEL_NAME]


def test_a_prepared_folder_is_taken_as_it_is(prepared_folder: Path) -> None:
    steps: list[Progress] = []
    before = prepared_folder.stat().st_mtime_ns
    assert prepare_bundled_model(prepared_folder.parent, steps.append) == prepared_folder
    assert steps == []
    assert prepared_folder.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["manifest.json", "runtime/encoder.onnx", "model.safetensors"])
def test_a_missing_file_is_noticed(own_copy: Path, name: str) -> None:
    assert is_complete(own_copy)
    (own_copy / name).unlink()
    assert not is_complete(own_copy)


def test_a_folder_of_an_earlier_version_is_prepared_anew(own_copy: Path) -> None:
    manifest = own_copy / "manifest.json"
    sizes = json.loads(manifest.read_text())
    lower = "runtime/lower_layers.onnx"
    del sizes[lower]
    overwrite(manifest, json.dumps(sizes).encode())
    (own_copy / lower).unlink()
    assert not is_complete(own_copy)


@pytest.mark.parametrize("manifest", ["", "[]", "3", '{"model.safetensors": 1}', "{}"])
def test_a_damaged_manifest_is_noticed(own_copy: Path, manifest: str) -> None:
    overwrite(own_copy / "manifest.json", manifest.encode())
    assert not is_complete(own_copy)


def test_a_damaged_folder_and_the_remains_of_a_killed_process_are_replaced(own_copy: Path) -> None:
    weights = own_copy / "runtime" / "word_embeddings.q4"
    overwrite(weights, weights.read_bytes()[:1000])
    remains = own_copy.with_name(f"{MODEL_NAME}.unfinished-1")
    (remains / "runtime").mkdir(parents=True)
    steps: list[Progress] = []
    assert prepare_bundled_model(own_copy.parent, steps.append) == own_copy
    assert is_complete(own_copy)
    assert [step.done for step in steps] == [0, 1, 2, 3, 4]
    assert [path for path in own_copy.parent.iterdir() if path.is_dir()] == [own_copy]


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path) -> None:
    def limit_file_size() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000_000, 30_000_000))

    run = subprocess.run(
        [sys.executable, "-c", PREPARE, str(tmp_path)],
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
        check=False,
    )
    assert run.returncode != 0
    assert "ModelError: The embedding model cannot be prepared in" in run.stderr
    assert "T2VQA_CACHE" in run.stderr
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_too_little_room_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=12_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(ModelError, match=r"only 12 MB are free.*T2VQA_CACHE"):
        prepare_bundled_model(tmp_path)


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match=r"cannot be prepared in .*file.*Not a directory"):
        load_embedder(load_settings(cache=tmp_path / "file" / "cache"))


def test_the_manifest_names_every_file(prepared_folder: Path) -> None:
    named = json.loads((prepared_folder / "manifest.json").read_text())
    there = {
        path.relative_to(prepared_folder).as_posix()
        for path in prepared_folder.rglob("*")
        if path.is_file()
    }
    assert there == {*named, "manifest.json"}


@pytest.mark.parametrize("name", ["encoder.onnx", "unigram.json", "piece_scores.npy"])
def test_a_file_of_the_right_size_that_cannot_be_used_is_reported(
    own_copy: Path, name: str
) -> None:
    file = own_copy / "runtime" / name
    overwrite(file, b"\xff" * file.stat().st_size)
    with pytest.raises(ModelError, match=r"cannot be loaded.*Delete the folder"):
        load_embedder(load_settings(cache=own_copy.parent))
