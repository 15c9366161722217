"""A mark in the index folder for as long as nobody knows that the index is whole.

A build sets it before it writes and takes it away at its clean end, so that it is found after a
kill or a power cut; a reader that comes upon damage sets it too. The next build that finds it
examines everything.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

UNCHECKED = ".unchecked"
"""Name of the mark, a file without contents."""


def mark_unchecked(index: Path) -> None:
    """Set the mark, for good: it outlasts a power cut.

    Raises:
        OSError: The folder cannot be written to.
    """
    with (index / UNCHECKED).open("ab") as mark:
        os.fsync(mark.fileno())
    _keep_entries(index)


def is_unchecked(index: Path) -> bool:
    """Tell whether the mark is set."""
    return (index / UNCHECKED).exists()


def mark_checked(index: Path) -> None:
    """Take the mark away."""
    (index / UNCHECKED).unlink(missing_ok=True)


def _keep_entries(folder: Path) -> None:
    """See that the names in a folder are on the disk, where the system knows how."""
    with suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
