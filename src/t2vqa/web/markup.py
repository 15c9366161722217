"""Turning words of the corpus and of people into HTML that shows them and does nothing else."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime

from t2vqa.types import SECTION_SEPARATOR

_AS_ENTITIES = str.maketrans(
    {character: f"&#{ord(character)};" for character in "&<>\"'\\`*_~[]()!$|#:@{}"}
)
_INVISIBLE = dict.fromkeys(
    (
        *range(0x00, 0x09),
        *range(0x0B, 0x20),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ),
    "\N{REPLACEMENT CHARACTER}",
)
"""Control and direction-changing characters, which could make text look like other text."""


def escape(text: str) -> str:
    """Return ``text`` as HTML that shows the same characters, also inside an attribute.

    Control and direction-changing characters appear as the replacement character, so that the
    number of characters stays the same.
    """
    return html.escape(text.translate(_INVISIBLE), quote=True)


def escape_for_chat(text: str) -> str:
    """Return ``text`` as HTML in which a Markdown reader finds nothing to act on.

    The chat reads its messages as Markdown before it shows them, so the characters Markdown
    acts on are written as HTML entities and lines are joined with ``<br>``.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br>".join(line.translate(_INVISIBLE).translate(_AS_ENTITIES) for line in lines)


def shortened(text: str, limit: int) -> str:
    """Return ``text`` on one line, cut with an ellipsis where it is longer than ``limit``."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def link_html(href: str, label: str, title: str, css_class: str) -> str:
    """Return a link within the page, safe in the chat too; ``label`` and ``title`` are text."""
    titled = "&#10;".join(map(escape_for_chat, title.splitlines()))
    return (
        f'<a href="{escape(href)}" class="{css_class}" title="{titled}">'
        f"{escape_for_chat(label)}</a>"
    )


def place(title: str, section: Sequence[str]) -> str:
    """Return a document's title and a heading path on one line."""
    return SECTION_SEPARATOR.join((title, *section))


def local_time(moment: str) -> str:
    """Return an ISO 8601 time in the machine's own zone; what is no such time as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment
