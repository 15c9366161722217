"""The components of a page, by what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

Updates = dict[Any, Any]
"""New values or properties of components: what a handler returns."""


@dataclass(frozen=True)
class Parts:
    """Every component that a handler reads or changes."""

    heading: gr.HTML
    status: gr.HTML
    rebuild: gr.Button
    language: gr.Radio
    report: gr.HTML
    chat: gr.Chatbot
    question: gr.Textbox
    copied: gr.Textbox
    looked_at_fold: gr.Accordion
    looked_at: gr.HTML
    counter: gr.HTML
    previous: gr.Button
    following: gr.Button
    close: gr.Button
    source: gr.HTML
    conversation: gr.State
    shown: gr.State
    told: gr.State
    clock: gr.Timer

    @property
    def of_chat(self) -> list[Any]:
        """What changes when a question is asked, stopped or the conversation cleared."""
        return [self.question, self.chat, self.conversation, self.looked_at]

    @property
    def of_index(self) -> list[Any]:
        """What changes when the index has changed."""
        return [self.rebuild, self.report, self.status, self.told, self.chat, self.conversation]

    @property
    def of_source(self) -> list[Any]:
        """What changes when a source is opened or closed."""
        return [
            self.shown,
            self.source,
            self.counter,
            self.previous,
            self.following,
            self.close,
        ]
