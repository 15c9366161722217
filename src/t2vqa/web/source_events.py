"""Opening, leafing through and closing sources: the handlers of the source pane."""

from __future__ import annotations

import gradio as gr

from t2vqa.errors import DocumentNotFoundError
from t2vqa.types import Citation, Document
from t2vqa.web.conversation import Conversation, Link, LinkKind
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.frame_html import counter_html, empty_source_html
from t2vqa.web.markup import link_html
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.source_pane import source_html
from t2vqa.web.status_html import failure_status_html, looked_at_html
from t2vqa.web.wording import Wording, wording


class SourceEvents:
    """The handlers of the source pane."""

    def __init__(self, desk: Desk, parts: Parts) -> None:
        self._desk = desk
        self._parts = parts

    def open_link(self, event: gr.EventData, conversation: Conversation, language: str) -> Updates:
        """Show the source that the link a person followed leads to."""
        link = Link.parse(getattr(event, "href", None))
        return gr.skip() if link is None else self.opened(link, conversation, wording(language))

    def open_previous(
        self, shown: Link | None, conversation: Conversation, language: str
    ) -> Updates:
        """Show the source before the one shown."""
        before = conversation.neighbours(shown).before if shown is not None else None
        return self.opened(before or shown, conversation, wording(language))

    def open_next(self, shown: Link | None, conversation: Conversation, language: str) -> Updates:
        """Show the source after the one shown."""
        after = conversation.neighbours(shown).after if shown is not None else None
        return self.opened(after or shown, conversation, wording(language))

    def close(self, language: str) -> Updates:
        """Show no source."""
        return closed_source(self._parts, wording(language))

    def opened(self, link: Link | None, conversation: Conversation, words: Wording) -> Updates:
        """Show what ``link`` leads to; nothing where the conversation has no such thing."""
        if link is not None and link.kind is LinkKind.LOOKED_AT:
            return self._looked_at(link, conversation, words)
        source = conversation.source(link) if link is not None else None
        if link is None or source is None:
            return closed_source(self._parts, words)
        try:
            shown = source_html(source, self._document_of(source), words, link.href)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            shown = failure_status_html(error, words)
        near = conversation.neighbours(link)
        counter = words.citation_of if link.kind is LinkKind.CITATION else words.passage_of
        pane = self._parts.source
        place = counter.format(number=link.number, total=near.total)
        return {
            self._parts.session.shown: link,
            pane.source: shown,
            pane.counter: counter_html(place, _to_all(link, words)),
            pane.previous: gr.Button(words.previous, interactive=near.before is not None),
            pane.following: gr.Button(words.following, interactive=near.after is not None),
            pane.close: gr.Button(visible=True),
        }

    def _looked_at(self, link: Link, conversation: Conversation, words: Wording) -> Updates:
        """Show the list of the passages that were looked at for an answer."""
        answer = conversation.answer_of(link)
        if answer is None:
            return closed_source(self._parts, words)
        return {
            **closed_source(self._parts, words),
            self._parts.session.shown: link,
            self._parts.source.source: looked_at_html(answer, link.turn, words),
            self._parts.source.counter: counter_html(
                words.asking.looked_at.format(count=len(answer.passages))
            ),
            self._parts.source.close: gr.Button(visible=True),
        }

    def _document_of(self, source: Citation) -> Document | None:
        """Return the document as it is now, under whatever path."""
        (state,) = self._desk.check((source,))
        try:
            return self._desk.document(state.document)
        except DocumentNotFoundError:
            return None


def _to_all(link: Link, words: Wording) -> str:
    """Return the way from a passage back to the list of all that were looked at."""
    if link.kind is not LinkKind.PASSAGE:
        return ""
    href = Link(LinkKind.LOOKED_AT, link.turn, 0).href
    return link_html(href, words.asking.back_to_all, words.asking.back_to_all, "t2-look")


def closed_source(parts: Parts, words: Wording) -> Updates:
    """Return the source pane as it is while no source is open."""
    return {
        parts.session.shown: None,
        parts.source.source: empty_source_html(words),
        parts.source.counter: counter_html(words.source_label),
        parts.source.previous: gr.Button(words.previous, interactive=False),
        parts.source.following: gr.Button(words.following, interactive=False),
        parts.source.close: gr.Button(visible=False),
    }
