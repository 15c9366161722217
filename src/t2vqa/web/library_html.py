"""The documents as an HTML table, and what came of uploads and removals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from t2vqa.library import DocumentState, LibraryEntry
from t2vqa.web.library_view import Listing, View, key_of
from t2vqa.web.markup import escape, local_time
from t2vqa.web.wording import Wording

Said = tuple[str, str]
"""What a line is about, and what it says of it."""

_SHOWN = 8
"""So many names stand in a question; of more, the number is given."""


def heading_html(words: Wording, shown: Listing | None = None) -> str:
    """Return the panel's heading with the number of documents."""
    count = ""
    if shown is not None:
        text = words.library.counted
        if shown.found != shown.total:
            text = words.library.counted_found
        count = text.format(count=f"{shown.total:,}", found=f"{shown.found:,}")
    return (
        f'<div class="t2-library-heading"><h2>{escape(words.library.heading)}</h2>'
        f'<p role="status">{escape(count)}</p></div>'
    )


def table_html(shown: Listing, view: View, words: Wording, *, choosing: bool) -> str:
    """Return a page of documents as a table.

    Args:
        shown: The page.
        view: How it came about.
        words: The page's words.
        choosing: Whether documents can be chosen.
    """
    if not shown.rows:
        said = words.library.nothing_found if shown.total else words.library.empty
        return f'<p class="t2-hint t2-library-empty">{escape(said)}</p>'
    rows = "".join(_row(entry, view.chosen, words, choosing=choosing) for entry in shown.rows)
    return (
        f'<div class="t2-documents" tabindex="0" role="region" '
        f'aria-label="{escape(words.library.table)}"><table><thead><tr>'
        f"{_heads(view, words, choosing=choosing)}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_pages(shown, words)}"
    )


def said_html(heading: str, lines: Iterable[Said], *, failed: Collection[Said] = ()) -> str:
    """Return what was done, line by line, and what was not done and why."""
    items = "".join(_line(line) for line in lines)
    items += "".join(_line(line, "t2-refused-file") for line in failed)
    title = f"<p>{escape(heading)}</p>" if heading else ""
    body = f"<ul>{items}</ul>" if items else ""
    return f'<div class="t2-library-said" role="status">{title}{body}</div>'


def confirm_html(paths: Sequence[str], words: Wording) -> str:
    """Return the question before documents are removed."""
    question = escape(words.library.confirm.format(count=len(paths)))
    names = "".join(f"<li><code>{escape(path)}</code></li>" for path in paths[:_SHOWN])
    more = words.and_more.format(count=len(paths)) if len(paths) > _SHOWN else ""
    return (
        f'<div class="t2-confirm" role="alert"><p>{question}</p>'
        f"<ul>{names}</ul><p>{escape(more)}</p></div>"
    )


def _heads(view: View, words: Wording, *, choosing: bool) -> str:
    heads = []
    if choosing:
        label = escape(words.library.choose_all)
        heads.append(
            f'<th class="t2-choose"><input type="checkbox" class="t2-all" aria-label="{label}" '
            f'title="{label}"></th>'
        )
    for name, column in words.library.columns:
        sorting = ("descending" if view.descending else "ascending") if name == view.order else ""
        sort = f' aria-sort="{sorting}"' if sorting else ""
        title = escape(words.library.sort_by.format(column=column))
        heads.append(
            f'<th scope="col" class="t2-column-{name}"{sort}><button type="button" '
            f'data-sort="{name}" title="{title}">{escape(column)}</button></th>'
        )
    return "".join(heads)


def _row(entry: LibraryEntry, chosen: Collection[str], words: Wording, *, choosing: bool) -> str:
    key = key_of(entry.path)
    name, path = escape(entry.title), escape(entry.path)
    cells = []
    if choosing:
        box = ""
        if entry.state is not DocumentState.REMOVED:
            label = escape(words.library.choose.format(path=entry.path))
            checked = " checked" if key in chosen else ""
            box = f'<input type="checkbox" value="{key}" aria-label="{label}"{checked}>'
        cells.append(f'<td class="t2-choose">{box}</td>')
    if entry.indexed_at or entry.passages:
        name = f'<a href="#document-{key}" data-open="{key}">{name}</a>'
    labels = dict(words.library.columns)
    for column, shown in (
        ("title", name),
        ("path", f"<code>{path}</code>"),
        ("date", escape(entry.date or "")),
        ("passages", f"{entry.passages:,}" if entry.passages else ""),
        ("state", _state(entry, words)),
        ("indexed", escape(local_time(entry.indexed_at)) if entry.indexed_at else ""),
    ):
        cells.append(
            f'<td class="t2-column-{column}" data-label="{escape(labels[column])}">{shown}</td>'
        )
    return f"<tr>{''.join(cells)}</tr>"


def _state(entry: LibraryEntry, words: Wording) -> str:
    state = f'<span class="t2-state t2-state-{entry.state}">'
    shown = f"{state}{escape(words.library.state(entry.state))}</span>"
    if entry.reason:
        shown += f'<span class="t2-why">{escape(words.reason(entry.reason))}</span>'
    return shown


def _pages(shown: Listing, words: Wording) -> str:
    if shown.pages == 1:
        return ""
    place = words.library.place.format(page=shown.page + 1, pages=shown.pages)
    return (
        f'<nav class="t2-pages" aria-label="{escape(words.library.pages)}">'
        f"{_turn(words.library.before, shown.page - 1, possible=shown.page > 0)}"
        f"<span>{escape(place)}</span>"
        f"{_turn(words.library.after, shown.page + 1, possible=shown.page + 1 < shown.pages)}</nav>"
    )


def _turn(label: str, page: int, *, possible: bool) -> str:
    off = "" if possible else " disabled"
    return f'<button type="button" data-page="{page}"{off}>{escape(label)}</button>'


def _line(line: Said, css_class: str = "") -> str:
    name, said = line
    return f'<li class="{css_class}"><code>{escape(name)}</code> {escape(said)}</li>'
