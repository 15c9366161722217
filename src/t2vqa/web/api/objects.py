"""The JSON objects that programs get. Gradio shows these types in its description of the API.

They are those of ``t2vqa ask --json``; see :mod:`t2vqa.serialise`.
"""

from typing import Literal, TypedDict


class StatementObject(TypedDict):
    """One thing an answer says, and the numbers of the citations it rests on."""

    text: str
    citations: list[int]


class CitationObject(TypedDict):
    """Where cited words stand: characters ``start`` to ``end`` of the document's text."""

    number: int
    document: str
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    sha256: str
    modified: str | None


class PassageObject(TypedDict):
    """A passage and how well it fits the question."""

    document: str
    section: str
    start: int
    end: int
    text: str
    score: float


class TimingsObject(TypedDict):
    """Milliseconds of the two halves of an answer."""

    retrieve_ms: float
    answer_ms: float


class FiltersObject(TypedDict):
    """What a question was restricted to."""

    documents: list[str]
    folders: list[str]
    companies: list[str]
    since: str | None
    until: str | None


class AnswerObject(TypedDict):
    """An answer with its citations."""

    question: str
    answer: str
    refused: bool
    mode: Literal["extractive", "refusal"]
    statements: list[StatementObject]
    citations: list[CitationObject]
    passages: list[PassageObject]
    timings: TimingsObject
    understood: str | None
    reason: str
    filters: FiltersObject


class PassagesObject(TypedDict):
    """The passages nearest to a question, best first."""

    passages: list[PassageObject]


class DocumentObject(TypedDict):
    """A document of the index.

    Its path is not called that: gradio_client takes what has a ``path`` for a file to download.
    """

    document: str
    title: str
    date: str | None
    source: str | None
    passages: int


class DocumentsObject(TypedDict):
    """A part of the list of documents; ``total`` counts all that the whole list holds."""

    total: int
    documents: list[DocumentObject]


class TextObject(TypedDict):
    """Characters ``start`` to ``end`` of a document's text, which has ``length`` of them."""

    document: str
    title: str
    date: str | None
    start: int
    end: int
    length: int
    text: str
