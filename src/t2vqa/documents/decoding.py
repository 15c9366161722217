"""Find out how a text file is encoded, and read it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from t2vqa.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_MOST_CONTROLS = 0.01
_LEAST_PLAUSIBLE = 0.7
_BINARY = (
    "it looks like a binary file, not text; convert it to Markdown or plain text in UTF-8, "
    "or move it out of the corpus"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and the name of the encoding it was read with."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Read bytes as text: UTF-8, UTF-16 and GB18030, with or without byte-order mark.

    A mark decides. Without one, strict UTF-8 comes first; what is not UTF-8 is read in each way
    that is possible without an error, and the most plausible text wins. UTF-8 with few damaged
    bytes is read with a replacement character for each.

    Raises:
        DocumentError: The bytes are no text in any of these encodings.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, errors="replace"), encoding)
    text = _strictly(data, "utf-8")
    if text is not None and "\0" not in text[:_SAMPLE]:
        return _checked(text, "utf-8")
    candidates = [
        Decoded(candidate, encoding)
        for encoding in ("gb18030", "utf-16-le", "utf-16-be", "cp1252")
        if (candidate := _strictly(data, encoding)) is not None
    ]
    best = max(candidates, key=lambda one: _plausibility(one.text), default=None)
    if best is not None and _plausibility(best.text) >= _LEAST_PLAUSIBLE:
        return best
    return _damaged(data)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str, encoding: str) -> Decoded:
    sample = text[:_SAMPLE]
    strange = len(_CONTROLS.findall(sample)) + sample.count("\ufffd")
    if strange > max(1, len(sample) * _MOST_CONTROLS):
        raise DocumentError(_BINARY)
    return Decoded(text, encoding)


def _damaged(data: bytes) -> Decoded:
    """Read UTF-8 that holds a few bytes that are none."""
    return _checked(data.decode("utf-8", errors="replace"), "utf-8")


def _plausibility(text: str) -> float:
    """Return the share of characters that common Chinese and Western text is made of.

    GB 2312 holds the 6,763 characters of everyday Chinese, punctuation, kana, Greek and Cyrillic:
    text read in the wrong encoding falls outside most of the time.
    """
    sample = text[:_SAMPLE]
    if not sample:
        return 0.0
    common = sample.encode("gb2312", errors="ignore").decode("gb2312")
    western = sum("\u00a0" <= character <= "\u024f" for character in sample)
    strange = len(_CONTROLS.findall(sample))
    return (len(common) + 0.5 * western - 10 * strange) / len(sample)
