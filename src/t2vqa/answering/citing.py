"""Citations: numbered, each span once, and held against their document, then and later."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from t2vqa.types import Citation, CitationChange, CitationState, Document, Span

DocumentOf = Callable[[str], Document]
"""Returns the document of a path."""


class CitationList:
    """The citations of one answer while it is put together."""

    def __init__(self, document_of: DocumentOf) -> None:
        self._document_of = document_of
        self._citations: dict[tuple[str, Span], Citation] = {}

    def cite(self, path: str, span: Span, section: tuple[str, ...]) -> int:
        """Cite ``span`` of the document at ``path`` and return the citation's number.

        The quote is taken from the document itself, so that
        ``document.text[start:end] == quote`` holds for whatever is cited.
        """
        key = (path, span)
        if key not in self._citations:
            document = self._document_of(path)
            place = document.location(span.start)
            self._citations[key] = Citation(
                number=len(self._citations) + 1,
                document=path,
                title=document.title,
                section=section,
                start=span.start,
                end=span.end,
                quote=span.of(document.text),
                page=place.page if place else None,
                line=place.line if place else None,
                date=document.date,
                sha256=document.sha256,
                modified=document.modified,
            )
        return self._citations[key].number

    def all(self) -> tuple[Citation, ...]:
        """Return the citations in order of their numbers."""
        return tuple(self._citations.values())


def state_of(citation: Citation, document: Document | None) -> CitationState:
    """Hold a citation against its document as it is now, None where there is none.

    A document under another path than the citation's is the same one, renamed: its words have
    moved. Where the words stand in several places, those under the citation's own headings are
    taken before others, and of these the nearest to where they stood.
    """
    if document is None:
        return CitationState(CitationChange.GONE, citation.document)
    stood = Span(citation.start, citation.end)
    if stood.of(document.text) == citation.quote:
        here = document.path == citation.document
        change = CitationChange.CURRENT if here else CitationChange.MOVED
        return CitationState(change, document.path, stood)
    places = list(_places(citation.quote, document.text))
    if not places:
        return CitationState(CitationChange.CHANGED, document.path)
    at_home = [span for span in places if _section_at(document, span) == citation.section]
    nearest = min(at_home or places, key=lambda span: abs(span.start - citation.start))
    return CitationState(CitationChange.MOVED, document.path, nearest)


def _places(quote: str, text: str) -> Iterator[Span]:
    """Yield where the words stand, an empty quote nowhere."""
    start = text.find(quote) if quote else -1
    while start >= 0:
        yield Span(start, start + len(quote))
        start = text.find(quote, start + len(quote))


def _section_at(document: Document, span: Span) -> tuple[str, ...] | None:
    inside = (block for block in document.blocks if block.span.end > span.start)
    block = next(inside, None)
    return block.section if block is not None else None
