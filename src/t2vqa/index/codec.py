"""How documents, units and vectors are written into the index's tables."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from t2vqa.errors import IndexDamagedError
from t2vqa.index import vector_codec
from t2vqa.index.names import SubjectName
from t2vqa.index.vector_codec import Floats as Floats
from t2vqa.index.vector_codec import encode_units as encode_units
from t2vqa.index.vector_codec import encode_vector as encode_vector
from t2vqa.types import Block, BlockKind, Cell, Document, Location, Span, Unit


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


def decode_vectors(blobs: Sequence[bytes], dimensions: int) -> Floats:
    """Read vectors; see :func:`t2vqa.index.vector_codec.decode_vectors`.

    Raises:
        IndexDamagedError: One cannot be read.
    """
    with _damage_told("a vector"):
        return vector_codec.decode_vectors(blobs, dimensions)


def decode_units(blobs: Sequence[bytes], vectors: Sequence[bytes], dimensions: int) -> list[Floats]:
    """Read the units of passages; see :func:`t2vqa.index.vector_codec.decode_units`.

    Raises:
        IndexDamagedError: One cannot be read.
    """
    with _damage_told("the vectors of a passage's sentences"):
        return vector_codec.decode_units(blobs, vectors, dimensions)


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
