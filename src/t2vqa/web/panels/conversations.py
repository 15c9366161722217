"""The list of conversations at the left edge."""

from __future__ import annotations

import gradio as gr

from t2vqa.web.markup import escape
from t2vqa.web.parts import ConversationsParts, Updates
from t2vqa.web.wording import Wording


def lay_out(words: Wording) -> ConversationsParts:
    """Make the components."""
    with gr.Sidebar(open=False, width=280, elem_id="t2-conversations") as sidebar:
        heading = gr.HTML(_heading(words))
    return ConversationsParts(sidebar, heading)


def spoken(parts: ConversationsParts, words: Wording) -> Updates:
    """Say the panel in another language."""
    return {parts.heading: _heading(words)}


def _heading(words: Wording) -> str:
    return f"<h2>{escape(words.conversations.heading)}</h2>"
