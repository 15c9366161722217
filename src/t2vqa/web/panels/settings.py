"""What a person sets for their own browser: language, appearance, length; and the page's keys."""

from __future__ import annotations

import json

import gradio as gr
from gradio.events import Dependency

from t2vqa.types import AnswerLength
from t2vqa.web.frame_html import help_html
from t2vqa.web.language_events import LanguageEvents
from t2vqa.web.panels.choices import length_choices, theme_choices
from t2vqa.web.parts import Parts, SettingsParts
from t2vqa.web.preferences import THEMES
from t2vqa.web.wording import LANGUAGE_NAMES, Wording, wording

_SET_LANGUAGE = """(language) => {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = %s[language];
}"""
_SET_THEME = "(theme) => { document.dispatchEvent(new CustomEvent('t2-theme', {detail: theme})); }"
_TOGGLE = "() => { document.dispatchEvent(new CustomEvent('t2-settings')); }"


def lay_out(words: Wording) -> SettingsParts:
    """Make the panel, which opens over the page, and the list of keys."""
    with gr.Column(elem_id="t2-settings") as panel:
        language = gr.Radio(
            list(LANGUAGE_NAMES),
            value=words.language,
            label=words.language_label,
            elem_id="t2-language",
        )
        theme = gr.Radio(
            theme_choices(words), value=THEMES[0], label=words.frame.theme, elem_id="t2-theme"
        )
        length = gr.Radio(
            length_choices(words),
            value=AnswerLength.NORMAL,
            label=words.asking.length,
            elem_id="t2-length",
        )
        account = gr.HTML(visible=False, elem_id="t2-account")
    keys = gr.HTML(help_html(words), elem_id="t2-help")
    return SettingsParts(panel, language, theme, length, account, keys)


def wire(parts: Parts, language: LanguageEvents, page: gr.Blocks) -> Dependency:
    """Bind the events: what a browser has kept is taken over when the page is opened.

    Returns:
        The event of a page that was opened.
    """
    settings, session = parts.settings, parts.session
    chosen = [settings.language, settings.theme, settings.length]
    now = [settings.language, session.conversation, session.shown, session.told, session.filters]
    titles = json.dumps({name: wording(name).title for _, name in LANGUAGE_NAMES})
    arrived = page.load(
        language.arrive,
        [session.kept, *now[1:]],
        parts.all(),
        show_progress="hidden",
        concurrency_limit=None,
        api_visibility="private",
    )
    settings.language.input(
        language.speak,
        now,
        parts.all(),
        show_progress="hidden",
        concurrency_limit=None,
        api_visibility="private",
    )
    settings.language.change(None, [settings.language], js=_SET_LANGUAGE % titles)
    page.load(None, [settings.language], js=_SET_LANGUAGE % titles)
    settings.theme.change(None, [settings.theme], js=_SET_THEME)
    for control in chosen:
        control.input(
            language.keep,
            [session.kept, *chosen],
            [session.kept],
            show_progress="hidden",
            queue=False,
            api_visibility="private",
        )
    parts.header.open_settings.click(None, js=_TOGGLE)
    return arrived
