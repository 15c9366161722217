"""The state of the index as HTML: one line, what was skipped, and what a rebuild changed."""

from __future__ import annotations

from collections.abc import Sequence

from t2vqa.errors import T2VQAError
from t2vqa.types import Answer, BuildReport, IndexStatus, Skipped
from t2vqa.web.card import card_of_passage
from t2vqa.web.conversation import Link, LinkKind
from t2vqa.web.markup import escape, link_html, local_time, place, shortened
from t2vqa.web.news import Digest
from t2vqa.web.wording import Wording

_LISTED = 8
"""So many changed documents are named; of more, the number is given."""


def status_html(status: IndexStatus, words: Wording) -> str:
    """Return the line about the index, with the skipped files to unfold."""
    if status.built_at is None:
        line = escape(words.status_unbuilt)
    else:
        line = escape(
            words.status.format(
                documents=f"{status.documents:,}",
                passages=f"{status.passages:,}",
                built=local_time(status.built_at),
            )
        )
    stale = ""
    if status.stale:
        text = escape(words.stale.format(count=len(status.stale)))
        stale = f'<span class="t2-stale">{text}</span>'
    return (
        f'<div class="t2-status"><span>{line}</span>{stale}{_skipped(status.skipped, words)}</div>'
    )


def failure_status_html(error: Exception, words: Wording) -> str:
    """Return the plain message for an error of the index."""
    details = ""
    if isinstance(error, T2VQAError) and str(error):
        summary = f"<summary>{escape(words.details)}</summary>"
        details = f"<details>{summary}<p>{escape(str(error))}</p></details>"
    return f'<div class="t2-status-failed">{escape(words.failure_of(error))}{details}</div>'


def running_html(words: Wording) -> str:
    """Return what stands under the progress bar of a rebuild."""
    return f'<div class="t2-report t2-running"><p>{escape(words.rebuilding)}</p></div>'


def report_html(report: BuildReport, words: Wording) -> str:
    """Return what a rebuild changed: added, edited, removed, skipped and why."""
    changed = report.added or report.edited or report.removed
    heading = (
        words.rebuilt.format(seconds=f"{report.seconds:.1f}") if changed else words.rebuilt_nothing
    )
    details = _notes(report.notes, words) + _changes(report, words)
    return _strip(heading, details + _skipped(report.skipped, words), True)


def digest_html(digest: Digest, words: Wording) -> str:
    """Return on a line, to unfold, what has changed in the documents; nothing if nothing has."""
    if not digest.is_change:
        return ""
    counts = [
        phrase.format(count=len(paths))
        for phrase, paths in zip(
            words.counted, (digest.added, digest.edited, digest.removed), strict=True
        )
        if paths
    ]
    changes, skipped = words.comma.join(counts), _skipped_in_short(digest.skipped, words)
    if changes and skipped:
        skipped = words.in_brackets.format(text=skipped)
    notes = [words.note(note) for note in digest.notes]
    if changes or skipped:
        notes.insert(0, words.updated.format(changes=changes + skipped))
    details = _changes(digest, words) + _skipped(digest.skipped, words)
    return _strip(words.pause.join(notes), details, False, words)


def _skipped_in_short(skipped: Sequence[Skipped], words: Wording) -> str:
    if len(skipped) == 1:
        return words.updated_skipped_one.format(reason=words.reason(skipped[0].reason))
    return words.updated_skipped.format(count=len(skipped)) if skipped else ""


def not_updated_html(error: Exception, words: Wording) -> str:
    """Return that the index could not follow the documents, and why."""
    reason = failure_status_html(error, words)
    return (
        f'<div class="t2-report t2-news" role="status"><div><p>{escape(words.not_updated)}</p>'
        f"{reason}</div>{_dismiss(words)}</div>"
    )


def _strip(heading: str, details: str, opened: bool, words: Wording | None = None) -> str:
    """Return a line with details to unfold; with ``words``, also with a button to close it."""
    button, kind = (_dismiss(words), "t2-report t2-news") if words else ("", "t2-report")
    if not details:
        return f'<div class="{kind}" role="status"><p>{escape(heading)}</p>{button}</div>'
    shown = " open" if opened else ""
    return (
        f'<div class="{kind}" role="status"><details{shown}><summary>{escape(heading)}</summary>'
        f"{details}</details>{button}</div>"
    )


def _dismiss(words: Wording) -> str:
    name = escape(words.dismiss)
    return f'<button class="t2-dismiss" type="button" title="{name}" aria-label="{name}">✕</button>'


def _notes(notes: Sequence[str], words: Wording) -> str:
    return "".join(f"<p>{escape(words.note(note))}</p>" for note in notes)


def _changes(report: BuildReport | Digest, words: Wording) -> str:
    rows = [
        f"<dt>{escape(label)}</dt><dd>{_names(paths, words)}</dd>"
        for label, paths in (
            (words.added, report.added),
            (words.edited, report.edited),
            (words.removed, report.removed),
        )
        if paths
    ]
    return f"<dl>{''.join(rows)}</dl>" if rows else ""


def looked_at_html(answer: Answer, turn: int, words: Wording) -> str:
    """Return the passages looked at for an answer, that of turn ``turn``, with their scores."""
    rows = []
    for rank, hit in enumerate(answer.passages, start=1):
        name = place(hit.passage.title, hit.passage.section)
        href = Link(LinkKind.PASSAGE, turn, rank).href
        link = link_html(href, name, card_of_passage(hit.passage), "t2-look")
        extract = escape(shortened(hit.passage.text, 90))
        rows.append(
            f'<tr><td>{rank}</td><td>{link}<span class="t2-extract">{extract}</span></td>'
            f"<td>{hit.score:.2f}</td><td>{hit.dense:.2f}</td><td>{hit.lexical:.2f}</td></tr>"
        )
    head = "".join(
        f"<th>{escape(name)}</th>"
        for name in (
            "",
            words.column_passage,
            words.column_score,
            words.column_meaning,
            words.column_words,
        )
    )
    said = escape(words.asking.looked_at_of.format(question=shortened(answer.question, 60)))
    href = Link(LinkKind.LOOKED_AT, turn, 0).href
    return (
        f'<article class="t2-source" data-href="{href}"><div class="t2-excerpt" tabindex="0">'
        f'<p class="t2-hint t2-looked-at-of">{said}</p>'
        f'<div class="t2-table t2-looked-at"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></div></article>"
    )


def _skipped(skipped: Sequence[Skipped], words: Wording) -> str:
    if not skipped:
        return ""
    items = "".join(
        f"<li><code>{escape(file.path)}</code> {escape(words.reason(file.reason))}</li>"
        for file in skipped
    )
    summary = escape(words.skipped.format(count=len(skipped)))
    return f'<details class="t2-skipped"><summary>{summary}</summary><ul>{items}</ul></details>'


def _names(paths: Sequence[str], words: Wording) -> str:
    named = "<br>".join(escape(path) for path in paths[:_LISTED])
    more = words.and_more.format(count=len(paths))
    return named if len(paths) <= _LISTED else f"{named}<br>{escape(more)}"
