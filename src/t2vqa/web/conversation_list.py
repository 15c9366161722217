"""The list of conversations as HTML, by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import quote

from t2vqa.conversations import ConversationSummary
from t2vqa.web.markup import escape
from t2vqa.web.wording import Wording


def list_html(
    summaries: Sequence[ConversationSummary],
    opened: str | None,
    search: str,
    words: Wording,
    now: datetime | None = None,
) -> str:
    """Return conversations as links, newest first, under the day they were changed.

    Args:
        summaries: The conversations, newest first.
        opened: The id of the one that is open, empty where none is; the page's script puts it
            into the address. None before the page knows.
        search: What was searched for.
        words: The page's words.
        now: The present time, by default the clock's.
    """
    said = words.conversations
    today = (now or datetime.now()).astimezone()
    days = "".join(
        f"<h3>{escape(day)}</h3><ul>{''.join(_item(one, opened, words) for one in of_day)}</ul>"
        for day, of_day in groupby(summaries, key=lambda one: _day(one.changed, today, words))
    )
    if not days:
        nothing = said.none_found if search.strip() else said.none_yet
        days = f'<p class="t2-hint">{escape(nothing)}</p>'
    known = "" if opened is None else f' data-opened="{escape(opened)}"'
    return (
        f'<nav class="t2-kept" aria-label="{escape(said.heading)}" '
        f'data-toggle="{escape(said.toggle)}"{known}>{days}</nav>'
    )


def _item(summary: ConversationSummary, opened: str | None, words: Wording) -> str:
    current = ' aria-current="page"' if summary.id == opened else ""
    title = summary.title or words.conversations.untitled
    snippet = f'<span class="t2-kept-snippet">{escape(summary.snippet)}</span>'
    return (
        f'<li><a href="?c={quote(summary.id)}" data-conversation="{escape(summary.id)}" '
        f'title="{escape(title)}"{current}><span class="t2-kept-title">{escape(title)}</span>'
        f"{snippet if summary.snippet else ''}</a></li>"
    )


def _day(moment: str, today: datetime, words: Wording) -> str:
    """Return the day of a time, in the machine's own zone, as a heading."""
    day = datetime.fromisoformat(moment).astimezone().date()
    if day == today.date():
        return words.conversations.today
    if day == today.date() - timedelta(days=1):
        return words.conversations.yesterday
    return day.isoformat()
