"""The page: what stands where, and which handler each event calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from t2vqa.web.conversation import Conversation
from t2vqa.web.desk import Desk
from t2vqa.web.handlers import (
    Handlers,
    counter_html,
    empty_chat_markdown,
    empty_source_html,
    heading_html,
)
from t2vqa.web.status_html import looked_at_html
from t2vqa.web.wording import LANGUAGE_NAMES, Wording, wording

STYLE = Path(__file__).with_name("style.css")
"""The page's own style sheet."""

_SOURCE_SCRIPT = Path(__file__).with_name("source_pane.js")
_SET_LANGUAGE = """(language) => {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
}"""

_QUESTIONS_AT_ONCE = 8
_FONTS = (
    "system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif",
)  # fmt: skip
_MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


@dataclass(frozen=True)
class Parts:
    """The components of a page, by what they are for."""

    heading: gr.HTML
    status: gr.HTML
    rebuild: gr.Button
    language: gr.Radio
    report: gr.HTML
    chat: gr.Chatbot
    question: gr.Textbox
    looked_at_fold: gr.Accordion
    looked_at: gr.HTML
    counter: gr.HTML
    previous: gr.Button
    following: gr.Button
    close: gr.Button
    source: gr.HTML
    conversation: gr.State
    shown: gr.State


def build_page(desk: Desk, language: str) -> gr.Blocks:
    """Build the page over a service.

    Args:
        desk: What answers the questions.
        language: The language before a reader chooses one.
    """
    handlers = Handlers(desk)
    words = wording(language)
    with gr.Blocks(
        title=words.title, fill_height=True, fill_width=True, analytics_enabled=False
    ) as page:
        parts = _lay_out(words)
        _wire_chat(parts, handlers)
        _wire_source(parts, handlers)
        _wire_index(parts, handlers)
        _wire_language(parts, handlers, page)
    return page


def theme() -> gr.themes.Base:
    """Return the page's theme: quiet colours and the reader's own fonts."""
    system = gr.themes.utils.fonts.Font
    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue,
        neutral_hue=gr.themes.colors.slate,
        text_size=gr.themes.sizes.text_md,
        radius_size=gr.themes.sizes.radius_md,
        font=[system(name) for name in _FONTS],
        font_mono=[system(name) for name in _MONO_FONTS],
    )


def _lay_out(words: Wording) -> Parts:
    parts: dict[str, Any] = {"conversation": gr.State(Conversation()), "shown": gr.State(None)}
    with gr.Row(elem_id="t2-header"):
        parts["heading"] = gr.HTML(heading_html(words), elem_id="t2-heading")
        parts["status"] = gr.HTML(elem_id="t2-status")
        parts["rebuild"] = gr.Button(words.rebuild, size="sm", elem_id="t2-rebuild", min_width=90)
        parts["language"] = gr.Radio(
            list(LANGUAGE_NAMES),
            value=words.language,
            label=words.language_label,
            show_label=False,
            container=False,
            elem_id="t2-language",
        )
    parts["report"] = gr.HTML(visible=False, elem_id="t2-report")
    with gr.Row(elem_id="t2-desk"):
        with gr.Column(scale=6, min_width=320, elem_id="t2-chat-pane"):
            parts |= _lay_out_chat(words)
        with gr.Column(scale=4, min_width=320, elem_id="t2-source-pane"):
            parts |= _lay_out_source(words)
    return Parts(**parts)


def _lay_out_chat(words: Wording) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    parts["chat"] = gr.Chatbot(
        label=words.chat_label,
        show_label=False,
        container=False,
        layout="bubble",
        height="100%",
        buttons=["copy"],
        feedback_options=None,
        latex_delimiters=[],
        allow_tags=False,
        placeholder=empty_chat_markdown(words),
        elem_id="t2-chat",
        scale=1,
    )
    parts["question"] = gr.Textbox(
        label=words.ask_label,
        show_label=False,
        container=False,
        placeholder=words.ask_placeholder,
        submit_btn=words.ask_button,
        stop_btn=False,
        lines=1,
        max_lines=6,
        autofocus=True,
        elem_id="t2-question",
    )
    with gr.Accordion(words.looked_at, open=False, elem_id="t2-looked-at") as fold:
        parts["looked_at"] = gr.HTML(looked_at_html((), words))
    return {**parts, "looked_at_fold": fold}


