"""What loading text files of any format has in common: decoding, front matter, title, assembly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from t2vqa.documents.assembly import assemble
from t2vqa.documents.decoding import decode
from t2vqa.documents.drafts import Draft
from t2vqa.documents.front_matter import split_front_matter
from t2vqa.text.normal import normalise, normalise_characters
from t2vqa.types import BlockKind, Document


def load_text(path: str, data: bytes, find_drafts: Callable[[str, int], list[Draft]]) -> Document:
    """Read a text file as a document.

    Args:
        path: The path below the corpus folder.
        data: The file's bytes.
        find_drafts: Finds the blocks of a text whose first line has the given number.

    Raises:
        DocumentError: The bytes are no text.
    """
    text = normalise_characters(decode(data).text)
    front_matter, body = split_front_matter(text)
    drafts = find_drafts(body, front_matter.lines + 1)
    own_title = front_matter.title or _first_heading(drafts)
    title = own_title or _stem(path)
    assembled = assemble(drafts, title)
    return Document(
        path=path,
        text=assembled.text,
        blocks=assembled.blocks,
        title=title,
        date=front_matter.date,
        source=front_matter.source,
        metadata=front_matter.metadata,
        locations=assembled.locations,
        sha256=hashlib.sha256(data).hexdigest(),
        titled=bool(own_title),
    )


def _first_heading(drafts: Sequence[Draft]) -> str | None:
    """Return the words of the first level-1 heading, else of the first heading."""
    headings = [draft for draft in drafts if draft.kind is BlockKind.HEADING]
    tops = [draft for draft in headings if draft.depth == 1]
    return (tops or headings)[0].words if headings else None


def _stem(path: str) -> str:
    return normalise(PurePosixPath(path).stem).strip() or path
