"""The page's own fixed texts as HTML, and the conversation as the chat takes it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from t2vqa.web.conversation import Conversation
from t2vqa.web.markup import escape
from t2vqa.web.wording import Wording


def heading_html(words: Wording) -> str:
    """Return the page's name and what it does."""
    name = f"<h1>{escape(words.title)}</h1>"
    return f'<div class="t2-heading">{name}<p>{escape(words.tagline)}</p></div>'


def empty_chat_markdown(words: Wording) -> str:
    """Return what the chat shows above the example questions before the first one is asked."""
    return f"## {words.empty_heading}\n{words.empty_text}"


def empty_source_html(words: Wording) -> str:
    """Return what the source pane shows while no source is open."""
    return f'<p class="t2-hint">{escape(words.source_empty)}</p>'


def counter_html(text: str, link: str = "") -> str:
    """Return the line above a source; ``link`` is HTML."""
    return f'<p class="t2-counter">{escape(text)}{link}</p>'


def hits_html(text: str) -> str:
    """Return how much was found in a document."""
    return f'<p class="t2-hits">{escape(text)}</p>'


def messages(conversation: Conversation, words: Wording) -> list[dict[str, Any]]:
    """Return the conversation as the chat shows it, the last answer with what may follow it."""
    waiting = f'<div class="t2-working">{escape(words.working)}</div>'
    shown: list[dict[str, Any]] = []
    for turn in conversation.turns:
        shown.append({"role": "user", "content": turn.question_html})
        shown.append({"role": "assistant", "content": turn.reply_html or waiting})
    if shown and conversation.turns[-1].following:
        shown[-1]["options"] = [{"value": one} for one in conversation.turns[-1].following]
    return shown


def chat_of(
    conversation: Conversation,
    words: Wording,
    **more: Any,  # noqa: ANN401 - properties of the component
) -> gr.Chatbot:
    """Return what changes of the chat when the conversation does: messages and feedback."""
    verdicts = words.conversations.verdicts
    return gr.Chatbot(
        value=messages(conversation, words),  # type: ignore[arg-type]  # a form it documents
        feedback_options=words.conversations.verdict_names,
        feedback_value=[
            verdicts[turn.feedback.verdict] if turn.feedback is not None else None
            for turn in conversation.turns
        ],
        **more,
    )


def account_html(user: str, words: Wording) -> str:
    """Return who is logged in, and the way out."""
    said = words.frame.logged_in.format(name=user)
    return (
        f'<p class="t2-account"><span>{escape(said)}</span>'
        f'<a href="logout">{escape(words.frame.log_out)}</a></p>'
    )


def help_html(words: Wording) -> str:
    """Return the page's keys as a dialog, which the page's script opens and closes."""
    rows = "".join(
        f"<dt><kbd>{escape(key)}</kbd></dt><dd>{escape(does)}</dd>"
        for key, does in words.frame.keys
    )
    close = escape(words.frame.help_close)
    return (
        f'<dialog class="t2-help" aria-labelledby="t2-help-heading">'
        f'<h2 id="t2-help-heading">{escape(words.frame.help_heading)}</h2><dl>{rows}</dl>'
        f'<button type="button" class="t2-help-close">{close}</button></dialog>'
    )
