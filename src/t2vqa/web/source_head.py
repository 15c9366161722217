"""The upper part of a source as HTML: which document, what of it, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from t2vqa.types import SECTION_SEPARATOR, Citation, CitationChange, CitationState, Document
from t2vqa.web.markup import escape, local_time
from t2vqa.web.wording import Wording


def head_of_source(
    source: Citation, document: Document | None, state: CitationState, words: Wording
) -> str:
    """Return title, date, place and heading path of cited words.

    Args:
        source: The words.
        document: Their document as it is now, if there is one.
        state: What has become of the words.
        words: The page's words.
    """
    facts = (*_facts(source, document, words), *_place(source, document, state, words))
    return _head(source.title, facts, source.section)


def head_of_document(document: Document, words: Wording) -> str:
    """Return title, date and other facts of a document that is shown for itself."""
    facts = [document.path, document.date, document.source]
    if document.modified:
        facts.append(words.modified.format(time=local_time(document.modified)))
    return _head(document.title, filter(None, facts), ())


def notes_html(source: Citation, state: CitationState, words: Wording) -> str:
    """Return what has become of the words since they were cited; nothing if they stand."""
    return "".join(_note(note) for note in _notes(source, state, words))


def _head(title: str, facts: Iterable[str], section: Sequence[str]) -> str:
    listed = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    path = SECTION_SEPARATOR.join(escape(heading) for heading in section)
    trail = f'<p class="t2-trail">{path}</p>' if path else ""
    return f'<header><h3>{escape(title)}</h3><p class="t2-facts">{listed}</p>{trail}</header>'


def _notes(source: Citation, state: CitationState, words: Wording) -> Iterator[str]:
    """Yield what has become of the words since they were cited."""
    if state.change is CitationChange.GONE:
        yield words.source_gone
    elif state.document != source.document:
        yield words.source_renamed.format(path=state.document)
    elif state.change is CitationChange.MOVED:
        yield words.source_moved
    if state.change is CitationChange.CHANGED:
        yield words.source_changed


def _note(text: str) -> str:
    return f'<p class="t2-note">{escape(text)}</p>'


def _facts(source: Citation, document: Document | None, words: Wording) -> Iterator[str]:
    yield source.document
    date = document.date if document is not None else source.date
    if date:
        yield date
    if document is not None and document.source:
        yield document.source
    modified = source.modified or (document.modified if document is not None else None)
    if modified:
        yield words.modified.format(time=local_time(modified))


def _place(
    source: Citation, document: Document | None, state: CitationState, words: Wording
) -> Iterator[str]:
    """Yield where the words stand, or stood where they are gone."""
    page, line = source.page, source.line
    if document is not None and state.span is not None:
        location = document.location(state.span.start)
        page, line = (location.page, location.line) if location else (None, None)
    if page is not None:
        yield words.page.format(page=page)
    if line is not None:
        yield words.line.format(line=line)
