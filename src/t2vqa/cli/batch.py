"""A file of questions, one a line, answered one line each."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from t2vqa.cli import console
from t2vqa.errors import QuestionError, T2VQAError
from t2vqa.serialise import JsonObject, answer_object, filters_from
from t2vqa.types import AnswerLength, Filters

if TYPE_CHECKING:
    from t2vqa.service import ResearchQA

STDIN = Path("-")

NO_FILTERS = Filters()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One line of a file of questions."""

    identifier: object
    question: str
    history: tuple[str, ...]
    filters: Filters = NO_FILTERS
    length: AnswerLength = AnswerLength.NORMAL


def answer_file(service: ResearchQA, file: Path) -> bool:
    """Answer every line of a file (``-``: of stdin), writing one line of JSON for each, in order.

    A line that cannot be answered, an empty one included, yields ``{"id", "error"}`` and the
    others go on.

    Returns:
        Whether every line was answered.
    """
    failures = 0
    with _lines(file) as lines:
        for number, line in enumerate(lines, start=1):
            result = _answer_line(service, line, number)
            failures += "error" in result
            console.write_json(result)
    if failures:
        console.complain(f'{failures} lines of {file} were not answered; see their "error".')
    return not failures


def parse_line(line: str) -> BatchQuestion:
    """Read an object with ``question`` and, where wanted, ``id history filters length``.

    Raises:
        QuestionError: The line is not such an object; the message says what is wrong.
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"This line is not JSON: {error}.") from error
    if not isinstance(fields, dict):
        raise QuestionError('This line is not an object such as {"id": 1, "question": "…"}.')
    question = fields.get("question")
    if not isinstance(question, str):
        raise QuestionError('This line has no "question" that is a string.')
    history = fields.get("history") or []
    if not isinstance(history, list) or not all(isinstance(item, str) for item in history):
        raise QuestionError('"history" must be a list of earlier questions.')
    filters = fields.get("filters") or {}
    if not isinstance(filters, dict):
        raise QuestionError('"filters" must be an object such as {"folders": ["reports"]}.')
    length = fields.get("length") or AnswerLength.NORMAL
    if length not in list(AnswerLength):
        raise QuestionError(f'"length" must be one of {", ".join(AnswerLength)}.')
    return BatchQuestion(
        fields.get("id"), question, tuple(history), filters_from(filters), AnswerLength(length)
    )


def _answer_line(service: ResearchQA, line: str, number: int) -> JsonObject:
    identifier = _identifier(line)
    try:
        asked = parse_line(line)
        answer = service.ask(
            asked.question,
            history=list(asked.history),
            filters=asked.filters,
            length=asked.length,
        )
        return answer_object(answer, asked.identifier)
    except T2VQAError as error:
        return {"id": identifier, "error": f"Line {number}: {error}"}
    except Exception as error:  # one odd line must not cost the answers to all the others
        _log.debug("line %d", number, exc_info=True)
        return {"id": identifier, "error": f"Line {number}: {type(error).__name__}: {error}"}


def _identifier(line: str) -> object:
    """Return whatever JSON value the asker chose as ``id``, None where there is none to read."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return fields.get("id") if isinstance(fields, dict) else None


@contextmanager
def _lines(file: Path) -> Iterator[TextIO]:
    if file == STDIN:
        yield sys.stdin
        return
    try:
        stream = file.open(encoding="utf-8-sig", errors="replace", newline="\n")
    except OSError as error:
        raise QuestionError(f"The file {file} cannot be read: {error.strerror}.") from error
    with stream:
        yield stream
