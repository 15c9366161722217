"""How documents, units and vectors are written into the index's tables."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from t2vqa.errors import IndexDamagedError
from t2vqa.index.names import SubjectName
from t2vqa.types import Block, BlockKind, Cell, Document, Location, Span, Unit

Floats = NDArray[np.float32]
"""Vectors as rows."""

_HALF = np.dtype("<f2")


def passage_id(*values: str | int | None) -> str:
    """Return a hash of all a passage holds: one id never stands for two contents.

    It is the passage's checksum too, for a reader that has the same values from the tables.
    """
    parts = ["-" if value is None else f"={value}" for value in values]
    lengths = ",".join(str(len(part)) for part in parts)
    content = lengths + "".join(parts)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def checksum(*values: str | bytes | int | None) -> int:
    """Return the CRC-32 of a row's values, by which damage to it is found out."""
    total = 0
    for value in values:
        blob = value if isinstance(value, bytes) else f"{value}".encode("utf-8", "surrogatepass")
        total = zlib.crc32(blob, zlib.crc32(b"%d," % len(blob), total))
    return total


@contextmanager
def _damage_told(what: str) -> Iterator[None]:
    """Say that the index is damaged where what it holds cannot be read."""
    try:
        yield
    except (ValueError, TypeError, LookupError, zlib.error) as error:
        raise IndexDamagedError(
            f"The index is damaged: {what} cannot be read. Run `t2vqa index` to mend it; your "
            "documents are not touched."
        ) from error


def encode_names(names: Iterable[SubjectName]) -> str:
    """Write the names a document gives its subjects."""
    return json.dumps(
        [(name.name, name.subject, name.owns_document) for name in names], ensure_ascii=False
    )


def decode_names(text: str) -> list[SubjectName]:
    """Read names written by :func:`encode_names`."""
    with _damage_told("the names of a document"):
        return [SubjectName(*fields) for fields in json.loads(text)]


def encode_vector(vector: Floats) -> bytes:
    """Write a vector of unit length with two bytes a number (cosine error below 1e-6)."""
    return vector.astype(_HALF).tobytes()


def decode_vectors(blobs: list[bytes], dimensions: int) -> Floats:
    """Read vectors written by :func:`encode_vector`.

    Returns:
        Shape ``(len(blobs), dimensions)``, rows of unit length.
    """
    with _damage_told("a vector"):
        rows = np.frombuffer(b"".join(blobs), _HALF).reshape(len(blobs), dimensions)
    return _unit_length(rows.astype(np.float32))


def encode_units(units: Floats) -> bytes:
    """Write the vectors of a passage's units with one byte a number and a scale each.

    The largest number of a vector becomes 127. The cosine of what is read back to what was
    written is above 0.9995 for vectors of a few hundred dimensions.
    """
    if not len(units):
        return b""
    scales = np.maximum(np.abs(units).max(axis=1, keepdims=True) / 127, 1e-12)
    steps: NDArray[np.int8] = np.rint(units / scales).astype(np.int8)
    return steps.tobytes()


def decode_units(blob: bytes, dimensions: int) -> Floats:
    """Read vectors written by :func:`encode_units`.

    Returns:
        Shape ``(units, dimensions)``, rows of unit length (so the scales need not be kept).
    """
    with _damage_told("the vectors of a passage's sentences"):
        rows = np.frombuffer(blob, np.int8).reshape(-1, dimensions)
    return _unit_length(rows.astype(np.float32))


def _unit_length(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = rows / np.maximum(lengths, np.float32(1e-12))
    return scaled


def encode_document(document: Document) -> bytes:
    """Write a document whole, compressed."""
    content = {
        "text": document.text,
        "metadata": dict(document.metadata),
        "blocks": [[*_shape(block), list(block.section), block.depth] for block in document.blocks],
        "locations": [[item.start, item.line, item.page] for item in document.locations],
        "titled": document.titled,
    }
    return zlib.compress(_dumps(content).encode("utf-8", "surrogatepass"), 6)


def decode_document(
    body: bytes, path: str, title: str, date: str | None, source: str | None, sha256: str
) -> Document:
    """Read a document written by :func:`encode_document`."""
    with _damage_told(f"the document {path}"):
        content = json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))
        return Document(
            path=path,
            text=content["text"],
            blocks=tuple(_block(values) for values in content["blocks"]),
            title=title,
            date=date,
            source=source,
            metadata=content["metadata"],
            locations=tuple(Location(*values) for values in content["locations"]),
            sha256=sha256,
            titled=content["titled"],
        )


def encode_passage_units(units: tuple[Unit, ...]) -> str:
    """Write the units of a passage; their section is the passage's."""
    return _dumps([_shape(unit) for unit in units])


def decode_passage_units(text: str, section: tuple[str, ...]) -> tuple[Unit, ...]:
    """Read units written by :func:`encode_passage_units`."""
    with _damage_told("the sentences of a passage"):
        return tuple(
            Unit(
                kind=BlockKind(kind),
                span=Span(start, end),
                section=section,
                lead_in=Span(*lead_in) if lead_in else None,
                cells=_cells(cells),
                group=group,
            )
            for kind, start, end, lead_in, cells, group in json.loads(text)
        )


def encode_section(section: tuple[str, ...]) -> str:
    """Write a heading path."""
    return _dumps(list(section))


def decode_section(text: str) -> tuple[str, ...]:
    """Read a heading path written by :func:`encode_section`."""
    with _damage_told("a heading path"):
        return tuple(json.loads(text))


def _shape(item: Block | Unit) -> list[Any]:
    lead_in = item.lead_in
    return [
        item.kind.value,
        item.span.start,
        item.span.end,
        [lead_in.start, lead_in.end] if lead_in else None,
        [[cell.column, cell.span.start, cell.span.end] for cell in item.cells],
        item.group,
    ]


def _cells(values: list[list[Any]]) -> tuple[Cell, ...]:
    return tuple(Cell(column, Span(start, end)) for column, start, end in values)


def _block(values: list[Any]) -> Block:
    kind, start, end, lead_in, cells, group, section, depth = values
    return Block(
        kind=BlockKind(kind),
        span=Span(start, end),
        section=tuple(section),
        lead_in=Span(*lead_in) if lead_in else None,
        cells=_cells(cells),
        group=group,
        depth=depth,
    )


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
