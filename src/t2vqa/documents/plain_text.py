"""Load plain text: paragraphs, and the lists, rows and headings that bare lines give away."""

from __future__ import annotations

from itertools import count

from t2vqa.documents.drafts import Draft, SourceLine
from t2vqa.documents.lines import drafts_of_lines
from t2vqa.documents.loading import load_text
from t2vqa.types import Document


class PlainTextLoader:
    """The loader of ``.txt`` and ``.text`` files."""

    suffixes = (".txt", ".text")

    def load(self, path: str, data: bytes) -> Document:
        """Read a file; see :class:`t2vqa.documents.registry.Loader`."""
        return load_text(path, data, find_drafts)


def find_drafts(text: str, first_line: int) -> list[Draft]:
    """Find the blocks of a plain text whose first line has the number ``first_line``."""
    lines = [
        SourceLine(line.strip(), first_line + place) for place, line in enumerate(text.split("\n"))
    ]
    groups = count()
    return drafts_of_lines(lines, 0, lambda: next(groups))
