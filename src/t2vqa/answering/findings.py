"""What was looked up or worked out rather than read: statements with the stretches they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from t2vqa.answering.layout import Cells
from t2vqa.types import Block, Document, Span


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of a document that carries a statement."""

    document: Document
    span: Span
    section: tuple[str, ...]

    @classmethod
    def block(cls, document: Document, block: Block) -> Source:
        """Return a whole block as a source."""
        return cls(document, block.span, block.section)


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement (Markdown) and what carries it.

    ``aside``: a brief answer does without it. ``cells``: of the table row that it reads out.
    """

    text: str
    sources: tuple[Source, ...]
    aside: bool = False
    cells: Cells = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The statements of an answer, with a line of our own before them where there is one."""

    findings: tuple[Finding, ...]
    head: str = ""
