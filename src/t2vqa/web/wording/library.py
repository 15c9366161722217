"""What the panel of documents says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryWording:
    """The words in one language. Braces are filled with ``str.format``."""

    heading: str


CHINESE = LibraryWording(heading="资料")
"""In Chinese."""

ENGLISH = LibraryWording(heading="Documents")
"""In English."""
