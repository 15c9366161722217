"""Tells what a file is by its first bytes, where that contradicts a name that promises text."""

from __future__ import annotations

from pathlib import PurePosixPath

from t2vqa.documents.markdown import MarkdownLoader
from t2vqa.documents.plain_text import PlainTextLoader

_TEXT_SUFFIXES = (*MarkdownLoader.suffixes, *PlainTextLoader.suffixes)

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "an Office document or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document of before 2007"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
"""Formats whose first bytes no text has; some of them would pass for text further on."""


def contradiction(name: str, data: bytes) -> str | None:
    """Return what a file is (with its article) whose name says that it is text, or None.

    Names of other formats are left to the loaders of those.
    """
    if PurePosixPath(name).suffix.casefold() not in _TEXT_SUFFIXES:
        return None
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
