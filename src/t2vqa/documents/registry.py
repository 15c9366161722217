"""Load any document: the loader is found by the file's suffix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Protocol

from t2vqa.documents.markdown import MarkdownLoader
from t2vqa.documents.plain_text import PlainTextLoader
from t2vqa.errors import DocumentError
from t2vqa.types import Document


class Loader(Protocol):
    """Reads one format: turns a file's bytes into a document."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes of its files, in lower case, with the dot."""
        ...

    def load(self, path: str, data: bytes) -> Document:
        """Read a file.

        Args:
            path: The path below the corpus folder.
            data: The file's bytes.

        Raises:
            DocumentError: The bytes cannot be read as this format.
        """
        ...


LOADERS: tuple[Loader, ...] = (MarkdownLoader(), PlainTextLoader())
"""The loaders that come with t2vqa. To add one, pass a longer tuple."""


def supported_suffixes(loaders: Sequence[Loader] = LOADERS) -> tuple[str, ...]:
    """Return the suffixes that can be loaded, in the order of their loaders."""
    return tuple(suffix for loader in loaders for suffix in loader.suffixes)


def loader_for(path: str, loaders: Sequence[Loader] = LOADERS) -> Loader:
    """Return the loader of a file, by its suffix.

    Raises:
        DocumentError: No loader reads files of that suffix.
    """
    suffix = PurePosixPath(path).suffix.casefold()
    for loader in loaders:
        if suffix in loader.suffixes:
            return loader
    raise DocumentError(
        f"{path}: files of the kind '{suffix or 'without suffix'}' are not supported; "
        f"supported are {', '.join(supported_suffixes(loaders))}"
    )


def load_document(path: str, data: bytes, loaders: Sequence[Loader] = LOADERS) -> Document:
    """Read a file of the corpus.

    Args:
        path: The path below the corpus folder, with forward slashes.
        data: The file's bytes.
        loaders: Asked in order.

    Raises:
        DocumentError: No loader reads such files, or this one cannot be read; the message names
            the file.
    """
    loader = loader_for(path, loaders)
    try:
        return loader.load(path, data)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error
