"""Question sets: a folder of documents, ``corpus/``, beside ``questions.jsonl``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from t2vqa.errors import EvaluationError

Half = Literal["a", "b"]
"""Which half of a set: tune on ``a``, report ``b``."""

QUESTIONS_FILE = "questions.jsonl"
CORPUS_FOLDER = "corpus"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a document that hold the answer, or a part of it."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set and what is known about its right answer.

    Attributes:
        id: Unique in its set.
        question: As it is asked.
        type: The kind of question; results are reported by it.
        answerable: False where the corpus does not hold the answer and a refusal is right.
        answers: Groups of alternatives: a right answer contains a member of every group. Empty
            where only retrieval and citations are measured.
        evidence: What holds the answer, in the set's order.
        history: Earlier questions of the conversation, oldest first.
    """

    id: str
    question: str
    type: str
    answerable: bool = True
    answers: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set's name, the folder of its documents and its questions in file order."""

    name: str
    corpus: Path
    questions: tuple[Question, ...]


def load_questions(folder: Path) -> QuestionSet:
    """Read the question set in ``folder``.

    Raises:
        EvaluationError: The folder has no ``corpus/`` or ``questions.jsonl``, or a line is not in
            the documented form; the message names the file and the line.
    """
    corpus, path = folder / CORPUS_FOLDER, folder / QUESTIONS_FILE
    if not corpus.is_dir():
        raise EvaluationError(
            f"{folder} is no question set: it has no folder {CORPUS_FOLDER}/ of documents."
        )
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"The questions cannot be read from {path}: {error}. A question set has a file "
            f"{QUESTIONS_FILE} in UTF-8 beside its {CORPUS_FOLDER}/."
        ) from error
    questions = _read(lines, path, corpus)
    if not questions:
        raise EvaluationError(f"{path} holds no question.")
    return QuestionSet(folder.resolve().name, corpus, tuple(questions.values()))


def _read(lines: Sequence[str], path: Path, corpus: Path) -> dict[str, Question]:
    """Return the questions of ``lines`` by id, in order; empty lines are passed over."""
    questions: dict[str, Question] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = parse_question(line)
            _check(question, questions, corpus)
        except EvaluationError as error:
            raise EvaluationError(f"{path}, line {number}: {error}.") from error
        questions[question.id] = question
    return questions


def _check(question: Question, earlier: Mapping[str, Question], corpus: Path) -> None:
    if question.id in earlier:
        raise EvaluationError(f"the id {question.id!r} is taken by an earlier line")
    for item in question.evidence:
        if not (corpus / item.document).is_file():
            raise EvaluationError(f"the corpus has no document {item.document!r}")


def parse_question(line: str) -> Question:
    """Read one line of ``questions.jsonl``; fields that are not known are left out.

    Raises:
        EvaluationError: A field is missing or not of its form; the message names the field.
    """
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"this is no JSON ({error})") from error
    if not isinstance(fields, dict):
        raise EvaluationError("a line must be one JSON object")
    answerable = fields.get("answerable", True)
    if not isinstance(answerable, bool):
        raise EvaluationError("'answerable' must be true or false")
    return Question(
        id=_text(fields, "id"),
        question=_text(fields, "question"),
        type=_text(fields, "type"),
        answerable=answerable,
        answers=tuple(_texts(group, "answers") for group in _list(fields, "answers")),
        evidence=tuple(_evidence(item) for item in _list(fields, "evidence")),
        history=_texts(_list(fields, "history"), "history"),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise EvaluationError(f"{name!r} must be a text that is not empty")
    return value


def _list(fields: Mapping[str, object], name: str) -> list[object]:
    value = fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise EvaluationError(f"{name!r} must be a list")
    return value


def _texts(values: object, name: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not (values or name == "history"):
        raise EvaluationError(f"{name!r} must hold lists of texts that are not empty")
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise EvaluationError(f"{name!r} must hold texts that are not empty")
    return tuple(values)


def _evidence(item: object) -> Evidence:
    if not isinstance(item, dict):
        raise EvaluationError("'evidence' must hold objects with 'document' and 'text'")
    return Evidence(_text(item, "document"), _text(item, "text"))


def half_of(question: Question) -> Half:
    """Return the half that ``question`` belongs to, always the same.

    The document of its first evidence decides, so that no document is asked about in both halves;
    where there is no evidence, the question's id.
    """
    key = question.evidence[0].document if question.evidence else question.id
    return "b" if hashlib.sha256(key.encode()).digest()[0] & 1 else "a"


def half(questions: QuestionSet, which: Half) -> QuestionSet:
    """Return ``questions`` with one half of its questions; the documents all stay."""
    kept = tuple(question for question in questions.questions if half_of(question) == which)
    return replace(questions, questions=kept)


def select(
    questions: QuestionSet,
    *,
    which: Half | None = None,
    types: Sequence[str] | None = None,
    limit: int | None = None,
) -> QuestionSet:
    """Return ``questions`` with those of a half and of some types, at most ``limit``.

    A limit takes a sample over the whole file, always the same, and not its first lines, which
    may all be of one type.

    Raises:
        EvaluationError: A type is not in the set, or no question is left.
    """
    chosen = questions if which is None else half(questions, which)
    kept = chosen.questions
    if types:
        known = {question.type for question in questions.questions}
        unknown = sorted(set(types) - known)
        if unknown:
            raise EvaluationError(
                f"{questions.name} has no questions of type {', '.join(unknown)}; "
                f"its types are {', '.join(sorted(known))}."
            )
        kept = tuple(question for question in kept if question.type in types)
    if limit is not None:
        sample = {question.id for question in sorted(kept, key=_order)[: max(limit, 0)]}
        kept = tuple(question for question in kept if question.id in sample)
    if not kept:
        raise EvaluationError(f"No question of {questions.name} is left to ask; ask for more.")
    return replace(questions, questions=kept)


def _order(question: Question) -> bytes:
    return hashlib.sha256(question.id.encode()).digest()
