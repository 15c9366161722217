"""How documents, units and vectors are written into the index's tables."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from t2vqa.errors import IndexDamagedError
from t2vqa.index import vector_codec
from t2vqa.index.names import SubjectName
from t2vqa.index.text_codec import pack_text, unpack_text
from t2vqa.index.vector_codec import Floats as Floats
from t2vqa.index.vector_codec import encode_units as encode_units
from t2vqa.index.vector_codec import encode_vector as encode_vector
from t2vqa.types import Block, BlockKind, Cell, Document, Location, Span, Unit

_ID_BYTES = 15
_KINDS = tuple(BlockKind)
"""Written by their place; another order is another format."""


def passage_id(*values: str | int | None) -> str:
    """Return a hash of all a passage holds: one id never stands for two contents.

    It is the passage's checksum too, for a reader that has the same values from the tables. Chroma
    writes an id four times and this file twice, hence 20 characters for 120 bits.
    """
    parts = ["-" if value is None else f"={value}" for value in values]
    lengths = ",".join(str(len(part)) for part in parts)
    content = lengths + "".join(parts)
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[:_ID_BYTES]).decode("ascii")


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


def encode_document(document: Document, passages: Sequence[Span]) -> bytes:
    """Write a document but for the words of its passages, which have rows of their own.

    Args:
        document: The document.
        passages: Where its passages stand, in reading order and apart.
    """
    ends = [0, *(span.end for span in passages)]
    starts = [*(span.start for span in passages), len(document.text)]
    sections = list(dict.fromkeys(block.section for block in document.blocks))
    places = {section: place for place, section in enumerate(sections)}
    content = {
        "between": [document.text[end:start] for end, start in zip(ends, starts, strict=True)],
        "metadata": dict(document.metadata),
        "sections": sections,
        "blocks": [
            [places[block.section], block.depth, shape]
            for block, shape in zip(document.blocks, _shapes(document.blocks, 0), strict=True)
        ],
        "locations": [[item.start, item.line, item.page] for item in document.locations],
        "titled": document.titled,
    }
    return pack_text(_dumps(content))


def decode_document(
    body: bytes,
    passages: Sequence[str],
    path: str,
    title: str,
    date: str | None,
    source: str | None,
    sha256: str,
) -> Document:
    """Read a document written by :func:`encode_document`.

    Args:
        body: What that wrote.
        passages: The words of its passages, in reading order.
        path: Where it lies, like all that follows from a table of its own.
        title: Its title.
        date: Its date.
        source: Where it comes from.
        sha256: Hash of its bytes.

    Raises:
        IndexDamagedError: It cannot be read.
    """
    with _damage_told(f"the document {path}"):
        content = json.loads(unpack_text(body))
        first, *between = content["between"]
        texts = [part for pair in zip(passages, between, strict=True) for part in pair]
        sections = [tuple(section) for section in content["sections"]]
        shapes = _read_shapes([shape for _, _, shape in content["blocks"]], 0)
        return Document(
            path=path,
            text="".join([first, *texts]),
            blocks=tuple(
                Block(kind, span, sections[section], lead_in, cells, group, depth)
                for (section, depth, _), (kind, span, lead_in, cells, group) in zip(
                    content["blocks"], shapes, strict=True
                )
            ),
            title=title,
            date=date,
            source=source,
            metadata=content["metadata"],
            locations=tuple(Location(*values) for values in content["locations"]),
            sha256=sha256,
            titled=content["titled"],
        )


@dataclass(frozen=True, slots=True)
class PassageContent:
    """What a passage says, apart from where it stands."""

    section: tuple[str, ...]
    context: str
    text: str
    units: tuple[Unit, ...]


def passage_content(content: PassageContent, start: int) -> str:
    """Write all a passage says in one text, of which its id is made; it begins at ``start``."""
    shapes = _shapes(content.units, start)
    return _dumps([content.section, content.context, content.text, shapes])


def read_passage_content(written: str, start: int) -> PassageContent:
    """Read what :func:`passage_content` wrote.

    Raises:
        IndexDamagedError: It cannot be read.
    """
    with _damage_told("a passage"):
        names, context, text, shapes = json.loads(written)
        section = tuple(names)
        units = tuple(
            Unit(kind, span, section, lead_in, cells, group)
            for kind, span, lead_in, cells, group in _read_shapes(shapes, start)
        )
        return PassageContent(section, context, text, units)


def unpacked(packed: bytes) -> str:
    """Read a text of the tables; see :func:`t2vqa.index.text_codec.unpack_text`.

    Raises:
        IndexDamagedError: It cannot be read.
    """
    with _damage_told("a text"):
        return unpack_text(packed)


_Shape = tuple[BlockKind, Span, Span | None, tuple[Cell, ...], int | None]
"""Kind, span, lead-in, cells and group of a block or unit."""


def _shapes(items: Iterable[Block | Unit], start: int) -> list[list[Any]]:
    """Write what blocks and units have in common; each counts from the end of the one before."""
    shapes: list[list[Any]] = []
    for item in items:
        first, lead_in = item.span.start, item.lead_in
        shape: list[Any] = [_KINDS.index(item.kind), first - start, item.span.end - first]
        if lead_in or item.cells or item.group is not None:
            shape += [
                [first - lead_in.start, lead_in.end - lead_in.start] if lead_in else 0,
                item.group,
                *(
                    (cell.column, cell.span.start - first, cell.span.end - first)
                    for cell in item.cells
                ),
            ]
        shapes.append(shape)
        start = item.span.end
    return shapes


def _read_shapes(shapes: Iterable[list[Any]], start: int) -> Iterator[_Shape]:
    for kind, gap, length, *rest in shapes:
        first = start + gap
        span = Span(first, first + length)
        start = span.end
        if not rest:
            yield _KINDS[kind], span, None, (), None
            continue
        back, group, *cells = rest
        lead_in = Span(first - back[0], first - back[0] + back[1]) if back else None
        yield (
            _KINDS[kind],
            span,
            lead_in,
            tuple(Cell(column, Span(first + low, first + high)) for column, low, high in cells),
            group,
        )


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
