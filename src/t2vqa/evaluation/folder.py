"""A question set in a folder, indexed apart from the user's corpus and asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from t2vqa.config import Settings
from t2vqa.evaluation.questions import Half, load_questions, select
from t2vqa.evaluation.runner import Brevity, EvaluationReport, evaluate
from t2vqa.types import Answer, Progress

RANKING_LENGTH = 100
"""Passages asked for with each answer: enough to leave some when narrowed to one language."""


def index_folder_for(set_folder: Path, settings: Settings) -> Path:
    """Return the folder of the user's cache for the index of the set in ``set_folder``.

    It is the same for the same set and model, so that a second run finds the index of the first.
    """
    key = f"{set_folder.resolve()}\n{settings.model}"
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return settings.cache / "evaluation" / digest


def evaluate_folder(
    set_folder: Path,
    settings: Settings,
    half: Half | None = None,
    limit: int | None = None,
    types: Sequence[str] | None = None,
    index_folder: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    brevity: Brevity | None = None,
) -> EvaluationReport:
    """Index a set's documents in a folder of their own, ask its questions and judge the answers.

    Args:
        set_folder: Holds ``corpus/`` and ``questions.jsonl``.
        settings: Those of the user; corpus and index are the set's.
        half: Only the questions of this half.
        limit: At most so many questions.
        types: Only the questions of these types.
        index_folder: Where to keep the index; by default a folder of the user's cache.
        progress: Told how far the run is.
        brevity: What counts as a brief answer.

    Raises:
        EvaluationError: The set is missing or not in the documented form.
        T2VQAError: The documents cannot be indexed.
    """
    from t2vqa.service import ResearchQA

    questions = load_questions(set_folder)
    select(questions, which=half, types=types, limit=limit)  # a wrong choice, before the long build
    index = index_folder or index_folder_for(set_folder, settings)
    index.mkdir(parents=True, exist_ok=True)
    with ResearchQA.open(
        corpus=questions.corpus, index=index, settings=settings, progress=progress
    ) as service:
        service.rebuild(progress=progress)  # the set may have changed since an earlier run

        def ask(question: str, history: Sequence[str]) -> Answer:
            return service.ask(question, history=history, passages=RANKING_LENGTH)

        return evaluate(
            questions,
            ask,
            lambda path: service.document(path).text,
            limit=limit,
            half=half,
            types=types,
            brevity=brevity,
            progress=progress,
        )
