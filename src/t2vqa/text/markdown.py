"""Words of documents inside Markdown: written so that they stay the characters they are."""

from __future__ import annotations

import re

_ACTS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|\Z)"  # escapes what follows, in the text or behind it
    r"|[*`|]"
    r"|(?<!\w)_|_(?!\w)"
    r"|\[(?=\d+\])"  # would be a citation's marker
    r"|&(?=#?\w+;)"
)
_MARKUP = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*")


def escape(text: str) -> str:
    """Return ``text`` as Markdown that shows the same characters.

    Only what could act inside a line of an answer is escaped (CommonMark 0.31, 2.4): figures, words
    and punctuation stay as they are.
    """
    return _ACTS.sub(r"\\\g<0>", text)


def plain(markdown: str) -> str:
    """Return the characters that an answer's Markdown shows, its bold and escapes taken back."""
    return _MARKUP.sub(lambda found: found[1] or "", markdown)
