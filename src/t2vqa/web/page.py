"""The page: its panels put together."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from t2vqa.types import Filters
from t2vqa.web.api.endpoints import add_api
from t2vqa.web.asking import Askings
from t2vqa.web.chat_events import ChatEvents
from t2vqa.web.conversation import Conversation
from t2vqa.web.conversation_events import ConversationEvents
from t2vqa.web.filter_events import FilterEvents
from t2vqa.web.index_events import IndexEvents
from t2vqa.web.keeping import Keeper
from t2vqa.web.language_events import LanguageEvents
from t2vqa.web.library_events import LibraryEvents
from t2vqa.web.panels import chat, conversations, filters, header, library, settings, source
from t2vqa.web.parts import HeaderParts, Parts, Session
from t2vqa.web.preferences import Preferences
from t2vqa.web.services import Services
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.wording import Wording, wording

STYLE = Path(__file__).with_name("style.css")
"""The page's own style sheet."""

_LOOK_FOR_NEWS_SECONDS = 3.0
"""A look costs some 12 ms of one processor, for each open page."""
_FILES_KEPT_SECONDS = 3600
"""Gradio's own copies of exported and uploaded files are deleted after that."""
_FONTS = (
    "system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif",
)  # fmt: skip
_MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_page(services: Services) -> gr.Blocks:
    """Build the page over what stands behind it."""
    words = wording(services.settings.language)
    page = gr.Blocks(
        title=words.title,
        fill_height=True,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(_FILES_KEPT_SECONDS, _FILES_KEPT_SECONDS),
    )
    with page:
        add_api(services.desk)  # first, so that its names are free
        parts = _lay_out(words, managing=services.library.may_change)
        askings = Askings()
        of_source = SourceEvents(services.desk, parts)
        of_index = IndexEvents(services.desk, parts, services.news, askings, of_source)
        header.wire(parts, of_index)
        keeper = Keeper(services.store)
        of_filters = FilterEvents(services.desk, parts)
        of_chat = ChatEvents(services.desk, parts, askings, keeper, of_filters)
        settled = chat.wire(parts, of_chat)
        filters.wire(parts, of_filters)
        source.wire(parts, of_source)
        library.wire(parts, LibraryEvents(services, parts, of_index, of_source))
        of_language = LanguageEvents(services, parts, of_index, of_source, of_filters)
        arrived = settings.wire(parts, of_language, page)
        of_conversations = ConversationEvents(services.desk, parts, askings, keeper)
        conversations.wire(parts, of_conversations, settled, arrived)
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


def _lay_out(words: Wording, *, managing: bool) -> Parts:
    session = Session(
        conversation=gr.State(Conversation()),
        judged=gr.State(None),
        shown=gr.State(None),
        told=gr.State(None),
        filters=gr.State(Filters()),
        clock=gr.Timer(_LOOK_FOR_NEWS_SECONDS),
        kept=gr.BrowserState(Preferences().kept(), storage_key="t2vqa", secret="t2vqa"),  # noqa: S106 - nothing secret: without it a restart forgets the choices
    )
    of_conversations = conversations.lay_out(words)
    of_header = header.lay_out(words)
    of_settings = settings.lay_out(words)
    with gr.Tabs(elem_id="t2-tabs") as tabs:
        with gr.Tab(words.frame.chat_tab, id="chat") as chat_tab, gr.Row(elem_id="t2-desk"):
            with gr.Column(scale=6, min_width=320, elem_id="t2-chat-pane"):
                of_chat, of_filters = chat.lay_out(words)
            with gr.Column(scale=4, min_width=320, elem_id="t2-source-pane"):
                of_source = source.lay_out(words)
        with (
            gr.Tab(words.frame.documents_tab, id="library") as library_tab,
            gr.Column(elem_id="t2-library"),
        ):
            of_library = library.lay_out(words, managing=managing)
    return Parts(
        session=session,
        header=HeaderParts(**of_header, tabs=tabs, chat_tab=chat_tab, library_tab=library_tab),
        settings=of_settings,
        chat=of_chat,
        filters=of_filters,
        source=of_source,
        conversations=of_conversations,
        library=of_library,
    )
