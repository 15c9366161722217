"""The page: what stands where, and which handler each event calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from t2vqa.web.asking import Askings
from t2vqa.web.chat_events import ChatEvents
from t2vqa.web.conversation import Conversation
from t2vqa.web.desk import Desk
from t2vqa.web.frame_html import (
    counter_html,
    empty_chat_markdown,
    empty_source_html,
    heading_html,
)
from t2vqa.web.index_events import IndexEvents
from t2vqa.web.language_events import LanguageEvents
from t2vqa.web.news import News
from t2vqa.web.parts import Parts
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.status_html import looked_at_html
from t2vqa.web.wording import LANGUAGE_NAMES, Wording, wording

STYLE = Path(__file__).with_name("style.css")
"""The page's own style sheet."""

_SCRIPT = Path(__file__).with_name("page.js")
_SET_LANGUAGE = """(language) => {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = %s[language];
}"""
_COPY = """(text) => {
  if (navigator.clipboard) navigator.clipboard.writeText(text);
}"""

_QUESTIONS_AT_ONCE = 8
_LOOK_FOR_NEWS_SECONDS = 3.0
"""A look costs some 12 ms of one processor, for each open page."""
_FONTS = (
    "system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif",
)  # fmt: skip
_MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_page(desk: Desk, language: str, news: News | None = None) -> gr.Blocks:
    """Build the page over a service.

    Args:
        desk: What answers the questions.
        language: The language before a reader chooses one.
        news: What the page's readers are told from; by default its own.
    """
    words = wording(language)
    page = gr.Blocks(title=words.title, fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        parts = _lay_out(words)
        askings = Askings()
        source = SourceEvents(desk, parts)
        index = IndexEvents(desk, parts, news or News(desk), askings, source)
        _wire_chat(parts, ChatEvents(desk, parts, askings))
        _wire_source(parts, source)
        _wire_index(parts, index)
        _wire_language(parts, LanguageEvents(desk, parts, index, source), page)
    return page


def theme() -> gr.themes.Base:
    """Return the page's theme: quiet colours and the reader's own fonts."""
    system = gr.themes.utils.fonts.Font
    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue,
        neutral_hue=gr.themes.colors.slate,
        secondary_hue=gr.themes.colors.blue,
        text_size=gr.themes.sizes.text_md,
        radius_size=gr.themes.sizes.radius_md,
        font=[system(name) for name in _FONTS],
        font_mono=[system(name) for name in _MONO_FONTS],
    ).set(
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_text_color="white",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
    )


def _lay_out(words: Wording) -> Parts:
    parts: dict[str, Any] = {
        "conversation": gr.State(Conversation()),
        "shown": gr.State(None),
        "told": gr.State(None),
        "clock": gr.Timer(_LOOK_FOR_NEWS_SECONDS),
    }
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
    parts["copied"] = gr.Textbox(visible="hidden", elem_id="t2-copied")
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
        parts["close"] = gr.Button("✕", size="sm", min_width=32, visible=False, elem_id="t2-close")
    parts["source"] = gr.HTML(
        empty_source_html(words),
        elem_id="t2-source",
        js_on_load=_SCRIPT.read_text(encoding="utf-8"),
    )
    return parts


def _wire_chat(parts: Parts, chat: ChatEvents) -> None:
    parts.question.submit(
        chat.ask,
        [parts.question, parts.conversation, parts.language],
        parts.of_chat,
        concurrency_id="ask",
        concurrency_limit=_QUESTIONS_AT_ONCE,
        show_progress="hidden",
        api_visibility="private",
    )
    parts.chat.example_select(
        chat.ask_example,
        [parts.conversation, parts.language],
        parts.of_chat,
        concurrency_id="ask",
        concurrency_limit=_QUESTIONS_AT_ONCE,
        show_progress="hidden",
        api_visibility="private",
    )
    parts.question.stop(
        chat.stop,
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    parts.chat.clear(
        chat.clear,
        [parts.language],
        [*parts.of_chat, *parts.of_source],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    copied = parts.chat.copy(
        chat.copied,
        [parts.conversation],
        [parts.copied],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    copied.then(None, [parts.copied], js=_COPY)


def _wire_source(parts: Parts, source: SourceEvents) -> None:
    at = [parts.shown, parts.conversation, parts.language]
    for listen, handler, inputs in (
        (parts.source.select, source.open_link, at[1:]),
        (parts.previous.click, source.open_previous, at),
        (parts.following.click, source.open_next, at),
        (parts.close.click, source.close, at[2:]),
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


def _wire_index(parts: Parts, index: IndexEvents) -> None:
    parts.rebuild.click(
        index.rebuild,
        [parts.language, parts.told],
        parts.of_index,
        concurrency_id="rebuild",
        concurrency_limit=1,
        show_progress_on=[parts.report],
        api_visibility="private",
    )
    parts.clock.tick(
        index.follow,
        [parts.language, parts.told, parts.conversation, parts.shown],
        [*parts.of_index, *parts.of_source],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )


def _wire_language(parts: Parts, language: LanguageEvents, page: gr.Blocks) -> None:
    spoken = [
        parts.heading,
        parts.rebuild,
        parts.report,
        parts.status,
        parts.looked_at_fold,
        parts.told,
        *parts.of_chat,
        *parts.of_source,
    ]
    titles = json.dumps({name: wording(name).title for _, name in LANGUAGE_NAMES})
    for listen in (parts.language.change, page.load):
        listen(
            language.speak,
            [parts.language, parts.conversation, parts.shown, parts.told],
            spoken,
            show_progress="hidden",
            concurrency_limit=None,
            api_visibility="private",
        )
        listen(None, [parts.language], js=_SET_LANGUAGE % titles)
