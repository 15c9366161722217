"""Answers, states and build reports as the JSON objects that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from t2vqa.errors import QuestionError
from t2vqa.types import (
    SECTION_SEPARATOR,
    Answer,
    BuildReport,
    Citation,
    Filters,
    IndexStatus,
    ScoredPassage,
)

JsonObject = dict[str, Any]
"""A JSON object: its values are what ``json.dumps`` takes."""


def answer_object(answer: Answer, identifier: object = None) -> JsonObject:
    """Return an answer as the object that ``t2vqa ask --json`` prints.

    Args:
        answer: The answer.
        identifier: Carried as ``id``, unchanged: what the asker calls the question.

    Returns:
        The keys ``id``, ``question``, ``answer`` (with its markers), ``refused``, ``mode``,
        ``statements``, ``citations``, ``passages``, ``timings``, ``understood``, ``reason``,
        ``filters``.
    """
    return {
        "id": identifier,
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "mode": answer.mode.value,
        "statements": [
            {"text": statement.text, "citations": list(statement.citations)}
            for statement in answer.statements
        ],
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [passage_object(scored) for scored in answer.passages],
        "timings": {
            "retrieve_ms": round(answer.timings.retrieve_ms, 3),
            "answer_ms": round(answer.timings.answer_ms, 3),
        },
        "understood": answer.understood,
        "reason": answer.reason,
        "filters": filters_object(answer.filters),
    }


def passage_object(scored: ScoredPassage) -> JsonObject:
    """Return a passage with where it stands, its text and its score."""
    passage = scored.passage
    return {
        "document": passage.document,
        "section": section_path(passage.section),
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "score": round(scored.score, 6),
    }


def filters_object(filters: Filters) -> JsonObject:
    """Return filters as an object with the keys of :class:`Filters`; lists may be empty."""
    return _plain(asdict(filters))


def filters_from(fields: Mapping[str, Any]) -> Filters:
    """Read filters from an object such as :func:`filters_object` returns; every key may be missing.

    Raises:
        QuestionError: A key is unknown, or a value is not of its kind.
    """
    lists = ("documents", "folders", "companies")
    for name, value in fields.items():
        if name in lists:
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
            kind = "a list of strings"
        elif name in ("since", "until"):
            fits, kind = value is None or isinstance(value, str), "a date such as 2024-03-18"
        else:
            known = ", ".join((*lists, "since", "until"))
            raise QuestionError(f'"filters" has no key "{name}"; it may have {known}.')
        if not fits:
            raise QuestionError(f'"{name}" in "filters" must be {kind}.')
    documents, folders, companies = (tuple(fields.get(name, ())) for name in lists)
    return Filters(documents, folders, companies, fields.get("since"), fields.get("until"))


def status_object(status: IndexStatus) -> JsonObject:
    """Return what an index holds as the object that ``t2vqa status --json`` prints."""
    return _plain(asdict(status))


def report_object(report: BuildReport) -> JsonObject:
    """Return what a build did as the object that ``t2vqa index --json`` prints."""
    return _plain(asdict(report)) | {"seconds": round(report.seconds, 3)}


def json_line(value: Mapping[str, object]) -> str:
    """Return an object as JSON on one line, without a line break at its end.

    Chinese stays readable. Line separators that some readers split lines at (U+0085, U+2028,
    U+2029) are escaped, so that one object stays one line for them too.
    """
    line = json.dumps(value, ensure_ascii=False)
    for separator in "\x85\u2028\u2029":
        line = line.replace(separator, f"\\u{ord(separator):04x}")
    return line


def section_path(section: tuple[str, ...]) -> str:
    """Return a heading path as one line of text."""
    return SECTION_SEPARATOR.join(section)


def _citation(citation: Citation) -> JsonObject:
    return {
        "number": citation.number,
        "document": citation.document,
        "section": section_path(citation.section),
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
        "modified": citation.modified,
    }


def _plain(fields: JsonObject) -> JsonObject:
    """Return the fields with lists for tuples, as JSON knows them."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()
    }
