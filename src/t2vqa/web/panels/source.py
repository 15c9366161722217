"""The source beside the chat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from t2vqa.web.frame_html import counter_html, empty_source_html, hits_html
from t2vqa.web.parts import Parts, SourceParts
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.wording import Wording

_SCRIPTS = ("page.js", "source.js", "card.js")


def lay_out(words: Wording) -> SourceParts:
    """Make the components. The parts of no use at the moment are hidden by the style sheet."""
    own = words.source
    with gr.Row(elem_id="t2-source-bar"):
        counter = gr.HTML(counter_html(words.source_label), elem_id="t2-counter")
        whole, previous, following = (
            _button(label, name, interactive=name == "whole")
            for name, label in (
                ("whole", own.whole),
                ("previous", words.previous),
                ("following", words.following),
            )
        )
        close = _button(own.close, "close")
    with gr.Row(elem_id="t2-find-bar"):
        wanted = gr.Textbox(
            label=own.find,
            show_label=False,
            container=False,
            placeholder=own.find_placeholder,
            lines=1,
            max_lines=1,
            elem_id="t2-find",
        )
        hits = gr.HTML(hits_html(""), elem_id="t2-hits")
        hit_before = _button(own.find_previous, "hit-before", interactive=False)
        hit_after = _button(own.find_next, "hit-after", interactive=False)
    source = gr.HTML(empty_source_html(words), elem_id="t2-source", js_on_load=_script())
    return SourceParts(
        counter,
        whole,
        previous,
        following,
        close,
        wanted,
        hits,
        hit_before,
        hit_after,
        source,
    )


def wire(parts: Parts, events: SourceEvents) -> None:
    """Bind the events."""
    session, source = parts.session, parts.source
    at = [session.shown, session.conversation, parts.settings.language]
    for listen, handler, inputs in (
        (source.source.select, events.open_link, at),
        (source.whole.click, events.open_whole, at),
        (source.previous.click, events.open_previous, at),
        (source.following.click, events.open_next, at),
        (source.close.click, events.close, at[2:]),
        (source.wanted.submit, events.find, [source.wanted, *at]),
        (source.hit_before.click, events.find_previous, [source.wanted, *at]),
        (source.hit_after.click, events.find_next, [source.wanted, *at]),
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


def _button(label: str, name: str, **more: Any) -> gr.Button:  # noqa: ANN401 - the component's
    return gr.Button(label, size="sm", min_width=32, elem_id=f"t2-{name}", **more)


def _script() -> str:
    folder = Path(__file__).parents[1]
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)
