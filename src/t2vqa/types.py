"""The data that flows from a file of the corpus to a cited answer.

Every class here is frozen: a stage makes new values and never changes those it was given. All
offsets count Unicode code points of a document's normalised text; spans are half open.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SECTION_SEPARATOR = " › "
"""Stands between the headings of a path where it is written out."""


class BlockKind(StrEnum):
    """What a stretch of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CODE = "code"


class AnswerMode(StrEnum):
    """How an answer was made."""

    EXTRACTIVE = "extractive"
    REFUSAL = "refusal"


class AnswerLength(StrEnum):
    """How much an answer may say: the best statement, what is usual, or all that supports it."""

    BRIEF = "brief"
    NORMAL = "normal"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch ``[start, end)`` of a document's normalised text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of this span in ``text``."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: its column's name and where its words stand (may be empty)."""

    column: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table row or code block of a document.

    Attributes:
        kind: What it is.
        span: Where it stands, without the list marker.
        section: The heading path it stands under, outermost first, without the document's title.
        lead_in: The sentence that introduces the list or table it belongs to, if any.
        cells: The cells of a table row, in column order.
        group: Number of the list or table it belongs to; blocks of one list share it.
        depth: Nesting depth of a list item, level of a heading (1 to 6), else 0.
    """

    kind: BlockKind
    span: Span
    section: tuple[str, ...] = ()
    lead_in: Span | None = None
    cells: tuple[Cell, ...] = ()
    group: int | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Location:
    """From offset ``start`` on, the text stands at this source line (and page, if it has pages)."""

    start: int
    line: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus as normalised text with its structure.

    Attributes:
        path: The path below the corpus folder, with forward slashes; the document's identity.
        text: The normalised text that all offsets refer to.
        blocks: The blocks in reading order, not overlapping.
        title: From front matter, else the first heading, else the file's name.
        date: From front matter as written, or None.
        source: From front matter, or None.
        metadata: Further front matter, as strings.
        locations: Ascending by ``start``; the first begins at 0 when there is text.
        sha256: Of the file's bytes, as hexadecimal digits.
        titled: Whether the title is the document's own words, not its file's name.
        modified: When the file was last modified, as ISO 8601 in UTC, or None if that is unknown.
    """

    path: str
    text: str
    blocks: tuple[Block, ...]
    title: str
    date: str | None = None
    source: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    locations: tuple[Location, ...] = ()
    sha256: str = ""
    modified: str | None = None
    titled: bool = True

    def location(self, offset: int) -> Location | None:
        """Return where in the source file the character at ``offset`` stands."""
        place = bisect_right(self.locations, offset, key=lambda location: location.start)
        return self.locations[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing an answer can cite whole: a sentence, a list item or a table row."""

    kind: BlockKind
    span: Span
    section: tuple[str, ...] = ()
    lead_in: Span | None = None
    cells: tuple[Cell, ...] = ()
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved: neighbouring units of one section of one document.

    ``id`` is a hash of all the rest. ``context`` is what is searched in front of the text: title,
    heading path and lead-in. It is embedded too, but for a title that is only the file's name
    (not ``titled``), so that a renamed document's vectors hold.
    """

    id: str
    document: str
    title: str
    section: tuple[str, ...]
    span: Span
    text: str
    context: str
    units: tuple[Unit, ...]
    date: str | None = None
    titled: bool = True


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A retrieved passage with its fused score and where that came from, each in [0, 1]."""

    passage: Passage
    score: float
    dense: float = 0.0
    lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands. The law of the house: ``document.text[start:end] == quote``.

    ``sha256`` and ``modified`` tell which version of the document that holds for: the hash of its
    file's bytes, and when that was last modified (ISO 8601 in UTC).
    """

    number: int
    document: str
    title: str
    section: tuple[str, ...]
    start: int
    end: int
    quote: str
    page: int | None = None
    line: int | None = None
    date: str | None = None
    sha256: str = ""
    modified: str | None = None


class CitationChange(StrEnum):
    """What has become of the cited words since the answer was given."""

    CURRENT = "current"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class CitationState:
    """A citation held against the index as it is now.

    Attributes:
        change: ``current``: the words stand where they stood; ``moved``: elsewhere, be it in the
            document or in one of the same bytes under another name; ``changed``: the document
            is there, the words are not; ``gone``: nor is the document.
        document: The path of the document that holds the words now, or held them.
        span: Where the words stand now, or None.
    """

    change: CitationChange
    document: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing an answer says (Markdown, without markers) and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock milliseconds of the two halves of an answer."""

    retrieve_ms: float
    answer_ms: float


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question may be answered from; all that is given must hold of a passage.

    Attributes:
        documents: Paths of documents; any of them will do.
        folders: Folders below the corpus folder (``reports/2024``), with all that lies in them.
        companies: Names as the corpus writes them; what is about one of them or mentions it.
        since: First day of the documents' dates, as ISO 8601 (``2024-01-01``).
        until: Last day of the documents' dates.
    """

    documents: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters of an index can be set to.

    Attributes:
        documents: Path and title of each document, by path.
        folders: Folders that hold documents, themselves or in a folder below.
        companies: Names of those that documents or entries of the corpus are about.
        earliest: The first day a document is dated (ISO 8601), or None where none has a date.
        latest: The last such day.
    """

    documents: tuple[tuple[str, str], ...] = ()
    folders: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    earliest: str | None = None
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gets for a question.

    Attributes:
        question: As asked.
        text: Markdown with citation markers ``[1]``; for a refusal, the explanation.
        refused: Whether the corpus holds no answer.
        mode: How it was made.
        statements: The parts of the text with the citations of each; empty for a refusal.
        citations: Numbered from 1, each resolved against its document.
        passages: The passages considered, best first.
        timings: How long it took.
        understood: The question as it was understood, where that differs from the one asked.
        reason: For a refusal, what is missing; else empty.
        filters: What the question was restricted to.
    """

    question: str
    text: str
    refused: bool
    mode: AnswerMode
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[ScoredPassage, ...]
    timings: Timings
    understood: str | None = None
    reason: str = ""
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of the corpus that was not indexed, and why, in the user's words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index holds.

    ``built_at`` is an ISO 8601 time with offset; ``stale`` names documents added, edited or
    removed since, where the corpus was looked at; ``notes`` are sentences for the user, such as
    that the settings are others than those the index was built with.
    """

    corpus: str
    index: str
    documents: int
    passages: int
    built_at: str | None
    model: str
    skipped: tuple[Skipped, ...] = ()
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexContents:
    """What a state of an index was built from.

    Attributes:
        generation: Number of the state; another state has another number.
        documents: The hash of each indexed file's bytes, by path.
        skipped: The files that are not indexed.
    """

    generation: int
    documents: Mapping[str, str]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: paths by what happened to them, and the figures of the result.

    ``notes`` are sentences for the user: why all was read anew, what was damaged and is mended.
    """

    added: tuple[str, ...]
    edited: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    passages: int
    embedded: int
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long task is: ``done`` of ``total`` steps of ``stage`` (a word for the user)."""

    stage: str
    done: int
    total: int
