"""The panel of documents."""

from __future__ import annotations

import gradio as gr

from t2vqa.web.markup import escape
from t2vqa.web.parts import LibraryParts, Updates
from t2vqa.web.wording import Wording


def lay_out(words: Wording) -> LibraryParts:
    """Make the components."""
    return LibraryParts(gr.HTML(_heading(words)))


def spoken(parts: LibraryParts, words: Wording) -> Updates:
    """Say the panel in another language."""
    return {parts.heading: _heading(words)}


def _heading(words: Wording) -> str:
    return f"<h2>{escape(words.library.heading)}</h2>"
