"""Citations: numbered, resolved against their document, each span once."""

from __future__ import annotations

from collections.abc import Callable

from t2vqa.types import Citation, Document, Span

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