def _lay_out_source(words: Wording) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_id="t2-source-bar"):
        parts["counter"] = gr.HTML(counter_html(words.source_label), elem_id="t2-counter")
        for name, label in (("previous", words.previous), ("following", words.following)):
            parts[name] = gr.Button(
                label, size="sm", min_width=60, interactive=False, elem_id=f"t2-{name}"
            )
        parts["close"] = gr.Button(
            "✕", size="sm", min_width=32, visible=False, elem_id="t2-close"
        )
    parts["source"] = gr.HTML(
        empty_source_html(words),
        elem_id="t2-source",
        js_on_load=_SOURCE_SCRIPT.read_text(encoding="utf-8"),
    )
    return parts


def _wire_chat(parts: Parts, handlers: Handlers) -> None:
    told = [parts.question, parts.chat, parts.conversation, parts.looked_at]
    asking = partial(
        dict,
        outputs=told,
        concurrency_id="ask",
        concurrency_limit=_QUESTIONS_AT_ONCE,
        show_progress="hidden",
        api_visibility="private",
    )
    typed = parts.question.submit(
        handlers.ask, [parts.question, parts.conversation, parts.language], **asking()
    )
    chosen = parts.chat.example_select(
        handlers.ask_example, [parts.conversation, parts.language], **asking()
    )
    parts.question.stop(
        handlers.stop,
        [parts.conversation, parts.language],
        told,
        cancels=[typed, chosen],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    parts.chat.clear(
        handlers.clear,
        [parts.language],
        [*told, *_source_outputs(parts)],
        cancels=[typed, chosen],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )


def _source_outputs(parts: Parts) -> list[Any]:
    return [
        parts.shown,
        parts.source,
        parts.counter,
        parts.previous,
        parts.following,
        parts.close,
    ]


def _wire_source(parts: Parts, handlers: Handlers) -> None:
    quick = partial(
        dict,
        outputs=_source_outputs(parts),
        show_progress="hidden",
        concurrency_limit=None,
        trigger_mode="always_last",
        api_visibility="private",
    )
    at = [parts.shown, parts.conversation, parts.language]
    parts.source.select(handlers.open_link, at[1:], **quick())
    parts.previous.click(handlers.open_previous, at, **quick())
    parts.following.click(handlers.open_next, at, **quick())
    parts.close.click(handlers.close_source, [parts.language], **quick())


def _wire_index(parts: Parts, handlers: Handlers) -> None:
    parts.rebuild.click(
        handlers.rebuild,
        [parts.language],
        [parts.rebuild, parts.report, parts.status, parts.chat],
        concurrency_id="rebuild",
        concurrency_limit=1,
        show_progress_on=[parts.report],
        api_visibility="private",
    )


def _wire_language(parts: Parts, handlers: Handlers, page: gr.Blocks) -> None:
    spoken = [
        parts.heading,
        parts.rebuild,
        parts.report,
        parts.status,
        parts.chat,
        parts.question,
        parts.looked_at_fold,
        parts.looked_at,
        parts.conversation,
        *_source_outputs(parts),
    ]
    quiet = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
    at = [parts.language, parts.conversation, parts.shown]
    parts.language.change(handlers.speak, at, spoken, **quiet)
    parts.language.change(None, [parts.language], js=_SET_LANGUAGE)
    page.load(handlers.speak, at, spoken, **quiet)
    page.load(None, [parts.language], js=_SET_LANGUAGE)
