"""The page's upper edge: its name, the state of the index and what has changed."""

from __future__ import annotations

from typing import Any

import gradio as gr

from t2vqa.web.frame_html import heading_html
from t2vqa.web.index_events import IndexEvents
from t2vqa.web.parts import Parts
from t2vqa.web.wording import Wording


def lay_out(words: Wording) -> dict[str, Any]:
    """Make the components; the tabs below are made by the page."""
    parts: dict[str, Any] = {}
    with gr.Row(elem_id="t2-header"):
        parts["heading"] = gr.HTML(heading_html(words), elem_id="t2-heading")
        parts["status"] = gr.HTML(elem_id="t2-status")
        parts["rebuild"] = gr.Button(words.rebuild, size="sm", elem_id="t2-rebuild", min_width=90)
        parts["open_settings"] = gr.Button(
            words.frame.settings, size="sm", elem_id="t2-open-settings", min_width=60
        )
    parts["report"] = gr.HTML(visible=False, elem_id="t2-report")
    return parts


def wire(parts: Parts, index: IndexEvents) -> None:
    """Bind the events of the index."""
    session = parts.session
    parts.header.rebuild.click(
        index.rebuild,
        [parts.settings.language, session.told],
        parts.of_index,
        concurrency_id="rebuild",
        concurrency_limit=1,
        show_progress_on=[parts.header.report],
        api_visibility="private",
    )
    session.clock.tick(
        index.follow,
        [parts.settings.language, session.told, session.conversation, session.shown],
        [*parts.of_index, *parts.of_source],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
