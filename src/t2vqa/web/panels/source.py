"""The source beside the chat."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from t2vqa.web.frame_html import counter_html, empty_source_html
from t2vqa.web.parts import Parts, SourceParts
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.wording import Wording

_SCRIPT = Path(__file__).parents[1] / "page.js"


def lay_out(words: Wording) -> SourceParts:
    """Make the components."""
    with gr.Row(elem_id="t2-source-bar"):
        counter = gr.HTML(counter_html(words.source_label), elem_id="t2-counter")
        previous, following = (
            gr.Button(label, size="sm", min_width=60, interactive=False, elem_id=f"t2-{name}")
            for name, label in (("previous", words.previous), ("following", words.following))
        )
        close = gr.Button("✕", size="sm", min_width=32, visible=False, elem_id="t2-close")
    source = gr.HTML(
        empty_source_html(words),
        elem_id="t2-source",
        js_on_load=_SCRIPT.read_text(encoding="utf-8"),
    )
    return SourceParts(counter, previous, following, close, source)


def wire(parts: Parts, events: SourceEvents) -> None:
    """Bind the events."""
    session, source = parts.session, parts.source
    at = [session.shown, session.conversation, parts.settings.language]
    for listen, handler, inputs in (
        (source.source.select, events.open_link, at[1:]),
        (source.previous.click, events.open_previous, at),
        (source.following.click, events.open_next, at),
        (source.close.click, events.close, at[2:]),
    ):
        listen(
            handler,
            inputs,
            parts.of_source,
            show_progress="hidden",
            concurrency_limit=None,
            trigger_mode="always_last",
            api_visibility="private",
        )
