"""Choosing what a question is restricted to: the handlers of the filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gradio as gr

from t2vqa.retrieval.filtering import is_day
from t2vqa.types import FilterChoices, Filters
from t2vqa.web.desk import Desk
from t2vqa.web.failures import log_failure
from t2vqa.web.filter_html import chips_html, without_chip
from t2vqa.web.markup import escape, shortened
from t2vqa.web.parts import Parts, Updates
from t2vqa.web.wording import Wording, wording


class FilterEvents:
    """The handlers of the filters. What a session has chosen is passed in and out."""

    def __init__(self, desk: Desk, parts: Parts) -> None:
        self._desk = desk
        self._parts = parts

    def offer(self, filters: Filters) -> Updates:
        """Offer what there is to choose from in the index as it is now.

        What was chosen and is gone since stays, to be taken off.
        """
        choices = self._choices()
        titles = dict(choices.documents)
        gone = [(path, path) for path in filters.documents if path not in titles]
        names = [(title, path) for path, title in choices.documents]
        folders = [*choices.folders, *_missing(filters.folders, choices.folders)]
        companies = [*choices.companies, *_missing(filters.companies, choices.companies)]
        parts = self._parts.filters
        return {
            parts.documents: gr.Dropdown(choices=[*_apart(names), *gone]),
            parts.folders: gr.Dropdown(choices=folders),
            parts.companies: gr.Dropdown(choices=companies),
        }

    def choose(
        self,
        before: Filters,
        documents: Sequence[str],
        folders: Sequence[str],
        companies: Sequence[str],
        since: str,
        until: str,
        language: str,
    ) -> Updates:
        """Take over what was chosen; a date that is none is told and left out."""
        words = wording(language)
        days = []
        for written in (since.strip(), until.strip()):
            if written and not is_day(written):
                gr.Warning(words.asking.no_date.format(text=escape(shortened(written, 40))))
            days.append(written if written and is_day(written) else None)
        filters = Filters(tuple(documents), tuple(folders), tuple(companies), *days)
        if filters == before:  # a field was only left
            unchanged: Updates = gr.skip()
            return unchanged
        return self._shown(filters, words)

    def take_off(self, event: gr.EventData, filters: Filters, language: str) -> Updates:
        """Take off the filter whose chip was clicked, or all."""
        words, left = wording(language), without_chip(filters, getattr(event, "chip", None))
        parts = self._parts.filters
        return {
            **self._shown(left, words),
            parts.documents: list(left.documents),
            parts.folders: list(left.folders),
            parts.companies: list(left.companies),
            parts.since: left.since or "",
            parts.until: left.until or "",
        }

    def spoken(self, filters: Filters, words: Wording) -> Updates:
        """Say the filters in another language."""
        parts, asking = self._parts.filters, words.asking
        return {
            parts.chips: chips_html(filters, words, self.titles(filters)),
            parts.fold: gr.Accordion(label=asking.heading),
            parts.documents: gr.Dropdown(label=asking.documents),
            parts.folders: gr.Dropdown(label=asking.folders),
            parts.companies: gr.Dropdown(label=asking.companies),
            parts.since: gr.Textbox(label=asking.since, placeholder=asking.date_example),
            parts.until: gr.Textbox(label=asking.until, placeholder=asking.date_example),
        }

    def titles(self, filters: Filters) -> Mapping[str, str]:
        """Return the titles of the documents by path, where any are filtered by."""
        return dict(self._choices().documents) if filters.documents else {}

    def _shown(self, filters: Filters, words: Wording) -> Updates:
        return {
            self._parts.session.filters: filters,
            self._parts.filters.chips: chips_html(filters, words, self.titles(filters)),
        }

    def _choices(self) -> FilterChoices:
        try:
            return self._desk.filter_choices()
        except Exception as error:  # the page is useful without filters
            log_failure(error)
            return FilterChoices()


def _missing(chosen: Sequence[str], known: Sequence[str]) -> list[str]:
    return [one for one in chosen if one not in known]


def _apart(names: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return titles with their paths where several documents have one title."""
    seen: dict[str, int] = {}
    for title, _ in names:
        seen[title] = seen.get(title, 0) + 1
    return [(title if seen[title] == 1 else f"{title} ({path})", path) for title, path in names]
