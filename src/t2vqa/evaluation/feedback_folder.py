"""Feedback of people asked again: measured, and written as a question set to edit."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from t2vqa.conversations.store import ConversationStore
from t2vqa.errors import EvaluationError
from t2vqa.evaluation.feedback_set import FeedbackSet, Judged, feedback_set
from t2vqa.evaluation.folder import RANKING_LENGTH
from t2vqa.evaluation.questions import CORPUS_FOLDER, QUESTIONS_FILE, Half, QuestionSet
from t2vqa.evaluation.runner import EvaluationReport, evaluate
from t2vqa.serialise import json_line
from t2vqa.types import Answer, Progress

if TYPE_CHECKING:
    from t2vqa.service import ResearchQA

TO_JUDGE_FILE = "to-judge.jsonl"
"""The questions whose right answer nobody has said, beside a written set's questions."""

_NAME = "feedback"


def read_feedback(file: Path, service: ResearchQA) -> FeedbackSet:
    """Make a question set of the feedback in ``file``, over the documents of ``service``.

    Raises:
        EvaluationError: There is no such file, or no feedback in it.
        ConversationStoreError: The file cannot be read.
    """
    if not file.is_file():
        raise EvaluationError(
            f"There is no file of conversations at {file}. It is made when somebody asks on the "
            "page; name another with --conversations."
        )
    with ConversationStore(file) as store:
        turns = store.all_feedback()
    if not turns:
        raise EvaluationError(
            f"The conversations in {file} hold no feedback yet: mark answers as right, wrong or "
            "incomplete on the page first."
        )
    return feedback_set(turns, service.check)


def evaluate_feedback(
    found: FeedbackSet,
    service: ResearchQA,
    *,
    half: Half | None = None,
    limit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> EvaluationReport:
    """Ask the questions of ``found`` and judge the answers.

    Raises:
        EvaluationError: There is none to ask.
    """

    def ask(question: str, history: Sequence[str]) -> Answer:
        return service.ask(question, history=history, passages=RANKING_LENGTH)

    return evaluate(
        QuestionSet(_NAME, service.settings.corpus, found.questions),
        ask,
        lambda path: service.document(path).text,
        half=half,
        limit=limit,
        progress=progress,
    )


def write_feedback(found: FeedbackSet, service: ResearchQA, folder: Path) -> None:
    """Write ``found`` as a question set that ``t2vqa eval`` takes, with a copy of the documents.

    The notes stand with the questions, and the questions answered wrongly in a file of their own,
    so that a person can say what is right and move them over.

    Raises:
        EvaluationError: The folder exists and is not empty, or cannot be written.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise EvaluationError(
                f"{folder} is not empty and is left as it is; name another folder after --write."
            )
        for summary in service.documents():
            copy = folder / CORPUS_FOLDER / summary.path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(service.settings.corpus / summary.path, copy)
        _write(folder / QUESTIONS_FILE, found.asked)
        _write(folder / TO_JUDGE_FILE, found.to_judge)
    except OSError as error:
        raise EvaluationError(
            f"The question set cannot be written to {folder} ({error.strerror or error}). Bring "
            "the index up to date with `t2vqa index`, or name another folder after --write."
        ) from error


def _write(file: Path, judged: Iterable[Judged]) -> None:
    lines = "".join(f"{json_line(_line(one))}\n" for one in judged)
    file.write_text(lines, encoding="utf-8", errors="backslashreplace", newline="\n")


def _line(judged: Judged) -> dict[str, object]:
    question = judged.question
    return {
        "id": question.id,
        "question": question.question,
        "type": question.type,
        "answerable": question.answerable,
        "answers": [list(group) for group in question.answers],
        "evidence": [{"document": one.document, "text": one.text} for one in question.evidence],
        "history": list(question.history),
        "notes": list(judged.notes),
        "said": judged.answer,
    }
