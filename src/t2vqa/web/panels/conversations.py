"""The list of conversations at the left edge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import Dependency

from t2vqa.web.conversation_events import ConversationEvents
from t2vqa.web.conversation_list import list_html
from t2vqa.web.markup import escape
from t2vqa.web.parts import ConversationsParts, Parts, Updates
from t2vqa.web.wording import Wording

_SCRIPT = Path(__file__).parent.with_name("conversations.js")
_LINK_OF_PAGE = """(_, ...others) =>
  [new URLSearchParams(location.search).get("c") ?? "", ...others]"""
_FETCH = """() => {
  requestAnimationFrame(() => setTimeout(() => document.querySelector("#t2-file")?.click()));
}"""


def lay_out(words: Wording) -> ConversationsParts:
    """Make the components."""
    said = words.conversations
    small: dict[str, Any] = {"size": "sm", "min_width": 60}
    with gr.Sidebar(open=False, width=300, elem_id="t2-conversations") as sidebar:
        heading = gr.HTML(_heading(words))
        begin = gr.Button(said.begin, size="sm", variant="primary", elem_id="t2-begin")
        search = gr.Textbox(
            label=said.search,
            show_label=False,
            container=False,
            placeholder=said.search,
            type="text",
            elem_id="t2-search",
        )
        listed = gr.HTML(
            list_html((), None, "", words),
            elem_id="t2-listed",
            js_on_load=_SCRIPT.read_text(encoding="utf-8"),
        )
        with gr.Column(visible=False, elem_id="t2-kept-actions") as actions:
            with gr.Row():
                rename = gr.Button(said.rename, **small, elem_id="t2-rename")
                delete = gr.Button(said.delete, **small, elem_id="t2-delete")
            with gr.Row():
                export_markdown = gr.Button(
                    said.export_markdown, **small, elem_id="t2-export-markdown"
                )
                export_docx = gr.Button(said.export_docx, **small, elem_id="t2-export-docx")
            with gr.Column(visible=False, elem_id="t2-renaming") as renaming:
                title = gr.Textbox(label=said.title, max_lines=1, elem_id="t2-title")
                with gr.Row():
                    keep_title = gr.Button(said.keep_title, variant="primary", **small)
                    leave_title = gr.Button(said.leave, **small)
            with gr.Column(visible=False, elem_id="t2-deleting") as deleting:
                question = gr.HTML()
                with gr.Row():
                    do_delete = gr.Button(said.do_delete, **small, elem_id="t2-do-delete")
                    leave_delete = gr.Button(said.leave, **small)
        link = gr.Textbox(visible="hidden")
        file = gr.DownloadButton(visible="hidden", elem_id="t2-file")
    return ConversationsParts(
        sidebar=sidebar,
        heading=heading,
        begin=begin,
        search=search,
        listed=listed,
        actions=actions,
        rename=rename,
        delete=delete,
        export_markdown=export_markdown,
        export_docx=export_docx,
        renaming=renaming,
        title=title,
        keep_title=keep_title,
        leave_title=leave_title,
        deleting=deleting,
        question=question,
        do_delete=do_delete,
        leave_delete=leave_delete,
        link=link,
        file=file,
    )


def wire(
    parts: Parts, events: ConversationEvents, settled: Sequence[Dependency], arrived: Dependency
) -> None:
    """Bind the events.

    Args:
        parts: The components.
        events: The handlers.
        settled: The events behind which the conversation is another.
        arrived: The event of a page that was opened.
    """
    kept, language = parts.conversations, parts.settings.language
    now = [kept.search, parts.session.conversation, language]
    everything = [*parts.of_chat, *parts.of_source, *parts.of_conversations]
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    for event in settled:
        event.then(events.listed, now, parts.of_conversations, **quiet)
    for listen in (kept.search.change, language.input):
        listen(events.listed, now, parts.of_conversations, trigger_mode="always_last", **quiet)
    arrived.then(events.arrive, [kept.link, *now], everything, js=_LINK_OF_PAGE, **quiet)
    kept.listed.select(events.open, [kept.search, language], everything, **quiet)
    kept.begin.click(events.begin, [kept.search, language], everything, **quiet)
    _wire_naming(parts, events, everything, quiet)
    _wire_exports(parts, events, quiet)
    _wire_feedback(parts, events, quiet)


def spoken(parts: ConversationsParts, words: Wording) -> Updates:
    """Say the panel in another language."""
    said = words.conversations
    return {
        parts.heading: _heading(words),
        parts.begin: gr.Button(said.begin),
        parts.search: gr.Textbox(label=said.search, placeholder=said.search),
        parts.rename: gr.Button(said.rename),
        parts.delete: gr.Button(said.delete),
        parts.export_markdown: gr.Button(said.export_markdown),
        parts.export_docx: gr.Button(said.export_docx),
        parts.title: gr.Textbox(label=said.title),
        parts.keep_title: gr.Button(said.keep_title),
        parts.leave_title: gr.Button(said.leave),
        parts.do_delete: gr.Button(said.do_delete),
        parts.leave_delete: gr.Button(said.leave),
    }


def _wire_naming(
    parts: Parts, events: ConversationEvents, everything: list[Any], quiet: dict[str, Any]
) -> None:
    kept, language = parts.conversations, parts.settings.language
    opened = [parts.session.conversation, language]
    asked = [kept.renaming, kept.title, kept.deleting, kept.question]
    kept.rename.click(events.offer_rename, opened, asked, **quiet)
    kept.delete.click(events.offer_delete, opened, asked, **quiet)
    for listen in (kept.title.submit, kept.keep_title.click):
        listen(events.rename, [kept.title, kept.search, *opened], parts.of_conversations, **quiet)
    kept.do_delete.click(events.delete, [kept.search, *opened], everything, **quiet)
    for button in (kept.leave_title, kept.leave_delete):
        button.click(events.leave, None, asked, **quiet)


def _wire_exports(parts: Parts, events: ConversationEvents, quiet: dict[str, Any]) -> None:
    kept = parts.conversations
    opened = [parts.session.conversation, parts.settings.language]
    for button, handler in (
        (kept.export_markdown, events.export_markdown),
        (kept.export_docx, events.export_docx),
    ):
        made = button.click(handler, opened, [kept.file], **quiet)
        made.success(None, js=_FETCH)


def _wire_feedback(parts: Parts, events: ConversationEvents, quiet: dict[str, Any]) -> None:
    chat, session = parts.chat, parts.session
    judged = [chat.chat, session.conversation, session.judged, chat.note]
    now = [session.conversation, parts.settings.language]
    chat.chat.like(events.judge, now, judged, **quiet)
    chat.note.submit(events.note, [chat.note, session.judged, *now], judged, **quiet)


def _heading(words: Wording) -> str:
    return f"<h2>{escape(words.conversations.heading)}</h2>"
