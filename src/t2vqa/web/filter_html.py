"""Filters as words, and as chips that can be taken off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from t2vqa.types import Filters
from t2vqa.web.markup import escape, shortened
from t2vqa.web.wording import Wording

_LISTS = ("documents", "folders", "companies")
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: its key, as a browser sends it back, and what the page calls it."""

    key: str
    text: str


def chips(filters: Filters, words: Wording, titles: Mapping[str, str]) -> Iterator[Chip]:
    """Yield the filters one by one; documents are called by their titles where known."""
    asking = words.asking
    named = {
        "documents": (asking.document_is, [titles.get(one, one) for one in filters.documents]),
        "folders": (asking.folder_is, list(filters.folders)),
        "companies": (asking.company_is, list(filters.companies)),
    }
    for field in _LISTS:
        pattern, names = named[field]
        for number, name in enumerate(names):
            yield Chip(f"{field}-{number}", pattern.format(name=name))
    if filters.since:
        yield Chip("since", asking.since_is.format(day=filters.since))
    if filters.until:
        yield Chip("until", asking.until_is.format(day=filters.until))


def without_chip(filters: Filters, key: object) -> Filters:
    """Return ``filters`` without the one of a chip's key; none at all for ``all``."""
    field, _, number = key.partition("-") if isinstance(key, str) else ("", "", "")
    if field == "all":
        return Filters()
    if field == "since":
        return replace(filters, since=None)
    if field == "until":
        return replace(filters, until=None)
    if field in _LISTS and number.isdecimal():
        held: tuple[str, ...] = getattr(filters, field)
        left: Any = {field: held[: int(number)] + held[int(number) + 1 :]}
        return replace(filters, **left)
    return filters


def chips_html(filters: Filters, words: Wording, titles: Mapping[str, str]) -> str:
    """Return the filters as a row of buttons that take them off; nothing for none."""
    found = list(chips(filters, words, titles))
    buttons = [
        f'<button type="button" class="t2-chip" data-chip="{escape(chip.key)}"'
        f' title="{escape(chip.text)}"'
        f' aria-label="{escape(words.asking.remove.format(filter=chip.text))}">'
        f'<span>{escape(shortened(chip.text, _LONGEST))}</span><i aria-hidden="true">✕</i></button>'
        for chip in found
    ]
    if not buttons:
        return ""
    clear = escape(words.asking.clear)
    buttons.append(f'<button type="button" class="t2-chip-clear" data-chip="all">{clear}</button>')
    label = escape(words.asking.heading)
    return f'<div class="t2-chips" role="group" aria-label="{label}">{"".join(buttons)}</div>'


def filters_line(filters: Filters, words: Wording, titles: Mapping[str, str]) -> str:
    """Return the filters on one line, as text; empty for none."""
    found = [chip.text for chip in chips(filters, words, titles)]
    if not found:
        return ""
    return words.asking.filtered.format(filters=words.asking.joint.join(found))
