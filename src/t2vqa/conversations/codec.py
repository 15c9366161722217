"""Turns and feedback as bytes, and back without a difference.

All of an answer is kept but the ``units`` of its passages. They are a passage's sentences and cells
as offsets, which only answering reads; what a re-opened conversation shows (the answer, its
sources, the table of what was looked at) does not need them, and they would make a turn of some
3,400 bytes a third larger.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from t2vqa.conversations.records import Feedback, StoredTurn
from t2vqa.types import Answer

VERSION = 1
"""Of the form a turn is written in. Fields that are missing in what an older t2vqa wrote take their
defaults; only what cannot be read so needs another number."""

_Record = TypeVar("_Record")


def encode_turn(turn: StoredTurn) -> bytes:
    """Write a turn without its feedback, which is kept apart."""
    answer = turn.answer and without_units(turn.answer)
    return _written(replace(turn, answer=answer, feedback=None))


def decode_turn(body: bytes) -> StoredTurn:
    """Read a turn written by :func:`encode_turn`.

    Raises:
        ValueError: It is damaged, or was written in a newer form.
    """
    return _read(StoredTurn, body)


def encode_feedback(feedback: Feedback) -> bytes:
    """Write feedback."""
    return _written(feedback)


def decode_feedback(body: bytes) -> Feedback:
    """Read feedback written by :func:`encode_feedback`.

    Raises:
        ValueError: It is damaged, or was written in a newer form.
    """
    return _read(Feedback, body)


def without_units(answer: Answer) -> Answer:
    """Return ``answer`` as it is kept."""
    kept = (
        replace(scored, passage=replace(scored.passage, units=())) for scored in answer.passages
    )
    return replace(answer, passages=tuple(kept))


def _written(record: object) -> bytes:
    text = json.dumps([VERSION, _plain(record)], ensure_ascii=False, separators=(",", ":"))
    # A document's path may hold half a surrogate pair: a file name that is no UTF-8.
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def _read(kind: type[_Record], body: bytes) -> _Record:
    try:
        version, value = json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))
        if version != VERSION:
            raise ValueError(f"written in form {version!r}, which this t2vqa does not know")
        record: _Record = _typed(kind, value)
    except (zlib.error, TypeError, LookupError, RecursionError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    return record


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _typed(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a type's annotation, and its value
    """Return ``value``, read from JSON, as the type ``kind``."""
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return tuple(_typed(arguments[0], item) for item in _checked(list, value))
    if arguments:  # a type or None: the only unions there are
        if value is None:
            return None
        (kind,) = (argument for argument in arguments if argument is not NoneType)
        return _typed(kind, value)
    if hasattr(kind, "__dataclass_fields__"):
        given: Mapping[str, Any] = _checked(dict, value)
        hints = _hints(kind)
        return kind(**{name: _typed(hints[name], given[name]) for name in hints if name in given})
    return kind(value) if issubclass(kind, Enum) else _checked(kind, value)


def _checked(kind: Any, value: Any) -> Any:  # noqa: ANN401 - as in ``_typed``
    allowed = (int, float) if kind is float else kind
    if not isinstance(value, allowed):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return get_type_hints(kind)
