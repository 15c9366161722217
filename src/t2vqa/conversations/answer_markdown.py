"""The Markdown that answers are written in, and how it is read."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

MARKER = re.compile(r"\[(\d+)\]")
"""What stands in an answer's text where a citation belongs."""

_BOLD = re.compile(r"\*\*(?P<words>[^*\\`\s](?:[^*\\`\n]*[^*\\`\s])?)\*\*")
_RULES = (
    "paragraph", "list", "table", "emphasis", "backticks", "escape", "entity", "newline",
)  # fmt: skip
"""The Markdown an answer may use. Links, images, headings and HTML stay the characters they are."""


@lru_cache(maxsize=1)
def answer_reader() -> MarkdownIt:
    """Return what reads an answer's text into tokens.

    Escaped characters stay apart from the text around them, so that a marker the answer escaped,
    because it is the document's own, is not taken for a citation.
    """
    reader = MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(_RULES))
    reader.inline.ruler.before("emphasis", "bold", _bold)
    return reader.disable("text_join")


def _bold(state: StateInline, silent: bool) -> bool:
    """Read ``**30%**的`` as bold; CommonMark wants a space behind a sign before the stars."""
    found = _BOLD.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("strong_open", "strong", 1)
        state.push("text", "", 0).content = found["words"]
        state.push("strong_close", "strong", -1)
    state.pos = found.end()
    return True
