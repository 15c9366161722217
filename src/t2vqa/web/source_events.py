"""Opening, leafing through, searching and closing sources: the handlers of the source pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import gradio as gr

from t2vqa.answering.citing import state_of
from t2vqa.errors import DocumentNotFoundError
from t2vqa.types import Citation, Document, Span
from t2vqa.web.conversation import Conversation, Link, LinkKind
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.frame_html import counter_html, empty_source_html, hits_html
from t2vqa.web.markup import link_html
from t2vqa.web.opened_documents import OpenedDocuments
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.shown import Place, Shown
from t2vqa.web.source_head import head_of_document, head_of_source, notes_html
from t2vqa.web.source_pane import message_html, removed_html, source_html
from t2vqa.web.status_html import failure_status_html, looked_at_html
from t2vqa.web.whole_document import WholeDocument
from t2vqa.web.whole_html import Reading, whole_html
from t2vqa.web.wording import Wording, wording


class SourceEvents:
    """The handlers of the source pane."""

    def __init__(self, desk: Desk, parts: Parts) -> None:
        self._documents = OpenedDocuments(desk)
        self._parts = parts

    def open_link(
        self, event: gr.EventData, shown: Shown | None, conversation: Conversation, language: str
    ) -> Updates:
        """Show what a link leads to: a citation, a passage, or a place of the whole document."""
        href, words = getattr(event, "href", None), wording(language)
        link, place = Link.parse(href), Place.parse(href)
        if link is not None:
            return self.opened(link, conversation, words)
        if place is not None and shown is not None and shown.path is not None:
            return self.shown_anew(replace(shown, place=place), conversation, words)
        return _nothing_new()

    def open_previous(
        self, shown: Shown | None, conversation: Conversation, language: str
    ) -> Updates:
        """Show the source before the one shown."""
        link = shown.link if shown is not None else None
        before = conversation.neighbours(link).before if link is not None else None
        return self.opened(before or link, conversation, wording(language))

    def open_next(self, shown: Shown | None, conversation: Conversation, language: str) -> Updates:
        """Show the source after the one shown."""
        link = shown.link if shown is not None else None
        after = conversation.neighbours(link).after if link is not None else None
        return self.opened(after or link, conversation, wording(language))

    def open_whole(self, shown: Shown | None, conversation: Conversation, language: str) -> Updates:
        """Show the whole document of the source shown; go back to the source from there."""
        source = conversation.source(shown.link) if shown and shown.link else None
        if shown is None or source is None:
            return _nothing_new()
        whole = shown.path is None
        path = self._documents.holding(source) if whole else None
        return self.shown_anew(Shown(shown.link, path), conversation, wording(language))

    def find(
        self, wanted: str, shown: Shown | None, conversation: Conversation, language: str
    ) -> Updates:
        """Show where ``wanted`` stands in the whole document; the next place if asked again."""
        if shown is None or shown.path is None:
            return _nothing_new()
        if wanted.strip() and wanted == shown.wanted:
            return self.find_next(wanted, shown, conversation, language)
        shown = replace(shown, wanted=wanted, hit=0)
        return self.shown_anew(shown, conversation, wording(language), step=0)

    def find_next(
        self, wanted: str, shown: Shown | None, conversation: Conversation, language: str
    ) -> Updates:
        """Show the next place found, the first after the last."""
        if shown is None or shown.path is None or wanted != shown.wanted:
            return self.find(wanted, shown, conversation, language)
        return self.shown_anew(shown, conversation, wording(language), step=1)

    def find_previous(
        self, wanted: str, shown: Shown | None, conversation: Conversation, language: str
    ) -> Updates:
        """Show the place found before, the last before the first."""
        if shown is None or shown.path is None or wanted != shown.wanted:
            return self.find(wanted, shown, conversation, language)
        return self.shown_anew(shown, conversation, wording(language), step=-1)

    def close(self, language: str) -> Updates:
        """Show no source."""
        return closed_source(self._parts, wording(language))

    def opened(self, link: Link | None, conversation: Conversation, words: Wording) -> Updates:
        """Show what ``link`` leads to; nothing where the conversation has no such thing."""
        return self.shown_anew(Shown(link) if link is not None else None, conversation, words)

    def opened_document(self, path: str, words: Wording) -> Updates:
        """Show a whole document, asked for in another tab: the outputs are ``of_opening``."""
        return {
            **self.shown_anew(Shown(path=path), Conversation(), words),
            self._parts.header.tabs: gr.Tabs(selected="chat"),
        }

    def shown_anew(
        self,
        shown: Shown | None,
        conversation: Conversation,
        words: Wording,
        step: int | None = None,
    ) -> Updates:
        """Show what is shown, as it is now and in the page's language.

        Args:
            shown: What is shown, or is to be.
            conversation: Where its link leads to.
            words: The page's words.
            step: How many of the places found to go on, if that is wanted.
        """
        link = shown.link if shown is not None else None
        if link is not None and link.kind is LinkKind.LOOKED_AT:
            return self._looked_at(link, conversation, words)
        source = conversation.source(link) if link is not None else None
        if shown is None or (source is None and (link is not None or shown.path is None)):
            return closed_source(self._parts, words)
        found: Sequence[Span] = ()
        try:
            if shown.path is None and source is not None:
                page = source_html(source, self._document_of(source), words, _href(link))
            else:
                shown, page, found = self._whole(shown, source, words, step)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            page = message_html("", failure_status_html(error, words))
        return {
            self._parts.session.shown: shown,
            self._parts.source.source: page,
            **self._said_above(shown, conversation, words),
            **self._said_of_search(shown, found, words),
        }

    def _whole(
        self, shown: Shown, source: Citation | None, words: Wording, step: int | None
    ) -> tuple[Shown, str, Sequence[Span]]:
        """Return what is shown of a document, as HTML, and what was found in it."""
        opened = self._opened(shown, source)
        if opened is None:
            if source is not None:  # its document is gone: all there is are the cited words
                return replace(shown, path=None), source_html(source, None, words), ()
            return shown, removed_html(shown.path or "", words), ()
        document = opened.document
        found = opened.found(shown.wanted) if shown.wanted else ()
        shown = replace(shown, path=document.path, hit=min(shown.hit, len(found)))
        if step is not None and found:
            shown = replace(shown, hit=_hit(found, shown, source, step), place=None)
        head, notes, cited = head_of_document(document, words), "", None
        if source is not None:
            state = state_of(source, document)
            head = head_of_source(source, document, state, words)
            notes, cited = notes_html(source, state, words), state.span
        reading = Reading(cited, shown.place, found, shown.hit)
        return shown, whole_html(opened, reading, head, notes, words, _href(shown.link)), found

    def _opened(self, shown: Shown, source: Citation | None) -> WholeDocument | None:
        path = self._documents.holding(source) if source is not None else shown.path
        try:
            return self._documents.document(path or "")
        except DocumentNotFoundError:
            return None

    def _said_above(self, shown: Shown, conversation: Conversation, words: Wording) -> Updates:
        pane, link, own = self._parts.source, shown.link, words.source
        place = own.whole_label
        before = after = None
        if link is not None:
            near = conversation.neighbours(link)
            before, after = near.before, near.after
            counter = words.citation_of if link.kind is LinkKind.CITATION else words.passage_of
            place = counter.format(number=link.number, total=near.total)
        return {
            pane.counter: counter_html(place, _to_all(link, words)),
            pane.whole: gr.Button(own.whole if shown.path is None else own.back),
            pane.previous: gr.Button(words.previous, interactive=before is not None),
            pane.following: gr.Button(words.following, interactive=after is not None),
            pane.close: gr.Button(own.close),
        }

    def _said_of_search(self, shown: Shown, found: Sequence[Span], words: Wording) -> Updates:
        pane, own = self._parts.source, words.source
        said, searchable = "", bool(found) or not shown.wanted.strip()
        if shown.wanted.strip():
            counted = own.hits.format(number=f"{shown.hit:,}", total=f"{len(found):,}")
            said = counted if found else own.no_hit
        return {
            pane.wanted: gr.Textbox(shown.wanted, label=own.find, placeholder=own.find_placeholder),
            pane.hits: hits_html(said),
            pane.hit_before: gr.Button(own.find_previous, interactive=searchable),
            pane.hit_after: gr.Button(own.find_next, interactive=searchable),
        }

    def _looked_at(self, link: Link, conversation: Conversation, words: Wording) -> Updates:
        """Show the list of the passages that were looked at for an answer."""
        answer = conversation.answer_of(link)
        if answer is None:
            return closed_source(self._parts, words)
        return {
            **closed_source(self._parts, words),
            self._parts.session.shown: Shown(link),
            self._parts.source.source: looked_at_html(answer, link.turn, words),
            self._parts.source.counter: counter_html(
                words.asking.looked_at.format(count=len(answer.passages))
            ),
        }

    def _document_of(self, source: Citation) -> Document | None:
        """Return the document as it is now, under whatever path."""
        try:
            return self._documents.document(self._documents.holding(source)).document
        except DocumentNotFoundError:
            return None


def _to_all(link: Link | None, words: Wording) -> str:
    """Return the way from a passage back to the list of all that were looked at."""
    if link is None or link.kind is not LinkKind.PASSAGE:
        return ""
    href = Link(LinkKind.LOOKED_AT, link.turn, 0).href
    return link_html(href, words.asking.back_to_all, words.asking.back_to_all, "t2-look")


def closed_source(parts: Parts, words: Wording) -> Updates:
    """Return the source pane as it is while no source is open."""
    pane, own = parts.source, words.source
    return {
        parts.session.shown: None,
        pane.source: empty_source_html(words),
        pane.counter: counter_html(words.source_label),
        pane.whole: gr.Button(own.whole),
        pane.previous: gr.Button(words.previous, interactive=False),
        pane.following: gr.Button(words.following, interactive=False),
        pane.close: gr.Button(own.close),
        pane.wanted: gr.Textbox("", label=own.find, placeholder=own.find_placeholder),
        pane.hits: hits_html(""),
        pane.hit_before: gr.Button(own.find_previous, interactive=False),
        pane.hit_after: gr.Button(own.find_next, interactive=False),
    }


def _nothing_new() -> Updates:
    unchanged: Updates = gr.skip()
    return unchanged


def _href(link: Link | None) -> str:
    return link.href if link is not None else ""


def _hit(found: Sequence[Span], shown: Shown, source: Citation | None, step: int) -> int:
    """Return which of ``found`` is ``step`` on; the first from where the reader is if none was."""
    if shown.hit:
        return (shown.hit - 1 + step) % len(found) + 1
    start = source.start if source is not None else 0
    if shown.place is not None:
        start = shown.place.offset
    return next((number for number, span in enumerate(found, 1) if span.start >= start), 1)
