"""The panel of documents: the table, uploads and removals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from t2vqa.web.library_events import LibraryEvents
from t2vqa.web.library_html import heading_html
from t2vqa.web.library_view import View
from t2vqa.web.parts import LibraryParts, Parts, Updates
from t2vqa.web.wording import Wording

_LOOK_FOR_NEWS_SECONDS = 3.0
_SCRIPT = Path(__file__).parents[1] / "library.js"


def lay_out(words: Wording, *, managing: bool = True) -> LibraryParts:
    """Make the components; those that change documents are not shown unless ``managing``."""
    own = words.library
    with gr.Row(elem_id="t2-library-bar"):
        heading = gr.HTML(heading_html(words), elem_id="t2-library-heading")
        wanted = gr.Textbox(
            label=own.search,
            show_label=False,
            container=False,
            placeholder=own.search_placeholder,
            max_lines=1,
            elem_id="t2-library-search",
        )
        only = gr.Dropdown(
            _choices(words),
            value="",
            label=own.only,
            show_label=False,
            container=False,
            filterable=False,
            min_width=140,
            elem_id="t2-library-only",
        )
        remove = gr.Button(
            own.removing,
            size="sm",
            interactive=False,
            visible=managing,
            min_width=90,
            elem_id="t2-library-remove",
        )
    upload = gr.File(
        label=own.upload,
        file_count="multiple",
        height=52,
        visible=managing,
        elem_id="t2-library-upload",
    )
    with gr.Column(visible=False, elem_id="t2-library-confirm") as confirming:
        question = gr.HTML()
        with gr.Row():
            confirm = gr.Button(
                own.confirm_button, size="sm", variant="stop", elem_id="t2-library-yes"
            )
            cancel = gr.Button(own.cancel, size="sm", elem_id="t2-library-no")
    with gr.Row(elem_id="t2-library-outcome"):
        said = gr.HTML(visible=False, elem_id="t2-library-said")
        undo = gr.Button(own.undo, size="sm", visible=False, elem_id="t2-library-undo")
    table = gr.HTML(elem_id="t2-documents", js_on_load=_SCRIPT.read_text(encoding="utf-8"))
    return LibraryParts(
        heading=heading,
        wanted=wanted,
        only=only,
        upload=upload,
        said=said,
        undo=undo,
        remove=remove,
        confirming=confirming,
        question=question,
        confirm=confirm,
        cancel=cancel,
        table=table,
        view=gr.State(View()),
        clock=gr.Timer(_LOOK_FOR_NEWS_SECONDS, active=False),
    )


def spoken(parts: LibraryParts, words: Wording) -> Updates:
    """Say the panel in another language; the table follows by itself."""
    own = words.library
    return {
        parts.wanted: gr.Textbox(label=own.search, placeholder=own.search_placeholder),
        parts.only: gr.Dropdown(choices=_choices(words), label=own.only),
        parts.upload: gr.File(label=own.upload),
        parts.said: gr.HTML(visible=False),
        parts.undo: gr.Button(own.undo, visible=False),
        parts.confirming: gr.Column(visible=False),
        parts.confirm: gr.Button(own.confirm_button),
        parts.cancel: gr.Button(own.cancel),
    }


def wire(parts: Parts, events: LibraryEvents) -> None:
    """Bind the events. While the panel is open it looks for news of the documents by itself."""
    own, language = parts.library, parts.settings.language
    told, header = parts.session.told, parts.header
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "always_last",
        # One after the other: each goes on from the view that the one before it has left.
        "concurrency_id": "documents",
        "concurrency_limit": 1,
    }
    listed = [own.heading, own.table, own.remove, own.view]
    for listen in (language.change, header.library_tab.select):
        listen(events.refresh, [own.view, language], listed, **quiet)
    header.library_tab.select(lambda: gr.Timer(active=True), None, [own.clock], **quiet)
    header.chat_tab.select(lambda: gr.Timer(active=False), None, [own.clock], **quiet)
    own.clock.tick(events.follow, [own.view, language], listed, **quiet)
    for listen in (own.wanted.change, own.only.input):
        listen(events.search, [own.wanted, own.only, own.view, language], listed, **quiet)
    own.table.select(events.act, [own.view, language], [*listed, *parts.of_opening], **quiet)
    chosen = [own.view, own.remove, own.confirming]
    own.table.input(events.choose, [own.view, language], chosen, **quiet)
    asked = [own.question, own.confirming, own.said, own.undo]
    own.remove.click(events.ask_to_remove, [own.view, language], asked, **quiet)
    own.cancel.click(events.keep, None, [own.confirming], **quiet)
    changing: dict[str, Any] = {
        "concurrency_id": "rebuild",
        "concurrency_limit": 1,
        "show_progress_on": [header.report],
        "api_visibility": "private",
    }
    outcome = [*listed, own.upload, own.said, own.undo, own.confirming, *parts.of_index]
    for listen, handler, given in (
        (own.upload.upload, events.upload, own.upload),
        (own.confirm.click, events.remove, own.view),
        (own.undo.click, events.restore, own.view),
    ):
        changed = listen(handler, [given, language, told], outcome, **changing)
        changed.then(events.refresh, [own.view, language], listed, **quiet)


def _choices(words: Wording) -> list[tuple[str, str]]:
    return [
        (words.library.only_all, ""),
        *((said, str(state)) for state, said in words.library.states),
    ]
