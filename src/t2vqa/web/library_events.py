"""Listing, uploading, removing and bringing back documents: the handlers of their panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import gradio as gr

from t2vqa.errors import LibraryError
from t2vqa.library import AddOutcome, LibraryEntry
from t2vqa.web.failures import log_failure
from t2vqa.web.index_events import IndexEvents, Told
from t2vqa.web.library_html import Said, confirm_html, heading_html, said_html, table_html
from t2vqa.web.library_view import View, key_of, listing
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.services import Services
from t2vqa.web.source_events import SourceEvents
from t2vqa.web.status_html import failure_status_html
from t2vqa.web.wording import Wording, wording


class LibraryEvents:
    """The handlers of the panel of documents."""

    def __init__(
        self, services: Services, parts: Parts, index: IndexEvents, source: SourceEvents
    ) -> None:
        self._library = services.library
        self._news = services.news
        self._parts = parts
        self._index = index
        self._source = source

    def refresh(self, view: View, language: str) -> Updates:
        """Show the documents as they are now."""
        return self._shown(view, wording(language))

    def follow(self, view: View, language: str) -> Updates:
        """Show the documents anew if anything has changed since they were listed."""
        unchanged: Updates = gr.skip()
        return unchanged if self._news.number() == view.news else self.refresh(view, language)

    def search(self, wanted: str, only: str, view: View, language: str) -> Updates:
        """Show only the documents wanted."""
        return self._shown(replace(view, wanted=wanted, only=only, page=0), wording(language))

    def act(self, event: gr.EventData, view: View, language: str) -> Updates:
        """Sort, turn the page, or open a document: what was clicked on in the table."""
        words = wording(language)
        opened, sort, page = (getattr(event, name, None) for name in ("open", "sort", "page"))
        if isinstance(opened, str):
            for path in self._paths({opened}):
                return self._source.opened_document(path, words)
        if isinstance(sort, str):
            return self._shown(view.sorted_by(sort), words)
        if isinstance(page, str) and page.isdecimal() and len(page) < 9:
            return self._shown(replace(view, page=int(page)), words)
        unchanged: Updates = gr.skip()
        return unchanged

    def choose(self, event: gr.EventData, view: View, language: str) -> Updates:
        """Choose documents, or no longer, in order to remove them."""
        checked, unchecked = (
            [key for key in getattr(event, name, None) or () if isinstance(key, str)]
            for name in ("checked", "unchecked")
        )
        view = view.with_choice(checked, unchecked)
        parts = self._parts.library
        return {
            parts.view: view,
            parts.remove: remove_button(view, wording(language)),
            parts.confirming: gr.Column(visible=False),
        }

    def upload(
        self,
        files: Sequence[str] | None,
        language: str,
        told: Told | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds its progress bar this way
    ) -> Iterator[Updates]:
        """Put files into the corpus, say what came of each, and bring the index up to date."""
        words = wording(language)
        done: list[Said] = []
        failed: list[Said] = []
        changed = False
        for file in map(Path, files or ()):
            try:
                added = self._library.add(file.name, file)
            except Exception as error:  # the others go on
                log_failure(error)
                failed.append((file.name, _why(file.name, error, words)))
                continue
            said = words.library.outcome(added.outcome)
            if added.renamed:
                note = words.library.renamed.format(path=added.path)
                said += words.in_brackets.format(text=note)
            done.append((file.name, said))
            changed = changed or added.outcome is not AddOutcome.ALREADY_THERE
        parts = self._parts.library
        heading = words.library.not_taken if failed and not done else ""
        yield {
            parts.upload: None,
            parts.said: gr.HTML(said_html(heading, done, failed=failed), visible=True),
            parts.undo: gr.Button(visible=False),
        }
        if changed:
            yield from self._index.rebuild(language, told, progress)

    def ask_to_remove(self, view: View, language: str) -> Updates:
        """Ask whether the chosen documents are really to be removed."""
        words, parts = wording(language), self._parts.library
        paths = self._paths(view.chosen)
        if not paths:
            said = said_html(words.library.nothing_chosen, ())
            return {parts.said: gr.HTML(said, visible=True)}
        return {
            parts.question: confirm_html(paths, words),
            parts.confirming: gr.Column(visible=True),
            parts.said: gr.HTML(visible=False),
            parts.undo: gr.Button(visible=False),
        }

    def keep(self) -> Updates:
        """Remove nothing after all."""
        return {self._parts.library.confirming: gr.Column(visible=False)}

    def remove(
        self,
        view: View,
        language: str,
        told: Told | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds its progress bar this way
    ) -> Iterator[Updates]:
        """Move the chosen documents to the trash and bring the index up to date."""
        removed: list[str] = []

        def remove_one(path: str) -> str:
            removed.append(self._library.remove(path).key)
            return path

        words = wording(language)
        done, failed = _each(self._paths(view.chosen), remove_one, words)
        view = replace(view, chosen=frozenset(), removed=tuple(removed))
        yield {
            **self._told(words.library.removed, done, failed, view, words),
            self._parts.library.undo: gr.Button(visible=bool(removed)),
        }
        if removed:
            yield from self._index.rebuild(language, told, progress)

    def restore(
        self,
        view: View,
        language: str,
        told: Told | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds its progress bar this way
    ) -> Iterator[Updates]:
        """Bring back what was removed last."""
        words = wording(language)
        done, failed = _each(view.removed, self._library.restore, words)
        view = replace(view, removed=())
        yield {
            **self._told(words.library.restored, done, failed, view, words),
            self._parts.library.undo: gr.Button(visible=False),
        }
        if done:
            yield from self._index.rebuild(language, told, progress)

    def _told(
        self,
        heading: str,
        done: Sequence[Said],
        failed: Sequence[Said],
        view: View,
        words: Wording,
    ) -> Updates:
        parts = self._parts.library
        said = said_html(heading if done else words.library.not_taken, done, failed=failed)
        return {
            **self._shown(view, words),
            parts.confirming: gr.Column(visible=False),
            parts.said: gr.HTML(said, visible=True),
        }

    def _shown(self, view: View, words: Wording) -> Updates:
        parts = self._parts.library
        view = replace(view, news=self._news.number())
        try:
            shown = listing(self._library.entries(), view)
        except Exception as error:  # whatever happens, the person gets a plain message
            log_failure(error)
            return {parts.table: failure_status_html(error, words), parts.view: view}
        view = replace(view, page=shown.page)
        choosing = self._library.may_change
        return {
            parts.heading: heading_html(words, shown),
            parts.table: table_html(shown, view, words, choosing=choosing),
            parts.remove: remove_button(view, words),
            parts.view: view,
        }

    def _paths(self, keys: frozenset[str] | set[str]) -> list[str]:
        """Return the paths of the documents that keys stand for, those that are there."""
        entries: Sequence[LibraryEntry] = self._library.entries() if keys else ()
        return [entry.path for entry in entries if key_of(entry.path) in keys]


def remove_button(view: View, words: Wording) -> gr.Button:
    """Return the button that removes what is chosen, with its number."""
    count = len(view.chosen)
    label = words.library.removing_chosen.format(count=count) if count else words.library.removing
    return gr.Button(label, interactive=bool(count))


def _each(
    names: Sequence[str], act: Callable[[str], str], words: Wording
) -> tuple[list[Said], list[Said]]:
    """Do the same to each; return what was done and what was not, and why."""
    done: list[Said] = []
    failed: list[Said] = []
    for name in names:
        try:
            done.append((act(name), ""))
        except Exception as error:  # the others go on
            log_failure(error)
            failed.append((name, _why(name, error, words)))
    return done, failed


def _why(name: str, error: Exception, words: Wording) -> str:
    if not isinstance(error, LibraryError):
        return words.failure_of(error)
    return words.library.refusal(str(error).removeprefix(f"{name}: "))
