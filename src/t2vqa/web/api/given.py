"""What programs give: checked, since Gradio hands on whatever was sent."""

from typing import Literal, TypeVar

import gradio as gr
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from t2vqa.types import AnswerLength, Filters

LONGEST_LIST = 100
"""Of filters of one kind."""

MOST_PASSAGES = 50
MOST_DOCUMENTS = 1000
MOST_EARLIER_QUESTIONS = 50
MOST_CHARACTERS = 20_000
"""Of a document, at once."""

Length = Literal["brief", "normal", "full"]


class ApiError(gr.Error):
    """An error whose message is for whoever called."""

    def __init__(self, message: str) -> None:
        """Take the message; nothing is printed to the log."""
        super().__init__(message, print_exception=False)

    def __str__(self) -> str:
        """Return the message itself, which is what an MCP client shows."""
        return str(self.message)


class Restricted(BaseModel):
    """What may be looked at. A list that is None restricts nothing."""

    model_config = ConfigDict(extra="forbid")

    documents: list[str] | None = Field(default=None, max_length=LONGEST_LIST)
    folders: list[str] | None = Field(default=None, max_length=LONGEST_LIST)
    companies: list[str] | None = Field(default=None, max_length=LONGEST_LIST)
    since: str | None = None
    until: str | None = None

    @property
    def filters(self) -> Filters:
        """The same for the service."""
        return Filters(
            documents=tuple(self.documents or ()),
            folders=tuple(self.folders or ()),
            companies=tuple(self.companies or ()),
            since=self.since or None,
            until=self.until or None,
        )


class Asked(Restricted):
    """A question to be answered."""

    question: str
    history: list[str] | None = Field(default=None, max_length=MOST_EARLIER_QUESTIONS)
    length: AnswerLength = AnswerLength.NORMAL
    passages: int = Field(default=10, ge=0, le=MOST_PASSAGES)


class Sought(Restricted):
    """A question to find passages for."""

    question: str
    limit: int = Field(default=10, ge=1, le=MOST_PASSAGES)


class Listed(BaseModel):
    """A part of the list of documents."""

    folder: str | None = None
    limit: int = Field(default=200, ge=1, le=MOST_DOCUMENTS)
    offset: int = Field(default=0, ge=0)


class Stretch(BaseModel):
    """A stretch of a document."""

    document: str
    start: int = Field(default=0, ge=0)
    end: int | None = Field(default=None, ge=0)


_Given = TypeVar("_Given", bound=BaseModel)


def checked(kind: type[_Given], **values: object) -> _Given:
    """Return the values as ``kind``.

    Raises:
        ApiError: One cannot be used; the message names it and says why.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        reasons = [
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors()
        ]
        raise ApiError("; ".join(reasons)) from error
