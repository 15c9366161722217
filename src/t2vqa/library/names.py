"""Names that a file may safely bear in the corpus, whatever name it came with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath

from t2vqa.errors import UploadError

MOST_BYTES = 255
"""The longest name that the usual file systems take, in UTF-8."""

_ROOM_FOR_NUMBER = 8
_SEPARATORS = re.compile(r"[/\\]")
_RESERVED_CHARACTERS = re.compile(r'[<>:"|?*]')
_RESERVED_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)", re.IGNORECASE)
_EDGES = re.compile(r"^(?:[\s.]|~\$)+|[\s.~]+$")
_LONGEST_SUFFIX = 32


def safe_name(given: str) -> str:
    """Return the name under which a file is kept that came as ``given``.

    Only the last part of a path counts. What cannot be seen (control and formatting characters,
    those that turn the direction of writing among them) is left out, what some system reserves is
    replaced, and what would hide the file from the corpus is cut off. Too long a name loses the
    end of its stem. A name that is safe stays as it is.

    Raises:
        UploadError: Nothing is left of the name.
    """
    last = next((part for part in reversed(_SEPARATORS.split(given)) if part.strip(" .")), "")
    name = _EDGES.sub("", unicodedata.normalize("NFC", "".join(map(_visible, last))))
    name = _RESERVED_CHARACTERS.sub("_", " ".join(name.split()))
    if _RESERVED_NAME.match(name):
        name = f"_{name}"
    if not PurePosixPath(name).stem:
        raise UploadError("The file has no name that it can be kept under; rename it.")
    return _shortened(name, MOST_BYTES)


def numbered_names(name: str) -> Iterator[str]:
    """Yield ``name``, then ``name (2)``, ``name (3)`` and so on, each with the suffix."""
    yield name
    stem, suffix = _split(_shortened(name, MOST_BYTES - _ROOM_FOR_NUMBER))
    for number in count(2):
        yield f"{stem} ({number}){suffix}"


def _visible(character: str) -> str:
    """Return a character as it may stand in a name, or nothing."""
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\r\v\f":
        return " "
    return "" if category in ("Cc", "Cf", "Cs") or _is_no_character(character) else character


def _is_no_character(character: str) -> bool:
    """Tell whether Unicode keeps the code point from ever being a character."""
    return (ord(character) & 0xFFFE) == 0xFFFE or "\ufdd0" <= character <= "\ufdef"


def _split(name: str) -> tuple[str, str]:
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    return name.removesuffix(suffix), suffix


def _shortened(name: str, most: int) -> str:
    """Cut the stem of a name at a character so that the name has at most so many bytes."""
    if len(name.encode()) <= most:
        return name
    stem, suffix = _split(name)
    kept = stem.encode()[: most - len(suffix.encode())].decode(errors="ignore")
    return kept.rstrip(" .~") + suffix
